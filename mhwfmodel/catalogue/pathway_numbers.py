"""The numbers of the pathway that ships: each with its range, and with its source or as an assumption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.catalogue.uncertain import (
    Parameter,
    fields_of,
    problems,
    read_parameters,
)
from mhwfmodel.errors import Fault

__all__ = ["PathwayNumber", "pathway_number", "pathway_numbers", "read_pathway_numbers"]

_FILE = "pathway_parameters.csv"


@dataclass(frozen=True, slots=True)
class PathwayNumber(Parameter):
    """One number of the pathway `cmhf`.

    Its id and name are used by no other row of this table or of `parameters.csv`.

    Args:
        at: Dotted keys of the pathway's file where the number stands, as `stages.core.service.exponential`; with
            `[0:8]` a part of a list. None where other numbers are worked out from it.
    """

    at: tuple[str, ...]


def read_pathway_numbers(folder: Folder) -> tuple[PathwayNumber, ...]:
    """Read and check `pathway_parameters.csv`.

    Raises:
        DataError: With every fault of the table: a value outside its range, a number without a source, an
            assumption without range, owner or review date, a key that two rows name.
    """
    known = {figure.id for figure in read_figures(folder)}
    others = read_parameters(folder)

    def build(row: Row) -> PathwayNumber:
        made = PathwayNumber(**fields_of(row, known), at=row.words("at"))
        for column, problem, remedy in problems(made):
            row.fault(column, problem, remedy)
        return made

    def check(found: tuple[PathwayNumber, ...]) -> Iterator[Fault]:
        yield from duplicates(_FILE, "id", (item.id for item in (*others, *found)))
        yield from duplicates(_FILE, "name", (item.name for item in (*others, *found)))
        yield from duplicates(_FILE, "key", (key for item in found for key in item.at))

    columns = "id,name,title,central,low,high,distribution,unit,status,source,owner,review,note,at"
    return load(folder, _FILE, columns.split(","), build, check)


@cache
def pathway_numbers() -> tuple[PathwayNumber, ...]:
    """Return every number of the pathway that ships, in the order of the table."""
    return read_pathway_numbers(package_data())


def pathway_number(name: str) -> PathwayNumber:
    """Return one number of the pathway that ships.

    Raises:
        DataError: No number has this name.
    """
    return pick({item.name: item for item in pathway_numbers()}, name, "number of the pathway")
