"""What every benchmark shares: a child process that is timed, a row, a table and a JSON file.

This module imports nothing heavy: Linux counts the memory of the parent at the moment of the fork into the
peak memory of a child, so a heavy parent would hide the difference between light children.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

__all__ = [
    "BenchmarkError",
    "Row",
    "Run",
    "alternate",
    "make_row",
    "missing_row",
    "run_child",
    "show",
    "timed_row",
    "with_ratios",
    "with_speeds",
    "write_json",
    "write_markdown",
]

_KIB_IN_MIB = 1024
_BYTES_IN_MIB = 1024 * 1024


class BenchmarkError(RuntimeError):
    """A workload did not run, so that there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run of a child process.

    Args:
        seconds: Wall time from start to exit [s].
        peak_memory_mib: Largest resident memory of the child [MiB].
    """

    seconds: float
    peak_memory_mib: float


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of one engine on one workload.

    Args:
        benchmark: Name in the registry.
        engine: What did the work.
        workload: What the work was.
        seconds: Median wall time [s]; `seconds_low` and `seconds_high` are the fastest and slowest repeat.
        rate: Units of work in a second [`rate_unit`].
        threads: Threads that the engine was given.
        peak_memory_mib: Largest resident memory over the repeats [MiB]; none where engines share a process.
        repeats: Timed repeats; 0 where the engine could not be run, and `note` says why.
        ratios: Seconds of this row over seconds of the row that is named: below 1 is faster than it.
        faster: Rate of this row over the rate of the row that is named: above 1 is faster than it.
        note: What else is to be known.
    """

    benchmark: str
    engine: str
    workload: str
    seconds: float
    seconds_low: float
    seconds_high: float
    rate: float
    rate_unit: str
    threads: int
    peak_memory_mib: float | None
    repeats: int
    ratios: Mapping[str, float] = field(default_factory=dict)
    faster: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


def run_child(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end, in a process of its own.

    Args:
        command: Program and arguments; what it prints is thrown away unless it fails.
        environment: Environment variables that it is given beside those of this process.

    Returns:
        Its wall time [s] and its peak memory [MiB].

    Raises:
        BenchmarkError: The command failed (its last words are shown), or the machine hides a child's memory.
    """
    if not hasattr(os, "wait4"):
        message = f"benchmarks need os.wait4 to read a child's memory; {platform.system()} does not have it"
        raise BenchmarkError(message)
    with tempfile.TemporaryFile() as words:
        start = time.perf_counter()
        surroundings = {**os.environ, **(environment or {})}
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=words, env=surroundings)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            words.seek(0)
            last = words.read()[-2000:].decode(errors="replace").strip()
            message = f"exit status {child.returncode} from {' '.join(command)}\n{last}"
            raise BenchmarkError(message)
    unit = _BYTES_IN_MIB if sys.platform == "darwin" else _KIB_IN_MIB
    return Run(seconds=seconds, peak_memory_mib=usage.ru_maxrss / unit)


def alternate(commands: Mapping[str, Sequence[str]], repeats: int) -> dict[str, list[Run]]:
    """Time several commands in turn, so that a machine that slows down slows all of them.

    Args:
        commands: Command by engine.
        repeats: Timed repeats of each. One more comes first and is not counted: it fills the disk cache.

    Returns:
        The timed runs by engine.
    """
    runs: dict[str, list[Run]] = {engine: [] for engine in commands}
    for repeat in range(repeats + 1):
        for engine, command in commands.items():
            run = run_child(command)
            if repeat > 0:
                runs[engine].append(run)
    return runs


def make_row(
    benchmark: str,
    engine: str,
    workload: str,
    runs: Sequence[Run],
    *,
    work: float,
    unit: str,
    threads: int = 1,
) -> Row:
    """Sum up the repeats of one engine on one workload.

    Args:
        benchmark: Name in the registry.
        engine: What did the work.
        workload: What the work was.
        runs: Timed repeats.
        work: Units of work in one run.
        unit: Unit of `rate`, such as `starts/s`.
        threads: Threads that the engine was given.
    """
    seconds = [run.seconds for run in runs]
    median = statistics.median(seconds)
    return Row(
        benchmark=benchmark,
        engine=engine,
        workload=workload,
        seconds=median,
        seconds_low=min(seconds),
        seconds_high=max(seconds),
        rate=work / median,
        rate_unit=unit,
        threads=threads,
        peak_memory_mib=max(run.peak_memory_mib for run in runs),
        repeats=len(runs),
    )


def timed_row(
    benchmark: str,
    engine: str,
    workload: str,
    seconds: Sequence[float],
    *,
    work: float,
    unit: str,
    threads: int = 1,
    note: str = "",
) -> Row:
    """Sum up repeats that were timed in this process; see `make_row`."""
    runs = [Run(seconds=time, peak_memory_mib=0.0) for time in seconds]
    row = make_row(benchmark, engine, workload, runs, work=work, unit=unit, threads=threads)
    return replace(row, peak_memory_mib=None, note=note)


def missing_row(benchmark: str, engine: str, workload: str, why: str, *, unit: str) -> Row:
    """A row that says why an engine was not run."""
    return Row(benchmark, engine, workload, 0.0, 0.0, 0.0, 0.0, unit, 1, None, 0, note=why)


def with_speeds(rows: Sequence[Row], to: str, *, name: str) -> list[Row]:
    """Give every row that was run its rate as a multiple of one engine's; all as they are where that was not run.

    Args:
        rows: Rows of one workload.
        to: The engine that is 1.
        name: What the column is called.
    """
    reference = next((row for row in rows if row.engine == to and row.repeats), None)
    if reference is None:
        return list(rows)
    return [
        replace(row, faster={**row.faster, name: row.rate / reference.rate}) if row.repeats else row for row in rows
    ]


def with_ratios(rows: Sequence[Row], to: str) -> list[Row]:
    """Give every row its time as a multiple of one engine's time.

    Args:
        rows: Rows of one run.
        to: The engine that is 1.

    Raises:
        BenchmarkError: No row has that engine.
    """
    reference = next((row for row in rows if row.engine == to), None)
    if reference is None:
        message = f"no row has the engine '{to}'; there are {', '.join(row.engine for row in rows)}"
        raise BenchmarkError(message)
    return [replace(row, ratios={**row.ratios, to: row.seconds / reference.seconds}) for row in rows]


def machine() -> dict[str, str | int]:
    """Say on what the times were taken."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "python": platform.python_version(),
    }


def write_json(rows: Sequence[Row], path: Path, *, quick: bool) -> None:
    """Write the rows as a JSON array, one row a line; nothing half-written stays.

    Args:
        rows: What was measured.
        path: File to write.
        quick: Whether the short form was run.
    """
    about = {"quick": quick, "machine": machine()}
    lines = [json.dumps({**asdict(row), **about}) for row in rows]
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    unfinished.replace(path)


def _cells(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Headings and cells of a table of rows; a column that says nothing is left out."""
    slower = list(dict.fromkeys(name for row in rows for name in row.ratios))
    faster = list(dict.fromkeys(name for row in rows for name in row.faster))
    headings = ["engine", "workload", "seconds", "rate", "threads", "peak MiB"]
    headings += [*(f"× {name}" for name in slower), *faster, "note"]
    cells = []
    for row in rows:
        ran = row.repeats > 0
        cells.append(
            [
                row.engine,
                row.workload,
                f"{row.seconds:.3f}" if ran else "",
                f"{row.rate:,.3g} {row.rate_unit}" if ran else "",
                str(row.threads) if ran else "",
                "" if row.peak_memory_mib is None else f"{row.peak_memory_mib:,.0f}",
                *(f"{row.ratios[name]:.2f}" if name in row.ratios else "" for name in slower),
                *(f"{row.faster[name]:.3g}" if name in row.faster else "" for name in faster),
                row.note,
            ]
        )
    kept = [at for at in range(len(headings)) if any(line[at] for line in cells)]
    return [headings[at] for at in kept], [[line[at] for at in kept] for line in cells]


def write_markdown(rows: Sequence[Row], path: Path) -> None:
    """Write the table as Markdown, for a page that includes it; nothing half-written stays.

    Args:
        rows: What was measured.
        path: File to write.
    """
    headings, cells = _cells(rows)
    about = ", ".join(f"{name} {value}" for name, value in machine().items())
    rule = [":--" if heading in {"engine", "workload", "note"} else "--:" for heading in headings]
    lines = [" | ".join(line) for line in (headings, rule, *cells)]
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text("\n".join(f"| {line} |" for line in lines) + f"\n\nMeasured on: {about}.\n", encoding="utf-8")
    unfinished.replace(path)


_WIDE = 180
"""Columns of a table that goes to a file."""


def show(rows: Sequence[Row]) -> None:
    """Print the rows as a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    headings, cells = _cells(rows)
    table = Table(title=f"benchmark: {rows[0].benchmark}" if rows else "nothing was measured", box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in {"engine", "workload", "note"} else "right")
    for line in cells:
        table.add_row(*line)
    console = Console()
    Console(width=None if console.is_terminal else _WIDE).print(table)
