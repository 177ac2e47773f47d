"""The fields of a lever in words: shares in per cent, numbers with their units, blocks by what is in them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mhwfmodel.levers import Change, LeverBase, Month, kinds
from mhwfmodel.levers.own import kind_of
from mhwfmodel.report.wording import month_name, per_cent
from mhwfmodel.scenario.jsonschema import takes

__all__ = ["Titles", "in_words", "kind_named", "settings"]

Titles = Mapping[str, str]
"""Names of a pathway file to names for people."""

_COMMON = frozenset({"kind", *LeverBase.model_fields, "cost"})
_SPAN = frozenset({"kind", "start", "end"})
_UNIT = re.compile(r"\[([^\]]+)\]$")
_SHARE = 5
"""Numbers below this are taken for shares in a lever of the user's own, whose fields are not known here."""


@cache
def _kinds() -> Mapping[str, type[LeverBase]]:
    return {kind_of(kind): kind for kind in kinds()}


def kind_named(word: object) -> type[LeverBase] | None:
    """The class of a kind of lever that ships; None of any other."""
    return _kinds().get(str(word))


def in_words(code: object, titles: Titles) -> str:
    """A code as people say it: its name where one is known."""
    return titles.get(str(code), str(code).replace("_", " "))


def settings(lever: Mapping[str, object], left_out: Container[str], titles: Titles) -> str:
    """What a lever sets, field by field.

    Args:
        lever: As the scenario has it.
        left_out: Fields that are told elsewhere, beside those that all levers have.
        titles: Names of parts of the pathway.
    """
    kind = kind_named(lever.get("kind"))
    fields = {} if kind is None else kind.model_fields
    told = (
        _setting(key, value, fields.get(key), titles)
        for key, value in lever.items()
        if key not in _COMMON and key not in left_out
    )
    return "; ".join(text for text in told if text)


def _setting(key: str, value: object, field: FieldInfo | None, titles: Titles) -> str:
    """One field in words; nothing is said of what does nothing."""
    name = key.replace("_", " ")
    if value is None or (field is not None and value in (0, False) and field.default == value):
        return ""
    if value in ({}, [], ()):
        return f"any {name}" if _empty_is_any(value, field) else ""
    if isinstance(value, Mapping) or (isinstance(value, (list, tuple)) and isinstance(value[0], Mapping)):
        listed = [value] if isinstance(value, Mapping) else value
        return f"{name}: {', then '.join(_block(item, field, titles) for item in listed)}"
    return f"{name} {_value(name, value, field, titles, signed=key.endswith(('change', 'growth')))}"


def _empty_is_any(value: object, field: FieldInfo | None) -> bool:
    """Whether an empty list limits nothing: the description of its field says so; of an unknown kind it is taken so."""
    return not isinstance(value, Mapping) and (field is None or "when left out" in (field.description or ""))


def _block(value: Mapping[str, object], field: FieldInfo | None, titles: Titles) -> str:
    """A block of fields: its kind and months, and what is in it; a table of shares by their names."""
    model = next((item for item in _models(field) if _is_of(item, value)), None)
    if model is None:
        return ", ".join(
            f"{_value(key, part, field, titles, signed=False)} of {in_words(key, titles)}"
            for key, part in value.items()
        )
    words = [str(value["kind"]).replace("_", " ")] if "kind" in value else []
    if "start" in value:
        words.append(f"from {month_name(str(value['start']))} to {month_name(str(value['end']))}")
    told = (_setting(key, part, model.model_fields.get(key), titles) for key, part in value.items() if key not in _SPAN)
    return ", ".join((*words, *(text for text in told if text)))


def _models(field: FieldInfo | None) -> Iterator[type[BaseModel]]:
    """The models that a field may hold."""
    waiting = [] if field is None else [field.annotation]
    while waiting:
        part = waiting.pop()
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
        waiting += get_args(part)


def _is_of(model: type[BaseModel], value: Mapping[str, object]) -> bool:
    kind = model.model_fields.get("kind")
    return set(value) <= set(model.model_fields) and (kind is None or kind.default == value.get("kind"))


def _value(name: str, value: object, field: FieldInfo | None, titles: Titles, *, signed: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(name, float(value), field, signed=signed)
    if isinstance(value, (list, tuple)):
        return ", ".join(in_words(item, titles) for item in value)
    return month_name(str(value)) if field is not None and takes(field, Month) else in_words(value, titles)


def _number(name: str, value: float, field: FieldInfo | None, *, signed: bool) -> str:
    """A share in per cent, any other number as the plan gives it, with its unit; of an unknown kind, a guess."""
    if takes(field, Change) if field is not None else abs(value) < _SHARE:
        return f"{'+' if signed and value > 0 else ''}{per_cent(value)}"
    unit = _UNIT.search((field.description or "") if field is not None else "")
    return f"{value:,.10g}" + (f" {unit[1]}" if unit and not name.endswith(unit[1]) else "")
