from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.report.wording import (
    MISSING,
    change,
    joined,
    month_name,
    people,
    per_cent,
    plain,
    quantity,
    significant,
    span,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (621_487, "621,000"),
        (621_500, "622,000"),
        (57_723.4, "57,700"),
        (999.6, "1,000"),
        (99.5, "100"),
        (12.4, "12"),
        (0.2, "0"),
        (0, "0"),
        (-1234, "−1,230"),
        (math.nan, MISSING),
    ],
)
def test_people(value, text):
    assert people(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0846, "8.5%"), (0.0845, "8.5%"), (1.05, "105.0%"), (0, "0.0%"), (-0.012, "−1.2%")]
)
def test_per_cent(value, text):
    assert per_cent(value) == text


@given(st.floats(1e-6, 1e12))
def test_rounding_keeps_three_digits_and_repeats_itself(value):
    kept = significant(value)
    assert abs(kept - value) <= 0.5000001 * 10 ** (math.floor(math.log10(value)) - 2)
    assert significant(kept) == pytest.approx(kept, rel=1e-12)


@given(st.integers(100, 10**9))
def test_no_more_than_three_digits_are_shown(value):
    assert len(people(value).replace(",", "").rstrip("0")) <= 3


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_rounding_keeps_the_order(one, other):
    low, high = sorted((one, other))
    assert int(people(low).replace(",", "")) <= int(people(high).replace(",", ""))


def test_an_interval_whose_ends_read_alike_is_none():
    assert span(15_990, 16_010, "count") == ""
    assert span(0.05, 0.0601, "rate") == "5.0% to 6.0%"
    assert span(math.nan, 1.0, "rate") == ""


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [(100, 100.5, "about as many"), (100, 88, "12% fewer"), (100, 107, "7% more"), (0, 3, "another number")],
)
def test_change(before, after, text):
    assert change(before, after) == text


def test_words():
    assert month_name("2029-03") == "March 2029"
    assert month_name("2029-12", short=True) == "Dec 2029"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert joined(["a"]) == "a"
    assert joined([]) == ""
    assert plain("from 80 000 to 1 705 000, 8.5 % of 42 ICBs") == "from 80,000 to 1,705,000, 8.5% of 42 ICBs"
    assert [quantity(value) for value in (0.22, -1.1, 21_640.0, 4.0)] == ["0.22", "−1.1", "21,600", "4"]
