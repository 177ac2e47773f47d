from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel import catalogue
from mhwfmodel.report.outlook import outlook
from mhwfmodel.report.page import render
from mhwfmodel.report.sensitivity import rank_correlation, ranking


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=30, unique=True))
def test_a_rising_function_correlates_fully(values):
    one = np.array(values, dtype=np.float64)
    assert rank_correlation(one, one**3) == pytest.approx(1.0)
    assert rank_correlation(one, -np.exp(one / 1000)) == pytest.approx(-1.0)


def test_what_never_changes_correlates_with_nothing():
    assert rank_correlation(np.ones(10), np.arange(10.0)) == 0.0
    assert rank_correlation(np.array([1.0, 2, 2, 4]), np.array([1.0, 3, 2, 4])) == pytest.approx(0.9487, abs=1e-4)


def test_few_draws_rank_nothing(england, england_html):
    found = ranking(outlook(england))
    assert not found.ranked
    names = [row.name for row in found.rows if row.name in {item.name for item in catalogue.parameters()}]
    assert sorted(names) == sorted(item.name for item in catalogue.parameters())
    assert "too few to rank" in england_html


def test_enough_draws_rank_by_what_moves_the_answer(run):
    result = run(draws=60, months=1)
    found = ranking(outlook(result))
    assert found.ranked
    weights = [row.strongest for row in found.rows]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > found.chance
    levels = {row.name: row for row in found.rows}
    assert not levels["joiner_under_1"].weights
    assert len(levels["vacancy_level"].weights) == 2
    assert levels["vacancy_level"].weights[1] > found.chance
    assert found.rows[0].name == "vacancy_level"
    assert all(row.strongest <= found.chance for row in found.others)
    assert len(found.leading) + len(found.others) == len(found.rows)
    html = render(result)
    assert "absolute rank correlation" in html
    assert "not drawn" in html


def test_a_changed_assumption_is_marked(run):
    result = run(draws=2, months=2, icbs=["QJ2"], assumptions={"turnover_level": 0.3})
    row = next(row for row in ranking(outlook(result)).rows if row.name == "turnover_level")
    assert row.changed
    assert row.central == 0.3
    assert "set by the scenario" in render(result)
