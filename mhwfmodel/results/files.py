"""Writing files so that nothing half-written stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from mhwfmodel.errors import DataError, Fault

__all__ = ["replace_all"]


def replace_all(folder: Path, writers: Mapping[str, Callable[[Path], None]]) -> None:
    """Write several files beside their places, then put all of them there.

    Args:
        folder: Where; made when it is missing.
        writers: File name to the function that writes it to the path it is given.

    Raises:
        DataError: The folder or a file cannot be written.
    """
    made: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, write in writers.items():
            beside = folder / f".{os.getpid()}.{name}"
            made[beside] = folder / name
            write(beside)
        for beside, place in made.items():
            beside.replace(place)
    except OSError as error:
        remedy = "name a folder that you may write to, and close its files in other programs"
        raise DataError(Fault(str(folder), f"cannot be written: {error.strerror or error}", remedy)) from None
    finally:
        for beside in made:
            beside.unlink(missing_ok=True)
