"""Writes the run of Approved Mental Health Professionals from 2018 into its page: the tables, and the picture.

A line `<!-- history: points -->`, `scores` or `inputs` becomes a table; `<!-- history: picture -->` becomes a drawing
of the run's own numbers, in the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mhwfmodel.simulate.amhp_history import History

_MARK = re.compile(r"^<!-- history:([^>]*)-->$", re.MULTILINE)
_DRAWS = 1000
_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 20, 64, 42
_INK, _BLUE, _ORANGE, _GREY = "#1b1f24", "#0b5394", "#b45309", "#5b6470"
_SHADES = ("0.34", "0.20", "0.12")
_STEP = 200
_COLUMN = 290
_RADIUS = 5


def on_page_markdown(markdown: str, **_: object) -> str:
    """Fill in the marks of one page; called by the site's builder."""
    return _MARK.sub(lambda match: _MAKERS[match[1].strip()](), markdown)


def _points() -> str:
    from mhwfmodel.simulate.amhp_history_scores import history_points

    return _table(*history_points(_DRAWS))


def _scores() -> str:
    from mhwfmodel.simulate.amhp_history_scores import history_scores

    return _table(*history_scores(_DRAWS))


def _inputs() -> str:
    from mhwfmodel.simulate.amhp_history_scores import history_inputs

    return _table(*history_inputs())


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _picture() -> str:
    from mhwfmodel.simulate.amhp_history_scores import run_to_last_point

    return _Drawing(run_to_last_point(_DRAWS)).figure()


class _Drawing:
    """The fan of the run, the points in both vintages, and the last value with the interval of its random walk."""

    def __init__(self, history: History) -> None:
        import numpy as np

        from mhwfmodel.forecast.scores import LEVELS, central_interval
        from mhwfmodel.simulate.amhp_history_scores import random_walk

        self.levels, self.months = LEVELS, history.months
        self.median = np.median(history.approved, axis=0).tolist()
        self.bands = {
            level: [central_interval(history.at(label), level) for label in history.months] for level in LEVELS
        }
        self.walk = [central_interval(random_walk(_DRAWS, label), LEVELS[-1]) for label in history.months]
        edges = [*self.bands[LEVELS[-1]], *self.walk]
        self.low = min(low for low, _ in edges) // _STEP * _STEP
        self.high = -(-max(high for _, high in edges) // _STEP) * _STEP

    def x(self, position: float) -> float:
        """Where a month stands, 0 the opening."""
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * position / (len(self.months) - 1), 1)

    def y(self, value: float) -> float:
        """Where a number of people stands."""
        share = (value - self.low) / (self.high - self.low)
        return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share, 1)

    def path(self, values: Sequence[float]) -> str:
        """A line through a value a month."""
        return "M" + "L".join(f"{self.x(n)} {self.y(value)}" for n, value in enumerate(values))

    def figure(self) -> str:
        """The drawing, with a caption; without empty lines, so that the page takes it as it is."""
        parts = [*self.axes(), *self.fan(), *self.naive(), *self.points(), *self.key()]
        title = "Approved Mental Health Professionals: run from 2018 beside the numbers published since"
        svg = (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="100%" role="img" aria-label="{title}" '
            f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}" style="background:#fff">'
        )
        note = (
            f"People approved, England. The axis starts at {self.low:,.0f}, not at 0. Bands hold "
            f"{', '.join(map(str, self.levels))} % of {_DRAWS:,} draws; the line is their median."
        )
        return "\n".join(
            ['<figure style="width:100%">', svg, *parts, "</svg>", f"<figcaption>{note}</figcaption>", "</figure>"]
        )

    def axes(self) -> list[str]:
        """Grid, numbers and years."""
        lines = []
        for value in range(int(self.low), int(self.high) + 1, _STEP):
            y = self.y(value)
            lines.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#dfe3e8"/>')
            lines.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,}</text>')
        for number, label in enumerate(self.months):
            if label.endswith("-09") or number == 0:
                x, y = self.x(number), _HEIGHT - _BOTTOM
                lines.append(f'<line x1="{x}" x2="{x}" y1="{y}" y2="{y + 5}" stroke="{_INK}"/>')
                lines.append(f'<text x="{x}" y="{y + 20}" text-anchor="middle">Sept {label[:4]}</text>')
        return lines

    def fan(self) -> list[str]:
        """Bands, the widest first, and the median."""
        lines = []
        for level, shade in zip(reversed(self.levels), reversed(_SHADES), strict=True):
            ends = self.bands[level]
            back = "L".join(f"{self.x(n)} {self.y(ends[n][0])}" for n in reversed(range(len(ends))))
            outline = f"{self.path([high for _, high in ends])}L{back}Z"
            lines.append(f'<path d="{outline}" fill="{_BLUE}" fill-opacity="{shade}"/>')
        lines.append(f'<path d="{self.path(self.median)}" fill="none" stroke="{_BLUE}" stroke-width="2"/>')
        return lines

    def naive(self) -> list[str]:
        """The last value, and its random walk's widest interval."""
        from mhwfmodel.catalogue import figure

        last = figure("A001").number or 0.0
        ends = [self.path([pair[side] for pair in self.walk]) for side in (0, 1)]
        return [
            *(
                f'<path d="{path}" fill="none" stroke="{_ORANGE}" stroke-width="1.5" stroke-dasharray="3 3"/>'
                for path in ends
            ),
            f'<path d="{self.path([last] * len(self.months))}" fill="none" stroke="{_ORANGE}" stroke-width="1.5"/>',
        ]

    def points(self) -> list[str]:
        """What came: filled as first published, hollow as restated."""
        from mhwfmodel.simulate.amhp_history_scores import FIRST, RESTATED, published

        first = published(FIRST)
        lines = [self.dot(self.months.index(point.month), point.value, _INK) for point in first]
        again = [point for point in published(RESTATED) if point not in first]
        return lines + [self.dot(self.months.index(point.month), point.value, "#fff") for point in again]

    def dot(self, position: int, value: float, fill: str) -> str:
        """One point."""
        where = f'cx="{self.x(position)}" cy="{self.y(value)}" r="{_RADIUS}"'
        return f'<circle {where} fill="{fill}" stroke="{_INK}" stroke-width="1.5"/>'

    def key(self) -> list[str]:
        """What is what, above the drawing."""
        wide = self.levels[-1]
        marks = (
            (_LEFT, 16, f'<path d="M0 -4h22" stroke="{_BLUE}" stroke-width="2"/>', "run from 2018: median and bands"),
            (_LEFT, 38, f'<circle cx="11" cy="-4" r="{_RADIUS}" fill="{_INK}"/>', "published, as it first came"),
            (
                _LEFT + _COLUMN, 16, f'<path d="M0 -4h22" stroke="{_ORANGE}" stroke-width="1.5"/>',
                f"last value of 2018; dashed: {wide} % of a random walk",
            ),
            (
                _LEFT + _COLUMN, 38,
                f'<circle cx="11" cy="-4" r="{_RADIUS}" fill="#fff" stroke="{_INK}" stroke-width="1.5"/>',
                "2019 as restated later",
            ),
        )  # fmt: skip
        return [
            f'<g transform="translate({x} {y})">{mark}<text x="30" y="0" fill="{_GREY}">{words}</text></g>'
            for x, y, mark, words in marks
        ]


_MAKERS: dict[str, Callable[[], str]] = {
    "points": _points,
    "scores": _scores,
    "inputs": _inputs,
    "picture": _picture,
}
