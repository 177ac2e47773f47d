"""Reading tables of facts, so that every fault names its file, line and column and all faults come at once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from mhwfmodel.errors import DataError, Fault, suggest

__all__ = ["STATUSES", "Folder", "Row", "duplicates", "load", "package_data", "pick", "share_faults"]

Folder = Traversable | Path
T = TypeVar("T")

STATUSES = ("observed", "derived", "imputed", "assumed")
"""What a number may rest on: a publication, arithmetic on publications, filling in, or a judgement."""

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
LARGEST_STABLE_ID = 255
TOLERANCE = 5e-6
"""How far published shares, which have six decimals, may add up beside 1."""


@cache
def package_data() -> Traversable:
    """Return the folder of the tables that come with the package."""
    return files("mhwfmodel.catalogue") / "data"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table that is being read; a cell that cannot be used is added to `faults`.

    Args:
        file: Name of the file.
        line: Line in the file that the row starts at.
        cells: Column to text, without spaces at the ends.
        faults: Where all faults of the file are gathered.
    """

    file: str
    line: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def fault(self, column: str, problem: str, remedy: str = "") -> None:
        """Note a fault of one cell."""
        self.faults.append(Fault(f"{self.file}:{self.line} {column}", problem, remedy))

    def text(self, column: str, *, allowed: Sequence[str] = (), optional: bool = False) -> str:
        """Return a text; empty only where that is allowed."""
        value = self.cells[column]
        if not value and not optional:
            self.fault(column, "the cell is empty", "fill it in")
        elif value and allowed and value not in allowed:
            self.fault(column, f"'{value}' is not allowed", suggest(value, allowed))
        return value

    def number(self, column: str, low: float = -1e15, high: float = 1e15) -> float:
        """Return a number between two bounds; 0 stands in for one that cannot be used."""
        value = self.cells[column]
        if not NUMBER.fullmatch(value):
            self.fault(column, f"'{value}' is not a number", "write digits with a point, without units or commas")
            return 0.0
        found = float(value)
        if not low <= found <= high:
            self.fault(column, f"{value} is not between {low:g} and {high:g}")
        return found

    def maybe(self, column: str) -> float | None:
        """Return a number, or None where the cell is empty."""
        return self.number(column) if self.cells[column] else None

    def integer(self, column: str, low: int = 0, high: int = 10**12) -> int:
        """Return a whole number between two bounds; 0 stands in for one that cannot be used."""
        value = self.cells[column]
        if not re.fullmatch(r"-?\d{1,12}", value):
            self.fault(column, f"'{value}' is not a whole number")
            return 0
        if not low <= int(value) <= high:
            self.fault(column, f"{value} is not between {low} and {high}")
        return int(value)

    def identity(self, column: str = "id") -> int:
        """Return a stable identity: it has eight bits in the counter of the random numbers, and 0 is no identity."""
        return self.integer(column, 1, LARGEST_STABLE_ID)

    def flag(self, column: str) -> bool:
        """Return yes or no."""
        return self.text(column, allowed=("yes", "no")) == "yes"

    def words(self, column: str) -> tuple[str, ...]:
        """Return the words of a cell, split at spaces."""
        return tuple(self.cells[column].split())

    def known(self, column: str, allowed: Collection[str], what: str) -> tuple[str, ...]:
        """Return the words of a cell, each of which has to be known."""
        found = self.words(column)
        for word in found:
            if word not in allowed:
                self.fault(column, f"'{word}' is no {what}", suggest(word, allowed))
        return found

    def status(self) -> str:
        """Return what the row's numbers rest on."""
        return self.text("status", allowed=STATUSES)


def load(
    folder: Folder,
    name: str,
    columns: Sequence[str],
    build: Callable[[Row], T],
    check: Callable[[tuple[T, ...]], Iterable[Fault]] = lambda _: (),
) -> tuple[T, ...]:
    """Read one table.

    Args:
        folder: Where the file is; a file that is not there is taken from the package.
        name: Name of the file.
        columns: Columns that the file has to have; others are ignored.
        build: Makes a record of a row and notes the row's faults.
        check: Finds faults between records; asked only when the rows are sound.

    Returns:
        The records, in the order of the file.

    Raises:
        DataError: With every fault of the file.
    """
    faults: list[Fault] = []
    records = tuple(build(row) for row in rows(folder, name, columns, faults))
    found = faults or list(check(records))
    if found:
        raise DataError(found)
    return records


def rows(folder: Folder, name: str, columns: Sequence[str], faults: list[Fault]) -> Iterator[Row]:
    """Yield the rows of a table that have the right number of cells."""
    reader = csv.reader(io.StringIO(content(folder, name), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in columns if column not in header]
        if missing:
            raise DataError(
                Fault(f"{name}:1", f"no column {', '.join(missing)}", f"the columns are {', '.join(columns)}")
            )
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                faults.append(Fault(f"{name}:{line}", f"{len(cells)} cells under {len(header)} column names"))
            elif cells:
                values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
                yield Row(name, line, values, faults)
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(Fault(f"{name}:{reader.line_num}", f"not a table of comma-separated values: {error}")) from None


def content(folder: Folder, name: str) -> str:
    """Return the text of a table, from the folder or else from the package."""
    place = folder / name
    if not place.is_file():
        place = package_data() / name
    try:
        return place.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(Fault(name, f"byte {error.start} is not UTF-8 text", "save the file as CSV UTF-8")) from None
    except OSError as error:
        raise DataError(Fault(name, f"cannot be read: {error.strerror}")) from None


def duplicates(name: str, what: str, keys: Iterable[Hashable]) -> Iterator[Fault]:
    """Yield a fault for every key that comes a second time."""
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            yield Fault(name, f"{what} {key} is there twice", "keep one of the rows")
        seen.add(key)


def pick(items: Mapping[str, T], name: str, what: str) -> T:
    """Return one item by name.

    Raises:
        DataError: With a suggestion, when there is no such name.
    """
    if name in items:
        return items[name]
    raise DataError(Fault(what, f"'{name}' is no {what}", suggest(name, items)))


def share_faults(name: str, column: str, pairs: Iterable[tuple[str, float]], wanted: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for every wanted code whose shares do not add up to 1."""
    sums = dict.fromkeys(wanted, 0.0)
    for code, share in pairs:
        sums[code] = sums.get(code, 0.0) + share
    for code, total in sums.items():
        if abs(total - 1) > TOLERANCE:
            yield Fault(f"{name} {column}", f"the shares of {code} add up to {total:.6f}, not to 1")
