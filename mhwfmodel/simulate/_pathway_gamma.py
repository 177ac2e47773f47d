# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: shares and quantiles of gamma distributions from tables, for waits of which two moments are known."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import compiled, inlined

_LEAST = 1e-9


@inlined
def _between(at, size):
    """Node below a place on a grid, and how far beyond it the place is."""
    low = min(max(int(at), 0), size - 2)
    return low, min(max(at - low, 0.0), 1.0)


@inlined
def _share(table, row, part, at):
    """Share of waits up to a place on the grid of waits."""
    low, beside = _between(at, table.shape[1])
    below = (1.0 - part) * table[row, low] + part * table[row + 1, low]
    above = (1.0 - part) * table[row, low + 1] + part * table[row + 1, low + 1]
    return (1.0 - beside) * below + beside * above


@compiled
def points(number, days, squares, short, long, grid, table, inverse, out):
    """Write five points of gamma distributions with two given moments.

    Args:
        number: Waits, dims (group).
        days: Their sum.
        squares: Sum of their squares.
        short: Share of at most so many days is told.
        long: Share of more than so many days is told.
        grid: Lowest power of 2 of the shape and of the wait over its mean, and nodes a doubling.
        table: Share of waits up to a wait, dims (shape, wait).
        inverse: Median and 90th percentile over the mean, dims (2, shape).
        out: Waits of at most `short`, of more than `long`, median, 90th percentile; dims (4, group). Not a number for
            the last two where nobody waited.
    """
    lowest_shape, lowest_wait, nodes = grid
    near_at, far_at = np.log2(short) - lowest_wait, np.log2(long) - lowest_wait
    for group in range(number.size):
        people = number[group]
        if not people > _LEAST:
            out[0, group], out[1, group], out[2, group], out[3, group] = 0.0, 0.0, np.nan, np.nan
            continue
        mean = days[group] / people
        if not mean > _LEAST:
            out[0, group], out[1, group], out[2, group], out[3, group] = people, 0.0, 0.0, 0.0
            continue
        spread = max(squares[group] / people / (mean * mean) - 1.0, _LEAST)
        row, part = _between((-np.log2(spread) - lowest_shape) * nodes, table.shape[0])
        doublings = np.log2(mean)
        near = _share(table, row, part, (near_at - doublings) * nodes)
        far = _share(table, row, part, (far_at - doublings) * nodes)
        out[0, group], out[1, group] = people * near, people * (1.0 - far)
        for which in range(2):
            middle = (1.0 - part) * inverse[which, row] + part * inverse[which, row + 1]
            out[2 + which, group] = mean * middle
