"""The simpy engine on one replication of each family with known answers: the very events of the compiled engine.

What is shown of the compiled engine beside theory so holds for both.
"""

from __future__ import annotations

import numpy as np
import pytest
from known_answers import SEED, log_normal, one_queue, started
from networks import empirical, exponential, fixed, gamma, network, present

from mhwfmodel.demand import engine, simpy_engine
from mhwfmodel.demand.outcome import Log
from mhwfmodel.pathway.network import Network, Preemption, Present, ShiftEnd

ONE, TWO = exponential(1.0), [exponential(0.5), exponential(2.0)]


def queue(service: object = ONE, servers: int = 2, rate: float = 1.7, **more: object) -> Network:
    return one_queue(servers, rate, service, [400.0, 400.0], unit=1.0, **more)


def classes(preemption: Preemption) -> Network:
    return network(
        classes=("urgent", "other"),
        stages={"queue": {"needs": {"servers": 1}, "service": TWO}},
        pools={"servers": {"count": 1, "preemption": preemption}},
        arrivals={"people": {"stage": "queue", "rate": 0.7, "shares": [0.4, 0.6]}},
        days=[500.0],
    )


def rota(end: ShiftEnd) -> Network:
    return network(
        stages={"queue": {"needs": {"servers": 1}, "service": exponential(2.0 / 3.0), "patience": exponential(2.0)}},
        pools={"servers": {"shifts": [(0.0, 2), (7.0, 6), (13.0, 8), (21.0, 4)], "at_shift_end": end}},
        arrivals={"people": {"stage": "queue", "rate": [(0.0, 2.0), (6.0, 9.0), (20.0, 5.0)]}},
        days=[12.0, 60.0],
    )


def loops() -> Network:
    ways = {"first": {"second": 0.4, "first": 0.1, "gone": 0.5}, "second": {"first": 0.25, "gone": 0.75}}
    return network(
        stages={name: {"needs": {name: 1}, "service": ONE, "routes": ways[name]} for name in ways},
        pools={"first": 8, "second": 5},
        arrivals={"people": {"stage": "first", "rate": 6.0}},
        days=[200.0],
    )


def caseload() -> Network:
    return network(
        stages={
            "home": {"service": exponential(5.0), "routes": {"clinic": 1.0}},
            "clinic": {"needs": {"servers": 1}, "service": ONE, "routes": {"home": 1.0}},
        },
        pools={"servers": 1},
        days=[300.0],
    )


FAMILIES = {
    "mmc": queue(),
    "mmck": queue(room=3),
    "erlang_a": queue(patience=exponential(2.0), rate=2.5),
    "mmc_deterministic_patience": queue(patience=fixed(1.0), rate=2.5),
    "priority": classes(Preemption.NONE),
    "priority, preemptive": classes(Preemption.RESUME),
    "priority, starts again": classes(Preemption.START_AGAIN),
    "mg1, gamma": queue(gamma(0.44, 2.25)),
    "mg1, lognormal": queue(log_normal(1.0, 2.0)),
    "mg1, uniform": queue(empirical(list(0.5 + (np.arange(64) + 0.5) / 64))),
    "mdc": queue(fixed(1.0)),
    "mgcc": queue(log_normal(1.0, 2.0), servers=5, rate=3.0, room=0),
    "gim1": network(
        stages={"queue": {"needs": {"servers": 1}, "service": ONE}},
        pools={"servers": 1},
        arrivals={"people": {"stage": "queue", "times": list(1.25 * np.arange(1, 500)), "of_class": [-1] * 499}},
        days=[700.0],
    ),
    "mt_g_inf": network(
        stages={"ward": {"service": exponential(4.0)}},
        arrivals={"people": {"stage": "ward", "rate": [(0.0, 20.0), (6.0, 35.0), (12.0, 0.0), (18.0, 5.0)]}},
        days=[24.0],
    ),
    "transient, hand over": rota(ShiftEnd.HAND_OVER),
    "transient, finish": rota(ShiftEnd.FINISH),
    "transient, overtime": rota(ShiftEnd.OVERTIME),
    "networks": loops(),
}


def equal(one: Log, other: Log) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("time", "kind", "person", "stage", "of_class", "to")
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_both_engines_give_the_same_events(family: str) -> None:
    logs = [module.trace(FAMILIES[family], seed=SEED, replication=7) for module in (engine, simpy_engine)]
    assert logs[0].time.size > 300
    assert equal(*logs)


def waiting() -> tuple[Network, Present]:
    """A backlog of 30 before 5 servers, as in `transient_mt_m_ct`."""
    random = np.random.default_rng(SEED)
    return queue(servers=5, rate=3.0), started(30, 5, lambda working: random.exponential(1.0, working))


def at_home() -> tuple[Network, Present]:
    made = caseload()
    return made, present(made, [{"stage": "home"}] * 5)


@pytest.mark.parametrize("start", [waiting, at_home])
def test_both_engines_begin_alike(start: object) -> None:
    made, there = start()
    logs = [module.trace(made, seed=SEED, replication=7, present=there) for module in (engine, simpy_engine)]
    assert logs[0].time.size > 300
    assert equal(*logs)
