"""The reference evaluator: one month of the workforce, written as the equations read.

The order of a month: people leave or move on (all edges of a node compete at once), those who stay advance, vacancies
are counted on what is left, programmes and the market fill them, recruits come in. One definition, two evaluators:
`Expected` splits a stock into expected values, `Sampled` into whole people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mhwfmodel import rng
from mhwfmodel.supply.sums import add_to, settle, sum_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph

    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["Chooser", "Expected", "MonthInputs", "Sampled", "Step", "step"]

_DECISIONS_A_SOURCE = 64


class Chooser(Protocol):
    """How a stock is split: in expectation or in whole people."""

    def split(
        self,
        purpose: rng.Purpose,
        entities: NDArray[np.uint32],
        number: Counts,
        chance: NDArray[np.float64],
        column: NDArray[np.int64] | None = None,
        *,
        month: int,
        decision: int,
    ) -> Counts:
        """How many of `number` (draw, entity) go, each with `chance` (draw, column)."""

    def compete(self, graph: Graph, stock: Counts, probability: NDArray[np.float64], *, month: int) -> Counts:
        """How many of `stock` (draw, node) take each kind of edge, dims (kind, draw, node)."""

    def arrivals(self, entities: NDArray[np.uint32], mean: NDArray[np.float64], *, month: int) -> Counts:
        """How many arrive when `mean` (draw, entity) are expected."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected values: a share of a stock goes."""

    def split(
        self,
        purpose: rng.Purpose,
        entities: NDArray[np.uint32],
        number: Counts,
        chance: NDArray[np.float64],
        column: NDArray[np.int64] | None = None,
        *,
        month: int,
        decision: int,
    ) -> Counts:
        """`number × chance`."""
        return number * (chance if column is None else chance[:, column])

    def compete(self, graph: Graph, stock: Counts, probability: NDArray[np.float64], *, month: int) -> Counts:
        """`stock × probability` for each kind of edge."""
        return stock * probability[:, :, graph.node_group]

    def arrivals(self, entities: NDArray[np.uint32], mean: NDArray[np.float64], *, month: int) -> Counts:
        """The mean."""
        return mean


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
        chance: NDArray[np.float64],
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

    def compete(self, graph: Graph, stock: Counts, probability: NDArray[np.float64], *, month: int) -> Counts:
        """Multinomial counts, dims (kind, draw, node)."""
        whole = np.asarray(stock, dtype=np.int64)
        return rng.competing(
            self.seed,
            self.draws,
            graph.node_id,
            rng.Purpose.LEAVE,
            whole,
            probability,
            graph.node_group,
            time=month,
        )

    def arrivals(self, entities: NDArray[np.uint32], mean: NDArray[np.float64], *, month: int) -> Counts:
        """Poisson counts, dims (draw, entity)."""
        return rng.poisson(self.seed, self.draws, entities, rng.Purpose.ARRIVE, mean, time=month)


@dataclass(frozen=True, slots=True)
class MonthInputs:
    """What one month is given.

    Args:
        month: Months since year 0, for the counter.
        probability: Joint chance of each kind of edge in the month, dims (kind, draw, group).
        posts: Funded posts, dims (draw, cell).
        fill: Chance that a vacancy is filled by the market, dims (draw, cell).
        source_share: Share of each source in the market's recruits, dims (source, draw, cell); sums to 1 over sources.
        candidates: People whom programmes offer, by source, dims (draw, cell) each.
        inflow: Expected arrivals at each node whatever the vacancies, dims (draw, node); none when left out.
    """

    month: int
    probability: NDArray[np.float64]
    posts: Counts
    fill: NDArray[np.float64]
    source_share: NDArray[np.float64]
    candidates: tuple[tuple[int, Counts], ...] = ()
    inflow: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one month gives.

    Args:
        stock: People at the end of the month, dims (draw, node).
        filled: The same by cell, dims (draw, cell).
        flows: People who took each kind of edge, dims (draw, cell) each, in the order of the graph's edges.
        starters: Starters of each source, moves inside the cell included, dims (draw, cell) each.
        unplaced: People whom programmes offered and no vacancy took, dims (draw, cell).
    """

    stock: Counts
    filled: Counts
    flows: tuple[Counts, ...]
    starters: tuple[Counts, ...]
    unplaced: Counts


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
    """
    taken = chooser.compete(graph, stock, inputs.probability, month=inputs.month)
    after, flows = settle(graph, stock, taken)
    cells = graph.cell_id.size
    starters, unplaced = _recruit(graph, sum_to(after, graph.node_cell, cells), inputs, chooser)
    _enter(graph, after, starters, inputs.month, chooser)
    if inputs.inflow is not None:
        after = after + chooser.arrivals(graph.node_id, inputs.inflow, month=inputs.month)
    for edge, people in zip(graph.edges, flows, strict=True):
        if edge.starter:
            source = graph.sources.index(edge.starter)
            starters[source] = starters[source] + people
    return Step(after, sum_to(after, graph.node_cell, cells), tuple(flows), tuple(starters), unplaced)


def _recruit(graph: Graph, filled: Counts, inputs: MonthInputs, chooser: Chooser) -> tuple[list[Counts], Counts]:
    """Starters from outside the cell by source, dims (draw, cell), and the people no vacancy took."""
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
    for source in range(len(graph.sources)):
        if source == len(graph.sources) - 1:
            hired = rest
        else:
            share = inputs.source_share[source]
            chance = np.divide(share, left[source], out=np.zeros_like(share), where=left[source] > 0)
            hired = chooser.split(
                rng.Purpose.RECRUIT, graph.cell_id, rest, chance, month=inputs.month, decision=source + 1
            )
        starters[source] = starters[source] + hired
        rest = rest - hired
    return starters, unplaced


def _not_yet(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each of several shares in turn, the sum of it and of those after it.

    Summed from the end, so that what comes before a share of 0 takes exactly all that is left.
    """
    return np.cumsum(shares[::-1], axis=0)[::-1]


def _enter(graph: Graph, stock: Counts, starters: list[Counts], month: int, chooser: Chooser) -> None:
    """Let the starters of each source in through its doors."""
    for source, people in enumerate(starters):
        rest = people
        doors = graph.doors[source]
        left = _not_yet(np.array([share for _, share in doors]))
        for position, (nodes, share) in enumerate(doors):
            if position == len(doors) - 1:
                through = rest
            else:
                chance = np.full((people.shape[0], 1), share / left[position] if share > 0 else 0.0)
                through = chooser.split(
                    rng.Purpose.ENTER,
                    graph.cell_id,
                    rest,
                    chance,
                    np.zeros(graph.cell_id.size, dtype=np.int64),
                    month=month,
                    decision=source * _DECISIONS_A_SOURCE + position,
                )
            add_to(stock, through, nodes)
            rest = rest - through
