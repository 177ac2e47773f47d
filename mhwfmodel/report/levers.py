"""What a scenario changes, told in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeGuard

from mhwfmodel import catalogue
from mhwfmodel.levers import LeverBase
from mhwfmodel.levers.on_pathway import PathwayLever
from mhwfmodel.report.lever_fields import Titles, in_words, kind_named, settings
from mhwfmodel.report.wording import month_name, per_cent

if TYPE_CHECKING:
    from mhwfmodel.results import Result

__all__ = [
    "LeverLine",
    "cost_of",
    "costs",
    "counted",
    "lever_lines",
    "payer_of",
    "titles_of",
    "within",
]

_GRADES = {
    "causal": "studies of cause",
    "observational": "an observed contrast",
    "assumed": "an assumption",
    "decision": "a decision",
    "none": "no evidence: no effect beyond what it takes or gives, unless the plan says one",
}
_EVERYONE = "all social care employers"
_SITES = "test_sites"
_WHERE = {
    "stages": ("stage", "stage"),
    "stage": ("stage", "stage"),
    "pools": ("pool", "pool"),
    "of_class": ("of_class", "class"),
}
"""Fields of a lever that say where on the pathway it acts, to what they name and what that is called."""
_COUNTED = {
    "agency_cover": "what it costs is counted as agency cover, under employers",
    "funding_stream": (
        "what the staff in its posts cost is counted as staff, under their employers, less what the stream gives them;"
        " who gives the money pays all of it"
    ),
}
"""Kinds of lever whose cost is among the other costs of a run, and where."""


@dataclass(frozen=True, slots=True)
class LeverLine:
    """One lever: its kind and name, when it works, whom it reaches, what it sets, what that rests on, and its cost.

    `counted` says where among a run's other costs its cost is; empty where it is not.
    """

    kind: str
    name: str
    when: str
    reach: str
    sets: str
    cost: str = ""
    rests_on: str = ""
    counted: str = ""

    @property
    def told(self) -> str:
        """Its name, with its kind where the name is the plan's own."""
        return f"{self.name} ({self.kind})" if self.name else self.kind


def lever_lines(
    levers: Iterable[Mapping[str, Any]],
    described: Sequence[Mapping[str, Any]] = (),
    titles: Mapping[str, Titles] | None = None,
) -> tuple[LeverLine, ...]:
    """Tell the levers of a resolved scenario.

    Args:
        levers: As the scenario has them.
        described: The same as the manifest describes them, for what their sizes rest on.
        titles: Of `titles_of`; codes of a pathway stand for themselves when left out.
    """
    nothing: Mapping[str, Any] = {}
    known = {} if titles is None else titles
    return tuple(
        LeverLine(
            kind=str(lever["kind"]).replace("_", " "),
            name=str(lever.get("name") or ""),
            when=_when(lever),
            reach=_reach(lever, known),
            sets=_sets(lever, known),
            cost=_cost(cost_of(lever)) + (", in the sites" if _is_test(lever) and cost_of(lever) is not None else ""),
            rests_on=_GRADES.get(str(more.get("grade")), ""),
            counted=counted(lever),
        )
        for lever, more in zip(levers, chain(described, repeat(nothing)), strict=False)
    )


def titles_of(result: Result) -> dict[str, Titles]:
    """Names for people of the stages, pools and classes of a run's pathway; nothing where it has none."""
    if not result.has_pathway:
        return {}
    data = result.pathway
    return {
        dim: dict(zip(map(str, data[dim].values), map(str, data[f"{dim}_name"].values), strict=True))
        for dim in ("stage", "pool", "of_class")
    }


def within(lever: Mapping[str, Any]) -> Mapping[str, Any]:
    """The lever itself, or the one that it tests in some sites."""
    inside: Mapping[str, Any] = lever["lever"] if _is_test(lever) else lever
    return inside


def _is_test(lever: Mapping[str, Any]) -> bool:
    return lever.get("kind") == _SITES and isinstance(lever.get("lever"), Mapping)


def payer_of(described: Mapping[str, Any]) -> str:
    """Who pays for a lever, of one that tests another in sites that other's payer; empty where nobody is named.

    Args:
        described: The lever as a manifest describes it.
    """
    return str((described.get("tests") or described).get("payer") or "")


def cost_of(lever: Mapping[str, Any]) -> float | None:
    """The cost that a plan states [GBP/year]: of a lever that is tested, in its sites. None where it states none."""
    cost = within(lever).get("cost_per_year")
    return None if cost is None else float(cost)


def counted(lever: Mapping[str, Any]) -> str:
    """Where among the other costs of a run the cost of a lever is counted, in words; empty where it is not."""
    return _COUNTED.get(str(within(lever)["kind"]), "")


def costs(levers: Iterable[Mapping[str, Any]]) -> str:
    """The sum of the costs that a plan gives, in words; nothing where it gives none."""
    given = [cost_of(lever) for lever in levers]
    known = [cost for cost in given if cost is not None]
    if not known:
        return ""
    without = len(given) - len(known)
    return _cost(sum(known)) + (f" ({without} without a cost are not in it)" if without else "")


def _cost(pounds: float | None) -> str:
    return "" if pounds is None else f"£{pounds:,.0f} a year in full effect, prices of 2024/25"


def _when(lever: Mapping[str, Any]) -> str:
    told = f"from {month_name(lever['start'])}" if lever.get("start") else "from the first month"
    if lever.get("end"):
        told += f" to {month_name(lever['end'])}"
    months = int(lever.get("ramp_months") or 0)
    return told + (f", in full after {months} months" if months else "")


def _reach(lever: Mapping[str, Any], titles: Mapping[str, Titles]) -> str:
    """Whom a lever reaches: stages and places of the pathway, or employers and roles; and in which ICBs."""
    if _is_test(lever):
        return _reach_of_test(lever, titles)
    kind = kind_named(lever["kind"])
    scope = lever.get("scope") or {}
    if _on_pathway(kind):
        parts = [_part(key, lever[key], titles) for key in _reached(kind) if lever.get(key)]
        return "; ".join((*parts, _boards(scope.get("icbs"))))
    return _employers(scope)


def _reach_of_test(lever: Mapping[str, Any], titles: Mapping[str, Titles]) -> str:
    """The sites, what comes elsewhere, and whom the lever that is tested reaches there."""
    inside = dict(within(lever))
    scope = inside.get("scope") or {}
    later = "nowhere else"
    if lever.get("scale_from"):
        months = int(lever.get("scale_months") or 0)
        full = f", in full after {months} months" if months else ""
        limits = f" in {_boards(scope['icbs'])}" if scope.get("icbs") else ""
        share = per_cent(float(lever.get("fidelity") or 0.0))
        later = f"elsewhere{limits} {share} of it from {month_name(lever['scale_from'])}{full}"
    inside["scope"] = {**scope, "icbs": lever["sites"]}
    return f"sites: {_reach(inside, titles)}; {later}"


def _reached(kind: type[LeverBase] | None) -> tuple[str, ...]:
    """Fields that say where on the pathway a lever acts; names that go with a size are not among them."""
    return tuple(field for field in kind.names if field in _WHERE) if _on_pathway(kind) else ()


def _on_pathway(kind: type[LeverBase] | None) -> TypeGuard[type[PathwayLever]]:
    return kind is not None and issubclass(kind, PathwayLever)


def _part(field: str, value: Any, titles: Mapping[str, Titles]) -> str:
    """Stages, pools or a class, by name."""
    dim, word = _WHERE[field]
    listed = [value] if isinstance(value, str) else list(value)
    named = ", ".join(in_words(code, titles.get(dim, {})) for code in listed)
    return f"{word}{'s' if len(listed) > 1 else ''} {named}"


def _boards(codes: Any) -> str:
    names = {item.code: item.short_name for item in catalogue.icbs()}
    return ", ".join(names.get(code, str(code)) for code in codes) if codes else "all ICBs with the pathway"


def _employers(scope: Mapping[str, Any]) -> str:
    names = {item.code: item.name for item in catalogue.sectors()}
    names |= {item.code: item.name for item in catalogue.roles()}
    names |= {item.code: item.short_name for item in catalogue.icbs()}
    parts = []
    for key in ("icbs", "sectors", "roles"):
        listed = scope.get(key)
        if listed and listed != "all":
            parts.append(", ".join(names.get(code, str(code)) for code in listed))
        elif key == "sectors":
            parts.append(_EVERYONE)
    strand = scope.get("strand")
    if strand and strand != "overall":
        parts.append(f"{strand} posts")
    return "; ".join(parts)


def _sets(lever: Mapping[str, Any], titles: Mapping[str, Titles]) -> str:
    """What a lever sets beside whom it reaches; of one that is tested in sites, what that one sets."""
    if _is_test(lever):
        inside = within(lever)
        return f"{str(inside['kind']).replace('_', ' ')}: {_sets(inside, titles)}"
    kind = kind_named(lever["kind"])
    known = {**titles.get("stage", {}), **titles.get("of_class", {})} if _on_pathway(kind) else {}
    return settings(lever, _reached(kind), known)
