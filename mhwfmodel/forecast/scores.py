"""How good a forecast was that came as draws: its score, and whether its intervals held what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["LEVELS", "Score", "central_interval", "crps", "score"]

LEVELS = (50, 80, 90)
"""Central intervals that are told [% of draws]."""


@dataclass(frozen=True, slots=True)
class Score:
    """One forecast beside what came.

    Args:
        crps: Continuous ranked probability score, in the unit of what was forecast; 0 is best.
        median: Median of the draws.
        intervals: Ends of the central intervals, in the order of `LEVELS`.
        covered: Whether each of them holds what came.
    """

    crps: float
    median: float
    intervals: tuple[tuple[float, float], ...]
    covered: tuple[bool, ...]

    @property
    def widths(self) -> tuple[float, ...]:
        """Widths of the intervals, in the order of `LEVELS`."""
        return tuple(high - low for low, high in self.intervals)


def crps(draws: ArrayLike, came: float) -> float:
    """Continuous ranked probability score of draws: `E|X − y| − ½ E|X − X'|` over the draws as they are.

    Of a single value it is the absolute error, so that a point forecast can stand beside.

    Args:
        draws: The forecast, dims (draw).
        came: What came, same unit.

    Returns:
        The score, in the unit of the draws.

    Raises:
        DataError: There are no draws, or one is no number.

    Source: Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation.
    """
    ordered = np.sort(_checked(draws))
    count = ordered.size
    # Each of the ordered draws is the larger one of as many pairs as stand before it.
    ranks = 2.0 * np.arange(count) - count + 1.0
    spread = float((ranks * ordered).sum()) / count**2
    return float(np.abs(ordered - came).mean()) - spread


def central_interval(draws: ArrayLike, level: float) -> tuple[float, float]:
    """Ends of the central interval that holds `level` per cent of the draws.

    Raises:
        DataError: There are no draws, or one is no number.
    """
    tail = (100.0 - level) / 200.0
    low, high = np.quantile(_checked(draws), (tail, 1.0 - tail))
    return float(low), float(high)


def score(draws: ArrayLike, came: float) -> Score:
    """Score one forecast; arguments and faults as of `crps`."""
    intervals = tuple(central_interval(draws, level) for level in LEVELS)
    return Score(
        crps=crps(draws, came),
        median=float(np.median(_checked(draws))),
        intervals=intervals,
        covered=tuple(low <= came <= high for low, high in intervals),
    )


def _checked(draws: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(draws, dtype=np.float64).ravel()
    if values.size == 0 or not np.isfinite(values).all():
        problem = "a forecast to be scored has no draws, or one that is no number; give one finite number or more"
        raise DataError(problem)
    return values
