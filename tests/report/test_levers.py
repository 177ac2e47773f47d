"""How a report tells what a plan sets: shares in per cent, numbers with their units, nothing of what does nothing."""

from __future__ import annotations

import pytest

from mhwfmodel.levers import kinds
from mhwfmodel.report.levers import lever_lines
from mhwfmodel.scenario import check_text


def told(text: str) -> str:
    plan = check_text(f"name: A plan\nlevers:\n  - {{start: 2025-04, {text}}}\n")
    (line,) = lever_lines(plan.resolved()["levers"])
    return line.sets


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
    inner = "lever: {kind: retention, start: 2025-04, leaving_change: -10%}"
    text = told(f"kind: test_sites, sites: [QJ2], {inner}").partition("lever: ")[2]
    assert text.startswith("retention, leaving change −10.0%")


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
