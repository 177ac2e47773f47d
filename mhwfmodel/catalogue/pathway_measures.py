"""What a result can hold of a pathway: every measure with its unit, kind, dims and definition, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Row, duplicates, load, package_data
from mhwfmodel.errors import DataError, Fault, suggest

__all__ = ["ALL", "CONTACTS", "DEFINITIONS", "PathwayMeasure", "pathway_measure", "pathway_measures"]

ALL = "all"
"""Label of the sum over a dim: all ICBs of the run, all stages, all classes."""

DEFINITIONS = ("completed_wait", "waiting_so_far")
"""Of those who were seen in the month; of those who still wait at its end."""

CONTACTS = ("first", "second")
"""Contacts that a wait is counted to."""

_FILE = "pathway_measures.csv"
_COLUMNS = ("name", "units", "kind", "dims", "drawn", "long_name", "definition")
_DIMS = {
    "stage": ("icb", "stage", "of_class"),
    "class": ("icb", "of_class"),
    "exit": ("icb", "exit", "of_class"),
    "wait": ("icb", "definition", "contact", "of_class"),
    "pool": ("icb", "pool"),
}


@dataclass(frozen=True, slots=True)
class PathwayMeasure:
    """One measure of a pathway.

    Args:
        name: Name in the datasets.
        units: Unit of measure.
        kind: `stock` (at the end of a month), `flow` (during a month) or `rate`.
        dims: Dims beside the month.
        drawn: Whether every draw is kept, by ICB.
        long_name: Name for people.
        definition: What is counted.
    """

    name: str
    units: str
    kind: str
    dims: tuple[str, ...]
    drawn: bool
    long_name: str
    definition: str

    @property
    def drawn_dims(self) -> tuple[str, ...]:
        """Dims of every draw beside the draw and the month: over all stages and classes."""
        return tuple(dim for dim in self.dims if dim not in ("stage", "of_class"))

    @property
    def attrs(self) -> dict[str, str]:
        """Attributes of the variable in a dataset."""
        return {"units": self.units, "long_name": self.long_name, "kind": self.kind, "comment": self.definition}


@cache
def pathway_measures() -> tuple[PathwayMeasure, ...]:
    """Every measure, in the order of the table.

    Raises:
        DataError: With every fault of the table.
    """
    return load(
        package_data(), _FILE, _COLUMNS, _measure, lambda rows: duplicates(_FILE, "name", (r.name for r in rows))
    )


def _measure(row: Row) -> PathwayMeasure:
    return PathwayMeasure(
        name=row.text("name"),
        units=row.text("units"),
        kind=row.text("kind", allowed=("stock", "flow", "rate")),
        dims=_DIMS.get(row.text("dims", allowed=tuple(_DIMS)), ()),
        drawn=row.flag("drawn"),
        long_name=row.text("long_name"),
        definition=row.text("definition"),
    )


def pathway_measure(name: str) -> PathwayMeasure:
    """One measure.

    Raises:
        DataError: No measure has this name.
    """
    for item in pathway_measures():
        if item.name == name:
            return item
    names = [item.name for item in pathway_measures()]
    raise DataError(Fault("measure", f"'{name}' is not a measure of a pathway", suggest(name, names)))
