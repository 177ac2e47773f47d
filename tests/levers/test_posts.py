"""Funded posts: the stated number arrives, in whole posts without bias, and cuts close empty posts first."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from mhwfmodel.levers import FundedPosts, Scope

START = "2024-05"


def added(run, *levers, by: tuple[str, ...] = (), **changes):
    """Change of funded posts over both populations, dims (draw, …, month)."""
    pairs = [
        run(*levers, **changes).draws_by("establishment", by, population=population)
        - run(**changes).draws_by("establishment", by, population=population)
        for population in ("social_care", "nhs")
    ]
    return pairs[0] + pairs[1]


@pytest.mark.parametrize("posts", [250.0, -250.0])
def test_the_stated_number_is_spread_over_the_scope(expect, here, posts: float) -> None:
    change = added(expect, FundedPosts(start=START, posts=posts), by=("icb",))
    np.testing.assert_allclose(change.sum("icb").sel(month=slice(START, None)), posts, rtol=1e-4)
    there = change.drop_sel(icb=here).sel(month="2024-08")
    assert np.sign(float(there.sum())) == np.sign(posts)
    only = added(expect, FundedPosts(start=START, posts=posts, scope=Scope(icbs=(here,))), by=("icb",))
    np.testing.assert_allclose(only.sel(icb=here, month="2024-08"), posts, rtol=1e-4)
    assert float(np.abs(only.drop_sel(icb=here)).max()) == 0


def test_whole_posts_are_without_bias(forecast, here) -> None:
    """7.3 posts in one cell are 7 or 8 in a draw and 7.3 over many; over a whole ICB they add up in the mean."""
    draws, posts = 250, 7.3
    small = {"draws": draws, "months": 2, "icbs": (here,), "baseline": "rates_held"}
    one = Scope(sectors=("direct_payment",))
    change = added(forecast, FundedPosts(start=START, posts=posts, scope=one), **small).sel(month=START).values
    assert set(np.unique(change)) == {7.0, 8.0}
    assert abs(change.mean() - posts) < 4 * np.sqrt(0.3 * 0.7 / draws)
    wide = added(forecast, FundedPosts(start=START, posts=posts), **small).sel(month=START).values
    assert (wide == np.round(wide)).all()
    assert abs(wide.mean() - posts) < 4 * wide.std(ddof=1) / np.sqrt(draws)


def test_a_relative_change_scales_every_social_care_cell(expect, here) -> None:
    lever = FundedPosts(start=START, change=-0.1, scope=Scope(icbs=(here,)))
    plain, acted = expect().detail["establishment"], expect(lever).detail["establishment"]
    share = (acted / plain).sel(stat="mean", icb=here, month=slice(START, None))
    nhs = share.sel(sector="nhs").values
    np.testing.assert_array_equal(nhs[np.isfinite(nhs)], 1.0)
    share = share.drop_sel(sector="nhs")
    np.testing.assert_allclose(share.values[np.isfinite(share.values)], 0.9, rtol=1e-5)


def test_posts_are_added_before_they_are_scaled(expect, here) -> None:
    scope = Scope(icbs=(here,), sectors=("direct_payment",))
    add, halve = FundedPosts(start=START, posts=40, scope=scope), FundedPosts(start=START, change=-0.5, scope=scope)
    cell = {"sector": "direct_payment", "role": "personal_assistant", "month": "2024-07"}
    plain, other = (run.england["establishment"].sel(cell).item() for run in (expect(), expect(add, halve)))
    both_ways = expect(halve, add).england["establishment"].sel(cell).item()
    alone = expect(halve).england["establishment"].sel(cell).item()
    assert other - alone == pytest.approx(20, rel=1e-4)
    assert both_ways == other
    assert alone < plain


def test_a_cut_closes_vacancies_first_and_then_posts_that_people_leave(forecast, apart) -> None:
    lever = FundedPosts(start=START, change=-0.3)
    plain, cut = forecast(**apart), forecast(lever, **apart)
    for measure in ("vacancies", "filled", "establishment"):
        assert (cut.draws_by(measure).values >= 0).all()
    month = {"month": START}
    assert (cut.draws_by("filled") > cut.draws_by("establishment")).sel(month).all()
    assert (cut.draws_by("vacancies").sel(month) < plain.draws_by("vacancies").sel(month)).all()
    # Nobody is dismissed: until posts and people meet, as many leave as without the cut, but for a few who stay because
    # the post that their course led to is not there.
    stays = plain.draws_by("leavers").sel(month) - cut.draws_by("leavers").sel(month)
    assert (stays >= 0).all()
    assert (stays < 0.01 * plain.draws_by("leavers").sel(month)).all()
    filled = cut.draws_by("filled").sel(month=slice(START, None))
    assert (filled.diff("month") <= 0).sum() > 0.9 * filled.diff("month").size


def test_in_one_market_fewer_leave_a_sector_that_is_cut_because_no_post_takes_them(forecast) -> None:
    plain, cut = forecast(), forecast(FundedPosts(start=START, change=-0.3))
    leavers = (run.draws_by("leavers").sel(month=START) for run in (cut, plain))
    assert (next(leavers) < next(leavers)).all()
    starters = (run.draws_by("starters").sel(month=START) for run in (cut, plain))
    assert (next(starters) < next(starters)).all()


@pytest.mark.parametrize("given", [{}, {"posts": 3, "change": 0.1}])
def test_a_number_or_a_share_and_not_both(given: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="give either posts"):
        FundedPosts(start=START, **given)
