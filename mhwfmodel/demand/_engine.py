# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: one replication of a pathway, event by event; `engine` makes what it works on and reads what it leaves."""

from __future__ import annotations

import math

from mhwfmodel.demand._heap import cancel, nothing_ahead, schedule
from mhwfmodel.demand._rules import (
    could_start,
    draw_patience,
    go_out,
    in_hand,
    interrupt,
    join,
    last_started,
    leave_queue,
    leave_work,
    start_all,
    without_room,
)
from mhwfmodel.demand._samplers import key_pair, key_uniform
from mhwfmodel.demand._steps import cell_of, mark, note, touch_pool
from mhwfmodel.demand._tally import close_month, close_run
from mhwfmodel.demand._world import (
    ARRIVED,
    CROWDED,
    ENDED,
    FINE,
    GAP,
    GAVE_UP,
    IN_WORK,
    JOINED,
    MANY_ROUTES,
    ROUTE,
    SHIFT,
    TURNED_AWAY,
    boundary_at,
    cell_at,
    class_of,
    comes,
    count_at,
    edge_at,
    event_at,
    flow_at,
    given_at,
    number_at,
    person_at,
    pool_at,
    present_at,
    stage_at,
    stream_at,
    way_of,
)
from mhwfmodel.rng.compiling import compiled, inlined

_OVERTIME, _HAND_OVER, _START_AGAIN = 1, 2, 3
"""Numbers of `network.ShiftEnd`."""


@inlined
def _new_person(w, of_class, stream, number):
    """A slot for somebody who comes in now; −1 where there is none."""
    slot = w.free
    if slot >= 0:
        w.free = person_at(w.people, slot).next
    elif w.used < w.people_rows:
        slot = w.used
        w.used += 1
    else:
        w.status = CROWDED
        return slot
    person = person_at(w.people, slot)
    person.serial, person.of_class, person.stream, person.number = w.serial, of_class, stream, number
    person.visit = person.contacts = person.untold = 0
    person.episode = w.now
    nothing_ahead(w, slot)
    w.serial += 1
    w.present += 1
    w.most = max(w.most, w.present)
    return slot


@inlined
def _settle(w, mover, to):
    """Somebody (or nobody, −1) goes to a destination; everyone who can start does; then rooms are looked at."""
    while True:
        if mover >= 0:
            person = person_at(w.people, mover)
            if stage_at(w.stages, person.stage).outside:
                person.episode, person.contacts = w.now, 0
            if to >= 0:
                join(w, mover, to)
                flow_at(w.flows, cell_of(w, mover)).joined += 1
                note(w, JOINED, mover, to, -1)
            else:
                go_out(w, mover, -1 - to)
        start_all(w)
        if mover < 0 or to < 0 or w.status != FINE:
            break
        other = without_room(w, mover, to)
        if other < 0:
            break
        flow_at(w.flows, cell_of(w, other)).turned_away += 1
        note(w, TURNED_AWAY, other, to, -1)
        cancel(w, other)
        leave_queue(w, other)
        mover, to = other, stage_at(w.stages, to).full_to
    draw_patience(w)


@inlined
def _next_in_stream(w, s):
    """When the next person of a stream comes."""
    stream = stream_at(w.streams, s)
    u, stream.luck_class = key_pair(w.seed, w.replication, stream.count, w.place, stream.number, 0, 0, GAP)
    if stream.first < stream.last:
        stream.next, stream.segment = comes(w, stream, u)
    else:
        at = stream.given + stream.count
        stream.next = given_at(w.given, at).time if at < stream.end_given else math.inf


@inlined
def _next_stream(w):
    """Find the stream whose next person comes first."""
    w.arrival, w.stream = math.inf, -1
    for s in range(w.streams_rows):
        if stream_at(w.streams, s).next < w.arrival:
            w.arrival, w.stream = stream_at(w.streams, s).next, s


@inlined
def _arrive(w):
    """A person comes from outside; their slot and stage."""
    s = w.stream
    stream = stream_at(w.streams, s)
    of_class = stream.only_class
    if stream.given < stream.end_given:
        given = given_at(w.given, stream.given + stream.count).of_class
        of_class = given if given >= 0 else of_class
    if of_class < 0:
        of_class = class_of(w, s, stream.luck_class)
    slot = _new_person(w, of_class, stream.number, stream.count)
    if slot >= 0:
        person_at(w.people, slot).stage = stream.stage
        count_at(w.arrived, s * w.classes + of_class).number += 1
        note(w, ARRIVED, slot, stream.stage, s)
        stream.count += 1
        _next_in_stream(w, s)
        _next_stream(w)
    return slot, stream.stage


@inlined
def _go_on(w, slot):
    """The event ahead of a person happens: where they go."""
    person, c = person_at(w.people, slot), cell_of(w, slot)
    cancel(w, slot)
    if person.state != IN_WORK:
        flow_at(w.flows, cell_of(w, slot)).gave_up += 1
        note(w, GAVE_UP, slot, person.stage, -1)
        leave_queue(w, slot)
        return cell_at(w.cells, c).impatient_to
    flow_at(w.flows, cell_of(w, slot)).ended += 1
    note(w, ENDED, slot, person.stage, -1)
    leave_work(w, slot)
    if cell_at(w.cells, c).only_to != MANY_ROUTES:
        return cell_at(w.cells, c).only_to
    number = stage_at(w.stages, person.stage).number
    u = key_uniform(w.seed, w.replication, person.number, w.place, person.stream, person.visit, number, ROUTE, 0)
    return way_of(w, person.stage, person.of_class, u)


@inlined
def _next_boundary(w):
    """Find the pool whose next boundary comes first."""
    w.boundary, w.pool = math.inf, -1
    for p in range(w.pools_rows):
        at = pool_at(w.pools, p).boundary
        if at < pool_at(w.pools, p).end_boundary and boundary_at(w.boundaries, at).time < w.boundary:
            w.boundary, w.pool = boundary_at(w.boundaries, at).time, p


@compiled
def _shift(w):
    """The number on duty in a pool changes."""
    p = w.pool
    pool = pool_at(w.pools, p)
    touch_pool(w, p)
    pool.on_duty = boundary_at(w.boundaries, pool.boundary).on_duty
    pool.boundary += 1
    note(w, SHIFT, -1, p, pool.on_duty)
    if pool.at_shift_end == _OVERTIME:
        pool.overtime += pool.busy
        pool.busy = 0
        pool.crew = w.starts
    elif pool.at_shift_end >= _HAND_OVER:
        while pool.busy > pool.on_duty:
            interrupt(w, last_started(w, p), pool.at_shift_end == _START_AGAIN)
    for user in range(pool.first_user, pool.end_user):
        mark(w, number_at(w.users, user).is_)
    _next_boundary(w)


@compiled
def _open(w):
    """Time 0: the first shifts, those who are present, and whoever can start."""
    for p in range(w.pools_rows):
        pool = pool_at(w.pools, p)
        while pool.boundary < pool.end_boundary and boundary_at(w.boundaries, pool.boundary).time <= 0.0:
            pool.on_duty = boundary_at(w.boundaries, pool.boundary).on_duty
            pool.boundary += 1
    _next_boundary(w)
    for s in range(w.streams_rows):
        _next_in_stream(w, s)
    _next_stream(w)
    for one in range(w.opening_rows):
        here = present_at(w.opening, one)
        slot = _new_person(w, here.of_class, 0, one)
        if slot < 0:
            return
        join(w, slot, here.stage)
        person = person_at(w.people, slot)
        person.joined, person.episode = w.now - here.waited, w.now - here.age
        person.contacts = here.contacts
        if here.left >= 0.0:
            leave_queue(w, slot)
            person.duration = person.rest = here.left
            in_hand(w, slot)
        elif here.patience >= 0.0:
            person.patience = here.patience
            if person.patience < math.inf:
                schedule(w, slot, w.now + person.patience)
    _settle(w, -1, -1)


@compiled
def replicate(world):
    """Run a replication from its first instant to the last, or until its `status` says why it cannot."""
    w = world[0]
    _open(w)
    while w.status == FINE:
        ahead = event_at(w.heap, 0).time if w.ahead > 0 else math.inf
        instant = min(ahead, w.boundary, w.arrival)
        while instant >= edge_at(w.month_edges, w.month + 1).is_:
            w.now = edge_at(w.month_edges, w.month + 1).is_
            w.idle += could_start(w)
            close_month(w)
            if w.month == w.month_edges_rows - 1:
                close_run(w)
                return
        w.now = instant
        mover, to = -1, -1
        if ahead <= instant:
            mover = event_at(w.heap, 0).slot
            to = _go_on(w, mover)
        elif w.boundary <= instant:
            _shift(w)
        else:
            mover, to = _arrive(w)
            if mover < 0:
                return
        _settle(w, mover, to)
