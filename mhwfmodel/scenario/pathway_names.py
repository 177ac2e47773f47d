"""Whether the pathway of a scenario has what its levers name: told at the line of the name, before anything is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mhwfmodel.errors import suggest
from mhwfmodel.levers import PolicyMinutes, kinds
from mhwfmodel.levers.on_pathway import Part, PathwayLever
from mhwfmodel.levers.own import kind_of
from mhwfmodel.scenario.pathways import PathwayUse
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path

if TYPE_CHECKING:
    from mhwfmodel.pathway import Pathway

__all__ = ["name_problems", "on_pathway"]

_WHAT: Mapping[Part, str] = {
    "stage": "a stage",
    "entry": "a stage to which people come from outside",
    "pool": "a pool",
    "caseload": "a pool with a caseload",
    "class": "a class of people",
    "way": "where a way on leads to",
}


def on_pathway(kind: object) -> bool:
    """Whether a word is that of a kind of lever that acts on the pathway."""
    return isinstance(kind, str) and kind in _kinds()


def name_problems(levers: Iterable[tuple[Path, Mapping[str, object]]], data: Mapping[str, object]) -> Iterator[Problem]:
    """Levers on the pathway that name what it does not have, or that have no pathway.

    Args:
        levers: Each lever as it is written, with its path.
        data: The scenario as plain data.
    """
    ours = [(path, lever, _kinds()[str(lever["kind"])]) for path, lever in levers if on_pathway(lever.get("kind"))]
    if not ours:
        return
    if data.get("pathway") is None:
        for path, lever, kind in ours:
            if kind is not PolicyMinutes:
                text = f"'{lever['kind']}' acts on the pathway of people, and this scenario has none"
                yield Problem(path, text, "add the line 'pathway: cmhf', or one of your own", alone=True)
        return
    pathway = _pathway(data["pathway"])
    if pathway is not None:
        for path, lever, kind in ours:
            yield from _of_lever(path, lever, kind, pathway)


@cache
def _kinds() -> Mapping[str, type[PathwayLever]]:
    return {kind_of(kind): kind for kind in kinds() if issubclass(kind, PathwayLever)}


def _pathway(use: object) -> Pathway | None:
    """The pathway of a scenario; None where it cannot be read, which others tell."""
    try:
        return PathwayUse.model_validate({"file": use} if isinstance(use, str) else use).pathway()
    except ValidationError:
        return None


def _of_lever(path: Path, lever: Mapping[str, object], kind: type[PathwayLever], pathway: Pathway) -> Iterator[Problem]:
    for field, part in kind.names.items():
        if part == "way" and str(lever.get("stage")) not in pathway.stages:
            continue
        allowed = _allowed(part, lever, pathway)
        for where, name, is_key in _written(field, lever.get(field, kind.model_fields[field].default)):
            if name not in allowed:
                text = f"is not {_WHAT[part]} in the pathway '{pathway.pathway}'"
                yield Problem((*path, *where), text, suggest(name, allowed), name, on_key=is_key)
    if "from_cap" in lever and kind.names.get("pools") == "caseload":
        yield from _caps(path, lever, pathway)


def _written(field: str, value: object) -> Iterator[tuple[Path, str, bool]]:
    """Names that a field holds, each with where it stands and whether it is a key."""
    if isinstance(value, str):
        yield (field,), value, False
    elif isinstance(value, Mapping):
        yield from (((field, str(name)), str(name), True) for name in value)
    elif isinstance(value, (list, tuple)):
        yield from (((field, at), name, False) for at, name in enumerate(value) if isinstance(name, str))


def _allowed(part: Part, lever: Mapping[str, object], pathway: Pathway) -> list[str]:
    """Names of the pathway that a field may hold."""
    if part == "way":
        stage = pathway.stages.get(str(lever.get("stage")))
        routes = [] if stage is None else [stage.routes_of(name) for name in pathway.classes]
        return list(dict.fromkeys(to for ways in routes for to, chance in ways.items() if chance > 0))
    found: dict[Part, Iterable[str]] = {
        "stage": pathway.stages,
        "entry": dict.fromkeys(stream.stage for stream in pathway.arrivals.values()),
        "pool": pathway.pools,
        "caseload": (name for name, pool in pathway.pools.items() if pool.kind == "slots"),
        "class": pathway.classes,
    }
    return list(found[part])


def _caps(path: Path, lever: Mapping[str, object], pathway: Pathway) -> Iterator[Problem]:
    """A cap that is changed and is not that of the pathway file."""
    cap, named = lever["from_cap"], [name for _, name, _ in _written("pools", lever.get("pools"))]
    pools = [pathway.pools[name] for name in named if name in pathway.pools]
    caps = {pool.slots_per_fte for pool in pools if pool.slots_per_fte is not None}
    if caps and caps != {cap} and isinstance(cap, (int, float)):
        told = ", ".join(f"{known:g}" for known in sorted(caps))
        remedy = f"write {told}" if len(caps) == 1 else "write one lever for each cap"
        yield Problem(
            (*path, "from_cap"), f"is not the cap of these pools in the pathway file ({told})", remedy, f"{cap}"
        )
