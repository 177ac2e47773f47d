"""What the report tells: measures of a result, some of them made from others, draw by draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mhwfmodel.results import Result, variable
from mhwfmodel.results.tables import stats_by, summary

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["BOARD", "Drawable", "Measure", "drawn", "measure", "told"]

_YEAR = 12


class Drawable(Protocol):
    """What gives draws by measure: a result."""

    def draws_by(self, measure: str, by: Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
        """Every draw, dims (draw, … by …, month)."""
        ...


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a report.

    Args:
        name: Variable of the result, or one of the three made here.
        title: Name for people.
        unit: Unit for people.
        kind: `count` or `rate`.
        definition: What is counted.
    """

    name: str
    title: str
    unit: str
    kind: str
    definition: str


_MADE: Mapping[str, Measure] = {
    item.name: item
    for item in (
        Measure(
            "leavers_a_month",
            "Leavers a month",
            "people a month, average of 12",
            "count",
            "People who left their employer, on average over the 12 months up to the one named",
        ),
        Measure(
            "hires_needed",
            "Hires needed a month",
            "people a month, average of 12",
            "count",
            "Leavers plus the change in funded posts over the 12 months up to the one named, over 12: with so many"
            " hires a month vacancies stay as they were",
        ),
        Measure(
            "starters_a_month",
            "Hires expected a month",
            "people a month, average of 12",
            "count",
            "People who started with an employer, on average over the 12 months up to the one named",
        ),
    )
}

BOARD = (
    "filled",
    "filled_fte",
    "establishment",
    "vacancies",
    "vacancy_rate",
    "turnover_rate",
    "leavers_a_month",
    "hires_needed",
    "starters_a_month",
    "specialist_filled",
    "specialist_vacancies",
    "specialist_vacancy_rate",
    "specialist_turnover_rate",
)
"""Measures of page one, in its order."""

_TITLES = {
    "filled": "Filled posts",
    "filled_fte": "Full-time equivalents",
    "vacancies": "Vacancies",
    "specialist_filled": "Specialist posts filled",
    "specialist_vacancies": "Specialist vacancies",
}
_UNITS = {"1": "% of funded posts", "1/year": "% a year", "people per month": "people a month"}


def measure(name: str) -> Measure:
    """Describe a measure.

    Raises:
        DataError: Neither the result nor the report has it.
    """
    if name in _MADE:
        return _MADE[name]
    found = variable(name)
    kind = "rate" if found.kind == "rate" else "count"
    title = _TITLES.get(name, found.long_name)
    return Measure(found.name, title, _UNITS.get(found.units, found.units), kind, found.definition)


def drawn(result: Drawable, name: str, by: Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
    """Every draw of a measure of a report, dims (draw, … by …, month).

    Args:
        result: The run.
        name: A variable of the result, `leavers_a_month`, `hires_needed` or `starters_a_month`.
        by: As in `Result.draws_by`.
        population: `social_care` or `nhs`.

    Raises:
        DataError: A measure, grouping or population whose draws the run did not keep.
    """
    wanted = tuple(by)

    def take(variable_name: str) -> xr.DataArray:
        return result.draws_by(variable_name, wanted, population=population)

    if name == "leavers_a_month":
        return take("leavers").rolling(month=_YEAR).mean()
    if name == "starters_a_month":
        return take("starters").rolling(month=_YEAR).mean()
    if name == "hires_needed":
        posts = take("establishment")
        return (take("leavers").rolling(month=_YEAR).sum() + posts - posts.shift(month=_YEAR)) / _YEAR
    return take(name)


def told(result: Drawable, name: str, by: Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
    """Mean and quantiles of a measure of a report, dims (stat, … by …, month).

    The mean of a rate is, as in the tables of a result, the ratio of its parts summed over draws.

    Raises:
        DataError: As `drawn`.
    """
    if isinstance(result, Result) and measure(name).kind == "rate":
        return stats_by(result.groups, name, tuple(by), population)
    return summary(drawn(result, name, by, population=population))


def codes(data: xr.DataArray, dim: str) -> tuple[Any, ...]:
    """Labels along a dim, as Python values."""
    return tuple(data[dim].values.tolist())
