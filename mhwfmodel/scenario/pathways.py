"""The pathway of a scenario: which one, who works it out, and the file read beside the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator, model_validator

from mhwfmodel.catalogue import resolve_icbs
from mhwfmodel.errors import DataError, Fault, PathwayError, YamlError, suggest
from mhwfmodel.yamls.explain import refuse
from mhwfmodel.yamls.files import SUFFIXES
from mhwfmodel.yamls.text import shorten
from mhwfmodel.yamls.tree import Node

if TYPE_CHECKING:
    from mhwfmodel.pathway import Pathway

__all__ = ["DEFAULT", "PathwayUse", "spelled_out", "with_pathway"]

DEFAULT = "cmhf"
"""The pathway that a run has where its scenario names none of its own."""

_BESIDE = "name a pathway file beside this file or in a folder below it, or a pathway that ships"
_SIGNS = '$%~*?"<>|\\:\0\n\r'


class PathwayUse(BaseModel):
    """What a run does with a pathway. Left out, it runs the workforce alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: Annotated[
        str,
        Field(title="Pathway", min_length=1, description="A pathway that ships (`cmhf`), or a file beside the "
              "scenario or in a folder below it."),
    ] = DEFAULT  # fmt: skip
    engine: Annotated[
        Literal["analytic", "compiled", "simpy"],
        Field(title="Engine", description="`analytic`: expected figures, quick, for England. `compiled`: every person "
              "simulated, for single boards and final runs. `simpy`: the same in plain Python, to check."),
    ] = "analytic"  # fmt: skip
    draws: Annotated[
        int | None,
        Field(ge=1, le=100_000, title="Draws", json_schema_extra={"unit": "draws"},
              description="Only the first so many draws run the pathway; all when left out."),
    ] = None  # fmt: skip
    icbs: Annotated[
        Literal["all"] | Annotated[tuple[str, ...], Strict(False)],
        Field(title="Integrated Care Boards", description="Boards of the run that run the pathway: `all`, or a list."),
    ] = "all"  # fmt: skip
    text: Annotated[
        str | None,
        Field(title="Text", description="The pathway itself, as its file has it. It is put in when the scenario is "
              "read, so that a manifest holds all that the run rested on; nobody needs to write it."),
    ] = None  # fmt: skip

    @field_validator("icbs", mode="before")
    @classmethod
    def _trim(cls, value: object) -> object:
        if isinstance(value, (list, tuple)):
            return tuple(item.strip() if isinstance(item, str) else item for item in value)
        return value

    @field_validator("icbs")
    @classmethod
    def _codes(cls, value: Literal["all"] | tuple[str, ...]) -> Literal["all"] | tuple[str, ...]:
        if value == "all":
            return value
        try:
            return resolve_icbs(value).codes
        except DataError:
            return value

    @model_validator(mode="after")
    def _known(self) -> PathwayUse:
        if self.text is None and self.file not in _shipped():
            raise refuse(
                f"'{shorten(self.file)}' is no pathway that ships",
                f"{suggest(self.file, _shipped())}; a file of your own is read with PathwayUse.read(path)",
                alone=True,
            )
        try:
            self.pathway()
        except PathwayError as error:
            raise refuse(f"the pathway cannot be used: {error.faults[0]}", alone=True) from None
        return self

    @classmethod
    def read(cls, path: str | Path, **fields: object) -> PathwayUse:
        """Use a pathway file, for scenarios that are made in Python.

        Args:
            path: The file (`.yaml`).
            **fields: The other fields.

        Raises:
            PathwayError: Everything that is wrong with the file.
        """
        from mhwfmodel.pathway import load_pathway

        load_pathway(path)
        text = Path(path).read_text(encoding="utf-8-sig")
        return cls.model_validate({"file": Path(path).name, "text": text, **fields})

    def pathway(self) -> Pathway:
        """The pathway, read and checked."""
        return _read(self.file, self.text)

    def icb_codes(self, run: tuple[str, ...]) -> tuple[str, ...]:
        """ONS codes of the boards that run the pathway, in the order of the run's.

        Args:
            run: ONS codes of the run's boards.
        """
        return run if self.icbs == "all" else tuple(code for code in run if code in self.icbs)


@cache
def _shipped() -> tuple[str, ...]:
    from mhwfmodel.pathway import shipped

    return tuple(shipped())


@cache
def _read(file: str, text: str | None) -> Pathway:
    from mhwfmodel.pathway import load_pathway, read_pathway

    return load_pathway(file) if text is None else read_pathway(text, file)


def spelled_out(tree: Node) -> Node:
    """A tree whose pathway is a block of fields, also where a bare name was written."""
    node = tree.value.get("pathway") if isinstance(tree.value, Mapping) else None
    if node is None or not isinstance(node.value, str):
        return tree
    return _put(tree, Node(MappingProxyType({"file": node}), node.place, node.key))


def with_pathway(tree: Node) -> tuple[Node, tuple[Fault, ...]]:
    """A tree that holds the text of the pathway file which it names.

    Args:
        tree: A scenario, after `spelled_out`.

    Returns:
        The tree, with one that ships where the file cannot be used; and everything that is wrong with it, each with the
        line of the pathway file.
    """
    node = tree.value.get("pathway") if isinstance(tree.value, Mapping) else None
    if node is None or not isinstance(node.value, Mapping):
        return tree, ()
    name = node.value.get("file")
    if name is None or "text" in node.value or not isinstance(name.value, str) or name.value in _shipped():
        return tree, ()
    try:
        text = _text_of(name)
    except YamlError as error:
        stand_in = {**node.value, "file": replace(name, value=DEFAULT)}
        return _put(tree, replace(node, value=MappingProxyType(stand_in))), error.faults
    read = {"file": replace(name, value=Path(name.value).name), "text": replace(name, value=text, quoted=True)}
    return _put(tree, replace(node, value=MappingProxyType({**node.value, **read}))), ()


def _put(tree: Node, node: Node) -> Node:
    """The tree with another pathway."""
    fields = dict(tree.value) if isinstance(tree.value, Mapping) else {}
    return replace(tree, value=MappingProxyType({**fields, "pathway": node}))


def _text_of(name: Node) -> str:
    """Text of the pathway file that a node names, once it is known to be one.

    Raises:
        YamlError: A name that may not be read, or everything that is wrong with the file.
    """
    from mhwfmodel.pathway import load_pathway

    given = str(name.value)
    written = name.place.line > 0
    problem = _refusal(given) if written else ""
    folder = Path(name.place.file).parent if written else Path()
    path = folder / given
    if not problem and written and not path.resolve().is_relative_to(folder.resolve()):
        problem = "leads out of this file's folder"
    if problem:
        raise YamlError(Fault(str(name.place), f"'{shorten(given)}' {problem}", _BESIDE))
    if not path.is_file():
        near = [*_shipped(), *(item.name for item in _beside(folder))]
        problem = "is neither a pathway that ships nor a file that is there"
        raise YamlError(Fault(str(name.place), f"'{shorten(given)}' {problem}", suggest(given, near)))
    load_pathway(path)
    return path.read_text(encoding="utf-8-sig")


def _refusal(given: str) -> str:
    """Why a text in a file may not name a pathway file; empty when it may."""
    rules = (
        (any(sign in given for sign in _SIGNS), "holds a sign that no file name here may hold"),
        (given.startswith("/"), "is not a name relative to this file"),
        (".." in given.split("/"), "leads out of this file's folder"),
        (
            "." in given and not given.lower().endswith(SUFFIXES),
            "does not end in .yaml, so it is no pathway file",
        ),
    )
    return next((text for broken, text in rules if broken), "")


def _beside(folder: Path) -> list[Path]:
    try:
        return [item for item in sorted(folder.iterdir()) if item.suffix in SUFFIXES]
    except OSError:
        return []
