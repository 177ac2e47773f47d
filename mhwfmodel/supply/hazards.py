"""What decides the chances of a month's edges, before they are chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["Hazards", "chances"]


class Hazards(NamedTuple):
    """Hazards and what changes them this month; `chances` makes the chances of the edges of `workforce.EDGES` of them.

    Leaving, retiring, ageing and experience compete as hazards; what a track adds (giving it up, failing, passing on
    to another cell) is decided among those who take no other edge, so that it changes nothing about the others. In the
    last month of a track that renews, nobody changes over to its other one. Staff of an employer that closes are
    released whatever else they would have done: some look for another post, the others leave the sector.

    Args:
        scale: Hazard of leaving where it is that of all staff, dims (draw, cell) [1/month].
        shared: Factor on leaving and retiring of all staff of a cell, dims (draw, cell).
        by_band: The same by band of experience, dims (draw, band, cell); one row stands for all draws.
        relative: Hazard of a band of age and experience over that of all, dims (draw, band of both).
        retire: Hazard of retiring by age, dims (draw, age) [1/month].
        retiring: Factor on it, dims (draw, cell).
        progress: Hazard of passing to the next band of experience, dims (band) [1/month].
        ageing: Hazard of passing to the next band of age, dims (draw, age) [1/month].
        modelled: Share of those who leave without retiring who go to a modelled employer at rest, dims (draw, cell).
        boundary: Share of them who go to an employer of the sector that is not modelled, dims (draw, cell).
        pull: Factor on leaving for a modelled employer, dims (draw, cell).
        within: Share of those who stay in their cell, dims (draw, cell).
        stops: Chance to give a track up in a month, dims (draw, track), at 0 no track.
        passes: Share of those who complete a track who pass, dims (draw, track).
        closing: Share of the staff whose employer closes, dims (cell).
        looking: Share of those who look for another post, dims (draw).
        leads: Whether a track leads to another cell, dims (track).
        renews: Whether a track begins again, dims (track).
        group: Cell, band of age and experience, track (0 for none) and whether it is the track's last month, of each
            group, dims (group, 4).
    """

    scale: Table
    shared: Table
    by_band: Table
    relative: Table
    retire: Table
    retiring: Table
    progress: Table
    ageing: Table
    modelled: Table
    boundary: Table
    pull: Table
    within: Table
    stops: Table
    passes: Table
    closing: Table
    looking: Table
    leads: NDArray[np.bool_]
    renews: NDArray[np.bool_]
    group: NDArray[np.int32]

    def tight(self) -> Hazards:
        """The same with arrays that lie in one piece, as kernels are compiled for."""
        return Hazards._make(map(np.ascontiguousarray, self))

    @staticmethod
    def none() -> Hazards:
        """Of nobody."""
        by_cell, by_draw, few = np.zeros((0, 0)), np.zeros(0), np.zeros(0, dtype=np.bool_)
        return Hazards._make([
            *[by_cell] * 2, np.zeros((0, 0, 0)), *[by_cell] * 3, by_draw, *[by_cell] * 7, *[by_draw] * 2, few, few,
            np.zeros((0, 4), dtype=np.int32),
        ])  # fmt: skip


def chances(given: Hazards | Table) -> tuple[Table, Table]:
    """Joint chance of each kind of edge, dims (kind, draw, group), and to take any of them, dims (draw, group)."""
    from mhwfmodel.supply import _chances

    if not isinstance(given, Hazards):
        return given, np.add.reduce(given)
    out = np.empty((len(given.scale), len(given.group), _chances.KINDS))
    any_of = np.empty(out.shape[:2])
    _chances.fill_chances(given.tight(), any_of, out)
    return out.transpose(2, 0, 1), any_of
