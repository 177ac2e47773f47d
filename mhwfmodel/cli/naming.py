"""Scenario files named by a bare word: `nhs_pull` is nhs_pull.yaml, here or in the folder scenarios."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from mhwfmodel.errors import Fault, MhwfError, ScenarioError, suggest

__all__ = ["named", "named_all"]

_SUFFIXES = (".yaml", ".yml")
_PLACES = (Path(), Path("scenarios"))


def named(given: Path, *, folders: bool = False) -> Path:
    """The file that was meant.

    Args:
        given: A path, which is left as it is, or a bare word: a name without folder and ending.
        folders: A folder of that name is meant before a file in `scenarios`.

    Raises:
        ScenarioError: A word that names nothing: where it was looked for, and what is like it.
    """
    if given.is_file() or given.suffix.lower() in _SUFFIXES or len(given.parts) != 1 or given.name in ("", ".", ".."):
        return given
    if folders and given.is_dir():
        return given
    for place in _PLACES:
        for suffix in _SUFFIXES:
            if (found := place / f"{given}{suffix}").is_file():
                return found
    if given.is_dir():
        return given
    words = set(_words())
    remedy = suggest(given.name, words) if words else "name the file with its folder: plans/mine.yaml"
    problem = f"there is no {given}.yaml in this folder or in {_PLACES[1]}{os.sep}"
    raise ScenarioError(Fault(str(given), problem, remedy))


def named_all(given: Iterable[Path], *, folders: bool = False) -> list[Path]:
    """The files that were meant, as `named` finds each.

    Raises:
        ScenarioError: All words that name nothing.
    """
    found: list[Path] = []
    faults: list[Fault] = []
    for path in given:
        try:
            found.append(named(path, folders=folders))
        except MhwfError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return found


def _words() -> Iterator[str]:
    """What could be written: scenario files of both folders."""
    for place in _PLACES:
        if place.is_dir():
            yield from (entry.stem for entry in place.iterdir() if entry.suffix.lower() in _SUFFIXES)
