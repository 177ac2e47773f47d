"""Everything that is kept of a run, by group: the ensemble goes through its months and what it gave is labelled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.uncertain import HELD
from mhwfmodel.results import CellLabels, Kept, datasets, places_of, reducer
from mhwfmodel.results.groups import sizes
from mhwfmodel.results.keeping import Keeper
from mhwfmodel.results.scratch import Scratch
from mhwfmodel.simulate.amhp_levels import CouncilNeed
from mhwfmodel.simulate.chunks import Chunks, Waiting, ranges
from mhwfmodel.simulate.collect import Collected, council_dataset, flow_dataset, training_dataset
from mhwfmodel.simulate.coupling_run import go_together
from mhwfmodel.simulate.effects import LeverContext
from mhwfmodel.simulate.ensemble import Ensemble, month_blocks
from mhwfmodel.simulate.pathway_plan import pathway_plan, with_levers
from mhwfmodel.simulate.pathway_run import pathway_groups
from mhwfmodel.simulate.pathway_staff import StaffKept
from mhwfmodel.simulate.workers import Workers
from mhwfmodel.units import add_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.simulate.chunks import Chunk
    from mhwfmodel.simulate.coupling_run import Together
    from mhwfmodel.simulate.ensemble import Readied, Setting
    from mhwfmodel.simulate.layout import Footprint
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Table = NDArray[np.float64]
    Progress = Callable[[str, int, int], None]

__all__ = ["simulated"]

_TREND_MONTH = 60
_TRENDS = {
    "leaving": "leaving",
    "time_to_fill": "time to fill a vacancy",
    "specialist_posts": "specialist posts",
    "abroad": "recruits from abroad",
}


def simulated(
    setting: Setting, plan: Footprint, times: dict[str, float], report: Progress
) -> tuple[dict[str, xr.Dataset], Inputs, dict[str, Any]]:
    """Go through a run.

    Args:
        setting: What is run, and how.
        plan: How it is laid out in memory and on the disk.
        times: Clock readings, to which those of the stages are added [s].
        report: Called with the stage, what is done and how much there is.

    Returns:
        Group name to dataset; the central inputs with the parameters of all draws; and what the manifest says more.
    """
    central, months = setting.frame.central, setting.scenario.months
    cells = central.cells
    labels = CellLabels(cells.icb, cells.sector, cells.role, cells.icb_codes)
    outputs = setting.scenario.outputs
    made = reducer(labels, Kept(outputs.detail_names, outputs.draw_names))
    inputs = _of_all_draws(setting, plan.draws)
    pathway = _pathway(setting, inputs, labels)
    parts = ranges(plan.draws, plan.chunk)
    taught = [item.code for item in catalogue.pipelines() if item.kind == "student"]
    collected = Collected.of(len(cells.icb_codes), len(taught), months, plan.draws)
    with ExitStack() as stack:
        kept = _file(stack, plan, needed=plan.draws_in_file)
        keeper = Keeper.of(made, sizes(labels), plan.draws, months + 1, kept)
        with ExitStack() as aside:
            spilled = _file(aside, plan, needed=plan.inside < len(parts) or plan.values_in_file)
            waiting = Waiting(
                tuple(group for group in made.groups if not group.every_draw), parts,
                spilled if plan.values_in_file else None,
            )  # fmt: skip
            workers = aside.enter_context(Workers(plan.threads))
            chunks = Chunks(plan.inside, spilled)
            staff = None if pathway is None else StaffKept.of_plan(pathway, kept)
            ensemble = Ensemble(setting, parts, chunks, waiting, made, keeper, collected, workers, staff)
            readied = _readied(ensemble, times, report)
            together = _gone_through(ensemble, plan, pathway, inputs, kept, report)
            times["months"] = perf_counter()
        groups = _pathway_groups(ensemble, pathway, together, kept, report)
        times |= {"pathway": perf_counter()} if groups else {}
        names = (add_months(setting.scenario.start, -1), *central.months)
        groups |= datasets(keeper, labels, names)
        need = CouncilNeed.joined([part.need for part in readied])
        if ("amhp", "amhp_fte") in keeper.drawn:
            groups["amhp_council"] = council_dataset(keeper.drawn["amhp", "amhp_fte"], need, cells.icb_codes, names)
        if outputs.flows:
            groups["flows"] = flow_dataset(collected, cells.icb_codes, central.months)
        if outputs.training:
            groups["training"] = training_dataset(collected, cells.icb_codes, taught, central.months)
        # The result reads the file of every draw as long as it lives.
        stack.pop_all()
    groups["parameters"] = _drawn_inputs(inputs, readied)
    return groups, inputs, {} if together is None else {"coupling": together.about}


def _file(stack: ExitStack, plan: Footprint, *, needed: bool) -> Scratch | None:
    """A temporary file that goes with the stack."""
    if not needed:
        return None
    made = Scratch(plan.folder)
    stack.callback(made.close)
    return made


def _of_all_draws(setting: Setting, draws: int) -> Inputs:
    """The central inputs with the parameters of so many draws."""
    central = setting.frame.central
    numbers = np.arange(draws, dtype=np.uint32)
    return replace(central, parameters=replace(central.parameters, draws=numbers, central=not setting.stochastic))


def _pathway(setting: Setting, inputs: Inputs, labels: CellLabels) -> PathwayPlan | None:
    """The pathway of the run with what levers do to it."""
    plan = pathway_plan(setting.scenario, inputs.parameters.draws.size, places_of(labels)[0], labels)
    return None if plan is None else with_levers(plan, setting.scenario.levers, LeverContext(inputs))


def _readied(ensemble: Ensemble, times: dict[str, float], report: Progress) -> list[Readied]:
    chunks = len(ensemble.ranges)
    report("calibration", 0, chunks)
    readied = ensemble.ready(_trends, lambda done: report("calibration", done, chunks))
    times["calibration"] = perf_counter()
    return readied


def _gone_through(
    ensemble: Ensemble,
    plan: Footprint,
    pathway: PathwayPlan | None,
    inputs: Inputs,
    scratch: Scratch | None,
    report: Progress,
) -> Together | None:
    """Go through the months; gives what a coupled run gave of its pathway meanwhile."""
    together = None if pathway is None else go_together(ensemble, pathway, inputs, scratch, report)
    if together is not None:
        return together
    months = ensemble.setting.scenario.months
    report("months", 0, months)
    for begin, end in month_blocks(months, plan.months_at_once):
        ensemble.go(begin, end, lambda done: report("months", done, months))
    return None


def _pathway_groups(
    ensemble: Ensemble,
    pathway: PathwayPlan | None,
    together: Together | None,
    scratch: Scratch | None,
    report: Progress,
) -> dict[str, xr.Dataset]:
    """What the result holds of the pathway, once all months are known."""
    if together is not None:
        return together.groups(ensemble, scratch, report)
    if pathway is None or ensemble.staff is None:
        return {}
    with Workers(ensemble.setting.threads) as workers:
        return pathway_groups(pathway, ensemble.staff, workers, scratch, report)


def _trends(chunk: Chunk) -> dict[str, Table]:
    """The trends five years on, or at the end of a shorter run, dims (draw) each."""
    inputs = chunk.model.inputs
    month = min(_TREND_MONTH, len(inputs.months)) - 1
    return {name: getattr(inputs.drivers, name)[:, month] for name in _TRENDS}


def _drawn_inputs(inputs: Inputs, readied: Sequence[Readied]) -> xr.Dataset:
    """The uncertain inputs as drawn, and the trends five years on (or at the end of a shorter run), dims (draw)."""
    import xarray as xr

    parameters = inputs.parameters
    names = [item.name for item in catalogue.parameters() if parameters.parameter(item.name).distribution not in HELD]
    data = {}
    for name in names:
        item = parameters.parameter(name)
        data[name] = ("draw", parameters.value(name), {"units": item.unit, "long_name": item.title, "kind": "input"})
    month = min(_TREND_MONTH, len(inputs.months)) - 1
    for name, title in _TRENDS.items():
        path = np.concatenate([part.trends[name] for part in readied])
        if np.ptp(path) > 0.0:
            told = f"Trend: {title} by {inputs.months[month]}, relative to 2023/24"
            data[f"trend_{name}"] = ("draw", np.exp(path), {"units": "1", "long_name": told, "kind": "trend"})
    return xr.Dataset(data, {"draw": np.arange(parameters.draws.size)})
