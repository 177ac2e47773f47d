"""Means, quantiles and rates, against numpy and against sums made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import mhwfmodel as mh
from mhwfmodel.catalogue.variables import RATES
from mhwfmodel.results import STATS
from mhwfmodel.results.summaries import summarise, summarise_in_place
from mhwfmodel.scenario import Scenario

LEVELS = [0.05, 0.25, 0.50, 0.75, 0.95]
VALUES = arrays(
    np.float64,
    st.tuples(st.integers(1, 9), st.integers(1, 5)),
    elements=st.one_of(st.floats(-1e6, 1e6, width=32), st.just(np.nan)),
)


@given(VALUES)
def test_summaries_are_those_of_numpy_over_the_draws_that_are_numbers(values: np.ndarray) -> None:
    found = summarise(values)
    assert found.shape == (len(STATS), values.shape[1])
    for place, column in enumerate(values.T):
        known = column[np.isfinite(column)]
        if known.size == 0:
            assert np.isnan(found[:, place]).all()
            continue
        np.testing.assert_allclose(found[0, place], known.mean(), rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(found[1:, place], np.quantile(known, LEVELS), rtol=1e-12, atol=1e-9)


@given(VALUES)
def test_rows_that_are_put_in_order_are_summarised_as_those_that_are_left(values: np.ndarray) -> None:
    rows = np.ascontiguousarray(values.T)
    assert np.array_equal(summarise_in_place(rows), summarise(values), equal_nan=True)
    assert np.array_equal(rows, np.sort(values.T, axis=1), equal_nan=True)


def test_quantiles_of_a_run_are_those_of_its_draws(england) -> None:
    table = england.table("filled", ["icb"]).set_index(["icb", "month"])
    drawn = england.draws["filled"].sel(population="social_care")
    for code in ("E54000008", "E54000062"):
        values = drawn.sel(icb=code, month="2025-03").values.astype(np.float64)
        row = table.loc[(code, "2025-03")]
        assert row["mean"] == pytest.approx(values.mean(), rel=1e-12)
        np.testing.assert_allclose(row[list(STATS[1:])].astype(float), np.quantile(values, LEVELS), rtol=1e-12)


def test_every_summary_is_between_the_least_and_the_most_draw(england) -> None:
    detail = england.detail["filled"]
    assert (detail.sel(stat="q05") <= detail.sel(stat="q50")).where(detail.sel(stat="q50").notnull(), True).all()
    assert (detail.sel(stat="q50") <= detail.sel(stat="q95")).where(detail.sel(stat="q50").notnull(), True).all()


def test_turnover_is_leavers_of_twelve_months_over_the_mean_of_their_openings(england) -> None:
    """By hand from whole people; the first rate is that of March 2025, after twelve months of flows."""
    for group, where in (
        ("england", {"sector": "voluntary", "role": "support_worker"}),
        ("draws", {"icb": "E54000044", "population": "social_care"}),
    ):
        data = england.groups[group].sel(where)
        filled, leavers = (data[name].values.astype(np.float64) for name in ("filled", "leavers"))
        rate = data["turnover_rate"].values
        assert np.isnan(rate[:, :12]).all()
        for month in range(12, filled.shape[1]):
            by_hand = leavers[:, month - 11 : month + 1].sum(axis=1) / filled[:, month - 12 : month].mean(axis=1)
            np.testing.assert_allclose(rate[:, month], by_hand, rtol=1e-6)


def test_rates_made_of_kept_draws_are_those_of_the_run(england) -> None:
    for measure in RATES:
        kept = england.draws[measure].sel(population="social_care")
        made = england.draws_by(measure, ["icb"])
        np.testing.assert_allclose(made.values, kept.values, rtol=3e-6)
    assert np.isnan(england.draws_by("turnover_rate").values[:, :12]).all()
    level = england.draws_by("turnover_rate").sel(month="2025-03")
    assert ((level > 0.1) & (level < 0.4)).all()


def test_a_vacancy_rate_is_vacancies_over_posts(england) -> None:
    data = england.england
    np.testing.assert_allclose(
        data["vacancy_rate"].values, (data["vacancies"] / data["establishment"]).values, rtol=1e-6
    )
    whole = england.draws_by("vacancies") / england.draws_by("establishment")
    np.testing.assert_allclose(england.draws_by("vacancy_rate"), whole, rtol=1e-12)


def test_without_posts_there_is_no_rate_and_yet_a_number_of_posts() -> None:
    nobody = {"nhs_social_workers_fte": 0.0}
    result = mh.run(Scenario(name="x", months=14, draws=3, icbs=("E54000011",), assumptions=nobody), threads=1)
    cell = {"sector": "nhs", "role": "social_worker"}
    for name in ("detail", "england"):
        data = result.groups[name].sel(cell)
        assert (data["establishment"] == 0).all()
        assert (data["filled"] == 0).all()
        assert data["vacancy_rate"].isnull().all()
        assert data["turnover_rate"].isnull().all()
        assert result.groups[name].sel(sector="nhs", role="registered_nurse")["vacancy_rate"].notnull().all()


def test_specialist_rates_are_not_numbers_where_there_are_no_specialist_posts(england) -> None:
    rate = england.england["specialist_vacancy_rate"]
    posts = england.england["specialist_establishment"]
    assert rate.where(posts == 0).isnull().all()
    assert rate.where(posts > 0).notnull().sum() == (posts > 0).sum()
    assert (posts == 0).any()
