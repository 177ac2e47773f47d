"""Part 2 of the benchmark of demand: the pathway that ships, over England's ICBs, and how time and memory grow.

Each run is a process of its own, so that its peak memory is its own; its time is that of the simulation, and of making
the people whom it starts with, but not of compiling. Every ICB has the file's staff a head and starts in balance. The
analytic pathway does the same months, and is told how far from the simulation it comes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np

from benchmarks._measure import BenchmarkError, Row, Run, make_row, run_child, timed_row

if TYPE_CHECKING:
    from mhwfmodel.demand.outcome import Outcome
    from mhwfmodel.demand.steady import Steady
    from mhwfmodel.pathway.network import Network, Present

__all__ = ["england"]

_UNIT, _ANALYTIC_UNIT = "events/s", "place-months/s"


@dataclass(frozen=True, slots=True)
class _Job:
    """One run.

    Args:
        icbs: How many of them, in their order.
        years: Years.
        replications: Replications.
        threads: Threads.
    """

    icbs: int = 42
    years: int = 5
    replications: int = 20
    threads: int = 2

    @property
    def name(self) -> str:
        """What the table says of it."""
        where = f"{self.icbs} ICB{'s' if self.icbs > 1 else ''}"
        years = f"{self.years} year{'s' if self.years > 1 else ''}"
        return f"cmhf, {where}, {years}, {self.replications} replications"


class _Starts(Sequence["Present"]):
    """Those who are there at time 0, made for a replication when it is asked for, so that not all are kept."""

    def __init__(self, place: Network, balance: Steady, many: int) -> None:
        self.place, self.balance, self.many = place, balance, many

    def __len__(self) -> int:
        return self.many

    @overload
    def __getitem__(self, at: int) -> Present: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Present]: ...
    def __getitem__(self, at: int | slice) -> Present | Sequence[Present]:
        from mhwfmodel.demand import warm

        numbers = range(self.many)[at]
        several = numbers if isinstance(numbers, range) else [numbers]
        found = warm.present(self.place, self.balance, seed=1, replications=several)
        return found if isinstance(numbers, range) else found[0]


def england(*, quick: bool, full: bool) -> list[Row]:
    """Run England, and less of it in each direction.

    Args:
        quick: Two small ones.
        full: One thread as well.
    """
    if quick:
        jobs = [_Job(1, 1, 2), _Job(2, 1, 2)]
    else:
        jobs = [_Job(icbs=1), _Job(icbs=10), _Job(years=1), _Job(replications=5), _Job()]
        jobs += [_Job(threads=1)] if full else []
    return [row for job in jobs for row in _rows(job)]


def _rows(job: _Job) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "told.json")
        numbers = map(str, (job.icbs, job.years, job.replications, job.threads))
        child = run_child([sys.executable, "-m", __name__, str(out), *numbers])
        told = json.loads(out.read_text(encoding="utf-8"))
    run = Run(seconds=told["seconds"], peak_memory_mib=child.peak_memory_mib)
    yield make_row(
        "demand", "mhwfmodel, compiled", job.name, [run], work=told["events"], unit=_UNIT, threads=job.threads
    )
    yield timed_row(
        "demand",
        "mhwfmodel, analytic",
        job.name,
        [told["analytic"]],
        work=job.icbs * job.years * 12.0,
        unit=_ANALYTIC_UNIT,
        threads=job.threads,
        note=f"away from the mean of the simulation: people who wait {told['waiting_days']:.1%}, in work "
        f"{told['work_days']:.1%}",
    )


def main() -> int:
    """Run one job and write what it told.

    The arguments are the file to write, ICBs, years, replications and threads.
    """
    from mhwfmodel.catalogue import icbs as all_icbs
    from mhwfmodel.demand import steady
    from mhwfmodel.demand.analytic import screen
    from mhwfmodel.demand.engine import simulate_many
    from mhwfmodel.pathway import flatten, load_pathway

    icbs, years, replications, threads = map(int, sys.argv[2:])
    pathway = load_pathway("cmhf")
    if pathway.people is None:
        message = "the pathway that ships does not say for how many people it is written"
        raise BenchmarkError(message)
    places = [
        flatten(pathway, place=icb.id, scale=icb.population / pathway.people, months=12 * years)
        for icb in list(all_icbs())[:icbs]
    ]
    there = [_Starts(place, steady.stationary(place), replications) for place in places]
    simulate_many(places[:1], seed=1, replications=[0], present=[there[0][:1]], threads=1)
    start = time.perf_counter()
    outcomes = simulate_many(places, seed=1, replications=range(replications), present=there, threads=threads)
    seconds = time.perf_counter() - start
    first = [each[0] for each in there]
    screen(places[:1], present=first[:1], threads=1)
    start = time.perf_counter()
    expected = screen(places, present=first, keep=("waiting_days", "work_days"), threads=threads)
    told = {
        "seconds": seconds,
        "events": float(sum(outcome.events.sum() for outcome in outcomes)),
        "analytic": time.perf_counter() - start,
        **{name: _away(expected.kept[name][:, 0], outcomes, name) for name in expected.kept},
    }
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    return 0


def _away(expected: np.ndarray, outcomes: Sequence[Outcome], name: str) -> float:
    """Differences by place, month and stage, as a share of all; the noise of the simulation is part of them."""
    means = np.array([getattr(outcome, name).mean(axis=0).sum(axis=-1) for outcome in outcomes])
    return float(np.abs(expected.astype(np.float64).sum(axis=-1) - means).sum() / means.sum())


if __name__ == "__main__":
    raise SystemExit(main())
