"""Whether runs belong together, and what differs between them: told before anything is run, with what to type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mhwfmodel.cli.running import Settings
from mhwfmodel.errors import AlignmentError, Fault, MhwfError

if TYPE_CHECKING:
    from mhwfmodel.results import Result
    from mhwfmodel.scenario import Scenario

__all__ = ["Frame", "check_together", "differences", "frame_of_file", "frame_of_run", "overrides_for"]

_OPTIONS = {"seed": "--seed {}", "draws": "--draws {}", "months": "--set months={}", "icbs": "--set 'icbs={}'"}
_TOLD_APART = frozenset({"name", "description", "levers", "seed", "draws", "months", "icbs", "outputs"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What two runs must have in common to be paired draw by draw.

    Args:
        name: Of the run.
        done: It is an earlier run, which no option changes.
        values: Seed, draws, months, evaluator and ICBs.
    """

    name: str
    done: bool
    values: Mapping[str, Any]


def frame_of_run(result: Result) -> Frame:
    """The frame of an earlier run; its opening month is not counted."""
    draws = result.draws
    icbs = tuple(str(code) for code in draws["icb"].values)
    manifest = result.manifest
    found = {"seed": manifest["seed"], "draws": int(draws.sizes["draw"]), "months": len(result.months) - 1}
    return Frame(result.name, True, {**found, "evaluator": manifest["evaluator"], "icbs": icbs})


def frame_of_file(scenario: Scenario, settings: Settings) -> Frame:
    """The frame that the run of a file will have."""
    seed = scenario.seed if settings.seed is None else settings.seed
    draws = scenario.draws if settings.draws is None else settings.draws
    found = {"seed": seed, "draws": draws, "months": scenario.months, "evaluator": settings.evaluator or "stochastic"}
    return Frame(scenario.name, False, {**found, "icbs": scenario.icb_codes})


def check_together(frames: Sequence[Frame]) -> None:
    """See to it that all runs can be paired.

    Raises:
        AlignmentError: What differs, and the options that would make the files like the earlier run.
    """
    base = next((frame for frame in frames if frame.done), frames[0])
    faults: list[Fault] = []
    options: dict[str, None] = {}
    for other in frames:
        for field, wanted in base.values.items():
            if other.values[field] == wanted:
                continue
            pair = f"{base.name} has {_shown(wanted)}, {other.name} has {_shown(other.values[field])}"
            typed = "" if other.done else _option(field, wanted)
            options |= dict.fromkeys([typed] if typed else [])
            faults.append(Fault(field, f"the two runs have different ones: {pair}", "" if typed else _again(field)))
    if options:
        faults.append(Fault("", f"to compare them, add {' '.join(options)}"))
    if faults:
        raise AlignmentError(dict.fromkeys(faults))


def _option(field: str, wanted: Any) -> str:
    from mhwfmodel.catalogue import icbs

    if field == "evaluator":
        return ""
    if field == "icbs":
        everywhere = len(wanted) == len(icbs())
        return _OPTIONS[field].format("all" if everywhere else f"[{', '.join(wanted)}]")
    return _OPTIONS[field].format(wanted)


def _again(field: str) -> str:
    return (
        "run both with the same --evaluator" if field == "evaluator" else f"run one of them again with the same {field}"
    )


def _shown(value: Any) -> str:
    if not isinstance(value, tuple):
        return str(value)
    return ", ".join(value) if len(value) <= 3 else f"{len(value)} ICBs"


def overrides_for(file: Path, overrides: Mapping[str, object]) -> dict[str, object]:
    """The overrides that a file has a place for: all but those of levers that it does not have.

    A file that cannot be read without them, and a key that is none, are left for the reading to tell of.
    """
    from mhwfmodel.scenario import load_scenario
    from mhwfmodel.yamls.overrides import parse_key

    try:
        levers = len(load_scenario(file).levers)
        paths = {key: parse_key(key) for key in overrides}
    except MhwfError:
        return dict(overrides)
    return {key: overrides[key] for key, path in paths.items() if not _beyond(path, levers)}


def _beyond(path: Sequence[str | int], levers: int) -> bool:
    return len(path) > 1 and path[0] == "levers" and isinstance(path[1], int) and path[1] >= levers


def differences(base: Result, other: Result) -> Iterator[str]:
    """What differs between two runs beside their levers, one sentence each."""
    one, two = base.manifest["scenario"], other.manifest["scenario"]
    for key in dict.fromkeys((*one, *two)):
        if key == "assumptions":
            yield from _assumptions(base, other)
        elif key not in _TOLD_APART and one.get(key) != two.get(key):
            yield _apart(key, one.get(key), two.get(key), (base.name, other.name))
    for key, what in (("version", "versions of the program"), ("hashes", "tables of facts")):
        if _facts(base.manifest.get(key)) != _facts(other.manifest.get(key)):
            yield f"{base.name} and {other.name} were run with different {what}"


def _apart(key: str, one: object, two: object, names: tuple[str, str]) -> str:
    """What two scenarios have under one key; a block, or none, in words."""
    from mhwfmodel.report.changes import block

    if not any(isinstance(value, Mapping) or value is None for value in (one, two)):
        return f"{key}: {one} in {names[0]}, {two} in {names[1]}"
    mine, theirs = block(key, one), block(key, two)
    if mine == theirs:
        return f"{names[0]} and {names[1]} have another text of the {key}"
    return f"{mine} in {names[0]}, {theirs} in {names[1]}"


def _assumptions(base: Result, other: Result) -> Iterator[str]:
    one, two = (run.manifest["scenario"].get("assumptions") or {} for run in (base, other))
    for name in dict.fromkeys((*one, *two)):
        if one.get(name) != two.get(name):
            told = f"{_range(one.get(name))} in {base.name}, {_range(two.get(name))} in {other.name}"
            yield f"assumption {name}: {told}"


def _range(values: Mapping[str, float] | None) -> str:
    if values is None:
        return "the catalogue's"
    low, central, high = (values[key] for key in ("low", "central", "high"))
    return f"{central:g}" if low == high else f"{central:g} ({low:g} to {high:g})"


def _facts(found: Any) -> Any:
    """Hashes without that of the scenario, which differs when the plans do."""
    return {key: value for key, value in found.items() if key != "scenario"} if isinstance(found, dict) else found
