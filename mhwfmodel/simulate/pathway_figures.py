"""Figures of a pathway from whichever engine, and the measures of a result that are made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel.simulate.pathway_waits import Waits, distributions, together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["POOL", "STAGE", "Figures", "Told", "added", "measures", "months_of", "over_icbs", "stacked"]

STAGE = ("waiting", "in_work", "joined", "seen", "gave_up", "turned_away")
"""Figures of a stage and class."""

POOL = ("busy", "on_duty", "given", "stated")
"""Server-days of a pool: with people, on duty, that the run's staff can give, and that the pathway file states."""

_STOCKS = ("waiting", "in_work")
_ADDED = ("number", "days", "within", "beyond")


@dataclass(frozen=True, slots=True)
class Figures:
    """What an engine gives of some draws, boards and months; whole people, or expected ones.

    Many draws are worked on quickest where those of a group lie side by side in memory; no dim depends on that.

    Args:
        stage: Name of `STAGE` to people, dims (draw, icb, month, stage, class).
        stage_waits: Completed waits in the queue of a stage, the same dims.
        arrived: People from outside, dims (draw, icb, month, class).
        left: People who left, dims (draw, icb, month, exit, class).
        waits: Waits since the start of the episode, dims (draw, icb, month, definition, contact, class).
        pool: Name of `POOL` to server-days, dims (draw, icb, month, pool).
        grid: Distributions of `waits`, dims (draw, icb, month, definition, contact, class, edge); see
            `pathway_waits.EDGE`.
    """

    stage: Mapping[str, Table]
    stage_waits: Waits
    arrived: Table
    left: Table
    waits: Waits
    pool: Mapping[str, Table]
    grid: Table

    @staticmethod
    def of(
        stage: Mapping[str, Table],
        stage_waits: Waits,
        arrived: Table,
        left: Table,
        waits: Waits,
        pool: Mapping[str, Table],
    ) -> Figures:
        """The figures, with the distributions made from the five points that are known of each."""
        return Figures(stage, stage_waits, arrived, left, waits, pool, distributions(waits))


class Told(NamedTuple):
    """A measure of some draws, boards and months.

    Args:
        values: Dims (draw, icb, month, …).
        above: Of a ratio what stands above the line, the same dims; the mean over draws is that of the sums.
        below: What stands below it.
    """

    values: Table
    above: Table | None = None
    below: Table | None = None


def months_of(figures: Figures, months: slice) -> Figures:
    """Figures of some of the months."""
    return _each(figures, lambda values: values[:, :, months])


def stacked(given: Sequence[Figures]) -> Figures:
    """Figures of draws one after the other, all of them of the same boards and months."""
    parts = zip(*(_arrays(figures) for figures in given), strict=True)
    return _each(given[0], lambda _: np.concatenate(next(parts)))


def over_icbs(figures: Figures) -> Figures:
    """Figures of all boards together, as those of one; medians are to be read from `grid`."""
    return _each(figures, lambda values: values if values.shape[1] == 1 else values.sum(axis=1, keepdims=True))


def added(total: Figures | None, part: Figures) -> Figures:
    """Figures of the same shape added to a total, in its own memory; medians are to be read from `grid`.

    Args:
        total: What was given before, which is changed; nothing for the first.
        part: What is added, which stays as it is.
    """
    if total is None:
        return _each(part, lambda values: values.copy(order="K"))
    for values, more in zip(_arrays(total), _arrays(part), strict=True):
        np.add(values, more, out=values)
    return total


def _arrays(figures: Figures) -> Iterator[Table]:
    """All arrays, in the order of `_each`."""
    for item in fields(figures):
        value = getattr(figures, item.name)
        if isinstance(value, np.ndarray):
            yield value
        else:
            yield from (value.each() if isinstance(value, Waits) else value).values()


def _each(figures: Figures, change: Callable[[Table], Table]) -> Figures:
    """Change every array."""

    def changed(value: Mapping[str, Table] | Waits | Table) -> Mapping[str, Table] | Waits | Table:
        if isinstance(value, np.ndarray):
            return change(value)
        if isinstance(value, Waits):
            return Waits(**{name: change(values) for name, values in value.each().items()})
        return {name: change(values) for name, values in value.items()}

    return Figures(*(changed(getattr(figures, item.name)) for item in fields(figures)))  # type: ignore[arg-type]


def measures(figures: Figures, inside: NDArray[np.bool_], days: Table, *, pooled: bool) -> dict[str, Told]:
    """The measures of a result, over stages and classes too, which come first of their dims.

    Args:
        figures: What an engine gave.
        inside: Stages that are on the pathway, dims (stage).
        days: Length of each month [days], dims (month).
        pooled: The figures are of several boards together, of which medians of parts are not known.
    """
    found = {
        name: Told(_with_all(values, inside if name in _STOCKS else None)) for name, values in figures.stage.items()
    }
    found |= _stage_waits(figures.stage_waits, pooled=pooled)
    found |= _waits(figures, pooled=pooled)
    busy, on_duty, given, stated = (figures.pool[name] for name in POOL)
    return found | {
        "arrived": Told(_all_classes(figures.arrived)),
        "left": Told(_with_all(figures.left)),
        "utilisation": _ratio(busy, on_duty),
        "on_duty": Told(on_duty / days[:, None]),
        "staff_ratio": _ratio(given, stated),
    }


def _stage_waits(waits: Waits, *, pooled: bool) -> dict[str, Told]:
    number, days, within, _ = (_with_all(waits.each()[name]) for name in _ADDED)
    found = {"stage_wait_mean": _ratio(days, number), "stage_wait_within_4_weeks": _ratio(within, number)}
    for name, values in (("stage_wait_median", waits.median), ("stage_wait_p90", waits.p90)):
        known = np.full_like(number, np.nan)
        if not pooled:
            known[..., 1:, 1:] = values
            if values.shape[-1] == 1:
                known[..., 1:, :1] = values
        found[name] = Told(known)
    return found


def _waits(figures: Figures, *, pooled: bool) -> dict[str, Told]:
    number, days, within, beyond = (_all_classes(figures.waits.each()[name]) for name in _ADDED)
    grid = figures.grid if pooled else figures.grid.sum(axis=-2, keepdims=True)
    if pooled:
        grid = np.concatenate([grid.sum(axis=-2, keepdims=True), grid], axis=-2)
    median, p90 = together(grid, number if pooled else number[..., :1])
    if not pooled:
        median = np.concatenate([median, figures.waits.median], axis=-1)
        p90 = np.concatenate([p90, figures.waits.p90], axis=-1)
    return {
        "wait_number": Told(number),
        "wait_mean": _ratio(days, number),
        "wait_median": Told(median),
        "wait_p90": Told(p90),
        "wait_within_4_weeks": _ratio(within, number),
        "wait_beyond_18_months": Told(beyond),
    }


def _all_classes(values: Table) -> Table:
    """All classes together before each of them, the last dim."""
    return np.concatenate([values.sum(axis=-1, keepdims=True), values], axis=-1)


def _with_all(values: Table, inside: NDArray[np.bool_] | None = None) -> Table:
    """All stages and all classes together before each of them, the last two dims."""
    classes = _all_classes(values)
    counted = classes if inside is None else classes[..., inside, :]
    return np.concatenate([counted.sum(axis=-2, keepdims=True), classes], axis=-2)


def _ratio(above: Table, below: Table) -> Told:
    values = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0.0)
    return Told(values, above, below)
