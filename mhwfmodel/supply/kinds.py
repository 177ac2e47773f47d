"""What kind of thing was given: faults of types, told before values are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng
from mhwfmodel.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["counted", "is_whole", "numbers", "stable_ids", "whole_array"]

_WHOLE = "iu"
_NUMBER = "iuf"


def is_whole(value: object) -> bool:
    """Whether a value is one whole number; true and false are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def numbers(where: str, values: object) -> Iterator[Fault]:
    """Say when values are no array of numbers, nor a list that can become one."""
    try:
        known = np.asarray(values).dtype.kind in _NUMBER
    except ValueError:  # a list of lists of several lengths
        known = False
    if not known:
        yield Fault(where, "is not an array of numbers", "give a numpy array of whole numbers or of floats")


def whole_array(where: str, values: object, dims: int = 1) -> Iterator[Fault]:
    """Say when values are no array of whole numbers of so many dims."""
    remedy = "give a numpy array of whole numbers, such as np.array([…], dtype=np.int64)"
    if not isinstance(values, np.ndarray):
        yield Fault(where, f"is of type {type(values).__name__}, not an array", remedy)
    elif values.dtype.kind not in _WHOLE:
        yield Fault(where, f"is an array of {values.dtype}, not of whole numbers", remedy)
    elif values.ndim != dims:
        yield Fault(where, f"has {values.ndim} dims, not {dims}", remedy)


def stable_ids(where: str, values: object) -> Iterator[Fault]:
    """Say when values are not whole numbers that the counter of random numbers has room for."""
    wrong = list(whole_array(where, values))
    yield from wrong
    if not wrong and isinstance(values, np.ndarray) and values.dtype != np.uint32:
        for number in values[(values < 0) | (values >= rng.MAX_DRAWS)][:1]:
            yield Fault(where, f"{number} is not allowed", f"give whole numbers from 0 to {rng.MAX_DRAWS - 1:,}")


def counted(seed: object, draws: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The draw numbers of `Sampled` as the counter has them.

    Raises:
        DataError: What is no seed, or no draw numbers; all faults at once.
    """
    faults = [
        Fault(fault.where, fault.problem, "give np.arange(draws, dtype=np.uint32)")
        for fault in stable_ids("draws of Sampled", draws)
    ]
    if not (isinstance(seed, int | np.integer) and is_whole(seed) and 0 <= seed <= rng.MAX_SEED):
        faults.append(Fault("seed of Sampled", f"{seed!r} is not allowed", "give a whole number from 0 to 2**63 - 1"))
    if faults:
        raise DataError(faults)
    return draws.astype(np.uint32, copy=False)
