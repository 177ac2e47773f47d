"""Writing files so that nothing half-written stays."""

from __future__ import annotations

import errno
import math
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from mhwfmodel.errors import CapacityError, DataError, Fault, InvariantError

__all__ = ["MEGABYTE", "nearest", "replace_all", "require_room"]

MEGABYTE = 10**6
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MAKE_ROOM = "make room or name another disk"


def nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there already."""
    return next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), folder)


def require_room(folder: Path, size: int) -> None:
    """See to it that a disk has room for files before they are made.

    Args:
        folder: Where they go; it need not be there yet.
        size: Most that they can take [bytes].

    Raises:
        CapacityError: The disk has less room.
    """
    free = shutil.disk_usage(nearest(folder)).free
    if free < size:
        needed, left = math.ceil(size / MEGABYTE), free // MEGABYTE
        raise CapacityError(Fault(str(folder), f"needs up to {needed} MB, has {left} MB left", _MAKE_ROOM))


def replace_all(folder: Path, writers: Mapping[str, Callable[[Path], None]]) -> None:
    """Write several files beside their places, then put all of them there.

    Args:
        folder: Where; made when it is missing, and gone again when nothing comes into it.
        writers: File name to the function that writes it to the path it is given.

    Raises:
        DataError: The folder or a file cannot be written.
        InvariantError: A writer wrote nothing.
    """
    made: dict[Path, Path] = {}
    new: list[Path] = []
    try:
        new = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for name, write in writers.items():
            beside = folder / f".{os.getpid()}.{name}"
            made[beside] = folder / name
            write(beside)
        unmade = [place.name for beside, place in made.items() if not beside.is_file()]
        if unmade:
            message = f"nothing was written for {', '.join(unmade)}"
            raise InvariantError(message)
        blocked = [place.name for place in made.values() if place.is_dir()]
        if blocked:
            raise DataError(Fault(str(folder), f"{', '.join(blocked)} is a folder there", "move it away"))
        for beside, place in made.items():
            beside.replace(place)
    except OSError as error:
        remedy = "name a folder that you may write to, and close its files in other programs"
        told = _MAKE_ROOM if error.errno in _FULL else remedy
        raise DataError(Fault(str(folder), f"cannot be written: {error.strerror or error}", told)) from None
    finally:
        for beside in made:
            beside.unlink(missing_ok=True)
        for place in new:
            with suppress(OSError):
                place.rmdir()
