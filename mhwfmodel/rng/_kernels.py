"""Compiled random numbers and quantile functions: the single implementation that everything shares.

Reference evaluator, compiled kernel and demand engines must agree to the last bit, and library functions for the
exponential differ in the last bit from one library to the next: so whatever touches a random decision is here.
"""

from __future__ import annotations

import math

import numpy as np
from numba import uint32, uint64

from mhwfmodel.rng.compiling import borrowing, compiled, inlined

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_TO_UNIT = 2.0**-53
_LARGE_MEAN = 32.0
_SMALL_SIZE = 1024
_NEGLIGIBLE = 2.0**-64
_LOG_2PI = math.log(2.0 * math.pi)
# (1 − p)^n ≥ 1 − n p, so that most small counts are settled without a power; what is left out is more than any rounding
# of the power, so that this changes no answer.
NOBODY = 1.0 - 1e-12

# ln(n!) minus Stirling's approximation of it for n = 0 … 15 (n = 0 is never read); Loader (2000).
_STIRLING = np.array(
    [0.0] + [math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2.0 * math.pi) for n in range(1, 16)]
)


EACH = 64
"""The most people of a node who choose one by one; more are split by conditional binomials."""

TWO = 2
"""Ways that one uniform tells apart for any number of people."""

# 1 − exp(−t) = t Σ_k (−t)^k / (k + 1)!
_SERIES = tuple(1.0 / math.factorial(k + 1) for k in range(13))
_DOUBLINGS = 7
_SCALED = 2.0**-_DOUBLINGS
_GONE = 44.0


@compiled
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Philox-4x32-10 of Salmon et al. (2011): four 32-bit words of a 128-bit counter and a 64-bit key."""
    c0, c1, c2, c3 = uint64(c0), uint64(c1), uint64(c2), uint64(c3)
    k0, k1 = uint64(k0), uint64(k1)
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            (product_1 >> uint64(32)) ^ c1 ^ k0,
            product_1 & _LOW,
            (product_0 >> uint64(32)) ^ c3 ^ k1,
            product_0 & _LOW,
        )
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return uint32(c0), uint32(c1), uint32(c2), uint32(c3)


@compiled
def uniform(seed, draw, time, entity, purpose, decision):
    """The 53-bit uniform in [0, 1) of one decision: block `decision >> 1`, half `decision & 1`."""
    w0, w1, w2, w3 = philox4x32(
        uint64(draw),
        uint64(time),
        uint64(entity),
        (uint64(purpose) << uint64(16)) | (uint64(decision) >> uint64(1)),
        uint64(seed) & _LOW,
        uint64(seed) >> uint64(32),
    )
    if uint64(decision) & uint64(1):
        high, low = w2, w3
    else:
        high, low = w0, w1
    return float((uint64(high) >> uint64(5)) * uint64(67108864) + (uint64(low) >> uint64(6))) * _TO_UNIT


@compiled
def _stirling_error(n):
    if n < 16.0:
        return _STIRLING[int(n)]
    square = n * n
    return (
        1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / square) / square) / square) / square
    ) / n


@compiled
def _deviance(x, mean):
    """`x ln(x/mean) + mean − x` without cancellation; Loader (2000)."""
    difference = x - mean
    if abs(difference) < 0.1 * (x + mean):
        ratio = difference / (x + mean)
        total = difference * ratio
        term = 2.0 * x * ratio
        ratio *= ratio
        j = 1
        while True:
            term *= ratio
            new = total + term / (2 * j + 1)
            if new == total:
                return new
            total = new
            j += 1
    return x * math.log(x / mean) + mean - x


@compiled
def binomial_pmf(k, n, p):
    """Probability of `k` of `n`, accurate in the tails (saddle point, Loader 2000); 0 < p < 1."""
    if k == 0:
        return math.exp(n * math.log1p(-p))
    if k == n:
        return math.exp(n * math.log(p))
    x = float(k)
    size = float(n)
    rest = size - x
    exponent = (
        _stirling_error(size)
        - _stirling_error(x)
        - _stirling_error(rest)
        - _deviance(x, size * p)
        - _deviance(rest, size * (1.0 - p))
    )
    return math.exp(exponent - 0.5 * (_LOG_2PI + math.log(x) + math.log1p(-x / size)))


@compiled
def poisson_pmf(k, mean):
    """Probability of `k` when `mean` are expected; mean > 0."""
    if k == 0:
        return math.exp(-mean)
    x = float(k)
    return math.exp(-_stirling_error(x) - _deviance(x, mean) - 0.5 * (_LOG_2PI + math.log(x)))


@compiled
def _power(base, exponent):
    """`base ** exponent` for a whole exponent, by repeated squaring: cheaper than an exponential."""
    result = 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


@compiled
def _binomial_search(u, n, p):
    """Smallest k with F(k) ≥ u for 0 < p ≤ 1/2 and n ≥ 1."""
    if u < NOBODY - n * p:
        return 0
    odds = p / (1.0 - p)
    if n * p < _LARGE_MEAN:
        k = 0
        mass = _power(1.0 - p, n) if n < _SMALL_SIZE else math.exp(n * math.log1p(-p))
        below = mass
        while below < u and k < n:
            k += 1
            mass *= (odds * (1.0 / k)) * (n - k + 1)
            below += mass
            if mass < _NEGLIGIBLE and k > n * p:
                break
        return k
    mode = math.floor((n + 1) * p)
    at_mode = binomial_pmf(mode, n, p)
    below = 0.0
    mass = at_mode
    k = mode
    while mass > _NEGLIGIBLE and k >= 0:
        below += mass
        mass *= k / (odds * (n - k + 1))
        k -= 1
    k = mode
    mass = at_mode
    if u <= below:
        while k > 0 and below - mass >= u:
            below -= mass
            mass *= k / (odds * (n - k + 1))
            k -= 1
            if mass < _NEGLIGIBLE:
                break
        return k
    while below < u and k < n:
        k += 1
        mass *= (odds * (1.0 / k)) * (n - k + 1)
        below += mass
        if mass < _NEGLIGIBLE:
            break
    return k


@compiled
def binomial_quantile(u, n, p):
    """Number of successes among `n` with chance `p` each, by inversion of the uniform `u`.

    Monotone in u; exact at n = 0, p = 0 and p = 1. For a large mean the search starts at the mode, whose distribution
    function is summed first, and steps to the side that u says.
    """
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - _binomial_search(1.0 - u, n, 1.0 - p)
    return _binomial_search(u, n, p)


@compiled
def poisson_quantile(u, mean):
    """Number of arrivals when `mean` are expected, by inversion of the uniform `u`; monotone in u."""
    if mean <= 0.0:
        return 0
    if mean < _LARGE_MEAN:
        k = 0
        mass = math.exp(-mean)
        below = mass
        while below < u:
            k += 1
            mass *= mean * (1.0 / k)
            below += mass
            if mass < _NEGLIGIBLE and k > mean:
                break
        return k
    mode = math.floor(mean)
    at_mode = poisson_pmf(mode, mean)
    below = 0.0
    mass = at_mode
    k = mode
    while mass > _NEGLIGIBLE and k >= 0:
        below += mass
        mass *= k / mean
        k -= 1
    k = mode
    mass = at_mode
    if u <= below:
        while k > 0 and below - mass >= u:
            below -= mass
            mass *= k / mean
            k -= 1
            if mass < _NEGLIGIBLE:
                break
        return k
    while below < u:
        k += 1
        mass *= mean * (1.0 / k)
        below += mass
        if mass < _NEGLIGIBLE:
            break
    return k


@borrowing
def one_of(u, p, e, reach):
    """The way that one person takes who goes: by inversion of `u`, among the chances p[e], `reach` in all.

    Way 0 comes last in the order of u: for two ways this is the conditional binomial of one person. Ways are counted
    without a branch, because nobody can foretell them.
    """
    left = (1.0 - u) * reach
    so_far, way = 0.0, 0
    for other in range(p.shape[1] - 1):
        so_far += p[e, other]
        way += left >= so_far
    while way > 0 and p[e, way] <= 0.0:
        way -= 1
    return way


@borrowing
def each_chooses(p, e, going):
    """Whether each of the people who go takes a way by a uniform of their own.

    They do when they are few and have more than two ways; one uniform is enough to split any number over two.
    """
    ways = p.shape[1]
    if ways <= TWO or going > EACH:
        return False
    open_ways = 0
    for way in range(ways):
        open_ways += p[e, way] > 0.0
    return going == 1 or open_ways > TWO


@borrowing
def several(u, p, e, going, left, taken):
    """Write how many of `going` people take each way, by conditional binomials; way k by the uniform u[k]."""
    last = p.shape[1] - 1
    so_far = 0.0
    for way in range(last, -1, -1):
        so_far += p[e, way]
        left[way] = so_far
    rest = going
    for way in range(last):
        taken[way] = binomial_quantile(u[way], rest, p[e, way] / left[way]) if rest > 0 else 0
        rest -= taken[way]
    taken[last] = rest


@compiled
def uniform_pairs(seed, draw, time, entities, words, first, second):
    """Write both uniforms of the block `words[e]` (line, purpose and block) of every entity of a draw; see `uniform`.

    The same numbers as `uniform` gives one by one. The rounds are written out again because a call to `philox4x32`
    keeps the compiler from making vector code of the loop, which is about ten times as fast.
    """
    low_key = uint64(seed) & _LOW
    high_key = uint64(seed) >> uint64(32)
    word_0 = uint64(draw)
    word_1 = uint64(time)
    for e in range(first.size):
        c0, c1, c2, c3 = word_0, word_1, uint64(entities[e]), uint64(words[e])
        k0, k1 = low_key, high_key
        for _ in range(10):
            product_0 = _MULTIPLIER_0 * c0
            product_1 = _MULTIPLIER_1 * c2
            c0, c1, c2, c3 = (
                (product_1 >> uint64(32)) ^ c1 ^ k0,
                product_1 & _LOW,
                (product_0 >> uint64(32)) ^ c3 ^ k1,
                product_0 & _LOW,
            )
            k0 = (k0 + _WEYL_0) & _LOW
            k1 = (k1 + _WEYL_1) & _LOW
        first[e] = float((c0 >> uint64(5)) * uint64(67108864) + (c1 >> uint64(6))) * _TO_UNIT
        second[e] = float((c2 >> uint64(5)) * uint64(67108864) + (c3 >> uint64(6))) * _TO_UNIT


@inlined
def decayed(x):
    """`1 − exp(−x)` for x ≥ 0, within 1e-15 of its value: arithmetic without a branch, so that loops vectorise.

    A series for x/128, below 0.35, then `1 − exp(−2t) = y(2 − y)` seven times; beyond 44 it is 1 to the last bit.
    """
    t = min(x, _GONE) * _SCALED
    y = _SERIES[12]
    for power in range(11, -1, -1):
        y = _SERIES[power] - t * y
    y *= t
    for _ in range(_DOUBLINGS):
        y *= 2.0 - y
    return y
