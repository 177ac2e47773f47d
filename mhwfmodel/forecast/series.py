"""The four national series that the expected baseline follows, read from the catalogue's list of yearly series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError, Fault, suggest
from mhwfmodel.forecast.scales import Scale
from mhwfmodel.forecast.splice import Observation, Spliced, splice

__all__ = ["SERIES", "SeriesInfo", "held_back", "observations", "series"]

_PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What a national series is.

    Args:
        title: Name for a reader.
        unit: Unit of the values that the model sees.
        scale: Scale of the model.
        listed: Name of the series in the catalogue, where its points and their bases stand.
        target: Basis that the series is brought to: the one that tells the base year 2023/24, or the latest vintage.
    """

    title: str
    unit: str
    scale: Scale
    listed: str
    target: str


SERIES: Mapping[str, SeriesInfo] = {
    "turnover": SeriesInfo(
        "Turnover rate, adult social care",
        "1/year",
        "log_odds",
        "asc_turnover",
        "2024 report without personal assistants",
    ),
    "vacancy": SeriesInfo(
        "Vacancy rate, adult social care", "share of posts", "log_odds", "asc_vacancy", "2025 report"
    ),
    "specialist_posts": SeriesInfo(
        "Specialist filled posts", "posts", "log", "mh_specialist_posts", "national picture of 2023"
    ),
    "international_recruits": SeriesInfo(
        "Recruits from abroad to direct care",
        "people a year",
        "log",
        "international_recruits",
        "2024 and 2025 releases",
    ),
}
"""The series that the expected baseline follows, by name."""


@cache
def series(name: str) -> Spliced:
    """One national series on one basis.

    Raises:
        DataError: No series has this name, or its points cannot be joined.
    """
    info = _info(name)
    return splice(name, observations(name), scale=info.scale, target=info.target)


def observations(name: str) -> tuple[Observation, ...]:
    """The points of one national series that the catalogue puts to use, in order of years.

    Raises:
        DataError: No series has this name.
    """
    return tuple(_observation(point) for point in catalogue.series(_info(name).listed))


def held_back(name: str) -> tuple[Observation, ...]:
    """The points of years after the last one in use: no model is given them, so they can check a forecast.

    Raises:
        DataError: No series has this name.
    """
    listed = catalogue.series(_info(name).listed, all_points=True)
    last = max(point.year for point in listed if point.use)
    return tuple(_observation(point) for point in listed if point.year > last)


def _info(name: str) -> SeriesInfo:
    if name not in SERIES:
        raise DataError(Fault("series", f"'{name}' is no national series", suggest(name, SERIES)))
    return SERIES[name]


def _observation(point: catalogue.SeriesPoint) -> Observation:
    value = point.value / _PER_CENT if point.unit == "%" else point.value
    return Observation(point.year, value, point.basis, point.figure_id, point.status, point.note)
