"""The errors of pydantic in words that a planner understands, each at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from mhwfmodel.errors import suggest
from mhwfmodel.scenario.fields import allowed_range, field_at, models_at
from mhwfmodel.scenario.problem import Problem, as_written
from mhwfmodel.scenario.tree import Node, Path, at

__all__ = ["problems_of"]

_TYPES = {
    "int_type": ("is not a whole number", "write a whole number"),
    "int_parsing": ("is not a whole number", "write a whole number"),
    "int_from_float": ("is not a whole number", "write a whole number"),
    "float_type": ("is not a number", "write a number"),
    "float_parsing": ("is not a number", "write a number"),
    "finite_number": ("is not a finite number", "write a number"),
    "string_type": ("is not text", "put it in quotes"),
    "bool_type": ("is neither true nor false", "write true or false"),
    "dict_type": ("is not a block of fields", "write one 'field: value' a line below it, indented"),
    "model_type": ("is not a block of fields", "write one 'field: value' a line below it, indented"),
    "model_attributes_type": ("is not a block of fields", "write one 'field: value' a line below it, indented"),
    "tuple_type": ("is not a list", "write a list: [one, another]"),
    "list_type": ("is not a list", "write a list: [one, another]"),
    "string_pattern_mismatch": ("is not written as it should be", "write a month as 2024-04"),
}
_AS_LEVER = "write '- kind: …' and its fields below"
_RANGES = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})


@dataclass(frozen=True, slots=True)
class _Found:
    """One error of pydantic, its path cleaned, beside the node it speaks of."""

    root: type[BaseModel]
    tree: Node
    error: ErrorDetails
    path: Path
    value: object
    quoted: bool

    @property
    def ctx(self) -> Mapping[str, Any]:
        return self.error.get("ctx", {})

    @property
    def shown(self) -> str:
        return as_written(self.value)


def problems_of(errors: list[ErrorDetails], tree: Node, root: type[BaseModel]) -> Iterator[Problem]:
    """Problems for what pydantic found.

    Args:
        errors: `ValidationError.errors()`.
        tree: What was validated.
        root: The model it was validated as.
    """
    for error in errors:
        path = _clean(tree, error)
        node, missing = at(tree, path)
        value = None if missing else node.value
        if error["type"] == "literal_error" and isinstance(value, tuple):
            continue  # a list where a word or a list may stand: its entries are told
        yield _say(_Found(root, tree, error, path, value, node.quoted and not missing))


def _clean(tree: Node, error: ErrorDetails) -> Path:
    """The location without the tags that pydantic puts in for members of a union."""
    steps = list(error["loc"])
    path: Path = ()
    for position, step in enumerate(steps):
        _, rest = at(tree, (*path, step))
        last = position == len(steps) - 1
        if not rest or (last and error["type"] == "missing"):
            path = (*path, step)
    return path


def _say(found: _Found) -> Problem:
    kind = found.error["type"]
    teller = _TELLERS.get(kind)
    if teller:
        return teller(found)
    if found.value is None and kind in _TYPES:
        return Problem(found.path, "nothing is written here", "write a value, or delete the line", alone=True)
    if kind in _TYPES:
        return _wrong_type(found)
    if kind in _RANGES:
        return Problem(found.path, "is out of range", _write_number(found), found.shown)
    return Problem(found.path, found.error["msg"].removeprefix("Value error, "), "", found.shown, alone=True)


def _missing(found: _Found) -> Problem:
    field = field_at(found.root, found.tree, found.path)
    meaning = f" ({field.description})" if field and field.description else ""
    name = found.path[-1]
    return Problem(found.path, f"'{name}' is missing", f"add '{name}: …'{meaning}", alone=True)


def _unknown_field(found: _Found) -> Problem:
    models = models_at(found.root, found.tree, found.path[:-1])
    fields = [name for model in models for name in model.model_fields]
    if len(found.path) == 1:
        fields += ["extends", "add_levers"]
    name = str(found.path[-1])
    field, colon, value = name.partition(":")
    near = f"a space is missing: write '{field}: {value}'" if colon and field in fields else suggest(name, fields)
    return Problem(found.path, "is not a field here", near, name, on_key=True)


def _not_among(found: _Found) -> Problem:
    allowed = _words(str(found.ctx.get("expected", "")))
    return Problem(found.path, "is not allowed here", suggest(found.shown, allowed), found.shown)


def _unknown_kind(found: _Found) -> Problem:
    kinds = _words(str(found.ctx.get("expected_tags", "")))
    kind = str(found.ctx.get("tag", ""))
    return Problem((*found.path, "kind"), "is not a kind of lever", suggest(kind, kinds), kind)


def _no_kind(found: _Found) -> Problem:
    if not isinstance(found.value, Mapping):
        if isinstance(found.value, tuple):
            return Problem(found.path, "a list is not a lever", _AS_LEVER, alone=True)
        return Problem(found.path, "is not a lever", _AS_LEVER, found.shown)
    return Problem(found.path, "this lever has no kind", "add 'kind: …', such as kind: retention", alone=True)


def _too_long(found: _Found) -> Problem:
    most = found.ctx.get("max_length")
    return Problem(found.path, f"the text is longer than {most} characters", f"write at most {most}", alone=True)


def _too_short(found: _Found) -> Problem:
    return Problem(found.path, "the text is empty", "write at least one character", alone=True)


def _characters(found: _Found) -> Problem:
    text = f"the text holds characters that cannot be seen or that break the line ({found.ctx.get('bad')})"
    return Problem(found.path, text, "delete them and keep the text on one line", alone=True)


def _wrong_type(found: _Found) -> Problem:
    text, remedy = _TYPES[found.error["type"]]
    if found.path[:1] == ("levers",) and len(found.path) == 2:
        return _no_kind(found)
    one_assumption = found.path[:1] == ("assumptions",) and len(found.path) == 2
    if isinstance(found.value, (Mapping, tuple)) and not one_assumption:
        return Problem(found.path, f"{found.shown} {text}", remedy, alone=True)
    if "number" in text:
        return _not_a_number(found, text)
    if "list" in text and isinstance(found.value, str):
        shown = f"[{found.value}]"
        remedy = "leave the field out to mean all" if found.value == "all" else f"write it as a list: {shown}"
    if one_assumption:
        text = "is neither a number nor a block with central, low and high"
        return Problem(found.path, text, "write a number", found.shown)
    return Problem(found.path, text, remedy, found.shown)


def _not_a_number(found: _Found, text: str) -> Problem:
    value = found.value
    if isinstance(value, str):
        plain = value.strip().replace(",", "").replace("_", "").replace(" ", "")
        if plain.endswith("%"):
            return Problem(found.path, "is a percentage, which has no meaning here", _write_number(found), found.shown)
        if _is_number(plain):
            why = "is text, not a number, because of its quotes" if found.quoted else text
            return Problem(found.path, why, f"write {plain}", found.shown)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return Problem(found.path, text, f"write {int(value)}", found.shown)
    return Problem(found.path, text, _write_number(found), found.shown)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text[-1:].isdigit()


def _write_number(found: _Found) -> str:
    field = field_at(found.root, found.tree, found.path)
    whole = "whole " if found.error["type"].startswith("int") or (field and field.annotation is int) else ""
    allowed = allowed_range(field) if field else ""
    return f"write a {whole}number{' ' + allowed if allowed else ''}"


def _words(expected: str) -> list[str]:
    return [part.strip(" '") for part in expected.replace(" or ", ",").split(",") if part.strip(" '")]


_TELLERS: dict[str, Callable[[_Found], Problem]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "literal_error": _not_among,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "characters": _characters,
}
