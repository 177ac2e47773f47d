"""Compiling with numba: kept on disk where that is possible, done anew in every process where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from numba import njit, vectorize

__all__ = ["compiled", "elementwise", "kept_on_disk"]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that runs without Python's lock.

    Where neither the package nor the user's cache folder can be written to, numba refuses to keep code on disk; the
    kernel is then compiled in memory, some seconds in every process.
    """
    try:
        kept: Callable[..., Any] = njit(cache=True, nogil=True)(function)
    except RuntimeError:
        kept = njit(nogil=True)(function)
    return kept


def elementwise(signatures: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function of numbers into one of arrays; kept on disk as `compiled` does."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            kept: Callable[..., Any] = vectorize(list(signatures), cache=True)(function)  # type: ignore[no-untyped-call]
        except RuntimeError:
            kept = vectorize(list(signatures))(function)  # type: ignore[no-untyped-call]
        return kept

    return decorate


def kept_on_disk(kernel: Any) -> bool:
    """Whether a compiled kernel's code is in the cache of this machine already."""
    folder = kernel.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*.{kernel.__name__}-*.nbi"))
