"""Wellbeing: a programme that reaches some staff, who are then ill less often or stay longer."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel import units
from mhwfmodel.levers.base import Change, Context, Level
from mhwfmodel.levers.effects import Effect, TimeTaken
from mhwfmodel.levers.parts import NoEvidence, scaled
from mhwfmodel.levers.spending import PerUnit, Spending

_DAYS_OF_A_WEEK = 5


class Wellbeing(NoEvidence):
    """A wellbeing programme: reach times effect. Nobody reached is no effect, and none is known unless stated.

    Days of sickness that it saves are hours for people.
    """

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "none with a size: no effect on sickness or leaving unless the plan states one"
    moves: ClassVar[str] = "leavers, by the effect that the plan states"
    own_size: ClassVar[tuple[str, ...]] = ("leaving_change", "sickness_days")

    kind: Literal["wellbeing"] = "wellbeing"
    reach: Change = Field(ge=0, le=1, description="Share of staff whom the programme reaches, as 40% or 0.4")
    sickness_days: float = Field(
        default=0.0, ge=-30, le=30, description="The plan's own change of days lost to sickness of those [days/year]"
    )
    cost_per_person: float = Field(
        default=0.0,
        ge=0,
        le=1e12,
        allow_inf_nan=False,
        description="Cost of each whom it reaches [GBP per person and year]",
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving scaled, and hours given back, by reach."""
        day = context.parameter("weekly_hours")[:, None] / _DAYS_OF_A_WEEK
        reached = self.reach * self.profile(context.months)
        hours = day * (self.sickness_days * reached / units.MONTHS_PER_YEAR)
        return (scaled(self, "leaving", self.reach * self.leaving_change, context), TimeTaken(hours, self.scope))

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """So much for each whom it reaches."""
        each = self.reach * self.cost_per_person / units.MONTHS_PER_YEAR * self.profile(context.months)
        return (*super().spending(context), PerUnit("wellbeing programme", "filled", np.asarray(each), self.scope))


__all__ = ["Wellbeing"]
