"""A YAML file from the disk: only plain, small files are opened, and a name that is not there is helped on."""

from __future__ import annotations

import stat
from pathlib import Path

from mhwfmodel.errors import Fault, YamlError, suggest
from mhwfmodel.yamls.reader import read_bytes
from mhwfmodel.yamls.text import MAX_BYTES, escape
from mhwfmodel.yamls.tree import Node

__all__ = ["SUFFIXES", "read_file"]

SUFFIXES = (".yaml", ".yml")
_MOST_ENTRIES = 1000


def read_file(path: Path, where: str, besides: Path | None = None) -> tuple[Node, tuple[str, ...]]:
    """The tree of one file, without a parent, and notes.

    Args:
        path: The file.
        where: The file as the user named it, for messages.
        besides: The file that extends it, which is never offered in its place.

    Raises:
        YamlError: Missing, not a plain file, too large, or everything that is wrong with its text.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise YamlError(Fault(where, "this is not a file", "name a YAML file (.yaml)"))
        if status.st_size > MAX_BYTES:
            fault = Fault(where, f"the file is larger than {MAX_BYTES:,} bytes", "such a file is a few pages")
            raise YamlError(fault)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise YamlError(Fault(where, "there is no such file", _neighbours(path, besides))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be a file's"
        raise YamlError(Fault(where, f"the file cannot be read ({reason})", "check its name and permissions")) from None
    return read_bytes(content, where)


def _neighbours(path: Path, besides: Path | None = None) -> str:
    """What may have been meant by a file that is not there: a name beside it, or its name in a folder near by."""
    folder = path.parent
    try:
        near = _elsewhere(path)
        names = [entry.name for entry in folder.iterdir() if entry.suffix in SUFFIXES]
    except (OSError, ValueError):
        return "check the folder's name"
    if near:
        below = near.is_relative_to(folder)
        told = escape(near.relative_to(folder if below else near.parent.parent).as_posix())
        if besides is None:
            return f"did you mean '{escape(str(near)) if below else told}'?"
        return f"write 'extends: {told}'" if below else f"there is one at '{told}': move your file into that folder"
    others = [name for name in names if besides is None or name != besides.name]
    return suggest(path.name, others) or "there is no other YAML file in that folder"


def _elsewhere(path: Path) -> Path | None:
    """A file of that name in a folder below, or in one beside the folder that was named."""
    folder = path.parent
    places = [entry for entry in sorted(folder.iterdir())[:_MOST_ENTRIES] if entry.is_dir()]
    above = folder.resolve().parent
    if folder.resolve() != above and folder.name not in ("", "."):
        places += [entry for entry in sorted(above.iterdir())[:_MOST_ENTRIES] if entry.is_dir()]
    return next((place / path.name for place in places if (place / path.name).is_file()), None)
