from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.errors import DataError
from mhwfmodel.report.measures import BOARD, drawn, measure, told
from mhwfmodel.report.outlook import outlook, points


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


def test_every_measure_has_a_unit_and_a_definition():
    for name in BOARD:
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
