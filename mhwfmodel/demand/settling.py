"""The analytic pathway moved on, with everything held as it is, until it has come to its balance.

Only the end counts, so that most of the way is made in long steps, and the last of it in those of a run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mhwfmodel.demand import analytic
from mhwfmodel.demand._journeys import BEGUN, COMING, DONE, FULL, GONE
from mhwfmodel.errors import Fault, MhwfError
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["settled"]

_LONG, _BY_MONTH, _LAST = 150, 24, 6
"""Months in steps of half a year, then in steps of a month, then as in a run: whole years in all."""

_HALF_YEAR = MONTHS_PER_YEAR // 2


def settled(made: analytic.Plan, state: analytic.State, servers: ArrayLike) -> analytic.State:
    """What a year that is repeated for ever comes to.

    `docs/background/analytic-pathway.md` tells how near it comes.

    Args:
        made: The plan of one year.
        state: Where the units are; the nearer to the balance the better.
        servers: Servers on duty while the pool is open, dims (unit, pool), the same in all months.

    Returns:
        The state at the end of the last month of a year. What a unit comes to depends on no other one.

    Raises:
        MhwfError: A plan of other than twelve months.
    """
    if made.lengths.size != MONTHS_PER_YEAR:
        raise MhwfError(Fault("made", f"has {made.lengths.size} months; a year is repeated"))
    halves = [replace(network, month_edge=network.month_edge[::_HALF_YEAR]) for network in made.networks]
    parts = (
        (analytic.plan(halves, steps=1), _LONG // _HALF_YEAR),
        (analytic.plan(made.networks, steps=1), _BY_MONTH),
        (made, _LAST),
    )
    passed, step = 0, 0.0
    for plan, count in parts:
        periods, earlier = plan.lengths.size, step
        step = float(plan.lengths.mean()) / plan.steps
        state = _by_step(state, step / earlier) if earlier else state
        first = passed % MONTHS_PER_YEAR * periods // MONTHS_PER_YEAR
        for number in range(first, first + count):
            state, _ = analytic.step(plan, state, number % periods, servers=servers)
        passed += count * MONTHS_PER_YEAR // periods
    return state


def _by_step(state: analytic.State, ratio: float) -> analytic.State:
    """The state with what it holds of its last step told for a step that is longer by a factor.

    The next step begins its search with what the last one moved, and its waits with who came in it: without this that
    would be many times too much.
    """
    members = state.members.copy()
    members[:, [BEGUN, DONE, GONE, FULL, *COMING]] *= ratio
    return replace(state, members=members)
