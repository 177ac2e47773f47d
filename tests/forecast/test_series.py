from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.forecast import SERIES, held_back, observations, series, tables

TABLES = ("points", "links", "choice", "forecasts", "specialist", "backtest", "checks")


@pytest.mark.parametrize("name", SERIES)
def test_every_number_is_a_figure_and_rests_on_what_the_figure_rests_on(name):
    for item in (*observations(name), *held_back(name)):
        found = catalogue.figure(item.figure)
        assert item.value == pytest.approx(found.number / (100.0 if found.unit == "%" else 1.0))
        assert item.status == found.status


@pytest.mark.parametrize("name", SERIES)
def test_models_are_given_the_points_in_use_and_no_third_hand_ones(name):
    points = catalogue.series(SERIES[name].listed)
    assert [item.figure for item in observations(name)] == [point.figure_id for point in points]
    assert {item.status for item in observations(name)} <= {"observed", "derived"}


def test_a_point_not_in_use_is_held_back_only_when_its_year_lies_ahead():
    assert [(item.year, item.figure) for item in held_back("vacancy")] == [(2025, "BVR10")]
    worked_back = {point.figure_id for point in catalogue.series("asc_turnover", all_points=True) if not point.use}
    assert worked_back == {"BTR01R"}
    assert held_back("turnover") == ()


def test_the_published_breaks_of_turnover_are_linked_by_the_year_that_both_tell():
    links = {(link.basis, link.years) for link in series("turnover").links}
    assert ("with personal assistants", (2023,)) in links
    assert ("2019 report", (2018,)) in links
    made = series("turnover")
    odds = 0.231 / 0.769 * (0.248 / 0.752) / (0.242 / 0.758)
    assert made.value(2024) == pytest.approx(odds / (1 + odds), rel=1e-12)


def test_a_restated_year_links_its_two_vintages():
    links = {(link.basis, link.onto): (link.years, link.shift) for link in series("vacancy").links}
    years, shift = links["2020 page", "2023 and 2024 reports"]
    assert years == (2019,)
    assert np.exp(shift) == pytest.approx(0.071 / 0.929 / (0.073 / 0.927))
    years, shift = links["2023 and 2024 reports", "2025 report"]
    assert years == (2021,)
    assert np.exp(shift) == pytest.approx(0.105 / 0.895 / (0.106 / 0.894))


def test_the_first_publication_of_recruits_gives_way_to_the_revised_one():
    assert list(series("international_recruits").values) == [80000.0, 105000.0, 50000.0]
    assert list(series("specialist_posts").values) == [23000.0, 16000.0]


def test_an_unknown_series_is_told_with_the_known_ones():
    with pytest.raises(DataError, match="did you mean 'turnover'"):
        series("turnovr")


@pytest.mark.parametrize("name", TABLES)
def test_tables_have_a_cell_for_every_heading(name):
    headings, rows = getattr(tables, f"trend_{name}")()
    assert rows
    assert all(len(row) == len(headings) for row in rows)


def test_the_page_asks_for_tables_that_exist(root: Path):
    text = (root / "docs" / "trends.md").read_text(encoding="utf-8")
    for name in TABLES:
        assert f"<!-- table: trend_{name} -->" in text
    assert text.count("<!-- table: ") == len(TABLES)


def test_importing_the_forecast_does_not_import_statsmodels(root: Path):
    code = "import sys, mhwfmodel.forecast.tables; sys.exit('statsmodels' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
