"""The coupled run: what a month asks of staff acts on who leaves, and the wait for an AMHP on admissions, next month.

Workload ω = (arriving work + waiting work ÷ clearance time) ÷ work on duty, by draw, board and skill. Of a cell whose
staff give the share s of their hours to a skill, work has changed by 1 + Σ s·(ω/ω₀ − 1), and leaving by that to the
power of `workload_elasticity`. The chance of the way that the pathway calls its admission changes by (wait/wait₀) to
the power of `admission_delay_elasticity`. ω₀ and wait₀ are those of a year with the staff of the opening month.
`docs/background/coupling.md` has the order of a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.results import CellLabels, places_of
from mhwfmodel.results.summaries import STATS, summarise
from mhwfmodel.simulate.pathway_staff import AMHP, skill_weights

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Cells
    from mhwfmodel.inputs.draws import ParameterDraws
    from mhwfmodel.simulate.coupling_load import Load
    from mhwfmodel.simulate.pathway_effects import Ways
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Table = NDArray[np.float64]

__all__ = ["ADMISSION", "CLEARANCE", "LEAVING", "Coupling", "Ties", "ties_of"]

LEAVING, ADMISSION, CLEARANCE = "workload_elasticity", "admission_delay_elasticity", "backlog_clearance_months"
"""The uncertain inputs of a coupled run."""

_LEAST = 2.0**-20 - 1.0
"""Staff are never asked for less than a millionth of what is usual, so that there is a logarithm."""


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """What ties the workforce to the people whom it serves.

    Args:
        icb: Position of each cell's board among those of the pathway, dims (cell); 0 where it has none.
        share: Share of each cell's hours that goes to each skill, dims (cell, skill); 0 for AMHPs, whose hours come off
            any post, and where the board does not run the pathway.
        weight: Share of each skill's hours that each pool has, dims (pool, skill).
        leaving: Elasticity of leaving to workload, dims (draw).
        admission: Elasticity of admission to the wait for an assessment, dims (draw).
        clearance: Time in which those who wait are to be seen, dims (draw) [months].
        way: The way on that depends on the wait: stage, and where it leads to; None where the pathway names none.
        every: Months from one look at the pathway to the next.
    """

    icb: NDArray[np.int64]
    share: Table
    weight: Table
    leaving: Table
    admission: Table
    clearance: Table
    way: tuple[str, str] | None
    every: int

    def workload(self, load: Load) -> Table:
        """Workload ω, dims (draw, icb, skill); not a number where nobody is on duty.

        Args:
            load: What staff were asked for, dims (draw, icb, …).
        """
        asked = load.arriving + load.waiting / self.clearance[:, None, None]
        there = load.on_duty > 0.0
        by_pool = np.divide(asked, load.on_duty, out=np.zeros_like(asked), where=there)
        known = (~there).astype(np.float64) @ self.weight == 0.0
        return np.where(known, by_pool @ self.weight, np.nan)


def ties_of(plan: PathwayPlan, cells: Cells, parameters: ParameterDraws, every: int) -> Ties:
    """What ties the workforce of a run to its pathway.

    Args:
        plan: The pathway of the run.
        cells: The cells of the run.
        parameters: The uncertain inputs of all draws.
        every: Months from one look at the pathway to the next.

    Raises:
        ScenarioError: Draws that do not run the pathway.
    """
    if plan.draws < parameters.draws.size:
        problem = f"only {plan.draws} of {parameters.draws.size} draws run the pathway, and a coupled run needs all"
        raise ScenarioError(Fault("pathway.draws", problem, "leave 'draws' under 'pathway' out"))
    _, place = places_of(CellLabels(cells.icb, cells.sector, cells.role, cells.icb_codes))
    icb = plan.skills.icb[place]
    share = plan.skills.share[:, place].T * (icb >= 0)[:, None]
    share[:, [name == AMHP for name in plan.skills.names]] = 0.0
    given = plan.pathway.admission
    return Ties(
        icb=np.maximum(icb, 0),
        share=share,
        weight=skill_weights(plan.skills, plan.pathway, parameters.parameter("weekly_hours").central),
        leaving=parameters.value(LEAVING),
        admission=parameters.value(ADMISSION),
        clearance=parameters.value(CLEARANCE),
        way=None if given is None else (given.stage, given.to),
        every=every,
    )


class Coupling:
    """What the pathway has told so far, and what it does in the next month.

    Args:
        ties: What ties the workforce to the pathway.
        plan: The pathway of the run.
        opening: What a year with the staff of the opening month asks of them, dims (draw, icb, …).
    """

    def __init__(self, ties: Ties, plan: PathwayPlan, opening: Load) -> None:
        self._ties, self._plan = ties, plan
        self._usual, self._usual_wait = ties.workload(opening), _wait(opening)
        self._since: list[tuple[Table, Table]] = []
        self._work, self._wait = np.ones_like(self._usual), np.ones_like(self._usual_wait)
        self._told: list[Table] = []
        self._waits: list[Table] = []

    def take(self, load: Load) -> None:
        """Take in a month.

        Args:
            load: What it asked of staff, dims (draw, icb, …).
        """
        work, wait = _over(self._ties.workload(load), self._usual), _over(_wait(load), self._usual_wait)
        self._waits.append(self._wait ** self._ties.admission[:, None])
        self._told.append(summarise(np.concatenate([work, wait[..., None]], axis=-1).reshape(len(work), -1)))
        self._since.append((work, wait))
        if len(self._since) == self._ties.every:
            self._work, self._wait = (np.mean(part, axis=0) for part in zip(*self._since, strict=True))
            self._since = []

    def felt(self, draws: range) -> Table | None:
        """Logarithm of what multiplies leaving in the next month, dims (draw, cell); None where it is nothing.

        Args:
            draws: Which draws.
        """
        some = slice(draws.start, draws.stop)
        elasticity = self._ties.leaving[some]
        if not elasticity.any():
            return None
        more = self._work[some] - 1.0
        change = np.zeros((len(more), self._ties.icb.size))
        for skill in np.flatnonzero(self._ties.share.any(axis=0)):
            change += more[:, self._ties.icb, skill] * self._ties.share[:, skill]
        return np.asarray(np.log1p(np.maximum(change, _LEAST)) * elasticity[:, None], dtype=np.float64)

    def ways(self) -> Ways:
        """Factor on the chance of the admission in the next month, dims (draw, icb); empty where there is none."""
        if self._ties.way is None or not self._ties.admission.any():
            return {}
        return {self._ties.way: self._wait ** self._ties.admission[:, None]}

    def all_ways(self) -> Ways:
        """The same of all months that were taken in, dims (draw, icb, month)."""
        return {way: np.stack(self._waits, axis=-1) for way in self.ways()}

    def dataset(self) -> xr.Dataset:
        """Workload and wait of every month over those of the opening year."""
        import xarray as xr

        skills, labels = self._plan.skills.names, self._plan.labels
        told = np.stack(self._told, axis=-1).reshape(len(STATS), len(labels.icbs), len(skills) + 1, -1)
        about = {
            "workload_ratio": ("Workload", ("stat", "icb", "skill", "month"), told[:, :, :-1]),
            "delay_ratio": ("Wait for an assessment", ("stat", "icb", "month"), told[:, :, -1]),
        }
        data = {}
        for name, (title, dims, values) in about.items():
            attrs = {"units": "1", "long_name": f"{title} over that of the opening year", "kind": "rate"}
            data[name] = (dims, values.astype(np.float32), attrs)
        coords = {"stat": list(STATS), "icb": list(labels.icbs), "skill": list(skills), "month": list(labels.months)}
        return xr.Dataset(data, coords)


def _wait(load: Load) -> Table:
    """Mean wait, dims (draw, icb) [days]; not a number where nobody waits."""
    return np.divide(load.delay, load.delayed, out=np.full_like(load.delay, np.nan), where=load.delayed > 0.0)


def _over(now: Table, usual: Table) -> Table:
    """What is now over what is usual; 1 where either is not known or nothing is usual."""
    known = np.isfinite(now) & (usual > 0.0)
    return np.divide(now, usual, out=np.ones_like(now), where=known)
