# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: arrays of random numbers and counts, and of the exponential that goes with them; what `rng` calls."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng._kernels import (
    binomial_quantile,
    decayed,
    each_chooses,
    one_of,
    poisson_quantile,
    several,
    uniform,
    uniform_pairs,
)
from mhwfmodel.rng.compiling import compiled


@compiled
def _words(purpose, decision, size):
    """The last word of the counter of a block on no line, once for each of some entities."""
    words = np.empty(size, np.uint32)
    for e in range(size):
        words[e] = purpose << 16 | decision >> 1
    return words


@compiled
def fill_uniforms(seed, draws, time, entities, purpose, decision, out):
    """Write `out[d, e]`, the uniform of decision `decision` of each draw and entity."""
    other, words = np.empty(entities.size), _words(purpose, decision, entities.size)
    for d in range(draws.size):
        if decision & 1:
            uniform_pairs(seed, draws[d], time, entities, words, other, out[d])
        else:
            uniform_pairs(seed, draws[d], time, entities, words, out[d], other)


@compiled
def fill_each(seed, draws, time, entities, lines, purpose, decision, out):
    """Write `out[e]`, the uniform of decision `decision[e]` of draw `draws[e]` and entity `entities[e]`."""
    for e in range(entities.size):
        out[e] = uniform(seed, draws[e], time, entities[e], lines[e] << 8 | purpose, decision[e])


@compiled
def fill_binomials(seed, draws, time, entities, purpose, decision, n, p, column, out):
    """Write `out[d, e]` ~ Binomial(n[d, e], p[d, column[e]])."""
    first, second = np.empty(entities.size), np.empty(entities.size)
    words = _words(purpose, decision, entities.size)
    for d in range(draws.size):
        uniform_pairs(seed, draws[d], time, entities, words, first, second)
        chosen = second if decision & 1 else first
        for e in range(entities.size):
            size = n[d, e]
            if size > 0:
                out[d, e] = binomial_quantile(chosen[e], size, p[d, column[e]])


@compiled
def fill_competing(seed, draws, time, entities, lines, purpose, n, p, any_of, column, out):
    """Write `out[k, d, e]`, how many of n[d, e] take each of the competing ways k with chances p[k, d, column[e]].

    Decision 0 says how many go at all, each with the chance any_of[d, column[e]]. Where `each_chooses`, decision j + 1
    says which way goer j takes, otherwise how many of those left take way j.
    """
    ways = p.shape[0]
    u, left, taken = np.zeros(ways), np.empty(ways), np.empty(ways, np.int64)
    chance = np.empty((1, ways))
    for d in range(draws.size):
        for e in range(entities.size):
            if n[d, e] <= 0:
                continue
            purpose_here, place = lines[e] << 8 | purpose, column[e]
            first = uniform(seed, draws[d], time, entities[e], purpose_here, 0)
            goes = binomial_quantile(first, n[d, e], any_of[d, place])
            for way in range(ways):
                chance[0, way] = p[way, d, place]
            if each_chooses(chance, 0, goes):
                for person in range(goes):
                    one = uniform(seed, draws[d], time, entities[e], purpose_here, person + 1)
                    out[one_of(one, chance, 0, any_of[d, place]), d, e] += 1
            elif goes > 0:
                for way in range(ways - 1):
                    u[way] = uniform(seed, draws[d], time, entities[e], purpose_here, way + 1)
                several(u, chance, 0, goes, left, taken)
                for way in range(ways):
                    out[way, d, e] = taken[way]


@compiled
def fill_poissons(seed, draws, time, entities, purpose, decision, mean, out):
    """Write `out[d, e]` ~ Poisson(mean[d, e])."""
    for d in range(draws.size):
        for e in range(entities.size):
            expected = mean[d, e]
            if expected <= 0.0:
                out[d, e] = 0
            else:
                u = uniform(seed, draws[d], time, entities[e], purpose, decision)
                out[d, e] = poisson_quantile(u, expected)


@compiled
def fill_decayed(x, out):
    """Write `1 − exp(−x)` of every number of a flat array."""
    for at in range(x.size):
        out[at] = decayed(x[at])
