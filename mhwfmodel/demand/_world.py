# ruff: noqa: ANN001, ANN003, ANN202
# mypy: ignore-errors
"""Compiled: what a replication of the pathway engine works on, and the small steps that all its rules are made of.

Everything is rows of records: people, queues, pools. Whoever is present has a slot, which somebody else is given after
they leave. A person either waits in a queue (all of one stage and one rank, in the order of joining) or is in work;
each has at most one event ahead, which stands in the heap.
"""

from __future__ import annotations

import numpy as np
from numba import carray

from mhwfmodel.demand._memory import pointer, rows_of
from mhwfmodel.demand._samplers import duration, exponential, next_arrival, which_class, which_route
from mhwfmodel.rng.compiling import inlined

GONE, WAITS, IN_WORK = range(3)
"""States of a slot."""

ARRIVED, JOINED, STARTED, ENDED, GAVE_UP, TURNED_AWAY, INTERRUPTED, LEFT, SHIFT = range(9)
"""Numbers of `outcome.Happening`."""

GAP, STAY, ROUTE = 32, 33, 34
"""Numbers of `rng.Purpose`."""

FINE, CROWDED, ENDLESS = range(3)
"""How a replication ended: well; with more people than slots; with somebody who went round without end."""

MANY_ROUTES = -(2**31)
"""Stands for a destination where a route is drawn."""


def _record(**fields):
    """Fields of a record by the code of their type."""
    return np.dtype([(name, kind) for kind, names in fields.items() for name in names.split()], align=True)


PERSON = _record(
    f8="since joined episode luck luck_patience duration rest patience",
    i8="serial order started",
    i4="number stream visit stage of_class state next before contacts untold",
)
"""`since`: in the queue or in work; `luck`: uniforms of this stay; `duration`: of the work, NaN before the first start;
`rest`: of it at the next start; `patience`: what is left, NaN: not drawn."""

EVENT = _record(f8="time", i8="slot")
STAGE = _record(
    i8="room waiting",
    i4="number full_to first_queue end_queue first_need end_need first_near end_near first_rival end_rival",
    i1="statutory contact outside displaces tracked marked",
)
"""`near`: stages that share a pool with a statutory one; `rival`: statutory stages that share a pool with this one."""

QUEUE = _record(i4="stage rank head tail first_in last_in")
"""Those who wait, by the order of joining, and, in tracked stages, those in work, by the order of starting."""

CELL = _record(f8="last waited worked", i8="waiting working", i4="stage queue service patience impatient_to only_to")
"""A stage and class."""

POOL = _record(
    f8="last",
    i8="on_duty busy overtime crew boundary end_boundary",
    i4="first_user end_user",
    i1="preemption at_shift_end",
)
"""`crew`: who started before this number of starts is in overtime."""

STREAM = _record(f8="next luck_class", i8="first last segment given end_given count", i4="number stage only_class")
NEED = _record(i8="count", i4="pool")
NUMBER = _record(i4="is_")
EDGE = _record(f8="is_")
BOUNDARY = _record(f8="time", i8="on_duty")
GIVEN = _record(f8="time", i4="of_class")
FLOW = _record(i8="joined started ended gave_up turned_away interrupted waiting in_work", f8="waiting_days work_days")
COUNT = _record(i8="number")
SERVED = _record(f8="busy overtime")
WAITED = _record(i8="number within beyond", f8="days median p90")
PRESENT = _record(f8="age waited left patience", i4="stage of_class contacts")
ROW = _record(f8="time", i8="person to", i4="stage of_class", u1="kind")

TABLES = {
    "people": PERSON, "heap": EVENT, "stages": STAGE, "queues": QUEUE, "cells": CELL, "pools": POOL,
    "streams": STREAM, "needs": NEED, "places": NUMBER, "fresh": NUMBER, "marked": NUMBER, "near": NUMBER,
    "users": NUMBER, "bins": NUMBER, "month_edges": EDGE, "wait_edges": EDGE, "boundaries": BOUNDARY, "given": GIVEN,
    "flows": FLOW, "arrived": COUNT, "left": COUNT, "served": SERVED, "waits": WAITED, "opening": PRESENT, "log": ROW,
}  # fmt: skip
"""Tables that a world holds the address of, `<name>`, and the number of rows, `<name>_rows`.

`places`: of each person's event in the heap, or −1; `fresh`: who joined or was interrupted in this event; `marked`:
stages where somebody may be able to start; `flows` by cell, `arrived` by stream and class, `left` by exit and class,
`served` by pool, `waits` by group: of this month. `bins`: waits of this month by group and bin. Groups are the cells,
then by definition, contact and class.
"""

ARRAYS = {
    "kind": np.int8, "a": np.float64, "b": np.float64, "start": np.int64, "value": np.float64, "upto": np.float64,
    "stream_time": np.float64, "rate": np.float64, "class_upto": np.float64,
    "route_upto": np.float64, "route_to": np.int32, "longer": np.float64,
}  # fmt: skip
"""Arrays as they stand in the network, of which the samplers read; likewise.

`longer`: factor on the time that work takes, dims (month, stage). It, `class_upto` and `route_upto` have one month,
which stands for all, or every month where the world is `monthly`.
"""

WORLD = _record(
    f8="now boundary arrival",
    i8="seed replication place classes routes monthly month ahead free used present most joins starts serial "
    "new marks logged pool stream status idle " + " ".join(f"{name} {name}_rows" for name in (*TABLES, *ARRAYS)),
)
"""A replication: `boundary` and `arrival` are the next, of `pool` and `stream`; free slots are a list from `free`."""

person_at, event_at, stage_at, queue_at, cell_at = map(rows_of, (PERSON, EVENT, STAGE, QUEUE, CELL))
pool_at, stream_at, need_at, number_at, edge_at = map(rows_of, (POOL, STREAM, NEED, NUMBER, EDGE))
boundary_at, given_at, flow_at, count_at, served_at = map(rows_of, (BOUNDARY, GIVEN, FLOW, COUNT, SERVED))
waited_at, present_at, row_at = map(rows_of, (WAITED, PRESENT, ROW))


@inlined
def lasts(w, row, u):
    """The duration that a row of the laws gives for a uniform."""
    rows, values = w.kind_rows, w.value_rows
    return duration(
        carray(pointer(w.kind), (rows,), np.int8),
        carray(pointer(w.a), (rows,), np.float64),
        carray(pointer(w.b), (rows,), np.float64),
        carray(pointer(w.start), (rows + 1,), np.int64),
        carray(pointer(w.value), (values,), np.float64),
        carray(pointer(w.upto), (values,), np.float64),
        row,
        u,
    )


@inlined
def longer(w, stage):
    """Factor on the time that work takes which starts now."""
    return edge_at(w.longer, w.month * w.monthly * w.stages_rows + stage).is_


@inlined
def comes(w, stream, u):
    """The next instant of a stream with a rate, and its segment."""
    return next_arrival(
        carray(pointer(w.stream_time), (w.rate_rows,), np.float64),
        carray(pointer(w.rate), (w.rate_rows,), np.float64),
        stream.first,
        stream.last,
        stream.segment,
        stream.next,
        exponential(u),
    )


@inlined
def class_of(w, s, u):
    """The class that somebody of a stream is of."""
    row = w.month * w.monthly * w.streams_rows + s
    return which_class(carray(pointer(w.class_upto), (row + 1, w.classes), np.float64), row, u)


@inlined
def way_of(w, stage, of_class, u):
    """The destination of a route."""
    dims = (w.stages_rows, w.classes, w.routes)
    row = w.month * w.monthly * w.stages_rows + stage
    way = which_route(carray(pointer(w.route_upto), (row + 1, w.classes, w.routes), np.float64), row, of_class, u)
    return carray(pointer(w.route_to), dims, np.int32)[stage, of_class, way]
