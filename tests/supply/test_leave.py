"""Leaving in one pass is the splitting of stocks and the bookkeeping one after the other, to the last bit."""

from __future__ import annotations

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mhwfmodel import rng
from mhwfmodel.supply import OUT, Edges, Graph, Landing, Sampled
from mhwfmodel.supply.sums import settle

WORLDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
MANY = settings(max_examples=150, phases=(Phase.explicit, Phase.generate))


def make_graph(random, nodes, kinds, cells=3):
    cell = np.sort(random.integers(0, cells, nodes))
    cell[:cells] = np.arange(min(cells, nodes))[: min(cells, nodes)]
    cell = np.sort(cell)
    own = [np.flatnonzero(cell == here) for here in cell]
    lines = np.repeat(random.integers(0, 256, nodes // 2 + 1), 2)[:nodes]
    edges = tuple(
        Edges(
            f"kind {kind}",
            np.where(random.random(nodes) < 0.3, OUT, random.integers(0, nodes, nodes)),
            leaver=True,
            seeks=bool(random.random() < 0.4),
        )
        for kind in range(kinds)
    )
    none = np.zeros(nodes, dtype=np.int64)
    return Graph(
        cell_id=np.arange(cells, dtype=np.uint32) * 512,
        # Ids repeat: only with its line is a node's number its own.
        node_id=(np.arange(nodes) // 2 + 7000).astype(np.uint32),
        node_cell=cell,
        node_group=random.integers(0, max(nodes // 2, 1), nodes),
        advance=np.array([random.choice(here) for here in own]),
        edges=edges,
        sources=(),
        doors=(),
        line=(lines + np.arange(nodes) % 2) % 256,
        landing=Landing(none, np.zeros(1, dtype=np.int64), np.zeros((cells, 1), dtype=np.int64)),
    )


def make_probability(random, kinds, draws, groups):
    """Chances of every size, with ways that nobody and everybody takes."""
    weights = random.random((kinds + 1, draws, groups)) ** random.choice([1, 8])
    weights *= random.random(weights.shape) < 0.7
    weights[-1] *= random.choice([0.0, 1.0, 50.0])
    total = weights.sum(axis=0)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)[:-1]


def in_two_passes(graph, chooser, stock, probability, month):
    taken = rng.competing(
        chooser.seed, chooser.draws, graph.node_id, rng.Purpose.LEAVE, stock.astype(np.int64), probability,
        graph.node_group, graph.lines, time=month,
    )  # fmt: skip
    after, flows = settle(graph, stock, taken)
    seeks = np.flatnonzero([edge.seeks for edge in graph.edges])
    draw, node, kind = np.nonzero(np.moveaxis(taken[seeks], 0, 2))
    return after, flows, np.stack([draw, node, seeks[kind], taken[seeks[kind], draw, node]], axis=1)


@MANY
@given(WORLDS)
def test_one_pass_gives_the_bits_of_two(random):
    nodes, kinds, draws = int(random.integers(3, 40)), int(random.integers(1, 10)), int(random.integers(1, 6))
    graph = make_graph(random, nodes, kinds)
    probability = make_probability(random, kinds, draws, nodes)
    if random.random() < 0.5:
        probability = np.ascontiguousarray(probability.transpose(1, 2, 0)).transpose(2, 0, 1)
    most = int(random.choice([2, 4, 40, 2000, 3_000_000]))
    stock = random.integers(0, most, (draws, nodes)) * (random.random((draws, nodes)) < 0.6)
    stock = stock.astype(random.choice([np.int32, np.int64]))
    chooser = Sampled(int(random.integers(2**62)), random.integers(0, 2**32, draws, dtype=np.uint32))
    month = int(random.integers(24_000, 26_000))
    left = chooser.leave(graph, stock, probability, month=month)
    after, flows, seeking = in_two_passes(graph, chooser, stock, probability, month)
    np.testing.assert_array_equal(left.after, after)
    np.testing.assert_array_equal(left.flows, flows)
    np.testing.assert_array_equal(left.seeking, seeking)
    assert left.after.dtype == stock.dtype


def test_more_seekers_than_there_was_room_for_are_all_noted():
    random = np.random.default_rng(3)
    nodes, draws = 5003, 2
    graph = make_graph(random, nodes, 4)
    seeking = Edges("seeking", np.arange(nodes), leaver=True, seeks=True)
    graph = Graph(
        graph.cell_id, graph.node_id, graph.node_cell, graph.node_group, graph.advance, (*graph.edges[:3], seeking),
        (), (), graph.line, graph.landing,
    )  # fmt: skip
    probability = np.full((4, draws, nodes), 0.05)
    probability[3] = 0.8
    stock = random.integers(3, 9, (draws, nodes))
    chooser = Sampled(11, np.arange(draws, dtype=np.uint32))
    left = chooser.leave(graph, stock, probability, month=24_300)
    after, flows, noted = in_two_passes(graph, chooser, stock, probability, 24_300)
    assert len(noted) > 4096 * draws
    np.testing.assert_array_equal(left.seeking, noted)
    np.testing.assert_array_equal(left.after, after)
    np.testing.assert_array_equal(left.flows, flows)


@MANY
@given(WORLDS)
def test_nobody_is_lost_between_leaving_and_landing(random):
    nodes, kinds, draws = int(random.integers(3, 40)), int(random.integers(1, 6)), 3
    graph = make_graph(random, nodes, kinds)
    probability = make_probability(random, kinds, draws, nodes)
    stock = random.integers(0, 60, (draws, nodes))
    left = Sampled(5, np.arange(draws, dtype=np.uint32)).leave(graph, stock, probability, month=24_300)
    people = left.after.sum(axis=1)
    np.add.at(people, left.seeking[:, 0], left.seeking[:, 3])
    taken = rng.competing(
        5, np.arange(draws, dtype=np.uint32), graph.node_id, rng.Purpose.LEAVE, stock, probability, graph.node_group,
        graph.lines, time=24_300,
    )  # fmt: skip
    out = sum(taken[kind][:, edge.target == OUT].sum(axis=1) for kind, edge in enumerate(graph.edges) if not edge.seeks)
    np.testing.assert_array_equal(people + out, stock.sum(axis=1))
