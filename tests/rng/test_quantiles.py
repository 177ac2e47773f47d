"""Quantile functions against scipy's distributions, and the properties that paired comparisons rest on."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel.rng import _kernels

TAILS = np.array([1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3])
# Numbers that no distribution function below hits exactly, so that both sides must say the same.
U = np.concatenate([TAILS * 1.0123, np.linspace(0.0101, 0.9887, 53), 1.0 - TAILS[::-1] * 1.0123])
# At the very ends 53 bits cannot tell neighbouring values apart: there the answer may differ by the rounding of F.
EXTREME = np.array([2.0**-53, 1e-15, 1e-14, 1e-13, 1e-12, 1 - 1e-12, 1 - 1e-13, 1 - 1e-14, 1 - 2.0**-53])
ROUNDING = 2e-13
SIZES = (1, 2, 3, 5, 17, 100, 1000, 1023, 1024, 10_000, 100_000, 10_000_000)
MEANS = (1e-6, 1e-4, 0.01, 0.3, 1.0, 4.0, 20.0, 31.9, 32.1, 60.0, 1e3, 1e4, 1e5)
ENDS = np.concatenate([[0.0], EXTREME, TAILS, 1.0 - TAILS])


def binomials(u, n, p):
    return np.array([_kernels.binomial_quantile(float(x), n, p) for x in u])


def poissons(u, mean):
    return np.array([_kernels.poisson_quantile(float(x), mean) for x in u])


def chances(n):
    small = [mean / n for mean in MEANS if mean / n <= 0.5]
    return [*small, 0.5, *(1.0 - p for p in small)]


@pytest.mark.parametrize("n", SIZES)
def test_binomial_quantiles_are_scipys_tails_included(n):
    for p in chances(n):
        np.testing.assert_array_equal(binomials(U, n, p), stats.binom.ppf(U, n, p), err_msg=f"p = {p!r}")


@pytest.mark.parametrize("mean", MEANS)
def test_poisson_quantiles_are_scipys_tails_included(mean):
    np.testing.assert_array_equal(poissons(U, mean), stats.poisson.ppf(U, mean))


@pytest.mark.parametrize("n", SIZES)
def test_binomial_quantiles_step_exactly_where_the_distribution_function_does(n):
    for p in chances(n):
        k = np.unique(stats.binom.ppf([0.001, 0.1, 0.5, 0.9, 0.999], n, p))
        step = stats.binom.cdf(k, n, p)
        k, step = k[(step > 1e-6) & (step < 1 - 1e-6)], step[(step > 1e-6) & (step < 1 - 1e-6)]
        np.testing.assert_array_equal(binomials(step - 1e-10, n, p), k, err_msg=f"p = {p!r}")
        np.testing.assert_array_equal(binomials(step + 1e-10, n, p), k + 1, err_msg=f"p = {p!r}")


def misses(u, got, below, above):
    """How far each u is from the step of the distribution function that was chosen, 0 where F(k − 1) < u ≤ F(k).

    Near 1 it is reckoned with what is left above, which keeps its digits there.
    """
    low = np.where(got > 0, np.where(u < 0.5, below(got - 1) - u, (1.0 - u) - above(got - 1)), 0.0)
    high = np.where(u < 0.5, u - below(got), above(got) - (1.0 - u))
    return np.maximum(np.maximum(low, high), 0.0).max()


@pytest.mark.parametrize("n", [*SIZES, 10**9])
def test_binomial_quantiles_keep_to_their_definition_up_to_both_ends(n):
    u = np.sort(np.concatenate([ENDS, U]))
    for p in chances(n):
        got = binomials(u, n, p)
        assert (np.diff(got) >= 0).all()
        assert ((got >= 0) & (got <= n)).all()
        law = stats.binom(n, p)
        assert misses(u, got, law.cdf, law.sf) < ROUNDING, p


@pytest.mark.parametrize("mean", [*MEANS, 1e6])
def test_poisson_quantiles_keep_to_their_definition_up_to_both_ends(mean):
    u = np.sort(np.concatenate([ENDS, U]))
    got = poissons(u, mean)
    assert (np.diff(got) >= 0).all()
    assert misses(u, got, stats.poisson(mean).cdf, stats.poisson(mean).sf) < ROUNDING


@pytest.mark.parametrize("p", [1e-9, 1e-3, 0.03, 0.1, 0.3, 0.5, 0.5 + 2.0**-52, 0.9, 1.0 - 1e-6, 1.0 - 2.0**-53])
@pytest.mark.parametrize("n", [1, 2, 3, 12, 40, 150])
def test_binomial_quantiles_are_those_of_exact_arithmetic(n, p):
    """Sums of fractions have no rounding: here nothing of a library's is trusted."""
    yes, no = Fraction(p), 1 - Fraction(p)
    steps = list(accumulate(comb(n, k) * yes**k * no ** (n - k) for k in range(n + 1)))
    assert steps[-1] == 1
    beside = [float(step) * (1.0 + side * 2.0**-40) for step in steps for side in (-1, 1) if 1e-9 < step < 1 - 1e-9]
    for u in (*ENDS, *U, *beside):
        k = _kernels.binomial_quantile(u, n, p)
        assert steps[k] >= Fraction(u) - Fraction(2e-14), (u, k)
        assert k == 0 or steps[k - 1] < Fraction(u) + Fraction(2e-14), (u, k)


@pytest.mark.parametrize("u", [0.0, 2.0**-53, 0.3, 0.5, 1.0 - 2.0**-53])
def test_extremes_are_exact(u):
    for n in (0, 1, 7, 1000, 10**9):
        assert _kernels.binomial_quantile(u, n, 0.0) == 0
        assert _kernels.binomial_quantile(u, n, 1.0) == n
    for p in (0.0, 1e-6, 0.3, 0.9, 1.0):
        assert _kernels.binomial_quantile(u, 0, p) == 0
    assert _kernels.poisson_quantile(u, 0.0) == 0


SIZE = st.one_of(st.integers(1, 40), st.integers(1, 2_000_000))
CHANCE = st.one_of(st.floats(0.0, 1.0), st.floats(1e-9, 1e-3), st.sampled_from([0.5, 1e-6, 1.0 - 1e-9]))
UNIT = st.integers(0, 2**53 - 1).map(lambda whole: whole * 2.0**-53)
MIDDLE = st.integers(2**24, 2**53 - 2**24).map(lambda whole: whole * 2.0**-53)


@given(UNIT, UNIT, SIZE, CHANCE)
def test_binomial_is_monotone_in_u_and_within_its_range(u, v, n, p):
    low, high = sorted((u, v))
    first, second = _kernels.binomial_quantile(low, n, p), _kernels.binomial_quantile(high, n, p)
    assert 0 <= first <= second <= n


@given(UNIT, UNIT, st.floats(0.0, 1e6))
def test_poisson_is_monotone_in_u(u, v, mean):
    low, high = sorted((u, v))
    assert 0 <= _kernels.poisson_quantile(low, mean) <= _kernels.poisson_quantile(high, mean)


@given(MIDDLE, SIZE, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_higher_chance_never_takes_fewer_with_the_same_uniform(u, n, p, q):
    low, high = sorted((p, q))
    assume(high - low > 1e-9)
    assert _kernels.binomial_quantile(u, n, low) <= _kernels.binomial_quantile(u, n, high)


@given(MIDDLE, st.integers(1, 100_000), st.floats(1e-6, 1.0 - 1e-6))
def test_one_person_more_adds_one_at_most_with_the_same_uniform(u, n, p):
    before, after = _kernels.binomial_quantile(u, n, p), _kernels.binomial_quantile(u, n + 1, p)
    assert before <= after <= before + 1


@given(st.integers(1, 3000), st.floats(1e-9, 0.999999999), st.data())
def test_binomial_probabilities_are_scipys(n, p, data):
    k = data.draw(st.integers(0, n))
    exact = stats.binom.logpmf(k, n, p)
    assume(exact > -600)
    assert _kernels.binomial_pmf(k, n, p) == pytest.approx(np.exp(exact), rel=1e-9)


@given(st.floats(1e-9, 1e5), st.floats(0.0, 3.0))
def test_poisson_probabilities_are_scipys(mean, ratio):
    k = int(mean * ratio)
    exact = stats.poisson.logpmf(k, mean)
    assume(exact > -600)
    assert _kernels.poisson_pmf(k, mean) == pytest.approx(np.exp(exact), rel=1e-9)
