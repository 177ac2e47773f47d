"""A share with a beta distribution from one uniform, fast: its hazard as a smooth curve over the normal score.

With x the share, H = −ln(1 − x) its hazard and z the normal score of the uniform, y = ln H is a smooth and nearly
straight function of z with slope φ(z)/g(y), where g is the density of y:

    ln g(y) = (a − 1) ln x − b H + y − ln B(a, b).

A table holds y, its slope and its curvature at even nodes of z from −6 to 6; between two nodes y is the polynomial of
degree 5 that has all six, beyond the last (one uniform in a thousand million at each end) it goes on straight.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["LEAST", "hazard_table", "hazards"]

LEAST = 0.3
"""Smallest parameter of a beta distribution that a table is good for; see the test for how good."""

_STEP = 1.0
_NODES_A_SIDE = 6


def hazard_table(a: Table, b: Table) -> Table:
    """Tables of beta distributions.

    A node is found from the one before it, the middle first: a guess y* by Taylor's series has by the distribution
    function the score z*, and from there the series over z − z* leads to the node; what it leaves out is the fourth
    power of a small number.

    Args:
        a: First parameter of each distribution, `LEAST` or more.
        b: Second parameter, likewise, same dims.

    Returns:
        Log hazard, slope and curvature at each node, the dims of `a` and (node, 3).
    """
    from scipy.special import betaincinv, betaln

    constant = betaln(a, b) - 0.5 * math.log(2.0 * math.pi)
    table = np.empty((*a.shape, 2 * _NODES_A_SIDE + 1, 3))
    middle = np.log(-np.log1p(-betaincinv(a, b, 0.5)))
    start = (middle, *_bends(0.0, middle, a, b, constant))
    for side in (-1, 1):
        found, third = start, np.zeros_like(a)
        for number in range(_NODES_A_SIDE + 1):
            z = side * number * _STEP
            if number:
                before = found
                guess = _series(side * _STEP, before, third)
                for _ in range(2 if number == 1 else 1):
                    found = _towards(z, guess, a, b, constant, third)
                    guess, third = found[0], (found[2] - before[2]) / (side * _STEP)
            for part in range(3):
                table[..., _NODES_A_SIDE + side * number, part] = found[part]
    return table


def _series(distance: float | Table, at: tuple[Table, Table, Table], third: Table) -> Table:
    """Taylor's series of the log hazard from a point with its slope, curvature and third derivative."""
    value, slope, bend = at
    return value + distance * (slope + distance * (bend / 2.0 + distance * third / 6.0))


def _towards(z: float, guess: Table, a: Table, b: Table, constant: Table, third: Table) -> tuple[Table, Table, Table]:
    """Log hazard, slope and curvature at the score `z`, from a guess near it."""
    from scipy.special import betainc, ndtri

    hazard = np.exp(guess)
    low = z < 0.0
    tail = betainc(a, b, -np.expm1(-hazard)) if low else betainc(b, a, np.exp(-hazard))
    score = np.asarray(ndtri(tail) if low else -ndtri(tail), dtype=np.float64)
    value = _series(z - score, (guess, *_bends(score, guess, a, b, constant)), third)
    return value, *_bends(z, value, a, b, constant)


def _bends(z: float | Table, value: Table, a: Table, b: Table, constant: Table) -> tuple[Table, Table]:
    """Slope and curvature of the log hazard over the score."""
    hazard = np.exp(value)
    slope = np.exp(constant - 0.5 * z * z - (a - 1.0) * np.log(-np.expm1(-hazard)) + b * hazard - value)
    return slope, slope * (-z - slope * ((a - 1.0) * hazard / np.expm1(hazard) - b * hazard + 1.0))


def hazards(table: Table, uniform: Table) -> Table:
    """Hazards at some uniforms.

    Args:
        table: Tables with dims (draw, entity, node, 3).
        uniform: Dims (draw, entity).

    Returns:
        Dims (draw, entity).
    """
    from mhwfmodel.rng import _beta

    out = np.empty(uniform.shape)
    _beta.read(table, _STEP, uniform, out)
    return out
