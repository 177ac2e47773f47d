"""The compiled kernel gives what the reference gives, number for number, on graphs of every kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from mhwfmodel.errors import InvariantError
from mhwfmodel.supply import (
    OUT,
    Compiled,
    Edges,
    Graph,
    Landing,
    MonthInputs,
    Offers,
    Places,
    Pool,
    Routes,
    Sampled,
    reference,
    step,
)

WORLDS = st.integers(0, 2**32 - 1)
MANY = settings(max_examples=120, phases=(Phase.explicit, Phase.generate))
COUNTS = ("stock", "filled", "unplaced", "came", "went")
TABLES = ("flows", "starters", "drawn")


def make_edges(random, cell, kinds, market):
    """Edges of every sort; those of a cell's people who seek or start lead to its own nodes."""
    nodes = cell.size
    own = np.array([random.choice(np.flatnonzero(cell == here)) for here in cell])
    any_node = np.where(random.random(nodes) < 0.3, OUT, random.integers(0, nodes, nodes))
    edges = []
    for kind in range(kinds):
        sort = random.choice(["plain", "move", *(["seek", "release", "route"] if market else [])])
        seeks = sort in ("seek", "release", "route")
        target = own if sort in ("move", "seek", "route") else any_node
        edges.append(
            Edges(
                f"kind {kind}",
                np.full(nodes, OUT) if sort == "release" else target,
                leaver=True,
                starter="other_employers" if sort == "move" else "",
                seeks=seeks,
                released=sort == "release",
                routed=sort == "route",
            )
        )
    return tuple(edges)


def make_graph(random, kinds, *, market):
    cells, extra = int(random.integers(1, 7)), int(random.integers(0, 30))
    cell = np.sort(np.concatenate([np.arange(cells), random.integers(0, cells, extra)]))
    nodes = cell.size
    sources = ("other_employers", "outside")[: 2 if market else int(random.integers(1, 3))]
    doors = []
    for _ in sources:
        shares = random.random(int(random.integers(1, 4))) * random.choice([0, 1], 1)
        shares = shares / shares.sum() if shares.sum() > 0 else np.eye(shares.size)[0]
        into = [np.array([random.choice(np.flatnonzero(cell == here)) for here in range(cells)]) for _ in shares]
        doors.append(tuple(zip(into, shares.tolist(), strict=True)))
    codes = int(random.integers(1, 4))
    landing = np.array([[random.choice(np.flatnonzero(cell == here)) for _ in range(codes)] for here in range(cells)])
    landing[:, 1:] = np.where(random.random((cells, codes - 1)) < 0.3, OUT, landing[:, 1:])
    return Graph(
        cell_id=np.arange(cells, dtype=np.uint32) * 512,
        # Ids repeat: only with its line is a node's number its own.
        node_id=(np.arange(nodes) // 2 + 7000).astype(np.uint32),
        node_cell=cell,
        node_group=random.integers(0, max(nodes // 2, 1), nodes),
        advance=np.array([random.choice(np.flatnonzero(cell == here)) for here in cell]),
        edges=make_edges(random, cell, kinds, market),
        sources=sources,
        doors=tuple(doors),
        line=(np.repeat(random.integers(0, 256, nodes // 2 + 1), 2)[:nodes] + np.arange(nodes) % 2) % 256,
        landing=Landing(random.integers(0, codes, nodes), np.zeros(codes, dtype=np.int64), landing),
    )


def make_chances(random, kinds, draws, groups):
    """Chances of every size, with ways that nobody and everybody takes."""
    weights = random.random((kinds + 1, draws, groups)) ** random.choice([1, 8])
    weights *= random.random(weights.shape) < 0.7
    weights[-1] *= random.choice([0.0, 1.0, 50.0])
    total = weights.sum(axis=0)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)[:-1]


def make_market(random, graph, draws):
    """Cells of some roles in some ICBs, nothing on offer in some, courses that lead somewhere or out."""
    cells = graph.cell_id.size
    icb, sector, role = (random.integers(0, 3, cells) for _ in range(3))
    near = random.random((draws, 3, 3)) * (random.random((draws, 3, 3)) < 0.8)
    weight = random.random((draws, cells)) * (random.random((draws, cells)) < 0.8)
    offers = Offers(Places.of(icb, sector, role), near, 1.0 + random.random(draws), weight)
    start = np.concatenate([[0], np.cumsum(random.integers(0, 3, cells))])
    share = random.random((draws, int(start[-1]))) * 0.4
    routes = Routes(start, random.integers(-1, cells, int(start[-1])), share)
    return offers, routes


def make_month(random, graph, draws, month, *, market):
    cells, sources = graph.cell_id.size, len(graph.sources)
    share = random.random((sources, draws, cells)) * (random.random((sources, draws, cells)) < 0.8)
    share /= np.maximum(share.sum(axis=0), 1e-300)
    offers, routes = make_market(random, graph, draws) if market else (None, None)
    of_cell = random.integers(-1, 2, cells)
    pool = Pool(sources - 1, of_cell, random.integers(0, 12, (draws, 2)), np.array([5, 6], dtype=np.uint32))
    return MonthInputs(
        month=month,
        probability=make_chances(random, len(graph.edges), draws, int(graph.node_group.max()) + 1),
        posts=random.integers(0, 60, (draws, cells)),
        fill=random.random((draws, cells)) * random.integers(0, 2, (draws, cells)),
        source_share=share,
        candidates=((0, random.integers(0, 5, (draws, cells))),) if random.random() < 0.5 else (),
        inflow=random.random((draws, graph.node_id.size)) if random.random() < 0.3 else None,
        offers=offers,
        routes=routes,
        pools=(pool,) if random.random() < 0.7 else (),
    )


def make_world(seed):
    random = np.random.default_rng(seed)
    kinds, draws = int(random.integers(1, 10)), int(random.integers(1, 6))
    market = bool(random.random() < 0.7)
    graph = make_graph(random, kinds, market=market)
    most = int(random.choice([2, 4, 40, 500]))
    nodes = graph.node_id.size
    stock = random.integers(0, most, (draws, nodes)) * (random.random((draws, nodes)) < 0.6)
    numbers = random.integers(0, 2**32, draws, dtype=np.uint32)
    stock = stock.astype(random.choice([np.int32, np.int64]))
    return random, graph, stock, numbers, int(random.integers(2**62)), market


def same(one, other):
    for name in COUNTS:
        left, right = getattr(one, name), getattr(other, name)
        assert (left is None) == (right is None), name
        np.testing.assert_array_equal(left, right, name)
    for name in TABLES:
        for left, right in zip(getattr(one, name), getattr(other, name), strict=True):
            np.testing.assert_array_equal(left, right, name)
    if one.moves is not None:
        rows = [
            sorted(zip(moves.draw.tolist(), moves.left.tolist(), moves.entered.tolist(), strict=True))
            for moves in (one.moves, other.moves)
        ]
        assert rows[0] == rows[1]


@MANY
@given(WORLDS)
def test_kernel_is_the_reference_to_the_bit(seed):
    random, graph, stock, numbers, key, market = make_world(seed)
    for month in range(24_000, 24_003):
        inputs = make_month(random, graph, numbers.size, month, market=market)
        kernel = step(graph, stock, inputs, Compiled(key, numbers))
        same(kernel, reference.step(graph, stock, inputs, Sampled(key, numbers)))
        stock = kernel.stock


@MANY
@given(WORLDS)
def test_people_are_conserved_in_every_cell(seed):
    random, graph, stock, numbers, key, market = make_world(seed)
    inputs = replace(make_month(random, graph, numbers.size, 24_000, market=market), inflow=None)
    before = stock.copy()
    moved = step(graph, stock, inputs, Compiled(key, numbers))
    np.testing.assert_array_equal(stock, before, "the stock given is left as it was")
    of_cell = np.stack([np.bincount(graph.node_cell, row, graph.cell_id.size) for row in moved.stock])
    np.testing.assert_array_equal(of_cell, moved.filled)
    assert (moved.stock >= 0).all()
    if moved.went is not None:
        leavers = np.sum([flow for flow, edge in zip(moved.flows, graph.edges, strict=True) if edge.seeks], axis=0)
        assert (leavers >= moved.went).all()
        np.testing.assert_array_equal(moved.came.sum(axis=1), moved.went.sum(axis=1))


@MANY
@given(WORLDS)
def test_a_draw_does_not_depend_on_those_beside_it(seed):
    random, graph, stock, numbers, key, market = make_world(seed)
    inputs = make_month(random, graph, numbers.size, 24_000, market=market)
    whole = step(graph, stock, inputs, Compiled(key, numbers))
    for draw in range(numbers.size):
        rows = slice(draw, draw + 1)
        alone = step(graph, stock[rows], some_draws(inputs, rows), Compiled(key, numbers[rows]))
        np.testing.assert_array_equal(alone.stock, whole.stock[rows])


def some_draws(inputs, rows):
    offers = inputs.offers
    if offers is not None:
        offers = replace(offers, near=offers.near[rows], same=offers.same[rows], weight=offers.weight[rows])
    return replace(
        inputs,
        probability=np.ascontiguousarray(inputs.probability[:, rows]),
        posts=inputs.posts[rows],
        fill=inputs.fill[rows],
        source_share=np.ascontiguousarray(inputs.source_share[:, rows]),
        candidates=tuple((source, people[rows]) for source, people in inputs.candidates),
        inflow=None if inputs.inflow is None else inputs.inflow[rows],
        offers=offers,
        routes=None if inputs.routes is None else inputs.routes.some(rows),
        pools=tuple(replace(pool, people=pool.people[rows]) for pool in inputs.pools),
    )


@given(st.integers(1, 400), st.integers(0, 2**32 - 1))
@example(64, 1)
@example(65, 1)
@settings(max_examples=60, phases=(Phase.explicit, Phase.generate))
def test_many_people_of_one_node_take_their_ways(people, key):
    """Up to 64 people who go choose one by one, more are split by conditional binomials."""
    graph = one_node(kinds=4)
    inputs = plain_month(graph, np.array([0.4, 0.0, 0.35, 0.25])[:, None, None])
    chooser = Compiled(key, np.zeros(1, dtype=np.uint32))
    kernel = step(graph, np.array([[people]]), inputs, chooser)
    same(kernel, reference.step(graph, np.array([[people]]), inputs, Sampled(key, chooser.draws)))
    taken = [int(flow.sum()) for flow in kernel.flows]
    assert sum(taken) == people
    assert taken[1] == 0


def test_more_people_than_the_counter_has_numbers_for_are_refused():
    graph = one_node(kinds=1, seeks=True)
    near = np.ones((1, 1, 1))
    places = Places.of(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))
    inputs = replace(
        plain_month(graph, np.ones((1, 1, 1))),
        offers=Offers(places, near, np.ones(1), np.ones((1, 1))),
        routes=Routes.none(1, 1),
    )
    for chooser in (Compiled(1, np.zeros(1, np.uint32)), Sampled(1, np.zeros(1, np.uint32))):
        with pytest.raises(InvariantError, match="4095 people of one node"):
            step(graph, np.array([[5000]]), inputs, chooser)


def test_a_graph_that_seeks_must_be_given_a_market():
    graph = one_node(kinds=1, seeks=True)
    with pytest.raises(TypeError, match="offers"):
        step(graph, np.array([[5]]), plain_month(graph, np.ones((1, 1, 1))), Compiled(1, np.zeros(1, np.uint32)))


def one_node(kinds, *, seeks=False):
    zero = np.zeros(1, dtype=np.int64)
    return Graph(
        cell_id=np.array([1], dtype=np.uint32),
        node_id=np.array([9], dtype=np.uint32),
        node_cell=zero,
        node_group=zero,
        advance=zero,
        edges=tuple(Edges(f"kind {kind}", np.full(1, OUT), leaver=True, seeks=seeks) for kind in range(kinds)),
        sources=("other_employers",),
        doors=(((zero, 1.0),),),
        landing=Landing(zero, zero, np.zeros((1, 1), dtype=np.int64)),
    )


def plain_month(graph, probability):
    return MonthInputs(
        month=24_000,
        probability=probability,
        posts=np.zeros((1, 1), dtype=np.int64),
        fill=np.zeros((1, 1)),
        source_share=np.ones((1, 1, 1)),
    )
