"""The analytic pathway beside closed forms, its own balances, and exact transients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import exponential, fixed, gamma, network, present

from mhwfmodel.demand import analytic, queues
from mhwfmodel.demand.analytic import Screen
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway.network import Network, Preemption, ShiftEnd

WITHIN = 2e-3
"""Relative error of a steady state: the curves of congestion are interpolated."""


def one(servers: int, rate: float, mean: float = 1.0, months: int = 120, days: float = 30.0, **stage: Any) -> Network:
    return network(
        stages={"a": {"needs": {"p": 1}, "service": exponential(mean), **stage}},
        pools={"p": servers},
        arrivals={"r": {"stage": "a", "rate": rate}},
        days=[days] * months,
    )


def at_end(ran: Screen, name: str, stage: int = 0, of_class: int = 0) -> float:
    return float(ran.kept[name][0, 0, -1, stage, of_class])


def wait(ran: Screen, stage: int = 0, of_class: int = 0) -> float:
    return float(ran.waits("stage_waits").mean[0, 0, -1, stage, of_class])


@pytest.mark.parametrize(
    ("servers", "load", "mean"),
    [(1, 0.5, 1.0), (1, 0.8, 1.0), (2, 0.95, 0.1), (5, 0.5, 1.0), (5, 0.95, 1.0), (9, 0.9, 3.0), (20, 0.95, 1.0),
     (50, 0.8, 30.0), (100, 0.95, 1.0), (600, 0.99, 20.0)],
)  # fmt: skip
def test_a_steady_state_is_erlang_c(servers: int, load: float, mean: float) -> None:
    ran = analytic.screen([one(servers, load * servers / mean, mean)])
    line = queues.mmc(servers, load * servers / mean, 1 / mean)
    assert at_end(ran, "waiting") == pytest.approx(float(line.mean_queue), rel=WITHIN, abs=1e-4)
    assert wait(ran) == pytest.approx(float(line.mean_wait), rel=WITHIN, abs=1e-4)
    assert float(ran.kept["busy"][0, 0, -1, 0] / ran.kept["on_duty"][0, 0, -1, 0]) == pytest.approx(load, rel=1e-4)
    waits = 1 - at_end(ran, "at_once") / at_end(ran, "started")
    assert waits == pytest.approx(float(line.p_wait), rel=WITHIN, abs=1e-3)


@pytest.mark.parametrize(
    ("servers", "load", "theta"),
    [(1, 0.8, 0.25), (1, 1.2, 2.0), (5, 1.0, 2.0), (10, 1.2, 0.25), (20, 1.0, 0.25), (20, 1.2, 1.0), (100, 1.0, 2.0)],
)
def test_a_steady_state_is_erlang_a(servers: int, load: float, theta: float) -> None:
    ran = analytic.screen([one(servers, load * servers, patience=exponential(1 / theta))])
    line = queues.erlang_a(servers, load * servers, 1.0, theta)
    assert at_end(ran, "waiting") == pytest.approx(float(line.mean_queue), rel=WITHIN)
    given_up = at_end(ran, "gave_up") / at_end(ran, "joined")
    assert given_up == pytest.approx(float(line.p_abandon), rel=WITHIN)
    assert wait(ran) == pytest.approx(float(line.mean_wait_served), rel=0.1)


@pytest.mark.parametrize(("servers", "load"), [(5, 0.6), (20, 0.9), (10, 1.2)])
def test_no_room_to_wait_is_erlang_b(servers: int, load: float) -> None:
    ran = analytic.screen([one(servers, load * servers, room=0)])
    blocked = at_end(ran, "turned_away") / at_end(ran, "joined")
    assert blocked == pytest.approx(float(queues.erlang_b(servers, load * servers)), rel=0.01)


@pytest.mark.parametrize(("servers", "rates"), [(2, [0.5, 0.5, 0.6]), (5, [1.0, 2.0, 1.5]), (20, [4.0, 8.0, 6.0, 1.0])])
def test_priorities_are_those_of_kella_and_yechiali(servers: int, rates: list[float]) -> None:
    total = sum(rates)
    made = network(
        classes=[str(k) for k in range(len(rates))],
        stages={"a": {"needs": {"p": 1}, "service": exponential(1.0)}},
        pools={"p": servers},
        arrivals={"r": {"stage": "a", "rate": total, "shares": [rate / total for rate in rates]}},
        days=[30.0] * 120,
    )
    ran = analytic.screen([made])
    expected = queues.priority_mmc(servers, rates, 1.0).mean_wait
    assert ran.waits("stage_waits").mean[0, 0, -1, 0] == pytest.approx(expected, rel=WITHIN)


def test_the_urgent_do_not_feel_an_overload_of_the_rest() -> None:
    made = network(
        classes=["high", "low"],
        stages={"a": {"needs": {"p": 1}, "service": exponential(1.0)}},
        pools={"p": 3},
        arrivals={"r": {"stage": "a", "rate": 4.5, "shares": [1 / 3, 2 / 3]}},
        days=[30.0] * 24,
    )
    ran = analytic.screen([made])
    assert wait(ran) == pytest.approx(2 / 3, rel=0.02)
    growth = np.diff(ran.kept["waiting"][0, 0, -2:, 0, 1])[0] / 30.0
    assert growth == pytest.approx(1.5, rel=WITHIN)


@pytest.mark.parametrize("name", ["feedback_mm10_p0.5", "tandem_equal_mm1x5", "split_merge"])
def test_networks_are_those_of_jackson(shared: Path, name: str) -> None:
    file = shared / "validation" / "queueing" / "networks.json"
    (case,) = (c for c in json.loads(file.read_text(encoding="utf-8"))["cases"] if c["id"] == name)
    given_, expected = case["inputs"], case["expected"]
    count = len(given_["servers"])
    stages = {
        str(i): {
            "needs": {f"p{i}": 1},
            "service": exponential(1 / given_["service_rates"][i]),
            "routes": {
                **{str(j): p for j, p in enumerate(given_["routing"][i]) if p},
                "gone": 1 - sum(given_["routing"][i]),
            },
        }
        for i in range(count)
    }
    arrivals = {f"r{i}": {"stage": str(i), "rate": rate} for i, rate in enumerate(given_["external_rates"]) if rate}
    pools = {f"p{i}": int(c) for i, c in enumerate(given_["servers"])}
    ran = analytic.screen([network(stages=stages, pools=pools, arrivals=arrivals, days=[30.0] * 120)])
    present_ = ran.kept["waiting"][0, 0, -1, :, 0] + ran.kept["in_work"][0, 0, -1, :, 0]
    assert present_ == pytest.approx(np.array(expected["mean_number_at_node"]), rel=WITHIN)
    assert ran.kept["joined"][0, 0, -1, :, 0] / 30 == pytest.approx(np.array(expected["node_arrival_rate"]), rel=WITHIN)


def test_service_that_varies_is_pollaczek_and_khinchine() -> None:
    for law, cv in ((fixed(1.0), 0.0), (gamma(0.25, 4.0), 2.0)):
        ran = analytic.screen([one(1, 0.8, service=law)])
        expected = queues.mg1(0.8, queues.Moments.gamma(1.0, cv)).mean_wait
        assert wait(ran) == pytest.approx(expected, rel=WITHIN)


def test_a_backlog_drains_as_the_forward_equations_have_it(shared: Path) -> None:
    """Within 0.3 % while it is a backlog, 4 % of those at first in the tail, where the last of it goes too early."""
    file = shared / "validation" / "queueing" / "transient_mt_m_ct.json"
    (case,) = (c for c in json.loads(file.read_text(encoding="utf-8"))["cases"] if c["id"] == "mm5_backlog30_drain")
    rows = np.array(case["expected"]["rows"])
    made = network(
        stages={"a": {"needs": {"p": 1}, "service": exponential(1.0)}},
        pools={"p": 5},
        arrivals={"r": {"stage": "a", "rate": 3.0}},
        days=np.diff(rows[:, 0]).tolist(),
    )
    there = present(made, [{"stage": "a", "left": 1.0}] * 5 + [{"stage": "a"}] * 25)
    ran = analytic.screen([made], present=[there])
    number = (ran.kept["waiting"] + ran.kept["in_work"])[0, 0, :, 0, 0]
    assert number[:3] == pytest.approx(rows[1:4, 1], rel=3e-3)
    assert np.abs(number - rows[1:, 1]).max() < 0.03 * 30
    assert number[-1] == pytest.approx(rows[-1, 1], rel=WITHIN)


def pathway(months: int = 36, nurses: int = 6, core: int = 120) -> Network:
    """Classes, two needs, escalation, loops, finite room, a stage outside, a delay and a rota."""
    return network(
        classes=["high", "low"],
        exits=["gone", "away"],
        stages={
            "triage": {
                "needs": {"nurses": 1}, "service": exponential(0.3), "patience": exponential(60.0), "contact": True,
                "routes": {"core": 0.5, "gone": 0.3, "assess": 0.05, "think": 0.15},
            },
            "think": {"service": gamma(2.0, 7.0), "routes": {"triage": 1.0}},
            "core": {
                "needs": {"core": 1}, "service": exponential(90.0), "patience": exponential(120.0), "contact": True,
                "impatient_to": "crisis", "routes": {"gone": 0.7, "core": 0.1, "crisis": 0.2},
            },
            "crisis": {
                "needs": {"nurses": 1}, "service": exponential(0.5), "rank": [-2, -1], "room": 4, "full_to": "away",
                "routes": {"core": 0.4, "gone": 0.6},
            },
            "assess": {
                "needs": {"amhps": 1, "doctors": 2}, "service": exponential(0.3), "statutory": True,
                "routes": {"hospital": 0.6, "gone": 0.4},
            },
            "hospital": {"service": exponential(30.0), "outside": True, "routes": {"core": 1.0}},
        },
        pools={
            "nurses": nurses, "core": core, "doctors": 5,
            "amhps": {"shifts": [(k / 2, 2 * (k % 2)) for k in range(60 * months)], "at_shift_end": ShiftEnd.HAND_OVER},
        },
        arrivals={"r": {"stage": "triage", "rate": [(0.0, 9.0), (400.0, 12.0)], "shares": [0.3, 0.7]}},
        days=[30.0] * months,
    )  # fmt: skip


def test_nobody_is_lost() -> None:
    made = pathway()
    inside = [{"stage": "core", "of_class": k % 2} for k in range(60)]
    there = present(made, inside + [{"stage": "hospital", "left": 9.0}] * 7)
    plan = analytic.plan([made])
    state = analytic.begin(plan, [0, 0], present=[there], scale=[1.0, 2.5])
    stocks = state.members[:, :3].sum(axis=1).reshape(2, -1, 2)
    for month in range(36):
        state, told = analytic.step(plan, state, month, arrivals=[1.0, 0.4])
        now = told.waiting + told.in_work + told.pending
        passed = told.left.sum(axis=1)
        total = stocks.sum(axis=1) + told.arrived.sum(axis=1) - passed
        assert now.sum(axis=1) == pytest.approx(total, rel=1e-10)
        assert min(now.min(), told.waiting.min(), told.in_work.min()) >= -1e-9
        assert np.abs(told.pending).sum() < 0.02 * told.joined.sum()
        stocks = now


def test_units_and_threads_do_not_depend_on_each_other() -> None:
    made = [pathway(12), pathway(12, nurses=5)]
    both = analytic.screen(made, draws=300, threads=2)
    alone = analytic.screen(made[1:])
    for name, value in alone.kept.items():
        assert np.array_equal(both.kept[name][1, 299], value[0, 0], equal_nan=True), name
        assert np.array_equal(both.kept[name][:, 0], both.kept[name][:, 1], equal_nan=True), name


def test_a_step_leaves_the_state_that_it_is_given() -> None:
    plan = analytic.plan([pathway(2)])
    state = analytic.begin(plan, [0])
    one_, two = analytic.step(plan, state, 0)[1], analytic.step(plan, state, 0)[1]
    assert np.array_equal(one_.waiting, two.waiting)
    assert state.members.max() == 0.0


@settings(max_examples=15)
@given(servers=st.integers(1, 30), load=st.floats(0.3, 1.3), patience=st.floats(1.0, 200.0))
def test_more_staff_never_lengthens_waits(servers: int, load: float, patience: float) -> None:
    made = one(servers, load * servers, months=12, patience=exponential(patience))
    many = np.arange(servers, servers + 8)
    ran = analytic.screen([made], draws=8, servers=many[None, :, None, None])
    mean = ran.waits("stage_waits").mean[0, :, :, 0, 0]
    assert np.all(np.diff(mean, axis=0) <= 1e-4 + 1e-3 * mean[:-1])
    gone, came = (ran.kept[name].sum(axis=(2, 3, 4))[0] for name in ("gave_up", "joined"))
    assert np.all(np.diff(gone) <= 1e-4 * came[1:])


def test_more_staff_in_a_pathway_makes_shorter_waits_to_contacts() -> None:
    few, many = (analytic.screen([pathway(36, core=core)]).waits("waits").mean[0, 0, -1, 0] for core in (110, 160))
    assert np.all(many[1] < few[1])


def test_contacts_are_counted_from_the_start_of_the_episode() -> None:
    """First contact after M/M/1, the second after a month at home and M/M/c: means add up."""
    made = network(
        stages={
            "triage": {"needs": {"p": 1}, "service": exponential(0.5), "contact": True, "routes": {"home": 1.0}},
            "home": {"service": fixed(30.0), "routes": {"core": 1.0}},
            "core": {"needs": {"q": 1}, "service": exponential(20.0), "contact": True},
        },
        pools={"p": 1, "q": 40},
        arrivals={"r": {"stage": "triage", "rate": 1.8}},
        days=[30.0] * 60,
    )
    waits = analytic.screen([made]).waits("waits")
    first, second = waits.mean[0, 0, -1, 0, :, 0]
    one_, two = queues.mmc(1, 1.8, 2.0), queues.mmc(40, 1.8, 1 / 20)
    assert first == pytest.approx(float(one_.mean_wait), rel=5e-3)
    assert second == pytest.approx(float(one_.mean_time + 30 + two.mean_wait), rel=5e-3)
    # Little's law of those who still wait for the second contact.
    assert waits.number[0, 0, -1, 1, 1, 0] == pytest.approx(1.8 * second, rel=5e-3)
    # M/M/1 waits have variance: E[W²] = 2 C ÷ (c μ − λ)², and the median is read off a gamma distribution.
    square = float(one_.var_wait + one_.mean_wait**2)
    assert waits.squares[0, 0, -1, 0, 0, 0] / waits.number[0, 0, -1, 0, 0, 0] == pytest.approx(square, rel=0.02)
    shares = waits.within(28.0)[0, 0, -1, 0, :, 0], waits.beyond(28.0)[0, 0, -1, 0, :, 0]
    assert shares[0] + shares[1] == pytest.approx([1.0, 1.0])
    assert waits.quantile(0.5)[0, 0, -1, 0, 0, 0] < waits.quantile(0.9)[0, 0, -1, 0, 0, 0]


def test_a_growing_backlog_is_served_in_the_order_of_coming() -> None:
    """Twice as many come as can be served: after t days the head of the queue came at t ÷ 2."""
    ran = analytic.screen([one(10, 20.0, months=12)])
    mean = ran.waits("stage_waits").mean[0, 0, :, 0, 0]
    middle = np.arange(12) * 30 + 15
    assert mean[2:] == pytest.approx(middle[2:] / 2, rel=0.05)
    late = ran.waits("stage_waits")
    spread = np.sqrt(late.squares[0, 0, -1, 0, 0] / late.number[0, 0, -1, 0, 0] / mean[-1] ** 2 - 1)
    assert spread < 0.35, "nearly all who start in a month have waited as long"


def test_fewer_on_duty_send_people_back_where_a_shift_ends_at_once() -> None:
    for rule, back in ((ShiftEnd.HAND_OVER, 30.0), (ShiftEnd.FINISH, 0.0)):
        made = network(
            stages={"a": {"needs": {"p": 1}, "service": exponential(300.0)}},
            pools={"p": {"shifts": [(0.0, 40), (30.0, 10)], "at_shift_end": rule}},
            days=[30.0, 30.0],
        )
        ran = analytic.screen([made], present=[present(made, [{"stage": "a", "left": 300.0}] * 40)])
        kept = ran.kept["interrupted"][0, 0, 1, 0, 0]
        assert kept == pytest.approx(back, abs=4.0)


def test_the_urgent_interrupt() -> None:
    stage = {"needs": {"p": 1}, "service": exponential(1.0)}
    rates = {"r": {"stage": "a", "rate": 0.7, "shares": [3 / 7, 4 / 7]}}
    made = network(
        classes=["high", "low"], stages={"a": stage}, pools={"p": {"count": 1, "preemption": Preemption.RESUME}},
        arrivals=rates, days=[30.0] * 60,
    )  # fmt: skip
    ran = analytic.screen([made])
    alone = queues.mmc(1, 0.3, 1.0)
    assert at_end(ran, "waiting") == pytest.approx(float(alone.mean_queue), rel=0.01)


def test_factors_are_worked_as_networks_that_have_them() -> None:
    ran = analytic.screen([one(10, 8.0, 1.0, 12)], arrivals=1.1, work=1.05, servers=12.0)
    other = analytic.screen([one(12, 8.8, 1.05, 12)])
    for name in ("waiting", "in_work", "started"):
        assert ran.kept[name] == pytest.approx(other.kept[name], rel=1e-5), name


PLAN = analytic.plan([one(1, 1.0)])

BAD: list[Any] = [
    lambda: analytic.plan([]),
    lambda: analytic.plan([one(1, 1.0)], steps=0),
    lambda: analytic.plan([one(1, 1.0), one(1, 1.0, months=3)]),
    lambda: analytic.begin(analytic.plan([one(1, 1.0)]), [1]),
    lambda: analytic.begin(analytic.plan([one(1, 1.0)]), [0], present=[None, None]),
    lambda: analytic.screen([one(1, 1.0, months=1)], servers=-1.0),
    lambda: analytic.screen([one(1, 1.0, months=1)], arrivals=np.nan),
    lambda: analytic.screen([one(1, 1.0, months=1)], keep=["wating"]),
    lambda: analytic.step(PLAN, analytic.begin(PLAN, [0]), 120),
    lambda: analytic.Waits(np.ones(1), np.ones(1), np.ones(1) * 2).quantile(1.0),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_what_cannot_be_is_refused(number: int) -> None:
    with pytest.raises(MhwfError):
        BAD[number]()
