"""Results reduced while they are made: sums by group, and exact means and quantiles over draws, month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.results.variables import RATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

    History = dict[tuple[str, str], list[NDArray[np.float32]]]
    Sums = dict[tuple[str, str], Table]
    Apply = Callable[[Callable[[tuple[str, str]], None], Sequence[tuple[str, str]]], Iterable[None]]

__all__ = ["STATS", "Group", "Reducer", "summarise"]

STATS = ("mean", "q05", "q25", "q50", "q75", "q95")
_QUANTILES = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
_YEAR = 12
_PLAIN = 2


def summarise(values: Table) -> Table:
    """Mean and quantiles over draws.

    Args:
        values: Dims (draw, group); draws that are not a number are left out.

    Returns:
        Dims (stat, group), in the order of `STATS`; not a number where no draw is one.
    """
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)
    count = ordered.shape[1] - np.isnan(ordered).sum(axis=1) if np.isnan(ordered[:, -1]).any() else ordered.shape[1]
    result = np.full((len(STATS), ordered.shape[0]), np.nan)
    some = np.broadcast_to(np.asarray(count) > 0, ordered.shape[:1])
    row = np.flatnonzero(some)
    known = np.broadcast_to(count, ordered.shape[:1])[row]
    result[0, row] = np.nansum(values, axis=0)[row] / known
    place = _QUANTILES[:, None] * (known - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, known - 1)
    low, high = ordered[row, below], ordered[row, above]
    result[1:, row] = low + (high - low) * (place - below)
    return result


@dataclass(frozen=True, slots=True)
class Group:
    """One grouping of places, sectors and roles, and what is kept of it.

    Args:
        name: Group of the result, such as `icb_sector`.
        labels: For each group its position along each dim, dims (group, dim).
        order: Rows of the finest grouping in the order of their groups; None where they stand so already.
        starts: Where each group starts in that order, dims (group).
        variables: Which variables are kept.
        every_draw: Whether every draw is kept, or its mean and quantiles.
    """

    name: str
    labels: NDArray[np.int64]
    order: NDArray[np.int64] | None
    starts: NDArray[np.int64]
    variables: tuple[str, ...]
    every_draw: bool

    @staticmethod
    def of(name: str, rows: NDArray[np.int64], variables: tuple[str, ...], *, every_draw: bool) -> Group:
        """Group rows that carry the same labels, dims (row, dim)."""
        labels, index = np.unique(rows, axis=0, return_inverse=True)
        index = index.reshape(-1)
        order = np.argsort(index, kind="stable")
        starts = np.searchsorted(index[order], np.arange(len(labels)))
        stands_so = np.array_equal(order, np.arange(order.size))
        return Group(name, labels, None if stands_so else order, starts, variables, every_draw)

    @property
    def needed(self) -> tuple[str, ...]:
        """What has to be summed: what is kept, and what the rates that are kept are made of."""
        parts = [part for name in self.variables if name in RATES for part in RATES[name]]
        return tuple(dict.fromkeys([*(name for name in self.variables if name not in RATES), *parts]))

    def sum(self, values: Table) -> Table:
        """Sums by group, dims (…, group), of values with dims (…, row)."""
        ordered = values if self.order is None else values[..., self.order]
        if self.starts.size == values.shape[-1]:
            return ordered
        return np.asarray(np.add.reduceat(ordered, self.starts, axis=-1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Reducer:
    """All groupings of a run.

    Args:
        finest: Cells to the finest grouping, from which the others are summed.
        groups: The groupings that are kept.
        kept: Group and variable to what was kept of each month.
    """

    finest: Group
    groups: tuple[Group, ...]
    kept: dict[tuple[str, str], list[NDArray[np.float32]]] = field(default_factory=dict)

    def reduce(self, cells: Mapping[str, Counts], history: History) -> Sums:
        """Sum one month of some draws.

        Args:
            cells: Values by cell, dims (draw, cell).
            history: Sums of the last year of the same draws, which turnover needs; changed in place.

        Returns:
            Group and variable to dims (draw, group); a rate's two parts, dims (part, draw, group).
        """
        at = {name: position for position, name in enumerate(cells)}
        fine = self.finest.sum(np.stack([np.asarray(values, dtype=np.float64) for values in cells.values()]))
        result: Sums = {}
        for group in self.groups:
            sums = dict(zip(group.needed, group.sum(fine[[at[name] for name in group.needed]]), strict=True))
            for name in group.variables:
                result[group.name, name] = _rate(group.name, name, sums, history) if name in RATES else sums[name]
        return result

    def keep(self, parts: Sequence[Sums], apply: Apply) -> None:
        """Keep one month: every draw, or mean and quantiles over draws.

        The mean of a rate is the ratio of its parts summed over draws: what is expected above the line over what is
        expected below it. The mean of the draws' ratios would drift in small cells where nothing does.

        Args:
            parts: What `reduce` gave for each block of draws, in their order.
            apply: Like `map`, perhaps in threads.
        """
        every_draw = {group.name: group.every_draw for group in self.groups}
        for key in parts[0]:
            self.kept.setdefault(key, [])

        def keep_one(key: tuple[str, str]) -> None:
            whole = np.concatenate([part[key] for part in parts], axis=-2)
            values = whole if whole.ndim == _PLAIN else _ratio(*whole)
            if not every_draw[key[0]]:
                values = summarise(values)
                if whole.ndim > _PLAIN:
                    values[0] = _ratio(*whole.sum(axis=1))
            self.kept[key].append(values.astype(np.float32))

        list(apply(keep_one, tuple(parts[0])))


def _rate(group: str, name: str, sums: Mapping[str, Table], history: History) -> Table:
    """What stands above and below the line of a rate, dims (part, draw, group)."""
    above, below = (sums[part] for part in RATES[name])
    if not name.endswith("turnover_rate"):
        return np.stack([above, below])
    flows = history.setdefault((group, f"{name} flows"), [])
    stocks = history.setdefault((group, f"{name} stocks"), [])
    flows.append(above.astype(np.float32))
    stocks.append(below.astype(np.float32))
    if len(flows) <= _YEAR:
        return np.full((2, *below.shape), np.nan)
    del flows[:-_YEAR], stocks[: -_YEAR - 1]
    return np.stack([_total(flows) * _YEAR, _total(stocks[:-1])])


def _total(parts: Sequence[NDArray[np.float32]]) -> Table:
    total = parts[0].astype(np.float64)
    for part in parts[1:]:
        total += part
    return total


def _ratio(above: Table, below: Table) -> Table:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
