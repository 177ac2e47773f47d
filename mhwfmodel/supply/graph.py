"""The workforce as a graph: nodes are stocks, edges are flows, doors are where recruits come in.

A node belongs to a cell (one ICB, sector, role and strand). Whoever takes none of a node's edges in a month moves along
`advance`: to the node itself in an ordinary stock, to the next month's node in a conveyor. That one rule makes a fixed
delay of twelve months twelve nodes, with no geometric approximation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.supply.kinds import stable_ids, whole_array
from mhwfmodel.supply.plan import Doors, Plan, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["OUT", "Edges", "Graph", "Landing"]

OUT = -1
"""Where an edge leads that leaves the graph, or that a node does not have."""
_TOLERANCE = 1e-9
_ID_BITS = 32
MOST_LINES = 256


@dataclass(frozen=True, slots=True)
class Edges:
    """All edges of one kind: at most one a node.

    Args:
        kind: Name of the flow, such as `exit`.
        target: Node where each node's edge leads, `OUT` when it leaves the graph, dims (node). A node without this
            edge has probability 0 on it.
        leaver: Whether who takes it counts as a leaver of the employer.
        starter: Source that who takes it counts as a starter of, or empty: a move to another employer in the same
            cell makes a leaver and a starter.
        seeks: Whether who takes it looks for a vacancy in another cell. Whom no vacancy takes goes to `target`: where
            they would have been without looking (`Graph.advance`), or out.
        released: Whether their post is gone: other employers of their own cell are open to them as well.
        routed: Whether they go by the routes of their cell (where a course leads to) instead of what is on offer.
    """

    kind: str
    target: NDArray[np.int64]
    leaver: bool
    starter: str = ""
    seeks: bool = False
    routed: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class Landing:
    """Where people find themselves who move to another cell.

    Args:
        code: What each node's people bring along, dims (node): a number that means the same in every cell.
        plain: The number that stands for it in a cell that does not have it, dims (code).
        node: The node of each cell and code, `OUT` where the cell does not have it, dims (cell, code).
    """

    code: NDArray[np.int64]
    plain: NDArray[np.int64]
    node: NDArray[np.int64]

    def at(self, cell: NDArray[np.int64], code: NDArray[np.int64]) -> NDArray[np.int64]:
        """Nodes in which people with codes land in cells; same dims."""
        exact = self.node[cell, code]
        return np.where(exact == OUT, self.node[cell, self.plain[code]], exact)


@dataclass(frozen=True, slots=True)
class Graph:
    """Stocks and flows as arrays.

    Who stays, and who takes an edge that makes a starter, stays in the cell: flows are counted where they begin.

    Args:
        cell_id: Stable id of each cell for the counter of random numbers, dims (cell): whole numbers from 0 to
            2³² − 1, made `uint32` here.
        node_id: Stable id of each node, likewise, dims (node).
        node_cell: Cell of each node, from 0, dims (node).
        node_group: Which column of the month's probabilities a node reads, from 0, dims (node): nodes of one group
            have the same chances, and those of a group sum to 1 at most.
        advance: Where those who stay are a month later, dims (node).
        edges: The kinds of edges, in the order in which a node's outflow is split.
        sources: Names of the sources of recruits; `()` where nobody is recruited.
        doors: For each source the pairs (node a cell's recruits enter, share), nodes with dims (cell); the shares of a
            source are 0 or more and sum to 1. `()` where there are no sources.
        line: Number of what a node's people are on beside their post, 0 for nothing, dims (node): with the id it makes
            a node's random numbers its own. All 0 when left out.
        landing: Where people land who move between cells; none where no edge seeks another cell.
        targets: `Edges.target` of all kinds, made here for the kernels, dims (kind, node).
        seeks: `Edges.seeks` of all kinds, likewise, dims (kind).
        plan: The graph as the compiled kernel reads it, likewise.

    Raises:
        DataError: What is of another type than named here, or labels, nodes or shares that do not fit; all faults at
            once, those of types first.
    """

    cell_id: NDArray[np.uint32]
    node_id: NDArray[np.uint32]
    node_cell: NDArray[np.int64]
    node_group: NDArray[np.int64]
    advance: NDArray[np.int64]
    edges: tuple[Edges, ...]
    sources: tuple[str, ...]
    doors: tuple[tuple[tuple[NDArray[np.int64], float], ...], ...]
    line: NDArray[np.int64] | None = None
    landing: Landing | None = None
    targets: NDArray[np.int64] = field(init=False, repr=False)
    seeks: NDArray[np.bool_] = field(init=False, repr=False)
    plan: tuple[Plan, Doors] = field(init=False, repr=False)

    @property
    def lines(self) -> NDArray[np.int64]:
        """Number of what each node's people are on, dims (node)."""
        return np.zeros(self.node_id.size, dtype=np.int64) if self.line is None else self.line

    def __post_init__(self) -> None:
        faults = list(_wrong_kinds(self)) or list(self._faults())
        if faults:
            raise DataError(faults)
        object.__setattr__(self, "cell_id", self.cell_id.astype(np.uint32, copy=False))
        object.__setattr__(self, "node_id", self.node_id.astype(np.uint32, copy=False))
        object.__setattr__(self, "targets", np.stack([edge.target.astype(np.int64, copy=False) for edge in self.edges]))
        object.__setattr__(self, "seeks", np.array([edge.seeks for edge in self.edges]))
        object.__setattr__(self, "plan", plan_of(self))

    def _faults(self) -> Iterator[Fault]:
        nodes, cells = self.node_id.size, self.cell_id.size
        if self.lines.size != nodes or (nodes and not 0 <= self.lines.min() <= self.lines.max() < MOST_LINES):
            yield Fault("graph line", f"does not give each of the {nodes} nodes a number below {MOST_LINES}", "")
            return
        of_node = self.lines << _ID_BITS | self.node_id.astype(np.int64)
        for name, ids in (("node_id", of_node), ("cell_id", self.cell_id)):
            if np.unique(ids).size < ids.size:
                yield Fault(f"graph {name}", "an id is given twice", "give every node and cell its own")
        if self.node_group.size != nodes or (nodes and self.node_group.min() < 0):
            yield Fault("graph node_group", f"does not name a group, 0 or above, for each of the {nodes} nodes", "")
        yield from _ends("advance", self.advance, nodes, 0)
        if not self.edges:
            yield Fault("graph edges", "there are none", "give one kind of edge at least")
        for edge in self.edges:
            yield from _ends(f"edge {edge.kind}", edge.target, nodes, OUT)
            if edge.starter and edge.starter not in self.sources:
                yield Fault(f"graph edge {edge.kind}", f"'{edge.starter}' is no source of recruits", "")
            if edge.seeks and self.landing is None:
                yield Fault(f"graph edge {edge.kind}", "seeks another cell, and none says where people land", "")
        if self.node_cell.size != nodes or (nodes and (self.node_cell.min() < 0 or self.node_cell.max() >= cells)):
            yield Fault("graph node_cell", f"names a cell that is not among the {cells}", "")
        else:
            yield from self._cell_faults()
            yield from self._door_faults(cells)

    def _cell_faults(self) -> Iterator[Fault]:
        if self._leaves_cell(self.advance):
            yield Fault("graph advance", "who stays would be in another cell a month later", "use an edge for a move")
        for edge in self.edges:
            if edge.starter and self._leaves_cell(edge.target):
                yield Fault(f"graph edge {edge.kind}", "its starters would be counted in another cell", "")
            if edge.seeks and self._leaves_cell(edge.target):
                yield Fault(f"graph edge {edge.kind}", "whom no vacancy takes would be in another cell", "")
            if edge.released and (edge.target != OUT).any():
                yield Fault(f"graph edge {edge.kind}", "whose post is gone would stay in it", "let its target be out")

    def _leaves_cell(self, target: NDArray[np.int64]) -> bool:
        if not _inside(target, self.node_id.size, OUT) or target.size != self.node_id.size:
            return False
        kept = target != OUT
        return bool((self.node_cell[target[kept]] != self.node_cell[kept]).any())

    def _door_faults(self, cells: int) -> Iterator[Fault]:
        if len(self.doors) != len(self.sources):
            yield Fault("graph doors", f"{len(self.doors)} doors for {len(self.sources)} sources", "")
        for source, doors in zip(self.sources, self.doors, strict=False):
            total = sum(share for _, share in doors)
            if not abs(total - 1.0) <= _TOLERANCE:
                yield Fault(f"graph door {source}", f"shares sum to {total:g}", "make them sum to 1")
            for nodes_in, share in doors:
                if share < 0.0:
                    yield Fault(f"graph door {source}", f"a share of {share:g} is below 0", "give 0 to 1")
                if not _inside(nodes_in, self.node_id.size, 0):
                    yield Fault(f"graph door {source}", "leads to a node that is not there", "")
                elif nodes_in.size != cells or (self.node_cell[nodes_in] != np.arange(cells)).any():
                    yield Fault(f"graph door {source}", "recruits of a cell would enter another cell", "")


def _ends(name: str, target: NDArray[np.int64], nodes: int, low: int) -> Iterator[Fault]:
    if target.size != nodes or not _inside(target, nodes, low):
        yield Fault(f"graph {name}", f"leads to a node that is not among the {nodes}", "")


def _inside(target: NDArray[np.int64], nodes: int, low: int) -> bool:
    return target.size == 0 or bool(low <= target.min() and target.max() < nodes)


def _wrong_kinds(graph: Graph) -> Iterator[Fault]:
    """What of a graph is of another type than it says; values are not looked at."""
    for name in ("cell_id", "node_id"):
        yield from stable_ids(f"graph {name}", getattr(graph, name))
    for name in ("node_cell", "node_group", "advance"):
        yield from whole_array(f"graph {name}", getattr(graph, name))
    if graph.line is not None:
        yield from whole_array("graph line", graph.line)
    landing: object = graph.landing
    if isinstance(landing, Landing):
        for name, dims in (("code", 1), ("plain", 1), ("node", 2)):
            yield from whole_array(f"graph landing {name}", getattr(landing, name), dims)
    elif landing is not None:
        yield Fault("graph landing", f"is of type {type(landing).__name__}", "give a Landing, or None")
    if not _all_of(graph.edges, Edges):
        yield Fault("graph edges", "are not a tuple of Edges", "give (Edges(kind, target, leaver=…), …)")
    else:
        for edge in graph.edges:
            yield from whole_array(f"graph edge {edge.kind}", edge.target)
    if not _all_of(graph.sources, str):
        yield Fault("graph sources", "are not a tuple of names", "give ('outside',), or () for none")
    yield from _wrong_doors(graph.doors)


def _wrong_doors(doors: object) -> Iterator[Fault]:
    if not isinstance(doors, tuple | list):
        yield Fault("graph doors", "are not a tuple with the doors of each source", "give () for none")
        return
    for at, pairs in enumerate(doors):
        if not isinstance(pairs, tuple | list) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
            yield Fault(f"graph doors[{at}]", "are not pairs of nodes and a share", "give ((nodes, 1.0),)")
            continue
        for nodes, share in pairs:
            yield from whole_array(f"graph doors[{at}]", nodes)
            if not isinstance(share, int | float | np.number):
                yield Fault(f"graph doors[{at}]", f"the share is {share!r}, not a number", "give 0 to 1")


def _all_of(values: object, kind: type) -> bool:
    return isinstance(values, tuple | list) and all(isinstance(value, kind) for value in values)
