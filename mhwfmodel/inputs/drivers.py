"""What moves the rates of the expected baseline: published trends, carried on by statsmodels as draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import forecast, rng, units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["SERIES_IDS", "Drivers", "expected", "held"]

SERIES_IDS = {"turnover": 1, "vacancy": 2, "international_recruits": 3}
"""Stable numbers of the series in the counter of random numbers."""

_SUB_BITS = 16
_MEDIAN = 0.5


@dataclass(frozen=True, slots=True)
class Drivers:
    """Paths relative to 2023/24, each with dims (draw, month); logarithms, 0 where nothing changes.

    Args:
        leaving: Of the hazards of leaving.
        time_to_fill: Of the time that a vacancy stays open.
        posts: Of all funded posts of the social care population.
        specialist_posts: Of funded specialist posts; what they lose the general posts of the ICB and sector gain.
        abroad: Of recruits from abroad.
    """

    leaving: Table
    time_to_fill: Table
    posts: Table
    specialist_posts: Table
    abroad: Table


def held(draws: int, months: int) -> Drivers:
    """Constant rates and posts."""
    zero = np.zeros((draws, months))
    return Drivers(zero, zero, zero, zero, zero)


def expected(parameters: ParameterDraws, months: Sequence[str]) -> Drivers:
    """The trends in turnover and vacancies of all social care, in specialist posts and in recruits from abroad.

    The time to fill follows from the other two: with vacancies odds o and turnover m relative to the base year, a
    vacancy stays open o / m times as long.
    """
    turnover = _multiplier(parameters, "turnover", months, odds=False)
    vacancy = _multiplier(parameters, "vacancy", months, odds=True)
    years = (np.arange(len(months)) + 1.0) / units.MONTHS_PER_YEAR
    growth = np.log1p(parameters.value("posts_growth"))
    return Drivers(
        leaving=np.log(turnover),
        time_to_fill=np.log(vacancy) - np.log(turnover),
        posts=growth[:, None] * years,
        specialist_posts=_specialist(parameters, years),
        abroad=np.log(_multiplier(parameters, "international_recruits", months, odds=False)),
    )


@cache
def trend(name: str, last_month: str, *, step: float) -> forecast.Forecast:
    """The forecast of a national series up to the financial year of a month: the same for all draws, so made once.

    Args:
        name: One of `SERIES_IDS`.
        last_month: Last month that the run needs.
        step: Standard deviation of a year's step for the series of three points, which fits no model.
    """
    found = forecast.series(name)
    horizons = max(1, int(units.financial_year(last_month)[:4]) - found.years[-1])
    if name == "international_recruits":
        return forecast.stated_forecast(found, horizons, step_sd=step)
    return forecast.forecast_series(found, horizons)


def _multiplier(parameters: ParameterDraws, name: str, months: Sequence[str], *, odds: bool) -> Table:
    """A series relative to 2023/24, drawn and told month by month, dims (draw, month)."""
    step = parameters.parameter("international_recruits_step").central
    predicted = trend(name, months[-1], step=step)
    horizons = np.arange(len(predicted.years), dtype=np.uint32)
    if parameters.central:
        uniform = np.full((parameters.draws.size, horizons.size), _MEDIAN)
    else:
        entities = (np.uint32(SERIES_IDS[name]) << np.uint32(_SUB_BITS)) + horizons
        uniform = rng.uniform(parameters.seed, parameters.draws, entities, rng.Purpose.DRIVER)
    years, values = forecast.annual_paths(predicted, uniform)
    base = predicted.series.value(forecast.BASE_YEAR)
    if odds:
        values, base = values / (1.0 - values), base / (1.0 - base)
    return forecast.monthly_multiplier(values, base, years, months)


def _specialist(parameters: ParameterDraws, years: Table) -> Table:
    """Logarithm of specialist posts, which change at a rate that dies away, dims (draw, month)."""
    whole = int(np.ceil(years[-1]))
    path = forecast.damped_path(
        1.0,
        rate=parameters.value("specialist_posts_trend"),
        damping=parameters.value("specialist_trend_damping"),
        horizons=whole,
    )
    logs = np.concatenate([np.zeros((len(path), 1)), np.log(path)], axis=1)
    left = np.minimum(np.floor(years).astype(np.int64), whole - 1)
    share = years - left
    return logs[:, left] * (1.0 - share) + logs[:, left + 1] * share
