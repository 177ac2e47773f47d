"""The reference evaluator: one month of the workforce, written as the equations read.

The order of a month: people leave or move on (all edges of a node compete at once), those who stay advance, vacancies
are counted on what is left, those who seek another cell land where there is room, programmes and the market fill the
vacancies that remain, recruits come in. One definition, two evaluators: `Expected` splits a stock into expected values,
`Sampled` into whole people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng
from mhwfmodel.supply.hazards import Hazards
from mhwfmodel.supply.sums import sum_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.choosing import Chooser, Left, Moves
    from mhwfmodel.supply.graph import Graph
    from mhwfmodel.supply.market import Offers, Routes

    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["MonthInputs", "Pool", "Step", "step"]

FROM_OTHER_CELLS = "other_employers"
"""Source of recruits that those who move between cells count as."""


@dataclass(frozen=True, slots=True)
class Pool:
    """People whom a source of recruits can draw on, and no more.

    Args:
        source: Position of the source.
        of_cell: Pool that each cell draws on, −1 for none (no limit), dims (cell).
        people: Who is there, dims (draw, pool).
        id: Stable id of each pool for the counter, dims (pool).
    """

    source: int
    of_cell: NDArray[np.int64]
    people: Counts
    id: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class MonthInputs:
    """What one month is given.

    Args:
        month: Months since year 0, for the counter.
        probability: Joint chance of each kind of edge in the month, dims (kind, draw, group), or the hazards that they
            are made of.
        posts: Funded posts, dims (draw, cell).
        fill: Chance that a vacancy is filled by the market, dims (draw, cell).
        source_share: Share of each source in the market's recruits, dims (source, draw, cell); sums to 1 over sources.
        candidates: People whom programmes offer, by source, dims (draw, cell) each.
        inflow: Expected arrivals at each node whatever the vacancies, dims (draw, node); none when left out.
        offers: What is on offer to those who seek another cell; nothing when left out.
        routes: Where courses lead to; nowhere when left out.
        pools: Sources that cannot give more people than there are.
    """

    month: int
    probability: NDArray[np.float64] | Hazards
    posts: Counts
    fill: NDArray[np.float64]
    source_share: NDArray[np.float64]
    candidates: tuple[tuple[int, Counts], ...] = ()
    inflow: NDArray[np.float64] | None = None
    offers: Offers | None = None
    routes: Routes | None = None
    pools: tuple[Pool, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one month gives.

    Args:
        stock: People at the end of the month, dims (draw, node).
        filled: The same by cell, dims (draw, cell).
        flows: People who took each kind of edge, dims (draw, cell) each, in the order of the graph's edges.
        starters: Starters of each source, moves inside the cell and from other cells included, dims (draw, cell) each.
        unplaced: People whom programmes offered and no vacancy took, dims (draw, cell).
        moves: Who moved from cell to cell; none where no edge seeks one.
        drawn: People taken from each pool, dims (draw, pool) each, in the order of their sources.
        came: Who came to each cell from another one, dims (draw, cell); none where no edge seeks one.
        went: Who went from each cell to another one, likewise.
    """

    stock: Counts
    filled: Counts
    flows: tuple[Counts, ...]
    starters: tuple[Counts, ...]
    unplaced: Counts
    moves: Moves | None = None
    drawn: tuple[Counts, ...] = ()
    came: Counts | None = None
    went: Counts | None = None


def step(graph: Graph, stock: Counts, inputs: MonthInputs, chooser: Chooser) -> Step:
    """Move the workforce by one month.

    Args:
        graph: Stocks and flows.
        stock: People at the end of the month before, dims (draw, node).
        inputs: The month's probabilities, posts and chances.
        chooser: `Expected` or `Sampled`.

    Returns:
        The new stock and the month's flows. In whole people, and exactly:
        `filled = filled before + starters − leavers` in every cell and draw (arrivals by `inflow` apart).
        A vacancy that a source's pool has nobody for stays open.
    """
    left = chooser.leave(graph, stock, inputs.probability, month=inputs.month)
    cells = graph.cell_id.size
    filled = sum_to(left.after, graph.node_cell, cells)
    arrived, moves = None, None
    if any(edge.seeks for edge in graph.edges):
        filled, arrived, moves = _land(graph, left, filled, inputs, chooser)
    after, flows = left.after, left.flows
    starters, unplaced, drawn = _recruit(graph, filled, inputs, chooser)
    chooser.enter(graph, after, starters, month=inputs.month)
    filled = filled + np.add.reduce(starters) if starters else filled
    if inputs.inflow is not None:
        coming = chooser.arrivals(graph.node_id, inputs.inflow, month=inputs.month)
        after, filled = after + coming, filled + sum_to(coming, graph.node_cell, cells)
    for edge, people in zip(graph.edges, flows, strict=True):
        if edge.starter:
            source = graph.sources.index(edge.starter)
            starters[source] = starters[source] + people
    if arrived is not None:
        source = graph.sources.index(FROM_OTHER_CELLS)
        starters[source] = starters[source] + arrived
    return Step(after, filled, tuple(flows), tuple(starters), unplaced, moves, drawn, *_across(moves, filled.shape))


def _land(
    graph: Graph, left: Left, filled: Counts, inputs: MonthInputs, chooser: Chooser
) -> tuple[Counts, Counts, Moves]:
    """Let those who seek another cell into the vacancies there; their own posts are not vacant before they go.

    Returns:
        People in each cell then, those who arrived from another, both with dims (draw, cell), and all moves.
    """
    in_post = filled + _still_in_post(graph, left)
    vacant = np.maximum(inputs.posts - in_post, 0)
    arrived, moves = chooser.land(graph, left, inputs.offers, inputs.routes, vacant, month=inputs.month)
    gone = [people for edge, people in zip(graph.edges, left.flows, strict=True) if edge.seeks and not edge.released]
    return in_post - np.add.reduce(gone) + arrived, arrived, moves


def _still_in_post(graph: Graph, left: Left) -> Counts:
    """Those who seek, by the cell they are in, dims (draw, cell); whose post is gone is in none."""
    draws, cells = left.after.shape[0], graph.cell_id.size
    if np.issubdtype(left.seeking.dtype, np.integer):
        found = np.zeros((draws, cells), dtype=np.int64)
        row, node, kind, people = np.asarray(left.seeking, dtype=np.int64).T
        held = ~np.array([edge.released for edge in graph.edges])[kind]
        np.add.at(found, (row[held], graph.node_cell[node[held]]), people[held])
        return found
    held = [not edge.released for edge in graph.edges if edge.seeks]
    return sum_to(left.seeking[held].sum(axis=0), graph.node_cell, cells)


def _recruit(
    graph: Graph, filled: Counts, inputs: MonthInputs, chooser: Chooser
) -> tuple[list[Counts], Counts, tuple[Counts, ...]]:
    """Starters from outside the cells by source, dims (draw, cell), whom no vacancy took, and who left the pools."""
    vacancies = np.maximum(inputs.posts - filled, 0)
    starters: list[Counts] = [np.zeros_like(vacancies) for _ in graph.sources]
    unplaced = np.zeros_like(vacancies)
    for source, offered in inputs.candidates:
        placed = np.minimum(offered, vacancies)
        starters[source] = starters[source] + placed
        unplaced = unplaced + (offered - placed)
        vacancies = vacancies - placed
    rest = chooser.split(rng.Purpose.RECRUIT, graph.cell_id, vacancies, inputs.fill, month=inputs.month, decision=0)
    left = _not_yet(inputs.source_share)
    drawn = []
    pools = {pool.source: pool for pool in inputs.pools}
    for source in range(len(graph.sources)):
        if source == len(graph.sources) - 1:
            hired = rest
        else:
            share = inputs.source_share[source]
            chance = np.divide(share, left[source], out=np.zeros_like(share), where=left[source] > 0)
            hired = chooser.split(
                rng.Purpose.RECRUIT, graph.cell_id, rest, chance, month=inputs.month, decision=source + 1
            )
        rest = rest - hired
        if source in pools:
            hired, taken = chooser.draw_on(pools[source], hired, month=inputs.month)
            drawn.append(taken)
        starters[source] = starters[source] + hired
    return starters, unplaced, tuple(drawn)


def _not_yet(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each of several shares in turn, the sum of it and of those after it.

    Summed from the end, so that what comes before a share of 0 takes exactly all that is left.
    """
    return np.cumsum(shares[::-1], axis=0)[::-1]


def _across(moves: Moves | None, shape: tuple[int, ...]) -> tuple[Counts | None, Counts | None]:
    """Who came to each cell from another one, and who went, dims (draw, cell)."""
    if moves is None:
        return None, None
    away = moves.left != moves.entered
    found = []
    for cell in (moves.entered, moves.left):
        found.append(np.zeros(shape, dtype=moves.people.dtype))
        np.add.at(found[-1], (moves.draw[away], cell[away]), moves.people[away])
    return found[0], found[1]
