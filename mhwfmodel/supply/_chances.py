# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled chances of a month: all edges of a group of nodes compete."""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.rng.compiling import compiled
from mhwfmodel.supply._rest import chances


@compiled
def fill_chances(
    scale, factor, relative, retire, retiring, progress, ageing, modelled, boundary, pull, within, give_up, passes,
    closing, looking, cell, state, track, last, leads, bands, out,
):  # fmt: skip
    """Write `out[kind, draw, group]`, kinds in the order of `workforce.EDGES`.

    Leaving, retiring, ageing and experience compete as hazards; what a track adds (giving it up, failing, passing on
    to another cell) is decided among those who take no other edge, so that it changes nothing about the others. Staff
    of an employer that closes are released whatever else they would have done: some look for another post, the others
    leave the sector.
    """
    four = np.empty(4)
    for row in range(out.shape[1]):
        shared = row if factor.shape[0] > 1 else 0
        for group in range(cell.size):
            here = cell[group]
            age, band = state[group] // bands, state[group] % bands
            changed = factor[shared, here, band]
            hazard = scale[row, here] * relative[row, state[group]] * changed
            retires = retiring[row, here] * retire[row, age] * changed
            to_modelled = modelled[row, here] * pull[row, here]
            ways = to_modelled + 1.0 - modelled[row, here]
            chances(hazard * ways, retires, progress[band], ageing[row, age], four)
            leaves = four[0] / ways if ways > 0.0 else 0.0
            out[0, row, group] = leaves * to_modelled * within[row, here]
            out[1, row, group] = leaves * to_modelled * (1.0 - within[row, here])
            out[2, row, group] = leaves * boundary[row, here]
            out[3, row, group] = leaves * (1.0 - modelled[row, here] - boundary[row, here])
            out[4, row, group] = four[1]
            out[5, row, group] = four[2]
            out[6, row, group] = four[3]
            out[7, row, group] = 0.0
            out[8, row, group] = 0.0
            out[9, row, group] = closing[here] * looking[row]
            line = track[group]
            if line > 0:
                rest = 1.0 - four[0] - four[1] - four[2] - four[3]
                stops = -math.expm1(-give_up[row, line])
                out[7, row, group] = rest * stops
                if last[group]:
                    done = rest * (1.0 - stops)
                    if leads[line]:
                        out[8, row, group] = done * passes[row, line]
                    else:
                        out[7, row, group] += done * (1.0 - passes[row, line])
            if closing[here] > 0.0:
                for kind in range(9):
                    out[kind, row, group] *= 1.0 - closing[here]
                out[3, row, group] += closing[here] * (1.0 - looking[row])
