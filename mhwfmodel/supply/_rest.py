# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled search for a workforce at rest: hazards, mix of states and moves between cells that hold each other."""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.rng.compiling import compiled

_STEP = 1.0 / 0.9
"""How far the hazard is moved for a rate that is off: the logarithm of the rate moves about 0.9 times as far."""


@compiled
def chances(hazard, retire, progress, ageing, out):
    """Joint monthly chances of leaving (retirement apart), retiring, passing on in experience and in age."""
    total = hazard + retire + progress + ageing
    share = -math.expm1(-total) / total if total > 0.0 else 0.0
    out[0] = hazard * share
    out[1] = retire * share
    out[2] = progress * share
    out[3] = ageing * share


@compiled
def _all_chances(scale, relative, retire, retiring, progress, ageing, bands, chance):
    """Chances of every group of a cell, dims (group, 4); see `chances`."""
    for group in range(relative.size):
        age, band = group // bands, group % bands
        chances(scale * relative[group], retiring * retire[age], progress[band], ageing[age], chance[group])


@compiled
def _cell(chance, back, inflow, state_group, following, passing, older, mix, leave):
    """Stock per state when `inflow` enters each month; returns the stock, who leaves and who retires a month.

    `back` is the share of leavers who start again in the same cell. `leave` is left with who leaves from each state.
    """
    mix[:] = inflow
    total = gone = retired = 0.0
    for state in range(inflow.size):
        p = chance[state_group[state]]
        stays = 1.0 - p[0] * (1.0 - back) - p[1] - p[2] - p[3]
        if older[state] < 0:
            stays += p[3]
        if following[state] == state:
            if passing[state] < 0:
                stays += p[2]
            mix[state] /= 1.0 - stays
        people = mix[state]
        total += people
        leave[state] = people * p[0]
        gone += leave[state]
        retired += people * p[1]
        if following[state] != state:
            mix[following[state]] += people * stays
        if passing[state] >= 0:
            mix[passing[state]] += people * p[2]
        if older[state] >= 0:
            mix[older[state]] += people * p[3]
    return total, gone, retired


@compiled
def _spread(near, here, values, out):
    """`out[here] = Σ_there near[here, there] values[there]`, state by state."""
    out[here] = 0.0
    for there in range(values.shape[0]):
        factor = near[here, there]
        if factor > 0.0:
            for state in range(values.shape[1]):
                out[here, state] += factor * values[there, state]


@compiled
def _exchange(share, near, same, weight, icb, sector, role, sums, sector_sums, work, incoming):
    """`incoming[j] = Σ_{i≠j} weight_i K_ij weight_j share_i`, state by state."""
    roles, sectors, places, states = sector_sums.shape
    sums[:] = 0.0
    sector_sums[:] = 0.0
    used = np.zeros((roles, sectors), dtype=np.bool_)
    for cell in range(weight.size):
        used[role[cell], sector[cell]] = True
        for state in range(states):
            value = weight[cell] * share[cell, state]
            sums[role[cell], icb[cell], state] += value
            sector_sums[role[cell], sector[cell], icb[cell], state] += value
    for kind in range(roles):
        for here in range(places):
            _spread(near, here, sums[kind], work[kind, 0])
            for group in range(sectors):
                if used[kind, group]:
                    _spread(near, here, sector_sums[kind, group], work[kind, 1 + group])
    for cell in range(weight.size):
        here, kind, group = icb[cell], role[cell], sector[cell]
        own = near[here, here] * same * weight[cell]
        for state in range(states):
            found = work[kind, 0, here, state] + (same - 1.0) * work[kind, 1 + group, here, state]
            incoming[cell, state] = max(weight[cell] * (found - own * share[cell, state]), 0.0)


@compiled
def _arrive(hired, entry, incoming, extra, inflow):
    """Who enters a cell a month per person hired, by state: from other cells and courses, the rest from elsewhere."""
    from_elsewhere = max(hired - (incoming.sum() + extra.sum()), 0.0)
    for state in range(entry.size):
        inflow[state] = (from_elsewhere * entry[state] + (incoming[state] + extra[state])) / hired


@compiled
def _share(leave, gone, total, following, share, mix):
    """Where those who leave would be a month later, of one person who leaves; and the mix, of one person in post."""
    share[:] = 0.0
    for state in range(leave.size):
        share[following[state]] += leave[state] / gone
        mix[state] /= total


@compiled
def _most_moved(one, other):
    most = 0.0
    for state in range(one.size):
        most = max(most, abs(one[state] - other[state]))
    return most


@compiled
def rest(
    staff, target, moving, relative, retire, retiring, progress, ageing, entry, near, same, weight, within,
    icb, sector, role, roles, sectors, state_group, bands, following, passing, older, rounds, tolerance,
    extra, quitting, scale, mix, modelled, incoming,
):  # fmt: skip
    """Find one draw at rest.

    `staff` and `target` are people, and leavers a month per person, by cell; `moving` is the share of leavers who move
    to an employer that is modelled, `within` the part of those who stay in their cell; `entry` gives the states of
    recruits from elsewhere; `extra` is who comes from courses less who leaves for what a course led to, by cell and
    state, `quitting` the latter alone, by cell; `scale` and `incoming` say where the search starts.

    Returns:
        Rounds that were needed, or −1; fills `scale` (cell), `mix` (cell, state) and `modelled` (cell), the share of
        those who leave without retiring who move to an employer that is modelled. A cell in which too many retire for
        that is told by `modelled` above 1.
    """
    cells, states = entry.shape
    before, share = np.zeros((cells, states)), np.zeros((cells, states))
    sums = np.empty((roles, near.shape[0], states))
    sector_sums = np.empty((roles, sectors, near.shape[0], states))
    work = np.empty((roles, sectors + 1, near.shape[0], states))
    done = np.zeros(cells, dtype=np.bool_)
    leave, inflow, chance = np.empty(states), np.empty(states), np.empty((relative.size, 4))
    modelled[:] = moving
    for turn in range(rounds):
        all_done = True
        for cell in range(cells):
            if done[cell]:
                continue
            _all_chances(scale[cell], relative, retire, retiring[cell], progress, ageing, bands, chance)
            if staff[cell] <= 0.0:
                _cell(chance, 0.0, entry[cell], state_group, following, passing, older, mix[cell], leave)
                mix[cell] /= mix[cell].sum()
                done[cell] = True
                continue
            hired = (target[cell] * staff[cell] - quitting[cell]) * (1.0 - moving * within[cell])
            _arrive(hired, entry[cell], incoming[cell], extra[cell], inflow)
            back = min(modelled[cell], 1.0) * within[cell]
            total, gone, retired = _cell(chance, back, inflow, state_group, following, passing, older, mix[cell], leave)
            modelled[cell] = moving * (gone + retired) / gone
            _share(leave, gone, total, following, share[cell], mix[cell])
            miss = math.log(((gone + retired) / total + quitting[cell] / staff[cell]) / target[cell])
            changed = _most_moved(incoming[cell], before[cell]) > tolerance * hired
            if abs(miss) <= tolerance and not changed and turn > 2:
                done[cell] = True
                continue
            all_done = False
            scale[cell] *= math.exp(-miss * _STEP)
        if all_done:
            return turn + 1
        before[:] = incoming
        _exchange(share, near, same, weight, icb, sector, role, sums, sector_sums, work, incoming)
    return -1
