"""Mistakes of YAML syntax in words that say what to do."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError

from mhwfmodel.errors import Fault
from mhwfmodel.yamls.text import shorten

__all__ = ["syntax_fault"]

_NO_SPACE = re.compile(r"\s*(?:- )?([a-z_]+):([^\s:/'\"][^:#]*)")
_SYNTAX = (
    ("'\\t' that cannot start", "a tab stands where spaces are needed", "indent with spaces"),
    ("that cannot start any token", "a value cannot start with this character", "put the value in quotes"),
    ("mapping values are not allowed", "a second ': ' stands in one line, or the line is indented too far",
     "put text with a colon in quotes, or move the line under the one it belongs to"),
    ("could not find expected ':'", "a line without 'key: value'", "write 'key: value', or check its indentation"),
    ("expected <block end>", "the line does not line up with the lines above it",
     "indent the fields of one block by the same number of spaces"),
    ("expected ',' or ']'", "a list that opens with '[' is not closed, or a comma is missing", "close it with ']'"),
    ("expected ',' or '}'", "a block that opens with '{' is not closed, or a comma is missing", "close it with '}'"),
    ("unexpected end of stream", "text in quotes is not closed", "close the quotes"),
    ("found unknown escape character", "a '\\' in double quotes does not start a known escape",
     "write it as '\\\\', or use single quotes"),
    ("directive", "a '%' line stands here", "delete it: the file needs none"),
    ("expected the node content", "a value is missing", "write a value, or delete the field"),
)  # fmt: skip


def syntax_fault(error: MarkedYAMLError, where: str, text: str = "") -> Fault:
    """The fault that an error of the YAML parser stands for.

    Args:
        error: What the parser said.
        where: The file, for the message.
        text: What was parsed, in which the line before may show the cause.
    """
    mark = error.problem_mark or error.context_mark
    place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
    joined = _joined_line(text, mark.line) if mark else None
    if joined:
        number, column, name, value = joined
        told = f"a space is missing after '{name}:'"
        return Fault(f"{where}:{number}:{column}", told, f"write '{name}: {value}'")
    said = str(error.problem or error.context or "")
    for part, problem, remedy in _SYNTAX:
        if part in said:
            return Fault(place, problem, remedy)
    return Fault(place, "the file is not YAML from here on", "check indentation, quotes and brackets on this line")


def _joined_line(text: str, at: int) -> tuple[int, int, str, str] | None:
    """Line, column, name and value of a `name:value` at or just before a line (from 0) where the parser gave up."""
    lines = text.split("\n")
    for number in range(min(at, len(lines) - 1), max(at - 3, -1), -1):
        match = _NO_SPACE.match(lines[number])
        if match:
            return number + 1, match.start(1) + 1, match[1], shorten(match[2].strip())
    return None
