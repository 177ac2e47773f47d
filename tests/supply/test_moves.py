"""Moves between cells: who seeks, whom a vacancy takes, where they land, and that nobody is made or lost by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel import rng
from mhwfmodel.supply import (
    OUT,
    Compiled,
    Expected,
    Graph,
    MonthInputs,
    Offers,
    Places,
    Pool,
    Routes,
    Sampled,
    Track,
    step,
    workforce_graph,
)
from mhwfmodel.supply.market import destinations
from mhwfmodel.supply.states import AGES, CONVEYOR, NEXT, SOURCES, STATE_GROUP, STATES, state_of
from mhwfmodel.supply.workforce import EDGES

WORLDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
FEW = settings(max_examples=25, phases=(Phase.explicit, Phase.generate), deadline=None)
DRAWS = 4
ICBS = 3
BETWEEN, QUALIFY, CLOSE = (EDGES.index(kind) for kind in ("between", "qualify", "close"))
FROM_OTHERS = SOURCES.index("other_employers")
_EXPERIENCED = tuple(state_of(age, CONVEYOR + band) for age in range(len(AGES)) for band in (1, 2))
APPROVAL = (
    Track("practising", 64, 60, _EXPERIENCED, after="practising", other="not_practising"),
    Track("not_practising", 65, 60, _EXPERIENCED, after="not_practising", other="practising"),
)
LEADS = Track("leads", 7, 3, _EXPERIENCED, leaves=True)


@dataclass(frozen=True)
class World:
    """A small England: ICBs × sectors (approval in sector 0 alone) × roles (a course leads from role 0 to role 1)."""

    net: object
    stock: np.ndarray
    inputs: MonthInputs
    chooser: Sampled

    @property
    def graph(self):
        return self.net.graph


def cells_of(icbs):
    icb, sector, role = (part.ravel() for part in np.meshgrid(np.arange(icbs), [0, 1], [0, 1], indexing="ij"))
    return icb, sector, role


@pytest.fixture(scope="session")
def make_net(entry):
    made = {}

    def make(icbs=ICBS, first=0):
        if (icbs, first) not in made:
            icb, sector, role = cells_of(icbs)
            tracks = [
                (*((LEADS,) if work == 0 else ()), *(APPROVAL if kind == 0 else ()))
                for kind, work in zip(sector, role, strict=True)
            ]
            ids = ((icb + first) * 4 + sector * 2 + role + 1).astype(np.uint32) * 512
            made[icbs, first] = workforce_graph(ids, entry, tracks)
        return made[icbs, first]

    return make


def routes_of(icbs, draws):
    """From role 0 to role 1 of the same ICB, in either sector, and out."""
    start, to = [0], []
    for cell in range(icbs * 4):
        if cell % 2 == 0:
            to += [cell // 4 * 4 + 1, cell // 4 * 4 + 3, OUT]
        start.append(len(to))
    return Routes(np.array(start), np.array(to), np.tile([0.5, 0.2, 0.1], (draws, len(to) // 3)).astype(float))


@pytest.fixture(scope="session")
def make_world(make_net, staff_chances, group_chances):
    def make(random, *, draws=DRAWS, near=None, most=6):
        net = make_net()
        icb, sector, role = cells_of(ICBS)
        cells = icb.size
        leave = float(random.choice([0.02, 0.3]))
        chance = staff_chances(
            net, group_chances(leave=leave), stops=[0.05, 0.02, 0.03], passes=[0.9, 0.7, 0.2]
        )  # fmt: skip
        if random.random() < 0.3:
            # An employer of one cell closes: nobody stays, and some of its staff look for another post.
            closes = net.group_cell == random.integers(cells)
            chance[:, closes] = 0.0
            chance[CLOSE, closes] = 0.6
            chance[EDGES.index("exit"), closes] = 0.4
        stock = random.integers(0, most, (draws, net.graph.node_id.size))
        stock *= random.random(stock.shape) < 0.15
        filled = np.zeros((draws, cells), dtype=np.int64)
        np.add.at(filled, (slice(None), net.graph.node_cell), stock)
        near = np.exp(-2.0 * random.random((ICBS, ICBS))) if near is None else near
        share = random.random((len(SOURCES), draws, cells))
        pools = np.where(role == 0, icb, -1)
        inputs = MonthInputs(
            month=int(random.integers(24_000, 25_000)),
            probability=np.broadcast_to(chance[:, None], (len(EDGES), draws, chance.shape[1])).copy(),
            posts=filled + random.integers(-5, 12, filled.shape),
            fill=random.random((draws, cells)) * 0.5,
            source_share=share / share.sum(axis=0),
            candidates=((2, random.integers(0, 3, filled.shape)),),
            offers=Offers(
                Places.of(icb, sector, role), np.broadcast_to(near, (draws, ICBS, ICBS)).copy(),
                1.0 + random.random(draws), random.random((draws, cells)),
            ),
            routes=routes_of(ICBS, draws),
            pools=(Pool(3, pools, random.integers(0, 3, (draws, ICBS)), np.arange(ICBS, dtype=np.uint32)),),
        )  # fmt: skip
        return World(net, stock, inputs, Sampled(int(random.integers(2**60)), np.arange(draws, dtype=np.uint32)))

    return make


def by_cell(graph, people):
    out = np.zeros((people.shape[0], graph.cell_id.size), dtype=people.dtype)
    np.add.at(out, (slice(None), graph.node_cell), people)
    return out


def moved(graph, moves, draws, end="entered"):
    out = np.zeros((draws, graph.cell_id.size))
    np.add.at(out, (moves.draw, getattr(moves, end)), moves.people)
    return out


def test_ids_hold_the_cell_and_groups_are_those_who_share_their_chances(make_net):
    net = make_net()
    graph = net.graph
    np.testing.assert_array_equal(graph.node_id >> 9 << 9, graph.cell_id[graph.node_cell])
    both = graph.lines << 32 | graph.node_id.astype(np.int64)
    assert np.unique(both).size == both.size
    months = np.array([0, *(track.months for track in net.tracks)])
    last = (net.node_track > 0) & (net.node_month == months[net.node_track] - 1)
    group = graph.node_group
    for of_group, of_node in (
        (net.group_cell, graph.node_cell), (net.group_track, net.node_track), (net.group_last, last),
        (net.group_state, STATE_GROUP[net.node_state]),
    ):  # fmt: skip
        np.testing.assert_array_equal(of_group[group], of_node)
    rows = np.stack([net.group_cell, net.group_state, net.group_track, net.group_last], axis=1)
    assert np.unique(rows, axis=0).shape == rows.shape
    np.testing.assert_array_equal(
        net.node_state[net.first[:, None] + np.arange(STATES)], np.tile(np.arange(STATES), (12, 1))
    )
    assert tuple(edge.kind for edge in graph.edges) == EDGES
    seeks = {edge.kind: (edge.target == graph.advance).all() for edge in graph.edges if edge.seeks}
    assert seeks == {"between": True, "qualify": True, "close": False}
    assert (graph.targets[EDGES.index("close")] == OUT).all()


def test_movers_keep_experience_and_age_an_approval_where_there_is_one_and_never_a_course(make_net):
    net = make_net()
    graph, landing = net.graph, net.graph.landing
    nodes = np.arange(graph.node_id.size)
    to_approved, to_other = 4, 6
    after = graph.advance
    for cell in (to_approved, to_other):
        at = landing.at(np.full(nodes.size, cell), landing.code[nodes])
        assert (graph.node_cell[at] == cell).all()
        np.testing.assert_array_equal(net.node_state[at], NEXT[net.node_state])
        approved = np.isin(net.node_track, [net.tracks.index(track) + 1 for track in APPROVAL])
        if cell == to_approved:
            np.testing.assert_array_equal(net.node_track[at][approved], net.node_track[after][approved])
            np.testing.assert_array_equal(net.node_month[at][approved], net.node_month[after][approved])
            assert (net.node_track[at][~approved] == 0).all()
        else:
            assert (net.node_track[at] == 0).all()


@FEW
@given(WORLDS)
def test_m01_whole_people_are_conserved_with_moves_routes_courses_and_pools(make_world, random):
    world = make_world(random)
    graph, stock = world.graph, world.stock
    for month in range(4):
        inputs = replace(world.inputs, month=world.inputs.month + month)
        result = step(graph, stock, inputs, world.chooser)
        leavers = sum(flow for edge, flow in zip(graph.edges, result.flows, strict=True) if edge.leaver)
        assert np.issubdtype(result.stock.dtype, np.integer)
        assert (result.stock >= 0).all()
        np.testing.assert_array_equal(result.filled, by_cell(graph, stock) + sum(result.starters) - leavers)
        into, out_of = (moved(graph, result.moves, DRAWS, end) for end in ("entered", "left"))
        np.testing.assert_array_equal((into - out_of).sum(axis=1), 0.0)
        assert (into <= result.starters[FROM_OTHERS]).all()
        seeking = result.flows[BETWEEN] + result.flows[QUALIFY] + result.flows[CLOSE]
        assert (seeking >= out_of).all()
        open_cell = inputs.probability[CLOSE].max() == 0.0
        if open_cell:
            np.testing.assert_array_equal((seeking - out_of)[:, 1::2], 0)
        home = result.moves.left == result.moves.entered
        assert result.moves.people[home].sum() <= result.flows[CLOSE].sum()
        assert (result.drawn[0] <= inputs.pools[0].people).all()
        stock = result.stock


@FEW
@given(WORLDS)
def test_m01_expected_people_are_conserved_too_and_nothing_is_below_nobody(make_world, random):
    world = make_world(random)
    graph, stock = world.graph, world.stock.astype(float)
    result = step(graph, stock, world.inputs, Expected())
    leavers = sum(flow for edge, flow in zip(graph.edges, result.flows, strict=True) if edge.leaver)
    np.testing.assert_allclose(result.filled, by_cell(graph, stock) + sum(result.starters) - leavers, atol=1e-10)
    into, out_of = (moved(graph, result.moves, DRAWS, end) for end in ("entered", "left"))
    np.testing.assert_allclose((into - out_of).sum(axis=1), 0.0, atol=1e-10)
    for people in (result.stock, *result.flows, *result.starters):
        assert (people >= -1e-12).all()


@FEW
@given(WORLDS)
def test_nobody_lands_without_a_vacancy_and_who_is_not_taken_stays(make_world, random):
    world = make_world(random)
    graph, inputs = world.graph, world.inputs
    left = world.chooser.leave(graph, world.stock, inputs.probability, month=inputs.month)
    held = by_cell(graph, left.after)
    holding = left.seeking[left.seeking[:, 2] != CLOSE]
    np.add.at(held, (holding[:, 0], graph.node_cell[holding[:, 1]]), holding[:, 3])
    result = step(graph, world.stock, inputs, world.chooser)
    into = moved(graph, result.moves, DRAWS)
    assert (into <= np.maximum(inputs.posts - held, 0)).all()
    expected = step(graph, world.stock.astype(float), inputs, Expected())
    went = Expected().leave(graph, world.stock.astype(float), inputs.probability, month=0)
    holding = [not edge.released for edge in graph.edges if edge.seeks]
    held = by_cell(graph, went.after) + by_cell(graph, went.seeking[holding].sum(axis=0))
    assert (moved(graph, expected.moves, DRAWS) <= np.maximum(inputs.posts - held, 0.0) + 1e-10).all()
    for chooser in (world.chooser, Expected()):
        none = step(graph, world.stock, replace(inputs, posts=np.zeros_like(inputs.posts)), chooser)
        assert none.moves.people.sum() == 0
        assert (none.flows[BETWEEN] == 0).all()
        leavers = sum(flow for edge, flow in zip(graph.edges, none.flows, strict=True) if edge.leaver)
        np.testing.assert_array_equal(sum(none.starters), none.flows[EDGES.index("move")])
        np.testing.assert_allclose(none.filled, by_cell(graph, world.stock) + sum(none.starters) - leavers, atol=1e-10)


def one_role(entry, draws, people, posts, near):
    """Cells of one role, an ICB each; everybody in a cell of some people seeks another one."""
    cells = len(people)
    net = workforce_graph((np.arange(cells) + 1).astype(np.uint32) * 512, entry)
    stock = np.zeros((draws, net.graph.node_id.size), dtype=np.int64)
    stock[:, net.first + STATES - 1] = people
    chance = np.zeros((len(EDGES), draws, net.group_cell.size))
    chance[BETWEEN] = 1.0
    number = np.arange(cells)
    inputs = MonthInputs(
        month=24_300,
        probability=chance,
        posts=np.tile(posts, (draws, 1)),
        fill=np.zeros((draws, cells)),
        source_share=np.full((len(SOURCES), draws, cells), 1.0 / len(SOURCES)),
        offers=Offers(
            Places.of(number, number * 0, number * 0), np.tile(np.asarray(near, float), (draws, 1, 1)),
            np.ones(draws), np.ones((draws, cells)),
        ),
        routes=Routes.none(cells, draws),
    )  # fmt: skip
    return net, stock, inputs


def test_where_there_is_too_little_room_everybody_has_the_same_chance(entry, sampled):
    draws, room = 4000, 5
    net, stock, inputs = one_role(entry, draws, [10, 20, 0], [10, 20, room], [[1, 0, 1], [0, 1, 1], [0, 0, 1]])
    result = step(net.graph, stock, inputs, sampled(draws))
    assert (result.filled[:, 2] == room).all()
    assert (result.filled.sum(axis=1) == 30).all()
    gone = 10 - result.filled[:, 0]
    law = stats.hypergeom(30, 10, room)
    assert stats.chisquare(np.bincount(gone, minlength=room + 1), law.pmf(np.arange(room + 1)) * draws).pvalue > 1e-3
    exact = step(net.graph, stock[:1].astype(float), _rows(inputs, slice(0, 1)), Expected())
    np.testing.assert_allclose(exact.filled[0], [10 - law.mean(), 20 - (room - law.mean()), room], rtol=1e-12)


def test_people_go_where_the_offers_say(entry, sampled):
    draws = 3000
    near = np.array([[9, 1.0, 0.5, 0.25], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    net, stock, inputs = one_role(entry, draws, [30, 0, 0, 0], [30, 99, 99, 99], near)
    result = step(net.graph, stock, inputs, sampled(draws))
    seen = moved(net.graph, result.moves, draws).sum(axis=0)[1:]
    wanted = destinations(inputs.offers, 0, 0)[0, 1:]
    np.testing.assert_allclose(wanted, np.array([4, 2, 1]) / 7, rtol=1e-12)
    assert stats.chisquare(seen, wanted * 30 * draws).pvalue > 1e-3
    assert result.filled[:, 1].var() == pytest.approx(30 * 4 / 7 * 3 / 7, rel=6 * np.sqrt(2 / draws))


def test_each_course_of_a_cell_leads_where_its_own_routes_go(entry, sampled):
    draws = 3000
    courses = tuple(replace(LEADS, code=code, number=number, months=1) for code, number in (("one", 7), ("two", 8)))
    net = workforce_graph(np.array([512, 1024, 1536], dtype=np.uint32), entry, [courses, (), ()])
    graph = net.graph
    stock = np.zeros((draws, graph.node_id.size), dtype=np.int64)
    for track, people in ((1, 10), (2, 20)):
        stock[:, np.flatnonzero(net.node_track == track)[0]] = people
    chance = np.zeros((len(EDGES), draws, net.group_cell.size))
    chance[QUALIFY] = net.group_last
    cells = 3
    inputs = MonthInputs(
        month=24_300,
        probability=chance,
        posts=np.full((draws, cells), 99),
        fill=np.zeros((draws, cells)),
        source_share=np.full((len(SOURCES), draws, cells), 1.0 / len(SOURCES)),
        offers=Offers(Places.of(*[np.arange(cells)] * 3), np.ones((draws, 3, 3)), np.ones(draws), np.ones((draws, 3))),
        routes=Routes(
            start=np.array([0, 1, 3]), to=np.array([1, 2, OUT]), share=np.tile([0.7, 0.5, 0.2], (draws, 1)),
            cell=np.array([0, 0]), of_node=np.maximum(net.node_track - 1, 0),
        ),
    )  # fmt: skip
    whole = step(graph, stock, inputs, sampled(draws))
    exact = step(
        graph,
        stock[:1].astype(float),
        replace(_rows(inputs, slice(0, 1)), routes=inputs.routes.some(slice(0, 1))),
        Expected(),
    )
    np.testing.assert_allclose(exact.filled[0], [3 + 6, 7, 10], rtol=1e-12)
    np.testing.assert_allclose(exact.flows[QUALIFY][0], [7 + 14, 0, 0], rtol=1e-12)
    assert (
        stats.chisquare(
            np.bincount(whole.filled[:, 1], minlength=11), stats.binom(10, 0.7).pmf(np.arange(11)) * draws
        ).pvalue
        > 1e-3
    )
    assert (
        stats.chisquare(
            [
                whole.filled[:, 2].sum(),
                (30 - whole.filled.sum(axis=1)).sum(),
                (whole.filled[:, 0] - 10 + whole.filled[:, 1]).sum(),
            ],
            np.array([0.5, 0.2, 0.3]) * 20 * draws,
        ).pvalue
        > 1e-3
    )
    assert (whole.filled[:, 1] <= 10).all()


def test_m05_where_only_one_place_is_open_whole_people_are_the_expected_values(entry, sampled):
    net, stock, inputs = one_role(entry, 3, [7, 0, 4], [7, 20, 4], [[1, 1, 0], [0, 1, 0], [0, 1, 1]])
    whole = step(net.graph, stock, inputs, sampled(3))
    exact = step(net.graph, stock.astype(float), inputs, Expected())
    np.testing.assert_array_equal(whole.stock, exact.stock)
    np.testing.assert_array_equal(whole.filled, [[0, 11, 0]] * 3)
    np.testing.assert_array_equal(whole.starters[FROM_OTHERS], [[0, 11, 0]] * 3)
    for seen, expected in zip(whole.flows, exact.flows, strict=True):
        np.testing.assert_array_equal(seen, expected)


def _rows(inputs, rows):
    offers = inputs.offers
    return replace(
        inputs,
        probability=inputs.probability[:, rows],
        posts=inputs.posts[rows],
        fill=inputs.fill[rows],
        source_share=inputs.source_share[:, rows],
        candidates=tuple((source, people[rows]) for source, people in inputs.candidates),
        offers=Offers(offers.places, offers.near[rows], offers.same[rows], offers.weight[rows]),
        routes=Routes(inputs.routes.start, inputs.routes.to, inputs.routes.share[rows]),
        pools=tuple(replace(pool, people=pool.people[rows]) for pool in inputs.pools),
    )


@FEW
@given(WORLDS, st.integers(1, DRAWS - 1))
def test_m12_fewer_draws_are_the_first_of_more(make_world, random, few):
    world = make_world(random)
    whole = step(world.graph, world.stock, world.inputs, world.chooser)
    part = step(
        world.graph,
        world.stock[:few],
        _rows(world.inputs, slice(0, few)),
        Sampled(world.chooser.seed, world.chooser.draws[:few]),
    )
    np.testing.assert_array_equal(part.stock, whole.stock[:few])
    kept = whole.moves.draw < few
    np.testing.assert_array_equal(part.moves.entered, whole.moves.entered[kept])


def test_m06_a_year_and_then_a_year_from_the_saved_state_are_two_years(make_world):
    world = make_world(np.random.default_rng(8), most=12)

    def run(stock, months):
        for month in months:
            stock = step(world.graph, stock, replace(world.inputs, month=24_000 + month), world.chooser).stock
        return stock

    np.testing.assert_array_equal(run(run(world.stock, range(12)).copy(), range(12, 24)), run(world.stock, range(24)))


@FEW
@given(WORLDS)
def test_moves_within_an_icb_leave_its_bits_to_itself(make_world, make_net, random):
    world = make_world(random, near=np.eye(ICBS))
    whole = step(world.graph, world.stock, world.inputs, world.chooser)
    icb, sector, role = cells_of(1)
    for place in range(ICBS):
        alone = make_net(1, place)
        cells = slice(4 * place, 4 * place + 4)
        nodes = np.isin(world.graph.node_cell, np.arange(4 * place, 4 * place + 4))
        groups = np.isin(world.net.group_cell, np.arange(4 * place, 4 * place + 4))
        given_ = world.inputs
        pool = given_.pools[0]
        inputs = replace(
            given_,
            probability=given_.probability[:, :, groups],
            posts=given_.posts[:, cells],
            fill=given_.fill[:, cells],
            source_share=given_.source_share[:, :, cells],
            candidates=((2, given_.candidates[0][1][:, cells]),),
            offers=Offers(
                Places.of(icb, sector, role), np.ones((DRAWS, 1, 1)), given_.offers.same, given_.offers.weight[:, cells]
            ),
            routes=routes_of(1, DRAWS),
            pools=(
                Pool(3, np.where(role == 0, 0, -1), pool.people[:, [place]], pool.id[[place]]),
            ),
        )  # fmt: skip
        result = step(alone.graph, world.stock[:, nodes], inputs, world.chooser)
        np.testing.assert_array_equal(result.stock, whole.stock[:, nodes])
        for one, many in zip((*result.flows, *result.starters), (*whole.flows, *whole.starters), strict=True):
            np.testing.assert_array_equal(one, many[:, cells])


def test_m19_the_order_of_the_ways_out_changes_no_expected_value(make_world):
    world = make_world(np.random.default_rng(21))
    graph, order = world.graph, np.random.default_rng(22).permutation(len(EDGES))
    turned = Graph(
        graph.cell_id, graph.node_id, graph.node_cell, graph.node_group, graph.advance,
        tuple(graph.edges[kind] for kind in order), graph.sources, graph.doors, graph.line, graph.landing,
    )  # fmt: skip
    stock = world.stock.astype(float)
    one = step(graph, stock, world.inputs, Expected())
    two = step(turned, stock, replace(world.inputs, probability=world.inputs.probability[order]), Expected())
    np.testing.assert_allclose(two.stock, one.stock, rtol=1e-12, atol=1e-12)
    for position, kind in enumerate(order):
        np.testing.assert_allclose(two.flows[position], one.flows[kind], rtol=1e-12, atol=1e-12)


def test_the_mean_of_whole_landings_is_the_expected_landing_where_there_is_room(make_world):
    world = make_world(np.random.default_rng(13), draws=1, most=30)
    draws = 3000
    inputs = replace(
        world.inputs, posts=world.inputs.posts + 10_000, fill=world.inputs.fill * 0.0, candidates=(), pools=()
    )
    exact = step(world.graph, world.stock.astype(float), inputs, Expected())
    # By the kernel, which is the reference to the bit (test_kernel.py) and lands so many people in no time.
    whole = Compiled(20240401, np.arange(draws, dtype=np.uint32))
    many = step(world.graph, np.tile(world.stock, (draws, 1)), _rows(inputs, np.zeros(draws, dtype=int)), whole)
    cells = world.graph.cell_id.size

    def table(moves, rows):
        out = np.zeros((rows, cells, cells))
        np.add.at(out, (moves.draw, moves.left, moves.entered), moves.people)
        return out

    pairs = table(many.moves, draws)
    # Some hundreds of comparisons at once: five errors for the table, four for its sums.
    for seen, wanted, most in (
        (pairs, table(exact.moves, 1)[0], 5.0), (many.filled, exact.filled[0], 4.0),
        (pairs.sum(axis=1), table(exact.moves, 1)[0].sum(axis=0), 4.0), (many.stock, exact.stock[0], 5.5),
    ):  # fmt: skip
        error = np.maximum(seen.std(axis=0, ddof=1), np.sqrt(np.maximum(wanted, 1e-3))) / np.sqrt(draws)
        assert (np.abs(seen.mean(axis=0) - wanted) <= most * error + 1e-9).all()


@FEW
@given(WORLDS)
def test_more_on_offer_elsewhere_never_lets_fewer_go(make_world, random):
    """With room for everybody, a higher chance of seeking takes at least the same people from every cell."""
    world = make_world(random)
    inputs = replace(world.inputs, posts=world.inputs.posts + 10_000)
    more = inputs.probability.copy()
    more[BETWEEN] *= 1.2
    low = step(world.graph, world.stock.astype(float), inputs, Expected())
    high = step(world.graph, world.stock.astype(float), replace(inputs, probability=more), Expected())
    assert (high.flows[BETWEEN] >= low.flows[BETWEEN] - 1e-12).all()
    assert high.moves.people.sum() >= low.moves.people.sum()


@FEW
@given(WORLDS)
def test_a_pool_gives_nobody_beyond_those_it_has_and_shares_them_out(random):
    cells, pools, draws = int(random.integers(1, 30)), int(random.integers(1, 4)), 5
    of_cell = random.integers(-1, pools, cells)
    wanted = random.integers(0, 12, (draws, cells))
    pool = Pool(0, of_cell, random.integers(0, 40, (draws, pools)), np.arange(pools, dtype=np.uint32))
    chooser = Sampled(int(random.integers(2**60)), np.arange(draws, dtype=np.uint32))
    got, taken = chooser.draw_on(pool, wanted, month=24_000)
    exact, share = Expected().draw_on(
        replace(pool, people=pool.people.astype(float)), wanted.astype(float), month=24_000
    )
    np.testing.assert_array_equal(got[:, of_cell < 0], wanted[:, of_cell < 0])
    assert (got >= 0).all()
    assert (got <= wanted).all()
    for number in range(pools):
        cells_of_pool = of_cell == number
        asked = wanted[:, cells_of_pool].sum(axis=1)
        most = np.minimum(asked, pool.people[:, number])
        np.testing.assert_array_equal(got[:, cells_of_pool].sum(axis=1), most)
        np.testing.assert_array_equal(taken[:, number], most)
        np.testing.assert_allclose(exact[:, cells_of_pool].sum(axis=1), most, atol=1e-10)
        np.testing.assert_allclose(share[:, number], most)
        fair = wanted[:, cells_of_pool] * np.where(asked > 0, most / np.maximum(asked, 1), 0.0)[:, None]
        np.testing.assert_allclose(exact[:, cells_of_pool], fair, atol=1e-10)
        assert (np.abs(got[:, cells_of_pool] - fair) < 1 + 1e-9).all()


def test_a_pool_favours_no_cell(sampled):
    draws = 20_000
    wanted = np.tile([3, 1, 5, 2], (draws, 1))
    pool = Pool(0, np.zeros(4, dtype=np.int64), np.full((draws, 1), 4), np.zeros(1, dtype=np.uint32))
    got, _ = sampled(draws).draw_on(pool, wanted, month=24_000)
    fair = np.array([3, 1, 5, 2]) * 4 / 11
    assert (np.abs(got.mean(axis=0) - fair) <= 4 * got.std(axis=0) / np.sqrt(draws)).all()
    uniform = rng.uniform(20240401, np.arange(draws, dtype=np.uint32), pool.id, rng.Purpose.POOL, time=24_000)
    assert uniform.min() >= 0.0
