"""Steady states of chains that step up and down by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["steady"]


def steady(up: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances of the states 0 … n of a birth-death chain.

    Sums of logarithms, from which the greatest is taken off, so that nothing overflows.

    Args:
        up: Rate from state i to i + 1, dims (n).
        down: Rate from state i + 1 to i, above 0, dims (n).

    Returns:
        Dims (n + 1), with sum 1.
    """
    with np.errstate(divide="ignore"):
        log = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
    weight = np.exp(log - log.max())
    chances: NDArray[np.float64] = weight / weight.sum()
    return chances
