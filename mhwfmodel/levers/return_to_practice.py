"""Return to practice: people who left the profession take a course and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import CandidatesOffered, Effect
from mhwfmodel.levers.parts import later
from mhwfmodel.levers.spending import Fixed, Spending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]


class ReturnToPractice(LeverBase):
    """People who take a course to return, month by month; those who complete it look for a post."""

    owner: ClassVar[str] = "national bodies, universities and employers"
    payer: ClassVar[str] = "bodies that fund training"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "a number of people; how many complete is the plan's assumption"
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "starters_returners up"

    kind: Literal["return_to_practice"] = "return_to_practice"
    people_per_month: float = Field(
        ge=0, le=1e6, allow_inf_nan=False, description="People who start the course over the whole scope [people/month]"
    )
    course_months: int = Field(ge=0, le=72, description="How long the course takes [months]")
    completing: Change = Field(ge=0, le=1, description="Share of them who complete it, as 80% or 0.8")
    cost_per_person: float = Field(
        default=0.0, ge=0, le=1e12, allow_inf_nan=False, description="Cost of the course of one [GBP per person]"
    )

    def _start(self, context: Context) -> Path:
        return np.asarray(self.people_per_month * self.profile(context.months))

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """People who return once the course is over."""
        back = later(self.completing * self._start(context), self.course_months)
        return (CandidatesOffered(back, "returners", self.scope),)

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """The courses."""
        return (*super().spending(context), Fixed("courses", self.cost_per_person * self._start(context)))


__all__ = ["ReturnToPractice"]
