from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.errors import DataError
from mhwfmodel.forecast import (
    annual_paths,
    damped_path,
    draw_paths,
    forecast_series,
    monthly_multiplier,
    series,
    stated_forecast,
)
from mhwfmodel.forecast.scales import to_scale
from mhwfmodel.units import month_range

UNIT = st.floats(0, 1, exclude_max=True)


@pytest.fixture(scope="module")
def turnover():
    return forecast_series(series("turnover"), 9)


def test_a_draw_does_not_depend_on_the_draws_beside_it(turnover):
    uniforms = np.random.default_rng(1).random((200, 9))
    whole = draw_paths(turnover, uniforms)
    assert np.array_equal(draw_paths(turnover, uniforms[:100]), whole[:100])
    assert np.array_equal(draw_paths(turnover, uniforms[57:58]), whole[57:58])


def test_halves_give_the_median_and_the_first_year_its_own_quantile(turnover):
    np.testing.assert_allclose(draw_paths(turnover, np.full((1, 9), 0.5))[0], turnover.quantile(0.5), rtol=1e-12)
    for p in (0.05, 0.25, 0.95):
        uniforms = np.full((1, 9), 0.5)
        uniforms[0, 0] = p
        assert draw_paths(turnover, uniforms)[0, 0] == pytest.approx(turnover.quantile(p)[0], rel=1e-12)


@given(low=UNIT, high=UNIT, column=st.integers(0, 8))
def test_a_year_rises_with_its_own_uniform(turnover, low, high, column):
    low, high = sorted((low, high))
    uniforms = np.full((2, 9), 0.3)
    uniforms[:, column] = low, high
    first, second = draw_paths(turnover, uniforms)[:, column]
    assert first <= second


def test_the_ends_of_the_uniforms_stay_finite_and_below_one(turnover):
    ends = draw_paths(turnover, np.array([[0.0] * 9, [np.nextafter(1.0, 0.0)] * 9]))
    assert np.all((ends >= 0) & (ends <= 1) & np.isfinite(ends))


@pytest.mark.parametrize("kind", ["student", "normal"])
def test_draws_have_the_joint_distribution(turnover, kind):
    forecast = turnover if kind == "student" else stated_forecast(series("turnover"), 9, step_sd=0.1, damping=0.8)
    count = 200_000
    logs = to_scale(draw_paths(forecast, np.random.default_rng(3).random((count, 9))), forecast.scale)
    cov = forecast.cov if kind == "normal" else forecast.cov * forecast.df / (forecast.df - 2)
    np.testing.assert_allclose(np.cov(logs.T), cov, atol=0.03 * cov.max())
    for p in (0.05, 0.5, 0.95):
        share = (logs <= to_scale(forecast.quantile(p), forecast.scale)).mean(axis=0)
        np.testing.assert_allclose(share, p, atol=5 * np.sqrt(p * (1 - p) / count))


def test_uniforms_that_do_not_fit_are_refused(turnover):
    with pytest.raises(DataError, match=r"uniforms of shape \(3, 8\) do not fit; give an array of shape \(draws, 9\)"):
        draw_paths(turnover, np.zeros((3, 8)))
    with pytest.raises(DataError, match=r"outside \[0, 1\)"):
        draw_paths(turnover, np.ones((3, 9)))


def test_observed_years_come_before_the_drawn_ones(turnover):
    years, values = annual_paths(turnover, np.random.default_rng(1).random((5, 9)))
    assert years == tuple(range(2024, 2034))
    assert values.shape == (5, 10)
    assert np.ptp(values[:, 0]) == 0
    assert values[0, 0] == turnover.series.value(2024)


def test_the_multiplier_meets_the_path_at_every_september(turnover):
    years, values = annual_paths(turnover, np.random.default_rng(1).random((7, 9)))
    base = turnover.series.value(2023)
    months = month_range("2024-03", 121)
    told = monthly_multiplier(values, base, years, months)
    assert told.shape == (7, 121)
    for column, year in enumerate(years):
        np.testing.assert_allclose(told[:, months.index(f"{year}-09")], values[:, column] / base, rtol=1e-12)
    step = np.diff(np.log(told), axis=1)
    between = [months.index(month) for month in month_range("2026-09", 12)]
    np.testing.assert_allclose(step[:, between], step[:, between[:1]].repeat(12, axis=1), atol=1e-12)


def test_the_multiplier_lies_on_the_line_through_the_base_year():
    told = monthly_multiplier([[4.0]], 2.0, [2024], ["2023-04", "2023-09", "2024-03", "2024-09", "2025-03"])
    np.testing.assert_allclose(told, [[1.0, 1.0, np.sqrt(2.0), 2.0, 2.0]], rtol=1e-12)


def test_ratios_of_odds_never_push_a_share_past_one():
    told = monthly_multiplier([[0.9]], 0.08, [2024], ["2024-09"], scale="log_odds")
    assert told[0, 0] == pytest.approx(9 / (0.08 / 0.92), rel=1e-12)
    with pytest.raises(DataError, match="must lie between 0 and 1"):
        monthly_multiplier([[1.2]], 0.08, [2024], ["2024-09"], scale="log_odds")


def test_a_missing_year_is_bridged_and_a_base_may_differ_by_draw():
    told = monthly_multiplier([[8.0], [18.0]], [2.0, 2.0], [2025], ["2024-09"])
    np.testing.assert_allclose(told[:, 0], [2.0, 3.0], rtol=1e-12)
    told = monthly_multiplier([[8.0], [18.0]], [2.0, 4.5], [2025], ["2025-09"])
    np.testing.assert_allclose(told[:, 0], [4.0, 4.0], rtol=1e-12)


def test_months_past_the_forecast_are_refused():
    with pytest.raises(DataError, match=r"2026-05 lies past the last forecast year 2024; forecast 2 years more"):
        monthly_multiplier([[4.0]], 2.0, [2024], ["2025-03", "2026-05"])
    with pytest.raises(DataError) as caught:
        monthly_multiplier([[4.0, -1.0]], 2.0, [2023], ["2025-03"])
    assert len(caught.value.faults) == 3


def test_a_rate_that_dies_away_draw_by_draw():
    paths = damped_path(16000.0, rate=[-0.07, -0.1], damping=[0.9, 0.0], horizons=2)
    np.testing.assert_allclose(paths[0], 16000 * np.exp(-0.07 * np.array([0.9, 0.9 + 0.81])), rtol=1e-12)
    np.testing.assert_allclose(paths[1], 16000.0)
    with pytest.raises(DataError) as caught:
        damped_path(0.0, rate=float("nan"), damping=1.5, horizons=2)
    assert len(caught.value.faults) == 3
