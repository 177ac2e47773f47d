"""Sums by target: what arrives at each node, what each cell holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph

    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["add_to", "settle", "sum_to"]


def sum_to(values: Counts, target: NDArray[np.int64], width: int) -> Counts:
    """`out[:, target[n]] += values[:, n]` for every column n in order; a negative target drops its column.

    Args:
        values: Dims (draw, column).
        target: Dims (column).
        width: Number of targets.

    Returns:
        Dims (draw, target).
    """
    out = _zeros((values.shape[0], width), values)
    add_to(out, values, target)
    return out


def add_to(out: Counts, values: Counts, target: NDArray[np.int64]) -> None:
    """Add to what `out` already holds; see `sum_to`."""
    from mhwfmodel.supply import _kernels

    _kernels.add_columns(out, values, target)


def settle(graph: Graph, stock: Counts, taken: Counts) -> tuple[Counts, Counts]:
    """Move everybody along the edges they took, or along `advance` when they took none.

    Args:
        graph: Stocks and flows.
        stock: People before, dims (draw, node).
        taken: People who take each kind of edge, dims (kind, draw, node).

    Returns:
        People after, dims (draw, node), and those who took each kind of edge by cell, dims (kind, draw, cell). Who
        takes an edge that seeks another cell is in neither.
    """
    from mhwfmodel.supply import _kernels

    # Whole people may be given to be split in expectation, so both say what the sums are made of.
    after = _zeros(stock.shape, stock, taken)
    flows = _zeros((len(graph.edges), stock.shape[0], graph.cell_id.size), taken)
    _kernels.settle(stock, taken, graph.advance, graph.targets, graph.node_cell, graph.seeks, after, flows)
    return after, flows


def _zeros(shape: tuple[int, ...], *like: Counts) -> Counts:
    whole = all(np.issubdtype(counts.dtype, np.integer) for counts in like)
    return np.zeros(shape, dtype=np.int64) if whole else np.zeros(shape, dtype=np.float64)
