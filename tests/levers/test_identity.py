"""A lever of magnitude zero is the identity, bit for bit; one that acts moves what it says, and only where it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import mhwfmodel as mh
from mhwfmodel.inputs import build
from mhwfmodel.levers import (
    AgencyStaff,
    Attraction,
    ContractLength,
    CourseDestination,
    EmployerClosure,
    FeeUplift,
    FrozenPosts,
    FundedPosts,
    FundingStream,
    GuaranteedHours,
    InternationalRecruitment,
    Leadership,
    LeverBase,
    LocalEmployment,
    NewRoles,
    NhsExpansion,
    Pay,
    PostsConversion,
    ProtectedLearning,
    Recruitment,
    Retention,
    ReturnToPractice,
    Scope,
    Supervision,
    TrainingAtWork,
    TrainingCompletion,
    TrainingInflow,
    TrainingPlaces,
    TraumaInformed,
    VoluntaryFundingShock,
    Wellbeing,
    kinds,
)
from mhwfmodel.scenario import Scenario, load_scenario
from mhwfmodel.simulate.effects import LeverContext

START = "2024-05"
PRIVATE = Scope(sectors=("private",))
HERE = Scope(icbs=("E54000044",))
CARERS = Scope(sectors=("private", "voluntary"), roles=("support_worker",))
CARERS_HERE = Scope(icbs=("E54000044",), sectors=("private", "voluntary"), roles=("support_worker",))
ON_PATHWAYS = {
    "acuity",
    "caseload_cap",
    "crisis_service",
    "demand_shock",
    "digital_shift",
    "policy_minutes",
    "prevention",
    "repeat_contact",
    "test_sites",
}
"""Kinds that act on a pathway or hold another lever: they have tests of their own."""

NOTHING = [
    AgencyStaff(start=START, cover=0),
    Attraction(start=START),
    ContractLength(start=START, contract_years=5, notice_months=6),
    CourseDestination(start=START, pipeline="pwp_training", to="nhs", share=1, reach=0),
    EmployerClosure(start=START, closing=0, scope=PRIVATE),
    FeeUplift(start=START, change=0, pass_through=0.5),
    FrozenPosts(start=START, frozen=0),
    FundedPosts(start=START, posts=0),
    FundedPosts(start=START, change=0, ramp_months=5),
    FundingStream(start=START, pounds_per_year=0, cost_of_post=50_000, to_voluntary=1),
    GuaranteedHours(start=START, offered=0),
    InternationalRecruitment(start=START, change=0, people_per_year=0),
    Leadership(start=START),
    LocalEmployment(start=START, points=3),
    NewRoles(start=START, role="peer_worker", posts=0),
    NhsExpansion(start=START, change=0),
    Pay(start=START, change=0, scope=PRIVATE),
    Pay(start=START, change=0, zero_sum=True),
    PostsConversion(start=START, share=0, to_role="peer_worker", scope=CARERS),
    ProtectedLearning(start=START, protected=0),
    Recruitment(start=START, time_to_fill_change=0),
    Recruitment(start=START, places_per_month=0, recruit_source="abroad"),
    Retention(start=START, leaving_change=0, experience=("under_1",)),
    ReturnToPractice(start=START, people_per_month=0, course_months=3, completing=1),
    Supervision(start=START, hours=0),
    TrainingAtWork(start=START, reached=0, hours=3),
    TrainingCompletion(start=START, pipeline="peer_mentor_training", delivery="online", pass_change=0),
    TrainingInflow(start=START, people_per_year=0, completion_months=(5, 9)),
    TrainingPlaces(start=START, pipeline="amhp_full_time", change=0),
    TraumaInformed(start=START, trained=0, training_hours=10, leaving_change=-0.2),
    VoluntaryFundingShock(start=START, posts_lost=0, lag_months=2),
    Wellbeing(start=START, reach=0, leaving_change=-0.3, sickness_days=-5),
]
MUCH = [
    AgencyStaff(start=START, cover=0.5, scope=HERE),
    Attraction(start=START, attraction_change=0.5, scope=HERE),
    ContractLength(start=START, leaving_change=-0.4, scope=HERE),
    EmployerClosure(start=START, closing=0.2, scope=Scope(icbs=("E54000044",), sectors=("voluntary",))),
    FeeUplift(start=START, change=0.2, pass_through=0.5, scope=HERE),
    FrozenPosts(start=START, frozen=0.1, scope=HERE),
    FundedPosts(start=START, posts=300, scope=HERE),
    FundedPosts(start=START, change=-0.2, scope=HERE),
    FundingStream(start=START, pounds_per_year=9e6, cost_of_post=4e4, to_voluntary=0.5, to_nhs=0.5, scope=HERE),
    GuaranteedHours(start=START, offered=1, scope=HERE),
    InternationalRecruitment(start=START, change=-1, scope=HERE),
    Leadership(start=START, leaving_change=-0.4, scope=HERE),
    NewRoles(start=START, role="peer_worker", posts=50, trained_per_year=60, training_months=2, scope=HERE),
    NhsExpansion(start=START, change=0.5, pay_above=0.1, scope=HERE),
    Pay(start=START, change=0.2, scope=HERE),
    PostsConversion(start=START, share=0.2, to_role="peer_worker", scope=CARERS_HERE),
    ProtectedLearning(start=START, protected=0.1, scope=HERE),
    Recruitment(start=START, time_to_fill_change=-0.5, places_per_month=20, scope=HERE),
    Retention(start=START, leaving_change=-0.4, scope=HERE),
    ReturnToPractice(start=START, people_per_month=20, course_months=2, completing=0.8, scope=HERE),
    Supervision(start=START, hours=4, scope=HERE),
    TrainingAtWork(start=START, reached=0.5, hours=2, scope=HERE),
    TrainingInflow(start=START, people_per_year=400, completion_months=(5, 9), scope=HERE),
    TrainingPlaces(start=START, pipeline="amhp_full_time", change=1, scope=HERE),
    TraumaInformed(start=START, trained=0.3, training_hours=14, leaving_change=-0.2, scope=HERE),
    VoluntaryFundingShock(start=START, posts_lost=0.3, lag_months=2, scope=HERE),
    Wellbeing(start=START, reach=0.5, leaving_change=-0.4, sickness_days=-3, scope=HERE),
]
EVERYWHERE = {CourseDestination, TrainingCompletion, LocalEmployment}
"""Courses whose completion is that of England, and the economy, which does nothing until an assumption is set."""


@dataclass(frozen=True)
class Moved:
    """What a kind of lever moves.

    Args:
        measure: Of the result; `moves` of the kind starts with it.
        sign: Of the movement, for a size above 0.
        make: The lever, by size.
        both: Whether sizes below 0 are allowed.
        where: Part of the measure that is meant: a sector or a role.
        population: Whose.
        changes: Of the scenario, with and without the lever.
    """

    measure: str
    sign: int
    make: Callable[[float], LeverBase]
    both: bool = False
    where: Mapping[str, str] = field(default_factory=dict)
    population: str = "social_care"
    changes: Mapping[str, object] = field(default_factory=dict)

    def of(self, run: Callable, *levers: LeverBase):
        """The measure from the start on, dims (draw, month)."""
        found = run(*levers, **self.changes).draws_by(self.measure, tuple(self.where), population=self.population)
        return found.sel(**self.where).sel(month=slice(START, None))


MOVES = {
    AgencyStaff: Moved("hours", 1, lambda size: AgencyStaff(start=START, cover=size)),
    Attraction: Moved("starters", 1, lambda size: Attraction(start=START, attraction_change=size), both=True),
    ContractLength: Moved("leavers", 1, lambda size: ContractLength(start=START, leaving_change=size), both=True),
    CourseDestination: Moved(
        "filled",
        1,
        lambda size: CourseDestination(start=START, pipeline="pwp_training", to="nhs", share=1, reach=10 * size),
        population="nhs",
        changes={"assumptions": {"pwp_trainee_places": 5000}},
    ),
    EmployerClosure: Moved("leavers", 1, lambda size: EmployerClosure(start=START, closing=size)),
    FeeUplift: Moved("leavers", -1, lambda size: FeeUplift(start=START, change=size), both=True),
    FrozenPosts: Moved("establishment", -1, lambda size: FrozenPosts(start=START, frozen=size)),
    FundedPosts: Moved("establishment", 1, lambda size: FundedPosts(start=START, change=size), both=True),
    FundingStream: Moved(
        "establishment",
        1,
        lambda size: FundingStream(start=START, pounds_per_year=size * 1e8, cost_of_post=4e4, to_voluntary=1),
    ),
    GuaranteedHours: Moved("leavers", -1, lambda size: GuaranteedHours(start=START, offered=10 * size)),
    InternationalRecruitment: Moved(
        "starters_abroad", 1, lambda size: InternationalRecruitment(start=START, change=5 * size), both=True
    ),
    Leadership: Moved("leavers", 1, lambda size: Leadership(start=START, leaving_change=size), both=True),
    LocalEmployment: Moved(
        "starters_outside",
        -1,
        lambda size: LocalEmployment(start=START, points=30 * size),
        both=True,
        changes={"assumptions": {"local_employment_elasticity": -0.1}},
    ),
    NewRoles: Moved("establishment", 1, lambda size: NewRoles(start=START, role="peer_worker", posts=1000 * size)),
    NhsExpansion: Moved("leavers", 1, lambda size: NhsExpansion(start=START, change=5 * size), both=True),
    Pay: Moved("leavers", -1, lambda size: Pay(start=START, change=size), both=True),
    PostsConversion: Moved(
        "establishment",
        1,
        lambda size: PostsConversion(start=START, share=size, to_role="peer_worker", scope=CARERS),
        where={"role": "peer_worker"},
    ),
    ProtectedLearning: Moved("hours", -1, lambda size: ProtectedLearning(start=START, protected=size)),
    Recruitment: Moved("starters", -1, lambda size: Recruitment(start=START, time_to_fill_change=size), both=True),
    Retention: Moved("leavers", 1, lambda size: Retention(start=START, leaving_change=size), both=True),
    ReturnToPractice: Moved(
        "starters_returners",
        1,
        lambda size: ReturnToPractice(start=START, people_per_month=100 * size, course_months=1, completing=1),
    ),
    Supervision: Moved("hours", -1, lambda size: Supervision(start=START, hours=10 * size), both=True),
    TrainingAtWork: Moved("leavers", -1, lambda size: TrainingAtWork(start=START, reached=10 * size)),
    TrainingCompletion: Moved(
        "starters_newly_qualified",
        -1,
        lambda size: TrainingCompletion(start=START, pipeline="mental_health_nursing_degree", pass_change=-8 * size),
    ),
    TrainingInflow: Moved("starters", 1, lambda size: TrainingInflow(start=START, people_per_year=1000 * size)),
    TrainingPlaces: Moved(
        "amhp_trainees",
        1,
        lambda size: TrainingPlaces(start=START, pipeline="amhp_full_time", change=10 * size),
        both=True,
    ),
    TraumaInformed: Moved("hours", -1, lambda size: TraumaInformed(start=START, trained=size, training_hours=50)),
    VoluntaryFundingShock: Moved(
        "establishment", -1, lambda size: VoluntaryFundingShock(start=START, posts_lost=size, lag_months=2)
    ),
    Wellbeing: Moved("leavers", 1, lambda size: Wellbeing(start=START, reach=0.5, leaving_change=size), both=True),
}


def same(one, two) -> bool:
    return all(one.groups[name].identical(two.groups[name]) for name in one.groups) and set(one.groups) == set(
        two.groups
    )


def by_kind(lever: object) -> str:
    return getattr(lever, "__name__", None) or getattr(lever, "kind", str(lever))


@pytest.mark.parametrize("lever", NOTHING, ids=by_kind)
def test_zero_changes_no_bit(forecast, lever: LeverBase) -> None:
    assert same(forecast(), forecast(lever))


def test_all_zero_levers_together_change_no_bit_in_either_evaluator(forecast, expect) -> None:
    assert same(forecast(), forecast(*NOTHING))
    assert same(expect(), expect(*NOTHING))


def test_the_comparison_above_can_fail(forecast) -> None:
    assert not same(forecast(), forecast(Retention(start="2025-05", leaving_change=-0.01)))


def test_inputs_do_not_depend_on_levers() -> None:
    plain = Scenario(name="x", months=2, draws=2, icbs=("E54000044",))
    acted = plain.model_copy(update={"levers": tuple(MUCH)})
    one, two = build(plain), build(acted)
    for name in ("filled", "vacancies", "turnover", "duration"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_every_kind_of_lever_is_tested_here_or_with_pathways() -> None:
    here = {kind for kind in kinds() if kind.model_fields["kind"].default not in ON_PATHWAYS}
    assert here == set(MOVES) == {type(lever) for lever in NOTHING}
    assert here == {type(lever) for lever in MUCH} | EVERYWHERE


@pytest.mark.parametrize("kind", MOVES, ids=by_kind)
def test_a_lever_moves_what_it_says_in_its_direction(expect, forecast, kind: type[LeverBase]) -> None:
    moved = MOVES[kind]
    assert kind.moves.startswith(moved.measure)
    for run, size in ((forecast, 0.1), (expect, 0.1), *([(expect, -0.1)] if moved.both else [])):
        change = moved.of(run, moved.make(size)) - moved.of(run)
        if moved.measure == "establishment":
            assert (np.sign(change.isel(month=-1)) == np.sign(moved.sign * size)).all()
        assert np.sign(float(change.sum("month").mean("draw"))) == np.sign(moved.sign * size)


@pytest.mark.parametrize("kind", MOVES, ids=by_kind)
def test_more_of_a_lever_moves_more(expect, kind: type[LeverBase]) -> None:
    moved = MOVES[kind]
    little, much = (abs(float((moved.of(expect, moved.make(size)) - moved.of(expect)).sum())) for size in (0.05, 0.1))
    assert much > 1.5 * little


@pytest.mark.parametrize("lever", MUCH, ids=by_kind)
def test_a_lever_on_one_icb_leaves_every_number_of_the_others(forecast, here, there, lever: LeverBase) -> None:
    """With `moves: within_icb`; otherwise staff go where the lever makes posts."""
    plain, acted = (forecast(*levers, moves="within_icb") for levers in ((), (lever,)))
    changed = False
    for group in ("draws", "detail", "icb_sector", "icb_role", "amhp", "training"):
        assert plain.groups[group].sel(icb=[there]).identical(acted.groups[group].sel(icb=[there])), group
        changed |= not plain.groups[group].sel(icb=[here]).identical(acted.groups[group].sel(icb=[here]))
    assert changed


def by_file(made: Scenario, file: Path) -> Scenario:
    """What a scenario says, written and read."""
    with file.open("w", encoding="utf-8") as out:
        YAML(typ="safe").dump(made.resolved(), out)
    return load_scenario(file)


ACTING = [*MUCH, *(MOVES[kind].make(0.1) for kind in sorted(EVERYWHERE, key=lambda kind: kind.__name__))]


@pytest.mark.parametrize("lever", ACTING, ids=by_kind)
def test_a_lever_is_the_same_by_python_and_by_file(tmp_path: Path, lever: LeverBase) -> None:
    made = Scenario(name="One lever", months=14, draws=2, icbs=("E54000044",), levers=(lever,))
    read = by_file(made, tmp_path / "plan.yaml")
    assert read == made
    assert read.levers == made.levers


def test_all_levers_together_run_the_same_by_python_and_by_file(tmp_path: Path) -> None:
    """Read anew and run anew: nothing of a lever is lost on the way."""
    made = Scenario(name="All levers", months=6, draws=2, icbs=("E54000044",), levers=tuple(ACTING))
    read = by_file(made, tmp_path / "plan.yaml")
    assert same(mh.run(read, threads=1), mh.run(made, threads=1))
    without = made.model_copy(update={"levers": made.levers[1:]})
    assert not same(mh.run(read, threads=1), mh.run(without, threads=1))


@pytest.mark.parametrize("lever", ACTING, ids=by_kind)
def test_a_cost_that_the_plan_states_is_reported_beside_what_the_kind_knows(lever: LeverBase) -> None:
    context = LeverContext(build(Scenario(name="x", months=3, draws=2, icbs=("E54000044",))))
    costed = lever.model_copy(update={"cost_per_year": 1200.0})
    (stated,) = (item for item in costed.spending(context) if getattr(item, "what", "") == "lever")
    np.testing.assert_allclose(stated.pounds, [0, 100, 100])
    assert [item.what for item in costed.spending(context)][1:] == [item.what for item in lever.spending(context)]
