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

__all__ = ["EDGE", "Waits", "distributions", "together"]

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

    out = np.zeros((waits.number.size, EDGE.size))
    given = (np.ascontiguousarray(waits.each()[name], dtype=np.float64).reshape(-1) for name in _READ)
    _pathway_waits.spread(*given, WITHIN, BEYOND, EDGE, out)
    return out.reshape(*waits.number.shape, EDGE.size)


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

    found = np.empty((_WANTED.size, number.size))
    counts = np.ascontiguousarray(grid.reshape(-1, EDGE.size))
    _pathway_waits.quantiles(counts, np.ascontiguousarray(number, dtype=np.float64).reshape(-1), EDGE, _WANTED, found)
    return found[0].reshape(number.shape), found[1].reshape(number.shape)
