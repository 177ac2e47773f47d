"""Tables of plans side by side that a workbook of one run has too: moves, students and the pathway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.pathway_measures import pathway_measure
from mhwfmodel.report.excel import Column, Sheet, Value
from mhwfmodel.report.measures import Measure, measure
from mhwfmodel.report.moves import sums_over, years_of
from mhwfmodel.report.pathway_sheets import POOLS, STAGES, TOTALS, key_columns_of, pathway_months, place_rows
from mhwfmodel.results.pathway_tables import pathway_stats
from mhwfmodel.results.tables import summary

if TYPE_CHECKING:
    import xarray as xr

    from mhwfmodel.results import Comparison, Result

__all__ = ["moves_beside", "pathway_beside"]

_MEANS = "means over draws, no range is kept"
_CHANGED = {"rate": "gap", "count": "difference"}


def moves_beside(comparisons: Sequence[Comparison]) -> Iterator[Sheet]:
    """Who moves from where to where in the last twelve months; none where a run kept no moves."""
    runs = [comparisons[0].base, *(item.other for item in comparisons)]
    if not all("flows" in run.groups for run in runs):
        return
    for dim, what in (("sector", "sector"), ("icb", "ICB")):
        rows = [row for item in comparisons for row in _moves(item, dim)]
        keys = [Column("Plan", "name")]
        for way in ("From", "To"):
            keys += [Column(f"{way} {what} code", "text"), Column(f"{way} {what}", "name")]
        spans = years_of(runs[0])
        title = spans.title(spans.ends[-1])
        columns = (
            *keys,
            Column(f"{title}, base [people]", "count"),
            Column(f"{title}, plan [people]", "count"),
            Column("Difference [people]", "difference"),
        )
        about = f"People who left a post in one {what} for one in another, or in the same, inside the model: {_MEANS}"
        yield Sheet(f"Moves between {what}s", about, columns, rows, keys=len(keys))


def _moves(item: Comparison, dim: str) -> Iterator[tuple[Value, ...]]:
    """Pairs of places of one plan; those without any move in either run are left out."""
    names = {sector.code: sector.name for sector in catalogue.sectors()}
    names |= {place.code: place.short_name for place in catalogue.icbs()}
    spans = years_of(item.base)
    flows = [run.flows[f"moves_{dim}"] for run in (item.base, item.other)]
    base, plan = (sums_over(spans, flow)[spans.ends[-1]] for flow in flows)
    codes = [str(code) for code in flows[0][f"from_{dim}"].values]
    for at, to in np.ndindex(base.shape):
        one, two = float(base[at, to]), float(plan[at, to])
        if one or two:
            yield item.other.name, codes[at], names[codes[at]], codes[to], names[codes[to]], one, two, two - one


def pathway_beside(comparisons: Sequence[Comparison], picked: Sequence[str], when: str) -> Iterator[Sheet]:
    """The pathway by stage, by ICB and its staff by ICB; none where a run has no pathway.

    Args:
        comparisons: All of one base.
        picked: Labels of the months.
        when: The same in words.
    """
    if not all(run.has_pathway for item in comparisons for run in (item.base, item.other)):
        return
    months = pathway_months(comparisons[0].base, picked)
    about = f"People on the pathway by stage, {when}: {_MEANS}"
    yield _sheet(comparisons, "Pathway by stage", about, "stage", STAGES, months)
    about = f"over all stages, {when}: means of both runs, and the paired difference where draws are kept"
    yield _sheet(comparisons, "Pathway by ICB", f"People on the pathway of each ICB {about}", "icb", TOTALS, months)
    about = f"Staff and places of each ICB {about}"
    yield _sheet(comparisons, "Pathway staff by ICB", about, "icb", POOLS, months)


def _sheet(
    comparisons: Sequence[Comparison], name: str, about: str, by: str, listed: Sequence[str], months: Sequence[str]
) -> Sheet:
    first = pathway_stats(comparisons[0].base.groups, listed[0], (by,))
    dims = [str(dim) for dim in first.dims if dim not in ("stat", "month")]
    keys = [
        Column("Plan", "name"),
        *(column for dim in dims for column in key_columns_of(dim)),
        Column("Month", "month"),
    ]
    columns = [*keys, *(column for code in listed for column in _columns(measure(code), by))]
    rows = [(item.other.name, *row) for item in comparisons for row in _rows(item, dims, by, listed, months)]
    return Sheet(name, about, tuple(columns), rows, keys=len(keys))


def _paired(name: str, by: str) -> bool:
    """Whether the differences of single draws can be told."""
    item = pathway_measure(name)
    return item.drawn and by in item.drawn_dims


def _columns(item: Measure, by: str) -> Iterator[Column]:
    kind, unit = _CHANGED.get(item.kind, "number"), "percentage points" if item.kind == "rate" else item.unit
    yield from (Column(f"{item.title}, {run}, mean [{item.unit}]", item.kind) for run in ("base", "plan"))
    stats = ("mean", "5 %", "95 %") if _paired(item.name, by) else ("mean",)
    yield from (Column(f"{item.title}, difference, {stat} [{unit}]", kind) for stat in stats)


def _rows(
    item: Comparison, dims: Sequence[str], by: str, listed: Sequence[str], months: Sequence[str]
) -> Iterator[tuple[Value, ...]]:
    """One row a place and year; what only one of the runs has is left out."""
    tables = [table for name in listed for table in _tables(item, name, by, months)]
    both = {dim: [code for code in tables[0][dim].values if code in tables[1][dim].values] for dim in dims}
    return place_rows([table.sel(both) for table in tables], dims, _names(item.base))


def _tables(item: Comparison, name: str, by: str, months: Sequence[str]) -> Iterator[xr.DataArray]:
    """Means of both runs, and what is told of their difference."""
    picked = {"month": list(months)}
    base, plan = (pathway_stats(run.groups, name, (by,)).sel(stat="mean", drop=True) for run in (item.base, item.other))
    base, plan = base.load().sel(picked), plan.load().sel(picked)
    yield from (base, plan)
    if not _paired(name, by):
        yield plan - base
        return
    one, two = (run.draws_by(name, (by,)).load().sel(picked) for run in (item.base, item.other))
    # Of stages and pools that only one of the runs has there is no difference.
    yield summary(two - one).sel(stat=["mean", "q05", "q95"])


def _names(result: Result) -> dict[str, dict[str, str]]:
    data = result.pathway
    found = {
        dim: dict(zip(data[dim].values.tolist(), data[f"{dim}_name"].values.tolist(), strict=True))
        for dim in ("stage", "pool")
    }
    return found | {"icb": {place.code: place.short_name for place in catalogue.icbs()}}
