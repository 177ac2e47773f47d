# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled kernel of the analytic pathway: one month of many places."""

from __future__ import annotations

from mhwfmodel.demand._flow import (
    KEPT,
    NEED,
    SERVERS,
    SPEED,
    WAITS,
    constants,
    could,
    flow_on,
    on_duty,
    serve,
    settle,
    vary,
)
from mhwfmodel.demand._journeys import (
    AT_ONCE,
    BEGAN,
    BEGUN,
    BROKEN,
    COME,
    DONE,
    ENDED,
    FULL,
    GAVE_UP,
    GONE,
    JOINED,
    LEFT_Q,
    LEFT_W,
    OPEN,
    PENDING,
    QUEUE,
    QUEUE_DAYS,
    TURNED,
    USED,
    WORK,
    WORK_DAYS,
    journeys,
    waiting_so_far,
)  # fmt: skip
from mhwfmodel.rng.compiling import borrowing

_MOST_SWEEPS = 4
_SETTLED = 2.0**-7


@borrowing
def _come(shape, month, ways, unit, st, w, step):
    """Who come in a step, as far as the last one tells; gives how near the sweeps have to bring it."""
    place = month.place[unit]
    for m in range(shape.pool_of.size):
        came = month.came[place, step, m] * month.scale[unit, m]
        w[COME, m] = came + st[PENDING, m]
        if not shape.outside[m]:
            st[OPEN + 6, m] += came
    for m in range(shape.pool_of.size):
        ended, gone, full = st[DONE, m], st[GONE, m], st[FULL, m]
        st[DONE, m], st[GONE, m], st[FULL, m] = 0.0, 0.0, 0.0
        flow_on(ways, shape.gone_to, shape.full_to, st, w, m, ended, gone, full)
    near = 0.0
    for m in range(shape.pool_of.size):
        near = max(near, _SETTLED * w[COME, m])
        w[USED, m] = -1.0
    return near


@borrowing
def _changed(member, first, last, w):
    most = 0.0
    for at in range(first, last):
        most = max(most, abs(w[COME, member[at]] - w[USED, member[at]]))
    return most


@borrowing
def _sweep(shape, month, ways, unit, st, w, duty, curves, near):
    """All pools and stages to whom others come than when they were last looked at; the greatest difference then."""
    for at in range(shape.order.size):
        pool = shape.order[at]
        if pool >= 0:
            if _changed(shape.member, shape.first[pool], shape.first[pool + 1], w) > near:
                serve(shape, month, ways, unit, st, w, pool, duty, curves)
            continue
        first, last = (-1 - pool) * shape.classes, -pool * shape.classes
        for m in range(first, last):
            could(st, w, m)
        settle(shape.room, ways, shape.gone_to, shape.full_to, st, w, shape.each, first, last, 1.0)
    most = 0.0
    for m in range(shape.pool_of.size):
        most = max(most, abs(w[COME, m] - w[USED, m]))
    return most


@borrowing
def _leave(ways, gone_to, full_to, st, left, m):
    """Who leaves from a member in a step."""
    first, ends, chances = ways
    for e in range(first[m], first[m + 1]):
        if ends[e] < 0:
            left[-1 - ends[e]] += st[DONE, m] * chances[e]
    if gone_to[m] < 0:
        left[-1 - gone_to[m]] += st[GONE, m]
    if full_to[m] < 0:
        left[-1 - full_to[m]] += st[FULL, m]


@borrowing
def _move(shape, month, ways, st, w, members, left, duty):
    """Count a step and make its end the state."""
    for m in range(shape.pool_of.size):
        pool = shape.pool_of[m]
        members[JOINED, m] += w[USED, m]
        members[BEGAN, m] += st[BEGUN, m]
        members[ENDED, m] += st[DONE, m]
        members[GAVE_UP, m] += st[GONE, m]
        members[TURNED, m] += st[FULL, m]
        members[QUEUE_DAYS, m] += 0.5 * (st[QUEUE, m] + w[LEFT_Q, m]) * month.length
        members[WORK_DAYS, m] += 0.5 * (st[WORK, m] + w[LEFT_W, m]) * month.length
        waits = duty[pool, WAITS] if pool >= 0 else 0.0
        members[AT_ONCE, m] += st[BEGUN, m] * (1.0 - waits)
        _leave(ways, shape.gone_to, shape.full_to, st, left, m)
        st[PENDING, m] = w[COME, m] - w[USED, m]
        st[QUEUE, m], st[WORK, m] = w[LEFT_Q, m], w[LEFT_W, m]


@borrowing
def _break(shape, st, members, duty):
    """Where more are in work than on duty and shifts end at once: the least urgent wait again."""
    for pool in range(shape.first.size - 1):
        if not (shape.breaks[pool] or shape.preempts[pool]):
            continue
        busy = 0.0
        for at in range(shape.first[pool], shape.first[pool + 1]):
            m = shape.member[at]
            busy += st[WORK, m] * shape.need[m, pool]
        over = busy - duty[pool, SERVERS] * duty[pool, SPEED] * duty[pool, NEED]
        for at in range(shape.first[pool + 1] - 1, shape.first[pool] - 1, -1):
            m = shape.member[at]
            if over <= 0.0 or st[WORK, m] <= 0.0:
                continue
            people = min(over / shape.need[m, pool], st[WORK, m])
            part = people / st[WORK, m]
            for row in range(OPEN, st.shape[0], 9):
                for k in range(3):
                    st[row + k, m] += st[row + 3 + k, m] * part
                    st[row + 3 + k, m] *= 1.0 - part
            st[WORK, m] -= people
            st[QUEUE, m] += people
            members[BROKEN, m] += people
            over -= people * shape.need[m, pool]


@borrowing
def run_month(shape, month, table, first, last, state, pools, told, w, duty, curves, parts):
    """One month of the units from `first` to before `last`.

    `pools` (unit, 4, pool) keeps from month to month what `duty` has of them.
    """
    for unit in range(first, last):
        ways = shape.edge_first, shape.edge_to, month.chance[unit % month.chance.shape[0]]
        st, members, left, waits = state[unit], told.members[unit], told.left[unit], told.waits[unit]
        for pool in range(shape.first.size - 1):
            for k in range(4):
                duty[pool, KEPT[k]] = pools[unit, k, pool]
        for step in range(month.came.shape[1]):
            constants(shape, month, unit, st, w, step == 0)
            if step == 0:
                on_duty(shape, month, unit, st, w, duty, curves, table)
            _break(shape, st, members, duty)
            near = _come(shape, month, ways, unit, st, w, step)
            for sweep in range(_MOST_SWEEPS):
                if _sweep(shape, month, ways, unit, st, w, duty, curves, near if sweep else -1.0) <= near:
                    break
            vary(shape, month, st, w, duty)
            journeys(
                month.length, shape.classes, ways, shape.gone_to, shape.full_to, shape.outside, shape.contact, st, w,
                members, waits, parts,
            )  # fmt: skip
            _move(shape, month, ways, st, w, members, left, duty)
        waiting_so_far(shape.classes, st, waits)
        for pool in range(shape.first.size - 1):
            for k in range(4):
                pools[unit, k, pool] = duty[pool, KEPT[k]]
