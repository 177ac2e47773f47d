"""One labour market: what vacancies elsewhere offer, and who goes there.

Staff of cell i see in every cell j of their role the offer `K_ij · A_j`: the nearness `K_ij = exp(−γ d_ij)`, times
`exp(κ)` inside their sector, and the attraction `A_j`, which moves with vacancies, pay and the time to fill. What is on
offer in all is `S_i = Σ_j K_ij A_j`, their own cell included. Leaving for an employer that is modelled goes with
`(S_i / S_i at rest)^λ`, and the cell they go to follows `K_ij A_j / S_i`: both halves of one nested logit,
whose inclusive value is `I_i = ln S_i`.

`resting.rest_weights` finds the attractions that hold it at rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

NOWHERE = -2
"""Wish of somebody to whom nothing is on offer, or who stays in their post."""

__all__ = ["NOWHERE", "Offers", "Places", "Routes", "destinations", "offered", "wished"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where cells lie, each array with dims (cell) unless told otherwise.

    Args:
        icb: Number of the ICB.
        sector: Number of the sector.
        role: Number of the role: people move between cells of one role.
        start: First place of each role in `member`, dims (role + 1).
        member: Cells role by role, and in a role ICB by ICB.
        begin: First place of each role and ICB in `member`, dims (role, icb + 1).
    """

    icb: NDArray[np.int64]
    sector: NDArray[np.int64]
    role: NDArray[np.int64]
    start: NDArray[np.int64]
    member: NDArray[np.int64]
    begin: NDArray[np.int64]

    @property
    def sectors(self) -> int:
        """Number of sectors."""
        return int(self.sector.max(initial=-1)) + 1

    @staticmethod
    def of(icb: NDArray[np.int64], sector: NDArray[np.int64], role: NDArray[np.int64]) -> Places:
        """Group the cells by role and ICB."""
        roles, icbs = (int(number.max(initial=-1)) + 1 for number in (role, icb))
        member = np.lexsort((icb, role))
        key = role[member] * icbs + icb[member]
        begin = np.searchsorted(key, np.arange(roles)[:, None] * icbs + np.arange(icbs + 1)).astype(np.int64)
        start = np.searchsorted(role[member], np.arange(roles + 1)).astype(np.int64)
        return Places(icb, sector, role, start, member, begin)


@dataclass(frozen=True, slots=True)
class Offers:
    """What a month offers to those who would move.

    Args:
        places: Where cells lie.
        near: `exp(−γ d)` between ICBs, 0 where nobody moves, dims (draw, icb, icb).
        same: `exp(κ)`: how much nearer an employer of one's own sector is, dims (draw).
        weight: Attraction of each cell, dims (draw, cell).
    """

    places: Places
    near: Table
    same: Table
    weight: Table


@dataclass(frozen=True, slots=True)
class Routes:
    """Where those go whose course leads on to another cell: each course of a cell has routes of its own.

    Args:
        start: First route of each course of a cell, dims (course + 1).
        to: Cell that a route leads to, −1 out of the model, dims (route).
        share: Share of those who complete that takes a route; the rest stay in their post, dims (draw, route).
        cell: Cell of each course, dims (course); when left out each cell has one course, in the order of the cells.
        of_node: Course of each node, any where there is none, dims (node); that of its cell when left out.
    """

    start: NDArray[np.int64]
    to: NDArray[np.int64]
    share: Table
    cell: NDArray[np.int64] | None = None
    of_node: NDArray[np.int64] | None = None

    @staticmethod
    def none(cells: int, draws: int) -> Routes:
        """No course leads anywhere."""
        return Routes(np.zeros(cells + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((draws, 0)))

    def of_nodes(self, node_cell: NDArray[np.int64]) -> NDArray[np.int64]:
        """Course of each node, given the cell of each, dims (node)."""
        return node_cell if self.of_node is None else self.of_node

    @property
    def left(self) -> NDArray[np.int64]:
        """Cell that each route leaves, dims (route)."""
        cell = np.arange(self.start.size - 1) if self.cell is None else self.cell
        return np.repeat(cell, np.diff(self.start))

    @property
    def course(self) -> NDArray[np.int64]:
        """Course that each route is of, dims (route)."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    def some(self, rows: slice) -> Routes:
        """The routes of some draws."""
        return replace(self, share=self.share[rows])


def offered(offers: Offers) -> tuple[Table, Table]:
    """What is on offer to the staff of each cell in all and in their own cell, dims (draw, cell) each."""
    from mhwfmodel.supply import _market

    places = offers.places
    roles, sectors = places.start.size - 1, places.sectors
    icbs = offers.near.shape[1]
    total, own = np.empty_like(offers.weight), np.empty_like(offers.weight)
    _market.attract(
        offers.weight, offers.near, offers.same, places.icb, places.sector, places.role,
        np.empty((roles, icbs)), np.empty((roles, sectors, icbs)), total, own,
    )  # fmt: skip
    return total, own


def destinations(offers: Offers, draw: int, role: int, *, own_too: bool = False) -> Table:
    """Chance that somebody who leaves a cell of a role for another one goes there, dims (from, to).

    With `own_too` other employers of their own cell are open to them.
    Rows follow the role's cells in `Places.member`; a row is 0 where nothing is on offer elsewhere.
    """
    places = offers.places
    cells = places.member[places.start[role] : places.start[role + 1]]
    icb, sector = places.icb[cells], places.sector[cells]
    same = np.where(sector[:, None] == sector[None, :], offers.same[draw], 1.0)
    offer = offers.near[draw][np.ix_(icb, icb)] * same * offers.weight[draw, cells][None, :]
    if not own_too:
        np.fill_diagonal(offer, 0.0)
    total = offer.sum(axis=1, keepdims=True)
    chance: Table = np.divide(offer, total, out=np.zeros_like(offer), where=total > 0)
    return chance


def wished(offers: Offers, draw: int, cell: int, u: float, *, own_too: bool = False) -> int:
    """The cell that somebody wishes for who leaves another one: an ICB first, then a cell in it, by one uniform.

    Args:
        offers: What is on offer.
        draw: Row of the draw.
        cell: The cell they leave.
        u: Uniform in [0, 1).
        own_too: Whether other employers of their own cell are open to them.

    Returns:
        A cell of the same role, or `NOWHERE` when nothing is on offer.
    """
    places, near, same = offers.places, offers.near[draw], offers.same[draw]
    role, here, sector = int(places.role[cell]), int(places.icb[cell]), places.sector[cell]
    cells = places.member[places.start[role] : places.start[role + 1]]
    weight = offers.weight[draw, cells]
    icbs = places.begin.shape[1] - 1
    sums = np.bincount(places.icb[cells], weight, icbs)
    own_sector = np.bincount(places.icb[cells], weight * (places.sector[cells] == sector), icbs)
    on_offer = near[here, :icbs] * (sums + (same - 1.0) * own_sector)
    if not own_too:
        on_offer[here] = sum(_offers(offers, draw, cell, here, own_too=False)[1].tolist())
    reach = np.cumsum(on_offer)
    if not reach.size or reach[-1] <= 0.0:
        return NOWHERE
    level = u * reach[-1]
    chosen = min(int(np.searchsorted(reach, level, side="right")), icbs - 1)
    level -= reach[chosen - 1] if chosen > 0 else 0.0
    there, offer = _offers(offers, draw, cell, chosen, own_too=own_too)
    there, offer = there[offer > 0.0], np.cumsum(offer[offer > 0.0])
    if not there.size:
        return NOWHERE
    return int(there[min(int(np.searchsorted(offer, level, side="right")), there.size - 1)])


def _offers(offers: Offers, draw: int, cell: int, icb: int, *, own_too: bool) -> tuple[NDArray[np.int64], Table]:
    """Cells of an ICB of a cell's role, and what each offers to its staff."""
    places = offers.places
    role = places.role[cell]
    there = places.member[places.begin[role, icb] : places.begin[role, icb + 1]]
    offer = offers.near[draw, places.icb[cell], places.icb[there]] * offers.weight[draw, there]
    offer = np.where(places.sector[there] == places.sector[cell], offer * offers.same[draw], offer)
    return there, np.where((there == cell) & (not own_too), 0.0, offer)
