"""Closed forms of waiting lines beside every analytic answer of the validation pack, and in their limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.demand import queues
from mhwfmodel.demand.queues import Moments, Rota, ShiftRule
from mhwfmodel.errors import MhwfError

Case = dict[str, Any]
PACK = Path(__file__).resolve().parents[3] / "shared" / "validation"
FIXED = ("deterministic", "fixed")


def listed(family: str) -> list[str]:
    """Names of the cases, for the names of the tests; each test reads its case through the fixture."""
    file = PACK / "queueing" / f"{family}.json"
    return (
        [case["id"] for case in json.loads(file.read_text(encoding="utf-8"))["cases"]] if file.is_file() else ["none"]
    )


def read(shared: Path, family: str) -> Case:
    made: Case = json.loads((shared / "validation" / "queueing" / f"{family}.json").read_text(encoding="utf-8"))
    return made


def told_by_moments(service: Case) -> Moments:
    kind = service["dist"]
    if kind in FIXED:
        return Moments.fixed(service["mean"])
    if kind == "exponential":
        return Moments.exponential(service["mean"])
    if kind == "uniform":
        return Moments.uniform(service["low"], service["high"])
    if kind == "hyperexp":
        # The printed parameters are rounded: the balanced-means rule that they follow is not.
        square = service["cv"] ** 2
        p = (1 + np.sqrt((square - 1) / (square + 1))) / 2
        assert p == pytest.approx(service["p1"], rel=1e-12)
        parts = [Moments.exponential(service["mean"] / (2 * q)) for q in (p, 1 - p)]
        return Moments.mixture([p, 1 - p], parts)
    return {"gamma": Moments.gamma, "lognormal": Moments.lognormal}[kind](service["mean"], service["cv"])


def mmc(given_: Case) -> Case:
    line = queues.mmc(given_["servers"], given_["arrival_rate"], given_["service_rate"])
    return {
        "utilisation": line.utilisation, "p_wait": line.p_wait, "erlang_b": line.blocked,
        "mean_wait_queue": line.mean_wait, "var_wait_queue": line.var_wait, "mean_number_queue": line.mean_queue,
        "mean_time_system": line.mean_time, "mean_number_system": line.mean_number, "p_wait_gt_1": line.exceeds(1.0),
        "median_wait": line.quantile(0.5), "p95_wait": line.quantile(0.95),
    }  # fmt: skip


def mmck(given_: Case) -> Case:
    line = queues.mmck(given_["servers"], given_["system_capacity"], given_["arrival_rate"], given_["service_rate"])
    return {
        "p_block": line.p_block, "p_empty": line.p_empty, "mean_number_system": line.mean_number,
        "mean_number_queue": line.mean_queue, "throughput": line.throughput, "mean_wait_queue_accepted": line.mean_wait,
        "mean_time_system_accepted": line.mean_time, "utilisation": line.utilisation,
        "p_wait_given_accepted": line.p_wait, "state_probabilities": line.chances,
    }  # fmt: skip


def erlang_a(given_: Case) -> Case:
    line = queues.erlang_a(given_["servers"], given_["arrival_rate"], given_["service_rate"], given_["patience_rate"])
    return {
        "p_wait": line.p_wait, "p_abandon": line.p_abandon, "p_abandon_given_wait": line.p_abandon_given_wait,
        "mean_wait_all": line.mean_wait, "mean_wait_served": line.mean_wait_served,
        "mean_wait_abandoned": line.mean_wait_abandoned, "mean_number_queue": line.mean_queue,
        "utilisation": line.utilisation, "mean_number_system": line.mean_number,
    }  # fmt: skip


def fixed_patience(given_: Case) -> Case:
    line = queues.fixed_patience(
        given_["servers"], given_["arrival_rate"], given_["service_rate"], given_["patience_fixed"]
    )
    return {
        "p_wait": line.p_wait, "p_abandon": line.p_abandon, "mean_wait_all": line.mean_wait,
        "mean_wait_served": line.mean_wait_served, "utilisation": line.utilisation,
    }  # fmt: skip


def finite_source(given_: Case) -> Case:
    line = queues.finite_source(
        given_["servers"], given_["population"], given_["rate_per_idle_member"], given_["service_rate"]
    )
    return {
        "mean_number_in_service_or_queue": line.mean_number, "mean_number_queue": line.mean_queue,
        "throughput": line.throughput, "mean_wait": line.mean_wait, "utilisation": line.utilisation,
        "p_wait_arrival": line.p_wait,
    }  # fmt: skip


def priority(given_: Case) -> Case:
    if "arrival_rates_high_to_low" in given_:
        line = queues.priority_mmc(given_["servers"], given_["arrival_rates_high_to_low"], given_["service_rate"])
    else:
        classes = given_["classes_high_to_low"]
        line = queues.priority_mg1(
            [one["arrival_rate"] for one in classes],
            [told_by_moments(one["service"]) for one in classes],
            preemptive=True,
        )
    return {
        "p_wait": line.p_wait, "mean_wait_by_class": line.mean_wait, "mean_time_system_by_class": line.mean_time,
        "mean_wait_all": line.mean_wait_all, "mean_delay_by_class": line.mean_wait,
        "low_class_growth_rate": line.growth[-1],
    }  # fmt: skip


def mg1(given_: Case) -> Case:
    line = queues.mg1(given_["arrival_rate"], told_by_moments(given_["service"]))
    return {
        "mean_wait_queue": line.mean_wait, "var_wait_queue": line.var_wait, "mean_number_queue": line.mean_queue,
        "mean_time_system": line.mean_time, "p_wait": line.p_wait, "mean_wait_given_wait": line.mean_wait_given_wait,
        "mean_busy_period": line.mean_busy, "var_busy_period": line.var_busy,
    }  # fmt: skip


def mdc_gim1(given_: Case) -> Case:
    if "interarrival" not in given_:
        line = queues.mdc(given_["servers"], given_["arrival_rate"], given_["service"]["mean"])
        return {"mean_wait_queue": line.mean_wait, "p_wait": line.p_wait}
    gap = given_["interarrival"]
    mean = float(np.round(gap["mean"] * 9, 9)) / 9  # the printed mean is rounded: it is a number of ninths
    assert mean == pytest.approx(gap["mean"], rel=1e-13)
    made = queues.fixed_gaps(mean) if gap["dist"] in FIXED else queues.erlang_gaps(mean, gap["shape"])
    line = queues.gim1(made, mean, 1.0 / given_["service"]["mean"])
    return {"sigma": line.p_wait, "p_wait": line.p_wait, "mean_wait_queue": line.mean_wait}


def mgcc(given_: Case) -> Case:
    return {"p_block": queues.erlang_b(given_["servers"], given_["offered_load"])}


def networks(given_: Case) -> Case:
    made = queues.jackson(given_["external_rates"], given_["routing"], given_["servers"], given_["service_rates"])
    return {
        "node_arrival_rate": made.arrival_rate, "visits_per_entity": made.visits, "utilisation": made.utilisation,
        "p_wait": made.p_wait, "mean_wait_per_visit": made.mean_wait, "mean_number_at_node": made.mean_number,
        "mean_number_in_network": made.mean_in_network, "mean_sojourn_total": made.mean_total,
        "prob_network_empty": made.p_empty,
    }  # fmt: skip


def pooling(given_: Case) -> Case:
    made = queues.pooling(
        given_["teams"], given_["servers_per_team"], given_["arrival_rate_per_team"], given_["service_rate"]
    )
    return {"mean_wait_separate": made.separate, "mean_wait_pooled": made.pooled, "ratio": made.ratio}


def mt_g_inf(given_: Case) -> Case:
    assert given_["arrival_rate"] == "20+15*sin(2*pi*t/24) per hour"
    service = given_["service"]
    at = np.arange(0.0, 25.0, 3.0)
    rate: Callable[[Any], Any] = lambda t: 20 + 15 * np.sin(2 * np.pi * t / 24)  # noqa: E731
    if service["dist"] == "exp":
        made = queues.mean_present(at, rate, lambda u: np.exp(-u / service["mean"]), np.arange(0.0, 193.0, 12.0))
    else:
        longest = 2 * service["mean"]
        made = queues.mean_present(at, rate, lambda u: np.maximum(1 - u / longest, 0.0), [0.0, longest / 2, longest])
    return {"t_and_mean_number": np.column_stack([at, made])}


def transient(given_: Case) -> Case:
    if "rota" in given_:
        rule = ShiftRule.REPLACE if "crew replaced" in given_["shift_end_rule"] else ShiftRule.LEAVE
        rota = Rota(*zip(*given_["rota"], strict=True), rule)
        at, rates = np.arange(25.0), given_["arrival_rate_per_hour_by_hour"]
        patience = given_.get("patience_rate", 0.0)
        made = queues.transient(at, range(24), rates, given_["service_rate_per_hour"], rota, patience_rate=patience)
    else:
        at = np.array(given_["at"])
        made = queues.transient(
            at, [0], [given_["arrival_rate"]], given_["service_rate"], Rota([0], [given_["servers"]]),
            initial=given_["initial"],
        )  # fmt: skip
    told = {
        "t": made.times, "mean_number_system": made.mean_number, "mean_number_queue": made.mean_queue,
        "p_all_servers_busy": made.p_all_busy, "p_empty": made.p_empty, "cum_expected_arrivals": made.arrivals,
        "cum_expected_arrivals_who_wait": made.waited, "cum_expected_abandonments": made.gave_up,
        "p_all_on_shift_servers_busy": made.p_all_busy, "mean_overtime_servers_busy": made.overtime,
    }  # fmt: skip
    assert made.beyond.max() < 1e-10
    return told


FAMILIES: dict[str, Callable[[Case], Case]] = {
    "mmc": mmc, "mmck": mmck, "erlang_a": erlang_a, "mmc_deterministic_patience": fixed_patience,
    "finite_source": finite_source, "priority": priority, "mg1": mg1, "mdc_gim1": mdc_gim1, "mgcc_insensitivity": mgcc,
    "networks": networks, "pooling": pooling, "mt_g_inf": mt_g_inf, "transient_mt_m_ct": transient,
}  # fmt: skip
"""Every family of the pack with an analytic answer: all but arrivals in time and event traces, which are drawn."""

WORDS = {"mean_wait_all_note", "low_class", "time_scaling", "variance_equals_mean", "distribution"}


def columns(expected: Case) -> Iterator[tuple[str, Any]]:
    """Each expected figure: tables column by column."""
    if "rows" not in expected:
        yield from ((name, value) for name, value in expected.items() if name not in WORDS and value is not None)
        return
    for name, column in zip(expected["columns"], zip(*expected["rows"], strict=True), strict=True):
        if name != "p_at_truncation":
            yield name, column


@pytest.mark.parametrize(
    ("family", "name"), [(family, name) for family in FAMILIES for name in listed(family)], ids=lambda word: word
)
def test_a_case_of_the_pack(shared: Path, family: str, name: str) -> None:
    pack = read(shared, family)
    (case,) = (one for one in pack["cases"] if one["id"] == name)
    within = {**pack["tolerance"]["analytic"], **case.get("tolerance", {}).get("analytic", {})}
    given_ = dict(case["inputs"])
    if family == "transient_mt_m_ct":
        given_["at"] = [row[0] for row in case["expected"]["rows"]]
    told = FAMILIES[family](given_)
    compared = 0
    for figure, value in columns(case["expected"]):
        expected = np.array([np.inf if one is None else one for one in np.ravel(np.array(value, dtype=object))], float)
        assert np.ravel(told[figure]) == pytest.approx(expected, rel=within["rel"], abs=within.get("abs", 0.0)), figure
        compared += 1
    assert compared == len(list(columns(case["expected"]))) > 0


def test_all_families_with_an_analytic_answer_are_compared(shared: Path) -> None:
    files = {path.stem for path in (shared / "validation" / "queueing").glob("*.json")}
    assert files - FAMILIES.keys() == {"deterministic_traces", "nhpp_arrivals"}


def test_three_rules_for_the_end_of_a_shift_are_three_answers(shared: Path) -> None:
    rota = read(shared, "transient_mt_m_ct")["cases"][2]["inputs"]
    told = {
        rule: float(
            queues.transient(
                [24.0], range(24), rota["arrival_rate_per_hour_by_hour"], rota["service_rate_per_hour"],
                Rota(*zip(*rota["rota"], strict=True), rule),
            ).mean_number[0]
        )
        for rule in ShiftRule
    }  # fmt: skip
    text = (shared / "validation" / "README.md").read_text(encoding="utf-8")
    assert "6.88, 6.25 or 3.51 people in system at midnight" in " ".join(text.split())
    assert [round(told[rule], 2) for rule in (ShiftRule.LEAVE, ShiftRule.HEADS, ShiftRule.REPLACE)] == [
        6.88,
        6.25,
        3.51,
    ]


def test_stroke_units_are_erlang_b_whatever_the_stay(shared: Path) -> None:
    pack = json.loads((shared / "validation" / "published" / "stroke_monks_2016.json").read_text(encoding="utf-8"))
    exact, tables = pack["exact"], {case["id"]: case["rows"] for case in pack["cases"]}
    gaps, stays, routes = (pack["inputs"][name] for name in ("interarrival_means", "los_mean_sd", "routing"))
    arrivals = {kind: 1 / gaps[f"asu_arrival_{kind}"] for kind in ("stroke", "tia", "neuro", "other")}
    stroke = routes["asu_routing_stroke"]
    mean = {kind: stays[f"asu_los_{kind}"][0] for kind in ("tia", "neuro", "other")}
    split = zip((stroke["rehab"], stroke["esd"], stroke["other"]), ("noesd", "esd", "mortality"), strict=True)
    mean["stroke"] = sum(share * stays[f"asu_los_stroke_{kind}"][0] for share, kind in split)
    acute = sum(arrivals[kind] * mean[kind] for kind in arrivals)
    assert acute == pytest.approx(exact["mean_occupancy_asu"], rel=1e-9)
    loads = {"asu": acute, "rehab": exact["mean_occupancy_rehab"]}
    for row in tables["table2"]:
        for load, name in ((loads[row["unit"]], "exact_p"), (loads[row["unit"]] * 1.05, "exact_p_5pct")):
            told = float(queues.erlang_b(row["beds"], load))
            if row.get(name) is not None:
                assert told == pytest.approx(row[name], rel=1e-6), row
        assert float(queues.erlang_b(row["beds"], loads[row["unit"]])) == pytest.approx(row["published_p"], abs=0.0151)
    without = {"asu": exact["mean_occupancy_asu_no_neuro"], "rehab": exact["mean_occupancy_rehab_no_neuro"]}
    for row in tables["supplement_table1_no_neuro"]:
        told = float(queues.erlang_b(row["beds"], without[row["unit"]]))
        assert told == pytest.approx(row["exact_p_no_neuro"], rel=1e-6)
    for row in tables["table3_pooling"]:
        own = {"acute": (row["dedicated_acute"], acute), "rehab": (row["dedicated_rehab"], loads["rehab"])}
        for ward, other in (("acute", "rehab"), ("rehab", "acute")):
            if row["pooled"] == 0:
                told = float(queues.erlang_b(*own[ward]))
            elif own[ward][0] == 0:
                told = float(queues.erlang_b(row["pooled"], acute + loads["rehab"]))
            else:
                told = queues.overflow_chance(own[ward][0], row["pooled"], own[ward][1], *own[other])
            assert told == pytest.approx(row[f"exact_p_{ward}"], rel=1e-6), row


def test_littles_law_of_devons_delayed_people(shared: Path) -> None:
    text = " ".join((shared / "validation" / "PUBLISHED.md").read_text(encoding="utf-8").split())
    assert "50.5/yr × 133/365 = 18.4" in text
    present = queues.mean_present_exponential(1e6, [0.0], [50.5 / 365], 133.0)
    assert round(float(present), 1) == 18.4


def test_the_line_of_the_ciw_readme(shared: Path) -> None:
    assert "Erlang C .444444; Wq 4.444444; W 14.444444" in (shared / "validation" / "PUBLISHED.md").read_text(
        encoding="utf-8"
    )
    line = queues.mmc(3, 0.2, 0.1)
    told = (float(line.p_wait), float(line.mean_wait), float(line.mean_time))
    assert told == pytest.approx((0.444444, 4.444444, 14.444444), abs=1e-6)


def test_lines_without_a_steady_state_wait_for_ever() -> None:
    line = queues.mmc([1, 2, 3], 2.0, 1.0)
    assert np.isinf(line.mean_wait).tolist() == [True, True, False]
    assert np.isinf(line.quantile(0.5)).tolist() == [True, True, False]
    assert queues.mg1(1.5, Moments.exponential(1.0)).mean_wait == np.inf
    assert queues.mdc(2, 2.0, 1.0).mean_wait == queues.gim1(queues.fixed_gaps(1.0), 1.0, 1.0).mean_wait == np.inf
    made = queues.jackson([1.0, 0.2], [[0.0, 0.0], [0.0, 0.0]], [1, 1], [1.0, 1.0])
    assert np.isinf(made.mean_wait).tolist() == [True, False]
    assert made.p_empty == 0.0


def test_nobody_who_comes_waits_for_nothing() -> None:
    line = queues.mmc(2, 0.0, 1.0)
    assert (line.p_wait, line.mean_wait, line.mean_queue, line.quantile(0.9)) == (0.0, 0.0, 0.0, 0.0)


def test_one_class_with_priority_is_first_come_first_served() -> None:
    assert queues.priority_mmc(3, [2.5], 1.0).mean_wait_all == pytest.approx(float(queues.mmc(3, 2.5, 1.0).mean_wait))
    service = Moments.lognormal(2.0, 1.5)
    alone = queues.priority_mg1([0.3], [service], preemptive=False)
    assert alone.mean_wait_all == pytest.approx(queues.mg1(0.3, service).mean_wait)
    assert queues.priority_mg1([0.3], [service], preemptive=True).mean_wait_all == pytest.approx(alone.mean_wait_all)


@given(rates=st.lists(st.floats(0.01, 0.3), min_size=2, max_size=3), cv=st.floats(0.0, 2.0))
def test_priorities_conserve_work(rates: list[float], cv: float) -> None:
    """Kleinrock: the load-weighted mean wait does not depend on the order."""
    services = [Moments.gamma(1.0 / (k + 1), cv) for k in range(len(rates))]
    loads = np.array([rate * service.mean for rate, service in zip(rates, services, strict=True)])
    one = queues.priority_mg1(rates, services, preemptive=False).mean_wait @ loads
    other = queues.priority_mg1(rates[::-1], services[::-1], preemptive=False).mean_wait @ loads[::-1]
    assert one == pytest.approx(other, rel=1e-9)


@given(c=st.integers(1, 40), load=st.floats(0.05, 2.0), theta=st.floats(1e-4, 50.0))
def test_erlang_a_keeps_its_balances(c: int, load: float, theta: float) -> None:
    line = queues.erlang_a(c, load * c, 1.0, theta)
    assert 0 <= line.p_abandon <= line.p_wait <= 1
    assert line.utilisation * c + line.p_abandon * load * c == pytest.approx(load * c, rel=1e-9)
    assert line.p_wait <= float(queues.erlang_c(c, load * c)) + 1e-9
    both = line.p_abandon * line.mean_wait_abandoned + (1 - line.p_abandon) * line.mean_wait_served
    assert both == pytest.approx(float(line.mean_wait), rel=1e-6, abs=1e-12)


def test_the_limits_of_impatience_are_erlang_c_and_erlang_b() -> None:
    patient, hasty = (queues.erlang_a(5, 4.0, 1.0, theta) for theta in (1e-9, 1e9))
    assert patient.p_wait == pytest.approx(float(queues.erlang_c(5, 4.0)), rel=1e-6)
    assert hasty.p_abandon == pytest.approx(float(queues.erlang_b(5, 4.0)), rel=1e-6)
    assert queues.fixed_patience(5, 4.0, 1.0, 1e4).mean_wait == pytest.approx(float(queues.mmc(5, 4.0, 1.0).mean_wait))
    assert queues.fixed_patience(5, 4.0, 1.0, 1e-9).p_abandon == pytest.approx(float(queues.erlang_b(5, 4.0)))


def test_fixed_patience_passes_smoothly_through_a_load_of_one() -> None:
    near = queues.fixed_patience(4, 4.0 * (1 + np.array([-1e-7, 0.0, 1e-7])), 1.0, 2.0)
    for figure in (near.p_abandon, near.mean_wait, near.mean_wait_served):
        assert np.ptp(figure) < 1e-6 * figure[1]


def test_erlang_a_of_a_large_overload_does_not_overflow() -> None:
    line = queues.erlang_a(1000, 1500.0, 1.0, 0.01)
    assert (line.utilisation, line.p_abandon) == (pytest.approx(1.0), pytest.approx(1 / 3))
    assert line.mean_wait_served == pytest.approx(np.log(1.5) / 0.01, rel=1e-3), "the fluid limit"


def test_regular_service_halves_the_wait_of_one_server() -> None:
    assert queues.mdc(1, 0.9, 1.0).mean_wait == pytest.approx(float(queues.mmc(1, 0.9, 1.0).mean_wait) / 2)
    assert queues.mdc(60, 57.0, 1.0).p_wait < float(queues.mmc(60, 57.0, 1.0).p_wait)
    assert queues.gim1(queues.erlang_gaps(2.0, 1), 2.0, 1.0).mean_wait == pytest.approx(1.0)


def test_a_step_of_the_rate_is_followed_as_the_integral_has_it() -> None:
    at = np.array([0.0, 1.0, 3.0, 10.0])
    stepped = queues.mean_present_exponential(at, [0.0, 2.0], [6.0, 1.0], 1.5, start=4.0)
    came = queues.mean_present(
        at,
        lambda t: np.where(t < 0, 0.0, np.where(t < 2, 6.0, 1.0)),
        lambda u: np.exp(-u / 1.5),
        np.linspace(0, 60, 61),
    )
    assert stepped == pytest.approx(came + 4.0 * np.exp(-at / 1.5), rel=1e-9)


def test_a_transient_without_a_shift_ends_in_the_steady_state() -> None:
    made = queues.transient([300.0], [0], [4.0], 1.0, Rota([0], [5]), most=150)
    line = queues.mmc(5, 4.0, 1.0)
    assert made.mean_number[0] == pytest.approx(float(line.mean_number), rel=1e-8)
    assert made.p_all_busy[0] == pytest.approx(float(line.p_wait), rel=1e-8)
    made = queues.transient([100.0], [0], [6.0], 1.0, Rota([0], [5]), patience_rate=0.5, most=150)
    assert made.mean_queue[0] == pytest.approx(float(queues.erlang_a(5, 6.0, 1.0, 0.5).mean_queue), rel=1e-8)


@pytest.mark.parametrize("rule", list(ShiftRule))
def test_nobody_is_lost_at_the_end_of_a_shift(rule: ShiftRule) -> None:
    """With service that hardly ever ends, present = arrivals + start at each instant."""
    rota = Rota([0, 1, 2, 3, 4], [6, 2, 4, 0, 3], rule)
    made = queues.transient([0.5, 1.0, 1.5, 2.0, 3.5, 5.0], [0], [5.0], 1e-12, rota, initial=4, most=120)
    assert made.mean_number == pytest.approx(4 + made.arrivals, rel=1e-8)


BAD: list[Callable[[], object]] = [
    lambda: queues.mmc(0, 1.0, 1.0),
    lambda: queues.mmc(1.5, 1.0, 1.0),
    lambda: queues.mmc(1, -1.0, 1.0),
    lambda: queues.mmc(1, 1.0, 0.0),
    lambda: queues.mmc(2, 1.0, 1.0).quantile(1.0),
    lambda: queues.mmc(2, 1.0, 1.0).exceeds(-1.0),
    lambda: queues.mmck(3, 2, 1.0, 1.0),
    lambda: queues.finite_source(1, 0, 1.0, 1.0),
    lambda: queues.erlang_a(1, 1.0, 1.0, 0.0),
    lambda: queues.fixed_patience(1, 1.0, 1.0, np.inf),
    lambda: queues.mg1(0.0, Moments.exponential(1.0)),
    lambda: Moments.lognormal(-1.0, 1.0),
    lambda: Moments.uniform(2.0, 1.0),
    lambda: Moments.mixture([0.5, 0.6], [Moments.fixed(1.0)] * 2),
    lambda: queues.priority_mg1([0.1, 0.1], [Moments.fixed(1.0)], preemptive=True),
    lambda: queues.erlang_gaps(1.0, 0),
    lambda: queues.traffic([1.0], [[1.0]]),
    lambda: queues.traffic([1.0, 1.0], [[0.5, 0.6], [0.0, 0.0]]),
    lambda: queues.jackson([0.0], [[0.0]], [1], [1.0]),
    lambda: queues.mean_present(0.0, np.ones_like, np.ones_like, [1.0, 0.0]),
    lambda: queues.mean_present_exponential(-1.0, [0.0], [1.0], 1.0),
    lambda: queues.mean_present_exponential(1.0, [0.0, 0.0], [1.0, 1.0], 1.0),
    lambda: queues.transient([1.0], [1.0], [1.0], 1.0, Rota([0], [1])),
    lambda: queues.transient([1.0], [0.0], [1.0], 1.0, Rota([0], [1]), initial=500),
    lambda: queues.overflow_chance(-1, 1, 1.0, 1, 1.0),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_what_cannot_be_is_refused(number: int) -> None:
    with pytest.raises(MhwfError):
        BAD[number]()
