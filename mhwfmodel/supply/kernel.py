"""The compiled evaluator: a month of whole people, the same numbers as the reference to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel import rng
from mhwfmodel.errors import InvariantError, ScenarioError
from mhwfmodel.supply.choosing import MOST_OF_A_DOOR, MOST_OF_A_NODE, Moves, Sampled
from mhwfmodel.supply.entry import too_many_recruits
from mhwfmodel.supply.hazards import Hazards
from mhwfmodel.supply.reference import FROM_OTHER_CELLS, MonthInputs, Step
from mhwfmodel.supply.sums import add_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph
    from mhwfmodel.supply.market import Offers, Routes

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["compiled_step"]


class Market(NamedTuple):
    """What those who seek another cell can choose from; see `market.Offers`, `Places` and `Routes`."""

    weight: Table
    near: Table
    same: Table
    icb: NDArray[np.int64]
    sector: NDArray[np.int64]
    role: NDArray[np.int64]
    sectors: int
    member: NDArray[np.int64]
    begin: NDArray[np.int64]
    route_start: NDArray[np.int64]
    route_to: NDArray[np.int64]
    route_share: Table
    course: NDArray[np.int64]


def compiled_step(graph: Graph, stock: Counts, inputs: MonthInputs, chooser: Sampled, *, own: bool = False) -> Step:
    """Move the workforce by one month, as `reference.step` does.

    Args:
        graph: Stocks and flows.
        stock: People at the end of the month before, dims (draw, node).
        inputs: The month's probabilities, posts and chances.
        chooser: Seed and draws.
        own: Whether the stock may be changed in place, because nobody else reads it.

    Returns:
        The new stock, 32-bit whole numbers, and the month's flows.

    Raises:
        InvariantError: More people of one node seek another cell than the counter has numbers for.
        TypeError: A graph whose edges seek another cell without offers and routes.
    """
    draws, cells, month = chooser.draws.size, graph.cell_id.size, inputs.month
    after = np.array(stock, dtype=np.int32, order="C", copy=None if own else True)
    shape = (draws, cells)
    present, arrived, came, went = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    flows = np.zeros((len(graph.edges), *shape), dtype=np.int64)
    posts = np.asarray(inputs.posts, dtype=np.int64)
    moves = _leave_and_land(graph, after, inputs, posts, chooser, (present, flows, arrived, came, went))
    vacant = np.maximum(posts - present, 0)
    starters, unplaced, drawn = _recruit(graph, vacant, inputs, chooser)
    _enter(graph, starters, month, chooser, after)
    present += starters.sum(axis=0)
    if inputs.inflow is not None:
        coming = chooser.arrivals(graph.node_id, inputs.inflow, month=month)
        after += coming.astype(np.int32)
        add_to(present, coming, graph.node_cell)
    for edge, people in zip(graph.edges, flows, strict=True):
        if edge.starter:
            starters[graph.sources.index(edge.starter)] += people
    seeks = any(edge.seeks for edge in graph.edges)
    if seeks:
        starters[graph.sources.index(FROM_OTHER_CELLS)] += arrived
    return Step(
        after, present, tuple(flows), tuple(starters), unplaced, moves if seeks else None, drawn,
        came if seeks else None, went if seeks else None,
    )  # fmt: skip


def _leave_and_land(
    graph: Graph,
    stock: NDArray[np.int32],
    inputs: MonthInputs,
    posts: NDArray[np.int64],
    chooser: Sampled,
    counts: tuple[NDArray[np.int64], ...],
) -> Moves:
    """Change stock and counts in place; returns who moved."""
    from mhwfmodel.supply import _month

    plan, _ = graph.plan
    rates, p = Hazards.none(), np.zeros((0, 0, 0))
    if isinstance(inputs.probability, Hazards):
        rates, groups = inputs.probability.tight(), len(inputs.probability.group)
    else:
        p, groups = np.ascontiguousarray(inputs.probability), inputs.probability.shape[2]
    market = _market(graph, inputs.offers, inputs.routes, chooser.draws.size)
    moves, number = _month.leave_and_land(
        chooser.seed, chooser.draws, inputs.month, int(rng.Purpose.LEAVE), int(rng.Purpose.SEEK), MOST_OF_A_NODE, plan,
        rates, p, groups, market, posts, stock, *counts,
    )  # fmt: skip
    if number == _month.TOO_MANY:
        raise InvariantError(
            f"more than {MOST_OF_A_NODE} people of one node seek another cell: the counter has no room for them"
        )
    row, here, there = moves[:number].T
    return Moves(row, here, there, np.ones(number, dtype=np.int64))


def _market(graph: Graph, offers: Offers | None, routes: Routes | None, draws: int) -> Market:
    """The market as plain arrays; of a graph where nobody seeks, empty ones."""
    if any(edge.seeks for edge in graph.edges):
        if offers is None or routes is None:
            message = "a graph whose edges seek another cell must be given offers and routes"
            raise TypeError(message)
        places = offers.places
        return Market(
            offers.weight, offers.near, offers.same, places.icb, places.sector, places.role, places.sectors,
            places.member, places.begin, routes.start, routes.to, routes.share, routes.of_nodes(graph.node_cell),
        )  # fmt: skip
    none, empty = np.zeros(0, dtype=np.int64), np.zeros((draws, 0))
    nowhere = np.zeros((draws, 0, 0))
    return Market(
        empty, nowhere, np.zeros(draws), none, none, none, 0, none, np.zeros((0, 1), dtype=np.int64), none, none, empty,
        none,
    )  # fmt: skip


def _recruit(
    graph: Graph, vacant: NDArray[np.int64], inputs: MonthInputs, chooser: Sampled
) -> tuple[NDArray[np.int64], Counts, tuple[Counts, ...]]:
    """Starters from outside the cells, dims (source, draw, cell), whom no vacancy took, and who left the pools."""
    from mhwfmodel.supply import _recruit as kernels

    sources = len(graph.sources)
    starters, unplaced = np.zeros((sources, *vacant.shape), dtype=np.int64), np.zeros_like(vacant)
    placed = []
    for source, offered in inputs.candidates:
        whole = np.asarray(offered, dtype=np.int64)
        taken = np.minimum(whole, vacant)
        placed.append((source, taken))
        unplaced, vacant = unplaced + (whole - taken), vacant - taken
    if sources:
        kernels.recruit(
            chooser.seed, chooser.draws, inputs.month, int(rng.Purpose.RECRUIT), graph.cell_id, vacant, inputs.fill,
            inputs.source_share, starters,
        )  # fmt: skip
    drawn = []
    for pool in sorted(inputs.pools, key=lambda one: one.source):
        u = rng.uniform(chooser.seed, chooser.draws, pool.id, rng.Purpose.POOL, time=inputs.month)
        people = np.asarray(pool.people, dtype=np.int64)
        drawn.append(np.empty_like(people))
        kernels.ration(starters[pool.source], pool.of_cell, people, u, drawn[-1])
    for source, taken in placed:
        starters[source] += taken
    return starters, unplaced, tuple(drawn)


def _enter(graph: Graph, starters: NDArray[np.int64], month: int, chooser: Sampled, stock: NDArray[np.int32]) -> None:
    """Let recruits in through the doors of their source."""
    from mhwfmodel.supply import _recruit as kernels

    if not len(starters):
        return
    if starters.max(initial=0) > MOST_OF_A_DOOR:
        raise ScenarioError(too_many_recruits(MOST_OF_A_DOOR))
    _, doors = graph.plan
    kernels.enter(chooser.seed, chooser.draws, month, int(rng.Purpose.ENTER), MOST_OF_A_DOOR, doors, starters, stock)
