"""What single levers do in a run, where it can be said exactly or by its direction."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.levers import (
    AgencyStaff,
    CourseDestination,
    FeeUplift,
    FrozenPosts,
    FundingStream,
    GuaranteedHours,
    InternationalRecruitment,
    NewRoles,
    NhsExpansion,
    Pay,
    PostsConversion,
    ProtectedLearning,
    Scope,
    TraumaInformed,
    VoluntaryFundingShock,
)

START = "2024-05"
LATER = slice(START, None)


def test_protected_time_takes_its_share_of_hours_exactly(expect) -> None:
    plain, acted = (run.draws_by("hours") for run in (expect(), expect(ProtectedLearning(start=START, protected=0.05))))
    np.testing.assert_allclose((acted / plain).sel(month=LATER), 0.95, rtol=1e-6)
    filled = [run.draws_by("filled") for run in (expect(), expect(ProtectedLearning(start=START, protected=0.05)))]
    assert filled[0].identical(filled[1])


def test_the_nhs_draws_staff_from_social_care_and_none_from_nowhere(expect) -> None:
    """Without people from outside, what the NHS gains is what social care loses."""
    plain, acted = expect(), expect(NhsExpansion(start=START, change=0.5))
    for measure, sign in (("leavers", 1), ("filled", -1), ("moved_out", 1)):
        change = (acted.draws_by(measure) - plain.draws_by(measure)).sel(month=slice("2024-07", None)).sum()
        assert np.sign(float(change)) == sign, measure
    gained = acted.draws_by("filled", population="nhs") - plain.draws_by("filled", population="nhs")
    assert float(gained.isel(month=-1).sum()) > 0


def test_a_closed_visa_route_brings_nobody(forecast) -> None:
    lever = InternationalRecruitment(start=START, change=-1)
    assert float(forecast(lever).draws_by("starters_abroad").sel(month=LATER).sum()) == 0
    assert float(forecast().draws_by("starters_abroad").sel(month=LATER).sum()) > 0


def test_frozen_posts_are_no_vacancies(expect) -> None:
    plain, acted = expect(), expect(FrozenPosts(start=START, frozen=0.04))
    rates = [run.draws_by("vacancy_rate").sel(month=START) for run in (plain, acted)]
    assert (rates[1] < rates[0]).all()
    ended = expect(FrozenPosts(start=START, end="2024-09", frozen=0.04)).draws_by("establishment")
    np.testing.assert_allclose(
        ended.sel(month="2024-09"), plain.draws_by("establishment").sel(month="2024-09"), rtol=1e-6
    )


def test_a_stream_that_ends_leaves_a_cliff(expect) -> None:
    lever = FundingStream(
        start=START, end="2024-10", pounds_per_year=10e6, cost_of_post=50_000, to_voluntary=0.6, to_local_authority=0.4
    )
    change = expect(lever).draws_by("establishment", ("sector",)) - expect().draws_by("establishment", ("sector",))
    for sector, posts in (("voluntary", 120), ("local_authority", 80), ("private", 0)):
        np.testing.assert_allclose(change.sel(sector=sector, month="2024-09"), posts, atol=0.01)
        np.testing.assert_allclose(change.sel(sector=sector, month="2024-10"), 0, atol=0.01)


def test_a_shock_comes_with_its_lag_and_part_of_it_stays(expect) -> None:
    lever = VoluntaryFundingShock(
        start=START, posts_lost=0.2, lag_months=2, until_recovery_months=4, recovery_months=2, recovery_share=0.5
    )
    ratio = (
        expect(lever).draws_by("establishment", ("sector",)) / expect().draws_by("establishment", ("sector",))
    ).sel(sector="voluntary")
    got = ratio.sel(month=["2024-06", "2024-07", "2024-10", "2024-11", "2025-01"]).values[0]
    np.testing.assert_allclose(got, [1, 0.8, 0.8, 0.85, 0.9], rtol=1e-5)


def test_a_conversion_conserves_posts_and_people_move_into_them(expect) -> None:
    scope = Scope(sectors=("voluntary",), roles=("support_worker",))
    plain, acted = expect(), expect(PostsConversion(start=START, share=0.2, to_role="peer_worker", scope=scope))
    change = acted.draws_by("establishment", ("role",)) - plain.draws_by("establishment", ("role",))
    np.testing.assert_allclose(change.sum("role"), 0, atol=0.05)
    month = change.sel(month=START).isel(draw=0)
    assert float(month.sel(role="peer_worker")) == pytest.approx(-float(month.sel(role="support_worker")), rel=1e-4)
    assert float(month.sel(role="peer_worker")) > 10
    grown = acted.draws_by("filled", ("role",)) - plain.draws_by("filled", ("role",))
    assert float(grown.sel(role="peer_worker").isel(month=-1).sum()) > 10


def test_pay_that_is_a_zero_sum_takes_from_others(expect) -> None:
    private = Scope(sectors=("private",))
    lever = Pay(start=START, change=0.1, scope=private)
    summed = lever.model_copy(update={"zero_sum": True})
    both = [expect(item).draws_by("filled", ("sector",)).isel(month=-1, draw=0) for item in (lever, summed)]
    plain = expect().draws_by("filled", ("sector",)).isel(month=-1, draw=0)
    gains = [float((item - plain).sum()) for item in both]
    assert gains[1] < gains[0], "fewer come from outside"
    outside = [expect(item).draws_by("starters_outside").sel(month=START) for item in (lever, summed)]
    assert (outside[1] < outside[0]).all()


def test_a_fee_freeze_loses_posts_and_staff(expect) -> None:
    freeze = FeeUplift(start=START, change=0, cost_growth=0.05, wages_elsewhere_growth=0.03)
    plain, acted = expect(), expect(freeze)
    last = {"month": -1}
    posts = (acted.draws_by("establishment") / plain.draws_by("establishment")).isel(last)
    months = plain.draws_by("establishment").sel(month=LATER).sizes["month"]
    np.testing.assert_allclose(posts, 1.05 ** (-months / 12), rtol=1e-5)
    assert (acted.draws_by("filled").isel(last) < plain.draws_by("filled").isel(last)).all()


def test_trainees_who_all_leave_at_the_end_are_the_gain_of_the_nhs(expect) -> None:
    assumptions = {"pwp_trainee_places": 3000, "pwp_to_nhs_share": 0}
    lever = CourseDestination(start=START, pipeline="pwp_training", to="nhs", share=1)
    plain, acted = (expect(*levers, assumptions=assumptions) for levers in ((), (lever,)))
    role = {"role": "psychological_wellbeing_practitioner", "month": START}
    lost, gained = (
        (acted.draws_by("filled", ("role",), population=whose) - plain.draws_by("filled", ("role",), population=whose))
        .sel(role)
        .item()
        for whose in ("social_care", "nhs")
    )
    assert lost < 0 < gained


def test_agency_staff_add_hours_and_no_heads_up_to_their_cap(expect) -> None:
    plain = expect()
    some, capped, all_of_them = (
        expect(AgencyStaff(start=START, **fields))
        for fields in ({"cover": 0.3}, {"cover": 1, "most_posts": 5}, {"cover": 1})
    )
    hours = [float(run.draws_by("hours").isel(month=-1).sum()) for run in (plain, capped, some, all_of_them)]
    assert hours == sorted(hours)
    assert hours[0] < hours[1]
    assert some.draws_by("filled").identical(plain.draws_by("filled"))
    agency = [float(run.draws_by("agency_fte").isel(month=-1).sum()) for run in (capped, some, all_of_them)]
    assert 0 < agency[0] <= 5
    assert agency[1] == pytest.approx(0.3 * agency[2], rel=1e-4)


def test_trained_staff_go_when_they_leave(expect) -> None:
    """Coverage rises from nothing and stays below what it would be if nobody left."""
    lever = TraumaInformed(start=START, trained=0.3, training_hours=7)
    run = expect(lever)
    months = run.draws_by("filled").sel(month=LATER).sizes["month"]
    without_leaving = 1 - 0.7 ** (months / 3)
    share = float(run.draws_by("trained").isel(month=-1, draw=0) / run.draws_by("filled").isel(month=-1, draw=0))
    assert 0.5 * without_leaving < share < without_leaving


def test_a_contrast_with_none_of_it_cause_moves_nothing(expect) -> None:
    none = {"assumptions": {"association_causal_share": 0}}
    lever = GuaranteedHours(start=START, offered=1)
    plain, acted = (expect(*levers, **none).draws_by("leavers") for levers in ((), (lever,)))
    assert plain.identical(acted)


def test_new_roles_are_filled_by_those_trained_for_them(expect) -> None:
    scope = Scope(sectors=("voluntary",))
    lever = NewRoles(start=START, role="link_worker", posts=40, trained_per_year=120, training_months=3, scope=scope)
    change = expect(lever).draws_by("filled", ("role",)) - expect().draws_by("filled", ("role",))
    assert float(change.sel(role="link_worker").isel(month=-1).sum()) > 20
