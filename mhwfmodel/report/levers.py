"""What a scenario changes, told in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mhwfmodel import catalogue
from mhwfmodel.report.wording import month_name, people, per_cent

__all__ = ["LeverLine", "costs", "lever_lines"]

_COMMON = {"kind", "name", "start", "end", "ramp_months", "scope", "cost", "cost_per_year"}
_EVERYONE = "all social care employers"


@dataclass(frozen=True, slots=True)
class LeverLine:
    """One lever: its kind and name, when it works, whom it reaches, what it sets and its cost where one is given."""

    kind: str
    name: str
    when: str
    reach: str
    sets: str
    cost: str = ""

    @property
    def told(self) -> str:
        """Its name, with its kind where the name is the plan's own."""
        return f"{self.name} ({self.kind})" if self.name else self.kind


def lever_lines(levers: Iterable[Mapping[str, Any]]) -> tuple[LeverLine, ...]:
    """Tell the levers of a resolved scenario."""
    return tuple(
        LeverLine(
            kind=str(lever["kind"]).replace("_", " "),
            name=str(lever.get("name") or ""),
            when=_when(lever),
            reach=_reach(lever.get("scope") or {}),
            sets=_sets(lever),
            cost=_cost(lever.get("cost_per_year")),
        )
        for lever in levers
    )


def costs(levers: Iterable[Mapping[str, Any]]) -> str:
    """The sum of the costs that a plan gives, in words; nothing where it gives none."""
    given = [lever.get("cost_per_year") for lever in levers]
    known = [float(cost) for cost in given if cost is not None]
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


def _reach(scope: Mapping[str, Any]) -> str:
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


def _sets(lever: Mapping[str, Any]) -> str:
    return "; ".join(_setting(key, value) for key, value in lever.items() if key not in _COMMON and value is not None)


def _setting(key: str, value: object) -> str:
    """One field of a lever in words; a list that is empty limits nothing."""
    name = key.replace("_", " ")
    if isinstance(value, list | tuple) and not value:
        return f"any {name}"
    return f"{name} {_value(value, signed=key.endswith('change'))}"


def _value(value: object, *, signed: bool) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{'+' if signed and value > 0 else ''}{per_cent(value)}" if abs(value) < 5 else people(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(item).replace("_", " ") for item in value)
    return str(value).replace("_", " ")
