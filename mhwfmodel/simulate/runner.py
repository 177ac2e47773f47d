"""A run: draws in chunks over threads, months in blocks, results reduced while they are made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.results import Result
from mhwfmodel.rng import MAX_SEED
from mhwfmodel.rng.keeping import kept
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.ensemble import Setting
from mhwfmodel.simulate.frame import frame_of
from mhwfmodel.simulate.freed import give_back
from mhwfmodel.simulate.layout import Footprint, planned
from mhwfmodel.simulate.manifest import manifest
from mhwfmodel.simulate.outcome import simulated

if TYPE_CHECKING:
    from mhwfmodel.simulate.blocks import Engine

__all__ = ["Evaluator", "Progress", "footprint", "run"]

Evaluator = Literal["stochastic", "deterministic"]
Progress = Callable[[str, int, int], None]
_MOST_DRAWS = 100_000
_MOST_THREADS = 1024
_MOST_MEMORY = 1_000_000


def run(
    scenario: Scenario,
    *,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    evaluator: Evaluator = "stochastic",
    engine: Engine = "compiled",
    memory: float | None = None,
    spill: str | Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Forecast the workforce of a scenario.

    Args:
        scenario: What to run.
        draws: Number of draws, in place of the scenario's.
        seed: Seed, in place of the scenario's.
        threads: Threads; as many as the machine has processors when left out. The result does not depend on it.
        evaluator: `stochastic` draws whole people; `deterministic` gives expected values at central inputs, one draw.
        engine: `compiled`, or `reference`: the plain evaluator that the compiled one agrees with, bit for bit. Expected
            values have one engine only.
        memory: Memory that the run may take [GB]; what it needs beyond goes to a temporary file. 2 GB when left out, or
            half of what is free where that is less. The result does not depend on it.
        spill: Folder for the temporary file; the system's own when left out.
        progress: Called with the stage, what is done and how much there is.

    Returns:
        The result, with everything that a rerun needs in its manifest.

    Raises:
        ScenarioError: Overrides or levers that do not fit, or a run that would not fit in memory or on the disk.
        DataError: Inputs that contradict each other.
        CapacityError: The disk became full.
        MhwfError: The folder for compiled code that the environment names cannot be used.
    """
    chosen = _checked(scenario, draws, seed, threads, evaluator, engine, memory)
    # Threads import what is compiled: what is wrong with the folder for its code must be told before.
    kept()
    report = progress or (lambda stage, done, total: None)
    times = {"start": perf_counter()}
    give_back()
    report("inputs", 0, chosen.months)
    setting = _setting(chosen, evaluator, engine, threads)
    plan = planned(setting, memory, None if spill is None else Path(spill))
    times["inputs"] = perf_counter()
    groups, inputs, told = simulated(setting, plan, times, report)
    give_back()
    times["results"] = perf_counter()
    return Result(groups, manifest(chosen, inputs, evaluator, engine, times, plan.told()) | told)


def footprint(
    scenario: Scenario,
    *,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    evaluator: Evaluator = "stochastic",
    engine: Engine = "compiled",
    memory: float | None = None,
    spill: str | Path | None = None,
) -> Footprint:
    """Memory and disk that a run would take, before it starts; the arguments are those of `run`.

    Raises:
        ScenarioError: Overrides or levers that do not fit, or a run that would not fit in memory or on the disk.
        DataError: Inputs that contradict each other.
        MhwfError: The folder for compiled code that the environment names cannot be used.
    """
    chosen = _checked(scenario, draws, seed, threads, evaluator, engine, memory)
    kept()
    return planned(_setting(chosen, evaluator, engine, threads), memory, None if spill is None else Path(spill))


def _setting(scenario: Scenario, evaluator: Evaluator, engine: Engine, threads: int | None) -> Setting:
    """What is run, and how."""
    return Setting(scenario, evaluator == "stochastic", engine, frame_of(scenario), threads or os.cpu_count() or 1)


def _checked(
    scenario: object,
    draws: int | None,
    seed: int | None,
    threads: int | None,
    evaluator: str,
    engine: str,
    memory: float | None,
) -> Scenario:
    """The scenario with what the call changes.

    Raises:
        ScenarioError: All that does not fit, at once.
    """
    if not isinstance(scenario, Scenario):
        message = f"{scenario!r} is not a Scenario; give a Scenario: mh.load_scenario(...)"
        raise ScenarioError(message)
    faults = []
    for name, word, words in (
        ("evaluator", evaluator, ("stochastic", "deterministic")),
        ("engine", engine, ("compiled", "reference")),
    ):
        if word not in words:
            faults.append(Fault(name, f"'{word}' is not known", f"use {' or '.join(words)}"))
    for name, value, low, high in (
        ("threads", threads, 1, _MOST_THREADS),
        ("draws", draws, 1, _MOST_DRAWS),
        ("seed", seed, 0, MAX_SEED),
    ):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and low <= value <= high):
            faults.append(Fault(name, f"{value!r} is not allowed", f"give a whole number from {low} to {high}"))
    number = isinstance(memory, (int, float)) and not isinstance(memory, bool)
    if memory is not None and not (number and 0 < memory <= _MOST_MEMORY):
        remedy = f"give gigabytes, a number above 0 and up to {_MOST_MEMORY}"
        faults.append(Fault("memory", f"{memory!r} is not allowed", remedy))
    if faults:
        raise ScenarioError(faults)
    changes = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
    return scenario.model_copy(update=changes) if changes else scenario
