"""What turns staff into hours, from the uncertain inputs to arrays over England's cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.people import HOURS_GROUPS
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS, SPECIALIST
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs.cells import Cells, england_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["CAPACITY_PARAMETERS", "CapacityInputs", "capacity_inputs"]

_REFERENCE = "3_to_10"
_BY_GROUP = ("leave_days", "sickness_days", "training_days", "supervision_hours", "travel_share")
_SHARES = (
    *(f"travel_share_{group}" for group in HOURS_GROUPS),
    "protected_time_share",
    "productivity_headcount_only",
    "mental_health_share",
)
_AMOUNTS = (
    "weekly_hours",
    *(f"{name}_{group}" for name in _BY_GROUP if name != "travel_share" for group in HOURS_GROUPS),
    *(f"productivity_{band}" for band in EXPERIENCE_BANDS if band != _REFERENCE),
)
CAPACITY_PARAMETERS = (*_AMOUNTS, *_SHARES)
"""Names of the uncertain inputs that turn full-time equivalents into hours."""


@dataclass(frozen=True, slots=True)
class CapacityInputs:
    """What turns staff into hours.

    Args:
        weekly: Contracted hours of a full-time week, dims (draw, group) [hours/week].
        leave_days: Annual leave and bank holidays, dims (draw, group) [days/year].
        sickness_days: Days lost to sickness, dims (draw, group) [days/year].
        training_days: Days of training, dims (draw, group) [days/year].
        supervision: Supervision received, dims (draw, group) [hours/month].
        travel: Share of the hours at work spent between people, dims (draw, group).
        protected: Share of the hours at work protected for learning, dims (draw, group).
        group: Position in `HOURS_GROUPS` of each cell's role, dims (cell).
        mental_health_share: Share of the work that is for people with mental health needs, dims (draw, cell): 1 in
            specialist posts and in the NHS, the drawn share elsewhere, 0 in roles that give no hours to people.
        productivity: Work in an hour relative to 3 to 10 years of experience, dims (draw, band).
        refresher: Refresher hours that each approved AMHP takes, dims (draw) [hours/month].
    """

    weekly: Table
    leave_days: Table
    sickness_days: Table
    training_days: Table
    supervision: Table
    travel: Table
    protected: Table
    group: NDArray[np.int64]
    mental_health_share: Table
    productivity: Table
    refresher: Table

    def keep(self, kept: NDArray[np.bool_]) -> CapacityInputs:
        """The same for the cells that are kept.

        Args:
            kept: Which cells, dims (cell).
        """
        return replace(self, group=self.group[kept], mental_health_share=self.mental_health_share[:, kept])

    def of(self, rows: slice) -> CapacityInputs:
        """The same for some draws."""
        by_draw = {item.name: getattr(self, item.name)[rows] for item in fields(self) if item.name != "group"}
        return replace(self, **by_draw)


def capacity_inputs(parameters: ParameterDraws) -> CapacityInputs:
    """Draw what turns staff into hours, over the cells of `england_cells()`.

    Args:
        parameters: The uncertain inputs.

    Raises:
        DataError: Shares outside 0 to 1 and amounts below 0, all of them at once.
    """
    faults = list(_faults(parameters))
    if faults:
        raise DataError(faults)
    cells = england_cells()
    group = np.array([HOURS_GROUPS.index(role.hours_group) for role in catalogue.roles()])[cells.role]
    delivers = np.array([role.delivers for role in catalogue.roles()])[cells.role]

    def by_group(name: str) -> Table:
        return np.stack([parameters.value(f"{name}_{each}") for each in HOURS_GROUPS], axis=1)

    def alike(name: str) -> Table:
        return np.stack([parameters.value(name)] * len(HOURS_GROUPS), axis=1)

    return CapacityInputs(
        weekly=alike("weekly_hours"),
        leave_days=by_group("leave_days"),
        sickness_days=by_group("sickness_days"),
        training_days=by_group("training_days"),
        supervision=by_group("supervision_hours"),
        travel=by_group("travel_share"),
        protected=alike("protected_time_share"),
        group=group,
        mental_health_share=_mental_health_share(parameters, cells, delivers),
        productivity=_productivity(parameters),
        refresher=parameters.value("amhp_refresher_hours") / units.MONTHS_PER_YEAR,
    )


def _productivity(parameters: ParameterDraws) -> Table:
    """Work in an hour by experience, dims (draw, band); all 1 where headcount alone is to count."""
    by_experience = np.stack(
        [
            np.ones(parameters.draws.size) if band == _REFERENCE else parameters.value(f"productivity_{band}")
            for band in EXPERIENCE_BANDS
        ],
        axis=1,
    )
    alike = parameters.value("productivity_headcount_only")[:, None]
    return alike + (1.0 - alike) * by_experience


def _mental_health_share(parameters: ParameterDraws, cells: Cells, delivers: NDArray[np.bool_]) -> Table:
    nhs = np.array([sector.population == "nhs" for sector in catalogue.sectors()])[cells.sector]
    wholly = (cells.strand == SPECIALIST) | nhs
    share = np.where(wholly[None, :], 1.0, parameters.value("mental_health_share")[:, None])
    return share * delivers


def _faults(parameters: ParameterDraws) -> Iterator[Fault]:
    for names, most, allowed in ((_SHARES, 1.0, "give 0 to 1"), (_AMOUNTS, np.inf, "give 0 or more")):
        for name in names:
            given = parameters.parameter(name)
            for value in sorted({given.low, given.central, given.high}):
                if not 0.0 <= value <= most:
                    yield Fault(f"assumptions.{name}", f"{value:g} is no {given.unit}", allowed)
                    break
