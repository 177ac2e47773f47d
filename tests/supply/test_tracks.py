"""Courses and approvals beside the post: month by month, and without any effect on the cell's totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel.errors import DataError
from mhwfmodel.supply import Expected, Routes, Track, workforce_graph
from mhwfmodel.supply.states import AGEING, AGES, BANDS, CONVEYOR, NEXT, NOWHERE, PROGRESS, STATES, state_of
from mhwfmodel.supply.tracks import layout
from mhwfmodel.supply.workforce import EDGES

ONE = np.array([512], dtype=np.uint32)
YEARS = 60


def states(*bands):
    """States of the bands at every age; of the first year its first month."""
    return tuple(state_of(age, CONVEYOR + band - 1 if band else 0) for age in range(len(AGES)) for band in bands)


def course(months=6, start=(2, 3), after="", **more):
    return Track(more.pop("code", "course"), more.pop("number", 3), months, states(*start), after=after, **more)


def approval():
    experienced = states(2, 3)
    return (
        Track("practising", 64, YEARS, experienced, after="practising", other="not_practising"),
        Track("not_practising", 65, YEARS, experienced, after="not_practising", other="practising"),
    )


def nobody_goes(group_chances):
    return group_chances(0.0, 0.0, 0.0, 0.0)


def cohort(net, track, state, people=100.0):
    """So many people in the first month of a track, dims (1, node)."""
    stock = np.zeros((1, net.graph.node_id.size))
    at = (net.node_track == track) & (net.node_month == 0) & (net.node_state == state)
    assert at.sum() == 1
    stock[0, at] = people
    return stock


def follow(workforce, net, chance, stock, months, chooser=None):
    return workforce(net.graph, chance).path(
        stock, months, chooser or Expected(), routes=Routes.none(net.graph.cell_id.size, len(stock)),
        shares=np.eye(len(net.graph.sources))[0],
    )  # fmt: skip


@pytest.mark.parametrize("tracks", [(), (course(),), (course(after="practising"), *approval()), approval()])
def test_every_node_leads_to_the_same_person_a_month_later(tracks):
    made = layout(tracks)
    assert len(made) == made.state.size
    np.testing.assert_array_equal(made.state[:STATES], np.arange(STATES))
    assert (made.track[:STATES] == NOWHERE).all()
    key = np.stack([made.track, made.month, made.state], axis=1)
    assert np.unique(key, axis=0).shape == key.shape
    codes = [track.code for track in tracks]
    for node in range(len(made)):
        for target, state in ((made.stays, NEXT), (made.progress, PROGRESS), (made.ageing, AGEING)):
            if state[made.state[node]] == NOWHERE:
                assert target[node] == NOWHERE
                continue
            to = target[node]
            assert made.state[to] == state[made.state[node]]
            if made.track[node] == NOWHERE:
                assert made.track[to] == NOWHERE
            elif made.last[node]:
                after = tracks[made.track[node]].after
                assert made.track[to] == (codes.index(after) if after else NOWHERE)
                assert made.month[to] == 0
            else:
                assert (made.track[to], made.month[to]) == (made.track[node], made.month[node] + 1)
    on_track = made.track != NOWHERE
    assert (made.switch[~on_track] == NOWHERE).all()
    assert (made.line[~on_track] == 0).all()
    assert (made.line[on_track] == np.array([0, *(track.number for track in tracks)])[made.track[on_track] + 1]).all()
    assert np.unique(np.stack([made.line, made.number], axis=1), axis=0).shape[0] == len(made)
    assert made.number.max() < 512


@settings(max_examples=25, deadline=None)
@given(months=st.integers(1, 40), stops=st.floats(0.0, 0.3), passes=st.floats(0.0, 1.0))
def test_a_course_is_a_conveyor_with_drop_out_and_a_pass_at_its_end(
    workforce, entry, staff_chances, group_chances, months, stops, passes
):
    net = workforce_graph(ONE, entry, [(course(months, after="practising"), *approval())])
    chance = staff_chances(net, nobody_goes(group_chances), stops=[stops, 0.0, 0.0], passes=[passes, 1.0, 1.0])
    path = follow(workforce, net, chance, cohort(net, 1, state_of(1, CONVEYOR + 1)), months + 2)[:, 0]
    on_course = net.node_track == 1
    for month in range(months):
        assert path[month, on_course & (net.node_month == month)].sum() == pytest.approx(100 * (1 - stops) ** month)
        assert path[month, on_course].sum() == pytest.approx(100 * (1 - stops) ** month, rel=1e-12)
        assert path[month, net.node_track == 2].sum() == 0.0
    approved = 100 * (1 - stops) ** months * passes
    assert path[months, on_course].sum() == 0.0
    assert path[months, (net.node_track == 2) & (net.node_month == 0)].sum() == pytest.approx(approved, rel=1e-12)
    assert path[months + 2, (net.node_track == 2) & (net.node_month == 2)].sum() == pytest.approx(approved, rel=1e-12)
    assert path[months, net.node_track == 0].sum() == pytest.approx(100 - approved, rel=1e-12, abs=1e-10)
    np.testing.assert_allclose(path.sum(axis=1), 100.0, rtol=1e-12)


@pytest.mark.parametrize("again", [0.0, 0.8, 1.0])
def test_an_approval_lasts_five_years_and_is_renewed_or_lapses_in_post(
    workforce, entry, staff_chances, group_chances, again
):
    net = workforce_graph(ONE, entry, [approval()])
    chance = staff_chances(net, nobody_goes(group_chances), passes=[again, again])
    path = follow(workforce, net, chance, cohort(net, 1, state_of(2, CONVEYOR + 2)), 2 * YEARS)[:, 0]
    for month in range(YEARS):
        assert path[month, (net.node_track == 1) & (net.node_month == month)].sum() == 100.0
    assert path[YEARS, (net.node_track == 1) & (net.node_month == 0)].sum() == pytest.approx(100 * again)
    assert path[YEARS, net.node_track == 0].sum() == pytest.approx(100 * (1 - again))
    assert path[2 * YEARS, net.node_track == 1].sum() == pytest.approx(100 * again**2)
    np.testing.assert_allclose(path.sum(axis=1), 100.0, rtol=1e-12)


@pytest.mark.parametrize(("stops", "returns"), [(0.02, 0.05), (0.3, 0.3), (1.0, 1.0)])
def test_who_stops_practising_stays_approved_to_the_same_month(
    workforce, entry, staff_chances, group_chances, stops, returns
):
    net = workforce_graph(ONE, entry, [approval()])
    chance = staff_chances(net, nobody_goes(group_chances), stops=[stops, returns])
    path = follow(workforce, net, chance, cohort(net, 1, state_of(2, CONVEYOR + 2)), YEARS - 1)[:, 0]
    practise = 100.0
    for month in range(YEARS):
        here = net.node_month == month
        assert path[month, (net.node_track == 1) & here].sum() == pytest.approx(practise, abs=1e-10)
        assert path[month, (net.node_track == 2) & here].sum() == pytest.approx(100 - practise, abs=1e-10)
        practise = practise * (1 - stops) + (100 - practise) * returns


def both(entry, staff_chances, by_group):
    """The same staff with and without tracks."""
    tracks = (course(7, (0, 1, 2, 3), code="first", number=9), course(after="practising"), *approval())
    plain, full = workforce_graph(ONE, entry), workforce_graph(ONE, entry, [tracks])
    stops, passes = [0.05, 0.1, 0.02, 0.03], [0.7, 0.5, 0.6, 0.2]
    return (plain, staff_chances(plain, by_group)), (full, staff_chances(full, by_group, stops=stops, passes=passes))


def by_state(net, stock):
    out = np.zeros((*stock.shape[:-1], STATES), dtype=stock.dtype)
    np.add.at(out, (..., net.node_state), stock)
    return out


def test_tracks_change_nothing_about_a_cells_expected_staff(workforce, entry, staff_chances, group_chances):
    (plain, without), (full, chance) = both(entry, staff_chances, group_chances())
    random = np.random.default_rng(4)
    stock = random.random((2, full.graph.node_id.size)) * 10
    path = follow(workforce, full, chance, stock, 90)
    other = follow(workforce, plain, without, by_state(full, stock), 90)
    np.testing.assert_allclose(by_state(full, path), other, rtol=1e-12, atol=1e-12)
    kinds = [EDGES.index(kind) for kind in ("move", "between", "exit", "retire", "progress", "age")]
    (one,), (two,) = (
        workforce(net.graph, p).months(s, 1, Expected(), routes=Routes.none(1, 2), shares=np.eye(5)[0])
        for net, p, s in ((full, chance, stock), (plain, without, by_state(full, stock)))
    )
    for kind in kinds:
        np.testing.assert_allclose(one.flows[kind], two.flows[kind], rtol=1e-12)


def test_tracks_change_nothing_about_the_law_of_a_cells_staff(workforce, entry, staff_chances, group_chances, sampled):
    runs = 4000
    (plain, without), (full, chance) = both(entry, staff_chances, group_chances(leave=0.05))
    start = np.random.default_rng(5).integers(0, 2, full.graph.node_id.size) * (full.node_month % 6 == 0)
    totals = []
    for net, p, stock, seed in (
        (full, chance, start, 1), (plain, without, by_state(full, start[None, :])[0], 2),
    ):  # fmt: skip
        *_, last = _sampled_months(workforce, net, p, np.tile(stock, (runs, 1)), 8, sampled(runs, seed))
        totals.append(last.filled[:, 0])
    assert stats.ks_2samp(*totals).pvalue > 1e-3
    error = np.hypot(*(total.std() for total in totals)) / np.sqrt(runs)
    assert abs(totals[0].mean() - totals[1].mean()) < 4 * error
    assert totals[0].var() == pytest.approx(totals[1].var(), rel=6 * np.sqrt(2 / runs))


def _sampled_months(workforce, net, chance, stock, months, chooser):
    # Who seeks another cell finds none, and so stays: only the sum is asked about.
    chance = chance.copy()
    chance[EDGES.index("exit")] += chance[EDGES.index("between")]
    chance[EDGES.index("between")] = 0.0
    graph = net.graph
    edges = tuple(type(edge)(edge.kind, edge.target, edge.leaver, edge.starter) for edge in graph.edges)
    unseeking = type(graph)(
        graph.cell_id, graph.node_id, graph.node_cell, graph.node_group, graph.advance, edges, graph.sources,
        graph.doors, graph.line, graph.landing,
    )  # fmt: skip
    return workforce(unseeking, chance).months(stock, months, chooser, shares=np.eye(len(graph.sources))[0])


def test_m18_giving_up_in_two_half_steps_is_giving_up_once(workforce, entry, staff_chances, group_chances):
    p1, p2, months = 0.013, 0.021, 8
    once = workforce_graph(ONE, entry, [(course(months),)])
    twice = workforce_graph(ONE, entry, [(course(2 * months),)])
    chance = staff_chances(once, nobody_goes(group_chances), stops=[1 - (1 - p1) * (1 - p2)])
    state = state_of(0, CONVEYOR + 1)
    whole = follow(workforce, once, chance, cohort(once, 1, state), months - 1)[:, 0][:, once.node_track == 1].sum(1)
    stock, halves = cohort(twice, 1, state), []
    for month in range(2 * months - 1):
        halves.append(stock[0, twice.node_track == 1].sum())
        chance = staff_chances(twice, nobody_goes(group_chances), stops=[p2 if month % 2 else p1])
        stock = follow(workforce, twice, chance, stock, 1)[-1]
    np.testing.assert_allclose(halves[::2], whole, rtol=1e-12)


def test_m18_a_course_without_drop_out_is_as_many_months_in_whole_people(
    workforce, entry, staff_chances, group_chances, sampled
):
    net = workforce_graph(ONE, entry, [(course(5),)])
    chance = staff_chances(net, nobody_goes(group_chances))
    stock = np.tile(cohort(net, 1, state_of(0, CONVEYOR + 1)).astype(np.int64), (3, 1))
    chooser = sampled(3)
    for month in range(1, 8):
        *_, last = _sampled_months(workforce, net, chance, stock, month, chooser)
        on_course = last.stock[:, net.node_track == 1].sum(axis=1)
        assert (on_course == (100 if month < 5 else 0)).all()
        assert (last.filled == 100).all()


FAULTY = [
    ((course(), course()), "tracks: one is given twice"),
    ((Track("a", 1, 3, ()),), "track a: nobody may start it"),
    ((Track("a", 1, 3, (5,)),), "track a: would be started in the middle of the first year"),
    ((course(0),), "track course: 0 months do not fit the counter"),
    ((course(200),), "track course: 200 months do not fit the counter"),
    ((course(after="nowhere"),), "track course: goes on to 'nowhere', which the cell does not have"),
    ((course(start=(0,), after="practising"), *approval()), "goes on to 'practising', which not everybody on it may"),
    ((approval()[0], course(YEARS, start=(3,), code="not_practising")), "goes on to 'not_practising', which not every"),
]


@pytest.mark.parametrize(("tracks", "message"), FAULTY, ids=[message for _, message in FAULTY])
def test_tracks_that_do_not_fit_are_refused(tracks, message):
    with pytest.raises(DataError) as refused:
        layout(tracks)
    assert any(message in str(fault) for fault in refused.value.faults)


def test_the_longest_tracks_that_are_allowed_fit_the_counter():
    assert (len(BANDS), len(AGES)) == (4, 3)
    for months, start in ((42, (0, 1, 2, 3)), (56, (1, 2, 3)), (85, (2, 3))):
        most = layout((course(months, start),))
        assert most.number.max() < 512
        with pytest.raises(DataError):
            layout((course(months + 1, start),))
