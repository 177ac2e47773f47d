"""How much memory and disk a run takes, told before it starts, and how it is laid out to fit into what is allowed."""

from __future__ import annotations

import math
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.results import STATS, CellLabels, Kept, places_of, reducer
from mhwfmodel.results.files import MEGABYTE, nearest
from mhwfmodel.results.groups import sizes
from mhwfmodel.results.scratch import sweep
from mhwfmodel.simulate.pathway_plan import pathway_plan

if TYPE_CHECKING:
    from mhwfmodel.simulate.ensemble import Setting

__all__ = ["Footprint", "planned"]

_GIGABYTE = 10**9
_KILOBYTE = 1024
_DRAWS_A_CHUNK = 25
_MONTHS_AT_ONCE = 12
_USUAL = 2 * _GIGABYTE
_NUMBER = 4
_BASE = 240 * 10**6
_LEAST_STEP = 10**7
_SHARED_A_NODE = 230
_STILL_A_CELL = 500
_YEAR_A_GROUP = 220
_WORK_A_NODE = 20
_WORK_A_CELL = 3000
_PIECES = 30 * 10**6
_SPARSE_A_NODE = 0.6
_ROLLED = ("turnover_rate", "specialist_turnover_rate")


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a run takes, and how it is laid out.

    Args:
        draws: Number of draws.
        threads: Number of threads.
        memory: Largest resident memory [bytes].
        disk: Largest temporary file [bytes]; 0 when all stays in memory.
        result: Values of the result before they are compressed [bytes].
        allowed: Memory that the run may take [bytes].
        folder: Where the temporary file goes; the system's own place when None.
        chunk: Draws that are moved together.
        inside: Chunks that stay in memory between blocks of months.
        months_at_once: Months of a block.
        values_in_file: Whether values wait in the file for the other draws.
        draws_in_file: Whether every draw that is kept is in the file.
    """

    draws: int
    threads: int
    memory: int
    disk: int
    result: int
    allowed: int
    folder: Path | None
    chunk: int
    inside: int
    months_at_once: int
    values_in_file: bool
    draws_in_file: bool

    def __str__(self) -> str:
        text = f"memory about {_told(self.memory)} (allowed {_told(self.allowed)})"
        if self.disk:
            text += f", temporary file up to {_told(self.disk)} in {self.folder or tempfile.gettempdir()}"
        return f"{text}, result {_told(self.result)} before it is compressed"

    def room_at(self, folder: Path) -> int:
        """Most that the values of the result take on a folder's disk, with what the run itself has put there [bytes].

        Args:
            folder: Where the result goes; it need not be there yet.
        """
        aside = Path(self.folder or tempfile.gettempdir())
        twice = self.draws_in_file and aside.stat().st_dev == nearest(folder).stat().st_dev
        return self.result * (2 if twice else 1)

    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "memory_mb": round(self.memory / MEGABYTE),
            "disk_mb": round(self.disk / MEGABYTE),
            "result_mb": round(self.result / MEGABYTE),
            "allowed_mb": round(self.allowed / MEGABYTE),
        }


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Bytes of the parts of a run.

    Args:
        fixed: What any number of draws takes: program, graph, summaries, the work of the threads.
        state: A chunk between months, in memory.
        packed: The same in the file.
        month: Values of a month that wait, over all draws.
        drawn: Every draw that is kept.
        summaries: Means and quantiles.
    """

    fixed: int
    state: int
    packed: int
    month: int
    drawn: int
    summaries: int


def planned(setting: Setting, memory: float | None, folder: Path | None) -> Footprint:
    """Lay a run out: what does not fit into the memory allowed goes to a file, every draw that is kept first.

    Args:
        setting: What is run.
        memory: Memory that it may take [GB]; see `mhwfmodel.run`.
        folder: Where a temporary file goes.

    Raises:
        ScenarioError: It would not fit.
    """
    free = _free_memory()
    usual = _USUAL if free is None else min(_USUAL, free // 2)
    allowed = usual if memory is None else int(memory * _GIGABYTE)
    chunk = _chunk(_draws(setting), setting.threads)
    plan = _laid_out(setting, chunk, allowed, folder)
    while plan.memory > allowed and chunk > 1:
        chunk //= 2
        plan = _laid_out(setting, chunk, allowed, folder)
    least = plan.memory if plan.memory <= allowed else _least(setting, plan.memory, folder)
    _require(plan, free, least)
    return plan


def _least(setting: Setting, size: int, folder: Path | None) -> int:
    """Least memory that a run fits into, in steps that a person can write [bytes].

    Args:
        setting: What is run.
        size: Where the search begins [bytes].
        folder: Where a temporary file goes.
    """
    least = -(-size // _LEAST_STEP) * _LEAST_STEP
    while _laid_out(setting, 1, least, folder).memory > least:
        least += _LEAST_STEP
    return least


def _draws(setting: Setting) -> int:
    return setting.scenario.draws if setting.stochastic else 1


def _laid_out(setting: Setting, chunk: int, allowed: int, folder: Path | None) -> Footprint:
    """What a run takes in chunks of so many draws."""
    draws = _draws(setting)
    chunks = -(-draws // chunk)
    threads = min(setting.threads, chunks)
    found = _sizes(setting, draws, chunk, threads)
    room = allowed - found.fixed
    draws_in_file = found.drawn > room // 3
    room -= 0 if draws_in_file else found.drawn
    at_once, values_in_file = _waiting(found, room, chunks, min(_MONTHS_AT_ONCE, setting.scenario.months))
    waiting = at_once * found.month
    room -= 0 if values_in_file else waiting
    inside = chunks if chunks * found.state <= room else min(max(room // found.state - threads, 1), chunks)
    # What comes back from the file is beside the others while it is moved.
    moved = threads if inside < chunks else 0
    kept = found.fixed + (inside + moved) * found.state
    return Footprint(
        draws=draws,
        threads=threads,
        memory=kept + (0 if values_in_file else waiting) + (0 if draws_in_file else found.drawn),
        disk=(chunks - inside) * found.packed + values_in_file * waiting + draws_in_file * found.drawn,
        result=found.drawn + found.summaries,
        allowed=allowed,
        folder=folder,
        chunk=chunk,
        inside=inside,
        months_at_once=at_once,
        values_in_file=values_in_file,
        draws_in_file=draws_in_file,
    )


def _waiting(found: _Sizes, room: int, chunks: int, most: int) -> tuple[int, bool]:
    """Months of a block, and whether their values wait in the file: whichever moves less to and from it."""
    inside = max(room - chunks * found.state, room // 2) // max(found.month, 1)
    if inside < 1:
        return most, True
    at_once = min(inside, most)
    if chunks * found.state + at_once * found.month <= room:
        return at_once, False
    chunks_moved = chunks * found.packed
    to_file = chunks_moved / at_once > chunks_moved / most + found.month
    return (most, True) if to_file else (at_once, False)


def _chunk(draws: int, threads: int) -> int:
    """Draws that are moved together: about as many for every thread, and no more than stay in its cache."""
    rounds = -(-draws // (_DRAWS_A_CHUNK * threads))
    return -(-draws // (rounds * threads))


def _sizes(setting: Setting, draws: int, chunk: int, threads: int) -> _Sizes:
    frame, months = setting.frame, setting.scenario.months + 1
    cells, nodes = len(frame.central.cells), frame.workforce.graph.node_id.size
    labels = CellLabels(
        frame.central.cells.icb, frame.central.cells.sector, frame.central.cells.role, frame.central.cells.icb_codes
    )
    outputs = setting.scenario.outputs
    groups, dense = reducer(labels, Kept(outputs.detail_names, outputs.draw_names)).groups, sizes(labels)
    waiting = sum(len(group.columns) * len(group.labels) for group in groups if not group.every_draw)
    yearly = sum(len(group.labels) for group in groups for name in group.variables if name in _ROLLED)
    dims = {
        every: sum(math.prod(dense[group.name]) * len(group.variables) for group in groups if group.every_draw is every)
        for every in (True, False)
    }
    stock = _NUMBER if setting.stochastic else 2 * _NUMBER
    still = _STILL_A_CELL * cells + _YEAR_A_GROUP * yearly
    summaries = _NUMBER * len(STATS) * dims[False] * months
    work = chunk * (_WORK_A_NODE * nodes + _WORK_A_CELL * cells) + _PIECES
    pathway = pathway_plan(setting.scenario, draws, places_of(labels)[0], labels)
    told, drawn, beside = (0, 0, 0) if pathway is None else pathway.bytes()
    summaries += told
    # A coupled run has both at once; otherwise one comes after the other.
    coupled = setting.scenario.coupling is not None
    working = threads * work + beside if coupled else max(threads * work, beside)
    return _Sizes(
        fixed=_BASE + _SHARED_A_NODE * nodes + summaries + working,
        state=chunk * (stock * nodes + still),
        packed=int(chunk * (_SPARSE_A_NODE * nodes + still)),
        month=_NUMBER * waiting * draws,
        drawn=_NUMBER * draws * dims[True] * months + drawn,
        summaries=summaries,
    )


def _require(plan: Footprint, free: int | None, least: int) -> None:
    """See to it that a run fits.

    Args:
        plan: How it is laid out.
        free: Memory that programs may still take [bytes].
        least: Least memory that the run fits into [bytes].

    Raises:
        ScenarioError: What it needs, what there is, and what to change; both memory and disk at once.
    """
    faults = []
    if plan.memory > plan.allowed:
        needed, allowed = (f"{size / _GIGABYTE:g}" for size in (least, plan.allowed))
        problem = f"the run needs {needed} GB, and {allowed} GB is allowed"
        fewer = f", or run with fewer threads ({plan.threads} now) or ICBs" if plan.allowed > _BASE + _PIECES else ""
        faults.append(Fault("memory", problem, f"allow {needed} GB (`--memory {needed}`){fewer}"))
    elif free is not None and plan.memory > free:
        problem = f"the run needs about {_told(plan.memory)}, and {_told(free)} is free on this machine"
        faults.append(Fault("memory", problem, "allow less, so that more goes to a file, or close other programs"))
    place = plan.folder or Path(tempfile.gettempdir())
    if plan.disk:
        sweep(place)
    unusable = _unusable(place) if plan.disk or plan.folder is not None else ""
    if unusable:
        faults.append(Fault("spill", f"{place} {unusable}", "name a folder that you may write to"))
    elif plan.disk > shutil.disk_usage(place).free:
        problem = f"the temporary file would take {_told(plan.disk)}, and {place} has "
        problem += f"{_told(shutil.disk_usage(place).free)} left"
        remedy = (
            f"ask for fewer draws ({plan.draws} now), keep less (`outputs`), allow more memory, or name another folder"
        )
        faults.append(Fault("spill", problem, remedy))
    if faults:
        raise ScenarioError(faults)


def _unusable(place: Path) -> str:
    """Why a temporary file cannot be made in a folder; empty when it can."""
    if not place.is_dir():
        return "is not a folder"
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        return f"cannot be written to: {error.strerror or error}"
    return ""


def _free_memory() -> int | None:
    """Memory that programs may still take [bytes]; None where the system does not tell it."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * _KILOBYTE for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return None


def _told(size: int) -> str:
    if size < MEGABYTE:
        return "under 1 MB"
    return f"{size / _GIGABYTE:.1f} GB" if size >= _GIGABYTE else f"{size / MEGABYTE:.0f} MB"
