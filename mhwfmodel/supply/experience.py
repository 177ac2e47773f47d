"""The states inside a cell: a twelve-month conveyor for the first year, then three bands of experience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.supply.graph import OUT, Edges, Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BANDS",
    "CONVEYOR",
    "SOURCES",
    "STATES",
    "STATE_BAND",
    "Doors",
    "experience_graph",
    "progress_hazards",
]

BANDS = ("under_1", "1_to_3", "3_to_10", "10_plus")
_YEARS = ((0, 1), (1, 3), (3, 10), (10, None))
CONVEYOR = 12
STATES = CONVEYOR + len(BANDS) - 1
STATE_BAND = np.array([0] * CONVEYOR + list(range(1, len(BANDS))))
SOURCES = ("other_employers", "newly_qualified", "abroad", "returners", "outside")
_HALF_YEAR = CONVEYOR // 2


@dataclass(frozen=True, slots=True)
class Doors:
    """Experience that joiners from other employers bring, as shares by band; they sum to 1."""

    under_1: float
    one_to_3: float
    three_to_10: float
    ten_plus: float

    def shares(self) -> dict[str, dict[int, float]]:
        """Share of each source's recruits that enters each state.

        Joiners with under a year of experience enter in the middle of the conveyor, returners in the band 1 to 3 years,
        everybody else at the conveyor's start.
        """
        joiners = {
            _HALF_YEAR: self.under_1,
            CONVEYOR: self.one_to_3,
            CONVEYOR + 1: self.three_to_10,
            CONVEYOR + 2: self.ten_plus,
        }
        new = {0: 1.0}
        return {
            "other_employers": joiners,
            "newly_qualified": new,
            "abroad": new,
            "returners": {CONVEYOR: 1.0},
            "outside": new,
        }


def progress_hazards() -> NDArray[np.float64]:
    """Hazard of passing into the next band [1/month], dims (band): the band's width is its mean duration.

    The first year has none, because its conveyor passes people on after twelve months; the last band has none.
    """
    hazards = np.zeros(len(BANDS))
    for band, (low, high) in enumerate(_YEARS):
        if band > 0 and high is not None:
            hazards[band] = -np.log1p(-1.0 / (12.0 * (high - low)))
    return hazards


def experience_graph(cell_id: NDArray[np.uint32], doors: Doors) -> Graph:
    """The graph of cells whose people differ by experience.

    Args:
        cell_id: Stable id of each cell, its lowest nine bits free for the state, dims (cell).
        doors: Experience that joiners bring.

    Returns:
        Nodes in the order cell, state; groups in the order cell, band; edges move (to another employer in the
        same cell), boundary (to an employer outside the cell), exit (out of the sector) and progress.
    """
    cells = cell_id.size
    state = np.tile(np.arange(STATES), cells)
    cell = np.repeat(np.arange(cells), STATES)
    node = np.arange(cells * STATES)
    last = STATES - 1
    in_conveyor = state < CONVEYOR
    advance = np.where(in_conveyor, node + 1, node)
    out = np.full(node.size, OUT)
    entry = doors.shares()
    first = np.arange(cells) * STATES
    return Graph(
        cell_id=cell_id,
        node_id=np.repeat(cell_id, STATES) + state.astype(np.uint32),
        node_cell=cell,
        node_group=cell * len(BANDS) + STATE_BAND[state],
        advance=advance,
        edges=(
            Edges("move", advance, leaver=True, starter="other_employers"),
            Edges("boundary", out, leaver=True),
            Edges("exit", out, leaver=True),
            Edges("progress", np.where(in_conveyor | (state == last), OUT, node + 1), leaver=False),
        ),
        sources=SOURCES,
        doors=tuple(tuple((first + into, share) for into, share in entry[source].items()) for source in SOURCES),
    )
