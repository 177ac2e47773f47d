"""A pathway in a run, person by person: a draw of a board is one replication with the staff of that draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.outcome import WaitTotals
from mhwfmodel.demand.steady import stationary
from mhwfmodel.demand.warm import present, written
from mhwfmodel.pathway import parent
from mhwfmodel.pathway.factors import Factors, factored
from mhwfmodel.pathway.parts import DAYS
from mhwfmodel.simulate.pathway_effects import changed, stages_at
from mhwfmodel.simulate.pathway_figures import Figures, stacked
from mhwfmodel.simulate.pathway_waits import Waits, distributions, together
from mhwfmodel.supply.capacity import WEEKS_PER_YEAR
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.demand.outcome import Outcome
    from mhwfmodel.demand.steady import Steady
    from mhwfmodel.demand.warm import Start
    from mhwfmodel.pathway.network import Network, Present
    from mhwfmodel.results.pathway import PathwayLabels
    from mhwfmodel.simulate.pathway_effects import Changed
    from mhwfmodel.simulate.pathway_plan import PathwayPlan
    from mhwfmodel.simulate.pathway_staff import StaffKept
    from mhwfmodel.simulate.workers import Workers

    Table = NDArray[np.float64]

__all__ = ["Parts", "board_figures", "first_day", "parts_of"]

_LONGEST = 2.0 * len(DAYS) * WEEKS_PER_YEAR
"""Where more come than can be seen and nobody gives up: lists are those that grow in about so long [days]."""

_STAGE = {"waiting": "waiting", "in_work": "in_work", "joined": "joined", "seen": "started", "gave_up": "gave_up",
          "turned_away": "turned_away"}  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """Which stages and pools of a network are parts of which of the file: modes, teams, stages that only choose.

    Args:
        stage: Position among the stages that are told, −1 for stages that only choose; dims (stage of the network).
        stages: How many are told.
        pool: Position among the file's pools, dims (pool of the network).
        pools: How many pools the file has.
        inside: Stages that are on the pathway, dims (stage that is told).
    """

    stage: NDArray[np.int64]
    stages: int
    pool: NDArray[np.int64]
    pools: int
    inside: NDArray[np.bool_]

    def by_stage(self, values: Table) -> Table:
        """Figures by stage of the file, classes being the last dim, dims (…, stage, class)."""
        found = np.zeros((*values.shape[:-2], self.stages, values.shape[-1]))
        for part, stage in enumerate(self.stage):
            if stage >= 0:
                found[..., stage, :] += values[..., part, :]
        return found

    def by_pool(self, values: Table) -> Table:
        """Figures by pool of the file, dims (…, pool)."""
        found = np.zeros((*values.shape[:-1], self.pools))
        for part, pool in enumerate(self.pool):
            found[..., pool] += values[..., part]
        return found

    def waits(self, given: Waits) -> Waits:
        """Waits by stage of the file; where a stage has parts, its median is read from their distributions."""
        added = {name: self.by_stage(values) for name, values in given.each().items()}
        for stage in self._divided:
            parts = np.flatnonzero(self.stage == stage)
            some = Waits(**{name: values[..., parts, :] for name, values in given.each().items()})
            grid = distributions(some).sum(axis=-3)
            added["median"][..., stage, :], added["p90"][..., stage, :] = together(grid, added["number"][..., stage, :])
        return Waits(**added)

    @cached_property
    def _divided(self) -> Sequence[int]:
        return np.flatnonzero(np.bincount(self.stage[self.stage >= 0], minlength=self.stages) > 1).tolist()


def parts_of(network: Network, labels: PathwayLabels) -> Parts:
    """Which parts a network has of the stages and pools that are told."""
    stages, pools = list(labels.stages), list(labels.pools)
    names = [parent(name) for name in network.stages.names]
    stage = np.array([stages.index(name) if name else -1 for name in names], dtype=np.int64)
    inside = np.ones(len(stages), dtype=np.bool_)
    inside[stage[(stage >= 0) & network.stages.outside]] = False
    pool = np.array([pools.index(parent(name)) for name in network.pools.names], dtype=np.int64)
    return Parts(stage, len(stages), pool, len(pools), inside)


def board_figures(plan: PathwayPlan, staff: StaffKept, icb: int, workers: Workers, told: Callable[[], None]) -> Figures:
    """Figures of all draws of one board.

    Args:
        plan: The pathway of the run.
        staff: What the run's staff give.
        icb: Position of the board.
        workers: The threads, each of which takes a draw after another.
        told: Called now and then.
    """

    def one(draw: int) -> Figures:
        workers.check()
        ratio = staff.read(slice(draw, draw + 1), slice(0, plan.months + 1))[0, icb]
        servers = [plan.on_duty(ratio[:, month], icb, max(month - 1, 0)) for month in range(plan.months + 1)]
        return _replicated(plan, np.stack(servers), icb, draw)

    return stacked(workers.each(one, range(plan.draws), told))


def _replicated(plan: PathwayPlan, servers: Table, icb: int, draw: int) -> Figures:
    """Figures of one draw of one board.

    Args:
        plan: The pathway of the run.
        servers: Whom staff put on duty while each pool is open, dims (label, pool); label 0 is the opening month.
        icb: Position of the board.
        draw: Number of the draw.
    """
    names = list(plan.pathway.pools)

    def network(some: Table) -> Network:
        return plan.network(icb, len(some), {name: some[:, at] for at, name in enumerate(names)})

    some, every = slice(draw, draw + 1), slice(0, plan.months)
    extra = plan.extra(icb, some, every)
    whole = network(servers[1:] if extra is None else servers[1:] * extra[0].T)
    labels = tuple(plan.pathway.stages), whole.classes
    where = plan.labels.icbs[icb], some, every
    felt = {way: factor[some, icb] for way, factor in plan.felt.items()}
    change = changed(plan.effects, labels, stages_at(whole, plan.pathway), where, felt)
    whole = factored(whole, _factors(change))
    here = first_day(plan, network(np.repeat(servers[:1], MONTHS_PER_YEAR, axis=0)), icb, draw)
    found = _engine(plan.engine)(whole, seed=plan.seed, replications=[draw], present=[here])
    return _figures(plan, parts_of(whole, plan.labels), found, servers[1:], icb)


def _factors(change: Changed) -> Factors:
    """What is changed in the one draw there is."""
    first = (None if values is None else values[0] for values in (change.arrivals, change.work, change.routes))
    arrivals, work, routes = first
    return Factors(arrivals, work, change.ways, routes)


def first_day(plan: PathwayPlan, network: Network, icb: int, draw: int) -> Present:
    """Who is present on the first day: whom the file names, or else who is there in the balance of a network.

    Args:
        plan: The pathway of the run.
        network: The board over a year with the staff of the opening month.
        icb: Position of the board.
        draw: Number of the draw.
    """
    # The balance is that of the first month: a year as one, so that a month with few working days does not decide.
    year = replace(network, month_edge=network.month_edge[[0, -1]])
    start: Start | Steady = (
        written(plan.pathway, year, scale=float(plan.scale[icb]))
        if plan.pathway.present
        else stationary(year, longest=_LONGEST)
    )
    return present(year, start, seed=plan.seed, replications=[draw])[0]


def _engine(name: str) -> Callable[..., Outcome]:
    if name == "simpy":
        from mhwfmodel.demand.simpy_engine import simulate as plain

        return plain
    from mhwfmodel.demand.engine import simulate

    return lambda *given, **named: simulate(*given, **named, threads=1)


def _figures(plan: PathwayPlan, parts: Parts, found: Outcome, servers: Table, icb: int) -> Figures:
    def lifted(values: NDArray[np.generic]) -> Table:
        """With the dims (draw, icb, month, …), as numbers."""
        return np.asarray(values, dtype=np.float64)[:, None]

    waits = _waits(found.waits)
    # The engines have the month after the definition and the contact.
    waits = Waits(**{name: np.moveaxis(lifted(values), -2, 2) for name, values in waits.each().items()})
    stage_waits = Waits(**{name: lifted(values) for name, values in _waits(found.stage_waits).each().items()})
    stated, days = plan.servers.T * plan.scale[icb], plan.opened.T
    return Figures.of(
        stage={name: parts.by_stage(lifted(getattr(found, given))) for name, given in _STAGE.items()},
        stage_waits=parts.waits(stage_waits),
        arrived=lifted(found.arrived).sum(axis=-2),
        left=lifted(found.left),
        waits=waits,
        pool={
            "busy": parts.by_pool(lifted(found.busy)),
            "on_duty": parts.by_pool(lifted(found.on_duty[None])),
            "given": (servers * days)[None, None],
            "stated": (stated * days)[None, None],
        },
    )


def _waits(given: WaitTotals) -> Waits:
    names = ("number", "days", "within", "beyond", "median", "p90")
    return Waits(**{name: np.asarray(getattr(given, name), dtype=np.float64) for name in names})
