"""Scores of forecasts: closed forms, and what a score must do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from mhwfmodel.errors import DataError
from mhwfmodel.forecast.scores import LEVELS, central_interval, crps, score

NUMBERS = st.floats(-1e6, 1e6)


@pytest.mark.parametrize("came", [-1.0, 0.0, 2.5])
def test_the_score_of_a_normal_forecast_is_its_closed_form(came: float) -> None:
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    exact = came * (2 * norm.cdf(came) - 1) + 2 * norm.pdf(came) - 1 / np.sqrt(np.pi)
    assert crps(draws, came) == pytest.approx(exact, abs=2e-3)


@given(NUMBERS, NUMBERS)
def test_the_score_of_a_point_is_its_absolute_error(point: float, came: float) -> None:
    assert crps([point], came) == pytest.approx(abs(point - came))


@given(st.lists(NUMBERS, min_size=1, max_size=12), NUMBERS)
def test_the_score_is_the_one_of_all_pairs(draws: list[float], came: float) -> None:
    values = np.array(draws)
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert crps(draws, came) == pytest.approx(np.abs(values - came).mean() - pairs / 2, rel=1e-9, abs=1e-4)


def test_a_forecast_that_is_sure_and_right_scores_better_than_one_that_is_not_sure() -> None:
    sure, unsure, wrong = np.full(9, 5.0), np.linspace(0, 10, 9), np.full(9, 9.0)
    assert crps(sure, 5.0) == 0.0
    assert crps(sure, 5.0) < crps(unsure, 5.0) < crps(wrong, 5.0)


def test_intervals_hold_the_share_that_they_say() -> None:
    draws = np.arange(100_001) / 1000
    for level in LEVELS:
        low, high = central_interval(draws, level)
        assert (low, high) == (pytest.approx(50 - level / 2), pytest.approx(50 + level / 2))
    found = score(draws, 7.0)
    assert found.covered == (False, False, True)
    assert found.widths == pytest.approx(LEVELS)
    assert found.median == pytest.approx(50.0)


@pytest.mark.parametrize("draws", [[], [1.0, np.nan], [np.inf]])
def test_what_is_no_forecast_is_refused(draws: list[float]) -> None:
    with pytest.raises(DataError, match="no draws"):
        score(draws, 1.0)
