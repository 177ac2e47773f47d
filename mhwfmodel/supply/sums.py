"""Sums by target: what arrives at each node, what each cell holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["add_to", "sum_to"]


def sum_to(values: Counts, target: NDArray[np.int64], width: int) -> Counts:
    """`out[:, target[n]] += values[:, n]` for every column n in order; a negative target drops its column.

    Args:
        values: Dims (draw, column).
        target: Dims (column).
        width: Number of targets.

    Returns:
        Dims (draw, target).
    """
    shape = (values.shape[0], width)
    whole = np.issubdtype(values.dtype, np.integer)
    out: Counts = np.zeros(shape, dtype=np.int64) if whole else np.zeros(shape, dtype=np.float64)
    add_to(out, values, target)
    return out


def add_to(out: Counts, values: Counts, target: NDArray[np.int64]) -> None:
    """Add to what `out` already holds; see `sum_to`."""
    from mhwfmodel.supply import _sums

    _sums.add_columns(out, values, target)
