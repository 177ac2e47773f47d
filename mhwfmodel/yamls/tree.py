"""A YAML file as a tree that remembers where every value was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from mhwfmodel.errors import YamlError

__all__ = ["Node", "Path", "Place", "Scalar", "at", "from_plain", "join", "merge", "nodes", "plain", "put", "walk"]

Scalar: TypeAlias = str | int | float | bool | None
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written.

    Args:
        file: The file as the user named it, or `--set key=value`.
        line: Line, from 1; 0 when there is no line (an override).
        column: Column, from 1; 0 when there is none.
        path: The field as it was written there, such as `levers[0].change`; may be empty.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column} {self.path}".rstrip()


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place of the value and of its key.

    Args:
        value: A scalar, a tuple of nodes (list) or a read-only mapping of nodes.
        place: Where the value starts.
        key: Where the key starts; the value's own place for items of a list.
        quoted: The text was written in quotes (or as a block), so it was meant as text.
    """

    value: Scalar | tuple[Node, ...] | Mapping[str, Node]
    place: Place
    key: Place
    quoted: bool = False


def join(path: Path) -> str:
    """A path in words: `('levers', 0, 'change')` is `levers[0].change`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def plain(node: Node) -> object:
    """The value without places: dict, list and scalars."""
    if isinstance(node.value, Mapping):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(child) for child in node.value]
    return node.value


def at(node: Node, path: Path) -> tuple[Node, Path]:
    """The node at a path, or the deepest one on the way there.

    Returns:
        The node and the part of the path that was not found (empty when the node is the one asked for).
    """
    for depth, step in enumerate(path):
        value = node.value
        below: Node | None = None
        if isinstance(value, Mapping):
            below = value.get(str(step))
        elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
            below = value[step]
        if below is None:
            return node, path[depth:]
        node = below
    return node, ()


def nodes(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """A node and every one below it, with its path."""
    yield path, node
    if isinstance(node.value, Mapping):
        for key, child in node.value.items():
            yield from nodes(child, (*path, key))
    elif isinstance(node.value, tuple):
        for index, child in enumerate(node.value):
            yield from nodes(child, (*path, index))


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every scalar below a node, with its path."""
    return ((at, below) for at, below in nodes(node, path) if not isinstance(below.value, Mapping | tuple))


def merge(parent: Node, child: Node) -> Node:
    """The child laid over the parent: mappings merge key by key, lists and single values replace.

    Keys keep the parent's order; new ones follow.
    """
    if not (isinstance(parent.value, Mapping) and isinstance(child.value, Mapping)):
        return child
    merged = dict(parent.value)
    for key, node in child.value.items():
        merged[key] = merge(merged[key], node) if key in merged else node
    return replace(child, value=MappingProxyType(merged))


def put(node: Node, path: Path, new: Node) -> Node:
    """A copy of the tree with `new` at `path`; mappings that are missing on the way are made.

    Raises:
        YamlError: The path leads through a list position that is not there, or through a single value.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(node.value, tuple):
        if not isinstance(step, int) or step >= len(node.value):
            have = f"0 to {len(node.value) - 1}" if node.value else "none: the list is empty"
            message = f"'{step}' is not a position in this list; positions are {have}"
            raise YamlError(message)
        items = [put(child, rest, new) if index == step else child for index, child in enumerate(node.value)]
        return replace(node, value=tuple(items))
    if isinstance(node.value, Mapping):
        key = str(step)
        if key not in node.value and rest and isinstance(rest[0], int):
            message = f"there is no list '{key}' in the file, so there is no position {rest[0]}"
            raise YamlError(message)
        below = node.value.get(key, Node(MappingProxyType({}), new.place, new.key))
        return replace(node, value=MappingProxyType({**node.value, key: put(below, rest, new)}))
    message = f"'{step}' leads into a single value, which has no fields"
    raise YamlError(message)


def from_plain(value: object, place: Place) -> Node:
    """A tree of plain Python data (dict, list, tuple, scalars), every node at one place.

    Raises:
        YamlError: Data of another kind.
    """
    if isinstance(value, Mapping):
        return Node(MappingProxyType({str(k): from_plain(v, place) for k, v in value.items()}), place, place)
    if value is None or isinstance(value, (str, int, float, bool)):
        return Node(value, place, place)
    if isinstance(value, Sequence):
        return Node(tuple(from_plain(item, place) for item in value), place, place)
    message = f"a value of type {type(value).__name__} cannot stand in a file"
    raise YamlError(message)
