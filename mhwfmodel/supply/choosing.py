"""How a stock is split: into expected values, or into whole people by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mhwfmodel import rng
from mhwfmodel.errors import InvariantError, ScenarioError
from mhwfmodel.supply.entry import too_many_recruits
from mhwfmodel.supply.graph import OUT
from mhwfmodel.supply.hazards import Hazards, chances
from mhwfmodel.supply.kinds import counted
from mhwfmodel.supply.market import NOWHERE, destinations, wished
from mhwfmodel.supply.sums import add_to, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph, Landing
    from mhwfmodel.supply.market import Offers, Routes
    from mhwfmodel.supply.reference import Pool

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["Chooser", "Expected", "Left", "Moves", "Sampled"]

MOST_OF_A_NODE = 4095
"""People of a node who may seek another cell in a month: each has a number of their own in the counter."""

MOST_OF_A_DOOR = 8192
"""Recruits of a source who may enter a cell in a month, likewise."""


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

    def leave(self, graph: Graph, stock: Counts, given: Hazards | Table, *, month: int) -> Left:
        """Who of `stock` (draw, node) takes which edge, and who looks for another cell."""

    def land(
        self, graph: Graph, left: Left, offers: Offers | None, routes: Routes | None, vacant: Counts, *, month: int
    ) -> tuple[Counts, Moves]:
        """Let those who seek into the vacancies (draw, cell) they wish for: who arrives in each cell, and all moves."""

    def draw_on(self, pool: Pool, wanted: Counts, *, month: int) -> tuple[Counts, Counts]:
        """Whom cells get (draw, cell) of those they want from a pool, and who leaves it, dims (draw, pool)."""

    def enter(self, graph: Graph, stock: Counts, starters: Sequence[Counts], *, month: int) -> None:
        """Let the starters of each source, dims (draw, cell), in through its doors; changes `stock`."""

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

    def leave(self, graph: Graph, stock: Counts, given: Hazards | Table, *, month: int) -> Left:
        """`stock × probability` for each kind of edge."""
        probability, _ = chances(given)
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

    def enter(self, graph: Graph, stock: Counts, starters: Sequence[Counts], *, month: int) -> None:
        """The share of each door."""
        for people, doors in zip(starters, graph.doors, strict=True):
            for nodes, share in doors:
                add_to(stock, np.asarray(people * share, dtype=np.float64), nodes)

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
        draws: The number of each draw, dims (draw): `np.arange(100, dtype=np.uint32)` for the first hundred.
    """

    seed: int
    draws: NDArray[np.uint32]

    def __post_init__(self) -> None:
        """Refuse what is no seed or no draw numbers."""
        object.__setattr__(self, "draws", counted(self.seed, self.draws))

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

    def leave(self, graph: Graph, stock: Counts, given: Hazards | Table, *, month: int) -> Left:
        """Multinomial counts, `rng.competing`."""
        whole = np.asarray(stock, dtype=np.int64)
        probability, any_of = chances(given)
        taken = rng.competing(
            self.seed, self.draws, graph.node_id, rng.Purpose.LEAVE, whole, probability, graph.node_group, graph.lines,
            any_of, time=month,
        )  # fmt: skip
        after, flows = settle(graph, whole, taken)
        kinds = np.flatnonzero(graph.seeks)
        draw, node, kind = np.nonzero(np.moveaxis(taken[kinds], 0, 2))
        return Left(after, flows, np.stack([draw, node, kinds[kind], taken[kinds[kind], draw, node]], axis=1))

    def land(
        self, graph: Graph, left: Left, offers: Offers | None, routes: Routes | None, vacant: Counts, *, month: int
    ) -> tuple[Counts, Moves]:
        """Everybody chooses by a uniform of their own, and has a rank by another where there is too little room."""
        if graph.landing is None or offers is None or routes is None:
            message = "a graph whose edges seek another cell must be given offers, routes and where people land"
            raise TypeError(message)
        seeking = np.asarray(left.seeking, dtype=np.int64)
        if seeking[:, 3].max(initial=0) > MOST_OF_A_NODE:
            message = (
                f"more than {MOST_OF_A_NODE} people of one node seek another cell: the counter has no room for them"
            )
            raise InvariantError(message)
        row, node, kind = np.repeat(seeking[:, :3], seeking[:, 3], axis=0).T
        one_of = np.arange(row.size) - np.repeat(np.cumsum(seeking[:, 3]) - seeking[:, 3], seeking[:, 3])
        of = (self.seed, self.draws[row], graph.node_id[node], rng.Purpose.SEEK, (one_of << 4 | kind) << 1)
        u, rank = (rng.each(*of[:4], of[4] + half, graph.lines[node], time=month) for half in (0, 1))
        wish = _wishes(graph, offers, routes, row, node, kind, u)
        goes = (wish != NOWHERE) & _let_in(row, wish, rank, vacant)
        here, stay = graph.node_cell[node], graph.targets[kind, node]
        np.add.at(left.flows, (kind, row, here), goes | (stay == OUT))
        stays = ~goes & (stay != OUT)
        np.add.at(left.after, (row[stays], stay[stays]), 1)
        moves = goes & (wish >= 0)
        row, here, there = row[moves], here[moves], wish[moves]
        np.add.at(left.after, (row, graph.landing.at(there, graph.landing.code[node[moves]])), 1)
        arrived = np.zeros(vacant.shape, dtype=np.int64)
        np.add.at(arrived, (row, there), 1)
        return arrived, Moves(row, here, there, np.ones(row.size, dtype=np.int64))

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

    def enter(self, graph: Graph, stock: Counts, starters: Sequence[Counts], *, month: int) -> None:
        """Each recruit chooses a door by a uniform of their own."""
        for source, (people, doors) in enumerate(zip(starters, graph.doors, strict=True)):
            nodes = np.stack([into for into, _ in doors])
            upto = np.cumsum([share for _, share in doors])
            number = np.asarray(people, dtype=np.int64)
            if number.max(initial=0) > MOST_OF_A_DOOR:
                raise ScenarioError(too_many_recruits(MOST_OF_A_DOOR))
            row, cell = np.nonzero(number)
            first = np.cumsum(number[row, cell]) - number[row, cell]
            one_of = np.arange(int(number.sum())) - np.repeat(first, number[row, cell])
            row, cell = np.repeat(row, number[row, cell]), np.repeat(cell, number[row, cell])
            decision = source * MOST_OF_A_DOOR + one_of
            u = rng.each(self.seed, self.draws[row], graph.cell_id[cell], rng.Purpose.ENTER, decision, time=month)
            door = np.minimum(np.searchsorted(upto, u, side="right"), upto.size - 1)
            np.add.at(stock, (row, nodes[door, cell]), 1)

    def arrivals(self, entities: NDArray[np.uint32], mean: Table, *, month: int) -> Counts:
        """Poisson counts, dims (draw, entity)."""
        return rng.poisson(self.seed, self.draws, entities, rng.Purpose.ARRIVE, mean, time=month)


def _let_in(row: NDArray[np.int64], wish: NDArray[np.int64], rank: Table, vacant: Counts) -> NDArray[np.bool_]:
    """Who is taken in: where more wish for a cell than it has vacancies, those of the lowest ranks."""
    taken = np.ones(row.size, dtype=np.bool_)
    asks = np.flatnonzero(wish >= 0)
    order = asks[np.lexsort((rank[asks], wish[asks], row[asks]))]
    key = row[order] * vacant.shape[1] + wish[order]
    place = np.arange(order.size) - np.searchsorted(key, key)
    taken[order] = place < np.maximum(vacant, 0)[row[order], wish[order]]
    return taken


def _wishes(
    graph: Graph,
    offers: Offers,
    routes: Routes,
    row: NDArray[np.int64],
    node: NDArray[np.int64],
    kind: NDArray[np.int64],
    u: Table,
) -> NDArray[np.int64]:
    """The cell that each person wishes for, out of the model (−1) or `NOWHERE`; in the order of ICBs, then of cells."""
    wish = np.full(row.size, NOWHERE)
    course = routes.of_nodes(graph.node_cell)
    for person, (draw, at, way) in enumerate(zip(row.tolist(), node.tolist(), kind.tolist(), strict=True)):
        if graph.edges[way].routed:
            ends = slice(routes.start[course[at]], routes.start[course[at] + 1])
            chosen = np.searchsorted(np.cumsum(routes.share[draw, ends]), u[person], side="right")
            if chosen < routes.to[ends].size:
                wish[person] = routes.to[ends][chosen]
        else:
            cell = int(graph.node_cell[at])
            wish[person] = wished(offers, draw, cell, float(u[person]), own_too=graph.edges[way].released)
    return wish
