"""`erlang_a` in cimba, whose model code numba compiles onto an engine in C; see `_demand_race`.

`servers`: twenty server processes take people from a store by priority; who has given up in the meantime is thrown away
when they are taken, which costs no event of its own. `people`: a process for each person, with a timer for giving up.

Arguments: file to write, `servers` or `people`, arrivals, repeats.
"""

import json
import sys
import time
from pathlib import Path

try:
    import cimba as cb
except ImportError:
    raise SystemExit(3) from None

RATE, SERVICE, PATIENCE, SERVERS, URGENT = 18.0, 1.0, 5.0, 20, 0.3
GIVES_UP = 7


class ByServers(cb.Model):
    """The store: when each person came and until when they wait, by person."""

    people: cb.Param[int]
    queue: cb.PriorityStore[int]
    came: cb.Array[float]
    until: cb.Array[float]
    waited: cb.Output[float]
    gave_up: cb.Output[int]

    @cb.on_start
    def begin(self) -> None:
        """Nobody has waited."""
        self.waited, self.gave_up = 0.0, 0

    @cb.process
    def arrivals(self) -> None:
        """People come and join the store."""
        for person in range(self.people):
            cb.hold(cb.random.exponential(1.0 / RATE))
            self.came[person] = cb.now()
            self.until[person] = cb.now() + cb.random.exponential(PATIENCE)
            self.queue.put(person, 1 if cb.random.uniform(0.0, 1.0) < URGENT else 0)

    @cb.process(copies=SERVERS)
    def server(self) -> None:
        """Takes the next person who still waits."""
        while True:
            person = self.queue.get()
            if self.until[person] < cb.now():
                self.gave_up += 1
                self.waited += self.until[person] - self.came[person]
            else:
                self.waited += cb.now() - self.came[person]
                cb.hold(cb.random.exponential(SERVICE))


class Person(cb.Model):
    """Somebody who comes."""

    desk: cb.Ref["ByPeople"]

    @cb.process
    def stay(self) -> None:
        """Waits for a server, not for ever."""
        desk, came, me = self.desk, cb.now(), cb.this_process()
        me.timer_set(cb.random.exponential(PATIENCE), GIVES_UP)
        got = desk.servers.acquire(1, 1 if cb.random.uniform(0.0, 1.0) < URGENT else 0)
        desk.waited += cb.now() - came
        if got == GIVES_UP:
            desk.gave_up += 1
        else:
            me.timers_clear()
            cb.hold(cb.random.exponential(SERVICE))
            desk.servers.release(1)
        cb.release(self)


class ByPeople(cb.Model):
    """The desk that people come to."""

    people: cb.Param[int]
    servers: cb.Resource = cb.Resource(capacity=SERVERS)
    waited: cb.Output[float]
    gave_up: cb.Output[int]

    @cb.on_start
    def begin(self) -> None:
        """Nobody has waited."""
        self.waited, self.gave_up = 0.0, 0

    @cb.process
    def arrivals(self) -> None:
        """People come."""
        for _ in range(self.people):
            cb.hold(cb.random.exponential(1.0 / RATE))
            cb.spawn(Person, desk=self)


def main() -> int:
    """Run it."""
    way, number, repeats = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    model = ByServers() if way == "servers" else ByPeople()
    model.people = number
    if way == "servers":
        model.came, model.until = cb.Array(number), cb.Array(number)
    told = []
    for repeat in range(repeats + 1):
        experiment = cb.Experiment(model, replications=1, seed=repeat)
        start = time.perf_counter()
        results = experiment.run(workers=1, on_failure="raise")
        seconds = time.perf_counter() - start
        waited, gave_up = float(results[model].waited[0, 0]), int(results[model].gave_up[0, 0])
        told.append({"seconds": seconds, "arrived": number, "gave_up": gave_up, "waited": waited})
    Path(sys.argv[1]).write_text(json.dumps(told[1:]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
