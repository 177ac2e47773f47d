"""Levers and trends put together into what each month's equations are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS, POPULATIONS, RECRUIT_SOURCES, STRANDS
from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.levers import CandidatesOffered, Closed, PostsAdded, Scaled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Sector
    from mhwfmodel.inputs import Cells, Inputs
    from mhwfmodel.levers import Effect, LeverBase, Scope

    Table = NDArray[np.float64]

__all__ = ["Compiled", "LeverContext", "Offer", "check_levers", "compile_levers", "in_scope"]


@dataclass(frozen=True, slots=True)
class LeverContext:
    """What a lever may ask of the run."""

    inputs: Inputs

    @property
    def months(self) -> tuple[str, ...]:
        """The months simulated."""
        return self.inputs.months

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
class Compiled:
    """All levers of a run, as arrays over its cells.

    Args:
        scaled: For each thing that is scaled, the effects with the cells (and bands) that they reach.
        added: Posts added each month, dims (month), and the share of each cell, dims (draw, cell).
        offers: People offered by programmes, one entry a source, in the order in which they are placed.
        closures: Chance a month that the employer closes, dims (month), and the cells that it reaches.
    """

    scaled: dict[str, tuple[tuple[Scaled, NDArray[np.bool_]], ...]]
    added: tuple[tuple[Table, Table], ...]
    offers: tuple[Offer, ...]
    closures: tuple[tuple[Table, NDArray[np.bool_]], ...] = ()

    def closing(self, month: int, cells: int) -> Table:
        """Chance that somebody's employer closes in a month, dims (cell)."""
        stays = np.ones(cells)
        for chance, reached in self.closures:
            stays = stays * (1.0 - chance[month] * reached)
        return np.asarray(1.0 - stays, dtype=np.float64)

    def log_factor(self, what: str, month: int, rows: slice, cells: int) -> Table:
        """Logarithm of what multiplies `posts`, `attraction` or `time_to_fill` in a month.

        Dims (draw, cell), or (1, cell) when it is the same in every draw.
        """
        total = np.zeros((1, cells))
        for effect, reached in self.scaled.get(what, ()):
            total = total + _of(effect, month, rows)[:, None] * reached
        return total

    def log_leaving(self, month: int, rows: slice, cells: int) -> Table:
        """Logarithm of what multiplies the hazard of leaving, dims (draw or 1, cell, band)."""
        total = np.zeros((1, cells, len(EXPERIENCE_BANDS)))
        for effect, reached in self.scaled.get("leaving", ()):
            bands = np.array([not effect.experience or band in effect.experience for band in EXPERIENCE_BANDS])
            total = total + _of(effect, month, rows)[:, None, None] * (reached[:, None] * bands)
        return total


def _of(effect: Scaled, month: int, rows: slice) -> Table:
    """An effect's logarithm in a month for some draws, dims (draw) or (1)."""
    path = effect.log_factor if effect.log_factor.shape[0] == 1 else effect.log_factor[rows]
    return path[:, month]


def reaches(scope: Scope, sector: Sector) -> bool:
    """Whether a scope reaches a sector: those it names, or every social care sector when it names none."""
    return sector.code in scope.sectors if scope.sectors else sector.population == POPULATIONS[0]


def in_scope(scope: Scope, cells: Cells) -> NDArray[np.bool_]:
    """Which cells a scope reaches, dims (cell); without sectors all of social care, and never the NHS."""
    sectors = np.array([reaches(scope, sector) for sector in catalogue.sectors()])
    roles = np.array([not scope.roles or role.code in scope.roles for role in catalogue.roles()])
    icbs = np.array([not scope.icbs or code in scope.icbs for code in cells.icb_codes])
    strands = np.array([scope.strand in ("overall", strand) for strand in STRANDS])
    reached = sectors[cells.sector] & roles[cells.role] & icbs[cells.icb] & strands[cells.strand]
    return np.asarray(reached, dtype=np.bool_)


def check_levers(levers: Sequence[LeverBase], central: Inputs) -> None:
    """Refuse levers that cannot act.

    Args:
        levers: The scenario's levers, in its order.
        central: What the run is given at central values, so that no draw decides.

    Raises:
        ScenarioError: Levers whose scope holds no post, or too few; all of them at once.
    """
    context = LeverContext(central)
    posts = (central.filled + central.vacancies)[0]
    faults = []
    for number, lever in enumerate(levers):
        found = (_fault(number, lever, effect, central.cells, posts) for effect in lever.effects(context))
        faults += [fault for fault in found if fault is not None][:1]
    if faults:
        raise ScenarioError(faults)


def compile_levers(levers: Sequence[LeverBase], inputs: Inputs) -> Compiled:
    """Turn levers, which `check_levers` has let pass, into arrays.

    Args:
        levers: The scenario's levers, in its order.
        inputs: What the run is given.
    """
    context = LeverContext(inputs)
    posts = inputs.filled + inputs.vacancies
    scaled: dict[str, list[tuple[Scaled, NDArray[np.bool_]]]] = {}
    added: list[tuple[Table, Table]] = []
    offers: dict[int, list[tuple[Table, Table]]] = {}
    closures: list[tuple[Table, NDArray[np.bool_]]] = []
    for effect in (effect for lever in levers for effect in lever.effects(context)):
        reached = in_scope(effect.scope, inputs.cells)
        if isinstance(effect, Closed):
            closures.append((effect.chance, reached))
        _sort_in(effect, reached, posts, scaled, added, offers)
    return Compiled(
        {what: tuple(listed) for what, listed in scaled.items()},
        tuple(added),
        tuple(Offer(source, tuple(offers[source])) for source in sorted(offers)),
        tuple(closures),
    )


def _sort_in(
    effect: Effect,
    reached: NDArray[np.bool_],
    posts: Table,
    scaled: dict[str, list[tuple[Scaled, NDArray[np.bool_]]]],
    added: list[tuple[Table, Table]],
    offers: dict[int, list[tuple[Table, Table]]],
) -> None:
    if isinstance(effect, Scaled):
        scaled.setdefault(effect.what, []).append((effect, reached))
    elif isinstance(effect, PostsAdded):
        added.append((effect.posts, _shares(posts, reached)))
    elif isinstance(effect, CandidatesOffered) and effect.people.any():
        source = RECRUIT_SOURCES.index(effect.source)
        offers.setdefault(source, []).append((effect.people, _shares(posts, reached)))


def _shares(posts: Table, reached: NDArray[np.bool_]) -> Table:
    """Share of each cell in the funded posts of a scope at the start, dims (draw, cell); equal where it has none."""
    within = posts * reached
    total = within.sum(axis=1, keepdims=True)
    even = np.broadcast_to(reached / reached.sum(), posts.shape)
    return np.where(total > 0, within / np.where(total > 0, total, 1.0), even)


def _fault(number: int, lever: LeverBase, effect: Effect, cells: Cells, posts: Table) -> Fault | None:
    """What keeps an effect from acting in a run with so many funded posts, dims (cell), if anything."""
    where, reached = f"levers[{number}]", in_scope(effect.scope, cells)
    if not reached.any():
        kind = getattr(lever, "kind", type(lever).__name__)
        problem = f"the scope of this {kind} lever holds no staff in the ICBs of the run"
        return Fault(f"{where}.scope", problem, "name sectors and roles that occur together, in ICBs of the run")
    if isinstance(effect, PostsAdded):
        held = float(posts[reached].sum())
        if float(effect.posts.min()) < -held:
            problem = f"takes {-effect.posts.min():,.0f} posts away where about {held:,.0f} are funded"
            return Fault(f"{where}.posts", problem, "take away fewer, or widen the scope")
    return None
