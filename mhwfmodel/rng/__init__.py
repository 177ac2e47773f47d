"""The only place that makes random numbers: counter-based Philox-4x32-10.

A random number is a function of what it is for, never of what was drawn before. The 128-bit counter holds

| word | bits | content |
|---|---|---|
| 0 | 32 | draw |
| 1 | 32 | month since the year 0, or 0 for what does not depend on time |
| 2 | 32 | entity: the stable id of a cell's state, a cell or a parameter, made of catalogue ids |
| 3 | 8 high | line: what an entity's people are on beside their post, 0 for nothing |
| 3 | 8 | purpose, `Purpose` below; parameters and noise never share one |
| 3 | 16 low | block of the decision: `decision >> 1`; its low bit says which half of the block |

and the 64-bit key is the seed. So the same seed gives the same bits whatever the threads, blocks and order; draws 0 to
99 of 200 are the draws of a run of 100; and a lever leaves every other random number as it was. Counts come from one
uniform each by a monotone quantile function.

Source: Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "MAX_DRAWS",
    "MAX_SEED",
    "Purpose",
    "binomial",
    "competing",
    "each",
    "one_minus_exp",
    "poisson",
    "uniform",
]

MAX_SEED = 2**63 - 1
MAX_DRAWS = 2**32


class Purpose(IntEnum):
    """What a random number decides. A number is never given to another purpose."""

    PARAMETER = 1
    ROUND_STOCK = 2
    ROUND_POSTS = 3
    DRIVER = 4
    LEAVE = 16
    RECRUIT = 17
    ENTER = 18
    ARRIVE = 19
    ROUND_PLACES = 20
    SEEK = 21
    POOL = 22
    START = 23
    SHOCK = 24
    GAP = 32
    STAY = 33
    ROUTE = 34
    PRESENT = 35


def uniform(
    seed: int,
    draws: NDArray[np.uint32],
    entities: NDArray[np.uint32],
    purpose: Purpose,
    *,
    time: int = 0,
    decision: int = 0,
) -> NDArray[np.float64]:
    """Uniforms in [0, 1) with 53 bits.

    Args:
        seed: Key, 0 to 2**63 − 1.
        draws: Draw numbers, dims (draw).
        entities: Stable ids of what is decided about, dims (entity).
        purpose: What the number decides.
        time: Month since year 0, or 0.
        decision: Which decision of the same entity, purpose and month, 0 to 131 071.

    Returns:
        Dims (draw, entity).
    """
    from mhwfmodel.rng import _fills

    out = np.empty((draws.size, entities.size))
    _fills.fill_uniforms(seed, draws, time, entities, int(purpose), decision, out)
    return out


def binomial(
    seed: int,
    draws: NDArray[np.uint32],
    entities: NDArray[np.uint32],
    purpose: Purpose,
    n: NDArray[np.int64],
    p: NDArray[np.float64],
    column: NDArray[np.int64] | None = None,
    *,
    time: int = 0,
    decision: int = 0,
) -> NDArray[np.int64]:
    """Binomial counts, each by inversion of its own uniform.

    Args:
        seed: Key, 0 to 2**63 − 1.
        draws: Draw numbers, dims (draw).
        entities: Stable ids, dims (entity).
        purpose: What the number decides.
        n: Trials, dims (draw, entity). Nothing is drawn where it is 0.
        p: Chances, dims (draw, column).
        column: Which column of `p` an entity reads, dims (entity); its own when left out.
        time: Month since year 0, or 0.
        decision: Which decision of the same entity, purpose and month.

    Returns:
        Successes, dims (draw, entity).
    """
    from mhwfmodel.rng import _fills

    columns = np.arange(entities.size) if column is None else column
    out = np.zeros(n.shape, dtype=np.int64)
    _fills.fill_binomials(seed, draws, time, entities, int(purpose), decision, n, p, columns, out)
    return out


def competing(
    seed: int,
    draws: NDArray[np.uint32],
    entities: NDArray[np.uint32],
    purpose: Purpose,
    n: NDArray[np.int64],
    p: NDArray[np.float64],
    column: NDArray[np.int64],
    lines: NDArray[np.int64] | None = None,
    any_of: NDArray[np.float64] | None = None,
    *,
    time: int = 0,
) -> NDArray[np.int64]:
    """Multinomial counts: how many of `n` take each of several competing ways, the others staying.

    How many go at all is decided first (decision 0). Where there are more than two ways and each who goes chooses,
    decision j + 1 says which way goer j takes; otherwise it says how many of those left take way j. Each chooses when
    one goes, or when up to 64 go and more than two ways have a chance. Nothing more is drawn where nobody goes.

    Args:
        seed: Key, 0 to 2**63 − 1.
        draws: Draw numbers, dims (draw).
        entities: Stable ids, dims (entity).
        purpose: What is decided.
        n: People, dims (draw, entity).
        p: Joint chances, dims (way, draw, column); they sum to 1 at most over ways.
        column: Which column of `p` an entity reads, dims (entity).
        lines: Line of each entity, dims (entity), 0 to 255; all 0 when left out.
        any_of: Chance to take any way, dims (draw, column), when it is known better than as the sum of `p`.
        time: Month since year 0, or 0.

    Returns:
        Counts, dims (way, draw, entity).
    """
    from mhwfmodel.rng import _fills

    out = np.zeros((p.shape[0], *n.shape), dtype=np.int64)
    chosen = np.zeros(entities.size, dtype=np.int64) if lines is None else lines
    reach = np.add.reduce(p) if any_of is None else any_of
    _fills.fill_competing(seed, draws, time, entities, chosen, int(purpose), n, p, reach, column, out)
    return out


def poisson(
    seed: int,
    draws: NDArray[np.uint32],
    entities: NDArray[np.uint32],
    purpose: Purpose,
    mean: NDArray[np.float64],
    *,
    time: int = 0,
    decision: int = 0,
) -> NDArray[np.int64]:
    """Poisson counts, each by inversion of its own uniform; dims as in `binomial`, mean (draw, entity)."""
    from mhwfmodel.rng import _fills

    out = np.empty(mean.shape, dtype=np.int64)
    _fills.fill_poissons(seed, draws, time, entities, int(purpose), decision, mean, out)
    return out


def each(
    seed: int,
    draws: NDArray[np.uint32],
    entities: NDArray[np.uint32],
    purpose: Purpose,
    decisions: NDArray[np.int64],
    lines: NDArray[np.int64] | None = None,
    *,
    time: int = 0,
) -> NDArray[np.float64]:
    """Uniforms of single decisions, one by one.

    Args:
        seed: Key, 0 to 2**63 − 1.
        draws: Draw of each, dims (decision).
        entities: Stable id of what each is about, dims (decision).
        purpose: What they decide.
        decisions: Number of each, 0 to 131 071, dims (decision).
        lines: Line of each, dims (decision), 0 to 255; all 0 when left out.
        time: Month since year 0, or 0.

    Returns:
        Dims (decision).
    """
    from mhwfmodel.rng import _fills

    out = np.empty(decisions.size)
    chosen = np.zeros(decisions.size, dtype=np.int64) if lines is None else lines
    _fills.fill_each(seed, draws, time, entities, chosen, int(purpose), decisions, out)
    return out


def one_minus_exp(hazard: NDArray[np.float64]) -> NDArray[np.float64]:
    """`1 − exp(−hazard)`, accurate for small hazards and the same bits in every evaluator."""
    from mhwfmodel.rng import _fills

    flat = np.ascontiguousarray(hazard, dtype=np.float64)
    out = np.empty_like(flat)
    _fills.fill_decayed(flat.reshape(-1), out.reshape(-1))
    return out
