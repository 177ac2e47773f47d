"""Money of later months at what it is worth today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue import GREEN_BOOK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["UNDISCOUNTED", "month_factors", "present_value"]

UNDISCOUNTED = "none"
"""In place of a version: a pound of any year counts as a pound."""


def month_factors(months: int, version: str = GREEN_BOOK) -> Array:
    """What a pound of each month is worth at the start, dims (month).

    The first twelve months are year 0 and count in full; the next twelve are year 1, and so on.

    Args:
        months: How many.
        version: Of the discount rates, or `none`.

    Raises:
        DataError: No such version.
    """
    if version == UNDISCOUNTED:
        return np.ones(months)
    return catalogue.discount_factor(np.arange(months) // units.MONTHS_PER_YEAR, version)


def present_value(pounds: Array, version: str = GREEN_BOOK) -> Array:
    """The worth at the start of what is spent month by month.

    Args:
        pounds: Dims (…, month) [GBP/month].
        version: Of the discount rates, or `none`.

    Returns:
        Dims (…) [GBP].
    """
    return np.asarray(pounds @ month_factors(pounds.shape[-1], version), dtype=np.float64)
