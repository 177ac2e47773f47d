"""Recruitment: vacancies fill faster, or a programme brings people."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import CandidatesOffered, Effect, Scaled, Source


class Recruitment(LeverBase):
    """A shorter (or longer) time to fill a vacancy, a number of recruits a month, or both."""

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "the size is the plan's assumption"
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "starters, more of them when vacancies fill faster or places are added"

    kind: Literal["recruitment"] = "recruitment"
    time_to_fill_change: Change = Field(
        default=0.0, gt=-1, le=10, description="Relative change of the time a vacancy stays open, as -20% or -0.2"
    )
    places_per_month: float = Field(
        default=0.0,
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="People whom a programme offers each month over the whole scope [people/month]",
    )
    recruit_source: Source = Field(
        default="outside", description="Where the programme finds them: newly_qualified, abroad, returners or outside"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Recruitment:
        if not {"time_to_fill_change", "places_per_month"} & self.model_fields_set:
            message = "give time_to_fill_change, places_per_month or both"
            raise ValueError(message)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Time to fill scaled and people offered."""
        profile = self.profile(context.months)
        factor = np.log1p(self.time_to_fill_change * profile)
        return (
            Scaled("time_to_fill", factor[None, :], self.scope),
            CandidatesOffered(self.places_per_month * profile, self.recruit_source, self.scope),
        )


__all__ = ["Recruitment"]
