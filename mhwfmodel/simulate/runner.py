"""A run: months in the outer loop, draws in blocks over threads, results reduced while they are made."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import SPECIALIST
from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.inputs import build
from mhwfmodel.results import CellLabels, Result, datasets, reducer
from mhwfmodel.rng import MAX_SEED
from mhwfmodel.simulate.manifest import manifest
from mhwfmodel.simulate.model import Model, prepare
from mhwfmodel.simulate.months import month_inputs, start_courses
from mhwfmodel.supply import OUT, Expected, Sampled, step
from mhwfmodel.supply.states import SOURCES, STATE_BAND
from mhwfmodel.supply.sums import sum_to
from mhwfmodel.units import add_months

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.results.reduce import History, Reducer, Sums
    from mhwfmodel.scenario import Scenario
    from mhwfmodel.supply import Chooser, MonthInputs, Step

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64]

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
    _months(model, made, workers, report)
    times["months"] = perf_counter()
    months = (add_months(chosen.start, -1), *inputs.months)
    groups = datasets(made, labels, months, inputs.parameters.draws.size)
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


def _months(model: Model, made: Reducer, threads: int, report: Progress) -> None:
    """Run every month over all draws and reduce what it gives."""
    draws = model.inputs.parameters.draws
    blocks = [slice(at, min(at + _DRAWS_A_BLOCK, draws.size)) for at in range(0, draws.size, _DRAWS_A_BLOCK)]
    stocks = [model.rest.stock[rows] for rows in blocks]
    vacant = [np.maximum(model.posts[rows] - model.inputs.filled[rows], 0) for rows in blocks]
    history: list[History] = [{} for _ in blocks]
    total = len(model.inputs.months)

    def advance(block: int, month: int) -> Sums:
        rows = blocks[block]
        if month < 0:
            return made.reduce(_opening(model, rows), history[block])
        chooser: Chooser = Sampled(model.inputs.parameters.seed, draws[rows]) if model.stochastic else Expected()
        inputs = month_inputs(model, month, rows, vacant[block])
        before = start_courses(model, month, rows, stocks[block])
        after = step(model.workforce.graph, before, inputs, chooser)
        vacant[block], stocks[block] = np.maximum(inputs.posts - after.filled, 0), after.stock
        return made.reduce(_measures(model, after, inputs, rows), history[block])

    with ThreadPoolExecutor(max_workers=threads) as pool:
        for month in range(-1, total):
            parts = list(pool.map(advance, range(len(blocks)), [month] * len(blocks)))
            made.keep(parts, pool.map)
            report("months", month + 1, total)


def _opening(model: Model, rows: slice) -> dict[str, Counts]:
    """The opening stock of some draws, with flows that are not numbers."""
    filled = np.asarray(model.inputs.filled[rows], dtype=np.float64)
    none = np.full_like(filled, np.nan)
    flows: dict[str, Counts] = dict.fromkeys([*(f"starters_{source}" for source in SOURCES), "unplaced"], none)
    return (
        _cell_measures(model, filled, model.posts[rows], none, none, rows) | flows | _under_1(model, model.rest.stock[rows])
    )


def _measures(model: Model, after: Step, inputs: MonthInputs, rows: slice) -> dict[str, Counts]:
    """Cell values of one month, dims (draw, cell)."""
    filled = np.asarray(after.filled, dtype=np.float64)
    edges = model.workforce.graph.edges
    leavers = np.add.reduce([people for edge, people in zip(edges, after.flows, strict=True) if edge.leaver])
    starters = np.add.reduce(list(after.starters))
    measures = _cell_measures(model, filled, inputs.posts, leavers, starters, rows)
    measures |= {f"starters_{name}": people for name, people in zip(SOURCES, after.starters, strict=True)}
    return measures | {"unplaced": after.unplaced} | _under_1(model, after.stock)


def _under_1(model: Model, stock: Counts) -> dict[str, Counts]:
    workforce = model.workforce
    first_year = np.where(STATE_BAND[workforce.node_state] == 0, workforce.graph.node_cell, OUT)
    return {"under_1_year": sum_to(stock, first_year, model.cells)}


def _cell_measures(
    model: Model, filled: Table, posts: Counts, leavers: Counts, starters: Counts, rows: slice
) -> dict[str, Counts]:
    special = (model.inputs.cells.strand == SPECIALIST).astype(np.float64)
    vacancies = np.maximum(posts - filled, 0.0)
    overall: dict[str, Counts] = {
        "filled": filled,
        "establishment": posts,
        "vacancies": vacancies,
        "leavers": leavers,
        "starters": starters,
    }
    nested = {f"specialist_{name}": values * special for name, values in overall.items()}
    return overall | nested | {"filled_fte": filled * model.inputs.participation[rows]}


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
