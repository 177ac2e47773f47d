"""Outcomes as tables: sums, intervals, waits of groups together, months left out."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.demand import queues, simpy_engine
from mhwfmodel.demand.engine import simulate
from mhwfmodel.demand.mixtures import mixture_quantile
from mhwfmodel.demand.outcome import Outcome, WaitTotals
from mhwfmodel.demand.tables import ALL, Labels, concatenated, interval, mean_wait, tables
from mhwfmodel.demand.waits import BEYOND, WITHIN, bin_of, quantile
from mhwfmodel.pathway import Pathway, flatten, read_pathway

TEAM = {
    "pathway": "team",
    "months": 4,
    "classes": {"high": {"priority": 1}, "low": {"priority": 2}},
    "exits": ["done"],
    "pools": {"workers": {"count": 4, "teams": 2}},
    "arrivals": {"come": {"stage": "first", "per_day": 1.5, "classes": {"high": 0.4, "low": 0.6}}},
    "stages": {
        "first": {
            "needs": {"workers": 1}, "service": {"exponential": 2}, "contact": True, "routes": {"done": 1},
            "patience": {"exponential": 30}, "modes": {"here": {"share": 0.7}, "online": {"share": 0.3}},
        },
        "unseen": {"service": {"fixed": 1}, "routes": {"done": 1}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def team() -> Pathway:
    return read_pathway(json.dumps(TEAM))


@pytest.fixture(scope="module")
def ran(team: Pathway) -> tuple[Any, Outcome]:
    network = flatten(team)
    return network, simpy_engine.simulate(network, seed=3, replications=range(5))


def test_parts_are_together_and_every_figure_has_its_interval(team: Pathway, ran: tuple[Any, Outcome]) -> None:
    network, outcome = ran
    made = tables(network, outcome, Labels(team.month_labels))
    assert list(made) == ["stages", "waits", "pools", "flows"]
    stages = made["stages"].set_index(["month", "stage", "class"])
    parts = [at for at, name in enumerate(network.stages.names) if name.startswith("first/") and "entry" not in name]
    assert len(parts) == 4
    for month, label in enumerate(team.month_labels):
        per_run = outcome.joined[:, month, parts].sum(axis=1)
        row = stages.loc[(label, "first", "low")]
        assert row["joined"] == pytest.approx(per_run[:, 1].mean())
        half = 2.7764451 * per_run[:, 1].std(ddof=1) / np.sqrt(5)
        assert row["joined_high"] - row["joined"] == pytest.approx(half, rel=1e-6)
        assert stages.loc[(label, "first", ALL), "joined"] == pytest.approx(per_run.sum(axis=1).mean())
    run = stages.loc[(ALL, "first", ALL)]
    area = outcome.waiting_days.sum(axis=(1, 2, 3)) / network.end
    assert run["waiting_on_average"] == pytest.approx(area.mean())
    waits = outcome.stage_waits
    mean = waits.days[:, :, parts].sum(axis=(1, 2, 3)) / waits.number[:, :, parts].sum(axis=(1, 2, 3))
    assert run["wait_mean"] == pytest.approx(mean.mean())
    assert mean_wait(network, outcome, stage="first") == pytest.approx(mean)
    assert np.isnan(mean_wait(network, outcome, stage="unseen")).all()
    pools = made["pools"].set_index(["month", "pool"])
    assert pools.loc[(ALL, "workers"), "on_duty_on_average"] == pytest.approx(4.0)
    busy = outcome.busy.sum(axis=(1, 2)) / (4 * network.end)
    assert pools.loc[(ALL, "workers"), "utilisation"] == pytest.approx(busy.mean())
    assert pools.loc[(ALL, "workers"), "utilisation_low"] < busy.mean()
    flows = made["flows"].set_index(["flow", "month", "name", "class"])["people"]
    for exit_at, name in enumerate(network.exits):
        assert flows["left", ALL, name, ALL] == pytest.approx(outcome.left[:, :, exit_at].sum(axis=(1, 2)).mean())


def test_those_who_still_wait_are_counted_at_the_end_of_a_month(team: Pathway, ran: tuple[Any, Outcome]) -> None:
    network, outcome = ran
    made = tables(network, outcome, Labels(team.month_labels))["waits"]
    still = made.set_index(["definition", "contact", "class", "month"])["wait_number"]
    assert still["waiting_so_far", "first", ALL, ALL] == still["waiting_so_far", "first", ALL, team.month_labels[-1]]
    seen = [still["completed_wait", "first", ALL, label] for label in team.month_labels]
    assert still["completed_wait", "first", ALL, ALL] == pytest.approx(sum(seen))


def test_the_warm_up_is_left_out(team: Pathway, ran: tuple[Any, Outcome]) -> None:
    network, outcome = ran
    whole = tables(network, outcome, Labels(team.month_labels))
    cut = tables(network, outcome, Labels(team.month_labels, skip=2))
    for name, frame in cut.items():
        kept = frame[frame["month"] != ALL].reset_index(drop=True)
        same = whole[name][whole[name]["month"].isin(team.month_labels[2:])].reset_index(drop=True)
        assert kept.equals(same), name
    first = cut["stages"].set_index(["month", "stage", "class"])
    months = [first.loc[(label, "first", ALL), "joined"] for label in team.month_labels[2:]]
    assert first.loc[(ALL, "first", ALL), "joined"] == pytest.approx(sum(months))


def test_replications_run_apart_are_those_run_together(ran: tuple[Any, Outcome]) -> None:
    network, outcome = ran
    parts = [
        simpy_engine.simulate(network, seed=3, replications=range(first, last)) for first, last in ((0, 2), (2, 5))
    ]
    joined = concatenated(parts)
    for item in fields(Outcome):
        one, two = getattr(joined, item.name), getattr(outcome, item.name)
        if isinstance(one, WaitTotals):
            for part in fields(WaitTotals):
                assert np.array_equal(getattr(one, part.name), getattr(two, part.name), equal_nan=True)
        else:
            assert np.array_equal(one, two), item.name


def test_an_interval_leaves_out_what_is_not_known() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    mean, low, high = interval(values)
    assert mean[:2].tolist() == [2.0, 5.0]
    assert np.isnan(mean[2])
    assert high[0] - mean[0] == pytest.approx(12.7062047, rel=1e-6)
    assert np.isnan([low[1], high[1], low[2]]).all()


WAITS = st.lists(st.floats(0.0, 2000.0), min_size=0, max_size=40)


@given(st.lists(WAITS, min_size=1, max_size=4), st.sampled_from([0.5, 0.9]))
def test_quantiles_of_groups_together(groups: list[list[float]], share: float) -> None:
    def own(which: float) -> np.ndarray:
        return np.asarray([[_quantile(group, which) if group else np.nan for group in groups]])

    waits = {
        "number": np.asarray([[len(group) for group in groups]]),
        "within": np.asarray([[sum(wait <= WITHIN for wait in group) for group in groups]]),
        "beyond": np.asarray([[sum(wait > BEYOND for wait in group) for group in groups]]),
        "median": own(0.5),
        "p90": own(0.9),
    }
    (found,) = mixture_quantile(waits, share)
    filled = [group for group in groups if group]
    if not filled:
        assert np.isnan(found)
        return
    each = [_quantile(group, share) for group in filled]
    if len(filled) == 1:
        assert found == each[0]
    assert min(each) - 1e-6 <= found <= max(each) + 1e-6


def _quantile(group: list[float], share: float) -> float:
    from mhwfmodel.demand.waits import BINS

    counts = np.bincount(bin_of(np.asarray(group)), minlength=BINS)
    return float(quantile(counts[None], share)[0])


def test_the_quantile_of_alike_groups_is_their_own_and_of_many_waits_near_the_truth() -> None:
    rng = np.random.default_rng(4)
    groups = [rng.exponential(mean, 4000) for mean in (20.0, 90.0, 200.0)]
    waits = {
        "number": np.asarray([[len(group) for group in groups]]),
        "within": np.asarray([[(group <= WITHIN).sum() for group in groups]]),
        "beyond": np.asarray([[(group > BEYOND).sum() for group in groups]]),
        "median": np.asarray([[np.quantile(group, 0.5) for group in groups]]),
        "p90": np.asarray([[np.quantile(group, 0.9) for group in groups]]),
    }
    whole = np.concatenate(groups)
    for share in (0.5, 0.9):
        assert mixture_quantile(waits, share)[0] == pytest.approx(np.quantile(whole, share), rel=0.02)
    twice = {name: values[:, [1, 1]] for name, values in waits.items()}
    assert mixture_quantile(twice, 0.9)[0] == pytest.approx(waits["p90"][0, 1], rel=1e-9)


QUEUE = {
    "pathway": "queue",
    "months": 12,
    "exits": ["done"],
    "pools": {"team": {"count": 5}},
    "arrivals": {"come": {"stage": "clinic", "per_day": 40}},
    "stages": {"clinic": {"needs": {"team": 1}, "service": {"exponential": 0.1}, "routes": {"done": 1}}},
}


def test_the_quantiles_of_a_run_are_those_of_its_months() -> None:
    """Nobody waits four weeks: that must not make a thick tail."""
    queue = read_pathway(json.dumps(QUEUE))
    outcome = simulate(flatten(queue), seed=5, replications=range(10))
    stages = tables(flatten(queue), outcome, Labels(queue.month_labels))["stages"].set_index("month")
    told = queues.mmc(5, 40.0, 10.0)
    assert stages.loc[ALL, "wait_p90"] == pytest.approx(float(told.quantile(0.9)), rel=0.05)
    number, median = (getattr(outcome.stage_waits, name)[:, :, 0, 0] for name in ("number", "median"))
    assert stages.loc[ALL, "wait_median"] == pytest.approx(np.mean([*map(np.average, median, [None] * 10, number)]))


def test_a_tail_goes_on_where_nobody_waits_four_weeks() -> None:
    """Two groups of exponential waits of minutes, of which the 90th percentile together is known."""
    means, number = np.array([0.01, 0.03]), np.array([[1000, 1000]])
    waits = {
        "number": number, "within": number, "beyond": np.zeros_like(number),
        "median": np.log(2.0) * means[None, :], "p90": np.log(10.0) * means[None, :],
    }  # fmt: skip
    found = float(mixture_quantile(waits, 0.9)[0])
    assert np.exp(-found / means).mean() == pytest.approx(0.1, rel=1e-6)
