"""Proportional fitting keeps every margin, rounding keeps the total, floors pull without clamping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mhwfmodel.errors import DataError, InconsistentEvidence
from mhwfmodel.inputs.fitting import CensoredFit, fit_floors, proportional_fit, systematic_round

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


@given(tables())
@settings(max_examples=60)
def test_a_table_is_fitted_alone_as_in_company(given_tables: tuple[np.ndarray, np.ndarray]) -> None:
    start, wanted = given_tables
    rows, columns = wanted.sum(axis=2), wanted.sum(axis=1)
    together = proportional_fit(start, rows, columns)
    for at in range(len(start)):
        one = slice(at, at + 1)
        assert (proportional_fit(start[one], rows[one], columns[one])[0] == together[at]).all()


def test_a_table_that_is_soon_done_is_not_moved_by_one_that_takes_long() -> None:
    random = np.random.default_rng(5)
    wide = np.exp(np.array([0.3, 3.0])[:, None, None] * random.standard_normal((2, 12, 7)))
    rows, columns = random.dirichlet(np.ones(12), 2), random.dirichlet(np.ones(7), 2)
    together = proportional_fit(wide, rows, columns)
    for at in (0, 1):
        one = slice(at, at + 1)
        assert (proportional_fit(wide[one], rows[one], columns[one])[0] == together[at]).all()


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


DECISIONS = ("exceeds", "measurement", "deviation")


def level(log_rate: np.ndarray) -> float:
    return float(np.log(0.085 / np.exp(log_rate).mean()))


def uniforms(draws: int, places: int, seed: int = 3) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {"shift": random.random(draws)} | {name: random.random((draws, places)) for name in DECISIONS}


def spread(fit: CensoredFit) -> np.ndarray:
    """Standard deviation of the drawn log rates, dims (place)."""
    return fit.draw(**uniforms(20_000, fit.log_rate.size)).std(axis=0)


def test_without_floors_the_fit_is_the_pattern_at_its_level() -> None:
    fit = fit_floors(PATTERN, 0.25, {}, 0.05, level=level)
    np.testing.assert_allclose(fit.log_rate, PATTERN + level(PATTERN), atol=1e-9)
    np.testing.assert_allclose(spread(fit), 0.25, rtol=0.025)
    assert fit.misfits() == {}


def test_a_floor_moves_its_place_up_and_the_level_holds_exactly() -> None:
    plain = fit_floors(PATTERN, 0.25, {}, 0.05, level=level)
    fit = fit_floors(PATTERN, 0.25, {0: 0.12}, 0.05, level=level)
    assert fit.log_rate[0] > plain.log_rate[0]
    assert (fit.log_rate[1:] < plain.log_rate[1:]).all()
    assert np.exp(fit.log_rate).mean() == pytest.approx(0.085, rel=1e-12)
    assert spread(fit)[0] < 0.2
    np.testing.assert_allclose(spread(fit)[1:], 0.25, rtol=0.025)


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
    few, some, many = (
        fit_floors(base, 0.3, {9: 0.4}, 0.05, level_prior=prior, others_above=(0.4, count)) for count in (0, 2, 5)
    )
    assert (some.log_rate[:9] > few.log_rate[:9]).all()
    assert (many.log_rate[:9] > some.log_rate[:9]).all()
    assert (np.diff(some.log_rate[:9]) > 0).all()
    assert few.expected_above(0.4) < some.expected_above(0.4) < many.expected_above(0.4)


@pytest.mark.parametrize(("count", "mean", "width"), [(5, -2.0, 0.1), (5, -2.0, 0.0), (1, 9.0, 0.0), (4, -9.0, 0.1)])
def test_a_count_that_cannot_be_is_refused(count: int, mean: float, width: float) -> None:
    with pytest.raises(InconsistentEvidence, match=f"{count} of 4 unnamed .* impossible"):
        fit_floors(PATTERN - PATTERN.mean(), 0.2, {0: 0.1}, 0.05, level_prior=(mean, width), others_above=(0.1, count))


COUNTS = st.integers(1, 8).flatmap(lambda places: st.tuples(st.just(places), st.integers(0, places)))


@given(COUNTS, st.floats(-2, 0.2), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_every_draw_has_as_many_above_as_published(counts: tuple[int, int], far: float, seed: int) -> None:
    """Measured without error a rate is its measurement: the named and exactly `count` others exceed, also far off."""
    others, count = counts
    base = np.linspace(-0.1, 0.1, others + 1)
    named = others // 2
    fit = fit_floors(base, 0.3, {named: 0.4}, 1e-12, level_prior=(far, 0.2), others_above=(0.4, count))
    above = fit.draw(**uniforms(200, others + 1, seed)) > np.log(0.4)
    assert above[:, named].all()
    assert (above.sum(axis=1) == count + 1).all()


@given(st.floats(-4, 4))
@settings(max_examples=20, deadline=None)
def test_the_outermost_uniforms_give_finite_rates(far: float) -> None:
    base = PATTERN - PATTERN.mean()
    fit = fit_floors(base, 0.1, {0: 0.4}, 0.05, level_prior=(far, 0.2), others_above=(np.exp(far), 1))
    for u in (2.0**-54, 1.0 - 2.0**-53):
        drawn = fit.draw(shift=np.array([u]), **{name: np.full((1, PATTERN.size), u) for name in DECISIONS})
        assert np.isfinite(drawn).all()


def free_fit(count: int = 2) -> CensoredFit:
    base = np.linspace(-0.1, 0.1, 10)
    prior = (float(np.log(0.30)), 0.15)
    return fit_floors(base, 0.3, {9: 0.4, 0: 0.4}, 0.05, level_prior=prior, others_above=(0.4, count))


def test_a_draw_is_the_same_alone_as_in_company() -> None:
    fit, given_uniforms = free_fit(), uniforms(2000, 10)
    together = fit.draw(**given_uniforms)
    for part in (slice(0, 1), slice(0, 7), slice(1234, 1235), slice(5, 1999, 3)):
        assert (fit.draw(**{name: u[part] for name, u in given_uniforms.items()}) == together[part]).all()


@pytest.mark.parametrize("name", ["shift", "measurement", "deviation"])
def test_rates_rise_with_their_uniforms(name: str) -> None:
    """With no unnamed place to choose, so that the same places exceed whatever the shift."""
    fit, low = free_fit(count=0), uniforms(500, 10)
    high = low | {name: low[name] + 0.5 * (1.0 - low[name])}
    assert (fit.draw(**high) > fit.draw(**low)).all()


def test_a_place_exceeds_only_for_a_low_uniform_of_its_own() -> None:
    fit, given_uniforms = free_fit(), uniforms(500, 10)
    surely = {**given_uniforms, "exceeds": given_uniforms["exceeds"].copy()}
    surely["exceeds"][:, 4] = 1e-9
    before, after = fit.draw(**given_uniforms), fit.draw(**surely)
    assert (after[:, 4] >= before[:, 4]).all()
    assert (after[:, 4] > before[:, 4]).mean() > 0.5
    assert (after[:, :4] == before[:, :4]).all()
    assert (after[:, 5:] <= before[:, 5:]).all()


def test_the_fit_is_the_posterior_of_its_own_story() -> None:
    """Rates are drawn from the prior, measured with error, and kept when the measurements say what was published."""
    random = np.random.default_rng(1)
    base, spread, error = np.linspace(-0.1, 0.1, 6), 0.3, 0.15
    mean, level = float(np.log(0.30)), 0.15
    draws = 2_000_000
    shift = mean + level * random.standard_normal(draws)
    rates = base + shift[:, None] + spread * random.standard_normal((draws, 6))
    exceeds = rates + error * random.standard_normal((draws, 6)) > np.log(0.4)
    kept = rates[exceeds[:, 5] & (exceeds[:, :5].sum(axis=1) == 1)]
    assert len(kept) > 50_000
    fit = fit_floors(base, spread, {5: 0.4}, error, level_prior=(mean, level), others_above=(0.4, 1))
    drawn = fit.draw(**uniforms(100_000, 6))

    error_of_mean = kept.std(axis=0) / np.sqrt(len(kept))
    assert (np.abs(fit.log_rate - kept.mean(axis=0)) < 4 * error_of_mean).all()
    assert (np.abs(drawn.mean(axis=0) - kept.mean(axis=0)) < 6 * error_of_mean).all()
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(kept.T), atol=0.02 * spread**2)
    for share in (0.05, 0.25, 0.75, 0.95):
        np.testing.assert_allclose(np.quantile(drawn, share, 0), np.quantile(kept, share, 0), atol=0.02 * spread)
    above, wanted = ((r > np.log(0.4)).sum(axis=1) for r in (drawn, kept))
    np.testing.assert_allclose(
        np.bincount(above, minlength=7) / above.size, np.bincount(wanted, minlength=7) / wanted.size, atol=0.01
    )
    assert fit.expected_above(0.4) == pytest.approx(wanted.mean(), abs=4 * wanted.std() / np.sqrt(wanted.size))
    assert fit.expected_above(0.3) == pytest.approx((kept > np.log(0.3)).sum(axis=1).mean(), abs=0.02)
