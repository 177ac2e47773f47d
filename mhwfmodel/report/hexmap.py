"""The map: one hexagon an ICB, alike in size, as Vega-Lite specifications that share one scale."""

from __future__ import annotations

import math
from typing import Any

from mhwfmodel.report.charts import finished
from mhwfmodel.report.wording import per_cent

__all__ = ["hexmaps"]

_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_RADIUS = 22.5
_GAP = 1.0
_DARK = 0.5
_NOT_RUN = "#e3e6e8"


def hexmaps(hexagons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One map a month.

    Args:
        hexagons: One row an ICB and month, as `places.hexagons` gives them.

    Returns:
        For each month `id`, `title`, `description` and `spec`; the colours mean the same on all of them.
    """
    rates = [row["rate"] for row in hexagons if row["rate"] is not None]
    low, high = math.floor(min(rates) * 100) / 100, math.ceil(max(rates) * 100) / 100
    months = list(dict.fromkeys(row["month"] for row in hexagons))
    made = []
    for number, month in enumerate(months):
        rows = [row for row in hexagons if row["month"] == month]
        known = sorted((row["rate"], row["name"]) for row in rows if row["rate"] is not None)
        grey = "" if len(known) == len(rows) else "; those that are not in this run are grey"
        description = (
            f"Map of the ICBs as hexagons, coloured by vacancy rate in {month}{grey}: from {per_cent(known[0][0])} in"
            f" {known[0][1]} to {per_cent(known[-1][0])} in {known[-1][1]}. The table below has every value."
        )
        spec = _spec(rows, (low, max(high, low + 0.01)), whole=len(known) == len(rows))
        made.append({"id": f"map-{number}", "title": month, "description": description, "spec": spec})
    return made


def _colour(domain: tuple[float, float], *, digits: int) -> Any:
    """Darker where a larger share of funded posts is vacant."""
    import altair as alt

    legend = alt.Legend(
        title="Vacant posts as % of funded posts",
        format=f".{digits}%",
        orient="bottom",
        gradientLength=240,
        titleLimit=300,
        tickCount=4,
    )
    return alt.Color("rate:Q", scale=alt.Scale(scheme="blues", domain=domain), legend=legend)


def _spec(rows: list[dict[str, Any]], domain: tuple[float, float], *, whole: bool) -> dict[str, Any]:
    import altair as alt

    low, high = domain
    middle = low + _DARK * (high - low)
    columns = (-0.6, 9.1)
    lines = (-0.8, max(row["y"] for row in rows) + 0.8)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=columns, nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=lines, nice=False, zero=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    colour = _colour(domain, digits=0 if whole else 1)
    tooltip = [
        alt.Tooltip("name:N", title="ICB"),
        alt.Tooltip("region:N", title="Region"),
        alt.Tooltip("month:N", title="Month"),
        alt.Tooltip("shown:N", title="Vacancy rate"),
    ]
    shape = base.mark_point(
        shape=_HEXAGON,
        size=(2 * _RADIUS) ** 2,
        filled=True,
        opacity=1,
        stroke="#5b6770",
        strokeWidth=0.6,
    )
    told = "datum.rate !== null"
    hexagon = shape.transform_filter(told).encode(color=colour, tooltip=tooltip)
    missing = shape.transform_filter(f"!({told})").encode(color=alt.value(_NOT_RUN), tooltip=tooltip)
    letters = base.mark_text(fontWeight=600).encode(
        text="label:N",
        size=alt.condition("length(datum.label) > 4", alt.value(8.5), alt.value(10.5)),
        color=alt.condition(f"datum.rate > {middle}", alt.value("#ffffff"), alt.value("#1a1a1a")),
        tooltip=tooltip,
    )
    unit = math.sqrt(3) * _RADIUS + _GAP
    height = round((lines[1] - lines[0]) * (1.5 * _RADIUS + _GAP))
    spec = finished(alt.layer(hexagon, letters) if whole else alt.layer(missing, hexagon, letters), height=height)
    spec["width"] = round((columns[1] - columns[0]) * unit)
    spec.pop("autosize")
    return spec
