from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mhwfmodel.errors import DataError
from mhwfmodel.forecast.models import _minimise, filter_series, fit_model, fit_models
from mhwfmodel.forecast.predict import forecast_series, predict


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict]:
    text = (shared / "validation" / "stats" / "forecasting.json").read_text(encoding="utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def test_nile_local_level(cases, log_series):
    case, unit = cases["nile_local_level"], 1e-3
    data, expected = np.array(case["inputs"]["data"]), case["expected"]
    series = log_series(data * unit, range(1871, 1971))
    fit = fit_model(series, "local_level")
    scale = fit.variance / unit**2
    assert (1 - fit.signal) * scale == pytest.approx(expected["sigma2_irregular"], rel=0.002)
    assert fit.signal * scale == pytest.approx(expected["sigma2_level"], rel=0.002)
    back = fit.filtered.errors * np.log(unit)
    assert fit.log_likelihood + back == pytest.approx(expected["loglik_excluding_first_obs_term"], abs=0.001)
    diffuse = fit.log_likelihood + back - 0.5 * np.log(2 * np.pi)
    assert diffuse == pytest.approx(expected["loglik_exact_diffuse"], abs=0.001)
    assert fit.filtered.state_cov[0, 0] * scale == pytest.approx(
        expected["steady_state_prediction_variance"], rel=0.002
    )
    mean, cov = predict(fit.filtered, 5)
    np.testing.assert_allclose(mean / unit, expected["forecast_1_to_5_mean"], rtol=1e-4)
    np.testing.assert_allclose(np.sqrt(np.diag(cov) * scale), expected["forecast_1_to_5_se"], rtol=0.001)


def test_ets_without_trend_goes_on_at_the_last_level(cases, log_series):
    case = cases["ets_MNN_oil"]
    data = np.array(case["inputs"]["data"])
    series = log_series(np.log(data), range(1965, 1965 + len(data)))
    mean, _ = predict(filter_series(series, signal=1.0), 4)
    np.testing.assert_allclose(np.exp(mean), case["expected"]["forecast_4"], rtol=1e-5)


def test_the_likelihood_is_that_of_statsmodels_own_local_level(log_series):
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    logs = np.array([0.1, 0.35, 0.37, 0.3, 0.25, 0.2, -0.1, -0.12])
    series = log_series(logs)
    grid = np.full(13, np.nan)
    grid[[0, 5, 6, 7, 9, 10, 11, 12]] = logs
    model = UnobservedComponents(grid, "llevel", use_exact_diffuse=True)
    filtered = filter_series(series, signal=0.7)
    variance = 0.02
    diffuse = -0.5 * np.log(2 * np.pi)
    ours = filtered.log_likelihood(variance) + diffuse
    assert ours == pytest.approx(model.loglike([0.3 * variance, 0.7 * variance]), rel=1e-10)


def test_the_damped_trend_without_noise_is_an_autoregression_of_the_changes(log_series):
    from statsmodels.tsa.arima.model import ARIMA

    logs = np.cumsum([0.0, 0.1, 0.12, 0.05, -0.02, -0.06, -0.1, -0.07])
    series = log_series(logs, range(2010, 2018))
    model = ARIMA(np.diff(logs), order=(1, 0, 0), trend="n")
    ours = filter_series(series, signal=1.0, damping=0.8).log_likelihood(0.004)
    assert ours == pytest.approx(model.loglike([0.8, 0.004]), rel=1e-8)
    mean, _ = predict(filter_series(series, signal=1.0, damping=0.8), 6)
    left = 0.8 * (1 - 0.8 ** np.arange(1, 7)) / 0.2
    np.testing.assert_allclose(mean, logs[-1] + (logs[-1] - logs[-2]) * left, rtol=1e-10)


def test_damping_zero_is_the_local_level(log_series):
    series = log_series([0.1, 0.35, 0.37, 0.3, 0.25, 0.2, -0.1, -0.12])
    level = filter_series(series, signal=0.6)
    nearly = filter_series(series, signal=0.6, damping=1e-9)
    assert nearly.log_likelihood(0.01) == pytest.approx(level.log_likelihood(0.01), abs=1e-6)


def test_a_break_makes_the_forecast_blind_to_the_level_of_the_old_basis(log_series):
    logs = np.array([0.1, 0.2, 0.15, 0.3, 0.25, 0.35, 0.3, 0.2])
    basis = ["old"] * 3 + ["new"] * 5
    broken = log_series(logs, basis=basis)
    moved = log_series(logs + np.array([2.0] * 3 + [0.0] * 5), basis=basis)
    assert broken.breaks == ("old",)
    one, other = forecast_series(broken, 5), forecast_series(moved, 5)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-6)
    np.testing.assert_allclose(one.cov, other.cov, atol=1e-6)
    whole = forecast_series(log_series(logs), 5, model="local_level")
    assert forecast_series(broken, 5, model="local_level").df == whole.df - 1


def test_the_lower_aicc_comes_first_and_a_strong_trend_is_seen(log_series):
    rng = np.random.default_rng(4)
    growth = 0.3 * 0.85 ** np.arange(30)
    logs = np.cumsum(growth) + 0.001 * rng.standard_normal(30)
    fits = fit_models(log_series(logs, range(1990, 2020)))
    assert [fit.model for fit in fits] == ["damped_trend", "local_level"]
    assert fits[0].aicc < fits[1].aicc
    noise = rng.standard_normal(30) * 0.1
    assert fit_models(log_series(noise, range(1990, 2020)))[0].model == "local_level"


def test_what_cannot_be_fitted_says_so(log_series):
    with pytest.raises(DataError, match=r"3 usable years are too few .*stated_forecast"):
        fit_models(log_series([0.1, 0.2, 0.3], (2010, 2011, 2012)))
    with pytest.raises(DataError, match="does not vary"):
        fit_models(log_series([0.1] * 8))
    with pytest.raises(DataError, match="turnover, local level: the fit did not converge"):
        _minimise(lambda point: float("nan"), ("signal",), "turnover, local level")
