"""Length of service: conveyors are exact, hazards that fall with service survive as published, two classes are two."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import units
from mhwfmodel.supply import Expected, Routes, Sampled, workforce_graph
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.states import AGES, CONVEYOR, SOURCES, STATE_TENURE, TENURES
from mhwfmodel.supply.workforce import EDGES

CLOSE = {"rel": 1e-10, "abs": 1e-9}
BANDS = {"m1_12": (0, 12), "m13_36": (12, 36), "m37_120": (36, 120), "after_120": (120, 121)}


@pytest.fixture
def banded(cases):
    case = cases("tenure")["tenure_hazard_bands"]
    chances = case["inputs"]["monthly_leave_probability_by_month_of_service"]
    months = np.repeat([chances["months_1_12"], chances["months_13_36"], chances["months_37_120"]], [12, 24, 84])
    return np.append(months, chances["after_120"]), case["expected"]


def test_a_cohort_survives_by_its_months_of_service_as_published(conveyor, banded):
    leaving, expected = banded
    net = conveyor(leaving)
    alive = net.path(np.eye(1, leaving.size), 4000, Expected()).sum(axis=(1, 2))
    for month, survival in expected["survival_at_months"].items():
        assert alive[int(month)] == pytest.approx(survival, **CLOSE)
    assert alive[12] == pytest.approx(expected["one_year_stability"], **CLOSE)
    assert alive.sum() == pytest.approx(expected["expected_service_months_counted_in_started_months"], rel=1e-10)
    assert int(np.argmax(alive <= 0.5)) == expected["half_life_months"]


def test_ten_starts_a_month_rest_at_the_published_stock_in_every_band(conveyor, banded):
    leaving, expected = banded
    inflow = 10.0 * np.eye(1, leaving.size)[0]
    *_, before, last = conveyor(leaving).months(np.zeros((1, leaving.size)), 3000, Expected(), inflow=inflow)
    assert last.filled[0, 0] == pytest.approx(expected["monthly_starts_10_steady_state_stock"], rel=1e-10)
    for band, (low, high) in BANDS.items():
        assert last.stock[0, low:high].sum() == pytest.approx(expected["steady_state_band_stock"][band], rel=1e-10)
    rate = last.flows[0][0, 0] / before.filled[0, 0]
    assert rate == pytest.approx(expected["steady_state_monthly_leaver_rate"], rel=1e-10)


def test_whole_people_survive_by_their_months_of_service(conveyor, banded, sampled):
    leaving, expected = banded
    runs, people = 20_000, 40
    stock = np.zeros((runs, leaving.size), dtype=np.int64)
    stock[:, 0] = people
    for month, result in enumerate(conveyor(leaving).months(stock, 36, sampled(runs)), start=1):
        survival = expected["survival_at_months"].get(str(month))
        if survival is not None:
            error = np.sqrt(people * survival * (1 - survival) / runs)
            assert abs(result.filled.mean() - people * survival) <= 4 * error
            variance = people * survival * (1 - survival)
            assert result.filled.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / runs))


def test_a_mixture_of_movers_and_stayers_has_a_falling_hazard(markov, cases):
    case = cases("tenure")["mixed_exponential_cls"]
    given, expected = case["inputs"], case["expected"]
    hazard = np.array([given["mover_rate_per_month"], given["stayer_rate_per_month"]])
    net = markov(np.diag(1.0 - units.hazard_to_probability(hazard)))
    mixed = np.array([[given["share_movers"], 1.0 - given["share_movers"]]])
    stock = net.path(mixed, 120, Expected())[:, 0]
    for month, survival in expected["survival"].items():
        assert stock[int(month)].sum() == pytest.approx(survival, **CLOSE)
    for month, falling in expected["hazard"].items():
        at = stock[int(month)]
        assert (at * hazard).sum() / at.sum() == pytest.approx(falling, **CLOSE)


def test_v9_two_classes_of_service_and_the_one_class_that_is_calibrated_to_them(conveyor):
    """Year steps; the published stock is counted before that year's hires."""
    burst = (200.0, 100.0, 100.0, 100.0, 100.0)
    two = _before_hires(conveyor([0.25, 0.10]), [[100.0, 750.0]], burst)
    np.testing.assert_allclose(two, [750.0, 825.0, 817.5, 810.75, 804.675], rtol=1e-12)
    one = _before_hires(conveyor([100.0 / 850.0]), [[850.0]], burst)
    np.testing.assert_allclose(one, [750.0, 838.235, 827.855, 818.695, 810.613], atol=6e-4)


def _before_hires(net, opening, hires):
    """Stock of each year after its leavers and before its hires; the opening stock holds the first year's hires."""
    stocks = []
    opening = np.array(opening)
    for year, result in enumerate(
        net.months(opening, len(hires), Expected(), inflow=lambda year: _first(opening, hires[year]))
    ):
        stocks.append(result.filled[0, 0] - hires[year])
    return stocks


def _first(like, people):
    inflow = np.zeros(like.shape)
    inflow[:, 0] = people
    return inflow


@pytest.mark.parametrize("whole", [False, True])
def test_a_pulse_comes_out_of_a_conveyor_at_month_12_and_not_before(conveyor, sampled, cases, whole):
    case = cases("pipelines")["geometric_vs_fixed_same_mean"]
    months, cohort = case["inputs"]["mean_months"], case["inputs"]["cohort"]
    net = conveyor(np.zeros(months + 1))
    opening = np.zeros((3, months + 1), dtype=np.int64 if whole else np.float64)
    opening[:, 0] = cohort
    out = net.path(opening, 30, sampled(3) if whole else Expected())[:, :, -1]
    for month, graduates in case["expected"]["fixed_delay_graduates_by_month"].items():
        assert (out[int(month)] == graduates).all()
    assert (out[:months] == 0).all()
    assert (out[months:] == cohort).all()


@pytest.mark.parametrize(("stages", "chance", "key"), [(1, 1 / 12, "first"), (3, 1 / 4, "third")])
def test_geometric_delays_of_the_same_mean_are_something_else(markov, cases, stages, chance, key):
    expected = cases("pipelines")["geometric_vs_fixed_same_mean"]["expected"]
    p = np.eye(stages + 1) * (1 - chance) + np.eye(stages + 1, k=1) * chance
    p[-1, -1] = 1.0
    out = markov(p).path(100.0 * np.eye(1, stages + 1), 36, Expected())[:, 0, -1]
    for month, cumulative in expected[f"{key}_order_cumulative_by_month"].items():
        assert out[int(month)] == pytest.approx(cumulative, rel=1e-10)


@pytest.mark.parametrize("name", ["nursing_3yr_september_intake", "apprentice_18m_monthly_intake"])
def test_courses_are_conveyors_with_drop_out(conveyor, cases, name):
    case = cases("pipelines")[name]
    given, expected = case["inputs"], case["expected"]
    length = given["course_months"]
    net = conveyor(np.append(np.full(length, given["monthly_dropout"]), 0.0))
    intake = dict(given["intakes"])
    opening = np.zeros((1, length + 1))
    qualified = enrolled = 0.0
    steps = net.months(opening, len(expected["month"]), Expected(), inflow=lambda m: _first(opening, intake.get(m, 0)))
    for month, result in enumerate(steps):
        graduates = result.stock[0, -1] - qualified
        qualified = result.stock[0, -1]
        assert graduates == pytest.approx(expected["graduates"][month], **CLOSE)
        assert result.flows[0][0, 0] == pytest.approx(expected["dropouts"][month], **CLOSE)
        before, enrolled = enrolled, result.stock[0, :-1].sum()
        assert enrolled == pytest.approx(expected["enrolled_after_step"][month], **CLOSE)
        assert before + intake.get(month, 0) == pytest.approx(enrolled + graduates + result.flows[0][0, 0], **CLOSE)


def test_a_fixed_delay_is_as_many_one_month_stages_that_nobody_can_stay_in(conveyor, markov, sampled):
    """M18: the conveyor of `advance` and a chain of stages left with probability 1 are one and the same."""
    stages = markov(np.eye(13, k=1) + np.diag(np.eye(13)[12]))
    opening = np.zeros((5, 13), dtype=np.int64)
    opening[:, 0], opening[:, 4] = 17, 9
    for chooser in (Expected(), sampled(5)):
        start = opening if isinstance(chooser, Sampled) else opening.astype(float)
        fixed = conveyor(np.zeros(13)).path(start, 20, chooser)
        np.testing.assert_array_equal(fixed, stages.path(start, 20, chooser))


def test_drop_out_split_over_two_half_steps_is_one_step(conveyor):
    """M18: (1 − p) = (1 − p1)(1 − p2)."""
    whole = conveyor([0.19, 0.0]).path(np.array([[100.0, 0.0]]), 1, Expected())[-1, 0, -1]
    halves = conveyor([0.1, 0.1, 0.0]).path(np.array([[100.0, 0.0, 0.0]]), 2, Expected())[-1, 0, -1]
    assert halves == pytest.approx(whole, rel=1e-14)


def test_joiners_spend_exactly_a_year_in_the_first_band_and_enter_where_their_experience_says(workforce):
    ages = np.full((len(SOURCES), len(AGES)), 1.0 / len(AGES))
    built = workforce_graph(np.array([512], dtype=np.uint32), entry_states((0.1, 0.2, 0.3, 0.4), ages))
    nobody_leaves = workforce(built.graph, np.zeros((len(EDGES), built.group_cell.size)))
    newcomers = {source: _hire(nobody_leaves, source) for source in SOURCES}
    for source in ("newly_qualified", "abroad", "outside"):
        for month in range(CONVEYOR):
            assert newcomers[source][month, month] == pytest.approx(100.0, rel=1e-14)
        assert newcomers[source][CONVEYOR, CONVEYOR] == pytest.approx(100.0, rel=1e-14)
        assert newcomers[source][:CONVEYOR, CONVEYOR:].sum() == 0.0
    np.testing.assert_allclose(newcomers["other_employers"][0, [6, 12, 13, 14]], [10, 20, 30, 40])
    assert newcomers["other_employers"][6, 12] == pytest.approx(30.0)
    assert newcomers["returners"][0, CONVEYOR] == pytest.approx(100.0, rel=1e-14)


def _hire(net, source):
    """Where 100 people hired from one source are after 0, 1, … months, dims (month, tenure)."""
    shares = np.eye(len(SOURCES))[SOURCES.index(source)]
    nobody = np.zeros((1, STATE_TENURE.size))
    (hired,) = net.months(nobody, 1, Expected(), posts=100, shares=shares, routes=Routes.none(1, 1))
    path = net.path(hired.stock, 13, Expected(), posts=0, shares=shares, routes=Routes.none(1, 1))[:, 0]
    return path.reshape(len(path), len(AGES), TENURES).sum(axis=1)
