"""Relations that one month of the workforce keeps whatever the numbers, on workforces made at random."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mhwfmodel import rng
from mhwfmodel.supply import (
    OUT,
    Edges,
    Expected,
    Graph,
    MonthInputs,
    Offers,
    Places,
    Routes,
    Sampled,
    step,
    workforce_graph,
)
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.states import AGEING, AGES, NOWHERE, PROGRESS, SOURCES, STATES
from mhwfmodel.supply.workforce import EDGES

WORLDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
DRAWS = 7
# A world is made from its seed alone, so that a smaller seed is no simpler world: nothing to shrink.
MANY = settings(max_examples=60, phases=(Phase.explicit, Phase.generate))


def make_graph(random, *, across=True):
    """Up to four cells of up to four nodes; edges and doors lead anywhere that is allowed."""
    cells = int(random.integers(1, 5))
    size = random.integers(1, 5, cells)
    node_cell = np.repeat(np.arange(cells), size)
    nodes = node_cell.size

    def inside(cell):
        return int(random.choice(np.flatnonzero(node_cell == cell)))

    sources = int(random.integers(1, 4))
    edges = []
    for kind in range(int(random.integers(1, 5))):
        starter = f"source {random.integers(sources)}" if random.random() < 0.4 else ""
        target = [
            OUT if random.random() < 0.3 else int(random.integers(nodes)) if across and not starter else inside(cell)
            for cell in node_cell
        ]
        edges.append(Edges(f"kind {kind}", np.array(target), leaver=bool(random.random() < 0.5), starter=starter))
    doors = []
    for _ in range(sources):
        ways = int(random.integers(1, 4))
        shares = _shares(random, ways)
        doors.append(tuple((np.array([inside(cell) for cell in range(cells)]), float(share)) for share in shares))
    return Graph(
        cell_id=random.permutation(np.arange(100, 100 + cells, dtype=np.uint32)),
        node_id=random.permutation(np.arange(5000, 5000 + nodes, dtype=np.uint32)),
        node_cell=node_cell,
        node_group=random.permutation(nodes),
        advance=np.array([inside(cell) for cell in node_cell]),
        edges=tuple(edges),
        sources=tuple(f"source {number}" for number in range(sources)),
        doors=tuple(doors),
    )


def _shares(random, ways):
    weights = random.random(ways) * (random.random(ways) < 0.8)
    weights[int(random.integers(ways))] += 0.1
    return weights / weights.sum()


def make_inputs(random, graph, *, certain=False, inflow=True, whole=True):
    kinds, cells, nodes = len(graph.edges), graph.cell_id.size, graph.node_id.size
    if certain:
        probability = np.zeros((kinds, DRAWS, nodes))
        way = random.integers(-1, kinds, (DRAWS, nodes))
        for kind in range(kinds):
            probability[kind] = way == kind
        fill = random.integers(0, 2, (DRAWS, cells)).astype(float)
        share = np.zeros((len(graph.sources), DRAWS, cells))
        np.put_along_axis(share, random.integers(0, len(graph.sources), (1, DRAWS, cells)), 1.0, axis=0)
    else:
        weights = random.random((kinds + 1, DRAWS, nodes)) * (random.random((kinds + 1, DRAWS, nodes)) < 0.8)
        total = weights.sum(axis=0)
        probability = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)[:-1]
        fill = np.clip(random.random((DRAWS, cells)) * 1.4 - 0.2, 0, 1)
        share = np.stack([np.stack([_shares(random, len(graph.sources)) for _ in range(cells)], -1)] * DRAWS, 1)
    dtype = np.int64 if whole else np.float64
    offers = tuple(
        (int(random.integers(len(graph.sources))), random.integers(0, 8, (DRAWS, cells)).astype(dtype))
        for _ in range(int(random.integers(0, 3)))
    )
    return MonthInputs(
        month=int(random.integers(24_000, 25_000)),
        probability=probability,
        posts=random.integers(0, 60, (DRAWS, cells)).astype(dtype),
        fill=fill,
        source_share=share,
        candidates=offers,
        inflow=random.random((DRAWS, nodes)) * 4 if inflow and random.random() < 0.5 else None,
    )


def make_stock(random, graph, *, whole=True):
    stock = random.integers(0, 40, (DRAWS, graph.node_id.size)) * (random.random((DRAWS, graph.node_id.size)) < 0.8)
    return stock.astype(np.int64 if whole else np.float64)


def make_chooser(random):
    return Sampled(int(random.integers(2**62)), np.arange(DRAWS, dtype=np.uint32))


def by_cell(graph, people):
    out = np.zeros((people.shape[0], graph.cell_id.size), dtype=people.dtype)
    np.add.at(out, (slice(None), graph.node_cell), people)
    return out


def entered(graph, result):
    """Starters who came in from outside the cell, dims (draw, cell): all but those whom an edge made."""
    moved = sum(flow for edge, flow in zip(graph.edges, result.flows, strict=True) if edge.starter)
    return sum(result.starters) - moved


def compete(graph, chooser, stock, inputs):
    """Who takes each kind of edge, by node, as the equations say and without `leave`, dims (kind, draw, node)."""
    if isinstance(chooser, Expected):
        return stock * inputs.probability[:, :, graph.node_group]
    return rng.competing(
        chooser.seed,
        chooser.draws,
        graph.node_id,
        rng.Purpose.LEAVE,
        np.asarray(stock),
        inputs.probability,
        graph.node_group,
        graph.lines,
        time=inputs.month,
    )


def landed(graph, stock, taken):
    """Where everybody is after leaving and advancing, and before anybody comes in: bookkeeping node by node."""
    after = np.zeros_like(stock)
    for draw in range(stock.shape[0]):
        for node in range(stock.shape[1]):
            gone = taken[:, draw, node]
            after[draw, graph.advance[node]] += stock[draw, node] - gone.sum()
            for edge, people in zip(graph.edges, gone, strict=True):
                if edge.target[node] != OUT:
                    after[draw, edge.target[node]] += people
    return after


@MANY
@given(WORLDS)
def test_m01_whole_people_are_conserved_in_every_node_cell_and_draw(random):
    graph = make_graph(random)
    stock, inputs, chooser = make_stock(random, graph), make_inputs(random, graph), make_chooser(random)
    result = step(graph, stock, inputs, chooser)
    for people in (result.stock, result.filled, result.unplaced, *result.flows, *result.starters):
        assert np.issubdtype(people.dtype, np.integer)
        assert (people >= 0).all()
    taken = compete(graph, chooser, stock, inputs)
    assert (taken.sum(axis=0) <= stock).all()
    for people, flow in zip(taken, result.flows, strict=True):
        np.testing.assert_array_equal(by_cell(graph, people), flow)
    came = result.stock - landed(graph, stock, taken)
    if inputs.inflow is not None:
        came = came - chooser.arrivals(graph.node_id, inputs.inflow, month=inputs.month)
    assert (came >= 0).all()
    np.testing.assert_array_equal(by_cell(graph, came), entered(graph, result))
    has_door = np.zeros(graph.node_id.size, dtype=bool)
    for source, doors in enumerate(graph.doors):
        for nodes, share in doors:
            has_door[nodes] |= share > 0 and bool(result.starters[source].any())
    assert (came[:, ~has_door] == 0).all()
    np.testing.assert_array_equal(by_cell(graph, result.stock), result.filled)


@MANY
@given(WORLDS)
def test_m01_expected_people_are_conserved(random):
    graph = make_graph(random)
    stock = make_stock(random, graph, whole=bool(random.random() < 0.5))
    inputs = make_inputs(random, graph, whole=False)
    result = step(graph, stock, inputs, Expected())
    taken = compete(graph, Expected(), stock, inputs)
    came = result.stock - landed(graph, stock.astype(float), taken)
    if inputs.inflow is not None:
        came = came - inputs.inflow
    np.testing.assert_allclose(by_cell(graph, came), entered(graph, result), atol=1e-10)
    for people in (result.stock, result.filled, result.unplaced, *result.flows, *result.starters):
        assert (people >= -1e-12).all()


@MANY
@given(WORLDS)
def test_filled_is_filled_before_plus_starters_less_leavers(random):
    """The identity that `step` promises, over months, in the graph of experience."""
    cells = 3
    net = whole_workforce(np.array([512, 1024, 4096], dtype=np.uint32))
    graph, chooser = net.graph, make_chooser(random)
    stock = random.integers(0, 30, (DRAWS, cells * STATES))
    probability = make_probability(random, net)
    offers, routes = market(random, cells)
    for month in range(6):
        inputs = MonthInputs(
            month=24_291 + month,
            probability=probability,
            posts=random.integers(0, 500, (DRAWS, cells)),
            fill=random.random((DRAWS, cells)),
            source_share=np.stack([np.stack([_shares(random, len(SOURCES)) for _ in range(cells)], -1)] * DRAWS, 1),
            candidates=((2, random.integers(0, 5, (DRAWS, cells))),),
            offers=offers,
            routes=routes,
        )
        result = step(graph, stock, inputs, chooser)
        leavers = sum(flow for edge, flow in zip(graph.edges, result.flows, strict=True) if edge.leaver)
        np.testing.assert_array_equal(result.filled, by_cell(graph, stock) + sum(result.starters) - leavers)
        home = result.moves.left == result.moves.entered
        assert result.moves.people[home].sum() <= result.flows[-1].sum()
        stock = result.stock


def whole_workforce(ids):
    """The graph of experience and age, one group of chances to a cell and band; no tracks."""
    ages = np.full((len(SOURCES), len(AGES)), 1.0 / len(AGES))
    return workforce_graph(ids, entry_states((0.1, 0.2, 0.3, 0.4), ages))


def make_probability(random, net):
    """Chances of all kinds of edges; none of those that a node does not have."""
    weights = random.random((len(EDGES) + 1, DRAWS, net.group_cell.size))
    weights[EDGES.index("switch")] = weights[EDGES.index("qualify")] = 0.0
    weights[-1] *= 6.0
    for kind, target in (("progress", PROGRESS), ("age", AGEING)):
        node = np.flatnonzero(target == NOWHERE)
        weights[EDGES.index(kind)][:, np.unique(net.graph.node_group[np.isin(net.node_state, node)])] = 0.0
    return (weights / weights.sum(axis=0))[:-1]


def market(random, cells, *, near=None):
    """Cells of one role, each in an ICB of its own, and what they offer."""
    number = np.arange(cells)
    places = Places.of(number, number % 2, np.zeros(cells, dtype=np.int64))
    near = random.random((DRAWS, cells, cells)) if near is None else np.broadcast_to(near, (DRAWS, cells, cells)).copy()
    offers = Offers(places, near, 1.0 + random.random(DRAWS), random.random((DRAWS, cells)))
    return offers, Routes.none(cells, DRAWS)


@MANY
@given(WORLDS)
def test_no_more_are_hired_than_posts_stand_vacant_after_leaving(random):
    graph = make_graph(random)
    stock, inputs, chooser = make_stock(random, graph), make_inputs(random, graph), make_chooser(random)
    result = step(graph, stock, inputs, chooser)
    taken = compete(graph, chooser, stock, inputs)
    vacancies = np.maximum(inputs.posts - by_cell(graph, landed(graph, stock, taken)), 0)
    hired = entered(graph, result)
    assert (hired <= vacancies).all()
    offered = sum((people for _, people in inputs.candidates), np.zeros_like(vacancies))
    placed = offered - result.unplaced
    np.testing.assert_array_equal(placed, np.minimum(offered, vacancies))
    assert (placed <= hired).all()
    never = inputs.fill == 0.0
    np.testing.assert_array_equal(hired[never], placed[never])
    always = inputs.fill == 1.0
    np.testing.assert_array_equal(hired[always], vacancies[always])


@MANY
@given(WORLDS)
def test_the_order_of_sources_changes_no_total(random):
    graph = make_graph(random)
    inputs, chooser = make_inputs(random, graph), make_chooser(random)
    order = random.permutation(len(graph.sources))
    turned_graph = Graph(
        graph.cell_id,
        graph.node_id,
        graph.node_cell,
        graph.node_group,
        graph.advance,
        graph.edges,
        tuple(graph.sources[source] for source in order),
        tuple(graph.doors[source] for source in order),
    )
    place = {int(source): position for position, source in enumerate(order)}
    offers = tuple((place[source], people) for source, people in inputs.candidates)
    turned = MonthInputs(
        inputs.month, inputs.probability, inputs.posts, inputs.fill, inputs.source_share[order], offers, inputs.inflow
    )
    stock = make_stock(random, graph)
    whole = step(graph, stock, inputs, chooser), step(turned_graph, stock, turned, chooser)
    np.testing.assert_array_equal(sum(whole[0].starters), sum(whole[1].starters))
    np.testing.assert_array_equal(whole[0].filled, whole[1].filled)
    first, second = step(graph, stock, inputs, Expected()), step(turned_graph, stock, turned, Expected())
    np.testing.assert_allclose(first.stock, second.stock, atol=1e-10)
    for source, position in place.items():
        np.testing.assert_allclose(first.starters[source], second.starters[position], atol=1e-10)


@MANY
@given(WORLDS)
def test_m05_where_nothing_is_uncertain_whole_people_are_the_expected_values(random):
    graph = make_graph(random)
    certain = Graph(
        graph.cell_id,
        graph.node_id,
        graph.node_cell,
        graph.node_group,
        graph.advance,
        graph.edges,
        graph.sources,
        tuple(((doors[0][0], 0.0), (doors[-1][0], 1.0), (doors[0][0], 0.0)) for doors in graph.doors),
    )
    stock, chooser = make_stock(random, graph), make_chooser(random)
    inputs = make_inputs(random, graph, certain=True, inflow=False)
    for _ in range(3):
        drawn, exact = step(certain, stock, inputs, chooser), step(certain, stock.astype(float), inputs, Expected())
        np.testing.assert_array_equal(drawn.stock, exact.stock)
        for seen, expected in zip(
            (*drawn.flows, *drawn.starters, drawn.unplaced),
            (*exact.flows, *exact.starters, exact.unplaced),
            strict=True,
        ):
            np.testing.assert_array_equal(seen, expected)
        stock = drawn.stock


def test_m05_leaving_for_certain_empties_a_role_and_no_chance_at_all_freezes_it(markov, sampled):
    stock = np.tile([7, 11], (4, 1))
    (emptied,) = markov(np.zeros((2, 2))).months(stock, 1, sampled(4))
    assert (emptied.stock == 0).all()
    assert (emptied.flows[-1] == 18).all()
    frozen = markov(np.eye(2)).path(stock, 24, sampled(4))
    assert (frozen == stock).all()


@MANY
@given(WORLDS, st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_m07_expected_stocks_are_linear_in_stock_and_recruits(random, a, b):
    graph = make_graph(random)
    inputs = make_inputs(random, graph, whole=False)
    inputs = MonthInputs(
        inputs.month, inputs.probability, np.zeros_like(inputs.posts), inputs.fill, inputs.source_share
    )

    def after(stock, inflow):
        at = MonthInputs(
            inputs.month, inputs.probability, inputs.posts, inputs.fill, inputs.source_share, inflow=inflow
        )
        return step(graph, stock, at, Expected()).stock

    shape = (DRAWS, graph.node_id.size)
    x, y, r, s = (random.random(shape) * 50 for _ in range(4))
    # Posts of 0 hire nobody as long as the stock is not negative, which 200 added to all of it sees to.
    base, flow = np.full(shape, 500.0), np.full(shape, 50.0)
    moved = after(base + a * x + b * y, flow + a * r + b * s) - after(base, flow)
    alone = a * (after(base + x, flow + r) - after(base, flow)) + b * (after(base + y, flow + s) - after(base, flow))
    np.testing.assert_allclose(moved, alone, atol=1e-9)


@MANY
@given(WORLDS, st.floats(0.01, 100.0))
def test_m07_k_times_everything_is_k_times_the_answer(random, k):
    graph = make_graph(random)
    stock, inputs = make_stock(random, graph, whole=False), make_inputs(random, graph, whole=False)
    scaled = MonthInputs(
        inputs.month,
        inputs.probability,
        k * inputs.posts,
        inputs.fill,
        inputs.source_share,
        tuple((source, k * people) for source, people in inputs.candidates),
        None if inputs.inflow is None else k * inputs.inflow,
    )
    one, many = step(graph, stock, inputs, Expected()), step(graph, k * stock, scaled, Expected())
    np.testing.assert_allclose(many.stock, k * one.stock, rtol=1e-12, atol=1e-10 * k)
    for more, few in zip(many.starters, one.starters, strict=True):
        np.testing.assert_allclose(more, k * few, rtol=1e-12, atol=1e-10 * k)


@MANY
@given(WORLDS, st.floats(1.0, 3.0))
def test_m02_more_leaving_never_raises_an_expected_stock(markov, random, k):
    grades = int(random.integers(1, 5))
    weights = np.tril(random.random((grades, grades)), 1) * random.random((grades, grades))
    weights = weights / (weights.sum(axis=1, keepdims=True) + 0.5)
    stay = np.diag(weights).copy()
    wastage = stay * random.random(grades) / 3
    up = weights - np.diag(stay)
    few = markov(up + np.diag(1 - up.sum(axis=1) - wastage), wastage)
    many = markov(up + np.diag(1 - up.sum(axis=1) - k * wastage), k * wastage)
    stock, recruits = random.random((1, grades)) * 100, random.random(grades) * 5
    low = many.path(stock, 36, Expected(), inflow=recruits)
    high = few.path(stock, 36, Expected(), inflow=recruits)
    assert (low <= high + 1e-9).all()
    if k > 1.01 and wastage.min() > 1e-6:
        assert low[-1].sum() < high[-1].sum()


@MANY
@given(WORLDS, st.floats(1.0, 3.0))
def test_m02_with_the_same_random_numbers_no_draw_rises_when_more_leave(conveyor, random, k):
    """One way out a node: leavers come from one monotone quantile each, so every draw keeps the order."""
    leaving = random.random(8) / 3
    recruits = random.random(8) * 4
    stock = random.integers(0, 60, (DRAWS, 8))
    chooser = make_chooser(random)
    high = conveyor(leaving).path(stock, 24, chooser, inflow=recruits)
    low = conveyor(k * leaving).path(stock, 24, chooser, inflow=recruits)
    assert (low <= high).all()


@MANY
@given(WORLDS)
def test_m04_reordered_cells_give_reordered_results_and_a_cell_alone_gives_its_own(random):
    ids = random.choice(5000, 4, replace=False).astype(np.uint32) * 512
    chooser = make_chooser(random)
    stock = random.integers(0, 30, (DRAWS, 4, STATES))
    probability = make_probability(random, whole_workforce(ids)).reshape(len(EDGES), DRAWS, 4, -1)
    posts, fill = random.integers(0, 500, (DRAWS, 4)), random.random((DRAWS, 4))
    shares = np.stack([np.stack([_shares(random, len(SOURCES)) for _ in range(4)], -1)] * DRAWS, 1)
    # Nobody finds anything outside their own ICB, so that no edge connects the cells.
    offers, _ = market(random, 4, near=np.eye(4))

    def run(cells):
        places = Places.of(offers.places.icb[cells], offers.places.sector[cells], offers.places.role[cells])
        inputs = MonthInputs(
            24_291,
            probability[:, :, cells].reshape(len(EDGES), DRAWS, -1),
            posts[:, cells],
            fill[:, cells],
            shares[:, :, cells],
            offers=Offers(places, offers.near, offers.same, offers.weight[:, cells]),
            routes=Routes.none(len(cells), DRAWS),
        )
        result = step(whole_workforce(ids[cells]).graph, stock[:, cells].reshape(DRAWS, -1), inputs, chooser)
        return result.stock.reshape(DRAWS, -1, STATES), np.stack(result.starters), np.stack(result.flows)

    order = random.permutation(4)
    kept, turned, alone = run(np.arange(4)), run(order), run(order[:1])
    np.testing.assert_array_equal(turned[0], kept[0][:, order])
    np.testing.assert_array_equal(alone[0], kept[0][:, order[:1]])
    for whole, moved, single in zip(kept[1:], turned[1:], alone[1:], strict=True):
        np.testing.assert_array_equal(moved, whole[:, :, order])
        np.testing.assert_array_equal(single, whole[:, :, order[:1]])


@MANY
@given(WORLDS)
def test_a_lever_on_one_cell_changes_no_other_where_no_edge_connects_them(random):
    graph = make_graph(random, across=False)
    stock, inputs, chooser = make_stock(random, graph), make_inputs(random, graph), make_chooser(random)
    before = step(graph, stock, inputs, chooser)
    cell = int(random.integers(graph.cell_id.size))
    posts, fill = inputs.posts.copy(), inputs.fill.copy()
    posts[:, cell] += 25
    fill[:, cell] = 1.0
    lever = MonthInputs(
        inputs.month, inputs.probability, posts, fill, inputs.source_share, inputs.candidates, inputs.inflow
    )
    after = step(graph, stock, lever, chooser)
    other = graph.node_cell != cell
    np.testing.assert_array_equal(after.stock[:, other], before.stock[:, other])
    assert (after.filled[:, cell] >= before.filled[:, cell]).all()


@MANY
@given(WORLDS, st.integers(1, DRAWS))
def test_m12_fewer_draws_are_the_first_of_more_whatever_the_threads(random, few):
    graph = make_graph(random)
    stock, inputs, chooser = make_stock(random, graph), make_inputs(random, graph), make_chooser(random)
    whole = step(graph, stock, inputs, chooser)

    def block(rows):
        part = MonthInputs(
            inputs.month,
            inputs.probability[:, rows],
            inputs.posts[rows],
            inputs.fill[rows],
            inputs.source_share[:, rows],
            tuple((source, people[rows]) for source, people in inputs.candidates),
            None if inputs.inflow is None else inputs.inflow[rows],
        )
        return step(graph, stock[rows], part, Sampled(chooser.seed, chooser.draws[rows])).stock

    with ThreadPoolExecutor(2) as pool:
        blocks = list(pool.map(block, [slice(0, few), slice(few, DRAWS)]))
    np.testing.assert_array_equal(np.concatenate(blocks), whole.stock)


def test_m06_a_year_and_then_a_year_from_the_saved_state_are_two_years(markov, sampled):
    net = markov([[0.9, 0.05], [0.0, 0.95]], doors=(((0, 0.5), (1, 0.5)),))
    stock = np.tile([40, 10], (20, 1))
    given = {"posts": 60, "fill": 0.3, "inflow": [0.5, 0.0]}
    whole = net.path(stock, 24, sampled(20), **given)
    first = net.path(stock, 12, sampled(20), **given)
    second = net.path(first[-1].copy(), 12, sampled(20), first=12, **given)
    np.testing.assert_array_equal(np.concatenate([first, second[1:]]), whole)


@MANY
@given(WORLDS)
def test_m16_a_last_way_that_nobody_takes_is_no_way(random):
    graph = make_graph(random)
    stock, inputs, chooser = make_stock(random, graph), make_inputs(random, graph), make_chooser(random)
    more = Graph(
        graph.cell_id,
        graph.node_id,
        graph.node_cell,
        graph.node_group,
        graph.advance,
        (*graph.edges, Edges("never", np.full(graph.node_id.size, OUT), leaver=True)),
        graph.sources,
        graph.doors,
    )
    never = MonthInputs(
        inputs.month,
        np.concatenate([inputs.probability, np.zeros((1, *inputs.probability.shape[1:]))]),
        inputs.posts,
        inputs.fill,
        inputs.source_share,
        inputs.candidates,
        inputs.inflow,
    )
    np.testing.assert_array_equal(step(graph, stock, inputs, chooser).stock, step(more, stock, never, chooser).stock)


@MANY
@given(WORLDS)
def test_a_source_or_door_of_share_0_gets_exactly_nobody(random):
    graph = make_graph(random)
    for chooser, whole in ((make_chooser(random), True), (Expected(), False)):
        stock, inputs = make_stock(random, graph, whole=whole), make_inputs(random, graph, whole=whole)
        inputs = MonthInputs(inputs.month, inputs.probability, inputs.posts, inputs.fill, inputs.source_share)
        result = step(graph, stock, inputs, chooser)
        moved = [np.zeros_like(result.filled) for _ in graph.sources]
        for edge, flow in zip(graph.edges, result.flows, strict=True):
            if edge.starter:
                source = graph.sources.index(edge.starter)
                moved[source] = moved[source] + flow
        for source, people in enumerate(result.starters):
            none = inputs.source_share[source] == 0.0
            np.testing.assert_array_equal(people[none], moved[source][none])


def test_m10_cells_with_equal_rates_sum_to_the_nation_of_their_sums(markov):
    p = [[0.93, 0.04], [0.01, 0.97]]
    doors = (((0, 0.6), (1, 0.4)),)
    given = {"fill": 0.2}
    opening = np.array([[30.0, 10.0, 55.0, 5.0, 0.0, 80.0]])
    posts = np.array([60.0, 75.0, 90.0])
    cells = markov(p, doors=doors, cells=3).path(opening, 60, Expected(), posts=posts, **given)
    nation = markov(p, doors=doors).path(
        opening.reshape(1, 3, 2).sum(axis=1), 60, Expected(), posts=posts.sum(), **given
    )
    np.testing.assert_allclose(cells.reshape(61, 1, 3, 2).sum(axis=2), nation, rtol=1e-12)


@pytest.mark.parametrize("months_to_fill", [0.0, 0.5, 4.9, 30.0])
def test_little_at_rest_vacancies_are_starters_times_duration(markov, months_to_fill):
    net = markov([[0.97]], doors=(((0, 1.0),),))
    *_, last = net.months(np.array([[100.0]]), 2000, Expected(), posts=100, fill=1.0 / (1.0 + months_to_fill))
    starters, vacancies = last.starters[0][0, 0], 100 - last.filled[0, 0]
    assert vacancies == pytest.approx(starters * months_to_fill, rel=1e-10, abs=1e-10)
    assert starters == pytest.approx(last.flows[-1][0, 0], rel=1e-10)


def test_posts_below_the_stock_hire_nobody_and_dismiss_nobody(markov, sampled):
    net = markov([[1.0]], doors=(((0, 1.0),),))
    (after,) = net.months(np.full((5, 1), 30), 1, sampled(5), posts=10, offers=((0, [4]),))
    assert (after.stock == 30).all()
    assert (after.unplaced == 4).all()
    assert (after.starters[0] == 0).all()
