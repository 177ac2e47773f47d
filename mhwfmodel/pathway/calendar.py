"""The months of a run in days: real months and days of the week; every day has 24 hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.units import add_months, month_index, month_range, parse_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Calendar", "by_month", "calendar"]

_WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Days of a run.

    Args:
        labels: Months, `YYYY-MM`.
        edge: First days of the months, and the day after the last; dims (month + 1), int64, the first 0.
        month: Month of each day, from 0; dims (day), int64.
        of_year: Month of the year of each month, January 0; dims (month), int64.
        weekday: Day of the week of each day, Monday 0; dims (day), int64.
    """

    labels: tuple[str, ...]
    edge: NDArray[np.int64]
    month: NDArray[np.int64]
    of_year: NDArray[np.int64]
    weekday: NDArray[np.int64]


def calendar(start: str, months: int) -> Calendar:
    """The calendar of so many months from a first one on.

    Args:
        start: First month, `YYYY-MM`.
        months: How many, at least 1.

    Raises:
        MhwfError: A label that is no month.
    """
    labels = month_range(start, months)
    first = [date(*parse_month(label), 1).toordinal() for label in (*labels, add_months(start, months))]
    edge = np.asarray(first, dtype=np.int64) - first[0]
    weekday = date(*parse_month(start), 1).weekday()
    return Calendar(
        labels,
        edge,
        np.repeat(np.arange(months, dtype=np.int64), np.diff(edge)),
        np.asarray([parse_month(label)[1] - 1 for label in labels], dtype=np.int64),
        (np.arange(edge[-1], dtype=np.int64) + weekday) % _WEEK,
    )


def by_month(given: Mapping[str, float], before: float, labels: tuple[str, ...]) -> NDArray[np.float64]:
    """Values that hold from a month on, as one value a month.

    Args:
        given: First month to value.
        before: The value before the first of them.
        labels: Months of the run.

    Returns:
        Dims (month).
    """
    steps = sorted((month_index(label), value) for label, value in given.items())
    values = np.full(len(labels), before, dtype=np.float64)
    first = month_index(labels[0])
    for index, value in steps:
        values[max(index - first, 0) :] = value
    return values
