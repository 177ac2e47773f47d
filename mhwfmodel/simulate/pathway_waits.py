"""Waits of several groups taken together: classes of one board, boards of a run.

Numbers, sums of days and those within or beyond a limit add up. Medians and percentiles do not: they are read from the
distribution of all, which is made from what is known of each part's: the shares within four weeks and beyond 18 months,
the median and the 90th percentile. Between these points the share that still waits falls at a constant rate.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.outcome import WAIT_EDGE
from mhwfmodel.demand.waits import BEYOND, MEDIAN, P90, WITHIN
from mhwfmodel.pathway.spans import HOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["EDGE", "Waits", "distributions", "draws_last", "together"]

_EVERY = 4
EDGE: Table = np.concatenate([WAIT_EDGE[:1], WAIT_EDGE[WAIT_EDGE * HOURS >= 1.0][::_EVERY]])
"""Grid on which distributions are added up [days]: nothing, then four edges a doubling from an hour on."""

_WANTED = np.array([MEDIAN, P90])


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of groups, all of one shape; see `demand.outcome.WaitTotals`.

    Args:
        number: Waits, or expected waits.
        days: Their sum [person-days].
        within: Of them at most 28 days.
        beyond: Of them more than 548 days.
        median: [days]; not a number where nobody waited.
        p90: 90th percentile [days].
    """

    number: Table
    days: Table
    within: Table
    beyond: Table
    median: Table
    p90: Table

    def each(self) -> dict[str, Table]:
        """Name to array."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def distributions(waits: Waits) -> Table:
    """Distributions of groups on the grid.

    Args:
        waits: Waits of the groups.

    Returns:
        Waits of at most each edge of `EDGE`, dims (… group …, edge).
    """
    from mhwfmodel.simulate import _pathway_waits

    number, *points = (draws_last(waits.each()[name]) for name in _READ)
    out = np.zeros((*number.shape, EDGE.size))
    flat = (values.reshape(-1) for values in (number, *points))
    _pathway_waits.logarithms(*flat, WITHIN, BEYOND, EDGE, out.reshape(-1, EDGE.size))
    np.exp(out, out=out)
    np.subtract(1.0, out, out=out)
    out *= number[..., None]
    return np.moveaxis(out, -2, 0)


_READ = ("number", "within", "beyond", "median", "p90")


def together(grid: Table, number: Table) -> tuple[Table, Table]:
    """Median and 90th percentile of groups.

    Args:
        grid: Waits of at most each edge of `EDGE`, dims (…, edge).
        number: Waits in all, dims (…).

    Returns:
        [days], dims (…) each; not a number where nobody waited.
    """
    from mhwfmodel.simulate import _pathway_waits

    counts = np.ascontiguousarray(np.moveaxis(grid, 0, -2)).reshape(-1, EDGE.size)
    people = draws_last(number)
    found = np.empty((_WANTED.size, *people.shape))
    _pathway_waits.quantiles(counts, people.reshape(-1), EDGE, _WANTED, found.reshape(_WANTED.size, -1))
    median, p90 = np.moveaxis(found, -1, 1)
    return median, p90


def draws_last(values: Table) -> Table:
    """The first dim last, in memory too: what is added up over the others is then added up for many draws at once."""
    return np.ascontiguousarray(values.transpose(*range(1, values.ndim), 0), dtype=np.float64)
