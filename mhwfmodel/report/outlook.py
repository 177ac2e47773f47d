"""A run told once: the summaries that all parts of a report share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mhwfmodel import catalogue
from mhwfmodel.report.measures import BOARD, STAFFING, told
from mhwfmodel.results import Result
from mhwfmodel.units import add_months

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Outlook", "Point", "Spread", "held", "outlook", "points", "spread"]

_FURTHEST = 5
_NAMED = 3
NHS = tuple(name for name in BOARD if not name.startswith("specialist_"))
PLACES = (
    "filled",
    "vacancies",
    "vacancy_rate",
    "turnover_rate",
    "leavers_a_month",
    "hires_needed",
    "specialist_filled",
    "specialist_vacancy_rate",
)


@dataclass(frozen=True, slots=True)
class Spread:
    """A forecast figure: its mean over draws and its quantiles, in the unit of its measure."""

    mean: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float

    @property
    def known(self) -> bool:
        """Whether there is a number at all."""
        return math.isfinite(self.mean)


@dataclass(frozen=True, slots=True)
class Point:
    """A month that tables tell, with its place in time: `base year`, `+3 years`, `now`."""

    month: str
    place: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """Summaries of one run, each with dims (stat, … place or group …, month).

    Args:
        result: The run.
        area: `England`, or how many ICBs the run has.
        whole: The run has all 42 ICBs.
        points: Months that the tables tell.
        total: By measure, the social care population of the run.
        nhs: By measure, the NHS population.
        icb: By measure, each ICB.
        region: By measure, each region as far as the run has its ICBs.
        sector: Filled posts by sector.
        role: Filled posts by role.
    """

    result: Result
    area: str
    whole: bool
    points: tuple[Point, ...]
    total: Mapping[str, xr.DataArray]
    nhs: Mapping[str, xr.DataArray]
    icb: Mapping[str, xr.DataArray]
    region: Mapping[str, xr.DataArray]
    sector: xr.DataArray
    role: xr.DataArray

    @property
    def futures(self) -> str:
        """What the figures are: `many` futures told with their range, `one` possible future, or `expected` values."""
        if self.result.manifest["evaluator"] == "deterministic":
            return "expected"
        return "many" if int(self.result.draws.sizes["draw"]) > 1 else "one"

    @property
    def held(self) -> str:
        """England, or how many of its ICBs the run has."""
        return held(self.result)

    @property
    def base(self) -> str:
        """The opening month."""
        return self.result.months[0]

    @property
    def last(self) -> str:
        """The last month."""
        return self.result.months[-1]

    @property
    def codes(self) -> tuple[str, ...]:
        """ONS codes of the run's ICBs."""
        return tuple(str(code) for code in self.result.draws["icb"].values)

    @property
    def years(self) -> tuple[str, ...]:
        """The opening month and each twelfth month after it; the last month when that is not one of them."""
        months = self.result.months
        return months[::12] if (len(months) - 1) % 12 == 0 else (*months[::12], months[-1])


def held(result: Result) -> str:
    """England, or how many of its ICBs a run has, and which where they are few."""
    codes = [str(code) for code in result.draws["icb"].values]
    every = len(catalogue.icbs())
    if len(codes) == every:
        return "England"
    names = f": {', '.join(catalogue.icb(code).short_name for code in codes)}" if len(codes) <= _NAMED else ""
    return f"All ICBs of this run ({len(codes)} of {every}{names})"


def spread(stats: xr.DataArray, **labels: str) -> Spread:
    """Take one figure out of a summary.

    Args:
        stats: Dims (stat, …).
        labels: A label for each other dim, such as `month="2029-03"`.
    """
    return Spread(*(float(value) for value in stats.sel(labels).values))


def points(result: Result) -> tuple[Point, ...]:
    """Months that tables tell: the base, one, three and five years on, and the month before the run was made.

    A run that ends before five years is told at its end too.
    """
    months = result.months
    found = {months[0]: "base year"}
    for years in (1, 3, _FURTHEST):
        month = add_months(months[0], 12 * years)
        if month in months:
            found[month] = f"+{years} year{'s' if years > 1 else ''}"
    now = add_months(str(result.manifest["created"])[:7], -1)
    if now in months:
        found[now] = f"{found[now]}, now" if now in found else "now"
    if len(months) <= 12 * _FURTHEST:
        found.setdefault(months[-1], "end of the run")
    return tuple(Point(month, found[month]) for month in sorted(found))


def outlook(result: Result) -> Outlook:
    """Summarise a run for a report."""
    codes = [str(code) for code in result.draws["icb"].values]
    whole = len(codes) == len(catalogue.icbs())
    name = "England" if whole else f"the {len(codes)} ICBs of this run"
    if len(codes) == 1:
        name = catalogue.icb(codes[0]).short_name
    return Outlook(
        result=result,
        area=name,
        whole=whole,
        points=points(result),
        total={name: told(result, name) for name in (*BOARD, *STAFFING)},
        nhs={name: told(result, name, population="nhs") for name in (*NHS, *STAFFING)},
        icb={name: told(result, name, ("icb",)) for name in PLACES},
        region={name: told(result, name, ("region",)) for name in PLACES},
        sector=told(result, "filled", ("sector",)),
        role=told(result, "filled", ("role",)),
    )
