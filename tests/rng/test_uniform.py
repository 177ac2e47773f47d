"""Philox against its published answers, and what a random number may and may not depend on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel import rng
from mhwfmodel.rng import MAX_SEED, Purpose, _kernels

_ONES = 0xFFFFFFFF
KNOWN = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((_ONES, _ONES, _ONES, _ONES), (_ONES, _ONES), "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
DRAWS = np.arange(400, dtype=np.uint32)
ENTITIES = np.arange(512, 768, dtype=np.uint32)


def uniforms(seed=7, draws=DRAWS, entities=ENTITIES, purpose=Purpose.LEAVE, time=24291, decision=0):
    return rng.uniform(seed, draws, entities, purpose, time=time, decision=decision)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_known_answers_of_random123(counter, key, answer):
    words = _kernels.philox4x32(*counter, *key)
    assert " ".join(f"{int(word):08x}" for word in words) == answer


def unit(high, low):
    return ((high >> 5) * 2**26 + (low >> 6)) / 2**53


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_every_form_of_the_generator_gives_the_known_answers_of_random123(counter, key, answer):
    """One decision; or both of a block for a row of entities, with one word for line, purpose and block."""
    words = [int(word, 16) for word in answer.split()]
    wanted = unit(*words[:2]), unit(*words[2:])
    seed = np.uint64(key[1] << 32 | key[0])
    draw, time, entity, last = counter
    line, purpose, block = last >> 24, last >> 16 & 0xFF, last & 0xFFFF
    entities = np.full(5, entity, dtype=np.uint32)
    for half in range(2):
        one = _kernels.uniform(seed, draw, time, entity, line << 8 | purpose, block << 1 | half)
        assert one == wanted[half]
    first, second = np.empty(5), np.empty(5)
    whole = np.full(5, last, dtype=np.int64)
    _kernels.uniform_pairs(seed, np.uint32(draw), time, entities, whole, first, second)
    assert (first.tolist(), second.tolist()) == ([wanted[0]] * 5, [wanted[1]] * 5)


def test_the_counter_is_laid_out_as_the_documentation_says():
    seed, draw, time, entity, purpose = 0x0123456789ABCDEF, 0xFFFFFFFE, 24291, 0xABCDEF01, Purpose.RECRUIT
    for decision in (0, 1, 2, 3, 131_070, 131_071):
        words = _kernels.philox4x32(
            draw, time, entity, (int(purpose) << 16) | (decision >> 1), seed & 0xFFFFFFFF, seed >> 32
        )
        high, low = (int(word) for word in (words[2:] if decision & 1 else words[:2]))
        expected = ((high >> 5) * 2**26 + (low >> 6)) / 2**53
        got = uniforms(
            seed, np.array([draw], np.uint32), np.array([entity], np.uint32), purpose, time=time, decision=decision
        )
        assert got[0, 0] == expected


def test_uniforms_have_53_bits_and_lie_in_the_half_open_unit_interval():
    u = uniforms()
    assert u.dtype == np.float64
    assert u.shape == (DRAWS.size, ENTITIES.size)
    assert u.min() >= 0.0
    assert u.max() < 1.0
    whole = u * 2.0**53
    assert (whole == np.floor(whole)).all()
    bits = whole.astype(np.uint64).ravel()
    error = 0.5 / np.sqrt(bits.size)
    for bit in range(53):
        assert abs(((bits >> np.uint64(bit)) & np.uint64(1)).mean() - 0.5) < 5 * error, bit


def test_uniforms_are_uniform():
    u = uniforms().ravel()
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    counts = np.histogram(u, bins=1000, range=(0.0, 1.0))[0]
    assert stats.chisquare(counts).pvalue > 1e-3
    assert np.unique(u).size == u.size


WHOLE = slice(None)
NEIGHBOURS = {
    "neighbouring draws": (np.s_[:-1], np.s_[1:], {}),
    "neighbouring entities": (np.s_[:, :-1], np.s_[:, 1:], {}),
    "next month": (WHOLE, WHOLE, {"time": 24292}),
    "next decision, the same block": (WHOLE, WHOLE, {"decision": 1}),
    "next block": (WHOLE, WHOLE, {"decision": 2}),
    "another purpose": (WHOLE, WHOLE, {"purpose": Purpose.RECRUIT}),
    "next seed": (WHOLE, WHOLE, {"seed": 8}),
    "seed that differs in its high word": (WHOLE, WHOLE, {"seed": 7 + 2**32}),
}


@pytest.mark.parametrize("pair", NEIGHBOURS)
def test_neighbouring_counters_are_independent(pair):
    here, there, change = NEIGHBOURS[pair]
    first, second = uniforms()[here].ravel(), uniforms(**change)[there].ravel()
    assert not (first == second).any()
    assert abs(np.corrcoef(first, second)[0, 1]) * np.sqrt(first.size) < 4.0
    grid = np.histogram2d(first, second, bins=16, range=((0, 1), (0, 1)))[0]
    assert stats.chisquare(grid.ravel()).pvalue > 1e-3


@given(
    st.integers(0, MAX_SEED),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 120_000),
    st.integers(0, 131_070),
    st.sampled_from(list(Purpose)),
)
def test_seed_draw_entity_time_decision_and_purpose_each_change_the_number(seed, draw, entity, time, decision, purpose):
    def one(seed, draw, entity, time, decision, purpose):
        at = np.array([draw], np.uint32), np.array([entity], np.uint32)
        return rng.uniform(seed, *at, purpose, time=time, decision=decision)[0, 0]

    other = Purpose.ARRIVE if purpose != Purpose.ARRIVE else Purpose.ENTER
    numbers = [
        one(seed, draw, entity, time, decision, purpose),
        one(seed ^ 1, draw, entity, time, decision, purpose),
        one(seed ^ 2**62, draw, entity, time, decision, purpose),
        one(seed, draw ^ 1, entity, time, decision, purpose),
        one(seed, draw, entity ^ 1, time, decision, purpose),
        one(seed, draw, entity, time + 1, decision, purpose),
        one(seed, draw, entity, time, decision + 1, purpose),
        one(seed, draw, entity, time, decision, other),
    ]
    assert len(set(numbers)) == len(numbers)


def test_purposes_never_share_a_number_and_fit_their_bits():
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose)
    assert all(0 < purpose < 2**16 for purpose in Purpose)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, MAX_SEED))
def test_fewer_draws_and_fewer_entities_give_the_same_numbers(draws, entities, seed):
    whole = uniforms(seed, DRAWS[:60], ENTITIES[:20])
    np.testing.assert_array_equal(uniforms(seed, DRAWS[:draws], ENTITIES[:20]), whole[:draws])
    np.testing.assert_array_equal(uniforms(seed, DRAWS[draws - 1 : draws], ENTITIES[:20]), whole[draws - 1 : draws])
    np.testing.assert_array_equal(uniforms(seed, DRAWS[:60], ENTITIES[:entities][::-1]), whole[:, :entities][:, ::-1])


def test_threads_change_nothing():
    whole = uniforms()
    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(lambda first: uniforms(draws=DRAWS[first : first + 37]), range(0, DRAWS.size, 37)))
    np.testing.assert_array_equal(np.concatenate(blocks), whole)


def test_the_largest_seed_and_the_last_draw_are_allowed():
    last = np.array([rng.MAX_DRAWS - 1], dtype=np.uint32)
    assert 0.0 <= uniforms(MAX_SEED, last)[0, 0] < 1.0


@given(st.floats(1e-300, 700.0) | st.just(0.0))
def test_one_minus_exp_is_accurate_for_small_and_large_hazards(hazard):
    assert rng.one_minus_exp(np.array([hazard]))[0] == pytest.approx(-np.expm1(-hazard), rel=1e-15, abs=0.0)
