# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Months of a plain graph in whole people, with draws in lanes: what `rng.competing` and `rng.poisson` say, to the bit.

Chances are the same for all draws: powers and odds are worked out once for all, and only people and uniforms differ
from lane to lane. See `_sending` for how people are kept.
"""

from __future__ import annotations

from numba import uint64

from mhwfmodel.rng._kernels import TWO
from mhwfmodel.rng._lanes import LAW, binomial_by_law, poisson_by_mean, write_law
from mhwfmodel.rng._vector import WIDTH, any_of, load_counts, load_words, pointer, spliced, spread, store
from mhwfmodel.rng.compiling import compiled
from mhwfmodel.supply._sending import (
    ARRIVE,
    COMES,
    END,
    GROUP,
    LEAVE,
    ROOM,
    SENDS,
    TOTAL,
    count,
    push,
    send_each,
    settle,
    tell,
    uniforms,
)

LAWS = 2 * LAW
"""Numbers of a group: the law of how many go, and where two ways lead, of how many of them take the first."""


@compiled
def write_laws(ways, chance, laws):
    """Write the laws of each group from its chances, dims (kind, group)."""
    for group in range(ways.shape[0]):
        reach = 0.0
        for way in range(ways[group, 0]):
            reach += chance[ways[group, 1 + way], group]
        write_law(reach, laws, group * LAWS)
        if chance.shape[0] == TWO:
            # Where nobody goes there is nobody to share, whatever the share.
            both = chance[1, group] + chance[0, group]
            write_law(chance[0, group] / both if both > 0.0 else 0.0, laws, group * LAWS + LAW)


@spliced
def _send(
    go, v, here, month, lanes, kinds, groups, chance, laws, draws, rows, ways, places, room, taken, seed, key_0, key_1
):
    """Send on those who go from a row."""
    group = rows[here + GROUP]
    first = group * (kinds + 1) + 1
    number = ways[first - 1]
    if number == 1:
        push(go, END + 2 * ways[first], here, rows, places)
    elif kinds == TWO:
        some = binomial_by_law(v, go, laws, group * LAWS + LAW, room, taken)
        push(some, END, here, rows, places)
        push(go - some, END + 2, here, rows, places)
    else:
        reach = 0.0
        for way in range(number):
            reach += chance[ways[first + way] * groups + group]
            store(room, (ROOM + way) * WIDTH, spread(chance[ways[first + way] * groups + group]))
        send_each(
            go, v, spread(reach), here, month, lanes, kinds, number, first, draws, rows, ways, places, room, taken,
            seed, key_0, key_1,
        )  # fmt: skip


@compiled
def months_by_law(
    seed, key_0, key_1, first, draws, rows, ways, chances, arrivals, sums, places, people, laws, room, taken
):
    """Move a block of draws by months, with chances that all draws share.

    Args:
        seed: Key of the random numbers; its two words follow.
        key_0: Low word of the seed.
        key_1: High word of the seed.
        first: First month since year 0.
        draws: Draw numbers as words, dims (lane).
        rows: Table of nodes in their order, dims (row, column); see `_sending`.
        ways: How many kinds of edges a group's people take, then which, dims (group, kind + 1).
        chances: Joint chances, dims (month, kind, group); one month stands for all.
        arrivals: Means and chances of nobody, dims (2, row).
        sums: Place of the first sum.
        places: People by row, those who wait and sums, dims (place × lane); changed.
        people: Sums of each month, dims (month, draw, sum); written for the draws that there are.
        laws: Room for laws, dims (group × `LAWS`).
        room: Room for floating numbers, dims ((`ROOM` + 2 kinds) × lane).
        taken: Room for counts, dims ((kind + 1) × lane).
    """
    months, kinds, groups = chances.shape
    table, at_ways, law, place = pointer(rows), pointer(ways), pointer(laws), pointer(places)
    mean, draw, some_room, some_taken = pointer(arrivals), pointer(draws), pointer(room), pointer(taken)
    number, columns = rows.shape
    for step in range(people.shape[0]):
        chance = pointer(chances[min(step, months - 1)])
        if step < months:
            write_laws(ways, chances[step], laws)
        month, lanes = uint64(first + step), load_words(draw, 0)
        for row in range(number):
            here = row * columns
            n = load_counts(place, row * WIDTH)
            group = table[here + GROUP]
            if at_ways[group * (kinds + 1)] > 0 and any_of(n != 0):
                u, v = uniforms(here, month, lanes, LEAVE, 0, table, key_0, key_1)
                go = binomial_by_law(u, n, law, group * LAWS, some_room, some_taken)
                n = n - go
                if table[here + SENDS] and any_of(go != 0):
                    _send(
                        go, v, here, month, lanes, kinds, groups, chance, law, draw, table, at_ways, place, some_room,
                        some_taken, seed, key_0, key_1,
                    )  # fmt: skip
            n = settle(n, here, kinds, table, place)
            if table[here + COMES]:
                u, v = uniforms(here, month, lanes, ARRIVE, 0, table, key_0, key_1)
                n = n + poisson_by_mean(u, mean[row], mean[number + row], some_room, some_taken)
            store(place, row * WIDTH, n)
            count(n, table[here + TOTAL], place)
        tell(places, sums, people[step])
