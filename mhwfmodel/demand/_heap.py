# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: the events ahead, one for each person at most, in a heap that knows where each person's is.

Each event has up to `_BRANCHES` below it: they lie side by side, and the way down is short.
"""

from __future__ import annotations

from mhwfmodel.demand._world import IN_WORK, event_at, number_at, person_at
from mhwfmodel.rng.compiling import compiled, inlined

_BRANCHES = 4
_NOWHERE = -1


@compiled
def _goes_first(w, slot, slot_other):
    """Whether one event comes before another at the same instant: the end of work first, then by serial number."""
    one, other = person_at(w.people, slot), person_at(w.people, slot_other)
    if one.state != other.state:
        return one.state == IN_WORK
    return one.serial < other.serial


@inlined
def _sooner(w, time, slot, event):
    """Whether one event comes before another."""
    return time < event.time or (time == event.time and _goes_first(w, slot, event.slot))


@inlined
def _placed(w, at, time, slot):
    event = event_at(w.heap, at)
    event.time, event.slot = time, slot
    number_at(w.places, slot).is_ = at


@inlined
def _rise(w, at, time, slot):
    """The place of an event that may have to go up from `at`; those above it come down."""
    while at > 0:
        above = (at - 1) // _BRANCHES
        event = event_at(w.heap, above)
        if not _sooner(w, time, slot, event):
            break
        _placed(w, at, event.time, event.slot)
        at = above
    return at


@compiled
def _search_below(w, below):
    """Which of the events from `below` on, that lie below one another event, comes first."""
    first = below
    for other in range(below + 1, min(below + _BRANCHES, w.ahead)):
        event = event_at(w.heap, first)
        if not _sooner(w, event.time, event.slot, event_at(w.heap, other)):
            first = other
    return first


@inlined
def _first_below(w, below):
    """The same; where there are four and one alone is the least, it is found without a branch nobody can foretell."""
    if below + _BRANCHES > w.ahead:
        return _search_below(w, below)
    one, two = event_at(w.heap, below).time, event_at(w.heap, below + 1).time
    three, four = event_at(w.heap, below + 2).time, event_at(w.heap, below + 3).time
    least = min(one, two, three, four)
    is_two, is_three, is_four = int(two == least), int(three == least), int(four == least)
    if int(one == least) + is_two + is_three + is_four > 1:
        return _search_below(w, below)
    return below + is_two + 2 * is_three + 3 * is_four


@inlined
def _sink(w, at, time, slot):
    """The place of an event that may have to go down from `at`; those below it come up."""
    while _BRANCHES * at + 1 < w.ahead:
        first = _first_below(w, _BRANCHES * at + 1)
        event = event_at(w.heap, first)
        if _sooner(w, time, slot, event):
            break
        _placed(w, at, event.time, event.slot)
        at = first
    return at


@inlined
def is_ahead(w, slot):
    """Whether a person has an event ahead."""
    return number_at(w.places, slot).is_ >= 0


@inlined
def instant_of(w, slot):
    """When the event ahead of a person is."""
    return event_at(w.heap, number_at(w.places, slot).is_).time


@inlined
def nothing_ahead(w, slot):
    """A person who comes in has no event ahead."""
    number_at(w.places, slot).is_ = _NOWHERE


@inlined
def schedule(w, slot, time):
    """Set the event ahead of a person, instead of the one that they may have."""
    at = number_at(w.places, slot).is_
    if at < 0:
        at = w.ahead
        w.ahead += 1
    elif time > event_at(w.heap, at).time:
        at = _sink(w, at, time, slot)
    at = _rise(w, at, time, slot)
    _placed(w, at, time, slot)


@inlined
def cancel(w, slot):
    """Take away the event ahead of a person, if there is one."""
    at = number_at(w.places, slot).is_
    if at >= 0:
        number_at(w.places, slot).is_ = _NOWHERE
        w.ahead -= 1
        if at < w.ahead:
            time, moved = event_at(w.heap, w.ahead).time, event_at(w.heap, w.ahead).slot
            at = _sink(w, at, time, moved)
            at = _rise(w, at, time, moved)
            _placed(w, at, time, moved)
