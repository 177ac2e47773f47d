"""Compiling with numba: code is kept on disk, in the folder that `rng.keeping` finds."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numba import njit, vectorize
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps
from numba.core.sigutils import normalize_signature

from mhwfmodel.rng.keeping import SUFFIX, Kept, kept, read, write

__all__ = ["borrowing", "compiled", "elementwise", "heard", "inlined"]

_OURS = "mhwfmodel."
_KEY_LETTERS = 24


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that runs without Python's lock."""
    return _made(function)


def borrowing(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `inlined`, for a kernel of many arrays: it makes no array and keeps none, so that none are counted.

    To count who holds an array, at each call that is given it, takes longer than what a small part does with it. What
    calls from Python holds all arrays until the kernel is done; what a kernel of this kind calls is of this kind too.
    """
    return _made(function, forceinline=True, _nrt=False)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a small part of kernels into each place that calls it.

    For what is called once a node or person: to pass a tuple of arrays costs more than to use it.
    """
    return _made(function, forceinline=True)


def _made(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    kernel: Any = njit(nogil=True, error_model="numpy", **options)(function)
    folder = _folder(function)
    if folder is not None:
        kernel._cache = _Cache(function, folder)
    made: Callable[..., Any] = kernel
    return made


def elementwise(signatures: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function of numbers into one of arrays."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        kernel: Any = vectorize(function)  # type: ignore[no-untyped-call]
        folder = _folder(function)
        if folder is not None:
            kernel._dispatcher.cache = _Cache(function, folder)
        for signature in signatures:
            kernel.add(signature)
        kernel.disable_compile()
        made: Callable[..., Any] = kernel
        return made

    return decorate


@contextmanager
def heard(tell: Callable[[], None]) -> Iterator[None]:
    """Call a function when the first kernel is really compiled, and not at all when all code is there."""
    with event.install_listener("numba:compile", _First(tell)):
        yield


class _First(event.Listener):
    """Hears of the first kernel of this package that is compiled."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._waiting: list[Callable[[], None]] = [tell]

    def on_start(self, event: event.Event) -> None:
        if self._waiting and event.data["dispatcher"].py_func.__module__.startswith(_OURS):
            self._waiting.pop()()

    def on_end(self, event: event.Event) -> None:
        """Nothing is told."""


def _folder(function: Callable[..., Any]) -> Kept | None:
    """Where a function's code is kept: nowhere for a function of another package, whose changes nobody would see."""
    found = kept()
    return found if found is not None and found.holds(_source(function)) else None


def _source(function: Callable[..., Any]) -> Path:
    return Path(function.__code__.co_filename).resolve()


def _fields(kinds: Iterable[Any]) -> Iterator[str]:
    """Names in each named tuple of a signature: numba's own words for one tell the types of its fields alone."""
    for kind in kinds:
        named = getattr(kind, "instance_class", None)
        if named is not None:
            yield f"{named.__module__}.{named.__qualname__}{kind.fields}"
        yield from _fields(getattr(kind, "types", ()))


class _Cache(FunctionCache):
    """One function's code on disk: a file for each signature and processor.

    numba's own index of all signatures of a function can be written by two processes at once, and then gives one
    signature's code for another's. Here the name of a file is the hash of all that the code depends on, and what it
    holds is checked before it is used.

    Args:
        function: What is compiled.
        place: The folder of its sources.
    """

    def __init__(self, function: Callable[..., Any], place: Kept) -> None:
        self._py_func = function
        self._source = _source(function)
        self._place = place
        self._label = f"{function.__module__.removeprefix(_OURS)}.{function.__qualname__}"
        self.enable()  # type: ignore[no-untyped-call]

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(self._place.folder)

    def flush(self) -> None:
        """Take away the code of this function."""
        for file in self._place.folder.glob(f"{self._label}-*{SUFFIX}"):
            file.unlink(missing_ok=True)

    def _load_overload(self, sig: Any, target_context: Any) -> Any:
        if not (self._enabled and self._place.holds(self._source)):
            return None
        key = self._key(sig, target_context.codegen())
        data = read(self._file(key), key)
        if data is None:
            return None
        made = CompileResult._rebuild(target_context, *pickle.loads(data))  # type: ignore[no-untyped-call]
        wanted, _ = normalize_signature(sig)  # type: ignore[no-untyped-call]
        return made if made.signature.args == wanted else None

    def _save_overload(self, sig: Any, data: Any) -> None:
        if not self._enabled or data.library.has_dynamic_globals or not self._place.holds(self._source):
            return
        key = self._key(sig, data.codegen)
        write(self._file(key), key, dumps(data._reduce()))  # type: ignore[no-untyped-call]

    def _key(self, sig: Any, codegen: Any) -> bytes:
        """Function, signature, processor and bytecode, in words that are the same in every process."""
        signature = self._index_key(sig, codegen)  # type: ignore[no-untyped-call]
        kinds, _ = normalize_signature(sig)  # type: ignore[no-untyped-call]
        fields = ", ".join(_fields(kinds))
        return f"{self._label}:{self._py_func.__code__.co_firstlineno} {signature} {fields}".encode()

    def _file(self, key: bytes) -> Path:
        return self._place.folder / f"{self._label}-{hashlib.sha256(key).hexdigest()[:_KEY_LETTERS]}{SUFFIX}"
