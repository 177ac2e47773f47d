"""Rates of arrival by month, season, day of the week and hour, as pieces over which they are constant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.pathway.calendar import Calendar, by_month
from mhwfmodel.pathway.parts import DAYS, Stream
from mhwfmodel.pathway.spans import DAYS_PER_MONTH, DAYS_PER_YEAR, HOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["per_day", "rate_pieces"]


def per_day(stream: Stream) -> float:
    """People a day before all factors; 0 for given times."""
    written = (
        (stream.per_day, 1.0),
        (stream.per_week, float(len(DAYS))),
        (stream.per_month, DAYS_PER_MONTH),
        (stream.per_year, DAYS_PER_YEAR),
    )
    return next((value / length for value, length in written if value is not None), 0.0)


def rate_pieces(stream: Stream, days: Calendar, scale: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When the rate changes, and the rate from then on.

    The rate is the stream's, times the factors of the month, the season, the day of the week and the hour. Pieces of
    the same rate that follow each other are one.

    Args:
        stream: A stream with a rate.
        days: The calendar.
        scale: Factor on the rate.

    Returns:
        Boundaries [days], the first 0, and rates [people/day].
    """
    months = by_month(stream.by_month, 1.0, days.labels) * per_day(stream) * scale
    if stream.season:
        months = months * np.asarray(stream.season)[days.of_year]
    if not stream.week and not stream.day:
        return _merged(days.edge[:-1].astype(np.float64), months)
    week = np.asarray([stream.week.get(name, 1.0) for name in DAYS])
    daily = months[days.month] * week[days.weekday]
    if not stream.day:
        return _merged(np.arange(len(daily), dtype=np.float64), daily)
    hourly = np.outer(daily, np.asarray(stream.day)).ravel()
    return _merged(np.arange(len(hourly), dtype=np.float64) / HOURS, hourly)


def _merged(time: NDArray[np.float64], rate: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kept = np.concatenate([[True], rate[1:] != rate[:-1]])
    return np.ascontiguousarray(time[kept]), np.ascontiguousarray(rate[kept])
