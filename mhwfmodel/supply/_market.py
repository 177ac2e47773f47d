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
def _offers(row, cell, weight, near, same, icb, sector, start, member, role, reach):
    """Running sums of what each cell of the same role offers to a cell's staff, its own left out."""
    so_far = 0.0
    number = 0
    here, kind = icb[cell], sector[cell]
    for at in range(start[role[cell]], start[role[cell] + 1]):
        other = member[at]
        if other != cell:
            offer = near[row, here, icb[other]] * weight[row, other]
            so_far += offer * same[row] if sector[other] == kind else offer
        reach[number] = so_far
        number += 1
    return number


@compiled
def _first_above(reach, number, level):
    low, high = 0, number - 1
    while low < high:
        middle = (low + high) // 2
        if reach[middle] > level:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def choose(
    seed, draws, time, purpose, ids, lines, seeking, routed, cell, weight, near, same, icb, sector, role, start, member,
    route_start, route_to, route_share, wish, rank,
):  # fmt: skip
    """Where everybody wishes to go who seeks another cell: one entry of `wish` (a cell, -1 out, -2 nowhere) a person.

    A person's block of random numbers gives the choice and the rank among those who wish for the same cell. The kinds of
    edges that `routed` marks follow the routes of their cell, all others what is on offer.
    """
    reach = np.empty(max(member.size, route_to.size) + 1)
    one, two = np.empty(1), np.empty(1)
    who, line = np.empty(1, dtype=ids.dtype), np.empty(1, dtype=np.int64)
    known_row, known_cell, known_kind, number = -1, -1, -1, 0
    person = 0
    for entry in range(seeking.shape[0]):
        row, node, kind, people = seeking[entry, 0], seeking[entry, 1], seeking[entry, 2], seeking[entry, 3]
        here = cell[node]
        if row != known_row or here != known_cell or kind != known_kind:
            known_row, known_cell, known_kind = row, here, kind
            if routed[kind]:
                number = route_start[here + 1] - route_start[here]
                so_far = 0.0
                for at in range(number):
                    so_far += route_share[row, route_start[here] + at]
                    reach[at] = so_far
            else:
                number = _offers(row, here, weight, near, same, icb, sector, start, member, role, reach)
        who[0], line[0] = ids[node], lines[node]
        for one_of in range(people):
            block = one_of << 1 | int(routed[kind])
            uniform_row(seed, draws[row], time, who, line, purpose, block, one, two)
            rank[person] = two[0]
            if number == 0 or reach[number - 1] <= 0.0:
                wish[person] = -2
            elif routed[kind]:
                wish[person] = -2
                if one[0] < reach[number - 1]:
                    wish[person] = route_to[route_start[here] + _first_above(reach, number, one[0])]
            else:
                wish[person] = member[start[role[here]] + _first_above(reach, number, one[0] * reach[number - 1])]
            person += 1


@compiled
def place(seeking, target, cell, code, plain, landing, vacant, wish, rank, after, flows, arrived, moves):
    """Let people into the vacancies they wish for, by rank where there are too few; the others go to their `target`.

    Returns:
        Rows of `moves` (draw, cell left, cell entered) that were written; one a person who moved.
    """
    people = wish.size
    row_of = np.empty(people, dtype=np.int64)
    person = 0
    for entry in range(seeking.shape[0]):
        for _ in range(seeking[entry, 3]):
            row_of[person] = seeking[entry, 0]
            person += 1
    taken_in = np.ones(people, dtype=np.bool_)
    begin = 0
    asked = np.zeros(vacant.shape[1], dtype=np.int64)
    while begin < people:
        end = begin
        while end < people and row_of[end] == row_of[begin]:
            if wish[end] >= 0:
                asked[wish[end]] += 1
            end += 1
        row = row_of[begin]
        for at in range(begin, end):
            to = wish[at]
            if to >= 0 and asked[to] > vacant[row, to]:
                ranks = np.empty(asked[to])
                number = 0
                for other in range(begin, end):
                    if wish[other] == to:
                        ranks[number] = rank[other]
                        number += 1
                ranks.sort()
                room = max(vacant[row, to], 0)
                for other in range(begin, end):
                    if wish[other] == to:
                        taken_in[other] = rank[other] < ranks[room]
                asked[to] = 0
        for at in range(begin, end):
            if wish[at] >= 0:
                asked[wish[at]] = 0
        begin = end
    moved = 0
    person = 0
    for entry in range(seeking.shape[0]):
        row, node, kind = seeking[entry, 0], seeking[entry, 1], seeking[entry, 2]
        for _ in range(seeking[entry, 3]):
            to = wish[person]
            if to == -2 or not taken_in[person]:
                stay = target[kind, node]
                if stay >= 0:
                    after[row, stay] += 1
                else:
                    flows[kind, row, cell[node]] += 1
            else:
                flows[kind, row, cell[node]] += 1
                if to >= 0:
                    into = landing[to, code[node]]
                    if into < 0:
                        into = landing[to, plain[code[node]]]
                    after[row, into] += 1
                    arrived[row, to] += 1
                    moves[moved, 0], moves[moved, 1], moves[moved, 2] = row, cell[node], to
                    moved += 1
            person += 1
    return moved
