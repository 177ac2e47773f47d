"""Two state-space models for a short annual series, fitted by the exact diffuse Kalman filter of statsmodels.

Both live on the scale of the series (log or log-odds), y the observed value, m its level, e and u independent noise:

    local level    y[t] = m[t] + e[t];   m[t+1] = m[t] + u[t]
    damped trend   y[t] = m[t] + e[t];   m[t+1] = m[t] + g[t+1];   g[t+1] = damping · g[t] + u[t]

Growth g starts from its stationary law, so that the damped trend with damping 0 is the local level. Hence both
models have the same diffuse start and their likelihoods may be compared, which those of a local level and an
undamped trend may not. Var(e) : Var(u) = 1 − signal : signal; the common factor, the variance, is concentrated
out. A basis that nothing links adds a diffuse constant in its own years. Missing years are skipped.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.forecast.scales import to_scale
from mhwfmodel.forecast.splice import Spliced

__all__ = ["DAMPING_BOUNDS", "Filtered", "Fit", "ModelName", "filter_series", "fit_model", "fit_models"]

ModelName = Literal["local_level", "damped_trend"]
Array = NDArray[np.float64]

DAMPING_BOUNDS = (0.5, 0.9)
"""Growth that loses more than half of itself in a year is all but a local level; growth that loses less than a
tenth cannot be told from a lasting trend in so few years."""

_GRID = {"signal": np.linspace(0.0, 1.0, 21), "damping": np.linspace(*DAMPING_BOUNDS, 5)}
_DIFFUSE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """What the filter leaves behind, in units of the variance that is concentrated out.

    Args:
        transition, noise: Matrices of the state, dims (state, state).
        design: Loading of next year's value on the state, dims (state,).
        observation_noise: Variance of e.
        state, state_cov: Prediction of the state one year after the last year.
        squares: Sum of squared standardised one-year-ahead errors.
        log_determinant: Sum of the logs of their variances.
        errors: Number of errors counted: observations less diffuse constants.
    """

    transition: Array
    noise: Array
    design: Array
    observation_noise: float
    state: Array
    state_cov: Array
    squares: float
    log_determinant: float
    errors: int

    def log_likelihood(self, variance: float) -> float:
        """Diffuse log-likelihood at a given variance, without the constant of the diffuse observations."""
        constant = self.errors * np.log(2.0 * np.pi * variance)
        return float(-0.5 * (constant + self.log_determinant + self.squares / variance))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted model.

    Args:
        model: Name of the model.
        signal: Share of the variance that moves the level, 0 to 1.
        damping: Share of last year's growth that stays; 0 for the local level.
        variance: Maximum-likelihood variance [scale of the model, squared].
        log_likelihood: Maximised diffuse log-likelihood.
        parameters: Number of free parameters beyond the diffuse constants, the variance included.
        aicc: Akaike's criterion corrected for few points; infinite where the points are too few for it.
        filtered: State after the last year.
    """

    model: ModelName
    signal: float
    damping: float
    variance: float
    log_likelihood: float
    parameters: int
    aicc: float
    filtered: Filtered


def fit_models(series: Spliced) -> tuple[Fit, ...]:
    """Both models, the one with the lower AICc first.

    Raises:
        DataError: Too few points, a series that does not vary, or a fit that does not converge.
    """
    fits = [fit_model(series, "local_level"), fit_model(series, "damped_trend")]
    return tuple(sorted(fits, key=lambda fit: fit.aicc))


def fit_model(series: Spliced, model: ModelName) -> Fit:
    """Maximum likelihood by a grid over the bounded parameters, refined from the best node.

    Args:
        series: At least five observations beyond the level breaks.
        model: `local_level` or `damped_trend`.

    Raises:
        DataError: Too few points, a series that does not vary, or a fit that does not converge.
    """
    observed = len(series.points) - len(series.breaks)
    if observed < 5:
        remedy = "use stated_forecast, which takes the spread as an assumption"
        raise DataError(Fault(series.name, f"{observed} usable years are too few to fit a model (5 or more)", remedy))
    if np.ptp(series.values) == 0.0:
        raise DataError(Fault(series.name, "does not vary, so no spread can be learnt", "use stated_forecast"))
    names = ("signal",) if model == "local_level" else ("signal", "damping")

    def objective(point: Array) -> float:
        filtered = filter_series(series, signal=float(point[0]), damping=float(point[1]) if len(point) > 1 else 0.0)
        return -filtered.log_likelihood(filtered.squares / filtered.errors)

    best = _minimise(objective, names, f"{series.name}, {model}")
    signal, damping = float(best[0]), float(best[1]) if len(best) > 1 else 0.0
    filtered = filter_series(series, signal=signal, damping=damping)
    variance = filtered.squares / filtered.errors
    log_likelihood = filtered.log_likelihood(variance)
    parameters = len(names) + 1
    return Fit(
        model, signal, damping, variance, log_likelihood, parameters,
        _aicc(log_likelihood, parameters, filtered.errors), filtered,
    )  # fmt: skip


def filter_series(series: Spliced, *, signal: float, damping: float = 0.0) -> Filtered:
    """Run the exact diffuse Kalman filter of statsmodels over the series.

    Args:
        series: The observations; years that nobody tells are missing.
        signal: Variance of u; that of e is `1 - signal` (both in units of the variance that is concentrated out).
        damping: 0 for the local level, below 1 otherwise.

    Raises:
        DataError: The filter fails or warns (the message says what it said).
    """
    from statsmodels.tsa.statespace.kalman_filter import KalmanFilter

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = KalmanFilter(k_endog=1, k_states=2 + len(series.breaks), k_posdef=1)
            _fill(model, series, signal, damping)
            return _collect(model, model.filter())
    except (Warning, np.linalg.LinAlgError, ValueError) as error:
        raise DataError(Fault(series.name, f"the Kalman filter failed: {error}", "look at the values")) from error


def _fill(model: Any, series: Spliced, signal: float, damping: float) -> None:
    from statsmodels.tsa.statespace.initialization import Initialization

    first, last = series.years[0], series.years[-1]
    states = 2 + len(series.breaks)
    observed = np.full((last - first + 1, 1), np.nan)
    design = np.zeros((1, states, len(observed)))
    design[0, 0] = 1.0
    for point, value in zip(series.points, to_scale(series.values, series.scale), strict=True):
        row = point.observation.year - first
        observed[row] = value
        if point.level in series.breaks:
            design[0, 2 + series.breaks.index(point.level), row] = 1.0
    model.bind(observed)
    transition = np.eye(states)
    transition[:2, :2] = [[1.0, damping], [0.0, damping]]
    model["design"], model["transition"] = design, transition
    model["selection"] = np.array([[1.0], [1.0]] + [[0.0]] * len(series.breaks))
    model["state_cov"], model["obs_cov"] = np.array([[signal]]), np.array([[1.0 - signal]])
    start = Initialization(states)
    start.set(1, "known", constant=[0.0], stationary_cov=[[signal / (1.0 - damping**2)]])
    for index in (0, *range(2, states)):
        start.set(index, "diffuse")
    model.initialize(start)


def _collect(model: Any, run: Any) -> Filtered:
    errors, variances = run.forecasts_error[0], run.forecasts_error_cov[0, 0]
    diffuse = run.forecasts_error_diffuse_cov
    counted = ~run.missing[0].astype(bool)
    if diffuse is not None:
        counted &= diffuse[0, 0] < _DIFFUSE
    selection, noise = model["selection"], model["state_cov"]
    design = np.zeros(len(selection))
    design[0] = 1.0
    return Filtered(
        transition=np.array(model["transition"]),
        noise=np.asarray(selection @ noise @ selection.T),
        design=design,
        observation_noise=float(model["obs_cov"][0, 0]),
        state=np.array(run.predicted_state[:, -1]),
        state_cov=np.array(run.predicted_state_cov[:, :, -1]),
        squares=float(np.sum(errors[counted] ** 2 / variances[counted])),
        log_determinant=float(np.sum(np.log(variances[counted]))),
        errors=int(counted.sum()),
    )


def _minimise(objective: Callable[[Array], float], names: Sequence[str], where: str) -> Array:
    from scipy.optimize import minimize

    axes = [_GRID[name] for name in names]
    nodes = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    heights = np.array([objective(node) for node in nodes])
    start = nodes[int(np.argmin(heights))]
    bounds = [(float(axis[0]), float(axis[-1])) for axis in axes]
    found: Any = minimize(
        objective,
        start,
        method="Nelder-Mead",
        bounds=bounds,
        options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 1000},
    )
    if not found.success or not np.isfinite(found.fun):
        raise DataError(Fault(where, f"the fit did not converge: {found.message}", "use stated_forecast"))
    return np.asarray(found.x if found.fun < heights.min() else start, dtype=np.float64)


def _aicc(log_likelihood: float, parameters: int, points: int) -> float:
    spare = points - parameters - 1
    if spare <= 0:
        return float("inf")
    return -2.0 * log_likelihood + 2.0 * parameters * points / spare
