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
def _cell(scale, relative, retire, retiring, progress, ageing, back, inflow, state_group, bands, following, passing, older, mix, leave):
    """Stock per state when `inflow` enters each month; returns the stock, who leaves and who retires a month.

    `back` is the share of leavers who start again in the same cell. `leave` is left with who leaves from each state.
    """
    four = np.empty(4)
    groups = relative.size
    chance = np.empty((groups, 4))
    for group in range(groups):
        age, band = group // bands, group % bands
        chances(scale * relative[group], retiring * retire[age], progress[band], ageing[age], four)
        chance[group] = four
    states = inflow.size
    for state in range(states):
        mix[state] = inflow[state]
    total = gone = retired = 0.0
    for state in range(states):
        p = chance[state_group[state]]
        stays = 1.0 - p[0] * (1.0 - back) - p[1] - p[2] - p[3]
        if following[state] == state:
            if passing[state] < 0:
                stays += p[2]
            if older[state] < 0:
                stays += p[3]
            mix[state] /= 1.0 - stays
        elif older[state] < 0:
            stays += p[3]
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
def _exchange(share, near, same, weight, icb, sector, role, sums, sector_sums, work, incoming):
    """`incoming[j] = Σ_{i≠j} weight_i K_ij weight_j share_i`, state by state."""
    roles, sectors, places, states = sector_sums.shape
    sums[:] = 0.0
    sector_sums[:] = 0.0
    for cell in range(weight.size):
        for state in range(states):
            value = weight[cell] * share[cell, state]
            sums[role[cell], icb[cell], state] += value
            sector_sums[role[cell], sector[cell], icb[cell], state] += value
    used = np.zeros((roles, sectors), dtype=np.bool_)
    for cell in range(weight.size):
        used[role[cell], sector[cell]] = True
    spread = work[0]
    sector_spread = work[1:]
    for kind in range(roles):
        spread[:] = 0.0
        for here in range(places):
            for there in range(places):
                factor = near[here, there]
                if factor > 0.0:
                    for state in range(states):
                        spread[here, state] += factor * sums[kind, there, state]
        for group in range(sectors):
            if used[kind, group]:
                sector_spread[group] = 0.0
                for here in range(places):
                    for there in range(places):
                        factor = near[here, there]
                        if factor > 0.0:
                            for state in range(states):
                                sector_spread[group, here, state] += factor * sector_sums[kind, group, there, state]
        for cell in range(weight.size):
            if role[cell] == kind:
                here, group = icb[cell], sector[cell]
                own = near[here, here] * same * weight[cell]
                for state in range(states):
                    found = spread[here, state] + (same - 1.0) * sector_spread[group, here, state]
                    incoming[cell, state] = max(weight[cell] * (found - own * share[cell, state]), 0.0)


@compiled
def rest(
    staff, target, moving, relative, retire, retiring, progress, ageing, entry, near, same, weight, within,
    icb, sector, role, roles, sectors, state_group, bands, following, passing, older, rounds, tolerance,
    extra, quitting, scale, mix, modelled, incoming,
):  # fmt: skip
    """One draw at rest.

    Args:
        staff, target: People, and leavers a month per person, by cell. moving: share of leavers who move to an employer
            that is modelled. within: the part of those who stay in their cell. entry: states of recruits from elsewhere.
            extra: who comes from courses less who leaves for what a course led to, by cell and state; quitting: the latter
            alone, by cell. scale, incoming: where the search starts.

    Returns:
        Rounds that were needed, or −1; fills `scale` (cell), `mix` (cell, state) and `modelled` (cell): share of those who
        leave without retiring who move to an employer that is modelled. A cell in which too many retire for that is told
        by `modelled` above 1.
    """
    cells, states = entry.shape
    places = near.shape[0]
    before = np.zeros((cells, states))
    share = np.zeros((cells, states))
    sums = np.empty((roles, places, states))
    sector_sums = np.empty((roles, sectors, places, states))
    work = np.empty((sectors + 1, places, states))
    done = np.zeros(cells, dtype=np.bool_)
    leave, inflow = np.empty(states), np.empty(states)
    for cell in range(cells):
        modelled[cell] = moving
    for turn in range(rounds):
        all_done = True
        for cell in range(cells):
            if done[cell]:
                continue
            if staff[cell] <= 0.0:
                inflow[:] = entry[cell]
                _cell(
                    scale[cell], relative, retire, retiring[cell], progress, ageing, 0.0, inflow, state_group, bands, following,
                    passing, older, mix[cell], leave,
                )  # fmt: skip
                mix[cell] /= mix[cell].sum()
                done[cell] = True
                continue
            hired = (target[cell] * staff[cell] - quitting[cell]) * (1.0 - moving * within[cell])
            arriving = incoming[cell].sum() + extra[cell].sum()
            for state in range(states):
                other = incoming[cell, state] + extra[cell, state]
                inflow[state] = (max(hired - arriving, 0.0) * entry[cell, state] + other) / hired
            back = min(modelled[cell], 1.0) * within[cell]
            total, gone, retired = _cell(
                scale[cell], relative, retire, retiring[cell], progress, ageing, back, inflow, state_group, bands, following,
                passing, older, mix[cell], leave,
            )  # fmt: skip
            rate = (gone + retired) / total + quitting[cell] / staff[cell]
            modelled[cell] = moving * (gone + retired) / gone
            change = 0.0
            for state in range(states):
                change = max(change, abs(incoming[cell, state] - before[cell, state]))
                share[cell, state] = 0.0
            for state in range(states):
                share[cell, following[state]] += leave[state] / gone
                mix[cell, state] /= total
            miss = math.log(rate / target[cell])
            if abs(miss) <= tolerance and change <= tolerance * hired and turn > 2:
                done[cell] = True
                continue
            all_done = False
            scale[cell] *= math.exp(-miss * _STEP)
        if all_done:
            return turn + 1
        before[:] = incoming
        _exchange(share, near, same, weight, icb, sector, role, sums, sector_sums, work, incoming)
    return -1
