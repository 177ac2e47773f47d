"""Every broken or hostile file of the published set, its defect written in the words of this scenario file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import Scenario, check_text, load_scenario

LEVER = "levers:\n  - {kind: retention, start: 2025-04, leaving_change: %s}\n"
FUNDED = "levers:\n  - {kind: recruitment, start: 2025-04, places_per_month: %s}\n"
SCOPE = "levers:\n  - {kind: pay, start: 2025-04, change: 0.1, scope: {%s}}\n"

REFUSED = {
    "y02_recursive_alias.yaml": ("name: x\nlevers: &r\n  - *r\n", ":2:9 levers", "anchor"),
    "y04_python_tag.yaml": ("name: !!python/object/apply:os.getcwd []\n", ":1:7 name", "!!python/object/apply"),
    "y06_duplicate_nested_key.yaml": (
        "name: x\nlevers:\n  - kind: pay\n    start: 2025-04\n    change: 0.1\n    change: 1\n",
        ":6:5 levers[0].change",
        "written twice, first on line 5",
    ),
    "y10_dates.yaml": (
        "name: x\nstart: 2025-04-01\nlevers:\n  - {kind: pay, change: 0, start: 01/04/2025, end: 2025-02-30}\n"
        "  - {kind: pay, change: 0, start: 2025-13}\n",
        ":2:8 start",
        "write the month as 2025-04",
    ),
    "y12_negative_rate.yaml": ("name: x\nassumptions: {turnover_level: -0.02}\n", ":2:31 ", "'-0.02' is not possible"),
    "y16_unknown_role.yaml": ("name: x\n" + SCOPE % "roles: [advocat]", ":3:62 ", "did you mean 'advocate'?"),
    "y18_unknown_icb.yaml": ("name: x\nicbs: [E54009999]\n", ":2:8 icbs[0]", "2022, 2023 or 2026"),
    "y20_icb_mixed_vintage.yaml": (
        "name: x\nicbs: [E54000052, E54000063]\n",
        ":2:19 icbs[1]",
        "E54000063 NHS Surrey Heartlands ICB",
    ),
    "y22_icb_name_variants.yaml": (
        'name: x\nicbs: ["NHS Surrey Heartlands ICB", "surrey heartlands", '
        '"NHS Surrey Heartlands Integrated Care Board "]\n',
        ":2:37 icbs[1]",
        "E54000063 NHS Surrey Heartlands ICB",
    ),
    "y24_empty.yaml": ("", "", "the file is empty"),
    "y26_top_level_list.yaml": ("- name: x\n- seed: 1\n", ":1:1", "fields are needed"),
    "y28_multi_doc.yaml": ("name: x\n---\nname: y\n", ":2:1", "a second document"),
    "y32_numeric_string.yaml": ('name: x\nmonths: "120"\n', ":2:9 months", "is text, not a number"),
    "y34_negative_people.yaml": (
        "name: x\n" + FUNDED % "-5",
        ":3:59 levers[0].places_per_month",
        "'-5' is out of range",
    ),
    "y36_zero_horizon.yaml": ("name: x\nmonths: 0\n", ":2:9 months", "from 1 to 600"),
    "y38_huge_replications.yaml": ("name: x\ndraws: 1000000000000\n", ":2:8 draws", "from 1 to 100000"),
    "y40_bad_seed.yaml": ("name: x\nseed: -1\n", ":2:7 seed", "'-1' is out of range"),
    "y58_name_injection_8.yaml": ('name: "a\\u0007b"\n', ":1:7 name", "U+0007"),
    "y62_path_traversal_in.yaml": (
        "name: x\nextends: ../../../../etc/hostname\n",
        ":2:10 extends",
        "out of this file's",
    ),
    "y64_null_in_path.yaml": ('name: x\nextends: "base.yaml\\0.txt"\n', ":2:10 extends", "U+0000"),
    "y68_env_var.yaml": ("name: x\nextends: ${HOME}/base.yaml\n", ":2:10 extends", "not replaced"),
    "y70_trailing_space_role.yaml": ("name: x\n" + SCOPE % "roles: [advocate, 'advocate ']", ":3:72 ", "named twice"),
}

ACCEPTED = {
    "y00_good.yaml": ("name: baseline\nseed: 42\nmonths: 24\nicbs: [E54000063]\n", "baseline"),
    "y50_name_injection_0.yaml": ('name: "<script>alert(1)</script>"\n', "<script>alert(1)</script>"),
    "y52_name_injection_2.yaml": ('name: "</title><svg onload=alert(1)>"\n', "</title><svg onload=alert(1)>"),
    "y54_name_injection_4.yaml": ('name: "javascript:alert(1)"\n', "javascript:alert(1)"),
    "y56_name_injection_6.yaml": ('name: "[click](javascript:alert(1))"\n', "[click](javascript:alert(1))"),
    "y60_formula_injection.yaml": ('name: "=HYPERLINK(\\"http://example.invalid\\",\\"x\\")"\n', "=HYPERLINK("),
    "y66_windows_reserved_name.yaml": ("name: 'CON'\n", "CON"),
}

WITH_NOTE = {
    "y14_percent_string.yaml": ("name: x\n" + LEVER % "22.6%", "utf-8", "'22.6%' was read as 0.226"),
    "y30_utf16.yaml": ("name: x\n", "utf-16", "save it as UTF-8"),
}

NOT_APPLICABLE_YET = {
    "y08_sexagesimal.yaml": "the scenario file has no clock times; that 22:00 stays text is tested with the reader",
    "y42_cycle_pipeline.yaml": "the scenario file has no pipelines",
    "y44_routing_sum.yaml": "the scenario file has no routing",
    "y46_unstable.yaml": "the scenario file has no service with servers",
    "y48_overlapping_shifts.yaml": "the scenario file has no shifts",
}


def test_the_tables_hold_every_file_of_the_manifest_once(shared: Path) -> None:
    with (shared / "validation/nasty/MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        verdicts = {row["file"]: row["verdict"] for row in csv.DictReader(file) if row["file"].startswith("y")}
    tables = (REFUSED, ACCEPTED, WITH_NOTE, NOT_APPLICABLE_YET)
    assert sorted(name for table in tables for name in table) == sorted(verdicts)
    assert all(verdicts[name] == "reject" for name in REFUSED)
    assert all(verdicts[name] == "accept" for name in ACCEPTED)
    assert all(verdicts[name] == "accept with warning" for name in WITH_NOTE)
    assert all(NOT_APPLICABLE_YET.values())


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    text, place, said = REFUSED[name]
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    told = [str(fault) for fault in caught.value.faults]
    assert any(line.startswith(f"{file}{place}") and said in line for line in told), told


def test_every_bad_date_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(REFUSED["y10_dates.yaml"][0], encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert [fault.where.rpartition(" ")[2] for fault in caught.value.faults] == [
        "start",
        "levers[0].start",
        "levers[0].end",
        "levers[1].start",
    ]


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_as_text(name: str, tmp_path: Path) -> None:
    text, expected = ACCEPTED[name]
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    scenario = load_scenario(file)
    assert isinstance(scenario, Scenario)
    assert scenario.name.startswith(expected)
    assert scenario == load_scenario(file)
    assert not set(scenario.slug) & set('<>:"/\\|?*=()')


@pytest.mark.parametrize("name", WITH_NOTE)
def test_accepted_with_a_note(name: str, tmp_path: Path) -> None:
    text, encoding, said = WITH_NOTE[name]
    file = tmp_path / "plan.yaml"
    file.write_bytes(text.encode(encoding))
    assert any(said in note for note in load_scenario(file).notes)


def test_the_published_files_themselves_never_break_the_reader(shared: Path) -> None:
    files = sorted((shared / "validation/nasty").glob("y*.yaml"))
    assert files
    for file in files:
        with pytest.raises(ScenarioError) as caught:
            load_scenario(file)
        assert all("/etc/" not in fault.problem.replace("etc/hostname", "") for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: A\nmonths:12\ndraws: 5\n", "scenario:2:1: a space is missing after 'months:'; write 'months: 12'"),
        ("name: A\nassumptions:\n  voluntary_share: {central:0.2}\n", "a space is missing: write 'central: 0.2'"),
        ("name: A\nbaseline: \u201cexpected\u201d\n", "curly quotes are part of the text"),
        ("name: A\nseed: \u22125\n", "scenario:2:7 seed: the sign '\u2212' (U+2212)"),
        ("name: A\nlevers: [{kind: pay, start: 2025-04, change: \u20133 %}]\n", "write -3 %"),
    ],
)
def test_what_word_processors_and_hasty_fingers_do_is_named(text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        check_text(text)
    assert any(told in str(fault) for fault in caught.value.faults), caught.value.faults
