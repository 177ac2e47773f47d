"""The cells that the model holds: every (ICB, sector, role, strand) that the role mix and the NHS totals fill."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.mix import Column, columns
from mhwfmodel.catalogue.states import STRANDS, cell_id

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Cells", "Column", "columns", "england_cells", "nhs_columns"]


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells as arrays, each with dims (cell).

    Args:
        id: Stable id in the counter of random numbers.
        icb: Position in `icb_codes`.
        sector: Position among the catalogue's sectors.
        role: Position among the catalogue's roles.
        strand: 0 general, 1 specialist.
        icb_codes: ONS codes of the ICBs.
    """

    id: NDArray[np.uint32]
    icb: NDArray[np.int64]
    sector: NDArray[np.int64]
    role: NDArray[np.int64]
    strand: NDArray[np.int64]
    icb_codes: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.id.size)

    def among(self, codes: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which cells lie in the ICBs whose codes are given, dims (cell)."""
        wanted = np.array([code in set(codes) for code in self.icb_codes], dtype=np.bool_)
        return np.asarray(wanted[self.icb], dtype=np.bool_)

    def keep(self, kept: NDArray[np.bool_]) -> Cells:
        """The cells that are kept, over the ICBs that still have one."""
        left = np.unique(self.icb[kept])
        position = np.searchsorted(left, self.icb[kept])
        codes = tuple(self.icb_codes[int(icb)] for icb in left)
        return Cells(self.id[kept], position, self.sector[kept], self.role[kept], self.strand[kept], codes)


@cache
def nhs_columns() -> dict[int, catalogue.NhsPosts]:
    """Positions of the columns that the NHS control total fills, each with what it rests on."""
    posts = {(row.sector, row.role): row for row in catalogue.nhs_posts()}
    keys = [(column.sector, column.role) for column in columns()]
    return {position: posts[key] for position, key in enumerate(keys) if key in posts}


@cache
def england_cells() -> Cells:
    """The cells of all 42 ICBs, ICB by ICB, in the order of `columns`."""
    icbs, sectors, roles = catalogue.icbs(), catalogue.sectors(), catalogue.roles()
    sector_at = {sector.code: position for position, sector in enumerate(sectors)}
    role_at = {role.code: position for position, role in enumerate(roles)}
    rows = [
        (icb, sector_at[column.sector], role_at[column.role], STRANDS.index(column.strand))
        for icb in range(len(icbs))
        for column in columns()
    ]
    icb, sector, role, strand = (np.array(values, dtype=np.int64) for values in zip(*rows, strict=True))
    ids = [cell_id(icbs[i].id, sectors[s].id, roles[r].id, t) for i, s, r, t in rows]
    return Cells(np.array(ids, dtype=np.uint32), icb, sector, role, strand, tuple(place.code for place in icbs))
