"""Hazards that give every cell its published turnover at rest, and the mix of experience and age it then has.

At rest a cell's stock, mix and turnover hold, and as many people move into it from other cells as out of it. The movers
bring their own experience and age, so the cells are solved together.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import units
from mhwfmodel.errors import DataError
from mhwfmodel.supply.market import Places
from mhwfmodel.supply.resting import TOLERANCE, Asked, Found, Market, People, settle
from mhwfmodel.supply.states import AGES, BANDS, progress_hazards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["Calibration", "Leaving", "calibrate", "require_rest"]

_MOST_LEAVING = 0.5


@dataclass(frozen=True, slots=True)
class Leaving:
    """How leaving differs between people.

    Args:
        by_band: Leaving by experience relative to all, dims (draw, band).
        by_age: Leaving by age relative to all, retirement apart, dims (draw, age).
        retire: Hazard of retiring by age, dims (draw, age) [1/month].
        retiring: Factor on it, below 1 where hardly anybody leaves, dims (draw, cell).
        ageing: Hazard of passing into the next age band, dims (draw, age) [1/month].
    """

    by_band: Table
    by_age: Table
    retire: Table
    retiring: Table
    ageing: Table

    @property
    def relative(self) -> Table:
        """Leaving relative to all, dims (draw, group)."""
        both = self.by_age[:, :, None] * self.by_band[:, None, :]
        return np.ascontiguousarray(both.reshape(len(both), -1))

    def people(self, draw: int) -> People:
        """How the staff of one draw differ."""
        relative = np.outer(self.by_age[draw], self.by_band[draw]).ravel()
        return People(relative, self.retire[draw], progress_hazards(), self.ageing[draw])


@dataclass(frozen=True, slots=True)
class Calibration:
    """A workforce at rest.

    Args:
        scale: Hazard of leaving the employer, retirement apart, where `Leaving.relative` is 1, dims (draw, cell)
            [1/month].
        mix: Share of the cell's staff in each state, dims (draw, cell, state).
        modelled: Share of those who leave without retiring who go to an employer that is modelled, dims (draw, cell).
        weight: Attraction of each cell at rest, dims (draw, cell).
        total: What is on offer to each cell's staff at rest, dims (draw, cell).
        within: Share of it that is in their own cell, dims (draw, cell).
        incoming: People a month who come from other cells, by state, dims (draw, cell, state).
    """

    scale: Table
    mix: Table
    modelled: Table
    weight: Table
    total: Table
    within: Table
    incoming: Table


def calibrate(
    staff: Table,
    turnover: Table,
    leaving: Leaving,
    moving: Table,
    entry: Table,
    places: Places,
    near: Table,
    same: Table,
    *,
    courses: tuple[Table, Table] | None = None,
    tolerance: float = TOLERANCE,
    threads: int = 1,
) -> Calibration:
    """Find the hazards whose resting mix has the turnover that is asked for, and the attractions that hold the moves.

    Args:
        staff: People in post, dims (draw, cell).
        turnover: Leavers a year per person in post, dims (draw, cell) [1/year].
        leaving: How leaving differs between people.
        moving: Share of leavers who go to an employer that is modelled, those apart whom a course leads away, dims
            (draw).
        entry: State of recruits who come from outside the model, dims (draw, cell, state); sums to 1.
        places: Where cells lie.
        near: Nearness of ICBs, dims (draw, icb, icb).
        same: Factor on offers of one's own sector, dims (draw).
        courses: People a month who come into each cell and state from a course, less those who leave it for what a
            course led to, dims (draw, cell, state), and the latter alone, dims (draw, cell); nobody when left out. Who
            leaves for that is among the leavers of the turnover.
        tolerance: How far a rate may be off, relative.
        threads: How many draws are solved at once; the result is the same.

    Raises:
        DataError: Rates that no lasting workforce has; all faults at once.
        InvariantError: The search did not end.
    """
    require_rest(turnover, leaving, moving)
    target = units.turnover_to_probability(turnover)
    extra, quitting = courses or (np.zeros_like(entry), np.zeros_like(staff))
    market = Market.of(places, near.shape[1])

    def solve(draw: int) -> Found:
        start, more = (np.ascontiguousarray(table[draw].T) for table in (entry, extra))
        have, lose, retiring, quit_ = (
            np.ascontiguousarray(table[draw]) for table in (staff, target, leaving.retiring, quitting)
        )
        asked = Asked(have, lose, float(moving[draw]), retiring, start, more, quit_)
        found = Found.nothing(asked)
        settle(asked, leaving.people(draw), market.seen(near[draw], same[draw]), found, tolerance)
        return found

    with ThreadPoolExecutor(max_workers=threads) as pool:
        found = list(pool.map(solve, range(len(staff))))
    cells, states = ("scale", "modelled", "weight", "total", "within"), ("mix", "incoming")
    by_cell = {name: np.stack([getattr(one, name) for one in found]) for name in cells}
    by_state = {name: np.stack([getattr(one, name).T for one in found]) for name in states}
    return Calibration(**by_cell, **by_state)


def require_rest(turnover: Table, leaving: Leaving, moving: Table) -> None:
    """Refuse what has no mix at rest, all faults at once: where nobody leaves, the most experienced pile up."""
    target, relative = units.turnover_to_probability(turnover), leaving.relative
    faults = []
    if (target >= _MOST_LEAVING).any():
        faults.append(f"a turnover rate of {turnover.max():g} a year leaves no constant stock; give less than 6 a year")
    if (target <= 0.0).any():
        faults.append(f"a turnover rate of {turnover.min():g} a year has no mix at rest; give more than 0 a year")
    if not (relative > 0.0).all():
        faults.append(f"relative leaving of {relative.min():g} has no mix at rest; give every band more than 0")
    if not ((moving >= 0.0) & (moving < 1.0)).all():
        worst = moving[np.argmax(np.abs(moving - 0.5))]
        faults.append(f"a share of {worst:g} of leavers who go to modelled employers is not allowed; give 0 to below 1")
    for name, hazard in (("retiring", leaving.retire), ("retiring", leaving.retiring), ("ageing", leaving.ageing)):
        if not ((hazard >= 0.0) & np.isfinite(hazard)).all():
            faults.append(f"a hazard of {name} of {hazard.min():g} is not allowed; give 0 or more, and finite")
    if leaving.by_age.shape[1] != len(AGES) or leaving.by_band.shape[1] != len(BANDS):
        faults.append("leaving is not given for every band of age and experience")
    if faults:
        raise DataError(faults)
