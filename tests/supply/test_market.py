"""What is on offer, where people go, and the weights that hold the market at rest, beside plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mhwfmodel.errors import InvariantError
from mhwfmodel.supply import Offers, Places
from mhwfmodel.supply.market import destinations, offered
from mhwfmodel.supply.resting import Market, rest_weights

WORLDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
MANY = settings(max_examples=60, phases=(Phase.explicit, Phase.generate))
DRAWS = 2


def make(random, cells=None, icbs=None):
    cells = cells or int(random.integers(1, 15))
    icbs = icbs or int(random.integers(1, 5))
    places = Places.of(*(random.integers(0, most, cells) for most in (icbs, 3, 3)))
    distance = random.random((DRAWS, icbs, icbs))
    near = np.exp(-random.choice([0.1, 3.0, 30.0]) * (distance + distance.transpose(0, 2, 1)))
    near[:, np.arange(icbs), np.arange(icbs)] = 1.0
    return Offers(places, near, 1.0 + random.random(DRAWS) * 5, random.random((DRAWS, cells)) * 10)


def kernel(offers):
    """`K_ij` of every pair of cells, 0 between roles, dims (draw, from, to)."""
    places = offers.places
    near = offers.near[:, places.icb[:, None], places.icb[None, :]]
    same = np.where(places.sector[:, None] == places.sector[None, :], offers.same[:, None, None], 1.0)
    return near * same * (places.role[:, None] == places.role[None, :])


def weights_at_rest(offers, movers, start):
    """What calibration finds for every draw, dims (draw, cell): attractions, offers and the share of one's own cell."""
    market = Market.of(offers.places, offers.near.shape[1])
    found = [
        rest_weights(market.seen(near, same), moves, begin)
        for near, same, moves, begin in zip(offers.near, offers.same, movers, start, strict=True)
    ]
    return np.moveaxis(np.array(found), 1, 0)


def test_cells_are_gathered_role_by_role():
    places = Places.of(np.zeros(5, int), np.zeros(5, int), np.array([2, 0, 2, 0, 3]))
    np.testing.assert_array_equal(places.start, [0, 2, 2, 4, 5])
    np.testing.assert_array_equal(places.member, [1, 3, 0, 2, 4])


@MANY
@given(WORLDS)
def test_what_is_on_offer_is_the_sum_over_all_cells_of_the_role(random):
    offers = make(random)
    total, own = offered(offers)
    k = kernel(offers)
    np.testing.assert_allclose(total, np.einsum("dij,dj->di", k, offers.weight), rtol=1e-12)
    np.testing.assert_allclose(own, np.einsum("dii,di->di", k, offers.weight), rtol=1e-12)
    assert (own <= total * (1 + 1e-12)).all()


@MANY
@given(WORLDS)
def test_an_icb_that_is_near_no_other_sees_the_bits_it_sees_alone(random):
    offers = make(random, icbs=3)
    alone = Offers(offers.places, np.broadcast_to(np.eye(3), (DRAWS, 3, 3)).copy(), offers.same, offers.weight)
    total, own = offered(alone)
    here = offers.places.icb == 0
    other = offers.weight.copy()
    other[:, ~here] *= 7.0
    again = offered(Offers(alone.places, alone.near, alone.same, other))
    np.testing.assert_array_equal(again[0][:, here], total[:, here])
    np.testing.assert_array_equal(again[1][:, here], own[:, here])


@MANY
@given(WORLDS)
def test_destinations_sum_to_one_leave_out_ones_own_cell_and_follow_the_offers(random):
    offers = make(random)
    k = kernel(offers) * offers.weight[:, None, :]
    for draw in range(DRAWS):
        for role in range(offers.places.start.size - 1):
            cells = offers.places.member[offers.places.start[role] : offers.places.start[role + 1]]
            found = destinations(offers, draw, role)
            assert (np.diag(found) == 0.0).all()
            wanted = k[draw][np.ix_(cells, cells)] * (1 - np.eye(cells.size))
            total = wanted.sum(axis=1, keepdims=True)
            np.testing.assert_allclose(found.sum(axis=1), np.where(total[:, 0] > 0, 1.0, 0.0), rtol=1e-12)
            np.testing.assert_allclose(found * total, wanted, rtol=1e-12, atol=1e-300)


@MANY
@given(WORLDS)
def test_more_on_offer_anywhere_in_the_role_is_never_less_to_anybody(random):
    offers = make(random)
    more = offers.weight.copy()
    cell = int(random.integers(more.shape[1]))
    more[:, cell] *= 2.0
    before, after = offered(offers)[0], offered(Offers(offers.places, offers.near, offers.same, more))[0]
    assert (after >= before * (1 - 1e-12)).all()
    assert (after[:, cell] > before[:, cell]).all()
    other = offers.places.role != offers.places.role[cell]
    np.testing.assert_array_equal(after[:, other], before[:, other])


@MANY
@given(WORLDS)
def test_at_rest_every_pair_of_cells_exchanges_its_staff_one_for_one(random):
    offers = make(random)
    movers = random.random(offers.weight.shape) * 100 * (random.random(offers.weight.shape) < 0.8)
    weight, on_offer, within = weights_at_rest(offers, movers, np.sqrt(movers))
    k = kernel(offers)
    total = np.einsum("dij,dj->di", k, weight)
    np.testing.assert_allclose(weight * total, movers, rtol=1e-11, atol=1e-300)
    share = np.divide(movers, total, out=np.zeros_like(movers), where=total > 0)
    flow = share[:, :, None] * k * weight[:, None, :]
    np.testing.assert_allclose(flow, flow.transpose(0, 2, 1), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(flow.sum(axis=2), movers, rtol=1e-11)
    np.testing.assert_allclose(flow.sum(axis=1), movers, rtol=1e-9, atol=1e-9)
    total, own = offered(Offers(offers.places, offers.near, offers.same, weight))
    np.testing.assert_allclose(on_offer, total, rtol=1e-12)
    np.testing.assert_allclose(within, np.divide(own, total, out=np.ones_like(own), where=total > 0), rtol=1e-12)


def test_where_nobody_moves_nothing_attracts():
    offers = make(np.random.default_rng(0), cells=6, icbs=2)
    none = np.zeros((DRAWS, 6))
    assert (weights_at_rest(offers, none, none)[0] == 0.0).all()


def test_weights_that_cannot_be_found_are_told():
    """Two cells that only the other's staff may enter cannot lose unlike numbers of them."""
    number = np.arange(2)
    places = Places.of(number, np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64))
    offers = Offers(places, 1.0 - np.eye(2)[None], np.ones(1), np.ones((1, 2)))
    with pytest.raises(InvariantError, match="weights that hold the labour market at rest were not found"):
        weights_at_rest(offers, np.array([[1.0, 2.0]]), offers.weight)
