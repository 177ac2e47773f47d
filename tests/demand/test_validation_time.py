"""What changes in time by the compiled engine: M(t)/G/∞, arrivals by the hour, and M(t)/M/c(t) with its rotas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from known_answers import LONG, SEED, Judge, cases, started
from networks import NEVER, empirical, exponential, network
from scipy import stats

from mhwfmodel.demand.engine import simulate
from mhwfmodel.demand.outcome import Outcome
from mhwfmodel.pathway.network import Present, ShiftEnd

MANY = 4000
JUST = 1e-6
"""So little time after an instant at which a figure is asked that nothing happens but what happens at the instant."""


@pytest.fixture
def judge(record_property: Callable[[str, object], None]) -> Judge:
    return Judge(record_property)


def many(made: Any, starts: list[Present] | None = None, replications: int = MANY) -> Outcome:
    return simulate(made, seed=SEED, replications=range(replications), present=starts)


@pytest.mark.parametrize("case", cases("mt_g_inf"))
def test_a_load_that_changes_with_the_hour(case: dict[str, Any], judge: Judge) -> None:
    """The rate is told by its mean over each minute, a uniform service by 4,096 equal values."""
    assert case["inputs"]["arrival_rate"] == "20+15*sin(2*pi*t/24) per hour"
    told = np.array(case["expected"]["t_and_mean_number"])
    mean = case["inputs"]["service"]["mean"]
    middles = 2.0 * mean * (np.arange(4096) + 0.5) / 4096
    service = exponential(mean) if case["inputs"]["service"]["dist"] == "exp" else empirical(middles)
    edge = np.arange(72 * 60 + 1) / 60.0
    total = 20.0 * edge - 15.0 * 24.0 / (2.0 * np.pi) * np.cos(2.0 * np.pi * edge / 24.0)
    rate = np.diff(total) / np.diff(edge)
    months = np.diff(np.concatenate([[0.0], 48.0 + told[:, 0] + JUST]))
    made = network(
        stages={"ward": {"service": service}},
        arrivals={"people": {"stage": "ward", "rate": list(zip(edge[:-1], rate, strict=True))}},
        days=list(months),
    )
    number = many(made).in_work[:, :, 0, 0].astype(float)
    for at, expected in enumerate(told[:, 1]):
        judge(f"t={told[at, 0]:g}", number[:, at], expected)
        spread = number[:, at].var(ddof=1) / expected
        assert abs(spread - 1.0) < 4.0 * np.sqrt(2.0 / MANY), "a Poisson number varies as much as its mean"


def by_hour(rates: list[float]) -> list[tuple[float, float]]:
    return [(float(hour), rate) for hour, rate in enumerate(rates)]


@pytest.mark.parametrize("case", [one for one in cases("nhpp_arrivals") if one.id == "treat_sim_day"])
def test_arrivals_by_the_hour(case: dict[str, Any]) -> None:
    rates, expected = case["inputs"]["rate_per_hour"], np.array(case["expected"]["mean_by_hour"])
    made = network(
        stages={"door": {"service": 0.5}},
        arrivals={"people": {"stage": "door", "rate": by_hour(rates)}},
        days=[1.0] * len(rates),
    )
    came = many(made).arrived[:, :, 0, 0]
    total = came.sum(axis=0)
    assert (np.abs(total - MANY * expected) / np.sqrt(MANY * expected) <= 4.0).all()
    chi = float(((total - MANY * expected) ** 2 / (MANY * expected)).sum())
    assert stats.chi2.sf(chi, expected.size) > 0.001
    day = came.sum(axis=1)
    assert abs(day.mean() - case["expected"]["mean_total"]) <= 4.0 * day.std(ddof=1) / np.sqrt(MANY)
    spread = np.append(came.var(axis=0, ddof=1) / expected, day.var(ddof=1) / case["expected"]["var_total"])
    kurtosis = np.append(1.0 / expected, 1.0 / case["expected"]["var_total"])
    assert (np.abs(spread - 1.0) <= 4.5 * np.sqrt((2.0 + kurtosis) / MANY)).all()


@pytest.mark.parametrize("case", [one for one in cases("nhpp_arrivals") if one.id == "zero_rate_block"])
def test_nobody_comes_where_the_rate_is_zero(case: dict[str, Any], judge: Judge) -> None:
    rate = [(float(since), float(rate)) for since, rate in case["inputs"]["rate"]]
    made = network(
        stages={"door": {"service": 0.5}},
        arrivals={"people": {"stage": "door", "rate": rate}},
        days=[8.0] * 3,
    )
    came = many(made).arrived[:, :, 0, 0].astype(float)
    judge("0 to 8", came[:, 0], case["expected"]["mean_count_0_8"])
    judge("8 to 16", came[:, 1], float(case["expected"]["count_8_16_exactly"]))
    judge("16 to 24", came[:, 2], case["expected"]["mean_count_16_24"])


TRANSIENT = {one.id: one.values[0] for one in cases("transient_mt_m_ct")}
ENDS = {
    "Mt_M_ct_rota_preempt": ShiftEnd.HAND_OVER,
    "Mt_M_ct_rota_reneging": ShiftEnd.HAND_OVER,
    "Mt_M_ct_rota_crew_replaced": ShiftEnd.OVERTIME,
}


def day_of(given: dict[str, Any], at: np.ndarray, end: ShiftEnd) -> Any:
    """The queue of a case, its months ending just after the instants that are asked for, in hours of so many days."""
    rate = given.get("arrival_rate_per_hour_by_hour", [given.get("arrival_rate")])
    shifts = given.get("rota", [[0, given.get("servers")]])
    service = 1.0 / given.get("service_rate_per_hour", given.get("service_rate"))
    patience = exponential(LONG / given["patience_rate"]) if "patience_rate" in given else NEVER
    after = at + JUST
    after[-1] = at[-1]
    return network(
        stages={"queue": {"needs": {"servers": 1}, "service": exponential(service * LONG), "patience": patience}},
        pools={"servers": {"shifts": [(since * LONG, count) for since, count in shifts], "at_shift_end": end}},
        arrivals={"people": {"stage": "queue", "rate": [(t * LONG, r / LONG) for t, r in by_hour(rate)]}},
        days=list(np.diff(np.concatenate([[0.0], after])) * LONG),
    )


def backlog(given: dict[str, Any], replications: int) -> list[Present] | None:
    """Those present at the start."""
    if not given["initial"]:
        return None
    random, mean = np.random.default_rng(SEED), LONG / given["service_rate"]

    def left(working: int) -> np.ndarray:
        return random.exponential(mean, working)

    return [started(given["initial"], given["servers"], left) for _ in range(replications)]


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_queue_on_its_way(name: str, judge: Judge) -> None:
    given, columns = TRANSIENT[name]["inputs"], TRANSIENT[name]["expected"]["columns"]
    rows = np.array(TRANSIENT[name]["expected"]["rows"])[1:]
    expected = dict(zip(columns, rows.T, strict=True))
    made = day_of(given, expected["t"].copy(), ENDS.get(name, ShiftEnd.FINISH))
    outcome = many(made, backlog(given, MANY))
    waiting, work = outcome.waiting[:, :, 0, 0].astype(float), outcome.in_work[:, :, 0, 0].astype(float)
    judge.grid("mean_number_system", waiting + work, expected["mean_number_system"])
    judge.grid("mean_number_queue", waiting, expected["mean_number_queue"])
    if "p_empty" in expected:
        judge.grid("p_empty", (waiting + work == 0.0).astype(float), expected["p_empty"])
        duty = made.pools.on_duty[np.searchsorted(made.pools.time, expected["t"][:-1] * LONG, side="right") - 1]
        on_duty = np.append(duty, made.pools.on_duty[-1])
        judge.grid("p_all_servers_busy", (work >= on_duty).astype(float), expected["p_all_servers_busy"])
        came = outcome.joined[:, :, 0, 0]
        waited = came - outcome.stage_waits.within[:, :, 0, 0]
        judge.grid("arrivals", came.cumsum(axis=1).astype(float), expected["cum_expected_arrivals"])
        gave_up = outcome.gave_up[:, :, 0, 0].cumsum(axis=1).astype(float)
        judge.grid("abandonments", gave_up, expected["cum_expected_abandonments"])
        judge.grid("who wait", waited.cumsum(axis=1).astype(float), expected["cum_expected_arrivals_who_wait"])
    else:
        judge.grid("overtime", overtime_at(given, expected["t"]), expected["mean_overtime_servers_busy"])


def overtime_at(given: dict[str, Any], at: np.ndarray) -> np.ndarray:
    """Servers in overtime in the first millionth of an hour after each instant, dims (replication, instant)."""
    inside = at[:-1]
    made = day_of(
        given, np.sort(np.concatenate([inside, inside + JUST, at[-1:] - 2.0 * JUST, at[-1:]])), ShiftEnd.OVERTIME
    )
    outcome = many(made)
    length = np.diff(made.month_edge)
    mean = outcome.overtime[:, :, 0] / length
    return mean[:, 1::2]


def test_one_rota_under_three_rules() -> None:
    """People in system at midnight: 6.88, 6.25 and 3.51 under three rules for the end of a shift."""
    if not TRANSIENT:
        pytest.skip("the pack of cases is not there")
    given = TRANSIENT["Mt_M_ct_rota_preempt"]["inputs"]
    told = {ShiftEnd.HAND_OVER: 6.88, ShiftEnd.FINISH: 6.25, ShiftEnd.OVERTIME: 3.51}
    for end, expected in told.items():
        outcome = many(day_of(given, np.array([24.0]), end))
        number = (outcome.waiting + outcome.in_work)[:, -1, 0, 0]
        assert abs(number.mean() - expected) <= 4.0 * number.std(ddof=1) / np.sqrt(MANY) + 0.005, end
