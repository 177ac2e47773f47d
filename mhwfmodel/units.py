"""Units, rates and months: the only place where a rate is turned into a probability or a hazard.

A *turnover rate* is leavers of the employer over twelve months per person in post [1/year]. It is a rate and may
exceed 1. A *hazard* is an instantaneous rate [1/month]; hazards compete. A *probability* is the chance that a person
who is there when the month opens has gone when it ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mhwfmodel.errors import MhwfError

__all__ = [
    "MONTHS_PER_YEAR",
    "add_months",
    "annual_probability_to_hazard",
    "annual_probability_to_monthly",
    "competing_probabilities",
    "fill_probability",
    "financial_year",
    "hazard_to_probability",
    "key_months",
    "month_index",
    "month_range",
    "parse_month",
    "probability_to_hazard",
    "rate_to_hazard",
    "turnover_to_hazard",
    "turnover_to_probability",
    "vacancies_from_rate",
    "vacancy_duration",
]

MONTHS_PER_YEAR = 12
_YEARS_ON = (1, 3, 5, 10)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_LAST_YEAR = 9999

Number = TypeVar("Number", float, NDArray[np.float64])


def turnover_to_probability(turnover: Number) -> Number:
    """Monthly leaver probability of a constant stock whose turnover rate is given.

    Args:
        turnover: Leavers over twelve months per person in post [1/year], 0 to 12.

    Returns:
        Probability of leaving the employer in one month [1/month]: the rate over twelve, because every leaver is
        replaced and the stock that is left behind does not shrink.

    Raises:
        MhwfError: A rate below 0, above 12 a year, or not finite.
    """
    _require(turnover, 0.0, float(MONTHS_PER_YEAR), "turnover rate [1/year]")
    return turnover / MONTHS_PER_YEAR


def turnover_to_hazard(turnover: Number) -> Number:
    """Monthly hazard [1/month] of a constant stock whose turnover rate [1/year] is given.

    Raises:
        MhwfError: A rate below 0, at or above 12 a year, or not finite.
    """
    _require(turnover, 0.0, float(MONTHS_PER_YEAR), "turnover rate [1/year]", below_high=True)
    return probability_to_hazard(turnover_to_probability(turnover))


def rate_to_hazard(annual_rate: Number) -> Number:
    """Monthly hazard of an annual hazard: `annual_rate / 12` [1/month]. Rates above 1 are allowed.

    Raises:
        MhwfError: A rate below 0 or not finite.
    """
    _require(annual_rate, 0.0, np.inf, "annual rate [1/year]")
    return annual_rate / MONTHS_PER_YEAR


def hazard_to_probability(hazard: Number) -> Number:
    """Probability of at least one event in a month: `1 − exp(−hazard)`.

    Raises:
        MhwfError: A hazard below 0 or not finite.
    """
    _require(hazard, 0.0, np.inf, "hazard [1/month]")
    value: Number = -np.expm1(-hazard)
    return value


def probability_to_hazard(probability: Number) -> Number:
    """Hazard whose one-month probability is given: `−ln(1 − probability)`.

    Raises:
        MhwfError: A probability outside 0 ≤ p < 1.
    """
    _require(probability, 0.0, 1.0, "probability", below_high=True)
    value: Number = -np.log1p(-probability)
    return value


def annual_probability_to_monthly(probability: Number) -> Number:
    """Monthly probability of an annual probability: `1 − (1 − p)^(1/12)`.

    Raises:
        MhwfError: A probability outside 0 ≤ p < 1: a *rate* above 1 is legal, a probability is not.
    """
    value: Number = -np.expm1(-annual_probability_to_hazard(probability) / MONTHS_PER_YEAR)
    return value


def annual_probability_to_hazard(probability: Number) -> Number:
    """Annual hazard [1/year] of an annual probability: `−ln(1 − p)`.

    Raises:
        MhwfError: A probability outside 0 ≤ p < 1.
    """
    return probability_to_hazard(probability)


def competing_probabilities(hazards: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each of several competing events in one month.

    Args:
        hazards: Hazards [1/month], the causes along the last axis.

    Returns:
        `p_i = h_i / Σh · (1 − exp(−Σh))`, same shape; all 0 where all hazards are 0.

    Raises:
        MhwfError: A hazard below 0 or not finite.
    """
    _require(hazards, 0.0, np.inf, "hazard [1/month]")
    total = hazards.sum(axis=-1, keepdims=True)
    share = np.divide(hazards, total, out=np.zeros_like(hazards), where=total > 0)
    return np.asarray(share * -np.expm1(-total), dtype=np.float64)


def vacancies_from_rate(filled: Number, vacancy_rate: Number) -> Number:
    """Vacant posts beside `filled` posts when `vacancy_rate` = vacant ÷ (filled + vacant).

    Raises:
        MhwfError: A vacancy rate outside 0 ≤ v < 1.
    """
    _require(vacancy_rate, 0.0, 1.0, "vacancy rate", below_high=True)
    return filled * vacancy_rate / (1.0 - vacancy_rate)


def vacancy_duration(vacancies: Number, starters: Number) -> Number:
    """Mean time a vacancy stays open [months], by Little's law: vacant posts ÷ starters a month."""
    return vacancies / starters


def fill_probability(duration: Number) -> Number:
    """Chance that a vacancy counted after the month's leavers is filled in the month: `1 / (1 + duration)`.

    With V vacancies and L starters a month at rest, `L / (V + L) = 1 / (1 + V/L)`.

    Args:
        duration: Vacancy duration V/L [months], 0 or more; infinite means that nobody is hired.

    Raises:
        MhwfError: A duration below 0 or not a number.
    """
    array = np.asarray(duration, dtype=np.float64)
    _require(np.where(np.isposinf(array), 0.0, array), 0.0, np.inf, "vacancy duration [months]")
    return 1.0 / (1.0 + duration)


def parse_month(text: str) -> tuple[int, int]:
    """Year and month of a label such as `2024-04`.

    Raises:
        MhwfError: Anything else, a month 13 included.
    """
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= MONTHS_PER_YEAR or int(match[1]) < 1:
        message = f"'{text}' is not a month; write the year and the month as 2024-04"
        raise MhwfError(message)
    return int(match[1]), int(match[2])


def month_index(label: str) -> int:
    """Months since year 0, so that labels can be subtracted."""
    year, month = parse_month(label)
    return year * MONTHS_PER_YEAR + month - 1


def add_months(label: str, months: int) -> str:
    """The label `months` later (earlier when negative).

    Raises:
        MhwfError: A label that is no month, or a month outside the years 1 to 9999.
    """
    year, month = divmod(month_index(label) + months, MONTHS_PER_YEAR)
    if not 1 <= year <= _LAST_YEAR:
        message = f"{months} months from {label} is the year {year}; months lie in the years 1 to {_LAST_YEAR}"
        raise MhwfError(message)
    return f"{year:04d}-{month + 1:02d}"


def month_range(start: str, months: int) -> tuple[str, ...]:
    """`months` labels, the first of them `start`."""
    return tuple(add_months(start, step) for step in range(months))


def financial_year(label: str) -> str:
    """The financial year, April to March, that a month lies in: `2024-04` is in `2024/25`."""
    year, month = parse_month(label)
    first = year if month >= 4 else year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def key_months(months: Sequence[str], *, opening: bool) -> tuple[int, ...]:
    """Positions of the months that a board asks for: the start, then 1, 3, 5 and 10 years on.

    Args:
        months: Labels of a result, the opening month first.
        opening: The opening month is one of them.

    Returns:
        Positions; of a run that ends before ten years, its last month too.
    """
    last = len(months) - 1
    later = [MONTHS_PER_YEAR * years for years in _YEARS_ON if MONTHS_PER_YEAR * years <= last]
    if last not in later and last < MONTHS_PER_YEAR * _YEARS_ON[-1]:
        later.append(last)
    return (0, *later) if opening else tuple(later)


def _require(
    value: float | NDArray[np.float64], low: float, high: float, name: str, *, below_high: bool = False
) -> None:
    array = np.asarray(value, dtype=np.float64)
    fits = (array < high) if below_high else (array <= high)
    bad = ~(np.isfinite(array) & (array >= low) & fits)
    if bad.any():
        first = float(array[bad].flat[0]) if array.ndim else float(array)
        allowed = f"{low:g} or more" if np.isinf(high) else f"{low:g} to {'below ' if below_high else ''}{high:g}"
        message = f"{name} {first} is not allowed; it must be finite and {allowed}"
        raise MhwfError(message)
