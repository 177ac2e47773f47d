"""When a lever acts: not before its start, more each month of its ramp, and no more from its end on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mhwfmodel import units
from mhwfmodel.levers import FundedPosts, Retention, Scope

FIRST = "2024-04"
MONTHS = units.month_range(FIRST, 60)


@given(st.integers(-30, 70), st.integers(0, 40), st.none() | st.integers(1, 60))
def test_the_profile_rises_to_one_and_ends(start: int, ramp: int, length: int | None) -> None:
    first = units.add_months(FIRST, start)
    end = None if length is None else units.add_months(first, length)
    profile = Retention(leaving_change=-0.1, start=first, ramp_months=ramp, end=end).profile(MONTHS)
    for at, acting in enumerate(profile):
        since = at - start
        if since < 0 or (length is not None and since >= length):
            assert acting == 0
        elif since >= ramp - 1:
            assert acting == 1
        else:
            assert acting == pytest.approx((since + 1) / ramp)


def test_a_ramp_of_four_months() -> None:
    lever = Retention(leaving_change=-0.1, start="2024-06", ramp_months=4, end="2024-12")
    assert lever.profile(MONTHS[:10]).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("end", ["2024-06", "2024-05"])
def test_an_end_that_is_not_after_the_start_is_refused(end: str) -> None:
    with pytest.raises(ValidationError, match="is not after start 2024-06"):
        Retention(leaving_change=-0.1, start="2024-06", end=end)


def test_posts_ramp_up_and_end_as_dated(expect, here) -> None:
    scope = Scope(icbs=(here,), sectors=("direct_payment",))
    lever = FundedPosts(posts=60, start="2024-06", ramp_months=3, end="2024-11", scope=scope)
    change = (expect(lever).england["establishment"] - expect().england["establishment"]).sel(
        sector="direct_payment", role="personal_assistant"
    )
    np.testing.assert_allclose(change.values[0, :11], [0, 0, 0, 20, 40, 60, 60, 60, 0, 0, 0], atol=1e-3)


def test_before_its_start_a_lever_changes_no_bit(forecast) -> None:
    lever = Retention(leaving_change=-0.5, start="2024-10")
    before = forecast().draws.sel(month=slice(None, "2024-09"))
    assert before.identical(forecast(lever).draws.sel(month=slice(None, "2024-09")))
    after = forecast().draws.sel(month="2024-10")
    assert not after.identical(forecast(lever).draws.sel(month="2024-10"))
