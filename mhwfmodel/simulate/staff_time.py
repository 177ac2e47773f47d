"""What levers make of the time of staff: hours taken off it or given back, agency staff, and who has been trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel.levers.effects import AgencyCover, Scaled, TimeTaken, Trained
from mhwfmodel.simulate.capacity import at_work_by_group
from mhwfmodel.simulate.effects import in_draws, in_month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.simulate.measures import Drawn
    from mhwfmodel.simulate.model import Model
    from mhwfmodel.supply import Step

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["Learning", "felt_training", "learnt", "nobody_trained", "time_of_staff"]


class Learning(NamedTuple):
    """Who has been trained, and what that took.

    Args:
        before: Share of the staff of each cell whom each training had reached before the month, dims (training, draw,
            cell).
        trained: The same at its end.
        hours: Hours that the month's trainings took, over all staff, dims (draw, cell) [hours per FTE and month].
    """

    before: Table
    trained: Table
    hours: Table


def nobody_trained(model: Model, rows: slice) -> Table:
    """Before the first month no training has reached anybody, dims (training, draw, cell)."""
    return np.zeros((len(model.levers.of(Trained)), len(model.posts[rows]), model.cells))


def felt_training(model: Model, rows: slice, trained: Table) -> Table | None:
    """Logarithm of what training multiplies leaving with, dims (draw, cell); None where it changes nothing.

    Args:
        model: The run.
        rows: Which draws.
        trained: Share of the staff whom each training had reached at the end of the month before.
    """
    logs = [in_draws(effect.log_leaving, rows) for effect, _ in model.levers.of(Trained)]
    if not any(log.any() for log in logs):
        return None
    return _weighted(logs, trained)


def learnt(model: Model, month: int, rows: slice, trained: Table, after: Step) -> Learning:
    """Train some of the untrained of a month; those who left have taken it along, and those who came are untrained.

    With c the share trained before, S people at the end of the month, of whom A have come in it, k = c (S − A)/S of
    them are trained already. A share r of the others is trained now: c' = k + r (1 − k). Where as many come as go, a
    share h of the people each month, this settles at r / (1 − (1 − r)(1 − h)).

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        trained: Share of the staff trained before, dims (training, draw, cell).
        after: What the month gave.
    """
    effects = model.levers.of(Trained)
    if not effects:
        return Learning(trained, trained, np.zeros((1, 1)))
    edges = model.workforce.graph.edges
    inside = [people for edge, people in zip(edges, after.flows, strict=True) if edge.starter]
    filled = np.asarray(after.filled, dtype=np.float64)
    came = np.add.reduce([*after.starters]) - np.add.reduce([np.zeros_like(after.filled), *inside])
    stayed = np.divide(filled - came, filled, out=np.zeros_like(filled), where=filled > 0)
    fte = model.inputs.participation[rows]
    now, hours = np.empty_like(trained), np.zeros_like(fte)
    for at, (effect, reached) in enumerate(effects):
        kept = trained[at] * stayed
        fresh = np.where(reached, effect.rate[month] * (1.0 - kept), 0.0)
        now[at] = kept + fresh
        hours += np.divide(fresh * effect.hours, fte, out=np.zeros_like(fte), where=fte > 0.0)
    return Learning(trained, now, hours)


def time_of_staff(model: Model, usual: Drawn, month: int, rows: slice, learning: Learning, vacant: Counts) -> Drawn:
    """What turns people into time in a month, with what levers make of it; the usual where there are no such levers.

    Args:
        model: The run.
        usual: The same without levers.
        month: Number of the month, 0 the first.
        rows: Which draws.
        learning: Who has been trained, and the hours that it took.
        vacant: Vacancies at the end of the month, dims (draw, cell).
    """
    levers, made = model.levers, usual
    trained, taken = levers.of(Trained), levers.of(TimeTaken)
    if trained or taken or any(effect.what == "hours" for effect, _ in levers.of(Scaled)):
        log = levers.log_factor("hours", month, rows, model.cells)
        if trained:
            log = log + _weighted([in_draws(effect.log_hours, rows) for effect, _ in trained], learning.before)
        made = made._replace(share=usual.share * _kept(model, month, rows, learning.hours) * np.exp(log))
    if trained:
        made = made._replace(trained=1.0 - np.prod(1.0 - learning.trained, axis=0))
    return _with_agencies(model, made, usual.share, month, rows, vacant) if levers.of(AgencyCover) else made


def _kept(model: Model, month: int, rows: slice, learning: Table) -> Table:
    """Share of the hours at work that is left when some are taken, dims (draw, cell); more than 1 when some are given.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        learning: Hours that trainings take, dims (draw or 1, cell or 1) [hours per FTE and month].
    """
    capacity = model.inputs.capacity
    at_work = at_work_by_group(capacity)[rows][:, capacity.group]
    taken = learning
    for effect, reached in model.levers.of(TimeTaken):
        taken = taken + in_month(effect.hours, month, rows)[:, None] * reached
    return np.divide(np.maximum(at_work - taken, 0.0), at_work, out=np.ones_like(at_work), where=at_work > 0.0)


def _with_agencies(model: Model, made: Drawn, share: Table, month: int, rows: slice, vacant: Counts) -> Drawn:
    """Agencies cover vacant posts independently of each other; where several do, their work counts by their shares.

    Args:
        model: The run.
        made: What turns people into time.
        share: Share of the work that is for people with mental health needs, dims (draw, cell).
        month: Number of the month, 0 the first.
        rows: Which draws.
        vacant: Vacancies, dims (draw, cell).
    """
    open_still, asked, worth = np.ones_like(share), np.zeros_like(share), np.zeros_like(share)
    for effect, reached in model.levers.of(AgencyCover):
        covered = np.full((len(share), 1), effect.share[month])
        if effect.most is not None:
            there = (vacant * reached).sum(axis=1, keepdims=True)
            covered = np.minimum(covered, np.divide(effect.most, there, out=np.ones_like(covered), where=there > 0))
        each = covered * reached
        open_still *= 1.0 - each
        asked += each
        worth += each * in_draws(effect.productivity, rows)[:, None]
    worth = np.divide(worth, asked, out=np.zeros_like(worth), where=asked > 0.0)
    return made._replace(cover=1.0 - open_still, worth=worth * share)


def _weighted(logs: Sequence[Table], trained: Table) -> Table:
    """Sum of the logarithms of factors where all are trained, by the share who are, dims (draw, cell)."""
    return np.asarray(np.add.reduce([log[:, None] * share for log, share in zip(logs, trained, strict=True)]))
