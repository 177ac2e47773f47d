"""`mhwfmodel compare`: files and folders, side by side."""

from __future__ import annotations

import gc
import json
import re
import shutil
import tempfile
import weakref

import pytest

from mhwfmodel.cli.naming import named, named_all
from mhwfmodel.errors import ScenarioError


@pytest.fixture(scope="module")
def compared(cli, base, scenarios, tmp_path_factory):
    """A folder of an earlier run beside a scenario file that must be run."""
    out = tmp_path_factory.mktemp("compared") / "both"
    return out, cli("compare", base[0], scenarios / "plan.yaml", "--out", out)


def rows(text, heading):
    lines = text.splitlines()
    at = lines.index(heading)
    return lines[at + 1 : at + 5]


def test_levels_and_differences_are_told(compared):
    _, said = compared
    assert said.exit_code == 0, said.stderr
    filled = rows(said.stdout, "Filled posts")
    assert [line.split("  ")[1] for line in filled[:3]] == ["Small place", "Small plan", "difference"]
    assert filled[2].split()[-1].startswith("+"), "people who stay longer fill more posts"
    assert rows(said.stdout, "Leavers a month")[2].split()[-1].startswith("−")
    assert rows(said.stdout, "Hires needed a month")[2].split()[-1].startswith("−"), "fewer leave"
    for heading in ("Vacancies", "Starters a month", "Specialist posts filled", "AMHP gap (FTE)"):
        assert heading in said.stdout.splitlines()
    assert rows(said.stdout, "Hours for people a month")[2].split()[-1].startswith("+")
    nhs = rows(said.stdout, "NHS posts filled, apart")[0].split()[-1].replace(",", "")
    assert 0 < int(nhs) < int(filled[0].split()[-1].replace(",", "")), "the NHS is a total of its own"
    assert "Mar 2025" in said.stdout


def test_levers_and_their_cost_are_told(compared):
    told = " ".join(compared[1].stdout.split())
    assert "Small place: no levers" in told
    assert "Stay longer (retention) from 2024-06: £250,000 a year" in told
    assert "cost in full effect: £250,000 a year" in told
    assert "decided by employers (place); paid by employers; evidence: assumed" in told
    assert "Small place: All social care employers £" in told
    assert "employers +£214,000" in told, "of 14 months the plan pays in twelve"


def test_a_lever_that_is_tested_is_told_with_who_pays_for_it_and_its_cost():
    from mhwfmodel.cli.sidebyside import _lever

    inside = {"kind": "retention", "start": "2024-06", "leaving_change": -0.1, "cost_per_year": 5e4}
    tests = {"payer": "employers", "owner": "employers"}
    more = {"payer": "as for the lever that is tested", "tests": tests}
    told = _lever({"kind": "test_sites", "start": "2024-06", "lever": inside, "sites": ["E54000034"]}, more)
    assert "test_sites of retention" in told
    assert "£50,000 a year in the sites" in told
    assert "paid by employers" in told
    assert "as for" not in told


@pytest.mark.parametrize(("kind", "told"), [("agency_cover", "agency cover"), ("funding_stream", "their employers")])
def test_what_is_counted_among_other_costs_is_not_said_to_have_none(kind, told):
    from mhwfmodel.cli.sidebyside import _lever

    lever = {"kind": kind, "start": "2024-06"}
    assert told in _lever(lever, {})
    assert told in _lever({"kind": "test_sites", "start": "2024-06", "lever": lever}, {})
    assert "no cost given" in _lever({"kind": "test_sites", "start": "2024-06", "lever": {"kind": "acuity"}}, {})


def test_only_what_must_be_run_is_run(compared):
    said = compared[1].stderr
    assert "Small plan: done in" in said
    assert "Small place: done in" not in said


def test_the_workbook_is_written_and_beside_it_the_run_that_was_made(compared):
    out, said = compared
    assert sorted(path.name for path in out.iterdir()) == ["comparison.xlsx", "small-plan"]
    assert (out / "comparison.xlsx").stat().st_size > 1000
    assert f"Written: {out / 'comparison.xlsx'}" in said.stdout
    assert str(out / "small-plan") in said.stdout
    manifest = json.loads((out / "small-plan" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["name"] == "Small plan"
    assert (manifest["levers"][0]["payer"], manifest["levers"][0]["grade"]) == ("employers", "assumed")


def test_a_run_that_was_kept_compares_as_one_that_is_made(cli, base, compared):
    out, said = compared
    again = cli("compare", base[0], out / "small-plan")
    until = said.stdout.index("Written:")
    assert again.stdout.rstrip() == said.stdout[:until].rstrip()


@pytest.fixture
def little_room(tmp_path, monkeypatch):
    """A folder for temporary files of its own."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    return room


def test_many_runs_are_in_memory_one_at_a_time_and_leave_nothing(
    cli, base, scenarios, little_room, monkeypatch, tmp_path
):
    from mhwfmodel.results import load_result

    alive, seen = [], []

    def run(*_, **__):
        gc.collect()
        alive.append(sum(item() is not None for item in seen))
        made = load_result(base[0])
        seen.append(weakref.ref(made.draws))
        return made

    monkeypatch.setattr("mhwfmodel.simulate.run", run)
    again = shutil.copytree(scenarios, tmp_path / "again")
    said = cli("compare", *[folder / name for folder in (scenarios, again) for name in ("small.yaml", "plan.yaml")])
    assert said.exit_code == 0, said.stderr
    assert alive == [0, 0, 0, 0]
    assert list(little_room.iterdir()) == []


@pytest.mark.usefixtures("instant")
def test_runs_are_not_kept_when_they_are_not_wanted_and_never_written_over_one_that_is_compared(
    cli, base, scenarios, tmp_path
):
    said = cli("compare", base[0], scenarios / "small.yaml", "--out", tmp_path / "none", "--no-keep-runs")
    assert said.exit_code == 0, said.stderr
    assert [path.name for path in (tmp_path / "none").iterdir()] == ["comparison.xlsx"]
    earlier = tmp_path / "out" / "small-place"
    shutil.copytree(base[0], earlier)
    before = (earlier / "manifest.json").stat().st_mtime_ns
    files = (scenarios / "small.yaml", shutil.copytree(scenarios, tmp_path / "again") / "small.yaml")
    said = cli("compare", earlier, *files, "--out", tmp_path / "out")
    assert said.exit_code == 0, said.stderr
    assert (earlier / "manifest.json").stat().st_mtime_ns == before
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert made == {"comparison.xlsx", "small-place", "small-place-2", "small-place-3"}


def test_bare_words_name_files_here_and_in_scenarios(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    for place in ("here.yaml", "scenarios/here.yaml", "scenarios/nhs_pull.yml", "scenarios/baseline.yaml"):
        (tmp_path / place).write_text("name: x\n", encoding="utf-8")
    (tmp_path / "baseline").mkdir()
    found = named_all([tmp_path / "a", tmp_path / "b.yaml"])
    assert found == [tmp_path / "a", tmp_path / "b.yaml"], "paths are left as they are"
    words = {"here": "here.yaml", "nhs_pull": "scenarios/nhs_pull.yml", "baseline": "scenarios/baseline.yaml"}
    assert {word: named(type(tmp_path)(word)).as_posix() for word in words} == words
    assert named(type(tmp_path)("baseline"), folders=True).as_posix() == "baseline", "an earlier run, where one may be"
    with pytest.raises(ScenarioError) as caught:
        named_all([type(tmp_path)("baselin"), type(tmp_path)("nhs_pul")])
    assert [str(fault) for fault in caught.value.faults] == [
        "baselin: there is no baselin.yaml in this folder or in scenarios/; did you mean 'baseline'?",
        "nhs_pul: there is no nhs_pul.yaml in this folder or in scenarios/; did you mean 'nhs_pull'?",
    ]


def test_commands_take_bare_words(cli, scenarios, monkeypatch):
    monkeypatch.chdir(scenarios.parent)
    (scenarios.parent / "scenarios").mkdir(exist_ok=True)
    shutil.copy(scenarios / "small.yaml", scenarios.parent / "scenarios" / "a_small_one.yaml")
    assert cli("check", "a_small_one").exit_code == 0
    for words in (("run", "a_small"), ("check", "a_small"), ("compare", "a_small", "a_big"), ("explain", "a_small")):
        said = cli(*words)
        assert said.exit_code == 1
        assert said.stderr.startswith("a_small: there is no a_small.yaml in this folder or in ")
        assert "did you mean 'a_small_one'?" in said.stderr


def test_a_run_beside_itself_differs_nowhere_and_is_named_apart(cli, base, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    said = cli("compare", base[0], base[0] / "result.nc")
    assert said.exit_code == 0, said.stderr
    differences = [line.split()[1:] for line in said.stdout.splitlines() if line.startswith("  difference")]
    assert len(differences) == 10
    assert {cell for cells in differences for cell in cells} == {"0"}
    assert f"Small place ({base[0]})" in said.stdout


def test_three_runs_name_each_difference(cli, base):
    said = cli("compare", base[0], base[0], base[0])
    assert said.stdout.count(": diff.") == 2 * 10


def test_of_many_plans_each_is_a_line_with_the_difference_that_is_told_in_full_of_one(base, compared, monkeypatch):
    from mhwfmodel.cli.sidebyside import told
    from mhwfmodel.report.comparison import FEW
    from mhwfmodel.results import compare, load_result

    monkeypatch.setenv("COLUMNS", "160")
    start, plan = load_result(base[0]), load_result(compared[0] / "small-plan")
    alone = "\n".join(told([compare(start, plan)])).splitlines()
    many = [compare(start, plan)] * (FEW + 1)
    lines = "\n".join(told(many)).splitlines()
    named = {line.strip(): alone[at + 1 : at + 4] for at, line in enumerate(alone)}
    named["Hires needed a month, to fill every funded post"] = named["to fill every funded post"]
    tables = [lines[at : at + FEW + 4] for at, line in enumerate(lines) if line.startswith("plan ")]
    heads = [head for rows in tables for head in re.split(r"  +", rows[0].strip())[1:]]
    levels, *plans = ([cell for rows in tables for cell in re.split(r"  +", rows[at])[1:]] for at in range(2, FEW + 4))
    assert heads[:3] == ["Filled posts", "Vacancies", "Leavers a month"]
    assert [named[head][0].split("  ")[-1].strip() for head in heads] == levels, "the same level of the base"
    assert len(plans) == FEW + 1
    in_full = [named[head][2].split("  ")[-1].strip() for head in heads]
    assert all([cell.removeprefix("~") for cell in cells] == in_full for cells in plans)
    assert len(lines) < len(alone), "six plans take less room than one in full"
    assert any("cannot tell whether there is more or less" in line for line in lines)


def test_quiet_prints_nothing(cli, base, tmp_path):
    assert cli("compare", base[0], base[0], "--quiet", "--out", tmp_path / "quiet").output == ""
    assert (tmp_path / "quiet" / "comparison.xlsx").is_file()


def test_runs_that_do_not_belong_together_are_refused_before_anything_runs(cli, base, scenarios, monkeypatch):
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: pytest.fail("it ran"))
    said = cli("compare", base[0], scenarios / "plan.yaml", "--draws", 2, "--seed", 1, "--set", "months=5")
    assert said.exit_code == 1
    assert "draws: the two runs have different ones: Small place has 6, Small plan has 2" in said.stderr
    assert "months: the two runs have different ones: Small place has 14, Small plan has 5" in said.stderr
    assert said.stderr.splitlines()[-1] == "to compare them, add --seed 20240401 --draws 6 --set months=14"
    said = cli("compare", scenarios / "plan.yaml", base[0], "--set", "icbs=all")
    assert said.stderr.splitlines()[-1] == "to compare them, add --set 'icbs=[E54000034]'"


@pytest.mark.usefixtures("instant")
def test_an_override_of_a_lever_changes_the_files_that_have_it_and_this_is_told(cli, scenarios):
    small, plan = scenarios / "small.yaml", scenarios / "plan.yaml"
    said = cli("compare", small, plan, "--set", "levers[0].leaving_change=-20%")
    assert said.exit_code == 0, said.stderr
    assert f"--set levers[0].leaving_change changes {plan} alone" in said.stderr
    assert "20.0 % fewer people leave" in said.stderr
    said = cli("compare", small, plan, "--set", "levers[3].leaving_change=-20%")
    assert said.exit_code == 1
    assert "--set levers[3].leaving_change" in said.stderr


def test_what_differs_beside_levers_is_told(cli, base, scenarios, compared, monkeypatch):
    assert "differ in more than their levers" not in compared[1].stdout
    (scenarios / "apart.yaml").write_text(
        "name: Apart\nextends: small.yaml\nbaseline: expected\nassumptions: {voluntary_share: 0.25}\n", encoding="utf-8"
    )
    monkeypatch.setenv("COLUMNS", "160")
    said = cli("compare", base[0], scenarios / "apart.yaml")
    assert said.exit_code == 0, said.stderr
    assert "  baseline: rates_held in Small place, expected in Apart" in said.stdout
    assert "  assumption voluntary_share: the catalogue's in Small place, 0.25 in Apart" in said.stdout


def test_faults_of_all_arguments_are_told_before_anything_runs(cli, scenarios, tmp_path, monkeypatch):
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: pytest.fail("it ran"))
    said = cli("compare", scenarios / "small.yaml", tmp_path, tmp_path / "none.yaml")
    assert said.exit_code == 1
    assert "no result.nc and no manifest.json here" in said.stderr
    assert "none.yaml: there is no such file" in said.stderr


@pytest.mark.usefixtures("instant")
def test_files_need_not_keep_what_a_comparison_does_not_tell(cli, base, scenarios):
    file = scenarios / "little.yaml"
    keeps = "[establishment, vacancies, leavers, starters, specialist_filled]"
    text = f"outputs: {{detail: none, flows: false, training: false, every_draw: {keeps}}}"
    file.write_text(f"name: Little\nextends: small.yaml\n{text}\n", encoding="utf-8")
    said = cli("compare", base[0], file)
    assert said.exit_code == 0, said.stderr


@pytest.fixture
def little(base, tmp_path):
    """The folder of an earlier run that kept two measures alone."""
    from mhwfmodel.results import Result, load_result

    run = load_result(base[0])
    keeps = ["filled", "vacancies"]
    groups = {name: run.groups[name][keeps] for name in ("draws", "england")}
    outputs = {"detail": "none", "every_draw": keeps, "flows": False, "training": False}
    scenario = {**run.manifest["scenario"], "name": "Little", "outputs": outputs}
    groups["parameters"] = run.groups["parameters"]
    Result(groups, {**run.manifest, "scenario": scenario}).save(tmp_path / "little")
    return tmp_path / "little"


def test_all_that_runs_did_not_keep_is_told_at_once_and_of_which_run(cli, base, scenarios, little, monkeypatch):
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: pytest.fail("it ran"))
    file = scenarios / "few.yaml"
    file.write_text("name: Few\nextends: small.yaml\noutputs: {every_draw: [vacancies, starters]}\n", encoding="utf-8")
    said = cli("compare", base[0], little, file)
    assert said.exit_code == 1
    assert said.stderr.splitlines() == [
        f"{little}: 'outputs: every_draw' of Little leaves out establishment, leavers, starters, specialist_filled, "
        "which comparisons tell; name them there and run it again",
        f"{file}: 'outputs: every_draw' of Few leaves out establishment, leavers, specialist_filled, which comparisons "
        "tell; name them there",
    ]


def test_a_workbook_of_comparisons_tells_more_and_this_is_asked_for(cli, base, little, tmp_path):
    said = cli("compare", base[0], little, "--out", tmp_path / "both")
    assert said.exit_code == 1
    (line,) = said.stderr.splitlines()
    for name in ("filled_fte", "establishment", "aged_55_plus", "retirements", "hours", "amhp_need_fte"):
        assert f" {name}," in line
    assert "which a workbook of comparisons tells" in line


def test_options_that_would_change_nothing_are_refused(cli, base):
    for option in (("--draws", "5"), ("--seed", "1"), ("--set", "months=3")):
        said = cli("compare", base[0], base[0], *option)
        assert said.exit_code == 2
        assert "all that you named are earlier runs" in said.stderr


def test_what_is_named_again_is_compared_once(tmp_path):
    from mhwfmodel.cli.comparing import _once

    one, two, three = (tmp_path / name for name in ("one.yaml", "two.yaml", "three.yaml"))
    assert _once([two, one, two, three, one]) == [two, one, three]
    assert _once([one, one]) == [one, one]


@pytest.mark.parametrize("part", [2, 4, 6])
def test_a_damaged_run_is_no_fault_of_the_program(cli, base, tmp_path, part):
    bad = shutil.copytree(base[0], tmp_path / "bad") / "result.nc"
    raw = bytearray(bad.read_bytes())
    begin = len(raw) * part // 8
    raw[begin : begin + 5000] = bytes(5000)
    bad.write_bytes(raw)
    said = cli("compare", base[0], bad.parent)
    assert said.exit_code in (0, 1), said.stderr
    assert said.exit_code == 0 or "again" in said.stderr
