"""What is refused names the field, what is written there and what is allowed."""

from __future__ import annotations

import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import check_text, load_scenario

HEAD = "name: A plan\nicbs: [QJ2, QJK]\nmonths: 24\npathway: cmhf\n"
STREAM = "kind: funding_stream, start: 2024-06, pounds_per_year: 100, to_nhs: 1, cost_of_post: 5"
SHOCK = "kind: demand_shock, start: 2024-06, stages: [helpline]"
AUTUMN = "{start: 2024-06, end: 2024-09, change: 1%}"
SHIFT = "kind: digital_shift, start: 2024-06, stages: [assessment]"
TESTED = "kind: test_sites, lever: {kind: retention, start: 2025-01, leaving_change: -10%}"
ACUITY = "kind: acuity, start: 2024-06, stages: [assessment], change: 10%"


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        check_text(text)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("lever", "field", "words"),
    [
        (f"{STREAM}, arrival_months: [0]", "arrival_months[0]", ("'0' is out of range", "whole number from 1 to 12")),
        (f"{STREAM}, arrival_months: [4, 13]", "arrival_months[1]", ("'13'", "from 1 to 12")),
        (f"{STREAM}, arrival_months: [May]", "arrival_months[0]", ("'May' is not a whole number", "from 1 to 12")),
        ("kind: [retention], start: 2024-06", "kind", ("a list is not a kind", "kind: retention")),
        (f"{ACUITY}, shape: {{kind: [decay], half_life_months: 3}}", "shape.kind", ("a list is not", "kind: decay")),
        (f"{ACUITY}, ramp_months: 3, shape: {{kind: pulse}}", "ramp_months", ("ramp_months 3", "keep one of them")),
        (
            f"{SHOCK}, phases: [{{start: 2024-05, end: 2024-09, change: 1%}}]",
            "phases[0].start",
            ("'2024-05' is before the lever starts (2024-06)", "2024-06 or a later month"),
        ),
        (
            f"{SHOCK}, phases: [{AUTUMN}, {{start: 2024-08, end: 2025-01, change: 0}}]",
            "phases[1].start",
            ("'2024-08' is before the phase before it ends (2024-09)", "2024-09 or a later month"),
        ),
        (f"{SHOCK}, change: 1%, take_up: 40%", "take_up", ("0.4", "leave it out")),
        (f"{SHIFT}, to_digital: 70%, to_hybrid: 60%", "to_hybrid", ("0.7", "0.6", "a share from 0 to 0.3")),
        (f"{SHIFT}, to_digital: 70%, excluded: {{routine_offline: 3}}", "excluded.routine_offline", ("'3'", "0 to 1")),
        (f"{TESTED}, sites: [QJ2], scale_from: 2024-06", "scale_from", ("'2024-06'", "write 2025-01 or a later")),
        (f"{TESTED}, sites: [QJ2], fidelity: 20%", "fidelity", ("0.2", "add 'scale_from: …'")),
        (f"{TESTED}, sites: [QJ2, QJ2]", "sites[1]", ("E54000058", "at levers[0].sites[0] does", "take one")),
        (f"{ACUITY.replace('assessment', 'helpline, helpline')}", "stages", ("'helpline' is written twice, at [0]",)),
        ("kind: training_places, start: 2024-06, pipeline: pre_amhp, added: -900", "added", ("'-900'", "-150 or more")),
        (
            "kind: training_places, start: 2024-06, pipeline: amhp, change: 9%",
            "pipeline",
            ("amhp_full_time, amhp_part_time, pre_amhp",),
        ),
        ("kind: retention, start: [2024-06], leaving_change: 1%", "start", ("a list is not a month", "2024-04")),
        ("kind: retention, start: 2024-06, leaving_change: true", "leaving_change", ("'true' is not a number",)),
        (
            "kind: pay, start: 2024-06, change: 1%, scope: {strand: [general]}",
            "scope.strand",
            ("a list stands where one word is needed", "overall, general, specialist"),
        ),
    ],
)
def test_a_fault_of_a_lever_names_field_value_and_what_is_allowed(lever, field, words):
    (fault,) = faults(f"{HEAD}levers:\n  - {{{lever}}}\n")
    assert fault.startswith("scenario:6:")
    assert fault.split(" ", 1)[1].startswith(f"levers[0].{field}: ")
    assert all(word in fault for word in words), fault
    assert "(" + "'" not in fault, "the form in which Python shows a tuple"


def test_a_coupling_that_is_a_word_is_told_what_may_stand_there():
    (fault,) = faults(f"{HEAD}coupling: maybe\n")
    assert "'maybe' is neither true nor false" in fault
    assert "coupling: true" in fault


@pytest.mark.parametrize("key", ["icbs", "sectors", "roles"])
@pytest.mark.parametrize("indent", ["", "lever"])
def test_an_empty_list_in_a_scope_does_not_mean_all(key, indent):
    lever = f"kind: retention, start: 2024-06, leaving_change: -5%, scope: {{{key}: []}}"
    if indent:
        lever = f"kind: test_sites, sites: [QJ2], lever: {{{lever}}}"
    (fault,) = faults(f"{HEAD}levers:\n  - {{{lever}}}\n")
    assert f"scope.{key}: the list of {key} is empty" in fault
    assert f"leave '{key}' out" in fault


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.yaml", "title: A\nauthors: [B]\nyear: 1999\nlicence: MIT\n"),
        ("workflow.yml", "name: CI\nbranches: [x]\njobs: {a: 1}\n"),
        ("README.md", "# Title\n\n- `a` is code\n- b: c\n"),
        ("notes", "one\ntwo\nthree\n"),
        ("table.csv", "name,value\n1,2\n3,4\n"),
    ],
)
def test_a_file_that_is_no_scenario_is_told_in_one_fault(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    (fault,) = caught.value.faults
    assert fault.where.startswith(str(file))
    assert "this is no scenario file" in fault.problem
    assert "scenario file (.yaml)" in fault.remedy


def test_a_pathway_file_is_sent_to_its_own_command():
    from importlib.resources import files

    with pytest.raises(ScenarioError) as caught:
        load_scenario(str(files("mhwfmodel.pathway") / "data" / "cmhf.yaml"))
    (fault,) = caught.value.faults
    assert "mhwfmodel pathway check" in fault.remedy


def test_a_scenario_with_slips_is_still_told_line_by_line():
    told = faults("name: x\nmonth: 3\nlever: []\ndraw: 5\n")
    assert [fault.split(" ")[1] for fault in told] == ["month:", "lever:", "draw:"]


def test_a_field_is_found_where_it_is_written():
    text = "name: x\nlevers:\n  - kind: funded_posts\n    start: 2024-06\n    posts: 5\n"
    scenario = check_text(text, "plan.yaml")
    assert scenario.place_of("levers[0].posts") == "plan.yaml:5:12 levers[0].posts"
    assert scenario.place_of("levers[0].scope.roles") == "plan.yaml:3:5 levers[0]"
    assert scenario.model_copy(update={"draws": 2}).place_of("levers[0]") == "plan.yaml:3:5 levers[0]"
    assert type(scenario)(name="made in Python").place_of("levers[0].posts") == "levers[0].posts"
