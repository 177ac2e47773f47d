"""Means and quantiles over draws, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Values = NDArray[np.float32] | NDArray[np.float64]

__all__ = ["STATS", "pieces", "summarise", "summarise_rows"]

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
        result[:, piece] = summarise_rows(_contiguous(values[:, piece].T))
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
    ordered = rows.copy()
    ordered.sort(axis=1)
    if np.isnan(ordered[:, -1]).any():
        return _of_some(rows, ordered)
    place = _QUANTILES * (rows.shape[1] - 1)
    below = np.floor(place).astype(np.int64)
    low, high = (ordered[:, at].T.astype(np.float64) for at in (below, np.minimum(below + 1, rows.shape[1] - 1)))
    result = np.empty((len(STATS), len(rows)))
    result[0] = rows.astype(np.float64).sum(axis=1) / rows.shape[1]
    result[1:] = low + (high - low) * (place - below)[:, None]
    return result


def _contiguous(values: Values) -> Values:
    return values if values.flags.c_contiguous else values.copy(order="C")


def _of_some(rows: Values, ordered: Values) -> Table:
    """The same where some draws are not numbers: they stand last in their order."""
    result = np.full((len(STATS), len(rows)), np.nan)
    known = rows.shape[1] - np.isnan(ordered).sum(axis=1)
    row = np.flatnonzero(known > 0)
    known = known[row]
    result[0, row] = np.nansum(rows[row].astype(np.float64), axis=1) / known
    place = _QUANTILES[:, None] * (known - 1)
    below = np.floor(place).astype(np.int64)
    low, high = (ordered[row, at].astype(np.float64) for at in (below, np.minimum(below + 1, known - 1)))
    result[1:, row] = low + (high - low) * (place - below)
    return result
