"""Part 2 of the benchmark of supply: England as shipped, ten years of months, and how time and memory grow.

Each run is a process of its own, so that its peak memory is its own; its time is that of `mh.run` alone, its code
compiled before.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measure import Row, Run, make_row, run_child, timed_row

__all__ = ["Job", "england"]

_SCENARIO = str(Path(__file__).parent.parent / "scenarios" / "baseline.yaml")
_LEVER = str(Path(__file__).parent.parent / "scenarios" / "retention_plan.yaml")
_MONTHS = 120
_UNIT = "node-months/s"
_RUN = """
import json, sys, time
import mhwfmodel as mh
path, out, draws, threads, icbs, months = sys.argv[1:]
scenario = mh.load_scenario(path, overrides={"icbs": json.loads(icbs), "months": int(months)})
from mhwfmodel.simulate.frame import frame_of
nodes = int(frame_of(scenario).workforce.graph.node_id.size)
start = time.perf_counter()
mh.run(scenario, draws=int(draws), threads=int(threads))
seconds = time.perf_counter() - start
open(out, "w", encoding="utf-8").write(json.dumps({"seconds": seconds, "nodes": nodes}))
"""
_PAIRED = """
import json, sys
import numpy as np
import mhwfmodel as mh
base, plan, out, draws, icbs, months = sys.argv[1:]
given = {"icbs": json.loads(icbs), "months": int(months)}
runs = [
    mh.run(mh.load_scenario(path, overrides=given), draws=int(draws), seed=seed).draws_by("filled")
    for path, seed in ((base, 1), (plan, 1), (plan, 2))
]
last = [people.isel(month=-1).to_numpy().astype(float) for people in runs]
paired, apart = (float(np.var(other - last[0], ddof=1)) for other in last[1:])
open(out, "w", encoding="utf-8").write(json.dumps({"paired": paired, "apart": apart}))
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One run.

    Args:
        draws: Draws.
        threads: Threads.
        icbs: Codes of ICBs, or `all`.
        months: Months.
    """

    draws: int
    threads: int = 2
    icbs: tuple[str, ...] | str = "all"
    months: int = _MONTHS

    @property
    def name(self) -> str:
        """What the table says of it."""
        where = "England" if self.icbs == "all" else f"{len(self.icbs)} ICB{'s' if len(self.icbs) > 1 else ''}"
        return f"{where}, {self.draws:,} draws, {self.months} months"

    def words(self, out: Path) -> list[str]:
        """The command that runs it."""
        numbers = [str(self.draws), str(self.threads), json.dumps(self.icbs), str(self.months)]
        return [sys.executable, "-c", _RUN, _SCENARIO, str(out), *numbers]


def jobs(*, quick: bool, full: bool) -> list[Job]:
    """The runs: growth with threads, draws and ICBs.

    Args:
        quick: Two small ones.
        full: 10,000 draws as well.
    """
    from mhwfmodel.catalogue import icbs

    codes = tuple(icb.code for icb in icbs())
    if quick:
        return [Job(10, icbs=codes[:1], months=12), Job(20, icbs=codes[:2], months=12)]
    growth = [Job(200, icbs=codes[:number]) for number in (1, 10)]
    return [*growth, Job(200, threads=1), Job(200), Job(1000), *([Job(10_000)] if full else [])]


def england(*, quick: bool, full: bool) -> list[Row]:
    """Run England, and say what pairing draws is worth.

    Args:
        quick: One and two ICBs, few draws, one year.
        full: 10,000 draws as well, which takes many minutes.
    """
    return [*_runs(jobs(quick=quick, full=full)), _paired(quick=quick)]


def _runs(of: list[Job]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "told.json")
        run_child(Job(2, icbs=of[0].icbs, months=2).words(out))
        for job in of:
            child = run_child(job.words(out))
            told = json.loads(out.read_text(encoding="utf-8"))
            run = Run(seconds=told["seconds"], peak_memory_mib=child.peak_memory_mib)
            work = float(job.draws) * job.months * told["nodes"]
            yield make_row("supply", "mh.run", job.name, [run], work=work, unit=_UNIT, threads=job.threads)


def _paired(*, quick: bool) -> Row:
    """Variance of what a plan changes: the same seed on both sides, against another seed."""
    from mhwfmodel.catalogue import icbs

    job = Job(25 if quick else 100, icbs=(next(iter(icbs())).code,), months=24 if quick else _MONTHS)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "told.json")
        numbers = [str(job.draws), json.dumps(job.icbs), str(job.months)]
        child = run_child([sys.executable, "-c", _PAIRED, _SCENARIO, _LEVER, str(out), *numbers])
        told = json.loads(out.read_text(encoding="utf-8"))
    note = f"variance of a plan's change: {told['paired']:,.1f} with the same seed, {told['apart']:,.1f} with another"
    work = 3.0 * job.draws * job.months
    return timed_row("supply", "paired draws", job.name, [child.seconds], work=work, unit="draw-months/s", note=note)
