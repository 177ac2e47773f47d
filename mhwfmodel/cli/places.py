"""Where a run goes, and whether it can: told before the work and not after it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import typer

from mhwfmodel.errors import DataError, Fault

__all__ = ["check_writable", "place"]

_ELSEWHERE = "name another folder with --out"


def place(text: str) -> Path:
    """A place that an option names, where something is written: an empty one would be the current folder, unseen.

    Raises:
        typer.BadParameter: The option is empty, or cannot be a name.
    """
    problem = "it is empty" if not text.strip() else "it holds a null byte" if "\0" in text else ""
    if problem:
        message = f"{problem}; name a place, or leave the option out"
        raise typer.BadParameter(message)
    return Path(text)


def check_writable(folder: Path, names: Iterable[str]) -> None:
    """See to it that files can be written into a folder, which need not be there yet.

    Args:
        folder: Where they go.
        names: Their names; older ones are replaced.

    Raises:
        DataError: The folder, or a file of that name in it, is in the way.
    """
    try:
        faults = list(_in_the_way(folder, names))
    except (OSError, ValueError) as error:
        faults = [Fault(str(folder), f"cannot be a folder: {error}", _ELSEWHERE)]
    if faults:
        raise DataError(faults)


def _in_the_way(folder: Path, names: Iterable[str]) -> Iterable[Fault]:
    nearest = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
    if not nearest.is_dir():
        yield Fault(str(nearest), "is a file, not a folder", _ELSEWHERE)
    elif not os.access(nearest, os.W_OK | os.X_OK):
        yield Fault(str(nearest), "you may not write here", _ELSEWHERE)
    elif nearest is folder:
        for name in names:
            yield from _blocked(folder / name)


def _blocked(file: Path) -> Iterable[Fault]:
    if file.is_dir():
        yield Fault(str(file), "is a folder, and a file of this name is to be written", _ELSEWHERE)
    elif file.exists():
        try:
            # Nothing moves; Windows refuses while another program, such as Excel, holds the file.
            file.rename(file)
        except OSError as error:
            yield Fault(str(file), f"cannot be replaced: {error.strerror}", "close it in other programs")
