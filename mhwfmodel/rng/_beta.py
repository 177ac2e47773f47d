# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled normal quantile, and curves over the normal score read from tables; see `beta`."""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.rng.compiling import compiled

_HALF_STEP = 2.0**-54
"""Half the step of a uniform: the middle of the lowest one stands for it, so that 0 has a score too."""

# Numerators and denominators for the middle, the tail and the far tail, each from the constant on; their bounds.
_MIDDLE, _MIDDLE_SQUARED, _TAIL_FROM, _FAR_FROM = 0.425, 0.180625, 1.6, 5.0
_SCORE = np.array(
    [
        [3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
         45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727],
        [1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
         21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610],
        [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
         1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4],
        [1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
         1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9],
        [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
         2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
        [1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15],
    ]
)  # fmt: skip


@compiled
def _fraction(x, part):
    """One of the three fractions of polynomials."""
    above, below = 0.0, 0.0
    for power in range(7, -1, -1):
        above = above * x + _SCORE[2 * part, power]
        below = below * x + _SCORE[2 * part + 1, power]
    return above / below


@compiled
def normal_score(u):
    """Normal quantile of a uniform in [0, 1) with 53 bits, to 1e-15 relative; monotone but for rounding.

    Source: Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
    """
    middle = u - 0.5
    if abs(middle) <= _MIDDLE:
        return middle * _fraction(_MIDDLE_SQUARED - middle * middle, 0)
    tail = math.sqrt(-math.log(u + _HALF_STEP if middle < 0.0 else 1.0 - u))
    found = _fraction(tail - _TAIL_FROM, 1) if tail <= _FAR_FROM else _fraction(tail - _FAR_FROM, 2)
    return -found if middle < 0.0 else found


@compiled
def _between(w, step, low, high):
    """Polynomial of degree 5 with the values, slopes and curvatures of two nodes, at part `w` of the way."""
    slope, bend = step * low[1], 0.5 * step * step * low[2]
    rest = high[0] - low[0] - slope - bend
    rest_slope = step * high[1] - slope - 2.0 * bend
    half_bend = 0.5 * (step * step * high[2]) - bend
    third = 10.0 * rest - 4.0 * rest_slope + half_bend
    fourth = -15.0 * rest + 7.0 * rest_slope - 2.0 * half_bend
    fifth = 6.0 * rest - 3.0 * rest_slope + half_bend
    return low[0] + w * (slope + w * (bend + w * (third + w * (fourth + w * fifth))))


@compiled
def read(table, step, uniform, out):
    """Write `out[d, g] = exp(curve of table[d, g] at the normal score of uniform[d, g])`; straight beyond its ends."""
    last = table.shape[2] - 1
    edge = 0.5 * last * step
    for d in range(uniform.shape[0]):
        for g in range(uniform.shape[1]):
            z = normal_score(uniform[d, g])
            nodes = table[d, g]
            if z <= -edge:
                value = nodes[0, 0] + (z + edge) * nodes[0, 1]
            elif z >= edge:
                value = nodes[last, 0] + (z - edge) * nodes[last, 1]
            else:
                place = (z + edge) / step
                at = min(int(place), last - 1)
                value = _between(place - at, step, nodes[at], nodes[at + 1])
            out[d, g] = math.exp(value)
