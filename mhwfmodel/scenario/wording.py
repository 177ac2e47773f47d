"""What is said of levers and assumptions that pydantic refuses, where the general words would not help."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mhwfmodel.errors import suggest
from mhwfmodel.yamls.explain import Found, allowed_words
from mhwfmodel.yamls.problem import Problem

__all__ = ["FILE_ONLY", "own_words"]

FILE_ONLY = ("extends", "add_levers")
"""Fields of a scenario file that are gone once it is read."""

_AS_LEVER = "write '- kind: …' and its fields below"


def own_words(found: Found) -> Problem | None:
    """A problem in the scenario's own words; None where the general ones are right."""
    teller = _TELLERS.get(found.error["type"])
    if teller:
        return teller(found)
    return _type(found) if found.error["type"].endswith("_type") and found.value is not None else None


def _type(found: Found) -> Problem | None:
    if len(found.path) != 2:
        return None
    if found.path[0] == "levers":
        return _no_kind(found)
    if found.path[0] == "assumptions":
        text = "is neither a number nor a block with central, low and high"
        return Problem(found.path, text, "write a number", found.shown)
    return None


def _unknown_kind(found: Found) -> Problem:
    kinds = allowed_words(str(found.ctx.get("expected_tags", "")))
    kind = str(found.ctx.get("tag", ""))
    return Problem((*found.path, "kind"), "is not a kind of lever", suggest(kind, kinds), kind)


def _no_kind(found: Found) -> Problem:
    if not isinstance(found.value, Mapping):
        if isinstance(found.value, tuple):
            return Problem(found.path, "a list is not a lever", _AS_LEVER, alone=True)
        return Problem(found.path, "is not a lever", _AS_LEVER, found.shown)
    return Problem(found.path, "this lever has no kind", "add 'kind: …', such as kind: retention", alone=True)


_TELLERS: dict[str, Callable[[Found], Problem]] = {
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
}
