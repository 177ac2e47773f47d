# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Where people of a row go, with draws in lanes: the ways of those who leave it, and the places that they come to.

People of a node stand side by side, one draw after the other. Nodes come in an order in which those they send people
to are done already (`_rows.order`), so that one array of places holds the people of both months; whoever goes to a node
that is not done waits in a place behind the rows. Behind these stand the places of sums.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from mhwfmodel.rng._kernels import EACH, TWO, several, uniform
from mhwfmodel.rng._lanes import uniform_pairs_of
from mhwfmodel.rng._vector import WIDTH, any_of, load_counts, load_floats, spliced, spread, store, to_counts, where
from mhwfmodel.rng.compiling import compiled

ENTITY, LEAVE, ARRIVE, GROUP, WAITING, TOTAL, SENDS, COMES, END = range(9)
"""Columns of the table of rows: id and the fixed words of the counter, group, place of those who wait for it and of its
sum (below 0 for none), whether anybody who leaves stays in the graph, and whether anybody arrives. From `END` on, two
for each kind of edge and two for those who stay: the place that people come to, below 0 when they are out or (those who
stay) when it is this row, and that of the sum in which they are counted there, below 0 for none."""

_BEYOND = 2.0
"""Above every chance."""
_HALF = np.uint64(32)
_PURPOSE = 16
ROOM = 2
"""Lanes of floating numbers that the quantiles need."""


@spliced
def push(people, column, here, rows, places):
    """Let people into the place of a column, and into its sum."""
    to = rows[here + column]
    if to >= 0:
        store(places, to * WIDTH, load_counts(places, to * WIDTH) + people)
        count(people, rows[here + column + 1], places)


@spliced
def count(people, total, places):
    """Add people to a sum."""
    if total >= 0:
        store(places, total * WIDTH, load_counts(places, total * WIDTH) + people)


@spliced
def settle(n, here, kinds, rows, places):
    """People of a row once those who stay have moved along and who waits has come."""
    after = n
    if rows[here + END + 2 * kinds] >= 0:
        push(n, END + 2 * kinds, here, rows, places)
        after = n - n
    waiting = rows[here + WAITING]
    if waiting >= 0:
        after = after + load_counts(places, waiting * WIDTH)
        store(places, waiting * WIDTH, n - n)
    return after


@spliced
def uniforms(here, month, lanes, column, block, rows, key_0, key_1):
    """Both uniforms of one block of decisions about a row; `column` says which word of the counter they have."""
    word = uint64(rows[here + column]) | uint64(block)
    return uniform_pairs_of(lanes, month, uint64(rows[here + ENTITY]), word, key_0, key_1)


@spliced
def _bound_ways(number, room):
    """From the chances of ways, which stand in `room`, write up to which part of their sum a person takes each."""
    after = spread(0.0)
    for way in range(number - 1, -1, -1):
        store(room, (ROOM + number + way) * WIDTH, after)
        after = after + load_floats(room, (ROOM + way) * WIDTH)
    so_far = spread(0.0)
    for way in range(number):
        so_far = so_far + load_floats(room, (ROOM + way) * WIDTH)
        at = (ROOM + number + way) * WIDTH
        store(room, at, where(load_floats(room, at) > 0.0, so_far, _BEYOND))


@spliced
def _open_ways(number, room):
    """How many of the ways whose chances stand in `room` have any."""
    ways = to_counts(load_floats(room, ROOM * WIDTH) > 0.0)
    for way in range(1, number):
        ways = ways + to_counts(load_floats(room, (ROOM + way) * WIDTH) > 0.0)
    return ways


@spliced
def send_each(
    go, v, reach, here, month, lanes, kinds, number, first, draws, rows, ways, places, room, taken, seed, key_0, key_1
):
    """Send on those who go from a row where there are more than two kinds of edges: each by a uniform of their own.

    See `rng._kernels.each_chooses` and `one_of`; `v` is the first's uniform. The chances of the ways stand in `room`,
    their kinds in `ways` from `first` on.
    """
    _bound_ways(number, room)
    for way in range(number):
        store(taken, way * WIDTH, go - go)
    split = (go > EACH) | ((go > 1) & ((go - go) + TWO >= _open_ways(number, room)))
    few = where(split, 0, go)
    person, u, second = 0, v, v
    while any_of(few > person):
        part, still = (1.0 - u) * reach, few > person
        for way in range(number):
            bound = load_floats(room, (ROOM + number + way) * WIDTH)
            store(taken, way * WIDTH, load_counts(taken, way * WIDTH) + to_counts(still & (part < bound)))
            still = still & (part >= bound)
        person += 1
        if person & 1:
            u, second = uniforms(here, month, lanes, LEAVE, (person + 1) >> 1, rows, key_0, key_1)
        else:
            u = second
    if any_of(split):
        store(taken, number * WIDTH, go - few)
        _split(here, month, kinds, number, first, draws, rows, ways, room, taken, seed)
    for way in range(number):
        push(load_counts(taken, way * WIDTH), END + 2 * ways[first + way], here, rows, places)


@compiled
def _split(here, month, kinds, number, first, draws, rows, ways, room, taken, seed):
    """Split people who do not choose one by one, a lane at a time; see `rng._kernels.several`."""
    u, left, parts = np.zeros(kinds), np.empty(kinds), np.empty(kinds, np.int64)
    chance = np.zeros((1, kinds))
    for lane in range(WIDTH):
        people = np.int64(taken[number * WIDTH + lane])
        if people == 0:
            continue
        for way in range(number):
            chance[0, ways[first + way]] = room[(ROOM + way) * WIDTH + lane]
        for kind in range(kinds):
            u[kind] = uniform(seed, draws[lane], month, rows[here + ENTITY], rows[here + LEAVE] >> _PURPOSE, kind + 1)
        several(u, chance, 0, people, left, parts)
        for way in range(number):
            taken[way * WIDTH + lane] = parts[ways[first + way]]


@compiled
def tell(places, first, people):
    """Write the sums, whose places begin at `first`, of the draws that there are, dims (draw, sum); and empty them."""
    for draw in range(people.shape[0]):
        for total in range(people.shape[1]):
            people[draw, total] = places[(first + total) * WIDTH + draw]
    places[first * WIDTH :] = 0
