"""International recruitment: more or fewer recruits from abroad, to none when a visa route closes."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import units
from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import CandidatesOffered, Effect, SourceScaled
from mhwfmodel.levers.spending import Fixed, Spending


class InternationalRecruitment(LeverBase):
    """Recruits from abroad: how strongly they come, or how many a programme brings, or both.

    Other sources keep their strength: where fewer come from abroad, fewer vacancies fill.
    """

    owner: ClassVar[str] = "the Home Office, and employers"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "the size is the plan's assumption; how many came in which year is published"
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ("BIR02", "BIR03", "BIR04")
    moves: ClassVar[str] = "starters_abroad, in its own direction"

    kind: Literal["international_recruitment"] = "international_recruitment"
    change: Change = Field(
        default=0.0, ge=-1, le=10, description="Relative change of recruits from abroad; -100% when the route closes"
    )
    people_per_year: float = Field(
        default=0.0,
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="People from abroad whom a programme offers a year over the whole scope [people/year]",
    )
    cost_per_person: float = Field(
        default=0.0,
        ge=0,
        le=1e12,
        allow_inf_nan=False,
        description="Cost of each whom the programme offers [GBP per person]",
    )

    @model_validator(mode="after")
    def _says_something(self) -> InternationalRecruitment:
        if not {"change", "people_per_year"} & self.model_fields_set:
            message = "give change (of recruits from abroad), people_per_year or both"
            raise ValueError(message)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """The source scaled, and people offered."""
        profile = self.profile(context.months)
        return (
            SourceScaled("abroad", (1.0 + self.change * profile)[None, :], self.scope),
            CandidatesOffered(self.people_per_year / units.MONTHS_PER_YEAR * profile, "abroad", self.scope),
        )

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """The programme."""
        people = self.people_per_year / units.MONTHS_PER_YEAR * self.profile(context.months)
        return (*super().spending(context), Fixed("recruitment abroad", np.asarray(self.cost_per_person * people)))


__all__ = ["InternationalRecruitment"]
