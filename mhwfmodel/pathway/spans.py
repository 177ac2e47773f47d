"""Lengths of time, times of day and names, as a planner writes them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from mhwfmodel.errors import MhwfError
from mhwfmodel.units import parse_month
from mhwfmodel.yamls.explain import refuse
from mhwfmodel.yamls.text import bad_characters

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "HOURS",
    "Clock",
    "Month",
    "Name",
    "Span",
    "SpanAboveZero",
    "Text",
    "Title",
    "days",
    "days_in",
]

HOURS = 24
"""Hours of a day; every day has as many, because the change of the clocks is left out."""

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12.0
"""Days of a mean month, in which `2 months` and `per_month` are counted."""

_MINUTES = 60
_UNITS = {
    "minute": 1.0 / (HOURS * _MINUTES),
    "hour": 1.0 / HOURS,
    "day": 1.0,
    "week": 7.0,
    "month": DAYS_PER_MONTH,
    "year": DAYS_PER_YEAR,
}
_SPAN = re.compile(r"([-+]?\d+(?:\.\d*)?|[-+]?\.\d+)\s*([a-z]+)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_RESERVED = frozenset({"by_class"})
_HOW = "write 30 minutes, 6 hours, 14 days, 3 weeks, 2 months or 2.5 years"
_LONGEST = 1e6


def days_in(number: float, unit: str) -> float | None:
    """Days of a number of `minutes`, `hours`, `days`, `weeks`, `months` or `years`; None for another unit."""
    size = _UNITS.get(unit.removesuffix("s"))
    return None if size is None else number * size


def days(value: object) -> object:
    """The days of a length of time: a number as it is, `6 hours` as 0.25; other types are left for pydantic to refuse.

    Raises:
        PydanticCustomError: Text that is no length of time, a negative one, or one of more than a million days.
    """
    if isinstance(value, str):
        match = _SPAN.fullmatch(value.strip())
        found = days_in(float(match[1]), match[2]) if match else None
        if found is None:
            raise refuse("is not a length of time", _HOW)
        value = found
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < 0:
            raise refuse("is below zero", _HOW)
        if value > _LONGEST:
            raise refuse("is longer than a million days", _HOW)
    return value


def _above_zero(value: object) -> object:
    found = days(value)
    if isinstance(found, (int, float)) and not isinstance(found, bool) and found == 0:
        raise refuse("is zero, which no mean can be", "write a length of time above zero, or 'fixed: 0'")
    return found


def _clock(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _CLOCK.fullmatch(value.strip())
    hour, minute = (int(match[1]), int(match[2])) if match else (-1, 0)
    if not (0 <= hour < HOURS and minute < _MINUTES) and (hour, minute) != (HOURS, 0):
        raise refuse("is not a time of day", "write the hour and the minute, from 00:00 to 24:00, as 08:30")
    return f"{hour:02d}:{minute:02d}"


def _month(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        parse_month(value.strip())
    except MhwfError:
        raise refuse("is not a month", "write the year and the month as 2026-04") from None
    return value.strip()


def _name(value: object) -> object:
    if isinstance(value, str) and (not _NAME.fullmatch(value) or value in _RESERVED):
        bad = bad_characters(value)
        told = f"holds characters that cannot be seen ({bad})" if bad else "cannot be a name"
        raise refuse(told, "use letters, digits and _, a letter first, at most 40; not 'by_class'")
    return value


def _one_line(value: str) -> str:
    return _clean(value, lines=False)


def _lines(value: str) -> str:
    return _clean(value, lines=True)


def _clean(value: str, *, lines: bool) -> str:
    bad = bad_characters(value, lines=lines)
    if bad:
        raise PydanticCustomError("characters", "{bad}", {"bad": bad})
    return value.strip()


_SPAN_JSON = {
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "string", "pattern": r"^\s*\d*\.?\d+\s*(minute|hour|day|week|month|year)s?\s*$"},
    ],
    "unit": "days",
}

Span = Annotated[float, BeforeValidator(days), WithJsonSchema(_SPAN_JSON)]
"""A length of time [days], 0 or more: a number of days, or text as `6 hours`."""

SpanAboveZero = Annotated[float, BeforeValidator(_above_zero), WithJsonSchema(_SPAN_JSON)]
"""A length of time above zero [days]."""

Clock = Annotated[str, BeforeValidator(_clock), Field(json_schema_extra={"pattern": r"^([01]?\d|2[0-4]):[0-5]\d$"})]
"""A time of day, `HH:MM`."""

Month = Annotated[str, BeforeValidator(_month), Field(json_schema_extra={"pattern": r"^\d{4}-(0[1-9]|1[0-2])$"})]
"""A month, `YYYY-MM`."""

Name = Annotated[str, BeforeValidator(_name)]
"""The name of a stage, class, pool, stream, exit or mode."""

Title = Annotated[str, AfterValidator(_one_line), Field(max_length=120)]
"""What something is called in tables: one line."""

Text = Annotated[str, AfterValidator(_lines), Field(max_length=4000)]
"""A longer text."""
