"""Which groupings a run keeps, and how they become labelled datasets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import POPULATIONS
from mhwfmodel.results.reduce import STATS, Group, Reducer
from mhwfmodel.results.variables import variable, variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["CellLabels", "datasets", "group_dims", "reducer"]

_STARTERS = tuple(item.name for item in variables() if item.name.startswith("starters_"))
_BY_SOURCE = (*_STARTERS, "unplaced", "under_1_year")
_OVERALL = tuple(item.name for item in variables() if item.scope == "overall" and item.name not in _BY_SOURCE)
_AMHP = tuple(item.name for item in variables() if item.scope == "amhp")
_SPECIALIST = tuple(item.name for item in variables() if item.scope == "specialist")
_GROUPINGS = {
    "detail": (("icb", "sector", "role"), _OVERALL + _SPECIALIST, False),
    "icb_sector": (("icb", "sector"), _OVERALL, False),
    "icb_role": (("icb", "population", "role"), _OVERALL, False),
    "draws": (("icb", "population"), _OVERALL + _SPECIALIST, True),
    "amhp": (("icb",), _AMHP, True),
    "england": (("sector", "role"), _OVERALL + _SPECIALIST + _BY_SOURCE, True),
}


@dataclass(frozen=True, slots=True)
class CellLabels:
    """Where each cell of a run belongs, each array with dims (cell).

    Args:
        icb: Position in `icb_codes`.
        sector: Position among the catalogue's sectors.
        role: Position among the catalogue's roles.
        icb_codes: ONS codes of the run's ICBs.
    """

    icb: NDArray[np.int64]
    sector: NDArray[np.int64]
    role: NDArray[np.int64]
    icb_codes: tuple[str, ...]


def group_dims() -> dict[str, tuple[str, ...]]:
    """Dims of the variables of each group of a result."""
    return {
        name: ("draw" if every_draw else "stat", *dims, "month") for name, (dims, _, every_draw) in _GROUPINGS.items()
    }


def reducer(labels: CellLabels) -> Reducer:
    """Prepare all groupings of a run's cells."""
    finest = Group.of("finest", np.stack([labels.icb, labels.sector, labels.role], axis=1), (), every_draw=False)
    icb, sector, role = finest.labels.T
    population = np.array([POPULATIONS.index(item.population) for item in catalogue.sectors()])[sector]
    columns = {"icb": icb, "sector": sector, "role": role, "population": population}
    groups = [
        Group.of(name, np.stack([columns[dim] for dim in dims], axis=1), kept, every_draw=every_draw)
        for name, (dims, kept, every_draw) in _GROUPINGS.items()
    ]
    return Reducer(finest, tuple(groups))


def datasets(made: Reducer, labels: CellLabels, months: Sequence[str], draws: int) -> dict[str, xr.Dataset]:
    """Labelled datasets of what was kept, one a grouping; what was kept is handed over, not copied.

    Args:
        made: The groupings after the last month.
        labels: Where the cells belong.
        months: Labels, the opening month first.
        draws: Number of draws.

    Returns:
        Group name to dataset. A summary has dims (stat, …, month), every draw (draw, …, month); a place that has no
        such sector and role is not a number.
    """
    import xarray as xr

    result = {}
    for group in made.groups:
        first, *dims, _ = group_dims()[group.name]
        lead = np.arange(draws) if group.every_draw else np.array(STATS)
        sizes = [_size(dim, labels) for dim in dims]
        data = {}
        for name in group.variables:
            stacked = np.stack(made.kept.pop((group.name, name)), axis=-1)
            dense = np.full((lead.size, *sizes, len(months)), np.nan, dtype=np.float32)
            dense[(slice(None), *group.labels.T)] = stacked
            data[name] = xr.Variable((first, *dims, "month"), dense, variable(name).attrs)
        result[group.name] = xr.Dataset(data, {first: lead, "month": np.array(months), **_coordinates(dims, labels)})
    return result


def _size(dim: str, labels: CellLabels) -> int:
    sizes = {
        "icb": len(labels.icb_codes),
        "sector": len(catalogue.sectors()),
        "role": len(catalogue.roles()),
        "population": len(POPULATIONS),
    }
    return sizes[dim]


def _coordinates(dims: Sequence[str], labels: CellLabels) -> dict[str, object]:
    places = {place.code: place for place in catalogue.icbs()}
    chosen = [places[code] for code in labels.icb_codes]
    of: dict[str, dict[str, object]] = {
        "icb": {
            "icb": ("icb", [place.code for place in chosen], {"long_name": "ICB of April 2023, ONS code"}),
            "icb_name": ("icb", [place.short_name for place in chosen]),
            "icb_ods": ("icb", [place.ods for place in chosen]),
            "region": ("icb", [place.region for place in chosen]),
        },
        "sector": {
            "sector": ("sector", [sector.code for sector in catalogue.sectors()], {"long_name": "Employing sector"}),
            "sector_name": ("sector", [sector.name for sector in catalogue.sectors()]),
        },
        "role": {
            "role": ("role", [role.code for role in catalogue.roles()], {"long_name": "Role"}),
            "role_name": ("role", [role.name for role in catalogue.roles()]),
        },
        "population": {"population": ("population", list(POPULATIONS), {"long_name": "Control total"})},
    }
    return {name: value for dim in dims for name, value in of[dim].items()}
