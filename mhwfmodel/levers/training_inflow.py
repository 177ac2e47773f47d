"""Training inflow: newly qualified people arrive in the months in which courses end."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel import units
from mhwfmodel.levers.base import Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import CandidatesOffered, Effect


class TrainingInflow(LeverBase):
    """Newly qualified people who look for a post here; a vacancy takes them or nobody does."""

    owner: ClassVar[str] = "universities and the bodies that fund training"
    payer: ClassVar[str] = "bodies that fund training"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "a number of people, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ("C009", "C013")
    moves: ClassVar[str] = "starters, more of them"

    kind: Literal["training_inflow"] = "training_inflow"
    people_per_year: float = Field(
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="Newly qualified people a year over the whole scope [people/year]",
    )
    completion_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        default=(9,), min_length=1, description="Months of the year in which they arrive, 1 to 12; shared equally"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """People offered in the completion months."""
        arrives = np.array([units.parse_month(month)[1] in self.completion_months for month in context.months])
        each = self.people_per_year / len(set(self.completion_months))
        people = each * arrives * self.profile(context.months)
        return (CandidatesOffered(people, "newly_qualified", self.scope),)


__all__ = ["TrainingInflow"]
