"""Test sites: a lever in some boards first, then in the others, with what is left of its effect there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import catalogue, units
from mhwfmodel.levers.base import Boards, Change, Context, Grade, Level, LeverBase, Month, Scope
from mhwfmodel.levers.own import AnyPlain
from mhwfmodel.levers.refusal import misfit
from mhwfmodel.levers.scaling import spending_times, times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers.effects import Effect
    from mhwfmodel.levers.spending import Spending

__all__ = ["TestSites"]

_OF_THE_LEVER = ("start", "end", "ramp_months")


@dataclass(frozen=True, slots=True)
class _Central:
    """A run of one month at central values, to see what a lever does before there is a run."""

    months: tuple[str, ...]
    icbs: tuple[str, ...]

    def parameter(self, name: str) -> NDArray[np.float64]:
        return np.array([catalogue.parameter(name).central])


class TestSites(LeverBase):
    """Another lever, tried in some boards and then taken to the other boards of the run.

    In the sites it acts in full, as it is written. Elsewhere it acts from `scale_from` on, with the part of its effect
    that is said (`fidelity`). Numbers of people, posts and pounds are those of the sites; elsewhere they are as many
    for each adult. Start, end and ramp are those of the lever, whose scope may hold sectors and roles, and the boards
    that the whole plan is about.
    """

    __test__: ClassVar[bool] = False
    owner: ClassVar[str] = "the sites, with who decides the lever that is tested"
    payer: ClassVar[str] = "as for the lever that is tested"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = (
        "as for the lever that is tested; none on how much of it is left elsewhere: nothing, unless the plan says more"
    )
    grade: ClassVar[Grade] = "none"
    own_size: ClassVar[tuple[str, ...]] = ("fidelity",)
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "what the lever that is tested moves, in the sites first"

    kind: Literal["test_sites"] = "test_sites"
    start: Month = Field(default="", description="Left out: that of the lever that is tested")
    lever: AnyPlain = Field(description="The lever that is tested, written as it would stand alone")
    sites: Boards = Field(min_length=1, description="ICBs in which it is tested, by ONS code, ODS code or name")
    scale_from: Month | None = Field(
        default=None, description="First month in which it acts elsewhere; never when left out"
    )
    scale_months: int = Field(default=0, ge=0, le=600, description="Months until it acts everywhere [months]")
    fidelity: Change = Field(
        default=0.0, ge=0, le=1, description="How much of its effect is left elsewhere, as 60% or 0.6"
    )

    @model_validator(mode="before")
    @classmethod
    def _dated_as_the_lever(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        inner = data.get("lever")
        dated = inner.model_dump() if isinstance(inner, LeverBase) else inner
        if not isinstance(dated, Mapping):
            return data
        return {name: dated[name] for name in _OF_THE_LEVER if dated.get(name) is not None} | dict(data)

    @model_validator(mode="after")
    def _fits(self) -> TestSites:
        limits = self.lever.scope.icbs
        outside = [code for code in self.sites if limits and code not in limits]
        effects = self.lever.effects(_Central((self.lever.start,), self.sites))
        everywhere = [type(item).__name__ for item in effects if not (hasattr(item, "scope") or hasattr(item, "icbs"))]
        dated = [name for name in _OF_THE_LEVER if getattr(self, name) != getattr(self.lever, name)]
        kind, begin, later = getattr(self.lever, "kind", ""), self.lever.start, self.scale_from
        rules = (
            (bool(everywhere), "lever", f"a {kind} lever acts in all England and cannot be tested in sites",
             "write it as a lever of its own"),
            (bool(dated), (*dated, "")[0], f"{', '.join(dated)} is that of the lever that is tested", "write it there"),
            (self.scope != Scope(), "scope", "the scope is that of the lever",
             "name the boards of the test in 'sites'"),
            (self.cost_per_year is not None, "cost_per_year", "the cost is that of the lever", "write it there"),
            (bool(outside), "sites", f"{', '.join(outside)} is a site, and not in the scope of the lever",
             "take it out of 'sites', or add it to 'icbs' of that scope"),
            (later is None and self.fidelity > 0, "fidelity",
             f"fidelity goes with scale_from, and {self.fidelity:g} is written without it",
             "add 'scale_from: …', the first month of the others"),
            (later is not None and units.month_index(later) < units.month_index(begin), "scale_from",
             f"'{later}' is before the test starts ({begin})", f"write {begin} or a later month"),
        )  # fmt: skip
        for broken, field, text, remedy in rules:
            if broken:
                raise misfit(field, text, remedy)
        return self

    @property
    def graded(self) -> Grade:
        """The grade of the lever that is tested; `assumed` where something of it is left elsewhere."""
        return "assumed" if self.fidelity > 0 else self.lever.graded

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Those of the lever in the sites, and a part of them elsewhere."""
        found = self._there(self.sites).effects(context)
        others, part = self._others(context), self._part(context)
        if not others or not part.any():
            return found
        amount = _adults(others) / _adults(self.sites)
        return (*found, *(times(effect, part, amount) for effect in self._there(others).effects(context)))

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """That of the lever in the sites, and a part of it elsewhere."""
        found = self._there(self.sites).spending(context)
        others, part = self._others(context), self._part(context)
        if not others or not part.any():
            return found
        amount = _adults(others) / _adults(self.sites)
        return (*found, *(spending_times(item, part, amount) for item in self._there(others).spending(context)))

    def _there(self, icbs: tuple[str, ...]) -> LeverBase:
        """The lever, in some boards only."""
        scope = self.lever.scope.model_copy(update={"icbs": icbs})
        return self.lever.model_copy(update={"scope": scope})

    def _others(self, context: Context) -> tuple[str, ...]:
        """Boards of the run to which it is taken after the test."""
        within = self.lever.scope.icbs or context.icbs
        return tuple(code for code in context.icbs if code in within and code not in self.sites)

    def _part(self, context: Context) -> NDArray[np.float64]:
        """How much of it acts elsewhere, 0 to 1, dims (month)."""
        if self.scale_from is None:
            return np.zeros(len(context.months))
        dated = self.model_copy(update={"start": self.scale_from, "ramp_months": self.scale_months, "end": None})
        return self.fidelity * dated.profile(context.months)


def _adults(icbs: tuple[str, ...]) -> float:
    """Adults who live in some boards [people]."""
    return float(sum(place.adults for place in catalogue.icbs() if place.code in icbs))
