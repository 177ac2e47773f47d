"""Waits counted in bins: totals, median and 90th percentile of each group of waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.outcome import WAIT_EDGE, WaitTotals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["BEYOND", "BINS", "WITHIN", "bin_of", "collect", "quantile", "totals"]

WITHIN = 28.0
"""Four weeks, to the day: a wait of 28 days is within them [days]."""

BEYOND = 548.0
"""18 months: a wait of more is beyond them [days]."""

BINS = WAIT_EDGE.size
"""Bins of waits: one from each edge on."""

MEDIAN, P90 = 0.5, 0.9


def bin_of(wait: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bin of each wait.

    Args:
        wait: Waits [days], at least 0, any dims.

    Returns:
        Numbers of bins, the same dims.
    """
    return np.searchsorted(WAIT_EDGE, wait, side="right") - 1


def quantile(counts: NDArray[np.int64], share: float) -> NDArray[np.float64]:
    """The wait that a share of a group waits at most, by linear interpolation in its bin.

    Args:
        counts: Waits in each bin, dims (…, bin).
        share: Above 0, below 1.

    Returns:
        [days], dims (…); NaN where nobody waited, and the last edge in the last bin, which has no end.
    """
    upto = np.cumsum(counts, axis=-1)
    number = upto[..., -1]
    wanted = share * number
    at = np.minimum((upto < wanted[..., None]).sum(axis=-1), BINS - 1)
    inside = np.take_along_axis(counts, at[..., None], axis=-1)[..., 0]
    before = np.take_along_axis(upto, at[..., None], axis=-1)[..., 0] - inside
    width = np.append(np.diff(WAIT_EDGE), 0.0)[at]
    part = (wanted - before) / np.maximum(inside, 1)
    return np.where(number > 0, WAIT_EDGE[at] + part * width, np.nan)


def totals(
    counts: NDArray[np.int64], days: NDArray[np.float64], within: NDArray[np.int64], beyond: NDArray[np.int64]
) -> WaitTotals:
    """What is told of waits that have been counted in bins.

    Args:
        counts: Waits in each bin, dims (…, bin).
        days: Sum of the waits [person-days], dims (…).
        within: Waits of at most `WITHIN`, dims (…).
        beyond: Waits of more than `BEYOND`, dims (…).

    Returns:
        Arrays with dims (…).
    """
    return WaitTotals(
        number=counts.sum(axis=-1, dtype=np.int64),
        days=days,
        within=within,
        beyond=beyond,
        median=quantile(counts, MEDIAN),
        p90=quantile(counts, P90),
    )


def collect(shape: Sequence[int], group: NDArray[np.int64], wait: NDArray[np.float64]) -> WaitTotals:
    """Totals of waits that are known one by one.

    Args:
        shape: Dims of the groups.
        group: Number of the group of each wait, as `numpy.ravel_multi_index` makes it, dims (wait).
        wait: Waits [days], at least 0, dims (wait).

    Returns:
        Arrays with dims `shape`.
    """
    shape = tuple(shape)
    groups = int(np.prod(shape))

    def number(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(group[chosen], minlength=groups).astype(np.int64).reshape(shape)

    counts = np.bincount(group * BINS + bin_of(wait), minlength=groups * BINS).astype(np.int64)
    days = np.bincount(group, weights=wait, minlength=groups).astype(np.float64).reshape(shape)
    return totals(counts.reshape(*shape, BINS), days, number(wait <= WITHIN), number(wait > BEYOND))
