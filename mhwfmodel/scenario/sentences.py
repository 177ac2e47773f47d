"""Each lever as one plain sentence, so that a planner sees what was understood before anything is run."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from mhwfmodel.catalogue import icbs, sectors
from mhwfmodel.levers import Change, LeverBase, Scope
from mhwfmodel.levers.on_pathway import PathwayLever
from mhwfmodel.scenario.jsonschema import takes
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
_KIND = frozenset({"kind"})
_COMMON = _KIND | frozenset(LeverBase.model_fields)
_SIGNED = ("change", "growth")


def lever_sentence(lever: Any) -> str:
    """Say what a lever does, when, for whom and where.

    Args:
        lever: A lever of a scenario.

    Returns:
        Such as `retention: 10.0 % fewer people leave from 2025-04 (in full from 2026-03), private and voluntary
        employers, all ICBs of the run`.
    """
    title = f"{lever.kind} ('{lever.name}')" if lever.name else str(lever.kind)
    return f"{title}: {_told(lever)}"


def _told(lever: Any) -> str:
    if lever.kind == "test_sites":
        return _test_sites(lever)
    tell = _TELLERS.get(lever.kind, _fields)
    whom = () if isinstance(lever, PathwayLever) else (_whom(lever.scope),)
    return ", ".join((f"{tell(lever)} {_when(lever)}", *whom, _where(lever.scope)))


def _test_sites(lever: Any) -> str:
    sites = lever.lever.model_copy(update={"scope": lever.lever.scope.model_copy(update={"icbs": lever.sites})})
    later = "never elsewhere"
    if lever.scale_from:
        full = _in_full(lever.scale_from, lever.scale_months)
        later = f"elsewhere {_per_cent(lever.fidelity)} of that from {lever.scale_from}{full}"
    return f"{lever.lever.kind}: {_told(sites)}; {later}"


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


def _fields(lever: Any, left_out: Container[str] = _COMMON) -> str:
    """What a lever sets, field by field; what is left as it is by default is not told."""
    fields = {name: field for name, field in type(lever).model_fields.items() if name not in left_out}
    told = [
        f"{_words(name)} {_value(getattr(lever, name), share=takes(field, Change), signed=name.endswith(_SIGNED))}"
        for name, field in fields.items()
        if field.is_required() or getattr(lever, name) != field.default
    ]
    return ", ".join(told) or "nothing changes"


def _value(value: object, *, share: bool = False, signed: bool = False) -> str:
    """A value in words: shares as per cent, lists and blocks by what is in them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _per_cent(float(value), signed=signed) if share else f"{value:,.10g}"
    if isinstance(value, BaseModel):
        kind = getattr(value, "kind", "")
        return f"{kind} ({_fields(value, _KIND)})" if kind else _fields(value, _KIND)
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(str(name))} {_value(part, share=share)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        parts = [_value(part, share=share) for part in value]
        return "; ".join(parts) if any(" " in part and "," in part for part in parts) else _and(parts)
    return _words(str(value))


def _per_cent(share: float, *, signed: bool = False) -> str:
    return f"{100 * share:{'+' if signed else ''}.4g} %"


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
    last = f" to {add_months(lever.end, -1)}" if lever.end else ""
    return f"from {lever.start}{last}{_in_full(lever.start, lever.ramp_months)}"


def _in_full(start: str, ramp: int) -> str:
    return f" (in full from {add_months(start, ramp - 1)})" if ramp > 1 else ""


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
