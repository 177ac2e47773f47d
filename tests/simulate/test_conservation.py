"""Nobody appears or vanishes: in every draw, month and cell, and in the result that is kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.levers import FundedPosts, Recruitment, Retention
from mhwfmodel.simulate.students import NEWLY_QUALIFIED
from mhwfmodel.supply.states import SOURCES

LEVERS = (
    FundedPosts(start="2024-06", change=-0.15),
    Recruitment(start="2024-05", places_per_month=400, time_to_fill_change=-0.5),
    Retention(start="2024-08", leaving_change=0.8),
)


def by_cell(people: np.ndarray, cell: np.ndarray, like: np.ndarray) -> np.ndarray:
    found = np.zeros_like(like)
    np.add.at(found, (slice(None), cell), people)
    return found


def flows(ready, month) -> dict[str, np.ndarray]:
    return {edge.kind: people for edge, people in zip(ready.workforce.graph.edges, month.after.flows, strict=True)}


def leaving(ready, month) -> np.ndarray:
    """Who left their employer, dims (draw, cell)."""
    return sum(flows(ready, month)[edge.kind] for edge in ready.workforce.graph.edges if edge.leaver)


@pytest.fixture(scope="module", params=[(), LEVERS], ids=["baseline", "levers"])
def whole(request, model, months, icbs):
    """A year and a month in whole people, step by step."""
    ready = model(draws=4, months=13, levers=request.param, icbs=icbs)
    return ready, list(months(ready))


def test_whole_people_are_conserved_in_every_cell(whole) -> None:
    ready, steps = whole
    nodes = ready.workforce.graph.node_cell
    before = ready.inputs.filled.astype(np.int64)
    seen = 0
    for month in steps:
        after, gone, starters = month.after, leaving(ready, month), sum(month.after.starters)
        for people in (after.stock, after.filled, *after.flows, *after.starters, after.unplaced):
            assert np.issubdtype(people.dtype, np.integer)
            assert (people >= 0).all()
        assert np.array_equal(by_cell(month.before, nodes, before), before), "a course starts in post"
        assert np.array_equal(after.filled, before + starters - gone)
        assert np.array_equal(by_cell(after.stock, nodes, after.filled), after.filled)
        assert (gone <= before).all()
        # A move inside the cell is a leaver and a starter; everybody else starts on a vacancy.
        moves = flows(ready, month)["move"]
        vacant = np.maximum(month.given.posts - (before - gone + moves), 0)
        assert (starters - moves <= vacant).all()
        seen += int(gone.sum() + starters.sum())
        before = after.filled
    assert before.shape == (4, ready.cells)
    assert seen > 10_000


def test_moves_take_as_many_from_cells_as_they_bring_to_cells(whole) -> None:
    """Who goes to another cell by the market or by a course comes from one, and what is left goes out of the model."""
    ready, steps = whole
    inside = 0
    for month in steps:
        taken, moves = flows(ready, month), month.after.moves
        like = np.zeros_like(month.after.filled)
        left, came = like.copy(), like.copy()
        kept = moves.entered >= 0
        np.add.at(left, (moves.draw, moves.left), moves.people)
        np.add.at(came, (moves.draw[kept], moves.entered[kept]), moves.people[kept])
        going = sum(taken[edge.kind] for edge in ready.workforce.graph.edges if edge.seeks)
        outside = going - left
        assert (outside >= 0).all()
        assert outside.sum() == going.sum() - came.sum()
        assert (moves.left[kept] != moves.entered[kept]).all()
        assert (came <= month.after.starters[SOURCES.index("other_employers")]).all()
        inside += int(came.sum())
    assert inside > 300


def test_students_are_conserved_and_pools_give_what_they_have(whole) -> None:
    ready, steps = whole
    pools, before, finished = ready.graduates, None, 0
    for month in steps:
        taught, pool = month.taught, month.students.pool
        for name in ("enrolled", "started", "dropped_out", "failed", "qualified"):
            assert np.issubdtype(getattr(taught, name).dtype, np.integer)
            assert (getattr(taught, name) >= 0).all()
        if before is not None:
            lost = taught.dropped_out + taught.failed + taught.qualified
            assert np.array_equal(taught.enrolled, before + taught.started - lost)
        before = taught.enrolled
        finished += int(taught.qualified.sum())
        (drawn,) = month.after.drawn
        assert (drawn >= 0).all()
        assert (drawn <= pool).all()
        hired = by_cell(month.after.starters[NEWLY_QUALIFIED], np.arange(ready.cells), month.after.filled)
        offered = sum((people for source, people in month.given.candidates if source == NEWLY_QUALIFIED), start=0)
        there = pools.of_cell >= 0
        got = by_cell(hired[:, there], pools.of_cell[there], np.zeros_like(pool))
        assert (got >= drawn).all()
        assert isinstance(offered, np.ndarray) or np.array_equal(got, drawn)
        assert (month.students.recent.sum(axis=0) >= pool).all()
    assert finished > 50


def test_pools_hold_those_who_qualified_and_were_not_hired(whole) -> None:
    """Nobody joins a pool but who qualifies; a year later who found no post has left it."""
    _, steps = whole
    for earlier, later in pairwise(steps):
        kept = earlier.students.pool - earlier.after.drawn[0]
        fresh = later.students.recent[-1]
        assert np.array_equal(later.students_before.pool, kept)
        assert (later.students.pool <= kept + fresh).all()
        assert fresh.sum() <= later.taught.qualified.sum()


def test_expected_people_are_conserved_too(model, months, icbs) -> None:
    ready = model(central=True, months=13, icbs=icbs, levers=LEVERS)
    before, enrolled = ready.inputs.filled, None
    for month in months(ready, expected=True):
        after, taught = month.after, month.taught
        gone = leaving(ready, month)
        np.testing.assert_allclose(after.filled, before + sum(after.starters) - gone, rtol=1e-12)
        assert (after.stock >= 0).all()
        lost = taught.dropped_out + taught.failed + taught.qualified
        if enrolled is not None:
            np.testing.assert_allclose(taught.enrolled, enrolled + taught.started - lost, rtol=1e-9, atol=1e-9)
        before, enrolled = after.filled, taught.enrolled


@pytest.mark.parametrize("group", ["england", "draws"])
@pytest.mark.parametrize("scope", ["", "specialist_"])
def test_the_result_is_conserved_exactly(england, group: str, scope: str) -> None:
    data = england.groups[group]
    filled, starters, leavers = (data[scope + name].astype(np.float64) for name in ("filled", "starters", "leavers"))
    known = filled.isel(month=0, drop=True).notnull()
    gap = (filled - filled.shift(month=1) - starters + leavers).isel(month=slice(1, None)).where(known, drop=True)
    assert gap.size > 0
    assert (gap.fillna(0.0) == 0).all()
    assert starters.isel(month=slice(1, None)).where(known).sum() > 0
    assert starters.isel(month=0).isnull().all()
    assert (filled == np.floor(filled)).where(known, True).all()


def test_sources_of_starters_add_up_to_the_starters(england) -> None:
    data = england.england
    parts = [name for name in data if str(name).startswith("starters_")]
    assert len(parts) == 5
    assert (sum(data[name] for name in parts) == data["starters"]).where(data["starters"].notnull(), True).all()


def test_social_care_is_621_500_in_every_draw_at_the_start_and_the_nhs_is_apart(england, held) -> None:
    for result in (england, held):
        opening = result.draws["filled"].sel(month="2024-03")
        assert (opening.sel(population="social_care").sum("icb") == 621_500).all()
        assert (result.draws_by("filled").sel(month="2024-03") == 621_500).all()
        assert (opening.sel(population="nhs").sum("icb") > 20_000).all()


def test_posts_are_filled_or_vacant_unless_there_are_more_people_than_posts(england, held) -> None:
    for name in ("england", "draws"):
        data = held.groups[name]
        full = data["filled"] + data["vacancies"]
        assert (full == data["establishment"]).where(full.notnull(), True).all()
        data = england.groups[name]
        full = data["filled"] + data["vacancies"]
        assert (full >= data["establishment"]).where(full.notnull(), True).all()


def test_in_every_cell_posts_are_filled_or_vacant_unless_there_are_more_people(england) -> None:
    """Means add up, so the mean of each cell shows it."""
    mean = england.detail.sel(stat="mean")
    over = mean["filled"] + mean["vacancies"] - mean["establishment"]
    assert float(over.min()) > -1e-2


@pytest.mark.parametrize("measure", ["filled", "establishment", "vacancies", "starters", "leavers"])
def test_specialist_is_never_more_than_overall(england, measure: str) -> None:
    for data in (england.england, england.draws, england.detail):
        part, whole = data[f"specialist_{measure}"], data[measure]
        assert (part <= whole).where(whole.notnull(), True).all()
        assert 0 < float(part.sum()) < float(whole.sum())


def test_staff_in_their_first_year_are_some_of_the_staff(england) -> None:
    new, all_staff = england.england["under_1_year"], england.england["filled"]
    assert (new <= all_staff).where(all_staff.notnull(), True).all()
    assert (new.sum(["sector", "role"]) > 0).all()


def test_the_two_populations_are_never_mixed(england) -> None:
    sector = {"nhs": ["nhs"], "social_care": [code for code in england.england["sector"].values if code != "nhs"]}
    for population, codes in sector.items():
        for measure in ("filled", "leavers", "vacancies"):
            by_sector = england.england[measure].sel(sector=codes).sum(["sector", "role"], min_count=1)
            by_icb = england.draws[measure].sel(population=population).sum("icb", min_count=1)
            np.testing.assert_array_equal(by_sector.values, by_icb.values)
            roles = england.groups["icb_role"][measure].sel(stat="mean", population=population).sum("role")
            sectors = england.groups["icb_sector"][measure].sel(stat="mean", sector=codes).sum("sector")
            cells = england.detail[measure].sel(stat="mean", sector=codes).sum(["sector", "role"])
            np.testing.assert_allclose(roles, sectors, rtol=1e-5)
            np.testing.assert_allclose(roles, cells, rtol=1e-5)
    nhs_roles = england.groups["icb_role"]["filled"].sel(stat="mean", population="nhs").isel(month=0, icb=0)
    assert set(nhs_roles.dropna("role")["role"].values) == {posts.role for posts in catalogue.nhs_posts()}
