"""Rates that vary in time, and nobody waits: M(t)/G/∞."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.queues._given import above_zero, at_least_zero
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["mean_present", "mean_present_exponential"]

_POINTS = 32
"""Points of the Gauss-Legendre rule in each panel."""


def mean_present(
    at: ArrayLike,
    rate: Callable[[Array], Array],
    survival: Callable[[Array], Array],
    edges: ArrayLike,
) -> Array:
    """Mean number present of M(t)/G/∞: m(t) = ∫ λ(t − u) (1 − F(u)) du. The number is Poisson with this mean.

    The integral is a Gauss-Legendre sum over each panel of `edges`: exact to 1e-12 where rate and survival are smooth
    inside a panel that is no longer than the time in which they change.

    Args:
        at: Times t, any dims.
        rate: λ of an array of times [people/time].
        survival: 1 − F of an array of durations u: the chance that a stay is longer.
        edges: Ends of the panels of u [time], ascending from 0, the last where the survival has become nothing; dims
            (panel + 1). Kinks of the survival have to be among them.

    Returns:
        m(t) [people], dims of `at`.

    Raises:
        MhwfError: Edges that do not ascend from 0, or a rate or survival below 0.

    Source: Eick, Massey and Whitt 1993, The physics of the M(t)/G/∞ queue.
    """
    ends = np.asarray(edges, dtype=np.float64)
    if ends.ndim != 1 or ends.size < 2 or ends[0] != 0.0 or np.any(np.diff(ends) <= 0.0):
        raise MhwfError(Fault("edges", "have to ascend from 0"))
    node, weight = np.polynomial.legendre.leggauss(_POINTS)
    half = np.diff(ends) / 2.0
    u = (ends[:-1, None] + half[:, None] * (1.0 + node)).ravel()
    stays = at_least_zero(survival(u), "survival") * (half[:, None] * weight).ravel()
    when = np.asarray(at, dtype=np.float64)
    return np.asarray(at_least_zero(rate(when[..., None] - u), "rate") @ stays)


def mean_present_exponential(
    at: ArrayLike, edges: ArrayLike, rates: ArrayLike, mean_stay: float, start: float = 0.0
) -> Array:
    """Mean number present of M(t)/M/∞ where the rate is constant between edges; exact.

    Args:
        at: Times from the first edge on, any dims.
        edges: Times from which a rate holds, ascending, dims (segment).
        rates: λ from each edge on, the last for good [people/time], dims (segment).
        mean_stay: Mean stay [time], above 0.
        start: Present at the first edge [people].

    Returns:
        m(t) [people], dims of `at`.

    Raises:
        MhwfError: Edges that do not ascend, not one rate an edge, or a time before the first edge.
    """
    ends, rate = np.asarray(edges, dtype=np.float64), at_least_zero(rates, "rates")
    if ends.shape != rate.shape or ends.ndim != 1 or np.any(np.diff(ends) <= 0.0):
        raise MhwfError(Fault("edges", "have to ascend, one a rate"))
    stay = float(above_zero(mean_stay, "mean stay"))
    present = np.empty(ends.size)
    present[0] = at_least_zero(start, "start")
    for i, length in enumerate(np.diff(ends)):
        level = rate[i] * stay
        present[i + 1] = level + (present[i] - level) * np.exp(-length / stay)
    when = np.asarray(at, dtype=np.float64)
    if np.any(when < ends[0]):
        raise MhwfError(Fault("at", "a time before the first edge"))
    k = np.searchsorted(ends, when, side="right") - 1
    level = rate[k] * stay
    return np.asarray(level + (present[k] - level) * np.exp(-(when - ends[k]) / stay))
