"""The tables of the page about the pathway file, and the committed JSON Schema, made from the models.

Started as `python -m mhwfmodel.pathway.reference docs/reference`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from annotated_types import Ge, Gt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mhwfmodel.pathway.jsonschema import json_schema
from mhwfmodel.pathway.parts import OfPeople, Pool, Staff, Stream, Window
from mhwfmodel.pathway.schema import Admission, Here, Mode, Pathway, ReReferral, Stage
from mhwfmodel.pathway.times import Empirical, Erlang, MeanCv, Times, Weibull
from mhwfmodel.yamls.fields import allowed_range

__all__ = ["MODELS", "page", "refresh", "schema_text"]

MODELS: dict[str, type[BaseModel]] = {
    "pathway": Pathway, "class": OfPeople, "pool": Pool, "window": Window, "staff": Staff, "stream": Stream,
    "stage": Stage, "mode": Mode, "re_referral": ReReferral, "admission": Admission, "here": Here, "times": Times,
    "mean_cv": MeanCv, "erlang": Erlang, "weibull": Weibull, "empirical": Empirical,
}  # fmt: skip
"""Every block of a pathway file, by the name of its table."""

_HEAD = "| field | what it says | allowed | when left out |\n|---|---|---|---|"
_MARK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PAGE, _SCHEMA = "pathway-file.md", "pathway.schema.json"


def refresh(folder: Path) -> None:
    """Write the tables of `pathway-file.md` and `pathway.schema.json` anew, in a folder of documentation."""
    file = folder / _PAGE
    file.write_text(page(file.read_text("utf-8")), "utf-8")
    (folder / _SCHEMA).write_text(schema_text(), "utf-8")


def schema_text() -> str:
    """The JSON Schema as it is committed."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def page(text: str) -> str:
    """A page with every table between `<!-- table: name -->` and `<!-- end -->` made anew.

    Raises:
        KeyError: A mark names a table that does not exist.
    """
    return _MARK.sub(lambda found: f"{found[1]}\n{_HEAD}\n{_table(MODELS[found[2]])}\n\n{found[3]}", text)


def _table(model: type[BaseModel]) -> str:
    return "\n".join(_rows(model))


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        what = (field.description or "").replace("|", "\\|")
        yield f"| `{field.alias or name}` | {what} | {_allowed(field)} | {_default(field)} |"


def _allowed(field: FieldInfo) -> str:
    kind = str(field.annotation)
    words = re.findall(r"'(\w+)'", kind) if "Literal" in kind and "dict" not in kind and "tuple" not in kind else []
    whole = "int" in kind and "float" not in kind
    rules = (
        (bool(words), ", ".join(f"`{word}`" for word in words)),
        ("tuple" in kind, "a list"),
        ("mhwfmodel." in kind or "dict" in kind, "a block of fields"),
        ("bool" in kind, "`true` or `false`"),
        (_has(field, "days"), "a length of time"),
        ("str" in kind, "text"),
        (whole, f"a whole number {_range(field)}".strip()),
    )
    return next((text for fits, text in rules if fits), f"a number {_range(field)}".strip())


def _has(field: FieldInfo, unit: str) -> bool:
    """Whether the value is a length of time: its JSON Schema says so."""
    return f"'unit': '{unit}'" in f"{field.metadata} {field.annotation}"


def _range(field: FieldInfo) -> str:
    own = allowed_range(field)
    below = re.findall(r"Ge\(ge=(\d+)\)", str(field.annotation))
    return own or (
        f"from {below[0]} up" if below and not any(isinstance(rule, (Ge, Gt)) for rule in field.metadata) else ""
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (int, float)) or (isinstance(value, str) and value):
        return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
    return ""


if __name__ == "__main__":
    refresh(Path(sys.argv[1]))
