# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: the small steps that all rules of the pathway engine are made of."""

from __future__ import annotations

from mhwfmodel.demand._world import (
    cell_at,
    flow_at,
    number_at,
    person_at,
    pool_at,
    queue_at,
    row_at,
    served_at,
    stage_at,
)
from mhwfmodel.rng.compiling import compiled, inlined


@inlined
def cell_of(w, slot):
    """Number of a person's cell: their stage and class."""
    person = person_at(w.people, slot)
    return person.stage * w.classes + person.of_class


@inlined
def queue_of(w, slot):
    """The queue of a person's stage and rank."""
    return queue_at(w.queues, cell_at(w.cells, cell_of(w, slot)).queue)


@compiled
def _written(w, kind, slot, stage, to):
    if w.logged < w.log_rows:
        row = row_at(w.log, w.logged)
        row.time, row.kind, row.stage, row.to = w.now, kind, stage, to
        row.person = person_at(w.people, slot).serial if slot >= 0 else -1
        row.of_class = person_at(w.people, slot).of_class if slot >= 0 else -1
    w.logged += 1


@inlined
def note(w, kind, slot, stage, to):
    """Write a row of the log, where there is one; rows that find no room are counted."""
    if w.log_rows > 0:
        _written(w, kind, slot, stage, to)


@inlined
def touch(w, c):
    """Bring the areas of a cell up to now."""
    cell, flow = cell_at(w.cells, c), flow_at(w.flows, c)
    passed = w.now - cell.last
    flow.waiting_days += cell.waiting * passed
    flow.work_days += cell.working * passed
    cell.last = w.now


@inlined
def touch_pool(w, p):
    """Bring the areas of a pool up to now."""
    pool, served = pool_at(w.pools, p), served_at(w.served, p)
    passed = w.now - pool.last
    served.busy += (pool.busy + pool.overtime) * passed
    served.overtime += pool.overtime * passed
    pool.last = w.now


@inlined
def mark(w, s):
    """Somebody may be able to start at a stage."""
    stage = stage_at(w.stages, s)
    if stage.waiting > 0 and not stage.marked:
        stage.marked = 1
        number_at(w.marked, w.marks).is_ = s
        w.marks += 1


@compiled
def mark_near(w, s):
    """Somebody left the queue of a statutory stage: they may have held pools."""
    for at in range(stage_at(w.stages, s).first_near, stage_at(w.stages, s).end_near):
        mark(w, number_at(w.near, at).is_)


@inlined
def head_of(w, s):
    """Who is first at a stage, or −1."""
    stage = stage_at(w.stages, s)
    for q in range(stage.first_queue, stage.end_queue):
        if queue_at(w.queues, q).head >= 0:
            return queue_at(w.queues, q).head
    return -1


@inlined
def ahead(w, slot, other):
    """Whether one head comes before another."""
    rank, rank_other = queue_of(w, slot).rank, queue_of(w, other).rank
    if rank != rank_other:
        return rank < rank_other
    return person_at(w.people, slot).order < person_at(w.people, other).order


@compiled
def _back_in_line(w, slot):
    """Put a person before those who joined after them, of whom there are some."""
    queue, person = queue_of(w, slot), person_at(w.people, slot)
    after = queue.head
    while person_at(w.people, after).order < person.order:
        after = person_at(w.people, after).next
    before = person_at(w.people, after).before
    person.before, person.next = before, after
    person_at(w.people, after).before = slot
    if before >= 0:
        person_at(w.people, before).next = slot
    else:
        queue.head = slot


@inlined
def line_up(w, slot):
    """Put a person into the queue of their stage and rank at their place by joining: usually the last."""
    queue, person = queue_of(w, slot), person_at(w.people, slot)
    stage_at(w.stages, person.stage).waiting += 1
    last = queue.tail
    if last >= 0 and person_at(w.people, last).order > person.order:
        _back_in_line(w, slot)
        return
    person.before, person.next = last, -1
    queue.tail = slot
    if last >= 0:
        person_at(w.people, last).next = slot
    else:
        queue.head = slot


@inlined
def step_out(w, slot):
    """Take a person out of the queue."""
    queue, person = queue_of(w, slot), person_at(w.people, slot)
    stage_at(w.stages, person.stage).waiting -= 1
    if person.before >= 0:
        person_at(w.people, person.before).next = person.next
    else:
        queue.head = person.next
    if person.next >= 0:
        person_at(w.people, person.next).before = person.before
    else:
        queue.tail = person.before


@inlined
def into_work(w, slot):
    """Put a person at the end of those in work, where the stage is tracked."""
    person = person_at(w.people, slot)
    if stage_at(w.stages, person.stage).tracked:
        queue = queue_of(w, slot)
        person.before, person.next = queue.last_in, -1
        if queue.last_in >= 0:
            person_at(w.people, queue.last_in).next = slot
        else:
            queue.first_in = slot
        queue.last_in = slot


@inlined
def out_of_work(w, slot):
    """Take a person out of those in work."""
    person = person_at(w.people, slot)
    if stage_at(w.stages, person.stage).tracked:
        queue = queue_of(w, slot)
        if person.before >= 0:
            person_at(w.people, person.before).next = person.next
        else:
            queue.first_in = person.next
        if person.next >= 0:
            person_at(w.people, person.next).before = person.before
        else:
            queue.last_in = person.before
