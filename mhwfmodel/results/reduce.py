"""Results reduced while they are made: sums of places by group, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel.catalogue.variables import RATES, variable, variables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["Group", "Reducer", "Year", "measured"]

_YEARLY = "turnover_rate"
_MONTHS = 12


def measured() -> tuple[str, ...]:
    """Names of the measures of a month, in their order: all variables but the rates."""
    return tuple(item.name for item in variables() if item.name not in RATES)


@dataclass(frozen=True, slots=True)
class Group:
    """One grouping of places, sectors and roles, and what is kept of it.

    Args:
        name: Group of the result, such as `icb_sector`.
        labels: For each group its position along each dim, dims (group, dim).
        index: Group of each place, dims (place).
        variables: Which variables are kept.
        every_draw: Whether every draw is kept, or its mean and quantiles.
    """

    name: str
    labels: NDArray[np.int64]
    index: NDArray[np.int64]
    variables: tuple[str, ...]
    every_draw: bool

    @staticmethod
    def of(name: str, rows: NDArray[np.int64], variables: tuple[str, ...], *, every_draw: bool) -> Group:
        """Group rows that carry the same labels, dims (row, dim)."""
        labels, index = np.unique(rows, axis=0, return_inverse=True)
        return Group(name, labels, index.reshape(-1), variables, every_draw)

    @property
    def needed(self) -> tuple[str, ...]:
        """What has to be summed: what is kept, and what the rates that are kept are made of."""
        parts = [part for name in self.variables if name in RATES for part in RATES[name]]
        return tuple(dict.fromkeys([*(name for name in self.variables if name not in RATES), *parts]))

    @property
    def columns(self) -> tuple[str, ...]:
        """What is put aside of a month: what has to be summed, then the two sums over a year of each turnover rate."""
        yearly = [part for name in self.variables if name.endswith(_YEARLY) for part in self.parts[name]]
        return (*self.needed, *yearly)

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """Columns that stand above and below the line of each rate that is kept."""
        return {
            name: (f"{name} flows", f"{name} stocks") if name.endswith(_YEARLY) else RATES[name]
            for name in self.variables
            if name in RATES
        }


class Plan(NamedTuple):
    """What is summed where, for the compiled kernel: a table whose rows are places, then those of groups.

    Its columns are the measures and, after them, the sums over a year that turnover is made of.

    Args:
        target: Row that each place adds to in each grouping that is not made of the places themselves, dims
            (place, grouping).
        rows: How many rows there are.
        first: First row of each group that is kept, dims (group).
        last: Row after its last, dims (group).
        kept: Columns that the groups keep, one group after the other.
        begin: First of each group's in `kept`, dims (group + 1).
        parts: Measures that turnover is made of, dims (part).
        flow: Which of them are flows, dims (part).
    """

    target: NDArray[np.int64]
    rows: int
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    kept: NDArray[np.int64]
    begin: NDArray[np.int64]
    parts: NDArray[np.int64]
    flow: NDArray[np.bool_]


@dataclass(slots=True)
class Year:
    """What turnover needs to know of the last twelve months of some draws.

    Args:
        month: How many months were taken in, the opening one among them.
        ring: Values of the last twelve, dims (draw, month, place, part).
        totals: Their sums, dims (draw, place, part).
    """

    month: int
    ring: NDArray[np.float32]
    totals: Table


@dataclass(frozen=True, slots=True)
class Reducer:
    """All groupings of a run.

    Args:
        groups: The groupings that are kept.
        plan: What is summed where.
    """

    groups: tuple[Group, ...]
    plan: Plan

    @staticmethod
    def of(groups: Sequence[Group], places: int) -> Reducer:
        """Plan the sums of some groupings of so many places."""
        names = measured()
        yearly = {part: source for group in groups for name in group.variables if name.endswith(_YEARLY)
                  for part, source in zip(group.parts[name], RATES[name], strict=True)}  # fmt: skip
        number = {name: at for at, name in enumerate((*names, *yearly))}
        target, first, rows = [], [], places
        for group in groups:
            finest = np.array_equal(group.index, np.arange(places))
            first.append(0 if finest else rows)
            if not finest:
                target.append(group.index + rows)
                rows += len(group.labels)
        plan = Plan(
            target=np.array(target, dtype=np.int64).reshape(len(target), places).T.copy(),
            rows=rows,
            first=np.array(first, dtype=np.int64),
            last=np.array([at + len(group.labels) for at, group in zip(first, groups, strict=True)], dtype=np.int64),
            kept=np.array([number[name] for group in groups for name in group.columns], dtype=np.int64),
            begin=np.cumsum([0, *(len(group.columns) for group in groups)]),
            parts=np.array([number[source] for source in yearly.values()], dtype=np.int64),
            flow=np.array([variable(source).kind == "flow" for source in yearly.values()], dtype=np.bool_),
        )
        return Reducer(tuple(groups), plan)

    def year(self, draws: int) -> Year:
        """What turnover needs to know of the last twelve months of so many draws: nothing yet."""
        size = (len(self.plan.target), self.plan.parts.size)
        return Year(0, np.zeros((draws, _MONTHS, *size), dtype=np.float32), np.zeros((draws, *size)))

    def reduce(self, measures: Table, year: Year) -> dict[str, NDArray[np.float32]]:
        """Sum one month of some draws.

        Args:
            measures: What was measured of each place, dims (draw, place, variable), variables in the order of
                `measured`.
            year: Sums of the last year of the same draws, which turnover needs; changed in place.

        Returns:
            Group name to what its `columns` name, dims (column, place, draw).
        """
        from mhwfmodel.results import _sums

        sizes = [(len(group.columns), len(group.labels)) for group in self.groups]
        ends = np.cumsum([columns * places for columns, places in sizes])
        out = np.empty((int(ends[-1]), len(measures)), dtype=np.float32)
        _sums.reduce(year.month, measures, self.plan, year.ring, year.totals, out)
        year.month += 1
        parts = np.split(out, ends[:-1])
        return {
            group.name: part.reshape(*size, -1) for group, size, part in zip(self.groups, sizes, parts, strict=True)
        }
