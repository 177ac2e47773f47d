"""Files that are no scenarios: told in one sentence, not line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mhwfmodel.errors import Fault
from mhwfmodel.scenario.schema import Scenario
from mhwfmodel.scenario.wording import FILE_ONLY
from mhwfmodel.yamls.files import SUFFIXES
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.text import escape, shorten

__all__ = ["foreign", "unreadable"]

_SHOWN = 4
_NEAR = 0.75
_REMEDY: Final = "name a scenario file (.yaml), such as scenarios/baseline.yaml"


def foreign(data: Mapping[str, object]) -> Iterator[Problem]:
    """A file of fields most of which no scenario has, nor anything like them."""
    fields = (*Scenario.model_fields, *FILE_ONLY)
    known = [key for key in data if key in fields]
    strange = [key for key in data if key not in fields and not difflib.get_close_matches(key, fields, cutoff=_NEAR)]
    if len(strange) < 2 or len(strange) <= len(known):
        return
    told = ", ".join(f"'{shorten(escape(key), 20)}'" for key in strange[:_SHOWN])
    more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
    text = f"this is no scenario file: a scenario has no {told}{more}"
    is_pathway = {"stages", "pools"} <= set(data)
    remedy = "a pathway file is looked at with 'mhwfmodel pathway check'" if is_pathway else _REMEDY
    yield Problem((), text, remedy, alone=True, last=True)


def unreadable(file: Path, where: str, faults: Sequence[Fault]) -> Sequence[Fault]:
    """What is said of a file that cannot be read: in one sentence where its ending is not that of a scenario file.

    Args:
        file: The file.
        where: What it is called in messages.
        faults: Everything that is wrong with its text.
    """
    if file.suffix.lower() in SUFFIXES or all(fault.where == where for fault in faults):
        return faults
    first = next(fault for fault in faults if fault.where != where)
    line = first.where.removeprefix(where).partition(" ")[0].strip(":").partition(":")[0]
    problem = f"its name does not end in .yaml, and its text is not that of one (line {line}: {first.problem})"
    return [Fault(where, f"this is no scenario file: {problem}", _REMEDY)]
