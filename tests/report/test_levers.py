"""How a report tells what a plan sets: shares in per cent, numbers with their units, nothing of what does nothing."""

from __future__ import annotations

import pytest

from mhwfmodel.levers import kinds
from mhwfmodel.report.levers import LeverLine, lever_lines, payer_of
from mhwfmodel.scenario import check_text


def told_of(text: str, more: str = "") -> LeverLine:
    plan = check_text(f"name: A plan\n{more}levers:\n  - {{start: 2025-04, {text}}}\n")
    (line,) = lever_lines(plan.resolved()["levers"])
    return line


def told(text: str) -> str:
    return told_of(text).sets


@pytest.mark.parametrize(
    ("lever", "sets"),
    [
        ("kind: pay, change: 5%, zero_sum: true", "change +5.0%; zero sum yes"),
        ("kind: pay, change: 5%", "change +5.0%"),
        ("kind: supervision, hours: 2", "hours 2 hours/month"),
        ("kind: local_employment, points: 1.5", "points 1.5 percentage points"),
        ("kind: fee_uplift, change: 0, cost_growth: 2%", "change 0.0%; pass through 100.0%; cost growth +2.0%"),
        ("kind: wellbeing, reach: 40%, sickness_days: -2", "reach 40.0%; sickness days -2 days/year"),
        (
            "kind: funding_stream, pounds_per_year: 1234567, cost_of_post: 50000, to_nhs: 50%, arrival_months: [4, 9]",
            "pounds per year 1,234,567 GBP/year; cost of post 50,000 GBP/year; to nhs 50.0%; arrival months 4, 9",
        ),
        ("kind: new_roles, role: peer_worker, posts: 3", "role peer worker; posts 3"),
    ],
)
def test_a_field_is_told_with_its_unit(lever: str, sets: str) -> None:
    assert told(lever) == sets


def test_a_lever_that_holds_another_tells_it() -> None:
    inner = "{kind: retention, start: 2025-04, leaving_change: -10%, cost_per_year: 1000, scope: {sectors: [private]}}"
    line = told_of(f"kind: test_sites, sites: [QJ2], scale_from: 2026-04, fidelity: 60%, lever: {inner}")
    assert line.sets == "retention: leaving change −10.0%; any experience"
    assert line.reach == "sites: Derby and Derbyshire; Private independent; elsewhere 60.0% of it from April 2026"
    assert line.cost.startswith("£1,000 a year")
    assert line.cost.endswith("in the sites")
    alone = told_of("kind: test_sites, sites: [QJ2], lever: {kind: retention, start: 2025-04, leaving_change: -10%}")
    assert alone.reach == "sites: Derby and Derbyshire; all social care employers; nowhere else"


@pytest.mark.parametrize(
    ("lever", "reach", "sets"),
    [
        (
            "kind: digital_shift, stages: [assessment, advice], to_digital: 40%",
            "stages assessment, advice; all ICBs with the pathway",
            "to digital 40.0%; offline option yes",
        ),
        (
            "kind: digital_shift, stages: [advice], to_digital: 40%, entry: [triage], excluded: {routine_offline: 50%}",
            "stage advice; all ICBs with the pathway",
            "to digital 40.0%; excluded: 50.0% of routine offline; entry triage; offline option yes",
        ),
        (
            "kind: demand_shock, stages: [triage], of_class: routine, change: 20%, scope: {icbs: [QJ2]},"
            " shape: {kind: pulse, rise_months: 3}",
            "stage triage; class routine; Derby and Derbyshire",
            "shape: pulse, rise months 3, fall months 1; change +20.0%",
        ),
        (
            "kind: demand_shock, stages: [triage], phases: [{start: 2025-04, end: 2025-07, change: 25%},"
            " {start: 2025-10, end: 2025-12, change: -10%}]",
            "stage triage; all ICBs with the pathway",
            "phases: from April 2025 to July 2025, change +25.0%, then from October 2025 to December 2025, change"
            " −10.0%",
        ),
        (
            "kind: caseload_cap, pools: [coordinators], from_cap: 25, to_cap: 20",
            "pool coordinators; all ICBs with the pathway",
            "from cap 25 people/FTE; to cap 20 people/FTE",
        ),
        (
            "kind: repeat_contact, stage: helpline, to: crisis_team, change: -30%",
            "stage helpline; all ICBs with the pathway",
            "to crisis team; change −30.0%",
        ),
    ],
)
def test_a_lever_on_the_pathway_is_told_by_where_it_acts(lever: str, reach: str, sets: str) -> None:
    line = told_of(lever, "pathway: cmhf\n")
    assert line.reach == reach
    assert sorted(line.sets.split("; ")) == sorted(sets.split("; "))


def test_parts_of_a_pathway_have_the_names_that_its_file_gives_them() -> None:
    levers = [{"kind": "caseload_cap", "start": "2025-04", "pools": ["coordinators"], "to_cap": 20.0}]
    (line,) = lever_lines(levers, (), {"pool": {"coordinators": "Core tier"}})
    assert line.reach == "pool Core tier; all ICBs with the pathway"
    (line,) = lever_lines(
        [{"kind": "posts_conversion", "start": "2025-04", "to_role": "peer_worker"}],
        (),
        {"stage": {"peer_worker": "?"}},
    )
    assert line.sets == "to role peer worker", "a role is no part of a pathway"


def test_who_pays_for_a_lever_that_is_tested_is_who_pays_for_it() -> None:
    assert payer_of({"payer": "as for the lever", "tests": {"payer": "councils"}}) == "councils"
    assert payer_of({"payer": "employers"}) == "employers"
    assert payer_of({}) == ""


def test_every_kind_is_told_by_its_own_fields() -> None:
    for kind in kinds():
        (line,) = lever_lines([{"kind": kind.model_fields["kind"].default, "start": "2025-04"}])
        assert line.sets == ""


def test_a_lever_of_ones_own_is_told_as_well_as_can_be() -> None:
    (line,) = lever_lines([{"kind": "mentoring", "start": "2025-04", "reach": 0.5, "people": 40.0}])
    assert line.sets == "reach 50.0%; people 40"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_what_a_size_rests_on_is_told_in_words(kind) -> None:
    lever = {"kind": kind.model_fields["kind"].default, "start": "2025-04"}
    (line,) = lever_lines([lever], [{"grade": kind.grade}])
    assert line.rests_on
    (line,) = lever_lines([lever])
    assert line.rests_on == ""
