"""How staff of a sector divide over roles, and how roles and sectors differ in turnover and vacancies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.catalogue.people import read_roles, read_sectors, roles, sectors
from mhwfmodel.catalogue.states import STRANDS
from mhwfmodel.errors import Fault

__all__ = [
    "NHS_ROLES",
    "Column",
    "RelativeRate",
    "RoleShare",
    "columns",
    "read_relative_rates",
    "read_role_mix",
    "relative_rates",
    "role_mix",
]

NHS_ROLES = {"social_worker": "nhs_social_workers_fte", "registered_nurse": "nhs_community_nurses_fte"}
"""Roles of the NHS population that a figure is published for, and the parameter that holds it."""

_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class RoleShare:
    """Share of one role in the staff of one sector and strand.

    Args:
        strand: `general` or `specialist`.
        sector: Code of the sector.
        role: Code of the role.
        share: Central share, before the Dirichlet that `role_mix_concentration` names.
        status: What the share rests on.
        source: Ids of figures that bound it.
        note: Why.
    """

    strand: str
    sector: str
    role: str
    share: float
    status: str
    source: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class RelativeRate:
    """A published rate of one role or sector beside the rate of all adult social care in the same year.

    Args:
        measure: `turnover` or `vacancy`.
        kind: `role` or `sector`.
        code: Code of the role or sector.
        ratio: The one figure over the other: of rates for turnover, of odds (vacant posts per filled post) for
            vacancies.
        figure: Id of the figure above the line.
        base_figure: Id of the figure below it.
        note: What to know.
    """

    measure: str
    kind: str
    code: str
    ratio: float
    figure: str
    base_figure: str
    note: str


@dataclass(frozen=True, slots=True)
class Column:
    """A sector, role and strand: what every ICB has one cell of."""

    sector: str
    role: str
    strand: str


def read_role_mix(folder: Folder) -> tuple[RoleShare, ...]:
    """Read and check `role_mix.csv`.

    Raises:
        DataError: With every fault of the table, among them shares that do not sum to 1.
    """
    figures = {figure.id for figure in read_figures(folder)}
    known_sectors = {sector.code for sector in read_sectors(folder)}
    known_roles = {role.code: role for role in read_roles(folder)}

    def build(row: Row) -> RoleShare:
        return RoleShare(
            strand=row.text("strand", allowed=STRANDS),
            sector=row.text("sector", allowed=sorted(known_sectors)),
            role=row.text("role", allowed=sorted(known_roles)),
            share=row.number("share", 0.0, 1.0),
            status=row.status(),
            source=row.known("source", figures, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[RoleShare, ...]) -> Iterator[Fault]:
        yield from duplicates("role_mix.csv", "row", ((item.strand, item.sector, item.role) for item in found))
        for strand, sector in sorted({(item.strand, item.sector) for item in found}):
            total = sum(item.share for item in found if (item.strand, item.sector) == (strand, sector))
            if abs(total - 1.0) > _TOLERANCE:
                yield Fault("role_mix.csv", f"{strand} {sector} sums to {total:g}", "make the shares sum to 1")
        for item in found:
            if item.strand == "specialist" and not known_roles[item.role].specialist:
                yield Fault("role_mix.csv", f"{item.role} has no specialist posts", "see roles.csv")

    return load(folder, "role_mix.csv", ("strand", "sector", "role", "share", "status", "source", "note"), build, check)


def read_relative_rates(folder: Folder) -> tuple[RelativeRate, ...]:
    """Read and check `relative_rates.csv`.

    Raises:
        DataError: With every fault of the table.
    """
    figures = {figure.id: figure for figure in read_figures(folder)}
    codes = {
        "role": sorted(role.code for role in read_roles(folder)),
        "sector": sorted(sector.code for sector in read_sectors(folder)),
    }

    def build(row: Row) -> RelativeRate:
        kind = row.text("kind", allowed=("role", "sector"))
        measure = row.text("measure", allowed=("turnover", "vacancy"))
        above, below = row.text("figure"), row.text("base_figure")
        values = []
        for column, name in (("figure", above), ("base_figure", below)):
            number = figures[name].number if name in figures else None
            if not number:
                row.fault(column, f"'{name}' is not a figure with a number")
            values.append(number or 1.0)
        return RelativeRate(
            measure=measure,
            kind=kind,
            code=row.text("code", allowed=codes.get(kind, ())),
            ratio=_odds(values[0]) / _odds(values[1]) if measure == "vacancy" else values[0] / values[1],
            figure=above,
            base_figure=below,
            note=row.text("note", optional=True),
        )

    def check(found: tuple[RelativeRate, ...]) -> Iterator[Fault]:
        yield from duplicates("relative_rates.csv", "row", ((item.measure, item.kind, item.code) for item in found))

    fields = ("measure", "kind", "code", "figure", "base_figure", "note")
    return load(folder, "relative_rates.csv", fields, build, check)


def _odds(percent: float) -> float:
    """Vacant posts per filled post at a vacancy rate in per cent."""
    return percent / (100.0 - percent)


@cache
def role_mix() -> tuple[RoleShare, ...]:
    """Return the role mix of each sector and strand."""
    return read_role_mix(package_data())


@cache
def relative_rates() -> tuple[RelativeRate, ...]:
    """Return the turnover and vacancy rates of roles and sectors relative to all adult social care."""
    return read_relative_rates(package_data())


@cache
def columns() -> tuple[Column, ...]:
    """Every sector, role and strand that has staff, in catalogue order."""
    social_care = {(row.sector, row.role, row.strand) for row in role_mix() if row.share > 0}
    nhs = {(sector.code, role, "general") for sector in sectors() if sector.population == "nhs" for role in NHS_ROLES}
    filled = social_care | nhs
    return tuple(
        Column(sector.code, role.code, strand)
        for sector in sectors()
        for role in roles()
        for strand in STRANDS
        if (sector.code, role.code, strand) in filled
    )
