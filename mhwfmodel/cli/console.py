"""What reaches the screen: lines that no terminal chokes on, and tables that fit it."""

from __future__ import annotations

import codecs
import errno
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, NoReturn, TextIO

__all__ = ["Closed", "grid", "out", "out_json", "paragraph", "settle", "tell", "width"]

_PLAIN = "mhwfmodel.plain"
_IN_ASCII = {
    "–": "-", "—": "-", "−": "-", "‑": "-", "─": "-", "━": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"',
    "×": "x", "·": "-", "→": "->", "≤": "<=", "≥": ">=", "£": "GBP ", "\u00a0": " ", "\u202f": " ", "±": "+/-",
}  # fmt: skip
_GAP = "  "
_NARROWEST, _WIDEST, _UNKNOWN = 60, 160, 100


class Closed(Exception):
    """Whoever read the output has gone, as `head` does after ten lines."""


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(letter, "?") for letter in letters), error.end


def settle() -> None:
    """Let both streams replace what their encoding does not have, in place of failing."""
    codecs.register_error(_PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_PLAIN)


def out(*lines: str) -> None:
    """Print lines on standard output.

    Raises:
        Closed: Nobody reads any more.
    """
    _write(sys.stdout, lines)


def tell(*lines: str) -> None:
    """Print lines on standard error: progress, notes and faults.

    Raises:
        Closed: Nobody reads any more.
    """
    _write(sys.stderr, lines)


def out_json(value: Any) -> None:
    """Print a value as JSON, in characters that the stream can carry."""
    unicode = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    out(json.dumps(value, indent=2, ensure_ascii=not unicode, allow_nan=False))


def _write(stream: TextIO, lines: Iterable[str]) -> None:
    try:
        for line in lines:
            print(line, file=stream)
        stream.flush()
    except OSError as error:
        # Windows says "invalid argument" for a pipe whose reader has gone.
        if isinstance(error, BrokenPipeError) or error.errno in (errno.EPIPE, errno.EINVAL):
            _leave(stream)
        raise


def _leave(stream: TextIO) -> NoReturn:
    """Send what is still in the buffer nowhere, so that the interpreter does not complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    raise Closed


def width() -> int:
    """Columns of the terminal; 100 where the output goes to a file and COLUMNS does not say otherwise."""
    return min(max(shutil.get_terminal_size((_UNKNOWN, 24)).columns, _NARROWEST), _WIDEST)


def paragraph(text: str, *, indent: str = "", hanging: str | None = None) -> str:
    """Wrap a text to the terminal.

    Args:
        text: The text.
        indent: What stands before the first line.
        hanging: What stands before the others; as the first when left out.
    """
    import textwrap

    later = indent if hanging is None else hanging
    return textwrap.fill(
        text, width(), initial_indent=indent, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def grid(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = (), room: int = 0) -> str:
    """A table as text that fits the terminal: long cells wrap, at words where that is possible.

    Args:
        header: Column names.
        rows: Cells.
        right: Columns of numbers.
        room: Columns of the terminal that the table leaves free.
    """
    import textwrap

    cells = [header, *rows]
    sizes = _sizes([[row[at] for row in cells] for at in range(len(header))], width() - room)
    numbers = [name in set(right) for name in header]
    lines = []
    for row in cells:
        wrapped = [textwrap.wrap(cell, size, break_on_hyphens=False) for cell, size in zip(row, sizes, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            shown = zip(parts, sizes, numbers, strict=True)
            lines.append(_GAP.join(part.rjust(size) if right else part.ljust(size) for part, size, right in shown))
        if row is header:
            lines.append(_GAP.join("─" * size for size in sizes))
    return "\n".join(line.rstrip() for line in lines)


def _sizes(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Widths of columns: the widest gives way first, down to its longest word, and below that only when it must."""
    sizes = [max(map(len, column), default=0) for column in columns]
    words = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    excess = sum(sizes) + len(_GAP) * (len(sizes) - 1) - room
    for least in (words, [1] * len(sizes)):
        while excess > 0:
            free = [at for at, size in enumerate(sizes) if size > least[at]]
            if not free:
                break
            sizes[max(free, key=sizes.__getitem__)] -= 1
            excess -= 1
    return sizes
