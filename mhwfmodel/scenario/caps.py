"""Two caps on the caseload of one pool at one time: only one can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from mhwfmodel.scenario.scopes import codes_of, listed
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path, join

__all__ = ["cap_problems", "same_months"]

_KIND = "caseload_cap"
_MOST_COMPARED = 100
_NEVER = "9999-12"

_Placed = tuple[Path, Mapping[str, object]]


def cap_problems(levers: Sequence[_Placed], run_icbs: object) -> Iterator[Problem]:
    """Levers that set a second cap on a pool while another lever's holds, in boards that both reach.

    Both are said of the cap of the pathway file, so that together they would set neither.

    Args:
        levers: Each lever where it acts, with its path.
        run_icbs: The `icbs` of the run as they are written.
    """
    caps = [(path, lever) for path, lever in levers if lever.get("kind") == _KIND][:_MOST_COMPARED]
    for (earlier, one), (path, two) in combinations(caps, 2):
        pools = [name for name in listed(two, "pools") if name in listed(one, "pools")]
        if pools and same_months(one, two) and _boards(one, run_icbs) & _boards(two, run_icbs):
            text = (
                f"sets the cap of {', '.join(pools)} to {_cap(two)} from {two.get('start')},"
                f" while {join(earlier)} sets it to {_cap(one)} {_when(one)}"
            )
            yield Problem(
                (*path, "pools"), text, "end the one before the other starts, or keep one of them", alone=True
            )


def same_months(one: Mapping[str, object], two: Mapping[str, object]) -> bool:
    """Whether two levers act in some of the same months."""
    return str(one.get("start", "")) < str(two.get("end") or _NEVER) and str(two.get("start", "")) < str(
        one.get("end") or _NEVER
    )


def _boards(lever: Mapping[str, object], run_icbs: object) -> set[str]:
    scope = lever.get("scope")
    named = listed(scope, "icbs") if isinstance(scope, Mapping) else ()
    return set(codes_of(named or run_icbs))


def _cap(lever: Mapping[str, object]) -> str:
    cap = lever.get("to_cap")
    return f"{cap:g}" if isinstance(cap, (int, float)) else str(cap)


def _when(lever: Mapping[str, object]) -> str:
    return f"from {lever.get('start')}" + (f" until {lever['end']}" if lever.get("end") else " on")
