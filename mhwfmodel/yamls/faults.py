"""Problems of fields as faults with file, line and column, in the order in which they stand in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mhwfmodel.errors import Fault, YamlError
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.text import shorten
from mhwfmodel.yamls.tree import Node, Place, at

__all__ = ["MOST_FAULTS", "fault_of", "in_order", "place_of", "told_as"]

MOST_FAULTS = 60
_QUOTES = re.compile("^[\u2018-\u201f\u00ab\u00bb]|[\u2018-\u201f\u00ab\u00bb]$")


def place_of(problem: Problem, tree: Node) -> Place:
    """Where the field of a problem, or its name, is written; the deepest block on the way there when it is not."""
    node, missing = at(tree, problem.path)
    return node.key if problem.on_key and not missing else node.place


def fault_of(problem: Problem, tree: Node) -> Fault:
    """A problem as a fault at its place in the file."""
    node, missing = at(tree, problem.path)
    place = place_of(problem, tree)
    quotes = not missing and isinstance(node.value, str) and _QUOTES.search(node.value)
    remedy = "its curly quotes are part of the text: use straight quotes, or none" if quotes else problem.remedy
    if problem.alone or not problem.value:
        return Fault(str(place), problem.text, remedy)
    return Fault(str(place), f"'{shorten(problem.value)}' {problem.text}", remedy)


def in_order(faults: Iterable[Fault], where: str) -> list[Fault]:
    """By line; each once; cut where nobody reads on."""

    def key(fault: Fault) -> tuple[int, int]:
        match = re.match(r":(\d+):(\d+)", fault.where[len(where) :])
        return (int(match[1]), int(match[2])) if match else (1 << 30, 0)

    listed = sorted(dict.fromkeys(faults), key=key)
    if len(listed) > MOST_FAULTS:
        rest = Fault(where, f"and {len(listed) - MOST_FAULTS} more faults", "mend these first")
        listed = [*listed[:MOST_FAULTS], rest]
    return listed


@contextmanager
def told_as(kind: type[YamlError]) -> Iterator[None]:
    """What is wrong with the text of a file, as the error that is promised for files of its kind."""
    try:
        yield
    except YamlError as error:
        raise kind(error.faults) from None
