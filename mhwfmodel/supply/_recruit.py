# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: who is recruited, whom the pools have, and the states that recruits enter."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng._kernels import binomial_quantile, uniform_pairs
from mhwfmodel.rng.compiling import compiled
from mhwfmodel.supply._kernels import first_above


@compiled
def _row_words(ids, purpose, block, who, word):
    for cell in range(ids.size):
        who[cell], word[cell] = ids[cell], np.uint32(purpose << 16 | block)


@compiled
def recruit_row(seed, draw, time, purpose, ids, vacant, fill, share, hired):
    """Fill vacancies by the market: `hired[source, cell]`, split over the sources in turn by conditional binomials."""
    sources, cells = share.shape
    who, word = np.empty(cells, np.uint32), np.empty(cells, np.uint32)
    u = np.empty((sources + 2, cells))
    for block in range((sources + 1) // 2):
        _row_words(ids, purpose, block, who, word)
        uniform_pairs(seed, draw, time, who, word, u[2 * block], u[2 * block + 1])
    left = np.empty(sources)
    for cell in range(cells):
        rest = binomial_quantile(u[0, cell], vacant[cell], fill[cell])
        so_far = 0.0
        for source in range(sources - 1, -1, -1):
            so_far += share[source, cell]
            left[source] = so_far
        for source in range(sources - 1):
            chance = share[source, cell] / left[source] if left[source] > 0.0 else 0.0
            hired[source, cell] = binomial_quantile(u[source + 1, cell], rest, chance) if rest > 0 else 0
            rest -= hired[source, cell]
        hired[sources - 1, cell] = rest


@compiled
def recruit(seed, draws, time, purpose, ids, vacant, fill, share, hired):
    """`recruit_row` for every draw: `share` and `hired` have dims (source, draw, cell)."""
    for row in range(draws.size):
        recruit_row(seed, draws[row], time, purpose, ids, vacant[row], fill[row], share[:, row], hired[:, row])


@compiled
def ration(wanted, of_cell, people, u, taken):
    """Cut what cells get from pools to whom these have, in place; `taken` is who leaves each pool.

    Where a pool has too few, whole people in proportion: the running sum over its cells, cut at the pool's own uniform.
    """
    pools = people.shape[1]
    for row in range(wanted.shape[0]):
        asked, last = np.zeros(pools, np.int64), np.zeros(pools, np.int64)
        for cell in range(of_cell.size):
            if of_cell[cell] >= 0:
                asked[of_cell[cell]] += wanted[row, cell]
                last[of_cell[cell]] = cell
        for pool in range(pools):
            taken[row, pool] = min(asked[pool], people[row, pool])
        running, given = np.zeros(pools, np.int64), np.zeros(pools, np.int64)
        for cell in range(of_cell.size):
            pool = of_cell[cell]
            if pool >= 0 and asked[pool] > people[row, pool]:
                running[pool] += wanted[row, cell]
                upto = people[row, pool]
                if cell != last[pool]:
                    upto = min(int(np.floor(running[pool] * (upto / asked[pool]) + u[row, pool])), upto)
                wanted[row, cell] = upto - given[pool]
                given[pool] = upto


@compiled
def _blocks(ids, starters, begin, purpose, who, word):
    """Counters of the blocks that a source's recruits need from `begin` on, two people a block; returns how many."""
    number = 0
    for cell in range(ids.size):
        for block in range((starters[cell] + 1) // 2):
            who[number] = ids[cell]
            word[number] = np.uint32(purpose << 16 | (begin + block))
            number += 1
    return number


@compiled
def enter(seed, draws, time, purpose, most, doors, starters, stock):
    """Let recruits in, each through a door of their own, at most `most` a source and cell.

    `starters` has dims (source, draw, cell).
    """
    cells, into = doors.id.size, doors.node
    for row in range(draws.size):
        for source in range(starters.shape[0]):
            coming = starters[source, row]
            room = (coming.sum() + cells) // 2 + 1
            who, word = np.empty(room, np.uint32), np.empty(room, np.uint32)
            number = _blocks(doors.id, coming, source * most // 2, purpose, who, word)
            one, two = np.empty(number), np.empty(number)
            uniform_pairs(seed, draws[row], time, who[:number], word[:number], one, two)
            first, last = doors.start[source], doors.start[source + 1]
            upto = doors.upto[first:last]
            block = 0
            for cell in range(cells):
                for person in range(coming[cell]):
                    u = two[block] if person & 1 else one[block]
                    stock[row, into[cell, first + first_above(upto, u)]] += 1
                    block += person & 1
                block += coming[cell] & 1
