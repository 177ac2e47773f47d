"""Tables of what a run kept of its pathway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.catalogue.pathway_measures import ALL, PathwayMeasure, pathway_measure, pathway_measures
from mhwfmodel.errors import DataError
from mhwfmodel.results.pathway import DRAWS, SUMMARY
from mhwfmodel.results.summaries import STATS, summarise

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = [
    "WAITS",
    "has_pathway",
    "is_of_pathway",
    "pathway_draws",
    "pathway_stats",
    "pathway_table",
    "summary_of",
    "wide_waits",
]

WAITS = ("wait_number", "wait_mean", "wait_median", "wait_p90", "wait_within_4_weeks", "wait_beyond_18_months")
"""Measures of a wait since referral."""

_KEPT_APART = ("definition", "contact")


def has_pathway(groups: Mapping[str, xr.Dataset]) -> bool:
    """Whether a run had a pathway."""
    return SUMMARY in groups


def is_of_pathway(measure: str) -> bool:
    """Whether a name is that of a measure of a pathway."""
    return any(item.name == measure for item in pathway_measures())


def _group(groups: Mapping[str, xr.Dataset], name: str) -> xr.Dataset:
    """A group of a run with a pathway.

    Raises:
        DataError: The run had none.
    """
    if name not in groups:
        message = "the run had no pathway; write 'pathway: cmhf' in the scenario and run again"
        raise DataError(message)
    return groups[name]


def _checked(item: PathwayMeasure, by: tuple[str, ...], allowed: tuple[str, ...], why: str) -> None:
    wrong = [dim for dim in by if dim not in allowed]
    if wrong:
        message = f"'{item.name}' {why} by {' and '.join(wrong)}; group by {', '.join(allowed) or 'nothing'}"
        raise DataError(message)


def _taken(kept: xr.DataArray, by: tuple[str, ...]) -> xr.DataArray:
    """A measure over all of the dims that are not named, and for each label of those that are."""
    bare = kept.drop_vars([name for name in kept.coords if name not in kept.dims])
    for dim in [str(dim) for dim in bare.dims if ALL in bare[dim].values.tolist()]:
        bare = bare.isel({dim: slice(1, None)}) if dim in by else bare.sel({dim: ALL}, drop=True)
    return bare


def pathway_stats(groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...] = ()) -> xr.DataArray:
    """Mean and quantiles of a measure, dims (stat, … by …, definition and contact of a wait, pool of a pool, month).

    Raises:
        DataError: No such measure, a grouping that it does not have, or a run without a pathway.
    """
    item = pathway_measure(measure)
    _checked(item, by, item.dims, "is not told")
    return _taken(_group(groups, SUMMARY)[measure], by)


def pathway_draws(groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...] = ()) -> xr.DataArray:
    """Every draw of a measure over all stages and classes, dims (draw, … by …, definition, contact, pool, month).

    Raises:
        DataError: A measure whose draws are not kept, a grouping that is not kept, or a run without a pathway.
    """
    item = pathway_measure(measure)
    if not item.drawn:
        listed = ", ".join(other.name for other in pathway_measures() if other.drawn)
        message = f"every draw of '{measure}' is not kept; those of {listed} are"
        raise DataError(message)
    _checked(item, by, item.drawn_dims, "is not kept draw by draw")
    return _taken(_group(groups, DRAWS)[measure], by)


def pathway_table(
    groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...], months: str | Iterable[str] | None
) -> pd.DataFrame:
    """Mean and quantiles as a tidy table, names beside codes; see `Result.table`."""
    stats = pathway_stats(groups, measure, by)
    return _frame(_some_months(stats, months), _names(groups[SUMMARY]))


def summary_of(groups: Mapping[str, xr.Dataset], drawn: xr.DataArray) -> pd.DataFrame:
    """Mean and quantiles of draws, dims (draw, …), as a tidy table.

    Args:
        groups: Of a run, for the names.
        drawn: Every draw, or paired differences.
    """
    import xarray as xr

    dims = [str(dim) for dim in drawn.dims if dim != "draw"]
    values = np.asarray(drawn.transpose("draw", *dims).values, dtype=np.float64)
    stats = summarise(values.reshape(len(values), -1)).reshape(len(STATS), *values.shape[1:])
    coords = {"stat": list(STATS), **{dim: drawn[dim].values for dim in dims}}
    return _frame(xr.DataArray(stats, dims=("stat", *dims), coords=coords), _names(groups[SUMMARY]))


def wide_waits(
    groups: Mapping[str, xr.Dataset], by: tuple[str, ...], months: str | Iterable[str] | None
) -> pd.DataFrame:
    """Waits side by side, means over draws; see `Result.waits`."""
    import pandas as pd

    tables = []
    for name in WAITS:
        table = pathway_table(groups, name, by, months)
        keys = [column for column in table.columns if column not in STATS]
        tables.append(table.set_index(keys)["mean"].rename(name))
    return pd.concat(tables, axis=1).reset_index()


def _some_months(stats: xr.DataArray, months: str | Iterable[str] | None) -> xr.DataArray:
    if months is None:
        return stats
    wanted = [months] if isinstance(months, str) else list(months)
    known = [str(month) for month in stats["month"].values]
    unknown = [month for month in wanted if month not in known]
    if unknown:
        message = f"{', '.join(unknown)} is not among the months of the pathway, {known[0]} to {known[-1]}"
        raise DataError(message)
    return stats.sel(month=wanted)


def _names(data: xr.Dataset) -> dict[str, dict[str, str]]:
    """Names for people along the dims that have them."""
    return {
        dim: dict(zip(data[dim].values.tolist(), data[f"{dim}_name"].values.tolist(), strict=True))
        for dim in map(str, data.dims)
        if f"{dim}_name" in data.coords
    }


def _frame(stats: xr.DataArray, names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """One row a place, group and month."""
    import pandas as pd

    dims = [str(dim) for dim in stats.dims if dim not in ("stat", "month")] + ["month"]
    values = stats.transpose(*dims, "stat").values.reshape(-1, len(STATS))
    index = pd.MultiIndex.from_product([stats[dim].values.tolist() for dim in dims], names=dims)
    table = pd.DataFrame(values, index=index, columns=list(STATS)).reset_index()
    for dim in dims:
        if dim in names:
            place = list(table.columns).index(dim) + 1
            table.insert(place, f"{dim}_name", [names[dim][code] for code in table[dim]])
    return table.dropna(how="all", subset=list(STATS)).reset_index(drop=True)
