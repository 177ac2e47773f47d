"""Every draw of a variable: in memory, or in a file from which it is read as it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.results.scratch import Scratch

    Values = NDArray[np.float32]

__all__ = ["Drawn"]

_BYTES = np.dtype(np.float32).itemsize


class Drawn:
    """One variable, dims (draw, … places …, month); a place that has none is not a number.

    Args:
        shape: Sizes of the dims.
        labels: Position of each group along each dim of places, dims (group, dim).
        scratch: File that takes the values; they are kept in memory when None.
    """

    def __init__(self, shape: tuple[int, ...], labels: NDArray[np.int64], scratch: Scratch | None) -> None:
        self.shape = shape
        self._labels = labels
        self._scratch = scratch
        self._values: Values | None = None if scratch else np.full(shape, np.nan, dtype=np.float32)
        self._blocks: dict[int, tuple[int, int]] = {}

    @property
    def inside(self) -> Values | None:
        """All values, where they are in memory."""
        return self._values

    def begin(self, month: int, months: int) -> None:
        """Make room for a block of months."""
        if self._scratch is not None:
            size = self.shape[0] * len(self._labels) * months * _BYTES
            self._blocks[month] = (months, self._scratch.take(size))

    def put(self, begin: int, month: int, values: Values) -> None:
        """Keep a block of months of some draws, dims (draw, group, month).

        Args:
            begin: First of the draws.
            month: First of the months, for which `begin` has made room.
            values: Some of the draws, all of the block's months.
        """
        draws, groups, months = values.shape
        if self._scratch is None:
            place = (slice(begin, begin + draws), *self._labels.T, slice(month, month + months))
            self._held[place] = values
        else:
            at = self._blocks[month][1] + begin * groups * months * _BYTES
            self._scratch.write(at, [np.ascontiguousarray(values)])

    @property
    def _held(self) -> Values:
        if self._values is None:
            message = "these draws are in a file"
            raise TypeError(message)
        return self._values

    def read(self, draws: slice, months: slice) -> Values:
        """Values of some draws and months, both without gaps, dims (draw, … places …, month)."""
        if self._scratch is None:
            return self._held[draws, ..., months]
        size = draws.stop - draws.start
        result = np.full((size, *self.shape[1:-1], months.stop - months.start), np.nan, dtype=np.float32)
        groups = len(self._labels)
        for month, (count, at) in self._blocks.items():
            low, high = max(month, months.start), min(month + count, months.stop)
            if low < high:
                step = groups * count * _BYTES
                raw = self._scratch.read(at + draws.start * step, size * step).view(np.float32)
                part = raw.reshape(size, groups, count)[:, :, low - month : high - month]
                result[(slice(None), *self._labels.T, slice(low - months.start, high - months.start))] = part
        return result
