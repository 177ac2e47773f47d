"""How a stock is split: into expected values, or into whole people by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mhwfmodel import rng
from mhwfmodel.errors import InvariantError
from mhwfmodel.supply.graph import OUT
from mhwfmodel.supply.market import destinations
from mhwfmodel.supply.sums import add_to, settle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph, Landing
    from mhwfmodel.supply.market import Offers, Routes
    from mhwfmodel.supply.reference import Pool

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["Chooser", "Expected", "Left", "Moves", "Sampled"]

_MOST_OF_A_NODE = 4095
_SEEKERS_A_DRAW = 4096


@dataclass(frozen=True, slots=True)
class Left:
    """A workforce between leaving and landing.

    Args:
        after: People by node who are where they will be, dims (draw, node).
        flows: People who took each kind of edge, dims (kind, draw, cell); of kinds that seek none yet.
        seeking: Who seeks another cell: whole people as rows (draw, node, kind, people), expected ones as
            an array (kind, draw, node) of the kinds that seek.
    """

    after: Counts
    flows: Counts
    seeking: Counts


@dataclass(frozen=True, slots=True)
class Moves:
    """Who moved from one cell to another: rows of draw, cell left and cell entered, and how many."""

    draw: NDArray[np.int64]
    left: NDArray[np.int64]
    entered: NDArray[np.int64]
    people: Counts


class Chooser(Protocol):
    """How a stock is split: in expectation or in whole people."""

    def split(
        self,
        purpose: rng.Purpose,
        entities: NDArray[np.uint32],
        number: Counts,
        chance: Table,
        column: NDArray[np.int64] | None = None,
        *,
        month: int,
        decision: int,
    ) -> Counts:
        """How many of `number` (draw, entity) go, each with `chance` (draw, column)."""

    def leave(self, graph: Graph, stock: Counts, probability: Table, *, month: int) -> Left:
        """Who of `stock` (draw, node) takes which edge, and who looks for another cell."""

    def land(
        self, graph: Graph, left: Left, offers: Offers | None, routes: Routes | None, vacant: Counts, *, month: int
    ) -> tuple[Counts, Moves]:
        """Let those who seek into the vacancies (draw, cell) they wish for: who arrives in each cell, and all moves."""

    def draw_on(self, pool: Pool, wanted: Counts, *, month: int) -> tuple[Counts, Counts]:
        """Whom cells get (draw, cell) of those they want from a pool, and who leaves it, dims (draw, pool)."""

    def arrivals(self, entities: NDArray[np.uint32], mean: Table, *, month: int) -> Counts:
        """How many arrive when `mean` (draw, entity) are expected."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected values: a share of a stock goes."""

    def split(
        self,
        purpose: rng.Purpose,
        entities: NDArray[np.uint32],
        number: Counts,
        chance: Table,
        column: NDArray[np.int64] | None = None,
        *,
        month: int,
        decision: int,
    ) -> Counts:
        """`number × chance`."""
        return number * (chance if column is None else chance[:, column])

    def leave(self, graph: Graph, stock: Counts, probability: Table, *, month: int) -> Left:
        """`stock × probability` for each kind of edge."""
        taken = stock * probability[:, :, graph.node_group]
        after, flows = settle(graph, stock, taken)
        return Left(after, flows, taken[[kind for kind, edge in enumerate(graph.edges) if edge.seeks]])

    def land(
        self, graph: Graph, left: Left, offers: Offers | None, routes: Routes | None, vacant: Counts, *, month: int
    ) -> tuple[Counts, Moves]:
        """Shares of those who seek; where more wish to come than there is room, the same share of each."""
        if graph.landing is None:
            message = "a graph whose edges seek another cell must say where people land"
            raise TypeError(message)
        draws, cells = vacant.shape
        arrived = np.zeros((draws, cells))
        rows = [
            _land_one(graph, graph.landing, left, offers, routes, np.asarray(vacant[draw], float), draw, arrived[draw])
            for draw in range(draws)
        ]
        joined = [np.concatenate([row[part] for row in rows]) for part in range(3)] if rows else [np.zeros(0)] * 3
        number = np.repeat(np.arange(draws), [row[0].size for row in rows])
        return arrived, Moves(number, joined[0].astype(np.int64), joined[1].astype(np.int64), joined[2])

    def draw_on(self, pool: Pool, wanted: Counts, *, month: int) -> tuple[Counts, Counts]:
        """The same share of what each cell wants, where the pool has too few."""
        asked, there = _asked(pool, wanted)
        share = np.minimum(np.divide(pool.people, asked, out=np.ones_like(asked), where=asked > 0), 1.0)
        got = np.where(there, wanted * share[:, pool.of_cell], wanted)
        return got, np.minimum(asked, pool.people)

    def arrivals(self, entities: NDArray[np.uint32], mean: Table, *, month: int) -> Counts:
        """The mean."""
        return mean


def _asked(pool: Pool, wanted: Counts) -> tuple[Table, NDArray[np.bool_]]:
    """How many are wanted from each pool, dims (draw, pool), and which cells draw on one."""
    asked = np.zeros(pool.people.shape)
    add_to(asked, np.asarray(wanted, dtype=np.float64), pool.of_cell)
    return asked, pool.of_cell >= 0


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways that those may go who take a kind of edge: from a cell by what is on offer, from a course by its routes.

    Args:
        of_node: Where each node's people begin, dims (node).
        cell: Cell of each beginning, dims (beginning).
        begin: Beginning of each way, dims (way).
        to: Cell that it leads to, or out, dims (way).
        chance: Chance to go there, dims (way).
    """

    of_node: NDArray[np.int64]
    cell: NDArray[np.int64]
    begin: NDArray[np.int64]
    to: NDArray[np.int64]
    chance: Table


def _ways(graph: Graph, offers: Offers | None, routes: Routes | None, kind: int, draw: int) -> _Ways:
    """All ways that those who take a kind of edge may go."""
    of_node, cell = graph.node_cell, np.arange(graph.cell_id.size)
    lines = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))]
    if graph.edges[kind].routed and routes is not None:
        of_node = routes.of_nodes(of_node)
        cell = cell if routes.cell is None else routes.cell
        lines = [(routes.course, routes.to, routes.share[draw])]
    elif not graph.edges[kind].routed and offers is not None:
        for role in range(offers.places.start.size - 1):
            cells = offers.places.member[offers.places.start[role] : offers.places.start[role + 1]]
            chance = destinations(offers, draw, role, own_too=graph.edges[kind].released)
            left, entered = np.nonzero(chance)
            lines.append((cells[left], cells[entered], chance[left, entered]))
    begin, to, chances = (np.concatenate(part) for part in zip(*lines, strict=True))
    return _Ways(of_node, cell, begin, to, chances)


def _land_one(
    graph: Graph,
    landing: Landing,
    left: Left,
    offers: Offers | None,
    routes: Routes | None,
    vacant: Table,
    draw: int,
    arrived: Table,
) -> tuple[NDArray[np.int64], NDArray[np.int64], Table]:
    """One draw of `Expected.land`: changes `left` and `arrived`; returns cell left, cell entered and people."""
    from scipy import sparse

    cells, codes = landing.node.shape
    kinds = [kind for kind, edge in enumerate(graph.edges) if edge.seeks]
    ways = [_ways(graph, offers, routes, kind, draw) for kind in kinds]
    seeking = [np.asarray(people[draw], dtype=np.float64) for people in left.seeking]
    leaving = [
        np.asarray(np.bincount(way.of_node, people, way.cell.size), dtype=np.float64)
        for way, people in zip(ways, seeking, strict=True)
    ]
    asked = np.zeros(cells)
    for way, people in zip(ways, leaving, strict=True):
        kept = way.to != OUT
        np.add.at(asked, way.to[kept], people[way.begin[kept]] * way.chance[kept])
    room = np.minimum(np.divide(np.maximum(vacant, 0.0), asked, out=np.ones(cells), where=asked > 0), 1.0)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], Table]] = []
    for kind, people, gone, way in zip(kinds, seeking, leaving, ways, strict=True):
        kept = way.to != OUT
        let_in = way.chance * np.where(kept, room[way.to], 1.0)
        goes = np.bincount(way.begin, let_in, minlength=way.cell.size)
        left.flows[kind, draw] += np.bincount(way.cell, gone * goes, minlength=cells)
        rest = people * (1.0 - goes[way.of_node])
        add_to(left.after[draw : draw + 1], rest[None, :], graph.edges[kind].target)
        left.flows[kind, draw] += np.bincount(graph.node_cell, rest * (graph.targets[kind] == OUT), minlength=cells)
        held = np.flatnonzero(people)
        shape = (way.cell.size, codes)
        by_code = sparse.csr_array((people[held], (way.of_node[held], landing.code[held])), shape=shape)
        begin, to = way.begin[kept], way.to[kept]
        coming = (sparse.csr_array((let_in[kept], (to, begin)), shape=(cells, way.cell.size)) @ by_code).tocoo()
        into = landing.at(coming.row.astype(np.int64), coming.col.astype(np.int64))
        add_to(left.after[draw : draw + 1], coming.data[None, :], into)
        moved = gone[begin] * let_in[kept]
        np.add.at(arrived, to, moved)
        parts.append((way.cell[begin], to, moved))
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Sampled:
    """Whole people: binomial and Poisson counts, one uniform a decision.

    Args:
        seed: Key of the random numbers.
        draws: Draw numbers of the rows, dims (draw).
    """

    seed: int
    draws: NDArray[np.uint32]

    def split(
        self,
        purpose: rng.Purpose,
        entities: NDArray[np.uint32],
        number: Counts,
        chance: Table,
        column: NDArray[np.int64] | None = None,
        *,
        month: int,
        decision: int,
    ) -> Counts:
        """Binomial counts, dims (draw, entity)."""
        whole = np.asarray(number, dtype=np.int64)
        return rng.binomial(
            self.seed, self.draws, entities, purpose, whole, chance, column, time=month, decision=decision
        )

    def leave(self, graph: Graph, stock: Counts, probability: Table, *, month: int) -> Left:
        """Multinomial counts; the same as `rng.competing` and `sums.settle` give, made in one pass."""
        from mhwfmodel.supply import _kernels

        whole = stock if np.issubdtype(stock.dtype, np.integer) else np.asarray(stock, dtype=np.int64)
        room = min(_SEEKERS_A_DRAW, int(graph.seeks.sum()) * graph.node_id.size) * len(whole)
        while True:
            after = np.zeros_like(whole)
            flows = np.zeros((len(graph.edges), whole.shape[0], graph.cell_id.size), dtype=np.int64)
            seeking = np.empty((room, 4), dtype=np.int64)
            found = _kernels.leave(
                self.seed, self.draws, month, int(rng.Purpose.LEAVE), graph.node_id, graph.lines, whole, probability,
                graph.node_group, graph.advance, graph.targets, graph.node_cell, graph.seeks, after, flows, seeking,
            )  # fmt: skip
            if found <= room:
                return Left(after, flows, seeking[:found])
            room = found

    def land(
        self, graph: Graph, left: Left, offers: Offers | None, routes: Routes | None, vacant: Counts, *, month: int
    ) -> tuple[Counts, Moves]:
        """Everybody chooses by a uniform of their own, and has a rank by another where there is too little room."""
        from mhwfmodel.supply import _market

        if graph.landing is None or offers is None or routes is None:
            message = "a graph whose edges seek another cell must be given offers, routes and where people land"
            raise TypeError(message)
        seeking = np.asarray(left.seeking, dtype=np.int64)
        if seeking[:, 3].max(initial=0) > _MOST_OF_A_NODE:
            message = (
                f"more than {_MOST_OF_A_NODE} people of one node seek another cell: the counter has no room for them"
            )
            raise InvariantError(message)
        people = int(seeking[:, 3].sum())
        wish, rank = np.empty(people, dtype=np.int64), np.empty(people)
        places = offers.places
        routed = np.array([edge.routed for edge in graph.edges])
        released = np.array([edge.released for edge in graph.edges])
        of_node = routes.of_nodes(graph.node_cell)
        _market.choose(
            self.seed, self.draws, month, int(rng.Purpose.SEEK), graph.node_id, graph.lines, seeking, routed, released,
            graph.node_cell, offers.weight, offers.near, offers.same, places.icb, places.sector, places.role,
            places.start, places.member, routes.start, routes.to, routes.share, of_node, wish, rank,
        )  # fmt: skip
        arrived = np.zeros(vacant.shape, dtype=np.int64)
        moves = np.empty((people, 3), dtype=np.int64)
        moved = _market.place(
            seeking, graph.targets, graph.node_cell, graph.landing.code, graph.landing.plain, graph.landing.node,
            np.asarray(vacant, dtype=np.int64), wish, rank, left.after, left.flows, arrived, moves,
        )  # fmt: skip
        row, here, there = moves[:moved].T
        return arrived, Moves(row, here, there, np.ones(moved, dtype=np.int64))

    def draw_on(self, pool: Pool, wanted: Counts, *, month: int) -> tuple[Counts, Counts]:
        """Where the pool has too few, whole people in proportion: the running sum cut at the pool's own uniform."""
        asked, there = _asked(pool, wanted)
        short = asked > pool.people
        if not short.any():
            return wanted, asked.astype(np.int64)
        got = np.array(wanted, dtype=np.int64)
        uniform = rng.uniform(self.seed, self.draws, pool.id, rng.Purpose.POOL, time=month)
        for draw, number in np.argwhere(short):
            cells = np.flatnonzero(there & (pool.of_cell == number))
            running = np.cumsum(wanted[draw, cells]) * (pool.people[draw, number] / asked[draw, number])
            whole = np.floor(running + uniform[draw, number])
            whole[-1] = pool.people[draw, number]
            got[draw, cells] = np.diff(np.minimum(whole, whole[-1]), prepend=0.0)
        return got, np.minimum(asked, pool.people).astype(np.int64)

    def arrivals(self, entities: NDArray[np.uint32], mean: Table, *, month: int) -> Counts:
        """Poisson counts, dims (draw, entity)."""
        return rng.poisson(self.seed, self.draws, entities, rng.Purpose.ARRIVE, mean, time=month)
