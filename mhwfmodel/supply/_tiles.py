# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Months of a plain graph in expected values, with draws in lanes: all months of one part of the graph after another.

A part is nodes that people can go between. Its people and shares stay in the processor's nearest memory for all
months, which is what makes it fast. Its nodes come in the opposite order of `_rows.order`, so that those who rise from
row to row are handed on; who goes to another row that is not done waits.
"""

from __future__ import annotations

from mhwfmodel.rng._vector import WIDTH, fused, load_floats, pointer, spliced, spread, store
from mhwfmodel.rng.compiling import compiled

PART, BEGIN, NEXT, STAYS, GROUP, WAITING, TOTAL = range(7)
"""Columns of the table of rows: number of its part, where its ways begin, whether the first of them leads to the next
row, whether people stay in it, its group, place of those who wait for it and number of its sum (below 0 for none). A
row of zeros comes last, for where the ways end."""

COLUMNS = 7

TO, KIND, INTO, WAY = range(4)
"""Columns of the table of ways: place that one leads to, kind of edge, −1 for those who move on without one, and number
of the sum that it changes, below 0 where people wait first or there is none; and how many columns there are."""


@spliced
def _share(kind, group, groups, chances, multiplier):
    at = kind * groups + group
    return load_floats(chances, at * WIDTH) * multiplier[at]


@spliced
def _write_shares(first, end, kinds, groups, rows, ways, chances, multiplier, shares):
    """Write the share of each row's people who stay, then of those who take each of its ways."""
    at = -WIDTH
    for row in range(first, end):
        here = row * COLUMNS
        group = rows[here + GROUP]
        rest = spread(1.0)
        for kind in range(kinds):
            rest = rest - _share(kind, group, groups, chances, multiplier)
        at = at + WIDTH
        store(shares, at, rest if rows[here + STAYS] else rest - rest)
        for way in range(rows[here + BEGIN], rows[here + COLUMNS + BEGIN]):
            at = at + WIDTH
            kind = ways[way * WAY + KIND]
            store(shares, at, rest if kind < 0 else _share(kind, group, groups, chances, multiplier))


@spliced
def _move(first, end, step, steps, rows, ways, arrivals, by_draw, places, shares, sums):
    """Move the people of a part by a month and add them to its sums.

    Args:
        first: First row.
        end: Row after the last.
        step: The month.
        steps: Number of months.
        rows: Table of rows.
        ways: Table of ways.
        arrivals: Expected arrivals, dims (row) or, by draw, (row × lane).
        by_draw: Whether they are by draw.
        places: People by row, then those who wait.
        shares: Shares of the part.
        sums: Sums, dims (sum × month × lane).
    """
    at = 0
    carried, running, total = spread(0.0), spread(0.0), rows[first * COLUMNS + TOTAL]
    for row in range(first, end):
        here = row * COLUMNS
        n = load_floats(places, row * WIDTH)
        coming = load_floats(arrivals, row * WIDTH) if by_draw else spread(arrivals[row])
        after = fused(n, load_floats(shares, at), coming) + carried
        at = at + WIDTH
        carried = spread(0.0)
        if rows[here + NEXT]:
            carried = n * load_floats(shares, at)
            at = at + WIDTH
        for way in range(rows[here + BEGIN] + rows[here + NEXT], rows[here + COLUMNS + BEGIN]):
            to = ways[way * WAY + TO] * WIDTH
            moved = n * load_floats(shares, at)
            store(places, to, load_floats(places, to) + moved)
            if ways[way * WAY + INTO] >= 0:
                _add(sums, ways[way * WAY + INTO] * steps + step, moved)
            at = at + WIDTH
        waiting = rows[here + WAITING]
        if waiting >= 0:
            after = after + load_floats(places, waiting * WIDTH)
            store(places, waiting * WIDTH, spread(0.0))
        store(places, row * WIDTH, after)
        if rows[here + TOTAL] != total:
            _add(sums, total * steps + step, running)
            running, total = spread(0.0), rows[here + TOTAL]
        running = running + after
    _add(sums, total * steps + step, running)


@spliced
def _add(sums, at, running):
    if at >= 0:
        store(sums, at * WIDTH, load_floats(sums, at * WIDTH) + running)


@compiled
def months_of_parts(rows, ways, chances, multipliers, arrivals, places, shares, sums, people):
    """Move a block of draws by months.

    Args:
        rows: Table of nodes, parts one after the other, dims (row + 1, column).
        ways: Table of ways, dims (way, column).
        chances: Joint chances, dims (kind × group × lane).
        multipliers: What a month makes of them, dims (month, kind, group); one month stands for all.
        arrivals: Expected arrivals, dims (row) or (row × lane).
        places: People by row, then those who wait, dims (place × lane); changed.
        shares: Room for the shares of one part, dims (row or way × lane).
        sums: Room for sums, dims (sum × month × lane), all 0: the months of one sum are near when its parts are run.
        people: Sums of each month, dims (month, draw, sum); written for the draws that there are.
    """
    months, kinds, groups = multipliers.shape
    steps, draws, totals = people.shape
    number = rows.shape[0] - 1
    by_draw = arrivals.size > number
    table, at_ways, chance, place = pointer(rows), pointer(ways), pointer(chances), pointer(places)
    coming, share, total = pointer(arrivals), pointer(shares), pointer(sums)
    first = 0
    while first < number:
        end = first + 1
        while end < number and rows[end, PART] == rows[first, PART]:
            end += 1
        for step in range(steps):
            if step < months:
                multiplier = pointer(multipliers[step])
                _write_shares(first, end, kinds, groups, table, at_ways, chance, multiplier, share)
            _move(first, end, step, steps, table, at_ways, coming, by_draw, place, share, total)
        first = end
    for step in range(steps):
        for draw in range(draws):
            for at in range(totals):
                people[step, draw, at] = sums[(at * steps + step) * WIDTH + draw]
