from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.errors import DataError
from mhwfmodel.report.measures import AMHP, BOARD, STAFFING, drawn, measure, told
from mhwfmodel.report.outlook import outlook, points


def test_hires_to_fill_every_post_are_the_hires_made_and_a_twelfth_of_what_is_open_at_the_end(england):
    needed = drawn(england, "hires_to_fill").isel(month=slice(12, None))
    open_posts = (drawn(england, "establishment") - drawn(england, "filled")) / 12
    made = drawn(england, "starters_a_month") + open_posts
    np.testing.assert_allclose(needed, made.isel(month=slice(12, None)), rtol=1e-4)
    kept = drawn(england, "hires_needed") + open_posts.shift(month=12)
    np.testing.assert_allclose(needed, kept.isel(month=slice(12, None)), rtol=1e-4)


def test_hires_needed_are_the_hires_made_and_what_vacancies_grew_by(england):
    needed = drawn(england, "hires_needed")
    made = drawn(england, "starters_a_month")
    vacancies = drawn(england, "vacancies").astype(np.float64)
    closing = drawn(england, "establishment") - drawn(england, "filled")
    grown = (closing - closing.shift(month=12)) / 12
    np.testing.assert_allclose(needed.values[:, 12:], (made + grown).values[:, 12:], rtol=1e-4)
    assert np.isnan(needed.values[:, :12]).all()
    assert (vacancies >= 0).all()


def test_averages_of_twelve_months(england):
    leavers = england.draws_by("leavers")
    expected = leavers.isel(month=slice(1, 13)).mean("month")
    found = drawn(england, "leavers_a_month").isel(month=12)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-5)


def test_ages_and_retirements(england):
    month = england.months[12]
    aged, filled = (england.draws_by(name).sel(month=month) for name in ("aged_55_plus", "filled"))
    share = told(england, "aged_55_share").sel(month=month)
    assert float(share.sel(stat="mean")) == pytest.approx(float(aged.mean() / filled.mean()))
    assert float(share.sel(stat="q50")) == pytest.approx(float(np.median(aged / filled)))
    retired = england.draws_by("retirements").isel(month=slice(1, 13)).sum("month")
    np.testing.assert_allclose(drawn(england, "retirements_a_year").sel(month=month), retired, rtol=1e-5)
    by_icb = told(england, "aged_55_share", ("icb",)).sel(stat="mean", month=month)
    assert float(by_icb.min()) < float(share.sel(stat="mean")) < float(by_icb.max())


def test_every_measure_has_a_unit_and_a_definition():
    for name in (*BOARD, *STAFFING, *AMHP):
        item = measure(name)
        assert item.unit
        assert item.definition
        assert item.kind in ("count", "rate")
    with pytest.raises(DataError, match="not a measure"):
        measure("fillde")


def test_the_population_is_kept_apart(england):
    care = told(england, "filled").sel(stat="mean", month="2024-03")
    nhs = told(england, "filled", population="nhs").sel(stat="mean", month="2024-03")
    assert float(care) == 621_500
    assert 20_000 < float(nhs) < 40_000


def test_months_told(england, few, one):
    assert [point.month for point in points(england)] == ["2024-03", "2025-03", "2026-10", "2027-03", "2029-03"] or (
        "now" not in " ".join(point.place for point in points(england))
    )
    assert [(point.month, point.place) for point in points(few)] == [
        ("2024-03", "base year"),
        ("2024-09", "end of the run"),
    ]
    assert [point.month for point in points(one)] == ["2024-03", "2025-03", "2025-09"]


def test_areas(england, few, one):
    assert outlook(england).area == "England"
    assert outlook(few).area == "the 3 ICBs of this run"
    assert outlook(one).area == "Greater Manchester" or not outlook(one).whole
