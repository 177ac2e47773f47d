"""The pathway of a run: worked out with the run's staff when all its months are known, and kept for the result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mhwfmodel.simulate.pathway_events import board_figures
from mhwfmodel.simulate.pathway_figures import added, over_icbs
from mhwfmodel.simulate.pathway_kept import Kept
from mhwfmodel.simulate.pathway_months import AllBoards

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

    from mhwfmodel.results.scratch import Scratch
    from mhwfmodel.simulate.pathway_plan import PathwayPlan
    from mhwfmodel.simulate.pathway_staff import StaffKept
    from mhwfmodel.simulate.workers import Workers

    Progress = Callable[[str, int, int], None]

__all__ = ["pathway_groups"]


def pathway_groups(
    plan: PathwayPlan, staff: StaffKept, workers: Workers, scratch: Scratch | None, report: Progress
) -> dict[str, xr.Dataset]:
    """Run the pathway of every board and keep what the result holds of it.

    Args:
        plan: The pathway of the run.
        staff: What the run's staff give, month by month.
        workers: The threads.
        scratch: File that takes every draw; kept in memory when None.
        report: Called with the stage, what is done and how much there is.
    """
    kept = Kept(plan, scratch)
    go = _by_month if plan.engine == "analytic" else _by_board
    go(plan, staff, workers, kept, report)
    return kept.datasets()


def _by_month(plan: PathwayPlan, staff: StaffKept, workers: Workers, kept: Kept, report: Progress) -> None:
    """Go through the months, all boards of one at a time."""
    report("pathway", 0, plan.months)
    boards = AllBoards(plan, staff, workers, kept, lambda: report("pathway", 0, plan.months))
    for month in range(plan.months):
        boards.step(month)
        report("pathway", month + 1, plan.months)


def _by_board(plan: PathwayPlan, staff: StaffKept, workers: Workers, kept: Kept, report: Progress) -> None:
    """Go through the boards, all months of one at a time; all together are added up as they come."""
    boards, total, drawn = len(plan.labels.icbs), None, []
    for icb in range(boards):
        report("pathway", icb, boards)
        figures = board_figures(plan, staff, icb, workers, partial(report, "pathway", icb, boards))
        drawn.append(kept.keep_all(figures, slice(icb + 1, icb + 2), pooled=False))
        total = added(total, over_icbs(figures))
    if total is not None:
        kept.keep_draws(0, [kept.keep_all(total, slice(1), pooled=True), *drawn])
    report("pathway", boards, boards)
