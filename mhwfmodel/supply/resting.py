"""One draw of a workforce at rest: what is asked for, and the hazards, mix and moves that hold it.

Arrays have the state first and the cells side by side.

Source: symmetric weights after Sinkhorn (1964) and Knight, Ruiz, Uçar (2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel import units
from mhwfmodel.errors import DataError, InvariantError
from mhwfmodel.supply.states import AGEING, GROUPS, NEXT, PROGRESS, STATE_GROUP, STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.market import Places

    Table = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = [
    "AHEAD",
    "TOLERANCE",
    "Ahead",
    "Asked",
    "Found",
    "Market",
    "People",
    "cell_chances",
    "rest_weights",
    "settle",
]

TOLERANCE = 2e-13
_MOST_ROUNDS = 400
_MOST_WEIGHTS = 2000
_WAYS = 4


class Ahead(NamedTuple):
    """Where who is in a state goes in a month, dims (state) each; see `states`.

    `fresh` says which states are the first whose people go on to the state that follows theirs.
    """

    group: Numbers
    following: Numbers
    passing: Numbers
    older: Numbers
    fresh: NDArray[np.bool_]


AHEAD = Ahead(STATE_GROUP, NEXT, PROGRESS, AGEING, np.isin(np.arange(STATES), np.unique(NEXT, return_index=True)[1]))


class People(NamedTuple):
    """How the staff of a draw differ.

    Args:
        relative: Leaving relative to all, dims (group).
        retire: Hazard of retiring, dims (age) [1/month].
        progress: Hazard of passing on in experience, dims (band) [1/month].
        ageing: Hazard of passing into the next age band, dims (age) [1/month].
    """

    relative: Table
    retire: Table
    progress: Table
    ageing: Table


class Market(NamedTuple):
    """Where the cells lie, for one draw; cells of one role and sector make a column.

    Args:
        icb: ICB, dims (cell).
        slot: Number of the column and ICB, dims (cell).
        start: First column of each role, dims (role + 1).
        columns: How many columns there are.
        near: What is left of an offer over the distance from each ICB to each, dims (offers, seeks).
        same: Factor on offers of one's own sector.
    """

    icb: Numbers
    slot: Numbers
    start: Numbers
    columns: int
    near: Table
    same: float

    @staticmethod
    def of(places: Places, icbs: int) -> Market:
        """Number the columns role by role, for a draw to say what is near."""
        sectors = int(places.sector.max(initial=0)) + 1
        found, column = np.unique(places.role * sectors + places.sector, return_inverse=True)
        start = np.searchsorted(found, np.arange(places.start.size) * sectors)
        return Market(places.icb, column * icbs + places.icb, start, found.size, np.eye(icbs), 1.0)

    def seen(self, near: Table, same: float) -> Market:
        """The same with what a draw says is near; `near` has dims (seeks, offers)."""
        return self._replace(near=np.ascontiguousarray(near.T), same=float(same))


class Asked(NamedTuple):
    """What the cells of a draw have and are to lose.

    Args:
        staff: People in post, dims (cell).
        target: Leavers a month per person in post, dims (cell).
        moving: Share of leavers who go to an employer that is modelled, those apart whom a course leads away.
        retiring: Factor on retiring, dims (cell).
        entry: State of recruits from outside the model, dims (state, cell).
        extra: People a month who come from courses less who leave for what one led to, dims (state, cell).
        quitting: The latter alone, dims (cell).
    """

    staff: Table
    target: Table
    moving: float
    retiring: Table
    entry: Table
    extra: Table
    quitting: Table


class Found(NamedTuple):
    """A draw at rest; see `calibrate.Calibration`.

    Args:
        scale: Hazard of leaving where it is that of all staff, dims (cell) [1/month].
        modelled: Share of those who leave without retiring who go to a modelled employer, dims (cell).
        hired: Recruits a month from outside the cell, dims (cell).
        mix: Share of the staff in each state, dims (state, cell).
        share: Where those who leave would be a month later, of one person who leaves, dims (state, cell).
        incoming: People a month who come from other cells, dims (state, cell).
        weight: Attraction, dims (cell).
        total: What is on offer, dims (cell).
        within: Share of it that is in the own cell, dims (cell).
        elastic: How much of a change of the hazard the rate follows, dims (cell); all 0 when it is still to be learnt.
    """

    scale: Table
    modelled: Table
    hired: Table
    mix: Table
    share: Table
    incoming: Table
    weight: Table
    total: Table
    within: Table
    elastic: Table

    @staticmethod
    def nothing(asked: Asked) -> Found:
        """Where a search begins that knows of no other draw."""
        cells = asked.staff.size
        mix, share, incoming = np.zeros((3, STATES, cells))
        weight = np.sqrt(asked.moving * np.maximum(asked.target * asked.staff - asked.quitting, 0.0))
        total, within, hired = np.ones((3, cells))
        return Found(
            scale=units.probability_to_hazard(asked.target),
            modelled=np.full(cells, asked.moving),
            hired=hired,
            mix=mix,
            share=share,
            incoming=incoming,
            weight=weight,
            total=total,
            within=within,
            elastic=np.zeros(cells),
        )


def rest_weights(
    market: Market, movers: Table, weight: Table, tolerance: float = TOLERANCE
) -> tuple[Table, Table, Table]:
    """Attractions with which as many people move into each cell as out of it, those who stay in it included.

    The weights x solve `x_i Σ_j K_ij x_j = m_i`: then `m_i K_ij x_j / S_i = x_i K_ij x_j`, which is the same both ways,
    so at rest every pair of cells exchanges its staff one for one.

    Args:
        market: Where the cells lie.
        movers: People a month who leave each cell for an employer that is modelled, dims (cell).
        weight: Where the search begins, dims (cell).
        tolerance: How far the movers may be off, relative.

    Returns:
        Attractions, 0 where nobody moves; what is on offer in all; and the share of it that is in the own cell: dims
        (cell) each.

    Raises:
        InvariantError: No such weights were found.
    """
    from mhwfmodel.supply import _rest

    found, total, within = weight.copy(), np.empty_like(weight), np.empty_like(weight)
    if _rest.weights(market, movers, _MOST_WEIGHTS, tolerance, found, total, within) < 0:
        message = "weights that hold the labour market at rest were not found"
        raise InvariantError(message)
    return found, total, within


def settle(asked: Asked, people: People, market: Market, found: Found, tolerance: float = TOLERANCE) -> None:
    """Search for rest from what was found before, and leave there what is found now.

    Args:
        asked: What the cells have and are to lose.
        people: How staff differ.
        market: Where the cells lie.
        found: Where the search begins, and what it finds.
        tolerance: How far a rate may be off, relative.

    Raises:
        DataError: More people retire than leave beside those who move.
        InvariantError: The search did not end.
    """
    from mhwfmodel.supply import _rest

    leavers = np.maximum(asked.target * asked.staff - asked.quitting, 0.0)
    movers = asked.moving * leavers
    found.weight[:], found.total[:], found.within[:] = rest_weights(market, movers, found.weight, tolerance)
    # Nobody is hired where nobody is; one is put there so that the mix of such a cell is that of its recruits.
    found.hired[:] = np.where(asked.staff > 0.0, leavers * (1.0 - asked.moving * found.within), 1.0)
    if _rest.rest(asked, people, AHEAD, market, found, _room(asked, market), _MOST_ROUNDS, tolerance) < 0:
        message = "hazards that give the turnover asked for were not found"
        raise InvariantError(message)
    if (found.modelled > 1.0).any():
        problem = "in some cell more people retire than leave beside those who move to another employer"
        raise DataError(f"{problem}; lower retirement_rate or modelled_share_of_sector")


class _Room(NamedTuple):
    """Room to work in for the kernels, and in which states anybody starts or anybody comes from courses."""

    chance: Table
    stock: Table
    leave: Table
    lanes: Table
    values: Table
    reach: Table
    line: Table
    own: Table
    got: Table
    used: NDArray[np.bool_]


def _room(asked: Asked, market: Market) -> _Room:
    from mhwfmodel.supply._rest import LANES

    size = (market.columns, market.near.shape[0])
    return _Room(
        chance=np.empty((GROUPS, _WAYS, LANES)),
        stock=np.empty((STATES, LANES)),
        leave=np.empty((STATES, LANES)),
        lanes=np.empty((5, LANES)),
        values=np.empty(size),
        reach=np.empty(size),
        line=np.empty((2, size[1])),
        own=np.empty(market.icb.size),
        got=np.empty(market.icb.size),
        used=np.stack([asked.entry.any(axis=1), asked.extra.any(axis=1)]),
    )


def cell_chances(people: People, retiring: Table, scale: Table) -> Table:
    """Monthly chances of staff at rest: leaving (retirement apart), retiring, passing on in experience and in age.

    Args:
        people: How staff differ.
        retiring: Factor on retiring, dims (cell).
        scale: Hazard of leaving, dims (cell) [1/month].

    Returns:
        Dims (group, way, cell).
    """
    from mhwfmodel.supply import _rest

    out = np.empty((GROUPS, _WAYS, scale.size))
    _rest.fill_chances(scale, retiring, people, 0, out)
    return out
