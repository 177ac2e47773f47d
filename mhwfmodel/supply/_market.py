# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled parts of the labour market: what is on offer, where everybody wishes to go and whom the vacancies take."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng._kernels import uniform_row
from mhwfmodel.rng.compiling import compiled


@compiled
def attract(weight, near, same, icb, sector, role, sums, sector_sums, total, own):
    """What is on offer to the staff of each cell, and the part of it that is in their own cell.

    `total[d, i] = Σ_j near[d, icb_i, icb_j] · (same[d] if sector_j = sector_i else 1) · weight[d, j]` over the cells of
    i's role; `sums` (role, icb) and `sector_sums` (role, sector, icb) are room to work in.
    """
    places = near.shape[1]
    for row in range(weight.shape[0]):
        sums[:] = 0.0
        sector_sums[:] = 0.0
        extra = same[row] - 1.0
        for cell in range(weight.shape[1]):
            sums[role[cell], icb[cell]] += weight[row, cell]
            sector_sums[role[cell], sector[cell], icb[cell]] += weight[row, cell]
        for cell in range(weight.shape[1]):
            here, kind, work = icb[cell], sector[cell], role[cell]
            found = 0.0
            for there in range(places):
                found += near[row, here, there] * (sums[work, there] + extra * sector_sums[work, kind, there])
            total[row, cell] = found
            own[row, cell] = near[row, here, here] * same[row] * weight[row, cell]


@compiled
def _offers(row, cell, own_too, weight, near, same, icb, sector, start, member, role, reach):
    """Running sums of what each cell of the same role offers to a cell's staff, its own only if `own_too`."""
    so_far = 0.0
    number = 0
    here, kind = icb[cell], sector[cell]
    for at in range(start[role[cell]], start[role[cell] + 1]):
        other = member[at]
        if own_too or other != cell:
            offer = near[row, here, icb[other]] * weight[row, other]
            so_far += offer * same[row] if sector[other] == kind else offer
        reach[number] = so_far
        number += 1
    return number


@compiled
def _first_above(reach, number, level):
    """First of the running sums that is above a level."""
    low, high = 0, number - 1
    while low < high:
        middle = (low + high) // 2
        if reach[middle] > level:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def _routes(share, begin, end, reach):
    """Running sums of the shares of a course's routes."""
    so_far = 0.0
    for at in range(begin, end):
        so_far += share[at]
        reach[at - begin] = so_far
    return end - begin


@compiled
def _wish(u, cell, reach, number, routed, start, to, role, first, member):
    """Cell that the uniform `u` chooses by the running sums `reach`; -1 out, -2 nowhere."""
    if number == 0 or reach[number - 1] <= 0.0:
        return -2
    if not routed:
        return member[first[role[cell]] + _first_above(reach, number, u * reach[number - 1])]
    return to[start[cell] + _first_above(reach, number, u)] if u < reach[number - 1] else -2


@compiled
def choose(
    seed, draws, time, purpose, ids, lines, seeking, routed, released, cell, weight, near, same, icb, sector, role,
    start, member, route_start, route_to, route_share, route_of, wish, rank,
):  # fmt: skip
    """Where everybody wishes to go who seeks another cell: one entry of `wish` (a cell, -1 out, -2 nowhere) a person.

    A person's block of random numbers gives the choice and the rank among those who wish for the same cell. The kinds
    of edges that `routed` marks follow the routes of their course, all others what is on offer.
    """
    reach = np.empty(max(member.size, route_to.size) + 1)
    one, two = np.empty(1), np.empty(1)
    who, line = np.empty(1, dtype=ids.dtype), np.empty(1, dtype=np.int64)
    known_row, known_cell, known_kind, number = -1, -1, -1, 0
    person = 0
    for entry in range(seeking.shape[0]):
        row, node, kind, people = seeking[entry, 0], seeking[entry, 1], seeking[entry, 2], seeking[entry, 3]
        here = route_of[node] if routed[kind] else cell[node]
        if row != known_row or here != known_cell or kind != known_kind:
            known_row, known_cell, known_kind = row, here, kind
            if routed[kind]:
                number = _routes(route_share[row], route_start[here], route_start[here + 1], reach)
            else:
                number = _offers(row, here, released[kind], weight, near, same, icb, sector, start, member, role, reach)
        who[0], line[0] = ids[node], lines[node]
        for one_of in range(people):
            block = one_of << 4 | kind
            uniform_row(seed, draws[row], time, who, line, purpose, block, one, two)
            wish[person] = _wish(one[0], here, reach, number, routed[kind], route_start, route_to, role, start, member)
            rank[person] = two[0]
            person += 1


@compiled
def _best(wish, rank, to, asked, room, taken_in):
    """Take in those of the lowest ranks who wish for a cell, as many as there is room for."""
    ranks = np.empty(asked)
    number = 0
    for person in range(wish.size):
        if wish[person] == to:
            ranks[number] = rank[person]
            number += 1
    ranks.sort()
    for person in range(wish.size):
        if wish[person] == to:
            taken_in[person] = rank[person] < ranks[room]


@compiled
def _let_in(wish, rank, vacant, taken_in):
    """Say who of a draw is taken in where more wish for a cell than it has vacancies."""
    asked = np.zeros(vacant.size, dtype=np.int64)
    for person in range(wish.size):
        taken_in[person] = True
        if wish[person] >= 0:
            asked[wish[person]] += 1
    for person in range(wish.size):
        to = wish[person]
        if to >= 0 and asked[to] > vacant[to]:
            _best(wish, rank, to, asked[to], max(vacant[to], 0), taken_in)
            asked[to] = 0


@compiled
def _people(seeking, begin):
    """Last row of the draw that row `begin` of `seeking` is of, and how many people its rows are."""
    end, people = begin, 0
    while end < seeking.shape[0] and seeking[end, 0] == seeking[begin, 0]:
        people += seeking[end, 3]
        end += 1
    return end, people


@compiled
def _land(seeking, target, cell, code, plain, landing, wish, taken_in, after, flows, arrived, moves, moved):
    """Put the people of some rows of `seeking` where they are a month later; returns how many rows `moves` has then."""
    person = 0
    for entry in range(seeking.shape[0]):
        row, node, kind = seeking[entry, 0], seeking[entry, 1], seeking[entry, 2]
        for _ in range(seeking[entry, 3]):
            to, goes = wish[person], wish[person] != -2 and taken_in[person]
            person += 1
            stay = target[kind, node]
            if goes or stay < 0:
                flows[kind, row, cell[node]] += 1
            if not goes and stay >= 0:
                after[row, stay] += 1
            if goes and to >= 0:
                into = landing[to, code[node]]
                after[row, into if into >= 0 else landing[to, plain[code[node]]]] += 1
                arrived[row, to] += 1
                moves[moved, 0], moves[moved, 1], moves[moved, 2] = row, cell[node], to
                moved += 1
    return moved


@compiled
def place(seeking, target, cell, code, plain, landing, vacant, wish, rank, after, flows, arrived, moves):
    """Let people into the vacancies they wish for, by rank where there are too few; the others go to their `target`.

    Returns:
        Rows of `moves` (draw, cell left, cell entered) that were written; one a person who moved.
    """
    taken_in = np.empty(wish.size, dtype=np.bool_)
    moved, begin, first = 0, 0, 0
    while begin < seeking.shape[0]:
        end, people = _people(seeking, begin)
        who = slice(first, first + people)
        _let_in(wish[who], rank[who], vacant[seeking[begin, 0]], taken_in[who])
        moved = _land(
            seeking[begin:end], target, cell, code, plain, landing, wish[who], taken_in[who], after, flows, arrived,
            moves, moved,
        )  # fmt: skip
        begin, first = end, first + people
    return moved
