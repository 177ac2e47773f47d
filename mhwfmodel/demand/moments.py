"""Waits by their first two moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.waits import BEYOND, WITHIN
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Waits"]


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """Waits by their first two moments; distributions are gamma ones with these.

    Args:
        number: Waits [people].
        days: Their sum [person-days].
        squares: Sum of their squares [person-days²].
    """

    number: Array
    days: Array
    squares: Array

    @property
    def mean(self) -> Array:
        """Mean wait [days]; NaN where nobody waits."""
        return _divide(self.days, self.number)

    def quantile(self, share: float) -> Array:
        """The wait that a share does not exceed [days]; NaN where nobody waits.

        Raises:
            MhwfError: A share that is not above 0 and below 1.
        """
        if not 0.0 < share < 1.0:
            raise MhwfError(Fault("share", f"has to be above 0 and below 1, not {share}"))
        from scipy.special import gammaincinv

        form, scale = self._gamma()
        return np.asarray(gammaincinv(form, share) * scale)

    def within(self, days: float = WITHIN) -> Array:
        """Share of waits of at most so many days; NaN where nobody waits."""
        from scipy.special import gammainc

        form, scale = self._gamma()
        return np.where(self.days > 0.0, gammainc(form, days / scale), np.where(self.number > 0.0, 1.0, np.nan))

    def beyond(self, days: float = BEYOND) -> Array:
        """Share of waits of more than so many days."""
        return 1.0 - self.within(days)

    def _gamma(self) -> tuple[Array, Array]:
        mean = self.mean
        variance = np.maximum(_divide(self.squares, self.number) - mean * mean, 2.0**-20 * mean * mean)
        with np.errstate(invalid="ignore", divide="ignore"):
            return mean * mean / variance, variance / mean


def _divide(over: Array, under: Array) -> Array:
    return np.asarray(np.divide(over, under, out=np.full(np.shape(over), np.nan), where=np.asarray(under) > 0.0))
