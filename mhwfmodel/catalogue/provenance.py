"""Documents behind the tables of codes and populations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data
from mhwfmodel.errors import Fault

__all__ = ["Document", "documents", "read_documents"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document behind a table of codes and populations.

    Args:
        id: Word that tables name it by.
        publisher: Who published it.
        title: Its title.
        date: When.
        licence: Licence it is used under.
        url: Where.
        note: How far to trust it.
    """

    id: str
    publisher: str
    title: str
    date: str
    licence: str
    url: str
    note: str


def read_documents(folder: Folder) -> tuple[Document, ...]:
    """Read and check `documents.csv`.

    Raises:
        DataError: With every fault of the table.
    """

    def build(row: Row) -> Document:
        return Document(
            id=row.text("id"),
            publisher=row.text("publisher"),
            title=row.text("title"),
            date=row.text("date"),
            licence=row.text("licence"),
            url=row.text("url"),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[Document, ...]) -> Iterator[Fault]:
        yield from duplicates("documents.csv", "id", (item.id for item in found))

    columns = ("id", "publisher", "title", "date", "licence", "url", "note")
    return load(folder, "documents.csv", columns, build, check)


@cache
def documents() -> tuple[Document, ...]:
    """Return the documents behind the tables of codes and populations."""
    return read_documents(package_data())
