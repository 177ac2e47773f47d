"""`mhwfmodel check` and `mhwfmodel schema`: is a file in order, and how does an editor know?"""

from __future__ import annotations

import json

BAD = """\
name: Bad
months: 0
icbs: [Nottingham]
lever: []
"""


def test_fine_files_are_told_as_they_were_understood(cli, scenarios):
    said = cli("check", scenarios / "small.yaml", scenarios / "plan.yaml")
    assert (said.exit_code, said.stderr) == (0, "")
    assert f"{scenarios / 'small.yaml'}: fine" in said.stdout
    assert "Small place: 1 ICB, 2024-04 to 2025-05, no levers, 6 draws" in said.stdout
    told = " ".join(said.stdout.split())
    assert "'NHS Frimley ICB' -> E54000034" in told
    assert "'-30%' was read as -0.3" in told
    assert "1 lever," in told


def test_every_scenario_that_ships_is_fine(cli, root):
    files = sorted((root / "scenarios").glob("*.yaml"))
    assert files
    said = cli("check", *files)
    assert said.exit_code == 0, said.stderr
    assert said.stdout.count(": fine\n") == len(files)


def test_all_faults_of_a_bad_file_are_told_and_the_good_one_beside_it_too(cli, scenarios, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD, encoding="utf-8")
    said = cli("check", bad, scenarios / "small.yaml")
    assert said.exit_code == 1
    faults = [line for line in said.stderr.splitlines() if line.startswith(f"{bad}:")]
    assert {line.removeprefix(f"{bad}:").split(":")[0] for line in faults} == {"2", "3", "4"}
    assert "did you mean 'levers'" in said.stderr
    assert "Traceback" not in said.stderr
    assert "small.yaml: fine" in said.stdout


def test_a_file_that_a_plain_run_refuses_is_fine_and_this_is_told(cli, tmp_path):
    file = tmp_path / "little.yaml"
    file.write_text("name: Little\nicbs: [QJ2]\noutputs: {flows: false}\n", encoding="utf-8")
    told = " ".join(cli("check", file).stdout.split())
    assert f"{file}: fine" in told
    assert (
        "`mhwfmodel run` would refuse it, because its report and workbook tell more than is kept: outputs.flows" in told
    )
    assert told.endswith("delete the line, or run with --no-report --no-workbook")


def test_quiet_says_nothing_of_a_good_file_and_all_of_a_bad_one(cli, scenarios, tmp_path):
    assert cli("check", "--quiet", scenarios / "small.yaml").output == ""
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD, encoding="utf-8")
    said = cli("check", "--quiet", bad)
    assert (said.exit_code, said.stdout) == (1, "")
    assert len(said.stderr.splitlines()) == 3


def test_what_is_no_file_is_told(cli, tmp_path):
    said = cli("check", tmp_path, tmp_path / "none.yaml")
    assert said.exit_code == 1
    assert f"{tmp_path}: this is not a file" in said.stderr
    assert "none.yaml: there is no such file" in said.stderr


def test_the_schema_is_json_on_the_screen_and_in_a_file(cli, tmp_path):
    from mhwfmodel.scenario import json_schema

    said = cli("schema")
    assert said.exit_code == 0
    assert json.loads(said.stdout) == json_schema()
    file = tmp_path / "new" / "scenario.schema.json"
    assert cli("schema", "--out", file).output == ""
    assert json.loads(file.read_text(encoding="utf-8")) == json_schema()
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_schema_is_not_written_over_a_folder(cli, tmp_path):
    said = cli("schema", "--out", tmp_path)
    assert said.exit_code == 1
    assert "is a folder" in said.stderr
