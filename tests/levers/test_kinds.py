"""What each kind of lever says to a run, and what it spends, without a run: closed forms, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from mhwfmodel import catalogue, levers, units
from mhwfmodel.inputs import ParameterDraws
from mhwfmodel.levers import Scope
from mhwfmodel.levers import effects as effect
from mhwfmodel.levers.parts import log_contrast
from mhwfmodel.levers.spending import Fixed, OfWages, PerUnit

START = "2024-06"
MONTHS = units.month_range("2024-04", 24)
LAST = len(MONTHS) - 1


@dataclass(frozen=True)
class Given:
    """What a lever may ask of a run."""

    months: tuple[str, ...] = MONTHS
    icbs: tuple[str, ...] = tuple(place.code for place in catalogue.icbs())
    values: dict[str, float] = field(default_factory=dict)
    parameters: ParameterDraws = field(default_factory=lambda: ParameterDraws(5, np.arange(200, dtype=np.uint32), {}))

    def parameter(self, name: str) -> np.ndarray:
        return np.array([self.values[name]]) if name in self.values else self.parameters.value(name)


GIVEN = Given()


def only(lever: levers.LeverBase, kind: type, given: Given = GIVEN) -> Any:
    """The one effect of a type."""
    (found,) = (item for item in lever.effects(given) if isinstance(item, kind))
    return found


def spent(lever: levers.LeverBase, kind: type, given: Given = GIVEN) -> Any:
    (found,) = (item for item in lever.spending(given) if isinstance(item, kind))
    return found


def factor(found: Any) -> np.ndarray:
    return np.exp(found.log_factor)


def test_every_lever_spends_what_the_plan_states() -> None:
    lever = levers.Leadership(start=START, ramp_months=2, cost_per_year=1200)
    np.testing.assert_allclose(spent(lever, Fixed).pounds[:5], [0, 0, 50, 100, 100])
    assert levers.Leadership(start=START).spending(GIVEN) == ()


# Pay, fees and the NHS


def test_pay_costs_its_share_of_wages_and_zero_sum_takes_only_from_other_employers() -> None:
    lever = levers.Pay(start=START, change=0.1, zero_sum=True)
    np.testing.assert_allclose(spent(lever, OfWages).share[[0, 2]], [0, 0.1])
    leaving, attraction, *sources = lever.effects(GIVEN)
    assert {item.source for item in sources} == {"newly_qualified", "abroad", "returners", "outside"}
    for item in sources:
        np.testing.assert_allclose(item.factor * factor(attraction), 1.0)
    plain = levers.Pay(start=START, change=0.1).effects(GIVEN)
    assert len(plain) == 2
    np.testing.assert_array_equal(leaving.log_factor, plain[0].log_factor)


def test_ten_per_cent_of_pay_is_three_points_on_thirty_at_the_centre() -> None:
    given = Given(values={"pay_separation_elasticity": catalogue.parameter("pay_separation_elasticity").central})
    leaving = next(iter(levers.Pay(start=START, change=0.1).effects(given)))
    assert 0.30 * float(factor(leaving)[0, -1]) == pytest.approx(0.27, abs=0.001)


def test_a_fee_that_is_passed_on_in_full_is_pay_and_nothing_else() -> None:
    fee = levers.FeeUplift(start=START, change=0.05)
    pay = levers.Pay(start=START, change=0.05)
    for one, two in zip(fee.effects(GIVEN)[:2], pay.effects(GIVEN), strict=True):
        np.testing.assert_allclose(one.log_factor, two.log_factor)
    np.testing.assert_array_equal(fee.effects(GIVEN)[2].log_factor, 0)


def test_a_fee_is_split_between_pay_and_posts() -> None:
    fee = levers.FeeUplift(start=START, change=0.10, pass_through=0.6)
    pay = levers.Pay(start=START, change=0.06)
    np.testing.assert_allclose(fee.effects(GIVEN)[0].log_factor, pay.effects(GIVEN)[0].log_factor)
    np.testing.assert_allclose(factor(fee.effects(GIVEN)[2])[0, -1], 1.04)
    assert fee.spending(GIVEN)[0].share[-1] == pytest.approx(0.06)
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        levers.FeeUplift(start=START, change=0.10, pass_through=1.1)


def test_a_freeze_closes_posts_by_costs_that_grow_and_leaves_pay_behind() -> None:
    fee = levers.FeeUplift(start="2024-04", change=0, cost_growth=0.03, wages_elsewhere_growth=0.02)
    given = Given(values={"pay_separation_elasticity": -1.0, "pay_supply_elasticity": 4.0})
    leaving, attraction, posts = fee.effects(given)
    years = np.arange(1, 25) / 12
    np.testing.assert_allclose(factor(posts)[0], 1.03**-years)
    np.testing.assert_allclose(factor(leaving)[0], 1.02**years)
    np.testing.assert_allclose(factor(attraction)[0], 1.02 ** (-3 * years))
    np.testing.assert_allclose(fee.spending(given)[1].share, 1.03**years - 1)
    ended = levers.FeeUplift(start="2024-04", end="2025-04", change=0, cost_growth=0.03).effects(given)[2]
    np.testing.assert_array_equal(ended.log_factor[0, 12:], 0)


def test_the_nhs_expands_in_the_nhs_alone() -> None:
    lever = levers.NhsExpansion(start=START, posts=100, pay_above=0.05)
    assert lever.scope.sectors == ("nhs",)
    assert only(lever, effect.PostsAdded).posts[-1] == 100
    assert all(item.scope.sectors == ("nhs",) for item in lever.effects(GIVEN))
    with pytest.raises(ValidationError, match="acts in nhs alone"):
        levers.NhsExpansion(start=START, posts=1, scope=Scope(sectors=("voluntary",)))
    with pytest.raises(ValidationError, match="give either posts"):
        levers.NhsExpansion(start=START)


# Posts and money


def stream(**fields: Any) -> levers.FundingStream:
    usual = {"start": START, "pounds_per_year": 1_000_000, "cost_of_post": 45_000, "to_voluntary": 0.5}
    return levers.FundingStream(**(usual | fields))


@pytest.mark.parametrize("cost", [45_000, 333_333.3, 2_000_000])
@pytest.mark.parametrize("split", [{}, {"to_nhs": 0.5}, {"to_local_authority": 0.2, "to_private": 0.1}])
def test_posts_of_a_stream_never_cost_more_than_its_money_and_the_rest_is_told(cost: float, split: dict) -> None:
    lever = stream(cost_of_post=cost, ramp_months=3, **split)
    posts = sum(lever.posts(MONTHS).values())
    money = lever.pounds_per_year * lever.profile(MONTHS)
    assert (posts == np.round(posts)).all()
    assert (posts * cost <= money).all()
    np.testing.assert_allclose(spent(lever, Fixed).pounds * 12 + posts * cost, money)


def test_a_stream_ends_in_a_cliff() -> None:
    added = only(stream(end="2025-06"), effect.PostsAdded)
    assert added.scope.sectors == ("voluntary",)
    assert added.posts[[1, 2, 13, 14]].tolist() == [0, 11, 11, 0]


def test_money_arrives_in_the_month_that_is_named() -> None:
    """A cycle of April: a stream that starts in June pays for posts from the April after."""
    posts = only(stream(arrival_months=(4,), end="2025-12"), effect.PostsAdded).posts
    april = MONTHS.index("2025-04")
    assert (posts[:april] == 0).all()
    assert (posts[april : MONTHS.index("2025-12")] == 11).all()
    assert (posts[MONTHS.index("2025-12") :] == 0).all()


def test_a_post_costs_what_the_catalogue_says_where_one_role_is_named() -> None:
    lever = stream(cost_of_post=None, scope=Scope(roles=("social_worker",)), to_voluntary=1)
    pay, on_costs = (catalogue.parameter(name).central for name in ("pay_social_worker", "on_costs_independent"))
    each = pay * (1 + on_costs) * catalogue.parameter("participation_social_worker").central
    assert lever.posts(MONTHS)["voluntary"][-1] == 1_000_000 // each
    with pytest.raises(ValidationError, match="say with cost_of_post"):
        stream(cost_of_post=None)


@pytest.mark.parametrize("split", [{"to_voluntary": 0}, {"to_voluntary": 0.7, "to_nhs": 0.4}])
def test_shares_of_a_stream_are_more_than_none_and_at_most_all(split: dict) -> None:
    with pytest.raises(ValidationError, match="make them more than 0 and at most 100%"):
        stream(**split)


def test_a_funding_shock_lags_and_recovers_only_as_far_as_the_plan_says() -> None:
    shock = levers.VoluntaryFundingShock(start="2024-05", posts_lost=0.2, lag_months=3)
    assert shock.scope.sectors == ("voluntary",)
    np.testing.assert_allclose(shock.lost(MONTHS), [0] * 4 + [0.2] * 20)
    back = shock.model_copy(update={"until_recovery_months": 6, "recovery_months": 4, "recovery_share": 0.5})
    np.testing.assert_allclose(back.lost(MONTHS)[9:15], [0.2, 0.175, 0.15, 0.125, 0.1, 0.1])
    np.testing.assert_allclose(factor(only(back, effect.Scaled))[0], 1 - back.lost(MONTHS))
    with pytest.raises(ValidationError, match="until_recovery_months"):
        levers.VoluntaryFundingShock(start=START, posts_lost=0.2, recovery_share=0.5)


def test_frozen_posts_leave_the_establishment_and_come_back() -> None:
    lever = levers.FrozenPosts(start="2024-05", end="2024-08", frozen=0.1)
    np.testing.assert_allclose(factor(only(lever, effect.Scaled))[0, :5], [1, 0.9, 0.9, 0.9, 1])


def test_new_roles_are_posts_and_people_trained_for_them() -> None:
    lever = levers.NewRoles(
        start=START, role="peer_worker", posts=60, trained_per_year=120, training_months=4, cost_per_trainee=1000
    )
    assert lever.scope.roles == ("peer_worker",)
    assert only(lever, effect.PostsAdded).posts[2] == 60
    people = only(lever, effect.CandidatesOffered).people
    np.testing.assert_allclose(people[[5, 6, 7]], [0, 10, 10])
    np.testing.assert_allclose(spent(lever, Fixed).pounds[[1, 2]], [0, 10_000])
    with pytest.raises(ValidationError, match="'peer_workr' is not a role; did you mean 'peer_worker'"):
        levers.NewRoles(start=START, role="peer_workr", posts=1)


def test_a_conversion_says_which_posts() -> None:
    fields: dict[str, Any] = {"start": START, "share": 0.1, "to_role": "peer_worker"}
    lever = levers.PostsConversion(**fields, scope=Scope(roles=("support_worker",)))
    assert only(lever, effect.PostsConverted).share[-1] == 0.1
    for scope in (Scope(), Scope(roles=("peer_worker",))):
        with pytest.raises(ValidationError, match="which posts are converted"):
            levers.PostsConversion(**fields, scope=scope)


def test_agency_cover_is_capped_by_posts_or_by_money() -> None:
    cover = only(levers.AgencyStaff(start=START, cover=0.4, most_posts=20), effect.AgencyCover)
    assert cover.share[-1] == 0.4
    assert cover.most == 20
    money = levers.AgencyStaff(start=START, cover=0.4, most_pounds_per_year=600_000, cost_of_post=60_000)
    assert only(money, effect.AgencyCover).most == 10
    one = Scope(sectors=("local_authority",), roles=("social_worker",))
    known = levers.AgencyStaff(start=START, cover=1, most_pounds_per_year=1_000_000, scope=one)
    dearer = levers.AgencyStaff(start=START, cover=1, most_pounds_per_year=1_000_000, premium=1, scope=one)
    fewer, more = (only(item, effect.AgencyCover).most for item in (dearer, known))
    assert 0 < fewer < more
    with pytest.raises(ValidationError, match="say with cost_of_post"):
        levers.AgencyStaff(start=START, cover=1, most_pounds_per_year=5)
    with pytest.raises(ValidationError, match="not both"):
        levers.AgencyStaff(start=START, cover=1, most_pounds_per_year=5, most_posts=3, cost_of_post=1)


def test_a_premium_of_the_plan_costs_what_it_differs() -> None:
    assert levers.AgencyStaff(start=START, cover=0.5).spending(GIVEN) == ()
    given = Given(values={"agency_premium": 0.4})
    item = spent(levers.AgencyStaff(start=START, cover=0.5, premium=0.6), OfWages, given)
    assert item.measure == "agency_fte"
    np.testing.assert_allclose(item.share[0, [1, 2]], [0, 0.2])


# People


def test_returners_come_when_their_course_ends() -> None:
    lever = levers.ReturnToPractice(
        start=START, people_per_month=10, course_months=3, completing=0.8, cost_per_person=500, end="2024-09"
    )
    offered = only(lever, effect.CandidatesOffered)
    assert offered.source == "returners"
    np.testing.assert_allclose(offered.people[:10], [0, 0, 0, 0, 0, 8, 8, 8, 0, 0])
    np.testing.assert_allclose(spent(lever, Fixed).pounds[:6], [0, 0, 5000, 5000, 5000, 0])
    long = lever.model_copy(update={"course_months": 30})
    assert not only(long, effect.CandidatesOffered).people.any()


def test_a_visa_route_that_closes_brings_nobody() -> None:
    lever = levers.InternationalRecruitment(start=START, change=-1, people_per_year=0)
    np.testing.assert_array_equal(only(lever, effect.SourceScaled).factor[0, :4], [1, 1, 0, 0])
    with pytest.raises(ValidationError, match="people_per_year or both"):
        levers.InternationalRecruitment(start=START)


def test_local_employment_does_nothing_until_an_elasticity_is_set() -> None:
    lever = levers.LocalEmployment(start=START, points=2)
    np.testing.assert_array_equal(only(lever, effect.SourceScaled).factor, 1)
    set_by_scenario = Given(values={"local_employment_elasticity": -0.05})
    np.testing.assert_allclose(only(lever, effect.SourceScaled, set_by_scenario).factor[0, -1], np.exp(-0.1))


# Evidence


@pytest.mark.parametrize(
    ("lever", "ratio", "before"),
    [
        (levers.GuaranteedHours(start=START, offered=1), "zero_hours_leaving_ratio", "zero_hours_share"),
        (levers.TrainingAtWork(start=START, reached=0.3), "untrained_leaving_ratio", ""),
    ],
)
def test_a_contrast_brings_the_uncertain_part_of_it_and_perhaps_nothing(lever: Any, ratio: str, before: str) -> None:
    assert lever.grade == "observational"
    found = only(lever, effect.Scaled).log_factor[:, LAST]
    assert (found <= 0).all()
    assert found.max() > 0.1 * found.min(), "draws with next to no effect"
    none, whole = (Given(values={"association_causal_share": value}) for value in (0.0, 1.0))
    np.testing.assert_array_equal(only(lever, effect.Scaled, none).log_factor, 0)
    share = catalogue.parameter(before).central if before else 1.0
    leaves = catalogue.parameter(ratio).central
    fixed = Given(values={"association_causal_share": 1.0, ratio: leaves} | ({before: share} if before else {}))
    moved = share if before else 0.3
    mean = 1 + share * (leaves - 1)
    expected = (mean - moved * (leaves - 1)) / mean
    assert factor(only(lever, effect.Scaled, fixed))[0, LAST] == pytest.approx(expected)
    assert (only(lever, effect.Scaled, whole).log_factor[:, LAST] < 0).all()


def test_a_guarantee_for_all_leaves_the_rate_of_those_who_had_one() -> None:
    """Turnover is 31.8 % on zero-hours contracts and 24.9 % on others: all on others is 24.9 %, if all is cause."""
    high, low, share = 31.8, 24.9, 0.27
    given = Given(values={"association_causal_share": 1.0, "x": high / low})
    found = float(np.exp(log_contrast(given, "x", np.array([share]), np.array([[share]])))[0, 0])
    assert found * (share * high + (1 - share) * low) == pytest.approx(low)


@pytest.mark.parametrize("kind", levers.kinds(), ids=lambda kind: kind.__name__)
def test_every_kind_says_who_decides_who_pays_and_on_what_evidence(kind: type[levers.LeverBase]) -> None:
    known = {figure.id for figure in catalogue.figures()}
    assert all((kind.owner, kind.payer, kind.evidence, kind.moves))
    assert kind.level in {"national", "regional", "place"}
    assert kind.grade in {"causal", "observational", "assumed", "decision", "none"}
    assert set(kind.source) <= known
    assert kind.source or kind.grade not in {"causal", "observational"}
    assert set(kind.own_size) <= set(kind.model_fields)
    for name in kind.own_size:
        said = kind.model_fields[name]
        assert said.is_required() or not said.default, (
            f"{kind.__name__}.{name} has no evidence, and so no size by default"
        )
    if kind.grade == "none":
        assert kind.evidence.startswith(("none", "as for the lever")), kind.__name__


@pytest.mark.parametrize("kind", levers.kinds(), ids=lambda kind: kind.__name__)
def test_every_field_says_what_it_is_and_numbers_have_a_range(kind: type[levers.LeverBase]) -> None:
    for name, described in kind.model_fields.items():
        if name != "kind":
            assert described.description, f"{kind.__name__}.{name}"
    assert kind.model_fields["kind"].default == kind.model_fields["kind"].annotation.__args__[0]


@pytest.mark.parametrize(
    ("lever", "stated"),
    [
        (levers.Leadership, {"leaving_change": -0.05}),
        (levers.ContractLength, {"leaving_change": -0.05, "contract_years": 5}),
        (levers.Attraction, {"attraction_change": 0.05}),
    ],
)
def test_without_evidence_there_is_no_effect_unless_the_plan_states_one(lever: Any, stated: dict) -> None:
    plain = lever(start=START)
    assert plain.graded == "none"
    assert all(not item.log_factor.any() for item in plain.effects(GIVEN))
    own = lever(start=START, **stated)
    assert own.graded == "assumed"
    change = next(iter(stated.values()))
    assert factor(next(iter(own.effects(GIVEN))))[0, -1] == pytest.approx(1 + change)


# Time and learning


def test_wellbeing_is_reach_times_effect() -> None:
    given = Given(values={"weekly_hours": 37.0})
    lever = levers.Wellbeing(start=START, reach=0.5, leaving_change=-0.1, sickness_days=-3, cost_per_person=120)
    assert lever.graded == "assumed"
    np.testing.assert_allclose(factor(only(lever, effect.Scaled, given))[0, -1], 0.95)
    np.testing.assert_allclose(only(lever, effect.TimeTaken, given).hours[0, -1], -0.5 * 3 * 37 / 5 / 12)
    item = spent(lever, PerUnit)
    assert item.measure == "filled"
    np.testing.assert_allclose(item.pounds[[1, 2]], [0, 5])
    nobody = lever.model_copy(update={"reach": 0.0})
    assert not only(nobody, effect.Scaled).log_factor.any()
    assert not only(nobody, effect.TimeTaken).hours.any()


def test_supervision_takes_its_hours() -> None:
    taken = only(levers.Supervision(start=START, ramp_months=2, hours=2), effect.TimeTaken)
    assert taken.hours[0, :4].tolist() == [0, 0, 1, 2]


def test_protected_time_is_that_much_less_capacity_and_nothing_in_return_unless_stated() -> None:
    lever = levers.ProtectedLearning(start=START, protected=0.05)
    assert [type(item).__name__ for item in lever.effects(GIVEN)] == ["Scaled", "Scaled"]
    leaving, hours = lever.effects(GIVEN)
    assert hours.what == "hours"
    np.testing.assert_allclose(factor(hours)[0, -1], 0.95, rtol=1e-15)
    assert not leaving.log_factor.any()
    stated = levers.ProtectedLearning(start=START, protected=0.05, pass_change=0.1, pipelines=("amhp_part_time",))
    completion = only(stated, effect.Completion)
    assert completion.pipeline == "amhp_part_time"
    np.testing.assert_allclose([completion.passes[-1], completion.drop_out[-1]], [1.1, 1.0])
    assert stated.graded == "assumed"
    every = levers.ProtectedLearning(start=START, protected=0.05, pass_change=0.1).effects(GIVEN)
    of_staff = [item.code for item in catalogue.pipelines() if item.kind == "staff"]
    assert [item.pipeline for item in every if isinstance(item, effect.Completion)] == of_staff


def test_places_are_a_share_or_a_number() -> None:
    now = catalogue.parameter("amhp_full_time_places").central
    fields: dict[str, Any] = {"start": START, "pipeline": "amhp_full_time"}
    lever = levers.TrainingPlaces(**fields, added=47, cost_per_place=12_000)
    np.testing.assert_allclose(only(lever, effect.Places).factor[-1], 1 + 47 / now)
    np.testing.assert_allclose(spent(lever, Fixed).pounds[[1, 2]], [0, 47_000])
    adults = {place.code: place.adults for place in catalogue.icbs()}
    code = next(iter(adults))
    part = spent(lever.model_copy(update={"scope": lever.scope.model_copy(update={"icbs": (code,)})}), Fixed).pounds[2]
    np.testing.assert_allclose(part, 47_000 * adults[code] / sum(adults.values()))
    same = levers.TrainingPlaces(**fields, change=47 / now)
    np.testing.assert_allclose(only(same, effect.Places).factor, only(lever, effect.Places).factor)
    assert lever.scope.sectors == ("local_authority", "nhs"), "all who may take the course"
    with pytest.raises(ValidationError, match="acts in local_authority, nhs alone"):
        levers.TrainingPlaces(**fields, change=0.1, scope=Scope(sectors=("private",)))
    degree = levers.TrainingPlaces(start=START, pipeline="social_work_degree", change=0.1)
    assert degree.scope == Scope(), "students have no sector"
    for wrong, why in (({}, "give either change"), ({"added": -5000}, "take away fewer")):
        with pytest.raises(ValidationError, match=why):
            levers.TrainingPlaces(**fields, **wrong)
    with pytest.raises(ValidationError, match="is not a course; did you mean 'pre_amhp'"):
        levers.TrainingPlaces(start=START, pipeline="pre_amhps", change=0.1)


def test_delivery_online_says_itself_what_it_changes() -> None:
    fields: dict[str, Any] = {"start": START, "pipeline": "peer_mentor_training", "delivery": "online"}
    lever = levers.TrainingCompletion(**fields, places_change=0.5, drop_out_change=0.2)
    assert only(lever, effect.Places).factor[-1] == 1.5
    completion = only(lever, effect.Completion)
    assert (completion.drop_out[-1], completion.passes[-1]) == (1.2, 1.0)
    with pytest.raises(ValidationError, match="give places_change"):
        levers.TrainingCompletion(**fields)


def test_a_destination_is_one_of_staff_and_its_reach_is_its_weight() -> None:
    lever = levers.CourseDestination(start=START, pipeline="pwp_training", to="nhs", share=1, reach=0.5)
    found = only(lever, effect.Destination)
    assert (found.sector, found.share) == ("nhs", 1)
    assert found.weight[[1, 2]].tolist() == [0, 0.5]
    with pytest.raises(ValidationError, match="is not a course of staff"):
        levers.CourseDestination(start=START, pipeline="social_work_degree", to="nhs", share=1)
    with pytest.raises(ValidationError, match="'charity' is no destination"):
        levers.CourseDestination(start=START, pipeline="pwp_training", to="charity", share=1)


def test_a_quarter_of_training_is_three_months_of_it() -> None:
    trained = only(levers.TraumaInformed(start=START, trained=0.2, training_hours=7), effect.Trained)
    assert (1 - trained.rate[-1]) ** 3 == pytest.approx(0.8)
    assert not trained.log_leaving.any()
    assert not trained.log_hours.any()
    assert trained.hours == 7
