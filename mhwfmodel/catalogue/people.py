"""Sectors and roles: who employs, and what people do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._references import lookup, number, parameter_name
from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.states import POPULATIONS
from mhwfmodel.errors import Fault

__all__ = [
    "COUNTED_TOTAL",
    "HOURS_GROUPS",
    "REST",
    "SOCIAL_CARE",
    "Role",
    "Sector",
    "read_roles",
    "read_sectors",
    "role",
    "roles",
    "sector",
    "sectors",
]

VACANCY_MEASURES = ("advertised", "establishment_gap")

HOURS_GROUPS = ("professional", "care")
"""Groups of roles that share leave, sickness, supervision, training and travel."""

COUNTED_TOTAL = "BMH01"
"""Figure of all social care workers counted; what the counts of sectors leave of it is the remainder."""

REST = "rest"
"""In place of a parameter: what the other sectors leave."""

SOCIAL_CARE = POPULATIONS[0]
"""The population that the published total counts."""

LARGEST_SECTOR = 31  # a sector has five bits in the counter of the random numbers


@dataclass(frozen=True, slots=True)
class Sector:
    """A kind of employer.

    Args:
        id: Stable number, 1 to 31, never used again for another sector.
        code: Word used in scenario files and results.
        name: Name for people.
        population: `social_care` or `nhs`: the two control totals, which never share staff.
        vacancy_measure: `advertised` posts, or the `establishment_gap`; the two are not comparable.
        count: Figure that counts its staff, perhaps with those of other sectors; empty for the remainder of the count.
            NHS staff have their own table, `nhs_posts.csv`.
        part: Parameter with its share of what the sectors above it leave of the count, or `rest`; empty for the NHS.
        specialist_part: Parameter with its share of what the sectors above it leave of the specialist posts, or `rest`;
            empty when it has none.
        recruits_abroad: Takes recruits from abroad in the roles that do.
        employer_size: Parameter with the staff of an average employer: they share its shocks.
        status: What the sector's size rests on.
        source: Ids of figures.
        note: What to know about it.
    """

    id: int
    code: str
    name: str
    population: str
    vacancy_measure: str
    count: str
    part: str
    specialist_part: str
    recruits_abroad: bool
    employer_size: str
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
        recruits_abroad: Is filled from abroad in the sectors that recruit there, and there not from training.
        participation: Parameter with its full-time equivalents per head.
        delivers: Whether its hours go to people; those of managers, administration and consultancy do not.
        hours_group: Whose leave, sickness, supervision, training and travel it has, one of `HOURS_GROUPS`.
        note: What to know about it.
    """

    id: int
    code: str
    name: str
    regulated: bool
    amhp_eligible: bool
    specialist: bool
    recruits_abroad: bool
    participation: str
    delivers: bool
    hours_group: str
    note: str


def read_sectors(folder: Folder) -> tuple[Sector, ...]:
    """Read and check `sectors.csv`.

    Raises:
        DataError: With every fault of the table, among them counts without one sector that takes the rest.
    """
    figures = lookup(folder, "figures.csv", "id")
    parameters = lookup(folder, "parameters.csv", "name")
    lines: dict[str, int] = {}

    def build(row: Row) -> Sector:
        population = row.text("population", allowed=POPULATIONS)
        made = Sector(
            id=row.integer("id", 1, LARGEST_SECTOR),
            code=row.text("code"),
            name=row.text("name"),
            population=population,
            vacancy_measure=row.text("vacancy_measure", allowed=VACANCY_MEASURES),
            count=_count(row, figures),
            part=_part(row, "part", parameters, optional=population != SOCIAL_CARE),
            specialist_part=_part(row, "specialist_part", parameters, optional=True),
            recruits_abroad=row.flag("recruits_abroad"),
            employer_size=parameter_name(row, "employer_size", parameters, low=1.0),
            status=row.status(),
            source=row.known("source", figures, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )
        if population != SOCIAL_CARE and (made.count or made.part or made.specialist_part):
            row.fault("population", f"{made.code} is not social care and has a share of its posts", "see nhs_posts.csv")
        lines[made.code] = row.line
        return made

    def check(found: tuple[Sector, ...]) -> Iterator[Fault]:
        yield from duplicates("sectors.csv", "id", (item.id for item in found))
        yield from duplicates("sectors.csv", "code", (item.code for item in found))
        yield from duplicates("sectors.csv", "name", (item.name for item in found))
        for item in found:
            if not item.source and item.status != "assumed":
                problem = f"{item.code} is {item.status} and names no figure"
                yield Fault(f"sectors.csv:{lines[item.code]} source", problem, "fill in source")
        yield from _unshared(found, lines)
        yield from _overcounted(found, figures)

    columns = "id,code,name,population,vacancy_measure,count,part,specialist_part,recruits_abroad,status,source,note"
    return load(folder, "sectors.csv", columns.split(","), build, check)


def _count(row: Row, figures: Mapping[str, Row]) -> str:
    """The figure that counts a sector; empty for the remainder."""
    name = row.text("count", optional=True)
    if name and not (name in figures and number(figures[name], "number") > 0):
        row.fault("count", f"'{name}' is not a figure with a number", "name one of figures.csv, or leave it empty")
    return name


def _part(row: Row, column: str, parameters: Mapping[str, Row], *, optional: bool) -> str:
    """A parameter that is a share, or `rest`; empty only where that is allowed."""
    given = row.text(column, optional=optional)
    return parameter_name(row, column, parameters, high=1.0) if given and given != REST else given


def _unshared(found: tuple[Sector, ...], lines: Mapping[str, int]) -> Iterator[Fault]:
    """Counts, the remainder and the specialist posts, each of which one sector takes the rest of."""
    parts = [(item.code, "part", item.count, item.part) for item in found if item.population == SOCIAL_CARE]
    parts += [(item.code, "specialist_part", "", item.specialist_part) for item in found if item.specialist_part]
    wanted = dict.fromkeys((column, count) for _, column, count, _ in parts) | {
        ("part", ""): None,
        ("specialist_part", ""): None,
    }
    for column, count in wanted:
        own = [(code, part) for code, where, figure, part in parts if (where, figure) == (column, count)]
        rest = [code for code, part in own if part == REST]
        if len(rest) != 1:
            what = "the specialist posts" if column == "specialist_part" else f"the count {count or COUNTED_TOTAL}"
            at = ", ".join(str(lines[code]) for code, _ in own)
            problem = f"{len(rest)} sectors take the rest of {what}"
            yield Fault(f"sectors.csv:{at} {column}", problem, f"write {REST} for one of them, parameters for others")


def _overcounted(found: tuple[Sector, ...], figures: Mapping[str, Row]) -> Iterator[Fault]:
    """Counts that are more than all staff counted."""
    counts = sorted({item.count for item in found if item.count})
    counted = sum(number(figures[name], "number") for name in counts)
    total = number(figures[COUNTED_TOTAL], "number") if COUNTED_TOTAL in figures else counted
    if counted > total:
        problem = f"{', '.join(counts)} add up to {counted:,.0f} of {total:,.0f} ({COUNTED_TOTAL})"
        yield Fault("sectors.csv count", problem, "leave out a count that another one holds")


def read_roles(folder: Folder) -> tuple[Role, ...]:
    """Read and check `roles.csv`.

    Raises:
        DataError: With every fault of the table, among them a role that may be approved as AMHP without a register.
    """
    parameters = lookup(folder, "parameters.csv", "name")

    def build(row: Row) -> Role:
        made = Role(
            id=row.identity(),
            code=row.text("code"),
            name=row.text("name"),
            regulated=row.flag("regulated"),
            amhp_eligible=row.flag("amhp_eligible"),
            specialist=row.flag("specialist"),
            recruits_abroad=row.flag("recruits_abroad"),
            participation=parameter_name(row, "participation", parameters),
            delivers=row.flag("delivers"),
            hours_group=row.text("hours_group", allowed=HOURS_GROUPS),
            note=row.text("note", optional=True),
        )
        if made.amhp_eligible and row.cells["regulated"] == "no":
            problem = f"{made.code} may be approved as AMHP but is not regulated"
            row.fault("amhp_eligible", problem, "write no: the 2008 regulations allow registered professions only")
        return made

    def check(found: tuple[Role, ...]) -> Iterator[Fault]:
        yield from duplicates("roles.csv", "id", (item.id for item in found))
        yield from duplicates("roles.csv", "code", (item.code for item in found))
        yield from duplicates("roles.csv", "name", (item.name for item in found))

    columns = "id,code,name,regulated,amhp_eligible,specialist,recruits_abroad,participation,delivers,hours_group,note"
    return load(folder, "roles.csv", columns.split(","), build, check)


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
