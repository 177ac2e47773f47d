"""The pathway of a run: worked out with the run's staff when all its months are known, and kept for the result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel.catalogue.pathway_measures import pathway_measures
from mhwfmodel.pathway import flatten
from mhwfmodel.pathway.calendar import calendar
from mhwfmodel.results.pathway import PathwayKeeper, pathway_datasets
from mhwfmodel.simulate.pathway_events import board_figures, parts_of
from mhwfmodel.simulate.pathway_figures import added, measures, months_of, over_icbs
from mhwfmodel.simulate.pathway_screen import advance, board, opened
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.demand.analytic import State
    from mhwfmodel.results.scratch import Scratch
    from mhwfmodel.simulate.pathway_figures import Figures, Told
    from mhwfmodel.simulate.pathway_plan import PathwayPlan
    from mhwfmodel.simulate.pathway_screen import Board
    from mhwfmodel.simulate.pathway_staff import StaffKept
    from mhwfmodel.simulate.workers import Workers

    Table = NDArray[np.float64]

__all__ = ["pathway_groups"]


def pathway_groups(
    plan: PathwayPlan,
    staff: StaffKept,
    workers: Workers,
    scratch: Scratch | None,
    report: Callable[[str, int, int], None],
) -> dict[str, xr.Dataset]:
    """Run the pathway of every board and keep what the result holds of it.

    Args:
        plan: The pathway of the run.
        staff: What the run's staff give, month by month.
        workers: The threads.
        scratch: File that takes every draw; kept in memory when None.
        report: Called with the stage, what is done and how much there is.
    """
    keeper = PathwayKeeper(plan.labels, plan.draws, scratch)
    network = flatten(plan.pathway, start=plan.start, months=1)
    inside = parts_of(network, plan.labels).inside
    days = np.diff(calendar(plan.start, plan.months).edge).astype(np.float64)
    kept = _Kept(keeper, inside, days)
    go = kept.by_month if plan.engine == "analytic" else kept.by_board
    go(plan, staff, workers, report)
    return pathway_datasets(keeper)


class _Month(NamedTuple):
    """A month of the run.

    Args:
        number: Its number, 0 the first.
        ratio: What staff give over what the file states, dims (draw, icb, skill).
        workers: The threads.
    """

    number: int
    ratio: Table
    workers: Workers


class _Kept:
    """What was kept so far, boards being added up as they come.

    Args:
        keeper: Takes the measures.
        inside: Stages that are on the pathway, dims (stage).
        days: Length of each month [days], dims (month).
    """

    def __init__(self, keeper: PathwayKeeper, inside: NDArray[np.bool_], days: Table) -> None:
        self._keeper, self._inside, self._days = keeper, inside, days

    def by_board(
        self, plan: PathwayPlan, staff: StaffKept, workers: Workers, report: Callable[[str, int, int], None]
    ) -> None:
        """Go through the boards, all months of one at a time."""
        boards, total, drawn = len(plan.labels.icbs), None, []
        for icb in range(boards):
            report("pathway", icb, boards)
            figures = board_figures(plan, staff, icb, workers, partial(report, "pathway", icb, boards))
            drawn.append(self._keep_all(figures, slice(icb + 1, icb + 2), pooled=False))
            total = added(total, over_icbs(figures))
        if total is not None:
            self._keep_draws(0, [self._keep_all(total, slice(1), pooled=True), *drawn])
        report("pathway", boards, boards)

    def by_month(
        self, plan: PathwayPlan, staff: StaffKept, workers: Workers, report: Callable[[str, int, int], None]
    ) -> None:
        """Go through the months, all boards of one at a time; each board by itself, so that threads change no bit."""
        every = slice(0, plan.draws)
        report("pathway", 0, plan.months)

        def ready(icb: int) -> tuple[Board, State]:
            workers.check()
            made = board(plan, icb)
            return made, opened(made, staff.read(every, slice(0, 1))[:, icb, :, 0])

        at = workers.each(ready, range(len(plan.labels.icbs)), lambda: report("pathway", 0, plan.months))
        for month in range(plan.months):
            ratio = staff.read(every, slice(month + 1, month + 2))[..., 0]
            step = _Month(month, ratio, workers)
            moved = workers.each(partial(self._moved, step), at)
            at = [(made, after) for (made, _), (after, _, _) in zip(at, moved, strict=True)]
            total = None
            for _, figures, _ in moved:
                total = added(total, figures)
            if total is not None:
                first = self._keep(total, slice(1), slice(month, month + 1), pooled=True)
                self._keep_draws(month, [first, *(drawn for _, _, drawn in moved)])
            report("pathway", month + 1, plan.months)

    def _moved(self, step: _Month, given: tuple[Board, State]) -> tuple[State, Figures, dict[str, Table]]:
        """Move a board by a month and keep what it gave; gives that too, as those of all boards are added up."""
        step.workers.check()
        (made, state), month = given, step.number
        after, figures = advance(made, state, step.ratio[:, made.icb], month)
        drawn = self._keep(figures, slice(made.icb + 1, made.icb + 2), slice(month, month + 1), pooled=False)
        return after, over_icbs(figures), drawn

    def _keep_all(self, figures: Figures, icbs: slice, *, pooled: bool) -> dict[str, Table]:
        """Keep all months of some boards, some at a time; gives every draw of what is kept so."""
        parts = [
            self._keep(months_of(figures, months), icbs, months, pooled=pooled) for months in _blocks(self._days.size)
        ]
        return {name: np.concatenate([part[name] for part in parts], axis=2) for name in parts[0]}

    def _keep(self, figures: Figures, icbs: slice, months: slice, *, pooled: bool) -> dict[str, Table]:
        """Keep mean and quantiles of some boards and months; gives every draw of what is kept so."""
        told, drawn = measures(figures, self._inside, self._days[months], pooled=pooled), {}
        for item in pathway_measures():
            found = told[item.name]
            ratio = None if found.above is None or found.below is None else (found.above, found.below)
            self._keeper.keep(item, icbs, months, found.values, ratio)
            if item.drawn:
                drawn[item.name] = _over_all(found, item.dims)
        return drawn

    def _keep_draws(self, month: int, drawn: Sequence[dict[str, Table]]) -> None:
        """Keep every draw of some months: all boards together, then each of them."""
        months = next(iter(drawn[0].values())).shape[2]
        self._keeper.begin(month, months)
        for item in pathway_measures():
            if item.drawn:
                self._keeper.keep_draws(item, month, np.concatenate([part[item.name] for part in drawn], axis=1))


def _over_all(told: Told, dims: tuple[str, ...]) -> Table:
    """A measure over all stages and classes, dims (draw, icb, month, …)."""
    values = told.values
    for at in reversed(range(1, len(dims))):
        if dims[at] in ("stage", "of_class"):
            values = np.take(values, 0, axis=at + 2)
    return values


def _blocks(months: int) -> Iterator[slice]:
    return (slice(at, min(at + MONTHS_PER_YEAR, months)) for at in range(0, months, MONTHS_PER_YEAR))
