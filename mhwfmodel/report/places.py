"""Places: the table of ICBs, the map of hexagons, and one ICB beside its region and England."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mhwfmodel import catalogue
from mhwfmodel.report.measures import Measure, measure
from mhwfmodel.report.outlook import PLACES, Outlook, Spread, spread
from mhwfmodel.report.story import outlook_month
from mhwfmodel.report.wording import month_name, per_cent, span
from mhwfmodel.results import STATS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["ADULTS", "hexagons", "icb_rows", "my_icb", "region_label"]

ADULTS = 100_000
"""Posts are told per so many adults."""

_PER_ADULTS = {
    "filled_per_adults": ("filled", "Filled posts per 100,000 adults", "people aged 18 and over, mid-2023"),
    "specialist_per_adults": (
        "specialist_filled",
        "Filled specialist posts per 100,000 adults",
        "people aged 18 and over, mid-2023",
    ),
}
_RATE_DIGITS = 6


def adults(codes: Sequence[str]) -> int:
    """People aged 18 and over in ICBs, mid-2023."""
    return sum(catalogue.icb(code).adults for code in codes)


def hexagons(view: Outlook) -> list[dict[str, Any]]:
    """One hexagon an ICB and month: its place, names, and mean vacancy rate; an ICB that was not run has none."""
    stats = view.icb["vacancy_rate"]
    made = []
    for month in dict.fromkeys((view.base, outlook_month(view))):
        for place in catalogue.icbs():
            known = place.code in view.codes
            cell = spread(stats, icb=place.code, month=month) if known else None
            made.append(
                {
                    "month": month_name(month),
                    "code": place.code,
                    "name": place.short_name,
                    "region": place.region,
                    "label": place.abbreviation,
                    "x": place.hex_col + 0.5 * (place.hex_row % 2),
                    "y": place.hex_row,
                    "rate": round(cell.mean, 4) if cell else None,
                    "shown": _told_rate(cell) if cell else "not in this run",
                }
            )
    return made


def _told_rate(cell: Spread) -> str:
    interval = span(cell.q05, cell.q95, "rate")
    return f"{per_cent(cell.mean)} ({interval})" if interval else per_cent(cell.mean)


def icb_rows(view: Outlook) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """The map as a table: code, name, region, and the vacancy rate with its interval in each of its months."""
    stats = view.icb["vacancy_rate"]
    months = tuple(dict.fromkeys((view.base, outlook_month(view))))
    made = []
    for code in view.codes:
        place = catalogue.icb(code)
        cells = [spread(stats, icb=code, month=month) for month in months]
        told = tuple(part for cell in cells for part in (per_cent(cell.mean), span(cell.q05, cell.q95, "rate")))
        made.append((code, place.short_name, place.region, told))
    return sorted(made, key=lambda row: row[1])


def region_label(view: Outlook, name: str) -> str:
    """A region's name, with how many of its ICBs the run has when it has not all."""
    region = next(item for item in catalogue.regions() if item.name == name)
    held = sum(code in view.codes for code in region.icbs)
    return name if held == len(region.icbs) else f"{name} ({held} of {len(region.icbs)} ICBs)"


def my_icb(view: Outlook) -> dict[str, Any]:
    """Compact data of the picker: for every ICB, region and the whole run, each measure by year.

    Returns:
        `months`, `years`, `measures`, and `places` by code; a place holds, by measure, a list over years of
        [mean, q05, q25, q50, q75, q95], null where there is no number.
    """
    listed = [_told(name) for name in ("filled", "filled_per_adults", *PLACES[1:], "specialist_per_adults")]
    regions: dict[str, list[str]] = {}
    for code in view.codes:
        regions.setdefault(catalogue.icb(code).region, []).append(code)
    places = {}
    for code in view.codes:
        place = catalogue.icb(code)
        slices = {name: stats.sel(icb=code) for name, stats in view.icb.items()}
        beside = _beside(code, regions)
        places[code] = _place(view, place.short_name, [code], slices) | {"region": place.region, "beside": beside}
    for name, inside in regions.items():
        slices = {key: stats.sel(region=name) for key, stats in view.region.items()}
        places[name] = _place(view, region_label(view, name), inside, slices)
    whole = {name: view.total[name] for name in PLACES}
    places["all"] = _place(view, view.area[:1].upper() + view.area[1:], list(view.codes), whole)
    return {
        "years": [month_name(month) for month in view.years],
        "months": list(view.years),
        "measures": [{"name": m.name, "title": m.title, "unit": m.unit, "kind": m.kind} for m in listed],
        "places": places,
    }


def _beside(code: str, regions: Mapping[str, Sequence[str]]) -> list[str]:
    """Which columns say more than the ICB's own: its region and the whole run, where they hold more than it does."""
    region = catalogue.icb(code).region
    held = [("region", len(regions[region])), ("all", sum(map(len, regions.values())))]
    sizes = [1, *(size for _, size in held)]
    return ["icb", *(name for (name, size), before in zip(held, sizes, strict=False) if size > before)]


def _told(name: str) -> Measure:
    if name in _PER_ADULTS:
        _, title, unit = _PER_ADULTS[name]
        return Measure(name, title, unit, "count", title)
    return measure(name)


def _place(view: Outlook, name: str, inside: list[str], slices: Mapping[str, xr.DataArray]) -> dict[str, Any]:
    per = ADULTS / adults(inside)
    values = {key: _numbers(view, stats, 1.0, measure(key).kind) for key, stats in slices.items()}
    for made, (key, _, _) in _PER_ADULTS.items():
        values[made] = _numbers(view, slices[key], per, "count")
    return {"name": name, "values": values}


def _numbers(view: Outlook, stats: xr.DataArray, factor: float, kind: str) -> list[list[float | None]]:
    kept = stats.sel(month=list(view.years)).transpose("month", "stat").values * factor
    digits = _RATE_DIGITS if kind == "rate" else 3
    rows: list[list[float]] = kept.reshape(-1, len(STATS)).tolist()
    return [[round(value, digits) if math.isfinite(value) else None for value in row] for row in rows]
