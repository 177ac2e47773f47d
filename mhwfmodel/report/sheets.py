"""The tables of the workbook that hold the forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.report.board import board, staff
from mhwfmodel.report.excel import BY_ROW, Chart, Column, Sheet, Value
from mhwfmodel.report.measures import BOARD, STAFFING, Measure, drawn, measure, told
from mhwfmodel.report.needs import CROSSED
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.places import ADULTS, region_label
from mhwfmodel.report.wording import month_name
from mhwfmodel.results import STATS, variables
from mhwfmodel.results.tables import stats_by, summary
from mhwfmodel.units import add_months

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["forecast_sheets", "key_columns", "measure_columns", "month_rows", "spread_columns", "wide_rows"]

_STAT_NAMES = {"mean": "mean", "q05": "5 %", "q25": "25 %", "q50": "median", "q75": "75 %", "q95": "95 %"}
_TOLD = ("mean", "q05", "q95")
_CARE = ("filled", "filled_fte", "vacancies", "vacancy_rate", "turnover_rate", "leavers_a_month", "hires_needed")
_GROUP = (*_CARE, *STAFFING)
_SPECIALIST = ("specialist_filled", "specialist_vacancies", "specialist_vacancy_rate", "specialist_turnover_rate")
_PLACE = (*_CARE, *_SPECIALIST, *STAFFING)
_MONTHLY = (
    "filled",
    "filled_fte",
    "establishment",
    "vacancies",
    "vacancy_rate",
    "starters",
    "leavers",
    "turnover_rate",
    "specialist_filled",
    "specialist_vacancies",
)
_CODES = {
    "icb": ("ICB code (ONS, April 2023)", "ICB"),
    "icb_2026": ("ICB code (ONS, April 2026)", "ICB of April 2026"),
    "sector": ("Sector code", "Sector"),
    "role": ("Role code", "Role"),
}
_BLUE, _GREY = "#0b5394", "#7f8c99"


def forecast_sheets(view: Outlook) -> Iterator[Sheet]:
    """Make the tables of a run, those for a board first."""
    area = view.held
    every = "England" if view.whole else "ICBs of this run"
    yield _board_page(view)
    about = f"{area}, social care population: every measure, March of each year"
    yield _by_year(view, f"{every} by year", about, "social_care")
    yield _grouped(view, f"{every} by sector", f"{area} by employing sector, March of each year", ("sector",), _GROUP)
    yield _grouped(view, f"{every} by role", f"{area} by role, March of each year", ("role",), _GROUP)
    yield _by_year(view, "NHS apart", f"{area}, NHS community mental health staff: never added to social care", "nhs")
    yield _grouped(view, "NHS by role", f"{area}, NHS staff by role, March of each year", ("role",), _GROUP, "nhs")
    yield _specialist(view)
    yield _recruits(view)
    yield _grouped(view, "ICB by year", f"{_each(view)}, March of each year", ("icb",), _PLACE)
    yield _icb_rates(view)
    yield _crossed(view, "ICB by sector", f"{_each(view)} and employing sector, March of each year", ("icb", "sector"))
    yield _crossed(view, "ICB by role", f"{_each(view)} and role, March of each year", ("icb", "role"))
    yield _regions(view)
    part = "" if view.whole else "; each only as far as the run has the ICBs of 2023 that it was made of"
    about = f"The ICBs of April 2026, by share of people{part}"
    yield _grouped(view, "ICBs of 2026 by year", about, ("icb_2026",), _PLACE)
    yield _monthly(view)


def _each(view: Outlook) -> str:
    return "Each ICB of April 2023" if view.whole else f"Each of the run’s {len(view.codes)} of 42 ICBs of April 2023"


def _regions(view: Outlook) -> Sheet:
    """Regions; one that the run has in part says so in its name."""
    about = "Each region" if view.whole else "Each region as far as the run has its ICBs, which its name counts"
    made = _grouped(view, "Region by year", about, ("region",), _PLACE)
    rows = [(region_label(view, str(row[0])), *row[1:]) for row in made.rows]
    return Sheet(made.name, made.about, made.columns, rows, keys=made.keys)


def spread_columns(kind: str, unit: str = "", stats: Sequence[str] = STATS) -> tuple[Column, ...]:
    """One column a statistic; the unit in the header where all rows share it."""
    suffix = f" [{unit}]" if unit else ""
    return tuple(Column(f"{_STAT_NAMES[stat]}{suffix}", kind) for stat in stats)


def measure_columns(listed: Sequence[Measure]) -> tuple[Column, ...]:
    """For each measure its mean and interval, the unit in the header."""
    return tuple(
        Column(f"{item.title}, {_STAT_NAMES[stat]} [{item.unit}]", item.kind) for item in listed for stat in _TOLD
    )


def names_of(dim: str) -> Mapping[str, str]:
    """Code to name along a dim; a region's name is its code."""
    if dim == "icb":
        return {place.code: place.short_name for place in catalogue.icbs()}
    if dim == "icb_2026":
        return {place.code: place.short_name for place in catalogue.icbs_2026()}
    if dim == "sector":
        return {item.code: item.name for item in catalogue.sectors()}
    return {item.code: item.name for item in catalogue.roles()} if dim == "role" else {}


def key_columns(dims: Sequence[str]) -> tuple[Column, ...]:
    """Code and name of each dim; a region has a name only."""
    made: list[Column] = []
    for dim in dims:
        if dim == "region":
            made.append(Column("Region", "name"))
        else:
            code, name = _CODES[dim]
            made += [Column(code, "text"), Column(name, "name")]
    return tuple(made)


def wide_rows(
    tables: Mapping[str, xr.DataArray], dims: Sequence[str], months: Sequence[str], stats: Sequence[str] = _TOLD
) -> list[tuple[Value, ...]]:
    """One row a place or group and month, with the statistics of each measure side by side.

    Args:
        tables: By measure, dims (stat, … dims …, month).
        dims: What tells rows apart.
        months: Labels of the months.
        stats: Which statistics.

    Returns:
        Keys, month, then values; rows without any number are left out.
    """
    picked = [
        table.sel(month=list(months), stat=list(stats)).transpose(*dims, "month", "stat") for table in tables.values()
    ]
    values = np.concatenate([np.asarray(table.values, dtype=np.float64) for table in picked], axis=-1)
    labels = [[str(label) for label in picked[0][dim].values] for dim in dims]
    names = [names_of(dim) for dim in dims]
    rows: list[tuple[Value, ...]] = []
    for index in np.ndindex(*values.shape[:-1]):
        if not np.isfinite(values[index]).any():
            continue
        keys: list[Value] = []
        for position, dim in enumerate(dims):
            code = labels[position][index[position]]
            keys += [code] if dim == "region" else [code, names[position][code]]
        rows.append((*keys, months[index[-1]], *values[index].tolist()))
    return rows


def month_rows(stats: xr.DataArray, months: Sequence[str], before: Sequence[Value]) -> list[tuple[Value, ...]]:
    """One row a month of a summary with dims (stat, month), after the same first values."""
    kept = stats.sel(month=list(months)).transpose("month", "stat").values.tolist()
    return [(*before, month, *values) for month, values in zip(months, kept, strict=True)]


def _board_page(view: Outlook) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    kinds: list[str] = []
    for block in (*board(view), *staff(view)):
        for line in block.lines:
            cells = [value for cell in line.cells for value in (cell.mean, cell.q05, cell.q95)]
            rows.append((block.title, line.title, line.unit, *cells))
            kinds.append(line.kind)
    columns = tuple(
        Column(f"{month_name(point.month, short=True)} ({point.place}), {_STAT_NAMES[stat]}", BY_ROW)
        for point in view.points
        for stat in _TOLD
    )
    keys = (Column("Part", "name"), Column("Measure", "name"), Column("Unit", "name"))
    return Sheet("Board page", f"Page one of the report, not rounded: {view.held}", (*keys, *columns), rows, kinds, 3)


def _by_year(view: Outlook, name: str, about: str, population: str) -> Sheet:
    tables = view.total if population == "social_care" else view.nhs
    rows: list[tuple[Value, ...]] = []
    kinds: list[str] = []
    for key, stats in tables.items():
        item = measure(key)
        rows += month_rows(stats, view.years, (item.title, key, item.unit))
        kinds += [item.kind] * len(view.years)
    keys = (Column("Measure", "name"), Column("Variable", "text"), Column("Unit", "name"), Column("Month", "month"))
    return Sheet(name, about, (*keys, *spread_columns(BY_ROW)), rows, kinds, 4, _charts(view, tables))


def _charts(view: Outlook, tables: Mapping[str, xr.DataArray]) -> tuple[Chart, ...]:
    """The filled posts and the vacancy rate with their intervals."""
    lines = tuple(
        (_STAT_NAMES[stat], 4 + STATS.index(stat), colour)
        for stat, colour in (("q05", _GREY), ("mean", _BLUE), ("q95", _GREY))
    )
    made = []
    for place, name in (("L2", "filled"), ("L20", "vacancy_rate")):
        first = list(tables).index(name) * len(view.years)
        item = measure(name)
        rows = (first, first + len(view.years) - 1)
        made.append(Chart(f"{item.title}: mean and interval", item.unit, rows, 3, lines, place, item.kind))
    return tuple(made)


def _grouped(
    view: Outlook, name: str, about: str, dims: tuple[str, ...], listed: Sequence[str], population: str = "social_care"
) -> Sheet:
    tables = {key: told(view.result, key, dims, population=population) for key in listed}
    columns = (*key_columns(dims), Column("Month", "month"), *measure_columns([measure(key) for key in listed]))
    keys = len(key_columns(dims)) + 1
    return Sheet(name, about, columns, wide_rows(tables, dims, view.years), keys=keys)


def _crossed(view: Outlook, name: str, about: str, dims: tuple[str, str]) -> Sheet:
    tables = {key: stats_by(view.result.groups, key, dims, "social_care") for key in CROSSED}
    columns = (*key_columns(dims), Column("Month", "month"), *measure_columns([measure(key) for key in CROSSED]))
    return Sheet(name, about, columns, wide_rows(tables, dims, view.years), keys=5)


def _specialist(view: Outlook) -> Sheet:
    listed = [name for name in BOARD if name.startswith("specialist_")]
    made = _grouped(
        view, "Specialist by role", f"{view.held}, specialist posts by role, March of each year", ("role",), listed
    )
    first = len(key_columns(("role",))) + 1
    kept = [row for row in made.rows if any(isinstance(value, float) and value > 0 for value in row[first:])]
    return Sheet(made.name, made.about, made.columns, kept, keys=made.keys)


def _recruits(view: Outlook) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    for item in variables():
        if item.name.startswith("starters_"):
            yearly = drawn(view.result, item.name).rolling(month=12).mean()
            rows += month_rows(summary(yearly), view.years[1:], (item.long_name, item.name))
    keys = (Column("Source of recruits", "name"), Column("Variable", "text"), Column("12 months to", "month"))
    columns = (*keys, *spread_columns("count", "people a month"))
    about = f"{view.held}: where starters come from: people a month, average of 12 months"
    return Sheet("Recruits by source", about, columns, rows, keys=3)


def _icb_rates(view: Outlook) -> Sheet:
    months = [add_months(view.base, 12 * years) for years in (0, 1, 3, 5, 10)]
    months = [month for month in months if month in view.result.months]
    columns, blocks = [], []
    for name in ("vacancy_rate", "turnover_rate", "specialist_vacancy_rate"):
        item = measure(name)
        for month in months:
            if name == "turnover_rate" and month == view.base:
                continue
            blocks.append(view.icb[name].sel(month=month, stat=list(_TOLD)).transpose("icb", "stat").values)
            when = month_name(month, short=True)
            columns += [Column(f"{item.title} {when}, {_STAT_NAMES[stat]} [{item.unit}]", "rate") for stat in _TOLD]
    per = [ADULTS / catalogue.icb(code).adults for code in view.codes]
    for name, title in (("filled", "Filled posts"), ("specialist_filled", "Specialist posts filled")):
        for month in months:
            mean = view.icb[name].sel(month=month, stat="mean").values * per
            blocks.append(mean[:, None])
            when = month_name(month, short=True)
            columns.append(Column(f"{title} per 100,000 adults {when}, mean [people]", "count"))
    values = np.concatenate(blocks, axis=1).tolist()
    places = [catalogue.icb(code) for code in view.codes]
    rows = [(place.code, place.short_name, place.region, *row) for place, row in zip(places, values, strict=True)]
    keys = (*key_columns(("icb",)), Column("Region", "name"))
    return Sheet("ICB rates", "Rates of each ICB side by side, and posts per adult", (*keys, *columns), rows, keys=2)


def _monthly(view: Outlook) -> Sheet:
    tables = {name: told(view.result, name) for name in _MONTHLY}
    rows = wide_rows(tables, (), view.result.months)
    columns = (Column("Month", "month"), *measure_columns([measure(name) for name in _MONTHLY]))
    about = f"{view.held}, social care population month by month: flows of single months, stocks at their end"
    return Sheet("Monthly England" if view.whole else "Monthly, ICBs of this run", about, columns, rows)
