"""From a file to a Pathway, or to every fault of it at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from pydantic import ValidationError

from mhwfmodel.catalogue.staffing import staffing
from mhwfmodel.errors import Fault, PathwayError
from mhwfmodel.pathway.checks import problems
from mhwfmodel.pathway.names import name_problems
from mhwfmodel.pathway.schema import Pathway
from mhwfmodel.pathway.seconds import second_looks
from mhwfmodel.yamls.explain import problems_of
from mhwfmodel.yamls.faults import fault_of, in_order, told_as
from mhwfmodel.yamls.files import SUFFIXES, read_file
from mhwfmodel.yamls.overrides import apply_overrides
from mhwfmodel.yamls.reader import read_text
from mhwfmodel.yamls.text import decode, escape
from mhwfmodel.yamls.tree import Node, at, plain

__all__ = ["load_pathway", "read_pathway", "shipped", "skills"]

_APPROVED = "amhp"
_SHIPPED = Path(__file__).parent / "data"


def shipped() -> tuple[str, ...]:
    """Names of the pathways that the package carries."""
    return tuple(sorted(file.stem for file in _SHIPPED.glob("*.yaml")))


def skills() -> tuple[str, ...]:
    """Skills that a pool may be staffed by: those of the table of staffing, and AMHPs."""
    return tuple(sorted({row.skill for row in staffing()} | {_APPROVED}))


def load_pathway(path: str | PathLike[str], overrides: Mapping[str, object] | None = None) -> Pathway:
    """Read a pathway file and check all of it.

    Args:
        path: The file (`.yaml`), or the name of a pathway that the package carries (`cmhf`).
        overrides: Values laid over the file, by dotted key: `{"pools.nurses.count": 4}`.

    Returns:
        The pathway; its `notes` say what is worth a second look.

    Raises:
        PathwayError: Everything that is wrong, each with file, line, column and field.
    """
    where = escape(str(path))
    try:
        file = _SHIPPED / f"{path}.yaml" if str(path) in shipped() else Path(path)
    except TypeError:
        raise PathwayError(Fault(where, "this is not the name of a file", "name a pathway file (.yaml)")) from None
    if file.suffix not in SUFFIXES and not file.exists():
        told = f"there is no such file, and no pathway of that name; those that are shipped: {', '.join(shipped())}"
        raise PathwayError(Fault(where, told, "name a pathway file (.yaml)"))
    with told_as(PathwayError):
        tree, notes = read_file(file, where)
    return _finish(tree, notes, overrides or {}, where)


def read_pathway(text: str, where: str = "pathway", overrides: Mapping[str, object] | None = None) -> Pathway:
    """Check a pathway given as YAML text.

    Args:
        text: YAML.
        where: What the text is called in messages.
        overrides: As for `load_pathway`.

    Raises:
        PathwayError: Everything that is wrong.
    """
    with told_as(PathwayError):
        text, notes = decode(text.encode("utf-8", "surrogatepass"), where)
        tree = read_text(text, where)
    return _finish(tree, notes, overrides or {}, where)


def _finish(tree: Node, notes: tuple[str, ...], overrides: Mapping[str, object], where: str) -> Pathway:
    tree, wrong = apply_overrides(tree, overrides)
    data = plain(tree)
    found = list(name_problems(data, skills())) if isinstance(data, dict) else []
    pathway = None
    try:
        pathway = Pathway.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        told = {problem.path for problem in found}
        refused = problems_of(error.errors(include_url=False), tree, Pathway)
        found += [problem for problem in refused if problem.path not in told]
    if pathway is not None and not found:
        found += problems(pathway)
    if wrong or found or pathway is None:
        raise PathwayError(in_order([*wrong, *(fault_of(problem, tree) for problem in found)], where))
    looks = (f"{at(tree, path)[0].place}: {text}" for path, text in second_looks(pathway))
    return pathway.noted((*notes, *looks))
