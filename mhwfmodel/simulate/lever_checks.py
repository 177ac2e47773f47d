"""Whether levers can act in a run: what keeps them from it is told before anything runs, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.training import OWN
from mhwfmodel.errors import DataError, Fault, ScenarioError, suggest
from mhwfmodel.levers.effects import (
    AgencyCover,
    AmhpWork,
    CandidatesOffered,
    Closed,
    Completion,
    Destination,
    PathwayAdded,
    PathwayRoutes,
    PathwayScaled,
    Places,
    PostsAdded,
    PostsConverted,
    Scaled,
    SourceScaled,
    TimeTaken,
    Trained,
)
from mhwfmodel.simulate.capacity import at_work_by_group
from mhwfmodel.simulate.effects import LeverContext, acts, in_scope, other_role
from mhwfmodel.simulate.pathway_checks import pathway_faults
from mhwfmodel.simulate.tracks import leads_elsewhere, of_pipeline, offers_course

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Cells, Inputs
    from mhwfmodel.levers import Effect, LeverBase
    from mhwfmodel.scenario import Scenario
    from mhwfmodel.scenario.pathways import PathwayUse

    Table = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["check_levers", "check_plan"]

_InCells = (
    PostsAdded | PostsConverted | Scaled | SourceScaled | CandidatesOffered | Closed | TimeTaken | AgencyCover | Trained
)
_ROUNDING = 1e-9
_TAKEN_BY = {
    "supervision": "hours",
    "training_at_work": "hours",
    "trauma_informed": "training_hours",
    "wellbeing": "sickness_days",
}
"""Kinds of levers that take time of staff, and the field that says how much."""


@dataclass(slots=True)
class _Run:
    """What levers are checked against, at central values so that no draw decides.

    Args:
        inputs: What the run is given.
        posts: Funded posts at the start, dims (cell).
        at_work: Hours at work of a full-time post, dims (cell) [hours per FTE and month].
        taken: Hours that the levers before take off it, dims (cell, month) [hours per FTE and month].
    """

    inputs: Inputs
    posts: Table
    at_work: Table
    taken: Table = field(repr=False)

    @property
    def cells(self) -> Cells:
        """The cells of the run."""
        return self.inputs.cells


def check_plan(scenario: Scenario) -> None:
    """Refuse a scenario whose levers cannot act, before it is run.

    Raises:
        ScenarioError: As `check_levers`, each with the line of the file.
        DataError: Assumptions that contradict each other, each with its line too.
    """
    if scenario.levers or scenario.assumptions:
        from mhwfmodel.inputs import build

        try:
            central = build(scenario, central=True)
        except DataError as error:
            raise type(error)(replace(fault, where=scenario.place_of(fault.where)) for fault in error.faults) from None
        check_levers(scenario.levers, central, scenario.pathway, scenario.place_of)


def check_levers(
    levers: Sequence[LeverBase],
    central: Inputs,
    use: PathwayUse | None = None,
    place_of: Callable[[str], str] = str,
) -> None:
    """Refuse levers that cannot act.

    Args:
        levers: The scenario's levers, in its order.
        central: What the run is given at central values.
        use: The pathway of the run and who runs it; none when left out.
        place_of: Where a field is written, as `Scenario.place_of`; the field itself when left out.

    Raises:
        ScenarioError: Levers whose scope holds no post, that take more than there is, or that name a role, a course or
            a sector that is not there; all of them at once.
    """
    faults = list(_workforce(levers, central))
    icbs = () if use is None else use.icb_codes(central.cells.icb_codes)
    faults += pathway_faults(levers, LeverContext(central), None if use is None else use.pathway(), icbs)
    if faults:
        raise ScenarioError(replace(fault, where=place_of(fault.where)) for fault in faults)


def _workforce(levers: Sequence[LeverBase], central: Inputs) -> Iterator[Fault]:
    """What keeps levers from acting on the workforce, one fault a lever."""
    context, capacity = LeverContext(central), central.capacity
    run = _Run(
        central,
        (central.filled + central.vacancies)[0],
        at_work_by_group(capacity)[0, capacity.group],
        np.zeros((len(central.cells), len(central.months))),
    )
    for number, lever in enumerate(levers):
        inner = getattr(lever, "lever", None)
        tested = lever if inner is None else inner  # of a test in some sites the lever that is tested
        where = f"levers[{number}]" if inner is None else f"levers[{number}].lever"
        told = f"this {getattr(tested, 'kind', type(tested).__name__)} lever"
        found = (fault for effect in lever.effects(context) for fault in _faults(where, told, effect, run))
        yield from [_at_field(fault, where, tested) for fault in found][:1]


def _at_field(fault: Fault, where: str, lever: LeverBase) -> Fault:
    """A fault of a lever that takes time, at the field that says how much and with its value."""
    name = _TAKEN_BY.get(getattr(lever, "kind", ""))
    if fault.where != where or name is None:
        return fault
    return replace(fault, where=f"{where}.{name}", problem=f"'{getattr(lever, name):g}' {fault.problem}")


def _faults(where: str, told: str, effect: Effect, run: _Run) -> Iterator[Fault]:
    """What keeps an effect from acting, if anything."""
    if isinstance(effect, Completion | Destination):
        yield from _of_course(where, effect)
    elif isinstance(effect, AmhpWork):
        if effect.icbs and not set(effect.icbs) & set(run.cells.icb_codes):
            yield Fault(f"{where}.scope", f"{told} acts in ICBs that the run does not have", "name ICBs of the run")
    elif isinstance(effect, Places):
        yield from _places(where, told, effect, run)
    elif not isinstance(effect, PathwayAdded | PathwayScaled | PathwayRoutes):
        yield from _in_cells(where, told, effect, run)


def _in_cells(where: str, told: str, effect: _InCells, run: _Run) -> Iterator[Fault]:
    reached = in_scope(effect.scope, run.cells)
    if not reached.any():
        problem = f"the scope of {told} holds no staff in the ICBs of the run"
        yield Fault(f"{where}.scope", problem, "name sectors and roles that occur together, in ICBs of the run")
    elif isinstance(effect, PostsAdded):
        held = float(run.posts[reached].sum())
        if float(effect.posts.min()) < -held:
            problem = f"takes {-effect.posts.min():,.0f} posts away where about {held:,.0f} are funded"
            yield Fault(f"{where}.posts", problem, "take away fewer, or widen the scope")
    elif isinstance(effect, PostsConverted):
        yield from _converted(where, effect, reached, run)
    elif isinstance(effect, TimeTaken | Trained):
        yield from _time(where, effect, reached, run)


def _converted(where: str, effect: PostsConverted, reached: Mask, run: _Run) -> Iterator[Fault]:
    cells, sectors = run.cells, catalogue.sectors()
    roles = [role.code for role in catalogue.roles()]
    there = other_role(cells, effect.to_role) >= 0
    if not acts(effect):
        return
    if not (reached & (cells.role != roles.index(effect.to_role))).any():
        yield Fault(f"{where}.scope", f"holds posts of {effect.to_role} alone", "name the roles that are converted")
    elif (reached & ~there).any():
        known = [sectors[at].code for at in np.unique(cells.sector[there])]
        lacking = [sectors[at].code for at in np.unique(cells.sector[reached & ~there])]
        problem = f"no posts of {effect.to_role} are known in {', '.join(lacking)}"
        yield Fault(f"{where}.scope.sectors", problem, f"name sectors that have them: {', '.join(known) or 'none has'}")


def _time(where: str, effect: TimeTaken | Trained, reached: Mask, run: _Run) -> Iterator[Fault]:
    """Hours that are taken, with those of the levers before, must be there."""
    if isinstance(effect, TimeTaken):
        hours: Table = np.where(reached[:, None], effect.hours[:1], 0.0)
    else:
        fte = run.inputs.participation[0]
        each = np.divide(effect.hours, fte, out=np.zeros_like(fte), where=reached & (fte > 0.0))
        hours = each[:, None] * effect.rate
    run.taken += hours
    over = run.taken.max(axis=1) > run.at_work + _ROUNDING
    if (over & reached).any():
        at = int(np.flatnonzero(over & reached)[0])
        problem = (
            f"takes staff's time, with the levers before it {run.taken[at].max():.1f} hours a month of the"
            f" {run.at_work[at]:.1f} that a full-time post has at work"
        )
        yield Fault(where, problem, "take fewer hours, or spread them over more months")


def _of_course(where: str, effect: Completion | Destination) -> Iterator[Fault]:
    codes = [item.code for item in catalogue.pipelines()]
    if effect.pipeline not in codes:
        yield Fault(f"{where}.pipeline", f"'{effect.pipeline}' is no course", suggest(effect.pipeline, codes))
    elif isinstance(effect, Destination):
        known = [item.sector for item in of_pipeline(effect.pipeline)]
        leading = [
            item.code for item in catalogue.pipelines() if any(leads_elsewhere(item, role) for role in item.from_roles)
        ]
        if effect.pipeline not in leading:
            problem = f"nobody goes to another post from {effect.pipeline}"
            yield Fault(f"{where}.pipeline", problem, f"name one of {', '.join(leading)}")
        elif effect.sector not in known:
            problem = f"'{effect.sector}' is no sector that {effect.pipeline} leads to"
            own = f" ({OWN} is the one they are in)" if OWN in known else ""
            yield Fault(f"{where}.sector", problem, f"name one of {', '.join(known)}{own}")


def _places(where: str, told: str, effect: Places, run: _Run) -> Iterator[Fault]:
    codes = [item.code for item in catalogue.pipelines()]
    if effect.pipeline not in codes:
        yield Fault(f"{where}.pipeline", f"'{effect.pipeline}' is no course", suggest(effect.pipeline, codes))
        return
    pipeline, cells = catalogue.pipeline(effect.pipeline), run.cells
    if pipeline.kind == "student":
        if effect.scope.icbs and not set(effect.scope.icbs) & set(cells.icb_codes):
            yield Fault(f"{where}.scope", f"{told} acts in ICBs that the run does not have", "name ICBs of the run")
        return
    columns = [(item.sector, item.role, item.strand) for item in catalogue.post_columns()]
    taking = np.array([offers_course(pipeline, key, approved=True) for key in columns])[run.inputs.column]
    if not (in_scope(effect.scope, cells) & taking).any():
        problem = f"nobody in the scope of {told} may start {effect.pipeline}"
        sectors, roles = (", ".join(given) for given in (pipeline.sectors, pipeline.from_roles))
        yield Fault(f"{where}.scope", problem, f"name sectors among {sectors} and roles among {roles}")
