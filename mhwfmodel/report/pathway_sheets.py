"""The tables of the workbook on the pathway: who waits and how long, by stage, pool and board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.pathway_measures import ALL
from mhwfmodel.report.excel import Column, Sheet, Value
from mhwfmodel.report.measures import measure
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.pathway import DEFINED, PAGE
from mhwfmodel.report.sheets import measure_columns
from mhwfmodel.results.pathway_tables import WAITS, pathway_stats
from mhwfmodel.results.tables import summary

if TYPE_CHECKING:
    import xarray as xr

    from mhwfmodel.results import Comparison, Result

__all__ = [
    "POOLS",
    "STAGES",
    "TOTALS",
    "key_columns_of",
    "pathway_months",
    "pathway_sheets",
    "place_rows",
    "waits_difference",
]

_TOLD = ("mean", "q05", "q95")
TOTALS = ("arrived", "waiting", "in_work", "gave_up")
STAGES = ("waiting", "in_work", "joined", "seen", "gave_up", "stage_wait_mean", "stage_wait_within_4_weeks")
POOLS = ("on_duty", "staff_ratio", "utilisation")
_HEADS = {
    "icb": ("ICB code (ONS, April 2023)", "ICB"),
    "stage": ("Stage code", "Stage"),
    "pool": ("Pool code", "Pool"),
    "definition": ("Definition", "Which waits"),
}
_ASSUMED = "Waits by ICB are assumed: the same referrals a head everywhere; ICBs differ by people and staff alone"


def pathway_sheets(view: Outlook) -> Iterator[Sheet]:
    """Make the tables; none where the run has no pathway."""
    if not view.result.has_pathway:
        return
    area = view.held
    waits = "completed waits are of those seen in the month, waits so far of those who still wait at its end"
    yield _sheet(view, "Waits by year", f"{area}: waits since referral, March of each year; {waits}", (), WAITS)
    yield _sheet(view, "Waits by ICB", f"Waits of each ICB, March of each year; {waits}. {_ASSUMED}", ("icb",), WAITS)
    about = f"{area}: people on the pathway by stage, March of each year. See “{PAGE}”"
    yield _sheet(view, "Pathway by stage", about, ("stage",), STAGES)
    about = f"People on the pathway of each ICB over all stages, March of each year. {_ASSUMED}"
    yield _sheet(view, "Pathway by ICB", about, ("icb",), TOTALS)
    about = "Staff and places of each ICB, March of each year: on duty, against what the pathway states, and in use"
    yield _sheet(view, "Pathway staff by ICB", about, ("icb",), POOLS)


def _sheet(view: Outlook, name: str, about: str, by: tuple[str, ...], listed: Sequence[str]) -> Sheet:
    """One row a place, group and year; of each measure its mean and interval."""
    tables = {key: pathway_stats(view.result.groups, key, by) for key in listed}
    months = [month for month in view.years if month in view.result.pathway["month"].values]
    dims = [str(dim) for dim in tables[listed[0]].dims if dim not in ("stat", "month")]
    keys = [column for dim in dims for column in key_columns_of(dim)]
    columns = (*keys, Column("Month", "month"), *measure_columns([measure(key) for key in listed]))
    return Sheet(name, about, columns, list(_rows(view, tables, dims, months)), keys=len(keys) + 1)


def key_columns_of(dim: str) -> tuple[Column, ...]:
    """Code and name of a dim of a pathway, or its word alone."""
    if dim not in _HEADS:
        return (Column(dim.capitalize(), "text"),)
    code, name = _HEADS[dim]
    return Column(code, "text"), Column(name, "name")


def _rows(
    view: Outlook, tables: Mapping[str, xr.DataArray], dims: Sequence[str], months: Sequence[str]
) -> Iterator[tuple[Value, ...]]:
    picked = [table.sel(stat=list(_TOLD), month=list(months)) for table in tables.values()]
    return place_rows(picked, dims, _names(view))


def place_rows(
    tables: Sequence[xr.DataArray], dims: Sequence[str], names: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Value, ...]]:
    """One row a place, group and month, with the numbers of each table side by side.

    Args:
        tables: Dims (… dims …, month) and perhaps stat, all of the same labels. Each is read once.
        dims: What tells rows apart.
        names: Code to name along the dims that have names.

    Returns:
        Codes with their names, month, then values; rows without any number are left out.
    """
    months = [str(month) for month in tables[0]["month"].values]
    labels = [[str(label) for label in tables[0][dim].values] for dim in dims]
    shape = (*map(len, labels), len(months), -1)
    values = [table.transpose(*dims, "month", ...).values.reshape(shape) for table in tables]
    cells = np.concatenate(values, axis=-1).astype(np.float64)
    known = np.isfinite(cells)
    for place in product(*(range(len(listed)) for listed in labels)):
        codes = [(dim, labels[at][number]) for at, (dim, number) in enumerate(zip(dims, place, strict=True))]
        told = [word for dim, code in codes for word in ((code, names[dim][code]) if dim in names else (code,))]
        for at, month in enumerate(months):
            if known[(*place, at)].any():
                yield (*told, month, *cells[(*place, at)].tolist())


def _names(view: Outlook) -> dict[str, Mapping[str, str]]:
    data = view.result.pathway
    found: dict[str, Mapping[str, str]] = {
        dim: dict(zip(data[dim].values.tolist(), data[f"{dim}_name"].values.tolist(), strict=True))
        for dim in ("stage", "pool")
    }
    return found | {"icb": {place.code: place.short_name for place in catalogue.icbs()}, "definition": DEFINED}


def pathway_months(result: Result, picked: Sequence[str]) -> tuple[str, ...]:
    """Those of some months that the pathway of a run has, or its last where it has none of them."""
    kept = [str(month) for month in result.pathway["month"].values]
    return tuple(month for month in picked if month in kept) or (kept[-1],)


def waits_difference(comparisons: Sequence[Comparison], picked: Sequence[str], when: str) -> Iterator[Sheet]:
    """The table of what plans change for those who wait; none where a run has no pathway.

    Args:
        comparisons: All of one base.
        picked: Labels of the months.
        when: The same in words.
    """
    if not all(run.has_pathway for item in comparisons for run in (item.base, item.other)):
        return
    months = pathway_months(comparisons[0].base, picked)
    rows = [row for item in comparisons for row in _differences(item, months)]
    items = [measure(name) for name in WAITS]
    keys = [Column("Plan", "name"), *key_columns_of("icb"), *key_columns_of("definition"), *key_columns_of("contact")]
    columns = [*keys, Column("Month", "month")]
    for told in items:
        kind, unit = ("gap", "percentage points") if told.kind == "rate" else ("difference", told.unit)
        columns += [Column(f"{told.title}, {run}, mean [{told.unit}]", told.kind) for run in ("base", "plan")]
        columns += [Column(f"{told.title}, difference, {stat} [{unit}]", kind) for stat in ("mean", "5 %", "95 %")]
    about = f"Waits since referral of both runs, and the paired difference, {when}. {_ASSUMED}"
    yield Sheet("Waits difference", about, tuple(columns), rows, keys=len(keys) + 1)


def _differences(item: Comparison, months: Sequence[str]) -> Iterator[tuple[Value, ...]]:
    names: dict[str, Mapping[str, str]] = {
        "icb": {place.code: place.short_name for place in catalogue.icbs()} | {ALL: "All ICBs of the pathway"},
        "definition": DEFINED,
    }
    picked, tables = {"month": list(months)}, []
    for name in WAITS:
        for run in (item.base, item.other):
            # As everywhere, a mean share or wait is that of all draws together.
            tables.append(run.pathway[name].sel(stat="mean", of_class=ALL, drop=True).load().sel(picked))
        base, plan = (run.pathway_draws[name].load().sel(picked) for run in (item.base, item.other))
        tables.append(summary(plan - base).sel(stat=list(_TOLD)))
    for row in place_rows(tables, ("icb", "definition", "contact"), names):
        yield item.other.name, *row
