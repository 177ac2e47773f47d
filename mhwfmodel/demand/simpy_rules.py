"""The rules of the pathway in plain Python: who waits, who starts, who is interrupted, what a shift's end does.

What takes time, and what is drawn, is in `simpy_engine`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import simpy

from mhwfmodel.demand.outcome import Happening
from mhwfmodel.demand.simpy_parts import NOBODY, Person, Pool, Stage, State, pools_of, stages_of
from mhwfmodel.pathway.network import Preemption, ShiftEnd

if TYPE_CHECKING:
    from mhwfmodel.pathway.network import Network

__all__ = ["Rules"]


class Rules(ABC):
    """Queues and servers of a pathway.

    Args:
        network: The pathway of a place.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.env = simpy.Environment()
        self.stages = stages_of(network)
        self.pools = pools_of(network)
        self.joinings = 0
        self.starts = 0

    @abstractmethod
    def happened(self, kind: Happening, person: Person, to: int = NOBODY) -> None:
        """Something happened to somebody, at the stage where they are."""

    @abstractmethod
    def work(self, person: Person) -> float:
        """How long the work with somebody takes who starts for the first time in their stay [days]."""

    @abstractmethod
    def tell(self, person: Person) -> None:
        """Somebody started, was interrupted or lost their place: have them look again what comes next."""

    def take_place(self, person: Person, stage: int) -> None:
        """Wait at the end of one's rank."""
        person.stage, person.state = stage, State.WAITS
        person.visit += 1
        person.order = (self.stages[stage].rank[person.of_class], self.joinings)
        person.gives_up = person.whole = None
        self.joinings += 1
        self.stages[stage].enqueue(person)

    def start_everyone(self) -> None:
        """Start heads, one at a time, until none can start."""
        while self.start_somebody():
            pass

    def start_somebody(self) -> bool:
        """Start the first head who can start."""
        held: set[int] = set()
        heads = [stage.queue[0] for stage in self.stages if stage.queue]
        for head in sorted(heads, key=lambda person: person.order):
            stage = self.stages[head.stage]
            if held.isdisjoint(stage.needs):
                victim = self.victim(head, stage)
                if victim is not None:
                    self.interrupt(victim, again=self._preemption(stage) is Preemption.START_AGAIN)
                if all(self.pools[pool].free >= servers for pool, servers in stage.needs.items()):
                    self.start(head)
                    return True
            if stage.statutory:
                held.update(stage.needs)
        return False

    def _preemption(self, stage: Stage) -> Preemption:
        """What a head of a stage does to less urgent people."""
        if len(stage.needs) != 1:
            return Preemption.NONE
        (pool,) = stage.needs
        return self.pools[pool].preemption

    def victim(self, head: Person, stage: Stage) -> Person | None:
        """Whom a head interrupts who finds no free server in the one pool that they need."""
        if self._preemption(stage) is Preemption.NONE:
            return None
        (pool,) = stage.needs
        last = self.pools[pool].last()
        if self.pools[pool].free != 0 or last is None:
            return None
        return last if last.order[0] > head.order[0] else None

    def start(self, person: Person) -> None:
        """Start work with somebody who waits, or go on with it."""
        self.stages[person.stage].queue.remove(person)
        if person.gives_up is not None:
            person.patience = person.gives_up - self.env.now
        if person.whole is None:
            person.whole = person.to_do = self.work(person)
        self.begin(person)
        self.happened(Happening.STARTED, person)
        self.tell(person)

    def begin(self, person: Person) -> None:
        """Servers go to somebody."""
        for pool, servers in self.stages[person.stage].needs.items():
            self.pools[pool].take(person, servers)
        self.starts += 1
        person.state, person.start = State.IN_WORK, self.starts
        person.ends = self.env.now + person.to_do

    def interrupt(self, person: Person, *, again: bool) -> None:
        """Put somebody back at their old place; their work goes on later, or starts again."""
        self.release(person)
        left = person.ends - self.env.now
        person.to_do = person.whole if again and person.whole is not None else left
        person.state = State.WAITS
        if person.gives_up is not None:
            person.gives_up = self.env.now + person.patience
        self.stages[person.stage].enqueue(person)
        self.happened(Happening.INTERRUPTED, person)
        self.tell(person)

    def release(self, person: Person) -> None:
        """Servers on duty who are with somebody are free again."""
        for pool in list(person.holds):
            self.pools[pool].release(person)

    def change_shift(self, pool: Pool, on_duty: int) -> None:
        """A boundary of a pool."""
        pool.on_duty = on_duty
        if pool.at_shift_end is ShiftEnd.OVERTIME:
            for person in list(pool.people.values()):
                pool.release(person)
        if pool.at_shift_end in (ShiftEnd.HAND_OVER, ShiftEnd.START_AGAIN):
            while pool.free < 0 and (last := pool.last()) is not None:
                self.interrupt(last, again=pool.at_shift_end is ShiftEnd.START_AGAIN)
