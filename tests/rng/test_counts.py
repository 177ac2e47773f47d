"""Counts made by the public functions: their laws, their limits and what they may not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel import rng
from mhwfmodel.rng import Purpose

SEED = 20240401
DRAWS = np.arange(40_000, dtype=np.uint32)
ONE = np.array([77], dtype=np.uint32)
HERE = np.zeros(1, dtype=np.int64)
LEVEL = 1e-4
"""Some twenty laws are tested: none may be rarer by chance than this."""


def law_fits(counts, distribution):
    """Chi-square of whole numbers against a law, cells with fewer than five expected put together."""
    low, high = int(distribution.ppf(1e-6)), int(distribution.ppf(1.0 - 1e-6))
    values = np.arange(low, high + 1)
    expected = distribution.pmf(values) * counts.size
    seen = np.array([(counts == value).sum() for value in values], dtype=float)
    keep = expected >= 5
    observed = np.append(seen[keep], counts.size - seen[keep].sum())
    wanted = np.append(expected[keep], counts.size - expected[keep].sum())
    if wanted[-1] < 1e-3:
        assert observed[-1] == 0
        observed, wanted = observed[:-1], wanted[:-1] * observed[:-1].sum() / wanted[:-1].sum()
    return stats.chisquare(observed, wanted).pvalue


def people(n, draws=DRAWS):
    return np.full((draws.size, 1), n, dtype=np.int64)


def chance(p, draws=DRAWS):
    return np.full((draws.size, 1), p)


@pytest.mark.parametrize(("n", "p"), [(5, 0.03), (1, 0.4), (40, 0.85), (600, 0.0188), (3000, 0.3), (900_000, 0.0188)])
def test_binomial_law(n, p):
    counts = rng.binomial(SEED, DRAWS, ONE, Purpose.LEAVE, people(n), chance(p), time=3).ravel()
    assert law_fits(counts, stats.binom(n, p)) > LEVEL
    assert abs(counts.mean() - n * p) < 4 * np.sqrt(n * p * (1 - p) / counts.size)


@pytest.mark.parametrize("mean", [0.02, 3.0, 31.0, 33.0, 4000.0])
def test_poisson_law(mean):
    counts = rng.poisson(SEED, DRAWS, ONE, Purpose.ARRIVE, chance(mean), time=3).ravel()
    assert law_fits(counts, stats.poisson(mean)) > LEVEL
    assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / counts.size)


@pytest.mark.parametrize("n", [12, 4000])
def test_competing_counts_are_multinomial(n):
    p = np.array([0.05, 0.02, 0.2, 0.01])
    joint = np.broadcast_to(p[:, None, None], (4, DRAWS.size, 1)).copy()
    counts = rng.competing(SEED, DRAWS, ONE, Purpose.LEAVE, people(n), joint, HERE, time=3)[:, :, 0]
    for way, share in enumerate(p):
        assert law_fits(counts[way], stats.binom(n, share)) > LEVEL, way
    assert law_fits(counts.sum(axis=0), stats.binom(n, p.sum())) > LEVEL
    covariance = np.cov(counts)
    exact = n * (np.diag(p) - np.outer(p, p))
    error = np.sqrt((np.outer(np.diag(exact), np.diag(exact)) + exact**2) / counts.shape[1])
    assert (np.abs(covariance - exact) < 4 * error).all()


def test_given_how_many_go_the_ways_share_them_in_proportion():
    p = np.array([0.1, 0.05, 0.15])
    joint = np.broadcast_to(p[:, None, None], (3, DRAWS.size, 1)).copy()
    counts = rng.competing(SEED, DRAWS, ONE, Purpose.LEAVE, people(20), joint, HERE)[:, :, 0]
    gone = counts.sum(axis=0)
    for total in (4, 6, 8):
        chosen = counts[:, gone == total]
        assert law_fits(chosen[0], stats.binom(total, p[0] / p.sum())) > LEVEL
        assert law_fits(chosen[1], stats.binom(total, p[1] / p.sum())) > LEVEL


@given(
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda p: sum(p) > 0),
    st.sampled_from([0.0, 0.01, 0.5, 1.0]),
    st.integers(0, 100_000),
    st.integers(0, rng.MAX_SEED),
)
def test_competing_counts_never_exceed_the_people(weights, reach, n, seed):
    draws = DRAWS[:20]
    p = np.array(weights) / sum(weights) * reach
    joint = np.broadcast_to(p[:, None, None], (p.size, draws.size, 1)).copy()
    counts = rng.competing(seed, draws, ONE, Purpose.LEAVE, people(n, draws), joint, HERE)
    assert (counts >= 0).all()
    assert (counts.sum(axis=0) <= n).all()
    assert (counts[p == 0.0] == 0).all()
    if reach == 1.0 and p[::-1].cumsum()[-1] >= 1.0:
        assert (counts.sum(axis=0) == n).all()


def test_a_way_of_chance_0_at_the_end_changes_no_other_count():
    p = np.array([0.05, 0.02, 0.2])
    draws = DRAWS[:2000]
    joint = np.broadcast_to(p[:, None, None], (3, draws.size, 1)).copy()
    more = np.concatenate([joint, np.zeros((1, draws.size, 1))])
    alone = rng.competing(SEED, draws, ONE, Purpose.LEAVE, people(50, draws), joint, HERE)
    beside = rng.competing(SEED, draws, ONE, Purpose.LEAVE, people(50, draws), more, HERE)
    np.testing.assert_array_equal(beside[:3], alone)
    assert (beside[3] == 0).all()


def test_lines_make_entities_of_one_id_independent_and_line_0_is_none():
    draws = DRAWS[:4000]
    same = np.full(3, 600, dtype=np.uint32)
    joint = np.stack([np.full((draws.size, 1), 0.2), np.full((draws.size, 1), 0.3)])
    n = np.full((draws.size, 3), 20, dtype=np.int64)
    column = np.zeros(3, dtype=np.int64)
    counts = rng.competing(SEED, draws, same, Purpose.LEAVE, n, joint, column, np.array([0, 1, 255]), time=5)
    none = rng.competing(SEED, draws, same[:1], Purpose.LEAVE, n[:, :1], joint, column[:1], time=5)
    np.testing.assert_array_equal(counts[:, :, :1], none)
    assert not (counts[:, :, 0] == counts[:, :, 1]).all()
    error = 1.0 / np.sqrt(draws.size)
    for way in range(2):
        correlation = np.corrcoef(counts[way], rowvar=False)
        assert (np.abs(correlation - np.eye(3)) < 4 * error).all()


def test_one_way_only_is_the_binomial_of_decision_0():
    draws = DRAWS[:2000]
    joint = np.full((1, draws.size, 1), 0.3)
    counts = rng.competing(SEED, draws, ONE, Purpose.LEAVE, people(50, draws), joint, HERE, time=5)[0]
    np.testing.assert_array_equal(
        counts, rng.binomial(SEED, draws, ONE, Purpose.LEAVE, people(50, draws), joint[0], time=5)
    )


def test_nothing_is_drawn_at_0_people_or_0_expected():
    draws = DRAWS[:50]
    none = people(0, draws)
    joint = np.full((2, draws.size, 1), 0.5)
    assert (rng.binomial(SEED, draws, ONE, Purpose.LEAVE, none, chance(1.0, draws)) == 0).all()
    assert (rng.competing(SEED, draws, ONE, Purpose.LEAVE, none, joint, HERE) == 0).all()
    assert (rng.poisson(SEED, draws, ONE, Purpose.ARRIVE, chance(0.0, draws)) == 0).all()


def test_people_elsewhere_change_nobodys_count():
    """Every number belongs to its entity, so that none shifts along when others need more or fewer of them."""
    draws, entities = DRAWS[:200], np.arange(30, dtype=np.uint32)
    p = np.full((draws.size, 30), 0.2)
    n = np.full((draws.size, 30), 25, dtype=np.int64)
    emptied = n.copy()
    emptied[:, ::3] = 0
    whole = rng.binomial(SEED, draws, entities, Purpose.LEAVE, n, p)
    some = rng.binomial(SEED, draws, entities, Purpose.LEAVE, emptied, p)
    np.testing.assert_array_equal(np.delete(some, np.s_[::3], axis=1), np.delete(whole, np.s_[::3], axis=1))


def test_the_column_says_which_chance_an_entity_reads():
    draws, entities = DRAWS[:300], np.arange(3, dtype=np.uint32)
    n = np.full((draws.size, 3), 10, dtype=np.int64)
    p = np.stack([np.zeros(draws.size), np.ones(draws.size)], axis=1)
    counts = rng.binomial(SEED, draws, entities, Purpose.LEAVE, n, p, np.array([1, 0, 1]))
    np.testing.assert_array_equal(counts, np.broadcast_to([10, 0, 10], counts.shape))


@given(st.integers(1, 50))
def test_fewer_draws_are_the_first_of_more(draws):
    n, p = people(30, DRAWS[:50]), chance(0.3, DRAWS[:50])
    joint = np.stack([p, p / 2])
    for make in (
        lambda d: rng.binomial(SEED, DRAWS[:d], ONE, Purpose.LEAVE, n[:d], p[:d]),
        lambda d: rng.poisson(SEED, DRAWS[:d], ONE, Purpose.ARRIVE, 100 * p[:d]),
        lambda d: rng.competing(SEED, DRAWS[:d], ONE, Purpose.LEAVE, n[:d], joint[:, :d], HERE)[0],
    ):
        np.testing.assert_array_equal(make(draws), make(50)[:draws])
