"""YAML 1.2 text into a tree with places, refusing what such a file never needs.

The events of the parser are read, not the objects that a loader would build: tags, anchors, aliases, a second
document and deep nesting are refused before anything is made of them, and every duplicate key is found, not only the
first. Scalars are resolved by the core schema of YAML 1.2, so `22:00`, `no` and `2025-04` stay text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from mhwfmodel.errors import Fault, YamlError
from mhwfmodel.yamls.syntax import syntax_fault
from mhwfmodel.yamls.text import bad_characters, decode, shorten
from mhwfmodel.yamls.tree import Node, Path, Place, Scalar, join

__all__ = ["MAX_DEPTH", "MAX_FAULTS", "MAX_VALUES", "read_bytes", "read_text", "read_value"]

MAX_DEPTH = 20
MAX_VALUES = 10_000
MAX_FAULTS = 60
_MAX_DIGITS = 40
_INTEGER = re.compile(r"[-+]?[0-9]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_OTHER_MINUS = re.compile(r"[\u2010-\u2015\u2212\ufe63\uff0d]\s*[0-9]*\.?[0-9]+\s*%?")
_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(slots=True)
class _Frame:
    """An open list or mapping while the tree is built."""

    node_place: Place
    key_place: Place
    path: Path
    items: list[Node] | None = None
    fields: dict[str, Node] = field(default_factory=dict)
    trimmed: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    name_place: Place | None = None


def read_bytes(content: bytes, where: str) -> tuple[Node, tuple[str, ...]]:
    """The tree of a file's bytes, and notes for the user.

    Raises:
        YamlError: All that is wrong with the text of the file.
    """
    text, notes = decode(content, where)
    return read_text(text, where), notes


def read_text(text: str, where: str) -> Node:
    """The tree of a YAML text.

    Args:
        text: YAML 1.2.
        where: The file, for messages.

    Raises:
        YamlError: Everything that is wrong, each with line and column. A mistake of syntax, nesting deeper than
            20, more than 10,000 values or 60 faults end the reading; all else is collected.
    """
    root = _read(text, where, whole=True)
    if root is None or root.value is None:
        raise YamlError(Fault(where, "the file is empty", "write its fields, one 'name: value' a line"))
    return root


def read_value(text: str, where: str) -> Node:
    """One YAML value, such as `120`, `22.6%`, `[QJ2, QJK]` or `{central: 0.2}`.

    Raises:
        YamlError: As `read_text`.
    """
    decode(text.encode("utf-8", "surrogatepass"), where)
    return _read(text, where, whole=False) or Node(None, Place(where), Place(where))


def _read(text: str, where: str, *, whole: bool) -> Node | None:
    builder = _Builder(where, whole=whole)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except YamlError as error:
        builder.faults.extend(error.faults)
    except MarkedYAMLError as error:
        builder.faults.append(syntax_fault(error, where, text))
    except Exception:  # the parser answers some malformed escapes and characters with errors of its own inside
        builder.faults.append(Fault(where, "the file is not YAML", "look for odd characters or a '\\U' escape"))
    if builder.faults:
        raise YamlError(builder.faults)
    return builder.root


class _Builder:
    """Builds the tree from events and collects faults."""

    def __init__(self, where: str, *, whole: bool) -> None:
        self.where = where
        self._whole = whole
        self.faults: list[Fault] = []
        self.root: Node | None = None
        self._open: list[_Frame] = []
        self._documents = 0
        self._values = 0

    def take(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent):
            self._document(event)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._close()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def _place(self, event: Any, path: Path = ()) -> Place:
        return Place(self.where, event.start_mark.line + 1, event.start_mark.column + 1, join(path))

    def _fault(self, place: Place, problem: str, remedy: str) -> None:
        self.faults.append(Fault(str(place), problem, remedy))
        if len(self.faults) >= MAX_FAULTS:
            raise YamlError(Fault(self.where, "there may be more faults after these", "mend these first"))

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            place = self._place(event)
            raise YamlError(
                Fault(str(place), "a second document starts here ('---')", "put each document in its own file")
            )
        if event.version not in {None, (1, 2)} or event.tags:
            self._fault(self._place(event), "a '%' line stands before the document", "delete it: the file needs none")

    def _node(self, event: Any) -> None:
        self._values += 1
        path = self._path()
        place = self._place(event, path)
        if self._values > MAX_VALUES:
            raise YamlError(Fault(str(place), f"the file has more than {MAX_VALUES:,} values", "make it smaller"))
        if isinstance(event, AliasEvent):
            self._fault(place, f"'*{shorten(event.anchor)}' refers to another place of the file", "write the value out")
            self._add(Node(None, place, place), is_key=self._is_key(), event=event)
            return
        if event.anchor is not None:
            self._fault(
                place, f"the anchor '&{shorten(event.anchor)}' is not allowed", "delete it and write values out"
            )
        if event.ctag is not None:
            self._fault(place, f"the tag '{shorten(_tag(event))}' is not allowed", "delete it; plain values are enough")
        if isinstance(event, ScalarEvent):
            self._scalar(event, place)
        else:
            self._collection(event, place, path)

    def _collection(self, event: Any, place: Place, path: Path) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise YamlError(Fault(str(place), f"nested deeper than {MAX_DEPTH} levels", "four or five are enough"))
        is_list = isinstance(event, SequenceStartEvent)
        frame = _Frame(place, self._key_place(place), path, items=[] if is_list else None)
        if self._is_key():
            raise YamlError(
                Fault(str(place), "a list or a block stands where the name of a field is needed", "write 'name: value'")
            )
        if self._whole and not self._open and is_list:
            raise YamlError(
                Fault(
                    str(place),
                    "the file starts with a list; fields are needed",
                    "begin with 'name: value', not '-'",
                )
            )
        self._open.append(frame)

    def _close(self) -> None:
        frame = self._open.pop()
        value = tuple(frame.items) if frame.items is not None else MappingProxyType(frame.fields)
        self._add(Node(value, frame.node_place, frame.key_place), is_key=False, event=None)

    def _scalar(self, event: Any, place: Place) -> None:
        text = _joined(event.value)
        bad = bad_characters(text, lines=True)
        if bad:
            self._fault(place, f"the text holds control characters ({bad})", "delete them")
        if self._is_key():
            self._add(Node(text, place, place), is_key=True, event=event)
            return
        quoted = event.style is not None or not event.implicit[0]
        key = self._key_place(place)
        place = place if text or quoted else key
        value = text if quoted else self._resolve(text, place)
        node = Node(value, place, key, quoted)
        if self._whole and not self._open and value is not None:
            raise YamlError(
                Fault(str(place), f"'{shorten(text)}' stands alone; fields are needed", "begin with 'name: value'")
            )
        self._add(node, is_key=False, event=event)

    def _resolve(self, text: str, place: Place) -> Scalar:
        """The value of a plain scalar by the core schema of YAML 1.2; 0 beside a fault for what is no number."""
        if text in _WORDS:
            return _WORDS[text]
        if _NOT_FINITE.fullmatch(text):
            self._fault(place, f"'{text}' is not a finite number", "write a number")
        elif not _REAL.fullmatch(text):
            return self._text(text, place)
        elif len(text) > _MAX_DIGITS:
            self._fault(place, f"the number '{shorten(text, 20)}' is too long", f"write at most {_MAX_DIGITS} digits")
        elif _INTEGER.fullmatch(text):
            return int(text)
        elif math.isfinite(float(text)):
            return float(text)
        else:
            self._fault(place, f"the number {text} is too large", "write a smaller number")
        return 0

    def _text(self, text: str, place: Place) -> str:
        """Plain text, refused when it is a number behind a dash that only looks like a minus."""
        if _OTHER_MINUS.fullmatch(text):
            sign = f"the sign '{text[0]}' (U+{ord(text[0]):04X}) before the number is a dash, not a minus"
            self._fault(place, sign, f"write -{text[1:].strip()}")
        return text

    def _is_key(self) -> bool:
        return bool(self._open) and self._open[-1].items is None and self._open[-1].name is None

    def _path(self) -> Path:
        if not self._open:
            return ()
        frame = self._open[-1]
        if frame.items is not None:
            return (*frame.path, len(frame.items))
        return frame.path if frame.name is None else (*frame.path, frame.name)

    def _key_place(self, place: Place) -> Place:
        frame = self._open[-1] if self._open else None
        return frame.name_place if frame and frame.name_place else place

    def _add(self, node: Node, *, is_key: bool, event: Any) -> None:
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        if frame.items is not None:
            frame.items.append(node)
        elif is_key:
            name = str(node.value)
            frame.name = name
            frame.name_place = self._place(event, (*frame.path, name)) if event else node.place
        else:
            self._set(frame, node)

    def _set(self, frame: _Frame, node: Node) -> None:
        name = frame.name or ""
        place = frame.name_place or node.place
        earlier = frame.trimmed.setdefault(name.strip(), name)
        if earlier in frame.fields:
            first = frame.fields[earlier].key
            written = f"'{shorten(name)}'" + (f" (like '{shorten(earlier)}')" if earlier != name else "")
            self._fault(place, f"the field {written} is written twice, first on line {first.line}", "keep one of them")
        else:
            frame.fields[name] = node
        frame.name = None
        frame.name_place = None


def _joined(text: str) -> str:
    """Pairs of surrogate escapes, as JSON writes characters beyond U+FFFF, as the one character they mean."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _tag(event: Any) -> str:
    return str(event.ctag).replace("tag:yaml.org,2002:", "!!")
