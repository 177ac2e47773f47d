"""From a file to a Scenario, or to every fault of it at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from os import PathLike
from pathlib import Path
from types import GenericAlias
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails

from mhwfmodel.catalogue import parameters, resolve_icbs
from mhwfmodel.errors import Fault, ScenarioError, YamlError
from mhwfmodel.levers import AnyLever, Lever, LeverBase, Scope
from mhwfmodel.levers.own import LEVERS, why_not
from mhwfmodel.scenario.checks import file_problems, problems, warnings
from mhwfmodel.scenario.coupling import Coupled
from mhwfmodel.scenario.extends import combine, read_chain
from mhwfmodel.scenario.foreign import foreign, unreadable
from mhwfmodel.scenario.outputs import Outputs
from mhwfmodel.scenario.pathways import PathwayUse, spelled_out, with_pathway
from mhwfmodel.scenario.schema import Scenario
from mhwfmodel.scenario.wording import FILE_ONLY, own_words
from mhwfmodel.yamls.explain import problems_of
from mhwfmodel.yamls.faults import fault_of, in_order, place_of, told_as
from mhwfmodel.yamls.fields import models_in, models_within
from mhwfmodel.yamls.overrides import apply_overrides
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.reader import read_text
from mhwfmodel.yamls.text import decode, escape, shorten
from mhwfmodel.yamls.tree import Node, Place, at, from_plain, join, nodes, plain, walk
from mhwfmodel.yamls.tree import Path as Steps

__all__ = ["check_text", "load_scenario"]


def load_scenario(
    path: str | PathLike[str],
    overrides: Mapping[str, object] | None = None,
    *,
    levers: Sequence[type[LeverBase]] = (),
) -> Scenario:
    """Read a scenario file, its parent and the overrides, and check all of it.

    Args:
        path: The file (`.yaml`).
        overrides: Values laid over the file, by dotted key; see `apply_overrides`.
        levers: Kinds of levers of your own that the file names.

    Returns:
        The scenario; its `notes` say how percentages and ICB names were read.

    Raises:
        ScenarioError: Everything that is wrong, each with file, line, column and field.
    """
    where = escape(str(path))
    try:
        file = Path(path)
    except TypeError:
        raise ScenarioError(Fault(where, "this is not the name of a file", "name a scenario file (.yaml)")) from None
    try:
        tree, notes, faults = read_chain(file, where)
    except YamlError as error:
        raise ScenarioError(unreadable(file, where, error.faults)) from None
    return _finish(tree, notes, faults, overrides or {}, where, levers)


def check_text(
    text: str,
    where: str = "scenario",
    overrides: Mapping[str, object] | None = None,
    *,
    levers: Sequence[type[LeverBase]] = (),
) -> Scenario:
    """Check a scenario given as YAML text, which has no folder and so may not extend a file.

    Args:
        text: YAML.
        where: What the text is called in messages.
        overrides: As for `load_scenario`.
        levers: As for `load_scenario`.

    Raises:
        ScenarioError: Everything that is wrong.
    """
    with told_as(ScenarioError):
        text, notes = decode(text.encode("utf-8", "surrogatepass"), where)
        node = read_text(text, where)
    faults: tuple[Fault, ...] = ()
    if isinstance(node.value, Mapping) and "extends" in node.value:
        place = str(node.value["extends"].place)
        faults = (Fault(place, "a scenario given as text cannot extend a file", "save it as a file"),)
    tree, more = combine(node, None)
    return _finish(tree, notes, (*faults, *more), overrides or {}, where, levers)


def _finish(
    tree: Node,
    notes: tuple[str, ...],
    faults: tuple[Fault, ...],
    overrides: Mapping[str, object],
    where: str,
    levers: Sequence[type[LeverBase]],
) -> Scenario:
    if no_levers := [Fault("levers", text, "") for kind in levers if (text := why_not(kind))]:
        raise ScenarioError(no_levers)
    tree, wrong = apply_overrides(spelled_out(tree), overrides, FILE_ONLY)
    tree, of_pathway = with_pathway(spelled_out(tree))
    found, scenario = _validate(tree, tuple(levers))
    everything = [*faults, *wrong, *of_pathway, *(_fault(problem, tree, where) for problem in found)]
    if everything or scenario is None:
        raise ScenarioError(in_order(everything, where))
    places = {join(path): str(node.place) for path, node in nodes(tree) if path and node.place.line}
    return scenario.noted((*notes, *_notes(tree, scenario)), places)


def _validate(tree: Node, own: tuple[type[LeverBase], ...]) -> tuple[list[Problem], Scenario | None]:
    data = plain(tree)
    found = [*foreign(data), *problems(data), *file_problems(data)] if isinstance(data, dict) else []
    if last := [problem for problem in found if problem.last]:
        return last, None
    try:
        return found, Scenario.model_validate_json(json.dumps(data), strict=True, context={LEVERS: own})
    except ValidationError as error:
        listed = [item for item in error.errors(include_url=False) if item["type"] != "scenario"]
        told = {problem.path for problem in found}
        found += [problem for problem in _told(listed, tree, own) if not _covered(problem.path, told)]
    return found, None


def _told(listed: list[ErrorDetails], tree: Node, own: tuple[type[LeverBase], ...]) -> Iterator[Problem]:
    return problems_of(listed, tree, _with_own(own), also=FILE_ONLY, first=own_words)


def _with_own(own: tuple[type[LeverBase], ...]) -> type[BaseModel]:
    """The scenario with the user's own kinds among its levers, to find the field that a path means."""
    if not own:
        return Scenario
    fields: dict[str, Any] = {"levers": (GenericAlias(tuple, (AnyLever, *own)), ())}
    return create_model("Scenario", __base__=Scenario, **fields)


def _covered(path: Steps, told: set[Steps]) -> bool:
    """Whether a problem was already told of the field, of an entry of its list, or of the end of its lever."""
    return any(known == path or (known[:-1] == path and isinstance(known[-1], int)) for known in told) or (
        len(path) == 2 and (*path, "end") in told
    )


def _fault(problem: Problem, tree: Node, where: str) -> Fault:
    place = place_of(problem, tree)
    return _of_parent(problem, place) if place.line and place.file != where else fault_of(problem, tree)


def _of_parent(problem: Problem, place: Place) -> Fault:
    """A fault of a parent: where it is and what it breaks, never what is written there."""
    shown: list[str | int] = []
    for step in problem.path:
        if isinstance(step, str) and step not in _public_words():
            break
        shown.append(step)
    told = str(replace(place, path=join(tuple(shown))))
    text = "what is written there " + ("cannot be used" if problem.alone else problem.text)
    return Fault(told, text, "check that file on its own, or change what this file lays over it")


@cache
def _public_words() -> frozenset[str]:
    models: tuple[type[BaseModel], ...] = (
        Scenario,
        Outputs,
        PathwayUse,
        Coupled,
        *models_in(Lever),
        *models_within(Lever),
    )
    fields = (name for model in models for name in model.model_fields)
    return frozenset({*fields, *Scope.model_fields, *(row.name for row in parameters()), "central", "low", "high"})


def _notes(tree: Node, scenario: Scenario) -> Iterator[str]:
    resolved = scenario.resolved()
    filled = from_plain(resolved, tree.place)
    for path, node in walk(tree):
        if isinstance(node.value, str) and node.value.strip().endswith("%"):
            read, missing = at(filled, path)
            if not missing and isinstance(read.value, float):
                yield f"{node.place}: '{shorten(node.value)}' was read as {read.value:g}"
            elif path[:1] == ("assumptions",) and not isinstance(read.value, str):
                central, _ = at(filled, (*path, "central"))
                yield f"{node.place}: '{shorten(node.value)}' was read as {central.value:g}"
    yield from _icb_notes(tree, ("icbs",))
    yield from _icb_notes(tree, ("pathway", "icbs"))
    for index in range(len(scenario.levers)):
        for steps in (("scope", "icbs"), ("sites",), ("lever", "scope", "icbs")):
            yield from _icb_notes(tree, ("levers", index, *steps))
    for path, text in warnings(resolved):
        yield f"{at(tree, path)[0].place}: {text}"


def _icb_notes(tree: Node, path: Steps) -> Iterator[str]:
    node, missing = at(tree, path)
    if not missing and isinstance(node.value, tuple) and node.value:
        for echo in resolve_icbs([str(item.value).strip() for item in node.value]).echoes:
            yield f"{node.place}: {escape(echo)}"
