# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled cohorts on a track: who is still on it, month by month, when so many start."""

from __future__ import annotations

from mhwfmodel.rng.compiling import compiled


@compiled
def _step(now, ahead, p, back, gives_up, following, passing, older, state_group):
    for state in range(now.size):
        people = now[state]
        if people > 0.0:
            leaves, retires, passes, ages = p[state_group[state]]
            rest = 1.0 - leaves - retires - passes - ages
            ahead[following[state]] += people * (rest * (1.0 - gives_up) + leaves * back)
            if passing[state] >= 0:
                ahead[passing[state]] += people * passes
            if older[state] >= 0:
                ahead[older[state]] += people * ages


@compiled
def follow(start, chance, back, give_up, following, passing, older, state_group, path):
    """Write `path[draw, cell, month, state]`: who of a cohort is on a track at the start of each of its months.

    `chance[draw, cell, group]` are the chances of leaving, retiring, passing on in experience and in age; `back` is the
    share of leavers who start again in the same cell and so stay on the track; `give_up` is the chance of giving it up
    among those who take no other edge.
    """
    for draw in range(path.shape[0]):
        for cell in range(path.shape[1]):
            path[draw, cell, 0] = start[draw, cell]
            for month in range(path.shape[2] - 1):
                _step(
                    path[draw, cell, month], path[draw, cell, month + 1], chance[draw, cell], back[draw, cell],
                    give_up[draw], following, passing, older, state_group,
                )  # fmt: skip
