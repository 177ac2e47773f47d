"""Short national series with breaks: joined, modelled, carried on as draws, and told month by month."""

from __future__ import annotations

from mhwfmodel.forecast.backtest import BacktestRow, backtest
from mhwfmodel.forecast.paths import BASE_YEAR, annual_paths, damped_path, draw_paths, monthly_multiplier
from mhwfmodel.forecast.predict import (
    Candidate,
    Forecast,
    Parameter,
    SummaryRow,
    forecast_series,
    stated_forecast,
)
from mhwfmodel.forecast.series import SERIES, SeriesInfo, held_back, observations, series
from mhwfmodel.forecast.splice import Link, Observation, Point, Spliced, splice

__all__ = [
    "BASE_YEAR",
    "SERIES",
    "BacktestRow",
    "Candidate",
    "Forecast",
    "Link",
    "Observation",
    "Parameter",
    "Point",
    "SeriesInfo",
    "Spliced",
    "SummaryRow",
    "annual_paths",
    "backtest",
    "damped_path",
    "draw_paths",
    "forecast_series",
    "held_back",
    "monthly_multiplier",
    "observations",
    "series",
    "splice",
    "stated_forecast",
]
