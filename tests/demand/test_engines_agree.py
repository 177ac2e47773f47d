"""The compiled engine and simpy give the same events, to the last bit, and figures that agree."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import differences, first_difference, happenings, networks
from networks import exponential, gamma, lognormal, network, present, weibull

from mhwfmodel.demand import checks, engine, replay, simpy_engine, steady, warm
from mhwfmodel.pathway import flatten, load_pathway
from mhwfmodel.pathway.network import Network, Preemption, Present, ShiftEnd

FEW = 60
MANY = int(os.environ.get("MHWFMODEL_NETWORKS", "0"))
"""How many networks the long test compares; it is skipped where this is not set."""

SEEDS = st.integers(0, 2**63 - 1)
REPLICATIONS = st.integers(0, 2**32 - 1)

RICH = {
    "busy beyond duty": 0.01,
    "came back": 0.1,
    "displaced": 0.01,
    "events at time 0": 0.1,
    "gave_up": 0.1,
    "interrupted by a shift": 0.05,
    "interrupted by somebody": 0.05,
    "overtime": 0.05,
    "present at the start": 0.1,
    "restarted at once": 0.005,
    "second contact": 0.05,
    "several needs": 0.05,
    "ties of one kind": 0.2,
    "turned_away": 0.1,
}
"""Least shares of made networks in which something happens."""


def compare(made: tuple[Network, Present | None], seed: int, replication: int) -> set[str]:
    network, present = made
    those = None if present is None else [present]
    plain = simpy_engine.trace(network, seed=seed, replication=replication, present=present)
    compiled = engine.trace(network, seed=seed, replication=replication, present=present)
    assert first_difference(plain, compiled) == ""
    replayed = replay.outcome(network, {replication: plain}, those)
    checks.require_laws(network, replayed)
    figures = engine.simulate(network, seed=seed, replications=[replication], present=those, threads=1)
    assert differences(replayed, figures) == []
    return happenings(network, present, plain, replayed)


@settings(max_examples=FEW, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=networks(), seed=SEEDS, replication=REPLICATIONS)
def test_engines_give_the_same_events_and_figures(
    made: tuple[Network, Present | None], seed: int, replication: int
) -> None:
    compare(made, seed, replication)


def test_engines_agree_where_many_wait_and_shifts_change_all_the_time() -> None:
    days = 120
    rota = [(day + hour, number) for day in range(days) for hour, number in ((0.0, 0), (0.375, 6), (0.75, 2))]
    made = network(
        stages={
            "triage": {
                "needs": {"clinicians": 1},
                "service": gamma(2.0, 0.02),
                "routes": {"core": 0.6, "crisis": 0.1, "gone": 0.3},
                "patience": lognormal(3.0, 1.0),
                "contact": True,
            },
            "core": {
                "needs": {"slots": 1},
                "service": weibull(25.0, 0.8),
                "patience": exponential(80.0),
                "impatient_to": "crisis",
                "routes": {"core": 0.1, "away": 0.2, "gone": 0.7},
                "contact": True,
                "rank": [3, 4, 5],
            },
            "crisis": {
                "needs": {"clinicians": 1},
                "service": exponential(0.05),
                "room": 8,
                "displaces": True,
                "full_to": "core",
                "rank": [0, 0, 1],
                "routes": {"assessment": 0.2, "gone": 0.8},
            },
            "assessment": {
                "needs": {"doctors": 2, "amhps": 1},
                "service": lognormal(-2.0, 0.5),
                "statutory": True,
                "rank": 0,
                "routes": {"away": 0.5, "gone": 0.5},
            },
            "away": {"service": exponential(60.0), "outside": True, "routes": {"triage": 1.0}},
        },
        pools={
            "clinicians": {"shifts": rota, "at_shift_end": ShiftEnd.HAND_OVER, "preemption": Preemption.RESUME},
            "slots": 60,
            "doctors": {"shifts": rota, "at_shift_end": ShiftEnd.OVERTIME},
            "amhps": 1,
        },
        arrivals={
            "referrals": {
                "stage": "triage",
                "rate": [(half / 2, 4.0 + 8 * (half % 2)) for half in range(2 * days)],
                "shares": [1, 2, 3],
            },
            "crises": {"stage": "crisis", "rate": 3.0, "shares": [1, 1, 1]},
        },
        classes=("high", "mid", "low"),
        days=[30.4375] * 4,
    )
    found = compare((made, None), 5, 1)
    assert {"interrupted by somebody", "interrupted by a shift", "overtime", "came back", "gave_up"} <= found


def test_figures_of_several_replications_agree() -> None:
    made = network(
        stages={"a": {"needs": {"p": 1}, "service": gamma(2.0, 0.2), "patience": weibull(2.0, 0.7), "contact": True}},
        pools={"p": 2},
        arrivals={"s": {"stage": "a", "rate": 6.0, "shares": [1, 1]}},
        classes=("high", "low"),
        days=[20.0, 20.0],
    )
    those = [present(made, [{"stage": "a", "of_class": 1, "waited": 3.0}] * number) for number in (5, 0, 2)]
    plain = simpy_engine.simulate(made, seed=9, replications=[4, 0, 2**32 - 1], present=those)
    compiled = engine.simulate(made, seed=9, replications=[4, 0, 2**32 - 1], present=those, threads=2)
    assert differences(plain, compiled) == []
    assert len(set(plain.events.tolist())) == 3


def test_engines_agree_on_the_pathway_that_ships() -> None:
    whole = flatten(load_pathway("cmhf"), scale=0.2, months=1)
    (who,) = warm.present(whole, steady.stationary(whole, longest=700.0), seed=1, replications=[0])
    assert who.stage.size > 1000
    assert {"present at the start", "came back", "several needs"} <= compare((whole, who), 1, 0)


@pytest.mark.slow
@pytest.mark.skipif(not MANY, reason="set MHWFMODEL_NETWORKS to how many networks to compare, say 5000")
def test_thousands_of_networks_of_every_kind() -> None:
    found: Counter[str] = Counter()

    @settings(max_examples=MANY, suppress_health_check=list(HealthCheck), derandomize=False)
    @given(made=networks(), seed=SEEDS, replication=REPLICATIONS)
    def run(made: tuple[Network, Present | None], seed: int, replication: int) -> None:
        found.update(["networks", *compare(made, seed, replication)])

    run()
    shares = {name: number / found["networks"] for name, number in sorted(found.items())}
    print(*(f"{name:28} {share:.3f}" for name, share in shares.items()), sep="\n")  # noqa: T201
    assert {name for name, least in RICH.items() if shares.get(name, 0.0) < least} == set()
