# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled parts of the labour market: what is on offer, where everybody wishes to go and whom the vacancies take."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import borrowing, compiled
from mhwfmodel.supply._kernels import first_above
from mhwfmodel.supply._leave import CELL, ID, LINE, LINE_CELL

NOWHERE = -2


@borrowing
def _sum_offers(weight, icb, sector, role, sums, sector_sums):
    """Attractions of the cells of a draw by role and ICB, and by role, sector and ICB."""
    sums[:] = 0.0
    sector_sums[:] = 0.0
    for cell in range(icb.size):
        sums[role[cell], icb[cell]] += weight[cell]
        sector_sums[role[cell], sector[cell], icb[cell]] += weight[cell]


@compiled
def attract(weight, near, same, icb, sector, role, sums, sector_sums, total, own):
    """What is on offer to the staff of each cell, and the part of it that is in their own cell.

    `total[d, i] = Σ_j near[d, icb_i, icb_j] · (same[d] if sector_j = sector_i else 1) · weight[d, j]` over the cells of
    i's role; `sums` (role, icb) and `sector_sums` (role, sector, icb) are room to work in.
    """
    places = near.shape[1]
    for row in range(weight.shape[0]):
        _sum_offers(weight[row], icb, sector, role, sums, sector_sums)
        extra = same[row] - 1.0
        for cell in range(weight.shape[1]):
            here, kind, work = icb[cell], sector[cell], role[cell]
            found = 0.0
            for there in range(places):
                found += near[row, here, there] * (sums[work, there] + extra * sector_sums[work, kind, there])
            total[row, cell] = found
            own[row, cell] = near[row, here, here] * same[row] * weight[row, cell]


@borrowing
def _in_own(near, weight, same, sector, member, first, last, cell):
    """What other cells of the same role in a cell's own ICB offer to its staff."""
    found = 0.0
    for place in range(first, last):
        other = member[place]
        offer = 0.0 if other == cell else near * weight[other]
        found += offer * same if sector[other] == sector[cell] else offer
    return found


@borrowing
def _reaches(near, weight, same, sums, sector_sums, here, in_own, reach):
    """Running sums over ICBs of what is on offer; in their own `in_own` where only other cells are open."""
    so_far = 0.0
    for at in range(reach.size):
        offer = near[at] * (sums[at] + (same - 1.0) * sector_sums[at])
        so_far += in_own if at == here and in_own >= 0.0 else offer
        reach[at] = so_far


@borrowing
def _choose_icb(plan, market, row, node, kind, u, chosen, level, room):
    """The ICB that each person chooses who does not follow a route, and how far into what it offers `u` reaches.

    `room` is to work in: sums by role and ICB, by role, sector and ICB, and by ICB.
    """
    table, routed, released = plan.node, plan.routed, plan.released
    near, weight, same = market.near[row], market.weight[row], market.same[row]
    icb, sector, role, begin, member = market.icb, market.sector, market.role, market.begin, market.member
    sums, sector_sums, reach = room
    places = reach.size
    _sum_offers(weight, icb, sector, role, sums, sector_sums)
    known, known_own = -1, False
    for person in range(node.size):
        if routed[kind[person]]:
            continue
        cell, own_too = table[node[person], LINE_CELL] & CELL, released[kind[person]]
        if cell != known or own_too != known_own:
            known, known_own = cell, own_too
            here, work = icb[cell], role[cell]
            first, last, in_own = begin[work, here], begin[work, here + 1], -1.0
            if not own_too:
                in_own = _in_own(near[here, here], weight, same, sector, member, first, last, cell)
            _reaches(near[here], weight, same, sums[work], sector_sums[work, sector[cell]], here, in_own, reach)
        chosen[person] = NOWHERE
        if places > 0 and reach[places - 1] > 0.0:
            level[person] = u[person] * reach[places - 1]
            chosen[person] = first_above(reach, level[person])
            if chosen[person] > 0:
                level[person] -= reach[chosen[person] - 1]


@borrowing
def _choose_cell(plan, market, row, node, kind, chosen, level, wish):
    """The cell of the chosen ICB: the first whose running sum is above a level, or the last on offer."""
    table, routed, released = plan.node, plan.routed, plan.released
    near, weight, same = market.near[row], market.weight[row], market.same[row]
    icb, sector, role, begin, member = market.icb, market.sector, market.role, market.begin, market.member
    for person in range(node.size):
        if routed[kind[person]]:
            continue
        wish[person] = NOWHERE
        if chosen[person] == NOWHERE:
            continue
        cell, at, so_far = table[node[person], LINE_CELL] & CELL, chosen[person], 0.0
        nearness = near[icb[cell], at]
        for place in range(begin[role[cell], at], begin[role[cell], at + 1]):
            other = member[place]
            offer = nearness * weight[other]
            if sector[other] == sector[cell]:
                offer *= same
            if offer > 0.0 and (other != cell or released[kind[person]]):
                wish[person] = other
                so_far += offer
                if so_far > level[person]:
                    break


@borrowing
def _follow_routes(plan, market, row, node, kind, u, wish):
    """Where those go who complete a course; nowhere when they stay in their post."""
    routed, course, share = plan.routed, market.course, market.route_share[row]
    start, to = market.route_start, market.route_to
    for person in range(node.size):
        if routed[kind[person]]:
            wish[person], so_far, of = NOWHERE, 0.0, course[node[person]]
            for at in range(start[of], start[of + 1]):
                so_far += share[at]
                if u[person] < so_far:
                    wish[person] = to[at]
                    break


@compiled
def choose(plan, market, row, node, kind, u, wish):
    """Where everybody wishes to go: an ICB and a cell in it by one uniform; −1 out of the model, or `NOWHERE`."""
    chosen, level = np.empty(node.size, np.int32), np.empty(node.size)
    roles, places = market.begin.shape[0], market.begin.shape[1] - 1
    room = np.empty((roles, places)), np.empty((roles, market.sectors, places)), np.empty(places)
    _choose_icb(plan, market, row, node, kind, u, chosen, level, room)
    _choose_cell(plan, market, row, node, kind, chosen, level, wish)
    _follow_routes(plan, market, row, node, kind, u, wish)


@borrowing
def people_of(seeking, table, purpose, node, kind, who, word):
    """Write one entry a person of `seeking`: their node, kind of edge, and the counter of their two uniforms."""
    person = 0
    for entry in range(seeking.shape[0]):
        at, way = seeking[entry, 0], seeking[entry, 1]
        for one in range(seeking[entry, 2]):
            node[person], kind[person], who[person] = at, way, table[at, ID]
            word[person] = table[at, LINE_CELL] & LINE | (purpose << 16 | one << 4 | way)
            person += 1


@borrowing
def _sort(people, begin, end, rank):
    """Put some people in the order of their ranks; they are few, so by insertion."""
    for at in range(begin + 1, end):
        person, place = people[at], at
        while place > begin and rank[people[place - 1]] > rank[person]:
            people[place] = people[place - 1]
            place -= 1
        people[place] = person


@compiled
def let_in(wish, rank, vacant, taken_in):
    """Say who is taken in: where more wish for a cell than it has vacancies, those of the lowest ranks."""
    cells = vacant.size
    start = np.zeros(cells + 1, np.int64)
    for person in range(wish.size):
        taken_in[person] = True
        if wish[person] >= 0:
            start[wish[person] + 1] += 1
    for cell in range(cells):
        start[cell + 1] += start[cell]
    place, asked = start.copy(), np.empty(start[cells], np.int64)
    for person in range(wish.size):
        if wish[person] >= 0:
            asked[place[wish[person]]] = person
            place[wish[person]] += 1
    for cell in range(cells):
        room = max(vacant[cell], 0)
        if start[cell + 1] - start[cell] > room:
            _sort(asked, start[cell], start[cell + 1], rank)
            for at in range(start[cell] + room, start[cell + 1]):
                taken_in[asked[at]] = False


@borrowing
def land(plan, row, node, kind, wish, taken_in, stock, present, flows, arrived, came, went, moves):
    """Put everybody who seeks where they are a month later; returns how many rows of `moves` it made.

    Whom nobody takes goes to the target of the edge, where they would have been without looking, or out.
    """
    table, target, code = plan.node, plan.target, plan.code
    released, landing, plain = plan.released, plan.landing, plan.plain
    moved = 0
    for person in range(node.size):
        at, way, to = node[person], kind[person], wish[person]
        here, stay = table[at, LINE_CELL] & CELL, target[at, way]
        goes = to != NOWHERE and taken_in[person]
        if goes or stay < 0:
            flows[here, way] += 1
            if not released[way]:
                present[here] -= 1
        if not goes and stay >= 0:
            stock[stay] += 1
        if goes and to >= 0:
            into = landing[to, code[at]]
            stock[into if into >= 0 else landing[to, plain[code[at]]]] += 1
            present[to] += 1
            arrived[to] += 1
            if to != here:
                came[to] += 1
                went[here] += 1
            moves[moved, 0], moves[moved, 1], moves[moved, 2] = row, here, to
            moved += 1
    return moved
