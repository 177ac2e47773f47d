"""Sizes of levers that may not be what was meant, and levers that reach the same posts in the same months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from mhwfmodel.scenario.scopes import codes_of, listed, reached_columns
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path

__all__ = ["LARGE", "large_changes", "overlaps", "whole_shares"]

LARGE = 0.5
"""A change of more than this, either way, is worth a second look."""

_CHANGES = ("leaving_change", "time_to_fill_change", "change")
_AMOUNTS = ("posts", "places_per_month", "people_per_year")
_MOST_COMPARED = 100
_NEVER = "9999-12"

_Placed = tuple[Path, Mapping[str, object]]


def whole_shares(path: Path, lever: Mapping[str, object]) -> Iterator[Problem]:
    """Changes written as a whole number of per cent where a share is read, as -10 for -10%."""
    for key in _CHANGES:
        value = lever.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if (isinstance(value, int) and abs(value) > 1) or value < -1 or (key == "change" and abs(value) > 10):
            text = f"'{value:g}' is read as a share, which makes {value * 100:+,.0f} %"
            yield Problem((*path, key), text, f"did you mean {value:g}%?", alone=True)


def large_changes(levers: Sequence[_Placed]) -> Iterator[tuple[Path, str]]:
    """Changes of more than a half."""
    for path, lever in levers:
        for key in _CHANGES:
            value = lever.get(key)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) > LARGE:
                yield (*path, key), f"{value:+.0%} is a very large change; check that it is what you mean"


def overlaps(levers: Sequence[_Placed], run_icbs: object) -> Iterator[tuple[Path, str]]:
    """Levers of one kind that reach some posts in the same months, and what then happens."""
    for (_, one), (path, two) in combinations(levers[:_MOST_COMPARED], 2):
        if one.get("kind") == two.get("kind") and _same_months(one, two) and _same_posts(one, two, run_icbs):
            name = one.get("name") or f"the {one.get('kind')} lever from {one.get('start')}"
            yield path, f"it reaches posts that '{name}' reaches in the same months: {_together(one, two)}"


def _together(one: Mapping[str, object], two: Mapping[str, object]) -> str:
    scaled = [bool({*_CHANGES} & {key for key, value in lever.items() if value}) for lever in (one, two)]
    added = [bool({*_AMOUNTS} & {key for key, value in lever.items() if value}) for lever in (one, two)]
    if all(scaled):
        return "they multiply"
    return "they add up" if all(added) else "what is added comes before what is scaled"


def _same_months(one: Mapping[str, object], two: Mapping[str, object]) -> bool:
    return str(one["start"]) < str(two.get("end") or _NEVER) and str(two["start"]) < str(one.get("end") or _NEVER)


def _same_posts(one: Mapping[str, object], two: Mapping[str, object], run_icbs: object) -> bool:
    scopes = [_scope(lever) for lever in (one, two)]
    places = [set(codes_of(listed(scope, "icbs") or run_icbs)) for scope in scopes]
    posts = [set(reached_columns(scope)) for scope in scopes]
    bands = [set(listed(lever, "experience")) for lever in (one, two)]
    return bool(places[0] & places[1] and posts[0] & posts[1]) and (not all(bands) or bool(bands[0] & bands[1]))


def _scope(lever: Mapping[str, object]) -> Mapping[str, object]:
    scope = lever.get("scope")
    return scope if isinstance(scope, Mapping) else {}
