"""The 153 councils with social services responsibilities, and the Integrated Care Boards they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, share_faults
from mhwfmodel.catalogue.geography import read_icbs
from mhwfmodel.catalogue.provenance import read_documents
from mhwfmodel.errors import Fault

__all__ = ["Council", "CouncilPart", "councils", "read_council_parts"]


@dataclass(frozen=True, slots=True)
class CouncilPart:
    """The part of a council that lies in one board.

    Args:
        code: ONS code of the council, April 2023.
        name: Name of the council.
        kind: County, unitary authority, metropolitan district or London borough.
        icb_code: ONS 2023 code of the board.
        population: People in this part, Census 2021.
        aged_16_and_over: People aged 16 and over in this part, Census 2021.
        share_of_council: Part of the council's people.
        share_of_icb: Part of the board's people.
        best_fit: The board holds more of the council than any other.
        status: What the counts rest on.
        source: Ids of documents.
    """

    code: str
    name: str
    kind: str
    icb_code: str
    population: int
    aged_16_and_over: int
    share_of_council: float
    share_of_icb: float
    best_fit: bool
    status: str
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Council:
    """A council with social services responsibilities.

    Args:
        code: ONS code, April 2023.
        name: Name.
        kind: County, unitary authority, metropolitan district or London borough.
        population: People, Census 2021.
        parts: One entry a board that it lies in, in catalogue order; `share_of_council` adds up to 1.
    """

    code: str
    name: str
    kind: str
    population: int
    parts: tuple[CouncilPart, ...]

    @property
    def icb_code(self) -> str:
        """ONS 2023 code of the board that holds most of the council."""
        return next(part.icb_code for part in self.parts if part.best_fit)


def read_council_parts(folder: Folder) -> tuple[CouncilPart, ...]:
    """Read and check `councils.csv`: shares add up both ways and each council has one best fit.

    Raises:
        DataError: With every fault of the table.
    """
    known = {document.id for document in read_documents(folder)}
    boards = tuple(item.code for item in read_icbs(folder))

    def build(row: Row) -> CouncilPart:
        made = CouncilPart(
            code=row.text("code"),
            name=row.text("name"),
            kind=row.text("kind"),
            icb_code=row.text("icb_code", allowed=boards),
            population=row.integer("population"),
            aged_16_and_over=row.integer("aged_16_and_over"),
            share_of_council=row.number("share_of_council", 0, 1),
            share_of_icb=row.number("share_of_icb", 0, 1),
            best_fit=row.flag("best_fit"),
            status=row.status(),
            source=row.known("source", known, "document of documents.csv"),
        )
        if not made.source:
            row.fault("source", "the shares have no source", "name a document of documents.csv")
        return made

    def check(found: tuple[CouncilPart, ...]) -> Iterator[Fault]:
        yield from duplicates("councils.csv", "pair", ((part.code, part.icb_code) for part in found))
        codes = {part.code for part in found}
        of_council = ((part.code, part.share_of_council) for part in found)
        yield from share_faults("councils.csv", "share_of_council", of_council, sorted(codes))
        of_board = ((part.icb_code, part.share_of_icb) for part in found)
        yield from share_faults("councils.csv", "share_of_icb", of_board, boards)
        for code in sorted(codes):
            fits = sum(part.best_fit for part in found if part.code == code)
            if fits != 1:
                yield Fault("councils.csv best_fit", f"{code} has {fits} best fits", "mark exactly one board")

    columns = "code,name,kind,icb_code,population,aged_16_and_over,share_of_council,share_of_icb,best_fit,status,source"
    return load(folder, "councils.csv", columns.split(","), build, check)


@cache
def councils() -> tuple[Council, ...]:
    """Return the councils in order of code, each with its parts by board."""
    found: dict[str, list[CouncilPart]] = {}
    for part in read_council_parts(package_data()):
        found.setdefault(part.code, []).append(part)
    return tuple(
        Council(code, parts[0].name, parts[0].kind, sum(p.population for p in parts), tuple(parts))
        for code, parts in sorted(found.items())
    )
