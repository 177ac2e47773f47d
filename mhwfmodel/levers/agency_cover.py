"""Agency cover: agency staff work in posts that are vacant, at a premium."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import catalogue
from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import AgencyCover, Effect
from mhwfmodel.levers.parts import cost_of_post
from mhwfmodel.levers.spending import OfWages, Spending

_PREMIUM = "agency_premium"


class AgencyStaff(LeverBase):
    """Agency staff who cover a share of vacant posts, up to a cap of posts or of money.

    They work, in an hour perhaps less than staff who know people and place, and count as nobody's headcount: the post
    stays vacant. Never more than all vacant posts is covered, whatever several levers ask. A run's costs hold what they
    cost, with the premium.
    """

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "employers, from the pay of vacant posts and above it"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = (
        "a decision; what agency staff do in an hour and their premium are assumptions with ranges"
    )
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "hours up"

    kind: Literal["agency_cover"] = "agency_cover"
    cover: Change = Field(ge=0, le=1, description="Share of the vacant posts that is covered, as 30% or 0.3")
    most_posts: float | None = Field(
        default=None,
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="Posts covered at most over the whole scope [posts]",
    )
    most_pounds_per_year: float | None = Field(
        default=None,
        ge=0,
        le=1e12,
        allow_inf_nan=False,
        description="Spent at most, at the central cost of a post; dearer draws spend more [GBP/year]",
    )
    cost_of_post: float | None = Field(
        default=None,
        ge=1,
        le=1e12,
        allow_inf_nan=False,
        description="What a covered post costs; the catalogue's where the scope names one role and sector [GBP/year]",
    )
    premium: Change | None = Field(
        default=None,
        ge=0,
        le=5,
        description="What it costs above an employee; the assumption when left out, as 40% or 0.4",
    )

    @model_validator(mode="after")
    def _capped_once(self) -> AgencyStaff:
        if self.most_posts is not None and self.most_pounds_per_year is not None:
            message = "give either most_posts or most_pounds_per_year, not both"
            raise ValueError(message)
        if self.most_pounds_per_year is not None and self._each() is None:
            message = "say with cost_of_post what a covered post costs, or name one role and one sector in its scope"
            raise ValueError(message)
        return self

    def _each(self) -> float | None:
        """What a covered post costs a year, at the centre; None where that is not known."""
        known = self.cost_of_post
        if known is not None or len(self.scope.sectors) != 1:
            return known
        cost = cost_of_post(self.scope.roles, self.scope.sectors[0])
        premium = catalogue.parameter(_PREMIUM).central if self.premium is None else self.premium
        return None if cost is None else cost * (1.0 + premium)

    def _most(self) -> float | None:
        each = self._each()
        if self.most_pounds_per_year is None or each is None:
            return self.most_posts
        return self.most_pounds_per_year / each

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Vacant posts covered."""
        share = self.cover * self.profile(context.months)
        return (AgencyCover(share, context.parameter("agency_productivity"), self.scope, self._most()),)

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """What a premium of the plan's own costs more or less than the one that the run's costs hold."""
        stated = super().spending(context)
        if self.premium is None:
            return stated
        above = (self.premium - context.parameter(_PREMIUM))[:, None]
        share = np.asarray(above * (self.profile(context.months) > 0.0))
        return (*stated, OfWages("premium of agency staff", share, self.scope, "agency_fte"))


__all__ = ["AgencyStaff"]
