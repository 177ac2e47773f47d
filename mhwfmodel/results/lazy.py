"""Draws in a file as an array for xarray, which reads what is asked for and keeps nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from xarray.backends import BackendArray
from xarray.core import indexing

from mhwfmodel.results.drawn import Drawn

__all__ = ["lazy"]


def lazy(drawn: Drawn) -> Any:
    """An array that reads on demand."""
    return indexing.LazilyIndexedArray(_Lazy(drawn))


class _Lazy(BackendArray):
    """Reads some draws and months at a time.

    Args:
        drawn: Where they are.
    """

    def __init__(self, drawn: Drawn) -> None:
        self.shape = drawn.shape
        self.dtype = np.dtype(np.float32)
        self._drawn = drawn

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        """What a key names."""
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._basic)

    def _basic(self, key: tuple[int | slice, ...]) -> Any:
        """What a key of whole numbers and slices names."""
        (draws, first), (months, last) = (_range(key[at], self.shape[at]) for at in (0, -1))
        return self._drawn.read(draws, months)[(first, *key[1:-1], last)]


def _range(key: int | slice, size: int) -> tuple[slice, int | slice]:
    """The smallest range without gaps that holds what a key names, and the key inside that range."""
    if not isinstance(key, slice):
        at = int(key) % size
        return slice(at, at + 1), 0
    named = range(size)[key]
    if not named:
        return slice(0, 0), slice(None)
    low, high = sorted((named[0], named[-1]))
    return slice(low, high + 1), slice(None, None, named.step)
