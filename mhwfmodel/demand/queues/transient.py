"""M(t)/M/c(t)+M hour by hour, with three rules for the end of a shift: Kolmogorov's forward equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.demand.queues._given import above_zero, at_least_zero, whole
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Rota", "ShiftRule", "Transient", "transient"]

_EXTRA = 3
"""Counters that go with the chances: arrivals, those of them who wait, and those who give up."""


class ShiftRule(Enum):
    """What happens to people in service when the number on duty changes."""

    LEAVE = "leave"
    """Servers leave at once; their people wait again, and go on where they were."""
    HEADS = "heads"
    """Heads are counted: those too many finish their person, and nobody starts until fewer are busy than on duty."""
    REPLACE = "replace"
    """The crew is replaced at every boundary; the busy finish in overtime, and a full crew starts."""


@dataclass(frozen=True, slots=True)
class Rota:
    """Servers on duty.

    Args:
        times: Boundaries, ascending from 0.
        servers: On duty from each boundary on, whole numbers from 0.
        rule: What happens at a boundary.
    """

    times: Sequence[float]
    servers: Sequence[int]
    rule: ShiftRule = ShiftRule.LEAVE


@dataclass(frozen=True, slots=True, eq=False)
class Transient:
    """Means at each time; all dims (time).

    Args:
        times: When.
        mean_number: Present, overtime included [people].
        mean_queue: Who wait [people].
        p_all_busy: Chance that nobody on duty is free.
        p_empty: Chance that nobody is with a server on duty or waits.
        overtime: Servers busy in overtime (rule `REPLACE`).
        arrivals: Mean arrivals so far [people].
        waited: Of them, mean number who had to wait.
        gave_up: Mean number who gave up so far.
        beyond: Chance of the last state that is kept: what is cut off.
    """

    times: Array
    mean_number: Array
    mean_queue: Array
    p_all_busy: Array
    p_empty: Array
    overtime: Array
    arrivals: Array
    waited: Array
    gave_up: Array
    beyond: Array


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Chances: of n present, and where more are busy than on duty, of (busy, waiting); and counters and overtime."""

    line: Array
    over: Array
    counters: Array
    overtime: float


def transient(
    at: ArrayLike,
    rate_times: Sequence[float],
    rates: Sequence[float],
    service_rate: float,
    rota: Rota,
    *,
    patience_rate: float = 0.0,
    initial: int = 0,
    most: int = 400,
) -> Transient:
    """M(t)/M/c(t)+M from a known start, rates and servers constant between breaks; exact but for the cut at `most`.

    Each stretch between breaks is one exponential of a sparse matrix. At a boundary of the rota the figures are those
    from then on (limit from the right).

    Args:
        at: Times, ascending from 0 or later, dims (time).
        rate_times: Times from which a rate holds, ascending from 0.
        rates: λ from each on [people/time].
        service_rate: μ of one server [people/time], above 0.
        rota: Servers.
        patience_rate: θ [1/time]; 0: nobody gives up. Who is interrupted starts a new patience (it has no memory).
        initial: Present at time 0.
        most: Most present that is followed; more are cut off and arrivals then are lost.

    Returns:
        Means at those times.

    Raises:
        MhwfError: Times that do not ascend from 0, or a number outside its range.

    Source: Kolmogorov's forward equations; the exponential by Al-Mohy and Higham 2011 (`scipy`).
    """
    when = at_least_zero(at, "at")
    rate_at, rate = _steps(rate_times, at_least_zero(rates, "rates"), "rate_times")
    duty_at, duty = _steps(rota.times, whole(rota.servers, "servers").astype(np.float64), "rota")
    speed, theta = float(above_zero(service_rate, "service rate")), float(at_least_zero(patience_rate, "patience"))
    first = int(whole(initial, "initial"))
    if when.ndim != 1 or np.any(np.diff(when) < 0.0) or first > most:
        raise MhwfError(Fault("at", "times have to ascend, and `most` has to hold those present at the start"))
    line = np.zeros(most + 1)
    line[first] = 1.0
    state = _State(line, np.zeros((int(duty.max()) + 1, most + 1)), np.zeros(_EXTRA), 0.0)
    stops = np.unique(np.concatenate([[0.0], when, rate_at[rate_at <= when[-1]], duty_at[duty_at <= when[-1]]]))
    servers, rows, now = int(duty[0]), [], 0.0
    for stop in stops:
        if stop > now:
            flow = rate[np.searchsorted(rate_at, now, side="right") - 1]
            state = _forward(state, stop - now, float(flow), speed, theta, servers)
            now = float(stop)
        if now > 0.0 and np.any(duty_at == now):
            new = int(duty[np.searchsorted(duty_at, now, side="right") - 1])
            state, servers = _boundary(state, servers, new, rota.rule), new
        rows += [_told(state, servers)] * int(np.sum(when == stop))
    return Transient(when, *np.array(rows).T)


def _steps(times: Sequence[float], values: Array, name: str) -> tuple[Array, Array]:
    at = np.asarray(times, dtype=np.float64)
    if at.shape != values.shape or at.ndim != 1 or at.size == 0 or at[0] != 0.0 or np.any(np.diff(at) <= 0.0):
        raise MhwfError(Fault(name, "has to ascend from 0, with one value each"))
    return at, values


def _told(state: _State, servers: int) -> tuple[float, ...]:
    number = np.arange(state.line.size)
    busy = np.arange(state.over.shape[0])
    over = float(state.over.sum())
    held = float(state.over.sum(axis=1) @ busy)
    behind = float(state.over.sum(axis=0) @ number)
    return (
        float(state.line @ number) + held + behind + state.overtime,
        float(state.line @ np.maximum(number - servers, 0)) + behind,
        float(state.line[servers:].sum()) + over,
        float(state.line[0]),
        state.overtime,
        *(float(counter) for counter in state.counters),
        float(state.line[-1]) + float(state.over[:, -1].sum()),
    )


def _boundary(state: _State, old: int, new: int, rule: ShiftRule) -> _State:
    """What a change of the crew makes of the state."""
    line, over = state.line, state.over
    if rule is ShiftRule.LEAVE:
        return state
    number = np.arange(line.size)
    if rule is ShiftRule.REPLACE:
        left = np.zeros_like(line)
        np.add.at(left, np.maximum(number - old, 0), line)
        stay = state.overtime + float(line @ np.minimum(number, old))
        return _State(left, over, state.counters, stay)
    made_line, made_over = np.zeros_like(line), np.zeros_like(over)
    busy = np.minimum(number, old)
    for n in number:
        if busy[n] > new:
            made_over[busy[n], n - busy[n]] += line[n]
        else:
            made_line[n] += line[n]
    for b in range(over.shape[0]):
        if b > new:
            made_over[b] += over[b]
        else:
            np.add.at(made_line, np.minimum(number + b, line.size - 1), over[b])
    return _State(made_line, made_over, state.counters, state.overtime)


def _forward(state: _State, length: float, rate: float, speed: float, theta: float, servers: int) -> _State:
    """One stretch with constant rates."""
    from scipy.sparse.linalg import expm_multiply

    size = state.line.size
    layers = [b for b in range(servers + 1, state.over.shape[0]) if np.any(state.over[b:] > 0.0)]
    flat = np.concatenate([state.line, *(state.over[b] for b in layers), state.counters])
    made = expm_multiply(_matrix(size, layers, rate, speed, theta, servers) * length, flat)
    over = np.zeros_like(state.over)
    for k, b in enumerate(layers):
        over[b] = made[size * (k + 1) : size * (k + 2)]
    return _State(made[:size], over, made[-_EXTRA:], state.overtime * float(np.exp(-speed * length)))


def _matrix(size: int, layers: list[int], rate: float, speed: float, theta: float, servers: int) -> Any:
    """Rates of change: column j of a state goes to row i; counters last."""
    from scipy.sparse import coo_matrix

    number = np.arange(size)
    here = (number[:-1], number[1:])
    counter = size * (len(layers) + 1)
    queue = np.maximum(number - servers, 0)
    down = speed * np.minimum(number, servers) + theta * queue
    moves = [(*here, np.full(size - 1, rate)), (here[1], here[0], down[1:])]
    counts = [
        (counter, number, np.full(size, rate)),
        (counter + 1, number[servers:], np.full(max(size - servers, 0), rate)),
        (counter + 2, number, theta * queue),
    ]
    for k, b in enumerate(layers):
        base = size * (k + 1)
        # The next layer below; from the lowest one, the line, where b − 1 busy and q waiting are b − 1 + q present.
        below = base - size + number if k else np.minimum(number + b - 1, size - 1)
        moves += [
            (base + here[0], base + here[1], np.full(size - 1, rate)),
            (base + here[1], base + here[0], theta * number[1:]),
            (base + number, below, np.full(size, speed * b)),
        ]
        counts += [
            (counter, base + number, np.full(size, rate)),
            (counter + 1, base + number, np.full(size, rate)),
            (counter + 2, base + number, theta * number),
        ]
    rows = [np.concatenate([to, origin]) for origin, to, _ in moves] + [np.full(n.size, at) for at, n, _ in counts]
    columns = [np.concatenate([origin, origin]) for origin, _, _ in moves] + [n for _, n, _ in counts]
    values = [np.concatenate([flow, -flow]) for _, _, flow in moves] + [flow for _, _, flow in counts]
    total = counter + _EXTRA
    made = coo_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(total, total))
    return made.tocsr()
