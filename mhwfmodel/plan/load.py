"""What a pathway asks of the staff of a run: busy servers of every board, stage and pool, as levers change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import analytic
from mhwfmodel.demand.required import servers
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs import build
from mhwfmodel.levers import CaseloadCap
from mhwfmodel.plan.drawn import scenario_of
from mhwfmodel.results import CellLabels, places_of
from mhwfmodel.simulate.effects import LeverContext
from mhwfmodel.simulate.pathway_effects import Changed, changed, stages_at
from mhwfmodel.simulate.pathway_events import parts_of
from mhwfmodel.simulate.pathway_plan import PathwayPlan, pathway_plan, with_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.plan.drawn import OwnLevers
    from mhwfmodel.results import Result

    Array = NDArray[np.float64]

__all__ = ["Load", "offered"]

_ONE = slice(0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """The load that is offered.

    Args:
        plan: The pathway of the run, with what levers do to it at central inputs.
        busy: Servers that would be busy, dims (icb, stage, pool, month).
        caseload: Factor on the caseload of a full-time worker, where a lever sets another cap, dims (icb, pool, month).
    """

    plan: PathwayPlan
    busy: Array
    caseload: Array


def offered(result: Result, own: OwnLevers = ()) -> Load:
    """The load that is offered to the staff of a run, at central inputs.

    Args:
        result: A run with a pathway.
        own: Classes of the user's own levers in it.

    Raises:
        DataError: A run without a pathway, or with a lever whose class is not at hand.
    """
    plan, capped = _plans(result, own)
    boards = range(len(plan.labels.icbs))
    # Ways on that a lever changes in some boards are no longer those of the others.
    together = [[icb] for icb in boards] if plan.effects.routes else [list(boards)]
    return Load(plan, np.concatenate([_busy(plan, some) for some in together]), _caseload(capped))


def _plans(result: Result, own: OwnLevers) -> tuple[PathwayPlan, PathwayPlan]:
    """The pathway of a run with all of its levers, and with those alone that cap caseloads."""
    scenario, strange = scenario_of(result, own)
    if strange:
        problem = "the run had a lever of a script, which its manifest cannot make again"
        raise DataError(Fault(f"levers[{strange[0]}]", problem, "give its class: own=[…]"))
    inputs = build(scenario, central=True)
    cells = inputs.cells
    labels = CellLabels(cells.icb, cells.sector, cells.role, cells.icb_codes)
    plan = pathway_plan(scenario, 1, places_of(labels)[0], labels)
    if plan is None:
        message = "the run had no pathway, so nothing says what is needed; write 'pathway: cmhf' and run again"
        raise DataError(message)
    context = LeverContext(inputs)
    caps = [lever for lever in scenario.levers if isinstance(lever, CaseloadCap)]
    return with_levers(plan, scenario.levers, context), with_levers(plan, caps, context)


def _caseload(capped: PathwayPlan) -> Array:
    pools, every = tuple(capped.pathway.pools), slice(0, capped.months)
    found = np.ones((len(capped.labels.icbs), len(pools), capped.months))
    for icb, code in enumerate(capped.labels.icbs):
        factor = capped.effects.servers(pools, code, _ONE, every)
        if factor is not None:
            found[icb] = factor[0]
    return found


def _busy(plan: PathwayPlan, boards: Sequence[int]) -> Array:
    """Busy servers of some boards, dims (icb, stage, pool, month)."""
    networks = [plan.network(icb) for icb in boards]
    made, parts = analytic.plan(networks, steps=1), parts_of(networks[0], plan.labels)
    names = tuple(plan.pathway.stages), tuple(plan.pathway.classes)
    at, every = stages_at(networks[0], plan.pathway), slice(0, plan.months)
    change = [changed(plan.effects, names, at, (plan.labels.icbs[icb], _ONE, every), {}) for icb in boards]
    busy = np.zeros((len(networks), parts.stages, parts.pools, plan.months))
    for month in range(plan.months):
        arrivals = _of_month([each.arrivals for each in change], month)
        work = _of_month([each.work for each in change], month)
        found = parts.by_pool(servers(made, month, arrivals=arrivals, work=work, chance=_chance(made, change, month)))
        for part, stage in enumerate(parts.stage):
            if stage >= 0:
                busy[:, stage, :, month] += found[:, part]
    return busy


def _of_month(factors: Sequence[Array | None], month: int) -> Array | float:
    """Factors of a month, the boards being the first dim; 1 where no board has one."""
    shape = next((factor.shape[1:-1] for factor in factors if factor is not None), None)
    if shape is None:
        return 1.0
    return np.stack([np.ones(shape) if factor is None else factor[0, ..., month] for factor in factors])


def _chance(made: analytic.Plan, change: Sequence[Changed], month: int) -> Array | None:
    """Chances of the ways on in a month; None where they are those of the networks."""
    first = change[0]
    if first.routes is None:
        return None
    return np.asarray(made.chances(first.ways, list(first.routes[:, :, month].T))[0], dtype=np.float64)
