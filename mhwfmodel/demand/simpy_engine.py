"""The pathway as simpy processes: plain Python for people to read and extend.

Each person is a process that joins a stage, waits, is worked with and goes on; each stream of arrivals and each pool
that changes is a process too. The rules are those of `docs/background/pathway-rules.md`, one after the other, and the
compiled engine gives the same events in the same order at the same instants.

To change what happens, write a subclass of `Model`, override what differs, and give it to `trace` or `simulate`:

```python
class Hurried(Model):
    '''Work takes half as long while more than ten wait.'''

    def work(self, person: Person) -> float:
        days = super().work(person)
        return days / 2 if len(self.stages[person.stage].queue) > 10 else days


log = trace(network, seed=1, replication=0, model=Hurried)
```

`work`, `patience` and `route` decide about one person; `happened` sees every event of the log but boundaries of pools;
`journey` is the whole way of a person, and may wait for any simpy event of its own: of those at one instant, simpy's
own come before those of the rules.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

import simpy

from mhwfmodel.demand import _samplers, checks, replay
from mhwfmodel.demand.outcome import Happening
from mhwfmodel.demand.simpy_parts import NOBODY, Alarm, Kind, Person, Pool, Recorder, State
from mhwfmodel.demand.simpy_rules import Rules
from mhwfmodel.rng import Purpose

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from mhwfmodel.demand.outcome import Log, Outcome
    from mhwfmodel.pathway.network import Network, Present

    Process = Generator[simpy.Event, object, None]
    Stay = Generator[simpy.Event, object, int]

__all__ = ["Model", "simulate", "trace"]

FIRST_DECISION, SECOND_DECISION = 0, 1
"""Of the two decisions of a purpose in the table of the rules."""


class Model(Rules):
    """One replication of a network.

    Args:
        network: The pathway of a place.
        seed: Key of the random numbers.
        replication: Number of the replication.
        present: Who is present at time 0.
    """

    def __init__(self, network: Network, *, seed: int, replication: int, present: Present | None = None) -> None:
        super().__init__(network)
        self.seed = seed
        self.replication = replication
        self.recorder = Recorder()
        self.persons = 0
        laws = network.laws
        self._edges: list[float] = network.month_edge.tolist()
        self._laws = (laws.kind, laws.a, laws.b, laws.start, laws.value, laws.upto)
        if present is not None:
            self.come_in(present)
        self.start_everyone()
        for pool in self.pools:
            self.env.process(self.rota(pool))
        for stream in range(len(network.arrivals.names)):
            self.env.process(self.stream(stream))

    def run(self) -> Log:
        """Let everything happen, up to the end of the last month.

        Returns:
            Every event, in order.
        """
        self.env.run(until=self.network.end)
        return self.recorder.log()

    # What may be overridden

    def happened(self, kind: Happening, person: Person, to: int = NOBODY) -> None:
        """Something happened to somebody, at the stage where they are: write it down."""
        self.recorder.write(self.env.now, kind, person.serial, person.stage, person.of_class, to)

    def work(self, person: Person) -> float:
        """How long the work with somebody takes who starts for the first time in their stay [days]."""
        row = int(self.network.stages.service[person.stage, person.of_class])
        days = self.duration(row, self.uniform(person, Purpose.STAY, FIRST_DECISION))
        monthly = self.network.monthly
        return days if monthly is None else days * float(monthly.work[self.month, person.stage])

    def patience(self, person: Person) -> float:
        """How long somebody waits in their stay before they give up [days]; may be infinite."""
        row = int(self.network.stages.patience[person.stage, person.of_class])
        return self.duration(row, self.uniform(person, Purpose.STAY, SECOND_DECISION))

    def route(self, person: Person) -> int:
        """Where somebody goes whose work is done: a stage, or −1 − exit."""
        stages = self.network.stages
        u = self.uniform(person, Purpose.ROUTE, FIRST_DECISION)
        monthly = self.network.monthly
        upto = stages.route_upto if monthly is None else monthly.route_upto[self.month]
        way = _samplers.which_route(upto, person.stage, person.of_class, u)
        return int(stages.route_to[person.stage, person.of_class, way])

    def journey(self, person: Person, to: int) -> Process:
        """From one stage to the next and out."""
        while to >= 0:
            self.join(person, to)
            to = yield from self.stay(person)
        self.leave(person, -1 - to)

    @property
    def month(self) -> int:
        """Number of the month that it is."""
        return bisect_right(self._edges, self.env.now) - 1

    # Random values

    def uniform(self, person: Person, purpose: Purpose, decision: int) -> float:
        """The uniform of one decision about somebody at their stage."""
        number = self.stages[person.stage].number
        return self.keyed(person.number, person.stream, person.visit, number, purpose, decision)

    def keyed(self, person: int, stream: int, visit: int, stage: int, purpose: Purpose, decision: int) -> float:
        """The uniform that belongs to these numbers."""
        return float(
            _samplers.key_uniform(
                self.seed, self.replication, person, self.network.place, stream, visit, stage, int(purpose), decision
            )
        )

    def duration(self, row: int, u: float) -> float:
        """A duration by its law [days]."""
        return float(_samplers.duration(*self._laws, row, u))

    # Processes

    def stay(self, person: Person) -> Stay:
        """Waiting and work at one stage.

        Others change what somebody waits for: they start with them, interrupt them, or take their room. Then this
        process is interrupted, and looks again what comes next.

        Returns:
            Where the person goes, a stage or −1 − exit.
        """
        while person.state is not State.NO_ROOM:
            try:
                yield self.next_alarm(person)
            except simpy.Interrupt:
                continue
            return self.end(person) if person.state is State.IN_WORK else self.give_up(person)
        self.happened(Happening.TURNED_AWAY, person)
        return self.stages[person.stage].full_to

    def next_alarm(self, person: Person) -> simpy.Event:
        """What happens to somebody next if nobody else does anything: the end of work, or giving up."""
        if person.state is State.IN_WORK:
            return Alarm(self.env, person.ends, Kind.END_OF_WORK, person.serial)
        if person.gives_up is None:
            person.gives_up = self.env.now + self.patience(person)
        if math.isinf(person.gives_up):
            return self.env.event()
        return Alarm(self.env, person.gives_up, Kind.GIVING_UP, person.serial)

    def rota(self, pool: Pool) -> Process:
        """The boundaries of a pool after time 0."""
        for instant, on_duty in pool.boundaries[1:]:
            yield Alarm(self.env, instant, Kind.BOUNDARY, pool.place)
            self.recorder.write(self.env.now, Happening.SHIFT, NOBODY, pool.place, NOBODY, on_duty)
            self.change_shift(pool, on_duty)
            self.start_everyone()

    def stream(self, stream: int) -> Process:
        """The arrivals of a stream, one after the other."""
        arrivals = self.network.arrivals
        number, stage = int(arrivals.number[stream]), int(arrivals.stage[stream])
        for nth, instant in enumerate(self.instants(stream)):
            yield Alarm(self.env, instant, Kind.ARRIVAL, stream)
            person = Person(self.persons, number, nth, self.class_of(stream, nth), stage=stage)
            self.persons += 1
            self.happened(Happening.ARRIVED, person, stream)
            person.process = self.env.process(self.journey(person, stage))

    def instants(self, stream: int) -> Iterator[float]:
        """When the people of a stream arrive [days]."""
        arrivals = self.network.arrivals
        first, last = arrivals.given_start[stream], arrivals.given_start[stream + 1]
        if last > first:
            yield from arrivals.given_time[first:last].tolist()
            return
        first, last = int(arrivals.start[stream]), int(arrivals.start[stream + 1])
        number, instant, segment, nth = int(arrivals.number[stream]), 0.0, first, 0
        while True:
            need = _samplers.exponential(self.keyed(nth, number, 0, 0, Purpose.GAP, FIRST_DECISION))
            instant, segment = _samplers.next_arrival(arrivals.time, arrivals.rate, first, last, segment, instant, need)
            if segment == last:
                return
            yield instant
            nth += 1

    def class_of(self, stream: int, nth: int) -> int:
        """The class of the nth person of a stream."""
        arrivals = self.network.arrivals
        first, last = arrivals.given_start[stream], arrivals.given_start[stream + 1]
        given = int(arrivals.given_class[first + nth]) if last > first else NOBODY
        if given >= 0:
            return given
        u = self.keyed(nth, int(arrivals.number[stream]), 0, 0, Purpose.GAP, SECOND_DECISION)
        monthly = self.network.monthly
        upto = arrivals.class_upto if monthly is None else monthly.class_upto[self.month]
        return int(_samplers.which_class(upto, stream, u))

    # What a person does

    def come_in(self, present: Present) -> None:
        """Those present at time 0 come to their stages, before anybody starts."""
        for nth, stage in enumerate(present.stage.tolist()):
            person = Person(self.persons, 0, nth, int(present.of_class[nth]))
            self.persons += 1
            left, patience = float(present.left[nth]), float(present.patience[nth])
            self.take_place(person, stage)
            if not math.isnan(left):
                person.whole = person.to_do = left
                self.stages[stage].queue.remove(person)
                self.begin(person)
            elif not math.isnan(patience):
                person.gives_up = self.env.now + patience
            person.process = self.env.process(self.already_there(person))

    def already_there(self, person: Person) -> Process:
        """The journey of somebody present at time 0."""
        yield from self.journey(person, (yield from self.stay(person)))

    def join(self, person: Person, place: int) -> None:
        """Come to a stage; then all start who can, and whom there is no room for goes."""
        self.take_place(person, place)
        self.happened(Happening.JOINED, person)
        self.start_everyone()
        stage = self.stages[place]
        if person.state is State.WAITS and 0 <= stage.room < len(stage.queue):
            goes = stage.queue[-1] if stage.displaces else person
            stage.queue.remove(goes)
            goes.state = State.NO_ROOM
            self.tell(goes)

    def end(self, person: Person) -> int:
        """The work is done; gives the way on."""
        self.release(person)
        self.happened(Happening.ENDED, person)
        return self.route(person)

    def give_up(self, person: Person) -> int:
        """Somebody has waited as long as they would; gives where they go."""
        stage = self.stages[person.stage]
        stage.queue.remove(person)
        self.happened(Happening.GAVE_UP, person)
        return stage.impatient_to[person.of_class]

    def leave(self, person: Person, way_out: int) -> None:
        """Leave the pathway."""
        self.happened(Happening.LEFT, person, way_out)
        self.start_everyone()

    def tell(self, person: Person) -> None:
        """Have somebody's process look again, unless it is the one that did this, or has not begun."""
        if person.process is not None and person.process is not self.env.active_process:
            person.process.interrupt()


def trace(
    network: Network, *, seed: int, replication: int, present: Present | None = None, model: type[Model] = Model
) -> Log:
    """Every event of one replication.

    Args:
        network: The pathway of a place.
        seed: Key of the random numbers, 0 to 2**63 − 1.
        replication: Its number.
        present: Who is present at time 0.
        model: What happens; a subclass of `Model` where it differs from the rules.

    Returns:
        The log.
    """
    return model(network, seed=seed, replication=replication, present=present).run()


def simulate(
    network: Network,
    *,
    seed: int,
    replications: Sequence[int],
    present: Sequence[Present] | None = None,
    threads: int | None = None,
    model: type[Model] = Model,
) -> Outcome:
    """Figures of some replications, all of them computed from logs.

    Args:
        network: The pathway of a place.
        seed: Key of the random numbers, 0 to 2**63 − 1.
        replications: Their numbers.
        present: Who is present at time 0, one for each replication.
        threads: Read by the compiled engine; this one runs in one thread.
        model: What happens; a subclass of `Model` where it differs from the rules.

    Returns:
        The figures.

    Raises:
        InvariantError: The figures break a law.
    """
    those = [None] * len(replications) if present is None else list(present)
    logs = {
        number: trace(network, seed=seed, replication=number, present=who, model=model)
        for number, who in zip(replications, those, strict=True)
    }
    found = replay.outcome(network, logs, present)
    checks.require_laws(network, found)
    return found
