# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Months of a plain graph in whole people, with draws in lanes, where chances differ by draw; see `_lanes`."""

from __future__ import annotations

from numba import uint64

from mhwfmodel.rng._kernels import TWO
from mhwfmodel.rng._lanes import binomial_of, poisson_of
from mhwfmodel.rng._vector import (
    WIDTH,
    any_of,
    load_counts,
    load_floats,
    load_words,
    pointer,
    spliced,
    spread,
    store,
    where,
)
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


@spliced
def _chance(kind, group, groups, chances, multiplier):
    """Chance of a kind of edge in a month, for each lane."""
    at = kind * groups + group
    return load_floats(chances, at * WIDTH) * multiplier[at]


@spliced
def _send(
    go, v, reach, here, month, lanes, kinds, groups, chance, multiplier, draws, rows, ways, places, room, taken, seed,
    key_0, key_1,
):  # fmt: skip
    """Send on those who go from a row."""
    group = rows[here + GROUP]
    first = group * (kinds + 1) + 1
    number = ways[first - 1]
    if number == 1:
        push(go, END + 2 * ways[first], here, rows, places)
    elif kinds == TWO:
        one, other = _chance(0, group, groups, chance, multiplier), _chance(1, group, groups, chance, multiplier)
        some = binomial_of(v, go, where(go > 0, one / (other + one), 0.0), room, taken)
        push(some, END, here, rows, places)
        push(go - some, END + 2, here, rows, places)
    else:
        for way in range(number):
            store(room, (ROOM + way) * WIDTH, _chance(ways[first + way], group, groups, chance, multiplier))
        send_each(
            go, v, reach, here, month, lanes, kinds, number, first, draws, rows, ways, places, room, taken, seed,
            key_0, key_1,
        )  # fmt: skip


@compiled
def months_by_draw(
    seed, key_0, key_1, first, draws, rows, ways, chances, multipliers, arrivals, nobody, sums, places, people, room,
    taken,
):  # fmt: skip
    """Move a block of draws by months, with chances of their own; see `_lanes.months_by_law` for what is not told here.

    Args:
        seed: As there, and so on to `ways`.
        key_0: As there.
        key_1: As there.
        first: As there.
        draws: As there.
        rows: As there.
        ways: As there.
        chances: Joint chances, dims (kind × group × lane).
        multipliers: What a month makes of them, dims (month, kind, group); one month stands for all.
        arrivals: Means, dims (row × lane).
        nobody: Chances of nobody that belong to them, dims (row × lane).
        sums: Place of the first sum.
        places: As there.
        people: As there.
        room: As there.
        taken: As there.
    """
    months, kinds, groups = multipliers.shape
    table, at_ways, chance, place = pointer(rows), pointer(ways), pointer(chances), pointer(places)
    draw, some_room, some_taken = pointer(draws), pointer(room), pointer(taken)
    means, nones = pointer(arrivals), pointer(nobody)
    number, columns = rows.shape
    for step in range(people.shape[0]):
        multiplier = pointer(multipliers[min(step, months - 1)])
        month, lanes = uint64(first + step), load_words(draw, 0)
        for row in range(number):
            here = row * columns
            n = load_counts(place, row * WIDTH)
            group = table[here + GROUP]
            begin = group * (kinds + 1)
            if at_ways[begin] > 0 and any_of(n != 0):
                u, v = uniforms(here, month, lanes, LEAVE, 0, table, key_0, key_1)
                reach = spread(0.0)
                for way in range(at_ways[begin]):
                    reach = reach + _chance(at_ways[begin + 1 + way], group, groups, chance, multiplier)
                go = binomial_of(u, n, reach, some_room, some_taken)
                n = n - go
                if table[here + SENDS] and any_of(go != 0):
                    _send(
                        go, v, reach, here, month, lanes, kinds, groups, chance, multiplier, draw, table, at_ways,
                        place, some_room, some_taken, seed, key_0, key_1,
                    )  # fmt: skip
            n = settle(n, here, kinds, table, place)
            if table[here + COMES]:
                u, v = uniforms(here, month, lanes, ARRIVE, 0, table, key_0, key_1)
                mean, none = load_floats(means, row * WIDTH), load_floats(nones, row * WIDTH)
                n = n + poisson_of(u, mean, none, some_room, some_taken)
            store(place, row * WIDTH, n)
            count(n, table[here + TOTAL], place)
        tell(places, sums, people[step])
