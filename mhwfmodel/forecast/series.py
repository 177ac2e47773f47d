"""The four national series, picked from the catalogue's figures; every number keeps its figure and its status."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mhwfmodel.catalogue import figure
from mhwfmodel.errors import DataError, Fault, suggest
from mhwfmodel.forecast.scales import Scale
from mhwfmodel.forecast.splice import Observation, Spliced, splice

__all__ = ["SERIES", "SeriesInfo", "observations", "series"]


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What a national series is.

    Args:
        title: Name for a reader.
        unit: Unit of the published values.
        scale: Scale of the model.
        target: Basis that the series is brought to: the one that tells the base year 2023/24, or the latest vintage.
        held_back: Figures of later years that no model is fitted to, because their source is not sure enough; a check.
    """

    title: str
    unit: str
    scale: Scale
    target: str
    held_back: tuple[str, ...] = ()


SERIES: Mapping[str, SeriesInfo] = {
    "turnover": SeriesInfo(
        "Turnover rate, adult social care", "1/year", "log_odds", "2024 report without personal assistants"
    ),
    "vacancy": SeriesInfo("Vacancy rate, adult social care", "share of posts", "log_odds", "2025 report", ("BVR10",)),
    "specialist_posts": SeriesInfo("Specialist filled posts", "posts", "log", "national picture of 2023"),
    "international_recruits": SeriesInfo(
        "Recruits from abroad to direct care", "people a year", "log", "2024 and 2025 releases"
    ),
}
"""The series that the expected baseline follows, by name."""


@cache
def series(name: str) -> Spliced:
    """One national series on one basis.

    Raises:
        DataError: No series has this name, or a row of its table cannot be used.
    """
    info = _info(name)
    return splice(name, observations(name), scale=info.scale, target=info.target)


@cache
def observations(name: str) -> tuple[Observation, ...]:
    """The published values of one national series, as they are listed, in the order of the table.

    Raises:
        DataError: No series has this name, or a row of its table cannot be used.
    """
    _info(name)
    text = (files("mhwfmodel.forecast") / "data" / "observations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return tuple(_observation(row) for row in rows if row["series"] == name)


def _info(name: str) -> SeriesInfo:
    if name not in SERIES:
        raise DataError(Fault("series", f"'{name}' is no national series", suggest(name, SERIES)))
    return SERIES[name]


def _observation(row: Mapping[str, str]) -> Observation:
    return Observation(
        int(row["year"]),
        _value(row["figure"], row["restated"]),
        row["basis"],
        row["figure"],
        row["status"],
        row["note"],
    )


def _value(name: str, restated: str) -> float:
    """The figure; or another value that its source tells; or `A-B`, A less the change B that led to it."""
    after, _, change = name.partition("-")
    parts = [figure(part) for part in (after, change) if part]
    value = 0.0
    for sign, part in zip((1.0, -1.0), parts, strict=False):
        if part.number is None:
            raise DataError(
                Fault("observations.csv", f"figure {part.id} ('{part.value}') is no number", "name another figure")
            )
        value += sign * part.number
    share = 100.0 if parts[0].unit == "%" else 1.0
    return (float(restated) if restated else value) / share
