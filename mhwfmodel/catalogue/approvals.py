"""Which posts Approved Mental Health Professionals (AMHPs) hold beside their approval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import TOLERANCE, Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.catalogue.people import read_roles, read_sectors
from mhwfmodel.catalogue.states import STRANDS
from mhwfmodel.errors import Fault

__all__ = ["AmhpPosts", "amhp_posts", "read_amhp_posts"]

_FILE = "amhp_posts.csv"


@dataclass(frozen=True, slots=True)
class AmhpPosts:
    """Posts whose holders may be AMHPs.

    Args:
        sector: Code of the employing sector; the council approves, whoever employs.
        role: Code of the role, one of the professions that may be approved.
        strand: `general` or `specialist`.
        share: Share of England's approved AMHPs who hold such posts.
        status: What the share rests on.
        source: Ids of figures.
        note: Why.
    """

    sector: str
    role: str
    strand: str
    share: float
    status: str
    source: tuple[str, ...]
    note: str


def read_amhp_posts(folder: Folder) -> tuple[AmhpPosts, ...]:
    """Read and check `amhp_posts.csv`.

    Raises:
        DataError: With every fault of the table, among them a role that may not be approved.
    """
    figures = {figure.id for figure in read_figures(folder)}
    sectors = sorted(sector.code for sector in read_sectors(folder))
    roles = {role.code: role for role in read_roles(folder)}

    def build(row: Row) -> AmhpPosts:
        made = AmhpPosts(
            sector=row.text("sector", allowed=sectors),
            role=row.text("role", allowed=sorted(roles)),
            strand=row.text("strand", allowed=STRANDS),
            share=row.number("share", 0.0, 1.0),
            status=row.status(),
            source=row.known("source", figures, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )
        if made.role in roles and not roles[made.role].amhp_eligible:
            allowed = ", ".join(role.code for role in roles.values() if role.amhp_eligible)
            row.fault("role", f"{made.role} may not be approved as AMHP", f"only {allowed} may")
        if made.status != "assumed" and not made.source:
            row.fault("source", f"{made.role} is {made.status} and names no figure", "name it, or status assumed")
        return made

    def check(found: tuple[AmhpPosts, ...]) -> Iterator[Fault]:
        yield from duplicates(_FILE, "row", ((item.sector, item.role, item.strand) for item in found))
        total = sum(item.share for item in found)
        if abs(total - 1.0) > TOLERANCE:
            yield Fault(_FILE, f"the shares add up to {total:g}, not to 1", "make them sum to 1")

    return load(folder, _FILE, ("sector", "role", "strand", "share", "status", "source", "note"), build, check)


@cache
def amhp_posts() -> tuple[AmhpPosts, ...]:
    """Return the posts that AMHPs hold."""
    return read_amhp_posts(package_data())
