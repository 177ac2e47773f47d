"""Tidy tables of what a run kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import POPULATIONS
from mhwfmodel.catalogue.variables import RATES, variable
from mhwfmodel.errors import DataError, suggest
from mhwfmodel.results.groups import Kept
from mhwfmodel.results.summaries import STATS, summarise

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["draws_by", "frame", "names", "stats_by", "summary", "tidy"]

_SUMMARIES = {
    ("icb", "sector"): "icb_sector",
    ("icb", "role"): "icb_role",
    ("icb", "sector", "role"): "detail",
}
_DRAWN = ((), ("icb",), ("region",), ("icb_2026",), ("sector",), ("role",), ("sector", "role"))
_DRAWN_OF_AMHPS = tuple(dims for dims in _DRAWN if not {"sector", "role"} & set(dims))
_YEAR = 12
_PLACE_NAMES = ("icb_name", "icb_ods", "region")


def names(given: str | Iterable[str]) -> tuple[str, ...]:
    """What was named; a bare word is one name and not its letters."""
    return (given,) if isinstance(given, str) else tuple(given)


def tidy(
    groups: Mapping[str, xr.Dataset],
    measure: str,
    by: tuple[str, ...],
    population: str,
    months: str | Iterable[str] | None,
) -> pd.DataFrame:
    """Mean and quantiles as a tidy table; see `Result.table`."""
    stats = stats_by(groups, measure, by, population)
    if months is not None:
        known = [str(month) for month in stats["month"].values]
        wanted = names(months)
        unknown = [month for month in wanted if month not in known]
        if unknown:
            message = f"{', '.join(unknown)} is not among the months of this run, {known[0]} to {known[-1]}"
            raise DataError(message)
        stats = stats.sel(month=list(wanted))
    return frame(stats).dropna(how="all", subset=list(STATS)).reset_index(drop=True)


def frame(stats: xr.DataArray) -> pd.DataFrame:
    """Mean and quantiles, dims (stat, …), as one row a place, group and month, with names beside codes."""
    import pandas as pd

    dims = [str(dim) for dim in stats.dims if dim != "stat"]
    ordered = stats.transpose("stat", *dims)
    index = pd.MultiIndex.from_product([ordered[dim].values for dim in dims], names=dims)
    values = ordered.values.reshape(len(STATS), -1).T
    tidy_frame = pd.DataFrame(values, index=index, columns=list(STATS)).reset_index()
    for position, dim in enumerate(dims):
        if dim != "month":
            name_of = _names(dim)
            told = [name_of.get(code, code) for code in tidy_frame[dim]]
            tidy_frame.insert(2 * position + 1, f"{dim}_name", told)
    return tidy_frame


def _names(dim: str) -> dict[str, str]:
    if dim == "icb":
        return {place.code: place.short_name for place in catalogue.icbs()}
    if dim == "icb_2026":
        return {place.code: place.short_name for place in catalogue.icbs_2026()}
    if dim == "sector":
        return {sector.code: sector.name for sector in catalogue.sectors()}
    if dim == "role":
        return {role.code: role.name for role in catalogue.roles()}
    return {}


def stats_by(groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...], population: str) -> xr.DataArray:
    """Mean and quantiles, dims (stat, … by …, month).

    Raises:
        DataError: Something that the run did not keep.
    """
    variable(measure)
    _check_population(population)
    name = next((group for dims, group in _SUMMARIES.items() if sorted(dims) == sorted(by)), None)
    if name is None:
        _check_grouping(by, (*_DRAWN, *_SUMMARIES), "nothing was kept")
        return _summary_of(groups, measure, by, population)
    if name not in groups or measure not in groups[name]:
        raise DataError(_left_out(groups, measure, by, name))
    kept = groups[name][measure]
    if "sector" in by:
        return kept.sel(sector=_sectors(population))
    return kept.sel(population=population, drop=True)


def _left_out(groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...], group: str) -> str:
    """Why a run has no summary of a measure, and what to do."""
    kept = ", ".join(map(str, groups[group].data_vars)) if group in groups else "none"
    problem = f"'{measure}' was not kept by {' and '.join(by)}; kept are {kept}"
    if measure not in Kept().of(group):
        return problem
    return f"{problem}; name it in 'outputs: detail' of the scenario and run again"


def _summary_of(groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...], population: str) -> xr.DataArray:
    """Mean and quantiles of what was kept by draw; the mean of a rate is the ratio of its parts over all draws."""
    told = summary(draws_by(groups, measure, by, population))
    if measure in RATES:
        parts = (draws_by(groups, part, by, population).mean("draw", keepdims=True) for part in RATES[measure])
        told.loc[{"stat": STATS[0]}] = _rate(measure, *parts).squeeze("draw").transpose(*told.dims[1:]).values
    return told


def draws_by(groups: Mapping[str, xr.Dataset], measure: str, by: tuple[str, ...], population: str) -> xr.DataArray:
    """Every draw, dims (draw, … by …, month); see `Result.draws_by`."""
    of_amhps = variable(measure).scope == "amhp"
    _check_population(population)
    if of_amhps:
        _check_grouping(by, _DRAWN_OF_AMHPS, "AMHPs were not kept")
    else:
        _check_grouping(by, _DRAWN, "no draws were kept")
    _check_draws(groups, measure)
    if measure in RATES:
        above, below = (draws_by(groups, part, by, population) for part in RATES[measure])
        return _rate(measure, above, below)
    places = {"icb", "region", "icb_2026"} & set(by)
    if measure in groups.get("amhp", ()):
        return _amhp(groups["amhp"][measure], by)
    source = groups["draws"] if places or (measure in groups["draws"] and not by) else groups["england"]
    if measure not in source:
        message = f"'{measure}' was kept for all ICBs together only; group by sector, role or nothing"
        raise DataError(message)
    if source is groups["england"]:
        kept = source[measure].sel(sector=_sectors(population))
        gone = [dim for dim in ("sector", "role") if dim not in by]
        return kept.sum(gone, skipna=True, min_count=1) if gone else kept
    kept = source[measure].sel(population=population, drop=True)
    if not places:
        return kept.sum("icb", skipna=True, min_count=1)
    return _by_place(kept, by[0])


def _amhp(kept: xr.DataArray, by: tuple[str, ...]) -> xr.DataArray:
    """A measure of AMHPs, who work for councils and the NHS alike: by place, or over all ICBs of the run."""
    return _by_place(kept, by[0]) if by else kept.drop_vars(_PLACE_NAMES, errors="ignore").sum("icb")


def _by_place(kept: xr.DataArray, place: str) -> xr.DataArray:
    """Sum ICBs into regions or into the ICBs of April 2026."""
    import xarray as xr

    codes = [str(code) for code in kept["icb"].values]
    bare = kept.drop_vars(_PLACE_NAMES, errors="ignore")
    if place == "icb":
        return bare
    if place == "region":
        region_of = {item.code: item.region for item in catalogue.icbs()}
        shares = {code: {region_of[code]: 1.0} for code in codes}
        targets = [region.name for region in catalogue.regions()]
    else:
        merged = catalogue.merge_shares()
        shares = {code: dict(merged[code]) for code in codes}
        targets = [item.code for item in catalogue.icbs_2026()]
    reached = [target for target in targets if any(target in shares[code] for code in codes)]
    weight = np.array([[shares[code].get(target, 0.0) for target in reached] for code in codes])
    matrix = xr.DataArray(weight, dims=("icb", place), coords={"icb": codes, place: reached})
    summed: xr.DataArray = xr.dot(bare.astype(np.float64), matrix, dim="icb")
    return summed.transpose("draw", place, "month")


def _rate(measure: str, above: xr.DataArray, below: xr.DataArray) -> xr.DataArray:
    """A rate of sums: over the month, or for turnover over the last 12 months."""
    if not measure.endswith("turnover_rate"):
        return above / below.where(below > 0)
    flows = above.rolling(month=_YEAR).sum()
    stocks = below.shift(month=1).rolling(month=_YEAR).mean()
    return flows / stocks.where(stocks > 0)


def summary(drawn: xr.DataArray) -> xr.DataArray:
    """Mean and quantiles over the draws of an array, dims (stat, …)."""
    import xarray as xr

    dims = [dim for dim in drawn.dims if dim != "draw"]
    ordered = drawn.transpose("draw", *dims)
    values = summarise(np.asarray(ordered.values, dtype=np.float64).reshape(ordered.sizes["draw"], -1))
    shape = (len(STATS), *(ordered.sizes[dim] for dim in dims))
    coords = {"stat": list(STATS), **{str(dim): ordered[dim].values for dim in dims}}
    return xr.DataArray(values.reshape(shape), dims=("stat", *dims), coords=coords)


def _check_draws(groups: Mapping[str, xr.Dataset], measure: str) -> None:
    """See to it that every draw of a measure was kept, or of what a rate is made of."""
    parts = RATES.get(measure, (measure,))
    if not all(any(part in groups.get(name, ()) for name in ("amhp", "draws", "england")) for part in parts):
        made = f", which is made of {' and '.join(map(repr, parts))}," if measure in RATES else ""
        remedy = "name it in 'outputs: every_draw' of the scenario, run again"
        message = f"every draw of '{measure}'{made} was not kept; {remedy}"
        raise DataError(message)


def _check_grouping(by: tuple[str, ...], allowed: Sequence[tuple[str, ...]], problem: str) -> None:
    if sorted(by) not in [sorted(known) for known in allowed]:
        choices = "; ".join(" and ".join(known) or "nothing" for known in allowed)
        message = f"{problem} by {' and '.join(by)}; group by {choices}"
        raise DataError(message)


def _sectors(population: str) -> list[str]:
    return [sector.code for sector in catalogue.sectors() if sector.population == population]


def _check_population(population: str) -> None:
    if population not in POPULATIONS:
        message = f"'{population}' is not a population; {suggest(population, POPULATIONS)}"
        raise DataError(message)
