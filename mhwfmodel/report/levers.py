"""What a scenario changes, told in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from typing import Any

from pydantic.fields import FieldInfo

from mhwfmodel import catalogue
from mhwfmodel.levers import Change, kinds
from mhwfmodel.report.wording import month_name, per_cent
from mhwfmodel.scenario.jsonschema import takes

__all__ = ["LeverLine", "costs", "lever_lines"]

_COMMON = {"kind", "name", "start", "end", "ramp_months", "scope", "cost", "cost_per_year"}
_GRADES = {
    "causal": "studies of cause",
    "observational": "an observed contrast",
    "assumed": "an assumption",
    "decision": "a decision",
    "none": "no evidence: no effect beyond what it takes or gives, unless the plan says one",
}
_UNIT = re.compile(r"\[([^\]]+)\]$")
_SHARE = 5
"""Numbers below this are taken for shares in a lever of the user's own, whose fields are not known here."""
_EVERYONE = "all social care employers"


@dataclass(frozen=True, slots=True)
class LeverLine:
    """One lever: its kind and name, when it works, whom it reaches, what it sets, what that rests on, and its cost."""

    kind: str
    name: str
    when: str
    reach: str
    sets: str
    cost: str = ""
    rests_on: str = ""

    @property
    def told(self) -> str:
        """Its name, with its kind where the name is the plan's own."""
        return f"{self.name} ({self.kind})" if self.name else self.kind


def lever_lines(
    levers: Iterable[Mapping[str, Any]], described: Sequence[Mapping[str, Any]] = ()
) -> tuple[LeverLine, ...]:
    """Tell the levers of a resolved scenario.

    Args:
        levers: As the scenario has them.
        described: The same as the manifest describes them, for what their sizes rest on.
    """
    nothing: Mapping[str, Any] = {}
    return tuple(
        LeverLine(
            kind=str(lever["kind"]).replace("_", " "),
            name=str(lever.get("name") or ""),
            when=_when(lever),
            reach=_reach(lever.get("scope") or {}),
            sets=_sets(lever),
            cost=_cost(lever.get("cost_per_year")),
            rests_on=_GRADES.get(str(more.get("grade")), ""),
        )
        for lever, more in zip(levers, chain(described, repeat(nothing)), strict=False)
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
    fields = _fields().get(str(lever.get("kind")), {})
    told = (_setting(key, value, fields.get(key)) for key, value in lever.items() if key not in _COMMON)
    return "; ".join(text for text in told if text)


@cache
def _fields() -> Mapping[str, Mapping[str, FieldInfo]]:
    """The fields of every kind that ships, which say what is a share and in which unit a number is."""
    return {str(kind.model_fields["kind"].default): kind.model_fields for kind in kinds()}


def _setting(key: str, value: object, field: FieldInfo | None) -> str:
    """One field of a lever in words; a list that is empty limits nothing, and nothing is said of what does nothing."""
    name = key.replace("_", " ")
    if value is None or (
        not value and field is not None and field.default == value and isinstance(value, (int, float))
    ):
        return ""
    if isinstance(value, Mapping):
        return f"{name}: {str(value.get('kind', '')).replace('_', ' ')}, {_sets(value)}"
    if isinstance(value, list | tuple) and not value:
        return f"any {name}"
    return f"{name} {_value(name, value, field, signed=key.endswith(('change', 'growth')))}"


def _value(name: str, value: object, field: FieldInfo | None, *, signed: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(name, float(value), field, signed=signed)
    if isinstance(value, list | tuple):
        return ", ".join(str(item).replace("_", " ") for item in value)
    return str(value).replace("_", " ")


def _number(name: str, value: float, field: FieldInfo | None, *, signed: bool) -> str:
    """A share in per cent, any other number as the plan gives it, with its unit; of an unknown kind, a guess."""
    if takes(field, Change) if field is not None else abs(value) < _SHARE:
        return f"{'+' if signed and value > 0 else ''}{per_cent(value)}"
    unit = _UNIT.search((field.description or "") if field is not None else "")
    return f"{value:,.10g}" + (f" {unit[1]}" if unit and unit[1] != name else "")
