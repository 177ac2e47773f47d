"""How many servers of a pool are on duty, from which instant on: whole servers, the rest carried on.

A number that is not whole is made whole in a way that keeps its mean: after k steps, the servers of all steps together
are the sum of the numbers, rounded down. A step is a month for slots of a caseload, a day for other pools that are
always open, and an opening of a window for a pool with a rota (each window for itself).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway.calendar import Calendar, by_month, calendar
from mhwfmodel.pathway.parts import DAYS, Pool, Window
from mhwfmodel.pathway.spans import HOURS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["duty_pieces", "open_hours", "servers_by_month", "whole"]

_MINUTES = HOURS * 60
_NEARLY = 1e-9

Pieces = tuple["NDArray[np.float64]", "NDArray[np.int64]"]


def whole(numbers: ArrayLike) -> NDArray[np.int64]:
    """Whole numbers whose running sums are those of `numbers`, rounded down.

    Args:
        numbers: 0 or more, dims (step).
    """
    upto = np.floor(np.cumsum(np.asarray(numbers, dtype=np.float64)) + _NEARLY).astype(np.int64)
    return np.diff(upto, prepend=0)


def servers_by_month(pool: Pool, labels: tuple[str, ...]) -> NDArray[np.float64]:
    """Servers on duty while the pool is open, as the file says; dims (month), not rounded.

    Args:
        pool: The pool.
        labels: Months, `YYYY-MM`.
    """
    number = by_month(pool.by_month, pool.number, labels)
    if pool.kind == "slots":
        return number * (pool.slots_per_fte or 0.0)
    return number / pool.hours_open if pool.kind == "hours" else number


def open_hours(pool: Pool, start: str, months: int) -> NDArray[np.float64]:
    """Hours of duty of one server by month, dims (month): servers × these = hours of staff on duty.

    All hours of the month without a rota. With one, the hours of its windows that open in the month; a window with its
    own count weighs that count ÷ the pool's.

    Args:
        pool: The pool.
        start: First month.
        months: How many.
    """
    days = calendar(start, months)
    if not pool.rota:
        return np.diff(days.edge) * float(HOURS)
    hours = np.zeros(months)
    for window in pool.rota:
        opens = np.isin(days.weekday, _weekdays(window))
        hours += np.bincount(days.month[opens], minlength=months) * window.length * _weight(window, pool)
    return hours


def duty_pieces(pool: Pool, days: Calendar, servers: ArrayLike) -> Pieces:
    """When the number on duty changes, and the number from then on.

    Args:
        pool: The pool.
        days: The calendar.
        servers: Servers on duty while the pool is open, dims (month), not rounded.

    Returns:
        Boundaries [days], the first 0, and numbers. Where crews are replaced at the end of a shift (`overtime`), every
        beginning and end of a window is a boundary, else only changes of the number.

    Raises:
        MhwfError: Numbers of another shape, below 0 or not finite.
    """
    number = np.asarray(servers, dtype=np.float64)
    if number.shape != (len(days.labels),) or not np.isfinite(number).all() or (number < 0).any():
        message = f"servers on duty must be {len(days.labels)} finite numbers, one a month, 0 or more"
        raise MhwfError(message)
    if pool.rota:
        return _by_rota(pool, days, number)
    if pool.kind == "slots" or (number == np.floor(number)).all():
        return _merged(days.edge[:-1].astype(np.float64), whole(number))
    daily = whole(number[days.month])
    return _merged(np.arange(len(daily), dtype=np.float64), daily)


def _by_rota(pool: Pool, days: Calendar, number: NDArray[np.float64]) -> Pieces:
    end = int(days.edge[-1]) * _MINUTES
    times, changes = [np.zeros(1, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    for window in pool.rota:
        begins, month = _openings(window, days)
        size = whole(number[month] * _weight(window, pool))
        ends = begins + round(window.length * 60)
        times += [np.maximum(begins, 0), ends]
        changes += [size, -size]
    at = np.concatenate(times)
    order = np.argsort(at, kind="stable")
    instants, first = np.unique(at[order], return_index=True)
    on_duty = np.cumsum(np.add.reduceat(np.concatenate(changes)[order], first))
    inside = instants < end
    instants, on_duty = instants[inside], on_duty[inside]
    moments = instants.astype(np.float64) / _MINUTES
    return (moments, on_duty) if pool.at_shift_end == "overtime" else _merged(moments, on_duty)


def _openings(window: Window, days: Calendar) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Minutes at which a window opens, that of the day before the run included where it is still open at 0."""
    opens = np.flatnonzero(np.isin(days.weekday, _weekdays(window)))
    start = round(window.start_hour * 60)
    begins, month = opens * _MINUTES + start, days.month[opens]
    before = start - _MINUTES
    if (days.weekday[0] - 1) % len(DAYS) in _weekdays(window) and before + round(window.length * 60) > 0:
        begins, month = np.concatenate([[before], begins]), np.concatenate([[0], month])
    return begins.astype(np.int64), month.astype(np.int64)


def _weekdays(window: Window) -> list[int]:
    return [DAYS.index(name) for name in window.days]


def _weight(window: Window, pool: Pool) -> float:
    if window.count is None:
        return 1.0
    return window.count / pool.number if pool.number > 0 else 0.0


def _merged(time: NDArray[np.float64], number: NDArray[np.int64]) -> Pieces:
    kept = np.concatenate([[True], number[1:] != number[:-1]])
    return np.ascontiguousarray(time[kept]), np.ascontiguousarray(number[kept])
