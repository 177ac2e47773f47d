"""Vega-Lite specifications of the trajectories: fans over draws, with axes that say where they start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.report.measures import measure
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.wording import amount, month_name, span
from mhwfmodel.results import STATS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["BLUE", "ORANGE", "fan", "icb_fan", "trajectories"]

BLUE = "#0b5394"
ORANGE = "#b45309"
_FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_TALL = 190
_PANELS = (
    ("filled-posts", ("filled",)),
    ("vacancies", ("vacancies",)),
    ("vacancy-rate", ("vacancy_rate",)),
    ("turnover", ("turnover_rate",)),
    ("hires-leavers", ("hires_needed",)),
    ("specialist", ("specialist_filled",)),
)
_QUARTER = 3
_ZERO_UNLESS = 0.6


def trajectories(view: Outlook) -> list[dict[str, Any]]:
    """The small multiples: for each its id, title, subtitle, description and Vega-Lite specification."""
    made = []
    for name, (told,) in _PANELS:
        rows = fan_rows(view.total[told])
        if rows:
            made.append({"id": f"chart-{name}", **fan(told, rows, view.area)})
    return made


def fan_rows(stats: xr.DataArray) -> list[dict[str, Any]]:
    """A summary as rows by quarter, values that are not numbers left out."""
    kept = stats.transpose("month", "stat")
    kind = measure_kind(stats)
    rows = []
    for label, values in zip(kept["month"].values.tolist()[::_QUARTER], kept.values[::_QUARTER].tolist(), strict=True):
        if math.isfinite(values[0]):
            rows.append(_row(str(label), values, kind))
    return rows


def measure_kind(stats: xr.DataArray) -> str:
    """Guess from its size whether a summary is of a rate: counts of a run are above any rate."""
    largest = float(np.nanmax(stats.values)) if np.isfinite(stats.values).any() else 0.0
    return "rate" if largest < 5 else "count"


def _row(label: str, values: list[float], kind: str) -> dict[str, Any]:
    digits = 4 if kind == "rate" else 0
    figures = dict(zip(STATS, (round(value, digits) for value in values), strict=True))
    low, high = figures["q05"], figures["q95"]
    return figures | {"month": label, "when": month_name(label), "told": f"{amount(figures['q50'], kind)} ({span(low, high, kind)})"}


def fan(name: str, rows: list[dict[str, Any]], area: str) -> dict[str, Any]:
    """One panel.

    Args:
        name: A measure of the report.
        rows: What `fan_rows` gives.
        area: Whose workforce it is.

    Returns:
        `title`, `subtitle`, `description` and `spec`.
    """
    told = measure(name)
    low, high = min(row["q05"] for row in rows), max(row["q95"] for row in rows)
    start = _axis_start(low, high)
    subtitle = told.unit + (f"; the axis starts at {amount(start, told.kind)}, not at zero" if start else "")
    first, last = rows[0], rows[-1]
    description = (
        f"{told.title}, {area}: {amount(first['q50'], told.kind)} in {month_name(first['month'])},"
        f" {amount(last['q50'], told.kind)} in {month_name(last['month'])}"
        f" (nine futures in ten: {span(last['q05'], last['q95'], told.kind)})."
    )
    spec = _fan_spec(rows, start, told.kind, told.title)
    return {"title": told.title, "subtitle": subtitle, "description": description, "spec": spec}


def _axis_start(low: float, high: float) -> float:
    """Zero, unless the whole fan lies so far above it that nothing could be read."""
    if low < _ZERO_UNLESS * high:
        return 0.0
    step = 10.0 ** math.floor(math.log10(high)) / 2.0
    return max(0.0, math.floor((low - 0.5 * (high - low)) / step) * step)


def _fan_spec(rows: list[dict[str, Any]], start: float, kind: str, title: str) -> dict[str, Any]:
    import altair as alt

    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_time(alt))
    scale = alt.Scale(domainMin=start, zero=start == 0.0, nice=True)
    axis = alt.Axis(format=".0%" if kind == "rate" else ",.0f", tickCount=5)
    tooltip = [_month(alt), alt.Tooltip("told:N", title=title)]
    layers = [
        base.mark_area(opacity=0.22, color=BLUE).encode(y=alt.Y("q05:Q", title=None, scale=scale, axis=axis), y2="q95:Q"),
        base.mark_area(opacity=0.38, color=BLUE).encode(y=alt.Y("q25:Q", title=None), y2="q75:Q"),
        base.mark_line(color=BLUE, strokeWidth=2.2).encode(y=alt.Y("q50:Q", title=None)),
        base.mark_rule(strokeWidth=9, opacity=0.001).encode(y=alt.Y("q05:Q", title=None), y2="q95:Q", tooltip=tooltip),
    ]
    return finished(alt.layer(*layers), height=_TALL)


def icb_fan(kind: str) -> dict[str, Any]:
    """The panel of the picked ICB; its rows come from the page's script as the data set `place`.

    Args:
        kind: `count` shows the ICB alone, `rate` its region and the whole run beside it.
    """
    import altair as alt

    base = alt.Chart(alt.NamedData(name="place")).encode(x=_time(alt))
    axis = alt.Axis(format=".0%" if kind == "rate" else ",.0f", tickCount=5)
    y = alt.Y("q05:Q", title=None, axis=axis, scale=alt.Scale(zero=True, nice=True))
    mine = base.transform_filter("datum.who == 'icb'")
    tooltip = [_month(alt), alt.Tooltip("name:N", title="Place"), alt.Tooltip("told:N", title="Forecast")]
    layers: list[Any] = [
        mine.mark_area(opacity=0.22, color=BLUE).encode(y=y, y2="q95:Q"),
        mine.mark_area(opacity=0.38, color=BLUE).encode(y=alt.Y("q25:Q", title=None), y2="q75:Q"),
        mine.mark_line(color=BLUE, strokeWidth=2.4).encode(y=alt.Y("q50:Q", title=None)),
        mine.mark_point(size=140, opacity=0.001).encode(y=alt.Y("q50:Q", title=None), tooltip=tooltip),
    ]
    if kind == "rate":
        layers += _neighbours(alt, base, tooltip)
    spec = finished(alt.layer(*layers), height=_TALL)
    spec["datasets"] = {"place": []}
    return spec


def _neighbours(alt: Any, base: Any, tooltip: list[Any]) -> list[Any]:
    """Lines of the region (dashed) and of the whole run (dotted)."""
    made = []
    for who, colour, dash in (("region", ORANGE, [6, 3]), ("all", "#444444", [2, 2])):
        line = base.transform_filter(f"datum.who == '{who}'").encode(y=alt.Y("q50:Q", title=None))
        made += [
            line.mark_line(color=colour, strokeWidth=1.8, strokeDash=dash),
            line.mark_point(size=140, opacity=0.001).encode(tooltip=tooltip),
        ]
    return made


def _time(alt: Any) -> Any:
    axis = alt.Axis(format="%Y", tickCount={"interval": "year", "step": 2}, grid=False, title="Year")
    return alt.X("month:T", title=None, axis=axis, timeUnit=alt.Undefined, scale=alt.Scale(type="utc", nice=False))


def _month(alt: Any) -> Any:
    return alt.Tooltip("when:N", title="Month")


def finished(chart: Any, *, height: int) -> dict[str, Any]:
    """A chart as plain data: as wide as its place on the page, in the page's own letters."""
    spec: dict[str, Any] = chart.properties(width="container", height=height).to_dict(format="vega-lite")
    spec.pop("$schema", None)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["config"] = {
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {"labelColor": "#333", "titleColor": "#333", "gridColor": "#e3e6ea", "labelFontSize": 11, "domain": False},
    }
    return spec
