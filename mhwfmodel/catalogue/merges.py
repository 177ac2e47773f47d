"""The 36 Integrated Care Boards of April 2026 and the parts of the boards of 2023 that they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, share_faults
from mhwfmodel.catalogue.geography import icbs, read_icbs
from mhwfmodel.catalogue.provenance import read_documents
from mhwfmodel.errors import Fault

__all__ = ["Icb2026", "Merge", "icbs_2026", "merge_shares", "read_icbs_2026", "read_merges"]


@dataclass(frozen=True, slots=True)
class Icb2026:
    """An Integrated Care Board of April 2026.

    Args:
        code: ONS code of April 2026.
        ods: NHS Organisation Data Service code.
        name: Full name.
        short_name: Name without NHS and Integrated Care Board.
        region: Name of the NHS England region.
        change: `unchanged`, or what happened in April 2026.
        population: All people, mid-2023; parts of split boards by their Census 2021 share.
        adults: Aged 18 and over, on the same footing.
        census_population: All people, Census 2021.
        status: What the populations rest on.
        source: Ids of documents.
    """

    code: str
    ods: str
    name: str
    short_name: str
    region: str
    change: str
    population: int
    adults: int
    census_population: int
    status: str
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A part of a 2023 board and the 2026 board that it lies in; `share` is of the 2023 board's Census 2021 people."""

    code_2023: str
    code_2026: str
    event: str
    part: str
    census_population: int
    share: float
    status: str
    source: tuple[str, ...]


def read_icbs_2026(folder: Folder) -> tuple[Icb2026, ...]:
    """Read and check `icbs_2026.csv`.

    Raises:
        DataError: With every fault of the table.
    """
    known = {document.id for document in read_documents(folder)}

    def build(row: Row) -> Icb2026:
        return Icb2026(
            code=row.text("code"),
            ods=row.text("ods"),
            name=row.text("name"),
            short_name=row.text("short_name"),
            region=row.text("region"),
            change=row.text("change"),
            population=row.integer("population"),
            adults=row.integer("adults"),
            census_population=row.integer("census_population"),
            status=row.status(),
            source=row.known("source", known, "document of documents.csv"),
        )

    def check(found: tuple[Icb2026, ...]) -> Iterator[Fault]:
        for column in ("code", "ods", "short_name"):
            yield from duplicates("icbs_2026.csv", column, (getattr(item, column) for item in found))

    columns = "code,ods,name,short_name,region,change,population,adults,census_population,status,source"
    return load(folder, "icbs_2026.csv", columns.split(","), build, check)


def read_merges(folder: Folder) -> tuple[Merge, ...]:
    """Read and check `icb_merge_2026.csv`: the parts of each board of 2023 add up to it.

    Raises:
        DataError: With every fault of the table.
    """
    known = {document.id for document in read_documents(folder)}
    old = {item.code for item in read_icbs(folder)}
    new = {item.code for item in read_icbs_2026(folder)}

    def build(row: Row) -> Merge:
        made = Merge(
            code_2023=row.text("code_2023", allowed=sorted(old)),
            code_2026=row.text("code_2026", allowed=sorted(new)),
            event=row.text("event"),
            part=row.text("part"),
            census_population=row.integer("census_population", 1),
            share=row.number("share", 0, 1),
            status=row.status(),
            source=row.known("source", known, "document of documents.csv"),
        )
        if not made.source:
            row.fault("source", "the share has no source", "name a document of documents.csv")
        return made

    def check(found: tuple[Merge, ...]) -> Iterator[Fault]:
        yield from duplicates("icb_merge_2026.csv", "pair", ((m.code_2023, m.code_2026) for m in found))
        pairs = ((item.code_2023, item.share) for item in found)
        yield from share_faults("icb_merge_2026.csv", "share", pairs, old)

    columns = ("code_2023", "code_2026", "event", "part", "census_population", "share", "status", "source")
    return load(folder, "icb_merge_2026.csv", columns, build, check)


@cache
def icbs_2026() -> tuple[Icb2026, ...]:
    """Return the 36 boards of April 2026 in order of ONS code."""
    return read_icbs_2026(package_data())


@cache
def merge_shares() -> Mapping[str, Mapping[str, float]]:
    """Return, for each 2023 code, the share of its people in each 2026 code.

    Shares are of Census 2021 people, from whole counts, so that they add up to 1 to the last bit.
    """
    counts: dict[str, dict[str, int]] = {item.code: {} for item in icbs()}
    for merge in read_merges(package_data()):
        counts[merge.code_2023][merge.code_2026] = merge.census_population
    return MappingProxyType({code: MappingProxyType(_shares(found)) for code, found in counts.items()})


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Return counts as shares; the last takes what is left, so that the sum is exactly 1."""
    *first, last = counts
    shares = {code: counts[code] / sum(counts.values()) for code in first}
    return {**shares, last: 1.0 - sum(shares.values())}
