"""Inputs of the model that carry a range: what is uncertain, why, and who answers for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.errors import Fault

__all__ = ["Parameter", "fields_of", "parameter", "parameters", "read_parameters"]

DISTRIBUTIONS = ("fixed", "off", "uniform", "triangular", "normal", "lognormal", "beta", "gamma", "dirichlet")
READERS = ("run", "costs", "equity", "panel", "history")
LARGEST_PARAMETER = 65535
HELD = ("fixed", "off")
"""Distributions of inputs that are one number in every draw; `off` is drawn where a scenario gives it a range."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One uncertain input.

    Args:
        id: Stable number; names the parameter's random numbers and is never used again.
        name: Word used in scenario files.
        title: Name for people.
        central: Central value in `unit`.
        low: Lowest value thought possible.
        high: Highest value thought possible.
        distribution: How values between are drawn; `fixed` is not drawn.
        unit: Unit of the three values.
        status: `observed`, `derived`, `imputed` or `assumed`.
        source: Ids of the figures it rests on; may be empty only for an assumption.
        owner: Who answers for it; an assumption always has one.
        review: Month `YYYY-MM` by which it is looked at again.
        note: Why this value and range.
        read_by: Who asks for it: the `run`, or what is worked out beside one (`costs`, `equity`, `panel`, `history`).
    """

    id: int
    name: str
    title: str
    central: float
    low: float
    high: float
    distribution: str
    unit: str
    status: str
    source: tuple[str, ...]
    owner: str
    review: str
    note: str
    read_by: str = field(default="run", kw_only=True)


def read_parameters(folder: Folder) -> tuple[Parameter, ...]:
    """Read and check `parameters.csv`.

    Raises:
        DataError: With every fault of the table: a value outside its range, a number without a source, an
            assumption without range, owner or review date.
    """
    known = {figure.id for figure in read_figures(folder)}

    def build(row: Row) -> Parameter:
        made = Parameter(**fields_of(row, known), read_by=row.text("read_by", allowed=READERS))
        for column, problem, remedy in problems(made):
            row.fault(column, problem, remedy)
        return made

    def check(found: tuple[Parameter, ...]) -> Iterator[Fault]:
        yield from duplicates("parameters.csv", "id", (item.id for item in found))
        yield from duplicates("parameters.csv", "name", (item.name for item in found))

    columns = "id,name,title,central,low,high,distribution,unit,status,source,owner,review,read_by,note"
    return load(folder, "parameters.csv", columns.split(","), build, check)


def fields_of(row: Row, known: Collection[str]) -> dict[str, Any]:
    """The fields of a `Parameter`, as a row writes them.

    Args:
        row: Of `parameters.csv`, or of a table with the same columns.
        known: Ids of all figures.
    """
    return {
        "id": row.integer("id", 1, LARGEST_PARAMETER),
        "name": row.text("name"),
        "title": row.text("title"),
        "central": row.number("central"),
        "low": row.number("low"),
        "high": row.number("high"),
        "distribution": row.text("distribution", allowed=DISTRIBUTIONS),
        "unit": row.text("unit"),
        "status": row.status(),
        "source": row.known("source", known, "figure of figures.csv"),
        "owner": row.text("owner", optional=True),
        "review": row.text("review", optional=True),
        "note": row.text("note", optional=True),
    }


def problems(item: Parameter) -> Iterator[tuple[str, str, str]]:
    """Yield (column, problem, remedy) of what does not fit inside one parameter."""
    if not item.low <= item.central <= item.high:
        yield "central", f"{item.central:g} is not between low {item.low:g} and high {item.high:g}", ""
    if item.distribution != "fixed" and item.low == item.high:
        yield "high", "a drawn parameter needs a range", "give low and high, or distribution fixed"
    if item.review and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", item.review):
        yield "review", f"'{item.review}' is not a month", "write YYYY-MM"
    if item.status != "assumed":
        if not item.source:
            yield "source", f"{item.name} is {item.status} and names no figure", "name the figure, or status assumed"
        return
    for column, value in (("owner", item.owner), ("review", item.review)):
        if not value:
            yield column, f"the assumption {item.name} has no {column}", "fill it in"
    if item.low == item.high:
        yield "high", f"the assumption {item.name} has no range", "say between which values it lies"


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return every uncertain input, in the order of the table."""
    return read_parameters(package_data())


def parameter(name: str) -> Parameter:
    """Return one uncertain input.

    Raises:
        DataError: No parameter has this name.
    """
    return pick({item.name: item for item in parameters()}, name, "parameter")
