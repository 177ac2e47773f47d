"""Discounting: the published factors, the versions, and months of a run."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mhwfmodel.catalogue import discount_factor, discount_versions
from mhwfmodel.catalogue.discount import read_discount_bands
from mhwfmodel.errors import DataError
from mhwfmodel.plan.discount import UNDISCOUNTED, month_factors, present_value

PUBLISHED = {
    1: 0.966184,
    5: 0.841973,
    10: 0.708919,
    15: 0.596891,
    30: 0.356278,
    31: 0.345901,
    75: 0.094214,
    76: 0.091916,
}


@pytest.mark.parametrize(("years", "factor"), PUBLISHED.items())
def test_factors_are_those_that_the_green_book_prints(years: int, factor: float) -> None:
    assert round(float(discount_factor(years)), 6) == factor


def test_a_factor_is_that_of_the_year_before_at_the_rate_of_its_own_year() -> None:
    factors = discount_factor(np.arange(401))
    rates = factors[:-1] / factors[1:] - 1
    for last, first, rate in ((30, 0, 0.035), (75, 30, 0.03), (125, 75, 0.025), (200, 125, 0.02), (300, 200, 0.015)):
        assert rates[first:last] == pytest.approx(np.full(last - first, rate), rel=1e-12)
    assert rates[300:] == pytest.approx(np.full(100, 0.01), rel=1e-10)


def test_parts_of_a_year_multiply_to_the_year() -> None:
    assert discount_factor(0.0) == 1.0
    assert discount_factor(30.5) == pytest.approx(float(discount_factor(30)) / 1.03**0.5, rel=1e-14)


def test_the_lower_rates_are_a_version_of_their_own() -> None:
    assert set(discount_versions()) == {"2022", "2026_lower"}
    assert discount_factor(31, "2026_lower") == pytest.approx(1.03**-30 / 1.0257, rel=1e-14)


def test_no_such_version_or_year_is_told_with_what_there_is() -> None:
    with pytest.raises(DataError, match=r"'2002' is no version.*2022"):
        discount_factor(1, "2002")
    for years in (-1.0, np.nan, np.inf):
        with pytest.raises(DataError, match="below 0 or no numbers"):
            discount_factor(years)


def test_months_of_a_year_share_its_factor_and_the_first_year_counts_in_full() -> None:
    factors = month_factors(25)
    assert factors[:12].tolist() == [1.0] * 12
    assert factors[12:24] == pytest.approx([1 / 1.035] * 12, rel=1e-14)
    assert factors[24] == pytest.approx(1.035**-2, rel=1e-14)
    assert month_factors(3, UNDISCOUNTED).tolist() == [1.0] * 3


def test_a_present_value_by_hand() -> None:
    pounds = np.array([[100.0] * 24, [0.0] * 12 + [50.0] * 12])
    assert present_value(pounds) == pytest.approx([1200 + 1200 / 1.035, 600 / 1.035], rel=1e-14)
    assert present_value(pounds, UNDISCOUNTED).tolist() == [2400.0, 600.0]


HEADER = ["version", "title", "last_year", "rate", "source", "note"]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["x", "X", "30", "0.035", "green_book_tag_2026", ""]], "do not follow one another to the end"),
        (
            [["x", "X", "30", "0.03", "green_book_tag_2026", ""], ["x", "X", "20", "0.02", "green_book_tag_2026", ""]],
            "do not follow one another",
        ),
        ([["x", "X", "", "0.035", "a_book", ""]], "'a_book' is no document"),
        ([["x", "X", "", "3.5", "green_book_tag_2026", ""]], "not between 0 and 1"),
    ],
)
def test_a_table_that_cannot_hold_is_refused(tmp_path: Path, rows: list[list[str]], problem: str) -> None:
    with (tmp_path / "discount.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([HEADER, *rows])
    with pytest.raises(DataError, match=problem):
        read_discount_bands(tmp_path)
