"""The joint predictive distribution of the coming years, from a fitted model or from a stated spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.forecast.models import Filtered, ModelName, fit_models
from mhwfmodel.forecast.scales import Scale, from_scale, to_scale
from mhwfmodel.forecast.splice import Spliced

__all__ = ["Candidate", "Forecast", "Parameter", "SummaryRow", "forecast_series", "predict", "stated_forecast"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the table that the choice of model rests on; `weight` is Akaike's, adding to 1 over the rows."""

    model: ModelName
    log_likelihood: float
    parameters: int
    aicc: float
    weight: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that the forecast rests on, and whether it was estimated or stated."""

    name: str
    value: float
    origin: Literal["estimated", "stated"]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One year of a forecast in published units: median, middle half (25–75 %) and 5–95 %."""

    year: int
    median: float
    q05: float
    q25: float
    q75: float
    q95: float


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What is expected of an annual series, with its uncertainty, jointly over the coming years.

    On the scale of the model the coming values are multivariate Student t (normal where `df` is infinite).

    Args:
        series: The series that it was made from: name, observed years, values, basis, links and breaks.
        model: `local_level`, `damped_trend`, or `stated` where the points are too few to fit a model.
        parameters: What the forecast rests on.
        candidates: The AICc table, best first; empty for `stated`.
        years: Years forecast, one after another from the last observed year, dims (horizon,).
        mean: Centre on the scale of the model, dims (horizon,).
        cov: Scale matrix there, dims (horizon, horizon); the covariance is this times df / (df − 2).
        df: Degrees of freedom.
    """

    series: Spliced
    model: ModelName | Literal["stated"]
    parameters: tuple[Parameter, ...]
    candidates: tuple[Candidate, ...]
    years: tuple[int, ...]
    mean: Array
    cov: Array
    df: float

    @property
    def scale(self) -> Scale:
        """Scale of the model."""
        return self.series.scale

    def quantile(self, probability: float) -> Array:
        """Quantile of every year by itself, in published units, dims (horizon,)."""
        from scipy.special import ndtri, stdtrit

        step = float(ndtri(probability) if np.isinf(self.df) else stdtrit(self.df, probability))
        return from_scale(self.mean + step * np.sqrt(np.diag(self.cov)), self.scale)

    def summary(self) -> tuple[SummaryRow, ...]:
        """Median, 25–75 % and 5–95 % of every forecast year, in published units."""
        columns = [self.quantile(p) for p in (0.5, 0.05, 0.25, 0.75, 0.95)]
        rows = zip(self.years, *columns, strict=True)
        return tuple(SummaryRow(year, *(float(value) for value in values)) for year, *values in rows)


def predict(filtered: Filtered, horizons: int, *, noise: bool = True) -> tuple[Array, Array]:
    """Mean vector and covariance matrix of the next values, in units of the variance that is concentrated out.

    Args:
        filtered: State after the last observed year.
        horizons: Years ahead, at least 1.
        noise: Whether the noise of the published value is included; without it the level is forecast.

    Returns:
        Mean, dims (horizon,), and covariance, dims (horizon, horizon). The uncertainty of the state is included.
    """
    transition, design = filtered.transition, filtered.design
    mean, cov = np.empty(horizons), np.empty((horizons, horizons))
    state, spread = filtered.state, filtered.state_cov
    for row in range(horizons):
        mean[row] = design @ state
        carried = spread @ design
        for column in range(row, horizons):
            cov[row, column] = cov[column, row] = design @ carried
            carried = transition @ carried
        state = transition @ state
        spread = transition @ spread @ transition.T + filtered.noise
    if noise:
        cov[np.diag_indices(horizons)] += filtered.observation_noise
    return mean, cov


def forecast_series(
    series: Spliced, horizons: int, *, model: ModelName | Literal["auto"] = "auto", noise: bool = True
) -> Forecast:
    """Fit both models, take the one with the lower AICc, and forecast.

    Few points leave the spread itself uncertain. Given the shape parameters (signal, damping) the predictive
    distribution with a flat prior on the diffuse constants and on the log of the variance is a Student t with as many
    degrees of freedom as there are errors. These are lowered by one for each shape parameter, and the variance raised
    to match, as a stand-in for the uncertainty of the shape. The uncertainty of the links between bases and of the
    choice of model is not included.

    Args:
        series: Five usable years or more.
        horizons: Years ahead of the last observed year, at least 1.
        model: `auto` for the lower AICc, or the name of a model.
        noise: Whether the noise of a published value is included; without it the level is forecast.

    Raises:
        DataError: Too few points, a series that does not vary, a fit that does not converge, no horizon.
    """
    _require_horizons(series, horizons)
    fits = fit_models(series)
    fit = fits[0] if model == "auto" else next(item for item in fits if item.model == model)
    df = float(fit.filtered.errors - (fit.parameters - 1))
    mean, unit = predict(fit.filtered, horizons, noise=noise)
    variance = fit.filtered.squares / df
    weights = np.exp(-0.5 * (np.array([item.aicc for item in fits]) - fits[0].aicc))
    weights /= weights.sum()
    parameters = (
        Parameter("signal", fit.signal, "estimated"),
        *((Parameter("damping", fit.damping, "estimated"),) if fit.model == "damped_trend" else ()),
        Parameter("variance", variance, "estimated"),
    )
    candidates = tuple(
        Candidate(item.model, item.log_likelihood, item.parameters, item.aicc, float(weight))
        for item, weight in zip(fits, weights, strict=True)
    )
    return _forecast(series, fit.model, parameters, candidates, mean, unit * variance, df)


def stated_forecast(
    series: Spliced, horizons: int, *, step_sd: float, rate: float | None = None, damping: float = 0.0
) -> Forecast:
    """Forecast a series of two or three points, where the spread can only be stated.

    The last value goes on; each year adds a normal step of sd `step_sd`, and growth that starts at the mean yearly
    change of the series and of which the share `damping` is left a year later. Growth taken from the series carries
    the uncertainty that steps of that size give to a mean over the observed years. With damping 0 it is a local level.

    Args:
        series: One point or more on the target basis; two or more where growth is wanted and not given.
        horizons: Years ahead of the last observed year, at least 1.
        step_sd: Sd of one year's step on the scale of the model [1/year], positive: an assumption of the caller.
        rate: Yearly change on the scale of the model, taken as known; None takes it from first and last point.
        damping: 0 to 1, 1 excluded: an assumption of the caller.

    Raises:
        DataError: Values out of range, or a single point where growth is wanted.
    """
    _require_horizons(series, horizons)
    points = [point for point in series.points if point.level == series.target]
    span = points[-1].observation.year - points[0].observation.year
    faults = []
    if not (np.isfinite(step_sd) and step_sd > 0.0):
        faults.append(
            Fault(f"{series.name}: step_sd", f"{step_sd} is not a positive number", "give the sd of a year's step")
        )
    if not 0.0 <= damping < 1.0:
        faults.append(Fault(f"{series.name}: damping", f"{damping} is not in [0, 1)", "0 means no trend"))
    if series.points[-1].level != series.target:
        where = f"{series.name} {series.years[-1]}"
        problem = f"the last year is not on the basis '{series.target}'"
        faults.append(Fault(where, problem, "choose its basis as target"))
    if rate is None and damping > 0.0 and span == 0:
        faults.append(Fault(series.name, "one year shows no growth", "give rate, or damping 0"))
    if faults:
        raise DataError(faults)
    ends = to_scale([points[0].value, points[-1].value], series.scale)
    growth = float(ends[1] - ends[0]) / max(span, 1) if rate is None else rate
    ahead = np.arange(1, horizons + 1)
    kept = np.cumsum(damping ** ahead.astype(np.float64))
    cov = step_sd**2 * np.minimum(ahead[:, None], ahead[None, :])
    if rate is None and damping > 0.0:
        cov = cov + np.outer(kept, kept) * step_sd**2 / span
    parameters = (
        Parameter("step_sd", step_sd, "stated"),
        Parameter("damping", damping, "stated"),
        Parameter("rate", growth if damping > 0.0 else 0.0, "estimated" if rate is None else "stated"),
    )
    return _forecast(series, "stated", parameters, (), ends[1] + growth * kept, cov, float("inf"))


def _require_horizons(series: Spliced, horizons: int) -> None:
    if horizons < 1:
        raise DataError(Fault(series.name, f"{horizons} years ahead is no forecast", "ask for one or more"))


def _forecast(
    series: Spliced,
    model: ModelName | Literal["stated"],
    parameters: tuple[Parameter, ...],
    candidates: tuple[Candidate, ...],
    mean: Array,
    cov: Array,
    df: float,
) -> Forecast:
    mean.flags.writeable = cov.flags.writeable = False
    last = series.years[-1]
    years = tuple(range(last + 1, last + 1 + len(mean)))
    return Forecast(series, model, parameters, candidates, years, mean, cov, df)
