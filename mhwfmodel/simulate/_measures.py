# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled measures of a month, cell by cell, summed to places.

To add a measure, name it in `MEASURED`, and write it in the function that knows what it is made of.
"""

from __future__ import annotations

import numpy as np

from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS
from mhwfmodel.rng.compiling import borrowing, compiled
from mhwfmodel.supply.states import CONVEYOR, TENURES

MEASURED = (
    "filled", "filled_fte", "establishment", "vacancies", "starters", "leavers",
    "specialist_filled", "specialist_establishment", "specialist_vacancies", "specialist_leavers",
    "specialist_starters",
    "starters_other_employers", "starters_newly_qualified", "starters_abroad", "starters_returners",
    "starters_outside",
    "unplaced", "under_1_year", "aged_55_plus", "retirements", "moved_in", "moved_out", "effective_fte", "hours",
    "agency_fte", "trained",
    "amhp_approved", "amhp_practising", "amhp_trainees", "amhp_fte", "amhp_need_fte", "amhp_gap_fte",
)  # fmt: skip
"""Names of the measures in their order, which is that of the catalogue's variables without the rates."""

(
    FILLED, FTE, POSTS, VACANCIES, STARTERS, LEAVERS,
    SPECIALIST_FILLED, SPECIALIST_POSTS, SPECIALIST_VACANCIES, SPECIALIST_LEAVERS,
    SPECIALIST_STARTERS,
    SOURCES, _, _, _,
    _,
    UNPLACED, UNDER_1, OLD, RETIREMENTS, MOVED_IN, MOVED_OUT, EFFECTIVE, HOURS,
    AGENCY, TRAINED,
    APPROVED, PRACTISING, TRAINEES, ROTA, NEED, GAP,
) = range(len(MEASURED))  # fmt: skip
OF_FLOWS = (
    STARTERS, LEAVERS, SPECIALIST_LEAVERS, SPECIALIST_STARTERS, *range(SOURCES, UNPLACED + 1), RETIREMENTS, MOVED_IN,
    MOVED_OUT,
)  # fmt: skip
"""Measures of what happened in a month, which an opening stock does not have."""

_BANDS = len(EXPERIENCE_BANDS)
_AGES = len(AGE_BANDS)
_OLDEST = _BANDS
_ON_TRACKS = _BANDS + 1


@borrowing
def _plain(people, counts):
    """Count the people of a cell who are on no track: by band of experience, and those of the oldest age."""
    for age in range(_AGES):
        begin = age * TENURES
        young = people[begin]
        for tenure in range(1, CONVEYOR):
            young += people[begin + tenure]
        of_age = young
        counts[0] += young
        for band in range(1, _BANDS):
            there = people[begin + CONVEYOR - 1 + band]
            of_age += there
            counts[band] += there
        if age == _AGES - 1:
            counts[_OLDEST] += of_age


@borrowing
def _on_track(people, counted, at, counts):
    """Count the people of nodes of one track, `counted[which, node]` saying as what; most nodes hold nobody."""
    total = people[0]
    for node in range(1, people.size):
        total += people[node]
    if total == 0:
        return
    counts[at] += total
    for which in range(_ON_TRACKS):
        there = people[0] * 0
        for node in range(people.size):
            there += people[node] * counted[which, node]
        counts[which] += there


@borrowing
def tally(stock, layout, counts):
    """Count the people of a draw: `counts[cell]` by band of experience, of the oldest age, and on each track."""
    first, run, begin, end = layout.first, layout.run, layout.begin, layout.end
    track, order, counted = layout.track, layout.order, layout.counted
    for cell in range(first.size):
        counts[cell, :] = 0.0
        _plain(stock[first[cell] : first[cell] + _AGES * TENURES], counts[cell])
        for at in range(run[cell], run[cell + 1]):
            _on_track(stock[begin[at] : end[at]], counted[order[at]], _ON_TRACKS + track[at], counts[cell])


@borrowing
def _sum(values, row, some, total):
    """Sum some of several arrays (which, draw, cell) of a draw."""
    total[:] = 0.0
    for which in range(values.shape[0]):
        if some[which]:
            for cell in range(total.size):
                total[cell] += values[which, row, cell]


@borrowing
def _posts(filled, posts, leavers, starters, special, values, cell):
    """Posts and who came and went, over all posts and over the specialist ones."""
    vacancies = max(posts - filled, 0)
    values[cell, FILLED] = filled
    values[cell, POSTS] = posts
    values[cell, VACANCIES] = vacancies
    values[cell, LEAVERS] = leavers
    values[cell, STARTERS] = starters
    values[cell, SPECIALIST_FILLED] = filled if special else 0.0
    values[cell, SPECIALIST_POSTS] = posts if special else 0.0
    values[cell, SPECIALIST_VACANCIES] = vacancies if special else 0.0
    values[cell, SPECIALIST_LEAVERS] = leavers if special else 0.0
    values[cell, SPECIALIST_STARTERS] = starters if special else 0.0


@compiled
def _happened(row, month, layout, values):
    """Write the measures of posts and flows of each cell of a draw."""
    filled, posts, flows, starters = month.filled, month.posts, month.flows, month.starters
    unplaced, came, went = month.unplaced, month.came, month.went
    special, retire, cells = layout.special, layout.retire, layout.first.size
    gone, begun = np.empty(cells), np.empty(cells)
    _sum(flows, row, layout.leaver, gone)
    _sum(starters, row, np.ones(starters.shape[0], np.bool_), begun)
    for cell in range(cells):
        _posts(filled[row, cell], posts[row, cell], gone[cell], begun[cell], special[cell], values, cell)
        for source in range(starters.shape[0]):
            values[cell, SOURCES + source] = starters[source, row, cell]
        values[cell, UNPLACED] = unplaced[row, cell]
        values[cell, RETIREMENTS] = flows[retire, row, cell]
        values[cell, MOVED_IN] = came[row, cell]
        values[cell, MOVED_OUT] = went[row, cell]


@borrowing
def _amhps(row, layout, given, counts, fte, released, values):
    """Write who is approved, practising and in training, and the time on the rota, no more than there is."""
    participation, need, courses = given.participation, given.need, layout.courses
    practises, does_not = layout.practising, layout.not_practising
    full, part = given.full_time[row], given.part[row]
    for cell in range(fte.size):
        practising = counts[cell, _ON_TRACKS + practises] if practises > 0 else 0.0
        other = counts[cell, _ON_TRACKS + does_not] if does_not > 0 else 0.0
        trainees = 0.0
        for course in courses:
            trainees += counts[cell, _ON_TRACKS + course]
        rota = practising * (full * participation[row, cell] + (1.0 - full) * part)
        rota = min(rota, max(fte[cell] - released[cell], 0.0))
        values[cell, APPROVED] = practising + other
        values[cell, PRACTISING] = practising
        values[cell, TRAINEES] = trainees
        values[cell, ROTA] = rota
        values[cell, NEED] = need[row, cell]
        values[cell, GAP] = need[row, cell] - rota


@borrowing
def _time(row, given, counts, fte, released):
    """Full-time posts of each cell, and those that courses take, dims (cell) each."""
    participation, takes = given.participation, given.released
    for cell in range(fte.size):
        people, away = 0.0, 0.0
        for band in range(_BANDS):
            people += counts[cell, band]
        for track in range(1, takes.shape[1]):
            away += counts[cell, _ON_TRACKS + track] * takes[row, track]
        fte[cell] = people * participation[row, cell]
        released[cell] = away * participation[row, cell]


@borrowing
def _capacity(row, layout, given, counts, fte, released, values):
    """Write what the staff of each cell can do, see `capacity.capacity`, with agency staff in vacant posts."""
    participation, share, group = given.participation, given.share, layout.group
    cover, worth, trained = given.cover, given.worth, given.trained
    any_draw = row if cover.shape[0] > 1 else 0
    any_trained = row if trained.shape[0] > 1 else 0
    productivity, net, refresh = given.productivity[row], given.net[row], given.refresher[row]
    for cell in range(fte.size):
        worked = 0.0
        for band in range(_BANDS):
            worked += counts[cell, band] * productivity[band]
        rota = values[cell, ROTA]
        left = max(fte[cell] - released[cell] - rota, 0.0)
        refresher = min(max(values[cell, APPROVED] - rota, 0.0) * refresh[group[cell]], left)
        kept = max(fte[cell] - released[cell] - rota - refresher, 0.0) / fte[cell] if fte[cell] > 0.0 else 0.0
        agency = values[cell, VACANCIES] * cover[any_draw, cell] * participation[row, cell]
        effective = worked * participation[row, cell] * kept * share[row, cell] + agency * worth[any_draw, cell]
        values[cell, UNDER_1] = counts[cell, 0]
        values[cell, OLD] = counts[cell, _OLDEST]
        values[cell, FTE] = fte[cell]
        values[cell, EFFECTIVE] = effective
        values[cell, HOURS] = effective * net[group[cell]]
        values[cell, AGENCY] = agency
        values[cell, TRAINED] = values[cell, FILLED] * trained[any_trained, cell]


@borrowing
def _add_up(values, place, out):
    """Sum rows of cells to rows of places."""
    out[:] = 0.0
    for cell in range(place.size):
        to = place[cell]
        for measure in range(values.shape[1]):
            out[to, measure] += values[cell, measure]


@compiled
def measure(stock, month, layout, given, out):
    """Write `out[draw, place]`, the measures of each place, from the stock and the flows of a month.

    `month`, `layout` and `given` are those of `measures`.
    """
    cells = layout.first.size
    counts = np.empty((cells, _ON_TRACKS + given.released.shape[1]))
    values = np.empty((cells, out.shape[2]))
    fte, released = np.empty(cells), np.empty(cells)
    for row in range(stock.shape[0]):
        tally(stock[row], layout, counts)
        _happened(row, month, layout, values)
        _time(row, given, counts, fte, released)
        _amhps(row, layout, given, counts, fte, released, values)
        _capacity(row, layout, given, counts, fte, released, values)
        _add_up(values, layout.place, out[row])
