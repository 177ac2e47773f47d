"""Means and quantiles over draws, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Values = NDArray[np.float32] | NDArray[np.float64]

__all__ = ["STATS", "pieces", "summarise", "summarise_in_place", "summarise_rows"]

STATS = ("mean", "q05", "q25", "q50", "q75", "q95")
_QUANTILES = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
_VALUES_AT_ONCE = 2**19


def pieces(start: int, stop: int, draws: int) -> Iterator[slice]:
    """Cut rows of so many draws into pieces that stay in the processor's cache; no bit depends on where."""
    step = max(_VALUES_AT_ONCE // max(draws, 1), 1)
    return (slice(at, min(at + step, stop)) for at in range(start, stop, step))


def summarise(values: Values) -> Table:
    """Mean and quantiles over draws.

    Args:
        values: Dims (draw, group); draws that are not a number are left out.

    Returns:
        Dims (stat, group), in the order of `STATS`; not a number where no draw is one.
    """
    result = np.empty((len(STATS), values.shape[1]))
    for piece in pieces(0, values.shape[1], len(values)):
        result[:, piece] = summarise_in_place(values[:, piece].T.copy(order="C"))
    return result


def summarise_rows(rows: Values) -> Table:
    """Mean and quantiles over draws, where the draws of a group lie side by side.

    A quantile is the linear interpolation between the two draws beside it (Hyndman and Fan, type 7); a mean is a sum
    in double precision.

    Args:
        rows: Dims (group, draw), in single or double precision; draws that are not a number are left out.

    Returns:
        Dims (stat, group), in the order of `STATS`; not a number where no draw is one.
    """
    return summarise_in_place(rows.copy())


def summarise_in_place(rows: Values) -> Table:
    """As `summarise_rows`, and leaves the draws of each group in their order."""
    draws = rows.shape[1]
    result = np.empty((len(STATS), len(rows)))
    result[0] = np.asarray(rows, dtype=np.float64).sum(axis=1)
    some = np.flatnonzero(np.isnan(result[0]))
    result[0, some] = np.nansum(rows[some].astype(np.float64), axis=1)
    rows.sort(axis=1)
    known = np.full(len(rows), draws)
    known[some] -= np.isnan(rows[some]).sum(axis=1)
    result[0] = np.divide(result[0], known, out=np.full(len(rows), np.nan), where=known > 0)
    place = _QUANTILES * (draws - 1)
    below = np.floor(place).astype(np.int64)
    low, high = (rows[:, at].T.astype(np.float64) for at in (below, np.minimum(below + 1, draws - 1)))
    result[1:] = low + (high - low) * (place - below)[:, None]
    result[1:, some] = _of_some(rows[some], known[some])
    return result


def _of_some(ordered: Values, known: NDArray[np.int64]) -> Table:
    """Quantiles where some draws are not numbers: they stand last in their order."""
    place = _QUANTILES[:, None] * np.maximum(known - 1, 0)
    below = np.floor(place).astype(np.int64)
    row = np.arange(len(ordered))
    low, high = (ordered[row, at].astype(np.float64) for at in (below, np.minimum(below + 1, np.maximum(known - 1, 0))))
    return np.asarray(low + (high - low) * (place - below))
