# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled sums of the parts of stages, with the draws of each side by side."""

from __future__ import annotations

from mhwfmodel.rng.compiling import compiled


@compiled
def added(values, to, out):
    """Add parts up to the wholes that they are of.

    Args:
        values: Dims (draw, part, class).
        to: Whole of each part, negative where it is of none, dims (part).
        out: What the parts are added to, dims (whole, class, draw).
    """
    for part in range(to.size):
        if to[part] < 0:
            continue
        for kind in range(values.shape[2]):
            for draw in range(values.shape[0]):
                out[to[part], kind, draw] += values[draw, part, kind]
