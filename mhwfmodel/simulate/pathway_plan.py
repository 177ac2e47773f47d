"""A pathway in a run: which, for which boards and draws, and how staff become servers on duty."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.pathway_measures import CONTACTS, DEFINITIONS
from mhwfmodel.pathway import flatten, open_hours
from mhwfmodel.pathway.duty import servers_by_month
from mhwfmodel.pathway.spans import HOURS
from mhwfmodel.results.pathway import PathwayLabels
from mhwfmodel.simulate.pathway_effects import NO_EFFECTS, Coming, compile_pathway, stages_at
from mhwfmodel.simulate.pathway_staff import Skills, skills_of
from mhwfmodel.simulate.pathway_waits import EDGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.levers import LeverBase
    from mhwfmodel.levers.base import Context
    from mhwfmodel.pathway import Pathway
    from mhwfmodel.pathway.network import Network
    from mhwfmodel.results import CellLabels
    from mhwfmodel.scenario import Scenario
    from mhwfmodel.simulate.pathway_effects import PathwayEffects, Ways

    Table = NDArray[np.float64]

__all__ = ["PathwayPlan", "pathway_plan", "with_levers"]

_SINGLE, _DOUBLE = (np.dtype(kind).itemsize for kind in (np.float32, np.float64))
_COPIES = 3
_PROGRAM = 120 * 10**6
_OF_MEMBERS, _OF_WAITS = 12, 6


@dataclass(frozen=True, slots=True, eq=False)
class PathwayPlan:
    """What of a pathway does not depend on draws.

    Args:
        pathway: The pathway.
        engine: `analytic`, `compiled` or `simpy`.
        draws: How many of the first draws run it.
        seed: Seed of the run.
        start: First month.
        labels: What its results are told by.
        ids: Stable number of each board, dims (icb).
        scale: People of each board over those that the file is written for, dims (icb); 1 where the file does not say.
        skills: Whose hours the skills are.
        servers: Servers on duty while each pool is open, as the file states for its own people, dims (pool, month).
        usual: The same without the months that the file names, dims (pool).
        opened: Days that one server of each pool is on duty in a month, dims (pool, month) [days].
        effects: What levers do to the pathway.
        felt: What waits have done to ways on, for an engine that runs after them: dims (draw, icb, month).
    """

    pathway: Pathway
    engine: str
    draws: int
    seed: int
    start: str
    labels: PathwayLabels
    ids: NDArray[np.int64]
    scale: Table
    skills: Skills
    servers: Table
    usual: Table
    opened: Table
    effects: PathwayEffects = NO_EFFECTS
    felt: Ways = field(default_factory=dict)

    @property
    def months(self) -> int:
        """How many months are run."""
        return len(self.labels.months)

    def bytes(self) -> tuple[int, int, int]:
        """Bytes of means and quantiles, of every draw with what the staff give, and of work beside them."""
        summaries, drawn = self.labels.bytes_of(self.draws)
        staff = _SINGLE * self.draws * (self.months + 1) * len(self.labels.icbs) * len(self.skills.names)
        members = len(self.labels.stages) * len(self.labels.classes)
        waits = len(self.labels.classes) * len(DEFINITIONS) * len(CONTACTS)
        cell = _DOUBLE * (_OF_MEMBERS * members + waits * (_OF_WAITS + EDGE.size))
        boards = len(self.labels.icbs)
        # A month of all boards side by side, or all months of one board and of all together.
        many = boards if self.engine == "analytic" else 2 * self.months
        return summaries, drawn + staff, _PROGRAM + int(_COPIES * self.draws * many * cell)

    def network(self, icb: int, months: int | None = None, on_duty: Mapping[str, Table] | None = None) -> Network:
        """The network of a board, without what levers change.

        Args:
            icb: Position of the board.
            months: How many months; those of the run when None.
            on_duty: Servers on duty while each pool is open, by its name; as the file states when None.
        """
        place, scale = int(self.ids[icb]), float(self.scale[icb])
        months = self.months if months is None else months
        return flatten(self.pathway, place=place, scale=scale, start=self.start, months=months, on_duty=on_duty)

    def extra(self, icb: int, draws: slice, months: slice) -> Table | None:
        """Factor of levers on the servers of each pool, dims (draw or 1, pool, month); None where it is 1."""
        return self.effects.servers(tuple(self.pathway.pools), self.labels.icbs[icb], draws, months)

    def on_duty(self, ratio: Table, icb: int, month: int) -> Table:
        """Servers of a board on duty while each pool is open, before levers, real numbers, dims (…, pool).

        Pools that the run staffs have the staff of the run, whatever months the file names; the others what it states.

        Args:
            ratio: What the run's staff give over what the file states, dims (…, skill).
            icb: Position of the board.
            month: Number of the month, 0 the first.
        """
        found = np.empty((*ratio.shape[:-1], len(self.pathway.pools)))
        for at, pool in enumerate(self.pathway.pools.values()):
            if pool.staff is None:
                found[..., at] = self.servers[at, month] * self.scale[icb]
            else:
                skill = self.skills.names.index(pool.staff.skill)
                found[..., at] = ratio[..., skill] * (self.usual[at] * self.scale[icb])
        return found


def pathway_plan(scenario: Scenario, draws: int, places: NDArray[np.int64], cells: CellLabels) -> PathwayPlan | None:
    """How a run of a scenario runs its pathway; None where it has none.

    Args:
        scenario: What is run.
        draws: Draws of the run.
        places: ICB, sector and role of each place of the run, as positions, dims (place, 3).
        cells: Where the cells of the run belong.

    Raises:
        PathwayError: A pathway that cannot be used.
    """
    use = scenario.pathway
    if use is None:
        return None
    pathway = use.pathway()
    codes = use.icb_codes(cells.icb_codes)
    known = {place.code: place for place in catalogue.icbs()}
    boards = [known[code] for code in codes]
    labels = scenario.month_labels
    pools = list(pathway.pools.values())
    plain = [pool.model_copy(update={"by_month": {}}) for pool in pools]
    people = pathway.people
    days = [open_hours(pool, scenario.start, len(labels)) / HOURS for pool in pools]
    return PathwayPlan(
        pathway=pathway,
        engine=use.engine,
        draws=draws if use.draws is None else min(use.draws, draws),
        seed=scenario.seed,
        start=scenario.start,
        labels=_labels(pathway, codes, labels),
        ids=np.array([board.id for board in boards], dtype=np.int64),
        scale=np.array([1.0 if people is None else board.population / people for board in boards]),
        skills=skills_of(pathway, places, cells, codes),
        servers=np.array([servers_by_month(pool, labels) for pool in pools]).reshape(len(pools), len(labels)),
        usual=np.array([float(servers_by_month(pool, labels[:1])[0]) for pool in plain]),
        opened=np.array(days).reshape(len(pools), len(labels)),
    )


def with_levers(plan: PathwayPlan, levers: Sequence[LeverBase], context: Context) -> PathwayPlan:
    """The plan with what levers do to it.

    Args:
        plan: The pathway of the run, without levers.
        levers: The scenario's levers, which `pathway_faults` has let pass.
        context: What a lever may ask of the run, for all draws that run the pathway.
    """
    given = plan.pathway.admission
    felt = () if given is None else ((given.stage, given.to),)
    return replace(plan, effects=compile_pathway(levers, context, plan.pathway, lambda: _coming(plan), felt))


def _coming(plan: PathwayPlan) -> Coming:
    """Who come to each board's stages from outside without levers."""
    from mhwfmodel.demand import analytic

    stages, classes = tuple(plan.pathway.stages), tuple(plan.pathway.classes)
    people = np.zeros((len(plan.labels.icbs), len(stages) + 1, len(classes), plan.months))
    for icb in range(len(people)):
        network = plan.network(icb)
        came = analytic.plan([network], steps=1).came[0, :, 0].reshape(plan.months, -1, len(classes))
        np.add.at(people[icb], stages_at(network, plan.pathway), np.moveaxis(came, 0, -1))
    return Coming(people[:, : len(stages)], plan.labels.icbs, stages, classes)


def _labels(pathway: Pathway, codes: Sequence[str], months: Sequence[str]) -> PathwayLabels:
    titled = (pathway.stages, pathway.classes, pathway.pools)
    stages, classes, pools = ({name: item.title or name for name, item in table.items()} for table in titled)
    if pathway.re_referral is not None:
        from mhwfmodel.pathway.expand import OUTSIDE

        stages[OUTSIDE] = "Will come back"
    return PathwayLabels(tuple(codes), stages, classes, pools, pathway.all_exits, tuple(months))
