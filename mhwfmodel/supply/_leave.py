# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: who leaves. Only nodes that hold people are touched; a counter-based stream needs no number for the others.

The stock of a draw is taken up into a list of nodes and people, then put down again where they are a month later: who
stays along `advance`, who takes an edge at its target. Uniforms are made for a thousand nodes at a time, so that what
one step writes is still in the processor's cache in the next.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from mhwfmodel.rng._kernels import (
    EACH,
    NOBODY,
    binomial_quantile,
    each_chooses,
    one_of,
    several,
    uniform,
    uniform_pairs,
)
from mhwfmodel.rng.compiling import borrowing, compiled
from mhwfmodel.supply._chances import fill_reach, fill_rows, room_of_chances

ID, LINE_CELL, GROUP, ADVANCE = range(4)
"""Columns of `Plan.node`."""

LINE = -(2**24)
CELL = 2**24 - 1
"""Bits of the column `LINE_CELL`."""

AT_ONCE = 1024
_TOGETHER = 16


Room = namedtuple(
    "Room",
    "chances held people who word first second chance some going goers groups p none each event way number taken split"
    " u left further words one two more",
)
"""Room to work in: `chances` of a draw, `held` and `people` for every node and one more, and for `AT_ONCE` nodes."""


@compiled
def room_of(nodes, ways, states, cells):
    """Room to work in, made once for all draws: to make it for each would take as long as what is done in it."""
    nodes_at_once, events, blocks = AT_ONCE, (AT_ONCE + 1) * ways, AT_ONCE * (EACH // 2)
    return Room(
        room_of_chances(states, cells), np.empty(nodes + 1, np.int32), np.empty(nodes + 1, np.int32),
        np.empty(nodes_at_once, np.uint32), np.empty(nodes_at_once, np.uint32), np.empty(nodes_at_once),
        np.empty(nodes_at_once), np.empty(nodes_at_once), np.empty(nodes_at_once, np.int64),
        np.empty(nodes_at_once, np.int64), np.empty(nodes_at_once, np.int32), np.empty(nodes_at_once, np.int32),
        np.empty((nodes_at_once, ways)), np.empty(nodes_at_once), np.empty(nodes_at_once, np.bool_),
        np.empty(events, np.int64), np.empty(events, np.int64), np.empty(events, np.int64), np.empty(ways, np.int64),
        np.empty(ways, np.int64), np.empty(ways), np.empty(ways), np.empty(blocks, np.uint32),
        np.empty(blocks, np.uint32), np.empty(blocks), np.empty(blocks), np.empty(2 * blocks),
    )  # fmt: skip


@borrowing
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


@borrowing
def _put_down(table, reach, held, people, purpose, room, stock, present):
    """Put everybody where they are when they stay, and look up what decides who goes.

    Writes the ids of the nodes, the last word of their counters and the chance that somebody goes.
    """
    who, word, chance = room.who, room.word, room.chance
    for e in range(held.size):
        node = held[e]
        who[e] = table[node, ID]
        word[e] = table[node, LINE_CELL] & LINE | purpose << 16
        chance[e] = reach[table[node, GROUP]]
        stock[table[node, ADVANCE]] += people[e]
        present[table[node, LINE_CELL] & CELL] += people[e]


@borrowing
def _perhaps(u, people, reach, some):
    """List those of some nodes from which perhaps somebody goes; returns how many they are."""
    number = 0
    for e in range(people.size):
        some[number] = e
        number += (reach[e] > 0.5) | (u[e] >= NOBODY - people[e] * reach[e])
    return number


@borrowing
def _goers(u, people, reach, some, perhaps, going):
    """Keep those of `some` from which somebody goes, and how many they are in `going`; returns how many nodes."""
    number = 0
    for at in range(perhaps):
        e = some[at]
        goes = binomial_quantile(u[e], people[e], reach[e])
        some[number], going[number] = e, goes
        number += goes > 0
    return number


@borrowing
def _each_way(nodes, room):
    """Write who takes which way where each does by a uniform of their own: events of place, way and people.

    Of the people of place e the first chooses by `first[e]`; the uniforms of the others follow one another in `more`.
    Returns how many events there are.
    """
    each, first, more, p, reach, going = room.each, room.first, room.more, room.p, room.chance, room.going
    event, way_of, people, taken = room.event, room.way, room.number, room.taken
    ways, after, number = p.shape[1], 0, 0
    taken[:] = 0
    for e in range(nodes):
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


@borrowing
def _together(nodes, counter, table, room, number):
    """The same for those who are split by conditional binomials."""
    seed, draw, time, purpose = counter
    each, first, p, going, goers = room.each, room.first, room.p, room.going, room.goers
    event, way_of, people, taken, u = room.event, room.way, room.number, room.split, room.u
    ways = p.shape[1]
    u[:] = 0.0
    for e in range(nodes):
        if not each[e]:
            ids, line = np.uint32(table[goers[e], ID]), np.uint32(table[goers[e], LINE_CELL] & LINE) >> np.uint32(16)
            u[0] = first[e]
            for way in range(1, ways - 1):
                u[way] = uniform(seed, draw, time, ids, line | purpose, way + 1)
            several(u, p, e, going[e], room.left, taken)
            for way in range(ways):
                event[number], way_of[number], people[number] = e, way, taken[way]
                number += taken[way] > 0
    return number


@borrowing
def _move(plan, room, events, stock, present, flows, seeking, found):
    """Move people along the edges they take, or note those who seek; returns how many notes there are.

    Who seeks is in their post until they go, unless it is gone.
    """
    table, target, seeks, released = plan.node, plan.target, plan.seeks, plan.released
    held, event, way_of, people = room.goers, room.event, room.way, room.number
    for at in range(events):
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


@borrowing
def _further(nodes, counter, table, room):
    """Uniforms of all goers of some nodes but each node's first: blocks of two, those of a node one after another."""
    seed, draw, time, purpose = counter
    each, goers, going, who, word = room.each, room.goers, room.going, room.further, room.words
    number = 0
    for e in range(nodes):
        if each[e]:
            for block in range(1, going[e] // 2 + 1):
                who[number] = table[goers[e], ID]
                word[number] = table[goers[e], LINE_CELL] & LINE | (purpose << 16 | block)
                number += 1
    uniform_pairs(seed, draw, time, who, word, room.one[:number], room.two)
    for at in range(number):
        room.more[2 * at], room.more[2 * at + 1] = room.one[at], room.two[at]


@borrowing
def _given_reach(row, p, reach):
    """The same as `_chances.fill_reach` where the chances themselves are given, dims (kind, draw, group)."""
    reach[:] = 0.0
    for way in range(p.shape[0]):
        for group in range(reach.size):
            reach[group] += p[way, row, group]


@borrowing
def _given_rows(row, p, group, nodes, out):
    """The same as `_chances.fill_rows` where the chances themselves are given."""
    for e in range(nodes):
        for way in range(p.shape[0]):
            out[e, way] = p[way, row, group[e]]


@borrowing
def _reach_of(row, rates, p, reach, room):
    """Write the chance to take any edge, by group."""
    if p.shape[0] > 0:
        _given_reach(row, p, reach)
    else:
        fill_reach(row, rates, reach, room)


@borrowing
def _rows_of(row, rates, p, room, nodes):
    """Write the chances of all kinds of edges of some groups, dims (group, kind)."""
    if p.shape[0] > 0:
        _given_rows(row, p, room.groups, nodes, room.p)
    else:
        fill_rows(row, rates, room.groups, nodes, room.chances.beside, room.p, room.none)


@borrowing
def _leave_some(counter, plan, row, rates, p, reach, held, people, stock, present, flows, seeking, found, room):
    """Split the people of some nodes, at most `AT_ONCE`; returns how many notes of seekers there are then."""
    seed, draw, time, purpose = counter
    table, size = plan.node, held.size
    first, second, chance, some, going = room.first, room.second, room.chance, room.some, room.going
    _put_down(table, reach, held, people, purpose, room, stock, present)
    uniform_pairs(seed, draw, time, room.who, room.word, first[:size], second)
    perhaps = _perhaps(first, people, chance, some)
    number = _goers(first, people, chance, some, perhaps, going)
    for e in range(number):
        at = some[e]
        room.goers[e], room.groups[e], first[e], chance[e] = held[at], table[held[at], GROUP], second[at], chance[at]
        stock[table[held[at], ADVANCE]] -= going[e]
    _rows_of(row, rates, p, room, number)
    for e in range(number):
        room.each[e] = each_chooses(room.p, e, going[e])
    _further(number, counter, table, room)
    events = _each_way(number, room)
    events = _together(number, counter, table, room, events)
    return _move(plan, room, events, stock, present, flows, seeking, found)


@borrowing
def leave(counter, plan, row, rates, p, stock, present, flows, seeking, reach, room):
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
        room: Room to work in (`room_of`).
    """
    _reach_of(row, rates, p, reach, room.chances)
    number = take_up(stock, room.held, room.people)
    found = np.int64(0)
    for begin in range(0, number, AT_ONCE):
        end = min(begin + AT_ONCE, number)
        found = _leave_some(
            counter, plan, row, rates, p, reach, room.held[begin:end], room.people[begin:end], stock, present, flows,
            seeking, found, room,
        )  # fmt: skip
    return found
