"""Writes the table of what the library must be able to represent, and what represents it.

The rows are those of `docs/_data/seeds.csv`. What represents a row is named as `kind:name`, so that it can be looked
up: a lever, a scenario, an output, an uncertain input, a test, a page, a role, …
"""

from __future__ import annotations

import csv
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["GROUPS", "Row", "missing", "on_page_markdown", "rows"]

_ROOT = Path(__file__).resolve().parents[2]
_MARK = "<!-- seeds -->"
GROUPS = {
    "T": ("Traps in the published numbers", 10),
    "P": ("Policy frameworks, plans and programmes", 26),
    "S": ("Sectors, organisations and the labour market", 21),
    "W": ("AMHPs and training pipelines", 13),
    "F": ("Turnover, vacancies, wellbeing, pay and funding", 20),
    "D": ("Demand and services", 21),
    "C": ("Phases in time", 5),
    "E": ("People, equity and voice", 5),
    "X": ("Data systems, tools and bodies", 13),
}
"""Title of each group of rows, and how many there are."""


class Row(NamedTuple):
    """Something that planners named, and what represents it."""

    id: str
    item: str
    represented: str
    by: tuple[str, ...]
    note: str


@cache
def rows() -> tuple[Row, ...]:
    """All rows, in their order."""
    path = Path(__file__).resolve().parents[1] / "_data" / "seeds.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Row(**{**row, "by": tuple(row["by"].split())}) for row in csv.DictReader(file))


def missing(references: Iterable[str]) -> list[str]:
    """Those references that name nothing that exists."""
    return [given for given in references if not _exists(given)]


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put the table into a page; called by the site's builder."""
    if _MARK not in markdown:
        return markdown
    wrong = missing(reference for row in rows() for reference in row.by)
    if wrong:
        message = f"docs/_data/seeds.csv names what does not exist: {', '.join(wrong)}"
        raise KeyError(message)
    return markdown.replace(_MARK, "\n\n".join(_section(letter) for letter in GROUPS))


def _section(letter: str) -> str:
    lines = [f"## {GROUPS[letter][0]}", "", "| row | what | represented | by | note |", "|---|---|---|---|---|"]
    for row in rows():
        if row.id.startswith(letter):
            by = ", ".join(map(_told, row.by))
            lines.append(f"| {row.id} | {row.item} | {row.represented} | {by} | {row.note} |")
    return "\n".join(lines)


def _told(reference: str) -> str:
    kind, _, name = reference.partition(":")
    if kind == "page":
        return f"[{Path(name).stem.replace('-', ' ')}](../{name})"
    if kind == "test":
        file, _, test = name.partition("::")
        return f"test `{test or Path(file).stem}`"
    return f"{kind} `{name}`"


def _exists(reference: str) -> bool:
    kind, _, name = reference.partition(":")
    return kind in _FOUND and name != "" and _FOUND[kind](name)


def _lever(name: str) -> bool:
    from typing import get_args

    from mhwfmodel.levers import Lever

    return name in {str(kind.model_fields["kind"].default) for kind in get_args(get_args(Lever)[0])}


def _output(name: str) -> bool:
    from mhwfmodel.catalogue.pathway_measures import pathway_measures
    from mhwfmodel.catalogue.variables import variables

    return name in {item.name for item in (*variables(), *pathway_measures())}


def _test(name: str) -> bool:
    file, _, test = name.partition("::")
    path = _ROOT / file
    return path.is_file() and (not test or re.search(rf"^def {test}\(", path.read_text("utf-8"), re.M) is not None)


def _module(name: str) -> bool:
    package, _, last = name.rpartition(".")
    found = importlib.import_module(package)
    return any(item.name == last for item in pkgutil.iter_modules(found.__path__))


def _catalogue(table: str, field: str) -> Callable[[str], bool]:
    def find(name: str) -> bool:
        from mhwfmodel import catalogue

        return name in {getattr(row, field) for row in getattr(catalogue, table)()}

    return find


_FOUND: dict[str, Callable[[str], bool]] = {
    "lever": _lever,
    "scenario": lambda name: (_ROOT / "scenarios" / f"{name}.yaml").is_file(),
    "output": _output,
    "test": _test,
    "page": lambda name: (_ROOT / "docs" / name).is_file(),
    "module": _module,
    "command": lambda name: name in (_ROOT / "docs/reference/command-line.md").read_text("utf-8"),
    "parameter": _catalogue("parameters", "name"),
    "role": _catalogue("roles", "code"),
    "sector": _catalogue("sectors", "code"),
    "pipeline": _catalogue("pipelines", "code"),
    "conflict": _catalogue("conflicts", "id"),
}
