"""Markov manpower models with known means, covariances and resting stocks, put through the public model."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from mhwfmodel.supply import Expected

CLOSE = {"rtol": 1e-10, "atol": 1e-9}
GRADED = ("three_grade_nurse", "five_grade_demotion", "no_recruitment_decay")
RUNS = 20_000


def _model(markov, case):
    given = case["inputs"]
    net = markov(given["transition_matrix_monthly"], given["wastage_monthly"])
    return net, np.array(given["initial"]), np.array(given["recruits_per_month"])


@pytest.mark.parametrize("name", GRADED)
def test_expected_stocks_and_leavers_are_the_published_ones(markov, cases, name):
    case = cases("markov_manpower")[name]
    net, initial, recruits = _model(markov, case)
    listed = {point["month"]: point for point in case["expected"]["path"]}
    leavers = 0.0
    stock = initial[None, :].astype(float)
    for month, result in enumerate(net.months(stock, max(listed), Expected(), inflow=recruits), start=1):
        leavers += result.flows[-1][0, 0]
        if month in listed:
            np.testing.assert_allclose(result.stock[0], listed[month]["mean"], **CLOSE)
            np.testing.assert_allclose(result.filled[0, 0], listed[month]["total"], **CLOSE)
            np.testing.assert_allclose(leavers, listed[month]["expected_cumulative_leavers"], rtol=1e-10, atol=1e-8)
        exact = case["expected"]["exact_month12_as_fraction"]
        for grade, fraction in enumerate(exact if month == 12 else ()):
            if fraction is not None:
                assert result.stock[0, grade] == pytest.approx(float(Fraction(fraction)), rel=1e-13)


@pytest.mark.parametrize("name", GRADED)
def test_whole_people_have_the_published_means_and_covariances(markov, sampled, cases, agree, covary, name):
    case = cases("markov_manpower")[name]
    net, initial, recruits = _model(markov, case)
    listed = {point["month"]: point for point in case["expected"]["path"]}
    stock = np.tile(initial.astype(np.int64), (RUNS, 1))
    inflow = recruits if recruits.any() else None
    for month, result in enumerate(net.months(stock, max(listed), sampled(RUNS), inflow=inflow), start=1):
        if month in listed:
            covariance = np.array(listed[month]["cov"])
            agree(result.stock, listed[month]["mean"], np.diag(covariance))
            covary(result.stock, covariance)


@pytest.mark.parametrize("name", ["three_grade_nurse", "five_grade_demotion"])
def test_the_resting_stock_rests_and_is_reached(markov, cases, name):
    case = cases("markov_manpower")[name]
    net, initial, recruits = _model(markov, case)
    rest = np.array(case["expected"]["steady_state_mean"])
    (still,) = net.months(rest[None, :], 1, Expected(), inflow=recruits)
    np.testing.assert_allclose(still.stock[0], rest, rtol=1e-12)
    assert still.filled[0, 0] == pytest.approx(case["expected"]["steady_state_total"], rel=1e-12)
    *_, last = net.months(initial[None, :].astype(float), 2500, Expected(), inflow=recruits)
    np.testing.assert_allclose(last.stock[0], rest, rtol=1e-10)


@pytest.mark.parametrize("name", GRADED)
def test_expected_months_in_each_grade_from_each_entry(markov, cases, name):
    """One person enters each grade (a draw each); all the months that are ever spent add up to the published ones."""
    case = cases("markov_manpower")[name]
    net, initial, _ = _model(markov, case)
    spent = net.path(np.eye(initial.size), 2500, Expected()).sum(axis=0)
    np.testing.assert_allclose(spent, case["expected"]["expected_months_in_grade_from_entry"], rtol=1e-9)


P7 = np.array([[0.70, 0.15, 0.0], [0.0, 0.80, 0.08], [0.0, 0.0, 0.88]])
R7 = np.array([100.0, 20.0, 5.0])
START7 = np.array([200, 150, 100])


def test_v7_path_rest_and_tenure(markov):
    net = markov(P7)
    path = net.path(START7[None, :].astype(float), 3, Expected(), inflow=R7)[:, 0]
    np.testing.assert_allclose(path[1:], [[240, 170, 105], [268, 192, 111], [287.6, 213.8, 118.04]], rtol=1e-12)
    *_, last = net.months(START7[None, :].astype(float), 400, Expected(), inflow=R7)
    np.testing.assert_allclose(last.stock[0], [1000 / 3, 350.0, 275.0], rtol=1e-12)
    spent = net.path(np.eye(3), 400, Expected()).sum(axis=0)
    np.testing.assert_allclose(spent[0], [10 / 3, 2.5, 5 / 3], rtol=1e-12)
    np.testing.assert_allclose(spent[1:], [[0, 5, 10 / 3], [0, 0, 25 / 3]], rtol=1e-12)
    np.testing.assert_allclose(spent.sum(axis=1), [7.5, 25 / 3, 25 / 3], rtol=1e-12)


def test_v7_whole_people_match_within_3_errors_with_bartholomews_covariances(markov, sampled, agree, covary):
    net, mean, covariance = markov(P7), START7.astype(float), np.zeros((3, 3))
    stock = np.tile(START7.astype(np.int64), (RUNS, 1))
    for result in net.months(stock, 24, sampled(RUNS), inflow=R7):
        spread = np.diag(mean @ P7) - P7.T @ np.diag(mean) @ P7
        covariance = P7.T @ covariance @ P7 + spread + np.diag(R7)
        mean = mean @ P7 + R7
        agree(result.stock, mean, np.diag(covariance), most=3.0)
        covary(result.stock, covariance)


# PUBLISHED.md V6: the cells as printed; chances are the cells over their row's stock.
DOCSBAY = np.array([[0.50, 0.10, 0.05, 0], [0.05, 0.60, 0.10, 0], [0.05, 0, 0.80, 0.10], [0, 0, 0, 0.70]])
TANGLEWOOD_STOCK = np.array([8500.0, 1200.0, 850.0, 150.0, 50.0])
TANGLEWOOD_FLOWS = np.array(
    [[3655, 510, 0, 0, 0], [0, 648, 192, 0, 0], [0, 0, 544, 51, 0], [0, 0, 9, 78, 12], [0, 0, 0, 0, 33]], dtype=float
)
TANGLEWOOD_EXITS = np.array([4335, 360, 255, 51, 17], dtype=float)


def test_v6a_one_step_availability(markov):
    (after,) = markov(DOCSBAY).months(np.array([[300.0, 200.0, 50.0, 30.0]]), 1, Expected())
    np.testing.assert_allclose(after.stock[0], [162.5, 150.0, 75.0, 26.0], rtol=1e-12)
    assert after.flows[-1][0, 0] == pytest.approx(166.5, rel=1e-12)


def test_v6b_one_step_availability(markov):
    (after,) = markov(TANGLEWOOD_FLOWS / TANGLEWOOD_STOCK[:, None]).months(TANGLEWOOD_STOCK[None, :], 1, Expected())
    np.testing.assert_allclose(after.stock[0], [3655, 1158, 745, 129, 45], rtol=1e-12)
    assert after.flows[-1][0, 0] == pytest.approx(TANGLEWOOD_EXITS.sum(), rel=1e-12)


def test_v6b_in_whole_people_rows_and_exits_sum_to_the_stock(markov, sampled, agree, covary):
    p = TANGLEWOOD_FLOWS / TANGLEWOOD_STOCK[:, None]
    stock = np.tile(TANGLEWOOD_STOCK.astype(np.int64), (RUNS, 1))
    (after,) = markov(p).months(stock, 1, sampled(RUNS))
    assert (after.stock.sum(axis=1) + after.flows[-1][:, 0] == int(TANGLEWOOD_STOCK.sum())).all()
    covariance = np.diag(TANGLEWOOD_STOCK @ p) - p.T @ np.diag(TANGLEWOOD_STOCK) @ p
    agree(after.stock, TANGLEWOOD_STOCK @ p, np.diag(covariance))
    covary(after.stock, covariance)


SPLIT = (0.8, 0.15, 0.05)


@pytest.mark.parametrize("by", ["one source with three doors", "three sources"])
def test_vacancy_driven_renewal_in_expectation(markov, cases, by):
    case = cases("vacancy_driven")["fixed_establishment_200"]
    given, expected = case["inputs"], case["expected"]
    assert tuple(given["recruit_split"]) == SPLIT
    doors, shares = _entrances(by)
    net = markov(given["transition_matrix_monthly"], doors=doors)
    listed = {point["month"]: point for point in expected["path"]}
    stock = np.array([given["initial"]], dtype=float)
    for month, result in enumerate(net.months(stock, 240, Expected(), posts=200, shares=shares)):
        recruits = sum(people[0, 0] for people in result.starters)
        if month in listed:
            np.testing.assert_allclose(stock[0], listed[month]["mean"], **CLOSE)
            assert recruits == pytest.approx(listed[month]["recruits_next_month"], rel=1e-10)
        assert result.filled[0, 0] == pytest.approx(200, rel=1e-13)
        stock = result.stock
    np.testing.assert_allclose(stock[0], listed[240]["mean"], **CLOSE)
    *_, last = net.months(np.array([expected["steady_state"]]), 50, Expected(), posts=200, shares=shares)
    np.testing.assert_allclose(last.stock[0], expected["steady_state"], rtol=1e-11)


@pytest.mark.parametrize("by", ["one source with three doors", "three sources"])
def test_vacancy_driven_renewal_in_whole_people(markov, sampled, cases, by):
    case = cases("vacancy_driven")["fixed_establishment_200"]
    given, runs = case["inputs"], 10_000
    doors, shares = _entrances(by)
    net = markov(given["transition_matrix_monthly"], doors=doors)
    listed = {point["month"]: point for point in case["expected"]["path"]}
    stock = np.tile(np.array(given["initial"], dtype=np.int64), (runs, 1))
    for month, result in enumerate(net.months(stock, 60, sampled(runs), posts=200, shares=shares), start=1):
        assert (result.filled == 200).all()
        if month in listed:
            error = result.stock.std(axis=0, ddof=1) / np.sqrt(runs)
            miss = np.abs(result.stock.mean(axis=0) - listed[month]["mean"])
            assert (miss <= 4 * error).all()
            assert (4 * error <= 0.03 * result.stock.mean(axis=0)).all()


def _entrances(by):
    if by == "three sources":
        return (((0, 1.0),), ((1, 1.0),), ((2, 1.0),)), SPLIT
    return (tuple(enumerate(SPLIT)),), (1.0,)
