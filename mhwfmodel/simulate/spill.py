"""Objects of arrays written to a file and read again, and what all of them share written nowhere."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.results.scratch import Scratch

    Bytes = NDArray[np.uint8]

__all__ = ["Spill", "arrays_of"]

_ALIGNED = 64
_SPARSE_FROM = 2**20
_SPARSE_SHARE = 4
_SPARE = 8
_WORD = 4


class _Pickler(pickle.Pickler):
    """Leaves out what is known: its name is written in its place."""

    def __init__(self, file: io.BytesIO, known: Mapping[int, str], buffers: list[pickle.PickleBuffer]) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffers.append)
        self._known = known

    def persistent_id(self, obj: Any) -> str | None:
        """Name of an object that is known."""
        return self._known.get(id(obj))


class _Unpickler(pickle.Unpickler):
    """Puts what is known in its place again."""

    def __init__(self, file: io.BytesIO, named: Mapping[str, Any], buffers: list[Bytes]) -> None:
        super().__init__(file, buffers=buffers)
        self._named = named

    def persistent_load(self, pid: Any) -> Any:
        """The object of a name."""
        return self._named[pid]


def arrays_of(thing: Any) -> list[NDArray[Any]]:
    """All arrays in an object, in a fixed order."""
    found: list[NDArray[Any]] = []

    class Finder(pickle.Pickler):
        """Notes arrays and goes no deeper."""

        def persistent_id(self, obj: Any) -> str | None:
            if isinstance(obj, np.ndarray):
                found.append(obj)
                return ""
            return None

    Finder(io.BytesIO(), protocol=5).dump(thing)
    return found


@dataclass(slots=True)
class Spill:
    """Keeps objects in a file by key; an object that comes again takes its own place where it fits.

    Args:
        scratch: The file.
    """

    scratch: Scratch
    _places: dict[object, tuple[int, int]] = field(default_factory=dict)
    _sizes: dict[object, list[tuple[int, tuple[int, ...]]]] = field(default_factory=dict)

    def put(self, key: object, thing: Any, named: Mapping[str, Any]) -> None:
        """Write an object, but for what is named.

        Args:
            key: Under which `get` finds it.
            thing: Anything that can be pickled.
            named: Objects that are left out, by name; `get` is given them again.
        """
        head, buffers = io.BytesIO(), list[pickle.PickleBuffer]()
        _Pickler(head, {id(part): name for name, part in named.items()}, buffers).dump(thing)
        parts: list[Bytes] = []
        sizes = []
        for raw in (head.getbuffer(), *(buffer.raw() for buffer in buffers)):
            written = _written(np.frombuffer(raw, dtype=np.uint8))
            sizes.append((raw.nbytes, tuple(part.size for part in written)))
            for part in written:
                parts += [part, np.zeros(_aligned(part.size) - part.size, dtype=np.uint8)]
        self._sizes[key] = sizes
        self.scratch.write(self._place(key, sum(part.size for part in parts)), parts)

    def has(self, key: object) -> bool:
        """Whether there is an object of this key."""
        return key in self._places

    def get(self, key: object, named: Mapping[str, Any]) -> Any:
        """The object of a key; its arrays are C- or F-contiguous, aligned and may be written to."""
        sizes = self._sizes[key]
        whole = self.scratch.read(self._places[key][0], sum(_aligned(part) for _, parts in sizes for part in parts))
        buffers, at = [], 0
        for size, parts in sizes:
            read = []
            for part in parts:
                read.append(whole[at : at + part])
                at += _aligned(part)
            buffers.append(_read(read, size))
        return _Unpickler(io.BytesIO(buffers[0].tobytes()), named, buffers[1:]).load()

    def _place(self, key: object, size: int) -> int:
        at, room = self._places.get(key, (0, -1))
        if size > room:
            room = _aligned(size + size // _SPARE)
            at = self.scratch.take(room)
            self._places[key] = at, room
        return at


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _written(whole: Bytes) -> list[Bytes]:
    """Bytes as they are written: large ones that are mostly 0 as which words are not, and those words."""
    if whole.size < _SPARSE_FROM or whole.size % _WORD:
        return [whole]
    words = whole.view(np.uint32)
    some = words != 0
    if np.count_nonzero(some) * _SPARSE_SHARE > words.size:
        return [whole]
    return [np.packbits(some), words[some].view(np.uint8)]


def _read(parts: list[Bytes], size: int) -> Bytes:
    if len(parts) == 1:
        return parts[0]
    words = np.zeros(size // _WORD, dtype=np.uint32)
    words[np.unpackbits(parts[0], count=words.size).view(np.bool_)] = parts[1].view(np.uint32)
    return words.view(np.uint8)
