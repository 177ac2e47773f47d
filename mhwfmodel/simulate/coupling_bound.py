"""How strong the loop from work to leaving may be before it runs away, at the central inputs of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import units
from mhwfmodel.catalogue import parameter
from mhwfmodel.simulate.coupling import ADMISSION, CLEARANCE, LEAVING
from mhwfmodel.supply.burnout import monthly_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.inputs.draws import ParameterDraws
    from mhwfmodel.scenario.coupling import Coupled
    from mhwfmodel.simulate.coupling import Ties
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Table = NDArray[np.float64]

__all__ = ["Bound", "loop_bound", "told"]


@dataclass(frozen=True, slots=True)
class Bound:
    """The skill whose staff the loop drives away first.

    Args:
        skill: Its name.
        hazard: Leaving of its staff [1/month].
        fill: Chance that a vacancy among them is filled in a month.
        bound: Elasticity of leaving to workload from which a gap grows.
    """

    skill: str
    hazard: float
    fill: float
    bound: float


def loop_bound(plan: PathwayPlan, ties: Ties, central: Inputs) -> Bound | None:
    """The least elasticity at which the loop runs away, over the skills; None where no skill has staff who leave.

    Workload is taken as demand over staff, as `supply.burnout` has it: work that piles up in a queue brings the bound
    nearer, and staff who give a part of their hours only to a skill take it further away.

    Args:
        plan: The pathway of the run.
        ties: What ties the workforce to it.
        central: The inputs at their central values.
    """
    found = []
    for number, skill in enumerate(plan.skills.names):
        staff = central.staff[0] * ties.share[:, number]
        leavers = staff * units.turnover_to_probability(central.turnover[0])
        if leavers.sum() <= 0.0:
            continue
        vacant = np.where(leavers > 0.0, central.duration[0], 0.0) * leavers
        hazard = float(units.probability_to_hazard(leavers.sum() / staff.sum()))
        fill = float(units.fill_probability(vacant.sum() / leavers.sum()))
        found.append(Bound(skill, hazard, fill, float(monthly_bound(hazard, fill))))
    return min(found, key=lambda each: each.bound, default=None)


def told(given: Coupled, found: Bound | None, parameters: ParameterDraws) -> dict[str, Any]:
    """What the manifest says of a coupled run.

    Args:
        given: How it is coupled.
        found: Where the loop would run away.
        parameters: The uncertain inputs of all draws.
    """
    made: dict[str, Any] = {"every_months": given.every_months, "bound": None, "warning": ""}
    made["assumptions"] = {
        name: {"title": parameter(name).title, "least": float(values.min()), "most": float(values.max())}
        for name in (LEAVING, ADMISSION, CLEARANCE)
        for values in [parameters.value(name)]
    }
    if found is None:
        return made
    made["bound"] = {
        "skill": found.skill,
        "leaving_a_month": found.hazard,
        "filled_a_month": found.fill,
        "elasticity": found.bound,
    }
    drawn = parameters.value(LEAVING)
    beyond = float((drawn >= found.bound).mean())
    if beyond > 0.0:
        made["warning"] = (
            f"In {beyond:.0%} of the draws leaving answers to workload with an elasticity of {found.bound:.2g} or more,"
            f" up to {drawn.max():.2g}: from there on a shortage of staff for '{found.skill}' makes itself worse"
            " instead of closing, so that what these draws tell hangs on how the run begins."
        )
    return made
