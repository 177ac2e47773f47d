"""How old recruits are, by where they come from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import TOLERANCE, Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.states import AGE_BANDS, RECRUIT_SOURCES
from mhwfmodel.errors import Fault

__all__ = ["EntryAges", "entry_ages", "read_entry_ages"]

_FILE = "entry_ages.csv"


@dataclass(frozen=True, slots=True)
class EntryAges:
    """Ages of the recruits of one source.

    Args:
        source: One of `RECRUIT_SOURCES`.
        shares: Share of each of `AGE_BANDS`; they sum to 1.
        status: What the shares rest on.
        note: Why.
    """

    source: str
    shares: tuple[float, ...]
    status: str
    note: str


def read_entry_ages(folder: Folder) -> tuple[EntryAges, ...]:
    """Read and check `entry_ages.csv`.

    Raises:
        DataError: With every fault of the table, among them shares that do not sum to 1.
    """

    def build(row: Row) -> EntryAges:
        made = EntryAges(
            source=row.text("source", allowed=RECRUIT_SOURCES),
            shares=tuple(row.number(band, 0.0, 1.0) for band in AGE_BANDS),
            status=row.status(),
            note=row.text("note", optional=True),
        )
        total = sum(made.shares)
        if math.isfinite(total) and abs(total - 1.0) > TOLERANCE:
            row.fault(AGE_BANDS[0], f"the shares of {made.source} sum to {total:g}", "make them sum to 1")
        return made

    def check(found: tuple[EntryAges, ...]) -> Iterator[Fault]:
        yield from duplicates(_FILE, "source", (item.source for item in found))
        for source in RECRUIT_SOURCES:
            if source not in {item.source for item in found}:
                yield Fault(_FILE, f"no row for {source}", "add one: every source of recruits needs ages")

    return load(folder, _FILE, ("source", *AGE_BANDS, "status", "note"), build, check)


@cache
def entry_ages() -> tuple[EntryAges, ...]:
    """Return the ages of recruits, in the order of `RECRUIT_SOURCES`."""
    rows = {item.source: item for item in read_entry_ages(package_data())}
    return tuple(rows[source] for source in RECRUIT_SOURCES)
