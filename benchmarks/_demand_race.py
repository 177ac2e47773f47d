"""Part 1 of the benchmark of demand: `erlang_a` by everything that can run it, in turn, each in a process of its own.

Events are arrivals, starts, ends and givings-up, counted the same way for all. ciw and cimba run in this interpreter
unless the environment variable `MHWFMODEL_BENCH_PYTHON` names another where they are installed.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks._bands_c import COMPILERS
from benchmarks._demand_workload import GIVE_UP, WAIT
from benchmarks._measure import BenchmarkError, Row, missing_row, run_child, timed_row, with_speeds
from benchmarks._rivals import INTERPRETER

__all__ = ["memory", "race"]

_FOLDER = Path(__file__).parent
_UNIT = "events/s"
_SIMPY, _HEAP = "simpy, plain program", "C, heap"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One engine.

    Args:
        engine: What does the work.
        command: Program and what comes before its arguments, which begin with the file to write.
        after: Arguments after file, arrivals and repeats.
        way: Second argument.
        threads: Threads.
        share: Of the arrivals, where it is so slow that fewer do.
        package: What to install where it is not.
    """

    engine: str
    command: tuple[str, ...]
    way: str
    after: tuple[str, ...] = ()
    threads: int = 1
    share: float = 1.0
    package: str = ""


def race(*, quick: bool) -> list[Row]:
    """Run all engines in turn and give each its speed against simpy and against C.

    Args:
        quick: Few arrivals and one repeat.
    """
    people, repeats, runs = (2_000, 1, 1) if quick else (200_000, 5, 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entries = _entries(folder, many=2 if quick else 8)
        told: dict[str, list[dict[str, float]]] = {_key(entry): [] for entry in entries}
        missing: set[str] = set()
        for _ in range(repeats):
            for entry in entries:
                if _key(entry) not in missing:
                    found = _run(entry, folder, max(int(people * entry.share), 500), runs if entry.share == 1.0 else 1)
                    told[_key(entry)] += found
                    missing |= set() if found else {_key(entry)}
    rows = [_row(entry, told[_key(entry)]) for entry in entries]
    if not any(entry.engine == _HEAP for entry in entries):
        rows.append(missing_row("demand", _HEAP, "erlang_a", f"no compiler found: {', '.join(COMPILERS)}", unit=_UNIT))
    return with_speeds(with_speeds(rows, _SIMPY, name="× simpy"), _HEAP, name="× C heap")


def memory(*, quick: bool) -> list[Row]:
    """Peak memory for ten times as many people who come, with as many present at once."""
    rows = []
    for people in (2_000, 20_000) if quick else (200_000, 2_000_000):
        with tempfile.TemporaryDirectory() as name:
            entry = _ours("compiled", "1", "1")
            found = _run(entry, Path(name), people, 1)
        rows.append(replace(_row(entry, found), workload=f"erlang_a, {people:,} arrivals"))
    return rows


def _key(entry: _Entry) -> str:
    return f"{entry.engine} {entry.threads}"


def _ours(engine: str, replications: str, threads: str) -> _Entry:
    name = "mhwfmodel, compiled" if engine == "compiled" else "mhwfmodel, simpy engine"
    command = (sys.executable, "-m", "benchmarks._demand_ours")
    share = 1.0 if engine == "compiled" else 0.05
    return _Entry(name, command, engine, (replications, threads), int(threads), share)


def _entries(folder: Path, *, many: int) -> list[_Entry]:
    other = os.environ.get(INTERPRETER) or sys.executable
    entries = [
        _ours("compiled", "1", "1"),
        replace(_ours("compiled", str(many), "1"), engine=f"mhwfmodel, compiled, {many} replications"),
        replace(_ours("compiled", str(many), "2"), engine=f"mhwfmodel, compiled, {many} replications"),
        _ours("simpy", "1", "1"),
        _Entry(_SIMPY, (sys.executable, str(_FOLDER / "_rival_simpy.py")), "plain", share=0.25),
        _Entry("simpy, tuned program", (sys.executable, str(_FOLDER / "_rival_simpy.py")), "tuned", share=0.25),
        _Entry("ciw", (other, str(_FOLDER / "_rival_ciw.py")), "-", share=0.25, package="ciw"),
        _Entry("cimba, server processes", (other, str(_FOLDER / "_rival_cimba.py")), "servers", package="cimba"),
        _Entry("cimba, process by person", (other, str(_FOLDER / "_rival_cimba.py")), "people", package="cimba"),
    ]
    program = _compiled(folder)
    if program is not None:
        entries += [_Entry(_HEAP, (program,), "heap"), _Entry("C, no heap", (program,), "flat")]
    return entries


def _compiled(folder: Path) -> str | None:
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        return None
    program = str(folder / "erlang_a")
    command = [compiler, "-O3", "-march=native", str(_FOLDER / "c" / "erlang_a.c"), "-o", program, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"{' '.join(command)}\n{done.stderr[-2000:]}"
        raise BenchmarkError(message)
    return program


def _run(entry: _Entry, folder: Path, people: int, repeats: int) -> list[dict[str, float]]:
    """Run it in a process of its own; nothing where it is not installed."""
    out = folder / "told.json"
    command = [*entry.command, str(out), entry.way, str(people), str(repeats), *entry.after]
    if (
        entry.package
        and subprocess.run(
            [entry.command[0], "-c", f"import {entry.package}"], capture_output=True, check=False
        ).returncode
    ):
        return []
    run = run_child(command)
    return [{**found, "peak": run.peak_memory_mib} for found in json.loads(out.read_text(encoding="utf-8"))]


def _events(found: dict[str, float]) -> float:
    return found.get("events", 3.0 * found["arrived"] - found["gave_up"])


def _row(entry: _Entry, told: list[dict[str, float]]) -> Row:
    if not told:
        why = f"not installed: pip install {entry.package}, or name an interpreter that has it in {INTERPRETER}"
        return missing_row("demand", entry.engine, "erlang_a", why, unit=_UNIT)
    arrived = sum(found["arrived"] for found in told)
    waited, gave_up = (sum(found[name] for found in told) / arrived for name in ("waited", "gave_up"))
    seconds = [found["seconds"] for found in told]
    rate = statistics.median(_events(found) / found["seconds"] for found in told)
    row = timed_row(
        "demand",
        entry.engine,
        "erlang_a",
        seconds,
        work=rate * statistics.median(seconds),
        unit=_UNIT,
        threads=entry.threads,
        note=f"wait {waited:.5f} ({WAIT} in theory), gave up {gave_up:.5f} ({GIVE_UP})",
    )
    return replace(row, peak_memory_mib=max(found["peak"] for found in told))
