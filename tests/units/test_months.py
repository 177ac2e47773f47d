"""Month labels and their arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mhwfmodel import units
from mhwfmodel.errors import MhwfError

LABELS = st.builds(lambda year, month: f"{year:04d}-{month:02d}", st.integers(1, 9999), st.integers(1, 12))


@pytest.mark.parametrize("text", ["2024-04", "0001-01", "9999-12"])
def test_a_label_is_year_and_month(text):
    assert units.parse_month(text) == (int(text[:4]), int(text[5:]))


NO_MONTHS = ("2024-13", "2024-00", "0000-04", "2024-4", "24-04", "2024/04", "2024-04-01", " 2024-04", "2024-04\n")
NO_MONTHS += ("", "April 2024", "-2024-04", "２０２４-04", "2024-0４")


@pytest.mark.parametrize("text", NO_MONTHS)
def test_anything_else_is_refused_with_the_text_and_an_example(text):
    with pytest.raises(MhwfError) as refused:
        units.parse_month(text)
    assert f"'{text}' is not a month; write the year and the month as 2024-04" in str(refused.value)


@pytest.mark.parametrize(
    ("label", "months", "later"),
    [
        ("2024-04", 0, "2024-04"),
        ("2024-04", 9, "2025-01"),
        ("2024-12", 1, "2025-01"),
        ("2024-01", -1, "2023-12"),
        ("2024-04", 120, "2034-04"),
        ("2024-04", -1, "2024-03"),
        ("2024-02", -26, "2021-12"),
    ],
)
def test_months_are_added(label, months, later):
    assert units.add_months(label, months) == later


@given(LABELS, st.integers(-3000, 3000))
def test_adding_and_taking_away_returns_and_counts_months(label, months):
    assume(12 <= units.month_index(label) + months < 10_000 * 12)
    later = units.add_months(label, months)
    assert units.month_index(later) - units.month_index(label) == months
    assert units.add_months(later, -months) == label
    assert (later > label) == (months > 0)


@pytest.mark.parametrize(("label", "months"), [("0001-01", -1), ("9999-12", 1), ("2024-04", -24_292)])
def test_a_month_beyond_the_calendar_is_refused(label, months):
    with pytest.raises(
        MhwfError, match=rf"{months} months from {label} is the year .*; months lie in the years 1 to 9999"
    ):
        units.add_months(label, months)


@given(LABELS.filter(lambda label: label < "9000"), st.integers(0, 400))
def test_a_range_is_consecutive(label, months):
    labels = units.month_range(label, months)
    assert len(labels) == months
    assert [units.month_index(each) for each in labels] == [units.month_index(label) + step for step in range(months)]


@pytest.mark.parametrize(
    ("label", "year"),
    [
        ("2024-04", "2024/25"),
        ("2025-03", "2024/25"),
        ("2024-03", "2023/24"),
        ("1999-04", "1999/00"),
        ("2009-12", "2009/10"),
    ],
)
def test_the_financial_year_runs_from_april_to_march(label, year):
    assert units.financial_year(label) == year
