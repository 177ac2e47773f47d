"""Rates, probabilities and hazards: published conversions, round trips, and messages for what cannot be."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel import units
from mhwfmodel.errors import MhwfError

EXACT = {"rel": 1e-10, "abs": 1e-9}


@pytest.fixture(scope="module")
def published(shared):
    cases = json.loads((shared / "validation" / "stockflow" / "rates.json").read_text())["cases"]
    return {case["id"]: case for case in cases}


@pytest.mark.parametrize("rate", ["0.05", "0.226", "0.5", "1.2"])
def test_annual_rates_become_monthly_ones_as_published(published, rate):
    case = published[f"annual_rate_{rate}"]
    annual, expected = case["inputs"]["annual_rate"], case["expected"]
    hazard = units.rate_to_hazard(annual)
    assert hazard == pytest.approx(expected["monthly_hazard_from_rate"], **EXACT)
    assert units.hazard_to_probability(hazard) == pytest.approx(expected["monthly_prob_from_hazard"], **EXACT)
    year = units.hazard_to_probability(12 * hazard)
    assert year == pytest.approx(expected["one_year_loss_if_rate_is_hazard"], **EXACT)
    if "monthly_prob_if_annual_probability" not in expected:
        with pytest.raises(MhwfError, match=r"probability 1\.2 is not allowed"):
            units.annual_probability_to_monthly(annual)
        return
    monthly = units.annual_probability_to_monthly(annual)
    assert monthly == pytest.approx(expected["monthly_prob_if_annual_probability"], **EXACT)
    loss = 1.0 - (1.0 - units.turnover_to_probability(annual)) ** 12
    assert loss == pytest.approx(expected["one_year_loss_if_a_over_12_used_as_prob"], **EXACT)


def test_competing_hazards_share_one_exit_as_published(published):
    case = published["competing_0.03_0.02_0.005"]
    hazards, expected = np.array(case["inputs"]["monthly_hazards"]), case["expected"]
    p = units.competing_probabilities(hazards)
    np.testing.assert_allclose(p, expected["prob_by_cause"], rtol=1e-10)
    assert p.sum() == pytest.approx(expected["joint_exit_prob"], **EXACT)
    assert 1.0 - p.sum() == pytest.approx(expected["stay"], **EXACT)
    naive = units.hazard_to_probability(hazards)
    assert naive.sum() == pytest.approx(expected["naive_sum_of_separate_probs"], **EXACT)
    assert naive[0] == pytest.approx(expected["sequential_binomial_order_effect"][0], **EXACT)
    assert p[0] < naive[0]


# PUBLISHED.md V10: an annual figure read as a probability (monthly probability, annual hazard) and as a rate; printed
# to seven digits, the last of which may be cut off.
V10 = [
    (0.226, 0.0211223, 0.2561834, 0.0188333, 0.7977182),
    (0.30, 0.0292855, 0.3566749, 0.025, np.exp(-0.30)),
    (0.38, 0.0390533, 0.4780358, 0.38 / 12, np.exp(-0.38)),
    (0.40, 0.0416755, 0.5108256, 0.40 / 12, np.exp(-0.40)),
]


@pytest.mark.parametrize(("annual", "monthly", "hazard", "naive", "stayers"), V10)
def test_the_same_figure_read_as_probability_and_as_rate(annual, monthly, hazard, naive, stayers):
    assert units.annual_probability_to_monthly(annual) == pytest.approx(monthly, abs=1e-7)
    assert units.annual_probability_to_hazard(annual) == pytest.approx(hazard, abs=1e-7)
    assert units.turnover_to_probability(annual) == pytest.approx(naive, abs=1e-7)
    assert 1.0 - units.hazard_to_probability(12 * units.rate_to_hazard(annual)) == pytest.approx(stayers, abs=1e-7)
    assert units.turnover_to_hazard(annual) == pytest.approx(-np.log(1 - annual / 12), rel=1e-12)


def test_a_rate_above_one_is_legal_and_a_probability_above_one_is_not():
    assert units.turnover_to_probability(1.2) == pytest.approx(0.1)
    assert units.rate_to_hazard(30.0) == 2.5
    for convert in (units.probability_to_hazard, units.annual_probability_to_hazard):
        with pytest.raises(MhwfError):
            convert(1.2)


PROBABILITY = st.floats(0.0, 0.999999)
HAZARD = st.floats(0.0, 20.0)


@given(PROBABILITY)
def test_probability_to_hazard_and_back(p):
    assert units.hazard_to_probability(units.probability_to_hazard(p)) == pytest.approx(p, rel=1e-12, abs=1e-300)


@given(st.floats(0.0, 10.0))
def test_hazard_to_probability_and_back(hazard):
    back = units.probability_to_hazard(units.hazard_to_probability(hazard))
    assert back == pytest.approx(hazard, rel=1e-11, abs=1e-300)


@given(PROBABILITY)
def test_twelve_months_of_the_monthly_probability_are_the_annual_one(p):
    monthly = units.annual_probability_to_monthly(p)
    assert 1.0 - (1.0 - monthly) ** 12 == pytest.approx(p, abs=1e-12)
    assert monthly <= p


@given(st.floats(0.0, 11.99))
def test_turnover_is_leavers_over_twelve_months_of_a_constant_stock(turnover):
    stock = 1000.0
    leavers = sum(stock * units.turnover_to_probability(turnover) for _ in range(12))
    assert leavers / stock == pytest.approx(turnover, rel=1e-12, abs=1e-300)
    p = units.hazard_to_probability(units.turnover_to_hazard(turnover))
    assert p == pytest.approx(turnover / 12, rel=1e-11, abs=1e-300)


@given(st.lists(HAZARD, min_size=1, max_size=6), st.randoms())
def test_competing_probabilities_do_not_depend_on_order_and_keep_their_proportions(hazards, random):
    array = np.array(hazards)
    p = units.competing_probabilities(array)
    assert p.sum() == pytest.approx(units.hazard_to_probability(array.sum()), rel=1e-12, abs=1e-300)
    np.testing.assert_allclose(p * array.sum(), array * p.sum(), rtol=1e-12, atol=1e-300)
    order = list(range(array.size))
    random.shuffle(order)
    np.testing.assert_allclose(units.competing_probabilities(array[order]), p[order], rtol=1e-12)


def test_competing_probabilities_run_along_the_last_axis_and_are_0_without_hazards():
    p = units.competing_probabilities(np.array([[0.0, 0.0], [0.1, 0.3]]))
    np.testing.assert_array_equal(p[0], 0.0)
    assert p[1, 1] == pytest.approx(3 * p[1, 0])


@given(st.floats(0.0, 1e6), st.floats(0.0, 0.99))
def test_vacancies_are_that_share_of_all_posts(filled, rate):
    vacant = units.vacancies_from_rate(filled, rate)
    assert vacant == pytest.approx(rate * (filled + vacant), rel=1e-9, abs=1e-9)


@given(st.floats(0.01, 1e5), st.floats(0.01, 1e5))
def test_a_vacancy_is_filled_at_the_rate_that_keeps_vacancies_at_rest(vacancies, leavers):
    """Vacancies are counted after the month's leavers: V + L stand open and L of them must fill."""
    duration = units.vacancy_duration(vacancies, leavers)
    fill = units.fill_probability(duration)
    assert fill * (vacancies + leavers) == pytest.approx(leavers, rel=1e-12)
    assert duration * leavers == pytest.approx(vacancies, rel=1e-12)


def test_the_published_vacancy_rate_and_turnover_give_about_five_months_to_fill():
    vacancies = units.vacancies_from_rate(100.0, 0.085)
    starters = 100.0 * units.turnover_to_probability(0.226)
    assert units.vacancy_duration(vacancies, starters) == pytest.approx(4.93, abs=0.01)


def test_fill_probability_at_its_ends():
    assert units.fill_probability(0.0) == 1.0
    assert units.fill_probability(np.inf) == 0.0
    np.testing.assert_array_equal(units.fill_probability(np.array([0.0, 1.0, np.inf])), [1.0, 0.5, 0.0])


REFUSED = [
    (units.turnover_to_probability, -0.1, "turnover rate [1/year] -0.1", "0 to 12"),
    (units.turnover_to_probability, 12.0000001, "turnover rate [1/year] 12.0000001", "0 to 12"),
    (units.turnover_to_probability, np.nan, "turnover rate [1/year] nan", "finite"),
    (units.turnover_to_hazard, 12.0, "turnover rate [1/year] 12.0", "0 to below 12"),
    (units.rate_to_hazard, -1.0, "annual rate [1/year] -1.0", "0 or more"),
    (units.rate_to_hazard, np.inf, "annual rate [1/year] inf", "finite"),
    (units.hazard_to_probability, -1e-9, "hazard [1/month] -1e-09", "0 or more"),
    (units.probability_to_hazard, 1.0, "probability 1.0", "0 to below 1"),
    (units.annual_probability_to_monthly, 1.0000001, "probability 1.0000001", "0 to below 1"),
    (units.annual_probability_to_hazard, -0.5, "probability -0.5", "0 to below 1"),
    (units.fill_probability, -0.5, "vacancy duration [months] -0.5", "0 or more"),
    (units.fill_probability, np.nan, "vacancy duration [months] nan", "0 or more"),
    (lambda rate: units.vacancies_from_rate(10.0, rate), 1.0, "vacancy rate 1.0", "0 to below 1"),
    (units.competing_probabilities, np.array([0.1, -0.2]), "hazard [1/month] -0.2", "0 or more"),
    (units.probability_to_hazard, np.array([0.2, 3.0, -4.0]), "probability 3.0", "0 to below 1"),
]


@pytest.mark.parametrize(("convert", "value", "named", "allowed"), REFUSED)
def test_what_cannot_be_is_refused_by_value_with_what_is_allowed(convert, value, named, allowed):
    with pytest.raises(MhwfError) as refused:
        convert(value)
    assert f"{named} is not allowed" in str(refused.value)
    assert allowed in str(refused.value)
