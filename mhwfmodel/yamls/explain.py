"""The errors of pydantic in words that a planner understands, each at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

from mhwfmodel.errors import suggest
from mhwfmodel.yamls.fields import allowed_range, field_at, models_at
from mhwfmodel.yamls.problem import Problem, as_written
from mhwfmodel.yamls.tree import Node, Path, at

__all__ = ["Found", "allowed_words", "not_a_number", "problems_of", "refuse", "wrong_type"]

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
_RANGES = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})
_WORD = "literal_error"
_REFUSED = "refused"
_TOO_FEW = "too_short"


@dataclass(frozen=True, slots=True)
class Found:
    """One error of pydantic, its path cleaned, beside the node it speaks of.

    Args:
        root: The model of the whole file.
        tree: What was validated.
        error: What pydantic said.
        path: The field.
        value: What is written there, as nodes; None when nothing is.
        quoted: It was written in quotes.
        also: Fields that the file may have beside those of the model.
    """

    root: type[BaseModel]
    tree: Node
    error: ErrorDetails
    path: Path
    value: object
    quoted: bool
    also: tuple[str, ...] = ()

    @property
    def ctx(self) -> Mapping[str, Any]:
        """What pydantic says beside the message."""
        return self.error.get("ctx", {})

    @property
    def shown(self) -> str:
        """The value as a person would write it."""
        return as_written(self.value)


def refuse(text: str, remedy: str = "", *, alone: bool = False) -> PydanticCustomError:
    """An error for a validator to raise, which comes out in these words.

    Args:
        text: What is wrong, said of the value: `is not a month`.
        remedy: What to do.
        alone: The text is a whole sentence and holds values itself.
    """
    return PydanticCustomError(_REFUSED, "{text}", {"text": text, "remedy": remedy, "alone": alone})


def problems_of(
    errors: Sequence[ErrorDetails],
    tree: Node,
    root: type[BaseModel],
    *,
    also: Sequence[str] = (),
    first: Callable[[Found], Problem | None] | None = None,
) -> Iterator[Problem]:
    """Problems for what pydantic found.

    Args:
        errors: `ValidationError.errors()`.
        tree: What was validated.
        root: The model it was validated as.
        also: Fields that the file may have beside those of the model.
        first: Asked first; what it has no words for is said in the general ones.
    """
    paths = [_clean(tree, error) for error in errors]
    told = {path[:length] for path, error in zip(paths, errors, strict=True) if error["type"] != _WORD
            for length in range(len(path) + 1)}  # fmt: skip
    for path, error in zip(paths, errors, strict=True):
        node, missing = at(tree, path)
        value = None if missing else node.value
        if error["type"] == _WORD and isinstance(value, tuple) and path in told:
            continue  # a list where a word or a list may stand: its entries are told
        if error["type"] == _TOO_FEW and any(path == other[:-1] for other in paths):
            continue  # a list that is too short without its wrong entries, which are told
        found = Found(root, tree, error, path, value, node.quoted and not missing, tuple(also))
        yield (first(found) if first else None) or _say(found)


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


def _say(found: Found) -> Problem:
    kind = found.error["type"]
    teller = _TELLERS.get(kind)
    if teller:
        return teller(found)
    if found.value is None and kind in _TYPES:
        return Problem(found.path, "nothing is written here", "write a value, or delete the line", alone=True)
    if kind in _TYPES:
        return wrong_type(found)
    if kind in _RANGES:
        return Problem(found.path, "is out of range", _write_number(found), found.shown)
    return Problem(found.path, found.error["msg"].removeprefix("Value error, "), "", found.shown, alone=True)


def _missing(found: Found) -> Problem:
    field = field_at(found.root, found.tree, found.path)
    meaning = f" ({field.description})" if field and field.description else ""
    name = found.path[-1]
    return Problem(found.path, f"'{name}' is missing", f"add '{name}: …'{meaning}", alone=True)


def _unknown_field(found: Found) -> Problem:
    models = models_at(found.root, found.tree, found.path[:-1])
    fields = [field.alias or name for model in models for name, field in model.model_fields.items()]
    if len(found.path) == 1:
        fields += found.also
    name = str(found.path[-1])
    field, colon, value = name.partition(":")
    near = f"a space is missing: write '{field}: {value}'" if colon and field in fields else suggest(name, fields)
    return Problem(found.path, "is not a field here", near, name, on_key=True)


def _not_among(found: Found) -> Problem:
    allowed = allowed_words(str(found.ctx.get("expected", "")))
    return Problem(found.path, "is not allowed here", suggest(found.shown, allowed), found.shown)


def _too_long(found: Found) -> Problem:
    most = found.ctx.get("max_length")
    return Problem(found.path, f"the text is longer than {most} characters", f"write at most {most}", alone=True)


def _too_few(found: Found) -> Problem:
    least = found.ctx.get("min_length")
    if least == 1:
        return Problem(found.path, "the list is empty", "write at least one entry", alone=True)
    return Problem(found.path, "the list is too short", f"write at least {least} entries", alone=True)


def _too_short(found: Found) -> Problem:
    return Problem(found.path, "the text is empty", "write at least one character", alone=True)


def _characters(found: Found) -> Problem:
    text = f"the text holds characters that cannot be seen or that break the line ({found.ctx.get('bad')})"
    return Problem(found.path, text, "delete them and keep the text on one line", alone=True)


def _refused(found: Found) -> Problem:
    said = found.ctx
    shown = "" if said.get("alone") else found.shown
    return Problem(found.path, str(said.get("text")), str(said.get("remedy")), shown, alone=bool(said.get("alone")))


def wrong_type(found: Found) -> Problem:
    """A value of another type than the field's."""
    text, remedy = _TYPES[found.error["type"]]
    if isinstance(found.value, (Mapping, tuple)):
        return Problem(found.path, f"{found.shown} {text}", remedy, alone=True)
    if "number" in text:
        return not_a_number(found, text)
    if "list" in text and isinstance(found.value, str):
        shown = f"[{found.value}]"
        remedy = "leave the field out to mean all" if found.value == "all" else f"write it as a list: {shown}"
    return Problem(found.path, text, remedy, found.shown)


def not_a_number(found: Found, text: str) -> Problem:
    """A value that is no number, or no whole one, with what was probably meant."""
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


def _write_number(found: Found) -> str:
    field = field_at(found.root, found.tree, found.path)
    whole = "whole " if found.error["type"].startswith("int") or (field and field.annotation is int) else ""
    allowed = allowed_range(field) if field else ""
    return f"write a {whole}number{' ' + allowed if allowed else ''}"


def allowed_words(expected: str) -> list[str]:
    """The words of pydantic's `'a', 'b' or 'c'`."""
    return [part.strip(" '") for part in expected.replace(" or ", ",").split(",") if part.strip(" '")]


_TELLERS: dict[str, Callable[[Found], Problem]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "literal_error": _not_among,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    _TOO_FEW: _too_few,
    "characters": _characters,
    _REFUSED: _refused,
}
