"""A run: months in the outer loop, draws in blocks over threads, results reduced while they are made."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.inputs import build
from mhwfmodel.results import CellLabels, Result, datasets, reducer
from mhwfmodel.rng import MAX_SEED
from mhwfmodel.simulate.blocks import first, following
from mhwfmodel.simulate.collect import Collected, council_dataset, flow_dataset, training_dataset
from mhwfmodel.simulate.manifest import manifest
from mhwfmodel.simulate.measures import rota
from mhwfmodel.simulate.model import Model, prepare
from mhwfmodel.units import add_months

if TYPE_CHECKING:
    import xarray as xr

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.results.reduce import History, Reducer, Sums
    from mhwfmodel.scenario import Scenario
    from mhwfmodel.simulate.blocks import Block, Month
    from mhwfmodel.simulate.measures import Rota

__all__ = ["Evaluator", "Progress", "run"]

Evaluator = Literal["stochastic", "deterministic"]
Progress = Callable[[str, int, int], None]
_DRAWS_A_BLOCK = 25
_MOST_DRAWS = 100_000
_MOST_THREADS = 1024
_TREND_MONTH = 60
_TRENDS = {
    "leaving": "leaving",
    "time_to_fill": "time to fill a vacancy",
    "specialist_posts": "specialist posts",
    "abroad": "recruits from abroad",
}


def run(
    scenario: Scenario,
    *,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    evaluator: Evaluator = "stochastic",
    progress: Progress | None = None,
) -> Result:
    """Forecast the workforce of a scenario.

    Args:
        scenario: What to run.
        draws: Number of draws, in place of the scenario's.
        seed: Seed, in place of the scenario's.
        threads: Threads; as many as the machine has processors when left out. The result does not depend on it.
        evaluator: `stochastic` draws whole people; `deterministic` gives expected values at central inputs, one draw.
        progress: Called with the stage, the months done and the months in all.

    Returns:
        The result, with everything that a rerun needs in its manifest.

    Raises:
        ScenarioError: Overrides or levers that do not fit.
        DataError: Inputs that contradict each other.
    """
    chosen = _checked(scenario, draws, seed, threads, evaluator)
    report = progress or (lambda stage, done, total: None)
    total = chosen.months
    times = {"start": perf_counter()}
    report("inputs", 0, total)
    inputs = build(chosen, central=evaluator == "deterministic")
    times["inputs"] = perf_counter()
    report("calibration", 0, total)
    workers = threads or os.cpu_count() or 1
    model = prepare(inputs, chosen, stochastic=evaluator == "stochastic", threads=workers)
    times["calibration"] = perf_counter()
    cells = inputs.cells
    labels = CellLabels(cells.icb, cells.sector, cells.role, cells.icb_codes)
    made = reducer(labels)
    given = rota(model)
    kept = _months(model, given, made, workers, report)
    times["months"] = perf_counter()
    months = (add_months(chosen.start, -1), *inputs.months)
    groups = datasets(made, labels, months, inputs.parameters.draws.size)
    on_rota = np.asarray(groups["amhp"]["amhp_fte"].values, dtype=np.float64)
    groups["amhp_council"] = council_dataset(on_rota, given, cells.icb_codes, months)
    groups["flows"] = flow_dataset(kept, model, inputs.months)
    taught = [item.code for item in catalogue.pipelines() if item.kind == "student"]
    groups["training"] = training_dataset(kept, model, taught, inputs.months)
    groups["parameters"] = _drawn_inputs(inputs)
    times["results"] = perf_counter()
    return Result(groups, manifest(chosen, inputs, evaluator, times))


def _checked(scenario: Scenario, draws: int | None, seed: int | None, threads: int | None, evaluator: str) -> Scenario:
    """The scenario with what the call changes.

    Raises:
        ScenarioError: All that does not fit, at once.
    """
    faults = []
    if evaluator not in ("stochastic", "deterministic"):
        faults.append(Fault("evaluator", f"'{evaluator}' is not known", "use stochastic or deterministic"))
    for name, value, low, high in (
        ("threads", threads, 1, _MOST_THREADS),
        ("draws", draws, 1, _MOST_DRAWS),
        ("seed", seed, 0, MAX_SEED),
    ):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and low <= value <= high):
            faults.append(Fault(name, f"{value!r} is not allowed", f"give a whole number from {low} to {high}"))
    if faults:
        raise ScenarioError(faults)
    changes = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
    return scenario.model_copy(update=changes) if changes else scenario


def _months(model: Model, given: Rota, made: Reducer, threads: int, report: Progress) -> Collected:
    """Run every month over all draws and reduce what it gives."""
    size = model.inputs.parameters.draws.size
    rows = [slice(at, min(at + _DRAWS_A_BLOCK, size)) for at in range(0, size, _DRAWS_A_BLOCK)]
    history: list[History] = [{} for _ in rows]
    kept = Collected()
    total = len(model.inputs.months)

    def begin(number: int) -> tuple[Block, Sums]:
        block, measures = first(model, given, rows[number])
        return block, made.reduce(measures, history[number])

    def advance(number: int, month: int) -> tuple[Sums, Month]:
        blocks[number], gave = following(model, given, blocks[number], month)
        return made.reduce(gave.measures, history[number]), gave

    with ThreadPoolExecutor(max_workers=threads) as pool:
        started = list(pool.map(begin, range(len(rows))))
        blocks = [block for block, _ in started]
        made.keep([sums for _, sums in started], pool.map)
        report("months", 0, total)
        for month in range(total):
            parts = list(pool.map(advance, range(len(rows)), [month] * len(rows)))
            made.keep([sums for sums, _ in parts], pool.map)
            kept.add([gave.flows for _, gave in parts], [gave.training for _, gave in parts])
            report("months", month + 1, total)
    return kept


def _drawn_inputs(inputs: Inputs) -> xr.Dataset:
    """The uncertain inputs as drawn, and the trends five years on (or at the end of a shorter run), dims (draw)."""
    import xarray as xr

    parameters = inputs.parameters
    names = [item.name for item in map(parameters.parameter, _parameter_names()) if item.distribution != "fixed"]
    data = {}
    for name in names:
        item = parameters.parameter(name)
        data[name] = ("draw", parameters.value(name), {"units": item.unit, "long_name": item.title, "kind": "input"})
    month = min(_TREND_MONTH, len(inputs.months)) - 1
    for name, title in _TRENDS.items():
        path = getattr(inputs.drivers, name)[:, month]
        if np.ptp(path) > 0.0:
            told = f"Trend: {title} by {inputs.months[month]}, relative to 2023/24"
            data[f"trend_{name}"] = ("draw", np.exp(path), {"units": "1", "long_name": told, "kind": "trend"})
    return xr.Dataset(data, {"draw": np.arange(parameters.draws.size)})


def _parameter_names() -> list[str]:
    return [item.name for item in catalogue.parameters()]
