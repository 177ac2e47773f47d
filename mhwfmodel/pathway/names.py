"""Whether names of a pathway file lead anywhere and its chances sum to 1; told also where other fields are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mhwfmodel.errors import suggest
from mhwfmodel.pathway.expand import BACK, ENTRY, OUTSIDE
from mhwfmodel.pathway.schema import DEFAULT_EXITS
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path

__all__ = ["NEARLY_ONE", "name_problems"]

NEARLY_ONE = 1e-6
"""How far from 1 chances may sum to."""

_ONLY_CLASS = "people"
_ALL = "all"


@dataclass(frozen=True, slots=True)
class _Known:
    """Names that a file defines."""

    classes: tuple[str, ...]
    pools: tuple[str, ...]
    stages: tuple[str, ...]
    exits: tuple[str, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        return (*self.stages, *self.exits)


def name_problems(data: Mapping[str, object], skills: Iterable[str]) -> Iterator[Problem]:
    """Names that are unknown or used twice, and chances that do not sum to 1.

    Args:
        data: The file as plain data. Values of a wrong type are passed over: the schema tells of them.
        skills: Skills that a pool may be staffed by; any when empty.
    """
    known = _Known(
        tuple(_block(data.get("classes"))) or (_ONLY_CLASS,),
        tuple(_block(data.get("pools"))),
        tuple(_block(data.get("stages"))),
        (*(name for name in _list(data.get("exits"))), *DEFAULT_EXITS),
    )
    yield from _own_names(data, known)
    yield from _staff(data, tuple(skills))
    for name, stream in _blocks(data, "arrivals"):
        yield from _stream(("arrivals", name), stream, known)
    for name, stage in _blocks(data, "stages"):
        yield from _stage(("stages", name), stage, known)
    yield from _returning(data, known)
    yield from _admission(data, known)
    for name, here in _blocks(data, "present"):
        yield from _present(("present", name), here, known)


def _block(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _blocks(data: Mapping[str, object], key: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    return ((name, value) for name, value in _block(data.get(key)).items() if isinstance(value, Mapping))


def _list(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []


def _own_names(data: Mapping[str, object], known: _Known) -> Iterator[Problem]:
    if _ALL in known.classes:
        text = "is what tables call all classes together"
        yield Problem(("classes", _ALL), text, "choose another name", _ALL, on_key=True)
    if OUTSIDE in known.stages:
        text = f"is the name of the stage in which those are who come back ({OUTSIDE})"
        yield Problem(("stages", OUTSIDE), text, "choose another name", OUTSIDE, on_key=True)
    exits = _list(data.get("exits"))
    for at, name in enumerate(exits):
        if name in known.stages:
            yield Problem(("exits", at), "is a stage as well as an exit", "take it out here, or rename one", name)
        elif name in exits[:at]:
            yield Problem(("exits", at), "is listed twice", "keep one of them", name)
    for key in ("stages", "arrivals"):
        yield from _numbers(data, key)


def _numbers(data: Mapping[str, object], key: str) -> Iterator[Problem]:
    numbers = {name: block.get("number") for name, block in _blocks(data, key)}
    written = [name for name, number in numbers.items() if number is not None]
    if written and len(written) < len(numbers):
        without = next(name for name in numbers if name not in written)
        text = f"other {key} have a number and this one has none"
        yield Problem((key, without), text, "number all of them, or none", alone=True)
    seen: dict[str, str] = {}
    for name in written:
        earlier = seen.setdefault(str(numbers[name]), name)
        if earlier != name:
            yield Problem(
                (key, name, "number"), f"is the number of '{earlier}' too", "give each its own", str(numbers[name])
            )


def _staff(data: Mapping[str, object], skills: tuple[str, ...]) -> Iterator[Problem]:
    for name, pool in _blocks(data, "pools"):
        skill = _block(pool.get("staff")).get("skill")
        if isinstance(skill, str) and skills and skill not in skills:
            text = "is not a skill that the workforce has"
            yield Problem(("pools", name, "staff", "skill"), text, suggest(skill, skills), skill)


def _one(path: Path, value: object, allowed: tuple[str, ...], what: str, *, on_key: bool = False) -> Iterator[Problem]:
    if isinstance(value, str) and value not in allowed:
        yield Problem(path, f"is not {what}", suggest(value, allowed) or "define it first", value, on_key=on_key)


def _keys(path: Path, value: object, allowed: tuple[str, ...], what: str) -> Iterator[Problem]:
    for name in _block(value):
        yield from _one((*path, name), name, allowed, what, on_key=True)


def _classes(path: Path, value: object, known: _Known) -> Iterator[Problem]:
    yield from _keys(path, value, known.classes, "a class of this pathway")


def _every_class(path: Path, value: object, known: _Known, what: str) -> Iterator[Problem]:
    """`by_class` blocks: known classes, and none left out."""
    if not isinstance(value, Mapping) or "by_class" not in value:
        return
    given = _block(value["by_class"])
    yield from _classes((*path, "by_class"), given, known)
    left_out = [name for name in known.classes if name not in given]
    if left_out:
        text = f"{what} of {', '.join(left_out)} is not said"
        yield Problem((*path, "by_class"), text, "write one for every class", alone=True)


_WAY = "a stage or an exit; exits are listed under 'exits'"


def _stream(path: Path, stream: Mapping[str, object], known: _Known) -> Iterator[Problem]:
    yield from _one((*path, "stage"), stream.get("stage"), known.stages, "a stage")
    yield from _classes((*path, "classes"), stream.get("classes"), known)
    yield from _one((*path, "class"), stream.get("class"), known.classes, "a class of this pathway")
    shares = _block(stream.get("classes"))
    if shares:
        yield from _sum((*path, "classes"), shares, "the shares of the classes")
    elif "class" not in stream and len(known.classes) > 1:
        text = "it is not said of which classes they are"
        yield Problem(path, text, f"add 'classes: {{{known.classes[0]}: 1}}' with their shares", alone=True)


def _sum(path: Path, shares: Mapping[str, object], what: str) -> Iterator[Problem]:
    numbers = [value for value in shares.values() if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) < len(shares):
        return
    total = sum(numbers)
    if abs(total - 1.0) > NEARLY_ONE:
        more = f"{abs(1.0 - total):.6g} {'are missing' if total < 1.0 else 'too many'}"
        remedy = "name where the rest go" if total < 1.0 else "make them smaller"
        yield Problem(path, f"{what} sum to {total:.10g}, not to 1: {more}", remedy, alone=True)


def _stage(path: Path, stage: Mapping[str, object], known: _Known) -> Iterator[Problem]:
    yield from _keys((*path, "needs"), stage.get("needs"), known.pools, "a pool")
    for key in ("service", "patience"):
        yield from _every_class((*path, key), stage.get(key), known, f"the {key}")
    for key in ("gives_up", "full", "excluded"):
        yield from _one((*path, key), stage.get(key), known.ways, _WAY)
    yield from _routes((*path, "routes"), stage.get("routes"), known)
    modes = _block(stage.get("modes"))
    if modes:
        shares = {name: _block(mode).get("share", 0.0) for name, mode in modes.items()}
        yield from _sum((*path, "modes"), shares, "the shares of the modes")
    for name, mode in _blocks(stage, "modes"):
        yield from _classes((*path, "modes", name, "excluded"), mode.get("excluded"), known)
        if name in {ENTRY, BACK}:
            yield Problem((*path, "modes", name), "cannot be the name of a mode", "choose another", name, on_key=True)


def _routes(path: Path, routes: object, known: _Known) -> Iterator[Problem]:
    yield from _every_class(path, routes, known, "the way on")
    given = _block(routes)
    tables = {(*path,): given}
    if "by_class" in given:
        tables = {(*path, "by_class", name): table for name, table in _blocks(given, "by_class")}
    for where, table in tables.items():
        yield from _keys(where, table, known.ways, _WAY)
        yield from _sum(where, table, "the chances of the ways on")


def _admission(data: Mapping[str, object], known: _Known) -> Iterator[Problem]:
    given, stages = _block(data.get("admission")), _block(data.get("stages"))
    yield from _one(("admission", "stage"), given.get("stage"), known.stages, "a stage")
    yield from _one(("admission", "to"), given.get("to"), known.ways, "a stage or an exit")
    wait_at = given.get("wait_at")
    yield from _one(("admission", "wait_at"), wait_at, known.stages, "a stage")
    if isinstance(wait_at, str) and wait_at in stages and not _block(_block(stages[wait_at]).get("needs")):
        text = "is a stage at which nobody waits: it needs no pool"
        yield Problem(("admission", "wait_at"), text, "name a stage that needs a pool", wait_at)


def _returning(data: Mapping[str, object], known: _Known) -> Iterator[Problem]:
    back = _block(data.get("re_referral"))
    after = back.get("after")
    listed: dict[Path, str] = {("re_referral", "after"): after} if isinstance(after, str) else {}
    listed.update({("re_referral", "after", at): name for at, name in enumerate(_list(after))})
    for path, name in listed.items():
        yield from _one(path, name, known.exits, "an exit")
    yield from _one(("re_referral", "stage"), back.get("stage"), known.stages, "a stage")
    yield from _every_class(("re_referral", "delay"), back.get("delay"), known, "the delay")


def _present(path: Path, here: Mapping[str, object], known: _Known) -> Iterator[Problem]:
    yield from _one(path, path[-1], known.stages, "a stage", on_key=True)
    for key in ("waiting", "in_work"):
        yield from _classes((*path, key), here.get(key), known)
    for key in ("age", "before"):
        yield from _every_class((*path, key), here.get(key), known, f"'{key}'")
