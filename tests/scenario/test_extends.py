"""One parent: the rule by which files are laid over each other, and which files may be parents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import load_scenario

PARENT = """\
name: Parent
description: Of the parent
months: 48
icbs: [QJ2, QXU]
assumptions: {voluntary_share: {central: 0.2, low: 0.1}, turnover_level: 0.22}
levers:
  - {kind: pay, start: 2025-04, change: 5%}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")
    return tmp_path


def child(folder: Path, text: str, name: str = "child.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    return [str(fault).replace(f"{file.parent}{os.sep}", "") for fault in caught.value.faults]


def test_mappings_merge_lists_and_values_replace(folder: Path) -> None:
    scenario = load_scenario(
        child(folder, "name: C\nextends: parent.yaml\nicbs: [QXU]\nassumptions: {voluntary_share: {high: 0.4}}\n")
    )
    assert scenario.name == "C"
    assert scenario.description == ""
    assert scenario.months == 48
    assert scenario.icb_codes == ("E54000063",)
    share = scenario.assumptions["voluntary_share"]
    assert (share.low, share.central, share.high) == (0.1, 0.2, 0.4)
    assert scenario.assumptions["turnover_level"].central == 0.22
    assert [lever.kind for lever in scenario.levers] == ["pay"]
    assert any("comes from 'parent.yaml'" in note for note in scenario.notes)


def test_levers_replace_and_add_levers_follow(folder: Path) -> None:
    lever = "  - {kind: retention, start: 2025-04, leaving_change: -10%}\n"
    replaced = load_scenario(child(folder, f"name: C\nextends: parent.yaml\nlevers:\n{lever}"))
    added = load_scenario(child(folder, f"name: C\nextends: parent.yaml\nadd_levers:\n{lever}"))
    assert [entry.kind for entry in replaced.levers] == ["retention"]
    assert [entry.kind for entry in added.levers] == ["pay", "retention"]
    assert "add_levers" not in added.resolved()


def test_a_fault_in_an_added_lever_is_told_at_its_own_place(folder: Path) -> None:
    told = faults(
        child(folder, "name: C\nextends: parent.yaml\nadd_levers:\n  - {kind: pay, start: 2025-04, change: 9}\n")
    )
    assert told[0].startswith("child.yaml:4:41 add_levers[0].change: '9' is read as a share")


def test_three_generations(folder: Path) -> None:
    child(folder, "name: M\nextends: parent.yaml\nmonths: 60\n", "middle.yml")
    scenario = load_scenario(child(folder, "name: C\nextends: ./middle.yml\n"))
    assert (scenario.months, scenario.assumptions["turnover_level"].central) == (60, 0.22)


def test_the_name_is_not_inherited(folder: Path) -> None:
    assert "'name' is missing" in faults(child(folder, "extends: parent.yaml\n"))[0]


def test_circles_are_named(folder: Path) -> None:
    child(folder, "name: B\nextends: child.yaml\n", "b.yaml")
    told = faults(child(folder, "name: C\nextends: b.yaml\n"))
    assert "child.yaml → b.yaml → child.yaml" in told[0]
    assert "child.yaml → child.yaml" in faults(child(folder, "name: C\nextends: child.yaml\n"))[0]


@pytest.mark.parametrize(
    "parent",
    [
        "../parent.yaml", "sub/../../parent.yaml", "/etc/hostname", "/etc/x.yaml", "~/parent.yaml", "$HOME/parent.yaml",
        "${HOME}/x.yaml", "%TEMP%/x.yaml", "C:/x.yaml", "file:x.yaml", "http://example.invalid/x.yaml", "parent.csv",
        "sub", "missing.yaml", '"a\\\\b.yaml"', '"a\\0.yaml"', "5", "''", "[parent.yaml]", "*.yaml", "link.yaml",
        "folder.yaml", ".", '"a\\nb.yaml"', "~",
    ],
)  # fmt: skip
def test_parents_that_are_refused(folder: Path, parent: str) -> None:
    secret = folder.parent / f"{folder.name}-secret.yaml"
    secret.write_text("name: hunter2\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(secret)
    (folder / "folder.yaml").mkdir()
    told = faults(child(folder, f"name: C\nextends: {parent}\nmonths: 0\n"))
    assert told[0].startswith(("child.yaml:2:10 extends", "child.yaml:2:1 extends", "child.yaml:2"))
    assert not any("hunter2" in line for line in told)
    if "\\0" not in parent and "*" not in parent and "%" not in parent:
        assert any("months: '0' is out of range" in line for line in told)


@pytest.mark.parametrize(
    "text",
    [
        "name: [hunter2\n", "hunter2\n", "hunter2: 1\nhunter2: 2\n", "name: x\nhunter2: 1\n",
        'name: x\nmonths: "hunter2"\n', "name: x\nicbs: [hunter2]\n", "name: x\nassumptions: {hunter2: 1}\n",
        "name: x\nassumptions: {voluntary_share: {hunter2: 1}}\n", "name: x\nlevers: [{kind: hunter2}]\n",
        "name: x\nlevers: [{kind: pay, start: hunter2, change: hunter2, scope: {roles: [hunter2]}}]\n",
        "name: x\nextends: hunter2/x.yaml\n", "name: x\nextends: /hunter2\n", "name: x\nbaseline: hunter2\n",
        "name: x\nstart: hunter2\n", "name: x\nmonths: !hunter2 5\n", "name: x\nmonths: hunter2%\n",
    ],
)  # fmt: skip
def test_messages_do_not_show_what_is_in_a_parent(folder: Path, text: str) -> None:
    child(folder, text, "other.yaml")
    told = faults(child(folder, "name: C\nextends: other.yaml\n"))
    assert told
    assert not any("hunter2" in line for line in told), told


def test_a_parent_that_fits_alone_but_not_below_the_child(folder: Path) -> None:
    told = faults(child(folder, "name: C\nextends: parent.yaml\nmonths: 6\n"))
    assert told == [
        "parent.yaml:7:24 levers[0].start: what is written there is after the run ends (2024-09); "
        "check that file on its own, or change what this file lays over it"
    ]


def test_files_that_are_no_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml", "a\0b.yaml", "", "x" * 5000):
        with pytest.raises(ScenarioError):
            load_scenario(path)
    (tmp_path / "plan.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"did you mean 'plan\.yaml'"):
        load_scenario(tmp_path / "plam.yaml")


def test_a_missing_parent_is_looked_for_near_by_and_the_file_itself_is_never_offered(folder: Path) -> None:
    alone = child(folder, "name: C\nextends: chid.yaml\n")
    assert "child.yaml" not in faults(alone)[0].split(";")[1]
    (folder / "plans").mkdir()
    (folder / "plans" / "standard.yaml").write_text("name: P\n", encoding="utf-8")
    below = child(folder, "name: C\nextends: standard.yaml\n")
    assert faults(below)[0].endswith("there is no such file; write 'extends: plans/standard.yaml'")
    (folder / "mine").mkdir()
    (folder / "mine" / "own.yaml").write_text("name: C\nextends: standard.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(folder / "mine" / "own.yaml")
    assert caught.value.faults[0].remedy == "there is one at 'plans/standard.yaml': move your file into that folder"
