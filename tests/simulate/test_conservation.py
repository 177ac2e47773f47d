"""Nobody appears or vanishes: in every draw, month and cell, and in the result that is kept."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.levers import FundedPosts, Recruitment, Retention

LEVERS = (
    FundedPosts(start="2024-06", change=-0.15),
    Recruitment(start="2024-05", places_per_month=400, time_to_fill_change=-0.5),
    Retention(start="2024-08", leaving_change=0.8),
)


@pytest.mark.parametrize("levers", [(), LEVERS], ids=["baseline", "levers"])
def test_whole_people_are_conserved_in_every_cell(model, months, levers) -> None:
    ready = model(draws=4, months=13, levers=levers)
    nodes = ready.graph.node_cell
    cells = ready.cells
    before = ready.inputs.filled.astype(np.int64)
    at = {edge.kind: number for number, edge in enumerate(ready.graph.edges)}
    seen = 0
    for month in months(ready):
        after = month.after
        leavers = sum(after.flows[at[kind]] for kind in ("move", "boundary", "exit"))
        starters = sum(after.starters)
        for people in (after.stock, after.filled, *after.flows, *after.starters, after.unplaced):
            assert people.dtype == np.int64
            assert (people >= 0).all()
        assert np.array_equal(after.filled, before + starters - leavers)
        by_cell = np.zeros_like(after.filled)
        np.add.at(by_cell, (slice(None), nodes), after.stock)
        assert np.array_equal(by_cell, after.filled)
        assert (leavers <= before).all()
        # A move inside the cell is a leaver and a starter; everybody else starts on a vacancy.
        moves = after.flows[at["move"]]
        vacant = np.maximum(month.given.posts - (before - leavers + moves), 0)
        assert (starters - moves <= vacant).all()
        seen += int(leavers.sum() + starters.sum())
        before = after.filled
    assert before.shape == (4, cells)
    assert seen > 100_000


def test_expected_people_are_conserved_too(model, months, icbs) -> None:
    ready = model(central=True, months=13, icbs=icbs, levers=LEVERS)
    before = ready.inputs.filled
    for month in months(ready, expected=True):
        leavers = sum(people for edge, people in zip(ready.graph.edges, month.after.flows, strict=True) if edge.leaver)
        np.testing.assert_allclose(month.after.filled, before + sum(month.after.starters) - leavers, rtol=1e-12)
        assert (month.after.stock >= 0).all()
        before = month.after.filled


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
