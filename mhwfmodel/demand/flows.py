"""Flows of a pathway in balance: traffic equations over routes, giving up and being turned away.

How many give up depends on how many come, and the other way round, so the equations are solved again and again until
nothing changes. What a group of stages is, and when the numbers are exact, `steady` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import samplers
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network

__all__ = ["Flows", "Group", "flows", "numbers"]

_ROUNDS = 300
_SETTLED = 1e-12
_LARGEST = 2**18
_NEGLIGIBLE = 2.0**-56
_SHORTEST = 2.0**-40
_LEAST_SPARE = 2.0**-7


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Stages that want the same pool.

    Args:
        stages: Their numbers, dims (member), int64.
        servers: How many are served at once while the pool is open; infinite for a delay.
        at_start: How many are served at once at time 0.
        service: Mean service time [days], made longer by the time for which the pool is closed.
        giving_up: Rate at which one who waits gives up [1/mean service time].
        number_upto: Running sums of the chances of 0, 1, … people, the last 1.
        queue: Mean number who wait.
        busy: Mean number in work.
        full: Chance that somebody finds no room.
        waiting_share: Shares of those who wait, dims (member, class), float64.
        work_share: Shares of those in work, dims (member, class), float64.
    """

    stages: NDArray[np.int64]
    servers: float
    at_start: float
    service: float
    giving_up: float
    number_upto: NDArray[np.float64]
    queue: float
    busy: float
    full: float
    waiting_share: NDArray[np.float64]
    work_share: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Flows in balance [people/day].

    Args:
        external: From outside, dims (stage, class), float64.
        arriving: Everybody who joins, dims (stage, class), float64.
        served_to: After work, dims (from stage, to stage, class), float64.
        gave_up_to: After giving up, the same dims.
        turned_away_to: After finding no room, the same dims.
        groups: Groups of stages to which somebody comes.
        waits: Chance of having to wait, dims (stage), float64.
        mean_wait: Mean wait of those who have to [days], dims (stage), float64.
    """

    external: NDArray[np.float64]
    arriving: NDArray[np.float64]
    served_to: NDArray[np.float64]
    gave_up_to: NDArray[np.float64]
    turned_away_to: NDArray[np.float64]
    groups: tuple[Group, ...]
    waits: NDArray[np.float64]
    mean_wait: NDArray[np.float64]


def numbers(servers: float, load: float, giving_up: float, room: int = -1) -> NDArray[np.float64]:
    """Chances of 0, 1, … people in M/M/c, M/M/c+M, M/M/c/K and M/M/∞, until the rest is negligible.

    Args:
        servers: Servers c; may be infinite.
        load: Arrivals × mean service time [Erlang].
        giving_up: Rate at which one who waits gives up [1/mean service time].
        room: Most who may wait; −1: no limit.

    Returns:
        Dims (number), sum 1; empty where there is no balance, or one of more than 260,000 people.
    """
    endless = room < 0 or not np.isfinite(servers)
    if giving_up <= 0.0 and (servers <= 0.0 or (endless and load >= servers)):
        return np.empty(0)
    limit = 2 * _LARGEST if endless else int(servers) + room
    size = 64
    while True:
        n = np.arange(1, min(size, limit) + 1, dtype=np.float64)
        down = np.minimum(n, servers) + giving_up * np.maximum(n - servers, 0.0)
        with np.errstate(divide="ignore"):
            log = np.concatenate([[0.0], np.cumsum(np.log(load / down) if load > 0.0 else np.full(n.size, -np.inf))])
        weight = np.exp(log - log.max())
        ratio = load / down[-1] if n.size else 0.0
        if size >= limit or (ratio < 1.0 and weight[-1] <= _NEGLIGIBLE * (1.0 - ratio)):
            return np.asarray(weight / weight.sum(), dtype=np.float64)
        if size >= _LARGEST:
            return np.empty(0)
        size *= 2


@dataclass(frozen=True, slots=True)
class _Crews:
    """How many a pool serves at once: while open, on average over all time, and at time 0; infinite for a delay."""

    servers: float
    mean: float
    at_start: float


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """What of a network does not depend on flows."""

    external: NDArray[np.float64]
    service: NDArray[np.float64]
    giving_up: NDArray[np.float64]
    route: NDArray[np.float64]
    impatient: NDArray[np.float64]
    full: NDArray[np.float64]
    members: tuple[NDArray[np.int64], ...]
    crews: tuple[_Crews, ...]


def flows(network: Network, *, longest: float | None = None) -> Flows:
    """The balance of a network with the staffing and arrivals of its first month.

    Args:
        network: The pathway.
        longest: Mean time [days] after which those are taken off the list whose patience has no end; None: never.

    Returns:
        Flows and groups.

    Raises:
        MhwfError: There is no balance: more come than can be seen and nobody gives up, or people never leave.
    """
    terms = _terms(network, 0.0 if longest is None else 1.0 / longest)
    lost, away = np.zeros(terms.external.shape), np.zeros(terms.external.shape)
    arriving = _traffic(network, terms, lost, away)
    groups: tuple[Group, ...] = ()
    last = np.inf
    for _ in range(_ROUNDS):
        groups = tuple(_groups(network, terms, arriving))
        lost, away = _losses(terms, groups, arriving)
        new = _traffic(network, terms, lost, away)
        change = np.abs(new - arriving).max(initial=0.0)
        weight = 1.0 if change <= 0.5 * last else 0.5
        arriving, last = arriving + weight * (new - arriving), change
        if change <= _SETTLED * max(arriving.max(initial=0.0), 1.0):
            break
    else:
        raise MhwfError("the flows of the pathway do not settle; say who is present instead")
    _refuse_overload(network, groups)
    waits, mean_wait = _waits(terms, groups, arriving)
    gone, turned = arriving * lost, arriving * away
    return Flows(
        terms.external, arriving, (arriving - gone - turned)[:, None] * terms.route, gone[:, None] * terms.impatient,
        turned[:, None] * terms.full, groups, waits, mean_wait,
    )  # fmt: skip


def _terms(network: Network, least: float) -> _Terms:
    stages, (count, classes) = network.stages, network.stages.rank.shape
    mean = samplers.mean(network.laws)
    chance = np.diff(stages.route_upto, axis=2, prepend=0.0)
    route, impatient, full = (np.zeros((count, count, classes)) for _ in range(3))
    for s, k in np.ndindex(count, classes):
        inside = stages.route_to[s, k] >= 0
        np.add.at(route, (s, stages.route_to[s, k][inside], k), chance[s, k][inside])
        if stages.impatient_to[s, k] >= 0:
            impatient[s, stages.impatient_to[s, k], k] = 1.0
        if stages.full_to[s] >= 0:
            full[s, stages.full_to[s], k] = 1.0
    patience = mean[stages.patience]
    giving_up = np.where(np.isinf(patience), least, 1.0 / np.maximum(patience, _SHORTEST))
    members, crews = _members(network)
    return _Terms(_external(network), mean[stages.service], giving_up, route, impatient, full, members, crews)


def _external(network: Network) -> NDArray[np.float64]:
    """Arrivals by stage and class, their mean over the first month [people/day]."""
    streams, until = network.arrivals, float(network.month_edge[1])
    external = np.zeros(network.stages.rank.shape)
    for r, stage in enumerate(streams.stage):
        share = np.diff(streams.class_upto[r], prepend=0.0)
        held = slice(streams.start[r], streams.start[r + 1])
        external[stage] += share * _average(streams.time[held], streams.rate[held], until)
        given = slice(streams.given_start[r], streams.given_start[r + 1])
        for time, of_class in zip(streams.given_time[given], streams.given_class[given], strict=True):
            if time < until:
                external[stage] += (share if of_class < 0 else np.arange(share.size) == of_class) / until
    return external


def _average(time: NDArray[np.float64], value: NDArray[np.float64], until: float) -> float:
    """Mean of a piecewise constant function up to a time."""
    ends = np.minimum(np.append(time, np.inf), until)
    return float(np.diff(ends) @ value / until) if time.size else 0.0


def _members(network: Network) -> tuple[tuple[NDArray[np.int64], ...], tuple[_Crews, ...]]:
    """Stages of each group, and how many the group serves at once."""
    stages = network.stages
    together: dict[int, list[int]] = {}
    crews: dict[int, list[_Crews]] = {}
    for s in range(len(stages.names)):
        group, crew = -1 - s, _Crews(np.inf, np.inf, np.inf)
        for n in range(stages.need_start[s], stages.need_start[s + 1]):
            pool = int(stages.need_pool[n])
            allowed = _crews(network, pool, int(stages.need_count[n]))
            if allowed.mean < crew.mean:
                group, crew = pool, allowed
        together.setdefault(group, []).append(s)
        crews.setdefault(group, []).append(crew)
    least = tuple(min(of_group, key=lambda crew: crew.mean) for of_group in crews.values())
    return tuple(np.array(s, dtype=np.int64) for s in together.values()), least


def _crews(network: Network, pool: int, count: int) -> _Crews:
    """How many a pool serves at once when each takes `count` of its servers."""
    pools, until = network.pools, float(network.month_edge[1])
    held = slice(pools.start[pool], pools.start[pool + 1])
    number = pools.on_duty[held] // count
    mean = _average(pools.time[held], number.astype(np.float64), until)
    is_open = _average(pools.time[held], (number > 0).astype(np.float64), until)
    return _Crews(float(np.ceil(mean / is_open - _SETTLED)) if mean > 0.0 else 0.0, mean, float(number[0]))


def _traffic(
    network: Network, terms: _Terms, lost: NDArray[np.float64], away: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Everybody who joins [people/day], given the shares who give up and who find no room."""
    on = (1.0 - lost - away)[:, None] * terms.route + lost[:, None] * terms.impatient + away[:, None] * terms.full
    arriving = np.zeros_like(terms.external)
    for k in range(arriving.shape[1]):
        reached = _reached(terms.external[:, k] > 0.0, on[:, :, k] > 0.0)
        inside = on[:, :, k][np.ix_(reached, reached)]
        came = terms.external[reached, k]
        try:
            arriving[reached, k] = np.linalg.solve(np.eye(len(inside)) - inside.T, came)
        except np.linalg.LinAlgError:
            arriving[reached, k] = np.inf
        if arriving[:, k].max(initial=0.0) > came.sum() / _SETTLED or arriving[:, k].min(initial=0.0) < 0.0:
            where = f"class {network.classes[k]}"
            raise MhwfError(Fault(where, "people go round for ever", "give a way out of the stages"))
    return arriving


def _reached(start: NDArray[np.bool_], way: NDArray[np.bool_]) -> NDArray[np.bool_]:
    reached = start
    for _ in range(start.size):
        reached = reached | (reached @ way)
    return reached


def _groups(network: Network, terms: _Terms, arriving: NDArray[np.float64]) -> list[Group]:
    made = []
    for stages, crews in zip(terms.members, terms.crews, strict=True):
        servers, coming = crews.servers, float(arriving[stages].sum())
        if coming <= 0.0:
            continue
        work = arriving[stages] * terms.service[stages]
        load = float(work.sum())
        longer = servers / crews.mean if 0.0 < crews.mean < np.inf else 1.0
        waiting_share = _waiting_share(network.stages.rank[stages], arriving[stages], work * longer, servers)
        service = load * longer / coming
        giving_up = float((waiting_share * terms.giving_up[stages]).sum()) * service
        room = int(network.stages.room[stages[0]]) if stages.size == 1 else -1
        chance = numbers(servers, load * longer, giving_up, room)
        n = np.arange(chance.size)
        queue = float(chance @ np.maximum(n - servers, 0.0)) if chance.size else np.inf
        busy = float(chance @ np.minimum(n, servers)) if chance.size else servers
        full = float(chance[-1]) if room >= 0 and np.isfinite(servers) else 0.0
        work_share = work / load if load > 0.0 else arriving[stages] / coming
        made.append(
            Group(stages, servers, crews.at_start, service, giving_up, np.cumsum(chance), queue, busy, full,
                  waiting_share, work_share)
        )  # fmt: skip
    return made


def _waiting_share(
    rank: NDArray[np.int32], arriving: NDArray[np.float64], work: NDArray[np.float64], servers: float
) -> NDArray[np.float64]:
    """Shares of those who wait: arrivals × wait, and a wait is as 1 / ((1 − σ before) (1 − σ with them)); σ: load."""
    share = np.zeros(arriving.shape)
    before = 1.0
    for level in np.unique(rank):
        among = rank == level
        after = max(before - work[among].sum() / max(servers, 1.0), _LEAST_SPARE)
        share[among] = arriving[among] / (before * after)
        before = after
    return np.asarray(share / share.sum(), dtype=np.float64)


def _losses(
    terms: _Terms, groups: tuple[Group, ...], arriving: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of those who join that give up, and that find no room; dims (stage, class)."""
    lost, away = np.zeros(arriving.shape), np.zeros(arriving.shape)
    for group in groups:
        stages = group.stages
        away[stages] = group.full
        if np.isfinite(group.queue):
            coming = np.where(arriving[stages] > 0.0, arriving[stages], np.inf)
            lost[stages] = np.minimum(
                group.queue * group.waiting_share * terms.giving_up[stages] / coming, 1.0 - group.full
            )
    return lost, away


def _refuse_overload(network: Network, groups: tuple[Group, ...]) -> None:
    faults: list[str | Fault] = []
    for group in groups:
        if not group.number_upto.size:
            names = ", ".join(network.stages.names[s] for s in group.stages)
            problem = (
                f"{names}: no balance, since more come than {group.servers:g} at once can see, and nobody gives up"
            )
            faults.append(Fault("", problem, "give more servers, or patience, or say who is present"))
    if faults:
        raise MhwfError(faults)


def _waits(
    terms: _Terms, groups: tuple[Group, ...], arriving: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    waits, mean_wait = np.zeros(arriving.shape[0]), np.zeros(arriving.shape[0])
    for group in groups:
        if np.isfinite(group.servers) and group.queue > 0.0:
            servers = int(group.servers)
            chance = 1.0 - (group.number_upto[servers - 1] if servers else 0.0)
            waits[group.stages] = chance
            if chance > 0.0:
                mean_wait[group.stages] = group.queue / (arriving[group.stages].sum() * chance)
    return waits, mean_wait
