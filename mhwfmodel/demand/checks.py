"""Laws that the figures of every run obey: nobody is lost, Little's law, no server idle while somebody could start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.errors import Fault, InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.demand.outcome import Outcome
    from mhwfmodel.pathway.network import Network

    Dims = Sequence[tuple[str, Sequence[object]]]

__all__ = ["TOLERANCE", "require_laws"]

TOLERANCE = 1e-9
"""How well two sums of the same time must agree: of the greater of them, and of one person-day at least."""

_MOST_TOLD = 5
_REMEDY = "this is a fault of the program: please report it with the pathway and the seed"


def require_laws(network: Network, outcome: Outcome) -> None:
    """Check the laws in a run's own figures.

    - Flow balance, in whole people, exactly: at each stage, of each class, in each month, who was there + who came =
      who went + who is there, apart for waiting and work; and in all, who was present + who arrived = who left + who
      is present.
    - Little's law: the area under the number waiting (and in work) is the time that people spent so, person by person.
    - Work conservation: nobody waits who could start, and servers' time with people is people's time in work times the
      servers that the stage needs.

    Args:
        network: The pathway.
        outcome: Figures of the run.

    Raises:
        InvariantError: A law is broken; says which, in which replication, month, stage and class, and both figures.
    """
    faults = [
        *_balance(network, outcome),
        *_everybody(network, outcome),
        *_little(network, outcome),
        *_work(network, outcome),
    ]
    if faults:
        raise InvariantError(faults)


def _balance(network: Network, outcome: Outcome) -> Iterator[Fault]:
    """Flow balance of each stage, class and month."""
    o = outcome
    dims = (*_front(network, o), *_stage_and_class(network))
    before_waiting = np.concatenate([o.opening_waiting[:, None], o.waiting[:, :-1]], axis=1)
    before_in_work = np.concatenate([o.opening_in_work[:, None], o.in_work[:, :-1]], axis=1)
    yield from _differ(
        "waiting at the month's beginning, joined and interrupted, "
        "against those who started, gave up, were turned away or wait at its end",
        before_waiting + o.joined + o.interrupted,
        o.started + o.gave_up + o.turned_away + o.waiting,
        dims,
    )
    yield from _differ(
        "in work at the month's beginning and started, "
        "against those who ended, were interrupted or are in work at its end",
        before_in_work + o.started,
        o.ended + o.interrupted + o.in_work,
        dims,
    )


def _everybody(network: Network, outcome: Outcome) -> Iterator[Fault]:
    """Flow balance of the whole pathway, by class and month."""
    o = outcome
    present = (o.waiting + o.in_work).sum(axis=2)
    opening = (o.opening_waiting + o.opening_in_work).sum(axis=1)
    before = np.concatenate([opening[:, None], present[:, :-1]], axis=1)
    dims = (*_front(network, o), ("class", network.classes))
    yield from _differ(
        "present at the month's beginning and arrived, against those who left or are present at its end",
        before + o.arrived.sum(axis=2),
        o.left.sum(axis=2) + present,
        dims,
    )
    moved = (o.ended + o.gave_up + o.turned_away).sum(axis=2)
    yield from _differ(
        "arrived and gone from a stage, against those who joined a stage or left",
        o.arrived.sum(axis=2) + moved,
        o.joined.sum(axis=2) + o.left.sum(axis=2),
        dims,
    )


def _little(network: Network, outcome: Outcome) -> Iterator[Fault]:
    """Little's law of each stage and class."""
    dims = (("replication", outcome.replications.tolist()), *_stage_and_class(network))
    for what, area, people in (
        ("waiting", outcome.waiting_days, outcome.waited),
        ("in work", outcome.work_days, outcome.worked),
    ):
        law = f"Little's law: area under the number {what}, against the time person by person [person-days]"
        yield from _differ(law, area.sum(axis=1), people, dims)


def _work(network: Network, outcome: Outcome) -> Iterator[Fault]:
    """Work conservation."""
    replications = ("replication", outcome.replications.tolist())
    yield from _differ(
        "month's ends and stages where somebody waited who could have started, against none",
        outcome.idle,
        np.zeros_like(outcome.idle),
        (replications,),
    )
    stages = network.stages
    servers = np.zeros((len(stages.names), len(network.pools.names)))
    of_need = np.repeat(np.arange(len(stages.names)), np.diff(stages.need_start))
    servers[of_need, stages.need_pool] = stages.need_count
    dims = (*_front(network, outcome), ("pool", network.pools.names))
    law = "servers' time with people, against people's time in work times servers needed [server-days]"
    yield from _differ(law, outcome.busy, outcome.work_days.sum(axis=3) @ servers, dims)


def _front(network: Network, outcome: Outcome) -> Dims:
    return ("replication", outcome.replications.tolist()), ("month", range(network.month_edge.size - 1))


def _stage_and_class(network: Network) -> Dims:
    return ("stage", network.stages.names), ("class", network.classes)


def _differ(law: str, found: NDArray[Any], wanted: NDArray[Any], dims: Dims) -> Iterator[Fault]:
    """Where two arrays that must be equal are not: whole numbers exactly, others within `TOLERANCE`."""
    if np.issubdtype(found.dtype, np.integer) and np.issubdtype(wanted.dtype, np.integer):
        wrong = found != wanted
    else:
        slack = TOLERANCE * np.maximum(np.maximum(np.abs(found), np.abs(wanted)), 1.0)
        wrong = ~(np.abs(found - wanted) <= slack)
    for index in np.argwhere(wrong)[:_MOST_TOLD].tolist():
        where = ", ".join(f"{name} {labels[at]}" for (name, labels), at in zip(dims, index, strict=True))
        at = tuple(index)
        yield Fault(where, f"{law}: {found[at].item()!r} against {wanted[at].item()!r}", _REMEDY)
