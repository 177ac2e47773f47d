"""What is said of levers and assumptions that pydantic refuses, where the general words would not help."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mhwfmodel.errors import suggest
from mhwfmodel.yamls.explain import Found, allowed_words
from mhwfmodel.yamls.fields import models_at
from mhwfmodel.yamls.problem import Problem

__all__ = ["FILE_ONLY", "own_words"]

FILE_ONLY = ("extends", "add_levers")
"""Fields of a scenario file that are gone once it is read."""

_HOLDER = "test_sites"
_AS_LEVER = "write '- kind: …' and its fields below"


def own_words(found: Found) -> Problem | None:
    """A problem in the scenario's own words; None where the general ones are right."""
    teller = _TELLERS.get(found.error["type"])
    if teller:
        return teller(found)
    return _type(found) if found.error["type"].endswith("_type") and found.value is not None else None


def _type(found: Found) -> Problem | None:
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


_TELLERS: dict[str, Callable[[Found], Problem]] = {
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
}
