"""Checks of what closed forms are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["above_zero", "at_least_zero", "chance", "whole"]


def whole(value: ArrayLike, name: str, least: int = 0) -> NDArray[np.int64]:
    """Whole numbers of at least so many, or a `MhwfError`."""
    array = np.asarray(value)
    if not np.all(np.isfinite(array) & (array >= least) & (array == np.floor(array))):
        raise MhwfError(Fault(name, f"has to be a whole number of {least} or more, not {value!r}"))
    return array.astype(np.int64)


def at_least_zero(value: ArrayLike, name: str) -> NDArray[np.float64]:
    """Finite numbers of 0 or more, or a `MhwfError`."""
    array = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(array) & (array >= 0.0)):
        raise MhwfError(Fault(name, f"has to be finite and 0 or more, not {value!r}"))
    return array


def above_zero(value: ArrayLike, name: str) -> NDArray[np.float64]:
    """Finite numbers above 0, or a `MhwfError`."""
    array = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(array) & (array > 0.0)):
        raise MhwfError(Fault(name, f"has to be finite and above 0, not {value!r}"))
    return array


def chance(value: ArrayLike, name: str) -> NDArray[np.float64]:
    """Numbers of 0 or more and below 1, or a `MhwfError`."""
    array = np.asarray(value, dtype=np.float64)
    if not np.all((array >= 0.0) & (array < 1.0)):
        raise MhwfError(Fault(name, f"has to be 0 or more and below 1, not {value!r}"))
    return array
