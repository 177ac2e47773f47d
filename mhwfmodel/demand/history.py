"""What became of everybody, read from an event log row by row: spells of waiting and work, waits, month's ends."""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.outcome import COMPLETED, FIRST, SECOND, SO_FAR, Happening
from mhwfmodel.pathway.network import Preemption, ShiftEnd

if TYPE_CHECKING:
    from mhwfmodel.demand.outcome import Log
    from mhwfmodel.pathway.network import Network, Present

__all__ = ["History"]


@dataclass(slots=True, eq=False)
class _Person:
    """Somebody on the pathway, as far as the log says.

    Args:
        of_class: Class.
        began: When the episode began [days].
        contacts: Contacts in the episode.
        stage: Where they are.
        joined: When they joined it [days].
        order: Rank, and number in the order of joining.
        in_work: Or waiting.
        started: Somebody has started with them in this stay.
        since: When the spell of waiting or work began [days].
        start: Number of the last start.
        on_duty: Servers on duty who are with them, by pool.
        overtime: Servers in overtime, by pool.
        taken: Since when [days], by pool; of servers in overtime since when in overtime.
    """

    of_class: int
    began: float
    contacts: int = 0
    stage: int = -1
    joined: float = 0.0
    order: tuple[int, int] = (0, 0)
    in_work: bool = False
    started: bool = False
    since: float = 0.0
    start: int = 0
    on_duty: dict[int, int] = field(default_factory=dict)
    overtime: dict[int, int] = field(default_factory=dict)
    taken: dict[int, float] = field(default_factory=dict)


class History:
    """Everybody's spells and waits in one replication.

    Args:
        network: The pathway.
        log: Its events.
        present: Who is present at time 0.

    Attributes:
        waiting: Spells of waiting (stage, class, from, to).
        working: Spells of work (stage, class, from, to).
        busy: Spells of servers with people, overtime too (pool, servers, from, to).
        overtime: Of them in overtime.
        stage_waits: (month, stage, class, days) of those who started for the first time in their stay.
        waits: (definition, contact, month, class, days) since the episode began.
        stock: People at the end of each month, dims (waiting or in work, month, stage, class).
        opening: People at time 0, before anything happens, dims (waiting or in work, stage, class).
        idle: Pairs of month's ends and stages where somebody waited who could have started.
        most_present: Most people present at once.
    """

    def __init__(self, network: Network, log: Log, present: Present | None) -> None:
        stages, classes = len(network.stages.names), len(network.classes)
        self.network = network
        self.waiting: list[tuple[int, int, float, float]] = []
        self.working: list[tuple[int, int, float, float]] = []
        self.busy: list[tuple[int, int, float, float]] = []
        self.overtime: list[tuple[int, int, float, float]] = []
        self.stage_waits: list[tuple[int, int, int, float]] = []
        self.waits: list[tuple[int, int, int, int, float]] = []
        self.edge: list[float] = network.month_edge.tolist()
        self.stock = np.zeros((2, len(self.edge) - 1, stages, classes), dtype=np.int64)
        self.opening = np.zeros((2, stages, classes), dtype=np.int64)
        self.idle = self.most_present = self._joinings = self._starts = self._month = 0
        self._people: dict[int, _Person] = {}
        self._queues: list[list[_Person]] = [[] for _ in range(stages)]
        self._rank: list[list[int]] = network.stages.rank.tolist()
        start, pool, count = (a.tolist() for a in _needs(network))
        self._needs = [list(zip(pool[a:b], count[a:b], strict=True)) for a, b in pairwise(start)]
        self._on_duty: list[int] = network.pools.on_duty[network.pools.start[:-1]].tolist()
        self._read(log, present)

    def _read(self, log: Log, present: Present | None) -> None:
        """Every row, with the pictures between the months."""
        columns = (log.time, log.kind, log.person, log.stage, log.of_class, log.to)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        if present is not None:
            self._open(present)
        for time, kind, person, stage, of_class, to in rows:
            while time >= self.edge[self._month + 1]:
                self._picture()
            self._row(time, Happening(kind), person, stage, of_class, to)
        while self._month + 1 < len(self.edge):
            self._picture()
        for person in self._people.values():
            self._close_spell(person, self.edge[-1])

    def _open(self, present: Present) -> None:
        """Those present at time 0."""
        columns = (present.stage, present.of_class, present.age, present.waited, present.left, present.contacts)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for serial, (stage, of_class, age, waited, left, contacts) in enumerate(rows):
            person = self._people[serial] = _Person(of_class, 0.0 - age, contacts)
            self._join(person, stage, 0.0)
            person.joined = 0.0 - waited
            if not math.isnan(left):
                self._begin(person, 0.0)
            self.opening[int(person.in_work), stage, of_class] += 1
        self.most_present = len(self._people)

    def _row(self, time: float, kind: Happening, serial: int, stage: int, of_class: int, to: int) -> None:
        """One event."""
        if kind is Happening.SHIFT:
            self._shift(time, stage, to)
        elif kind is Happening.ARRIVED:
            self._people[serial] = _Person(of_class, time)
            self.most_present = max(self.most_present, len(self._people))
        elif kind is Happening.LEFT:
            del self._people[serial]
        elif kind is Happening.JOINED:
            self._join(self._people[serial], stage, time)
        elif kind is Happening.STARTED:
            self._first_start(self._people[serial], time)
            self._begin(self._people[serial], time)
        elif kind is Happening.INTERRUPTED:
            self._close_spell(self._people[serial], time)
            self._wait(self._people[serial], time)
        else:
            self._go(self._people[serial], time)

    def _join(self, person: _Person, stage: int, time: float) -> None:
        person.stage, person.joined, person.started = stage, time, False
        person.order = (self._rank[stage][person.of_class], self._joinings)
        self._joinings += 1
        self._wait(person, time)

    def _wait(self, person: _Person, time: float) -> None:
        person.in_work, person.since = False, time
        insort(self._queues[person.stage], person, key=lambda other: other.order)

    def _first_start(self, person: _Person, time: float) -> None:
        """Waits that are over when somebody starts for the first time in a stay."""
        if person.started:
            return
        month = bisect_right(self.edge, time) - 1
        self.stage_waits.append((month, person.stage, person.of_class, time - person.joined))
        if self.network.stages.contact[person.stage]:
            if person.contacts in (FIRST, SECOND):
                self.waits.append((COMPLETED, person.contacts, month, person.of_class, time - person.began))
            person.contacts += 1

    def _begin(self, person: _Person, time: float) -> None:
        """Work begins or goes on."""
        self._close_spell(person, time)
        self._queues[person.stage].remove(person)
        self._starts += 1
        person.in_work, person.started, person.since, person.start = True, True, time, self._starts
        for pool, servers in self._needs[person.stage]:
            person.on_duty[pool], person.taken[pool] = servers, time

    def _close_spell(self, person: _Person, time: float) -> None:
        """A spell of waiting or work is over, and servers are free again or go home."""
        spells = self.working if person.in_work else self.waiting
        spells.append((person.stage, person.of_class, person.since, time))
        for pool, servers in person.on_duty.items():
            self.busy.append((pool, servers, person.taken[pool], time))
        for pool, servers in person.overtime.items():
            self.busy.append((pool, servers, person.taken[pool], time))
            self.overtime.append((pool, servers, person.taken[pool], time))
        person.on_duty, person.overtime, person.taken = {}, {}, {}

    def _go(self, person: _Person, time: float) -> None:
        """Somebody comes out of a stage."""
        self._close_spell(person, time)
        if not person.in_work:
            self._queues[person.stage].remove(person)
        if self.network.stages.outside[person.stage]:
            person.began, person.contacts = time, 0

    def _shift(self, time: float, pool: int, on_duty: int) -> None:
        """A boundary of a pool."""
        self._on_duty[pool] = on_duty
        if self.network.pools.at_shift_end[pool] != ShiftEnd.OVERTIME:
            return
        for person in self._people.values():
            if pool in person.on_duty:
                servers = person.on_duty.pop(pool)
                self.busy.append((pool, servers, person.taken[pool], time))
                person.overtime[pool], person.taken[pool] = servers, time

    def _picture(self) -> None:
        """Who is where at the end of a month."""
        month, now = self._month, self.edge[self._month + 1]
        outside = self.network.stages.outside
        for person in self._people.values():
            self.stock[int(person.in_work), month, person.stage, person.of_class] += 1
            if not outside[person.stage]:
                for contact in range(person.contacts, SECOND + 1):
                    self.waits.append((SO_FAR, contact, month, person.of_class, now - person.began))
        self.idle += self._idle()
        self._month += 1

    def _idle(self) -> int:
        """Stages whose head could start now."""
        free = list(self._on_duty)
        for person in self._people.values():
            for pool, servers in person.on_duty.items():
                free[pool] -= servers
        held: set[int] = set()
        idle = 0
        for head in sorted((queue[0] for queue in self._queues if queue), key=lambda person: person.order):
            needs = self._needs[head.stage]
            if any(pool in held for pool, _ in needs) or not self._can_start(head, needs, free):
                if self.network.stages.statutory[head.stage]:
                    held.update(pool for pool, _ in needs)
            else:
                idle += 1
        return idle

    def _can_start(self, head: _Person, needs: list[tuple[int, int]], free: list[int]) -> bool:
        """Whether servers are free, or somebody less urgent is there whom they may interrupt."""
        if all(free[pool] >= servers for pool, servers in needs):
            return True
        if len(needs) != 1 or self.network.pools.preemption[needs[0][0]] == Preemption.NONE or free[needs[0][0]] != 0:
            return False
        with_whom = [person.order[0] for person in self._people.values() if needs[0][0] in person.on_duty]
        return max(with_whom, default=-math.inf) > head.order[0]


def _needs(network: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    stages = network.stages
    return stages.need_start, stages.need_pool, stages.need_count
