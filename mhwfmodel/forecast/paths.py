"""Draws of the coming years, and what they mean month by month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.forecast.predict import Forecast
from mhwfmodel.forecast.scales import Scale, from_scale, limits, to_scale
from mhwfmodel.units import MONTHS_PER_YEAR, month_index

__all__ = ["BASE_YEAR", "annual_paths", "damped_path", "draw_paths", "monthly_multiplier"]

Array = NDArray[np.float64]

BASE_YEAR = 2023
"""Financial year 2023/24, which the opening stock of 31 March 2024 closes."""

_SMALLEST = 2.0**-54
_LARGEST = 1.0 - 2.0**-53
_MID_YEAR_MONTH = 9
_MONTHS_AFTER_LAST = 6


def draw_paths(forecast: Forecast, uniforms: ArrayLike) -> Array:
    """Draws of all forecast years together, by inversion.

    The first year is the quantile that the first uniform names; each later year is drawn given those before it (in
    a multivariate Student t that is again a Student t, with one degree of freedom more for each year known). So a
    draw depends on its own row of uniforms alone, and each year's value rises with that year's uniform.

    Args:
        forecast: The predictive distribution.
        uniforms: Uniform numbers in [0, 1), dims (draw, horizon); one row a draw, one column a forecast year.

    Returns:
        Values in published units, dims (draw, horizon).

    Raises:
        DataError: The columns are not the forecast years, or a number is not in [0, 1).
    """
    given = np.asarray(uniforms, dtype=np.float64)
    horizons = len(forecast.years)
    name = forecast.series.name
    if given.ndim != 2 or given.shape[1] != horizons:
        wanted = f"(draws, {horizons})"
        raise DataError(Fault(name, f"uniforms of shape {given.shape} do not fit", f"give an array of shape {wanted}"))
    if not bool(np.all((given >= 0.0) & (given < 1.0))):
        raise DataError(Fault(name, "a uniform number is outside [0, 1)", "draw them with mhwfmodel.rng"))
    steps = _independent_steps(np.clip(given, _SMALLEST, _LARGEST), forecast.df)
    root = np.linalg.cholesky(forecast.cov)
    moved = np.zeros_like(steps)
    for column in range(horizons):  # a matrix product may round a row differently when there are other rows
        moved += steps[:, column, None] * root[None, :, column]
    return from_scale(forecast.mean + moved, forecast.scale)


def _independent_steps(uniforms: Array, df: float) -> Array:
    """Spherical Student t (normal for infinite df) by its conditional quantiles, dims (draw, horizon)."""
    from scipy.special import ndtri, stdtrit

    if np.isinf(df):
        return np.asarray(ndtri(uniforms), dtype=np.float64)
    steps = np.empty_like(uniforms)
    squares = np.zeros(len(uniforms))
    for column in range(uniforms.shape[1]):
        quantile = np.asarray(stdtrit(df + column, uniforms[:, column]), dtype=np.float64)
        steps[:, column] = quantile * np.sqrt((df + squares) / (df + column))
        squares += steps[:, column] ** 2
    return steps


def damped_path(last: float, *, rate: ArrayLike, damping: ArrayLike, horizons: int) -> Array:
    """Counts that go on changing at a rate which dies away, one path for each draw of the rate and the damping.

    For series of two points, whose rate and damping the run draws as parameters.

    Args:
        last: Last observed value, positive.
        rate: Yearly change of the logarithm [1/year], dims (draw,) or a number.
        damping: Share of the change that is left a year later, 0 to 1, dims (draw,) or a number.
        horizons: Years ahead.

    Returns:
        Values of the years after the last, dims (draw, horizon): `last · exp(rate · (damping + damping² + …))`.
    """
    start, left = np.atleast_1d(np.asarray(rate, np.float64)), np.atleast_1d(np.asarray(damping, np.float64))
    faults = []
    if not (np.isfinite(last) and last > 0.0):
        faults.append(Fault("last", f"{last} is not a positive number"))
    if not bool(np.all((left >= 0.0) & (left <= 1.0))):
        faults.append(Fault("damping", "a value is outside 0 to 1", "0 means that the trend stops at once"))
    if not bool(np.all(np.isfinite(start))):
        faults.append(Fault("rate", "a value is not finite"))
    if faults:
        raise DataError(faults)
    ahead = np.arange(1, horizons + 1, dtype=np.float64)
    kept = np.cumsum(left[:, None] ** ahead, axis=1)
    return np.asarray(last * np.exp(start[:, None] * kept), dtype=np.float64)


def annual_paths(
    forecast: Forecast, uniforms: ArrayLike, *, base_year: int = BASE_YEAR
) -> tuple[tuple[int, ...], Array]:
    """Years after the base year: observed where they are (the same in every draw), drawn afterwards.

    Args:
        forecast: The predictive distribution; its series ends in the base year or later.
        uniforms: As for `draw_paths`, dims (draw, horizon).
        base_year: Year in which the base financial year opens.

    Returns:
        The years, and the values in published units, dims (draw, year).

    Raises:
        DataError: The base year is not observed on the target basis, or as for `draw_paths`.
    """
    forecast.series.value(base_year)
    drawn = draw_paths(forecast, uniforms)
    known = tuple(year for year in forecast.series.years if year > base_year)
    fixed = np.array([forecast.series.value(year) for year in known], dtype=np.float64)
    values = np.concatenate([np.broadcast_to(fixed, (len(drawn), len(known))), drawn], axis=1)
    return known + forecast.years, values


def monthly_multiplier(
    annual_path: ArrayLike,
    base_value: ArrayLike,
    years: Sequence[int],
    months: Sequence[str],
    *,
    base_year: int = BASE_YEAR,
    scale: Scale = "log",
) -> Array:
    """How many times its base value a series is, month by month.

    The value of a financial year stands at the end of its September; the base year's multiplier there is 1. Between
    two such points the logarithm goes in a straight line by months. Before the base year's September the multiplier
    is 1, and after the last September it stays until that financial year closes in March; later months are refused,
    not invented.

    Args:
        annual_path: Values of `years`, positive, dims (draw, year).
        base_value: Value of the base year in the same units and on the same basis, one number or dims (draw,).
        years: Financial years of the columns by the year they open in, increasing, all after `base_year`; gaps are
            bridged.
        months: Labels `YYYY-MM`.
        base_year: Year in which the base financial year opens.
        scale: `log` gives ratios of the values; `log_odds` gives ratios of their odds, which a caller may apply to the
            odds of any share without pushing it past 1.

    Returns:
        Multipliers, dims (draw, month): at each September `annual_path / base_value` (or the ratio of odds).

    Raises:
        DataError: Shapes that do not fit, values that are not positive, months past the last year.
    """
    path = np.atleast_2d(np.asarray(annual_path, dtype=np.float64))
    base = np.broadcast_to(np.asarray(base_value, dtype=np.float64).reshape(-1), (len(path),))
    _check_path(path, base, years, base_year, scale)
    knots = np.array([month_index(f"{year:04d}-{_MID_YEAR_MONTH:02d}") for year in (base_year, *years)])
    at = np.array([month_index(month) for month in months])
    last = int(knots[-1]) + _MONTHS_AFTER_LAST
    if len(at) and int(at.max()) > last:
        late = months[int(np.argmax(at > last))]
        remedy = f"forecast {-(-(int(at.max()) - last) // MONTHS_PER_YEAR)} years more"
        raise DataError(Fault("months", f"{late} lies past the last forecast year {years[-1]}", remedy))
    steps = to_scale(path, scale) - to_scale(base, scale)[:, None]
    logs = np.concatenate([np.zeros((len(path), 1)), steps], axis=1)
    held = np.clip(at, knots[0], knots[-1])
    right = np.clip(np.searchsorted(knots, held, side="left"), 1, len(knots) - 1)
    left = right - 1
    share = (held - knots[left]) / (knots[right] - knots[left])
    return np.asarray(np.exp(logs[:, left] * (1.0 - share) + logs[:, right] * share), dtype=np.float64)


def _check_path(path: Array, base: Array, years: Sequence[int], base_year: int, scale: Scale) -> None:
    low, high = limits(scale)
    faults = []
    if path.shape[1] != len(years):
        faults.append(Fault("annual_path", f"{path.shape[1]} columns for {len(years)} years", "one column a year"))
    if not years or list(years) != sorted(set(years)) or years[0] <= base_year:
        faults.append(Fault("years", f"{list(years)} must increase and lie after {base_year}"))
    if not all(bool(np.all(np.isfinite(v) & (v > low) & (v < high))) for v in (path, base)):
        faults.append(Fault("annual_path", f"values and base value must lie between {low:g} and {high:g}"))
    if faults:
        raise DataError(faults)
