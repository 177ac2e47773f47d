"""Groups beside a run: they sum to its totals and never change them, follow closed forms, and cannot be undone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import mhwfmodel as mh
from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.plan.disclosure import STANDARD, Disclosure
from mhwfmodel.plan.equity import STAFF, WAITING, population, split, strata, unmet_need, write_strata
from mhwfmodel.results.summaries import STATS
from mhwfmodel.scenario import Scenario

ICBS = ("E54000011", "E54000013", "E54000044")
MONTHS = 14
SEEDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@pytest.fixture(scope="module")
def run():
    return mh.run(Scenario(name="groups", months=MONTHS, draws=6, icbs=ICBS, pathway="cmhf"), threads=1)


@pytest.fixture(scope="module")
def whole(run):
    """Everything, nothing kept back."""
    return {
        "ethnicity": strata(run, place="icb", disclosure=None),
        "sex": strata(run, by="sex", place="icb", disclosure=None),
        "unmet": unmet_need(run, place="icb", disclosure=None),
    }


def of(table, group, measure, icb=ICBS[0]):
    rows = table[(table["group"] == group) & (table["measure"] == measure) & (table["icb"] == icb)]
    return rows["mean"].to_numpy()


# The accounting


def test_constant_hazards_without_starters_fall_as_exponentials():
    months, hazard, ratio = 24, 0.02, np.array([[1.0, 1.5, 3.0]])
    start = np.array([[0.2, 0.5, 0.3]])
    true = 900.0 * start[..., None] * np.exp(-hazard * ratio[..., None] * np.arange(months + 1))
    filled = true.sum(axis=1)
    leavers = np.concatenate([[[np.nan]], filled[:, :-1] - filled[:, 1:]], axis=1)
    people, came, went = split(filled, np.zeros_like(filled), leavers, start, start, ratio)
    np.testing.assert_allclose(people, true, rtol=1e-10)
    np.testing.assert_allclose(went[..., 1:], true[..., :-1] - true[..., 1:], rtol=1e-9)
    assert (came[..., 1:] == 0).all()


def test_constant_hazards_with_starters_come_to_rest_where_each_group_does():
    months, rates, starters = 1500, np.array([0.02, 0.05]), np.array([3.0, 4.0])
    keep = np.exp(-rates)
    true = np.empty((2, months + 1))
    true[:, 0] = [100.0, 50.0]
    for month in range(months):
        true[:, month + 1] = true[:, month] * keep + starters
    filled, came = true.sum(axis=0)[None], np.full((1, months + 1), starters.sum())
    leavers = np.concatenate([[0.0], (true[:, :-1] * (1 - keep)[:, None]).sum(axis=0)])[None]
    start, entry = true[None, :, 0] / 150.0, starters[None] / starters.sum()
    people, _, _ = split(filled, came, leavers, start, entry, rates[None])
    np.testing.assert_allclose(people[0], true, rtol=1e-9)
    np.testing.assert_allclose(people[0, :, -1], starters / (1 - keep), rtol=1e-9)


def test_groups_that_leave_and_start_alike_keep_their_shares():
    filled, start = np.array([[100.0, 104.0, 96.0]]), np.array([[0.3, 0.7]])
    people, came, went = split(
        filled, np.array([[0.0, 9.0, 2.0]]), np.array([[0.0, 5.0, 10.0]]), start, start, np.ones((1, 2))
    )
    np.testing.assert_allclose(people, filled[:, None, :] * start[..., None], rtol=1e-12)
    np.testing.assert_allclose(went[..., 1:], np.array([5.0, 10.0]) * start[..., None], rtol=1e-12)
    np.testing.assert_allclose(came[..., 1:], np.array([9.0, 2.0]) * start[..., None], rtol=1e-12)


@settings(deadline=None)
@given(SEEDS, st.integers(2, 5))
def test_groups_sum_to_what_was_given_and_nobody_is_negative(random, groups):
    draws, months = 3, 10
    filled = np.empty((draws, months))
    starters, leavers = random.integers(0, 30, (2, draws, months)).astype(float)
    filled[:, 0] = random.integers(0, 60, draws)
    for month in range(1, months):
        leavers[:, month] = np.minimum(leavers[:, month], filled[:, month - 1])
        filled[:, month] = filled[:, month - 1] - leavers[:, month] + starters[:, month]
    start, entry = (random.dirichlet(np.ones(groups), draws) for _ in range(2))
    people, came, went = split(filled, starters, leavers, start, entry, np.exp(random.normal(size=(draws, groups))))
    for parts, total in ((people, filled), (came[..., 1:], starters[:, 1:]), (went[..., 1:], leavers[:, 1:])):
        np.testing.assert_allclose(parts.sum(axis=1), total, rtol=1e-12, atol=1e-9)
        assert (parts >= 0).all()
    assert (went[..., 1:] <= people[..., :-1] * (1 + 1e-12) + 1e-9).all()


# Beside a run


def test_the_totals_of_the_run_are_the_same_bits_with_and_without_groups(run, whole):
    for name in STAFF:
        kept = run.table(name, by="icb").set_index(["icb", "month"])[list(STATS)]
        table = whole["ethnicity"]
        told = table[(table["group"] == "all") & (table["measure"] == name)].set_index(["icb", "month"])[list(STATS)]
        pd.testing.assert_frame_equal(told.sort_index(), kept.sort_index(), check_exact=True)
        every = strata(run)
        together = every[(every["group"] == "all") & (every["measure"] == name)].set_index("month")[list(STATS)]
        kept = run.table(name).set_index("month")[list(STATS)]
        pd.testing.assert_frame_equal(together, kept, check_exact=True)


def test_groups_of_every_place_month_and_measure_sum_to_the_run(whole):
    for name, table in whole.items():
        parts = table[table["group"] != "all"].groupby(["measure", "icb", "month"])["mean"].sum()
        total = table[table["group"] == "all"].set_index(["measure", "icb", "month"])["mean"].sort_index()
        np.testing.assert_allclose(parts.to_numpy(), total.to_numpy(), rtol=1e-9, atol=1e-9, err_msg=name)


def test_places_sum_to_all_of_them(run, whole):
    every = strata(run, disclosure=None).set_index(["measure", "group", "month"])["mean"]
    parts = whole["ethnicity"].groupby(["measure", "group", "month"])["mean"].sum()
    np.testing.assert_allclose(parts.reindex(every.index).to_numpy(), every.to_numpy(), rtol=1e-9)


def test_years_are_the_sums_of_their_months_and_the_stocks_at_their_end(run, whole):
    year = strata(run, place="icb", every="year", disclosure=None)
    assert set(year["month"]) == {run.months[12]}
    assert of(year, "black", "filled") == pytest.approx(of(whole["ethnicity"], "black", "filled")[12:13])
    assert of(year, "black", "leavers") == pytest.approx(of(whole["ethnicity"], "black", "leavers")[:12].sum())
    waits = unmet_need(run, place="icb", every="year", disclosure=None)
    assert of(waits, "asian", "arrived") == pytest.approx(of(whole["unmet"], "asian", "arrived")[:12].sum())
    assert of(waits, "asian", "waiting") == pytest.approx(of(whole["unmet"], "asian", "waiting")[11:12])


def test_by_default_staff_are_who_the_population_is(run):
    same = dict.fromkeys(("equity_minority_start", "equity_minority_entry", "equity_minority_leaving"), 1.0)
    table = strata(run, place="icb", assumptions=same, disclosure=None)
    people = population("ethnicity").set_index(["icb", "group"])["share"]
    for icb in ICBS:
        for group in ("asian", "white"):
            share = of(table, group, "filled", icb) / of(table, "all", "filled", icb)
            np.testing.assert_allclose(share, people[icb, group], rtol=1e-9)


def test_a_group_that_leaves_more_becomes_fewer_and_one_that_starts_more_becomes_more(run, whole):
    base = of(whole["ethnicity"], "black", "filled")
    fewer = of(strata(run, place="icb", leaving={"black": 1.5}, disclosure=None), "black", "filled")
    more = of(strata(run, place="icb", entry={"black": 1.5}, disclosure=None), "black", "filled")
    assert fewer[0] == base[0] == more[0]
    assert (fewer[1:] < base[1:]).all()
    assert (more[1:] > base[1:]).all()
    assert (np.diff(more - base) > 0).all()


def test_ages_are_those_of_the_model(run):
    table = strata(run, by="age", disclosure=None)
    older = table[table["group"] == "55_plus"].set_index("month")[list(STATS)]
    pd.testing.assert_frame_equal(older, run.table("aged_55_plus").set_index("month")[list(STATS)], check_exact=True)
    assert set(table["measure"]) == {"filled"}


def test_groups_of_equal_access_wait_as_they_live_there_and_nobody_is_kept_away(run):
    table = unmet_need(run, place="icb", assumptions={"equity_minority_access": 1.0}, disclosure=None)
    people = population("ethnicity").set_index(["icb", "group"])["share"]
    for name in WAITING:
        kept = run.draws_by(name, by="icb").mean("draw").sel(icb=ICBS[1]).to_numpy()
        np.testing.assert_allclose(of(table, "mixed", name, ICBS[1]), kept * people[ICBS[1], "mixed"], rtol=1e-6)
    assert (table[table["measure"] == "kept_away"]["mean"] == 0.0).all()


def test_those_kept_away_bring_arrivals_to_those_of_the_group_compared_with(run):
    table = unmet_need(
        run, place="icb", access={"black": 0.5}, assumptions={"equity_minority_access": 1.0}, disclosure=None
    )
    people = population("ethnicity").set_index(["icb", "group"])["share"]
    come, away, white = (
        of(table, group, name) for group, name in (("black", "arrived"), ("black", "kept_away"), ("white", "arrived"))
    )
    np.testing.assert_allclose(away, come, rtol=1e-9)
    np.testing.assert_allclose(come + away, white * people[ICBS[0], "black"] / people[ICBS[0], "white"], rtol=1e-9)


def test_groups_of_the_users_own_sum_to_the_run_and_come_as_often_as_they_are_said_to(run):
    table = unmet_need(run, {"veterans": 0.05}, place="icb", access={"veterans": 0.5}, disclosure=None)
    share = 0.05 * 0.5 / (0.05 * 0.5 + 0.95)
    every = of(table, "all", "arrived")
    np.testing.assert_allclose(of(table, "veterans", "arrived"), every * share, rtol=1e-9)
    np.testing.assert_allclose(of(table, "others", "arrived"), every * (1 - share), rtol=1e-9)
    np.testing.assert_allclose(of(table, "veterans", "kept_away"), of(table, "veterans", "arrived"), rtol=1e-9)
    staff = strata(run, {"carers": 0.2, "veterans": 0.1}, place="icb", disclosure=None)
    np.testing.assert_allclose(of(staff, "carers", "leavers"), 0.2 * of(staff, "all", "leavers"), rtol=1e-9)


@pytest.mark.parametrize("by", [{}, {"a": 1.0}, {"a": 0.6, "b": 0.5}, {"a": -0.1}, {"others": 0.1}])
def test_groups_that_leave_no_others_are_told(run, by):
    with pytest.raises(DataError, match="all of them less than 1"):
        strata(run, by)


def test_intervals_hold_the_assumptions(run):
    same = dict.fromkeys(("equity_male_start", "equity_male_entry", "equity_male_leaving"), 1.0) | {
        "equity_male_start": 0.2
    }
    wide, narrow = (
        strata(run, by="sex", months=run.months[-1:], disclosure=None, assumptions=given).set_index(
            ["measure", "group"]
        )
        for given in ({}, same)
    )
    at = ("filled", "male")
    assert wide.loc[at, "q95"] - wide.loc[at, "q05"] > narrow.loc[at, "q95"] - narrow.loc[at, "q05"] > 0


def test_the_population_of_all_icbs_is_that_of_england():
    for by in ("ethnicity", "sex"):
        people = population(by)
        assert people["people"].sum() == pytest.approx(sum(place.population for place in catalogue.icbs()), rel=1e-9)
        np.testing.assert_allclose(people.groupby("icb")["share"].sum(), 1.0, rtol=1e-9)


# What is kept back


def test_what_is_kept_back_is_the_same_whatever_is_asked_for(run):
    all_months = strata(run, place="icb")
    one = strata(run, place="icb", months=run.months[-1:])
    kept = all_months[all_months["month"] == run.months[-1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, kept)
    assert 0 < (~one["shown"]).sum() < len(one)


def test_no_hidden_number_of_a_run_can_be_worked_out_over_months_measures_and_places(run, whole):
    """Least and most that hidden numbers can be, given all that is shown of three months, stocks and flows."""
    months = list(run.months[1:4])
    shown = pd.concat([strata(run, place="icb", months=months), strata(run, months=months).assign(icb="all")])
    groups, places = ["asian", "black", "mixed", "other", "white"], [*ICBS, "all"]
    at = {
        key: number
        for number, key in enumerate((m, p, g, t) for m in STAFF for p in places for g in groups for t in months)
    }
    table = shown.set_index(["measure", "icb", "group", "month"])
    bounds, hidden_at = [], []
    for key, number in at.items():
        row = table.loc[key]
        bounds.append((max(row["mean"] - 2.5, 0.0), row["mean"] + 2.5) if row["shown"] else (0.0, None))
        hidden_at += [] if row["shown"] else [number]
    rows, known = [], []

    def law(terms, value):
        line = np.zeros(len(at))
        for key, factor in terms:
            line[at[key]] = factor
        rows.append(line)
        known.append(value)

    for month_at, month in enumerate(months):
        for measure in STAFF:
            for place in places:
                law(
                    [((measure, place, group, month), 1.0) for group in groups],
                    table.loc[measure, place, "all", month]["mean"],
                )
            for group in groups:
                law(
                    [((measure, place, group, month), 1.0) for place in ICBS]
                    + [((measure, "all", group, month), -1.0)],
                    0.0,
                )
        for place, group in ((p, g) for p in places for g in groups if month_at):
            before = ("filled", place, group, months[month_at - 1])
            flows = [(("starters", place, group, month), -1.0), (("leavers", place, group, month), 1.0)]
            law([(("filled", place, group, month), 1.0), (before, -1.0), *flows], 0.0)
    assert hidden_at
    for number in hidden_at[::4]:
        aim = np.eye(len(at))[number]
        ends = [linprog(sign * aim, A_eq=np.array(rows), b_eq=np.array(known), bounds=bounds) for sign in (1, -1)]
        assert all(end.status == 0 for end in ends)
        assert -ends[1].fun - ends[0].fun >= STANDARD.smallest


def test_files_hold_what_the_table_holds(run, tmp_path):
    table = strata(run, place="icb", every="year", disclosure=Disclosure(100, 100))
    assert (~table["shown"]).any()
    for name in ("groups.csv", "groups.xlsx"):
        write_strata(table, tmp_path / name)
        read = (
            pd.read_csv(tmp_path / name) if name.endswith("csv") else pd.read_excel(tmp_path / name, engine="openpyxl")
        )
        pd.testing.assert_frame_equal(read, table.reset_index(drop=True), check_dtype=False)
    with pytest.raises(DataError, match=r"\.csv or \.xlsx"):
        write_strata(table, tmp_path / "groups.txt")


# What a user may get wrong


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"by": "ethnicty"}, "did you mean 'ethnicity'"),
        ({"place": "region"}, "'region' is not allowed"),
        ({"every": "week"}, "'week' is not allowed"),
        ({"months": ["2040-01"]}, "2040-01 is not among the months"),
        ({"leaving": {"blak": 2.0}}, "did you mean 'black'"),
        ({"entry": {"black": 0.0}}, "give more than 0"),
        ({"assumptions": {"equity_minority_leavin": 1.0}}, "did you mean 'equity_minority_leaving'"),
    ],
)
def test_faults_are_told(run, given, told):
    with pytest.raises(DataError, match=told):
        strata(run, **given)


def test_ages_of_those_who_wait_are_not_told(run):
    with pytest.raises(DataError, match="'age' tells no people apart"):
        unmet_need(run, by="age")
