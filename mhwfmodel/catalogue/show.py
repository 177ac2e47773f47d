"""The facts as plain tables of text, for people and for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Literal, get_args

from mhwfmodel.catalogue._tables import pick
from mhwfmodel.catalogue.disagreements import conflicts
from mhwfmodel.catalogue.evidence import figure, figures, sources
from mhwfmodel.catalogue.geography import icbs
from mhwfmodel.catalogue.merges import merge_shares
from mhwfmodel.catalogue.people import roles, sectors
from mhwfmodel.catalogue.training import pipelines
from mhwfmodel.catalogue.uncertain import parameters

__all__ = ["TABLES", "Table", "TableName", "conflict_table", "table"]

Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Column names and rows; every cell is text."""

TableName = Literal["geography", "sectors", "roles", "sources", "figures", "parameters", "pipelines"]
TABLES: tuple[str, ...] = get_args(TableName)


def table(name: TableName) -> Table:
    """Return one table of facts.

    Args:
        name: `geography`, `sectors`, `roles`, `sources`, `figures`, `parameters` or `pipelines`.

    Returns:
        Column names and rows.

    Raises:
        DataError: No table has this name.
    """
    makers: Mapping[str, Callable[[], Table]] = {
        "geography": geography_table,
        "sectors": lambda: records(sectors()),
        "roles": lambda: records(roles()),
        "sources": lambda: records(sources()),
        "figures": lambda: records(figures()),
        "parameters": lambda: records(parameters()),
        "pipelines": lambda: records(pipelines()),
    }
    return pick(makers, name, "table")()


def conflict_table() -> Table:
    """Return one row a figure in disagreement: the set's title, the figure, and for the first why and what is used."""
    rows: list[tuple[str, ...]] = []
    for item in conflicts():
        for place, name in enumerate(item.figures):
            known = figure(name)
            said = (item.explanation, item.used) if place == 0 else ("", "")
            number = (name, known.quantity, known.value, known.unit, known.period, known.publisher)
            rows.append((item.id, item.title, item.kind, *number, *said))
    header = "id,title,kind,figure,quantity,value,unit,period,publisher,explanation,used"
    return tuple(header.split(",")), tuple(rows)


def geography_table() -> Table:
    """Return the 42 boards with their codes of all years and the shares that go to the boards of April 2026."""
    header = "id,code,ods,name,region,population,adults,code_2022,codes_2026,status,source"
    rows = tuple(
        tuple(
            text(value)
            for value in (
                item.id,
                item.code,
                item.ods,
                item.short_name,
                item.region,
                item.population,
                item.adults,
                item.code_2022,
                " ".join(
                    code if share == 1 else f"{code} ({share:.1%})" for code, share in merge_shares()[item.code].items()
                ),
                item.status,
                item.source,
            )
        )
        for item in icbs()
    )
    return tuple(header.split(",")), rows


def records(items: tuple[object, ...]) -> Table:
    """Return records as a table with one column a field."""
    names = tuple(field.name for field in fields(items[0]))  # type: ignore[arg-type]
    return names, tuple(tuple(text(getattr(item, name)) for name in names) for item in items)


def text(value: object) -> str:
    """Return a cell as text: yes and no, numbers without a needless point, words with spaces between them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)
