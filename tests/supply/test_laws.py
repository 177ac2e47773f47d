"""Whole people: exact distributions, and the same mean as the expected values wherever the model is linear."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mhwfmodel.supply import Expected

RUNS = 40_000


def test_a_team_of_five_over_a_year_is_binomial(markov, sampled, cases):
    case = cases("stochastic_laws")["team_of_5_year"]
    given, pmf = case["inputs"], np.array(case["expected"]["pmf"])
    net = markov([[1.0 - given["monthly_leave_prob"]]])
    stock = np.full((RUNS, 1), given["initial"], dtype=np.int64)
    *_, last = net.months(stock, given["months"], sampled(RUNS))
    seen = np.bincount(last.stock[:, 0], minlength=pmf.size)
    assert seen.size == pmf.size
    assert stats.chisquare(seen, pmf / pmf.sum() * RUNS).pvalue > 1e-3
    mean, square = (pmf * np.arange(pmf.size)).sum(), (pmf * np.arange(pmf.size) ** 2).sum()
    variance = square - mean**2
    assert abs(last.stock.mean() - mean) < 4 * np.sqrt(variance / RUNS)
    assert last.stock.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / RUNS))


def test_poisson_recruits_who_leave_at_random_stay_poisson(markov, sampled, cases):
    case = cases("stochastic_laws")["poisson_recruits"]
    given, expected = case["inputs"], case["expected"]
    net = markov([[1.0 - given["monthly_leave_prob"]]])
    stock = np.full((RUNS, 1), given["initial"], dtype=np.int64)
    *_, last = net.months(stock, given["months"], sampled(RUNS), inflow=[given["poisson_recruits"]])
    people, mean = last.stock[:, 0], expected["mean"]
    assert abs(people.mean() - mean) < 4 * np.sqrt(mean / RUNS)
    assert people.var() == pytest.approx(mean, rel=4 * np.sqrt(2 / RUNS))
    for value, chance in expected["pmf_at"].items():
        assert stats.poisson.pmf(int(value), mean) == pytest.approx(chance, rel=1e-9)
        assert abs((people == int(value)).mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / RUNS)
    edges = stats.poisson.ppf(np.linspace(0.02, 0.98, 49), mean)
    expected_counts = np.diff(np.concatenate([[0.0], stats.poisson.cdf(edges, mean), [1.0]])) * RUNS
    seen = np.bincount(np.searchsorted(edges, people), minlength=expected_counts.size)
    keep = expected_counts > 0
    assert stats.chisquare(seen[keep], expected_counts[keep]).pvalue > 1e-3


def test_unlike_groups_vary_less_than_their_average_rate_would(markov, sampled, cases):
    case = cases("stochastic_laws")["heterogeneous_not_binomial"]
    given, expected = case["inputs"], case["expected"]
    runs = 200_000
    net = markov(np.diag(1.0 - np.array(given["monthly_leave_prob"])))
    stock = np.tile(np.array(given["groups"], dtype=np.int64), (runs, 1))
    (after,) = net.months(stock, given["months"], sampled(runs))
    leavers = after.flows[-1][:, 0]
    assert abs(leavers.mean() - expected["mean_leavers"]) < 4 * np.sqrt(expected["var_leavers"] / runs)
    low, high = stats.chi2.ppf([0.0005, 0.9995], runs - 1) / (runs - 1)
    assert low < leavers.var(ddof=1) / expected["var_leavers"] < high
    assert not low < leavers.var(ddof=1) / expected["binomial_var_at_average_rate"] < high


@pytest.mark.parametrize("fill", [0.0, 0.2, 0.7, 1.0])
def test_hires_are_a_binomial_share_of_the_vacancies_after_leaving(markov, sampled, fill):
    net = markov([[0.9]], doors=(((0, 1.0),), ((0, 1.0),)))
    stock = np.full((RUNS, 1), 40, dtype=np.int64)
    (after,) = net.months(stock, 1, sampled(RUNS), posts=50, fill=fill, shares=(0.25, 0.75))
    left = after.flows[-1][:, 0]
    hired = after.starters[0][:, 0] + after.starters[1][:, 0]
    vacancies = 10 + left
    assert (hired <= vacancies).all()
    if fill in {0.0, 1.0}:
        assert (hired == fill * vacancies).all()
        return
    for many in np.unique(left):
        here = left == many
        if here.sum() >= 2000:
            law = stats.binom(10 + many, fill)
            error = np.sqrt(law.var() / here.sum())
            assert abs(hired[here].mean() - law.mean()) < 4 * error
            first = after.starters[0][here, 0]
            assert abs(first.mean() - 0.25 * law.mean()) < 4 * np.sqrt(law.mean() * 0.25 / here.sum())
            seen = np.bincount(hired[here], minlength=11 + many)
            rare = law.pmf(np.arange(11 + many)) * here.sum() < 5
            wanted = law.pmf(np.arange(11 + many)) * here.sum()
            observed = np.append(seen[~rare], seen[rare].sum())
            assert stats.chisquare(observed, np.append(wanted[~rare], wanted[rare].sum())).pvalue > 1e-3


def test_the_mean_of_whole_people_is_the_expected_value_where_posts_never_bind(markov, sampled):
    """Grades, two sources, doors, programmes and arrivals at once; posts stay above the stock, so all is linear."""
    net = markov(
        [[0.90, 0.06, 0.0], [0.02, 0.90, 0.05], [0.0, 0.0, 0.97]],
        doors=(((0, 0.7), (1, 0.2), (2, 0.1)), ((2, 0.5), (0, 0.5))),
        cells=2,
    )
    start = np.array([40, 20, 10, 5, 60, 1])
    runs = 20_000
    given = {
        "posts": [300, 300],
        "fill": [0.05, 0.1],
        "shares": (0.6, 0.4),
        "inflow": [0.5, 0.0, 0.1, 0.0, 0.0, 2.0],
        "offers": ((1, [2, 0]), (0, [0, 3])),
    }
    exact = list(net.months(start[None, :].astype(float), 12, Expected(), **given))
    drawn = list(net.months(np.tile(start, (runs, 1)), 12, sampled(runs), **given))
    for expected, seen in zip(exact, drawn, strict=True):
        _same_mean(expected.stock, seen.stock)
        for there, here in zip((*expected.flows, *expected.starters), (*seen.flows, *seen.starters), strict=True):
            _same_mean(there, here)


def _same_mean(expected, seen):
    error = seen.std(axis=0, ddof=1) / np.sqrt(seen.shape[0])
    assert (np.abs(seen.mean(axis=0) - expected[0]) <= 4 * error + 1e-9).all()


def test_splitting_a_role_in_identical_halves_keeps_mean_and_variance(markov, sampled, agree, covary):
    """M03: n/2 and R/2 twice are n and R once; in expectation exactly, in whole people in law."""
    p, start, recruits = [[0.95, 0.03], [0.0, 0.98]], np.array([60, 30]), np.array([3.0, 1.0])
    one, two = markov(p), markov(p, cells=2)
    whole = one.path(start[None, :].astype(float), 60, Expected(), inflow=recruits)
    halves = two.path(np.tile(start / 2, 2)[None, :], 60, Expected(), inflow=np.tile(recruits / 2, 2))
    np.testing.assert_allclose(halves[:, :, :2] + halves[:, :, 2:], whole, rtol=1e-13)
    runs = 20_000
    *_, last = two.months(np.tile(start // 2, (runs, 2)), 24, sampled(runs), inflow=np.tile(recruits / 2, 2))
    covariance = np.zeros((2, 2))
    mean, matrix = start.astype(float), np.array(p)
    for _ in range(24):
        spread = np.diag(mean @ matrix) - matrix.T @ np.diag(mean) @ matrix
        covariance = matrix.T @ covariance @ matrix + spread + np.diag(recruits)
        mean = mean @ matrix + recruits
    together = last.stock[:, :2] + last.stock[:, 2:]
    agree(together, mean, np.diag(covariance))
    covary(together, covariance)


@pytest.mark.parametrize("factor", [4, 25])
def test_a_workforce_k_times_as_large_varies_a_root_of_k_less(markov, sampled, factor):
    """M07, the law: mean × k, coefficient of variation ÷ √k."""
    p, start, recruits = [[0.95, 0.03], [0.0, 0.98]], np.array([40, 20]), np.array([2.0, 1.0])
    runs = 20_000
    *_, small = markov(p).months(np.tile(start, (runs, 1)), 12, sampled(runs), inflow=recruits)
    *_, large = markov(p).months(np.tile(factor * start, (runs, 1)), 12, sampled(runs, 5), inflow=factor * recruits)
    spread = [result.filled.std() / result.filled.mean() for result in (small, large)]
    assert spread[0] / spread[1] == pytest.approx(np.sqrt(factor), rel=4 / np.sqrt(runs))


def test_the_order_of_competing_ways_out_changes_no_law(markov, sampled):
    """M19: who leaves and who moves up compete at once, whichever is written first."""
    runs, start = RUNS, np.array([30, 0])
    net = markov([[0.7, 0.2], [0.0, 1.0]])
    graph = net.graph
    kinds = tuple(reversed(graph.edges))
    turned_graph = type(graph)(
        graph.cell_id,
        graph.node_id,
        graph.node_cell,
        graph.node_group,
        graph.advance,
        kinds,
        graph.sources,
        graph.doors,
    )
    turned = type(net)(turned_graph, net.chance[::-1])
    np.testing.assert_allclose(
        net.path(start[None, :].astype(float), 20, Expected()),
        turned.path(start[None, :].astype(float), 20, Expected()),
        rtol=1e-12,
    )
    (first,) = net.months(np.tile(start, (runs, 1)), 1, sampled(runs, 1))
    (second,) = turned.months(np.tile(start, (runs, 1)), 1, sampled(runs, 2))
    for here, there in ((first.flows[0], second.flows[1]), (first.flows[1], second.flows[0])):
        most = int(max(here.max(), there.max()))
        table = np.array([np.bincount(flow[:, 0], minlength=most + 1) for flow in (here, there)])
        table = table[:, table.sum(axis=0) >= 20]
        assert stats.chi2_contingency(table).pvalue > 1e-3
