# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled distributions of durations for arrays: quantiles, tails, what remains, what is met by chance."""

from __future__ import annotations

import math

from mhwfmodel.demand._gamma import gamma_parts, gamma_quantile
from mhwfmodel.demand._samplers import (
    EMPIRICAL,
    EXPONENTIAL,
    FIXED,
    GAMMA,
    LOGNORMAL,
    NEVER,
    WEIBULL,
    above,
    duration,
    exponential,
    key_uniform,
)
from mhwfmodel.rng._beta import normal_score
from mhwfmodel.rng.compiling import compiled

_ROOT_HALF = math.sqrt(0.5)
_HALF_STEP = 2.0**-54
"""What `normal_score` adds to a chance in the lower tail."""


@compiled
def fill_uniforms(seed, replication, first, place, stream, visit, stage, purpose, decision, out):
    """Write the uniforms of one decision of persons `first`, `first + 1` and so on."""
    for n in range(out.size):
        out[n] = key_uniform(seed, replication, first + n, place, stream, visit, stage, purpose, decision)


@compiled
def fill_quantiles(kind, a, b, start, value, upto, row, u, out):
    """Write the quantile of each row at each uniform."""
    for n in range(out.size):
        out[n] = duration(kind, a, b, start, value, upto, row[n], u[n])


@compiled
def _reached(value, upto, first, last, t):
    """Share of an empirical law up to `t`."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if value[middle] <= t:
            low = middle + 1
        else:
            high = middle
    return upto[low - 1] if low > first else 0.0


@compiled
def _parts(law, a, b, t):
    """Chances of at most and of more than `t`, each with its own precision; not of an empirical law."""
    if law == NEVER or t <= 0.0:
        return 0.0, 1.0
    if law == FIXED:
        return (1.0, 0.0) if t >= a else (0.0, 1.0)
    if law == GAMMA:
        return gamma_parts(b, t / a)
    if law == LOGNORMAL:
        score = (math.log(t) - a) / b * _ROOT_HALF
        return 0.5 * math.erfc(-score), 0.5 * math.erfc(score)
    power = t / a if law == EXPONENTIAL else (t / a) ** b
    return -math.expm1(-power), math.exp(-power)


@compiled
def fill_survivals(kind, a, b, start, value, upto, row, t, out):
    """Write the chance of more than `t` of each row."""
    for n in range(out.size):
        r = row[n]
        if kind[r] == EMPIRICAL:
            out[n] = 1.0 - _reached(value, upto, start[r], start[r + 1], t[n])
        else:
            out[n] = _parts(kind[r], a[r], b[r], t[n])[1]


@compiled
def _remaining(law, a, b, gone, u):
    if law == EXPONENTIAL:
        return a * exponential(u)
    if law in (FIXED, NEVER):
        return (a if law == FIXED else math.inf) - gone
    if law == WEIBULL:
        return a * ((gone / a) ** b + exponential(u)) ** (1.0 / b) - gone
    below, beyond = _parts(law, a, b, gone)
    p, q = below + beyond * u, beyond * (1.0 - u)
    if q <= 0.0:
        return 0.0
    if law == GAMMA:
        return a * gamma_quantile(b, p, q) - gone
    score = normal_score(max(min(p, q) - _HALF_STEP, 0.0))
    return math.exp(a + b * (score if p <= q else -score)) - gone


@compiled
def fill_remaining(kind, a, b, start, value, upto, row, gone, u, out):
    """Write what remains of each row's duration, of which `gone` has passed; 0 where that was all."""
    for n in range(out.size):
        r = row[n]
        if kind[r] == EMPIRICAL:
            passed = _reached(value, upto, start[r], start[r + 1], gone[n])
            at = above(upto, start[r], start[r + 1], passed + (1.0 - passed) * u[n])
            out[n] = max(value[at] - gone[n], 0.0)
        elif gone[n] <= 0.0:
            out[n] = duration(kind, a, b, start, value, upto, r, u[n])
        else:
            out[n] = max(_remaining(kind[r], a[r], b[r], gone[n], u[n]), 0.0)


@compiled
def _biased(law, a, b, u):
    """Quantile of a duration met by chance, in proportion to its length; not of an empirical law."""
    if law == EXPONENTIAL:
        return a * gamma_quantile(2.0, u, 1.0 - u)
    if law == GAMMA:
        return a * gamma_quantile(b + 1.0, u, 1.0 - u)
    if law == LOGNORMAL:
        return math.exp(a + b * b + b * normal_score(u))
    if law == WEIBULL:
        return a * gamma_quantile(1.0 + 1.0 / b, u, 1.0 - u) ** (1.0 / b)
    if law == FIXED:
        return a
    return math.inf


@compiled
def fill_biased(kind, a, b, start, value, biased, row, u, out):
    """Write the quantile of a duration met by chance; `biased`: running sums of weight times value."""
    for n in range(out.size):
        r = row[n]
        if kind[r] == EMPIRICAL:
            out[n] = value[above(biased, start[r], start[r + 1], u[n])]
        else:
            out[n] = _biased(kind[r], a[r], b[r], u[n])
