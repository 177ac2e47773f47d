# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled pooling of waits: distributions of which five points are known, on one grid of days."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import compiled, inlined

_POINTS = 6
_LEAST = 1e-12
_SHORTEST = 2.0**-20


@inlined
def _knots(number, within, beyond, median, p90, short, long, days, share):
    """Put the known points of a distribution in order of days: `share[i]` wait longer than `days[i]`."""
    days[0], share[0] = 0.0, 1.0
    days[1], share[1] = short, 1.0 - within / number
    days[2], share[2] = median, 0.5
    days[3], share[3] = p90, 0.1
    days[4], share[4] = long, beyond / number
    # Where nobody waits longer than a limit, it says less of the distribution than the 90th percentile does.
    if within >= number:
        days[1], share[1] = p90, 0.1
    if beyond <= 0.0:
        days[4], share[4] = p90, 0.1
    for at in range(1, 5):
        day, part, to = days[at], share[at], at
        while to > 1 and days[to - 1] > day:
            days[to], share[to] = days[to - 1], share[to - 1]
            to -= 1
        days[to], share[to] = day, part
    for at in range(1, 5):
        share[at] = min(max(share[at], _LEAST), share[at - 1])


@compiled
def logarithms(number, within, beyond, median, p90, short, long, edge, out):
    """Spread the waits of groups over a grid: the logarithm of the share that waits longer.

    Args:
        number: Waits, dims (group); so the next four.
        within: Of them at most `short` days.
        beyond: Of them more than `long` days.
        median: [days].
        p90: [days].
        short: [days].
        long: [days].
        edge: Grid [days], ascending, the first 0; dims (edge).
        out: Logarithm of the share that waits longer than each edge, dims (group, edge); left alone where nobody
            waited.
    """
    days, share = np.empty(_POINTS), np.empty(_POINTS)
    for row in range(number.size):
        people = number[row]
        if not (people > 0.0 and median[row] >= 0.0 and p90[row] >= median[row]):
            continue
        _knots(people, within[row], beyond[row], median[row], p90[row], short, long, days, share)
        # Between two points, and after the last, the share that waits longer falls at a constant rate.
        begin, start = 0, 0.0
        for low in range(_POINTS - 1):
            if low == _POINTS - 2:
                stop, then = edge.size, start
                rate = -start / max(days[low], _SHORTEST)
            else:
                stop, then = begin, np.log(share[low + 1])
                while stop < edge.size and edge[stop] < days[low + 1]:
                    stop += 1
                rate = (start - then) / max(days[low + 1] - days[low], _SHORTEST)
            for at in range(begin, stop):
                out[row, at] = start - rate * (edge[at] - days[low])
            begin, start = stop, then


@compiled
def quantiles(counts, number, edge, wanted, out):
    """The wait that a share of each row waits at most, between edges as `logarithms` has it.

    Args:
        counts: Waits of at most each edge, dims (row, edge).
        number: Waits in all, dims (row).
        edge: Grid [days], dims (edge).
        wanted: Shares above 0 and below 1, ascending, dims (share).
        out: [days], dims (share, row); not a number where nobody waited.
    """
    for row in range(number.size):
        people, at = number[row], 0
        for which in range(wanted.size):
            if not people > 0.0:
                out[which, row] = np.nan
                continue
            aim = wanted[which] * people
            while at < edge.size - 1 and counts[row, at] < aim:
                at += 1
            if at == 0 or counts[row, at] < aim:
                out[which, row] = edge[at]
                continue
            before = max(people - counts[row, at - 1], _LEAST * people)
            after = max(people - counts[row, at], _LEAST * people)
            left = people - aim
            part = np.log(left / before) / np.log(after / before) if after < before else 1.0
            out[which, row] = edge[at - 1] + part * (edge[at] - edge[at - 1])
