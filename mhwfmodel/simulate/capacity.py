"""Hours for people: the uncertain inputs of capacity joined with the staff of a month, and what the hours hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS
from mhwfmodel.inputs.capacity import CAPACITY_PARAMETERS, CapacityInputs, capacity_inputs
from mhwfmodel.inputs.cells import england_cells
from mhwfmodel.inputs.draws import ParameterDraws, override
from mhwfmodel.supply.capacity import Capacity, contracted_hours, hours, hours_at_work, net_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = [
    "Swing",
    "at_work_by_group",
    "bands_of",
    "capacity",
    "england_hours",
    "net_by_cell",
    "net_by_group",
    "refresher_by_group",
    "refresher_fte",
    "swings",
]


def net_by_cell(inputs: CapacityInputs) -> Table:
    """Hours a month that a full-time post of each cell has for people, dims (draw, cell) [hours per FTE and month].

    Args:
        inputs: What turns staff into hours.

    Raises:
        DataError: Deductions that leave nothing.
    """
    return net_by_group(inputs)[:, inputs.group]


def net_by_group(inputs: CapacityInputs) -> Table:
    """The same by group of roles, dims (draw, hours group) [hours per FTE and month]."""
    return net_hours(
        inputs.weekly,
        inputs.leave_days,
        inputs.sickness_days,
        inputs.training_days,
        inputs.supervision,
        inputs.travel,
        inputs.protected,
    )


def at_work_by_group(inputs: CapacityInputs) -> Table:
    """Hours at work, before travel and protected time, dims (draw, hours group) [hours per FTE and month]."""
    return hours_at_work(
        inputs.weekly, inputs.leave_days, inputs.sickness_days, inputs.training_days, inputs.supervision
    )


def refresher_fte(inputs: CapacityInputs) -> Table:
    """Share of a full-time post that the refresher of one approved AMHP takes, dims (draw, cell) [FTE per person].

    Args:
        inputs: What turns staff into hours.
    """
    return refresher_by_group(inputs)[:, inputs.group]


def refresher_by_group(inputs: CapacityInputs) -> Table:
    """The same by group of roles, dims (draw, hours group) [FTE per person]."""
    return inputs.refresher[:, None] / contracted_hours(inputs.weekly)


def capacity(
    inputs: CapacityInputs, fte_by_band: Table, released_fte: Table, rota_fte: Table, approved: Table
) -> Capacity:
    """Hours for people with mental health needs in a month.

    Args:
        inputs: What turns staff into hours, for the same draws and cells.
        fte_by_band: Staff in post by experience, dims (draw, cell, band) [FTE].
        released_fte: Time of staff in post that is released for training, dims (draw, cell) [FTE].
        rota_fte: Time that Approved Mental Health Professionals (AMHPs) in post give to the rota, dims (draw, cell)
            [FTE]. It holds the refresher that this time needs, as the need for AMHPs does.
        approved: Approved AMHPs in post, dims (draw, cell) [people]. Each takes the whole refresher, whatever part of
            a post goes to the rota; it takes no more than the time that is left.

    Raises:
        DataError: Dims that do not fit, values that are not finite or below 0, more time released than there is.
    """
    left = np.maximum(fte_by_band.sum(axis=2) - released_fte - rota_fte, 0.0)
    refresher = np.minimum(np.maximum(approved - rota_fte, 0.0) * refresher_fte(inputs), left)
    share, net = inputs.mental_health_share, net_by_cell(inputs)
    return hours(fte_by_band, inputs.productivity, released_fte, rota_fte + refresher, share, net)


@dataclass(frozen=True, slots=True)
class Swing:
    """How far England's hours move when one input goes from its low to its high end, all else at the centre.

    Args:
        name: Name of the input.
        low: Its low end, in its unit.
        high: Its high end.
        hours_low: England's hours a month at the low end [hours per month].
        hours: The same with all inputs at the centre.
        hours_high: The same at the high end.
    """

    name: str
    low: float
    high: float
    hours_low: float
    hours: float
    hours_high: float

    @property
    def width(self) -> float:
        """How far the hours move, over the hours at the centre."""
        return abs(self.hours_high - self.hours_low) / self.hours


def england_hours(parameters: ParameterDraws, people: Table) -> Table:
    """England's hours for people with mental health needs, dims (draw) [hours per month].

    Nobody is in training and nobody on AMHP work: those are taken off where the run counts them.

    Args:
        parameters: The uncertain inputs.
        people: Staff by experience over the cells of `england_cells()`, dims (draw, cell, band) [people].

    Raises:
        DataError: Assumptions without meaning, dims that do not fit.
    """
    by_role = np.stack([parameters.value(role.participation) for role in catalogue.roles()], axis=1)
    fte = people * by_role[:, england_cells().role, None]
    nobody = np.zeros(fte.shape[:2])
    made = capacity(capacity_inputs(parameters), fte, nobody, nobody, nobody)
    return np.asarray(made.hours.sum(axis=1), dtype=np.float64)


def swings(people: Table, parameters: ParameterDraws) -> tuple[Swing, ...]:
    """What England's hours hang on, one input at a time, the widest first.

    Args:
        people: Staff by experience over the cells of `england_cells()`, dims (1, cell, band) [people].
        parameters: One draw of central values.

    Raises:
        DataError: Assumptions without meaning, dims that do not fit.
    """

    def at(name: str, value: float) -> float:
        changed = {**parameters.overrides, name: override(name, value, None, None)}
        return float(england_hours(replace(parameters, overrides=changed), people)[0])

    centre = float(england_hours(parameters, people)[0])
    found = [
        Swing(name, item.low, item.high, at(name, item.low), centre, at(name, item.high))
        for name in _names()
        for item in (parameters.parameter(name),)
    ]
    return tuple(sorted(found, key=lambda swing: (-swing.width, swing.name)))


def _names() -> Sequence[str]:
    """The inputs of capacity, participation of the roles that give hours to people among them."""
    return (*CAPACITY_PARAMETERS, *dict.fromkeys(role.participation for role in catalogue.roles() if role.delivers))


def bands_of(stock: Table, cell: NDArray[np.int64], band: NDArray[np.int64], cells: int) -> Table:
    """People by experience, dims (draw, cell, band) [people].

    Args:
        stock: People by node, dims (draw, node) [people].
        cell: Cell of each node, dims (node).
        band: Position in `EXPERIENCE_BANDS` of each node, dims (node).
        cells: How many cells there are.
    """
    bands = len(EXPERIENCE_BANDS)
    key = cell * bands + band
    sums = [np.bincount(key, weights=people, minlength=cells * bands) for people in stock]
    return np.asarray(sums, dtype=np.float64).reshape(-1, cells, bands)
