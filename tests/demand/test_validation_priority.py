"""Priorities by the compiled engine, beside Cobham's and Miller's formulae."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from known_answers import LONG, REPLICATIONS, Judge, cases, law, longer, run
from networks import exponential, network

from mhwfmodel.demand.outcome import Outcome
from mhwfmodel.pathway.network import Preemption

ALL = cases("priority")
PLAIN = [one for one in ALL if one.values[0]["inputs"]["discipline"] == "non-preemptive" and "overload" not in one.id]
OVERLOAD = [one for one in ALL if "overload" in one.id]
PREEMPTIVE = [one for one in ALL if one.values[0]["inputs"]["discipline"] == "preemptive-resume"]
WARM = 1000.0


@pytest.fixture
def judge(record_property: Callable[[str, object], None]) -> Judge:
    return Judge(record_property)


def queue(servers: int, rates: list[float], services: list[Any], days: float, **pool: Any) -> Outcome:
    total = sum(rates)
    made = network(
        classes=[f"class_{number}" for number in range(len(rates))],
        stages={"queue": {"needs": {"servers": 1}, "service": [longer(of, LONG) for of in services]}},
        pools={"servers": {"count": servers, **pool}},
        arrivals={"people": {"stage": "queue", "rate": total / LONG, "shares": [rate / total for rate in rates]}},
        days=[WARM * LONG, days * LONG],
    )
    return run(made)


def ratio(of: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Month 1 of stage 0, dims (replication, class)."""
    return of[:, 1, 0, :] / to[:, 1, 0, :]


@pytest.mark.parametrize("case", PLAIN)
def test_urgent_people_go_first(case: dict[str, Any], judge: Judge) -> None:
    rates, servers = case["inputs"]["arrival_rates_high_to_low"], case["inputs"]["servers"]
    load = sum(rates) / servers
    rarest = sum(rates) / min(rates)
    days = 1.2e5 * (rarest + 1.0 / (1.0 - load) ** 2) * 1.9 / sum(rates) / REPLICATIONS
    outcome = queue(servers, rates, [exponential(1.0)] * len(rates), days)
    waits = ratio(outcome.waiting_days, outcome.joined) / LONG
    stays = ratio(outcome.waiting_days + outcome.work_days, outcome.joined) / LONG
    for number in range(len(rates)):
        judge(f"mean_wait {number}", waits[:, number], case["expected"]["mean_wait_by_class"][number])
        judge(f"mean_time {number}", stays[:, number], case["expected"]["mean_time_system_by_class"][number])
    everyone = outcome.waiting_days[:, 1, 0].sum(axis=-1) / outcome.joined[:, 1, 0].sum(axis=-1) / LONG
    judge("mean_wait_all", everyone, case["expected"]["mean_wait_all"])
    if "p_wait" in case["expected"]:
        at_once = outcome.stage_waits.within[:, 1, 0].sum(axis=-1) / outcome.joined[:, 1, 0].sum(axis=-1)
        judge("p_wait", 1.0 - at_once, case["expected"]["p_wait"])


@pytest.mark.parametrize("case", OVERLOAD)
def test_an_overload_leaves_the_urgent_their_wait(case: dict[str, Any], judge: Judge) -> None:
    rates, servers = case["inputs"]["arrival_rates_high_to_low"], case["inputs"]["servers"]
    days = 4000.0
    outcome = queue(servers, rates, [exponential(1.0)] * len(rates), days)
    waits = ratio(outcome.waiting_days, outcome.joined)[:, 0] / LONG
    judge("mean_wait 0", waits, case["expected"]["mean_wait_by_class"][0])
    grown = (outcome.waiting[:, 1, 0, 1] - outcome.waiting[:, 0, 0, 1]) / days
    judge("growth 1", grown, case["expected"]["low_class_growth_rate"])


@pytest.mark.parametrize("case", PREEMPTIVE)
def test_urgent_people_interrupt(case: dict[str, Any], judge: Judge) -> None:
    classes = case["inputs"]["classes_high_to_low"]
    rates = [of["arrival_rate"] for of in classes]
    days = 1e7 / sum(rates) / REPLICATIONS
    services = [law(of["service"]) for of in classes]
    outcome = queue(case["inputs"]["servers"], rates, services, days, preemption=Preemption.RESUME)
    stays = ratio(outcome.waiting_days + outcome.work_days, outcome.joined) / LONG
    delays = ratio(outcome.waiting_days, outcome.joined) / LONG
    for number in range(len(rates)):
        judge(f"mean_time {number}", stays[:, number], case["expected"]["mean_time_system_by_class"][number])
        judge(f"mean_delay {number}", delays[:, number], case["expected"]["mean_delay_by_class"][number])
