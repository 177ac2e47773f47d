# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled regularised incomplete gamma function and its inverse."""

from __future__ import annotations

import math

from mhwfmodel.rng._beta import normal_score
from mhwfmodel.rng.compiling import compiled, inlined

_LOG_2PI = math.log(2.0 * math.pi)
_SMALLEST = 2.0**-1000
_ROUNDING = 2.0**-53
_FINE = 2e-6
"""A step of Halley's method, in standard deviations, after which what is left is below any rounding."""
_ROUNDS = 200
_MOST_STEPS = 1e6
_LARGE = 16.0


@compiled
def _stirling_error(shape):
    """`lnΓ(shape + 1)` minus Stirling's approximation of it; Loader (2000)."""
    if shape < _LARGE:
        return math.lgamma(shape + 1.0) - (shape + 0.5) * math.log(shape) + shape - 0.5 * _LOG_2PI
    square = shape * shape
    return (
        1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / square) / square) / square) / square
    ) / shape


@compiled
def _deviance(shape, x):
    """`shape ln(shape/x) + x − shape` without cancellation; Loader (2000)."""
    difference = shape - x
    if not abs(difference) < 0.1 * (shape + x):
        return shape * math.log(shape / x) - difference
    ratio = difference / (shape + x)
    total = difference * ratio
    term = 2.0 * shape * ratio
    ratio *= ratio
    odd = 3.0
    while True:
        term *= ratio
        new = total + term / odd
        if new == total:
            return new
        total = new
        odd += 2.0


@inlined
def _log_mass(shape, x, constant):
    """`ln(x^shape e^−x / Γ(shape + 1))`; `constant` is of `_constant`."""
    if shape < 1.0:
        return shape * math.log(x) - x - constant
    return -constant - _deviance(shape, x)


@inlined
def _constant(shape):
    """What of `_log_mass` depends on the shape alone."""
    if shape < 1.0:
        return math.lgamma(shape + 1.0)
    return _stirling_error(shape) + 0.5 * (_LOG_2PI + math.log(shape))


@compiled
def _series(shape, x):
    """P / mass, for x below shape + 1: 1 + x/(shape + 1) + x²/((shape + 1)(shape + 2)) and so on."""
    term, total, below = 1.0, 1.0, shape
    while term > total * _ROUNDING:
        below += 1.0
        term *= x / below
        total += term
    return total


@compiled
def _fraction(shape, x):
    """Q / (shape × mass), for x from shape + 1 on: Legendre's continued fraction, by Lentz's method."""
    odd = x + 1.0 - shape
    c = 1.0 / _SMALLEST
    d = 1.0 / odd
    total = d
    step = 0.0
    while step < _MOST_STEPS:
        step += 1.0
        factor = -step * (step - shape)
        odd += 2.0
        d = factor * d + odd
        c = odd + factor / c
        d = 1.0 / (d if abs(d) > _SMALLEST else _SMALLEST)
        c = c if abs(c) > _SMALLEST else _SMALLEST
        change = d * c
        total *= change
        if abs(change - 1.0) <= 2.0 * _ROUNDING:
            break
    return total


@compiled
def gamma_parts(shape, x):
    """Regularised incomplete gamma functions P(shape, x) and Q(shape, x) = 1 − P, each with its own precision."""
    if x <= 0.0:
        return 0.0, 1.0
    if x == math.inf:
        return 1.0, 0.0
    mass = math.exp(_log_mass(shape, x, _constant(shape)))
    if x < shape + 1.0:
        below = mass * _series(shape, x)
        return below, 1.0 - below
    above = shape * mass * _fraction(shape, x)
    return 1.0 - above, above


@compiled
def _start(shape, p, q):
    """Near the quantile: the leading term where it is small, Wilson and Hilferty's cube where not."""
    x = math.exp((math.log(p) + math.lgamma(shape + 1.0)) / shape) if p < 1.0 else math.inf
    if x < 0.2 * (shape + 1.0):
        return x * (1.0 + x / (shape + 1.0))
    if shape < 0.5:
        return max(-math.log(q) - (1.0 - shape) * math.log1p(-math.log(q)) - math.lgamma(shape), 0.2)
    score = normal_score(p) if p < 0.5 else -normal_score(q)
    cube = 1.0 - 1.0 / (9.0 * shape) + score / (3.0 * math.sqrt(shape))
    return shape * max(cube, 0.1) ** 3


@inlined
def _excess(shape, x, constant, p, q):
    """Logarithm of P / p where p is the smaller, else of q / Q, and its slope over ln x; both rise with x."""
    log_mass = _log_mass(shape, x, constant)
    if x < shape + 1.0:
        total = _series(shape, x)
        if p <= q:
            return log_mass + math.log(total / p), shape / total
        above = 1.0 - math.exp(log_mass) * total
    else:
        total = _fraction(shape, x)
        if p > q:
            return -(log_mass + math.log(shape * total / q)), 1.0 / total
        below = 1.0 - shape * math.exp(log_mass) * total
        return math.log(below / p), shape * math.exp(log_mass) / below
    above = max(above, _SMALLEST)
    return -math.log(above / q), shape * math.exp(log_mass) / above


@compiled
def gamma_quantile(shape, p, q):
    """Quantile of the gamma distribution with scale 1 where P = p and Q = q = 1 − p; rises with p but for rounding.

    Halley's method for the logarithm of the smaller of the two over ln x, kept between bounds.
    """
    if p <= 0.0:
        return 0.0
    if q <= 0.0:
        return math.inf
    constant = _constant(shape)
    x = _start(shape, p, q)
    if x < _SMALLEST:
        return x
    fine = _FINE / max(math.sqrt(shape), 1.0)
    low, high = 0.0, math.inf
    for _ in range(_ROUNDS):
        excess, slope = _excess(shape, x, constant, p, q)
        if excess > 0.0:
            high = x
        else:
            low = x
        newton = excess / slope
        bend = shape - x + (slope if p > q else -slope)
        step = newton / max(1.0 - 0.5 * newton * bend, 0.5)
        x *= math.exp(-min(max(step, -2.0), 2.0))
        if abs(step) < fine:
            break
        if not low < x < high:
            x = 0.5 * (low + high) if high < math.inf else 2.0 * low
    return x
