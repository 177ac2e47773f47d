"""What one table says about another, followed even where the other has faults of its own, so that all come at once."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, nan

from mhwfmodel.catalogue._tables import NUMBER, Folder, Row, rows
from mhwfmodel.errors import suggest

__all__ = ["lookup", "number", "parameter_name"]


def lookup(folder: Folder, name: str, key: str) -> dict[str, Row]:
    """Return the rows of a table by one of their cells, sound or not: the table's own reader tells its faults.

    Raises:
        DataError: The file cannot be read or lacks the column.
    """
    return {row.cells[key]: row for row in rows(folder, name, (key,), [])}


def number(row: Row, column: str) -> float:
    """Return the number in a cell of another table; not a number where the cell has none."""
    text = row.cells.get(column, "")
    return float(text) if NUMBER.fullmatch(text) else nan


def parameter_name(row: Row, column: str, parameters: Mapping[str, Row], low: float = 0.0, high: float = inf) -> str:
    """Return the parameter that a cell names and note a fault when there is none, or its range leaves the bounds.

    Args:
        row: Row that is being read.
        column: Its cell with the name.
        parameters: Rows of `parameters.csv` by name.
        low: Lowest value that makes sense here, in the parameter's unit.
        high: Highest value that makes sense here, in the parameter's unit.
    """
    name = row.text(column)
    if name and name not in parameters:
        problem = f"'{name}' is no parameter of parameters.csv"
        row.fault(column, problem, f"add its row there, or {suggest(name, parameters)}")
    elif name:
        least, most = (number(parameters[name], end) for end in ("low", "high"))
        if least < low or most > high:
            problem = f"{name} runs from {least:g} to {most:g}"
            allowed = f"from {low:g} to {high:g}" if high < inf else f"not below {low:g}"
            row.fault(column, problem, f"name a parameter {allowed}, or mend its row in parameters.csv")
    return name
