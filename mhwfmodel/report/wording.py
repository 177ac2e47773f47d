"""Numbers and names as a reader meets them: rounded as far as the evidence allows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

__all__ = [
    "MISSING",
    "amount",
    "change",
    "joined",
    "month_name",
    "people",
    "per_cent",
    "plain",
    "quantity",
    "significant",
    "span",
]

MISSING = "–"
"""Shown where there is no number."""

_DIGITS = 3
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SAME = 0.01


def significant(value: float, digits: int = _DIGITS) -> float:
    """Round half up to a number of significant digits.

    Args:
        value: Any finite number.
        digits: How many digits are kept.
    """
    if value == 0:
        return 0.0
    power = math.floor(math.log10(abs(value))) - digits + 1
    step = 10.0**power if power >= 0 else 1.0 / 10.0**-power
    return math.copysign(math.floor(abs(value) / step + 0.5) * step, value)


def people(value: float) -> str:
    """Write people or posts with three significant digits and never a fraction: 621,487 is 621,000."""
    if not math.isfinite(value):
        return MISSING
    whole = significant(value) if abs(value) >= 100 else math.copysign(math.floor(abs(value) + 0.5), value)
    return f"{int(whole):,}".replace("-", "−")


def per_cent(value: float) -> str:
    """Write a share or a yearly rate as a per cent with one decimal: 0.0846 is 8.5%."""
    if not math.isfinite(value):
        return MISSING
    return f"{math.copysign(math.floor(abs(value) * 1000 + 0.5) / 10, value):.1f}%".replace("-", "−")


def amount(value: float, kind: str) -> str:
    """Write a value of a kind: `rate` as a per cent, anything else as people or posts."""
    return per_cent(value) if kind == "rate" else people(value)


def span(low: float, high: float, kind: str) -> str:
    """Write an interval, its ends rounded as the value is: `590,000 to 640,000`; nothing where the ends read alike."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    lower, upper = amount(low, kind), amount(high, kind)
    return "" if lower == upper else f"{lower} to {upper}"


def change(before: float, after: float) -> str:
    """Say how a number of people changed: `about as many`, `3% more` or `12% fewer`."""
    if not before or not math.isfinite(after / before):
        return "another number"
    part = after / before - 1.0
    if abs(part) < _SAME:
        return "about as many"
    return f"{math.floor(abs(part) * 100 + 0.5)}% {'more' if part > 0 else 'fewer'}"


def month_name(label: str, *, short: bool = False) -> str:
    """Write a month in words: `2029-03` is March 2029, or Mar 2029."""
    year, month = label.split("-")
    name = _MONTHS[int(month) - 1]
    return f"{name[:3] if short else name} {year}"


def joined(words: Sequence[str]) -> str:
    """Put words into one list: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def quantity(value: float) -> str:
    """Write an input of the model with three significant digits: 0.22, −1.1, 21,600."""
    if abs(value) >= 100:
        return people(value)
    return f"{value:.3g}".replace("-", "−")


def plain(text: str) -> str:
    """Write numbers in a note as the rest of the page does: `80 000` is 80,000 and `8.5 %` is 8.5%."""
    closed = re.sub(r"(?<=\d)[ \u00a0\u202f]%", "%", text)
    return re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))", ",", closed)
