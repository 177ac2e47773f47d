"""Compiled sums by target, in the order of the columns, so that the same sum has the same bits everywhere."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def add_columns(out, values, target):
    """Add column n of `values` to column `target[n]` of `out`; a negative target drops it."""
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            place = target[column]
            if place >= 0:
                out[row, place] += values[row, column]
