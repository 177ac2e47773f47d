"""What a run rests on: statuses, fits, figures that disagree, AMHP series and documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mhwfmodel import catalogue
from mhwfmodel.report.measures import measure
from mhwfmodel.report.wording import per_cent

__all__ = [
    "STATUSES",
    "AmhpYear",
    "StatusRow",
    "amhp_points",
    "amhp_years",
    "fit_rows",
    "floor_rows",
    "links",
    "status_rows",
]

STATUSES = ("observed", "derived", "imputed", "assumed")
"""Published as used; computed from published figures; filled in where one is missing; judged, with a range."""


SIGNS = {"": "", ">": "more than", "<": "less than", "range": "a range, its middle"}
"""What a figure's published sign says in words."""

AMHP_SERIES = {
    "amhp_headcount": ("Approved", "people"),
    "amhp_practising": ("Practising", "people"),
    "amhp_fte": ("Full-time equivalents of AMHP work", "FTE"),
    "amhp_vacancy": ("Vacancy rate of AMHP services", "% of posts"),
}
"""Published series about Approved Mental Health Professionals: name for people and unit."""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """How many numbers of one kind have each status, in the order of `STATUSES`."""

    title: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All numbers of this kind."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of each status."""
        return tuple(count / self.total for count in self.counts)


@dataclass(frozen=True, slots=True)
class AmhpYear:
    """The published series about Approved Mental Health Professionals in one year, as text with a note."""

    year: int
    approved: str
    practising: str
    fte: str
    vacancy: str


def status_rows() -> tuple[StatusRow, ...]:
    """Count statuses over everything that the forecast is given."""
    kinds: Mapping[str, Iterable[str]] = {
        "Published figures in the catalogue": (item.status for item in catalogue.figures()),
        "Uncertain inputs of the model": (item.status for item in catalogue.parameters()),
        "Size of each employer sector": (item.status for item in catalogue.sectors()),
        "Mix of roles within each sector": (item.status for item in catalogue.role_mix()),
        "Training courses": (item.status for item in catalogue.pipelines()),
        "Ages at which people enter": (item.status for item in catalogue.entry_ages()),
        "Posts that AMHPs hold": (item.status for item in catalogue.amhp_posts()),
        "Hours of the day of an AMHP service": (item.status for item in catalogue.amhp_windows()),
        "Vacancy and turnover pattern of each ICB": (item.status for item in catalogue.icb_rates()),
        "Adult population of each ICB": (item.status for item in catalogue.icbs()),
        "National series behind the trends": (
            point.status for name in catalogue.series_names() for point in catalogue.series(name)
        ),
    }
    made = []
    for title, statuses in kinds.items():
        counted = Counter(statuses)
        made.append(StatusRow(title, tuple(counted[status] for status in STATUSES)))
    return tuple(made)


def floor_rows(manifest: Mapping[str, Any]) -> list[tuple[str, str, str, float, float, float]]:
    """The published floors as numbers: ICB, measure, sign, floor, fitted, and by how much the fit stays below."""
    made = []
    for row in manifest.get("evidence", {}).get("floors", ()):
        name = row.get("icb_name") or catalogue.icb(row["icb"]).short_name
        numbers = (float(row["floor"]), float(row["fitted"]), float(row["misfit"]))
        made.append((str(name), measure(row["measure"]).title, SIGNS[">"], *numbers))
    return made


def fit_rows(manifest: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """The published floors and what the fit made of them: ICB, measure, floor, fitted, misfit."""
    made = []
    for name, title, sign, floor, fitted, misfit in floor_rows(manifest):
        told = "none" if misfit == 0 else f"{misfit * 100:.1f} points below"
        made.append((name, title, f"{sign} {per_cent(floor)}", per_cent(fitted), told))
    return made


def amhp_years() -> tuple[AmhpYear, ...]:
    """The published series, year by year; a star marks a figure on another basis than its neighbours."""

    def told(name: str) -> dict[int, str]:
        found: dict[int, str] = {}
        for point in catalogue.series(name, all_points=True):
            star = "" if point.use else "*"
            value = f"{point.value:.1f}%" if point.unit == "%" else f"{point.value:,.0f}"
            found[point.year] = f"{found[point.year]}, {value}{star}" if point.year in found else f"{value}{star}"
        return found

    series = [told(name) for name in AMHP_SERIES]
    years = sorted({year for one in series for year in one})
    return tuple(AmhpYear(year, *(one.get(year, "") for one in series)) for year in years)


def amhp_points() -> list[tuple[str, int, str, float, str, str, str, str]]:
    """The published series as numbers, a row a figure: series, year, sign, value, unit, basis, comparable, figure."""
    return [
        (
            title,
            point.year,
            SIGNS[catalogue.figure(point.figure_id).bound],
            point.value,
            unit,
            point.basis,
            "yes" if point.use else "no: restated, or another definition than its neighbours",
            point.figure_id,
        )
        for name, (title, unit) in AMHP_SERIES.items()
        for point in catalogue.series(name, all_points=True)
    ]


def links(addresses: str) -> tuple[str, ...]:
    """The web addresses of a source; anything else is not one."""
    parts = (part.strip() for part in addresses.replace(";", " ").split())
    return tuple(part for part in parts if part.startswith(("https://", "http://")))
