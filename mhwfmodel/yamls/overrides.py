"""Values given beside the file: `--set key=value` of the command line, or a mapping in Python."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mhwfmodel.errors import Fault, YamlError
from mhwfmodel.yamls.reader import read_value
from mhwfmodel.yamls.text import shorten
from mhwfmodel.yamls.tree import Node, Path, Place, from_plain, plain, put

__all__ = ["apply_overrides", "parse_key"]

_KEY = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+|\[\d{1,6}\])*")
_STEP = re.compile(r"[\w-]+")


def apply_overrides(
    tree: Node, overrides: Mapping[str, object], file_only: Collection[str] = ()
) -> tuple[Node, tuple[Fault, ...]]:
    """The tree with values laid over it, and what is wrong with the overrides themselves.

    Args:
        tree: What the file says.
        overrides: Dotted key (`months`, `assumptions.voluntary_share`, `levers[0].start`) to value. Text is read as
            a YAML value, so `"60"` is the number 60 and `"[QJ2, QJK]"` a list; other values are taken as they are.
        file_only: Fields that only a file may hold.
    """
    faults: list[Fault] = []
    for key, value in overrides.items():
        label = f"--set {shorten(str(key))}={shorten(str(value))}"
        try:
            tree = put(tree, parse_key(str(key), file_only), _value(value, label))
        except YamlError as error:
            faults.extend(Fault(label, fault.problem, fault.remedy) for fault in error.faults)
    return tree, tuple(faults)


def parse_key(key: str, file_only: Collection[str] = ()) -> Path:
    """The path of a dotted key; a step of digits is a position in a list, from 0.

    Raises:
        YamlError: Not such a key, or a key that only a file may hold.
    """
    if not _KEY.fullmatch(key):
        raise YamlError(Fault("", f"'{shorten(key)}' is not a field", "write months=60 or levers[0].start=2025-04"))
    path = tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(key))
    if path[0] in file_only:
        raise YamlError(Fault("", f"'{path[0]}' can only stand in a file", "write it there"))
    return path


def _value(value: object, label: str) -> Node:
    place = Place(label)
    return from_plain(plain(read_value(value, label)) if isinstance(value, str) else value, place)
