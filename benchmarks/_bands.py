"""The workload `bands`: 42 ICBs, 4 sectors, 12 roles and 6 bands of experience, ten years of months.

In each cell and month people leave, people rise to the next band, and recruits come. In whole people these are two
binomials and a Poisson count; in expected values every draw has its own multiple of the chances of leaving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply import Expected, Graph, Sampled

    Table = NDArray[np.float64]

__all__ = ["CELLS", "MONTHS", "Bands", "by_chunks", "by_draw", "chances", "graph", "plain", "sampled", "through"]

ICBS, SECTORS, ROLES, BANDS, MONTHS = 42, 4, 12, 6, 120
GROUPS = ICBS * SECTORS * ROLES
CELLS = GROUPS * BANDS
SCALES = 1000
_FIRST = 24_300
_CHUNK = 8_192
"""Numbers of a chunk that fits in a processor's second cache with what is worked out of it."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The workload's numbers.

    Args:
        opening: People at the start, dims (group, band).
        coming: Expected recruits in a month, dims (group, band).
        leaving: Chance of leaving in a month, dims (role, band).
        rising: Chance that one who stays rises to the next band, dims (band).
        scale: What a draw makes of the chances of leaving in the runs where they differ, dims (scale).
    """

    opening: NDArray[np.int64]
    coming: Table
    leaving: Table
    rising: Table
    scale: Table

    @classmethod
    def make(cls) -> Bands:
        """The same numbers every time."""
        random = np.random.default_rng(42)
        yearly = np.column_stack([random.uniform(0.06, 0.22, ROLES) * (1.4 - 0.15 * band) for band in range(BANDS)])
        leaving = 1.0 - (1.0 - np.clip(yearly, 0.02, 0.4)) ** (1.0 / 12.0)
        size = random.lognormal(np.log(35.0), 1.0, GROUPS)
        opening = random.poisson(size[:, None] * np.array([0.22, 0.17, 0.21, 0.18, 0.14, 0.08]))
        lost = (opening * leaving[np.arange(GROUPS) % ROLES]).sum(axis=1, keepdims=True)
        coming = lost * np.array([0.6, 0.2, 0.1, 0.05, 0.03, 0.02])
        rising = np.array([1 / 12, 1 / 12, 1 / 24, 1 / 36, 1 / 60, 0.0])
        return cls(opening, coming, leaving, rising, np.random.default_rng(7).uniform(0.8, 1.2, SCALES))

    @property
    def leaving_by_cell(self) -> Table:
        """Chance of leaving of each cell, dims (group, band)."""
        return self.leaving[np.arange(GROUPS) % ROLES]

    def packed(self) -> bytes:
        """The numbers as the programs in C read them; see `c/workload.h`."""
        parts = (self.opening.T, self.coming.T, self.leaving, self.rising, self.scale)
        return b"".join(np.ascontiguousarray(part, dtype=np.float64).tobytes() for part in parts)

    def expected(self) -> float:
        """People at the end that are expected: all is linear, so this is the mean of whole people too."""
        return float(through(self, np.ones(1))[-1].sum())


def graph() -> Graph:
    """The same as a graph: an edge to the next band and one out."""
    from mhwfmodel.supply import OUT, Edges, Graph

    node = np.arange(CELLS)
    group, band = np.divmod(node, BANDS)
    return Graph(
        cell_id=np.arange(GROUPS, dtype=np.uint32),
        node_id=node.astype(np.uint32),
        node_cell=group,
        node_group=group % ROLES * BANDS + band,
        advance=node,
        edges=(
            Edges("rise", np.where(band < BANDS - 1, node + 1, OUT), leaver=False),
            Edges("leave", np.full(CELLS, OUT), leaver=True),
        ),
        sources=(),
        doors=(),
    )


def chances(bands: Bands, scale: Table | None = None) -> Table:
    """Joint chances of rising and of leaving, dims (kind, group) or, with a scale by draw, (kind, draw, group)."""
    leaving = bands.leaving if scale is None else scale[:, None, None] * bands.leaving
    joint = np.stack([(1.0 - leaving) * bands.rising, leaving])
    return joint.reshape(*joint.shape[:-2], ROLES * BANDS)


def sampled(
    bands: Bands, of: Graph, chance: Table, chooser: Sampled | Expected, threads: int
) -> NDArray[np.float64] | NDArray[np.int64]:
    """People by month, draw and role, by this package."""
    from mhwfmodel.supply import project

    found = project(
        of, bands.opening.ravel(), chance, range(_FIRST, _FIRST + MONTHS), chooser, inflow=bands.coming.ravel(),
        sums=np.repeat(np.arange(GROUPS) % ROLES, BANDS), threads=threads,
    )  # fmt: skip
    return found.people


def plain(bands: Bands, draws: int, seed: int) -> NDArray[np.int64]:
    """Whole people by numpy's Generator; all draws share the chances. Dims (month, draw, role)."""
    return _counts(bands, np.ones(draws), seed, bands.leaving_by_cell)


def by_draw(bands: Bands, scale: Table, seed: int) -> NDArray[np.int64]:
    """Whole people by numpy's Generator, with chances of leaving by draw."""
    return _counts(bands, scale, seed, scale[:, None, None] * bands.leaving_by_cell)


def _counts(bands: Bands, scale: Table, seed: int, leaving: Table) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    people = np.repeat(bands.opening[None], scale.size, axis=0)
    totals = np.empty((MONTHS, scale.size, ROLES), dtype=np.int64)
    for month in range(MONTHS):
        people -= random.binomial(people, leaving)
        rises = random.binomial(people, bands.rising)
        people -= rises
        people[..., 1:] += rises[..., :-1]
        people += random.poisson(bands.coming, people.shape)
        totals[month] = people.reshape(scale.size, -1, ROLES, BANDS).sum(axis=(1, 3))
    return totals


def _moved(people: Table, leaving: Table, rising: Table, coming: Table) -> Table:
    """One month in expected values, dims (…, band), written as one would."""
    left = people * (1.0 - leaving)
    rises = left * rising
    after = left - rises
    after[..., 1:] += rises[..., :-1]
    return after + coming


def through(bands: Bands, scale: Table, groups: int = GROUPS) -> Table:
    """Expected values by plain numpy, all draws at once, of the first groups, dims (month, draw, role)."""
    leaving = scale[:, None, None] * bands.leaving_by_cell[:groups]
    people = np.repeat(bands.opening[None, :groups].astype(np.float64), scale.size, axis=0)
    totals = np.empty((MONTHS, scale.size, ROLES))
    for number in range(MONTHS):
        people = _moved(people, leaving, bands.rising, bands.coming[:groups])
        totals[number] = people.reshape(scale.size, -1, ROLES, BANDS).sum(axis=(1, 3))
    return totals


def by_chunks(bands: Bands, scale: Table) -> Table:
    """Expected values by numpy, in place, all months of a chunk of cells of a draw before the next chunk."""
    totals = np.zeros((MONTHS, scale.size, ROLES))
    size = _CHUNK // BANDS // ROLES * ROLES
    leaving_of = bands.leaving_by_cell
    for draw, multiple in enumerate(scale):
        for first in range(0, GROUPS, size):
            chunk = slice(first, min(first + size, GROUPS))
            leaving = multiple * leaving_of[chunk].T
            stays = np.ascontiguousarray((1.0 - leaving) * (1.0 - bands.rising[:, None]))
            rising = np.ascontiguousarray((1.0 - leaving) * bands.rising[:, None])[:-1]
            coming = np.ascontiguousarray(bands.coming[chunk].T)
            people = bands.opening[chunk].T.astype(np.float64)
            rises = np.empty_like(rising)
            by_group = np.empty((MONTHS, people.shape[1]))
            for month in range(MONTHS):
                np.multiply(people[:-1], rising, out=rises)
                people *= stays
                people += coming
                people[1:] += rises
                np.add.reduce(people, axis=0, out=by_group[month])
            totals[:, draw] += by_group.reshape(MONTHS, -1, ROLES).sum(axis=1)
    return totals
