"""What a lever was understood to do, sizes worth a second look, and levers that reach the same posts."""

from __future__ import annotations

import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import check_text
from mhwfmodel.scenario.sentences import lever_sentence


def plan(*levers):
    return check_text("name: A plan\nlevers:\n" + "".join(f"  - {{start: 2025-04, {lever}}}\n" for lever in levers))


@pytest.mark.parametrize(
    ("lever", "sentence"),
    [
        (
            "kind: retention, leaving_change: -10%, ramp_months: 12, scope: {sectors: [private, voluntary]}",
            "retention: 10.0 % fewer people leave from 2025-04 (in full from 2026-03), private and voluntary employers,"
            " all ICBs of the run",
        ),
        (
            "kind: retention, name: Stay, leaving_change: 0.1, experience: [under_1], scope: {icbs: [QJ2]}",
            "retention ('Stay'): 10.0 % more people with under 1 year in post leave from 2025-04, all social care"
            " employers, Derby and Derbyshire",
        ),
        (
            "kind: funded_posts, posts: -1200, end: 2026-04, scope: {strand: specialist}",
            "funded_posts: 1,200 fewer funded posts from 2025-04 to 2026-03, all social care employers, specialist"
            " posts only, all ICBs of the run",
        ),
        (
            "kind: recruitment, time_to_fill_change: -20%, places_per_month: 3, scope: {sectors: [nhs]}",
            "recruitment: vacancies stay open 20.0 % shorter and 3 people a month are offered (outside) from 2025-04,"
            " NHS employers, all ICBs of the run",
        ),
        (
            "kind: pay, change: 3%, scope: {roles: [support_worker]}",
            "pay: pay is 3.0 % higher in real terms from 2025-04, all social care employers, support worker,"
            " all ICBs of the run",
        ),
        (
            "kind: training_inflow, people_per_year: 50",
            "training_inflow: 50 newly qualified people a year arrive in September from 2025-04, all social care"
            " employers, all ICBs of the run",
        ),
    ],
)
def test_a_lever_is_one_plain_sentence(lever, sentence):
    assert lever_sentence(plan(lever).levers[0]) == sentence


def notes(*levers):
    return " ".join(plan(*levers).notes)


def test_a_change_of_more_than_a_half_is_noted_and_a_half_is_not():
    assert "-51% is a very large change" in notes("kind: retention, leaving_change: -0.51")
    assert "very large" not in notes("kind: retention, leaving_change: -0.5")


@pytest.mark.parametrize(("written", "meant"), [("-10", "-10%"), ("10", "10%"), ("-2.5", "-2.5%")])
def test_per_cent_without_its_sign_is_refused_with_what_was_meant(written, meant):
    with pytest.raises(ScenarioError) as caught:
        plan(f"kind: retention, leaving_change: {written}")
    (fault,) = caught.value.faults
    assert "is read as a share" in fault.problem
    assert fault.remedy == f"did you mean {meant}?"


PRIVATE = "scope: {sectors: [private]}"


@pytest.mark.parametrize(
    ("one", "two", "together"),
    [
        ("kind: retention, leaving_change: -5%", f"kind: retention, leaving_change: -5%, {PRIVATE}", "they multiply"),
        ("kind: funded_posts, posts: 5", f"kind: funded_posts, posts: 6, {PRIVATE}", "they add up"),
        ("kind: funded_posts, posts: 5", f"kind: funded_posts, change: 5%, {PRIVATE}", "comes before what is scaled"),
    ],
)
def test_levers_of_one_kind_on_the_same_posts_are_noted(one, two, together):
    said = notes(one, two)
    assert "levers[1]: it reaches posts that" in said
    assert together in said


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("kind: pay, change: 5%", f"kind: retention, leaving_change: -5%, {PRIVATE}"),
        (f"kind: pay, change: 5%, {PRIVATE}", "kind: pay, change: 5%, scope: {sectors: [voluntary]}"),
        ("kind: pay, change: 5%, scope: {icbs: [QU9]}", "kind: pay, change: 5%, scope: {icbs: [QJ2]}"),
        ("kind: pay, change: 5%, end: 2026-04", "kind: pay, change: 5%, ramp_months: 2, start: 2026-04"),
        (
            "kind: retention, leaving_change: -5%, experience: [under_1]",
            "kind: retention, leaving_change: -5%, experience: [1_to_3]",
        ),
    ],
)
def test_levers_that_do_not_meet_are_not_noted(one, two):
    second = f"{{start: 2025-04, {two}}}" if "start:" not in two else f"{{{two}}}"
    scenario = check_text(f"name: A plan\nlevers:\n  - {{start: 2025-04, {one}}}\n  - {second}\n")
    assert "reaches" not in " ".join(scenario.notes)
