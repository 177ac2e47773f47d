"""Every way to go wrong: a line that helps, an exit status, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import typer

from mhwfmodel.cli import app as application
from mhwfmodel.cli import console, guard
from mhwfmodel.errors import InvariantError

COMMAND = [sys.executable, "-m", "mhwfmodel.cli"]
HEAVY = {
    *("altair", "h5netcdf", "jinja2", "numba", "numpy", "pandas", "pydantic", "rich", "ruamel", "scipy"),
    *("statsmodels", "xarray", "xlsxwriter"),
}


def start(*words, **environment):
    return subprocess.run(
        [*COMMAND, *words], env={**os.environ, **environment}, capture_output=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    "words",
    [
        ["rn", "a.yaml"],
        ["run"],
        ["run", "a.yaml", "--draws", "many"],
        ["run", "a.yaml", "--set", "months"],
        ["run", "a.yaml", "--set", "=3"],
        ["run", "a.yaml", "--set", "months=3", "--set", "months=4"],
        ["run", "a.yaml", "--evaluator", "magic"],
        ["run", "a.yaml", "--nonsense"],
        ["check"],
        ["show"],
        ["compare", "a.yaml"],
    ],
)
def test_a_wrong_command_line_is_status_2(cli, words):
    said = cli(*words)
    assert said.exit_code == 2
    assert "Traceback" not in said.output


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--memory", "2GB", "'2GB' is not a number of gigabytes; write a number alone, such as 2"),
        ("--engine", "fast", "'fast' is not known; use one of compiled, reference"),
        ("--evaluator", "stochastik", "'stochastik' is not known; did you mean 'stochastic'?"),
    ],
)
def test_a_word_that_an_option_does_not_know_is_told_in_our_words(cli, option, value, told):
    said = cli("run", "a.yaml", option, value)
    assert said.exit_code == 2
    assert f"'{option}': {told}" in said.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--draws", "0"], "draws: 0 is not allowed; give a whole number from 1 to 100000"),
        (["--seed", "-1"], "seed: -1 is not allowed"),
        (["--threads", "0"], "threads: 0 is not allowed"),
        (["--memory", "inf"], "memory: inf is not allowed; give gigabytes, a number above 0 and up to 1000000"),
        (["--memory", "1e300"], "memory: 1e+300 is not allowed"),
        (["--set", "months=0"], "--set months=0"),
        (["--set", "mnths=3"], "did you mean 'months'?"),
    ],
)
def test_nonsense_numbers_are_told_with_what_is_allowed(cli, scenarios, tmp_path, words, told):
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "o", *words)
    assert said.exit_code == 1
    assert told in said.stderr
    assert said.stdout == ""
    assert "Small place:" not in said.stderr, "refused before the run is announced"
    assert not (tmp_path / "o").exists()


def test_a_missing_scenario_is_told(cli, tmp_path):
    said = cli("run", tmp_path / "none.yaml")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "there is no such file" in said.stderr


@pytest.mark.parametrize("error", [ZeroDivisionError("boom"), InvariantError("people were lost"), KeyError()])
def test_what_nobody_expected_is_a_fault_of_the_program_in_two_lines(cli, scenarios, tmp_path, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("mhwfmodel.simulate.run", fail)
    monkeypatch.delenv(guard.DEBUG, raising=False)
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "o", "--quiet")
    assert said.exit_code == guard.FAULT
    assert len(said.stderr.splitlines()) == 2
    assert "a fault of the program" in said.stderr
    assert type(error).__name__ in said.stderr
    monkeypatch.setenv(guard.DEBUG, "1")
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "o", "--quiet")
    assert said.stderr.startswith("Traceback")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "not enough memory"),
        (PermissionError(13, "Permission denied", "a.csv"), "a.csv: Permission denied; name a file"),
    ],
)
def test_what_the_machine_refuses_is_told_as_such(cli, scenarios, tmp_path, monkeypatch, error, told):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("mhwfmodel.simulate.run", fail)
    said = cli("run", scenarios / "small.yaml", "--out", tmp_path / "o", "--quiet")
    assert said.exit_code == 1
    assert told in said.stderr


def test_the_import_of_the_command_line_loads_nothing_heavy():
    code = f"import sys, mhwfmodel.cli; print(*(name for name in {sorted(HEAVY)!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


def test_the_version_and_the_help():
    from importlib.metadata import version

    assert start("--version").stdout.decode().strip() == f"mhwfmodel {version('mhwfmodel')}"
    told = start("--help", COLUMNS="80").stdout.decode()
    assert all(command in told for command in ("run", "check", "show", "schema", "compare"))
    assert "..." not in told.split("Commands:")[1], "no command's line is cut off"


def test_a_reader_who_has_gone_is_no_error():
    reads, writes = os.pipe()
    os.close(reads)
    show = subprocess.run(
        [*COMMAND, "show", "figures"], stdout=writes, stderr=subprocess.PIPE, check=False, timeout=120
    )
    os.close(writes)
    assert show.returncode == guard.BROKEN_PIPE
    assert show.stderr == b""


def test_errors_of_a_reader_who_has_gone_are_no_error_either():
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run([*COMMAND, "check", "none.yaml"], stderr=writes, check=False, timeout=120)
    os.close(writes)
    assert done.returncode == guard.BROKEN_PIPE


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_without_unicode_gets_plain_characters(encoding, tmp_path):
    done = start("show", "figures", "--conflicts", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert "-----" in text or "─" in text
    assert "?" not in text
    file = tmp_path / "zwölf 中文.yaml"
    file.write_text("name: 中文\nlevers: 3\n", encoding="utf-8")
    done = start("check", str(file), PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert start("show", "geography", "--json", PYTHONIOENCODING=encoding, PYTHONUTF8="0").returncode == 0


def test_what_an_encoding_lacks_is_replaced(monkeypatch):
    import io

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", newline="\n"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    console.settle()
    console.out("5–95 % … ‘a’ → £3 中")
    console.out_json({"name": "中"})
    assert raw.getvalue().decode("ascii").split("\n", 1)[0] == "5-95 % ... 'a' -> GBP 3 ?"
    assert '"\\u4e2d"' in raw.getvalue().decode("ascii")


def test_a_closed_pipe_ends_a_command_in_silence(monkeypatch):
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(typer.Exit) as ended:
            guard.guarded(console.out)("x" * 100_000)
    assert ended.value.exit_code == guard.BROKEN_PIPE


def test_a_closed_pipe_for_faults_ends_in_silence_too(monkeypatch):
    def gone(*_):
        raise console.Closed

    monkeypatch.setattr(guard, "tell", gone)
    with pytest.raises(typer.Exit) as ended:
        guard.guarded(int)("x")
    assert ended.value.exit_code == guard.BROKEN_PIPE


def test_another_error_of_a_stream_is_not_taken_for_a_closed_pipe(monkeypatch):
    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(OSError, match="No space"):
        console.out("x")


def test_an_interrupt_is_told_in_one_line(capsys):
    def pressed():
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as ended:
        guard.guarded(pressed)()
    assert ended.value.exit_code == guard.INTERRUPTED
    assert capsys.readouterr().err == f"{guard.STOPPED}\n"


def test_the_entry_point_leaves_with_the_status(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mhwfmodel", "show", "nothing"])
    with pytest.raises(SystemExit) as ended:
        application.main()
    assert ended.value.code == 2
    assert "Usage: mhwfmodel show" in capsys.readouterr().err

    def pressed(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(application, "app", pressed)
    with pytest.raises(SystemExit) as ended:
        application.main()
    assert ended.value.code == guard.INTERRUPTED
    assert guard.STOPPED in capsys.readouterr().err


def test_the_version_in_this_process(cli):
    assert cli("--version").stdout.startswith("mhwfmodel ")
