# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled sums by target, in the order of nodes, so that a sum has the same bits everywhere."""

from __future__ import annotations

from mhwfmodel.rng.compiling import borrowing, compiled


@borrowing
def first_above(sums, level):
    """First of some running sums that is above a level, the last where none is."""
    low, high = 0, sums.size - 1
    while low < high:
        middle = (low + high) // 2
        if sums[middle] > level:
            high = middle
        else:
            low = middle + 1
    return low


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
