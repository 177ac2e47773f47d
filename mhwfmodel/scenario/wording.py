"""What is said of levers and assumptions that pydantic refuses, where the general words would not help."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from pydantic.fields import FieldInfo

from mhwfmodel.errors import suggest
from mhwfmodel.levers.refusal import MISFIT
from mhwfmodel.yamls.explain import Found, allowed_words
from mhwfmodel.yamls.fields import allowed_range, field_at, models_at
from mhwfmodel.yamls.problem import Problem, as_written

__all__ = ["FILE_ONLY", "own_words"]

FILE_ONLY = ("extends", "add_levers")
"""Fields of a scenario file that are gone once it is read."""

_HOLDER = "test_sites"
_SHAPES = "write 'kind: decay' or 'kind: pulse'"
_AS_LEVER = "write '- kind: …' and its fields below"


def own_words(found: Found) -> Problem | None:
    """A problem in the scenario's own words; None where the general ones are right."""
    kind = found.error["type"]
    if teller := _TELLERS.get(kind):
        return teller(found)
    if kind in _NUMBERS and isinstance(found.path[-1], int):
        return _in_list(found)
    return _type(found) if kind.endswith("_type") and found.value is not None else None


def _misfit(found: Found) -> Problem:
    """What a lever as a whole refuses, at the field that it names."""
    said = found.ctx
    steps = (int(step) if step.isdigit() else step for step in str(said["field"]).split(".") if step)
    return Problem((*found.path, *steps), str(said["text"]), str(said["remedy"]), alone=True)


def _in_list(found: Found) -> Problem | None:
    """A number in a list that is none, or beyond what the list allows."""
    field = field_at(found.root, found.tree, found.path[:-1])
    allowed = next((told for entry in _entries(field and field.annotation) if (told := allowed_range(entry))), "")
    if not allowed or (found.error["type"].endswith("_type") and isinstance(found.value, (Mapping, tuple))):
        return None
    text = "is out of range" if "than" in found.error["type"] else "is not a whole number"
    return Problem(found.path, text, f"write a whole number {allowed}", found.shown)


def _entries(annotation: object) -> Iterator[FieldInfo]:
    """What is said of the entries of a list, anywhere in its annotation."""
    for part in get_args(annotation):
        if isinstance(part, FieldInfo):
            yield part
        else:
            yield from _entries(part)


def _not_a_word(found: Found) -> Problem | None:
    """A list or a block where one of a few words is needed."""
    if not isinstance(found.value, (Mapping, tuple)):
        return None
    words = ", ".join(allowed_words(str(found.ctx.get("expected", ""))))
    return Problem(found.path, f"{found.shown} stands where one word is needed", f"write one of {words}", alone=True)


def _type(found: Found) -> Problem | None:
    if found.path == ("coupling",):
        text = "is neither true nor false, nor a block of fields"
        return Problem(found.path, text, "write 'coupling: true', 'coupling: false' or every_months", found.shown)
    if found.path[-1:] == ("lever",):
        return _no_kind(found)
    if len(found.path) != 2:
        return None
    if found.path[0] == "levers":
        return _no_kind(found)
    if found.path[0] == "assumptions":
        text = "is neither a number nor a block with central, low and high"
        return Problem(found.path, text, "write a number", found.shown)
    return None


def _unknown_kind(found: Found) -> Problem:
    path, kind = (*found.path, "kind"), str(found.ctx.get("tag", ""))
    given = found.value.get("kind") if isinstance(found.value, Mapping) else None
    if given is not None and not isinstance(given.value, str):
        text = f"{as_written(given.value)} is not a kind: it is one word"
        return Problem(
            path, text, "write one, such as kind: retention" if found.path[-1:] != ("shape",) else _SHAPES, alone=True
        )
    if found.path[-1:] == ("shape",):
        return Problem(path, "is not a shape", suggest(kind, allowed_words(str(found.ctx.get("expected_tags")))), kind)
    if found.path[-1:] == ("lever",) and kind == _HOLDER:
        text = "a test in some sites cannot test another test in some sites"
        return Problem(path, text, "write two levers, each with its own sites", alone=True)
    models = models_at(found.root, found.tree, found.path)
    kinds = [model.model_fields["kind"].default for model in models if "kind" in model.model_fields]
    hint = f"{suggest(kind, kinds)}; one of your own is read with load_scenario(path, levers=(YourLever,))"
    return Problem(path, "is not a kind of lever", hint, kind)


def _no_kind(found: Found) -> Problem:
    if found.path[-1:] == ("shape",):
        how = "write 'kind: decay' or 'kind: pulse' and its fields below"
        return Problem(found.path, "this shape has no kind", how, alone=True)
    if not isinstance(found.value, Mapping):
        how = _AS_LEVER if found.path[-1:] != ("lever",) else _AS_LEVER.replace("- ", "")
        if isinstance(found.value, tuple):
            return Problem(found.path, "a list is not a lever", how, alone=True)
        return Problem(found.path, "is not a lever", how, found.shown)
    return Problem(found.path, "this lever has no kind", "add 'kind: …', such as kind: retention", alone=True)


_NUMBERS = frozenset(
    {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "int_type", "int_parsing", "int_from_float"}
)
_TELLERS: dict[str, Callable[[Found], Problem | None]] = {
    MISFIT: _misfit,
    "literal_error": _not_a_word,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
}
