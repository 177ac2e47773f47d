"""Part 1 of the benchmark of supply: `bands` by everything that can run it, in turn, on one and two threads."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _bands
from benchmarks._bands import CELLS, MONTHS, Bands
from benchmarks._bands_c import COMPILERS, Programs
from benchmarks._measure import Row, missing_row, timed_row, with_speeds

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["race"]

_UNIT = "cell-months/s"
_BENCHMARK = "supply"
_WHOLE, _BY_DRAW, _EXPECTED = "whole people", "whole people, chances by draw", "expected values"
_NUMPY = {
    _WHOLE: "numpy Generator",
    _BY_DRAW: "numpy Generator",
    _EXPECTED: "numpy",
}
_C = {_WHOLE: "C, draws in lock step", _EXPECTED: "C, time loop in a cache tile"}
_OURS = "mhwfmodel"
_SEED = 20_260


@dataclass(frozen=True, slots=True)
class _Entry:
    """One engine on one workload.

    Args:
        engine: What does the work.
        workload: What it is.
        draws: Draws of one run.
        threads: Threads.
        run: Runs once; seconds, and people at the end by draw or their mean.
    """

    engine: str
    workload: str
    draws: int
    threads: int
    run: Callable[[], tuple[float, NDArray[np.float64]]]


def race(*, quick: bool) -> list[Row]:
    """Run all engines in turn and give each its speed against numpy and against C.

    Args:
        quick: Few draws and one repeat.
    """
    bands = Bands.make()
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs.make(Path(folder), bands.packed())
        entries = list(_entries(bands, programs, quick=quick))
        told: dict[int, list[tuple[float, NDArray[np.float64]]]] = {at: [] for at in range(len(entries))}
        for repeat in range(2 if quick else 6):
            for at, entry in enumerate(entries):
                found = entry.run()
                if repeat > 0:
                    told[at].append(found)
    rows = [
        timed_row(
            _BENCHMARK,
            entry.engine,
            entry.workload,
            [seconds for seconds, _ in told[at]],
            work=float(entry.draws * CELLS * MONTHS),
            unit=_UNIT,
            threads=entry.threads,
            note=_agreement(bands, entry, told[at][-1][1]),
        )
        for at, entry in enumerate(entries)
    ]
    if programs is None:
        why = f"no compiler found: {', '.join(COMPILERS)}"
        rows += [missing_row(_BENCHMARK, engine, workload, why, unit=_UNIT) for workload, engine in _C.items()]
    return [row for workload in _NUMPY for row in _compared([row for row in rows if row.workload == workload])]


def _compared(rows: list[Row]) -> list[Row]:
    workload = rows[0].workload
    rows = with_speeds(rows, _NUMPY[workload], name="× numpy")
    return with_speeds(rows, _C[workload], name="× C, 1 thread") if workload in _C else rows


def _entries(bands: Bands, programs: Programs | None, *, quick: bool) -> list[_Entry]:
    from mhwfmodel.supply import Expected, Sampled

    many, few = (64, 4) if quick else (320, 8)
    whole, shared, graph = Sampled(_SEED, np.arange(many, dtype=np.uint32)), _bands.chances(bands), _bands.graph()
    scale = bands.scale[:many]
    scaled = _bands.chances(bands, scale)

    def ours(
        chance: NDArray[np.float64], chooser: Sampled | Expected, threads: int
    ) -> Callable[[], NDArray[np.generic]]:
        return lambda: _bands.sampled(bands, graph, chance, chooser, threads)

    entries = []
    for threads in (1, 2):
        entries += [
            _Entry(_OURS, _WHOLE, many, threads, _timed(ours(shared, whole, threads))),
            _Entry(_OURS, _BY_DRAW, many, threads, _timed(ours(scaled, whole, threads))),
            _Entry(_OURS, _EXPECTED, many, threads, _timed(ours(scaled, Expected(), threads))),
        ]
        if programs is not None:
            entries += [
                _Entry(_C[_WHOLE], _WHOLE, many, threads, _program(programs, "lanes", many, threads)),
                _Entry(_C[_EXPECTED], _EXPECTED, many, threads, _program(programs, "tiles", many, threads)),
            ]
    few_scales = bands.scale[:few]
    return [
        *entries,
        _Entry(_NUMPY[_WHOLE], _WHOLE, few, 1, _timed(lambda: _bands.plain(bands, few, _SEED))),
        _Entry(_NUMPY[_BY_DRAW], _BY_DRAW, few, 1, _timed(lambda: _bands.by_draw(bands, few_scales, _SEED))),
        _Entry(_NUMPY[_EXPECTED], _EXPECTED, few, 1, _timed(lambda: _bands.through(bands, few_scales))),
        _Entry("numpy, in chunks", _EXPECTED, few, 1, _timed(lambda: _bands.by_chunks(bands, few_scales))),
    ]


def _timed(run: Callable[[], NDArray[np.generic]]) -> Callable[[], tuple[float, NDArray[np.float64]]]:
    def once() -> tuple[float, NDArray[np.float64]]:
        start = time.perf_counter()
        people = run()
        seconds = time.perf_counter() - start
        return seconds, people[-1].astype(np.float64).sum(axis=-1)

    return once


def _program(
    programs: Programs, name: str, draws: int, threads: int
) -> Callable[[], tuple[float, NDArray[np.float64]]]:
    def once() -> tuple[float, NDArray[np.float64]]:
        seconds, mean = programs.run(name, draws, threads)
        return seconds, np.array([mean])

    return once


def _agreement(bands: Bands, entry: _Entry, people: NDArray[np.float64]) -> str:
    """How the people at the end compare with what is expected of them, which is known exactly."""
    if entry.workload == _WHOLE:
        expected = bands.expected()
        return f"mean people {people.mean():,.0f}, expected {expected:,.0f}"
    expected = float(_bands.through(bands, bands.scale[: entry.draws])[-1].sum(axis=-1).mean())
    if entry.workload == _BY_DRAW:
        return f"mean people {people.mean():,.0f}, expected {expected:,.0f}"
    return f"differs from numpy by {abs(people.mean() / expected - 1.0):.0e}"
