"""A run that would not keep what its report tells, or would not fit, is refused before it starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "mhwfmodel.cli", "run"]


def refused(tmp_path: Path, text: str, *options: str) -> list[str]:
    file = tmp_path / "plan.yaml"
    file.write_text(f"name: x\nicbs: [QJ2]\nmonths: 2\ndraws: 2\n{text}", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, str(file), "--out", str(tmp_path / "out"), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert not (tmp_path / "out").exists()
    return done.stderr.splitlines()


def test_what_the_report_tells_and_a_run_would_not_keep_is_told_line_by_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "outputs: {flows: false, detail: none}") == [
        "outputs.detail: leaves out filled, filled_fte, vacancies, vacancy_rate, turnover_rate, which reports and "
        "workbooks tell; write 'detail: all', or run with --no-report --no-workbook",
        "outputs.flows: is false, and reports and workbooks tell it; delete the line, or run with --no-report "
        "--no-workbook",
    ]


def test_memory_that_is_too_little_is_told(tmp_path: Path) -> None:
    allowed = "give gigabytes, a number above 0 and up to 1000000"
    assert refused(tmp_path, "", "--memory", "0")[-1] == f"memory: 0 is not allowed; {allowed}"
    said = refused(tmp_path, "", "--memory", "0.05")
    assert "GB, and 0.05 GB is allowed; allow " in said[-1]
    assert "Drawing the inputs" not in said


@pytest.mark.parametrize("option", ["--out", "--spill"])
def test_an_empty_place_is_refused(cli, scenarios, option, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = cli("run", scenarios / "small.yaml", option, "")
    assert said.exit_code == 2
    assert "it is empty; name a place, or leave the option out" in " ".join(said.stderr.split())
    assert list(tmp_path.iterdir()) == []
