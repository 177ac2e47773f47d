"""A coupled run: workforce and pathway go through the months together, each month once.

A month of the workforce comes first, with what the month before asked of its staff; then all boards' pathways with the
staff there are at its end. `docs/background/coupling.md` says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.simulate.coupling import Coupling, ties_of
from mhwfmodel.simulate.coupling_bound import loop_bound, told
from mhwfmodel.simulate.pathway_kept import Kept
from mhwfmodel.simulate.pathway_months import AllBoards
from mhwfmodel.simulate.pathway_run import pathway_groups
from mhwfmodel.simulate.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.results.scratch import Scratch
    from mhwfmodel.simulate.ensemble import Ensemble
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Progress = Callable[[str, int, int], None]

__all__ = ["Together", "go_together"]

_COMPARED = ("waiting", "in_work", "stage_wait_mean", "utilisation")
"""Measures by which the screen that a run was coupled with is told beside the simulation."""


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """What a coupled run gave of its pathway while it went.

    Args:
        plan: The pathway of the run, with what waits did to it.
        screen: What the analytic pathway gave, by group of the result.
        told: Workload and waits.
        about: What the manifest says of the coupling.
    """

    plan: PathwayPlan
    screen: dict[str, xr.Dataset]
    told: xr.Dataset
    about: dict[str, Any]

    def groups(self, ensemble: Ensemble, scratch: Scratch | None, report: Progress) -> dict[str, xr.Dataset]:
        """What the result holds of the pathway: the evaluation that the run was coupled with, or a simulation after it.

        Args:
            ensemble: The draws of the run, all months gone through.
            scratch: File that takes every draw; kept in memory when None.
            report: Called with the stage, what is done and how much there is.
        """
        found = {"coupling": self.told}
        if self.plan.engine == "analytic" or ensemble.staff is None:
            return self.screen | found
        with Workers(ensemble.setting.threads) as workers:
            simulated = pathway_groups(self.plan, ensemble.staff, workers, scratch, report)
        return simulated | found | {"screen": _beside(self.screen["pathway"], simulated["pathway"])}


def go_together(
    ensemble: Ensemble, plan: PathwayPlan, inputs: Inputs, scratch: Scratch | None, report: Progress
) -> Together | None:
    """Go through the months of a coupled run.

    Args:
        ensemble: The draws of the run, the opening month kept.
        plan: The pathway of the run.
        inputs: The central inputs with the parameters of all draws.
        scratch: File that takes every draw; kept in memory when None.
        report: Called with the stage, what is done and how much there is.

    Returns:
        What it gave of the pathway; None where the run is not coupled.

    Raises:
        ScenarioError: Draws that do not run the pathway.
    """
    staff, given = ensemble.staff, ensemble.setting.scenario.coupling
    if staff is None or given is None:
        return None
    ties = ties_of(plan, inputs.cells, inputs.parameters, given.every_months)
    about = told(given, loop_bound(plan, ties, ensemble.setting.frame.central), inputs.parameters)
    kept = Kept(plan, scratch if plan.engine == "analytic" else None)
    with Workers(ensemble.setting.threads) as workers:
        report("pathway", 0, plan.months)
        boards = AllBoards(plan, staff, workers, kept, lambda: report("pathway", 0, plan.months))
        coupling = Coupling(ties, plan, boards.opening())
        report("months", 0, plan.months)
        for month in range(plan.months):
            ensemble.go(month + 1, month + 2, lambda done: report("months", done, plan.months), coupling.felt)
            coupling.take(boards.step(month, coupling.ways()))
    return Together(replace(plan, felt=coupling.all_ways()), kept.datasets(), coupling.dataset(), about)


def _beside(screen: xr.Dataset, simulated: xr.Dataset) -> xr.Dataset:
    """Means of the screen, and what they are less those of the simulation."""
    found = {}
    for name in _COMPARED:
        mean = screen[name].sel(stat="mean", drop=True)
        attrs = {key: mean.attrs[key] for key in ("units", "kind")}
        title = f"{mean.attrs['long_name']}, analytic pathway"
        found[name] = mean.assign_attrs(attrs | {"long_name": title})
        error = mean - simulated[name].sel(stat="mean", drop=True)
        found[f"{name}_error"] = error.astype(np.float32).assign_attrs(
            attrs | {"long_name": f"{title}, less the simulation"}
        )
    import xarray as xr

    return xr.Dataset(found)
