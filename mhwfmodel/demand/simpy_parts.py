"""What the simpy engine is made of: alarms at exact instants, persons, stages, pools, and the log."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

import numpy as np
import simpy
from simpy.events import EventPriority

from mhwfmodel.demand.outcome import Happening, Log
from mhwfmodel.pathway.network import Preemption, ShiftEnd

if TYPE_CHECKING:
    from mhwfmodel.pathway.network import Network

__all__ = ["Alarm", "Kind", "Person", "Pool", "Recorder", "Stage", "State", "pools_of", "stages_of"]

NOBODY = -1
"""In a log: no person, no class, and where `to` says nothing."""


class Kind(IntEnum):
    """Kinds of events, in the order in which those of one instant happen."""

    END_OF_WORK = 0
    GIVING_UP = 1
    BOUNDARY = 2
    ARRIVAL = 3


class Moment(float):
    """An instant where simpy asks for a delay.

    simpy puts an event at *now + delay*. A sum rounds, so that no delay leads to some instants; this delay, added to
    whatever it is now, gives the instant itself.
    """

    __slots__ = ()

    def __radd__(self, now: float) -> float:
        """The instant."""
        return float(self)


_AFTER_SIMPY = 2
_BITS_OF_A_NUMBER = 64


class Alarm(simpy.Event):
    """An event at an instant, before others of that instant by kind and then by number.

    simpy's own events (0: a process begins or is interrupted; 1: the rest) come first, so that whatever follows from
    an event is over before the next.

    Args:
        env: Calendar.
        instant: When [days].
        kind: What happens.
        number: Serial number of the person, or the place of the pool or stream in the network.
    """

    def __init__(self, env: simpy.Environment, instant: float, kind: Kind, number: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = instant
        order = (int(kind) << _BITS_OF_A_NUMBER) + number
        env.schedule(self, priority=EventPriority(_AFTER_SIMPY + order), delay=Moment(instant))


class State(Enum):
    """What somebody at a stage does."""

    WAITS = "waits"
    IN_WORK = "in work"
    NO_ROOM = "no room"


@dataclass(slots=True, eq=False)
class Person:
    """Somebody on the pathway.

    Args:
        serial: Number in the replication.
        stream: Stable number of the stream, 0 for those present at time 0.
        number: Number in the stream.
        of_class: Class.
        process: Their journey, from when it begins.
        visit: Number of the stay at a stage, from 1.
        stage: Place of the stage they are at.
        state: What they do there.
        order: Rank, and number in the order of joining: the least goes first.
        start: Number of their last start.
        gives_up: When they give up if they wait on [days]; `None` before it is known.
        patience: What is left of their patience while they are in work [days].
        whole: How long the work takes in all [days]; `None` before the first start of a stay.
        to_do: How long it takes from the next start on [days].
        ends: When the work in hand ends [days].
        holds: Servers on duty that are with them, by pool.
    """

    serial: int
    stream: int
    number: int
    of_class: int
    process: simpy.Process | None = None
    visit: int = 0
    stage: int = NOBODY
    state: State = State.WAITS
    order: tuple[int, int] = (0, 0)
    start: int = 0
    gives_up: float | None = None
    patience: float = 0.0
    whole: float | None = None
    to_do: float = 0.0
    ends: float = 0.0
    holds: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Stage:
    """A stage and who waits for it.

    Args:
        place: Its place in the network.
        number: Stable number in the counter of random numbers.
        needs: Servers needed, by pool.
        rank: By class.
        statutory: Holds its pools while somebody waits who cannot start.
        room: Most who may wait; below 0: no limit.
        displaces: The last in order goes when there is no room.
        full_to: Where those go who find no room.
        impatient_to: Where those go who give up, by class.
        queue: Those who wait, in order.
    """

    place: int
    number: int
    needs: dict[int, int]
    rank: list[int]
    statutory: bool
    room: int
    displaces: bool
    full_to: int
    impatient_to: list[int]
    queue: list[Person] = field(default_factory=list)

    def enqueue(self, person: Person) -> None:
        """Put somebody at their place in the queue."""
        insort(self.queue, person, key=lambda other: other.order)


@dataclass(slots=True, eq=False)
class Pool:
    """Servers and whom they are with.

    Args:
        place: Its place in the network.
        preemption: What a more urgent person does to a less urgent one.
        at_shift_end: What happens to work in hand at a boundary.
        boundaries: Instants and numbers on duty from each on.
        on_duty: Servers on duty.
        busy: Of them with somebody; may be more than are on duty.
        people: With whom servers of the pool are who are not in overtime, by serial number.
    """

    place: int
    preemption: Preemption
    at_shift_end: ShiftEnd
    boundaries: list[tuple[float, int]]
    on_duty: int
    busy: int = 0
    people: dict[int, Person] = field(default_factory=dict)

    @property
    def free(self) -> int:
        """Servers on duty less those with somebody."""
        return self.on_duty - self.busy

    def take(self, person: Person, servers: int) -> None:
        """Servers go to somebody."""
        self.busy += servers
        self.people[person.serial] = person
        person.holds[self.place] = servers

    def release(self, person: Person) -> None:
        """They come back, or go home in overtime."""
        self.busy -= person.holds.pop(self.place)
        del self.people[person.serial]

    def last(self) -> Person | None:
        """Who is interrupted first: the greatest rank, then the last start."""
        return max(self.people.values(), key=lambda person: (person.order[0], person.start), default=None)


def stages_of(network: Network) -> list[Stage]:
    """The stages of a network, all empty."""
    all_of = network.stages
    start, pool, count = all_of.need_start.tolist(), all_of.need_pool.tolist(), all_of.need_count.tolist()
    return [
        Stage(
            place=s,
            number=int(all_of.number[s]),
            needs=dict(zip(pool[start[s] : start[s + 1]], count[start[s] : start[s + 1]], strict=True)),
            rank=all_of.rank[s].tolist(),
            statutory=bool(all_of.statutory[s]),
            room=int(all_of.room[s]),
            displaces=bool(all_of.displaces[s]),
            full_to=int(all_of.full_to[s]),
            impatient_to=all_of.impatient_to[s].tolist(),
        )
        for s in range(len(all_of.names))
    ]


def pools_of(network: Network) -> list[Pool]:
    """The pools of a network at time 0, all free."""
    all_of = network.pools
    start, time, on_duty = all_of.start.tolist(), all_of.time.tolist(), all_of.on_duty.tolist()
    return [
        Pool(
            place=p,
            preemption=Preemption(int(all_of.preemption[p])),
            at_shift_end=ShiftEnd(int(all_of.at_shift_end[p])),
            boundaries=list(zip(time[start[p] : start[p + 1]], on_duty[start[p] : start[p + 1]], strict=True)),
            on_duty=on_duty[start[p]],
        )
        for p in range(len(all_of.names))
    ]


class Recorder:
    """Writes the log."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, int, int, int, int, int]] = []

    def write(self, time: float, kind: Happening, person: int, stage: int, of_class: int, to: int) -> None:
        """One row; see `Log`."""
        self.rows.append((time, int(kind), person, stage, of_class, to))

    def log(self) -> Log:
        """All rows so far."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(Log.__dataclass_fields__)
        kinds = (np.float64, np.uint8, np.int64, np.int32, np.int32, np.int64)
        time, kind, person, stage, of_class, to = (np.array(c, dtype=k) for c, k in zip(columns, kinds, strict=True))
        return Log(time=time, kind=kind, person=person, stage=stage, of_class=of_class, to=to)
