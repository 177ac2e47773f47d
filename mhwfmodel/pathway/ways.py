"""Ways on from one stage to another, as the rows of routes of a network have them, and what a factor makes of them.

A way of the file may be several routes of the network: a stage may have modes or teams, and of those who leave by an
exit some may come back. A route may also serve several ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault, MhwfError, suggest
from mhwfmodel.pathway.expand import BACK, Expansion
from mhwfmodel.pathway.flatten import destinations, routes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network
    from mhwfmodel.pathway.schema import Pathway

    Array = NDArray[np.float64]

__all__ = ["Way", "rerouted", "stages_named", "way"]

_NEARLY_ALL = 1.0 - 2.0**-40
"""A chance from which on there is nobody else to take from or to leave to."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way on from one stage.

    Args:
        stages: Numbers of the network's stages that are parts of it, dims (part), int64.
        share: Chance of it in each route of theirs, dims (part, class, route).
    """

    stages: NDArray[np.int64]
    share: Array


def stages_named(network: Network, name: str) -> NDArray[np.int64]:
    """Numbers of the stages that stand for a stage of the file: its modes and teams, and what chooses one of them.

    Args:
        network: The network.
        name: The stage in the pathway file.

    Raises:
        MhwfError: No stage has the name.
    """
    names = [each.partition("#")[0].partition("/") for each in network.stages.names]
    found = [at for at, (stem, _, last) in enumerate(names) if stem == name and last != BACK]
    if not found:
        raise MhwfError(Fault(name, "is not a stage of this pathway", suggest(name, [stem for stem, _, _ in names])))
    return np.array(found, dtype=np.int64)


def way(pathway: Pathway, stage: str, to: str) -> Way:
    """The way from a stage to a stage or an exit.

    Args:
        pathway: The pathway.
        stage: Stage, by its name in the file.
        to: Stage or exit, by its name in the file.

    Raises:
        MhwfError: Nobody of any class goes that way.
    """
    given = pathway.stages.get(stage)
    if given is None:
        raise MhwfError(Fault(stage, "is not a stage of this pathway", suggest(stage, pathway.stages)))
    classes = list(pathway.classes)
    if not any(given.routes_of(name).get(to, 0.0) > 0.0 for name in classes):
        ways = sorted({way for name in classes for way, chance in given.routes_of(name).items() if chance > 0.0})
        raise MhwfError(Fault(f"{stage} to {to}", "is not a way of this pathway", suggest(to, ways)))
    expansion = Expansion(pathway)
    width = max(len(ways) for row in destinations(expansion)[0] for ways in row)
    parts = [at for at, part in enumerate(expansion.parts) if part.stage == stage]
    share = np.zeros((len(parts), len(classes), width))
    for row, at in enumerate(parts):
        for k, name in enumerate(classes):
            chances = given.routes_of(name)
            whole = routes_of(expansion, expansion.parts[at], chances, name)
            mine = routes_of(expansion, expansion.parts[at], {to: chances.get(to, 0.0)}, name)
            places = list(whole)
            for destination, chance in mine.items():
                share[row, k, places.index(destination)] = chance / sum(whole.values())
    return Way(np.array(parts, dtype=np.int64), share)


def rerouted(chances: Array, shares: Sequence[Array], factors: Sequence[Array]) -> Array:
    """Chances of the routes of one stage and class, with ways of it multiplied.

    One way alone gets its chance × its factor, at most 1, and the others share the rest as they did. Of several, the
    odds of each are multiplied by what they would be alone, so that their order does not matter. A way that everybody
    goes keeps them all; where nothing would be left, all stays as it was.

    Args:
        chances: Of the routes, dims (route).
        shares: Of each way in each route, dims (route).
        factors: Of each way, dims (when).

    Returns:
        Dims (when, route); exactly the chances that were given where all factors are 1.
    """
    made = np.broadcast_to(chances, (factors[0].size, chances.size)).copy()
    rest = np.maximum(chances - np.sum(shares, axis=0), 0.0)
    totals = [float(share.sum()) for share in shares]
    odds = [_odds(total, factor) for total, factor in zip(totals, factors, strict=True)]
    certain = np.any([np.isinf(each) for each in odds], axis=0)
    weighed = np.where(certain[:, None], 0.0, rest)
    for share, each in zip(shares, odds, strict=True):
        weight = np.where(certain, np.isinf(each).astype(np.float64), np.where(np.isinf(each), 0.0, each))
        weighed = weighed + weight[:, None] * share
    total = weighed.sum(axis=1)
    change = np.any([factor != 1.0 for factor in factors], axis=0) & (total > 0.0)
    made[change] = weighed[change] / total[change, None]
    return made


def _odds(chance: float, factor: Array) -> Array:
    """What the odds of a way are multiplied by for its chance to be multiplied by a factor; infinite for certainty."""
    if chance >= _NEARLY_ALL:
        return np.ones_like(factor)
    left = 1.0 - chance * factor
    return np.divide(factor * (1.0 - chance), left, out=np.full_like(factor, np.inf), where=left > 0.0)
