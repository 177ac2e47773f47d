"""Results reduced while they are made: sums by group, and exact means and quantiles over draws, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.results.variables import RATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["STATS", "Group", "Reducer", "summarise"]

STATS = ("mean", "q05", "q25", "q50", "q75", "q95")
_QUANTILES = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
_YEAR = 12


def summarise(values: Table) -> Table:
    """Mean and quantiles over draws.

    Args:
        values: Dims (draw, group); draws that are not a number are left out.

    Returns:
        Dims (stat, group), in the order of `STATS`; not a number where no draw is one.
    """
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)
    known = np.isfinite(ordered)
    count = known.sum(axis=1)
    total = np.where(known, ordered, 0.0).sum(axis=1)
    result = np.full((len(STATS), ordered.shape[0]), np.nan)
    some = count > 0
    result[0, some] = total[some] / count[some]
    place = _QUANTILES[:, None] * (count[some] - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, count[some] - 1)
    row = np.flatnonzero(some)
    low, high = ordered[row, below], ordered[row, above]
    result[1:, some] = low + (high - low) * (place - below)
    return result


@dataclass(slots=True)
class Group:
    """One grouping of cells, and what is kept of it.

    Args:
        name: Group of the result, such as `icb_sector`.
        labels: For each group its position along each dim, dims (group, dim).
        order: Cells in the order of their groups, dims (cell).
        starts: Where each group starts in that order, dims (group).
        variables: Which variables are kept.
        every_draw: Whether every draw is kept, or its mean and quantiles.
    """

    name: str
    labels: NDArray[np.int64]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    variables: tuple[str, ...]
    every_draw: bool
    kept: dict[str, list[NDArray[np.float32]]] = field(default_factory=dict)
    _history: dict[str, list[Table]] = field(default_factory=dict)

    def add(self, cells: Mapping[str, Counts]) -> None:
        """Reduce one month of cell values, dims (draw, cell), and keep what is asked for."""
        sums = {name: self._sum(values) for name, values in cells.items() if self._needs(name)}
        sums |= {name: self._rate(name, sums) for name in self.variables if name in RATES}
        for name in self.variables:
            values = sums[name] if self.every_draw else summarise(sums[name])
            self.kept.setdefault(name, []).append(values.astype(np.float32))

    def _needs(self, name: str) -> bool:
        return name in self.variables or any(name in RATES[rate] for rate in self.variables if rate in RATES)

    def _sum(self, values: Counts) -> Table:
        return np.asarray(np.add.reduceat(values[:, self.order], self.starts, axis=1), dtype=np.float64)

    def _rate(self, name: str, sums: Mapping[str, Table]) -> Table:
        above, below = (sums[part] for part in RATES[name])
        if name.endswith("turnover_rate"):
            return self._turnover(name, above, below)
        return _ratio(above, below)

    def _turnover(self, name: str, leavers: Table, filled: Table) -> Table:
        """Leavers over 12 months per person in post on average at the opening of each of them."""
        flows = self._history.setdefault(f"{name} flows", [])
        stocks = self._history.setdefault(f"{name} stocks", [])
        flows.append(leavers)
        stocks.append(filled)
        if len(flows) <= _YEAR:
            return np.full_like(filled, np.nan)
        del flows[:-_YEAR], stocks[: -_YEAR - 1]
        return _ratio(np.add.reduce(flows) * _YEAR, np.add.reduce(stocks[:-1]))


def _ratio(above: Table, below: Table) -> Table:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


@dataclass(frozen=True, slots=True)
class Reducer:
    """All groupings of a run."""

    groups: tuple[Group, ...]

    def add(self, cells: Mapping[str, Counts]) -> None:
        """Reduce one month in every grouping."""
        for group in self.groups:
            group.add(cells)
