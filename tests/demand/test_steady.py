"""Starts in balance: numbers by closed forms, flows that add up, ages of Erlang A, and no drift in a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from made import networks
from networks import NEVER, exponential, fixed, gamma, network, weibull
from scipy import integrate, special, stats

from mhwfmodel.demand import flows, steady, warm
from mhwfmodel.demand.engine import simulate
from mhwfmodel.demand.erlang import erlang_b, erlang_c
from mhwfmodel.demand.flows import numbers
from mhwfmodel.errors import MhwfError

YEAR = [30.0] * 12
COME = {"referrals": {"stage": "clinic", "rate": 2.0}}


def clinic(days=YEAR, servers=5, rate=2.0, **words):
    stage = {"needs": {"nurses": 1}, "service": exponential(2.0)} | words
    return network(
        stages={"clinic": stage},
        pools={"nurses": servers},
        arrivals={"referrals": {"stage": "clinic", "rate": rate}},
        days=days,
    )


def with_re_entry():
    return network(
        stages={
            "clinic": {"needs": {"nurses": 1}, "service": exponential(2.0), "routes": {"team": 0.6, "gone": 0.4}},
            "team": {"needs": {"slots": 1}, "service": exponential(6.0), "routes": {"clinic": 0.3, "gone": 0.7}},
        },
        pools={"nurses": 7, "slots": 11},
        arrivals=COME,
        days=YEAR,
    )


def test_numbers_are_those_of_the_closed_forms():
    chance = numbers(5, 4.0, 0.0)
    n = np.arange(chance.size)
    assert chance[5:].sum() == pytest.approx(float(erlang_c(5, 4.0)), rel=1e-13)
    assert chance @ np.maximum(n - 5, 0) == pytest.approx(4.0 * float(erlang_c(5, 4.0)), rel=1e-12)
    assert numbers(5, 40.0, 0.0, room=0)[-1] == pytest.approx(float(erlang_b(5, 40.0)), rel=1e-13)
    np.testing.assert_allclose(numbers(np.inf, 7.0, 0.0)[:30], stats.poisson(7.0).pmf(np.arange(30)), rtol=1e-12)
    np.testing.assert_allclose(numbers(3, 7.0, 1.0)[:30], stats.poisson(7.0).pmf(np.arange(30)), rtol=1e-12)
    assert numbers(2, 3.0, 0.0, room=4).size == 7
    assert numbers(np.inf, 3.0, 0.0, room=4)[:3] == pytest.approx(stats.poisson(3.0).pmf(np.arange(3)))
    assert numbers(2, 0.0, 0.0)[0] == 1.0
    assert numbers(3, 2.999, 0.0).sum() == pytest.approx(1.0)


def test_where_more_come_than_leave_there_are_no_numbers():
    assert numbers(3, 3.0, 0.0).size == 0
    assert numbers(0, 0.1, 0.0, room=5).size == 0
    assert numbers(3, 3.0 - 1e-8, 0.0).size == 0, "hundreds of millions would wait"
    assert numbers(0, 3.0, 0.5)[6] == pytest.approx(stats.poisson(6.0).pmf(6))


def test_one_queue_in_balance():
    found = steady.stationary(clinic())
    assert found.in_work[0, 0] == pytest.approx(4.0)
    assert found.waiting[0, 0] == pytest.approx(4.0 * float(erlang_c(5, 4.0)))
    assert found.flows.waits[0] == pytest.approx(float(erlang_c(5, 4.0)))
    assert found.flows.mean_wait[0] == pytest.approx(2.0)


def test_a_network_with_a_way_back_has_the_flows_of_jackson():
    found = steady.stationary(with_re_entry())
    assert found.flows.arriving[:, 0] == pytest.approx([2.0 / 0.82, 1.2 / 0.82])
    loads = np.array([4.0, 7.2]) / 0.82
    assert found.in_work[:, 0] == pytest.approx(loads)
    waits = erlang_c([7, 11], loads)
    assert found.waiting[:, 0] == pytest.approx(waits * loads / ([7, 11] - loads))


def everything():
    never, soon = NEVER, exponential(3.0)
    return network(
        stages={
            "desk": {"needs": {"staff": 1}, "service": [exponential(0.2), gamma(2.0, 0.2)], "patience": [soon, never],
                     "impatient_to": ["street", "gone"], "routes": {"clinic": 0.5, "street": 0.2, "gone": 0.3}},
            "clinic": {"needs": {"staff": 1, "rooms": 2}, "service": fixed(1.0), "room": 3, "full_to": "street",
                       "patience": weibull(4.0, 2.0), "contact": True},
            "street": {"service": exponential(15.0), "outside": True, "routes": {"desk": 0.4, "gone": 0.6}},
            "choice": {"service": fixed(0.0), "routes": {"desk": 0.5, "clinic": 0.5}},
            "unused": {"needs": {"staff": 1}, "service": fixed(1.0)},
        },
        pools={"staff": {"shifts": [(0.0, 0), (10.0, 4), (20.0, 0), (30.0, 4)]}, "rooms": 3},
        arrivals={"by_rate": {"stage": "choice", "rate": [(0.0, 0.6), (15.0, 1.8), (30.0, 99.0)], "shares": [0.3, 0.7]},
                  "listed": {"stage": "desk", "times": [1.0, 4.0, 7.0, 31.0], "of_class": [0, -1, 1, 0],
                             "shares": [0.5, 0.5]}},
        classes=("high", "low"), exits=("gone", "lost"), days=YEAR,
    )  # fmt: skip


def test_flows_add_up():
    found = steady.stationary(everything()).flows
    inside = found.served_to + found.gave_up_to + found.turned_away_to
    np.testing.assert_allclose(found.arriving, found.external + inside.sum(axis=0), rtol=1e-9)
    assert found.external[3] == pytest.approx(1.2 * np.array([0.3, 0.7]))
    assert found.external[0] == pytest.approx(np.array([1.5, 1.5]) / 30.0)
    assert np.all(found.gave_up_to[0, 2] > [0.0, -1.0])
    assert np.all(found.turned_away_to[1, 2] > 0.0)
    assert np.all(found.arriving[4] == 0.0)


def test_a_pool_that_is_closed_at_first_has_nobody_in_work():
    found = steady.stationary(everything())
    (desk,) = (group for group in found.flows.groups if 0 in group.stages)
    assert desk.servers == 4.0
    assert desk.at_start == 0.0
    assert desk.service == pytest.approx((found.flows.arriving[0] @ [0.2, 0.4]) / found.flows.arriving[0].sum() * 3.0)
    assert np.all(found.in_work[0] == 0.0)
    assert np.all(found.waiting[0] > 0.0)
    for present in warm.present(everything(), found, seed=1, replications=range(20)):
        assert not np.any((present.stage == 0) & np.isfinite(present.left))


def test_the_urgent_are_fewer_among_those_who_wait():
    found = steady.stationary(
        network(
            stages={"clinic": {"needs": {"nurses": 1}, "service": exponential(2.0)}},
            pools={"nurses": 5}, classes=("high", "low"),
            arrivals={"referrals": {"stage": "clinic", "rate": 2.0, "shares": [0.5, 0.5]}},
        )
    )  # fmt: skip
    assert found.in_work[0] == pytest.approx([2.0, 2.0])
    # Cobham: waits of two classes with loads of 0.4 each are as 1/(1 · 0.6) and 1/(0.6 · 0.2).
    assert found.waiting[0, 1] / found.waiting[0, 0] == pytest.approx(5.0)


def test_no_balance_is_refused_unless_the_list_is_said_to_have_an_end():
    crowded = clinic(rate=3.0)
    with pytest.raises(MhwfError, match="clinic: no balance, since more come than 5 at once can see"):
        steady.stationary(crowded)
    found = steady.stationary(crowded, longest=1000.0)
    assert found.in_work[0, 0] == pytest.approx(5.0, rel=1e-6)
    assert found.waiting[0, 0] == pytest.approx((3.0 - 2.5) * 1000.0, rel=1e-2)
    (present,) = warm.present(crowded, found, seed=1, replications=[0])
    assert np.all(np.isinf(present.patience[np.isnan(present.left)])), "an assumption of the start alone"


def test_going_round_for_ever_is_refused():
    round_and_round = network(
        stages={"clinic": {"service": fixed(1.0), "routes": {"clinic": 1.0}}}, arrivals=COME
    )  # fmt: skip
    with pytest.raises(MhwfError, match="class all: people go round for ever"):
        steady.stationary(round_and_round)


def test_flows_that_do_not_settle_are_refused(monkeypatch):
    monkeypatch.setattr(flows, "_ROUNDS", 1)
    with pytest.raises(MhwfError, match="do not settle"):
        steady.stationary(everything())


@given(networks())
@settings(max_examples=25, deadline=None)
def test_any_pathway_has_a_start_in_which_flows_add_up(pair):
    made = pair[0]
    found = steady.stationary(made, longest=50.0)
    inside = found.flows.served_to + found.flows.gave_up_to + found.flows.turned_away_to
    np.testing.assert_allclose(found.flows.arriving, found.flows.external + inside.sum(axis=0), rtol=1e-6, atol=1e-9)
    for present in warm.present(made, found, seed=1, replications=[0, 1]):
        assert np.all(np.isfinite(present.age) & (present.age >= present.waited) & (present.waited >= 0.0))
        assert np.all(np.isnan(present.left) | (present.left >= 0.0))
        assert np.all(np.isnan(present.patience) == np.isfinite(present.left))


REPLICATIONS = range(2000)


def test_who_is_present_has_the_law_of_the_balance():
    made = clinic(patience=exponential(3.0), rate=3.0)
    found = steady.stationary(made)
    present = warm.present(made, found, seed=1, replications=REPLICATIONS)
    waiting = np.array([np.isnan(p.left).sum() for p in present])
    working = np.array([np.isfinite(p.left).sum() for p in present])
    assert np.all((waiting == 0) | (working == 5)), "nobody waits beside a free server"
    chance = np.diff(found.flows.groups[0].number_upto, prepend=0.0)
    counted = np.bincount(waiting + working, minlength=12)[:12]
    expected = np.append(chance[:11], chance[11:].sum()) * len(REPLICATIONS)
    counted[-1] = len(REPLICATIONS) - counted[:-1].sum()
    assert stats.chisquare(counted, expected * counted.sum() / expected.sum()).pvalue > 1e-3
    left = np.concatenate([p.left[np.isfinite(p.left)] for p in present])
    assert stats.kstest(left, stats.expon(scale=2.0).cdf).pvalue > 1e-3


@pytest.mark.parametrize("patience", [None, 3.0])
def test_ages_are_those_of_erlang_a(patience):
    """Of those who come, one is still waiting after t if patience and the work before them both last as long."""
    words = {} if patience is None else {"patience": exponential(patience)}
    made = clinic(**words)
    found = steady.stationary(made)
    give_up = 0.0 if patience is None else 1.0 / patience
    chance = np.diff(found.flows.groups[0].number_upto, prepend=0.0)

    def still(t):
        """Chance that somebody who joins finds a line that lasts beyond t: deaths of rate 5/2 + ahead × give_up."""
        ahead = np.arange(chance.size - 5)
        gone = np.exp(-give_up * t)
        if give_up == 0.0:
            beyond = special.gammaincc(ahead + 1.0, 2.5 * t)
        else:
            # q + 1 stages of rates r, r + g, …, r + q g: as the least of r/g + q + 1 … in a beta law.
            beyond = special.betainc(2.5 / give_up, ahead + 1.0, gone)
        return float(chance[5:] @ beyond) * gone

    present = warm.present(made, found, seed=1, replications=REPLICATIONS)
    for t in (0.0, 0.3, 0.8, 2.0):
        expected = 2.0 * integrate.quad(still, t, np.inf)[0]
        older = np.array([(np.isnan(p.left) & (p.waited > t)).sum() for p in present])
        assert abs(older.mean() - expected) <= 4.0 * older.std() / np.sqrt(older.size)
        assert older.std() / np.sqrt(older.size) < 0.12


def test_history_counts_contacts_and_time():
    stages = {
        "first": {"service": fixed(2.0), "contact": True, "routes": {"second": 1.0}},
        "second": {"service": fixed(5.0), "contact": True, "routes": {"away": 1.0}},
        "away": {"service": fixed(7.0), "outside": True, "routes": {"third": 1.0}},
        "third": {"service": fixed(3.0)},
    }
    made = network(stages=stages, arrivals={"referrals": {"stage": "first", "rate": 5.0}})
    (present,) = warm.present(made, steady.stationary(made), seed=1, replications=[0])
    before = present.age - present.waited
    for stage, (expected, contacts) in enumerate([(0.0, 1), (2.0, 2), (7.0, 2), (0.0, 0)]):
        here = present.stage == stage
        assert here.sum() > 5
        np.testing.assert_allclose(before[here], expected, atol=1e-12)
        assert set(present.contacts[here]) == {contacts}


def test_history_goes_back_over_waits_giving_up_and_turning_away():
    made = everything()
    present = warm.present(made, steady.stationary(made), seed=1, replications=range(40))
    street = np.concatenate([p.age[p.stage == 2] - p.waited[p.stage == 2] for p in present])
    assert np.any(street == 0.0), "turned away at the door"
    assert np.mean(street > 0.0) > 0.5
    again = steady.stationary(made)
    assert np.array_equal(warm.present(made, again, seed=1, replications=[7])[0].age, present[7].age)


@pytest.mark.parametrize(
    "made",
    [clinic(), clinic(rate=2.75, patience=exponential(4.0)), with_re_entry(),
     network(stages={"clinic": {"service": gamma(0.5, 12.0)}}, arrivals=COME, days=YEAR)],
    ids=["erlang_c", "erlang_a", "re_entry", "stay"],
)  # fmt: skip
def test_nothing_drifts(made):
    found, replications = steady.stationary(made), range(1000)
    present = warm.present(made, found, seed=5, replications=replications)
    outcome = simulate(made, seed=5, replications=replications, present=present)
    for expected, opening, months in (
        (found.waiting, outcome.opening_waiting, outcome.waiting),
        (found.in_work, outcome.opening_in_work, outcome.in_work),
    ):
        pictures = np.concatenate([opening[:, None], months], axis=1)
        error = pictures.std(axis=0, ddof=1) / np.sqrt(len(replications))
        assert np.all(np.abs(pictures.mean(axis=0) - expected) <= 4.0 * error + 1e-12)
        assert np.all(error <= 0.12 * np.maximum(expected, 1.0))
    first, later = outcome.stage_waits.days[:, 0].sum(axis=(1, 2)), outcome.stage_waits.days[:, 6:].sum(axis=(2, 3))
    change = first - later.mean(axis=1)
    assert abs(change.mean()) <= 4.0 * change.std(ddof=1) / np.sqrt(len(replications)) + 1e-9


def test_the_picture_at_the_start_is_drawn_from_the_balance_of_that_place():
    made = clinic(days=[1.0])
    found = steady.stationary(made)
    here, there = (warm.present(replace(made, place=place), found, seed=1, replications=[0])[0] for place in range(2))
    assert not np.array_equal(here.left, there.left)
