"""Whether levers that change a pathway find in it what they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mhwfmodel.errors import Fault, suggest
from mhwfmodel.levers.effects import PathwayAdded, PathwayRoutes, PathwayScaled

if TYPE_CHECKING:
    from mhwfmodel.levers import Effect, LeverBase
    from mhwfmodel.levers.base import Context
    from mhwfmodel.pathway import Pathway

__all__ = ["pathway_faults"]

OfPathway = PathwayAdded | PathwayScaled | PathwayRoutes
_WHAT = {"arrivals": "stage", "work": "stage", "servers": "pool"}


def pathway_faults(
    levers: Sequence[LeverBase], context: Context, pathway: Pathway | None, icbs: Sequence[str]
) -> tuple[Fault, ...]:
    """Everything that keeps levers from changing the pathway of a run.

    Args:
        levers: The scenario's levers, in its order.
        context: What a lever may ask of the run.
        pathway: The pathway of the run; None where it has none.
        icbs: ONS codes of the boards that run it.
    """
    return tuple(
        fault
        for number, lever in enumerate(levers)
        for fault in _of_lever(f"levers[{number}]", lever, lever.effects(context), pathway, icbs)
    )


def _of_lever(
    where: str, lever: LeverBase, effects: Sequence[Effect], pathway: Pathway | None, icbs: Sequence[str]
) -> Iterator[Fault]:
    ours = [effect for effect in effects if isinstance(effect, OfPathway)]
    if pathway is None:
        if ours and len(ours) == len(effects):
            kind = getattr(lever, "kind", type(lever).__name__)
            problem = f"a {kind} lever changes the pathway of people, and this run has none"
            yield Fault(where, problem, "add 'pathway: cmhf' to the scenario")
        return
    found = (fault for effect in ours for fault in _of_effect(where, effect, pathway, icbs))
    yield from dict.fromkeys(found)


def _of_effect(where: str, effect: OfPathway, pathway: Pathway, icbs: Sequence[str]) -> Iterator[Fault]:
    if effect.icbs and not set(effect.icbs) & set(icbs):
        problem = "this lever acts in boards that do not run the pathway"
        yield Fault(where, problem, "name boards of the run, or of 'icbs' under 'pathway'")
    yield from _of_way(where, effect, pathway) if isinstance(effect, PathwayRoutes) else _scaled(where, effect, pathway)


def _scaled(where: str, effect: PathwayScaled | PathwayAdded, pathway: Pathway) -> Iterator[Fault]:
    changed = effect.what if isinstance(effect, PathwayScaled) else "arrivals"
    what = _WHAT[changed]
    known = list(pathway.pools if what == "pool" else pathway.stages)
    for name in effect.names:
        if name not in known:
            yield Fault(where, f"'{name}' is no {what} of the pathway '{pathway.pathway}'", suggest(name, known))
        elif changed == "arrivals" and name not in _entries(pathway):
            problem = f"nobody comes from outside to '{name}' in the pathway '{pathway.pathway}'"
            yield Fault(where, problem, f"people come to {', '.join(_entries(pathway))}")
    if changed == "arrivals":
        timed = [name for name, stream in pathway.arrivals.items()
                 if stream.times and (not effect.names or stream.stage in effect.names)]  # fmt: skip
        for name in timed:
            yield Fault(where, f"those of '{name}' come at given times, which no factor changes", "give it a rate")
    if effect.only_class and effect.only_class not in pathway.classes:
        problem = f"'{effect.only_class}' is no class of the pathway '{pathway.pathway}'"
        yield Fault(where, problem, suggest(effect.only_class, list(pathway.classes)))


def _of_way(where: str, effect: PathwayRoutes, pathway: Pathway) -> Iterator[Fault]:
    if effect.stage not in pathway.stages:
        problem = f"'{effect.stage}' is no stage of the pathway '{pathway.pathway}'"
        yield Fault(where, problem, suggest(effect.stage, list(pathway.stages)))
        return
    stage = pathway.stages[effect.stage]
    ways = [stage.routes_of(name) for name in pathway.classes]
    to = list(dict.fromkeys(name for way in ways for name, chance in way.items() if chance > 0.0))
    if effect.to not in to:
        problem = f"no way leads from '{effect.stage}' to '{effect.to}'"
        yield Fault(where, problem, suggest(effect.to, to))
    elif len(to) == 1:
        problem = f"'{effect.to}' is the only way on from '{effect.stage}', so that no other can take what it leaves"
        yield Fault(where, problem, "change a stage that has several ways on")


def _entries(pathway: Pathway) -> list[str]:
    return list(dict.fromkeys(stream.stage for stream in pathway.arrivals.values()))
