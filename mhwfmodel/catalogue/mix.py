"""How staff of a sector divide over roles, and how roles and sectors differ in turnover and vacancies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf

from mhwfmodel.catalogue._references import lookup, number, parameter_name
from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, rows
from mhwfmodel.catalogue.people import SOCIAL_CARE, roles, sectors
from mhwfmodel.catalogue.states import STRANDS
from mhwfmodel.errors import DataError, Fault

__all__ = [
    "Column",
    "NhsPosts",
    "RelativeRate",
    "RoleShare",
    "columns",
    "nhs_posts",
    "read_nhs_posts",
    "read_relative_rates",
    "read_role_mix",
    "relative_rates",
    "role_mix",
]

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


@dataclass(frozen=True, slots=True)
class NhsPosts:
    """Staff of one role in a sector that has a control total of its own.

    Args:
        sector: Code of the sector.
        role: Code of the role.
        fte: Parameter with the full-time equivalents in post, all England.
        vacancy: Parameter with the share of posts that are vacant.
        turnover: Parameter with the leavers a year per person in post.
        note: What to know.
    """

    sector: str
    role: str
    fte: str
    vacancy: str
    turnover: str
    note: str


def read_role_mix(folder: Folder) -> tuple[RoleShare, ...]:
    """Read and check `role_mix.csv`.

    Raises:
        DataError: With every fault of the table, among them shares that do not sum to 1.
    """
    figures = lookup(folder, "figures.csv", "id")
    known_roles = lookup(folder, "roles.csv", "code")
    wanted = _mixed(folder)
    faults: list[Fault] = []
    found: dict[int, RoleShare] = {}
    unsound: set[tuple[str, str]] = set()
    columns = ("strand", "sector", "role", "share", "status", "source", "note")
    for row in rows(folder, "role_mix.csv", columns, faults):
        before = len(faults)
        made = found[row.line] = RoleShare(
            strand=row.text("strand", allowed=STRANDS),
            sector=row.text("sector", allowed=wanted["general"]),
            role=row.text("role", allowed=list(known_roles)),
            share=row.number("share", 0.0, 1.0),
            status=row.status(),
            source=row.known("source", figures, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )
        if row.cells["share"].strip("0.") == "":
            row.fault("share", "a share of nothing is no post", "take the row out")
        if made.strand == "specialist":
            if made.role in known_roles and known_roles[made.role].cells.get("specialist") != "yes":
                row.fault("role", f"{made.role} has no specialist posts", "write yes for it in roles.csv")
            if made.sector in set(wanted["general"]) - set(wanted["specialist"]):
                row.fault(
                    "sector", f"{made.sector} has no specialist posts", "give it a specialist_part in sectors.csv"
                )
        if len(faults) > before:
            unsound.add((made.strand, made.sector))
    faults += duplicates("role_mix.csv", "row", ((item.strand, item.sector, item.role) for item in found.values()))
    keys = [(strand, sector) for strand, codes in wanted.items() for sector in codes]
    faults += _sums(found, [key for key in keys if key not in unsound])
    if faults:
        raise DataError(faults)
    return tuple(found.values())


def _mixed(folder: Folder) -> dict[str, list[str]]:
    """Sectors that need a role mix, by strand."""
    known = lookup(folder, "sectors.csv", "code")
    social_care = [code for code, row in known.items() if row.cells.get("population") == SOCIAL_CARE]
    return {
        "general": social_care,
        "specialist": [code for code in social_care if known[code].cells.get("specialist_part")],
    }


def _sums(found: Mapping[int, RoleShare], keys: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Strands of sectors whose shares do not add up to 1, with the lines that they stand in."""
    for strand, sector in keys:
        own = {line: item.share for line, item in found.items() if (item.strand, item.sector) == (strand, sector)}
        where = f"role_mix.csv:{min(own)}-{max(own)} share" if own else "role_mix.csv"
        total = sum(own.values())
        if abs(total - 1.0) > _TOLERANCE:
            problem = f"{strand} {sector} sums to {total:g}"
            yield Fault(where, problem, "make the shares sum to 1" if own else "add the roles that it employs")


def read_nhs_posts(folder: Folder) -> tuple[NhsPosts, ...]:
    """Read and check `nhs_posts.csv`.

    Raises:
        DataError: With every fault of the table.
    """
    known = lookup(folder, "sectors.csv", "code")
    sector_codes = [code for code, row in known.items() if row.cells.get("population") not in ("", SOCIAL_CARE)]
    role_codes = list(lookup(folder, "roles.csv", "code"))
    parameters = lookup(folder, "parameters.csv", "name")

    def build(row: Row) -> NhsPosts:
        return NhsPosts(
            sector=row.text("sector", allowed=sector_codes),
            role=row.text("role", allowed=role_codes),
            fte=parameter_name(row, "fte", parameters),
            vacancy=parameter_name(row, "vacancy", parameters, high=1.0),
            turnover=parameter_name(row, "turnover", parameters),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[NhsPosts, ...]) -> Iterator[Fault]:
        yield from duplicates("nhs_posts.csv", "row", ((item.sector, item.role) for item in found))
        for code in sector_codes:
            if code not in {item.sector for item in found}:
                yield Fault("nhs_posts.csv", f"{code} has no row", "add the roles that it employs")

    return load(folder, "nhs_posts.csv", ("sector", "role", "fte", "vacancy", "turnover", "note"), build, check)


def read_relative_rates(folder: Folder) -> tuple[RelativeRate, ...]:
    """Read and check `relative_rates.csv`.

    Raises:
        DataError: With every fault of the table.
    """
    figures = lookup(folder, "figures.csv", "id")
    codes = {kind: sorted(lookup(folder, f"{kind}s.csv", "code")) for kind in ("role", "sector")}

    def build(row: Row) -> RelativeRate:
        kind = row.text("kind", allowed=("role", "sector"))
        measure = row.text("measure", allowed=("turnover", "vacancy"))
        above, below = row.text("figure"), row.text("base_figure")
        values = []
        for column, name in (("figure", above), ("base_figure", below)):
            value = number(figures[name], "number") if name in figures else 0.0
            usable = 0.0 < value < (100.0 if measure == "vacancy" else inf)
            if not usable:
                row.fault(column, f"'{name}' is not a figure with a rate in per cent", "name one of figures.csv")
            values.append(value if usable else 1.0)
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
def nhs_posts() -> tuple[NhsPosts, ...]:
    """Return the staff that the NHS control total is made of."""
    return read_nhs_posts(package_data())


@cache
def relative_rates() -> tuple[RelativeRate, ...]:
    """Return the turnover and vacancy rates of roles and sectors relative to all adult social care."""
    return read_relative_rates(package_data())


@cache
def columns() -> tuple[Column, ...]:
    """Every sector, role and strand that has staff, in catalogue order."""
    social_care = {(row.sector, row.role, row.strand) for row in role_mix()}
    filled = social_care | {(row.sector, row.role, "general") for row in nhs_posts()}
    return tuple(
        Column(sector.code, role.code, strand)
        for sector in sectors()
        for role in roles()
        for strand in STRANDS
        if (sector.code, role.code, strand) in filled
    )
