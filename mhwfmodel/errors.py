"""Errors that tell a person what is wrong, where, what is allowed and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "AlignmentError",
    "CapacityError",
    "DataError",
    "Fault",
    "InconsistentEvidence",
    "InvariantError",
    "MhwfError",
    "PathwayError",
    "ScenarioError",
    "YamlError",
    "suggest",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Args:
        where: File, line and field (`plan.yaml:14:3 levers[0].change`), or table and row.
        problem: What was found, with the value, and what is allowed.
        remedy: What to do next; may be empty.
    """

    where: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}; {self.remedy}" if self.remedy else text


class MhwfError(Exception):
    """Base of every error that this package raises on purpose.

    Args:
        faults: A message, a fault, or all the faults that were found at once.
    """

    def __init__(self, faults: str | Fault | Iterable[str | Fault]) -> None:
        listed = [faults] if isinstance(faults, (str, Fault)) else list(faults)
        self.faults: tuple[Fault, ...] = tuple(f if isinstance(f, Fault) else Fault("", f) for f in listed)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class YamlError(MhwfError):
    """A YAML file that a user wrote, or an override of one, cannot be used."""


class ScenarioError(YamlError):
    """A scenario file, or an override of one, cannot be used."""


class PathwayError(YamlError):
    """A pathway file, or an override of one, cannot be used."""


class DataError(MhwfError):
    """A table of facts, or data that a user supplied, cannot be used."""


class InconsistentEvidence(DataError):
    """Figures that cannot all describe one thing were asked to."""


class AlignmentError(MhwfError):
    """Two labelled arrays do not carry the same labels in the same order."""


class InvariantError(MhwfError):
    """The model broke one of its own laws: a fault of the program, never of the user."""


class CapacityError(MhwfError):
    """The run would not fit in memory, on disk or in what the counter of random numbers can name."""


def suggest(word: str, allowed: Iterable[str], *, most: int = 8) -> str:
    """Say which allowed word was probably meant.

    Args:
        word: What the user wrote.
        allowed: What may be written there.
        most: How many allowed words are listed when none is near.

    Returns:
        `did you mean 'x'?`, or `use one of a, b, c` when nothing is near.
    """
    words = sorted(set(allowed))
    lowered = {name.lower(): name for name in words}
    near = difflib.get_close_matches(word.lower(), lowered, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"'{lowered[name]}'" for name in near) + "?"
    shown = ", ".join(words[:most])
    more = f" … ({len(words) - most} more)" if len(words) > most else ""
    return f"use one of {shown}{more}" if words else ""
