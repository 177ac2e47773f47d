"""Demand shocks: more (or fewer) people come, for a while or for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from mhwfmodel import units
from mhwfmodel.levers.base import Change, Context, Grade, Level, Month
from mhwfmodel.levers.effects import Effect, PathwayAdded, PathwayScaled
from mhwfmodel.levers.on_pathway import OfClass, Part, Stages, row
from mhwfmodel.levers.refusal import misfit
from mhwfmodel.levers.shapes import ShapedLever

__all__ = ["DemandShock", "Phase"]


class Phase(BaseModel):
    """Months with a change of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Month = Field(description="First month of the phase")
    end: Month = Field(description="First month after it")
    change: Change = Field(ge=-1, le=10, description="Relative change of the people who come, as 25% or 0.25")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Phase:
        if units.month_index(self.end) <= units.month_index(self.start):
            raise misfit("end", f"end {self.end} is not after start {self.start}", "write a later month")
        return self


class DemandShock(ShapedLever):
    """More or fewer people who come from outside, to some stages of the pathway.

    Its size is a change of those who come, a number of people over the whole shock, or a change for each of several
    phases. People are spread over boards and classes as those are who come anyhow.
    """

    names: ClassVar[dict[str, Part]] = {"stages": "entry", "of_class": "class"}
    owner: ClassVar[str] = "nobody: it befalls services"
    payer: ClassVar[str] = "commissioners, through the people who come"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "the size is the plan's assumption; published projections of demand differ widely"
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "arrived, in its own direction"

    kind: Literal["demand_shock"] = "demand_shock"
    stages: Stages = Field(
        min_length=1, description="Stages to which people come from outside, by their names in the pathway file"
    )
    of_class: OfClass | None = Field(default=None, description="The class of people; all classes when left out")
    change: Change | None = Field(default=None, ge=-1, le=10, description="Relative change of those who come, as 20%")
    people: float | None = Field(
        default=None,
        ge=0,
        le=1e8,
        description="People with new need over the whole shock and scope; it needs an end or a shape [people]",
    )
    take_up: Change | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of `people` who come to the pathway; the assumption `shock_take_up` when left out",
    )
    phases: tuple[Phase, ...] = Field(
        default=(), max_length=100, description="Months with a change of their own: start, end, change"
    )

    @model_validator(mode="after")
    def _one_size(self) -> DemandShock:
        given = [name for name in ("change", "people", "phases") if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            text = f"{' and '.join(given)} are written together" if given else "it does not say how large the shock is"
            raise misfit(given[-1] if given else "change", text, "give exactly one of change, people and phases")
        if self.take_up is not None and self.people is None:
            text = f"take_up goes with people, and {self.take_up:g} is written without it"
            raise misfit("take_up", text, "leave it out")
        if self.people is not None and np.isinf(self.all_weights()):
            text = f"{self.people:,g} people come over a whole shock, which needs an end"
            raise misfit("people", text, "give 'end', or a shape such as decay")
        if self.phases:
            self._phases_alone()
            _in_order(self.start, self.phases)
        return self

    def _phases_alone(self) -> None:
        """Refuse what says beside phases when the lever acts."""
        beside = [name for name in ("shape", "ramp_months", "end") if getattr(self, name)]
        if beside:
            text = f"phases say when they begin and end, and {' and '.join(beside)} says it too"
            raise misfit(beside[0], text, f"take out {' and '.join(beside)}")

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """People added, or arrivals scaled."""
        where, of_class = self.scope.icbs, self.of_class or ""
        if self.people is None:
            factor = 1.0 + row(self._changes(context.months))
            return (PathwayScaled("arrivals", self.stages, factor, where, of_class),)
        share = context.parameter("shock_take_up") if self.take_up is None else np.array([self.take_up])
        each = self.people * self.weights(context.months) / self.all_weights()
        return (PathwayAdded(self.stages, share[:, None] * row(each), where, of_class),)

    def _changes(self, months: Sequence[str]) -> NDArray[np.float64]:
        """Relative change of those who come, dims (month)."""
        if not self.phases:
            return (self.change or 0.0) * self.weights(months)
        index = np.array([units.month_index(month) for month in months])
        inside = [
            phase.change * ((index >= units.month_index(phase.start)) & (index < units.month_index(phase.end)))
            for phase in self.phases
        ]
        return np.asarray(np.sum(inside, axis=0), dtype=np.float64)


def _in_order(start: str, phases: Sequence[Phase]) -> None:
    """Refuse a phase that starts before the lever, or before the phase that is written before it has ended."""
    free, why = start, f"the lever starts ({start})"
    for number, phase in enumerate(phases):
        if units.month_index(phase.start) < units.month_index(free):
            text = f"phases follow one another, the first from start on: '{phase.start}' is before {why}"
            raise misfit(f"phases.{number}.start", text, f"write {free} or a later month")
        free, why = phase.end, f"the phase before it ends ({phase.end})"
