# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled cohorts on a track, with the cells side by side, so that the loops over cells become vector code."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import borrowing, compiled


@borrowing
def _pass_on(people, p, way, node, back, goes_on, path):
    """Move the people of a node to the nodes of the month after."""
    ahead, up, old = path[way.ahead[node]], path[way.passing[node]], path[way.older[node]]
    p0, p1, p2, p3 = p[0], p[1], p[2], p[3]
    for cell in range(people.size):
        rest = 1.0 - p0[cell] - p1[cell] - p2[cell] - p3[cell]
        ahead[cell] += people[cell] * (rest * goes_on + p0[cell] * back[cell])
    for cell in range(people.size):
        up[cell] += people[cell] * p2[cell]
    for cell in range(people.size):
        old[cell] += people[cell] * p3[cell]


@compiled
def follow(way, chance, back, stops, passes, path, done):
    """Fill `path[node, cell]` from its first nodes on and `done[state, cell]` with who completes; see `courses.follow`.

    The last row of `path` takes what leads nowhere.
    """
    for node in range(way.last[0]):
        _pass_on(path[node], chance[way.group[node]], way, node, back, 1.0 - stops, path)
    completes = (1.0 - stops) * passes
    for at in range(way.last.size):
        node, into = way.last[at], done[way.done[at]]
        people, p = path[node], chance[way.group[node]]
        p0, p1, p2, p3 = p[0], p[1], p[2], p[3]
        for cell in range(people.size):
            into[cell] += people[cell] * (1.0 - p0[cell] - p1[cell] - p2[cell] - p3[cell]) * completes


@compiled
def place(state, here, on_track, most, busy, kept):
    """Scale those on tracks and put the rest on the plain states; see `courses.place`."""
    states, cells = here.shape
    busy[:] = 0.0
    for node in range(states, state.size):
        people, into = on_track[node], busy[state[node]]
        for cell in range(cells):
            into[cell] += people[cell]
    for now in range(states):
        for cell in range(cells):
            bound = here[now, cell] * most
            kept[now, cell] = bound / busy[now, cell] if busy[now, cell] > bound else 1.0
            on_track[now, cell] = here[now, cell] - busy[now, cell] * kept[now, cell]
    for node in range(states, state.size):
        people, factor = on_track[node], kept[state[node]]
        for cell in range(cells):
            people[cell] *= factor[cell]


@compiled
def whole(people, filled, uniform, first, stock, room):
    """Cut the running sums of each cell's nodes where its uniform says; see `courses.whole` and `fitting.cut`.

    `stock` is 0 before.
    """
    nodes, cells = people.shape
    scale, running, before, now = room[0], room[1], room[2], room[3]
    scale[:] = 0.0
    for node in range(nodes):
        for cell in range(cells):
            scale[cell] += people[node, cell]
    for cell in range(cells):
        scale[cell] = filled[cell] / scale[cell] if scale[cell] > 0.0 else 0.0
    running[:] = 0.0
    before[:] = 0.0
    for node in range(nodes):
        each = people[node]
        last = 1.0 if node == nodes - 1 else 0.0
        if last == 0.0 and not each.any():
            continue
        for cell in range(cells):
            running[cell] += each[cell]
            upto = max(min(running[cell] * scale[cell], filled[cell]), last * filled[cell])
            below = np.floor(upto)
            now[cell] = below + (1.0 if upto - below + uniform[cell] >= 1.0 else 0.0)
        for cell in range(cells):
            stock[first[cell] + node] = np.int32(now[cell] - before[cell])
        for cell in range(cells):
            before[cell] = now[cell]
