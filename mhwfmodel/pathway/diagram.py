"""What a picture of a pathway tells: its stages, the ways between them with their shares, and its pools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel.pathway.checks import ways_on
from mhwfmodel.pathway.expand import parent
from mhwfmodel.pathway.flatten import flatten
from mhwfmodel.pathway.loads import Loads, loads
from mhwfmodel.pathway.parts import Pool
from mhwfmodel.pathway.rows import mean_of
from mhwfmodel.pathway.schema import Pathway, Stage
from mhwfmodel.pathway.spans import DAYS_PER_MONTH
from mhwfmodel.pathway.words import amount, percent, span_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network

__all__ = ["Diagram", "DrawnPool", "DrawnStage", "Way", "diagram", "pool_number", "sums_by_parent"]


@dataclass(frozen=True, slots=True)
class Way:
    """A way from one stage to another.

    Args:
        source: From.
        to: To.
        kind: Of those whose work is done, or of those who give up, find no room or cannot use the mode meant for them.
        share: Of those whose work is done; 0 for others.
        flow: People a month, as far as it is known without a run.
    """

    source: str
    to: str
    kind: Literal["routes", "gives_up", "full", "excluded"]
    share: float
    flow: float


@dataclass(frozen=True, slots=True)
class DrawnStage:
    """A box.

    Args:
        title: Its name for people.
        work: How long the work takes, and how many come.
        needs: Pool and number of servers.
        exits: Ways out with their shares.
        arrivals: Who arrives here from outside.
        statutory: Goes first by law.
        outside: Not on the pathway.
    """

    title: str
    work: str
    needs: Mapping[str, int]
    exits: tuple[str, ...]
    arrivals: tuple[str, ...]
    statutory: bool
    outside: bool


@dataclass(frozen=True, slots=True)
class DrawnPool:
    """A pool.

    Args:
        title: Its name for people.
        number: How its number is said.
        hours: When it is there.
        load: Work ÷ servers on duty; not a number where nobody is.
    """

    title: str
    number: str
    hours: str
    load: float


@dataclass(frozen=True, slots=True)
class Diagram:
    """All of it, in the order of the file."""

    stages: Mapping[str, DrawnStage]
    ways: tuple[Way, ...]
    pools: Mapping[str, DrawnPool]


def diagram(pathway: Pathway) -> Diagram:
    """What a picture of the pathway tells.

    Args:
        pathway: The pathway.
    """
    network = flatten(pathway, start=pathway.start, months=pathway.months)
    found = loads(network)
    coming = _by_class(network, found)
    ways = tuple(way for name in pathway.stages for way in _ways(name, pathway, coming[name]))
    stages = {name: _stage(name, stage, pathway, coming[name]) for name, stage in pathway.stages.items()}
    return Diagram(stages, ways, _pools(pathway, network, found))


def sums_by_parent(names: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Sums over the parts of each stage or pool, by its name in the file; dims of each as of a row of `values`."""
    found: dict[str, NDArray[np.float64]] = {}
    for name, value in zip(names, values, strict=True):
        found[parent(name)] = found.get(parent(name), np.zeros_like(value)) + value
    return found


def pool_number(pool: Pool) -> str:
    """How the number of a pool is said: `3`, `12 FTE × 15`, `120 h a week`."""
    counts = sorted({pool.number if window.count is None else window.count for window in pool.rota} or {pool.number})
    words = {
        "count": f"{counts[0]:g}–{counts[-1]:g}" if len(counts) > 1 else f"{counts[0]:g}",
        "slots": f"{pool.number:g} FTE × {pool.slots_per_fte or 0:g}",
        "hours": f"{pool.number:g} h a week",
    }
    return words[pool.kind] + (f", {pool.teams} teams" if pool.teams > 1 else "")


def _by_class(network: Network, found: Loads) -> dict[str, NDArray[np.float64]]:
    return sums_by_parent(network.stages.names, found.joining * DAYS_PER_MONTH)


def _shares(stage: Stage, pathway: Pathway, coming: NDArray[np.float64]) -> dict[str, float]:
    """Chances of the ways on, weighted by how many of each class come; all classes alike where nobody does."""
    weights = coming if coming.sum() > 0 else np.ones(len(coming))
    weights = weights / weights.sum()
    shares: dict[str, float] = {}
    for name, weight in zip(pathway.classes, weights, strict=True):
        for to, chance in stage.routes_of(name).items():
            shares[to] = shares.get(to, 0.0) + float(weight) * chance
    return {to: share for to, share in shares.items() if share > 0}


def _ways(name: str, pathway: Pathway, coming: NDArray[np.float64]) -> Iterator[Way]:
    stage = pathway.stages[name]
    for to, share in _shares(stage, pathway, coming).items():
        if to in pathway.stages:
            yield Way(name, to, "routes", share, share * float(coming.sum()))
    others = {(to, how) for of_class in pathway.classes for to, how in _others(stage, of_class).items()}
    for to, how in sorted(others):
        if to in pathway.stages:
            yield Way(name, to, how, 0.0, 0.0)


def _others(stage: Stage, of_class: str) -> dict[str, Literal["gives_up", "full", "excluded"]]:
    found: dict[str, Literal["gives_up", "full", "excluded"]] = {}
    if stage.patience is not None and stage.needs:
        found[stage.gives_up] = "gives_up"
    if stage.room is not None and stage.needs:
        found.setdefault(stage.full, "full")
    if "excluded" in ways_on(stage, of_class).values():
        found.setdefault(stage.excluded, "excluded")
    return found


def _stage(name: str, stage: Stage, pathway: Pathway, coming: NDArray[np.float64]) -> DrawnStage:
    exits = [
        f"{_plain(to)} {percent(share)}"
        for to, share in _shares(stage, pathway, coming).items()
        if to not in pathway.stages
    ]
    others = {to: how for of_class in pathway.classes for to, how in _others(stage, of_class).items()}
    exits += [f"{_plain(to)} ({_HOW[how]})" for to, how in others.items() if to not in pathway.stages]
    means = [mean_of(time) for time in (stage.service.of(of_class) for of_class in pathway.classes) if time]
    low, high = span_words(min(means)), span_words(max(means))
    people = f" · {amount(float(coming.sum()))} a month" if coming.sum() > 0 else ""
    modes = f" · {', '.join(_plain(mode) for mode in stage.modes)}" if stage.modes else ""
    return DrawnStage(
        stage.title or _plain(name).capitalize(),
        (low if low == high else f"{low} to {high}") + people + modes,
        stage.needs,
        tuple(exits),
        tuple(_arriving(name, pathway)),
        stage.statutory,
        stage.outside,
    )


_HOW = {"gives_up": "gives up", "full": "no room", "excluded": "excluded"}


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _arriving(name: str, pathway: Pathway) -> Iterator[str]:
    for stream, given in pathway.arrivals.items():
        if given.stage == name:
            yield _plain(stream)
    back = pathway.re_referral
    if back and back.stage == name:
        yield f"back: {percent(back.chance)}"


def _pools(pathway: Pathway, network: Network, found: Loads) -> dict[str, DrawnPool]:
    work, duty = (sums_by_parent(network.pools.names, part) for part in (found.work, found.on_duty))
    return {
        name: DrawnPool(
            pool.title or _plain(name).capitalize(),
            pool_number(pool),
            f"{pool.hours_open:g} h a week" if pool.rota else "always open",
            float(work[name] / duty[name]) if duty[name] > 0 else float("nan"),
        )
        for name, pool in pathway.pools.items()
    }
