# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled sums of a month's measures by group, and over the last twelve months for the turnover."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import compiled

YEAR = 12


@compiled
def turn(month, measures, parts, flow, ring, totals, years):
    """Take a month of a draw into its sums over twelve, and write what the turnover is made of in `years`.

    `parts` are columns of `measures` (place, variable), those that `flow` marks flows of a month, the others stocks at
    its end. `ring` (month, place, part) holds their last twelve values, `totals` (place, part) the sums of these,
    `years` (place, part) the flows up to this month, twelvefold, and the stocks up to the one before. Whole people are
    added and taken off without rounding; the sums of what is no whole number are made anew once a year, so that
    rounding does not build up.
    """
    slot = month % YEAR
    for place in range(measures.shape[0]):
        for part in range(parts.size):
            before = totals[place, part]
            new = np.float32(measures[place, parts[part]]) if month > 0 or not flow[part] else np.float32(0.0)
            totals[place, part] = before - ring[slot, place, part] + new
            ring[slot, place, part] = new
            years[place, part] = YEAR * totals[place, part] if flow[part] else before
            if month < YEAR:
                years[place, part] = np.nan
    if slot == 0:
        totals[:] = 0.0
        for earlier in range(YEAR):
            for place in range(measures.shape[0]):
                for part in range(parts.size):
                    totals[place, part] += ring[earlier, place, part]


@compiled
def _lay(measures, years, table):
    """Write measures and, after them, what the turnover is made of into the rows of places, the first of a table."""
    own = measures.shape[1]
    for place in range(measures.shape[0]):
        for at in range(own):
            table[place, at] = measures[place, at]
        for at in range(years.shape[1]):
            table[place, own + at] = years[place, at]


@compiled
def _add(target, table):
    """Add the rows of places to those of groups: each to its row in every grouping."""
    places = target.shape[0]
    for row in range(places, table.shape[0]):
        for at in range(table.shape[1]):
            table[row, at] = 0.0
    for place in range(places):
        for grouping in range(target.shape[1]):
            to = target[place, grouping]
            for at in range(table.shape[1]):
                table[to, at] += table[place, at]


@compiled
def _turn_over(sums, first, last, kept, begin, out):
    """Turn the columns that a group keeps from sums (draw, row, column) into rows of `out` (column and row, draw)."""
    for row in range(first, last):
        for at in range(kept.size):
            column, to = kept[at], begin + at * (last - first) + row - first
            for draw in range(sums.shape[0]):
                out[to, draw] = sums[draw, row, column]


@compiled
def reduce(month, measures, plan, ring, totals, out):
    """Write what a month's groups keep, `out[group, column and row, draw]`, and change `ring` and `totals`.

    `plan` is a `reduce.Plan`; `measures` has dims (draw, place, variable).
    """
    draws, places, own = measures.shape
    first, last, kept, begin, parts, flow = plan.first, plan.last, plan.kept, plan.begin, plan.parts, plan.flow
    target = plan.target
    table = np.empty((plan.rows, own + parts.size))
    years = np.empty((places, parts.size))
    sums = np.empty((draws, plan.rows, own + parts.size), np.float32)
    for draw in range(draws):
        if parts.size > 0:
            turn(month, measures[draw], parts, flow, ring[draw], totals[draw], years)
        _lay(measures[draw], years, table)
        _add(target, table)
        for row in range(plan.rows):
            for at in range(own + parts.size):
                sums[draw, row, at] = table[row, at]
    at = 0
    for group in range(first.size):
        columns = kept[begin[group] : begin[group + 1]]
        _turn_over(sums, first[group], last[group], columns, at, out)
        at += (last[group] - first[group]) * columns.size
