from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mhwfmodel.catalogue import figure
from mhwfmodel.errors import DataError
from mhwfmodel.forecast import SERIES, observations, series, tables

TABLES = ("points", "links", "choice", "forecasts", "specialist", "backtest", "checks")


@pytest.mark.parametrize("name", SERIES)
def test_every_number_names_a_figure_and_what_it_rests_on(name):
    for item in observations(name):
        found = [figure(identity) for identity in item.figure.split("-")]
        assert found
        assert item.status in {"observed", "derived"}
        share = 100.0 if found[0].unit == "%" else 1.0
        plain = len(found) == 1 and item.value == pytest.approx((found[0].number or 0.0) / share)
        assert plain or item.note, f"{item} is not the figure's number and does not say why"


def test_the_published_breaks_of_turnover_are_linked_by_the_year_that_both_tell():
    links = {(link.basis, link.years) for link in series("turnover").links}
    assert ("with personal assistants", (2023,)) in links
    assert ("2019 report", (2018,)) in links
    made = series("turnover")
    odds = 0.231 / 0.769 * (0.248 / 0.752) / (0.242 / 0.758)
    assert made.value(2024) == pytest.approx(odds / (1 + odds), rel=1e-12)


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
