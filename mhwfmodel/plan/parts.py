"""The parts that a plan and its base differ in, and the scenario of any subset of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mhwfmodel.errors import AlignmentError, Fault, ScenarioError, suggest

if TYPE_CHECKING:
    from mhwfmodel.levers import LeverBase
    from mhwfmodel.scenario import Scenario

__all__ = ["OTHER", "Part", "Parts", "parts_of", "said"]

OTHER = "other differences"
"""What is called all in which two scenarios differ beside their levers."""

_FRAME = ("start", "months", "draws", "seed", "icbs")
_TOLD_APART = {"name", "description", "levers", "outputs", *_FRAME}
_WITHOUT_EFFECT = ("name", "cost_per_year")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in which a plan differs from its base.

    Args:
        label: What it is called.
        on: Levers that the plan has and the base has not.
        off: Levers that the base has and the plan has not.
        other: It is what differs beside the levers.
    """

    label: str
    on: tuple[LeverBase, ...] = ()
    off: tuple[LeverBase, ...] = ()
    other: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts, and the two scenarios.

    Args:
        base: The scenario without any of them.
        plan: The scenario with all of them.
        parts: In the order of the plan; what is no lever comes first.
    """

    base: Scenario
    plan: Scenario
    parts: tuple[Part, ...]

    def scenario(self, subset: int) -> Scenario:
        """The scenario of some parts: bit i of the number says that part i is in it."""
        inside = [part for at, part in enumerate(self.parts) if subset >> at & 1]
        outside = [part for at, part in enumerate(self.parts) if not subset >> at & 1]
        frame = self.plan if any(part.other for part in inside) else self.base
        levers = self.plan.levers if not outside else tuple(_levers(self.plan, outside)) if inside else self.base.levers
        return frame.model_copy(update={"levers": levers})


def _levers(plan: Scenario, outside: Sequence[Part]) -> Iterator[LeverBase]:
    """Levers of a plan without some parts, in its order; those of the base that come back stand behind them."""
    lacking = {id(lever) for part in outside for lever in part.on}
    yield from (lever for lever in plan.levers if id(lever) not in lacking)
    yield from (lever for part in outside for lever in part.off)


def parts_of(scenario: Scenario, base: Scenario | None, groups: Mapping[str, Iterable[str]] | None) -> Parts:
    """Find what a plan changes.

    Args:
        scenario: The plan.
        base: What it is compared with; the plan without its levers when None.
        groups: Label to the names or kinds of levers that are one part.

    Raises:
        AlignmentError: Two scenarios that cannot be paired draw by draw.
        ScenarioError: Nothing that differs, or groups that do not fit.
    """
    if base is None:
        base = scenario.model_copy(update={"levers": (), "name": f"{scenario.name} without its levers"})
    faults = [
        Fault(field, f"{base.name} has {_shown(one)}, {scenario.name} has {_shown(two)}", f"write the same {field}")
        for field in _FRAME
        if (one := getattr(base, field)) != (two := getattr(scenario, field))
    ]
    if faults:
        raise AlignmentError(faults)
    parts = [Part(OTHER, other=True)] if _apart(base) != _apart(scenario) else []
    # Each lever is told apart from an equal one by being another object.
    scenario = scenario.model_copy(update={"levers": tuple(lever.model_copy() for lever in scenario.levers)})
    parts += _of_levers(list(scenario.levers), list(base.levers))
    if not parts:
        problem = "has no levers" if not scenario.levers else f"has the same levers as {base.name}"
        raise ScenarioError(Fault(scenario.name, f"{problem}: there is nothing to explain", "name a plan with levers"))
    return Parts(base, scenario, _grouped(parts, groups or {}))


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{len(value)} of them"


def _apart(scenario: Scenario) -> dict[str, Any]:
    return {key: value for key, value in scenario.resolved().items() if key not in _TOLD_APART}


def said(lever: LeverBase) -> str:
    """All of a lever that a run depends on, as text."""
    told = lever.model_dump(mode="json", exclude=set(_WITHOUT_EFFECT))
    return json.dumps(told, sort_keys=True)


def _of_levers(on: list[LeverBase], off: list[LeverBase]) -> list[Part]:
    """A part for each lever of either, but for those that both have; one that was changed is one part."""
    new = []
    for lever in on:
        same = next((other for other in off if said(other) == said(lever)), None)
        if same is None:
            new.append(lever)
        else:
            off.remove(same)
    found = []
    for lever in new:
        before = next((other for other in off if (_kind(other), other.name) == (_kind(lever), lever.name)), None)
        if before is not None:
            off.remove(before)
        found.append(Part(_label(lever), (lever,), () if before is None else (before,)))
    found += [Part(f"without {_label(lever)}", (), (lever,)) for lever in off]
    return _named_apart(found)


def _kind(lever: Any) -> str:
    return str(lever.kind)


def _label(lever: LeverBase) -> str:
    return lever.name or _kind(lever).replace("_", " ")


def _named_apart(parts: Sequence[Part]) -> list[Part]:
    labels = [part.label for part in parts]
    return [
        Part(f"{part.label} ({labels[: at + 1].count(part.label)})", part.on, part.off)
        if labels.count(part.label) > 1
        else part
        for at, part in enumerate(parts)
    ]


def _grouped(parts: Sequence[Part], groups: Mapping[str, Iterable[str]]) -> tuple[Part, ...]:
    """Parts put together where a group names them; the group stands where its first part stood."""
    wanted = {label: (given,) if isinstance(given, str) else tuple(given) for label, given in groups.items()}
    known = {word for part in parts for word in _words(part)}
    faults = [
        Fault(f"group '{label}'", f"'{word}' is neither name nor kind of a lever that differs", suggest(word, known))
        for label, listed in wanted.items()
        for word in listed
        if word not in known
    ]
    place: dict[int, str] = {}
    for at, part in enumerate(parts):
        named = [label for label, listed in wanted.items() if not _words(part).isdisjoint(listed)]
        if len(named) > 1:
            faults.append(Fault(part.label, f"is in the groups {' and '.join(named)}", "name it in one of them"))
        elif named:
            place[at] = named[0]
    if faults:
        raise ScenarioError(faults)
    made: dict[object, Part] = {}
    for at, part in enumerate(parts):
        key: object = place.get(at, at)
        earlier = made.get(key, Part(place.get(at, part.label), other=part.other))
        made[key] = Part(earlier.label, earlier.on + part.on, earlier.off + part.off, earlier.other)
    return tuple(made.values())


def _words(part: Part) -> set[str]:
    levers = (*part.on, *part.off)
    return {part.label, *(lever.name for lever in levers if lever.name), *map(_kind, levers)}
