# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled search for a workforce at rest: hazards, mix of states and moves between cells that hold each other.

Arrays lie state by state with the cells side by side, so that the loops over cells become vector code.
"""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import borrowing, compiled
from mhwfmodel.supply._chances import competing

LANES = 128
"""Cells that are solved together: longer loops are cheaper, and their states still fit the second cache."""

_ELASTICITY = 0.8
_LEAST_ELASTIC, _MOST_ELASTIC = 0.3, 1.2
_TELLING = 1e-9
"""How far a hazard must have moved for the rate to tell how it follows."""

_LEARNS = 2
"""Round of a first search before which nobody is exchanged: the rate then tells how it follows the hazard alone."""

_STEPS = (1.0 / (1.5 + 0.125**0.5), 1.0 / (1.5 - 0.125**0.5))
"""Chebyshev steps for errors that shrink by 1 to 2 times the step: two rounds leave a seventeenth."""


@borrowing
def chances(hazard, retire, progress, ageing):
    """Joint monthly chances of leaving (retirement apart), retiring, passing on in experience and in age."""
    _, share = competing(hazard + retire + progress + ageing)
    return hazard * share, retire * share, progress * share, ageing * share


@borrowing
def fill_chances(scale, retiring, people, first, out):
    """Write `out[group, way, lane]`, the `chances` of the cells from `first` on; `people` is how staff differ."""
    bands = people.progress.size
    lanes = min(out.shape[2], scale.size - first)
    for group in range(people.relative.size):
        age, band = group // bands, group % bands
        each, retire = people.relative[group], people.retire[age]
        progress, ageing = people.progress[band], people.ageing[age]
        leaves, retires, passes, ages = out[group, 0], out[group, 1], out[group, 2], out[group, 3]
        for lane in range(lanes):
            cell = first + lane
            p = chances(scale[cell] * each, retiring[cell] * retire, progress, ageing)
            leaves[lane], retires[lane], passes[lane], ages[lane] = p
    return lanes


@borrowing
def _add_product(values, factor, out, size):
    for lane in range(size):
        out[lane] += values[lane] * factor[lane]


@borrowing
def _product(near, values, out):
    """`out[here] = Σ_there near[there, here] values[there]`, four at a time."""
    out[:] = 0.0
    at = 0
    while at + 4 <= values.size:
        a, b, c, d = near[at], near[at + 1], near[at + 2], near[at + 3]
        u, v, x, y = values[at], values[at + 1], values[at + 2], values[at + 3]
        for here in range(out.size):
            out[here] += (a[here] * u + b[here] * v) + (c[here] * x + d[here] * y)
        at += 4
    while at < values.size:
        a, u = near[at], values[at]
        for here in range(out.size):
            out[here] += a[here] * u
        at += 1


@borrowing
def _offers(market, values, work, out):
    """What there is within reach of each sector and ICB of a role, dims (column, icb); `values` is what lies there."""
    extra = market.same - 1.0
    places = values.shape[1]
    for role in range(market.start.size - 1):
        first, end = market.start[role], market.start[role + 1]
        work[0] = 0.0
        for column in range(first, end):
            for there in range(places):
                work[0, there] += values[column, there]
        for column in range(first, end):
            for there in range(places):
                work[1, there] = work[0, there] + extra * values[column, there]
            _product(market.near, work[1], out[column])


@compiled
def weights(market, movers, rounds, tolerance, weight, total, within):
    """Find attractions `weight` with `weight_i Σ_j K_ij weight_j = movers_i`; see `resting.rest_weights`.

    `weight` says where the search starts and is left with what was found; `total` with what is on offer to each cell's
    staff and `within` with the part of it that is in their own cell. Returns the rounds needed, or −1.
    """
    places = market.near.shape[0]
    values, found = np.empty((market.columns, places)), np.empty((market.columns, places))
    flat, reach, work = values.reshape(-1), found.reshape(-1), np.empty((2, places))
    own = np.empty(weight.size)
    for cell in range(weight.size):
        own[cell] = market.near[market.icb[cell], market.icb[cell]] * market.same
    for turn in range(rounds):
        flat[:] = 0.0
        for cell in range(weight.size):
            flat[market.slot[cell]] += weight[cell]
        _offers(market, values, work, found)
        all_done = True
        for cell in range(weight.size):
            total[cell] = reach[market.slot[cell]]
            off = movers[cell] - weight[cell] * total[cell]
            if abs(off) > tolerance * movers[cell]:
                all_done = False
                part = _STEPS[turn % 2] * off
                if off > 0.0:
                    weight[cell] *= 1.0 + part / (movers[cell] - off)
                else:
                    weight[cell] *= movers[cell] / (movers[cell] - part)
        if all_done:
            for cell in range(weight.size):
                within[cell] = own[cell] * weight[cell] / total[cell] if total[cell] > 0.0 else 1.0
            return turn + 1
    return -1


@borrowing
def _exchange(market, found, change, done, room):
    """Who comes from other cells: `incoming[s, j] = Σ_{i≠j} weight_i K_ij weight_j share[s, i]` for cells not done.

    `change[j]` is left with how much the most changed of them has.
    """
    flat, reach = room.values.reshape(-1), room.reach.reshape(-1)
    weight, own, got = found.weight, room.own, room.got
    change[:] = 0.0
    for cell in range(weight.size):
        own[cell] = market.near[market.icb[cell], market.icb[cell]] * market.same * weight[cell]
    for state in range(found.share.shape[0]):
        share, incoming = found.share[state], found.incoming[state]
        flat[:] = 0.0
        for cell in range(weight.size):
            flat[market.slot[cell]] += weight[cell] * share[cell]
        _offers(market, room.values, room.line, room.reach)
        for cell in range(weight.size):
            got[cell] = reach[market.slot[cell]]
        for cell in range(weight.size):
            new = max(weight[cell] * (got[cell] - own[cell] * share[cell]), 0.0)
            change[cell] = max(change[cell], abs(new - incoming[cell]))
            incoming[cell] = incoming[cell] if done[cell] else new


@borrowing
def _arrive(asked, found, room, first, lanes):
    """Who enters a month per person hired, by state: from other cells and courses, the rest from elsewhere."""
    elsewhere, per, hired = room.lanes[0], room.lanes[1], found.hired[first:]
    elsewhere[:] = 0.0
    for state in range(room.leave.shape[0]):
        here, courses = found.incoming[state, first:], asked.extra[state, first:]
        for lane in range(lanes):
            elsewhere[lane] += here[lane]
        if room.used[1, state]:
            for lane in range(lanes):
                elsewhere[lane] += courses[lane]
    for lane in range(lanes):
        per[lane] = 1.0 / hired[lane]
        elsewhere[lane] = max(hired[lane] - elsewhere[lane], 0.0) * per[lane]
    for state in range(room.leave.shape[0]):
        into, here, courses = room.stock[state], found.incoming[state, first:], asked.extra[state, first:]
        for lane in range(lanes):
            into[lane] = here[lane] * per[lane]
        if room.used[0, state]:
            _add_product(asked.entry[state, first:], elsewhere, into, lanes)
        if room.used[1, state]:
            _add_product(courses, per, into, lanes)


@borrowing
def _settle(states, room, lanes):
    """Stock per state when what is in `room.stock` enters each month; fills `room.leave` with who leaves from each.

    Fills `room.lanes` with all there are, who leave and who retire a month; its row 4 says which share of leavers
    starts again in the same cell.
    """
    room.lanes[:3] = 0.0
    total, gone, retired, stays, back = room.lanes
    for state in range(room.leave.shape[0]):
        p = room.chance[states.group[state]]
        p0, p1, p2, p3 = p[0], p[1], p[2], p[3]
        up, old, ahead = states.passing[state], states.older[state], states.following[state]
        lost_up, lost_old = 1.0 if up >= 0 else 0.0, 1.0 if old >= 0 else 0.0
        here, leaves = room.stock[state], room.leave[state]
        if ahead == state:
            for lane in range(lanes):
                here[lane] /= p0[lane] * (1.0 - back[lane]) + p1[lane] + lost_up * p2[lane] + lost_old * p3[lane]
        else:
            if state == 0 or states.group[state] != states.group[state - 1]:
                for lane in range(lanes):
                    stays[lane] = 1.0 - p0[lane] * (1.0 - back[lane]) - p1[lane] - p2[lane] - lost_old * p3[lane]
            _add_product(here, stays, room.stock[ahead], lanes)
        for lane in range(lanes):
            leaves[lane] = here[lane] * p0[lane]
            total[lane] += here[lane]
            gone[lane] += leaves[lane]
            retired[lane] += here[lane] * p1[lane]
        if up >= 0:
            _add_product(here, p2, room.stock[up], lanes)
        if old >= 0:
            _add_product(here, p3, room.stock[old], lanes)


@borrowing
def _tile(asked, people, states, found, first, room):
    """Settle the cells from `first` on with the hazards that were found so far; returns how many they are."""
    lanes = fill_chances(found.scale, asked.retiring, people, first, room.chance)
    back = room.lanes[4]
    for lane in range(lanes):
        back[lane] = min(found.modelled[first + lane], 1.0) * found.within[first + lane]
    _arrive(asked, found, room, first, lanes)
    _settle(states, room, lanes)
    return lanes


@borrowing
def _share(states, found, first, room, lanes):
    """Write `found.share`: where those who leave a tile's cells would be a month later, of one person who leaves."""
    per = room.lanes[3]
    for lane in range(lanes):
        per[lane] = 1.0 / room.lanes[1, lane]
    for state in range(room.leave.shape[0]):
        share, leaves = found.share[states.following[state], first:], room.leave[state]
        if states.fresh[state]:
            for lane in range(lanes):
                share[lane] = leaves[lane] * per[lane]
        else:
            _add_product(leaves, per, share, lanes)


@borrowing
def _mix(asked, people, states, found, room):
    """Write `found.mix`, the share of each state in the staff."""
    for first in range(0, found.scale.size, LANES):
        lanes = _tile(asked, people, states, found, first, room)
        for state in range(room.leave.shape[0]):
            for lane in range(lanes):
                found.mix[state, first + lane] = room.stock[state, lane] / room.lanes[0, lane]


@borrowing
def _correct(asked, found, cell, rate, turn, learns, tolerance, search):
    """Move the hazard of a cell so that its rate comes nearer to what is asked; whether it is there.

    `search` remembers the hazard and the miss of the round before, and how much those who come from elsewhere changed.
    """
    before, miss_before, change = search[0], search[1], search[2]
    miss = (rate + asked.quitting[cell] / asked.staff[cell]) / asked.target[cell] - 1.0
    scale = found.scale[cell]
    if abs(miss) <= tolerance and change[cell] <= tolerance * found.hired[cell] and turn > max(learns, 0):
        return True
    moved = scale / before[cell] - 1.0
    if turn == learns and abs(moved) > _TELLING:
        follows = (miss - miss_before[cell]) / (1.0 + miss_before[cell]) / moved
        found.elastic[cell] = min(max(follows, _LEAST_ELASTIC), _MOST_ELASTIC)
    before[cell], miss_before[cell] = scale, miss
    part = miss / found.elastic[cell]
    found.scale[cell] = scale / (1.0 + part) if miss > 0.0 else scale * (1.0 - part)
    return False


@compiled
def rest(asked, people, states, market, found, room, rounds, tolerance):
    """Find one draw at rest.

    Args:
        asked: What cells have and are to lose: `resting.Asked`.
        people: How staff differ: `resting.People`.
        states: Where who is in a state goes: `resting.Ahead`.
        market: Where cells lie: `resting.Market`.
        found: `scale`, `modelled`, `incoming` and `elastic` say where the search starts; all is left as it was found.
        room: Room to work in.
        rounds: How many at most.
        tolerance: How far a rate, and who comes from other cells, may be off, relative.

    Returns:
        Rounds that were needed, or −1. A cell in which too many retire is told by `found.modelled` above 1.
    """
    cells = found.scale.size
    done, search = np.zeros(cells, dtype=np.bool_), np.zeros((3, cells))
    total, gone, retired = room.lanes[0], room.lanes[1], room.lanes[2]
    search[0] = found.scale
    learns = -1
    if not found.elastic.any():
        found.elastic[:], learns = _ELASTICITY, _LEARNS
    for turn in range(rounds):
        alone = turn == learns - 1
        all_done = True
        for first in range(0, cells, LANES):
            lanes = _tile(asked, people, states, found, first, room)
            for lane in range(lanes):
                cell = first + lane
                if done[cell]:
                    continue
                leavers = gone[lane] + retired[lane]
                nobody = asked.staff[cell] <= 0.0
                done[cell] = nobody or _correct(
                    asked, found, cell, leavers / total[lane], turn, learns, tolerance, search
                )
                if not (done[cell] or alone):
                    found.modelled[cell] = asked.moving * leavers / gone[lane]
                all_done &= done[cell]
            if not alone:
                _share(states, found, first, room, lanes)
        if all_done:
            _mix(asked, people, states, found, room)
            return turn + 1
        if not alone:
            _exchange(market, found, search[2], done, room)
    return -1
