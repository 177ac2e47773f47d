"""Factors by month on who comes, on work and on ways, in both engines and in the analytic pathway."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import exponential, fixed, network

from mhwfmodel.demand import analytic, engine, simpy_engine
from mhwfmodel.demand.outcome import Happening, Log
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway import flatten, load_pathway
from mhwfmodel.pathway.factors import Factors, factored
from mhwfmodel.pathway.network import Network
from mhwfmodel.pathway.ways import Way, rerouted, stages_named, way

CHANCES = st.lists(st.integers(1, 9), min_size=3, max_size=5).map(lambda some: np.array(some) / sum(some))


def two_streams(service: float = 1.0) -> Network:
    """Two stages of no servers, each with its own stream, two classes and three months."""
    stage = {"service": fixed(service), "routes": {"gone": 0.7, "away": 0.3}}
    return network(
        stages={"a": stage, "b": stage},
        arrivals={
            "to a": {"stage": "a", "rate": 40.0, "shares": [1, 3]},
            "to b": {"stage": "b", "rate": 40.0, "shares": [1, 1]},
        },
        classes=("high", "low"),
        exits=("gone", "away"),
        days=[30.0] * 3,
    )


def happened(log: Log, kind: Happening, stage: int) -> np.ndarray:
    return np.flatnonzero((log.kind == kind) & (log.stage == stage))


def test_factors_of_one_give_the_very_network() -> None:
    made = two_streams()
    ones = Factors(np.ones((2, 2, 3)), np.ones((2, 3)), (Way(np.array([0]), np.full((1, 2, 2), 0.3)),), np.ones((1, 3)))
    assert factored(made, ones) is made
    assert factored(made, Factors()) is made


def test_arrivals_are_scaled_by_class_and_month_and_other_streams_keep_their_people() -> None:
    made, factor = two_streams(), np.ones((2, 2, 3))
    factor[0, 0, 1], factor[0, 1, 1], factor[0, :, 2] = 3.0, 0.5, 0.0
    found = engine.simulate(factored(made, Factors(factor)), seed=3, replications=range(40), threads=1)
    mean = found.arrived[:, :, 0].mean(axis=0) / 30.0
    assert mean == pytest.approx(np.array([[10.0, 30.0], [30.0, 15.0], [0.0, 0.0]]), rel=0.03)
    usual, changed = (engine.trace(each, seed=3, replication=0) for each in (made, factored(made, Factors(factor))))
    for kind in (Happening.ARRIVED, Happening.ENDED, Happening.LEFT):
        before, after = happened(usual, kind, 1), happened(changed, kind, 1)
        assert np.array_equal(usual.time[before], changed.time[after])
        assert np.array_equal(usual.of_class[before], changed.of_class[after])


def test_work_takes_the_factor_of_the_month_in_which_it_starts() -> None:
    made, factor = two_streams(1.0), np.array([[1.0, 2.0, 0.5], [1.0, 1.0, 1.0]])
    log = engine.trace(factored(made, Factors(work=factor)), seed=1, replication=0)
    for stage in (0, 1):
        started, ended = happened(log, Happening.STARTED, stage), happened(log, Happening.ENDED, stage)
        began = dict(zip(log.person[started].tolist(), log.time[started].tolist(), strict=True))
        for person, end in zip(log.person[ended].tolist(), log.time[ended].tolist(), strict=True):
            assert end - began[person] == pytest.approx(factor[stage, int(began[person] // 30.0)])


def test_ways_are_drawn_by_the_month_of_leaving() -> None:
    made = two_streams(0.1)
    away = Way(np.array([0]), np.stack([np.array([[0.0, 0.3]] * 2)]))
    changed = factored(made, Factors(ways=(away,), routes=np.array([[1.0, 2.0, 9.0]])))
    found = engine.simulate(changed, seed=1, replications=range(20), threads=1)
    left = found.left.sum(axis=(0, 3))
    # A half of those who leave come from the other stage, of whom 30 % go away.
    assert 2 * left[:, 1] / left.sum(axis=1) - 0.3 == pytest.approx(np.array([0.3, 0.6, 1.0]), abs=0.02)


def test_both_engines_follow_the_same_factors() -> None:
    made = two_streams()
    away = Way(np.array([1]), np.stack([np.array([[0.0, 0.3]] * 2)]))
    factors = Factors(np.linspace(0.2, 2.0, 12).reshape(2, 2, 3), np.linspace(0.5, 1.5, 6).reshape(2, 3), (away,),
                      np.array([[0.5, 1.0, 4.0]]))  # fmt: skip
    plain, compiled = (each.trace(factored(made, factors), seed=9, replication=2) for each in (simpy_engine, engine))
    for name in ("time", "kind", "person", "stage", "of_class", "to"):
        assert np.array_equal(getattr(plain, name), getattr(compiled, name)), name


@given(chances=CHANCES, factor=st.floats(0.0, 5.0))
def test_one_way_gets_its_factor_and_the_others_share_the_rest(chances: np.ndarray, factor: float) -> None:
    share = np.where(np.arange(chances.size) == 0, chances, 0.0)
    (found,) = rerouted(chances, [share], [np.array([factor])])
    assert found[0] == pytest.approx(min(chances[0] * factor, 1.0), abs=1e-12)
    assert found.sum() == pytest.approx(1.0)
    rest = chances[1:] / chances[1:].sum() * (1.0 - found[0])
    assert found[1:] == pytest.approx(rest, abs=1e-12)


@given(chances=CHANCES, factors=st.lists(st.floats(0.0, 3.0), min_size=2, max_size=2))
def test_the_order_of_ways_does_not_matter_and_a_factor_of_one_changes_nothing(
    chances: np.ndarray, factors: list[float]
) -> None:
    shares = [np.where(np.arange(chances.size) == at, chances, 0.0) for at in range(2)]
    given_ = [(shares[0], factors[0]), (shares[1], factors[1])]
    found = [
        rerouted(chances, [share for share, _ in order], [np.array([factor]) for _, factor in order])[0]
        for order in permutations(given_)
    ]
    assert found[0] == pytest.approx(found[1], abs=1e-12)
    alone = rerouted(chances, shares[:1], [np.array(factors[:1])])
    assert rerouted(chances, shares, [np.array(factors[:1]), np.ones(1)])[0] == pytest.approx(alone[0], abs=1e-12)


def test_the_only_way_and_nothing_left_stay_as_they_were() -> None:
    only, half = np.array([1.0]), np.array([0.5, 0.5])
    assert rerouted(only, [only], [np.array([0.2])])[0].tolist() == [1.0]
    both = [np.array([0.5, 0.0]), np.array([0.0, 0.5])]
    assert rerouted(half, both, [np.zeros(1), np.zeros(1)])[0].tolist() == [0.5, 0.5]


def test_every_way_of_the_pathway_that_ships_is_found() -> None:
    pathway = load_pathway("cmhf")
    made = flatten(pathway, months=1)
    chances = np.diff(made.stages.route_upto, axis=2, prepend=0.0)
    for name, stage in pathway.stages.items():
        ways = sorted(
            {to for of_class in pathway.classes for to, chance in stage.routes_of(of_class).items() if chance}
        )
        shares = [way(pathway, name, to) for to in ways]
        total = np.sum([each.share for each in shares], axis=0)
        assert total == pytest.approx(chances[shares[0].stages], abs=1e-9), name
        for at, of_class in enumerate(pathway.classes):
            said = stage.routes_of(of_class)
            for to, each in zip(ways, shares, strict=True):
                assert each.share[:, at].sum(axis=1) == pytest.approx(said.get(to, 0.0)), (name, to)
    assert len(stages_named(made, "assessment")) >= 3


def test_what_cannot_be_is_refused() -> None:
    pathway, made = load_pathway("cmhf"), two_streams()
    with pytest.raises(MhwfError, match="not a way"):
        way(pathway, "triage", "no such stage")
    with pytest.raises(MhwfError, match="not a stage"):
        stages_named(made, "c")
    with pytest.raises(MhwfError, match="dims"):
        factored(made, Factors(work=np.ones((2, 2))))
    with pytest.raises(MhwfError, match="0 or more"):
        factored(made, Factors(work=np.full((2, 3), -1.0)))
    twice = factored(made, Factors(work=np.full((2, 3), 2.0)))
    with pytest.raises(MhwfError, match="has factors already"):
        factored(twice, Factors())
    with pytest.raises(MhwfError, match="to `step`"):
        analytic.plan([twice])
    listed = network(stages={"a": {}}, arrivals={"r": {"stage": "a", "times": [1.0]}})
    with pytest.raises(MhwfError, match="given times"):
        factored(listed, Factors(np.full((1, 1, 1), 2.0)))


def analytic_case(shares: tuple[int, int], ways: dict[str, float], rate: float) -> Network:
    return network(
        stages={
            "a": {"needs": {"p": 1}, "service": exponential(1.0), "routes": ways},
            "b": {"needs": {"q": 1}, "service": exponential(5.0), "contact": True},
        },
        pools={"p": 12, "q": 30},
        arrivals={"r": {"stage": "a", "rate": rate, "shares": list(shares)}},
        classes=("high", "low"),
        exits=("gone", "away"),
        days=[30.0] * 12,
    )


def test_the_analytic_pathway_takes_ways_and_classes_as_networks_that_have_them() -> None:
    made = analytic_case((1, 1), {"b": 0.4, "gone": 0.45, "away": 0.15}, 8.0)
    to_b = Way(np.array([0]), np.array([[[0.4, 0.0, 0.0]] * 2]))
    factor = np.array([0.5, 1.5])
    ran = analytic.screen([made], draws=2, arrivals=factor * np.ones((1, 2, 12, 2, 1)), ways=[to_b], routes=1.25)
    same = analytic.screen([analytic_case((1, 3), {"b": 0.5, "gone": 0.375, "away": 0.125}, 8.0)])
    for name in ("waiting", "in_work", "left", "arrived", "waits"):
        assert ran.kept[name][0, 0] == pytest.approx(same.kept[name][0, 0], rel=1e-5, abs=1e-6), name
    assert np.array_equal(ran.kept["waiting"][0, 0], ran.kept["waiting"][0, 1])
    plain, ones = analytic.screen([made]), analytic.screen([made], ways=[to_b], routes=1.0)
    assert all(np.array_equal(plain.kept[name], ones.kept[name], equal_nan=True) for name in plain.kept)
