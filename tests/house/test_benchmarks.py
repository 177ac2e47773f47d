"""Benchmarks run and write what they say they write; their times are never judged here."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks import _measure
from benchmarks.__main__ import REGISTRY

COLUMNS = {
    "benchmark", "engine", "workload", "seconds", "seconds_low", "seconds_high", "rate", "rate_unit", "threads",
    "peak_memory_mib", "repeats", "ratios", "faster", "note", "quick", "machine",
}  # fmt: skip


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks", *words]


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_quick_benchmark_writes_its_rows(name, root, tmp_path):
    file = tmp_path / "rows.json"
    done = subprocess.run(
        command(name, "--quick", "--json", str(file)), cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert rows
    assert list(tmp_path.iterdir()) == [file]
    for row in rows:
        assert set(row) == COLUMNS
        assert row["benchmark"] == name
        assert row["threads"] >= 1
        assert row["quick"] is True
        assert row["machine"]["cores"] >= 1
        if row["repeats"] == 0:
            assert row["note"], "a row that was not run says why"
            continue
        assert 0 < row["seconds_low"] <= row["seconds"] <= row["seconds_high"]
        assert row["rate"] > 0
        assert row["peak_memory_mib"] is None or row["peak_memory_mib"] > 1
        assert all(ratio > 0 for name in ("ratios", "faster") for ratio in row[name].values())
    assert any(row["peak_memory_mib"] for row in rows)
    assert len({(row["engine"], row["workload"], row["threads"]) for row in rows}) == len(rows)


def test_startup_measures_the_package_beside_the_libraries():
    from benchmarks import startup

    assert {"import mhwfmodel", "import xarray, pandas", "mhwfmodel --help", "import numpy"} <= set(startup._CODE)


def test_an_unknown_benchmark_is_answered_with_the_list(root):
    done = subprocess.run(command("strtup"), cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert all(name in done.stderr for name in REGISTRY)


def test_a_missing_folder_is_told_before_the_work(root, tmp_path):
    done = subprocess.run(
        command("startup", "--json", str(tmp_path / "none" / "f.json")),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "make it first" in done.stderr


def test_memory_is_that_of_the_child(root):
    # Measured from a light process, as benchmarks are: this one holds all that the tests have loaded.
    code = """
import sys
from benchmarks._measure import run_child
small = run_child([sys.executable, "-c", "pass"])
large = run_child([sys.executable, "-c", "x = bytearray(100 << 20); x[::4096] = b'1' * len(x[::4096])"])
print(large.peak_memory_mib - small.peak_memory_mib)
"""
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=root, capture_output=True, text=True, check=True)
    assert 60 < float(done.stdout) < 140


def test_a_workload_that_fails_is_no_measurement():
    with pytest.raises(_measure.BenchmarkError, match="it broke"):
        _measure.run_child([sys.executable, "-c", "raise SystemExit('it broke')"])


def test_ratios_are_to_the_row_that_is_named():
    runs = {
        "a": [_measure.Run(1.0, 10.0), _measure.Run(3.0, 12.0), _measure.Run(2.0, 11.0)],
        "b": [_measure.Run(4.0, 5.0)],
    }
    rows = [_measure.make_row("t", name, "w", taken, work=8.0, unit="x/s") for name, taken in runs.items()]
    first, second = _measure.with_ratios(rows, "a")
    assert (first.seconds, first.seconds_low, first.seconds_high, first.rate, first.peak_memory_mib) == (
        2.0,
        1.0,
        3.0,
        4.0,
        12.0,
    )
    assert (first.ratios, second.ratios) == ({"a": 1.0}, {"a": 2.0})
    with pytest.raises(_measure.BenchmarkError, match="there are a, b"):
        _measure.with_ratios(rows, "c")
