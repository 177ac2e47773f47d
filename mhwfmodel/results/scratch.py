"""A file for what does not fit in memory: it goes when nobody needs it any more."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.errors import CapacityError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Scratch", "sweep"]

_NAME = "mhwfmodel-run-"
_FILE = "values"


class Scratch:
    """A temporary file in a folder of its own, written and read at places that its user knows.

    The folder's name says what it is. It is removed by `close`, when the object is no longer used, or when the process
    ends in whatever orderly way; what a process leaves that was ended otherwise, `sweep` removes.

    Args:
        folder: Where the temporary folder is made; the system's place for such files when None.

    Raises:
        CapacityError: The folder cannot be written to.
    """

    def __init__(self, folder: Path | None) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=folder))
        except OSError as error:
            problem = f"{folder or tempfile.gettempdir()} cannot be written to: {error.strerror or error}"
            raise CapacityError(Fault("spill", problem, "name a folder that you may write to")) from None
        self._file = (self.folder / _FILE).open("w+b", buffering=0)
        _locked(self._file)
        self._lock = Lock()
        self._end = 0
        self._gone = weakref.finalize(self, _remove, self._file, self.folder)

    @property
    def size(self) -> int:
        """Bytes that are taken."""
        return self._end

    def take(self, size: int) -> int:
        """Set so many bytes aside; gives where they begin."""
        with self._lock:
            at = self._end
            self._end += size
        return at

    def write(self, at: int, parts: Iterable[NDArray[Any]]) -> None:
        """Write arrays, C-contiguous, one behind the other.

        Raises:
            CapacityError: The disk is full.
        """
        with self._lock:
            try:
                self._file.seek(at)
                for part in parts:
                    _write_all(self._file, part.reshape(-1).view(np.uint8).data)
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                    raise
                remedy = "make room there, name another folder to spill to, or ask for fewer draws"
                raise CapacityError(Fault(str(self.folder.parent), "the disk is full", remedy)) from None

    def read(self, at: int, size: int) -> NDArray[np.uint8]:
        """So many bytes from a place."""
        found = np.empty(size, dtype=np.uint8)
        view, done = found.data, 0
        with self._lock:
            self._file.seek(at)
            while done < size:
                got = self._file.readinto(view[done:])
                if not got:
                    message = f"{self.folder}: the file of the run ends early"
                    raise OSError(message)
                done += got
        return found

    def close(self) -> None:
        """Remove the file and its folder."""
        self._gone()


def sweep(folder: Path) -> None:
    """Remove what processes of this user have left in a folder for temporary files that were ended without warning.

    A process is gone when no process has its number and nobody holds its file: with a number alone, a process of
    another machine or container that shares the folder would seem to be gone. What cannot be known is left alone, as
    all is where a system has no such locks.

    Args:
        folder: Where runs make their temporary folders.
    """
    for place in folder.glob(f"{_NAME}*-*"):
        number = place.name.removeprefix(_NAME).partition("-")[0]
        with suppress(OSError):
            if number.isdecimal() and _own(place) and not _runs(int(number)):
                with (place / _FILE).open("r+b") as file:
                    gone = _locked(file)
                if gone:
                    shutil.rmtree(place, ignore_errors=True)


def _own(place: Path) -> bool:
    """Whether a folder, and no link to one, is this user's."""
    found = place.lstat()
    return hasattr(os, "getuid") and found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)


def _runs(number: int) -> bool:
    """Whether there is a process of a number; asked where `_own` is true, for on Windows the question ends it."""
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _locked(file: Any) -> bool:
    """Lock a file as long as it is open; whether that could be done."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write_all(file: Any, view: memoryview) -> None:
    while view:
        view = view[file.write(view) :]


def _remove(file: Any, folder: Path) -> None:
    file.close()
    shutil.rmtree(folder, ignore_errors=True)
