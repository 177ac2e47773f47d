"""Levers and trends put together into what each month's equations are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS, POPULATIONS, RECRUIT_SOURCES, STRANDS
from mhwfmodel.levers.effects import (
    AgencyCover,
    AmhpWork,
    CandidatesOffered,
    Closed,
    Completion,
    Destination,
    Places,
    PostsAdded,
    PostsConverted,
    Scaled,
    SourceScaled,
    TimeTaken,
    Trained,
)
from mhwfmodel.supply.sums import add_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Sector
    from mhwfmodel.inputs import Cells, Inputs
    from mhwfmodel.levers import Effect, LeverBase, Scope

    Table = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = [
    "Compiled",
    "Conversion",
    "LeverContext",
    "Offer",
    "acts",
    "compile_levers",
    "in_draws",
    "in_month",
    "in_scope",
    "other_role",
    "reaches",
]

_Kind = TypeVar("_Kind")

_STILL: Mapping[type[Any], Mapping[str, float]] = {
    PostsAdded: {"posts": 0.0},
    PostsConverted: {"share": 0.0},
    Scaled: {"log_factor": 0.0},
    SourceScaled: {"factor": 1.0},
    CandidatesOffered: {"people": 0.0},
    Closed: {"chance": 0.0},
    TimeTaken: {"hours": 0.0},
    AgencyCover: {"share": 0.0},
    Places: {"factor": 1.0},
    Completion: {"drop_out": 1.0, "passes": 1.0},
    Destination: {"weight": 0.0},
    Trained: {"rate": 0.0},
    AmhpWork: {"factor": 1.0, "assessments": 1.0},
}
"""What leaves everything as it is, of every effect on the workforce; other effects are not the workforce's."""


@dataclass(frozen=True, slots=True)
class LeverContext:
    """What a lever may ask of the run."""

    inputs: Inputs

    @property
    def months(self) -> tuple[str, ...]:
        """The months simulated."""
        return self.inputs.months

    @property
    def icbs(self) -> tuple[str, ...]:
        """ONS codes of the ICBs of the run."""
        return self.inputs.cells.icb_codes

    def parameter(self, name: str) -> Table:
        """The draws of an uncertain input, dims (draw)."""
        return self.inputs.parameters.value(name)


@dataclass(frozen=True, slots=True)
class Offer:
    """People whom all programmes of one source offer.

    Args:
        source: Position among the sources of recruits.
        parts: For each programme people a month over its scope, dims (month), and the share of each cell, dims
            (draw, cell).
    """

    source: int
    parts: tuple[tuple[Table, Table], ...]

    def total(self, months: slice, rows: slice) -> Table:
        """People offered over some months to some draws' cells, dims (draw, cell)."""
        parts = [float(people[months].sum()) * share[rows] for people, share in self.parts]
        return np.asarray(np.add.reduce(parts), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Posts of some cells that become posts of another role there.

    Args:
        share: Share converted by each month, dims (month).
        of: The cells, dims (converted).
        to: Cell of the other role in the ICB and sector of each, dims (converted).
    """

    share: Table
    of: NDArray[np.int64]
    to: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Compiled:
    """All levers of a run, as arrays over its cells; effects that leave everything as it is are not among them.

    Args:
        found: By type of effect, the effects with the cells that they reach; all cells where an effect has no scope.
        added: Posts added each month, dims (month), and the share of each cell, dims (draw, cell).
        converted: Posts that become posts of another role.
        offers: People offered by programmes, one entry a source, in the order in which they are placed.
    """

    found: Mapping[type[Any], tuple[tuple[Any, Mask], ...]]
    added: tuple[tuple[Table, Table], ...]
    converted: tuple[Conversion, ...]
    offers: tuple[Offer, ...]

    def of(self, kind: type[_Kind]) -> tuple[tuple[_Kind, Mask], ...]:
        """The effects of a type with the cells that they reach, dims (cell) each."""
        return self.found.get(kind, ())

    def closing(self, month: int, cells: int) -> Table:
        """Chance that somebody's employer closes in a month, dims (cell)."""
        stays = np.ones(cells)
        for effect, reached in self.of(Closed):
            stays = stays * (1.0 - effect.chance[month] * reached)
        return np.asarray(1.0 - stays, dtype=np.float64)

    def log_factor(self, what: str, month: int, rows: slice, cells: int) -> Table:
        """Logarithm of what multiplies `posts`, `attraction`, `time_to_fill` or `hours` in a month.

        Dims (draw, cell), or (1, cell) when it is the same in every draw.
        """
        total = np.zeros((1, cells))
        for effect, reached in self.of(Scaled):
            if effect.what == what:
                total = total + in_month(effect.log_factor, month, rows)[:, None] * reached
        return total

    def log_leaving(self, month: int, rows: slice, cells: int) -> Table:
        """Logarithm of what multiplies the hazard of leaving, dims (draw or 1, cell, band)."""
        total = np.zeros((1, cells, len(EXPERIENCE_BANDS)))
        for effect, reached in self.of(Scaled):
            if effect.what == "leaving":
                bands = np.array([not effect.experience or band in effect.experience for band in EXPERIENCE_BANDS])
                path = in_month(effect.log_factor, month, rows)
                total = total + path[:, None, None] * (reached[:, None] * bands)
        return total

    def convert(self, posts: Table, month: int) -> Table:
        """Posts after some became posts of another role, dims (draw, cell): as many go as come.

        Conversions are independent of each other; those that meet in a cell share what they take from it by their
        shares.
        """
        acting = [item for item in self.converted if item.share[month] > 0.0]
        if not acting:
            return posts
        stays, asked = np.ones(posts.shape[1]), np.zeros(posts.shape[1])
        for item in acting:
            stays[item.of] *= 1.0 - item.share[month]
            asked[item.of] += item.share[month]
        there, found = np.maximum(posts, 0.0), posts.copy()
        for item in acting:
            moved = there[:, item.of] * (item.share[month] * (1.0 - stays[item.of]) / asked[item.of])
            found[:, item.of] -= moved
            add_to(found, moved, item.to)
        return found


def in_month(path: Table, month: int, rows: slice) -> Table:
    """What an effect says of a month, dims (draw), or (1) when it is the same in every draw.

    Args:
        path: Dims (draw or 1, month).
        month: Number of the month, 0 the first.
        rows: Which draws.
    """
    return in_draws(path, rows)[:, month]


def in_draws(values: Table, rows: slice) -> Table:
    """What an effect says of some draws; one value stands for all."""
    return values if len(values) == 1 else values[rows]


def reaches(scope: Scope, sector: Sector) -> bool:
    """Whether a scope reaches a sector: those it names, or every social care sector when it names none."""
    return sector.code in scope.sectors if scope.sectors else sector.population == POPULATIONS[0]


def in_scope(scope: Scope, cells: Cells) -> Mask:
    """Which cells a scope reaches, dims (cell); without sectors all of social care, and never the NHS."""
    sectors = np.array([reaches(scope, sector) for sector in catalogue.sectors()])
    roles = np.array([not scope.roles or role.code in scope.roles for role in catalogue.roles()])
    icbs = np.array([not scope.icbs or code in scope.icbs for code in cells.icb_codes])
    strands = np.array([scope.strand in ("overall", strand) for strand in STRANDS])
    reached = sectors[cells.sector] & roles[cells.role] & icbs[cells.icb] & strands[cells.strand]
    return np.asarray(reached, dtype=np.bool_)


def other_role(cells: Cells, role: str) -> NDArray[np.int64]:
    """The cell of a role in each cell's ICB and sector, of the same strand or else the other, −1 for none."""
    chosen = np.flatnonzero(cells.role == [item.code for item in catalogue.roles()].index(role))
    table = np.full((len(cells.icb_codes), len(catalogue.sectors()), len(STRANDS)), -1)
    table[cells.icb[chosen], cells.sector[chosen], cells.strand[chosen]] = chosen
    ways = [table[cells.icb, cells.sector, strand] for strand in (cells.strand, 1 - cells.strand)]
    return np.where(ways[0] >= 0, *ways)


def compile_levers(levers: Sequence[LeverBase], inputs: Inputs) -> Compiled:
    """Turn the workforce effects of levers, which `check_levers` has let pass, into arrays.

    Args:
        levers: The scenario's levers, in its order.
        inputs: What the run is given.
    """
    context, cells = LeverContext(inputs), inputs.cells
    posts = inputs.filled + inputs.vacancies
    found: dict[type[Any], list[tuple[Any, Mask]]] = {}
    for effect in (effect for lever in levers for effect in lever.effects(context)):
        if acts(effect):
            scope = getattr(effect, "scope", None)
            reached = np.ones(len(cells), dtype=np.bool_) if scope is None else in_scope(scope, cells)
            found.setdefault(type(effect), []).append((effect, reached))
    offers: dict[int, list[tuple[Table, Table]]] = {}
    for effect, reached in found.get(CandidatesOffered, ()):
        source = RECRUIT_SOURCES.index(effect.source)
        offers.setdefault(source, []).append((effect.people, _shares(posts, reached)))
    return Compiled(
        {kind: tuple(listed) for kind, listed in found.items()},
        tuple((effect.posts, _shares(posts, reached)) for effect, reached in found.get(PostsAdded, ())),
        tuple(_conversion(effect, reached, cells) for effect, reached in found.get(PostsConverted, ())),
        tuple(Offer(source, tuple(offers[source])) for source in sorted(offers)),
    )


def acts(effect: Effect) -> bool:
    """Whether an effect changes anything of the workforce in any month."""
    still = _STILL.get(type(effect), {})
    return any(bool((getattr(effect, name) != value).any()) for name, value in still.items())


def _conversion(effect: PostsConverted, reached: Mask, cells: Cells) -> Conversion:
    to = other_role(cells, effect.to_role)
    of = np.flatnonzero(reached & (cells.role != cells.role[to]) & (to >= 0))
    return Conversion(effect.share, of, to[of])


def _shares(posts: Table, reached: Mask) -> Table:
    """Share of each cell in the funded posts of a scope at the start, dims (draw, cell); equal where it has none."""
    within = posts * reached
    total = within.sum(axis=1, keepdims=True)
    even = np.broadcast_to(reached / reached.sum(), posts.shape)
    return np.where(total > 0, within / np.where(total > 0, total, 1.0), even)
