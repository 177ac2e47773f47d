"""What a scenario changes besides its levers, and in what two runs differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhwfmodel import catalogue
from mhwfmodel.report.levers import lever_lines
from mhwfmodel.report.wording import quantity

__all__ = ["BASELINES", "SET_BY_SCENARIO", "Override", "block", "changes", "differences", "overrides"]

SET_BY_SCENARIO = "set by the scenario"
"""Status of an input whose value is not the catalogue's."""

_USUAL = "expected"
_BLOCKS = ("pathway", "coupling", "moves", "starting_ages")
"""What a scenario may have besides its baseline, assumptions and levers, and two runs may differ in."""
BASELINES = {
    "expected": "today’s trends go on, each with its doubt",
    "rates_held": "leaving, hiring and funded posts keep the rates of the base month",
}


@dataclass(frozen=True, slots=True)
class Override:
    """An input that a scenario sets.

    Args:
        title: Name for people.
        name: Word used in scenario files.
        value: What the run used, in the input's unit.
        published: What the catalogue has, with its status.
    """

    title: str
    name: str
    value: str
    published: str


def overrides(manifest: Mapping[str, Any]) -> tuple[Override, ...]:
    """The inputs that a run did not take from the catalogue."""
    known = {item.name: item for item in catalogue.parameters()}
    made = []
    for row in manifest.get("evidence", {}).get("parameters", ()):
        given = known.get(row["name"])
        if not row.get("set_by_scenario"):
            continue
        published = "not in the catalogue of this version"
        if given is not None:
            published = f"{_told(given.central, given.low, given.high, given.unit)}; {given.status}"
        value = _told(float(row["central"]), float(row["low"]), float(row["high"]), str(row["unit"]))
        made.append(Override(str(row["title"]), str(row["name"]), value, published))
    return tuple(made)


def _told(central: float, low: float, high: float, unit: str) -> str:
    spread = "" if low == high else f" ({quantity(low)} to {quantity(high)})"
    return f"{quantity(central)}{spread} [{unit}]"


def changes(manifest: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A baseline other than the usual one, and every input that the scenario sets: label and text."""
    name = str(manifest["scenario"].get("baseline", _USUAL))
    made = [] if name == _USUAL else [("Baseline", f"{name}: {BASELINES.get(name, name)}; the usual one is {_USUAL}")]
    made += [
        (f"Assumption {item.name}", f"{item.title}: {item.value}; the catalogue has {item.published}")
        for item in overrides(manifest)
    ]
    return tuple(made)


def differences(base: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """In what the scenarios of two runs differ beside their names; nothing where they are alike."""
    made = []
    first, second = (str(manifest["scenario"].get("baseline", _USUAL)) for manifest in (base, other))
    if first != second:
        made.append(f"baseline {second}, where the base has {first}")
    made += _blocks(base["scenario"], other["scenario"])
    mine, theirs = ({item.name: item.value for item in overrides(manifest)} for manifest in (base, other))
    for name in dict.fromkeys((*mine, *theirs)):
        if mine.get(name) != theirs.get(name):
            usual = "the catalogue’s value"
            made.append(f"assumption {name}: {theirs.get(name, usual)}, where the base has {mine.get(name, usual)}")
    here, there = (_levers(manifest) for manifest in (base, other))
    made += [f"has the lever {name}" for text, name in there.items() if text not in here]
    made += [f"lacks the base’s lever {name}" for text, name in here.items() if text not in there]
    return tuple(made)


def block(key: str, value: object) -> str:
    """A block or a word of a scenario in words: `no coupling`, `coupling (every months 1)`.

    Args:
        key: Its key.
        value: What stands there; None where the scenario has none.
    """
    name = key.replace("_", " ")
    if value is None:
        return f"no {name}"
    if not isinstance(value, Mapping):
        return f"{name} {value}"
    listed = (f"{field.replace('_', ' ')} {given}" for field, given in value.items() if field != "text")
    return f"{name} ({', '.join(listed)})"


def _blocks(base: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    for key in _BLOCKS:
        one, two = base.get(key), other.get(key)
        if one == two:
            continue
        mine, theirs = block(key, one), block(key, two)
        yield f"{theirs}, where the base has {mine}" if mine != theirs else f"another text of the {key} than the base"


def _levers(manifest: Mapping[str, Any]) -> dict[str, str]:
    """All that a lever says, and its name."""
    return {
        " ".join((line.kind, line.name, line.when, line.reach, line.sets, line.cost)): line.told
        for line in lever_lines(manifest["scenario"].get("levers", ()))
    }
