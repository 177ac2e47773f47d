"""What levers do to a pathway: factors on who comes, on work, on servers and on ways on, by board and month.

People who are added add up first; factors on the same thing multiply, whatever the order of the levers. A factor of 1
in all draws is left out, so that a lever of no size changes no bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.levers.effects import PathwayAdded, PathwayRoutes, PathwayScaled
from mhwfmodel.pathway.ways import stages_named, way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers import LeverBase
    from mhwfmodel.levers.base import Context
    from mhwfmodel.pathway import Pathway
    from mhwfmodel.pathway.network import Network
    from mhwfmodel.pathway.ways import Way

    Table = NDArray[np.float64]

__all__ = ["NO_EFFECTS", "Changed", "Coming", "PathwayEffects", "Ways", "changed", "compile_pathway", "stages_at"]

Ways = Mapping[tuple[str, str], "Table"]
"""Factor on the chance of ways on: (stage, to) to dims (draw or 1, month)."""


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """Who come from outside without levers.

    Args:
        people: Dims (icb, stage, class, month) [people/month].
        icbs: ONS codes of the boards.
        stages: Names of the stages.
        classes: Names of the classes.
    """

    people: Table
    icbs: Sequence[str]
    stages: Sequence[str]
    classes: Sequence[str]

    def share(self, effect: PathwayAdded) -> Table:
        """People whom an effect adds over those who come to its scope, dims (draw or 1, month); 0 where nobody comes.

        Args:
            effect: The effect.
        """
        boards = np.array([_here(effect.icbs, icb) for icb in self.icbs], dtype=np.bool_)
        there = self.people[boards][:, _members(effect, self.stages, self.classes)].sum(axis=(0, 1))
        share = np.divide(effect.people, there, out=np.zeros_like(effect.people), where=there > 0.0)
        return np.asarray(share, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class PathwayEffects:
    """All that levers do to a pathway.

    Args:
        scaled: Factors on who comes, on work and on servers.
        routes: Factors on ways on.
        added: People who are added, each with how many they are over those who come to its scope without levers, dims
            (draw or 1, month).
        known: Every way on that something may change, by stage and where it leads to.
    """

    scaled: tuple[PathwayScaled, ...] = ()
    routes: tuple[PathwayRoutes, ...] = ()
    added: tuple[tuple[PathwayAdded, Table], ...] = ()
    known: Mapping[tuple[str, str], Way] = field(default_factory=dict)

    def servers(self, pools: Sequence[str], icb: str, draws: slice, months: slice) -> Table | None:
        """Factor on the servers of each pool, dims (draw or 1, pool, month); None where it is 1.

        Args:
            pools: Names of the pools.
            icb: ONS code of the board.
            draws: Which draws.
            months: Which months.
        """
        return self._named("servers", pools, icb, draws, months)

    def work(self, stages: Sequence[str], icb: str, draws: slice, months: slice) -> Table | None:
        """Factor on the time that work takes, dims (draw or 1, stage, month); None where it is 1."""
        return self._named("work", stages, icb, draws, months)

    def arrivals(
        self, stages: Sequence[str], classes: Sequence[str], icb: str, draws: slice, months: slice
    ) -> Table | None:
        """Factor on who come from outside, dims (draw or 1, stage, class, month); None where it is 1."""
        found: Table | None = None
        for added, share in self.added:
            more = _part(share, draws, months)
            if _here(added.icbs, icb) and more.any():
                reached = _members(added, stages, classes)
                found = (1.0 if found is None else found) + reached[:, :, None] * more[:, None, None]
        for effect, factor in self._acting("arrivals", icb, draws, months):
            reached = _members(effect, stages, classes)
            found = _times(found, np.where(reached[:, :, None], factor[:, None, None], 1.0))
        return found

    def ways(self, icb: str, draws: slice, months: slice) -> dict[tuple[str, str], Table]:
        """Factor on the chance of each way that a lever changes: (stage, to) to dims (draw or 1, month)."""
        found: dict[tuple[str, str], Table] = {}
        for effect in self.routes:
            factor = _part(effect.factor, draws, months)
            if _here(effect.icbs, icb) and (factor != 1.0).any():
                way = effect.stage, effect.to
                found[way] = _times(found.get(way), factor)
        return found

    def _named(self, what: str, names: Sequence[str], icb: str, draws: slice, months: slice) -> Table | None:
        found: Table | None = None
        for effect, factor in self._acting(what, icb, draws, months):
            reached = _reached(effect.names, names)
            found = _times(found, np.where(reached[:, None], factor[:, None], 1.0))
        return found

    def _acting(self, what: str, icb: str, draws: slice, months: slice) -> list[tuple[PathwayScaled, Table]]:
        """Effects that reach a board and change something, with their factors, dims (draw or 1, month)."""
        there = ((effect, _part(effect.factor, draws, months)) for effect in self.scaled
                 if effect.what == what and _here(effect.icbs, icb))  # fmt: skip
        return [(effect, factor) for effect, factor in there if (factor != 1.0).any()]


NO_EFFECTS = PathwayEffects()


def compile_pathway(
    levers: Sequence[LeverBase],
    context: Context,
    pathway: Pathway,
    coming: Callable[[], Coming],
    felt: Sequence[tuple[str, str]] = (),
) -> PathwayEffects:
    """What levers, which `pathway_faults` has let pass, do to a pathway.

    Args:
        levers: The scenario's levers.
        context: What a lever may ask of the run, for all draws that run the pathway.
        pathway: The pathway.
        coming: Gives who comes without levers; asked only where people are added.
        felt: Ways on that something else may change: stage, and where it leads to.
    """
    effects = [effect for lever in levers for effect in lever.effects(context)]
    added = [effect for effect in effects if isinstance(effect, PathwayAdded) and effect.people.any()]
    routes = tuple(effect for effect in effects if isinstance(effect, PathwayRoutes))
    come = coming() if added else None
    return PathwayEffects(
        tuple(effect for effect in effects if isinstance(effect, PathwayScaled)),
        routes,
        tuple((effect, come.share(effect)) for effect in added if come is not None),
        {pair: way(pathway, *pair) for pair in dict.fromkeys([*((e.stage, e.to) for e in routes), *felt])},
    )


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """What levers and waits change of the network of one board; None where nothing is changed.

    Args:
        arrivals: Factor on who come from outside, dims (draw or 1, stage of the network, class, month).
        work: Factor on the time that work takes, dims (draw or 1, stage of the network, month).
        ways: Ways on that are changed.
        routes: Factor on the chance of each of them, dims (draw or 1, way, month).
    """

    arrivals: Table | None
    work: Table | None
    ways: tuple[Way, ...]
    routes: Table | None


def changed(
    effects: PathwayEffects,
    names: tuple[Sequence[str], Sequence[str]],
    at: NDArray[np.int64],
    where: tuple[str, slice, slice],
    felt: Ways,
) -> Changed:
    """What is changed of a board's network in some draws and months.

    Args:
        effects: What levers do.
        names: Stages of the file, and classes.
        at: Which stage of the file each stage of the network is a part of, see `stages_at`.
        where: ONS code of the board, which draws and which months.
        felt: What waits do to ways on, in these draws and months.
    """
    stages, classes = names
    arrivals, work = effects.arrivals(stages, classes, *where), effects.work(stages, *where)
    ways = effects.ways(*where)
    for pair, factor in felt.items():
        ways[pair] = _times(ways.get(pair), factor)
    routes = None
    if ways:
        draws = max(len(factor) for factor in ways.values())
        routes = np.stack([np.broadcast_to(factor, (draws, factor.shape[1])) for factor in ways.values()], axis=1)
    return Changed(
        _on_network(arrivals, at), _on_network(work, at), tuple(effects.known[pair] for pair in ways), routes
    )


def _on_network(factor: Table | None, at: NDArray[np.int64]) -> Table | None:
    """A factor by stage of the file, the second dim, as one by stage of the network; 1 for those that are no part."""
    if factor is None:
        return None
    found = factor[:, at]
    found[:, at < 0] = 1.0
    return found


def stages_at(network: Network, pathway: Pathway) -> NDArray[np.int64]:
    """Position in the file of the stage that each stage of a network is a part of, its entry too; −1 where none."""
    found = np.full(len(network.stages.names), -1, dtype=np.int64)
    for number, name in enumerate(pathway.stages):
        found[stages_named(network, name)] = number
    return found


def _here(icbs: tuple[str, ...], icb: str) -> bool:
    return not icbs or icb in icbs


def _reached(names: tuple[str, ...], all_names: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([not names or name in names for name in all_names], dtype=np.bool_)


def _members(effect: PathwayScaled | PathwayAdded, stages: Sequence[str], classes: Sequence[str]) -> NDArray[np.bool_]:
    """Stages and classes that arrivals are changed of, dims (stage, class)."""
    classed = [effect.only_class in ("", name) for name in classes]
    return np.logical_and.outer(_reached(effect.names, stages), classed)


def _part(path: Table, draws: slice, months: slice) -> Table:
    return (path if path.shape[0] == 1 else path[draws])[:, months]


def _times(found: Table | None, factor: Table) -> Table:
    """Factors multiplied; none yet is 1."""
    return factor if found is None else found * factor
