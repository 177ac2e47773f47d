# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled samplers of the pathway engines: keyed uniforms, durations by inversion, arrivals and choices.

Both engines call these very functions, because library functions for logarithms and the like differ in the last bit
from one library to the next. Vectorised forms for use from Python are in `samplers`.
"""

from __future__ import annotations

import math

from numba import uint64

from mhwfmodel.demand._gamma import gamma_quantile
from mhwfmodel.rng._beta import normal_score
from mhwfmodel.rng._kernels import philox4x32, uniform
from mhwfmodel.rng.compiling import compiled, inlined

NEVER, EXPONENTIAL, GAMMA, LOGNORMAL, WEIBULL, FIXED, EMPIRICAL = range(7)
"""Numbers of `network.Law`."""

_BYTE = uint64(8)
_HALF_WORD = uint64(16)
_VISIT = uint64(0xFFFF)
_LOW = uint64(0xFFFFFFFF)
_TO_UNIT = 2.0**-53


@inlined
def _entity(place, stream, visit):
    """Word 2 of the counter."""
    return (((uint64(place) << _BYTE) | uint64(stream)) << _HALF_WORD) | (uint64(visit) & _VISIT)


@inlined
def _purpose(stage, purpose):
    """The upper half of word 3 of the counter."""
    return (uint64(stage) << _BYTE) | uint64(purpose)


@inlined
def _unit(high, low):
    return float((uint64(high) >> uint64(5)) * uint64(67108864) + (uint64(low) >> uint64(6))) * _TO_UNIT


@compiled
def key_uniform(seed, replication, person, place, stream, visit, stage, purpose, decision):
    """The uniform in [0, 1) of one decision of a person at a visit of a stage."""
    return uniform(seed, replication, person, _entity(place, stream, visit), _purpose(stage, purpose), decision)


@compiled
def key_pair(seed, replication, person, place, stream, visit, stage, purpose):
    """The uniforms of decisions 0 and 1, which share a block: `key_uniform` of each, for the price of one."""
    w0, w1, w2, w3 = philox4x32(
        uint64(replication),
        uint64(person),
        _entity(place, stream, visit),
        _purpose(stage, purpose) << _HALF_WORD,
        uint64(seed) & _LOW,
        uint64(seed) >> uint64(32),
    )
    return _unit(w0, w1), _unit(w2, w3)


@inlined
def exponential(u):
    """Exponential with mean 1."""
    return -math.log(1.0 - u)


@inlined
def duration(kind, a, b, start, value, upto, row, u):
    """Quantile of row `row` of `Laws` at `u` [days]; infinite for `NEVER`."""
    law = kind[row]
    if law == EXPONENTIAL:
        return a[row] * exponential(u)
    if law == EMPIRICAL:
        return value[above(upto, start[row], start[row + 1], u)]
    return _parametric(law, a[row], b[row], u)


@compiled
def _parametric(law, a, b, u):
    if law == GAMMA:
        return a * gamma_quantile(b, u, 1.0 - u)
    if law == LOGNORMAL:
        return math.exp(a + b * normal_score(u))
    if law == WEIBULL:
        return a * exponential(u) ** (1.0 / b)
    if law == FIXED:
        return a
    return math.inf


@compiled
def above(upto, first, last, u):
    """Index of the first running sum above `u` in [first, last), which are ascending; the last one at most."""
    low, high = first, last - 1
    while low < high:
        middle = (low + high) // 2
        if upto[middle] > u:
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def next_arrival(time, rate, first, last, segment, now, need):
    """When the cumulative rate since `now` has grown by `need`, and the segment it is in; (inf, last) if never.

    Segments [first, last) of a stream's boundaries; `now` is in `segment`. The rate of the last one goes on for ever.
    """
    segment = max(segment, first)
    while segment < last:
        until = time[segment + 1] if segment + 1 < last else math.inf
        if rate[segment] > 0.0:
            instant = now + need / rate[segment]
            if instant < until:
                return instant, segment
            need = max(need - (until - now) * rate[segment], 0.0)
        now = until
        segment += 1
    return math.inf, last


@inlined
def which(upto, u):
    """The first index whose running sum is above `u`; the last one at most."""
    at = 0
    while at < upto.size - 1 and upto[at] <= u:
        at += 1
    return at


@inlined
def which_class(upto, stream, u):
    """`which` in a row of `Arrivals.class_upto`."""
    at = 0
    while at < upto.shape[1] - 1 and upto[stream, at] <= u:
        at += 1
    return at


@inlined
def which_route(upto, stage, of_class, u):
    """`which` in a row of `Stages.route_upto`."""
    at = 0
    while at < upto.shape[2] - 1 and upto[stage, of_class, at] <= u:
        at += 1
    return at
