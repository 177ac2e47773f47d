"""Tables of the national series and their forecasts for the documentation and the report: headings and rows of text."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from mhwfmodel.catalogue import parameter
from mhwfmodel.forecast.backtest import backtest
from mhwfmodel.forecast.paths import damped_path
from mhwfmodel.forecast.predict import forecast_series
from mhwfmodel.forecast.series import SERIES, held_back, series
from mhwfmodel.forecast.splice import Observation

__all__ = [
    "FITTED",
    "Table",
    "trend_backtest",
    "trend_checks",
    "trend_choice",
    "trend_forecasts",
    "trend_links",
    "trend_points",
    "trend_specialist",
]

Table = tuple[Sequence[str], list[Sequence[object]]]

FITTED = ("turnover", "vacancy")
"""The series that are long enough for a model to be fitted."""

_LAST_YEAR = 2033


def trend_points() -> Table:
    """Every published value of every series, the value the model sees, and its use."""
    headings = ("series", "year", "published", "basis", "figure", "status", "on one basis", "note")
    rows: list[Sequence[object]] = []
    for name in SERIES:
        spliced = series(name)
        used = {(p.observation.year, p.observation.basis): p.value for p in spliced.points}
        listed = [*(p.observation for p in spliced.points), *spliced.left_out]
        for item in sorted(listed, key=lambda one: (one.year, one.basis)):
            value = used.get((item.year, item.basis))
            seen = "a link between bases, or replaced" if value is None else shown(name, value)
            rows.append((name, financial(item.year), *_published(name, item), seen, item.note))
    return headings, rows


def _published(name: str, item: Observation) -> tuple[str, str, str, str]:
    return shown(name, item.value), item.basis, item.figure, item.status


def trend_links() -> Table:
    """Every join of two bases: the years that both tell, and what the older values are multiplied by."""
    headings = ("series", "basis", "brought to", "by the year", "odds or counts times")
    rows: list[Sequence[object]] = []
    for name in SERIES:
        for link in series(name).links:
            years = ", ".join(financial(year) for year in link.years)
            rows.append((name, link.basis, link.onto, years, f"{exp(link.shift):.3f}"))
    return headings, rows


def trend_choice() -> Table:
    """The choice between the two models for each fitted series."""
    headings = ("series", "model", "chosen", "log-likelihood", "parameters", "AICc", "weight", "spread rests on")
    rows: list[Sequence[object]] = []
    for name in FITTED:
        forecast = forecast_series(series(name), 1)
        for row in forecast.candidates:
            chosen = "yes" if row.model == forecast.model else ""
            freedom = f"Student t, {forecast.df:.0f} degrees of freedom" if chosen else ""
            numbers = (f"{row.log_likelihood:.2f}", row.parameters, f"{row.aicc:.2f}", f"{row.weight:.2f}")
            rows.append((name, row.model.replace("_", " "), chosen, *numbers, freedom))
    return headings, rows


def trend_forecasts(last_year: int = _LAST_YEAR) -> Table:
    """Median, middle half and 5–95 % of every fitted series and year."""
    headings = ("series", "year", "median", "25–75 %", "5–95 %")
    rows: list[Sequence[object]] = []
    for name in FITTED:
        spliced = series(name)
        for row in forecast_series(spliced, last_year - spliced.years[-1]).summary():
            middle = f"{shown(name, row.q25)} to {shown(name, row.q75)}"
            wide = f"{shown(name, row.q05)} to {shown(name, row.q95)}"
            rows.append((name, financial(row.year), shown(name, row.median), middle, wide))
    return headings, rows


def trend_specialist(last_year: int = _LAST_YEAR) -> Table:
    """Specialist posts at the central values of the two assumptions, and at the ends of their ranges."""
    headings = ("year", "slow fall, soon over", "central", "fast fall, long lasting")
    spliced = series("specialist_posts")
    rate, damping = parameter("specialist_posts_trend"), parameter("specialist_trend_damping")
    first, horizons = spliced.years[-1], last_year - spliced.years[-1]
    paths = damped_path(
        spliced.value(first),
        rate=[rate.high, rate.central, rate.low],
        damping=[damping.low, damping.central, damping.high],
        horizons=horizons,
    )
    rows: list[Sequence[object]] = [
        (financial(first + 1 + step), *(shown("specialist_posts", float(value)) for value in paths[:, step]))
        for step in range(horizons)
    ]
    return headings, rows


def trend_backtest() -> Table:
    """What the method would have said of late years from the years before."""
    headings = ("series", "year", "median", "5–95 %", "came", "last value known then", "within 5–95 %")
    rows: list[Sequence[object]] = []
    for name in FITTED:
        for row in backtest(series(name)):
            told = [shown(name, value) for value in (row.median, row.q05, row.q95, row.came, row.naive)]
            within = "yes" if row.covered else "no"
            rows.append((name, financial(row.year), told[0], f"{told[1]} to {told[2]}", told[3], told[4], within))
    return headings, rows


def trend_checks() -> Table:
    """Figures that no model was fitted to, beside the forecast of their year."""
    headings = ("series", "figure", "status", "year", "told", "median", "5–95 %")
    rows: list[Sequence[object]] = []
    for name in FITTED:
        for held in held_back(name):
            spliced = series(name)
            row = forecast_series(spliced, held.year - spliced.years[-1]).summary()[-1]
            wide = f"{shown(name, row.q05)} to {shown(name, row.q95)}"
            told = (shown(name, held.value), shown(name, row.median), wide)
            rows.append((name, held.figure, held.status, financial(held.year), *told))
    return headings, rows


def financial(year: int) -> str:
    """A financial year as it is written: 2023 is 2023/24."""
    return f"{year}/{(year + 1) % 100:02d}"


def shown(name: str, value: float) -> str:
    """A value as a reader wants it: rates in per cent with one decimal, counts to the nearest hundred."""
    return f"{100.0 * value:.1f} %" if SERIES[name].scale == "log_odds" else f"{round(value, -2):,.0f}"
