# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: who leaves. Only nodes that hold people are touched; a counter-based stream needs no number for the others.

The stock of a draw is taken up into a list of nodes and people, then put down again where they are a month later: who
stays along `advance`, who takes an edge at its target. Uniforms are made for a thousand nodes at a time, so that what
one step writes is still in the processor's cache in the next.
"""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng._kernels import NOBODY, binomial_quantile, each_chooses, one_of, several, uniform, uniform_pairs
from mhwfmodel.rng.compiling import compiled
from mhwfmodel.supply._chances import BESIDE, fill_reach, fill_rows

ID, LINE_CELL, GROUP, ADVANCE = range(4)
"""Columns of `Plan.node`."""

LINE = -(2**24)
CELL = 2**24 - 1
"""Bits of the column `LINE_CELL`."""

AT_ONCE = 1024
_TOGETHER = 16


@compiled
def take_up(stock, held, people):
    """Take the people of a draw up: `held` and `people` list nodes and how many; returns how many nodes."""
    number = 0
    whole = stock.size - stock.size % _TOGETHER
    for begin in range(0, whole, _TOGETHER):
        some = 0
        for node in range(begin, begin + _TOGETHER):
            some |= stock[node]
        if some != 0:
            for node in range(begin, begin + _TOGETHER):
                held[number], people[number] = node, stock[node]
                number += stock[node] > 0
                stock[node] = 0
    for node in range(whole, stock.size):
        held[number], people[number] = node, stock[node]
        number += stock[node] > 0
        stock[node] = 0
    return number


@compiled
def _put_down(table, reach, held, people, purpose, who, word, chance, stock, present):
    """Put everybody where they are when they stay, and look up what decides who goes.

    Writes the ids of the nodes, the last word of their counters and the chance that somebody goes.
    """
    for e in range(held.size):
        node = held[e]
        who[e] = table[node, ID]
        word[e] = table[node, LINE_CELL] & LINE | purpose << 16
        chance[e] = reach[table[node, GROUP]]
        stock[table[node, ADVANCE]] += people[e]
        present[table[node, LINE_CELL] & CELL] += people[e]


@compiled
def _perhaps(u, people, reach, some):
    """List those of some nodes from which perhaps somebody goes; returns how many they are."""
    number = 0
    for e in range(people.size):
        some[number] = e
        number += (reach[e] > 0.5) | (u[e] >= NOBODY - people[e] * reach[e])
    return number


@compiled
def _goers(u, people, reach, some, going):
    """Keep those of `some` from which somebody goes, and how many they are in `going`; returns how many nodes."""
    number = 0
    for at in range(some.size):
        e = some[at]
        goes = binomial_quantile(u[e], people[e], reach[e])
        some[number], going[number] = e, goes
        number += goes > 0
    return number


@compiled
def _each_way(each, first, more, p, reach, going, event, way_of, people):
    """Write who takes which way where each does by a uniform of their own: events of place, way and people.

    Of the people of place e the first chooses by `first[e]`; the uniforms of the others follow one another in `more`.
    Returns how many events there are.
    """
    ways = p.shape[1]
    taken, after, number = np.zeros(ways, np.int64), 0, 0
    for e in range(going.size):
        if not each[e]:
            continue
        if going[e] == 1:
            event[number], way_of[number], people[number] = e, one_of(first[e], p, e, reach[e]), 1
            number += 1
            continue
        for person in range(going[e]):
            u = first[e] if person == 0 else more[after + person - 1]
            taken[one_of(u, p, e, reach[e])] += 1
        after += 2 * (going[e] // 2)
        for way in range(ways):
            event[number], way_of[number], people[number] = e, way, taken[way]
            number += taken[way] > 0
            taken[way] = 0
    return number


@compiled
def _together(each, first, counter, p, going, held, table, event, way_of, people, number):
    """The same for those who are split by conditional binomials."""
    seed, draw, time, purpose = counter
    ways = p.shape[1]
    u, left, taken = np.zeros(ways), np.empty(ways), np.empty(ways, np.int64)
    for e in range(held.size):
        if not each[e]:
            ids, line = np.uint32(table[held[e], ID]), np.uint32(table[held[e], LINE_CELL] & LINE) >> np.uint32(16)
            u[0] = first[e]
            for way in range(1, ways - 1):
                u[way] = uniform(seed, draw, time, ids, line | purpose, way + 1)
            several(u, p, e, going[e], left, taken)
            for way in range(ways):
                event[number], way_of[number], people[number] = e, way, taken[way]
                number += taken[way] > 0
    return number


@compiled
def _move(table, target, seeks, released, held, event, way_of, people, stock, present, flows, seeking, found):
    """Move people along the edges they take, or note those who seek; returns how many notes there are.

    Who seeks is in their post until they go, unless it is gone.
    """
    for at in range(event.size):
        node, way, number = held[event[at]], way_of[at], people[at]
        here, to = table[node, LINE_CELL] & CELL, target[node, way]
        if seeks[way]:
            present[here] -= number * released[way]
            seeking[found, 0], seeking[found, 1], seeking[found, 2] = node, way, number
            found += 1
            continue
        flows[here, way] += number
        present[here] -= number
        if to >= 0:
            stock[to] += number
            present[table[to, LINE_CELL] & CELL] += number
    return found


@compiled
def _further(each, counter, table, held, going):
    """Uniforms of all goers of some nodes but each node's first: blocks of two, those of a node one after another."""
    seed, draw, time, purpose = counter
    blocks = 0
    for e in range(held.size):
        if each[e]:
            blocks += going[e] // 2
    who, word = np.empty(blocks, np.uint32), np.empty(blocks, np.uint32)
    number = 0
    for e in range(held.size):
        if each[e]:
            for block in range(1, going[e] // 2 + 1):
                who[number] = table[held[e], ID]
                word[number] = table[held[e], LINE_CELL] & LINE | (purpose << 16 | block)
                number += 1
    one, two = np.empty(blocks), np.empty(blocks)
    uniform_pairs(seed, draw, time, who, word, one, two)
    both = np.empty(2 * blocks)
    for at in range(blocks):
        both[2 * at], both[2 * at + 1] = one[at], two[at]
    return both


@compiled
def _given_reach(row, p, reach):
    """The same as `_chances.fill_reach` where the chances themselves are given, dims (kind, draw, group)."""
    reach[:] = 0.0
    for way in range(p.shape[0]):
        for group in range(reach.size):
            reach[group] += p[way, row, group]


@compiled
def _given_rows(row, p, group, out):
    """The same as `_chances.fill_rows` where the chances themselves are given."""
    for e in range(group.size):
        for way in range(p.shape[0]):
            out[e, way] = p[way, row, group[e]]


@compiled
def _reach_of(row, rates, p, reach, beside):
    """Write the chance to take any edge, by group."""
    if p.shape[0] > 0:
        _given_reach(row, p, reach)
    else:
        fill_reach(row, rates, reach, beside)


@compiled
def _rows_of(row, rates, p, group, beside, out):
    """Write the chances of all kinds of edges of some groups, dims (group, kind)."""
    if p.shape[0] > 0:
        _given_rows(row, p, group, out)
    else:
        fill_rows(row, rates, group, beside, out)


@compiled
def _leave_some(counter, plan, row, rates, p_given, reach, beside, held, people, stock, present, flows, seeking, found):
    """Split the people of some nodes, at most `AT_ONCE`; returns how many notes of seekers there are then."""
    seed, draw, time, purpose = counter
    table, size = plan.node, held.size
    who, word = np.empty(size, np.uint32), np.empty(size, np.uint32)
    first, second, chance = np.empty(size), np.empty(size), np.empty(size)
    _put_down(table, reach, held, people, purpose, who, word, chance, stock, present)
    uniform_pairs(seed, draw, time, who, word, first, second)
    some, going = np.empty(size, np.int64), np.empty(size, np.int64)
    number = _perhaps(first, people, chance, some)
    number = _goers(first, people, chance, some[:number], going)
    goers, groups = np.empty(number, np.int32), np.empty(number, np.int32)
    for e in range(number):
        at = some[e]
        goers[e], groups[e], first[e], chance[e] = held[at], table[held[at], GROUP], second[at], chance[at]
        stock[table[held[at], ADVANCE]] -= going[e]
    p = np.empty((number, plan.seeks.size))
    _rows_of(row, rates, p_given, groups, beside, p)
    going = going[:number]
    room = max(going.sum(), 0) + p.shape[1]
    event, way_of, people = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    each = np.empty(number, np.bool_)
    for e in range(number):
        each[e] = each_chooses(p, e, going[e])
    more = _further(each, counter, table, goers, going)
    events = _each_way(each, first, more, p, chance, going, event, way_of, people)
    events = _together(each, first, counter, p, going, goers, table, event, way_of, people, events)
    return _move(
        table,
        plan.target,
        plan.seeks,
        plan.released,
        goers,
        event[:events],
        way_of,
        people,
        stock,
        present,
        flows,
        seeking,
        found,
    )


@compiled
def leave(counter, plan, row, rates, p, stock, present, flows, seeking, reach, held, people):
    """Let the people of a draw leave, change in place what they leave; returns how many notes of seekers there are.

    Args:
        counter: Seed, draw, month and purpose.
        plan: The graph.
        row: The draw's row in what is given.
        rates: `Hazards`, which the chances are made of, or none where the chances are given.
        p: The chances, dims (kind, draw, group), of no kind where hazards are given.
        stock: People by node.
        present: People by cell, 0 to begin with.
        flows: Who takes each kind of edge, dims (cell, kind), 0 to begin with.
        seeking: Room for notes of those who seek: node, kind and people.
        reach: Room to work in, by group.
        held: Room for every node and one more.
        people: Likewise.
    """
    beside = np.empty((present.size, BESIDE))
    _reach_of(row, rates, p, reach, beside)
    number = take_up(stock, held, people)
    found = np.int64(0)
    for begin in range(0, number, AT_ONCE):
        end = min(begin + AT_ONCE, number)
        found = _leave_some(
            counter,
            plan,
            row,
            rates,
            p,
            reach,
            beside,
            held[begin:end],
            people[begin:end],
            stock,
            present,
            flows,
            seeking,
            found,
        )
    return found
