"""The 42 Integrated Care Boards of April 2023, their regions and what is known of their people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.provenance import read_documents
from mhwfmodel.errors import Fault

__all__ = ["Covariates", "Icb", "Region", "icb", "icb_covariates", "icbs", "read_covariates", "read_icbs", "regions"]


@dataclass(frozen=True, slots=True)
class Icb:
    """An Integrated Care Board of April 2023.

    Args:
        id: Stable number 1 to 42 in order of ONS code, never used again for another board.
        code: ONS code of April 2023.
        ods: NHS Organisation Data Service code.
        name: Full name.
        short_name: Name without NHS and Integrated Care Board.
        abbreviation: Two to five letters for tight places on maps.
        region_code: ONS code of the NHS England region.
        region: Name of the region.
        region_ods: ODS code of the region.
        code_2022: ONS code of July 2022.
        code_2021: ONS code of the partnership that the board follows.
        population: All people, mid-2023.
        children: Aged 0 to 17.
        working_age: Aged 18 to 64.
        older: Aged 65 and over.
        adults: Aged 18 and over.
        census_population: All people, Census 2021.
        apportioned_share: Part of the population that lies in districts split between boards, where mid-2023 is an
            estimate.
        hex_row: Row on the hexagon layout, 0 in the south; odd rows stand half a hexagon to the east.
        hex_col: Column on the hexagon layout.
        status: What the populations rest on.
        source: Ids of documents.
    """

    id: int
    code: str
    ods: str
    name: str
    short_name: str
    abbreviation: str
    region_code: str
    region: str
    region_ods: str
    code_2022: str
    code_2021: str
    population: int
    children: int
    working_age: int
    older: int
    adults: int
    census_population: int
    apportioned_share: float
    hex_row: int
    hex_col: int
    status: str
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """An NHS England region and the codes of its boards of 2023."""

    code: str
    ods: str
    name: str
    icbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covariates:
    """Need and equity of one board.

    Args:
        code: ONS 2023 code.
        asian: Share of people, Census 2021.
        black: Share of people, Census 2021.
        mixed: Share of people, Census 2021.
        other: Share of people, Census 2021.
        white: Share of people, white minorities included, Census 2021.
        rural: Share of people in rural small areas, 2021 classification.
        deprivation_score: Mean score of the English Indices of Deprivation 2025.
        deprivation_rank: Rank of that score; 1 is the most deprived board.
        most_deprived_fifth: Share of people in the most deprived fifth of England's small areas.
        status: What the shares rest on.
        source: Ids of documents.
    """

    code: str
    asian: float
    black: float
    mixed: float
    other: float
    white: float
    rural: float
    deprivation_score: float
    deprivation_rank: int
    most_deprived_fifth: float
    status: str
    source: tuple[str, ...]


def read_icbs(folder: Folder) -> tuple[Icb, ...]:
    """Read and check `icbs.csv`.

    Raises:
        DataError: With every fault of the table: ids or codes twice, ages that do not add up.
    """
    known = {document.id for document in read_documents(folder)}

    def build(row: Row) -> Icb:
        made = Icb(
            id=row.identity(),
            code=row.text("code"),
            ods=row.text("ods"),
            name=row.text("name"),
            short_name=row.text("short_name"),
            abbreviation=row.text("abbreviation"),
            region_code=row.text("region_code"),
            region=row.text("region"),
            region_ods=row.text("region_ods"),
            code_2022=row.text("code_2022"),
            code_2021=row.text("code_2021"),
            population=row.integer("population"),
            children=row.integer("children"),
            working_age=row.integer("working_age"),
            older=row.integer("older"),
            adults=row.integer("adults"),
            census_population=row.integer("census_population"),
            apportioned_share=row.number("apportioned_share", 0, 1),
            hex_row=row.integer("hex_row"),
            hex_col=row.integer("hex_col"),
            status=row.status(),
            source=row.known("source", known, "document of documents.csv"),
        )
        if made.working_age + made.older != made.adults or made.children + made.adults != made.population:
            row.fault("population", f"the age bands do not add up to {made.population}")
        if not made.source:
            row.fault("source", "the population has no source", "name a document of documents.csv")
        return made

    def check(found: tuple[Icb, ...]) -> Iterator[Fault]:
        for column in ("id", "code", "ods", "short_name", "abbreviation", "code_2022"):
            yield from duplicates("icbs.csv", column, (getattr(item, column) for item in found))
        yield from duplicates("icbs.csv", "hexagon", ((item.hex_row, item.hex_col) for item in found))

    columns = [field.name for field in fields(Icb)]
    return load(folder, "icbs.csv", columns, build, check)


def read_covariates(folder: Folder) -> tuple[Covariates, ...]:
    """Read and check `icb_covariates.csv`: one row a board, ethnic shares that add up.

    Raises:
        DataError: With every fault of the table.
    """
    known = {document.id for document in read_documents(folder)}
    boards = [item.code for item in read_icbs(folder)]

    def build(row: Row) -> Covariates:
        made = Covariates(
            code=row.text("code", allowed=boards),
            asian=row.number("asian", 0, 1),
            black=row.number("black", 0, 1),
            mixed=row.number("mixed", 0, 1),
            other=row.number("other", 0, 1),
            white=row.number("white", 0, 1),
            rural=row.number("rural", 0, 1),
            deprivation_score=row.number("deprivation_score", 0, 100),
            deprivation_rank=row.integer("deprivation_rank", 1),
            most_deprived_fifth=row.number("most_deprived_fifth", 0, 1),
            status=row.status(),
            source=row.known("source", known, "document of documents.csv"),
        )
        total = made.asian + made.black + made.mixed + made.other + made.white
        if abs(total - 1) > 1e-4:
            row.fault("white", f"the ethnic shares add up to {total:.5f}, not to 1")
        return made

    def check(found: tuple[Covariates, ...]) -> Iterator[Fault]:
        yield from duplicates("icb_covariates.csv", "board", (item.code for item in found))

    return load(folder, "icb_covariates.csv", [field.name for field in fields(Covariates)], build, check)


@cache
def icbs() -> tuple[Icb, ...]:
    """Return the 42 boards of April 2023 in catalogue order."""
    return read_icbs(package_data())


def icb(code: str) -> Icb:
    """Return one board of April 2023 by its ONS code; names are for `resolve_icbs`.

    Raises:
        DataError: No board has this code.
    """
    return pick({item.code: item for item in icbs()}, code, "ONS 2023 code")


@cache
def regions() -> tuple[Region, ...]:
    """Return the seven NHS England regions in order of code."""
    names = sorted({(item.region_code, item.region_ods, item.region) for item in icbs()})
    return tuple(
        Region(code, ods, name, tuple(item.code for item in icbs() if item.region_code == code))
        for code, ods, name in names
    )


@cache
def icb_covariates() -> tuple[Covariates, ...]:
    """Return need and equity of the 42 boards in catalogue order."""
    return read_covariates(package_data())
