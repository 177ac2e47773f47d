"""Each lever as one plain sentence, so that a planner sees what was understood before anything is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mhwfmodel.catalogue import icbs, sectors
from mhwfmodel.levers import LeverBase, Scope
from mhwfmodel.units import add_months

__all__ = ["lever_sentence"]

_MOST_NAMES = 4
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_BANDS = {
    "under_1": "under 1 year",
    "1_to_3": "1 to 3 years",
    "3_to_10": "3 to 10 years",
    "10_plus": "10 years or more",
}
_COMMON = frozenset({*LeverBase.model_fields, "kind"})


def lever_sentence(lever: Any) -> str:
    """Say what a lever does, when, for whom and where.

    Args:
        lever: A lever of a scenario.

    Returns:
        Such as `retention: 10.0 % fewer people leave from 2025-04 (in full from 2026-03), private and voluntary
        employers, all ICBs of the run`.
    """
    title = f"{lever.kind} ('{lever.name}')" if lever.name else str(lever.kind)
    tell = _TELLERS.get(lever.kind, _fields)
    return f"{title}: {tell(lever)} {_when(lever)}, {_whom(lever.scope)}, {_where(lever.scope)}"


def _retention(lever: Any) -> str:
    bands = f" with {_and([_BANDS[band] for band in lever.experience])} in post" if lever.experience else ""
    return f"{_change(lever.leaving_change, 'more', 'fewer')} people{bands} leave"


def _funded_posts(lever: Any) -> str:
    if lever.posts is not None:
        return f"{abs(lever.posts):,g} {'more' if lever.posts >= 0 else 'fewer'} funded posts"
    return f"{_change(lever.change, 'more', 'fewer')} funded posts"


def _recruitment(lever: Any) -> str:
    parts = []
    if lever.time_to_fill_change:
        parts.append(f"vacancies stay open {_change(lever.time_to_fill_change, 'longer', 'shorter')}")
    if lever.places_per_month:
        parts.append(f"{lever.places_per_month:,g} people a month are offered ({_words(lever.recruit_source)})")
    return " and ".join(parts) or "nothing changes"


def _pay(lever: Any) -> str:
    return f"pay is {_change(lever.change, 'higher', 'lower')} in real terms"


def _training(lever: Any) -> str:
    arrive = _and([_MONTHS[month - 1] for month in sorted(set(lever.completion_months))])
    return f"{lever.people_per_year:,g} newly qualified people a year arrive in {arrive}"


def _closure(lever: Any) -> str:
    lost = (
        "and their posts are lost"
        if lever.posts_lost == 1
        else f"and {_share(lever.posts_lost)} of their posts are lost"
    )
    return f"the employers of {_share(lever.closing)} of staff close {lost}"


def _fields(lever: Any) -> str:
    own = {name: getattr(lever, name) for name in type(lever).model_fields if name not in _COMMON}
    return ", ".join(f"{_words(name)} {value}" for name, value in own.items())


_TELLERS: dict[str, Callable[[Any], str]] = {
    "retention": _retention,
    "funded_posts": _funded_posts,
    "recruitment": _recruitment,
    "pay": _pay,
    "training_inflow": _training,
    "employer_closure": _closure,
}


def _share(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _change(share: float, more: str, fewer: str) -> str:
    return f"{abs(share):.1%} {more if share >= 0 else fewer}".replace("%", " %", 1)


def _when(lever: LeverBase) -> str:
    full = f" (in full from {add_months(lever.start, lever.ramp_months - 1)})" if lever.ramp_months > 1 else ""
    last = f" to {add_months(lever.end, -1)}" if lever.end else ""
    return f"from {lever.start}{last}{full}"


def _whom(scope: Scope) -> str:
    names = {sector.code: "NHS" if sector.population == "nhs" else _words(sector.code) for sector in sectors()}
    who = f"{_and([names[code] for code in scope.sectors])} employers" if scope.sectors else "all social care employers"
    roles = f", {_and([_words(code) for code in scope.roles])}" if scope.roles else ""
    return f"{who}{roles}" + ("" if scope.strand == "overall" else f", {scope.strand} posts only")


def _where(scope: Scope) -> str:
    if not scope.icbs:
        return "all ICBs of the run"
    names = [icb.short_name for icb in icbs() if icb.code in scope.icbs]
    if len(names) <= _MOST_NAMES:
        return "; ".join(names)
    return "; ".join(names[:_MOST_NAMES]) + f" and {len(names) - _MOST_NAMES} more ICBs"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _words(code: str) -> str:
    return code.replace("_", " ")
