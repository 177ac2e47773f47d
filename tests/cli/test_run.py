"""`mhwfmodel run`: what a planner sees and gets, and what is left when it goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple

import pytest
import xarray as xr

FILES = {"result.nc", "summary.xlsx", "report.html", "manifest.json"}
COMMAND = [sys.executable, "-m", "mhwfmodel.cli"]


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_run_writes_its_four_files_and_nothing_else(base):
    folder, said = base
    assert said.exit_code == 0, said.stderr
    assert names(folder) == FILES
    assert all((folder / name).stat().st_size > 1000 for name in FILES)
    assert xr.open_datatree(folder / "result.nc", engine="h5netcdf")["draws"]["filled"].sizes["month"] == 15


def test_a_run_shows_a_table_and_its_files_on_standard_output(base):
    folder, said = base
    lines = said.stdout.splitlines()
    head = next(line for line in lines if "Mar 2024" in line)
    assert head.split() == ["Mar", "2024", "Mar", "2025", "May", "2025"]
    for label in ("Filled posts", "Full-time", "Vacancies", "Vacancy rate", "Turnover a year", "Starters a month",
                  "Leavers a month", "Specialist posts", "NHS staff", "AMHP gap (FTE)"):  # fmt: skip
        assert any(line.startswith(label) for line in lines), label
    turnover = next(line for line in lines if line.startswith("Turnover"))
    assert turnover.split()[3] == "–", "flows begin after the opening month"
    assert "Frimley" in said.stdout
    assert f"Written to {folder}" in said.stdout
    assert all(name in said.stdout for name in FILES)


def test_a_run_tells_how_the_file_was_read_and_how_far_it_is_on_standard_error(base):
    said = " ".join(base[1].stderr.split())
    assert "'NHS Frimley ICB' -> E54000034" in said
    assert "6 draws" in said
    assert "Simulating the months: 100 %" in said, "shorter steps are told only where they last"
    assert "\x1b" not in said + base[1].stdout, "no terminal, no colours"


def test_the_table_tells_the_numbers_of_the_result(base):
    from mhwfmodel.report.wording import people
    from mhwfmodel.results import load_result

    folder, said = base
    row = load_result(folder).table("filled").set_index("month").loc["2025-03"]
    lines = said.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Filled posts"))
    assert people(row["mean"]) == lines[at].split()[3]
    assert f"{people(row['q05'])} to {people(row['q95'])}" in lines[at + 1] or people(row["q05"]) in lines[at + 1]


def test_the_gap_of_amhps_is_that_of_the_result(base):
    from mhwfmodel.report.wording import people
    from mhwfmodel.results import load_result

    folder, said = base
    row = load_result(folder).table("amhp_gap_fte").set_index("month").loc["2025-03"]
    line = next(line for line in said.stdout.splitlines() if line.startswith("AMHP gap"))
    assert line.split()[4] == people(row["mean"])
    assert "mhwfmodel show amhp-need" in " ".join(said.stdout.split())


@pytest.mark.usefixtures("instant")
def test_a_run_without_amhps_has_no_line_for_them(base):
    from dataclasses import replace

    from mhwfmodel.cli.running import summary
    from mhwfmodel.results import load_result

    ready = load_result(base[0])
    assert "AMHP" not in summary(replace(ready, groups={**ready.groups, "amhp": ready.amhp * 0.0}))


def test_a_run_that_kept_little_tells_that_and_no_more(base):
    from dataclasses import replace

    from mhwfmodel.cli.running import summary
    from mhwfmodel.results import load_result

    ready = load_result(base[0])

    def told(names, of_amhps):
        groups = {name: ready.groups[name][names] for name in ("draws", "england")}
        return summary(replace(ready, groups={**groups, "amhp": ready.amhp[of_amhps]}))

    little = told(["filled", "leavers"], ["amhp_gap_fte"])
    assert "AMHP gap (FTE)" in little
    assert "\nLeavers: mean of the twelve months" in little
    least = told(["filled"], ["amhp_approved"])
    assert "AMHP" not in least
    assert "mean of the twelve months" not in least


def test_options_reach_the_run_and_the_manifest(cli, scenarios, tmp_path):
    said = cli(
        "run", scenarios / "small.yaml", "--out", tmp_path / "o", "--draws", 2, "--seed", 7, "--threads", 1,
        "--set", "months=3", "--set", "assumptions.voluntary_share=0.25", "--quiet", "--no-report",
    )  # fmt: skip
    assert (said.exit_code, said.stdout, said.stderr) == (0, "", "")
    assert names(tmp_path / "o") == FILES - {"report.html"}
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["draws"], manifest["seed"], manifest["scenario"]["months"]) == (2, 7, 3)
    assert manifest["scenario"]["assumptions"]["voluntary_share"]["central"] == 0.25


def test_expected_values_have_no_range(cli, scenarios, tmp_path):
    folder = tmp_path / "expected"
    said = cli("run", scenarios / "small.yaml", "--out", folder, "--evaluator", "deterministic", "--no-report")
    assert said.exit_code == 0, said.stderr
    assert "no range is told" in said.stdout
    assert " to " not in said.stdout.split("────")[-1].split("Starters and leavers")[0]


def test_a_manifest_is_run_again_to_the_same_numbers(cli, base, tmp_path):
    said = cli("run", base[0] / "manifest.json", "--out", tmp_path / "again", "--no-report")
    assert said.exit_code == 0, said.stderr
    assert "is the manifest of an earlier run" in " ".join(said.stderr.split())
    one, two = (xr.open_datatree(folder / "result.nc", engine="h5netcdf") for folder in (base[0], tmp_path / "again"))
    assert one["draws"].to_dataset().equals(two["draws"].to_dataset())
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    said = cli("run", tmp_path / "other.json")
    assert said.exit_code == 1
    assert "is neither a scenario file nor a manifest of a run" in said.stderr


@pytest.mark.usefixtures("instant")
def test_without_a_folder_the_name_of_the_scenario_says_where(cli, scenarios, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("run", scenarios / "small.yaml", "-q", "--no-report").exit_code == 0
    assert names(tmp_path / "out" / "small-place") == FILES - {"report.html"}


@pytest.mark.usefixtures("instant")
def test_without_a_report_that_of_an_earlier_run_goes_and_this_is_told(cli, scenarios, tmp_path):
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path, "--no-report")
    assert "report.html was of an earlier run" in said.stderr
    assert names(tmp_path) == FILES - {"report.html"}


@pytest.mark.usefixtures("instant")
@pytest.mark.parametrize("broken", ["mhwfmodel.report.write_workbook", "mhwfmodel.report.write_report"])
def test_when_writing_fails_midway_an_older_result_stays_as_it_was(cli, scenarios, tmp_path, monkeypatch, broken):
    def fail(result, path):
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(broken, fail)
    for name in FILES:
        (tmp_path / name).write_text("older", encoding="utf-8")
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path)
    assert said.exit_code == 1
    assert "No space left on device" in said.stderr
    assert names(tmp_path) == FILES
    assert {(tmp_path / name).read_text(encoding="utf-8") for name in FILES} == {"older"}

    new = tmp_path / "new"
    assert cli("run", scenarios / "small.yaml", "--out", new).exit_code == 1
    assert not new.exists(), "a folder made for nothing goes again"


def test_a_folder_that_cannot_be_used_is_told_before_the_run(cli, scenarios, tmp_path, monkeypatch):
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: pytest.fail("it ran"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "file" / "deeper")
    assert said.exit_code == 1
    assert "file: is a file, not a folder; name another folder with --out" in said.stderr
    (tmp_path / "report.html").mkdir()
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path)
    assert said.exit_code == 1
    assert "report.html: is a folder" in said.stderr
    monkeypatch.setattr(os, "access", lambda *_: False)
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "other")
    assert "you may not write here" in said.stderr
    said = cli("run", scenarios / "small.yaml", "--out", "a\0b")
    assert said.exit_code == 2
    assert "null byte" in said.stderr


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_disk_that_may_be_too_small_is_told_before_the_run(cli, scenarios, tmp_path, monkeypatch, quiet):
    Disk = namedtuple("Disk", "total used free")
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: pytest.fail("it ran"))
    monkeypatch.setattr("shutil.disk_usage", lambda _: Disk(10**9, 0, 5 * 10**6))
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "o", *quiet)
    assert said.exit_code == 1
    told = said.stderr.splitlines()[-1]
    assert told.startswith(f"{tmp_path / 'o'}: needs up to ")
    assert told.endswith(" MB, has 5 MB left; make room or name another disk")
    assert "Drawing the inputs" not in said.stderr
    assert not (tmp_path / "o").exists()


def test_a_file_that_another_program_holds_is_told_before_the_run(cli, scenarios, tmp_path, monkeypatch):
    def held(self, target):
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    (tmp_path / "summary.xlsx").write_text("open in Excel", encoding="utf-8")
    monkeypatch.setattr("pathlib.Path.rename", held)
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path)
    assert said.exit_code == 1
    assert "close it in other programs" in said.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches a child of its own on Windows differently")
@pytest.mark.parametrize(
    "moment", ["Small place", "Drawing the inputs", "Calibrating the rates", "Simulating the months"]
)
def test_ctrl_c_ends_in_one_sentence_and_leaves_nothing(scenarios, tmp_path, moment):
    folder, temporary = tmp_path / "stopped", tmp_path / "temporary"
    temporary.mkdir()
    if moment != "Small place":
        folder.mkdir()
        (folder / "report.html").write_text("of an earlier run", encoding="utf-8")
    many = ["--draws", "60", "--set", "months=600", "--out", str(folder)]
    run = subprocess.Popen(
        [*COMMAND, "run", str(scenarios / "small.yaml"), *many],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert run.stderr is not None
    while not run.stderr.readline().startswith(moment):
        assert run.poll() is None
    time.sleep(0.2)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 130
    assert err.splitlines()[-1] == "Stopped. No file was left half-written."
    assert err.count("Stopped") == 1
    assert "Traceback" not in err
    assert out == ""
    assert list(temporary.iterdir()) == []
    if moment == "Small place":
        assert not folder.exists()
    else:
        assert [path.read_text(encoding="utf-8") for path in folder.iterdir()] == ["of an earlier run"]
