"""How many are busy when so many are present: the steady state of M/M/c+M turned round, as a table.

With *L* present on average in the steady state, *b* are in service: for each number of servers and each impatience that
is one curve, which the analytic pathway reads at each step. It is smooth in ℓ = (L − c) ÷ √c, in 1 ÷ √c and in the
logarithm of the impatience r = θ ÷ μ (Halfin and Whitt 1981; Garnett, Mandelbaum and Reiman 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand._fluid import FURTHEST, LEAST_FREE, LOWEST, NODES
from mhwfmodel.demand.erlang import erlang_b, erlang_c
from mhwfmodel.demand.queues.impatient import chances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Congestion", "congestion"]

_SERVERS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 26, 36, 48, 64, 100, 250, 1000, 4096)
"""Numbers of servers at which the curves are exact; in between they are interpolated in 1 ÷ √c, on each side of
`MANY` by itself."""

_LOG_R = (-14.0, 10.0)
"""Logarithms to base 2 of the least impatience and the greatest; at and below the least nobody gives up."""

_CURVE = 1200
"""Loads at which each curve is worked out."""


@dataclass(frozen=True, slots=True, eq=False)
class Congestion:
    """Curves over `NODES` points of asinh(ℓ ÷ 2), evenly from L = 0 to ℓ = `FURTHEST`.

    Args:
        inverse_root: 1 ÷ √c of the rows, descending, dims (servers).
        log_r: Logarithms to base 2 of θ ÷ μ, one apart, dims (impatience).
        curve: Logarithm of (c − b) ÷ √c, and the chance to wait, dims (servers, impatience, 2, node).
    """

    inverse_root: Array
    log_r: Array
    curve: Array


@cache
def congestion() -> Congestion:
    """The curves; worked out once in a process, in about a second."""
    log_r = np.arange(_LOG_R[0], _LOG_R[1] + 1.0)
    made = np.empty((len(_SERVERS), log_r.size, 2, NODES))
    for i, c in enumerate(_SERVERS):
        made[i] = _curves(c, log_r)
    return Congestion(1.0 / np.sqrt(np.array(_SERVERS, dtype=np.float64)), log_r, made)


def _curves(c: int, log_r: Array) -> Array:
    """Both curves of a number of servers, for each impatience, at the nodes."""
    root = np.sqrt(c)
    span = np.geomspace(LEAST_FREE / 2.0, min(root, -4.0 * LOWEST), _CURVE // 2)
    over = np.geomspace(root / _CURVE, 2.0 ** log_r[-1] * FURTHEST * root + root * FURTHEST, _CURVE // 2)
    even = np.linspace(0.0, c, _CURVE // 4)
    load = np.unique(np.concatenate([c - root * span, even, c + over]))
    load = load[load > 0.0]
    blocked, waits = erlang_b(c, load), erlang_c(c, load)
    below = load < c - root * LEAST_FREE / 4.0
    patient = _at_nodes(c, load[below], (waits * load)[below] / (c - load[below]), waits[below])
    made = [patient]
    for r in 2.0 ** log_r[1:]:
        waiting, gives_up = chances(c / r * np.ones(load.size), load / r, blocked)
        made.append(_at_nodes(c, load * (1.0 - gives_up), load * gives_up / r, waiting))
    return np.stack(made)


def _at_nodes(c: int, busy: Array, queue: Array, waits: Array) -> Array:
    """Logarithm of the free and the chance to wait, at the nodes."""
    from scipy.interpolate import Akima1DInterpolator

    root = np.sqrt(c)
    at = np.arcsinh((busy + queue - c) / root / 2.0)
    free = np.log(np.maximum((c - busy) / root, LEAST_FREE))
    if c <= LOWEST**2:
        nobody = (np.arcsinh(-root / 2.0), np.log(root), 0.0)
        at, free, waits = (np.insert(a, 0, v) for a, v in zip((at, free, waits), nobody, strict=True))
    keep = np.concatenate([[True], np.diff(np.maximum.accumulate(at)) > 0.0])
    nodes = np.linspace(np.arcsinh(max(-root, LOWEST) / 2.0), np.arcsinh(FURTHEST / 2.0), NODES)
    inside = np.clip(nodes, at[keep][0], at[keep][-1])
    return np.stack([Akima1DInterpolator(at[keep], values[keep])(inside) for values in (free, waits)])
