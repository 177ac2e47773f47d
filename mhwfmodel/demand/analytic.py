"""The analytic pathway: month by month through a whole pathway, for many places and draws at once.

People are expected numbers that flow. In each step of a month a pool starts as many as its congestion lets it: of those
present at a pool the number in service is that of the steady state of M/M/c+M in which as many are present
(`demand.congestion`). So a steady state is that of Erlang C and A, a backlog drains at the rate of its servers, and in
between the change is smooth. `docs/background/analytic-pathway.md` has the equations, the approximations and their
measured errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand._analytic import run_month
from mhwfmodel.demand._flow import DUTY_COLUMNS, Told
from mhwfmodel.demand._fluid import NODES
from mhwfmodel.demand._journeys import (
    EACH_OPEN,
    LATE_1,
    LATE_2,
    OPEN,
    QUEUE,
    STATE_ROWS,
    TOLD_ROWS,
    WORK,
    WORKING_ROWS,
)
from mhwfmodel.demand.analytic_plan import Plan, plan
from mhwfmodel.demand.congestion import congestion
from mhwfmodel.demand.moments import Waits
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from mhwfmodel.pathway.network import Network, Present
    from mhwfmodel.pathway.ways import Way

    Array = NDArray[np.float64]

__all__ = ["FIGURES", "Figures", "Plan", "Screen", "State", "Waits", "begin", "plan", "screen", "step"]

_CHUNK = 256
"""Units that one thread takes at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where all units are at the end of a month.

    Args:
        place: Place of each unit, dims (unit), int64.
        members: Rows of `demand._journeys`, dims (unit, row, stage × class).
        pools: Chance to wait, share of servers at work, variance of the number present [people²] and its share of that
            of a steady state, dims (unit, 4, pool).
    """

    place: NDArray[np.int64]
    members: Array
    pools: Array


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Expected figures of one month, as `Outcome` has them; dims (unit, stage, class) where nothing else is said.

    Args:
        joined: People who came to a stage.
        started: Who started; those who start again after an interruption too.
        ended: Work done.
        gave_up: Gave up waiting.
        turned_away: Found no room.
        interrupted: Interrupted.
        waiting: Who wait at the end of the month.
        in_work: Who are in work at the end of the month.
        pending: Who come a step late, at the end of the month: the rest of the sweeps, near 0.
        waiting_days: Area under the number who wait [person-days].
        work_days: Area under the number in work [person-days].
        at_once: Of those who started, who did so without a wait.
        stage_waits: Completed waits in the queue of a stage.
        waits: Waits since the episode began, dims (unit, definition, contact, class).
        left: People who left, dims (unit, exit, class).
        arrived: People from outside, dims (unit, stage, class).
        busy: Servers' time with people [server-days], dims (unit, pool).
        on_duty: Servers' time on duty [server-days], dims (unit, pool).
    """

    joined: Array
    started: Array
    ended: Array
    gave_up: Array
    turned_away: Array
    interrupted: Array
    waiting: Array
    in_work: Array
    pending: Array
    waiting_days: Array
    work_days: Array
    at_once: Array
    stage_waits: Waits
    waits: Waits
    left: Array
    arrived: Array
    busy: Array
    on_duty: Array


FIGURES = tuple(field.name for field in fields(Figures))
"""Names of the figures of a month."""


def begin(
    made: Plan,
    place: ArrayLike,
    *,
    present: Sequence[Present | None] | None = None,
    scale: ArrayLike = 1.0,
) -> State:
    """The state at time 0.

    Args:
        made: The plan.
        place: Place of each unit, dims (unit); a unit is a place in a draw.
        present: People present at time 0, one a place; None: nobody.
        scale: Factor on their numbers, dims (unit) or one for all.

    Returns:
        The state; what is left of work in hand is taken to be as long as new work on average.

    Raises:
        MhwfError: A place that is not there, or not one `present` a place.
    """
    of = np.atleast_1d(np.asarray(place, dtype=np.int64))
    if of.ndim != 1 or np.any((of < 0) | (of >= len(made.networks))):
        raise MhwfError(Fault("place", f"has to be from 0 to {len(made.networks) - 1}"))
    if present is not None and len(present) != len(made.networks):
        raise MhwfError(Fault("present", f"has {len(present)} entries; one of each of {len(made.networks)} places"))
    by_place = np.zeros((len(made.networks), STATE_ROWS, made.shape.pool_of.size))
    for number, people in enumerate(present or ()):
        if people is not None:
            _open(by_place[number], made, people)
    factor = np.broadcast_to(np.asarray(scale, dtype=np.float64), of.shape)
    return State(of, by_place[of] * factor[:, None, None], np.zeros((of.size, 4, made.servers.shape[2])))


def _open(rows: Array, made: Plan, people: Present) -> None:
    """Put those present into the rows of a place."""
    member = people.stage.astype(np.int64) * made.shape.classes + people.of_class
    waits = np.isnan(people.left)
    np.add.at(rows[QUEUE], member[waits], 1.0)
    np.add.at(rows[WORK], member[~waits], 1.0)
    np.add.at(rows[LATE_1], member[waits], people.waited[waits])
    np.add.at(rows[LATE_2], member[waits], people.waited[waits] ** 2)
    for group in range(2):
        for part, here in ((0, waits), (3, ~waits)):
            chosen = here & (people.contacts == group) & ~made.shape.outside[member]
            for moment in range(3):
                row = OPEN + EACH_OPEN * group + part + moment
                np.add.at(rows[row], member[chosen], people.age[chosen] ** moment)


def step(
    made: Plan,
    state: State,
    month: int,
    *,
    servers: ArrayLike | None = None,
    arrivals: ArrayLike = 1.0,
    work: ArrayLike = 1.0,
    ways: Sequence[Way] = (),
    routes: ArrayLike = 1.0,
    threads: int = 1,
) -> tuple[State, Figures]:
    """One month.

    Args:
        made: The plan.
        state: Where the units are; it is not changed.
        month: Number of the month in the plan.
        servers: Servers on duty while the pool is open, real numbers, dims (unit, pool); None: as in the networks.
        arrivals: Factor on who come from outside: one, dims (unit), (unit, stage) or (unit, stage, class).
        work: Factor on the time that work takes: one, dims (unit), or (unit, stage).
        ways: Ways on that are multiplied (`pathway.ways.way`).
        routes: Factor on the chance of each of them: one, or dims (unit, way); other ways share the rest.
        threads: Threads.

    Returns:
        The state at the end of the month, and its figures.

    Raises:
        MhwfError: A month that the plan has not, or numbers below 0 or not finite.
    """
    if not 0 <= month < made.lengths.size:
        raise MhwfError(Fault("month", f"has to be from 0 to {made.lengths.size - 1}, not {month}"))
    units, members = state.place.size, made.shape.pool_of.size
    usual = made.servers[state.place, month]
    duty = usual if servers is None else _checked(np.broadcast_to(np.asarray(servers, float), usual.shape), "servers")
    given = made.month(
        month, state.place, np.ascontiguousarray(duty), _factor(made, arrivals, units, "arrivals"),
        _factor(made, work, units, "work"), made.chances(tuple(ways), _on_ways(routes, units, len(ways))),
    )  # fmt: skip
    after = State(state.place, state.members.copy(), state.pools.copy())
    exits = len(made.networks[0].exits) * made.shape.classes
    told = Told(
        np.zeros((units, TOLD_ROWS, members)), np.zeros((units, exits)), np.zeros((units, 2, 2, made.shape.classes, 3))
    )
    curves = congestion()
    table = curves.inverse_root, curves.log_r, curves.curve
    pools = usual.shape[1]

    def part(first: int) -> None:
        run_month(
            made.shape, given, table, first, min(first + _CHUNK, units), after.members, after.pools, told,
            np.zeros((WORKING_ROWS, members)), np.zeros((pools, DUTY_COLUMNS)), np.zeros((pools, 2, NODES)),
            np.zeros((2, 3)),
        )  # fmt: skip

    _spread_over(part, range(0, units, _CHUNK), threads)
    return after, _figures(made, state.place, month, given.servers, given.scale, after, told)


def _spread_over(part: Callable[[int], None], starts: range, threads: int) -> None:
    if threads <= 1 or len(starts) <= 1:
        for first in starts:
            part(first)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, starts))


def _checked(values: Array, name: str) -> Array:
    if not np.all(np.isfinite(values) & (values >= 0.0)):
        raise MhwfError(Fault(name, "have to be finite and 0 or more"))
    return values


def _factor(made: Plan, factor: ArrayLike, units: int, name: str) -> Array:
    """A factor by unit, stage and class for each member, dims (unit, member)."""
    given = np.asarray(factor, dtype=np.float64)
    shape = units, made.shape.pool_of.size // made.shape.classes, made.shape.classes
    wide = np.broadcast_to(given.reshape(*given.shape, *[1] * (len(shape) - given.ndim)), shape)
    return np.ascontiguousarray(_checked(wide, name).reshape(units, -1))


def _on_ways(factor: ArrayLike, units: int, ways: int) -> list[Array]:
    """A factor on each way, dims (unit)."""
    return list(_checked(np.broadcast_to(np.asarray(factor, dtype=np.float64), (units, ways)), "routes").T)


def _figures(
    made: Plan, place: NDArray[np.int64], month: int, servers: Array, scale: Array, after: State, told: Told
) -> Figures:
    classes = made.shape.classes
    rows = told.members.reshape(place.size, TOLD_ROWS, -1, classes)
    state = after.members.reshape(place.size, STATE_ROWS, -1, classes)
    joined, started, ended, gave_up, turned, broken, queue, work, days, squares, at_once = np.moveaxis(rows, 1, 0)
    arrived = made.came[place, month].sum(axis=1) * scale
    return Figures(
        joined=joined, started=started, ended=ended, gave_up=gave_up, turned_away=turned, interrupted=broken,
        waiting=state[:, 0], in_work=state[:, 1], pending=state[:, 2], waiting_days=queue, work_days=work,
        at_once=at_once, stage_waits=Waits(started, days, squares),
        waits=Waits(*np.moveaxis(told.waits, -1, 0)), left=told.left.reshape(place.size, -1, classes),
        arrived=arrived.reshape(joined.shape),
        busy=told.members[:, 7] @ made.shape.need[:, : made.servers.shape[2]],
        on_duty=servers * made.open[place, month] * made.lengths[month],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """Months one after the other.

    Args:
        kept: Figures by name, dims (place, draw, month, …), float32; waits as (…, 3): number, days, squares.
        last: The state at the end, unit = place × draws + draw.
    """

    kept: dict[str, NDArray[np.float32]]
    last: State

    def waits(self, name: str) -> Waits:
        """`stage_waits` or `waits` as a distribution, dims (place, draw, month, …)."""
        return Waits(*np.moveaxis(self.kept[name].astype(np.float64), -1, 0))


def screen(
    networks: Sequence[Network],
    *,
    draws: int = 1,
    servers: ArrayLike | None = None,
    arrivals: ArrayLike = 1.0,
    work: ArrayLike = 1.0,
    ways: Sequence[Way] = (),
    routes: ArrayLike = 1.0,
    present: Sequence[Present | None] | None = None,
    keep: Sequence[str] = FIGURES,
    steps: int = 4,
    threads: int = 1,
) -> Screen:
    """All months of many places and draws.

    A figure by stage and class of 42 places, 200 draws, 120 months, 12 stages and 4 classes takes 194 MB, so name those
    that are needed in `keep`.

    Args:
        networks: One a place.
        draws: Draws.
        servers: Servers on duty while open, broadcast to (place, draw, month, pool); None: as in the networks.
        arrivals: Factor on who come, broadcast to (place, draw, month, stage), or (place, draw, month, stage, class).
        work: Factor on the time that work takes, broadcast to (place, draw, month, stage).
        ways: Ways on that are multiplied.
        routes: Factor on the chance of each of them, broadcast to (place, draw, month, way).
        present: People present at time 0, one a place.
        keep: Names of figures.
        steps: Steps of a month.
        threads: Threads.

    Returns:
        The figures that are kept.

    Raises:
        MhwfError: As `plan`, `begin` and `step`, or a name that is no figure.
    """
    wrong = sorted(set(keep) - set(FIGURES))
    if wrong:
        raise MhwfError(Fault("keep", f"{wrong} are no figures of {FIGURES}"))
    made = plan(networks, steps=steps)
    places, months = len(networks), made.lengths.size
    sizes = {"servers": made.servers.shape[2], "arrivals": len(networks[0].stages.names), "routes": len(ways)}
    given = {"servers": made.servers[:, None] if servers is None else servers, "arrivals": arrivals, "work": work,
             "routes": routes}  # fmt: skip
    flat = {name: _by_month(value, (places, draws, months, sizes.get(name, sizes["arrivals"])), made.shape.classes)
            for name, value in given.items()}  # fmt: skip
    state = begin(made, np.repeat(np.arange(places), draws), present=present)
    kept: dict[str, NDArray[np.float32]] = {}
    for month in range(months):
        now = {name: value(month) for name, value in flat.items()}
        state, told = step(made, state, month, **now, ways=ways, threads=threads)
        for name in keep:
            value = getattr(told, name)
            if isinstance(value, Waits):
                value = np.stack([value.number, value.days, value.squares], axis=-1)
            shape = (places, draws, months, *value.shape[1:])
            into = kept.setdefault(name, np.empty(shape, dtype=np.float32))
            into[:, :, month] = value.reshape(places, draws, *value.shape[1:])
    return Screen(kept, state)


def _by_month(value: ArrayLike, shape: tuple[int, ...], classes: int) -> Callable[[int], Array]:
    """What a unit is given in a month, of an array with the dims (place, draw, month, …), or fewer to be repeated."""
    array = np.asarray(value, dtype=np.float64)
    wide = np.broadcast_to(array, shape if array.ndim <= len(shape) else (*shape, classes))
    return lambda month: wide[:, :, month].reshape(wide.shape[0] * wide.shape[1], *wide.shape[3:])
