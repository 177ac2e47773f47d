"""A picture of a pathway, drawn from its data: stages from left to right, arrows with shares, pools below."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from mhwfmodel.pathway.diagram import Diagram, DrawnPool, Way, diagram
from mhwfmodel.pathway.layers import Layout, Spot, place, ports, sides
from mhwfmodel.pathway.schema import Pathway
from mhwfmodel.pathway.words import percent

__all__ = ["picture"]

_WIDE, _ACROSS = 226.0, 124.0
_LEFT, _TOP = 150.0, 96.0
_LINE, _PAD = 15.0, 9.0
_LETTERS = 29
_LABEL = 0.24
_MAIN, _MOST_OF = 0.5, 0.3
_INK, _SOFT, _BLUE, _ORANGE, _RED, _GREEN = "#1b1f24", "#5b6470", "#0b5394", "#b45309", "#a11d33", "#2f6f4f"
_POOL_COLOURS = (
    "#0b5394", "#d97706", "#2f6f4f", "#7a3e9d", "#c0263d", "#0f9d8a", "#9a7b00", "#475569", "#d6579b", "#3f9ad1",
)  # fmt: skip
_COLOURS = {"routes": _BLUE, "back": _ORANGE, "gives_up": _RED, "full": _SOFT, "excluded": _SOFT}
_DASHES = {"gives_up": "2 5", "full": "6 4", "excluded": "2 3"}
_LEGEND = (
    ("routes", "goes on"),
    ("back", "goes back, or up and down"),
    ("gives_up", "gives up waiting"),
    ("full", "finds no room"),
    ("excluded", "cannot use the mode"),
)
_FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_STYLE = (
    f"text{{font-family:{_FONT};font-size:11px;fill:{_INK}}}.t{{font-size:12.5px;font-weight:600}}"
    f".s{{fill:{_SOFT}}}.x{{fill:{_GREEN}}}.h{{font-size:20px;font-weight:600}}"
    ".l{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round;font-size:10.5px}"
    ".w{fill:none;stroke-linecap:round}"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a box: its words, its style, and the pool whose mark stands before it."""

    text: str
    style: str = ""
    pool: str = ""


@dataclass(slots=True)
class _Sheet:
    """What is drawn, and how far it reaches."""

    parts: list[str] = field(default_factory=list)
    right: float = 0.0
    bottom: float = 0.0

    def reach(self, x: float, y: float) -> None:
        self.right, self.bottom = max(self.right, x), max(self.bottom, y)


def picture(pathway: Pathway) -> str:
    """The picture as SVG, which needs nothing from elsewhere.

    Args:
        pathway: The pathway.
    """
    drawn = diagram(pathway)
    marks = {name: _POOL_COLOURS[at % len(_POOL_COLOURS)] for at, name in enumerate(drawn.pools)}
    boxes = {name: _lines(drawn, name) for name in drawn.stages}
    heights = {name: 2 * _PAD + _LINE * len(lines) for name, lines in boxes.items()}
    weights: dict[tuple[str, str], float] = {}
    for way in drawn.ways:
        weights[way.source, way.to] = weights.get((way.source, way.to), 0.0) + way.flow + way.share / 1e6
    first = [name for name, stage in drawn.stages.items() if stage.arrivals]
    layout = place(heights, weights, first, _main(drawn))
    sheet = _Sheet()
    _draw_ways(sheet, drawn, layout, heights)
    for name, lines in boxes.items():
        _draw_box(sheet, drawn, name, lines, layout, heights[name], marks)
    _draw_legend(sheet, drawn, layout)
    _draw_pools(sheet, drawn.pools, marks)
    return _whole(sheet, pathway)


def _main(drawn: Diagram) -> set[tuple[str, str]]:
    """Ways that most of those take who leave one stage, and that many of those take who come to the other."""
    coming: dict[str, float] = {}
    for way in drawn.ways:
        coming[way.to] = coming.get(way.to, 0.0) + way.flow
    return {
        (way.source, way.to)
        for way in drawn.ways
        if way.source != way.to and way.share >= _MAIN and way.flow > _MOST_OF * coming[way.to]
    }


def _short(text: str, most: int = _LETTERS) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _lines(drawn: Diagram, name: str) -> list[_Line]:
    stage = drawn.stages[name]
    return [
        *(_Line(text, "t") for text in textwrap.wrap(stage.title, _LETTERS - 4)),
        *(_Line(text, "s") for text in textwrap.wrap(stage.work, _LETTERS + 4)),
        *(
            _Line(_short(f"{count} × {drawn.pools[pool].title}" if count > 1 else drawn.pools[pool].title), "", pool)
            for pool, count in stage.needs.items()
        ),
        *(_Line(f"→ {text}", "x") for text in stage.exits),
    ]


def _x(layout: Layout, layer: float) -> float:
    return _LEFT + layer * (_WIDE + _ACROSS)


def _text(text: str, x: float, y: float, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(text)}</text>'


def _class(style: str) -> str:
    return f' class="{style}"' if style else ""


def _draw_box(
    sheet: _Sheet,
    drawn: Diagram,
    name: str,
    lines: list[_Line],
    layout: Layout,
    height: float,
    marks: Mapping[str, str],
) -> None:
    stage = drawn.stages[name]
    x, middle = _x(layout, layout.layer[name]), _TOP + layout.middle[name]
    y = middle - height / 2
    dash = ' stroke-dasharray="5 4"' if stage.outside else ""
    wide = "2.6" if stage.statutory else "1.3"
    sheet.parts.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_WIDE:.0f}" height="{height:.1f}" rx="7" fill="#fff" '
        f'stroke="{_INK}" stroke-width="{wide}"{dash}/>'
    )
    for at, line in enumerate(lines):
        left, base = x + 11.0, y + _PAD + 11.0 + at * _LINE
        if line.pool:
            sheet.parts.append(f'<circle cx="{left + 4:.1f}" cy="{base - 4:.1f}" r="4.5" fill="{marks[line.pool]}"/>')
            left += 14.0
        sheet.parts.append(_text(line.text, left, base, _class(line.style)))
    for at, text in enumerate(stage.arrivals):
        _draw_arrival(sheet, text, x, y + 14.0 + at * 20.0)
    sheet.reach(x + _WIDE, y + height)


def _draw_arrival(sheet: _Sheet, text: str, x: float, y: float) -> None:
    sheet.parts.append(_path(f"M{x - 26:.1f} {y:.1f}H{x - 2:.1f}", _GREEN, 2.2, ""))
    sheet.parts.append(_text(text, x - 31.0, y + 4.0, f' text-anchor="end" style="fill:{_GREEN}" class="l"'))


def _path(track: str, colour: str, wide: float, dash: str) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    tip = f"tip{colour[1:]}"
    return (
        f'<path class="w" d="{track}" stroke="{colour}" stroke-width="{wide:.1f}"{dashes} stroke-opacity="0.85" '
        f'marker-end="url(#{tip})"/>'
    )


def _draw_ways(sheet: _Sheet, drawn: Diagram, layout: Layout, heights: Mapping[str, float]) -> None:
    most = max((way.flow for way in drawn.ways), default=1.0) or 1.0
    starts, ends = ports(drawn.ways, layout, heights)
    labels = []
    for at, way in enumerate(drawn.ways):
        back = (way.source, way.to) not in layout.bends
        kind = "back" if back and way.kind == "routes" else way.kind
        wide = 1.1 + 4.0 * math.sqrt(way.flow / most)
        track, (x, y) = _track(way, layout, starts[at], ends[at])
        sheet.parts.append(_path(track, _COLOURS[kind], wide, _DASHES.get(kind, "")))
        if way.share:
            colour = _COLOURS[kind]
            labels.append(_text(percent(way.share), x, y, f' text-anchor="middle" style="fill:{colour}" class="l"'))
    sheet.parts += labels


def _track(way: Way, layout: Layout, start: float, end: float) -> tuple[str, Spot]:
    """The path of a way, and where its share stands."""
    leaves, enters = sides(way, layout)
    first = (_x(layout, layout.layer[way.source]) + (_WIDE if leaves > 0 else 0.0), _TOP + start)
    last = (_x(layout, layout.layer[way.to]) + (_WIDE + 5.0 if enters > 0 else -5.0), _TOP + end)
    if leaves == enters:
        out = first[0] + leaves * min(36.0 + 0.22 * abs(last[1] - first[1]), _ACROSS)
        middle = (first[1] + last[1]) / 2
        bow = f"C{out:.1f} {first[1]:.1f} {out:.1f} {last[1]:.1f} {last[0]:.1f} {last[1]:.1f}"
        return f"M{first[0]:.1f} {first[1]:.1f}{bow}", (first[0] + 0.75 * (out - first[0]), middle + 3.0)
    spots: list[Spot] = [first]
    for layer, height in layout.bends.get((way.source, way.to), ()):
        spots += [(_x(layout, layer), _TOP + height), (_x(layout, layer) + _WIDE, _TOP + height)]
    spots.append(last)
    track = f"M{first[0]:.1f} {first[1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(spots):
        half = (x + to_x) / 2
        track += f"C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    (x, y), (to_x, to_y) = first, spots[1]
    along, across = _LABEL * (1.5 - 1.5 * _LABEL + _LABEL**2), _LABEL**2 * (3.0 - 2.0 * _LABEL)
    return track, (x + along * (to_x - x), y + across * (to_y - y) + 3.5)


def _draw_legend(sheet: _Sheet, drawn: Diagram, layout: Layout) -> None:
    kinds: set[str] = {way.kind for way in drawn.ways}
    if any((way.source, way.to) not in layout.bends and way.kind == "routes" for way in drawn.ways):
        kinds |= {"back"}
    x, y = 24.0, 66.0
    for kind, words in _LEGEND:
        if kind in kinds:
            sheet.parts.append(_path(f"M{x:.1f} {y - 4:.1f}h26", _COLOURS[kind], 2.0, _DASHES.get(kind, "")))
            sheet.parts.append(_text(words, x + 38.0, y, ' class="s"'))
            x += 38.0 + 6.4 * len(words) + 24.0
    words = "thick frame: statutory, goes first · broken frame: outside the pathway"
    sheet.parts += [_text("→ way out", x, y, ' class="x"'), _text(words, x + 76.0, y, ' class="s"')]
    sheet.reach(x + 470.0, y)


def _draw_pools(sheet: _Sheet, pools: Mapping[str, DrawnPool], marks: Mapping[str, str]) -> None:
    wide, tall, gap = 236.0, 66.0, 14.0
    top = sheet.bottom + 56.0
    if pools:
        sheet.parts.append(
            _text("Pools, and how much of what they can do is asked of them", 24.0, top - 14.0, ' class="t"')
        )
    columns = max(1, int((sheet.right - 24.0 + gap) // (wide + gap)))
    for at, (name, pool) in enumerate(pools.items()):
        x, y = 24.0 + at % columns * (wide + gap), top + at // columns * (tall + gap)
        sheet.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.0f}" height="{tall:.0f}" rx="7" fill="#f6f8fa" '
            'stroke="#d0d7de"/>'
        )
        sheet.parts.append(f'<circle cx="{x + 15:.1f}" cy="{y + 16:.1f}" r="5" fill="{marks[name]}"/>')
        sheet.parts.append(_text(_short(pool.title, _LETTERS - 5), x + 26.0, y + 20.0, ' class="t"'))
        sheet.parts.append(_text(f"{pool.number} · {pool.hours}", x + 11.0, y + 37.0, ' class="s"'))
        _draw_load(sheet, pool.load, x + 11.0, y + 46.0, wide - 70.0)
        sheet.reach(x + wide, y + tall)


def _draw_load(sheet: _Sheet, load: float, x: float, y: float, wide: float) -> None:
    if not math.isfinite(load):
        return
    full = wide / 1.5
    colour = _RED if load >= 1 else _ORANGE if load >= 0.85 else _GREEN
    sheet.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="9" rx="3" fill="#e6eaef"/>')
    sheet.parts.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{min(load * full, wide):.1f}" height="9" rx="3" fill="{colour}"/>'
    )
    sheet.parts.append(f'<path d="M{x + full:.1f} {y - 2:.1f}v13" stroke="{_INK}" stroke-width="1.2"/>')
    sheet.parts.append(_text(f"{100 * load:.0f}\u00a0%", x + wide + 8.0, y + 9.0))


def _whole(sheet: _Sheet, pathway: Pathway) -> str:
    wide, tall = sheet.right + 28.0, sheet.bottom + 28.0
    title = escape(pathway.title or pathway.pathway)
    tips = "".join(
        f'<marker id="tip{colour[1:]}" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.6L8 4L0 7.4z" fill="{colour}"/></marker>'
        for colour in dict.fromkeys((*_COLOURS.values(), _GREEN))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {tall:.0f}" width="{wide:.0f}" '
        f'height="{tall:.0f}" role="img" aria-label="{title}"><title>{title}</title><style>{_STYLE}</style>'
        f'<defs>{tips}</defs><rect width="100%" height="100%" fill="#fff"/>'
        + _text(pathway.title or pathway.pathway, 24.0, 38.0, ' class="h"')
        + "\n".join(sheet.parts)
        + "</svg>\n"
    )
