"""Results that are read from their file when they are asked for; damage is told as a fault of that file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from mhwfmodel.errors import DataError, Fault, MhwfError

__all__ = ["reading", "told_when_damaged"]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what is raised while a file is read into a fault of the file: damage shows in errors of any kind.

    Args:
        path: The file.

    Raises:
        DataError: It cannot be read.
    """
    try:
        yield
    except (MemoryError, MhwfError):
        raise
    except Exception as error:
        words = " ".join(str(error).split()) or type(error).__name__
        raise DataError(Fault(str(path), f"cannot be read: {words}", "run the scenario again")) from None


def told_when_damaged(variable: xr.Variable, path: Path) -> xr.Variable:
    """A variable of an open file, whose values tell a fault of that file when they cannot be read."""
    late = indexing.LazilyIndexedArray(_Measured(variable, path))
    return xr.Variable(variable.dims, late, variable.attrs, variable.encoding)


class _Measured(BackendArray):
    """The values of a measure, in their file.

    Args:
        variable: As xarray opened it.
        path: The file.
    """

    def __init__(self, variable: xr.Variable, path: Path) -> None:
        self.shape, self.dtype = variable.shape, variable.dtype
        self._variable, self._path = variable, path

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        """Some of the values; a fault of the file where they cannot be read."""
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> Any:
        with reading(self._path):
            return self._variable[key].values
