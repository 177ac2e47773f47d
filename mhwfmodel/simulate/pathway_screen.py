"""A pathway in a run by the analytic pathway: every draw of a board at once, a month at a time.

Whoever is present on the first day is what the pathway has come to with the staff of the opening month: the balance
with the file's own staff is moved on with those of each draw until it has settled. A plan, which begins later, changes
nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import analytic
from mhwfmodel.pathway import flatten
from mhwfmodel.simulate.pathway_events import Parts, first_day, parts_of
from mhwfmodel.simulate.pathway_figures import Figures
from mhwfmodel.simulate.pathway_gamma import gamma_waits
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Table = NDArray[np.float64]

__all__ = ["Board", "advance", "board", "opened"]

_SETTLE_YEARS = 6
_STEPS = 4
_STAGE = {"waiting": "waiting", "in_work": "in_work", "joined": "joined", "seen": "started", "gave_up": "gave_up",
          "turned_away": "turned_away"}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """One board, ready to be moved a month at a time.

    Args:
        icb: Position of the board.
        plan: The pathway of the run.
        made: Its network, made ready.
        settling: The same for one year, which is repeated until all has settled.
        parts: Parts of stages and pools.
        teams: Share of a pool's servers that each of its teams has, dims (pool of the network).
        open: Servers while open over those that the pathway's own count has, dims (month, pool of the network).
    """

    icb: int
    plan: PathwayPlan
    made: analytic.Plan
    settling: analytic.Plan
    parts: Parts
    teams: Table
    open: Table


def board(plan: PathwayPlan, icb: int) -> Board:
    """Make a board ready."""
    network = _network(plan, icb, plan.months)
    parts = parts_of(network, plan.labels)
    made = analytic.plan([network], steps=_STEPS)
    days = made.open[0] * made.lengths[:, None]
    opened = plan.opened.T[:, parts.pool]
    return Board(
        icb=icb,
        plan=plan,
        made=made,
        settling=analytic.plan([_network(plan, icb, MONTHS_PER_YEAR)], steps=_STEPS),
        parts=parts,
        teams=1.0 / np.bincount(parts.pool, minlength=parts.pools)[parts.pool],
        open=np.divide(opened, days, out=np.zeros_like(days), where=days > 0.0),
    )


def _network(plan: PathwayPlan, icb: int, months: int) -> Network:
    place, scale = int(plan.ids[icb]), float(plan.scale[icb])
    return flatten(plan.pathway, place=place, scale=scale, start=plan.start, months=months)


def _servers(given: Board, ratio: Table, month: int) -> Table:
    """Servers on duty while open, on average over the open hours, dims (draw, pool of the network)."""
    peak = given.plan.on_duty(ratio, given.icb, month)
    return np.asarray(peak[:, given.parts.pool] * given.teams * given.open[month], dtype=np.float64)


def opened(given: Board, ratio: Table) -> analytic.State:
    """Who is present on the first day of each draw.

    Args:
        given: The board.
        ratio: What the staff of the opening month give over what the file states, dims (draw, skill).
    """
    network = given.settling.networks[0]
    here = first_day(given.plan, network, given.icb, 0)
    state = analytic.begin(given.settling, np.zeros(len(ratio), dtype=np.int64), present=[here])
    if given.plan.pathway.present:
        return state
    servers = _servers(given, ratio, 0)
    for month in range(_SETTLE_YEARS * MONTHS_PER_YEAR):
        month_of_year = month % MONTHS_PER_YEAR
        state, _ = analytic.step(given.settling, state, month_of_year, servers=servers)
    return state


def advance(given: Board, state: analytic.State, ratio: Table, month: int) -> tuple[analytic.State, Figures]:
    """Move a board by a month.

    Args:
        given: The board.
        state: Where its draws are.
        ratio: What the staff of the month give over what the file states, dims (draw, skill).
        month: Number of the month, 0 the first.

    Returns:
        Where they are at its end, and its figures.
    """
    servers = _servers(given, ratio, month)
    after, found = analytic.step(given.made, state, month, servers=servers)
    return after, _figures(given, found, servers, ratio, month)


def _figures(given: Board, found: analytic.Figures, servers: Table, ratio: Table, month: int) -> Figures:
    parts, plan = given.parts, given.plan

    def lifted(values: Table) -> Table:
        """With the dims (draw, icb, month, …)."""
        return np.asarray(values, dtype=np.float64)[:, None, None]

    waits, at_stage = found.waits, found.stage_waits
    stage_waits = (lifted(parts.by_stage(values)) for values in (at_stage.number, at_stage.days, at_stage.squares))
    days = plan.opened[:, month]
    duty = plan.on_duty(ratio, given.icb, month) * days
    stated = np.broadcast_to(plan.servers[:, month] * plan.scale[given.icb] * days, duty.shape)
    return Figures.of(
        stage={name: lifted(parts.by_stage(getattr(found, key))) for name, key in _STAGE.items()},
        stage_waits=gamma_waits(*stage_waits),
        arrived=lifted(found.arrived.sum(axis=1)),
        left=lifted(found.left),
        waits=gamma_waits(*(lifted(values) for values in (waits.number, waits.days, waits.squares))),
        pool={
            "busy": lifted(parts.by_pool(found.busy)),
            "on_duty": lifted(parts.by_pool(found.on_duty)),
            "given": lifted(duty),
            "stated": lifted(stated),
        },
    )
