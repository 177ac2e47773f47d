# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled chances of a month: all edges of a group of nodes compete."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from mhwfmodel.rng._kernels import decayed
from mhwfmodel.rng.compiling import borrowing, compiled, inlined

CELL, STATE, TRACK, LAST = range(4)
"""Columns of `Hazards.group`."""

BESIDE = 8
"""Numbers of a cell that stand beside each other: as many as come into the processor's cache at once."""

KINDS = 10
"""Kinds of edges, in the order of `workforce.EDGES`."""

_LEAST = 2.0**-1000
"""Below every sum of hazards that is not 0."""


@inlined
def competing(total):
    """Chance that any hazard happens of those that sum to `total`, and the chance of each per unit of it."""
    gone = decayed(total)
    return gone, gone / max(total, _LEAST)


@inlined
def on_track(none, stops, passes, leads, last, renews):
    """Who gives a track up or fails it, and who goes on to another cell, among those who take no other edge."""
    if not last:
        return none * stops, 0.0
    given_up = 0.0 if renews else stops
    done = none * (1.0 - given_up)
    if leads:
        return none * given_up, done * passes
    return none * given_up + done * (1.0 - passes), 0.0


@borrowing
def _totals(leaving, ways, retiring, by_band, each, retire, others, total):
    """Sum of the competing hazards by cell; cells lie side by side and there is no branch: this becomes vector code."""
    for cell in range(total.size):
        total[cell] = (leaving[cell] * each * ways[cell] + retiring[cell] * retire) * by_band[cell] + others


@borrowing
def _none(total, none):
    for cell in range(total.size):
        none[cell] = 1.0 - decayed(total[cell])


@borrowing
def _by_cell(scale, shared, retires, modelled, pull, leaving, ways, retiring):
    """What all groups of a cell share: hazards of leaving and retiring with their factor, and ways to leave."""
    for cell in range(leaving.size):
        leaving[cell] = scale[cell] * shared[cell]
        retiring[cell] = retires[cell] * shared[cell]
        ways[cell] = modelled[cell] * pull[cell] + 1.0 - modelled[cell]


@borrowing
def _side_by_side(leaving, retiring, modelled, pull, within, boundary, closing, beside):
    """Put what is known of a cell into one row."""
    for cell in range(leaving.size):
        beside[cell, 0], beside[cell, 1] = leaving[cell], retiring[cell]
        beside[cell, 2], beside[cell, 3] = modelled[cell], modelled[cell] * pull[cell]
        beside[cell, 4], beside[cell, 5], beside[cell, 6] = within[cell], boundary[cell], closing[cell]


@borrowing
def _by_group(none, closing, stops, passes, leads, renews, group, reach):
    """Who takes any edge of each group, given who takes none of those that compete, dims (state, cell)."""
    for at in range(reach.size):
        cell, on = group[at, CELL], group[at, TRACK]
        stays = none[group[at, STATE], cell]
        if on > 0:
            last = group[at, LAST] > 0
            switch, qualify = on_track(stays, stops[on], passes[on], leads[on], last, renews[on])
            stays = max(stays - switch - qualify, 0.0)
        reach[at] = 1.0 - stays * (1.0 - closing[cell])


Room = namedtuple("Room", "leaving ways retiring total none beside")
"""Room to work in, by cell and by state and cell; `beside` holds what `fill_reach` knows of a cell for `fill_rows`."""


@compiled
def room_of_chances(states, cells):
    """Room to work in for `fill_reach`, which makes no array."""
    return Room(
        np.empty(cells), np.empty(cells), np.empty(cells), np.empty(cells), np.empty((states, cells)),
        np.empty((cells, BESIDE)),
    )  # fmt: skip


@borrowing
def fill_reach(row, rates, reach, room):
    """Write `reach[group]`: the chance to take any edge; and `room.beside`, which `fill_rows` reads."""
    bands, states = rates.progress.size, rates.relative.shape[1]
    leaving, ways, retiring, total, none, beside = room
    _by_cell(
        rates.scale[row], rates.shared[row], rates.retiring[row], rates.modelled[row], rates.pull[row], leaving, ways,
        retiring,
    )  # fmt: skip
    _side_by_side(
        leaving, retiring, rates.modelled[row], rates.pull[row], rates.within[row], rates.boundary[row], rates.closing,
        beside,
    )  # fmt: skip
    for state in range(states):
        band, age = state % bands, state // bands
        _totals(
            leaving, ways, retiring, rates.by_band[row if rates.by_band.shape[0] > 1 else 0, band],
            rates.relative[row, state], rates.retire[row, age], rates.progress[band] + rates.ageing[row, age], total,
        )  # fmt: skip
        _none(total, none[state])
    _by_group(none, rates.closing, rates.stops[row], rates.passes[row], rates.leads, rates.renews, rates.group, reach)


@borrowing
def _competing(row, rates, at, number, beside, out, none):
    """Write the chances of the first seven kinds of edges of some groups, and `none` of them."""
    by_band, relative, retire = rates.by_band, rates.relative[row], rates.retire[row]
    ageing, progress, group = rates.ageing[row], rates.progress, rates.group
    bands, any_draw = progress.size, row if by_band.shape[0] > 1 else 0
    for e in range(number):
        cell, state = group[at[e], CELL], group[at[e], STATE]
        band, age = state % bands, state // bands
        factor, modelled, to_modelled = by_band[any_draw, band, cell], beside[cell, 2], beside[cell, 3]
        hazard, retires = beside[cell, 0] * relative[state] * factor, beside[cell, 1] * retire[age] * factor
        total = hazard * (to_modelled + 1.0 - modelled) + retires + progress[band] + ageing[age]
        gone, share = competing(total)
        leaves = hazard * share
        moves, boundary = leaves * to_modelled, beside[cell, 5]
        out[e, 0], out[e, 1] = moves * beside[cell, 4], moves * (1.0 - beside[cell, 4])
        out[e, 2], out[e, 3] = leaves * boundary, leaves * max(1.0 - modelled - boundary, 0.0)
        out[e, 4], out[e, 5], out[e, 6] = retires * share, progress[band] * share, ageing[age] * share
        none[e] = 1.0 - gone


@borrowing
def fill_rows(row, rates, at, number, beside, out, none):
    """Write `out[e, kind]`, the chances of all kinds of edges of the first `number` groups `at[e]`.

    `beside` is of `fill_reach`; `none` is room for as many.
    """
    _competing(row, rates, at, number, beside, out, none)
    stops, passes, leads, renews = rates.stops[row], rates.passes[row], rates.leads, rates.renews
    group, looking = rates.group, rates.looking[row]
    for e in range(number):
        on, closing = group[at[e], TRACK], beside[group[at[e], CELL], 6]
        out[e, 7] = out[e, 8] = out[e, 9] = 0.0
        if on > 0:
            last = group[at[e], LAST] > 0
            out[e, 7], out[e, 8] = on_track(none[e], stops[on], passes[on], leads[on], last, renews[on])
        if closing > 0.0:
            for kind in range(9):
                out[e, kind] *= 1.0 - closing
            out[e, 3] += closing * (1.0 - looking)
            out[e, 9] = closing * looking


@compiled
def fill_chances(rates, any_of, out):
    """Write `out[draw, group, kind]` for all groups, and `any_of[draw, group]`, the chance to take any edge."""
    room = room_of_chances(rates.relative.shape[1], rates.scale.shape[1])
    every, none = np.empty(rates.group.shape[0], np.int32), np.empty(rates.group.shape[0])
    for group in range(every.size):
        every[group] = group
    for row in range(out.shape[0]):
        fill_reach(row, rates, any_of[row], room)
        fill_rows(row, rates, every, every.size, room.beside, out[row], none)
