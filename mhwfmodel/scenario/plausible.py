"""Sizes of levers that may not be what was meant, and levers that reach the same posts in the same months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from mhwfmodel.catalogue import icbs
from mhwfmodel.levers import LeverBase, kinds
from mhwfmodel.scenario.caps import same_months
from mhwfmodel.scenario.scopes import codes_of, listed, reached_columns
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path

__all__ = ["LARGE", "large_changes", "overlaps", "whole_amounts", "whole_shares"]

LARGE = 0.5
"""A change of more than this, either way, is worth a second look."""

_AMOUNTS = {
    "most_posts": "posts",
    "most_pounds_per_year": "pounds a year",
    "people": "people",
    "people_per_month": "people a month",
    "people_per_year": "people a year",
    "places_per_month": "people a month",
    "posts": "posts",
    "pounds_per_year": "pounds a year",
    "trained_per_year": "trainees a year",
}
"""Fields that say how much over the whole scope, and of what."""
_MOST_COMPARED = 100
_ON = ("pipeline", "pools", "stage", "stages", "to_role")
"""What a lever acts on beside posts: levers on two courses do not meet."""
_TOGETHER = {
    "agency_cover": "each covers its share of what the other leaves vacant",
    "destination": "the one that is written last has the last word",
    "employer_closure": "they close independently of each other",
    "frozen_posts": "they multiply",
    "guaranteed_hours": "they multiply",
    "posts_conversion": "what one converts the other no longer can",
    "protected_learning": "they multiply",
    "supervision": "they add up",
    "training_at_work": "they multiply",
    "trauma_informed": "the other trains those whom one leaves untrained",
    "voluntary_funding_shock": "they multiply",
}
"""What happens when levers of these kinds meet; of others, changes multiply and amounts add up."""

_Placed = tuple[Path, Mapping[str, object]]


def whole_shares(path: Path, lever: Mapping[str, object]) -> Iterator[Problem]:
    """Changes written as a whole number of per cent where a share is read, as -10 for -10%."""
    for key, value in _changes(lever):
        if (isinstance(value, int) and abs(value) > 1) or value < -1 or (key == "change" and abs(value) > 10):
            text = f"'{value:g}' is read as a share, which makes {value * 100:+,.0f} %"
            yield Problem((*path, key), text, f"did you mean {value:g}%?", alone=True)


def large_changes(levers: Sequence[_Placed]) -> Iterator[tuple[Path, str]]:
    """Changes of more than a half."""
    for path, lever in levers:
        for key, value in _changes(lever):
            if abs(value) > LARGE:
                yield (*path, key), f"{value:+.0%} is a very large change; check that it is what you mean"


def whole_amounts(levers: Sequence[_Placed], run_icbs: object) -> Iterator[tuple[Path, str]]:
    """Amounts over the whole scope of levers that name no ICBs, in a run of some of England's boards."""
    run = codes_of(run_icbs)
    if not run or len(run) == len(icbs()):
        return
    there = "the one ICB" if len(run) == 1 else f"the {len(run)} ICBs"
    for path, lever in levers:
        if listed(_scope(lever), "icbs") or path[-1] == "lever":
            continue  # a lever that is tested in some sites is about those
        for key, value in lever.items():
            if key in _AMOUNTS and isinstance(value, (int, float)) and not isinstance(value, bool) and value:
                told = f"all {value:,.10g} {_AMOUNTS[key]} are for {there} of this run"
                yield (*path, key), f"{told}: a number of England's needs their part of it, or all of its ICBs"


def overlaps(levers: Sequence[_Placed], run_icbs: object) -> Iterator[tuple[Path, str]]:
    """Levers that reach some posts in the same months, and what then happens: of one kind, or of the same evidence."""
    known = {_kind_of(kind): kind for kind in kinds()}
    for (_, one), (path, two) in combinations(levers[:_MOST_COMPARED], 2):
        shared = _same_contrast(*(known.get(str(lever.get("kind"))) for lever in (one, two)))
        alike = one.get("kind") == two.get("kind") and _same_things(one, two)
        if not (alike or shared) or not same_months(one, two) or not _same_posts(one, two, run_icbs):
            continue
        name = one.get("name") or f"the {one.get('kind')} lever from {one.get('start')}"
        meets = f"it reaches posts that '{name}' reaches in the same months"
        if alike:
            yield path, f"{meets}: {_together(one, two)}"
        else:
            yield path, f"{meets}, and both rest on the same contrast ({shared}): what they bring may be counted twice"


def _changes(lever: Mapping[str, object]) -> Iterator[tuple[str, int | float]]:
    """Fields that say by how much something changes, with a number; shares of a whole are no changes."""
    for key, value in lever.items():
        a_change = key == "change" or key.endswith(("_change", "_growth"))
        if a_change and isinstance(value, (int, float)) and not isinstance(value, bool):
            yield key, value


def _kind_of(kind: type[LeverBase]) -> str:
    return str(kind.model_fields["kind"].default)


def _same_contrast(one: type[LeverBase] | None, two: type[LeverBase] | None) -> str:
    """Observed contrasts that two kinds both rest on; empty for one kind, or where evidence is no contrast."""
    if one is None or two is None or one is two or {one.grade, two.grade} != {"observational"}:
        return ""
    return ", ".join(figure for figure in one.source if figure in two.source)


def _together(one: Mapping[str, object], two: Mapping[str, object]) -> str:
    kind = str(one.get("kind"))
    if kind in _TOGETHER:
        return _TOGETHER[kind]
    scaled = [any(value for _, value in _changes(lever)) for lever in (one, two)]
    if all(scaled):
        return "they multiply"
    return "what is added comes before what is scaled" if any(scaled) else "they add up"


def _same_things(one: Mapping[str, object], two: Mapping[str, object]) -> bool:
    """Whether two levers of a kind act on the same course, or on some of the same stages; nothing named is all."""
    pairs = ((_names(one.get(key)), _names(two.get(key))) for key in _ON)
    return all(not mine or not theirs or mine & theirs for mine, theirs in pairs)


def _names(given: object) -> set[str]:
    return (
        {given} if isinstance(given, str) else {str(item) for item in given} if isinstance(given, Sequence) else set()
    )


def _same_posts(one: Mapping[str, object], two: Mapping[str, object], run_icbs: object) -> bool:
    scopes = [_scope(lever) for lever in (one, two)]
    places = [set(codes_of(listed(scope, "icbs") or run_icbs)) for scope in scopes]
    posts = [set(reached_columns(scope)) for scope in scopes]
    bands = [set(listed(lever, "experience")) for lever in (one, two)]
    return bool(places[0] & places[1] and posts[0] & posts[1]) and (not all(bands) or bool(bands[0] & bands[1]))


def _scope(lever: Mapping[str, object]) -> Mapping[str, object]:
    scope = lever.get("scope")
    return scope if isinstance(scope, Mapping) else {}
