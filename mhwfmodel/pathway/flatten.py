"""A pathway as the plain arrays that both engines and the analytic pathway read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mhwfmodel.errors import PathwayError, suggest
from mhwfmodel.pathway.calendar import Calendar, calendar
from mhwfmodel.pathway.duty import duty_pieces, servers_by_month
from mhwfmodel.pathway.expand import Expansion, Part, Ways
from mhwfmodel.pathway.network import Arrivals, Network, Pools, Preemption, ShiftEnd, Stages
from mhwfmodel.pathway.parts import Pool, Stream
from mhwfmodel.pathway.rates import rate_pieces
from mhwfmodel.pathway.rows import LawRows
from mhwfmodel.pathway.schema import MOST_STAGES, Pathway, Stage
from mhwfmodel.pathway.times import OneTime
from mhwfmodel.units import add_months, parse_month

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["destinations", "flatten", "pool_parts", "routes_of"]

_RANKS = 1000
_Number = TypeVar("_Number", bound=np.generic)


def flatten(
    pathway: Pathway,
    *,
    place: int = 0,
    scale: float = 1.0,
    on_duty: Mapping[str, ArrayLike] | None = None,
    start: str | None = None,
    months: int | None = None,
) -> Network:
    """The pathway as plain arrays.

    Args:
        pathway: The pathway.
        place: Stable number of the place in the counter of random numbers, 0 to 255.
        scale: Factor on all rates of arrival, and on the numbers of pools that `on_duty` does not give. Given times of
            arrival stay as they are.
        on_duty: Servers on duty while a pool is open, by name of the pool: real numbers, dims (month), or one for all
            months. They are made whole by the rule of `mhwfmodel.pathway.duty`. Slots of a caseload are given as slots.
        start: First month; the file's, less its warm-up, when None.
        months: How many months; the file's with its warm-up when None.

    Returns:
        The network. Months of the warm-up come first: throw away their figures.

    Raises:
        PathwayError: `on_duty` names a pool that is not there.
        MhwfError: Numbers on duty that are negative, not finite or not one a month.
    """
    days = calendar(
        start or add_months(pathway.start, -pathway.warm_up),
        months if months is not None else pathway.months + pathway.warm_up,
    )
    given = on_duty or {}
    unknown = [name for name in given if name not in pathway.pools]
    if unknown:
        raise PathwayError([f"'{name}' is not a pool; {suggest(name, pathway.pools)}" for name in unknown])
    rows = LawRows()
    expansion = Expansion(pathway)
    arrivals = _arrivals(expansion, days, scale)
    stages = _stages(expansion, rows)
    pools = _pools(pathway, days, scale, given)
    edge = days.edge.astype(np.float64)
    return Network(place, tuple(pathway.classes), expansion.exits, stages, pools, arrivals, rows.laws(), edge)


def pool_parts(name: str, pool: Pool) -> tuple[str, ...]:
    """Names of a pool's teams: `name#1`, `name#2` …; the name alone where there is one."""
    return (name,) if pool.teams == 1 else tuple(f"{name}#{team}" for team in range(1, pool.teams + 1))


def _pools(pathway: Pathway, days: Calendar, scale: float, given: Mapping[str, ArrayLike]) -> Pools:
    names: list[str] = []
    ends, preempts, times, numbers = [], [], [], []
    for name, pool in pathway.pools.items():
        servers = servers_by_month(pool, days.labels) * scale
        if name in given:
            servers = np.array(np.broadcast_to(np.asarray(given[name], dtype=np.float64), len(days.labels)))
        time, number = duty_pieces(pool, days, servers)
        for team, part in enumerate(pool_parts(name, pool)):
            names.append(part)
            times.append(time)
            numbers.append((number + team) // pool.teams)
            ends.append(ShiftEnd[pool.at_shift_end.upper()])
            preempts.append(Preemption[pool.preemption.upper()])
    return Pools(
        tuple(names),
        np.asarray(preempts, dtype=np.int8),
        np.asarray(ends, dtype=np.int8),
        _starts(times),
        _joined(times, np.float64),
        _joined(numbers, np.int64),
    )


def _arrivals(expansion: Expansion, days: Calendar, scale: float) -> Arrivals:
    pathway = expansion.pathway
    streams = list(pathway.arrivals.values())
    rates = [_nothing() if stream.times else rate_pieces(stream, days, scale) for stream in streams]
    given = [_times(stream, pathway, days) for stream in streams]
    classes = list(pathway.classes)
    return Arrivals(
        tuple(pathway.arrivals),
        np.asarray([stream.number or at + 1 for at, stream in enumerate(streams)], dtype=np.uint8),
        np.asarray([expansion.single(stream.stage) for stream in streams], dtype=np.int32),
        np.stack([_upto(_shares(stream, classes)) for stream in streams]),
        _starts([time for time, _ in rates]),
        _joined([time for time, _ in rates], np.float64),
        _joined([rate for _, rate in rates], np.float64),
        _starts(given),
        _joined(given, np.float64),
        _joined([np.full(len(times), -1) for times in given], np.int32),
    )


def _times(stream: Stream, pathway: Pathway, days: Calendar) -> NDArray[np.float64]:
    """Given times, which count from the file's first month, from the first month of the network."""
    first, begins = (date(*parse_month(label), 1).toordinal() for label in (pathway.start, days.labels[0]))
    times = np.sort(np.asarray(stream.times, dtype=np.float64)) + (first - begins)
    return np.asarray(times[(times >= 0) & (times < days.edge[-1])], dtype=np.float64)


def _nothing() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.zeros(0), np.zeros(0)


def _shares(stream: Stream, classes: list[str]) -> list[float]:
    if stream.classes:
        return [stream.classes.get(name, 0.0) for name in classes]
    only = stream.of_class or classes[0]
    return [float(name == only) for name in classes]


def _upto(shares: list[float]) -> NDArray[np.float64]:
    """Running sums, exactly 1 from the last one with a chance on."""
    upto = np.cumsum(np.asarray(shares, dtype=np.float64))
    upto /= upto[-1]
    upto[int(np.flatnonzero(shares)[-1]) :] = 1.0
    return upto


def _starts(pieces: list[NDArray[np.float64]]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)]).astype(np.int64)


def _joined(pieces: Sequence[NDArray[Any]], kind: type[_Number]) -> NDArray[_Number]:
    return np.ascontiguousarray(np.concatenate(pieces) if pieces else [], dtype=kind)


def _stages(expansion: Expansion, rows: LawRows) -> Stages:
    routes, impatient, full = destinations(expansion)
    plain = [_Plain(expansion, part, rows) for part in expansion.parts]
    needs = [stage.needs() for stage in plain]
    upto, to = _tables(routes)
    return Stages(
        tuple(part.name for part in expansion.parts),
        np.asarray([stage.number for stage in plain], dtype=np.uint8),
        np.asarray([stage.ranks() for stage in plain], dtype=np.int32),
        np.asarray([stage.statutory for stage in plain], dtype=np.bool_),
        np.asarray([stage.contact for stage in plain], dtype=np.bool_),
        np.asarray([stage.outside for stage in plain], dtype=np.bool_),
        np.concatenate([[0], np.cumsum([len(need) for need in needs])]).astype(np.int64),
        np.asarray([pool for need in needs for pool in need], dtype=np.int32),
        np.asarray([count for need in needs for count in need.values()], dtype=np.int32),
        np.asarray([stage.service() for stage in plain], dtype=np.int32),
        np.asarray([stage.patience() for stage in plain], dtype=np.int32),
        np.asarray(impatient, dtype=np.int32),
        np.asarray([stage.room for stage in plain], dtype=np.int64),
        np.asarray(
            [stage.given is not None and stage.given.when_full == "displace" for stage in plain], dtype=np.bool_
        ),
        np.asarray(full, dtype=np.int32),
        upto,
        to,
    )


class _Plain:
    """What one plain stage says, part or not."""

    def __init__(self, expansion: Expansion, part: Part, rows: LawRows) -> None:
        self.pathway, self.part, self._rows = expansion.pathway, part, rows
        self.given: Stage | None = self.pathway.stages.get(part.stage)
        self.is_back = bool(self.pathway.re_referral) and expansion.parts[expansion.outside] is part
        self.outside = self.is_back or bool(self.given and self.given.outside)
        self.statutory = self.given is not None and self.given.statutory
        self.contact = self.given is not None and self.given.contact
        self.displaces = self.given is not None and self.given.when_full == "displace"
        self.room = -1 if self.given is None or self.given.room is None else self.given.room

    @property
    def number(self) -> int:
        if self.given is None:
            return MOST_STAGES + 1
        return self.given.number or list(self.pathway.stages).index(self.part.stage) + 1

    def ranks(self) -> list[int]:
        first = self.given.priority * _RANKS if self.given else 0
        return [first + given.priority for given in self.pathway.classes.values()]

    def needs(self) -> dict[int, int]:
        names = [part for name, pool in self.pathway.pools.items() for part in pool_parts(name, pool)]
        needs = self.given.needs if self.given else {}
        named = {
            (f"{name}#{self.part.team}" if self.pathway.pools[name].teams > 1 else name): count
            for name, count in needs.items()
        }
        return {names.index(name): count for name, count in named.items()}

    def service(self) -> list[int]:
        if self.given is None:
            back = self.pathway.re_referral
            return [
                self._rows.add(back.delay.of(name) if back and self.is_back else OneTime(fixed=0.0))
                for name in self.pathway.classes
            ]
        factor = self.part.mode.time if self.part.mode else 1.0
        return [
            self._rows.add(self.given.service.of(name), factor * given.severity)
            for name, given in self.pathway.classes.items()
        ]

    def patience(self) -> list[int]:
        if self.given is None or self.given.patience is None:
            return [0] * len(self.pathway.classes)
        return [self._rows.add(self.given.patience.of(name)) for name in self.pathway.classes]


_Routes = list[list[Ways]]


def destinations(expansion: Expansion) -> tuple[_Routes, list[list[int]], list[int]]:
    """Ways on by stage and class, where the impatient go, and those who find no room.

    Asking for a single destination may add a stage of no time, so these are walked until none is new.

    Args:
        expansion: All plain stages of a pathway.

    Returns:
        Ways on, dims (stage, class); destinations, dims (stage, class); destinations, dims (stage).
    """
    pathway = expansion.pathway
    classes = list(pathway.classes)
    routes: dict[int, list[Ways]] = {}
    impatient: dict[int, int] = {}
    full: dict[int, int] = {}
    for index, part in enumerate(list(expansion.parts)):
        stage = pathway.stages.get(part.stage)
        if stage is None:
            continue
        routes[index] = [routes_of(expansion, part, stage.routes_of(name), name) for name in classes]
        impatient[index] = expansion.single(stage.gives_up) if stage.patience else -1
        full[index] = expansion.single(stage.full) if stage.room is not None else -1
    back = pathway.re_referral
    if back:
        routes[expansion.outside] = [expansion.ways(back.stage, name) for name in classes]
    for index, name in expansion.choices():
        routes[index] = [expansion.ways(name, of_class) for of_class in classes]
    everything = range(len(expansion.parts))
    return (
        [routes[index] for index in everything],
        [[impatient.get(index, -1)] * len(classes) for index in everything],
        [full.get(index, -1) for index in everything],
    )


def routes_of(expansion: Expansion, part: Part, given: Mapping[str, float], of_class: str) -> Ways:
    """Routes of a plain stage and class that stand for ways of the file, with their chances.

    Args:
        expansion: All plain stages of a pathway.
        part: The plain stage.
        given: Chances of stages and exits of the file.
        of_class: The class.
    """
    ways: Ways = {}
    for name, chance in given.items():
        for way, share in expansion.ways(name, of_class, part).items():
            if chance * share > 0:
                ways[way] = ways.get(way, 0.0) + chance * share
    return ways


def _tables(routes: _Routes) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    most = max(len(ways) for stage in routes for ways in stage)
    shape = (len(routes), len(routes[0]), most)
    upto, to = np.ones(shape), np.zeros(shape, dtype=np.int32)
    for index, stage in enumerate(routes):
        for of_class, ways in enumerate(stage):
            upto[index, of_class, : len(ways)] = _upto(list(ways.values()))
            to[index, of_class] = [*ways, *[list(ways)[-1]] * (most - len(ways))]
    return upto, to
