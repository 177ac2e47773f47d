"""Text from outside: bytes into characters, what may stand in a name, and names safe for files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from mhwfmodel.errors import Fault, YamlError

__all__ = ["MAX_BYTES", "bad_characters", "decode", "escape", "shorten", "slug"]

MAX_BYTES = 1 << 20
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_LINE_CHARACTERS = "\n\t"
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})
_SLUG_LENGTH = 60


def decode(content: bytes, where: str) -> tuple[str, tuple[str, ...]]:
    """Characters of a YAML file.

    UTF-8 with or without a byte-order mark is read as it is; UTF-16 and UTF-32 with a mark are read with a note.

    Args:
        content: The bytes.
        where: The file, for messages.

    Returns:
        The text, every line end a line feed, and notes for the user.

    Raises:
        YamlError: Larger than 1 MiB, not UTF-8, or a control character in it.
    """
    if len(content) > MAX_BYTES:
        raise YamlError(Fault(where, f"the file is larger than {MAX_BYTES:,} bytes", "such a file is a few pages"))
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "")
    notes: tuple[str, ...] = ()
    if encoding.startswith(("utf-16", "utf-32")):
        notes = (f"{where}: the file is saved as {encoding.upper()}; it was read, but save it as UTF-8",)
    try:
        text = content.decode("utf-8-sig" if encoding in {"", "utf-8"} else encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = "the file is not UTF-8 text" + (f" (at byte {error.start})" if encoding else "")
        raise YamlError(Fault(f"{where}:{line}", problem, "save it as UTF-8")) from None
    if not encoding and "\0" in text[:200] and text[:200].count("\0") * 3 > len(text[:200]):
        raise YamlError(Fault(where, "the file is saved as UTF-16 without a mark", "save it as UTF-8"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults = list(_control_faults(text, where))
    if faults:
        raise YamlError(faults)
    return text, notes


def _control_faults(text: str, where: str) -> Iterable[Fault]:
    for number, line in enumerate(text.split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            if character != "\t" and (unicodedata.category(character) in _NEVER or character in "\ufffe\uffff"):
                yield Fault(
                    f"{where}:{number}:{column}",
                    f"the control character U+{ord(character):04X} stands here",
                    "delete it (it is invisible in most editors)",
                )
                break


def bad_characters(text: str, *, lines: bool = False) -> str:
    """Characters of a value that may not stand in it, as `U+0007, U+202E`; empty when all is well.

    Args:
        text: The value.
        lines: Line ends and tabs are allowed (descriptions), and so are the marks that turn the writing direction.
    """
    bad: dict[str, None] = {}
    for character in text:
        if lines and character in _LINE_CHARACTERS:
            continue
        kind = unicodedata.category(character)
        turning = kind in {"Zl", "Zp"} or unicodedata.bidirectional(character) in _TURNING
        if kind in {"Cc", "Cs"} or (turning and not lines):
            bad[f"U+{ord(character):04X}"] = None
    return ", ".join(bad)


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def escape(text: str) -> str:
    """The text with control characters and the marks that turn the writing direction written as escapes."""
    return "".join(f"\\u{ord(c):04x}" if bad_characters(c) else c for c in text)


def shorten(text: str, most: int = 60) -> str:
    """The text for a message: control characters visible, cut after `most` characters."""
    shown = escape(text[: most + 1])
    return shown if len(text) <= most else shown[:most] + "…"


def slug(name: str, kind: str = "scenario") -> str:
    """A name for files and folders made from the name that a user gave.

    Only the letters a to z, digits, `-` and `_` are kept; never empty, at most 60 characters, never a device name
    of Windows (`CON`, `NUL`, `COM1` …), never a path.

    Args:
        name: Any text.
        kind: What is named: stands in for a name of which nothing is left, and behind the name of a device.
    """
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    text = re.sub(r"[^a-z0-9_]+", "-", ascii_only).strip("-_")[:_SLUG_LENGTH].strip("-_")
    if not text:
        return kind
    return f"{text}-{kind}" if text in _RESERVED else text
