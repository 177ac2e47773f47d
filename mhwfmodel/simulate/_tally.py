# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled counts of a month's stock by cell."""

from __future__ import annotations

from mhwfmodel.rng.compiling import compiled


@compiled
def tally(stock, cell, band, old, status, released, bands, aged, counts):
    """Count people by cell: by experience, aged 55 and over, and on tracks.

    `status[node]` is the number of the node's track, 0 for none; `released[draw, track]` the share of time it takes.
    `counts[track, draw, cell]` are the people on each track, at 0 those whom a course takes, as full-time posts of
    time.
    """
    for row in range(stock.shape[0]):
        for node in range(stock.shape[1]):
            people = stock[row, node]
            if people > 0:
                here = cell[node]
                bands[row, here, band[node]] += people
                if old[node]:
                    aged[row, here] += people
                line = status[node]
                if line > 0:
                    counts[line, row, here] += people
                    counts[0, row, here] += people * released[row, line]
