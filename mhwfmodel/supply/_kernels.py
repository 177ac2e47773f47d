# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled sums by target and who leaves, in the order of nodes, so that a sum has the same bits everywhere."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng._kernels import binomial_quantile, uniform_row
from mhwfmodel.rng.compiling import compiled

_SURELY = 1.001
"""Margin for telling without a call that nobody goes; wider than that of the quantile, so that they never disagree."""
_AT_ONCE = 1024
"""Nodes taken at once, so that what one step reads is still in the processor's cache in the next."""


@compiled
def add_columns(out, values, target):
    """Add column n of `values` to column `target[n]` of `out`; a negative target drops it."""
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            place = target[column]
            if place >= 0:
                out[row, place] += values[row, column]


@compiled
def settle(stock, taken, advance, target, cell, seeks, after, flows):
    """Move everybody: who took edge k to its target, who stayed along `advance`; count who took each edge by cell.

    Whoever takes an edge that seeks another cell is neither moved nor counted here.
    """
    for row in range(stock.shape[0]):
        for node in range(stock.shape[1]):
            stay = stock[row, node]
            if stay == 0:
                continue
            for kind in range(taken.shape[0]):
                people = taken[kind, row, node]
                if people != 0:
                    stay -= people
                    if seeks[kind]:
                        continue
                    flows[kind, row, cell[node]] += people
                    place = target[kind, node]
                    if place >= 0:
                        after[row, place] += people
            after[row, advance[node]] += stay


@compiled
def _quantile(u, n, p):
    """`binomial_quantile`, with the commonest answers made here: surely nobody, and whether one person does."""
    if p <= 0.5 and u < 1.0 - _SURELY * n * p:
        return 0
    if n == 1 and p < 1.0:
        return int(1.0 - p < u) if p <= 0.5 else 1 - int(p < 1.0 - u)
    return binomial_quantile(u, n, p)


@compiled
def _uniforms(seed, draw, time, purpose, ids, lines, at, here, line, out):
    """Write `out[decision, e]`, the uniforms of all decisions of the nodes `at`; `here` and `line` are working room."""
    number = at.size
    for e in range(number):
        here[e], line[e] = ids[at[e]], lines[at[e]]
    for block in range(out.shape[0] // 2):
        first, second = out[2 * block, :number], out[2 * block + 1, :number]
        uniform_row(seed, draw, time, here, line, purpose, block, first, second)


@compiled
def _held(stock, held):
    """Put the nodes that hold people into `held`; returns how many there are."""
    number = 0
    for node in range(stock.size):
        if stock[node] > 0:
            held[number] = node
            number += 1
    return number


@compiled
def _goers(held, u, stock, p, group, advance, after, going):
    """Move on who stays; `held` is left with the nodes that some go from, `going` with how many; returns the number."""
    last = p.shape[0] - 1
    some = 0
    for e in range(held.size):
        node = held[e]
        reach = 0.0
        for way in range(last, -1, -1):
            reach += p[way, group[node]]
        size = stock[node]
        goes = _quantile(u[e], size, reach)
        after[advance[node]] += size - goes
        if goes > 0:
            held[some], going[some] = node, goes
            some += 1
    return some


@compiled
def _ways(held, going, u, p, group, reach, taken):
    """Say which ways those who go from the nodes `held` take: rows of `taken` (node, way, people); returns how many.

    The uniform of way k is `u[k + 1]`.
    """
    last = p.shape[0] - 1
    number = 0
    for e in range(held.size):
        place, rest = group[held[e]], going[e]
        so_far = 0.0
        for way in range(last, -1, -1):
            so_far += p[way, place]
            reach[way] = so_far
        way = 0
        while rest > 0:
            people = rest if way == last else _quantile(u[way + 1, e], rest, p[way, place] / reach[way])
            taken[number, 0], taken[number, 1], taken[number, 2] = held[e], way, people
            number += people > 0
            rest -= people
            way += 1
    return number


@compiled
def _take(row, taken, target, cell, seeks, after, flows, seeking, found):
    """Send people on the ways they took, or note that they seek; returns how many notes there are."""
    for at in range(taken.shape[0]):
        node, way, people = taken[at, 0], taken[at, 1], taken[at, 2]
        if seeks[way]:
            if found < seeking.shape[0]:
                seeking[found, 0], seeking[found, 1], seeking[found, 2], seeking[found, 3] = row, node, way, people
            found += 1
        else:
            flows[way, row, cell[node]] += people
            to = target[way, node]
            if to >= 0:
                after[row, to] += people
    return found


@compiled
def leave(seed, draws, time, purpose, ids, lines, stock, p, group, advance, target, cell, seeks, after, flows, seeking):
    """`fill_competing` and `settle` in one pass over the nodes that hold people; the same numbers, to the last bit.

    Who takes an edge that seeks another cell is written to `seeking`: rows of (draw, node, kind, people).

    Returns:
        Rows of `seeking` that were needed; when there are more than it has, the call must be made again with more.
    """
    ways = p.shape[0]
    held, going = np.empty(stock.shape[1], np.int64), np.empty(_AT_ONCE, np.int64)
    here, line = np.empty(_AT_ONCE, ids.dtype), np.empty(_AT_ONCE, lines.dtype)
    u = np.empty((2 * (ways // 2 + 1), _AT_ONCE))
    reach, taken = np.empty(ways), np.empty((_AT_ONCE * ways + 1, 3), np.int64)
    found = 0
    for row in range(stock.shape[0]):
        number = _held(stock[row], held)
        for begin in range(0, number, _AT_ONCE):
            some = held[begin : min(begin + _AT_ONCE, number)]
            _uniforms(seed, draws[row], time, purpose, ids, lines, some, here, line, u[:2])
            some = some[: _goers(some, u[0], stock[row], p[:, row], group, advance, after[row], going)]
            # Few nodes come to these decisions, and all of a node's uniforms at once cost less than one by one.
            _uniforms(seed, draws[row], time, purpose, ids, lines, some, here, line, u)
            took = taken[: _ways(some, going, u, p[:, row], group, reach, taken)]
            found = _take(row, took, target, cell, seeks, after, flows, seeking, found)
    return found
