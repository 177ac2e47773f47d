"""The tables of the pages about scenario files and levers, and the committed JSON Schema, made from the models."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mhwfmodel.catalogue import parameters
from mhwfmodel.levers import Change, LeverBase, Month, Scope, kinds
from mhwfmodel.levers.demand_shock import Phase
from mhwfmodel.levers.own import kind_of
from mhwfmodel.levers.shapes import Decay, Pulse
from mhwfmodel.scenario.coupling import Coupled
from mhwfmodel.scenario.jsonschema import json_schema, takes
from mhwfmodel.scenario.outputs import Outputs
from mhwfmodel.scenario.pathways import PathwayUse
from mhwfmodel.scenario.schema import Scenario
from mhwfmodel.yamls.fields import allowed_range, models_in
from mhwfmodel.yamls.problem import as_written

__all__ = ["BLOCKS", "PAGES", "page", "refresh", "schema_text"]

PAGES = ("scenario-file.md", "reference/levers.md")
"""Pages with tables that are made here."""


_HEAD = "| field | what it says | allowed | when left out |\n|---|---|---|---|"
_MARK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refresh(docs: Path) -> None:
    """Write the tables of the pages and `scenario.schema.json` anew, in a folder of documentation."""
    for file in (docs / name for name in PAGES):
        file.write_text(page(file.read_text("utf-8")), "utf-8")
    (docs / "scenario.schema.json").write_text(schema_text(), "utf-8")


def schema_text() -> str:
    """The JSON Schema as it is committed."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def page(text: str) -> str:
    """A page with every table between `<!-- table: name -->` and `<!-- end -->` made anew.

    Raises:
        KeyError: A mark names a table that does not exist.
    """
    return _MARK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n\n{found[3]}", text)


def _scenario() -> str:
    extra = (
        "| `extends` | One parent file, beside this one or in a folder below it | a file name | no parent |",
        "| `add_levers` | Levers put after those of the parent | a list of levers | none |",
    )
    return "\n".join([_HEAD, *_rows(Scenario), *extra])


def _common() -> str:
    return "\n".join([_HEAD, "| `kind` | Which lever it is | see below | needed |", *_rows(LeverBase)])


def _scope() -> str:
    return "\n".join([_HEAD, *_rows(Scope)])


def _outputs() -> str:
    return "\n".join([_HEAD, *_rows(Outputs)])


def _pathway() -> str:
    return "\n".join([_HEAD, *_rows(PathwayUse)])


def _coupling() -> str:
    return "\n".join([_HEAD, *_rows(Coupled)])


def _levers() -> str:
    head = "| kind | what it is | who decides | evidence |\n|---|---|---|---|"
    rows = [
        f"| [`{kind_of(kind)}`](reference/levers.md#{kind_of(kind)}) | {_about(kind)[0]} | {_cell(kind.owner)} "
        f"| {kind.grade} |"
        for kind in kinds()
    ]
    return "\n".join([head, *rows])


def _decisions() -> str:
    head = (
        "| kind | who decides | level | who pays | what it moves | evidence | sources |\n|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| [`{kind_of(kind)}`](#{kind_of(kind)}) | {_cell(kind.owner)} | {kind.level} | {_cell(kind.payer)} "
        f"| {_cell(kind.moves)} | {kind.grade} | {' '.join(kind.source)} |"
        for kind in kinds()
    ]
    return "\n".join([head, *rows])


def _kinds() -> str:
    return "\n\n".join(map(_kind, kinds()))


def _kind(kind: type[LeverBase]) -> str:
    own = [name for name in kind.model_fields if name not in {*LeverBase.model_fields, "kind"}]
    evidence = f"Evidence ({kind.grade}): {kind.evidence}."
    return "\n".join(
        [f"### `{kind_of(kind)}`", "", "\n\n".join(_about(kind)), "", evidence, "", _HEAD, *_rows(kind, own)]
    )


def _shapes() -> str:
    parts = []
    for model in (Decay, Pulse, Phase):
        kind = model.model_fields.get("kind")
        title = f"`{kind.default}`" if kind else "A phase"
        own = [name for name in model.model_fields if name != "kind"]
        parts.append("\n".join([f"**{title}.** {_about(model)[0]}", "", _HEAD, *_rows(model, own)]))
    return "\n\n".join(parts)


def _about(model: type[BaseModel]) -> list[str]:
    """The paragraphs that a model says of itself, each in one line."""
    return [" ".join(part.split()) for part in (model.__doc__ or "").strip().split("\n\n")]


def _assumptions() -> str:
    head = "| name | what it is | central | low | high | unit |\n|---|---|---|---|---|---|"
    rows = [
        f"| `{row.name}` | {_cell(row.title)} | {row.central:g} | {row.low:g} | {row.high:g} | {row.unit} |"
        for row in parameters()
    ]
    return "\n".join([head, *rows])


BLOCKS = {
    "scenario": _scenario, "common": _common, "scope": _scope, "levers": _levers, "decisions": _decisions,
    "kinds": _kinds, "shapes": _shapes, "assumptions": _assumptions,
    "outputs": _outputs, "pathway": _pathway, "coupling": _coupling,
}  # fmt: skip


def _rows(model: type[BaseModel], only: list[str] | None = None) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if only is None or name in only:
            what = _cell(field.description or "")
            yield f"| `{name}` | {what} | {_allowed(field)} | {_default(field)} |"


def _allowed(field: FieldInfo) -> str:
    kind = str(field.annotation)
    choices = ", ".join(f"`{word}`" for word in re.findall(r"'(\w+)'", kind)) if "Literal" in kind else ""
    bounds = allowed_range(field)
    listed = "`all` or a list" if "'all'" in kind else f"a list of {choices}" if choices else "a list"
    rules = (
        (takes(field, Change), f"a share or a percentage, {bounds}" if bounds else "a share or a percentage"),
        (takes(field, Month) or _unit(field) == "month", "a month, 2025-04"),
        ("tuple" in kind, listed),
        (bool(choices), choices),
        (PathwayUse in models_in(field.annotation), "a name, or a block of fields"),
        (Coupled in models_in(field.annotation), "`true`, or a block of fields"),
        (bool(models_in(field.annotation)) or "dict" in kind, "a block of fields"),
        ("bool" in kind, "`true` or `false`"),
        ("str" in kind, "text"),
        ("int" in kind, f"a whole number {bounds}".strip()),
    )
    return next((text for fits, text in rules if fits), f"a number {bounds}".strip())


def _unit(field: FieldInfo) -> object:
    extra = field.json_schema_extra
    return extra.get("unit") if isinstance(extra, dict) else None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if isinstance(value, tuple) and value:
        return f"`{list(value)}`"
    shown = f"{value:g}" if isinstance(value, float) else as_written(value)
    return f"`{shown}`" if isinstance(value, (str, int, float)) and shown else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    refresh(Path(sys.argv[1]))
