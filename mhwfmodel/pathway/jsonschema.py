"""The JSON Schema of a pathway file, for editors that complete and check while one writes."""

from __future__ import annotations

from typing import Any

from mhwfmodel.pathway.schema import Pathway

__all__ = ["json_schema"]

_NAME = r"^[A-Za-z][A-Za-z0-9_]{0,39}$"


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of what may be written in a pathway file.

    What it cannot know, such as a route to a stage that is not there, `mhwfmodel pathway check` tells.
    """
    schema = Pathway.model_json_schema(by_alias=True)
    _tidy(schema)
    fields = schema["properties"]
    for name in ("classes", "pools", "arrivals", "stages"):
        fields[name]["propertyNames"] = {"pattern": _NAME}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "mhwfmodel pathway file",
        "description": "A service as stages, pools of servers, and people who come.",
    }


def _tidy(part: Any) -> None:
    """Take out what an editor would show for nothing: fields that may be left out are not `null`."""
    if isinstance(part, list):
        for item in part:
            _tidy(item)
    if not isinstance(part, dict):
        return
    choices = part.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        choices.remove({"type": "null"})
        part.pop("default", None) if part.get("default") is None else None
        if len(choices) == 1:
            part.pop("anyOf")
            part.update(choices[0])
    for item in list(part.values()):
        _tidy(item)
