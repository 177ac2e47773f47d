"""Many months of many draws of a plain graph at once: no market, nobody seeks, and arrivals are given.

The equations are those of `supply.step`, and so are the numbers: in whole people to the last bit, in expected values
to rounding. Draws go in lock step, one beside the other in the processor's registers (lanes), and the months of a
block of draws are run through before the next block: its people stay in the processor's memory, and sums are made on
the way. Chances that all draws share are prepared once, chances that differ by draw are worked out in the lanes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from mhwfmodel.errors import DataError
from mhwfmodel.supply.choosing import Expected, Sampled
from mhwfmodel.supply.lanes import Layout, in_line, layout
from mhwfmodel.supply.plain import draws_of, faults_of, wrong_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["Projection", "project"]

_WORD_BITS = 32
_WORD = 2**_WORD_BITS - 1


@dataclass(frozen=True, slots=True)
class Projection:
    """What a projection gives.

    Args:
        people: People at the end of each month, dims (month, draw, sum).
        stock: People at the end of the last month, dims (draw, node); none unless they were asked for.
    """

    people: Counts
    stock: Counts | None


@dataclass(frozen=True, slots=True)
class _Task:
    """What all blocks of draws read.

    Args:
        layout: The graph's nodes in their order.
        months: Months since year 0.
        stock: Dims (draw or 1, node).
        probability: Dims (kind, draw or 1, group).
        multiplier: Dims (month or 1, kind, group).
        inflow: Dims (draw or 1, node).
        people: Written, dims (month, draw, sum).
        last: Written, dims (draw, node); without nodes when it is not asked for.
    """

    layout: Layout
    months: range
    stock: Counts
    probability: Table
    multiplier: Table
    inflow: Table
    people: Counts
    last: Counts


def project(
    graph: Graph,
    stock: Counts,
    probability: Table,
    months: range,
    chooser: Sampled | Expected,
    *,
    inflow: Table | None = None,
    multiplier: Table | None = None,
    sums: NDArray[np.int64] | None = None,
    keep_stock: bool = False,
    threads: int = 1,
) -> Projection:
    """Move a plain graph by many months: in each, people go or stay, and then others arrive.

    Args:
        graph: Stocks and flows; nobody seeks another cell, and sources and doors are not used: give `()`.
        stock: People before the first month, in the order of the graph's nodes, dims (node) or (draw, node).
        probability: Joint chance of each kind of edge in a month, dims (kind, group) when all draws share it, else
            (kind, draw, group): a node reads the column that `Graph.node_group` names. The chances of a group sum
            to 1 at most; who takes no edge goes along `Graph.advance`.
        months: Months one after the other, from 0 on: `range(24)`, or months since year 0 as a run counts them. The
            number of a month is part of its random numbers.
        chooser: `Sampled` for whole people, `Expected` for expected values.
        inflow: Expected arrivals at each node in a month, dims (node) or (draw, node); none when left out. Who arrives
            moves from the next month on.
        multiplier: What each month makes of the chances (feedback, trends), dims (month, kind, group); they are
            multiplied by it. Nothing when left out.
        sums: Which sum each node counts in, 0 and up, negative for none, dims (node); all in one when left out.
        keep_stock: Whether the last month's people by node are kept.
        threads: Blocks of draws that are run at once; no number depends on it.

    Raises:
        DataError: What is given is of another type, does not fit the graph, chances leave 0 to 1, or whole people are
            not whole; all faults at once, those of types first.
    """
    given = {"stock": stock, "probability": probability, "inflow": inflow, "multiplier": multiplier, "sums": sums}
    faults = list(wrong_kinds(graph, months, chooser, threads, given))
    if faults:
        raise DataError(faults)
    nodes = graph.node_id.size
    sums = np.zeros(nodes, dtype=np.int64) if sums is None else np.asarray(sums)
    coming = np.zeros(nodes) if inflow is None else np.asarray(inflow, dtype=np.float64)
    chance = np.asarray(probability, dtype=np.float64)
    people = cast("Counts", np.asarray(stock))
    shape = (1, *chance.shape[:1], *chance.shape[-1:])
    scale = np.ones(shape) if multiplier is None else np.ascontiguousarray(multiplier, dtype=np.float64)
    faults = list(faults_of(graph, people, chance, months, chooser, coming, scale, sums, threads))
    if faults:
        raise DataError(faults)
    draws, sums = draws_of(chooser, people, coming, chance), sums.astype(np.int64)
    chance = chance if chance.ndim == 3 else chance[:, None, :]
    task = _Task(
        layout(graph, chance, sums),
        months,
        people[None, :] if people.ndim == 1 else people,
        chance,
        scale,
        np.atleast_2d(coming),
        _empty((len(months), draws, int(sums.max(initial=-1)) + 1), chooser),
        _empty((draws, nodes if keep_stock else 0), chooser),
    )
    _run(task, chooser, threads)
    return Projection(task.people, task.last if keep_stock else None)


def _empty(shape: tuple[int, ...], chooser: Sampled | Expected) -> Counts:
    """Room for people, whole or expected."""
    return np.empty(shape, dtype=np.int64) if isinstance(chooser, Sampled) else np.empty(shape)


def _run(task: _Task, chooser: Sampled | Expected, threads: int) -> None:
    """Run all blocks of draws; a block is what goes in lanes."""
    from mhwfmodel.rng._vector import WIDTH

    draws = task.people.shape[1]
    one = _expected(task) if isinstance(chooser, Expected) else _sampled(task, chooser)
    with ThreadPoolExecutor(threads) as pool:
        blocks = [slice(first, min(first + WIDTH, draws)) for first in range(0, draws, WIDTH)]
        for done in [pool.submit(one, block) for block in blocks]:
            done.result()


def _expected(task: _Task) -> Callable[[slice], None]:
    """What runs a block of draws in expected values."""
    from mhwfmodel.supply import _tiles

    rows, ways, most = task.layout.flows()
    node = task.layout.node[::-1]
    shared = task.inflow.shape[0] == 1
    waiting = int((rows[:, _tiles.WAITING] > 0).sum())

    def run(block: slice) -> None:
        people = task.people[:, block]
        places = in_line(node.size + waiting, np.float64)
        _put_in_lanes(node, task.stock, block, places)
        arrivals = task.inflow[0, node] if shared else _in_lanes(node, task.inflow, block)
        shares = in_line(most, np.float64)
        sums = in_line(people.shape[0] * people.shape[2], np.float64)
        _tiles.months_of_parts(
            rows, ways, _chances(task.probability, block), task.multiplier, arrivals.ravel(), places.ravel(),
            shares.ravel(), sums.ravel(), people,
        )  # fmt: skip
        _keep(task, node, places, block)

    return run


def _sampled(task: _Task, chooser: Sampled) -> Callable[[slice], None]:
    """What runs a block of draws in whole people."""
    from mhwfmodel.rng._lanes import nobody
    from mhwfmodel.supply import _lanes, _lanes_by_draw, _sending

    order = task.layout
    shared = task.probability.shape[1] == task.inflow.shape[0] == 1
    rows, ways = order.rows(np.any(task.inflow > 0.0, axis=0)[order.node]), order.ways()
    chances = np.ascontiguousarray(task.multiplier * task.probability[:, 0])
    none = nobody(task.inflow)
    clock = chooser.seed, np.uint64(chooser.seed & _WORD), np.uint64(chooser.seed >> _WORD_BITS), task.months.start
    kinds, sums = chances.shape[1], order.node.size + order.queues

    def run(block: slice) -> None:
        people = task.people[:, block]
        draws = in_line(1, np.uint64).ravel()
        draws[: people.shape[1]] = chooser.draws[block]
        places = in_line(sums + people.shape[2], np.int32)
        _put_in_lanes(order.node, task.stock, block, places)
        room, taken = in_line(_sending.ROOM + 2 * kinds, np.float64).ravel(), in_line(kinds + 1, np.int32).ravel()
        if shared:
            arrivals = np.ascontiguousarray(np.concatenate([task.inflow, none])[:, order.node])
            laws = np.zeros(len(ways) * _lanes.LAWS)
            _lanes.months_by_law(
                *clock, draws, rows, ways, chances, arrivals, sums, places.ravel(), people, laws, room, taken
            )  # fmt: skip
        else:
            _lanes_by_draw.months_by_draw(
                *clock, draws, rows, ways, _chances(task.probability, block), task.multiplier,
                _in_lanes(order.node, task.inflow, block).ravel(), _in_lanes(order.node, none, block).ravel(), sums,
                places.ravel(), people, room, taken,
            )  # fmt: skip
        _keep(task, order.node, places, block)

    return run


def _in_lanes(node: NDArray[np.int64], values: Counts, block: slice) -> Counts:
    """Values by node, dims (draw or 1, node), as rows of lanes, dims (row, lane): 0 where there is no draw."""
    out = in_line(node.size, values.dtype)
    _put_in_lanes(node, values, block, out)
    return out


def _put_in_lanes(node: NDArray[np.int64], values: Counts, block: slice, out: Counts) -> None:
    """Write values by node into the first rows of lanes; see `_in_lanes`."""
    rows = out[: node.size, : block.stop - block.start]
    rows[:] = (values if values.shape[0] == 1 else values[block])[:, node].T


def _chances(probability: Table, block: slice) -> Table:
    """Chances as lanes, dims (kind × group × lane): 0 where there is no draw."""
    kinds, draws, groups = probability.shape
    out = in_line(kinds * groups, np.float64).reshape(kinds, groups, -1)
    out[:, :, : block.stop - block.start] = (probability if draws == 1 else probability[:, block]).transpose(0, 2, 1)
    return out.ravel()


def _keep(task: _Task, node: NDArray[np.int64], places: Counts, block: slice) -> None:
    """Write the last month's people, if they are asked for."""
    if task.last.shape[1]:
        task.last[block, node] = places[: node.size, : block.stop - block.start].T
