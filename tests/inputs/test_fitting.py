"""Proportional fitting keeps every margin, rounding keeps the total, floors pull without clamping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mhwfmodel.errors import DataError
from mhwfmodel.inputs.fitting import fit_floors, proportional_fit, systematic_round

POSITIVE = st.floats(0.2, 5)
SIZES = st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5))


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """A table with zeros, and one with the same zeros whose margins can therefore be had."""
    shape = draw(SIZES)
    zeros = draw(arrays(np.bool_, shape[1:], elements=st.booleans()))
    start, wanted = (draw(arrays(np.float64, shape, elements=POSITIVE)) for _ in range(2))
    return np.where(zeros, 0.0, start), np.where(zeros, 0.0, wanted)


@given(tables())
@settings(max_examples=60)
def test_margins_hold_and_zeros_stay(given_tables: tuple[np.ndarray, np.ndarray]) -> None:
    start, wanted = given_tables
    rows, columns = wanted.sum(axis=2), wanted.sum(axis=1)
    fitted = proportional_fit(start, rows, columns)
    np.testing.assert_allclose(fitted.sum(axis=2), rows, rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(fitted.sum(axis=1), columns, rtol=1e-11, atol=1e-11)
    assert (fitted[start == 0] == 0).all()
    assert (fitted >= 0).all()


@given(st.tuples(st.integers(1, 3), st.integers(2, 5), st.integers(2, 5)), st.data())
@settings(max_examples=40)
def test_associations_are_kept(shape: tuple[int, int, int], data: st.DataObject) -> None:
    """The cross ratios of the start are those of the fit (Deming and Stephan)."""
    start, wanted = (data.draw(arrays(np.float64, shape, elements=st.floats(0.5, 2))) for _ in range(2))
    fitted = proportional_fit(start, wanted.sum(axis=2), wanted.sum(axis=1))

    def cross(table: np.ndarray) -> np.ndarray:
        return table[:, 0, 0] * table[:, 1, 1] / (table[:, 0, 1] * table[:, 1, 0])

    np.testing.assert_allclose(cross(fitted), cross(start), rtol=1e-9)


def test_a_table_that_has_its_margins_is_left_as_it_is() -> None:
    table = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    np.testing.assert_allclose(proportional_fit(table, table.sum(axis=2), table.sum(axis=1)), table, rtol=1e-15)


@pytest.mark.parametrize(
    ("start", "rows", "columns", "problem"),
    [
        ([[1.0, 1.0], [1.0, 1.0]], [1.0, -1.0], [0.0, 0.0], "a margin is negative"),
        ([[1.0, 1.0], [1.0, 1.0]], [1.0, 1.0], [1.0, 2.0], "do not add to the same total"),
        ([[1.0, 0.0], [0.0, 1.0]], [1.0, 2.0], [2.0, 1.0], "no table with these zeros"),
        ([[0.0, 0.0], [1.0, 1.0]], [1.0, 1.0], [1.0, 1.0], "no table with these zeros"),
    ],
)
def test_contradictory_margins_are_refused(start, rows, columns, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        proportional_fit(np.array([start]), np.array([rows]), np.array([columns]))


VALUES = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=st.floats(0, 50))


@given(VALUES, st.floats(0, 1, exclude_max=True))
def test_rounding_moves_every_entry_by_less_than_one_and_keeps_stretches(values: np.ndarray, u: float) -> None:
    whole = systematic_round(values, np.full(values.shape[0], u))
    assert whole.dtype == np.int64
    assert (whole >= 0).all()
    assert (np.abs(whole - values) < 1 + 1e-6).all()
    assert (np.abs(np.cumsum(whole - values, axis=1)) < 1 + 1e-6).all()


@given(arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(2, 12)), elements=st.integers(0, 9)), st.data())
def test_a_whole_total_is_kept(parts: np.ndarray, data: st.DataObject) -> None:
    """Ninths of whole numbers whose total is whole, whatever the uniform."""
    values = parts / 9.0
    total = np.ceil(values.sum(axis=1))
    values = np.concatenate([values, (total - values.sum(axis=1))[:, None]], axis=1)
    u = data.draw(st.floats(0, 1, exclude_max=True))
    assert (systematic_round(values, np.full(len(values), u)).sum(axis=1) == total).all()


def test_a_total_that_floating_point_missed_by_a_hair_makes_no_negative_post() -> None:
    values = np.array([[1.0 + 1e-7, 0.0], [0.5, 0.5 + 3e-7]])
    whole = systematic_round(values, np.array([1.0 - 5e-8, 1.0 - 1e-7]))
    assert (whole >= 0).all()
    assert (whole.sum(axis=1) == 1).all()


@given(arrays(np.float64, st.integers(1, 8), elements=st.floats(0, 5)))
@settings(max_examples=30)
def test_rounding_is_without_bias(values: np.ndarray) -> None:
    """Over an even grid of uniforms the mean is the number itself, to within the width of the grid."""
    grid = (np.arange(2000) + 0.5) / 2000
    whole = systematic_round(np.tile(values, (grid.size, 1)), grid)
    np.testing.assert_allclose(whole.mean(axis=0), values, atol=2.1 / 2000)


PATTERN = np.log(np.array([0.06, 0.08, 0.09, 0.10, 0.07]))


def level(log_rate: np.ndarray) -> float:
    return float(np.log(0.085 / np.exp(log_rate).mean()))


def test_without_floors_the_fit_is_the_pattern_at_its_level() -> None:
    fit = fit_floors(PATTERN, 0.25, {}, 0.05, level=level)
    np.testing.assert_allclose(fit.log_rate, PATTERN + level(PATTERN), atol=1e-9)
    np.testing.assert_allclose(fit.spread, 0.25)
    assert fit.misfits() == {}


def test_a_floor_moves_its_place_up_and_the_level_holds_exactly() -> None:
    plain = fit_floors(PATTERN, 0.25, {}, 0.05, level=level)
    fit = fit_floors(PATTERN, 0.25, {0: 0.12}, 0.05, level=level)
    assert fit.log_rate[0] > plain.log_rate[0]
    assert (fit.log_rate[1:] < plain.log_rate[1:]).all()
    assert np.exp(fit.log_rate).mean() == pytest.approx(0.085, rel=1e-12)
    assert fit.spread[0] < 0.25
    np.testing.assert_allclose(fit.spread[1:], 0.25)


def test_a_floor_that_the_pattern_meets_by_far_hardly_pulls() -> None:
    plain = fit_floors(PATTERN, 0.25, {}, 0.05, level=level)
    fit = fit_floors(PATTERN, 0.25, {3: 0.02}, 0.05, level=level)
    np.testing.assert_allclose(fit.log_rate, plain.log_rate, atol=1e-6)


@given(st.floats(0.05, 0.3), st.floats(1.2, 4))
@settings(max_examples=20)
def test_a_floor_that_is_measured_worse_pulls_less(tolerance: float, factor: float) -> None:
    tight, loose = (fit_floors(PATTERN, 0.1, {0: 0.25}, t, level=level) for t in (tolerance, factor * tolerance))
    assert loose.log_rate[0] < tight.log_rate[0]
    assert loose.misfits()[0] > tight.misfits()[0] > 0


def test_a_floor_is_no_clamp_and_its_misfit_is_told() -> None:
    fit = fit_floors(PATTERN, 0.05, {0: 0.20}, 0.10, level=level)
    rate = float(np.exp(fit.log_rate[0]))
    assert rate < 0.20
    assert fit.misfits() == {0: pytest.approx(0.20 - rate)}


def test_a_free_level_is_pulled_by_its_prior_and_by_the_floors() -> None:
    prior = (float(np.log(0.085)), 0.2)
    base = PATTERN - PATTERN.mean()
    plain = fit_floors(base, 0.25, {}, 0.05, level_prior=prior)
    np.testing.assert_allclose(plain.log_rate.mean(), prior[0], atol=1e-6)
    pulled = fit_floors(base, 0.25, {0: 0.15, 1: 0.15, 2: 0.15}, 0.05, level_prior=prior)
    assert (pulled.log_rate[3:] > plain.log_rate[3:]).all()


def test_how_many_others_exceed_a_floor_moves_the_level() -> None:
    prior = (float(np.log(0.30)), 0.15)
    base = np.linspace(-0.1, 0.1, 10)
    few, many = (
        fit_floors(base, 0.3, {9: 0.4}, 0.05, level_prior=prior, others_above=(0.4, count)) for count in (0, 5)
    )
    assert (many.log_rate[:9] > few.log_rate[:9]).all()
    np.testing.assert_allclose(np.diff(many.log_rate[:9]), np.diff(base[:9]), atol=1e-12)


def test_the_fit_is_the_posterior_of_its_own_story() -> None:
    """Rates are drawn from the prior, measured with error, and kept when the measurements say what was published."""
    random = np.random.default_rng(1)
    base, spread, error = np.linspace(-0.1, 0.1, 6), 0.3, 0.05
    mean, level = float(np.log(0.30)), 0.15
    draws = 2_000_000
    shift = mean + level * random.standard_normal(draws)
    rates = base + shift[:, None] + spread * random.standard_normal((draws, 6))
    exceeds = rates + error * random.standard_normal((draws, 6)) > np.log(0.4)
    kept = exceeds[:, 5] & (exceeds[:, :5].sum(axis=1) == 1)
    fit = fit_floors(base, spread, {5: 0.4}, error, level_prior=(mean, level), others_above=(0.4, 1))
    error_of_mean = shift[kept].std() / np.sqrt(kept.sum())
    assert kept.sum() > 50_000
    assert abs(fit.log_rate[0] - base[0] - shift[kept].mean()) < 4 * error_of_mean
    assert fit.shared == pytest.approx(shift[kept].std(), rel=0.02)
    own = rates[kept, 5] - base[5] - shift[kept]
    # The place's own deviation is told at the expected level, not averaged over levels: near, not equal.
    assert fit.log_rate[5] - base[5] - shift[kept].mean() == pytest.approx(own.mean(), abs=0.1 * spread)
    assert fit.spread[5] == pytest.approx(own.std(), rel=0.15)
