"""Numbers of a pathway as a person says them."""

from __future__ import annotations

import math

from mhwfmodel.pathway.spans import DAYS_PER_MONTH, DAYS_PER_YEAR, HOURS

__all__ = ["amount", "percent", "span_range", "span_words"]

_UNITS = (
    ("min", 1.0 / (HOURS * 60), 59.0),
    ("h", 1.0 / HOURS, 36.0),
    ("days", 1.0, 90.0),
    ("months", DAYS_PER_MONTH, 36.0),
)


def span_words(days: float) -> str:
    """A length of time in the unit that suits it: `45 min`, `3 h`, `14 days`, `11 months`, `5 years`."""
    if not math.isfinite(days):
        return "never"
    found = next(((days / size, unit) for unit, size, most in _UNITS if days / size <= most), None)
    value, unit = found or (days / DAYS_PER_YEAR, "years")
    return f"{value:.3g} {unit.removesuffix('s') if f'{value:.3g}' == '1' and unit != 'days' else unit}"


def span_range(mean: float, half: float) -> str:
    """A mean and half the width of its interval, where that is known, in one unit: `3.74 ± 0.5 months`."""
    words = span_words(mean)
    number, _, unit = words.partition(" ")
    if not unit or not math.isfinite(half):
        return words
    size = mean / float(number) if float(number) else 0.0
    return f"{number} ± {half / size:.2g} {unit}" if size else words


def amount(number: float) -> str:
    """A number with three digits or all those before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def percent(share: float) -> str:
    """A share with at most three digits; the space before the sign does not break."""
    return f"{100 * share:.3g}\u00a0%"
