# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled part of the analytic pathway: how long people have waited, at a stage and since their episode began.

Each member (stage and class) holds people without a contact yet and with one contact, with the first two moments of the
time since their episode began. In a step everybody who is there grows older; who starts is older than the average of
the queue, as much as first come first served makes them, which the spread of the wait tells: with a wait that does not
vary, the head of the queue has waited twice the average of those in it; with an exponential one, as long.
"""

from __future__ import annotations

import math

from mhwfmodel.rng.compiling import borrowing

QUEUE, WORK, PENDING, BEGUN, DONE, GONE, FULL, SHARE, WAITED = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Rows of the state: who wait; who are in work; who come a step late; who started, ended, gave up and found no room in
the last step; the share that started; the last wait [days]."""

LATE_1, LATE_2 = 9, 10
"""Rows of the state: time in this queue so far of those in it, summed [person-days], and its square."""

OPEN, EACH_OPEN = 11, 9
"""First row of those without a contact, and rows of one group. In a group: number, time since the episode began, and
its square, of those in the queue (0), in work (3) and of those who come in this step (6)."""

COMING = tuple(OPEN + EACH_OPEN * (row // 3) + 6 + row % 3 for row in range(6))
"""Rows of those who come in this step, of both groups."""

STATE_ROWS = OPEN + 2 * EACH_OPEN

COME, USED, COULD, STAY_Q, MEAN_Q, STAY_W, MEAN_W, LEFT_Q, LEFT_W = range(9)
RATE_W, RATE_P, SPREAD, SHIFT, EVEN, CHANCE, AGREE, LONGER = range(9, 17)
"""Rows of a unit's working memory: who come, and who came when the member was last looked at; who could start; what is
left of a queue and of work after a step, and on average during it; the queue and work after the step; the rates of work
and of giving up; the squared variation of work; how much older those who start are; variation of the
wait, as a share of an exponential one's; chance to wait; how much less than all who wait those who start differ; and
how much longer than those who go they waited."""

WORKING_ROWS = 17

JOINED, BEGAN, ENDED, GAVE_UP, TURNED, BROKEN, QUEUE_DAYS, WORK_DAYS, WAIT_DAYS, WAIT_SQUARES, AT_ONCE = range(11)
"""Rows of what a month tells of each member; the last: started without a wait."""

TOLD_ROWS = 11

_NOBODY = 2.0**-60
_FEW = 2.0**-30
_MOST = 0.9375

_ROOT_3 = 3.0**0.5


@borrowing
def _join(outside, st, to, group, number, days, squares):
    """People of a group come to a stage."""
    if to >= 0 and number > 0.0 and not outside[to]:
        row = OPEN + EACH_OPEN * group + 6
        st[row, to] += number
        st[row + 1, to] += days
        st[row + 2, to] += squares


@borrowing
def _route(ways, outside, st, m, group, number, days, squares):
    """People of a group whose work is done go on."""
    first, ends, chances = ways
    row = OPEN + EACH_OPEN * group + 6
    for e in range(first[m], first[m + 1]):
        to, chance = ends[e], chances[e]
        if to >= 0 and not outside[to]:
            st[row, to] += number * chance
            st[row + 1, to] += days * chance
            st[row + 2, to] += squares * chance


@borrowing
def _older(st, w, m, area, mean):
    """How much older than the average of a queue those are who start, than those who go, and their spread.

    The head of a queue in the order of coming is older than the average by √3 standard deviations, if people came
    evenly; where the wait is exponential with a chance p to wait at all, younger by a factor 1 − 1 ÷ p. Of an
    exponential wait the impatient take the longest part, of one that does not vary the shortest.
    """
    queue, begun = st[QUEUE, m], st[BEGUN, m]
    gone = st[GONE, m] + st[FULL, m]
    people = queue + w[USED, m]
    variance = 0.0
    if queue > _NOBODY:
        variance = max(st[LATE_2, m] / queue - (st[LATE_1, m] / queue) ** 2, 0.0)
    even, waits = w[EVEN, m], max(w[CHANCE, m], 1.0 - _MOST)
    shift = even * area / begun * (1.0 - 1.0 / waits) + (1.0 - even) * _ROOT_3 * math.sqrt(variance)
    stay = w[LEFT_Q, m] / people
    shift = max(shift * stay, -_MOST * mean)
    if shift > 0.0:
        shift = min(shift, _MOST * mean * w[LEFT_Q, m] / begun)
    share = begun / (begun + gone)
    longer = 0.0
    if gone > _FEW * begun:
        left = 1.0 - share
        kept = even * max(1.0 - left / waits, 0.0) / share + (1.0 - even) * min(-math.log(share) / left, 1.0 / left)
        longer = (kept - 1.0) * area / (begun + gone) - left * shift
        longer = min(max(longer, -_MOST * (mean + shift)), _MOST * mean * gone / begun)
    return shift, longer, (1.0 - even) * variance * stay * share


@borrowing
def _stage_wait(length, st, w, members, m):
    """Time in this queue; and how much older than the average those are who start."""
    queue, left, begun = st[QUEUE, m], w[LEFT_Q, m], st[BEGUN, m]
    people = queue + w[USED, m]
    if people <= _NOBODY:
        st[LATE_1, m], st[LATE_2, m] = 0.0, 0.0
        return
    before = st[LATE_1, m]
    area = 0.5 * (queue + left) * length
    mean = (before + area) / people
    shift, longer, agree = 0.0, 0.0, 0.0
    if begun > _NOBODY:
        shift, longer, agree = _older(st, w, m, area, mean)
    age = mean + shift + longer
    after = max(left * mean - begun * shift, 0.0)
    each = (st[LATE_2, m] + length * (before + after)) / people
    square = max(each + (age - mean) * (age + mean) - agree, age * age)
    members[WAIT_DAYS, m] += begun * age
    members[WAIT_SQUARES, m] += begun * square
    least = after * after / left if left > _NOBODY else 0.0
    st[LATE_1, m] = after
    st[LATE_2, m] = max(left * each - begun * (square - each), least)
    st[WAITED, m] = age
    w[SHIFT, m], w[LONGER, m], w[AGREE, m] = shift, longer, agree


@borrowing
def _empty(st, first, last, m):
    for row in range(first, last):
        st[row, m] = 0.0


@borrowing
def _start(parts, waits, group, k, contact, begun, days, squares):
    """Those of a group who start: a contact is told, and changes the group."""
    later = group
    if contact:
        waits[0, group, k, 0] += begun
        waits[0, group, k, 1] += days
        waits[0, group, k, 2] += squares
        later = group + 1
    if later < 2:
        parts[later, 0] += begun
        parts[later, 1] += days
        parts[later, 2] += squares


@borrowing
def _queue(length, st, w, m, group, number):
    """A group's queue in a step; gives who start, their days and squares, who go, and the mean and square of those."""
    row = OPEN + EACH_OPEN * group
    people = max(st[QUEUE, m] + w[USED, m], w[LEFT_Q, m] + st[BEGUN, m], _NOBODY)
    stay, start = w[LEFT_Q, m] / people, st[BEGUN, m] / people
    first = st[row + 1, m]
    mean = (first + st[row + 7, m] + 0.5 * length * (st[row, m] + number * stay)) / number
    shift = max(w[SHIFT, m], -_MOST * mean)
    if start > _NOBODY and shift > 0.0:
        shift = min(shift, _MOST * mean * stay / start)
    after = number * (stay * mean - start * shift)
    each = (st[row + 2, m] + st[row + 8, m] + length * (first + after)) / number
    begun, left = number * start, number * stay
    age = max(mean + shift + w[LONGER, m], 0.0)
    squares = begun * max(each + (age - mean) * (age + mean) - w[AGREE, m], age * age)
    st[row, m] = left
    st[row + 1, m] = after
    st[row + 2, m] = max(left * each - (squares - begun * each), after * after / left if left > _NOBODY else 0.0)
    out = number * max(1.0 - stay - start, 0.0)
    if out > _FEW * begun:
        mean = max(mean - begun * w[LONGER, m] / out, 0.0)
    return begun, begun * age, squares, out, mean, max(each, mean * mean)


@borrowing
def _work(length, st, stay, row, m, parts, group):
    """A group's work in a step; gives those who are done, with their days and squares."""
    number = st[row, m] + parts[group, 0]
    first = st[row + 1, m]
    days = first + parts[group, 1] + 0.5 * length * (st[row, m] + number * stay)
    after = days * stay
    squares = st[row + 2, m] + parts[group, 2] + length * (first + after)
    st[row, m] = number * stay
    st[row + 1, m] = after
    st[row + 2, m] = squares * stay
    return number * (1.0 - stay), days - after, squares * (1.0 - stay)


@borrowing
def journeys(length, classes, ways, gone_to, full_to, outside, contact, st, w, members, waits, parts):
    """One step of all ages of a unit, after its flows are known and before the state is moved on.

    `ways` are the routes; `st`, `members` and `waits` the unit's state and what is told of it.
    """
    for m in range(gone_to.size):
        w[SHIFT, m], w[LONGER, m], w[AGREE, m] = 0.0, 0.0, 0.0
        _stage_wait(length, st, w, members, m)
        gone, full = st[GONE, m], st[FULL, m]
        if outside[m]:
            _route(ways, outside, st, m, 0, st[DONE, m], 0.0, 0.0)
            _join(outside, st, gone_to[m], 0, gone, 0.0, 0.0)
            _join(outside, st, full_to[m], 0, full, 0.0, 0.0)
            continue
        part = gone / max(gone + full, _NOBODY)
        stay = w[LEFT_W, m] / max(st[WORK, m] + st[BEGUN, m], _NOBODY)
        parts[:, :] = 0.0
        for group in range(1, -1, -1):
            row = OPEN + EACH_OPEN * group
            number = st[row, m] + st[row + 6, m]
            if number > _NOBODY:
                begun, days, squares, out, mean, each = _queue(length, st, w, m, group, number)
                _start(parts, waits, group, m % classes, contact[m], begun, days, squares)
                _empty(st, row + 6, row + 9, m)
                went = out * part
                _join(outside, st, gone_to[m], group, went, went * mean, went * each)
                _join(outside, st, full_to[m], group, out - went, (out - went) * mean, (out - went) * each)
            else:
                _empty(st, row, row + 3, m)
                _empty(st, row + 6, row + 9, m)
        for group in range(2):
            row = OPEN + EACH_OPEN * group + 3
            if st[row, m] + parts[group, 0] > _NOBODY:
                done, days, squares = _work(length, st, stay, row, m, parts, group)
                _route(ways, outside, st, m, group, done, days, squares)
            else:
                _empty(st, row, row + 3, m)


@borrowing
def waiting_so_far(classes, st, waits):
    """Those without a contact, and those without a second one (both groups), at the end of a month."""
    for m in range(st.shape[1]):
        k = m % classes
        for group in range(2):
            for part in range(0, EACH_OPEN, 3):
                row = OPEN + EACH_OPEN * group + part
                for moment in range(3):
                    people = st[row + moment, m]
                    waits[1, 1, k, moment] += people
                    if group == 0:
                        waits[1, 0, k, moment] += people
