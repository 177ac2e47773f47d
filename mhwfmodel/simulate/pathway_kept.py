"""What a result holds of a pathway: measures of boards and months, kept as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.catalogue.pathway_measures import pathway_measures
from mhwfmodel.pathway.calendar import calendar
from mhwfmodel.results.pathway import PathwayKeeper, pathway_datasets
from mhwfmodel.simulate.pathway_events import parts_of
from mhwfmodel.simulate.pathway_figures import measures, months_of
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.results.scratch import Scratch
    from mhwfmodel.simulate.pathway_figures import Figures, Told
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Values = NDArray[np.float32]

__all__ = ["Kept"]


class Kept:
    """What was kept so far.

    Args:
        plan: The pathway of the run.
        scratch: File that takes every draw; kept in memory when None.
    """

    def __init__(self, plan: PathwayPlan, scratch: Scratch | None) -> None:
        self._keeper = PathwayKeeper(plan.labels, plan.draws, scratch)
        self._inside = parts_of(plan.network(0, months=1), plan.labels).inside
        self._days = np.diff(calendar(plan.start, plan.months).edge).astype(np.float64)

    def datasets(self) -> dict[str, xr.Dataset]:
        """All that was kept, by group of the result."""
        return pathway_datasets(self._keeper)

    def keep_all(self, figures: Figures, icbs: slice, *, pooled: bool) -> dict[str, Values]:
        """Keep all months of some boards, some at a time; gives every draw of what is kept so."""
        parts = [
            self.keep(months_of(figures, months), icbs, months, pooled=pooled) for months in _blocks(self._days.size)
        ]
        return {name: np.concatenate([part[name] for part in parts], axis=2) for name in parts[0]}

    def keep(self, figures: Figures, icbs: slice, months: slice, *, pooled: bool) -> dict[str, Values]:
        """Keep mean and quantiles of some boards and months; gives every draw of what is kept so."""
        told = measures(figures, self._inside, self._days[months], pooled=pooled)
        self._keeper.keep(told, icbs, months)
        return {item.name: _over_all(told[item.name], item.dims) for item in pathway_measures() if item.drawn}

    def keep_draws(self, month: int, drawn: Sequence[dict[str, Values]]) -> None:
        """Keep every draw of some months: all boards together, then each of them."""
        months = next(iter(drawn[0].values())).shape[2]
        self._keeper.begin(month, months)
        for item in pathway_measures():
            if item.drawn:
                self._keeper.keep_draws(item, month, np.concatenate([part[item.name] for part in drawn], axis=1))


def _over_all(told: Told, dims: tuple[str, ...]) -> Values:
    """A measure over all stages and classes, dims (draw, icb, month, …)."""
    place = tuple(0 if dim in ("stage", "of_class") else slice(None) for dim in dims[1:])
    return told.values[:, :, :, *place].astype(np.float32)


def _blocks(months: int) -> Iterator[slice]:
    return (slice(at, min(at + MONTHS_PER_YEAR, months)) for at in range(0, months, MONTHS_PER_YEAR))
