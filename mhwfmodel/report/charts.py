"""Vega-Lite specifications of the trajectories: fans over draws, with axes that say where they start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mhwfmodel.report.measures import measure
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.wording import amount, month_name, span
from mhwfmodel.results import STATS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["BLUE", "ORANGE", "fan", "icb_fan", "trajectories"]

BLUE = "#0b5394"
ORANGE = "#b45309"
INK = "#1b1f24"
_FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_TALL = 170
_PANELS = (
    "filled",
    "vacancies",
    "vacancy_rate",
    "turnover_rate",
    "leavers_a_month",
    "starters_a_month",
    "specialist_filled",
    "specialist_vacancy_rate",
)
_QUARTER = 3
_SHORT = 12
_ZERO_UNLESS = 0.6


def trajectories(view: Outlook) -> list[dict[str, Any]]:
    """The small multiples: for each its id, title, subtitle, description and Vega-Lite specification."""
    made = []
    for name in _PANELS:
        rows = fan_rows(view.total[name], measure(name).kind)
        if rows:
            made.append({"id": f"chart-{name.replace('_', '-')}", **fan(name, rows, view.area)})
    return made


def fan_rows(stats: xr.DataArray, kind: str) -> list[dict[str, Any]]:
    """A summary as rows by quarter, values that are not numbers left out.

    Args:
        stats: Dims (stat, month).
        kind: `count` or `rate`.
    """
    kept = stats.transpose("month", "stat")
    rows = []
    for label, values in zip(kept["month"].values.tolist()[::_QUARTER], kept.values[::_QUARTER].tolist(), strict=True):
        if math.isfinite(values[0]):
            rows.append(_row(str(label), values, kind))
    return rows


def _row(label: str, values: list[float], kind: str) -> dict[str, Any]:
    digits = 4 if kind == "rate" else 0
    figures = dict(zip(STATS, (round(value, digits) for value in values), strict=True))
    words = dict(zip(STATS, (amount(value, kind) for value in values), strict=True))
    interval = span(values[STATS.index("q05")], values[STATS.index("q95")], kind)
    return figures | {
        "month": label,
        "when": month_name(label),
        "mid": words["q50"],
        "avg": words["mean"],
        "nine": interval,
    }


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
    start = _axis_start(low, high) if told.kind == "count" else 0.0
    subtitle = told.unit + (f"; the axis starts at {amount(start, told.kind)}, not at zero" if start else "")
    first, last = rows[0], rows[-1]
    description = (
        f"{told.title}, {area}: {first['avg']} in {first['when']}, {last['avg']} in {last['when']}"
        f"{' (nine futures in ten: ' + last['nine'] + ')' if last['nine'] else ''}."
    )
    spec = _fan_spec(rows, start, told.kind)
    return {"title": told.title, "subtitle": subtitle, "description": description, "spec": spec}


def _axis_start(low: float, high: float) -> float:
    """Zero, unless the whole fan lies so far above it that nothing could be read."""
    if low < _ZERO_UNLESS * high:
        return 0.0
    step = 10.0 ** math.floor(math.log10(high)) / 2.0
    return max(0.0, math.floor((low - 0.5 * (high - low)) / step) * step)


def _fan_spec(rows: list[dict[str, Any]], start: float, kind: str) -> dict[str, Any]:
    import altair as alt

    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_time(alt, short=len(rows) <= _SHORT))
    scale = alt.Scale(domainMin=start, zero=False, nice=True) if start else alt.Scale(zero=True, nice=True)
    axis = alt.Axis(format=".1~%" if kind == "rate" else ",.0f", tickCount=5)
    tooltip = [
        _month(alt),
        alt.Tooltip("mid:N", title="Middle"),
        alt.Tooltip("avg:N", title="Average"),
        alt.Tooltip("nine:N", title="Nine in ten"),
    ]
    layers = [
        base.mark_area(opacity=0.22, color=BLUE).encode(
            y=alt.Y("q05:Q", title=None, scale=scale, axis=axis), y2="q95:Q"
        ),
        base.mark_area(opacity=0.38, color=BLUE).encode(y=alt.Y("q25:Q", title=None), y2="q75:Q"),
        base.mark_line(color=BLUE, strokeWidth=2.2).encode(y=alt.Y("q50:Q", title=None)),
        base.mark_line(color=INK, strokeWidth=1.4, strokeDash=[4, 3]).encode(y=alt.Y("mean:Q", title=None)),
        base.mark_rule(strokeWidth=9, opacity=0.001).encode(y=alt.Y("q05:Q", title=None), y2="q95:Q", tooltip=tooltip),
    ]
    return finished(alt.layer(*layers), height=_TALL)


def icb_fan(kind: str, *, short: bool) -> dict[str, Any]:
    """The panel of the picked ICB; its rows come from the page's script as the data set `place`.

    Args:
        kind: `count` shows the ICB alone, `rate` its region and the whole run beside it.
        short: The run has three years at most: name months, not years.
    """
    import altair as alt

    base = alt.Chart(alt.NamedData(name="place")).encode(x=_time(alt, short=short))
    axis = alt.Axis(format=".1~%" if kind == "rate" else ",.0f", tickCount=5)
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
    return finished(alt.layer(*layers), height=_TALL)


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


def _time(alt: Any, *, short: bool) -> Any:
    ticks = {"interval": "month", "step": 6} if short else {"interval": "year", "step": 2}
    title = "Month" if short else "Year"
    axis = alt.Axis(format="%b %Y" if short else "%Y", tickCount=ticks, grid=False, title=title)
    return alt.X("month:T", title=None, axis=axis, scale=alt.Scale(type="utc", nice=False))


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
        "axis": {
            "labelColor": "#333",
            "titleColor": "#333",
            "gridColor": "#e3e6ea",
            "labelFontSize": 11,
            "domain": False,
        },
    }
    return spec
