"""Who staffs the pools of a pathway: the share of each sector and role's hours that goes to each skill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import TOLERANCE, Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.people import read_roles, read_sectors
from mhwfmodel.errors import Fault

__all__ = ["StaffingShare", "read_staffing", "staffing"]

_FILE = "staffing.csv"
_COLUMNS = ("skill", "sector", "role", "share", "low", "high", "status", "source", "owner", "review", "note")


@dataclass(frozen=True, slots=True)
class StaffingShare:
    """Share of the hours of a sector and role that goes to a skill.

    Args:
        skill: Skill that pools of a pathway name.
        sector: Code of the sector.
        role: Code of the role.
        share: Share of the hours for people with mental health needs, 0 to 1.
        low: Lowest share thought possible.
        high: Highest share thought possible.
        status: `observed`, `derived`, `imputed` or `assumed`.
        source: Ids of the figures that it rests on.
        owner: Who answers for it.
        review: Month `YYYY-MM` by which it is looked at again.
        note: Why this share and range.
    """

    skill: str
    sector: str
    role: str
    share: float
    low: float
    high: float
    status: str
    source: tuple[str, ...]
    owner: str
    review: str
    note: str


def read_staffing(folder: Folder) -> tuple[StaffingShare, ...]:
    """Read and check `staffing.csv`.

    Raises:
        DataError: With every fault of the table: unknown sectors and roles, shares outside their range, cells that give
            more than they have.
    """
    sectors = {item.code for item in read_sectors(folder)}
    roles = {item.code for item in read_roles(folder)}

    def build(row: Row) -> StaffingShare:
        made = StaffingShare(
            skill=row.text("skill"),
            sector=row.text("sector", allowed=sorted(sectors)),
            role=row.text("role", allowed=sorted(roles)),
            share=row.number("share", 0.0, 1.0),
            low=row.number("low", 0.0, 1.0),
            high=row.number("high", 0.0, 1.0),
            status=row.status(),
            source=row.words("source"),
            owner=row.text("owner", optional=True),
            review=row.text("review", optional=True),
            note=row.text("note", optional=True),
        )
        if not made.low <= made.share <= made.high:
            row.fault("share", f"{made.share:g} is not between low {made.low:g} and high {made.high:g}")
        return made

    return load(folder, _FILE, _COLUMNS, build, _faults)


def _faults(found: tuple[StaffingShare, ...]) -> Iterator[Fault]:
    yield from duplicates(_FILE, "skill, sector and role", ((row.skill, row.sector, row.role) for row in found))
    totals: dict[tuple[str, str], float] = {}
    for row in found:
        cell = row.sector, row.role
        totals[cell] = totals.get(cell, 0.0) + row.share
    for (sector, role), total in totals.items():
        if total > 1.0 + TOLERANCE:
            problem = f"the shares of {sector} {role} add up to {total:.4f}, more than the staff have"
            yield Fault(f"{_FILE} share", problem, "lower them")


@cache
def staffing() -> tuple[StaffingShare, ...]:
    """All shares, in the order of the table."""
    return read_staffing(package_data())
