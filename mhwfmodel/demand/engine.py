"""The compiled engine: a pathway as a discrete-event simulation, one replication in a thread.

It follows `docs/background/pathway-rules.md` to the letter, and gives the events of `simpy_engine`, to the last bit.
What it needs of memory goes by the people who are present at once and not by those ever seen. Replications do not
depend on one another: the first ones of many are those of a few, whatever the threads.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.demand import _world
from mhwfmodel.demand._engine import replicate
from mhwfmodel.demand.checks import require_laws
from mhwfmodel.demand.layout import Layout, block, lay_out, opening
from mhwfmodel.demand.outcome import Log, Outcome, WaitTotals
from mhwfmodel.demand.waits import BINS
from mhwfmodel.errors import CapacityError, Fault, InvariantError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network, Present

__all__ = ["simulate", "simulate_many", "trace"]

_SLOTS, _ROWS = 2**13, 2**12
"""People and rows of the log that there is room for at first; where there are more, the replication is done again."""

_MOST_SLOTS = 2**30


def simulate(
    network: Network,
    *,
    seed: int,
    replications: Sequence[int],
    present: Sequence[Present] | None = None,
    threads: int | None = None,
) -> Outcome:
    """Run replications of a pathway.

    Args:
        network: Pathway of one place.
        seed: Key of the random numbers, 0 to 2**63 − 1.
        replications: Their numbers, 0 to 2**32 − 1.
        present: Who is there at time 0, one for each replication; nobody when left out.
        threads: How many replications run side by side; as many as there are processors when left out.

    Returns:
        Figures by replication and month.

    Raises:
        InvariantError: Somebody goes round in the pathway without end, or the figures break a law of queues.
        CapacityError: More people are present at once than there can be slots for.
    """
    return simulate_many([network], seed=seed, replications=replications, present=[present], threads=threads)[0]


def simulate_many(
    networks: Sequence[Network],
    *,
    seed: int,
    replications: Sequence[int],
    present: Sequence[Sequence[Present] | None] | None = None,
    threads: int | None = None,
) -> list[Outcome]:
    """Run replications of the pathways of several places side by side; see `simulate`.

    Args:
        networks: Pathway of each place.
        seed: Key of the random numbers.
        replications: Their numbers, the same for all places.
        present: For each place who is there at time 0, one for each replication, or None.
        threads: How many replications run side by side.

    Returns:
        Figures of each place.
    """
    starts = [None] * len(networks) if present is None else list(present)
    plans = [_Plan(network, lay_out(network), _results(network, len(replications))) for network in networks]

    def one(job: tuple[int, int]) -> _Run:
        place, at = job
        start = starts[place]
        people = None if start is None else start[at]
        done = _run(plans[place], at, seed, replications[at], people, rows=0)
        return _Run(done.world.copy(), {"cells": done.tables["cells"].copy()})

    size = len(replications)
    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        ends = list(pool.map(one, [(place, at) for place in range(len(plans)) for at in range(size)]))
    outcomes: list[Outcome] = []
    for place in reversed(range(len(plans))):
        part = ends[place * size : (place + 1) * size]
        outcomes.append(_outcome(plans.pop(), replications, starts[place], part))
    return outcomes[::-1]


def trace(network: Network, *, seed: int, replication: int, present: Present | None = None) -> Log:
    """Run one replication and write down every event.

    Args:
        network: Pathway of one place.
        seed: Key of the random numbers.
        replication: Its number.
        present: Who is there at time 0.

    Returns:
        The events, in their order.

    Raises:
        InvariantError: Somebody goes round in the pathway without end.
    """
    plan = _Plan(network, lay_out(network), _results(network, 1))
    done = _run(plan, 0, seed, replication, present, rows=_ROWS)
    rows = done.tables["log"][: done.world["logged"][0]]
    return Log(**{field.name: rows[field.name].copy() for field in fields(Log)})


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """A network and the records that its replications write.

    Args:
        network: Pathway of one place.
        layout: Its records.
        results: By name in `_world.TABLES`, dims (replication, month, …).
    """

    network: Network
    layout: Layout
    results: Mapping[str, NDArray[np.void]]


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A replication.

    Args:
        world: Its `_world.WORLD`.
        tables: What it holds the addresses of; after it has ended, as much of it as is read.
    """

    world: NDArray[np.void]
    tables: Mapping[str, NDArray[Any]]


def _results(network: Network, replications: int) -> Mapping[str, NDArray[np.void]]:
    classes = len(network.classes)
    cells = len(network.stages.names) * classes
    sizes = {
        "flows": cells,
        "arrived": len(network.arrivals.names) * classes,
        "left": len(network.exits) * classes,
        "served": len(network.pools.names),
        "waits": cells + 4 * classes,
    }
    months = network.month_edge.size - 1
    return {name: np.zeros((replications, months, size), _world.TABLES[name]) for name, size in sizes.items()}


def _run(plan: _Plan, at: int, seed: int, replication: int, present: Present | None, rows: int) -> _Run:
    """Run a replication, again with more room where there was too little."""
    slots = _SLOTS
    while True:
        made = _made(plan, present, slots, rows)
        world = made.world
        world["seed"], world["replication"] = seed, replication
        replicate(world)
        if world["status"] == _world.ENDLESS:
            raise InvariantError(
                Fault(
                    ", ".join(plan.network.stages.names),
                    f"in replication {replication} somebody came to more than 65535 stages",
                    "look for stages that lead round to one another without taking time",
                )
            )
        if world["status"] == _world.CROWDED:
            if slots >= _MOST_SLOTS:
                raise CapacityError(f"more than {_MOST_SLOTS} people are present at once in replication {replication}")
            slots *= 4
        elif world["logged"] > rows > 0:
            rows = int(world["logged"][0])
        else:
            for name, results in plan.results.items():
                results[at] = made.tables[name].reshape(results.shape[1:])
            return made


def _made(plan: _Plan, present: Present | None, slots: int, rows: int) -> _Run:
    """A replication before it begins."""
    layout, network = plan.layout, plan.network
    written = {name: int(np.prod(records.shape[1:])) for name, records in plan.results.items()}
    room = {
        "people": slots,
        "heap": slots,
        "places": slots,
        "fresh": slots,
        "marked": len(network.stages.names),
        "bins": plan.results["waits"].shape[2] * BINS,
        "log": rows,
    }
    own = block({"world": 1, **written, **room}, {**layout.own, "opening": opening(present)})
    world, tables = own.pop("world"), {**layout.shared, **own}
    for name, records in tables.items():
        world[name], world[f"{name}_rows"] = records.ctypes.data, records.size
    for name, results in plan.results.items():
        world[f"{name}_rows"] = results.shape[2]
    world["place"], world["classes"], world["free"] = network.place, len(network.classes), -1
    world["routes"], world["monthly"] = network.stages.route_to.shape[2], network.monthly is not None
    return _Run(world, tables)


def _outcome(plan: _Plan, replications: Sequence[int], present: Sequence[Present] | None, ends: list[_Run]) -> Outcome:
    network, results = plan.network, plan.results
    months, stages, classes = network.month_edge.size - 1, len(network.stages.names), len(network.classes)
    flows = results["flows"].reshape(len(ends), months, stages, classes)
    by_stage = {name: flows[name].copy() for name in _world.FLOW.names or ()}
    by_person = {
        name: np.array([end.tables["cells"][name] for end in ends]).reshape(len(ends), stages, classes)
        for name in ("waited", "worked")
    }
    arrived = results["arrived"]["number"].reshape(len(ends), months, -1, classes)
    opening_waiting, opening_in_work = _opening_counts(network, len(ends), present)
    waits = results["waits"]
    so_far = waits[..., stages * classes :].reshape(len(ends), months, 2, 2, classes)
    happened = [by_stage[name] for name in ("started", "ended", "gave_up")]
    outcome = Outcome(
        replications=np.array(replications, np.int64),
        arrived=arrived,
        left=results["left"]["number"].reshape(len(ends), months, -1, classes),
        opening_waiting=opening_waiting,
        opening_in_work=opening_in_work,
        busy=results["served"]["busy"].copy(),
        overtime=results["served"]["overtime"].copy(),
        on_duty=on_duty(network),
        stage_waits=_waits(waits[..., : stages * classes].reshape(flows.shape)),
        waits=_waits(np.moveaxis(so_far, 1, 3)),
        idle=np.array([end.world["idle"][0] for end in ends]),
        events=sum((number.sum(axis=(1, 2, 3)) for number in happened), arrived.sum(axis=(1, 2, 3))),
        most_present=np.array([end.world["most"][0] for end in ends]),
        **by_stage,
        **by_person,
    )
    require_laws(network, outcome)
    return outcome


def _waits(records: NDArray[np.void]) -> WaitTotals:
    return WaitTotals(**{name: np.ascontiguousarray(records[name]) for name in _world.WAITED.names or ()})


def _opening_counts(
    network: Network, replications: int, present: Sequence[Present] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Those who wait and those in work at time 0, dims (replication, stage, class)."""
    counts = np.zeros((2, replications, len(network.stages.names), len(network.classes)), np.int64)
    for at, people in enumerate(present or ()):
        in_work = (~np.isnan(people.left)).astype(np.int64)
        np.add.at(counts[:, at], (in_work, people.stage.astype(np.int64), people.of_class.astype(np.int64)), 1)
    return counts[0], counts[1]


def on_duty(network: Network) -> NDArray[np.float64]:
    """Servers' time on duty.

    Args:
        network: Pathway of one place.

    Returns:
        [server-days], dims (month, pool).
    """
    pools, edge = network.pools, network.month_edge
    found = np.zeros((edge.size - 1, len(pools.names)))
    for pool in range(len(pools.names)):
        part = slice(pools.start[pool], pools.start[pool + 1])
        time, number = pools.time[part], pools.on_duty[part].astype(np.float64)
        until = np.append(time[1:], np.inf)
        shared = np.minimum(until, edge[1:, None]) - np.maximum(time, edge[:-1, None])
        found[:, pool] = np.maximum(shared, 0.0) @ number
    return found
