# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Random numbers and quantiles of many draws at once: those of `_kernels`, to the last bit, in lanes.

What the lanes cannot settle (many people, or a uniform so near to 1 that a sum of chances does not reach it) is done
again one draw at a time with the functions that define it.
"""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.rng._kernels import (
    _LARGE_MEAN,
    _LOW,
    _MULTIPLIER_0,
    _MULTIPLIER_1,
    _SMALL_SIZE,
    _TO_UNIT,
    _WEYL_0,
    _WEYL_1,
    binomial_quantile,
    poisson_quantile,
)
from mhwfmodel.rng._vector import WIDTH, any_of, load_counts, spliced, spread, store, to_counts, to_floats, where
from mhwfmodel.rng.compiling import compiled

_ROUNDS_LEFT = 7
_HALF, _BITS_LOST, _BITS_KEPT = np.uint64(32), np.uint64(5), np.uint64(6)
_SHIFT = np.uint64(67108864)
_SQUARES = 10
"""Squarings that reach every size below `_SMALL_SIZE`."""
_ODDS, _TURNED, _LIMIT, _CHANCE = _SQUARES, _SQUARES + 1, _SQUARES + 2, _SQUARES + 3
LAW = 16
"""Numbers of a binomial law: q, q², q⁴ …, odds, whether it is turned, from which size lanes do not settle it, p."""
MOST_STEPS = 128
"""Steps of a search in lanes: a mean below `_LARGE_MEAN` is passed by so many once in 2 to the power of 60."""


@spliced
def uniform_pairs_of(draws, time, entity, word_3, key_0, key_1):
    """Both uniforms of one block for each of the draws in lanes; see `_kernels.uniform_pairs`.

    The draws stand in one word, and what stands in the others is the same for all: it is multiplied once, for as long
    as the words have not mixed. A product needs the lower half of a word only, so its upper half is left as it is.
    """
    product_0, product_1 = _MULTIPLIER_0 * draws, _MULTIPLIER_1 * entity
    a0, a1 = (product_1 >> _HALF) ^ time ^ key_0, product_1 & _LOW
    a2, a3 = (product_0 >> _HALF) ^ (word_3 ^ key_1), product_0
    key_0, key_1 = (key_0 + _WEYL_0) & _LOW, (key_1 + _WEYL_1) & _LOW
    product, product_1 = _MULTIPLIER_0 * (a0 & _LOW), _MULTIPLIER_1 * (a2 & _LOW)
    b0, b1 = (product_1 >> _HALF) ^ (a1 ^ key_0), product_1
    b2, b3 = a3 ^ ((product >> _HALF) ^ key_1), product & _LOW
    key_0, key_1 = (key_0 + _WEYL_0) & _LOW, (key_1 + _WEYL_1) & _LOW
    product_0, product_1 = _MULTIPLIER_0 * (b0 & _LOW), _MULTIPLIER_1 * (b2 & _LOW)
    c0, c1 = (product_1 >> _HALF) ^ b1 ^ key_0, product_1
    c2, c3 = (product_0 >> _HALF) ^ (b3 ^ key_1), product_0
    for _ in range(_ROUNDS_LEFT):
        key_0, key_1 = (key_0 + _WEYL_0) & _LOW, (key_1 + _WEYL_1) & _LOW
        product_0, product_1 = _MULTIPLIER_0 * (c0 & _LOW), _MULTIPLIER_1 * (c2 & _LOW)
        c0, c1 = (product_1 >> _HALF) ^ c1 ^ key_0, product_1
        c2, c3 = (product_0 >> _HALF) ^ c3 ^ key_1, product_0
    return _unit(c0 & _LOW, c1 & _LOW), _unit(c2 & _LOW, c3 & _LOW)


@spliced
def _unit(high, low):
    return to_floats((high >> _BITS_LOST) * _SHIFT + (low >> _BITS_KEPT)) * _TO_UNIT


@compiled
def write_law(p, law, at):
    """Write what `binomial_by_law` reads of a chance `p` into `law`, beginning at `at`."""
    turned = p > 0.5
    chance = 1.0 - p if turned else p
    square = 1.0 - chance
    for power in range(_SQUARES):
        law[at + power] = square
        square *= square
    law[at + _ODDS] = chance / (1.0 - chance)
    law[at + _TURNED] = 1.0 if turned else 0.0
    limit = _SMALL_SIZE
    if limit * chance > _LARGE_MEAN:
        limit = min(limit, int(_LARGE_MEAN / chance) + 2)
        while (limit - 1) * chance >= _LARGE_MEAN:
            limit -= 1
    law[at + _LIMIT] = limit
    law[at + _CHANCE] = p


@spliced
def _power(n, law, at):
    """`_kernels._power` of a law's q."""
    result = where((n & 1) != 0, law[at], spread(1.0))
    power = 1
    while power < _SQUARES and any_of(n >= 1 << power):
        result = where((n & (1 << power)) != 0, result * law[at + power], result)
        power += 1
    return result


@spliced
def _search(u, n, mass, odds):
    """`_kernels._binomial_search` from the mass at 0, for means below `_LARGE_MEAN`; and whether all lanes are settled.

    Without that function's two stops: where the search would go past them it never ends, so it is not settled here.
    """
    size = to_floats(n)
    below = mass
    found = to_counts(below < u)
    mass = mass * (odds * size)
    below = below + mass
    short = below < u
    k = 1
    while any_of(short) and k < MOST_STEPS:
        found = found + to_counts(short)
        k += 1
        mass = mass * ((odds * (1.0 / k)) * (size - float(k - 1)))
        below = below + mass
        short = below < u
    return found, k < MOST_STEPS


@spliced
def binomial_by_law(u, n, law, at, room, counts):
    """`_kernels.binomial_quantile` of a chance that all lanes share; `law` at `at` is what `write_law` made of it."""
    turned = law[at + _TURNED] != 0.0
    seen = 1.0 - u if turned else u
    found, settled = _search(seen, n, _power(n, law, at), law[at + _ODDS])
    if any_of(n >= int(law[at + _LIMIT])) or not settled:
        return _one_by_one(u, n, spread(law[at + _CHANCE]), room, counts)
    return n - found if turned else found


@spliced
def binomial_of(u, n, p, room, counts):
    """`_kernels.binomial_quantile` of a chance for each lane."""
    turned = p > 0.5
    chance = where(turned, 1.0 - p, p)
    square = 1.0 - chance
    odds = chance / square
    mass = where((n & 1) != 0, square, spread(1.0))
    bit = 2
    while bit < _SMALL_SIZE and any_of(n >= bit):
        square = square * square
        mass = where((n & bit) != 0, mass * square, mass)
        bit += bit
    found, settled = _search(where(turned, 1.0 - u, u), n, mass, odds)
    if any_of((n >= _SMALL_SIZE) | (to_floats(n) * chance >= _LARGE_MEAN)) or not settled:
        return _one_by_one(u, n, p, room, counts)
    return where(turned, n - found, found)


@spliced
def _one_by_one(u, n, p, room, counts):
    store(room, 0, u)
    store(room, WIDTH, p)
    store(counts, 0, n)
    _mend(room, counts)
    return load_counts(counts, 0)


@compiled
def _mend(room, counts):
    """Replace sizes by their quantiles, one lane at a time; uniforms and chances stand in `room`."""
    for lane in range(WIDTH):
        counts[lane] = binomial_quantile(room[lane], np.int64(counts[lane]), room[WIDTH + lane])


@spliced
def poisson_by_mean(u, mean, none, room, counts):
    """`_kernels.poisson_quantile` of a mean that all lanes share; `none` is its chance of nobody."""
    if mean >= _LARGE_MEAN:
        return _arrive_one_by_one(u, spread(mean), room, counts)
    mass, below = none, none
    short = u > below
    found = to_counts(short)
    k = 0
    while any_of(short):
        k += 1
        mass *= mean * (1.0 / k)
        below += mass
        short = u > below
        found = found + to_counts(short)
        if k == MOST_STEPS:
            return _arrive_one_by_one(u, spread(mean), room, counts)
    return found


@spliced
def poisson_of(u, mean, none, room, counts):
    """`_kernels.poisson_quantile` of a mean for each lane; `none` are their chances of nobody."""
    mass, below = none, none
    short = below < u
    found = to_counts(short)
    k = 0
    while any_of(short):
        k += 1
        mass = mass * (mean * (1.0 / k))
        below = below + mass
        short = below < u
        found = found + to_counts(short)
        if k == MOST_STEPS:
            return _arrive_one_by_one(u, mean, room, counts)
    return found


@spliced
def _arrive_one_by_one(u, mean, room, counts):
    store(room, 0, u)
    store(room, WIDTH, mean)
    _mend_arrivals(room, counts)
    return load_counts(counts, 0)


@compiled
def _mend_arrivals(room, counts):
    """Write Poisson counts, one lane at a time; uniforms and means stand in `room`."""
    for lane in range(WIDTH):
        counts[lane] = poisson_quantile(room[lane], room[WIDTH + lane])


@compiled
def nobody(mean):
    """Chance that nobody arrives where `mean` are expected, same dims; −1 where lanes do not settle how many do.

    Neither −1 nor a sum that begins with it is ever as large as a uniform, so that such lanes are not settled.
    """
    out = np.empty(mean.shape)
    for row in range(mean.shape[0]):
        for column in range(mean.shape[1]):
            expected = mean[row, column]
            out[row, column] = math.exp(-expected) if expected < _LARGE_MEAN else -1.0
    return out
