"""A lever of the user's own: a Python class beside those that ship, taken by a scenario and marked in its manifest."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import Field, SerializeAsAny, ValidationInfo, WrapValidator

from mhwfmodel.levers.base import Grade, Level, LeverBase
from mhwfmodel.levers.plain import PlainLever

__all__ = ["LEVERS", "AnyPlain", "either", "is_own", "kind_of", "mark", "why_not"]

LEVERS = "levers"
"""Under this name the context of a validation holds classes of one's own, so that a file can name their kinds."""

_HOLDER = "test_sites"
_SAYS = ("owner", "payer", "level", "evidence", "grade", "source", "moves")
_PACKAGE = __name__.partition(".")[0]


def is_own(kind: type[LeverBase]) -> bool:
    """Whether a class of lever is none that ships."""
    return kind.__module__.partition(".")[0] != _PACKAGE


def kind_of(kind: type[LeverBase]) -> str:
    """The word for a class of lever in a file; empty where it has none."""
    field = kind.model_fields.get("kind")
    return field.default if field is not None and isinstance(field.default, str) else ""


def why_not(kind: type[LeverBase]) -> str:
    """Why a class of one's own cannot be a lever, and what to do; empty when it can."""
    name, word = kind.__name__, kind_of(kind)
    lacking = [says for says in _SAYS if not hasattr(kind, says)]
    allowed = {"level": get_args(Level), "grade": get_args(Grade)}
    wrong = [says for says in allowed if says not in lacking and getattr(kind, says) not in allowed[says]]
    rules = (
        (
            not re.fullmatch(r"[a-z][a-z0-9_]*", word),
            f"{name} has no kind; write: kind: Literal['my_lever'] = 'my_lever', in small letters",
        ),
        (word in _shipped(), f"the kind '{word}' of {name} is that of a lever that ships; choose another word"),
        (bool(lacking), f"{name} does not say its {', '.join(lacking)}; write each as a ClassVar, as in LeverBase"),
        (bool(wrong), f"{', '.join(wrong)} of {name} is not among the words that LeverBase knows for it"),
        (kind.effects is LeverBase.effects, f"{name} does not say what it does; write its effects(self, context)"),
    )
    return next((text for broken, text in rules if broken), "")


def either(value: object, shipped: Callable[[object], object], info: ValidationInfo) -> object:
    """Take a lever of one's own as it is, and validate any other as one that ships.

    Args:
        value: A lever, or its fields.
        shipped: Validates one that ships.
        info: Its context may hold classes of one's own, for fields that come from a file.
    """
    if isinstance(value, LeverBase) and is_own(type(value)):
        return _fit(type(value)) and value
    plain = _tuples(value)
    if isinstance(plain, Mapping):
        for kind in _given(info.context):
            if plain.get("kind") == kind_of(kind) and _fit(kind):
                return kind.model_validate(plain, strict=info.mode == "json", context=info.context)
    return shipped(plain)


AnyPlain: TypeAlias = Annotated[
    SerializeAsAny[Annotated[PlainLever, Field(discriminator="kind")]], WrapValidator(either)
]
"""A lever that ships and stands for itself, or one of the user's own."""


def mark(lever: LeverBase) -> dict[str, Any]:
    """What a manifest says of a lever of the user's own; nothing of one that ships."""
    kind = type(lever)
    if not is_own(kind):
        return {}
    return {
        "own": True,
        "module": kind.__module__,
        "class": kind.__qualname__,
        "source_sha256": _source_hash(kind),
        "rerun": "not from this file alone: it needs the class, as load_scenario(path, levers=(…,))",
    }


def _source_hash(kind: type[LeverBase]) -> str | None:
    """SHA-256 of the text of a class; None where Python does not find it, as for one that was typed in."""
    try:
        return hashlib.sha256(inspect.getsource(kind).encode()).hexdigest()
    except (OSError, TypeError):
        return None


def _shipped() -> frozenset[str]:
    return frozenset({_HOLDER, *(kind_of(kind) for kind in get_args(PlainLever))})


def _given(context: object) -> Sequence[type[LeverBase]]:
    return context.get(LEVERS, ()) if isinstance(context, Mapping) else ()


def _fit(kind: type[LeverBase]) -> bool:
    """True for a class that can be a lever.

    Raises:
        ValueError: Why it cannot.
    """
    if problem := why_not(kind):
        raise ValueError(problem)
    return True


def _tuples(value: object) -> object:
    """Fields with every list as a tuple: strict models take no lists once a file's text is Python data."""
    if isinstance(value, Mapping):
        return {key: _tuples(part) for key, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value
