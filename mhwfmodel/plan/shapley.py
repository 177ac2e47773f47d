"""Which share of a difference each part has: Shapley's value over all subsets, or one part after the other.

A game gives a value v(S) to every subset S of its parts. Shapley's share of part i is what it adds when the parts come
one after the other, on average over all orders:

    share(i) = Σ_S |S|! (n − |S| − 1)! / n! · (v(S + i) − v(S)),  over the subsets S without i.

It is the only way to share that adds up to v(all) − v(none), gives nothing to a part that never changes a value, and
the same to parts that do the same.

Source:
    Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["MOST", "Method", "Split", "shares", "split"]

Method = Literal["shapley", "ordered"]

MOST = 6
"""Parts of which all subsets are told: 64 of them. Beyond, parts come one after the other."""

_BITS, _LEAST = 45, -900


@dataclass(frozen=True, slots=True)
class Split:
    """Which subsets are needed, and how their values are weighed.

    Args:
        method: `shapley`, or `ordered`: each part is told what it adds to those before it.
        subsets: A number each, of which bit i says that part i is in it: none and all, every part alone, and others.
        weights: Whole numbers, dims (subset, part).
        divisor: What the weighed sums are divided by.
    """

    method: Method
    subsets: tuple[int, ...]
    weights: NDArray[np.int64]
    divisor: int


def split(parts: int, most: int = MOST) -> Split:
    """How a difference is shared between some parts.

    Args:
        parts: How many, 1 or more.
        most: Up to so many by all subsets.
    """
    if parts <= most:
        subsets = tuple(range(2**parts))
        weights = [[_weight(subset, part, parts) for part in range(parts)] for subset in subsets]
        return Split("shapley", subsets, np.array(weights, dtype=np.int64), factorial(parts))
    chain = [2**size - 1 for size in range(parts + 1)]
    alone = [2**part for part in range(parts)]
    subsets = tuple(dict.fromkeys([*chain, *alone]))
    table = np.zeros((len(subsets), parts), dtype=np.int64)
    for part in range(parts):
        table[subsets.index(chain[part + 1]), part] = 1
        table[subsets.index(chain[part]), part] = -1
    return Split("ordered", subsets, table, 1)


def _weight(subset: int, part: int, parts: int) -> int:
    size = subset.bit_count()
    if subset >> part & 1:
        return factorial(size - 1) * factorial(parts - size)
    return -factorial(size) * factorial(parts - size - 1)


def shares(weighed: Table, divisor: int, difference: Table) -> Table:
    """Shares that add up to the difference to the last bit, in whatever order they are added.

    Thirds have no end in binary numbers. So each share is rounded to the same small step, 2⁻⁴⁵ of the largest of them,
    and the largest share takes what that leaves over. This is exact for values in single precision, as results have
    them, unless one of them is a ten-millionth of another; else the sum is within a few steps.

    Args:
        weighed: Sums of values by the weights of a `Split`, dims (part, …).
        divisor: Of the split.
        difference: Value of all parts together less that of none, dims (…).
    """
    raw = weighed / divisor
    _, exponent = np.frexp(np.maximum(np.abs(raw).max(axis=0), np.abs(difference)))
    step = np.ldexp(1.0, np.maximum(exponent, _LEAST) - _BITS)
    found: Table = np.rint(raw / step) * step
    largest = np.abs(found).argmax(axis=0)[None]
    rest = difference - found.sum(axis=0)
    np.put_along_axis(found, largest, np.take_along_axis(found, largest, axis=0) + rest, axis=0)
    return found
