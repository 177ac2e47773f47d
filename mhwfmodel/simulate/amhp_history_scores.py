"""The published number of Approved Mental Health Professionals since 2018 beside what was forecast for it from 2018."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.errors import DataError
from mhwfmodel.forecast.scores import LEVELS, Score, crps, score
from mhwfmodel.simulate.amhp_history import INPUTS, OPENING, READ, SNAPSHOT, History, amhp_history

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = [
    "FIRST",
    "RESTATED",
    "WALK",
    "PublishedPoint",
    "Scored",
    "Vintage",
    "history_inputs",
    "history_points",
    "history_scores",
    "published",
    "random_walk",
    "scored",
]

Vintage = Literal["first published", "as restated"]
FIRST: Vintage = "first published"
RESTATED: Vintage = "as restated"

_POINTS = (("A003", "A004"), ("A005", ""), ("A006", ""), ("A007", ""), ("A008", ""), ("A009", ""))
"""Figure of each point as first published, and as restated later where it was."""

WALK = ("A040", "A041")
"""The panel of councils asked twice: all that was known in 2018 of how far the number moves."""

_LAST_VALUE = "A001"


@dataclass(frozen=True, slots=True)
class PublishedPoint:
    """A number that came.

    Args:
        month: Label `YYYY-MM`.
        figure: Id of the figure.
        value: People, as published.
    """

    month: str
    figure: str
    value: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One point beside its forecasts.

    Args:
        point: What came.
        model: The run from 2018.
        walk: The last value known in 2018 with the random walk of the panel.
        last: Absolute error of that last value: the score of a point forecast.
    """

    point: PublishedPoint
    model: Score
    walk: Score
    last: float


def published(vintage: Vintage) -> tuple[PublishedPoint, ...]:
    """The published points of one vintage, in order; a restated value stands in the month of the first."""
    return tuple(_point(first, first if vintage == FIRST or not later else later) for first, later in _POINTS)


def _point(first: str, used: str) -> PublishedPoint:
    period = catalogue.figure(first).period
    return PublishedPoint(period if "-" in period else f"{period}{SNAPSHOT}", used, _number(used))


def _number(name: str) -> float:
    number = catalogue.figure(name).number
    if number is None:
        raise DataError(f"figure {name} has no number; a score needs one")
    return number


def random_walk(draws: int, month: str) -> Table:
    """The last value, spread as the panel's one step says: evenly spaced quantiles of a log-normal, dims (draw).

    The panel moved once, so its step is all there is of the standard deviation of a year: `|ln(B ÷ A)| ÷ √years`.
    """
    from scipy.special import ndtri

    before, after = (catalogue.figure(name) for name in WALK)
    # A month's label is enough: from the first day of one to the last day of another.
    end = date.fromisoformat(after.period) + timedelta(days=1)
    between = (end.year - date.fromisoformat(before.period).year) * units.MONTHS_PER_YEAR
    between += end.month - date.fromisoformat(before.period).month
    step = abs(np.log(_number(after.id) / _number(before.id))) / np.sqrt(between)
    ahead = units.month_index(month) - units.month_index(OPENING)
    normal = ndtri((np.arange(draws) + 0.5) / draws)
    return np.asarray(_number(_LAST_VALUE) * np.exp(step * np.sqrt(ahead) * normal), dtype=np.float64)


def scored(history: History, vintage: Vintage) -> tuple[Scored, ...]:
    """Score a run at every published point of one vintage.

    Args:
        history: A run that reaches the last point.
        vintage: First published, or as restated.
    """
    rows = []
    for point in published(vintage):
        draws = history.at(point.month)
        walk = random_walk(draws.size, point.month)
        last = crps([_number(_LAST_VALUE)], point.value)
        rows.append(Scored(point, score(draws, point.value), score(walk, point.value), last))
    return tuple(rows)


@cache
def run_to_last_point(draws: int) -> History:
    """The run that reaches the last published point."""
    return amhp_history(draws, published(FIRST)[-1].month)


Words = tuple[Sequence[str], Sequence[Sequence[str]]]


def history_points(draws: int) -> Words:
    """Table of the points: what came, in both vintages, beside the run's median and intervals."""
    history = run_to_last_point(draws)
    headings = ("month", "figure", "published", "run, median", *(f"{level} %" for level in LEVELS))
    rows = []
    for vintage in (FIRST, RESTATED):
        for item in scored(history, vintage):
            if vintage == RESTATED and item.point in published(FIRST):
                continue
            note = "" if item.point in published(FIRST) else ", restated"
            ends = (f"{low:,.0f} to {high:,.0f}" for low, high in item.model.intervals)
            row = (item.point.month, f"{item.point.figure}{note}", f"{item.point.value:,.0f}")
            rows.append((*row, f"{item.model.median:,.0f}", *ends))
    return headings, sorted(rows)


def history_scores(draws: int) -> Words:
    """Table of the scores: mean CRPS, coverage and width over the points, in both vintages."""
    history = run_to_last_point(draws)
    headings = ("against", "forecast", "mean CRPS", *(f"{level} %: held, mean width" for level in LEVELS))
    rows: list[tuple[str, ...]] = []
    for vintage in (FIRST, RESTATED):
        items = scored(history, vintage)
        forecasts = (("this run", [item.model for item in items]), ("last value, random walk", [x.walk for x in items]))
        for name, scores in forecasts:
            row = (vintage, name, f"{np.mean([item.crps for item in scores]):,.0f}")
            rows.append((*row, *(_held(scores, number) for number in range(len(LEVELS)))))
        last = f"{np.mean([item.last for item in items]):,.0f}"
        rows.append((vintage, "last value alone", last, *("no interval" for _ in LEVELS)))
    return headings, rows


def _held(scores: Sequence[Score], number: int) -> str:
    """How many of the points an interval held, and how wide it was on average."""
    held = sum(item.covered[number] for item in scores)
    return f"{held} of {len(scores)}, {np.mean([item.widths[number] for item in scores]):,.0f}"


def history_inputs() -> Words:
    """Table of all that the run is given, with the figures, the time that they are of and their documents."""
    headings = ("what the run is given", "value (range)", "status", "rests on")
    rows: list[tuple[str, ...]] = []
    for item in map(catalogue.parameter, INPUTS):
        drawn = ", not drawn" if item.distribution == "fixed" else ""
        value = f"{item.central:,g} ({item.low:,g} to {item.high:,g}{drawn}) {item.unit}"
        rows.append((f"{item.title}: `{item.name}`", value, item.status, "; ".join(map(_told, item.source))))
    for name in READ:
        figure = catalogue.figure(name)
        rows.append((figure.quantity, f"{_number(name):,g} {figure.unit}", figure.status, _told(name)))
    return headings, rows


def _told(name: str) -> str:
    """A figure, the time that it is of, and its document's date."""
    figure = catalogue.figure(name)
    return f"{name} (of {figure.period}, document of {figure.date})"
