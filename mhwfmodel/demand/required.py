"""Servers that a pathway would need if everybody who comes were seen: the load that is offered, month by month.

Nobody gives up, is turned away or waits, and everybody goes on at once: the people who come in a month go through all
their stages as if the month lasted for ever. So a surge shows in full in its own month, and long stays are those of a
service that has settled. `docs/background/need.md` says what the figures mean beside funded and supplied hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from mhwfmodel.demand.analytic import Plan

    Array = NDArray[np.float64]

__all__ = ["joining", "servers"]

_ENDLESS = 1e12


def joining(made: Plan, month: int, *, arrivals: ArrayLike = 1.0, chance: Array | None = None) -> Array:
    """People who would join each stage, dims (place, stage, class) [people/day].

    Args:
        made: Networks of one shape, ready.
        month: Number of the month.
        arrivals: Factor on who come from outside, broadcast to (place, stage, class).
        chance: Chances of the ways on, in the order of the shape's edges; those of the networks when None.

    Raises:
        MhwfError: People who go round for ever.
    """
    shape = made.shape
    members = shape.pool_of.size
    came = made.came[:, month].sum(axis=1) / made.lengths[month]
    wide = (len(came), members // shape.classes, shape.classes)
    came = came * np.broadcast_to(np.asarray(arrivals, dtype=np.float64), wide).reshape(len(came), members)
    ways = shape.edge_chance if chance is None else chance
    on = np.zeros((members, members))
    leaving = np.repeat(np.arange(members), np.diff(shape.edge_first))
    inside = shape.edge_to >= 0
    np.add.at(on, (leaving[inside], shape.edge_to[inside]), ways[inside])
    reached = _reached(came.any(axis=0), on > 0.0)
    found = np.zeros_like(came)
    try:
        found[:, reached] = np.linalg.solve(
            np.eye(int(reached.sum())) - on[np.ix_(reached, reached)].T, came[:, reached].T
        ).T
    except np.linalg.LinAlgError:
        found[:] = np.inf
    if found.max(initial=0.0) > _ENDLESS * max(came.max(initial=0.0), 1.0) or found.min(initial=0.0) < 0.0:
        raise MhwfError(Fault("pathway", "people go round for ever", "give a way out of the stages"))
    return np.asarray(found.reshape(wide), dtype=np.float64)


def servers(
    made: Plan, month: int, *, arrivals: ArrayLike = 1.0, work: ArrayLike = 1.0, chance: Array | None = None
) -> Array:
    """Servers that would be busy on average, dims (place, stage, pool).

    Args:
        made: Networks of one shape, ready.
        month: Number of the month.
        arrivals: Factor on who come from outside, broadcast to (place, stage, class).
        work: Factor on the time that work takes, broadcast to (place, stage).
        chance: Chances of the ways on, as `joining` takes them.
    """
    shape = made.shape
    people = joining(made, month, arrivals=arrivals, chance=chance)
    takes = (
        made.work.reshape(people.shape)
        * np.broadcast_to(np.asarray(work, dtype=np.float64), people.shape[:2])[..., None]
    )
    need = shape.need.reshape(*people.shape[1:], -1)[:, 0]
    return np.asarray((people * takes).sum(axis=2)[:, :, None] * need, dtype=np.float64)


def _reached(start: NDArray[np.bool_], way: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Members whom somebody reaches."""
    reached = start
    while True:
        further = reached | (reached @ way)
        if (further == reached).all():
            return np.asarray(reached, dtype=np.bool_)
        reached = further
