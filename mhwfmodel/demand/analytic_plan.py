"""What the analytic pathway knows before it runs: networks of one shape as arrays by place, month and step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import samplers
from mhwfmodel.demand._flow import Month, Shape
from mhwfmodel.errors import Fault, MhwfError
from mhwfmodel.pathway.factors import route_chances
from mhwfmodel.pathway.network import Law, Preemption, ShiftEnd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Laws, Network, Pools
    from mhwfmodel.pathway.ways import Way

    Array = NDArray[np.float64]

__all__ = ["Plan", "plan"]

HAZARD_LOW, HAZARD_NODES = -12, 49
"""Waits at which the rate of giving up is told: 2 to the power of −12, −11½ … 12 days."""

_FINE = 8
"""Points between two of them at which survival is integrated."""

_SHARPNESS = 12.0
"""A fixed patience is taken as a log-logistic one with this shape, half of it between 0.91 and 1.1 times the time."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Networks of one shape, ready for `begin` and `step`.

    Args:
        networks: As given, dims (place).
        shape: What they share.
        steps: Steps of a month.
        came: People from outside, dims (place, month, step, member).
        work: Mean work [days], dims (place, member).
        spread: Its squared coefficient of variation, dims (place, member).
        hazard: Rate of giving up by wait [1/day], dims (place, member, node).
        closed: Mean time until the pool opens, of those who come [days], dims (place, member).
        open: Share of time in which a pool is open, dims (place, month, pool).
        late: Ends of shifts a day after which the busy finish, dims (place, month, pool).
        servers: Mean number on duty while open, dims (place, month, pool).
        lengths: Days of each month, dims (month).
    """

    networks: tuple[Network, ...]
    shape: Shape
    steps: int
    came: Array
    work: Array
    spread: Array
    hazard: Array
    closed: Array
    open: Array
    late: Array
    servers: Array
    lengths: Array

    def month(
        self, number: int, place: NDArray[np.int64], servers: Array, scale: Array, longer: Array, chance: Array
    ) -> Month:
        """The kernel's input of one month; dims of the last four (unit, pool), (unit, member) twice, (unit, edge)."""
        return Month(
            float(self.lengths[number]) / self.steps, np.ascontiguousarray(self.came[:, number]), self.work,
            self.spread, self.hazard, self.closed, np.ascontiguousarray(self.open[:, number]),
            np.ascontiguousarray(self.late[:, number]), servers, scale, longer, chance, place,
        )  # fmt: skip

    def chances(self, ways: tuple[Way, ...], factors: list[Array]) -> Array:
        """Chances of the routes with ways multiplied, dims (unit, edge); one row that stands for all without factors.

        Args:
            ways: Ways on.
            factors: On each of them, dims (unit).
        """
        usual = self.shape.edge_chance[None]
        if all(np.all(each == 1.0) for each in factors):
            return usual
        made = np.repeat(usual, factors[0].size, axis=0)
        given = np.diff(self.networks[0].stages.route_upto, axis=2, prepend=0.0)
        for s, k, new in route_chances(given, ways, factors):
            m = s * self.shape.classes + k
            made[:, self.shape.edge_first[m] : self.shape.edge_first[m + 1]] = new[:, given[s, k] > 0.0]
        return made


def plan(networks: Sequence[Network], *, steps: int = 4) -> Plan:
    """Make networks ready.

    Args:
        networks: One a place; the same stages, routes, classes, pools and months; rates and durations may differ.
        steps: Equal steps of each month, from 1. With four, a step is a week and a half day.

    Returns:
        The plan.

    Raises:
        MhwfError: No network, networks that differ in shape or have factors of their own, or steps below 1.
    """
    if not networks or steps < 1:
        raise MhwfError(Fault("networks", "at least one network and one step a month are needed"))
    first = networks[0]
    for number, network in enumerate(networks):
        if network.monthly is not None:
            raise MhwfError(Fault(f"networks[{number}]", "has factors", "give them month by month, to `step`"))
        if _signature(network) != _signature(first):
            raise MhwfError(
                Fault(f"networks[{number}]", "differs in its stages, routes, classes, pools or months from the first")
            )
    edges = np.concatenate([np.linspace(a, b, steps + 1)[:-1] for a, b in _months(first)] + [first.month_edge[-1:]])
    months = first.month_edge.size - 1
    duty = [_duty(network.pools, first.month_edge) for network in networks]
    servers, opened, late = (np.stack(parts) for parts in zip(*duty, strict=True))
    came = np.stack([_came(network, edges) for network in networks])
    return Plan(
        networks=tuple(networks), shape=_shape(first, servers * opened), steps=steps,
        came=came.reshape(len(networks), months, steps, -1),
        work=np.stack([_by_member(n, samplers.mean(n.laws)) for n in networks]),
        spread=np.stack([_by_member(n, _spread(n.laws)) for n in networks]),
        hazard=np.stack([hazards(n.laws)[n.stages.patience.ravel()] for n in networks]),
        closed=np.stack([_closed(n) for n in networks]),
        open=opened, late=late, servers=servers, lengths=np.diff(first.month_edge),
    )  # fmt: skip


def _signature(network: Network) -> tuple[object, ...]:
    stages, pools = network.stages, network.pools
    arrays = (
        network.month_edge, stages.need_start, stages.need_pool, stages.need_count, stages.rank, stages.route_to,
        stages.route_upto, stages.impatient_to, stages.full_to, stages.room, stages.outside, stages.contact,
        pools.preemption, pools.at_shift_end,
    )  # fmt: skip
    return (stages.names, network.classes, pools.names, network.exits, *(array.tobytes() for array in arrays))


def _months(network: Network) -> list[tuple[float, float]]:
    return list(zip(network.month_edge[:-1].tolist(), network.month_edge[1:].tolist(), strict=True))


def _by_member(network: Network, of_row: Array) -> Array:
    return np.asarray(of_row[network.stages.service.ravel()], dtype=np.float64)


def _spread(laws: Laws) -> Array:
    mean, second = samplers.mean(laws), samplers.second_moment(laws)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isfinite(mean) & (mean > 0.0), np.maximum(second / (mean * mean) - 1.0, 0.0), 0.0)


def hazards(laws: Laws) -> Array:
    """Rate at which a queue is given up whose head has waited w: F(w) ÷ ∫ (1 − F) from 0 to w [1/day].

    People come evenly, so that this is the rate per head; for exponential patience it is its rate at every w.

    Args:
        laws: Distributions.

    Returns:
        Dims (row, node).
    """
    power = HAZARD_LOW + np.arange((HAZARD_NODES - 1) * _FINE + 1) / (2.0 * _FINE)
    wait = np.exp2(power)
    made = np.zeros((laws.kind.size, HAZARD_NODES))
    for row, kind in enumerate(laws.kind):
        if kind == Law.NEVER:
            continue
        if kind == Law.EXPONENTIAL:
            made[row] = 1.0 / laws.a[row]
            continue
        stay = (
            1.0 / (1.0 + (wait / max(laws.a[row], wait[0])) ** _SHARPNESS)
            if kind == Law.FIXED
            else samplers.survival(laws, np.full(wait.size, row), wait)
        )
        area = wait[0] + np.concatenate([[0.0], np.cumsum(0.5 * (stay[1:] + stay[:-1]) * np.diff(wait))])
        made[row] = ((1.0 - stay) / area)[::_FINE]
    return made


def _came(network: Network, edges: Array) -> Array:
    """People from outside by step, dims (step, member)."""
    streams, members = network.arrivals, len(network.classes)
    made = np.zeros((edges.size - 1, len(network.stages.names), members))
    for r in range(len(streams.names)):
        share = np.diff(streams.class_upto[r], prepend=0.0)
        a, b = streams.start[r], streams.start[r + 1]
        if b > a:
            upto = _cumulative(streams.time[a:b], streams.rate[a:b], edges)
            made[:, streams.stage[r]] += np.diff(upto)[:, None] * share
        a, b = streams.given_start[r], streams.given_start[r + 1]
        step = np.searchsorted(edges, streams.given_time[a:b], side="right") - 1
        for at, of_class in zip(step, streams.given_class[a:b], strict=True):
            if 0 <= at < edges.size - 1:
                made[at, streams.stage[r]] += share if of_class < 0 else np.eye(members)[of_class]
    return made.reshape(edges.size - 1, -1)


def _cumulative(time: Array, value: Array, at: Array) -> Array:
    """∫ of a step function from its first time, at given times; its last value holds for good."""
    area = np.concatenate([[0.0], np.cumsum(np.diff(time) * value[:-1])])
    k = np.maximum(np.searchsorted(time, at, side="right") - 1, 0)
    return np.asarray(area[k] + np.maximum(at - time[k], 0.0) * value[k])


def _duty(pools: Pools, month_edge: Array) -> tuple[Array, Array, Array]:
    """Servers while open, share of time open, and ends of shifts a day; dims (month, pool) each."""
    months, count = month_edge.size - 1, len(pools.names)
    servers, opened, late = np.zeros((months, count)), np.zeros((months, count)), np.zeros((months, count))
    length = np.diff(month_edge)
    for p in range(count):
        time, on = _boundaries(pools, p)
        area = np.diff(_cumulative(time, on, month_edge))
        opened[:, p] = np.diff(_cumulative(time, (on > 0).astype(np.float64), month_edge)) / length
        servers[:, p] = area / np.maximum(opened[:, p] * length, np.finfo(np.float64).tiny)
        before = np.concatenate([[0.0], on[:-1]])
        ends = np.zeros(time.size, dtype=bool)
        if pools.at_shift_end[p] == ShiftEnd.FINISH:
            ends = (before > 0) & (on == 0)
        elif pools.at_shift_end[p] == ShiftEnd.OVERTIME:
            ends = before > 0
        late[:, p] = np.histogram(time[ends], month_edge)[0] / length
    return servers, opened, late


def _boundaries(pools: Pools, p: int) -> tuple[Array, Array]:
    a, b = pools.start[p], pools.start[p + 1]
    return pools.time[a:b], pools.on_duty[a:b].astype(np.float64)


def _governing(network: Network, capacity: Array) -> NDArray[np.int64]:
    """The pool by which each stage starts: the tightest of its needs, with the fewest servers for what it takes."""
    stages = network.stages
    made = np.full(len(stages.names), -1, dtype=np.int64)
    for s in range(made.size):
        a, b = stages.need_start[s], stages.need_start[s + 1]
        if b > a:
            made[s] = stages.need_pool[a:b][np.argmin(capacity[stages.need_pool[a:b]] / stages.need_count[a:b])]
    return made


def _closed(network: Network) -> Array:
    """Mean time until the pool opens of those who come: by the streams where a stage has any, else at even times."""
    made = np.zeros((len(network.stages.names), len(network.classes)))
    capacity = np.array([_cumulative(*_boundaries(network.pools, p), np.array([network.end]))[0]
                         for p in range(len(network.pools.names))])  # fmt: skip
    governing = _governing(network, capacity)
    for s, pool in enumerate(governing):
        if pool < 0:
            continue
        time, on = _boundaries(network.pools, int(pool))
        if np.all(on > 0):
            continue
        streams = [r for r in range(len(network.arrivals.names)) if network.arrivals.stage[r] == s]
        from_same = _fed_by(network, s, governing)
        made[s] = _until_open(network, time, on, streams) if streams or not from_same else 0.0
    return made.ravel()


def _fed_by(network: Network, stage: int, governing: NDArray[np.int64]) -> bool:
    """Whether everybody comes from stages of the same pool, and so while it is open."""
    stages = network.stages
    feeding = [s for s in range(len(stages.names)) if np.any(stages.route_to[s] == stage)]
    return bool(feeding) and all(governing[s] == governing[stage] for s in feeding)


def _until_open(network: Network, time: Array, on: Array, streams: list[int]) -> float:
    """Mean time until a pool opens; evenly in time, or weighted with the rates of streams."""
    ends = np.append(time, network.end)
    flows = network.arrivals
    cuts = [ends] + [flows.time[flows.start[r] : flows.start[r + 1]] for r in streams]
    at = np.unique(np.concatenate(cuts))
    at = at[at <= network.end]
    middle, length = (at[1:] + at[:-1]) / 2.0, np.diff(at)
    weight = np.zeros(length.size)
    for r in streams:
        a, b = flows.start[r], flows.start[r + 1]
        if b > a:
            weight += flows.rate[a:b][np.maximum(np.searchsorted(flows.time[a:b], middle, side="right") - 1, 0)]
    if not streams or not np.any(weight > 0.0):
        weight = np.ones(length.size)
    opening = np.append(time[on > 0], network.end)
    shut = on[np.maximum(np.searchsorted(time, middle, side="right") - 1, 0)] == 0
    left = np.where(shut, opening[np.searchsorted(opening, middle)] - middle, 0.0)
    return float((left * weight * length).sum() / (weight * length).sum())


def _shape(network: Network, capacity: Array) -> Shape:
    stages, classes = network.stages, len(network.classes)
    count, pools = len(stages.names), len(network.pools.names)
    governing = _governing(network, capacity.mean(axis=(0, 1)))
    pool_of = np.repeat(governing, classes)
    need = np.zeros((count * classes, max(pools, 1)))
    for s in range(count):
        for k in range(stages.need_start[s], stages.need_start[s + 1]):
            need[s * classes : (s + 1) * classes, stages.need_pool[k]] = stages.need_count[k]
    rank = stages.rank.ravel()
    by_pool = [sorted(np.flatnonzero(pool_of == p).tolist(), key=lambda m: (rank[m], m)) for p in range(pools)]
    ends = [rank[m] != rank[after] for of in by_pool for m, after in zip(of, of[1:] + of[-1:], strict=True)]
    member = np.array([m for of in by_pool for m in of], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum([len(of) for of in by_pool])]).astype(np.int64)
    rank_end = np.array(ends, dtype=bool)
    rank_end[first[1:][np.diff(first) > 0] - 1] = True
    edge_first, edge_to, edge_chance = _edges(network)
    kinds = network.pools
    return Shape(
        classes=classes, pool_of=pool_of, first=first, member=member, rank_end=rank_end,
        order=_order(governing), edge_first=edge_first, edge_to=edge_to, edge_chance=edge_chance,
        gone_to=_members(stages.impatient_to, classes),
        full_to=_members(np.repeat(stages.full_to[:, None], classes, axis=1), classes),
        room=np.repeat(stages.room, classes), outside=np.repeat(stages.outside, classes),
        contact=np.repeat(stages.contact, classes), need=need,
        preempts=kinds.preemption != Preemption.NONE,
        breaks=np.isin(kinds.at_shift_end, (ShiftEnd.HAND_OVER, ShiftEnd.START_AGAIN)),
        replaced=kinds.at_shift_end == ShiftEnd.OVERTIME, each=np.arange(count * classes),
        losing=np.array([bool(of) and all(stages.room[m // classes] == 0 for m in of) for of in by_pool], dtype=bool),
    )  # fmt: skip


def _order(governing: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pools, and stages without one, as they come first among the stages."""
    seen: dict[int, None] = {}
    for s, pool in enumerate(governing.tolist()):
        seen.setdefault(pool if pool >= 0 else -1 - s)
    return np.array(list(seen), dtype=np.int64)


def _members(to: NDArray[np.int32], classes: int) -> NDArray[np.int64]:
    """Destinations by (stage, class) as members; exits as −1 − exit × classes − class; dims (member)."""
    of_class = np.broadcast_to(np.arange(classes), to.shape)
    wide = to.astype(np.int64)
    return np.where(wide >= 0, wide * classes + of_class, -1 - ((-1 - wide) * classes + of_class)).ravel()


def _edges(network: Network) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    stages, classes = network.stages, len(network.classes)
    first, to, chance = [0], [], []
    for s in range(len(stages.names)):
        for k in range(classes):
            share = np.diff(stages.route_upto[s, k], prepend=0.0)
            ends = _members(np.broadcast_to(stages.route_to[s, k][:, None], (share.size, classes)), classes)
            for at in np.flatnonzero(share > 0.0):
                to.append(int(ends[at * classes + k]))
                chance.append(float(share[at]))
            first.append(len(to))
    return np.array(first, dtype=np.int64), np.array(to, dtype=np.int64), np.array(chance, dtype=np.float64)
