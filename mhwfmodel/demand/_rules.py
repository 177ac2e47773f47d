# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: how people join a stage, start, are interrupted and leave, by `docs/background/pathway-rules.md`."""

from __future__ import annotations

import math

from mhwfmodel.demand._heap import cancel, instant_of, is_ahead, schedule
from mhwfmodel.demand._samplers import key_pair
from mhwfmodel.demand._steps import (
    ahead,
    cell_of,
    head_of,
    into_work,
    line_up,
    mark,
    mark_near,
    note,
    out_of_work,
    queue_of,
    step_out,
    touch,
    touch_pool,
)
from mhwfmodel.demand._tally import note_wait
from mhwfmodel.demand._world import (
    ENDLESS,
    GONE,
    IN_WORK,
    INTERRUPTED,
    LEFT,
    STARTED,
    STAY,
    WAITS,
    cell_at,
    count_at,
    flow_at,
    lasts,
    longer,
    need_at,
    number_at,
    person_at,
    pool_at,
    queue_at,
    stage_at,
)
from mhwfmodel.rng.compiling import compiled, inlined

_START_AGAIN, _MOST_VISITS = 2, 2**16 - 1


@inlined
def _not_told(w, slot):
    """A person may wait after this event who does not know how long they will."""
    person = person_at(w.people, slot)
    if not person.untold:
        person.untold = 1
        number_at(w.fresh, w.new).is_ = slot
        w.new += 1


@inlined
def join(w, slot, stage):
    """A person comes to a stage: they wait at the end of their rank."""
    person = person_at(w.people, slot)
    person.stage = stage
    person.visit += 1
    if person.visit > _MOST_VISITS:
        w.status = ENDLESS
    person.state, person.order = WAITS, w.joins
    w.joins += 1
    person.joined = person.since = w.now
    person.duration = person.patience = math.nan
    person.luck, person.luck_patience = key_pair(
        w.seed,
        w.replication,
        person.number,
        w.place,
        person.stream,
        person.visit,
        stage_at(w.stages, stage).number,
        STAY,
    )
    touch(w, cell_of(w, slot))
    cell_at(w.cells, cell_of(w, slot)).waiting += 1
    line_up(w, slot)
    _not_told(w, slot)
    mark(w, stage)


@inlined
def go_out(w, slot, way_out):
    """A person leaves the pathway; their slot is free."""
    person = person_at(w.people, slot)
    note(w, LEFT, slot, person.stage, way_out)
    count_at(w.left, way_out * w.classes + person.of_class).number += 1
    person.state, person.next = GONE, w.free
    w.free = slot
    w.present -= 1


@inlined
def leave_queue(w, slot):
    """A person waits no more."""
    person, c = person_at(w.people, slot), cell_of(w, slot)
    step_out(w, slot)
    touch(w, c)
    cell_at(w.cells, c).waiting -= 1
    cell_at(w.cells, c).waited += w.now - person.since
    if stage_at(w.stages, person.stage).statutory:
        mark_near(w, person.stage)


@inlined
def leave_work(w, slot):
    """A person is in work no more, and the servers with them are free again, or go home from overtime."""
    person, c = person_at(w.people, slot), cell_of(w, slot)
    stage = stage_at(w.stages, person.stage)
    out_of_work(w, slot)
    touch(w, c)
    cell_at(w.cells, c).working -= 1
    cell_at(w.cells, c).worked += w.now - person.since
    for at in range(stage.first_need, stage.end_need):
        need = need_at(w.needs, at)
        pool = pool_at(w.pools, need.pool)
        touch_pool(w, need.pool)
        if person.started < pool.crew:
            pool.overtime -= need.count
        else:
            pool.busy -= need.count
            for user in range(pool.first_user, pool.end_user):
                mark(w, number_at(w.users, user).is_)


@inlined
def in_hand(w, slot):
    """A person is in work from now on, with the servers that their stage needs."""
    person, c = person_at(w.people, slot), cell_of(w, slot)
    stage = stage_at(w.stages, person.stage)
    touch(w, c)
    cell_at(w.cells, c).working += 1
    person.state, person.since, person.started = IN_WORK, w.now, w.starts
    w.starts += 1
    for at in range(stage.first_need, stage.end_need):
        touch_pool(w, need_at(w.needs, at).pool)
        pool_at(w.pools, need_at(w.needs, at).pool).busy += need_at(w.needs, at).count
    into_work(w, slot)
    schedule(w, slot, w.now + person.rest)


@inlined
def first_start(w, slot):
    """The wait of a stay ends, and with it perhaps the wait for a contact."""
    person, c = person_at(w.people, slot), cell_of(w, slot)
    row = cell_at(w.cells, c).service
    person.duration = person.rest = lasts(w, row, person.luck) * longer(w, person.stage)
    note_wait(w, c, w.now - person.joined)
    if stage_at(w.stages, person.stage).contact:
        if person.contacts < 2:
            note_wait(w, w.cells_rows + person.contacts * w.classes + person.of_class, w.now - person.episode)
        person.contacts += 1


@inlined
def begin(w, slot):
    """Work with a head starts."""
    person = person_at(w.people, slot)
    leave_queue(w, slot)
    if person.patience == person.patience:
        person.patience = instant_of(w, slot) - w.now if is_ahead(w, slot) else math.inf
    flow_at(w.flows, cell_of(w, slot)).started += 1
    note(w, STARTED, slot, person.stage, -1)
    if person.duration != person.duration:
        first_start(w, slot)
    in_hand(w, slot)


@inlined
def interrupt(w, slot, again):
    """Somebody's work stops, to start again or to go on later; they wait at their old place."""
    person, c = person_at(w.people, slot), cell_of(w, slot)
    flow_at(w.flows, cell_of(w, slot)).interrupted += 1
    note(w, INTERRUPTED, slot, person.stage, -1)
    person.rest = person.duration if again else instant_of(w, slot) - w.now
    cancel(w, slot)
    leave_work(w, slot)
    cell_at(w.cells, c).waiting += 1
    person.state, person.since = WAITS, w.now
    line_up(w, slot)
    if person.patience < math.inf:
        schedule(w, slot, w.now + person.patience)
    _not_told(w, slot)
    mark(w, person.stage)


@inlined
def last_started(w, p):
    """Whom a more urgent person may interrupt: of those with whom a pool is, greatest rank, then last start; or −1."""
    pool = pool_at(w.pools, p)
    found = found_rank = -1
    for user in range(pool.first_user, pool.end_user):
        stage = stage_at(w.stages, number_at(w.users, user).is_)
        for back in range(stage.end_queue - stage.first_queue):
            queue = queue_at(w.queues, stage.end_queue - 1 - back)
            slot = queue.last_in
            if slot < 0 or person_at(w.people, slot).started < pool.crew:
                continue
            later = found >= 0 and person_at(w.people, slot).started > person_at(w.people, found).started
            if found < 0 or queue.rank > found_rank or (queue.rank == found_rank and later):
                found, found_rank = slot, queue.rank
            break
    return found


@inlined
def held(w, slot):
    """Whether the head of a statutory stage who comes before this head, and cannot start, holds a pool of theirs."""
    stage = stage_at(w.stages, person_at(w.people, slot).stage)
    for at in range(stage.first_rival, stage.end_rival):
        other = head_of(w, number_at(w.near, at).is_)
        if other >= 0 and ahead(w, other, slot):
            return True
    return False


@inlined
def who_stops(w, slot):
    """Whether a head can start: −1 yes, −2 no, otherwise whose work it stops."""
    stage = stage_at(w.stages, person_at(w.people, slot).stage)
    for at in range(stage.first_need, stage.end_need):
        need = need_at(w.needs, at)
        pool = pool_at(w.pools, need.pool)
        free = pool.on_duty - pool.busy
        if free >= need.count:
            continue
        if pool.preemption == 0 or free < 0 or held(w, slot):
            return -2
        other = last_started(w, need.pool)
        if other < 0:
            return -2
        rank = queue_of(w, slot).rank
        return other if queue_of(w, other).rank > rank else -2
    return -2 if held(w, slot) else -1


@inlined
def first_head(w):
    """The first head who can start and whose work they stop (−1: nobody's); heads of stages that are marked."""
    found = stops = -1
    for at in range(w.marks):
        head = head_of(w, number_at(w.marked, at).is_)
        if head < 0 or (found >= 0 and ahead(w, found, head)):
            continue
        other = who_stops(w, head)
        if other > -2:
            found, stops = head, other
    return found, stops


@inlined
def start_all(w):
    """Everyone who can start does."""
    while w.marks > 0:
        head, other = first_head(w)
        if head < 0:
            break
        if other >= 0:
            pool = pool_at(
                w.pools, need_at(w.needs, stage_at(w.stages, person_at(w.people, other).stage).first_need).pool
            )
            interrupt(w, other, pool.preemption == _START_AGAIN)
        begin(w, head)
    for at in range(w.marks):
        stage_at(w.stages, number_at(w.marked, at).is_).marked = 0
    w.marks = 0


@inlined
def without_room(w, slot, stage_number):
    """Who finds no room after somebody joined a stage: −1 is nobody."""
    stage, person = stage_at(w.stages, stage_number), person_at(w.people, slot)
    if stage.room < 0 or stage.waiting <= stage.room or person.state != WAITS or person.stage != stage_number:
        return -1
    if not stage.displaces:
        return slot
    for back in range(stage.end_queue - stage.first_queue):
        queue = queue_at(w.queues, stage.end_queue - 1 - back)
        if queue.tail >= 0:
            return queue.tail
    return slot


@inlined
def draw_patience(w):
    """Those who joined or were interrupted, and wait, are told how long they will."""
    for at in range(w.new):
        slot = number_at(w.fresh, at).is_
        person = person_at(w.people, slot)
        person.untold = 0
        if person.state == WAITS and person.patience != person.patience:
            row = cell_at(w.cells, cell_of(w, slot)).patience
            person.patience = lasts(w, row, person.luck_patience)
            if person.patience < math.inf:
                schedule(w, slot, w.now + person.patience)
    w.new = 0


@compiled
def could_start(w):
    """Number of stages where somebody waits who could start."""
    found = 0
    for s in range(w.stages_rows):
        head = head_of(w, s)
        if head >= 0 and who_stops(w, head) > -2:
            found += 1
    return found
