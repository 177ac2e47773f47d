"""Writing files so that nothing half-written stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from mhwfmodel.errors import DataError, Fault, InvariantError

__all__ = ["replace_all"]


def replace_all(folder: Path, writers: Mapping[str, Callable[[Path], None]]) -> None:
    """Write several files beside their places, then put all of them there.

    Args:
        folder: Where; made when it is missing.
        writers: File name to the function that writes it to the path it is given.

    Raises:
        DataError: The folder or a file cannot be written.
        InvariantError: A writer wrote nothing.
    """
    made: dict[Path, Path] = {}
    try:
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
        raise DataError(Fault(str(folder), f"cannot be written: {error.strerror or error}", remedy)) from None
    finally:
        for beside in made:
            beside.unlink(missing_ok=True)
