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
        ("kind: frozen_posts, frozen: 5%", f"kind: frozen_posts, frozen: 5%, {PRIVATE}", "they multiply"),
        ("kind: supervision, hours: 2", f"kind: supervision, hours: 1, {PRIVATE}", "they add up"),
        (
            "kind: training_places, pipeline: pre_amhp, change: 5%",
            "kind: training_places, pipeline: pre_amhp, change: 9%",
            "multiply",
        ),
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
        ("kind: pay, change: 5%", "kind: fee_uplift, change: 5%"),
        (
            "kind: training_places, pipeline: pre_amhp, change: 5%",
            "kind: training_places, pipeline: amhp_full_time, change: 5%",
        ),
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


@pytest.mark.parametrize(
    ("one", "two", "figures"),
    [
        ("kind: retention, leaving_change: -5%", "kind: guaranteed_hours, offered: 50%", "ESF16, ESF17"),
        ("kind: training_at_work, reached: 20%", f"kind: retention, leaving_change: -5%, {PRIVATE}", "ESF16, ESF17"),
        ("kind: guaranteed_hours, offered: 50%", "kind: training_at_work, reached: 20%", "ESF16, ESF17"),
    ],
)
def test_two_levers_on_one_contrast_may_count_it_twice(one, two, figures):
    assert f"both rest on the same contrast ({figures}): what they bring may be counted twice" in notes(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            f"kind: retention, leaving_change: -5%, {PRIVATE}",
            "kind: guaranteed_hours, offered: 1, scope: {sectors: [voluntary]}",
        ),
        ("kind: retention, leaving_change: -5%, end: 2026-04", "kind: guaranteed_hours, offered: 50%, start: 2026-04"),
        ("kind: pay, change: 5%", "kind: guaranteed_hours, offered: 50%"),
    ],
)
def test_levers_that_count_nothing_twice_are_not_noted(one, two):
    second = f"{{start: 2025-04, {two}}}" if "start:" not in two else f"{{{two}}}"
    scenario = check_text(f"name: A plan\nlevers:\n  - {{start: 2025-04, {one}}}\n  - {second}\n")
    assert "twice" not in " ".join(scenario.notes)


@pytest.mark.parametrize("field", ["drop_out_change: -0.6", "pass_change: 0.7", "leaving_change: -0.6"])
def test_every_change_of_every_kind_is_looked_at(field):
    assert "is a very large change" in notes(f"kind: protected_learning, protected: 5%, {field}")


def test_a_share_of_a_whole_is_no_change():
    assert "very large" not in notes("kind: employer_closure, closing: 10%, posts_lost: 100%")
    assert "very large" not in notes("kind: wellbeing, reach: 100%, sickness_days: -2")


def test_numbers_of_england_in_a_run_of_a_few_boards_are_noted():
    lever = "levers:\n  - {kind: funded_posts, start: 2025-04, posts: 600"
    few = check_text(f"name: A plan\nicbs: [QJ2, QJK]\n{lever}}}\n").notes
    assert "all 600 posts are for the 2 ICBs of this run" in " ".join(few)
    for fine in (f"icbs: all\n{lever}}}", f"icbs: [QJ2, QJK]\n{lever}, scope: {{icbs: [QJ2]}}}}"):
        assert "all 600 posts" not in " ".join(check_text(f"name: A plan\n{fine}\n").notes)


def test_tests_in_some_sites_are_looked_at_as_what_they_test():
    inner = "lever: {kind: funded_posts, start: 2025-04, posts: 600}"
    notes = check_text(
        "name: A plan\nicbs: [QJ2, QJK]\nlevers:\n" + 2 * f"  - {{kind: test_sites, sites: [QJ2], {inner}}}\n"
    ).notes
    assert "all 600 posts" not in " ".join(notes)
    assert "they add up" in " ".join(notes)
