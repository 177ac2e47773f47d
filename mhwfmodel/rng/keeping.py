"""Where compiled code is kept on disk: a folder for each state of the sources that are compiled.

numba's own cache knows only the file of the function itself, so that a change of what it calls in another file would
leave old code in use. Here the folder's name is a hash of all modules that hold compiled functions and of the versions
of what compiles them: whatever changes, the code is made anew, in another folder. The folder stands in the first of
these places that can be used:

1. the folder that the environment variable `MHWFMODEL_CACHE_DIR` names;
2. the user's cache folder: `$XDG_CACHE_HOME/mhwfmodel` or `~/.cache/mhwfmodel`, on a Mac `~/Library/Caches/mhwfmodel`,
   on Windows `mhwfmodel/Cache` in `%LOCALAPPDATA%`;
3. in the folder of temporary files, one of this user alone.

Where none can be used, code is compiled in every process.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from mhwfmodel.errors import Fault, MhwfError

__all__ = ["PLACE", "SUFFIX", "Kept", "Source", "kept", "kernel_sources", "read", "tidy", "write"]

PLACE = "MHWFMODEL_CACHE_DIR"
"""Environment variable that names a folder for compiled code."""

SUFFIX = ".code"

_PACKAGE = Path(__file__).resolve().parent.parent
_MARK = re.compile(rb"^(?:from mhwfmodel\.rng\.compiling|from numba\b|import numba\b)", re.MULTILINE)
_IMPORT = re.compile(rb"^from mhwfmodel\.([\w.]+) import", re.MULTILINE)
_TOOLS = ("numba", "llvmlite", "numpy")
_DIGEST = 32
_LENGTH = 8
_LETTERS = 20
_FOLDERS = 4
_IN_USE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Kept:
    """The folder of this state of the sources.

    Args:
        folder: Where the code is kept.
        stamps: Time of change in nanoseconds and size in bytes of each source when it was hashed.
    """

    folder: Path
    stamps: Mapping[Path, tuple[int, int]]

    def holds(self, source: Path) -> bool:
        """Whether code from a file belongs here: it was hashed, and no source has changed since."""
        return source in self.stamps and all(_stamp(path) == seen for path, seen in self.stamps.items())


@cache
def kept() -> Kept | None:
    """The folder for code that this process compiles; None where no place can be used.

    Raises:
        MhwfError: The folder that the environment variable names cannot be used.
    """
    sources = kernel_sources()
    name = _name(sources)
    for place in _places():
        folder = place / name
        new = not folder.is_dir()
        if _usable(place, folder):
            if new:
                tidy(place, folder)
            return Kept(folder, {source.path: source.stamp for source in sources})
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """A module as it was when it was read.

    Args:
        path: The file.
        stamp: Time of change in nanoseconds and size in bytes, taken before it was read.
        text: What stood in it.
    """

    path: Path
    stamp: tuple[int, int]
    text: bytes


def kernel_sources() -> tuple[Source, ...]:
    """Every module that compiled code depends on.

    Those whose head imports from `rng.compiling` or numba, those that they import for constants, which are frozen in
    the code, and the two modules of this job.
    """
    own = {Path(__file__).resolve(), Path(__file__).resolve().with_name("compiling.py")}
    every = {path: Source(path, _stamp(path), path.read_bytes()) for path in sorted(_PACKAGE.rglob("*.py"))}
    waiting = [path for path, source in every.items() if path not in own and _MARK.search(source.text)]
    found = own & every.keys() | set(waiting)
    while waiting:
        for name in _IMPORT.findall(every[waiting.pop()].text):
            path = _PACKAGE.joinpath(*name.decode().split(".")).with_suffix(".py")
            if path in every and path not in found:
                found.add(path)
                waiting.append(path)
    return tuple(every[path] for path in sorted(found))


def _name(sources: Iterable[Source]) -> str:
    """A name that no other sources, Python or compiler has."""
    tools = (platform.python_implementation(), platform.python_version(), *(version(tool) for tool in _TOOLS))
    named = ((source.path.relative_to(_PACKAGE).as_posix().encode(), source.text) for source in sources)
    whole = hashlib.sha256()
    for part in (*(tool.encode() for tool in tools), *chain.from_iterable(named)):
        whole.update(len(part).to_bytes(_LENGTH, "big") + part)
    return whole.hexdigest()[:_LETTERS]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size


def _places() -> Iterator[Path]:
    """Folders to try, the best first.

    Raises:
        MhwfError: The folder that the environment variable names cannot be used.
    """
    named = os.environ.get(PLACE, "")
    if named:
        yield Path(named).absolute()
        raise MhwfError(
            Fault(
                PLACE, f"compiled code cannot be written to {named}", "name a folder that you may write to, or unset it"
            )
        )
    with suppress(RuntimeError):
        yield _user_folder()
    own = Path(tempfile.gettempdir()) / f"mhwfmodel-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    with suppress(OSError):
        own.mkdir(mode=0o700, exist_ok=True)
        if _of_this_user_alone(own):
            yield own


def _user_folder() -> Path:
    """The folder for what can be made again.

    Raises:
        RuntimeError: The user has no home.
    """
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "mhwfmodel" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "mhwfmodel"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "mhwfmodel"


def _of_this_user_alone(folder: Path) -> bool:
    """Whether nobody else can have put code there, which this process would then run."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


def _usable(place: Path, folder: Path) -> bool:
    """Whether code can be written to a folder, which is made; or read from it, when it was filled by somebody else."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        os.utime(folder)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return folder.is_dir() and os.access(folder, os.R_OK) and any(folder.glob(f"*{SUFFIX}"))
    return True


def tidy(place: Path, current: Path) -> None:
    """Take away folders of other sources, but for the newest few and those used within the hour.

    A process that still works with one of them loses nothing but time: a file that is missing is compiled again.
    """
    others = sorted((path for path in place.iterdir() if _is_ours(path) and path != current), key=_used, reverse=True)
    for path in others[_FOLDERS - 1 :]:
        if time.time() - _used(path) > _IN_USE_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    return len(path.name) == _LETTERS and set(path.name) <= set("0123456789abcdef") and path.is_dir()


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def read(file: Path, key: bytes) -> bytes | None:
    """What was written under a key; None when there is nothing, or not all of it."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    held = data[_DIGEST:]
    return held if data[:_DIGEST] == hashlib.sha256(key + held).digest() else None


def write(file: Path, key: bytes, data: bytes) -> None:
    """Write a file whole or not at all, whoever else writes it; on a disk that is full, it is left out."""
    beside = file.with_name(f"{file.name}.{os.getpid()}-{time.monotonic_ns()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.write_bytes(hashlib.sha256(key + data).digest() + data)
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink()
