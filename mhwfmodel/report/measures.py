"""What the report tells: measures of a result, some of them made from others, draw by draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mhwfmodel.catalogue.pathway_measures import pathway_measures
from mhwfmodel.catalogue.variables import RATES
from mhwfmodel.results import STATS, Comparison, Result, variable
from mhwfmodel.results.tables import stats_by, summary

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["AMHP", "BOARD", "STAFFING", "Drawable", "Measure", "drawn", "made_of", "measure", "told"]

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
        name: Variable of the result, or one of those made here.
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
            "hires_to_fill",
            "Hires needed a month to fill every post",
            "people a month, average of 12",
            "count",
            "Hires needed a month, and over 12 the vacancies at the start of these 12 months: with so many hires every"
            " funded post would be filled at their end, if as many people left",
        ),
        Measure(
            "starters_a_month",
            "Hires expected a month",
            "people a month, average of 12",
            "count",
            "People who started with an employer, on average over the 12 months up to the one named",
        ),
        Measure(
            "aged_55_share",
            "Aged 55 and over",
            "% of people in post",
            "rate",
            "People in post aged 55 and over, as a share of all people in post",
        ),
        Measure(
            "retirements_a_year",
            "Retirements a year",
            "people in 12 months",
            "count",
            "People who retired from their post in the 12 months up to the one named; they are among the leavers",
        ),
    )
}
_SHARES = {"aged_55_share": ("aged_55_plus", "filled")}
_AVERAGES = {"leavers_a_month": "leavers", "starters_a_month": "starters"}
_SUMS = {"retirements_a_year": "retirements"}
_HIRES = {"hires_needed": ("leavers", "establishment"), "hires_to_fill": ("leavers", "establishment", "filled")}

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

STAFFING = ("aged_55_share", "retirements_a_year", "effective_fte", "hours")
"""Measures of age and of time for people."""

AMHP = ("amhp_approved", "amhp_practising", "amhp_trainees", "amhp_fte", "amhp_need_fte", "amhp_gap_fte")
"""Measures of Approved Mental Health Professionals, who work for councils and the NHS: no population of their own."""

_TITLES = {
    "filled": "Filled posts",
    "filled_fte": "Full-time equivalents",
    "vacancies": "Vacancies",
    "specialist_filled": "Specialist posts filled",
    "specialist_vacancies": "Specialist vacancies",
    "effective_fte": "Effective staff",
    "hours": "Hours for people with mental health needs",
    "amhp_approved": "Approved",
    "amhp_practising": "Practising",
    "amhp_trainees": "On a course",
    "amhp_fte": "On the rota",
    "amhp_need_fte": "Needed for a 24-hour service",
    "amhp_gap_fte": "Gap: needed less on the rota",
}
_UNITS = {
    "1": "% of funded posts",
    "1/year": "% a year",
    "people per month": "people a month",
    "hours per month": "hours a month",
}


_PATHWAY_UNITS = {
    "1": ("%", "rate"),
    "days": ("days", "number"),
    "people per month": ("people a month", "count"),
}


def measure(name: str) -> Measure:
    """Describe a measure.

    Raises:
        DataError: Neither the result nor the report has it.
    """
    if name in _MADE:
        return _MADE[name]
    of_pathway = next((item for item in pathway_measures() if item.name == name), None)
    if of_pathway is not None:
        unit, kind = _PATHWAY_UNITS.get(of_pathway.units, (of_pathway.units, "count"))
        return Measure(name, of_pathway.long_name, unit, kind, of_pathway.definition)
    found = variable(name)
    kind = "rate" if found.kind == "rate" else "count"
    title = _TITLES.get(name, found.long_name)
    return Measure(found.name, title, _UNITS.get(found.units, found.units), kind, found.definition)


def made_of(name: str) -> tuple[str, ...]:
    """The variables of which every draw is read to tell a measure."""
    alone = (_AVERAGES | _SUMS).get(name, name)
    return (_SHARES | _HIRES | RATES).get(name, (alone,))


def drawn(result: Drawable, name: str, by: Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
    """Every draw of a measure of a report, dims (draw, … by …, month).

    Args:
        result: The run.
        name: A variable of the result, or a measure made of some, such as `leavers_a_month` or `aged_55_share`.
        by: As in `Result.draws_by`.
        population: `social_care` or `nhs`.

    Raises:
        DataError: A measure, grouping or population whose draws the run did not keep.
    """
    wanted = tuple(by)
    if name in _SHARES and isinstance(result, Comparison):
        other, base = (drawn(run, name, wanted, population=population) for run in (result.other, result.base))
        return other - base

    def take(variable_name: str) -> xr.DataArray:
        return result.draws_by(variable_name, wanted, population=population)

    def exact(variable_name: str) -> xr.DataArray:
        # A window slides by adding and taking away: in single precision its rounding would be seen in differences.
        return take(variable_name).astype("float64")

    if name in _AVERAGES:
        return exact(_AVERAGES[name]).rolling(month=_YEAR).mean()
    if name in _SUMS:
        return exact(_SUMS[name]).rolling(month=_YEAR).sum()
    if name in _SHARES:
        part, whole = (take(item) for item in _SHARES[name])
        return part / whole.where(whole > 0)
    if name in _HIRES:
        leavers, posts, *filled = (exact(item) for item in _HIRES[name])
        before = filled[0] if filled else posts
        return (leavers.rolling(month=_YEAR).sum() + posts - before.shift(month=_YEAR)) / _YEAR
    return take(name)


def told(result: Drawable, name: str, by: Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
    """Mean and quantiles of a measure of a report, dims (stat, … by …, month).

    The mean of a rate is, as in the tables of a result, the ratio of its parts summed over draws.

    Raises:
        DataError: As `drawn`.
    """
    if isinstance(result, Result) and measure(name).kind == "rate" and name not in _SHARES:
        return stats_by(result.groups, name, tuple(by), population)
    made = summary(drawn(result, name, by, population=population))
    if name in _SHARES:
        part, whole = (result.draws_by(item, tuple(by), population=population).mean("draw") for item in _SHARES[name])
        made.loc[{"stat": STATS[0]}] = (part / whole.where(whole > 0)).transpose(*made.dims[1:]).values
    return made


def codes(data: xr.DataArray, dim: str) -> tuple[Any, ...]:
    """Labels along a dim, as Python values."""
    return tuple(data[dim].values.tolist())
