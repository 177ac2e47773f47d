"""Shares of made-up games, against a second way to work them out and against Shapley's axioms."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.plan.shapley import MOST, shares, split

VALUES = st.floats(-1e6, 1e6, width=32).map(lambda value: 0.0 if abs(value) < 1e-3 else value)


@st.composite
def games(draw, most=4):
    """The value of every subset, by its number."""
    parts = draw(st.integers(1, most))
    return parts, np.array(draw(st.lists(VALUES, min_size=2**parts, max_size=2**parts)))


def shared(parts, values, most=MOST):
    how = split(parts, most)
    weighed = np.tensordot(how.weights.T.astype(float), values[list(how.subsets)], axes=1)
    return shares(weighed, how.divisor, values[-1] - values[0])


def by_orders(parts, values):
    """What each part adds, averaged over all orders, in fractions."""
    added = [Fraction(0)] * parts
    orders = list(permutations(range(parts)))
    for order in orders:
        subset = 0
        for part in order:
            more = subset | 1 << part
            added[part] += Fraction(float(values[more])) - Fraction(float(values[subset]))
            subset = more
    return [float(value / len(orders)) for value in added]


@given(games())
def test_shares_are_those_of_all_orders(game):
    parts, values = game
    size = np.abs(values).max() + 1e-300
    np.testing.assert_allclose(shared(parts, values), by_orders(parts, values), atol=1e-12 * size, rtol=0)


@given(games(most=MOST), st.randoms(use_true_random=False))
def test_shares_add_up_to_the_last_bit_in_any_order(game, random):
    parts, values = game
    found = list(shared(parts, values))
    random.shuffle(found)
    assert sum(found) == values[-1] - values[0]


@given(games(), st.data())
def test_a_part_that_never_changes_a_value_has_exactly_nothing(game, data):
    parts, values = game
    idle = data.draw(st.integers(0, parts))
    low = (1 << idle) - 1
    wider = np.array([values[(subset & low) | (subset >> 1 & ~low)] for subset in range(2 ** (parts + 1))])
    assert shared(parts + 1, wider)[idle] == 0.0


@given(games())
def test_parts_that_do_the_same_have_the_same(game):
    parts, values = game
    swapped = [subset >> 2 << 2 | (subset & 1) << 1 | (subset >> 1 & 1) for subset in range(2**parts)]
    same = values if parts == 1 else np.maximum(values, values[swapped])
    found = shared(parts, same)
    assert found[0] == pytest.approx(found[-1] if parts == 1 else found[1], rel=1e-12, abs=1e-12 * np.abs(same).max())


@given(games(), st.floats(-8, 8))
def test_shares_of_a_sum_are_sums_of_shares(game, factor):
    parts, values = game
    other = np.arange(2**parts) * float(factor)
    expected = shared(parts, values) + shared(parts, other)
    size = np.abs(values).max() + np.abs(other).max() + 1.0
    np.testing.assert_allclose(shared(parts, values + other), expected, atol=1e-12 * size, rtol=0)


def test_the_glove_game():
    """One left glove (part 0) and two right ones: a pair is worth 1. Two thirds, and a sixth each."""
    values = np.array([0, 0, 0, 1, 0, 1, 0, 1], dtype=float)
    found = shared(3, values)
    np.testing.assert_allclose(found, [2 / 3, 1 / 6, 1 / 6], rtol=1e-12)
    assert sum(found) == 1.0


@pytest.mark.parametrize("parts", [1, 3, MOST, MOST + 1, 9])
def test_each_subset_is_named_once_and_every_part_alone_is_among_them(parts):
    how = split(parts)
    assert len(set(how.subsets)) == len(how.subsets)
    assert {0, 2**parts - 1, *(2**part for part in range(parts))} <= set(how.subsets)
    assert (how.weights.sum(axis=0) == 0).all(), "a game that is the same everywhere has no shares"
    assert how.method == ("shapley" if parts <= MOST else "ordered")
    assert len(how.subsets) == (2**parts if parts <= MOST else 2 * parts)


@given(games())
def test_beyond_the_limit_each_part_is_told_what_it_adds_to_those_before_it(game):
    parts, values = game
    found = shared(parts, values, most=0)
    chain = [float(values[2**size - 1]) for size in range(parts + 1)]
    np.testing.assert_allclose(found, np.diff(chain), atol=1e-12 * (np.abs(values).max() + 1e-300), rtol=0)
    assert sum(found) == values[-1] - values[0]


def test_many_draws_are_shared_at_once_and_what_is_no_number_stays_none():
    values = np.random.default_rng(1).integers(0, 10**6, size=(8, 50, 3)).astype(float)
    values[:, 7, 1] = np.nan
    found = shared(3, values)
    assert np.isnan(found[:, 7, 1]).all()
    assert np.isnan(found).sum() == 3
    known = ~np.isnan(values[0])
    assert (found.sum(axis=0)[known] == (values[-1] - values[0])[known]).all()
    np.testing.assert_allclose(found[:, 3, 2], by_orders(3, values[:, 3, 2]), rtol=1e-12)
