# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled chances of a month: all edges of a group of nodes compete."""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.rng.compiling import compiled
from mhwfmodel.supply._rest import chances


@compiled
def _track(rest, stops, passes, leads, last):
    """Who gives a track up or fails it, and who goes on to another cell, among those who take no other edge."""
    if not last:
        return rest * stops, 0.0
    done = rest * (1.0 - stops)
    return (rest * stops, done * passes) if leads else (rest * stops + done * (1.0 - passes), 0.0)


@compiled
def _competing(hazard, to_modelled, modelled, boundary, within, retires, progress, ageing, four, known):
    """Write the chances of the competing edges of a group to `known`, and of taking none of them after these."""
    ways = to_modelled + 1.0 - modelled
    chances(hazard * ways, retires, progress, ageing, four)
    leaves = four[0] / ways if ways > 0.0 else 0.0
    known[0] = leaves * to_modelled * within
    known[1] = leaves * to_modelled * (1.0 - within)
    known[2] = leaves * boundary
    known[3] = leaves * max(1.0 - modelled - boundary, 0.0)
    known[4], known[5], known[6] = four[1], four[2], four[3]
    known[7] = 1.0 - four[0] - four[1] - four[2] - four[3]


@compiled
def fill_chances(
    scale, factor, relative, retire, retiring, progress, ageing, modelled, boundary, pull, within, give_up, passes,
    closing, looking, cell, state, track, last, leads, renews, bands, out,
):  # fmt: skip
    """Write `out[draw, group, kind]`, kinds in the order of `workforce.EDGES`.

    Leaving, retiring, ageing and experience compete as hazards; what a track adds (giving it up, failing, passing on
    to another cell) is decided among those who take no other edge, so that it changes nothing about the others. In the
    last month of a track that `renews`, nobody changes over to its other one. Staff of an employer that closes are
    released whatever else they would have done: some look for another post, the others leave the sector.
    """
    known, four = np.zeros((relative.shape[1], 8)), np.empty(4)
    for row in range(out.shape[0]):
        shared, here = row if factor.shape[0] > 1 else 0, -1
        for group in range(cell.size):
            at = state[group]
            if cell[group] != here:
                here = cell[group]
                known[:, 0] = -1.0
                to_modelled = modelled[row, here] * pull[row, here]
            if known[at, 0] < 0.0:
                changed = factor[shared, here, at % bands]
                retires = retiring[row, here] * retire[row, at // bands] * changed
                _competing(
                    scale[row, here] * relative[row, at] * changed, to_modelled, modelled[row, here],
                    boundary[row, here], within[row, here], retires, progress[at % bands], ageing[row, at // bands],
                    four, known[at],
                )  # fmt: skip
            line = track[group]
            switch = qualify = 0.0
            if line > 0:
                stops = 0.0 if last[group] and renews[line] else -math.expm1(-give_up[row, line])
                switch, qualify = _track(known[at, 7], stops, passes[row, line], leads[line], last[group])
            stays = 1.0 - closing[here]
            for kind in range(7):
                out[row, group, kind] = known[at, kind] * stays
            out[row, group, 3] += closing[here] * (1.0 - looking[row])
            out[row, group, 7], out[row, group, 8] = switch * stays, qualify * stays
            out[row, group, 9] = closing[here] * looking[row]
