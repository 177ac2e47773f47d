"""`erlang_a` in simpy, written plainly by its documentation, and tuned; see `_demand_race`.

Tuned: no process for a person and no resource, but callbacks on timeouts and a line for each class.

Arguments: file to write, `plain` or `tuned`, arrivals, repeats.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Generator
from pathlib import Path
from random import Random

import simpy

RATE, SERVICE, PATIENCE, SERVERS, URGENT = 18.0, 1.0, 5.0, 20, 0.3


class Plain:
    """A process for each person, and a resource with priorities."""

    def __init__(self, people: int, seed: int) -> None:
        self.people = people
        self.random = Random(seed)
        self.environment = simpy.Environment()
        self.servers = simpy.PriorityResource(self.environment, SERVERS)
        self.waited, self.gave_up = 0.0, 0
        self.environment.process(self.arrivals())

    def arrivals(self) -> Generator[simpy.Event, None, None]:
        """People come."""
        for _ in range(self.people):
            yield self.environment.timeout(self.random.expovariate(RATE))
            self.environment.process(self.person(0 if self.random.random() < URGENT else 1))

    def person(self, priority: int) -> Generator[simpy.Event, None, None]:
        """Waits for a server, not for ever."""
        came = self.environment.now
        with self.servers.request(priority) as request:
            yield request | self.environment.timeout(self.random.expovariate(1.0 / PATIENCE))
            self.waited += self.environment.now - came
            if not request.triggered:
                self.gave_up += 1
                return
            yield self.environment.timeout(self.random.expovariate(1.0 / SERVICE))


class Waiting(simpy.Timeout):
    """When somebody gives up; they wait until then, or until they start."""

    def __init__(self, environment: simpy.Environment, delay: float) -> None:
        super().__init__(environment, delay)
        self.came = environment.now
        self.waits = True


class Tuned:
    """Callbacks on timeouts."""

    def __init__(self, people: int, seed: int) -> None:
        self.people = people
        self.random = Random(seed)
        self.environment = simpy.Environment()
        self.lines: tuple[deque[Waiting], deque[Waiting]] = (deque(), deque())
        self.busy = 0
        self.waited, self.gave_up = 0.0, 0
        self.after(self.random.expovariate(RATE)).callbacks = [self.arrive]

    def after(self, delay: float) -> simpy.Timeout:
        """A timeout."""
        return simpy.Timeout(self.environment, delay)

    def arrive(self, _: simpy.Event) -> None:
        """Starts at once where a server is free, else joins their line."""
        draw = self.random.expovariate
        self.people -= 1
        if self.busy < SERVERS:
            self.busy += 1
            self.after(draw(1.0 / SERVICE)).callbacks = [self.end]
        else:
            waiting = Waiting(self.environment, draw(1.0 / PATIENCE))
            waiting.callbacks = [self.give_up]
            self.lines[0 if self.random.random() < URGENT else 1].append(waiting)
        if self.people:
            self.after(draw(RATE)).callbacks = [self.arrive]

    def end(self, _: simpy.Event) -> None:
        """The next who still waits starts."""
        for line in self.lines:
            while line:
                waiting = line.popleft()
                if waiting.waits:
                    waiting.waits = False
                    self.waited += self.environment.now - waiting.came
                    self.after(self.random.expovariate(1.0 / SERVICE)).callbacks = [self.end]
                    return
        self.busy -= 1

    def give_up(self, event: simpy.Event) -> None:
        """Has waited long enough, unless they have started."""
        if isinstance(event, Waiting) and event.waits:
            event.waits = False
            self.gave_up += 1
            self.waited += self.environment.now - event.came


def main() -> int:
    """Run it."""
    people, repeats = int(sys.argv[3]), int(sys.argv[4])
    told = []
    for repeat in range(repeats):
        model = Plain(people, repeat) if sys.argv[2] == "plain" else Tuned(people, repeat)
        start = time.perf_counter()
        model.environment.run()
        seconds = time.perf_counter() - start
        told.append({"seconds": seconds, "arrived": people, "gave_up": model.gave_up, "waited": model.waited})
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
