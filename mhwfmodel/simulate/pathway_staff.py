"""Who staffs a pathway: hours of the run's staff by skill, over the hours that the pathway file states.

A skill is a share of the hours that (sector, role) cells have for people with mental health needs; the hours of
Approved Mental Health Professionals (AMHPs) are those that the run's AMHPs give to the rota. What a skill gives is
split over its pools in proportion to what the file states for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.results.drawn import Drawn
from mhwfmodel.results.reduce import measured
from mhwfmodel.supply.capacity import WEEKS_PER_YEAR
from mhwfmodel.supply.sums import sum_to
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws
    from mhwfmodel.pathway import Pathway
    from mhwfmodel.pathway.parts import Pool
    from mhwfmodel.results import CellLabels
    from mhwfmodel.results.scratch import Scratch
    from mhwfmodel.simulate.pathway_plan import PathwayPlan

    Table = NDArray[np.float64]

__all__ = ["AMHP", "GIVEN", "Skills", "StaffKept", "amhp_hours", "month_hours", "ratios", "skill_weights", "skills_of"]

AMHP = "amhp"
"""The skill that AMHPs on the rota have."""

GIVEN = ("hours", "fte")
"""What is kept of a skill: hours a month, and effective full-time equivalents."""

WEEKS_PER_MONTH = WEEKS_PER_YEAR / MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Skills:
    """The skills that the pools of a pathway name, and whose hours they are.

    Args:
        names: Skills, in the order of the file's pools.
        icb: Position among the pathway's boards of the board of each place, −1 where it has none; dims (place).
        share: Share of each place's hours that goes to each skill, dims (skill, place); of AMHPs 1 everywhere.
        icbs: How many boards run the pathway.
    """

    names: tuple[str, ...]
    icb: NDArray[np.int64]
    share: Table
    icbs: int

    def given(self, measures: Table, amhp: Table) -> Table:
        """What the staff of a month give.

        Args:
            measures: What was measured of each place, dims (draw, place, variable).
            amhp: Hours a month of a full-time AMHP, dims (draw) [hours per FTE and month].

        Returns:
            Hours a month and effective FTE, dims (draw, icb, skill, given), in the order of `GIVEN`.
        """
        at = measured().index
        found = np.empty((len(measures), self.icbs, len(self.names), len(GIVEN)))
        for number, name in enumerate(self.names):
            if name == AMHP:
                fte = sum_to(measures[:, :, at("amhp_fte")], self.icb, self.icbs)
                found[:, :, number, 0], found[:, :, number, 1] = fte * amhp[:, None], fte
                continue
            for position, column in enumerate(("hours", "effective_fte")):
                shared = measures[:, :, at(column)] * self.share[number]
                found[:, :, number, position] = sum_to(shared, self.icb, self.icbs)
        return found


def skills_of(pathway: Pathway, places: NDArray[np.int64], labels: CellLabels, codes: Sequence[str]) -> Skills:
    """Whose hours the skills of a pathway are.

    Args:
        pathway: The pathway.
        places: ICB, sector and role of each place of the run, as positions, dims (place, 3).
        labels: Where the cells of the run belong.
        codes: ONS codes of the boards that run the pathway.
    """
    names = tuple(dict.fromkeys(pool.staff.skill for pool in pathway.pools.values() if pool.staff is not None))
    sectors, roles = ([item.code for item in table] for table in (catalogue.sectors(), catalogue.roles()))
    shares = {(row.skill, row.sector, row.role): row.share for row in catalogue.staffing()}
    icb, sector, role = places.T
    share = np.array(
        [[1.0 if name == AMHP else shares.get((name, sectors[s], roles[r]), 0.0)
          for s, r in zip(sector, role, strict=True)] for name in names]
    ).reshape(len(names), len(places))  # fmt: skip
    at = {code: position for position, code in enumerate(codes)}
    position = np.array([at.get(code, -1) for code in labels.icb_codes], dtype=np.int64)[icb]
    return Skills(names, position, share, len(codes))


def amhp_hours(parameters: ParameterDraws) -> Table:
    """Hours a month that a full-time AMHP has for assessments, dims (draw) [hours per FTE and month]."""
    year = parameters.value("amhp_hours_before_refresher") - parameters.value("amhp_refresher_hours")
    return np.asarray(year / MONTHS_PER_YEAR, dtype=np.float64)


def month_hours(pool: Pool) -> float:
    """Hours a month of work that one of a pool's number stands for; FTE count by their own hours and give 0."""
    if pool.kind == "slots":
        return 0.0
    if pool.kind == "hours":
        return WEEKS_PER_MONTH
    whole = pool.number
    if not pool.rota or whole <= 0.0:
        return pool.hours_open * WEEKS_PER_MONTH
    parts = (
        (1.0 if window.count is None else window.count / whole) * window.length * len(window.days)
        for window in pool.rota
    )
    return sum(parts) * WEEKS_PER_MONTH


def ratios(skills: Skills, pathway: Pathway, given: Table, scale: Table) -> Table:
    """What the run's staff give over what the file states at its start, by skill.

    Args:
        skills: The skills.
        pathway: The pathway.
        given: What the staff give, dims (draw, icb, skill, given).
        scale: People of each board over those that the file is written for, dims (icb).

    Returns:
        Dims (draw, icb, skill); 1 where the file states nothing.
    """
    found = np.ones(given.shape[:-1])
    for number, name in enumerate(skills.names):
        hours, fte = given[:, :, number, 0], given[:, :, number, 1]
        each = np.divide(hours, fte, out=np.zeros_like(hours), where=fte > 0.0)
        stated = np.zeros_like(hours)
        for pool in pathway.pools.values():
            if pool.staff is not None and pool.staff.skill == name:
                stated += pool.number * (each if pool.kind == "slots" else month_hours(pool))
        wanted = stated * scale
        np.divide(hours, wanted, out=found[:, :, number], where=wanted > 0.0)
    return found


def skill_weights(skills: Skills, pathway: Pathway, weekly: float) -> Table:
    """Share of each skill's hours that the file states for each of its pools, dims (pool, skill).

    Args:
        skills: The skills.
        pathway: The pathway.
        weekly: Hours of a full-time week, which full-time equivalents count by [hours/week].
    """
    stated = np.zeros((len(pathway.pools), len(skills.names)))
    for at, pool in enumerate(pathway.pools.values()):
        if pool.staff is not None:
            each = weekly * WEEKS_PER_MONTH if pool.kind == "slots" else month_hours(pool)
            stated[at, skills.names.index(pool.staff.skill)] = pool.number * each
    total = stated.sum(axis=0)
    return np.asarray(np.divide(stated, total, out=np.zeros_like(stated), where=total > 0.0), dtype=np.float64)


class StaffKept:
    """What the run's staff give over what the file states, kept month by month while the run goes.

    Args:
        skills: The skills.
        pathway: The pathway.
        scale: People of each board over those that the file is written for, dims (icb).
        draws: How many of the first draws are kept.
        months: How many labels there are, that of the opening month included.
        scratch: File that takes them; kept in memory when None.
    """

    def __init__(
        self, skills: Skills, pathway: Pathway, scale: Table, draws: int, months: int, scratch: Scratch | None
    ) -> None:
        self._skills, self._pathway, self._scale, self._draws = skills, pathway, scale, draws
        shape = (skills.icbs, len(skills.names))
        places = np.indices(shape).reshape(2, -1).T
        self._kept = Drawn((draws, *shape, months), places, scratch)

    @staticmethod
    def of_plan(plan: PathwayPlan, scratch: Scratch | None) -> StaffKept:
        """Room for all months of a run, the opening one among them."""
        return StaffKept(plan.skills, plan.pathway, plan.scale, plan.draws, plan.months + 1, scratch)

    def begin(self, month: int, months: int) -> None:
        """Make room for a block of months, the opening one having label 0."""
        self._kept.begin(month, months)

    def of(self, measures: Table, parameters: ParameterDraws) -> Table:
        """What the staff of a month give over what the file states, dims (draw, icb, skill).

        Args:
            measures: What was measured of each place, dims (draw, place, variable).
            parameters: The uncertain inputs of the same draws.
        """
        return ratios(self._skills, self._pathway, self._skills.given(measures, amhp_hours(parameters)), self._scale)

    def put(self, first: int, month: int, given: Sequence[Table]) -> None:
        """Keep some months of some draws.

        Args:
            first: Number of the first of the draws.
            month: Label of the first of the months.
            given: What `of` gave, month by month.
        """
        draws = min(len(given[0]), self._draws - first)
        if draws > 0:
            values = np.stack([ratio[:draws].reshape(draws, -1) for ratio in given], axis=-1)
            self._kept.put(first, month, values.astype(np.float32))

    def read(self, draws: slice, months: slice) -> Table:
        """Ratios of some draws and labels, dims (draw, icb, skill, month)."""
        return self._kept.read(draws, months).astype(np.float64)
