"""Sectors and roles: who employs, and what people do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.errors import Fault

__all__ = ["Role", "Sector", "read_roles", "read_sectors", "role", "roles", "sector", "sectors"]

POPULATIONS = ("social_care", "nhs")
VACANCY_MEASURES = ("advertised", "establishment_gap")


@dataclass(frozen=True, slots=True)
class Sector:
    """A kind of employer.

    Args:
        id: Stable number, 1 to 255, never used again for another sector.
        code: Word used in scenario files and results.
        name: Name for people.
        population: `social_care` or `nhs`: the two control totals, which never share staff.
        vacancy_measure: `advertised` posts, or the `establishment_gap`; the two are not comparable.
        status: What the sector's size rests on.
        source: Ids of figures.
        note: What to know about it.
    """

    id: int
    code: str
    name: str
    population: str
    vacancy_measure: str
    status: str
    source: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of work.

    Args:
        id: Stable number, 1 to 255, never used again for another role.
        code: Word used in scenario files and results.
        name: Name for people.
        regulated: The profession has a statutory register.
        amhp_eligible: May be approved as an Approved Mental Health Professional; only regulated roles may.
        specialist: Has a share of specialist mental health posts.
        note: What to know about it.
    """

    id: int
    code: str
    name: str
    regulated: bool
    amhp_eligible: bool
    specialist: bool
    note: str


def read_sectors(folder: Folder) -> tuple[Sector, ...]:
    """Read and check `sectors.csv`.

    Raises:
        DataError: With every fault of the table.
    """
    known = {figure.id for figure in read_figures(folder)}

    def build(row: Row) -> Sector:
        return Sector(
            id=row.identity(),
            code=row.text("code"),
            name=row.text("name"),
            population=row.text("population", allowed=POPULATIONS),
            vacancy_measure=row.text("vacancy_measure", allowed=VACANCY_MEASURES),
            status=row.status(),
            source=row.known("source", known, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[Sector, ...]) -> Iterator[Fault]:
        yield from duplicates("sectors.csv", "id", (item.id for item in found))
        yield from duplicates("sectors.csv", "code", (item.code for item in found))
        for item in found:
            if not item.source and item.status != "assumed":
                yield Fault("sectors.csv", f"{item.code} is {item.status} and names no figure", "fill in source")

    columns = ("id", "code", "name", "population", "vacancy_measure", "status", "source", "note")
    return load(folder, "sectors.csv", columns, build, check)


def read_roles(folder: Folder) -> tuple[Role, ...]:
    """Read and check `roles.csv`.

    Raises:
        DataError: With every fault of the table, among them a role that may be approved as AMHP without a register.
    """

    def build(row: Row) -> Role:
        return Role(
            id=row.identity(),
            code=row.text("code"),
            name=row.text("name"),
            regulated=row.flag("regulated"),
            amhp_eligible=row.flag("amhp_eligible"),
            specialist=row.flag("specialist"),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[Role, ...]) -> Iterator[Fault]:
        yield from duplicates("roles.csv", "id", (item.id for item in found))
        yield from duplicates("roles.csv", "code", (item.code for item in found))
        for item in found:
            if item.amhp_eligible and not item.regulated:
                problem = f"{item.code} may be approved as AMHP but is not regulated"
                yield Fault("roles.csv", problem, "the 2008 regulations allow registered professions only")

    columns = ("id", "code", "name", "regulated", "amhp_eligible", "specialist", "note")
    return load(folder, "roles.csv", columns, build, check)


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the sectors in catalogue order."""
    return read_sectors(package_data())


@cache
def roles() -> tuple[Role, ...]:
    """Return the roles in catalogue order."""
    return read_roles(package_data())


def sector(code: str) -> Sector:
    """Return one sector.

    Raises:
        DataError: No sector has this code.
    """
    return pick({item.code: item for item in sectors()}, code, "sector")


def role(code: str) -> Role:
    """Return one role.

    Raises:
        DataError: No role has this code.
    """
    return pick({item.code: item for item in roles()}, code, "role")
