"""Every draw of a measure by sector and role, some months at a time, and the part of it that a scope reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import POPULATIONS, STRANDS
from mhwfmodel.errors import DataError
from mhwfmodel.simulate.effects import reaches

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.levers import Scope
    from mhwfmodel.results import Result

    Array = NDArray[np.float64]

__all__ = ["month_blocks", "people", "require_draws", "scope_weight"]

_MONTHS_AT_ONCE = 12
_GENERAL, _SPECIALIST = STRANDS
_ALWAYS = "filled"


def month_blocks(result: Result) -> Iterator[slice]:
    """The months simulated, some at a time, as positions in `result.months`: the opening month has no costs."""
    months = len(result.months)
    for begin in range(1, months, _MONTHS_AT_ONCE):
        yield slice(begin, min(begin + _MONTHS_AT_ONCE, months))


def require_draws(result: Result, measures: tuple[str, ...]) -> None:
    """See to it that a run kept every draw of some measures.

    Raises:
        DataError: What it did not keep.
    """
    missing = [name for name in measures if not result.has_draws(name)]
    if missing:
        message = (
            f"the run did not keep every draw of {', '.join(missing)}, which its costs are made of; name them in"
            " 'outputs: every_draw' of the scenario, or write 'every_draw: all', and run again"
        )
        raise DataError(message)


def people(result: Result, measure: str, months: slice) -> Array:
    """A measure over all ICBs of a run, dims (draw, sector, role, month); 0 where there is no such post."""
    require_draws(result, (measure,))
    return _numbers(result.england[measure].isel(month=months), ("draw", "sector", "role", "month"))


def scope_weight(result: Result, measure: str, scope: Scope, months: slice) -> Array:
    """The part of a measure that a scope reaches, dims that broadcast to (draw, sector, role, month).

    The part in some ICBs is that of the means over draws where the run kept them by ICB, sector and role, and else that
    of all staff of the population, draw by draw. The specialist part is that of the measure, or else of filled posts.
    """
    sectors = np.array([reaches(scope, sector) for sector in catalogue.sectors()], dtype=np.float64)
    roles = np.array([not scope.roles or role.code in scope.roles for role in catalogue.roles()], dtype=np.float64)
    weight: Array = (sectors[:, None] * roles)[None, :, :, None]
    if scope.icbs:
        weight = weight * _in_icbs(result, measure, scope.icbs, months)
    if scope.strand in STRANDS:
        special = _specialist(result, measure, months)
        weight = weight * (special if scope.strand == _SPECIALIST else 1.0 - special)
    return weight


def _in_icbs(result: Result, measure: str, icbs: tuple[str, ...], months: slice) -> Array:
    """Share of a measure in some ICBs, dims (draw or 1, sector, role or 1, month)."""
    detail = result.groups.get("detail")
    if detail is not None and measure in detail:
        kept = _numbers(detail[measure].sel(stat="mean").isel(month=months), ("icb", "sector", "role", "month"))
        inside = np.isin(detail["icb"].values, icbs)
        return _ratio(kept[inside].sum(axis=0), kept.sum(axis=0))[None]
    data = result.draws[measure if measure in result.draws else _ALWAYS]
    kept = _numbers(data.isel(month=months), ("icb", "draw", "population", "month"))
    inside = np.isin(data["icb"].values, icbs)
    population = [POPULATIONS.index(sector.population) for sector in catalogue.sectors()]
    return _ratio(kept[inside].sum(axis=0), kept.sum(axis=0))[:, population, None, :]


def _specialist(result: Result, measure: str, months: slice) -> Array:
    """Share of a measure in specialist posts, dims (draw, sector, role, month)."""
    name = f"{_SPECIALIST}_{measure}"
    known = name in result.england
    above = people(result, name if known else f"{_SPECIALIST}_{_ALWAYS}", months)
    return _ratio(above, people(result, measure if known else _ALWAYS, months))


def _numbers(data: xr.DataArray, dims: tuple[str, ...]) -> Array:
    return np.nan_to_num(np.asarray(data.transpose(*dims).values, dtype=np.float64), nan=0.0)


def _ratio(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
