"""The draws of a run, some at a time: what each chunk of them carries along, in memory or in a file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.simulate.spill import Spill, arrays_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mhwfmodel.results.reduce import Group, Year
    from mhwfmodel.results.scratch import Scratch
    from mhwfmodel.simulate.blocks import Block
    from mhwfmodel.simulate.measures import Rota
    from mhwfmodel.simulate.model import Model

    Values = NDArray[np.float32]

__all__ = ["Chunk", "Chunks", "Waiting", "ranges"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some draws of a run, between two months.

    Args:
        draws: Their numbers.
        model: Their run made ready.
        given: Their AMHP inputs.
        block: Where they are.
        year: What turnover knows of their last twelve months.
    """

    draws: range
    model: Model
    given: Rota
    block: Block
    year: Year


def ranges(draws: int, size: int) -> tuple[range, ...]:
    """Numbers of the draws of each chunk."""
    return tuple(range(at, min(at + size, draws)) for at in range(0, draws, size))


def slimmed(model: Model) -> Model:
    """A model whose people are in its block by now."""
    rest = model.rest
    return replace(model, rest=replace(rest, stock=rest.stock[:, :0]))


@dataclass(slots=True)
class Chunks:
    """All chunks of a run. The first ones stay in memory, the others wait in a file while they are not moved.

    What a chunk shares with the first one is never written, and what no month changes is written once.

    Args:
        inside: How many stay in memory, one at least.
        scratch: Where the others wait; none when all stay.
    """

    inside: int
    scratch: Scratch | None
    _held: dict[int, Chunk] = field(default_factory=dict)
    _still: dict[str, Any] = field(default_factory=dict)
    _spill: Spill | None = None

    def put(self, number: int, chunk: Chunk) -> None:
        """Keep a chunk; the first one comes before all others."""
        if self.scratch is None or number < self.inside:
            self._held[number] = chunk
            return
        if self._spill is None:
            self._spill = Spill(self.scratch)
            first = self._held[0]
            self._still = {f"array {at}": array for at, array in enumerate(arrays_of((first.model, first.given)))}
        parts = _parts(chunk)
        if not self._spill.has((number, "still")):
            self._spill.put((number, "still"), parts, self._still)
        self._spill.put((number, "moving"), (chunk.block, chunk.year), parts)

    def get(self, number: int) -> Chunk:
        """A chunk as it was kept."""
        if number in self._held or self._spill is None:
            return self._held[number]
        parts = self._spill.get((number, "still"), self._still)
        block, year = self._spill.get((number, "moving"), parts)
        return Chunk(parts["draws"], parts["model"], parts["given"], block, year)


def _parts(chunk: Chunk) -> Mapping[str, Any]:
    """What no month changes."""
    block = chunk.block
    return {
        "draws": chunk.draws,
        "model": chunk.model,
        "given": chunk.given,
        "school": block.school,
        "chooser": block.chooser,
    }


@dataclass(slots=True)
class Waiting:
    """Months of values that wait for the other draws, in memory or in a file.

    Args:
        groups: The groups whose values wait.
        chunks: Numbers of the draws of each chunk.
        scratch: Where they wait; in memory when None.
    """

    groups: tuple[Group, ...]
    chunks: tuple[range, ...]
    scratch: Scratch | None
    _held: dict[tuple[int, int, str], Values] = field(default_factory=dict)
    _places: dict[tuple[int, int, str], int] = field(default_factory=dict)

    def put(self, slot: int, number: int, values: Mapping[str, Values]) -> None:
        """Let a month of a chunk wait.

        Args:
            slot: Place of the month in its block.
            number: Number of the chunk.
            values: Group name to values, dims (column, place, draw).
        """
        for group in self.groups:
            key, given = (slot, number, group.name), values[group.name]
            if self.scratch is None:
                self._held[key] = given.reshape(-1, given.shape[-1])
                continue
            if key not in self._places:
                self._places[key] = self.scratch.take(given.nbytes)
            self.scratch.write(self._places[key], [given])

    def rows(self, slot: int, group: str, rows: slice) -> Values:
        """Rows of a group over all draws, dims (row, draw)."""
        result = np.empty((rows.stop - rows.start, self.chunks[-1].stop), dtype=np.float32)
        for number, draws in enumerate(self.chunks):
            key = slot, number, group
            if self.scratch is None:
                part = self._held[key][rows]
            else:
                step = len(draws) * result.itemsize
                raw = self.scratch.read(self._places[key] + rows.start * step, (rows.stop - rows.start) * step)
                part = raw.view(np.float32).reshape(-1, len(draws))
            result[:, draws.start : draws.stop] = part
        return result

    def clear(self) -> None:
        """Forget what waited in memory; places in the file are used again."""
        self._held.clear()
