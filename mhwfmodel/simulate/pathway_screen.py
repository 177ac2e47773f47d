"""A pathway in a run by the analytic pathway: every draw of a board at once, a month at a time.

Whoever is present on the first day is what the pathway has come to with the staff of the opening month: the balance
with the file's own staff is moved on with those of each draw until it has settled. A plan, which begins later, changes
nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import analytic
from mhwfmodel.demand.settling import settled
from mhwfmodel.pathway.ways import stages_named
from mhwfmodel.simulate.pathway_effects import changed, stages_at
from mhwfmodel.simulate.pathway_events import Parts, first_day, parts_of
from mhwfmodel.simulate.pathway_figures import Figures
from mhwfmodel.simulate.pathway_gamma import gamma_waits
from mhwfmodel.simulate.pathway_waits import Waits, draws_last
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mhwfmodel.simulate.pathway_effects import Ways
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Table = NDArray[np.float64]

__all__ = ["Board", "Moved", "advance", "board", "figures_of", "moved", "opened", "servers_of"]

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
        stages: Which stage of the file each stage of the network is a part of, −1 where none; dims (stage of it).
        wait_at: Stages of the network at which the wait is that an admission may depend on.
    """

    icb: int
    plan: PathwayPlan
    made: analytic.Plan
    settling: analytic.Plan
    parts: Parts
    teams: Table
    open: Table
    stages: NDArray[np.int64]
    wait_at: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A month of a board.

    Args:
        state: Where its draws are at the end.
        found: What the analytic pathway gave.
        servers: Servers on duty while open, dims (draw, pool of the network).
        work: Factor on the time that work takes, dims (draw or 1, stage of the network); 1 where nothing changes it.
    """

    state: analytic.State
    found: analytic.Figures
    servers: Table
    work: Table | float


def board(plan: PathwayPlan, icb: int) -> Board:
    """Make a board ready."""
    network, waits = plan.network(icb), plan.pathway.admission
    parts = parts_of(network, plan.labels)
    made = analytic.plan([network], steps=_STEPS)
    days = made.open[0] * made.lengths[:, None]
    opened = plan.opened.T[:, parts.pool]
    return Board(
        icb=icb,
        plan=plan,
        made=made,
        settling=analytic.plan([plan.network(icb, MONTHS_PER_YEAR)], steps=_STEPS),
        parts=parts,
        teams=1.0 / np.bincount(parts.pool, minlength=parts.pools)[parts.pool],
        open=np.divide(opened, days, out=np.zeros_like(days), where=days > 0.0),
        stages=stages_at(network, plan.pathway),
        wait_at=np.zeros(0, dtype=np.int64) if waits is None else stages_named(network, waits.wait_at),
    )


def servers_of(given: Board, ratio: Table, month: int, extra: Table | None = None) -> Table:
    """Servers on duty while open, on average over the open hours, dims (draw, pool of the network).

    Args:
        given: The board.
        ratio: What staff give over what the file states, dims (draw, skill).
        month: Number of the month.
        extra: Factor of levers, dims (draw or 1, pool of the file).
    """
    peak = given.plan.on_duty(ratio, given.icb, month)
    if extra is not None:
        peak = peak * extra
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
    return settled(given.settling, state, servers_of(given, ratio, 0))


def moved(given: Board, state: analytic.State, ratio: Table, month: int, felt: Ways = MappingProxyType({})) -> Moved:
    """Move a board by a month.

    Args:
        given: The board.
        state: Where its draws are.
        ratio: What the staff of the month give over what the file states, dims (draw, skill).
        month: Number of the month, 0 the first.
        felt: What waits do to ways on in the month, dims (draw, month) with one month.
    """
    plan, every, now = given.plan, slice(0, len(ratio)), slice(month, month + 1)
    extra = plan.extra(given.icb, every, now)
    servers = servers_of(given, ratio, month, None if extra is None else extra[..., 0])
    names = tuple(plan.pathway.stages), tuple(plan.pathway.classes)
    change = changed(plan.effects, names, given.stages, (plan.labels.icbs[given.icb], every, now), felt)
    after, found = analytic.step(
        given.made, state, month, servers=servers, arrivals=_now(change.arrivals), work=_now(change.work),
        ways=change.ways, routes=_now(change.routes),
    )  # fmt: skip
    return Moved(after, found, servers, _now(change.work))


def _now(factor: Table | None) -> Table | float:
    """A factor of the one month there is, the last dim; 1 where there is none."""
    return 1.0 if factor is None else factor[..., 0]


def advance(given: Board, state: analytic.State, ratio: Table, month: int) -> tuple[analytic.State, Figures]:
    """Move a board by a month, as `moved` does.

    Returns:
        Where its draws are at its end, and its figures.
    """
    made = moved(given, state, ratio, month)
    return made.state, figures_of(given, made, ratio, month)


def figures_of(given: Board, month_of: Moved, ratio: Table, month: int) -> Figures:
    """Figures of a month of a board.

    Args:
        given: The board.
        month_of: What `moved` gave.
        ratio: What it was given of staff, dims (draw, skill).
        month: Number of the month.
    """
    parts, plan, found = given.parts, given.plan, month_of.found

    def waits_of(given: Iterable[Table]) -> Waits:
        return Waits(**{name: _lifted(values) for name, values in gamma_waits(*given).each().items()})

    waits, at_stage = found.waits, found.stage_waits
    days = plan.opened[:, month]
    duty = plan.on_duty(ratio, given.icb, month) * days
    stated = np.broadcast_to(plan.servers[:, month] * plan.scale[given.icb] * days, duty.shape)
    return Figures.of(
        stage={name: _lifted(_by_stage(getattr(found, key), parts)) for name, key in _STAGE.items()},
        stage_waits=waits_of(_by_stage(values, parts) for values in (at_stage.number, at_stage.days, at_stage.squares)),
        arrived=_lifted(_added(found.arrived, np.zeros(found.arrived.shape[1], dtype=np.int64), 1)[0]),
        left=_lifted(draws_last(found.left)),
        waits=waits_of(draws_last(values) for values in (waits.number, waits.days, waits.squares)),
        pool={
            "busy": _lifted(parts.by_pool(found.busy).T),
            "on_duty": _lifted(parts.by_pool(found.on_duty).T),
            "given": _lifted(duty.T),
            "stated": _lifted(stated.T),
        },
    )


def _by_stage(values: Table, parts: Parts) -> Table:
    """Figures by stage of the file, dims (stage, class, draw)."""
    return _added(values, parts.stage, parts.stages)


def _added(values: Table, to: NDArray[np.int64], wholes: int) -> Table:
    """Add parts up, dims (draw, part, class), to wholes, dims (whole, class, draw); a negative whole is none."""
    from mhwfmodel.simulate import _pathway_parts

    out = np.zeros((wholes, values.shape[2], len(values)))
    _pathway_parts.added(values, to, out)
    return out


def _lifted(values: Table) -> Table:
    """Figures with the dims (…, draw) as those with the dims (draw, icb, month, …), in the same memory."""
    return values.transpose(-1, *range(values.ndim - 1))[:, None, None]
