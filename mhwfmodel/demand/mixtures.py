"""Quantiles of several groups of waits together, of each of which five points are known.

Of a group are known its median, its 90th percentile, and how many waits took at most 28 days and more than 548.
Between these points, and beyond the last, the share that still waits is taken to fall by a constant rate; where nobody
waits so long, it falls on by the rate between median and 90th percentile. A group alone keeps its own quantiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.waits import BEYOND, WITHIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Values = NDArray[np.float64]

__all__ = ["mixture_quantile"]

_STEPS = 60
_LONGEST = 40_000.0
_LEAST = 1e-12


def mixture_quantile(waits: Mapping[str, Values], share: float) -> Values:
    """The wait that a share of all groups together waits at most.

    Args:
        waits: `number`, `within`, `beyond`, `median` and `p90` of each group, dims (…, group).
        share: 0.5 or 0.9.

    Returns:
        [days], dims (…); not a number where nobody waited.
    """
    number = np.asarray(waits["number"], dtype=np.float64)
    total = number.sum(axis=-1)
    own = waits["median"] if share == 0.5 else waits["p90"]
    alone = np.take_along_axis(np.asarray(own), number.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    several = (number > 0).sum(axis=-1) > 1
    found = np.where(total > 0, alone, np.nan)
    if several.any():
        groups = {name: np.asarray(values, dtype=np.float64)[several] for name, values in waits.items()}
        found[several] = _together(groups, share)
    return found


def _together(waits: Mapping[str, Values], share: float) -> Values:
    number = waits["number"]
    days, left = _points(waits, np.maximum(number, 1.0))
    low, high = np.zeros(len(number)), np.full(len(number), _LONGEST)
    wanted = (1.0 - share) * number.sum(axis=-1)
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        more = (number * _still(days, left, middle[:, None])).sum(axis=-1) > wanted
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return np.asarray(0.5 * (low + high))


def _points(waits: Mapping[str, Values], number: Values) -> tuple[Values, Values]:
    """Days and the logarithm of the share that waits longer, in order of days, dims (row, group, point)."""
    zero = np.zeros_like(number)
    days = np.stack(
        [zero, zero + WITHIN, np.nan_to_num(waits["median"]), np.nan_to_num(waits["p90"]), zero + BEYOND], axis=-1
    )
    left = np.stack(
        [zero + 1.0, 1.0 - waits["within"] / number, zero + 0.5, zero + 0.1, waits["beyond"] / number], axis=-1
    )
    known = np.log(np.maximum(left, _LEAST))
    fall = (known[..., 2:3] - known[..., 3:4]) / np.maximum(days[..., 3:4] - days[..., 2:3], _LEAST)
    on = known[..., 3:4] - fall * np.maximum(days - days[..., 3:4], 0.0)
    nobody = (left <= 0.0) & (days > days[..., 3:4])
    known = np.where(nobody, np.minimum(on, np.log(0.5 / number[..., None])), known)
    order = np.argsort(days, axis=-1, kind="stable")
    days, known = np.take_along_axis(days, order, -1), np.take_along_axis(known, order, -1)
    return days, np.minimum.accumulate(known, axis=-1)


def _still(days: Values, left: Values, day: Values) -> Values:
    """Share of each group that waits longer than a day."""
    last = days.shape[-1] - 2
    at = np.clip((days <= day[..., None]).sum(axis=-1) - 1, 0, last)[..., None]
    first, next_ = (np.take_along_axis(days, at + step, -1)[..., 0] for step in (0, 1))
    one, two = (np.take_along_axis(left, at + step, -1)[..., 0] for step in (0, 1))
    width = next_ - first
    part = np.divide(day - first, width, out=np.ones_like(width), where=width > 0)
    inside = one + np.minimum(part, 1.0) * (two - one)
    beyond = left[..., -1] / days[..., -1] * (day - days[..., -1])
    return np.asarray(np.exp(np.where(day > days[..., -1], left[..., -1] + beyond, inside)))
