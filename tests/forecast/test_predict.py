from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhwfmodel.errors import DataError
from mhwfmodel.forecast import BASE_YEAR, backtest, forecast_series, series, splice, stated_forecast
from mhwfmodel.forecast.models import filter_series, fit_models
from mhwfmodel.forecast.predict import predict
from mhwfmodel.forecast.splice import Observation

LOGS = (0.1, 0.35, 0.37, 0.3, 0.25, 0.2, -0.1, -0.12)


@pytest.mark.parametrize("signal", [0.2, 0.7, 1.0])
def test_local_level_has_a_flat_mean_and_a_variance_that_grows_by_the_step(log_series, signal):
    filtered = filter_series(log_series(LOGS), signal=signal)
    mean, cov = predict(filtered, 10)
    known = filtered.state_cov[0, 0] - signal
    ahead = np.arange(1, 11)
    np.testing.assert_allclose(mean, mean[0], rtol=1e-12)
    np.testing.assert_allclose(np.diag(cov), known + signal * ahead + (1 - signal), rtol=1e-10)
    level = predict(filtered, 10, noise=False)[1]
    np.testing.assert_allclose(level, known + signal * np.minimum(ahead[:, None], ahead), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("signal", "damping"), [(0.6, 0.0), (0.6, 0.8), (1.0, 0.9)])
def test_the_joint_covariance_is_that_of_simulated_futures(log_series, signal, damping):
    filtered = filter_series(log_series(LOGS), signal=signal, damping=damping)
    rng, count, horizons = np.random.default_rng(11), 200_000, 6
    # A tiny ridge: a state that is known exactly has a singular covariance.
    root = np.linalg.cholesky(filtered.state_cov[:2, :2] + 1e-12 * np.eye(2))
    state = filtered.state[:2] + rng.standard_normal((count, 2)) @ root.T
    values = np.empty((count, horizons))
    for year in range(horizons):
        values[:, year] = state[:, 0] + np.sqrt(1 - signal) * rng.standard_normal(count)
        state = state @ filtered.transition[:2, :2].T + np.sqrt(signal) * rng.standard_normal((count, 1))
    mean, cov = predict(filtered, horizons)
    np.testing.assert_allclose(values.mean(axis=0), mean, atol=5 * np.sqrt(cov.max() / count))
    np.testing.assert_allclose(np.cov(values.T), cov, atol=0.015 * cov.max())


@settings(max_examples=8)
@given(factor=st.floats(1e-3, 1e3))
def test_a_series_in_other_units_gives_the_same_forecast_in_those_units(log_series, factor):
    one = forecast_series(log_series(LOGS), 4)
    other = forecast_series(log_series(np.array(LOGS) + np.log(factor)), 4)
    assert one.model == other.model
    for p in (0.05, 0.5, 0.95):
        np.testing.assert_allclose(other.quantile(p), one.quantile(p) * factor, rtol=1e-6)


def test_every_interval_holds_the_median_and_widens_with_the_years(log_series):
    rows = forecast_series(log_series(LOGS), 9).summary()
    assert [row.year for row in rows] == list(range(2025, 2034))
    assert all(row.q05 < row.q25 < row.median < row.q75 < row.q95 for row in rows)
    widths = [row.q95 / row.q05 for row in rows]
    assert widths == sorted(widths)


def test_few_points_give_fat_tails(log_series):
    forecast = forecast_series(log_series(LOGS), 3, model="local_level")
    assert forecast.df == 6
    assert forecast_series(log_series(LOGS), 3, model="damped_trend").df == 5
    assert sum(row.weight for row in forecast.candidates) == pytest.approx(1)


def test_intervals_cover_what_they_say_when_the_world_is_a_local_level(log_series):
    # 90 % intervals from eight points with holes, as the national series have them.
    rng, years = np.random.default_rng(5), np.array([2012, 2017, 2018, 2019, 2021, 2022, 2023, 2024]) - 2012
    inside = []
    for _ in range(60):
        level = np.cumsum(0.1 * rng.standard_normal(18))
        values = level + 0.03 * rng.standard_normal(18)
        forecast = forecast_series(log_series(values[years]), 5)
        low, high = np.log(forecast.quantile(0.05)), np.log(forecast.quantile(0.95))
        inside.append((low <= values[13:]) & (values[13:] <= high))
    coverage = np.mean(inside, axis=0)
    print("coverage of 90 % intervals, 1 to 5 years ahead:", coverage.round(2))  # noqa: T201
    assert np.all(coverage > 0.75)


def test_a_two_point_series_goes_on_at_a_rate_that_dies_away():
    rows = [Observation(2017, 23000.0, "a"), Observation(2022, 16000.0, "a")]
    posts = splice("posts", rows, scale="log", target="a")
    forecast = stated_forecast(posts, 3, step_sd=0.05, damping=0.9)
    rate = np.log(16 / 23) / 5
    kept = np.cumsum(0.9 ** np.arange(1, 4))
    np.testing.assert_allclose(np.exp(forecast.mean), 16000 * np.exp(rate * kept), rtol=1e-12)
    assert forecast.cov[2, 2] == pytest.approx(0.05**2 * (3 + kept[2] ** 2 / 5))
    assert forecast.cov[0, 2] == pytest.approx(0.05**2 * (1 + kept[0] * kept[2] / 5))
    assert {item.name: item.origin for item in forecast.parameters}["step_sd"] == "stated"
    level = stated_forecast(posts, 3, step_sd=0.05)
    np.testing.assert_allclose(np.exp(level.mean), 16000.0, rtol=1e-12)
    np.testing.assert_allclose(np.diag(level.cov), 0.05**2 * np.arange(1, 4), rtol=1e-12)


def test_stated_assumptions_are_checked_all_at_once():
    posts = splice("posts", [Observation(2017, 23000.0, "a")], scale="log", target="a")
    with pytest.raises(DataError) as caught:
        stated_forecast(posts, 3, step_sd=-1.0, damping=0.5)
    assert len(caught.value.faults) == 2
    with pytest.raises(DataError, match="ask for one or more"):
        stated_forecast(posts, 0, step_sd=0.1)


@pytest.mark.parametrize("name", ["turnover", "vacancy"])
def test_the_national_rates_stay_within_what_has_a_meaning(name):
    spliced = series(name)
    forecast = forecast_series(spliced, 2033 - spliced.years[-1])
    last = forecast.summary()[-1]
    assert last.year == 2033
    assert min(spliced.values) / 3 < last.q05 < last.q95 < 2 * max(spliced.values)
    assert spliced.years[0] == 2012
    assert 2020 not in spliced.years
    assert spliced.value(BASE_YEAR) == pytest.approx({"turnover": 0.248, "vacancy": 0.083}[name], rel=0.02)


def test_the_backtest_uses_earlier_years_only():
    for name in ("turnover", "vacancy"):
        spliced = series(name)
        rows = backtest(spliced)
        assert [row.year for row in rows] == [2022, 2023, 2024]
        first = forecast_series(spliced.until(2021), 1).summary()[0]
        assert rows[0].median == first.median
        for row in rows:
            print(name, row, "covered" if row.covered else "missed")  # noqa: T201
    assert fit_models(series("turnover").until(2021))[0].filtered.errors == 4
