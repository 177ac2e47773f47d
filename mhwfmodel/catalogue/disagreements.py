"""Figures that cannot all be true of one thing: shown as disagreeing, never averaged away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.errors import Fault

__all__ = ["Conflict", "conflicts", "read_conflicts"]

CONFLICT_KINDS = ("denominator", "definition", "restatement", "remainder", "publisher")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Figures that cannot all be true of one thing.

    Args:
        id: Short word.
        title: The disagreement in a few words.
        figures: Ids of the figures.
        kind: `denominator`, `definition`, `restatement`, `remainder` or `publisher`.
        explanation: Why they disagree, as far as is known.
        used: What the model does.
    """

    id: str
    title: str
    figures: tuple[str, ...]
    kind: str
    explanation: str
    used: str


def read_conflicts(folder: Folder) -> tuple[Conflict, ...]:
    """Read and check `conflicts.csv`: at least two figures each, all of them known.

    Raises:
        DataError: With every fault of the table.
    """
    known = {item.id for item in read_figures(folder)}

    def build(row: Row) -> Conflict:
        made = Conflict(
            id=row.text("id"),
            title=row.text("title"),
            figures=row.known("figures", known, "figure of figures.csv"),
            kind=row.text("kind", allowed=CONFLICT_KINDS),
            explanation=row.text("explanation"),
            used=row.text("used"),
        )
        if len(set(made.figures)) < 2:
            row.fault("figures", "a disagreement needs two figures")
        return made

    def check(found: tuple[Conflict, ...]) -> Iterator[Fault]:
        yield from duplicates("conflicts.csv", "id", (item.id for item in found))

    columns = ("id", "title", "figures", "kind", "explanation", "used")
    return load(folder, "conflicts.csv", columns, build, check)


@cache
def conflicts() -> tuple[Conflict, ...]:
    """Return the sets of figures that cannot all be true of one thing."""
    return read_conflicts(package_data())
