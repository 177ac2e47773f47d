# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: whole people start a course."""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.rng.compiling import compiled


@compiled
def start(stock, plain, on_track, owed, spread, started):
    """Move those who start a course from their plain node to their first one on it, in proportion to who is there.

    Args:
        stock: People, dims (draw, node); changed in place.
        plain: Nodes that starters come from, dims (place, state).
        on_track: Nodes that they go to, likewise.
        owed: Whole starters that a place has had places for, less those who started, dims (draw, place).
        spread: Uniform at which the running sum over states is cut, dims (draw, place).
        started: Who has started, dims (draw, place); changed in place.
    """
    places, states = plain.shape
    running = np.empty(states)
    for row in range(stock.shape[0]):
        for place in range(places):
            able = 0.0
            for state in range(states):
                able += stock[row, plain[place, state]]
                running[state] = able
            number = min(max(owed[row, place], 0.0), able)
            if number <= 0.0:
                continue
            ratio, before = number / able, 0.0
            for state in range(states):
                upto = min(running[state] * ratio, number) if state < states - 1 else number
                below = math.floor(upto)
                whole = below + 1.0 if upto - below + spread[row, place] >= 1.0 else below
                moved = int(whole - before)
                stock[row, plain[place, state]] -= moved
                stock[row, on_track[place, state]] += moved
                before = whole
            started[row, place] += number
