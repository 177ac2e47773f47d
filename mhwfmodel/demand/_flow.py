# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled part of the analytic pathway: what each pool can do in a step, and who starts.

A *member* is a pair of stage and class, numbered stage × classes + class. The state has dims (unit, row, member), with
the rows that `_journeys` names.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mhwfmodel.demand._fluid import collapse, let_in, measure, started, urgent, waits_of
from mhwfmodel.demand._journeys import (
    BEGUN,
    CHANCE,
    COME,
    COULD,
    DONE,
    EVEN,
    FULL,
    GONE,
    LEFT_Q,
    LEFT_W,
    MEAN_Q,
    MEAN_W,
    QUEUE,
    RATE_P,
    RATE_W,
    SHARE,
    SPREAD,
    STAY_Q,
    STAY_W,
    USED,
    WAITED,
    WORK,
)  # fmt: skip
from mhwfmodel.rng.compiling import borrowing

SERVERS, SPEED, KAPPA, WAITS, NEED, LOAD, VARIANCE, SPREAD_OUT, HERE, LINE, ROOT, FIRST, NODES_A_UNIT = range(13)
"""Columns of a pool's duty: servers, in units of the mean need; how much work a busy one does, with closed hours and
overtime; what the variation of work makes of the queue; chance to wait; mean need; share of servers at work; variance
of the number present, and its share of that of a steady state; number present, and in the queue, after a step; what
`_fluid.measure` has of the servers."""

DUTY_COLUMNS = 13

KEPT = (WAITS, LOAD, VARIANCE, SPREAD_OUT)
"""Columns that are kept from month to month."""

_SETTLED = 2.0**-7
_FEW = 2.0**-40
_HASTY = 1024.0
"""Where nobody may wait: a queue this many times as impatient as work is quick is a loss system, within 0.1 %."""


class Shape(NamedTuple):
    """What all places share.

    `pool_of` (member): the pool by which a member starts, or −1. `first` (pool + 1) and `member`: members of each pool,
    the most urgent first; `rank_end` (member, in that order): whether the rank ends there. `order`: pools and, as
    −1 − stage, stages without needs, in the order in which a step looks at them. `edge_first` (member + 1), `edge_to`,
    `edge_chance`: routes, exits as −1 − exit × classes − class. `gone_to`, `full_to` (member): the same for those who
    give up and who find no room. `room` (member); `outside`, `contact` (member). `need` (member, pool). `each`: all
    members. `losing` (pool): nobody may wait. `breaks` (pool): shifts end at once; `replaced`: by a new crew.
    """

    classes: int
    pool_of: np.ndarray
    first: np.ndarray
    member: np.ndarray
    rank_end: np.ndarray
    order: np.ndarray
    edge_first: np.ndarray
    edge_to: np.ndarray
    edge_chance: np.ndarray
    gone_to: np.ndarray
    full_to: np.ndarray
    room: np.ndarray
    outside: np.ndarray
    contact: np.ndarray
    need: np.ndarray
    preempts: np.ndarray
    breaks: np.ndarray
    replaced: np.ndarray
    each: np.ndarray
    losing: np.ndarray


class Month(NamedTuple):
    """One month.

    `length` [days] of a step. `came` (place, step, member): people from outside. `work` and `spread` (place, member):
    mean of the work [days] and its squared coefficient of variation. `hazard` (place, member, node): rate of giving up
    by wait, at waits of 2 to the power of node / 2 − 12 days. `closed` (place, member): mean time until the pool opens
    [days]. `open` (place, pool): share of time open; `late` (place, pool): ends of shifts a day at which who is busy
    finishes; `servers` (unit, pool): on duty while open; `scale` (unit, member): factor on arrivals; `longer`
    (unit, member): factor on work; `chance` (unit, edge): of the routes, or (1, edge) for all; `place` (unit).
    """

    length: float
    came: np.ndarray
    work: np.ndarray
    spread: np.ndarray
    hazard: np.ndarray
    closed: np.ndarray
    open: np.ndarray
    late: np.ndarray
    servers: np.ndarray
    scale: np.ndarray
    longer: np.ndarray
    chance: np.ndarray
    place: np.ndarray


class Told(NamedTuple):
    """What a month tells: `members` (unit, row, member), `left` (unit, exit × class), `waits` (unit, 2, 2, class, 3).

    Waits are by definition, contact, class, and number, days and squares.
    """

    members: np.ndarray
    left: np.ndarray
    waits: np.ndarray


@borrowing
def _hazard(hazard, u, m, wait):
    """Rate of giving up of a queue whose head has waited so long."""
    nodes = hazard.shape[2]
    at = min(max(2.0 * (np.log2(max(wait, _FEW)) + 12.0), 0.0), nodes - 1.0)
    low = min(int(at), nodes - 2)
    return hazard[u, m, low] + (at - low) * (hazard[u, m, low + 1] - hazard[u, m, low])


@borrowing
def _decay(rate, length, tiny=2.0**-20):
    """exp(−z) and (1 − exp(−z)) ÷ z, z = rate × length."""
    z = rate * length
    stay = np.exp(-z)
    return stay, (1.0 - stay) / z if z > tiny else 1.0 - 0.5 * z


@borrowing
def constants(shape, month, unit, st, w, first):
    """Each member's rates in this step, and what is left of a queue and of work after it."""
    place = month.place[unit]
    steady = month.hazard.shape[2] - 1
    for m in range(shape.pool_of.size):
        if not first and month.hazard[place, m, 0] == month.hazard[place, m, steady]:
            continue
        mean = max(month.work[place, m] * month.longer[unit, m], _FEW)
        w[RATE_W, m] = 1.0 / mean
        w[SPREAD, m] = month.spread[place, m]
        patience = month.hazard[place, m, 0]
        if patience != month.hazard[place, m, steady]:
            patience = _hazard(month.hazard, place, m, st[WAITED, m])
        if shape.room[m] == 0:
            patience += _HASTY / mean
        w[RATE_P, m] = patience
        w[STAY_W, m], w[MEAN_W, m] = _decay(1.0 / mean, month.length)
        w[STAY_Q, m], w[MEAN_Q, m] = _decay(patience, month.length)


@borrowing
def flow_on(ways, gone_to, full_to, st, w, m, ended, gone, full):
    """What a member's flows of this step, now known better, change in what comes to others."""
    first, ends, chances = ways
    change = ended - st[DONE, m]
    for e in range(first[m], first[m + 1]):
        if ends[e] >= 0:
            w[COME, ends[e]] += change * chances[e]
    if gone_to[m] >= 0:
        w[COME, gone_to[m]] += gone - st[GONE, m]
    if full_to[m] >= 0:
        w[COME, full_to[m]] += full - st[FULL, m]
    st[DONE, m], st[GONE, m], st[FULL, m] = ended, gone, full


@borrowing
def could(st, w, m):
    """Who could start in this step: those who wait and come, as if all who start did so evenly.

    Where the sweeps of the step before let too many in, fewer than nobody may come: they are taken off later.
    """
    w[COULD, m] = max(w[COME, m], 0.0) + st[QUEUE, m] * w[STAY_Q, m] / w[MEAN_Q, m]


@borrowing
def settle(room, ways, gone_to, full_to, st, w, members, first, last, share):
    """The step of some members, when a share of those who could start does."""
    for at in range(first, last):
        m = members[at]
        could = w[COULD, m]
        begun = could * share
        work = st[WORK, m] * w[STAY_W, m] + begun * w[MEAN_W, m]
        queue = could * (1.0 - share) * w[MEAN_Q, m]
        come = max(w[COME, m], 0.0)
        w[USED, m] = come
        out, full = max(st[QUEUE, m] + come - begun - queue, 0.0), 0.0
        if room[m] == 0:
            out, full = 0.0, out
        elif room[m] > 0 and queue > room[m]:
            full = queue - room[m]
            queue = float(room[m])
        st[BEGUN, m], st[SHARE, m] = begun, share
        w[LEFT_Q, m], w[LEFT_W, m] = queue, work
        flow_on(ways, gone_to, full_to, st, w, m, st[WORK, m] + begun - work, out, full)


@borrowing
def serve(shape, month, ways, unit, st, w, pool, duty, curves):
    """One pool's step: rank after rank, the most urgent first."""
    servers, speed, spread, waits = duty[pool, SERVERS], duty[pool, SPEED], duty[pool, KAPPA], duty[pool, WAITS]
    each, load = duty[pool, NEED], duty[pool, LOAD]
    place = month.place[unit]
    opened = month.open[place, pool]
    halted = (1.0 - opened) / opened if shape.breaks[pool] and opened > 0.0 else 0.0
    ruler = duty[pool, ROOT], duty[pool, FIRST], duty[pool, NODES_A_UNIT]
    busy, queue, start = 0.0, 0.0, shape.first[pool]
    closing = 1.0 / (month.length * (1.0 - min(load, opened, 1.0 - _SETTLED)))
    unit_work, unit_queue = 1.0 / (speed * each), 1.0 / (spread * each)
    for at in range(shape.first[pool], shape.first[pool + 1]):
        if not shape.rank_end[at]:
            continue
        last = at + 1 == shape.first[pool + 1] or shape.preempts[pool]
        base, slope, back, fall = _rank(shape, month.closed, place, st, w, pool, start, at + 1, closing)
        line = (
            (busy + base) * unit_work, slope * unit_work,
            (queue + back - halted * (busy + base)) * unit_queue, (fall + halted * slope) * unit_queue,
        )  # fmt: skip
        share = 0.0
        if servers > _FEW and shape.losing[pool]:
            share = let_in(line[0], line[1], curves, pool, servers, ruler)
        elif servers > _FEW and last:
            share = started(line, curves, pool, servers, ruler, duty[pool, SPREAD_OUT], st[SHARE, shape.member[start]])
        elif servers > _FEW:
            share = urgent(line, servers, waits)
        settle(shape.room, ways, shape.gone_to, shape.full_to, st, w, shape.member, start, at + 1, share)
        for k in range(start, at + 1):
            busy += w[LEFT_W, shape.member[k]] * shape.need[shape.member[k], pool]
            queue += w[LEFT_Q, shape.member[k]] * shape.need[shape.member[k], pool]
        start = at + 1
    _note(duty, curves, pool, ruler, busy * unit_work, max(queue - halted * busy, 0.0) * unit_queue, opened)


@borrowing
def _rank(shape, closed, place, st, w, pool, first, last, closing):
    """Servers that a rank takes if nobody starts, and what all who could start add; its queue then, and its fall."""
    base, slope, back, fall = 0.0, 0.0, 0.0, 0.0
    for k in range(first, last):
        m = shape.member[k]
        need = shape.need[m, pool]
        could(st, w, m)
        people = w[COULD, m] * need
        base += st[WORK, m] * w[STAY_W, m] * need
        slope += people * w[MEAN_W, m]
        back += people * w[MEAN_Q, m]
        fall += people * (w[MEAN_Q, m] + closed[place, m] * closing)
    return base, slope, back, fall


@borrowing
def _note(duty, curves, pool, ruler, busy, line, opened):
    """What a pool has come to."""
    servers = duty[pool, SERVERS]
    present = busy + line
    duty[pool, HERE], duty[pool, LINE] = present, line
    if servers > _FEW:
        known = 1.0 if present > servers else 0.0
        usual = waits_of(curves, pool, present, servers, ruler)
        duty[pool, WAITS] = known + duty[pool, SPREAD_OUT] * (usual - known)
        duty[pool, LOAD] = busy / servers * opened


@borrowing
def _mix(shape, st, w, pool):
    """Of a pool: people who start, their work [days], its second moment, servers at it; queue, and its leaving."""
    number, work, square, servers, queue, leave = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for at in range(shape.first[pool], shape.first[pool + 1]):
        m = shape.member[at]
        begun, mean, need = st[BEGUN, m] + _FEW, 1.0 / w[RATE_W, m], shape.need[m, pool]
        number += begun
        work += begun * mean
        square += begun * mean * mean * (1.0 + w[SPREAD, m])
        servers += begun * mean * need
        waiting = (st[QUEUE, m] + begun * _SETTLED) * need
        queue += waiting
        leave += waiting * w[RATE_P, m]
    return number, work, square, servers, queue, leave


@borrowing
def on_duty(shape, month, unit, st, w, duty, curves, table):
    """What each pool can do in this month, from what it did last."""
    inverse_root, log_r, curve = table
    place = month.place[unit]
    for pool in range(shape.first.size - 1):
        if shape.first[pool] == shape.first[pool + 1]:
            continue
        number, work, square, taken, queue, leave = _mix(shape, st, w, pool)
        mean, each = work / number, taken / work
        opened = month.open[place, pool]
        speed = max(opened + (month.late[place, pool] * mean), _FEW)
        if not shape.replaced[pool]:
            speed = min(speed, 1.0)
        elsewhere = 0.0
        for m in range(shape.pool_of.size):
            if shape.pool_of[m] != pool:
                elsewhere += st[WORK, m] * shape.need[m, pool]
        servers = max(month.servers[unit, pool] - elsewhere / speed, 0.0) / each
        if 0.0 < servers < 1.0:
            speed, servers = speed * servers, 1.0
        duty[pool, SERVERS], duty[pool, SPEED], duty[pool, NEED] = servers, speed, each
        duty[pool, KAPPA] = 0.5 * square * number / (work * work)
        if servers > _FEW:
            duty[pool, ROOT], duty[pool, FIRST], duty[pool, NODES_A_UNIT] = measure(servers)
            collapse(servers, leave / queue * mean / speed, inverse_root, log_r, curve, curves, pool)


@borrowing
def vary(shape, month, st, w, duty):
    """Let the number present at each pool vary more, up to a steady state's variance; and with it the wait.

    A number that is known spreads by all that come and go; a steady state with so many present varies about as a
    geometric queue does, or, where people give up, as their balance with those who come.
    """
    for pool in range(shape.first.size - 1):
        moves, people, leave = 0.0, 0.0, 0.0
        for at in range(shape.first[pool], shape.first[pool + 1]):
            m = shape.member[at]
            moves += w[COME, m] + st[DONE, m] + st[GONE, m] + st[FULL, m]
            people += w[LEFT_Q, m]
            leave += w[LEFT_Q, m] * w[RATE_P, m]
        line = duty[pool, LINE]
        usual = line * line
        if leave > 0.0:
            usual = min(usual, 0.5 * moves / month.length * people / leave)
        usual += duty[pool, HERE]
        variance, even = 0.0, 1.0
        if usual > _FEW:
            variance = (duty[pool, VARIANCE] + moves) / (1.0 + moves / usual)
            duty[pool, SPREAD_OUT] = min(variance / usual, 1.0)
            even = min(variance / max(line * line, _FEW), 1.0)
        duty[pool, VARIANCE] = variance
        for at in range(shape.first[pool], shape.first[pool + 1]):
            w[EVEN, shape.member[at]] = even
            w[CHANCE, shape.member[at]] = duty[pool, WAITS]
