"""The JSON Schema of a scenario file, for editors that complete and check while one writes."""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mhwfmodel.catalogue import Parameter, parameters, roles, sectors
from mhwfmodel.catalogue.variables import detailed, variables
from mhwfmodel.levers import Change, Lever, Month
from mhwfmodel.scenario.assumptions import bounds, is_share
from mhwfmodel.scenario.schema import Scenario
from mhwfmodel.yamls.fields import models_in, models_within

__all__ = ["json_schema", "takes"]

_PERCENT = {"type": "string", "pattern": r"^\s*[-+]?\d+(\.\d+)?\s*%\s*$"}
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
_UNIT = re.compile(r"\s*\[([^\]]+)\]$")
_EXTENDS = {
    "type": "string",
    "title": "Parent",
    "description": "One scenario file that this one builds on, beside it or in a folder below it: baseline.yaml",
    "pattern": r"^[^/\\:$%~*?\"<>|][^\\:$%~*?\"<>|]*\.[yY][aA]?[mM][lL]$",
}


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of what may be written in a scenario file.

    It knows the names of assumptions, sectors and roles, percentages, and units (`unit`). What it cannot know, such as
    an ICB's name or a lever that starts after the run ends, `mhwfmodel check` tells.
    """
    schema = Scenario.model_json_schema()
    definitions = schema["$defs"]
    definitions.pop("Assumption", None)
    for model in (*models_in(Lever), *models_within(Lever)):
        _lever(definitions[model.__name__], model)
    for name, allowed in (("sectors", sectors()), ("roles", roles())):
        definitions["Scope"]["properties"][name]["items"]["enum"] = [row.code for row in allowed]
    names = {"detail": detailed(), "every_draw": tuple(item.name for item in variables())}
    for name, listed in names.items():
        choices = definitions["Outputs"]["properties"][name]["anyOf"]
        next(choice for choice in choices if choice.get("type") == "array").update(_list_of(listed))
    fields = schema["properties"]
    fields["outputs"]["title"] = "Outputs"
    fields["start"]["pattern"] = _MONTH
    fields["pathway"] = {
        "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/PathwayUse"}],
        "title": "Pathway",
        "description": fields["pathway"]["description"],
    }
    fields["coupling"] = {
        "anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/Coupled"}],
        "title": "Coupling",
        "description": fields["coupling"]["description"],
    }
    for name in ("draws", "text"):
        _optional(definitions["PathwayUse"]["properties"][name])
    fields["extends"] = dict(_EXTENDS)
    fields["add_levers"] = {
        **fields["levers"],
        "title": "More levers",
        "description": "Levers put after those of the parent file; `levers` would replace them.",
    }
    fields["assumptions"] = {
        "type": "object",
        "title": "Assumptions",
        "description": fields["assumptions"]["description"],
        "properties": {row.name: _assumption(row, definitions) for row in parameters()},
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mhwfmodel scenario file",
        "description": "What one run of mhwfmodel simulates, on which assumptions, and what a plan changes.",
        "type": "object",
        "properties": fields,
        "required": ["name"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _list_of(names: tuple[str, ...]) -> dict[str, Any]:
    return {"items": {"type": "string", "enum": list(names)}, "minItems": 1, "uniqueItems": True}


def takes(field: FieldInfo, kind: object) -> bool:
    """Whether a field of a lever is a `Change` or a `Month`, also when it may be left out."""
    mark = getattr(kind, "__metadata__", (None,))[0]
    parts = get_args(field.annotation)
    return mark in field.metadata or any(mark in getattr(part, "__metadata__", ()) for part in parts)


def _lever(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Say of a lever what pydantic leaves out: months, percentages, units, that `kind` is needed."""
    for name, field in model.model_fields.items():
        entry = definition["properties"][name]
        entry["title"] = name.replace("_", " ").capitalize()
        unit = _UNIT.search(entry.get("description", ""))
        if unit:
            entry["unit"] = unit[1]
        _optional(entry)
        if takes(field, Month):
            entry.update({"pattern": _MONTH, "unit": "month"})
        if takes(field, Change):
            each = entry.get("additionalProperties", entry)
            number = {key: each.pop(key) for key in _NUMBER_KEYS if key in each}
            each.update({"anyOf": [number, dict(_PERCENT)], "unit": "share"})
    if "kind" in model.model_fields:
        definition["required"] = ["kind", *definition.get("required", [])]


def _optional(entry: dict[str, Any]) -> None:
    """Say of a field that may be left out what may stand there: it is never written as nothing."""
    if entry.get("default", 0) is None:
        del entry["default"]
        entry.update(next(part for part in entry.pop("anyOf") if part != {"type": "null"}))


_NUMBER_KEYS = ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def _assumption(row: Parameter, definitions: dict[str, Any]) -> dict[str, Any]:
    """One assumption; what may be written for it is a definition shared by all of its kind."""
    low, high = bounds(row)
    number: dict[str, Any] = {"type": "number"}
    if low is not None:
        number["minimum"] = low
    if high is not None:
        number["maximum"] = high
    plain = [number, dict(_PERCENT)] if is_share(row) else [number]
    name = "value" + (f"_{low:g}_to_{high:g}" if high is not None else "" if low is None else f"_from_{low:g}")
    block = {
        "type": "object",
        "description": "The most likely value, and the range that is still credible (the catalogue's where left out).",
        "properties": {key: {"anyOf": plain} for key in ("central", "low", "high")},
        "required": ["central"],
        "additionalProperties": False,
    }
    definitions[name + ("" if len(plain) == 1 else "_or_percentage")] = {"anyOf": [*plain, block]}
    return {
        "title": row.title,
        "description": f"Catalogue: {row.central:g}, from {row.low:g} to {row.high:g} [{row.unit}].",
        "unit": row.unit,
        "$ref": f"#/$defs/{name}" + ("" if len(plain) == 1 else "_or_percentage"),
    }
