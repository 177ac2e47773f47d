"""Which field of which model stands at a path of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mhwfmodel.yamls.tree import Node, Path, at

__all__ = ["allowed_range", "field_at", "models_at", "models_in", "models_within"]


def models_in(annotation: object) -> tuple[type[BaseModel], ...]:
    """All models that an annotation names, in order."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    found: dict[type[BaseModel], None] = {}
    for part in get_args(annotation):
        found.update(dict.fromkeys(models_in(part)))
    return tuple(found)


def models_within(annotation: object) -> tuple[type[BaseModel], ...]:
    """All models in the fields of the models that an annotation names, and in theirs; not those themselves."""
    found: dict[type[BaseModel], None] = {}
    for model in models_in(annotation):
        for field in model.model_fields.values():
            if model not in (below := models_in(field.annotation)):
                found.update(dict.fromkeys((*below, *models_within(field.annotation))))
    return tuple(model for model in found if model not in models_in(annotation))


def models_at(root: type[BaseModel], tree: Node, path: Path) -> tuple[type[BaseModel], ...]:
    """The models that the block at a path may be; one where its `kind` says which."""
    models: tuple[type[BaseModel], ...] = (root,)
    for depth, step in enumerate(path):
        fields = [field for model in models if (field := _field(model, step)) is not None]
        if fields:
            models = tuple(dict.fromkeys(below for field in fields for below in models_in(field.annotation)))
        models = _of_kind(models, tree, path[: depth + 1])
    return models


def field_at(root: type[BaseModel], tree: Node, path: Path) -> FieldInfo | None:
    """The field at a path, or None when a path leads to none."""
    name = path[-1] if path else ""
    if not isinstance(name, str):
        return None
    found = (_field(model, name) for model in models_at(root, tree, path[:-1]))
    return next((field for field in found if field is not None), None)


def _field(model: type[BaseModel], name: str | int) -> FieldInfo | None:
    """The field that is written so: by its alias where it has one."""
    return next((field for own, field in model.model_fields.items() if (field.alias or own) == name), None)


def allowed_range(field: FieldInfo) -> str:
    """The numbers that a field allows in words: `from 1 to 600`; empty when it has no bounds."""
    low = high = ""
    for rule in field.metadata:
        if isinstance(rule, Ge):
            low = _number(rule.ge)
        elif isinstance(rule, Gt):
            low = f"above {_number(rule.gt)}"
        elif isinstance(rule, Le):
            high = _number(rule.le)
        elif isinstance(rule, Lt):
            high = f"below {_number(rule.lt)}"
    if low and high:
        return f"{low} and up to {high}" if low.startswith("above") else f"from {low} to {high}"
    return (low if low.startswith("above") else f"from {low} up") if low else (f"up to {high}" if high else "")


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_kind(models: tuple[type[BaseModel], ...], tree: Node, path: Path) -> tuple[type[BaseModel], ...]:
    node, rest = at(tree, path)
    if rest or not isinstance(node.value, Mapping) or "kind" not in node.value:
        return models
    kind = node.value["kind"].value
    named = tuple(m for m in models if "kind" in m.model_fields and m.model_fields["kind"].default == kind)
    return named or models
