"""Which groupings a run keeps, and how they become labelled datasets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import POPULATIONS
from mhwfmodel.catalogue.variables import variable, variables
from mhwfmodel.results.reduce import Group, Reducer
from mhwfmodel.results.summaries import STATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.results.keeping import Keeper

__all__ = ["CellLabels", "Kept", "datasets", "group_dims", "places_of", "reducer", "sizes"]

_ENGLAND_ALONE = tuple(item.name for item in variables() if item.england_alone)
_OVERALL = tuple(item.name for item in variables() if item.scope == "overall" and not item.england_alone)
_AMHP = tuple(item.name for item in variables() if item.scope == "amhp")
_SPECIALIST = tuple(item.name for item in variables() if item.scope == "specialist")
_GROUPINGS = {
    "detail": (("icb", "sector", "role"), _OVERALL + _SPECIALIST, False),
    "icb_sector": (("icb", "sector"), _OVERALL, False),
    "icb_role": (("icb", "population", "role"), _OVERALL, False),
    "draws": (("icb", "population"), _OVERALL + _SPECIALIST, True),
    "amhp": (("icb",), _AMHP, True),
    "england": (("sector", "role"), _OVERALL + _SPECIALIST + _ENGLAND_ALONE, True),
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


@dataclass(frozen=True, slots=True)
class Kept:
    """Which variables a run keeps.

    Args:
        detail: Those of which mean and quantiles are kept by ICB, sector and role.
        draws: Those of which every draw is kept, the parts of rates among them.
    """

    detail: tuple[str, ...] = tuple(item.name for item in variables())
    draws: tuple[str, ...] = tuple(item.name for item in variables())

    def of(self, group: str) -> tuple[str, ...]:
        """Variables of a group that are kept, in the order of the group; a group of none is left out of the result."""
        _, names, every_draw = _GROUPINGS[group]
        return tuple(name for name in names if name in (self.draws if every_draw else self.detail))


def group_dims() -> dict[str, tuple[str, ...]]:
    """Dims of the variables of each group of a result."""
    return {
        name: ("draw" if every_draw else "stat", *dims, "month") for name, (dims, _, every_draw) in _GROUPINGS.items()
    }


def places_of(labels: CellLabels) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of a run, each an ICB, sector and role, dims (place, 3), and that of each cell, dims (cell)."""
    rows = np.stack([labels.icb, labels.sector, labels.role], axis=1)
    places, place = np.unique(rows, axis=0, return_inverse=True)
    return places, place.reshape(-1)


def reducer(labels: CellLabels, wanted: Kept) -> Reducer:
    """Prepare the groupings of a run's places that are kept."""
    icb, sector, role = places_of(labels)[0].T
    population = np.array([POPULATIONS.index(item.population) for item in catalogue.sectors()])[sector]
    columns = {"icb": icb, "sector": sector, "role": role, "population": population}
    groups = [
        Group.of(name, np.stack([columns[dim] for dim in dims], axis=1), wanted.of(name), every_draw=every_draw)
        for name, (dims, _, every_draw) in _GROUPINGS.items()
        if wanted.of(name)
    ]
    return Reducer.of(groups, icb.size)


def sizes(labels: CellLabels) -> dict[str, tuple[int, ...]]:
    """Group name to how many places there are along each of its dims."""
    return {name: tuple(_size(dim, labels) for dim in dims) for name, (dims, _, _) in _GROUPINGS.items()}


def datasets(keeper: Keeper, labels: CellLabels, months: Sequence[str]) -> dict[str, xr.Dataset]:
    """Labelled datasets of what was kept, one a grouping; nothing is copied.

    Args:
        keeper: What was kept.
        labels: Where the cells belong.
        months: Labels, the opening month first.

    Returns:
        Group name to dataset. A summary has dims (stat, …, month), every draw (draw, …, month); a place that has no
        such sector and role is not a number.
    """
    import xarray as xr

    result = {}
    for group in keeper.groups.values():
        first, *dims, _ = group_dims()[group.name]
        lead = np.arange(keeper.draws) if group.every_draw else np.array(STATS)
        data = {
            name: xr.Variable((first, *dims, "month"), keeper.array(group.name, name), variable(name).attrs)
            for name in group.variables
        }
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
