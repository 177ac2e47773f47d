# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: waits counted in bins, and the picture at the end of a month; `waits` says what is made of the bins."""

from __future__ import annotations

import math

import numpy as np

from mhwfmodel.demand._steps import touch, touch_pool
from mhwfmodel.demand._world import (
    COUNT,
    FLOW,
    GONE,
    SERVED,
    WAITED,
    WAITS,
    cell_at,
    edge_at,
    flow_at,
    number_at,
    person_at,
    stage_at,
    waited_at,
)
from mhwfmodel.rng.compiling import compiled, inlined

_WITHIN, _BEYOND = 28.0, 548.0
"""Four weeks and 18 months [days], as in `waits`."""

_MEDIAN, _P90 = 0.5, 0.9

_DOUBLING = 16
"""Bins from one edge to twice as much."""

_MANTISSA, _PARTS = 52, 6
"""Bits of a number's fraction, and how many of them show in which of 64 parts of a doubling it lies."""

_BEFORE = np.array([int(_DOUBLING * math.log2(1.0 + part / 2.0**_PARTS)) for part in range(2**_PARTS)])
"""Edges of a doubling below each of its parts."""

_SHORTEST_EXPONENT = 1023 - 14
"""Exponent, as it is stored, of the first edge above 0, five seconds."""

_FLOWS, _COUNTS, _SERVED, _WAITS = FLOW.itemsize, COUNT.itemsize, SERVED.itemsize, WAITED.itemsize


@inlined
def _edge(w, at):
    return edge_at(w.wait_edges, at).is_


@inlined
def _bin_of(w, wait):
    """The bin of a wait: told by the bits of the number, and then put right by its edges."""
    if wait < _edge(w, 1):
        return 0
    last = w.wait_edges_rows - 1
    parts = np.float64(wait).view(np.int64) >> (_MANTISSA - _PARTS)
    found = ((parts >> _PARTS) - _SHORTEST_EXPONENT) * _DOUBLING + _BEFORE[parts & (2**_PARTS - 1)] + 1
    found = min(found, last)
    while found < last and _edge(w, found + 1) <= wait:
        found += 1
    while _edge(w, found) > wait:
        found -= 1
    return found


@inlined
def note_wait(w, group, wait):
    """Count a wait of this month."""
    waited = waited_at(w.waits, group)
    number_at(w.bins, group * w.wait_edges_rows + _bin_of(w, wait)).is_ += 1
    waited.number += 1
    waited.days += wait
    waited.within += wait <= _WITHIN
    waited.beyond += wait > _BEYOND


@compiled
def _quantile(w, first, number, share):
    """The wait that a share of a group waits at most; see `waits.quantile`."""
    wanted, upto, at = share * number, 0, 0
    inside = number_at(w.bins, first).is_
    while upto + inside < wanted:
        upto += inside
        at += 1
        inside = number_at(w.bins, first + at).is_
    width = _edge(w, at + 1) - _edge(w, at) if at + 1 < w.wait_edges_rows else 0.0
    return _edge(w, at) + (wanted - upto) / max(inside, 1) * width


@compiled
def _close_waits(w):
    """Turn the bins of the month into figures, and empty them."""
    for group in range(w.waits_rows):
        waited, first = waited_at(w.waits, group), group * w.wait_edges_rows
        waited.median = waited.p90 = math.nan
        if waited.number > 0:
            waited.median = _quantile(w, first, waited.number, _MEDIAN)
            waited.p90 = _quantile(w, first, waited.number, _P90)
            for at in range(first, first + w.wait_edges_rows):
                number_at(w.bins, at).is_ = 0


@compiled
def _waits_so_far(w):
    """Count the waits of those who are on the pathway and have not had both contacts."""
    group = w.cells_rows + 2 * w.classes
    for slot in range(w.used):
        person = person_at(w.people, slot)
        if person.state != GONE and not stage_at(w.stages, person.stage).outside:
            for contact in range(person.contacts, 2):
                note_wait(w, group + contact * w.classes + person.of_class, w.now - person.episode)


@compiled
def close_month(w):
    """Write the figures of the month that ends now, and begin those of the next."""
    _waits_so_far(w)
    _close_waits(w)
    for c in range(w.cells_rows):
        touch(w, c)
        flow_at(w.flows, c).waiting, flow_at(w.flows, c).in_work = (
            cell_at(w.cells, c).waiting,
            cell_at(w.cells, c).working,
        )
    for p in range(w.pools_rows):
        touch_pool(w, p)
    w.month += 1
    w.flows += w.cells_rows * _FLOWS
    w.arrived += w.arrived_rows * _COUNTS
    w.left += w.left_rows * _COUNTS
    w.served += w.served_rows * _SERVED
    w.waits += w.waits_rows * _WAITS


@compiled
def close_run(w):
    """Count the time, person by person, of those who are still here."""
    for slot in range(w.used):
        person = person_at(w.people, slot)
        if person.state != GONE:
            cell = cell_at(w.cells, person.stage * w.classes + person.of_class)
            if person.state == WAITS:
                cell.waited += w.now - person.since
            else:
                cell.worked += w.now - person.since
