"""A plain graph laid out for lanes: its nodes in the order in which they are moved, with the ways out of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import rng
from mhwfmodel.supply.graph import OUT

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from mhwfmodel.supply.graph import Graph

    Whole = NDArray[np.int64]

__all__ = ["Layout", "in_line", "layout"]

_LINE_BITS, _PURPOSE_BITS = 24, 16
_CACHE_LINE = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """The nodes of a graph in the order in which they are moved, each a row.

    Args:
        graph: Stocks and flows.
        open: Kinds of edges that people of a group take at all, dims (kind, group).
        node: Node of each row, dims (row).
        group: Its group, dims (row).
        stay: Row of those who stay, dims (row).
        ends: Row of those who take each kind of edge, `OUT` where they leave or nobody takes it, dims (kind, row).
        queue: Number of the queue in which people wait who come to a row that has not been moved, −1 where nobody
            does, dims (row).
        total: Which sum a row counts in, negative for none, dims (row).
    """

    graph: Graph
    open: NDArray[np.bool_]
    node: Whole
    group: Whole
    stay: Whole
    ends: Whole
    queue: Whole
    total: Whole

    @property
    def queues(self) -> int:
        """Number of queues."""
        return int(self.queue.max(initial=OUT)) + 1

    def rows(self, coming: NDArray[np.bool_]) -> Whole:
        """The table of rows that the kernels of whole people read; see `_sending`.

        Args:
            coming: Whether people arrive from outside at all, dims (row).
        """
        from mhwfmodel.supply import _sending

        rows, queues = self.node.size, self.queues
        table = np.empty((rows, _sending.END + 2 * (self.ends.shape[0] + 1)), dtype=np.int64)
        table[:, _sending.ENTITY] = self.graph.node_id[self.node]
        leave = self.graph.lines[self.node] << _LINE_BITS | int(rng.Purpose.LEAVE) << _PURPOSE_BITS
        table[:, _sending.LEAVE] = leave
        table[:, _sending.ARRIVE] = int(rng.Purpose.ARRIVE) << _PURPOSE_BITS
        table[:, _sending.GROUP] = self.group
        table[:, _sending.WAITING] = np.where(self.queue == OUT, OUT, rows + self.queue)
        total = np.where(self.total < 0, OUT, rows + queues + self.total)
        table[:, _sending.TOTAL] = total
        table[:, _sending.SENDS] = (self.ends != OUT).any(axis=0)
        table[:, _sending.COMES] = coming
        ends = self.all_ends()
        late = ends >= np.arange(rows)
        table[:, _sending.END :: 2] = np.where(late, rows + self.queue[ends], ends).T
        table[:, _sending.END + 1 :: 2] = np.where(late, OUT, total[ends]).T
        return table

    def all_ends(self) -> Whole:
        """Row of those who take each kind of edge, then of those who move on without one, dims (kind + 1, row)."""
        moved = np.where(self.stay == np.arange(self.node.size), OUT, self.stay)
        ends: Whole = np.concatenate([self.ends, moved[None, :]])
        return ends

    def ways(self) -> Whole:
        """How many kinds of edges the people of a group take, then which, dims (group, kind + 1)."""
        number = self.open.sum(axis=0)
        return np.column_stack([number, np.argsort(~self.open.T, axis=1, kind="stable")])

    def flows(self) -> tuple[Whole, Whole, int]:
        """What the kernel of expected values reads: tables of rows, the last row first, and of ways; and a part's most.

        Returns:
            The tables, see `_tiles`; and the most rows and ways of a part.
        """
        from mhwfmodel.supply import _tiles

        number = self.node.size
        rows = np.arange(number)
        ends = np.where(self.all_ends() == OUT, OUT, number - 1 - self.all_ends())[:, ::-1]
        nearby = ends == rows + 1
        handed = nearby & (np.cumsum(nearby, axis=0) == 1)
        late = (ends >= rows) & ~handed
        waits = np.unique(ends[late])
        queue = np.full(number, OUT)
        queue[waits] = number + np.arange(waits.size)
        total = np.where(self.total < 0, OUT, self.total)[::-1]
        way, row = np.nonzero(ends != OUT)
        order = np.lexsort((~handed[way, row], row))
        way, row = way[order], row[order]
        to = ends[way, row]
        ways = np.empty((way.size, _tiles.WAY), dtype=np.int64)
        ways[:, _tiles.TO] = np.where(late[way, row], queue[to], to)
        ways[:, _tiles.KIND] = np.where(way == len(self.ends), OUT, way)
        ways[:, _tiles.INTO] = np.where(late[way, row], OUT, total[to])
        table = np.zeros((number + 1, _tiles.COLUMNS), dtype=np.int64)
        table[1:, _tiles.BEGIN] = np.cumsum((ends != OUT).sum(axis=0))
        table[:-1, _tiles.PART] = _parts(self.stay, self.ends)[::-1]
        table[:-1, _tiles.NEXT] = handed.any(axis=0)
        table[:-1, _tiles.STAYS] = (self.stay == rows)[::-1]
        table[:-1, _tiles.GROUP] = self.group[::-1]
        table[:-1, _tiles.WAITING] = queue
        table[:-1, _tiles.TOTAL] = total
        most = np.bincount(table[:-1, _tiles.PART], 1 + np.diff(table[:, _tiles.BEGIN])).max(initial=0)
        return table, ways, int(most)


def _parts(stay: Whole, ends: Whole) -> Whole:
    from mhwfmodel.supply import _rows

    found: Whole = _rows.parts(np.concatenate([ends, stay[None, :]]))
    return found


def layout(graph: Graph, probability: NDArray[np.float64], sums: Whole) -> Layout:
    """Lay a graph out.

    Args:
        graph: Stocks and flows.
        probability: Joint chances, dims (kind, draw, group); a kind that no draw gives a chance is no way.
        sums: Which sum each node counts in, negative for none, dims (node).
    """
    from mhwfmodel.supply import _rows

    taken: NDArray[np.bool_] = np.any(probability > 0.0, axis=1)
    nodes = np.arange(graph.node_id.size)
    ends = np.where(taken[:, graph.node_group], graph.targets, OUT)
    node = _rows.order(np.concatenate([ends, graph.advance[None, :]]))
    part = _parts(graph.advance, ends)[node]
    # Parts of the same sum come together, so that it is near when they count in it.
    node = node[np.lexsort((part, sums[part]))]
    row = np.empty_like(nodes)
    row[node] = nodes
    ends = np.where(ends == OUT, OUT, row[ends])[:, node]
    stay = row[graph.advance[node]]
    late = np.concatenate([ends[ends >= nodes], stay[stay > nodes]])
    queue = np.full(nodes.size, OUT)
    waits = np.unique(late)
    queue[waits] = np.arange(waits.size)
    return Layout(graph, taken, node, graph.node_group[node], stay, ends, queue, sums[node])


def in_line(number: int, kind: DTypeLike) -> NDArray[Any]:
    """Zeros for lanes, dims (number, lane), that begin where a line of the processor's cache does."""
    from mhwfmodel.rng._vector import WIDTH

    size = number * WIDTH * np.dtype(kind).itemsize
    whole = np.zeros(size + _CACHE_LINE, dtype=np.uint8)
    first = -whole.ctypes.data % _CACHE_LINE
    return whole[first : first + size].view(kind).reshape(number, WIDTH)
