"""What a run keeps: which measures, and at what detail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

from mhwfmodel.catalogue.variables import detailed, variables, with_parts
from mhwfmodel.errors import suggest
from mhwfmodel.yamls.problem import Problem, as_written

__all__ = ["ALWAYS", "Outputs", "output_problems"]

ALWAYS = "filled"
"""Kept in every draw, whatever is asked for: without it a result could not be told at all."""

_WORDS = {"detail": ("all", "none"), "every_draw": ("all",)}
_LISTED = {
    "detail": "`mhwfmodel show measures` lists them (those of AMHPs, starters_…, unplaced, under_1_year and"
    " trained go in every_draw alone)",
    "every_draw": "`mhwfmodel show measures` lists them",
}


class Outputs(BaseModel):
    """What a run keeps. Left out, it keeps all that the report, the workbook and comparisons tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    detail: Annotated[
        Literal["all", "none"] | Annotated[tuple[str, ...], Strict(False)],
        Field(title="Detail", description="Measures whose mean and range are kept by ICB, sector and role: `all`, "
              "`none`, or a list such as `[filled, vacancies]`."),
    ] = "all"  # fmt: skip
    every_draw: Annotated[
        Literal["all"] | Annotated[tuple[str, ...], Strict(False)],
        Field(title="Every draw", description="Measures of which every single draw is kept, by ICB and for all ICBs "
              "together: `all`, or a list. Regions, comparisons and totals are made of them. `filled` is always kept."),
    ] = "all"  # fmt: skip
    flows: Annotated[
        bool, Field(title="Flows", description="Whether moves between sectors and between ICBs are kept.")
    ] = True
    training: Annotated[bool, Field(title="Training", description="Whether students by ICB and course are kept.")] = (
        True
    )

    @property
    def detail_names(self) -> tuple[str, ...]:
        """Variables that are kept by ICB, sector and role."""
        return detailed() if self.detail == "all" else () if self.detail == "none" else self.detail

    @property
    def draw_names(self) -> tuple[str, ...]:
        """Variables of which every draw is kept: those named, what their rates are made of, and `filled`."""
        if self.every_draw == "all":
            return tuple(item.name for item in variables())
        return with_parts((ALWAYS, *self.every_draw))


def output_problems(data: Mapping[str, object]) -> Iterator[Problem]:
    """Measures that are none, or that are not kept at that detail."""
    given = data.get("outputs")
    if not isinstance(given, Mapping):
        return
    for key, words in _WORDS.items():
        if key in given:
            yield from _named(("outputs", key), given[key], words, key)


def _named(path: tuple[str, str], value: object, words: Sequence[str], key: str) -> Iterator[Problem]:
    lists = f"write {' or '.join(words)}, or a list: [filled, vacancies]"
    if value is None:
        yield Problem(path, "nothing is written here", lists, alone=True)
    elif isinstance(value, str) or not isinstance(value, Sequence):
        if value not in words:
            yield Problem(path, f"is neither {', '.join(words)} nor a list", lists, as_written(value))
    else:
        yield from _listed(path, value, key)


def _listed(path: tuple[str, str], names: Sequence[object], key: str) -> Iterator[Problem]:
    if not names:
        remedy = f"write '{key}: {_WORDS[key][-1]}', or name at least one"
        yield Problem(path, "the list is empty", remedy, alone=True)
    for index, name in enumerate(names):
        place = (*path, index)
        if isinstance(name, str):
            yield from _one(place, name, names[:index], key)
        elif isinstance(name, (Mapping, Sequence)):
            yield Problem(place, f"{as_written(name)} is not a measure", _LISTED[key], alone=True)
        elif name is not None:
            yield Problem(place, "is not a measure", _LISTED[key], as_written(name))


def _one(place: tuple[str, str, int], name: str, before: Sequence[object], key: str) -> Iterator[Problem]:
    """What is wrong with one name of a list."""
    known = [item.name for item in variables()]
    allowed = detailed() if key == "detail" else known
    if name in _WORDS[key]:
        yield Problem(place, "is not a measure", f"write '{key}: {name}', without brackets", name)
    elif name in before:
        yield Problem(place, "is named twice", "keep one of them", name)
    elif name not in known:
        near = suggest(name, allowed)
        yield Problem(place, "is not a measure", near + (" " if near.endswith("?") else "; ") + _LISTED[key], name)
    elif name not in allowed:
        text = "is not kept by ICB, sector and role"
        yield Problem(place, text, "name it in every_draw", name)
