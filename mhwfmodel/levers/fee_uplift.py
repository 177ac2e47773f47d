"""Fee uplift: what councils pay for care, and how much of it reaches pay."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Scaled
from mhwfmodel.levers.parts import years_since
from mhwfmodel.levers.pay import paid
from mhwfmodel.levers.spending import OfWages, Spending


class FeeUplift(LeverBase):
    """A change of the fees that councils pay: a part goes to pay, the rest to posts.

    Costs of employers that grow and that no fee covers close posts. Wages elsewhere that grow leave pay behind. A fee
    freeze is a change of 0 with both of them growing. The ramp is that of the change; growth starts at once.
    """

    owner: ClassVar[str] = "councils"
    payer: ClassVar[str] = "councils"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = (
        "the part that is passed on to pay is the plan's; pay then acts as in the lever pay, and once"
    )
    grade: ClassVar[Grade] = "causal"
    source: ClassVar[tuple[str, ...]] = ("E101", "E102", "E103", "E104", "E105")
    moves: ClassVar[str] = "leavers, against its own direction"

    kind: Literal["fee_uplift"] = "fee_uplift"
    change: Change = Field(gt=-0.5, le=1, description="Relative change of fees in real terms, as 4% or 0.04")
    pass_through: Change = Field(
        default=1.0, ge=0, le=1, description="Share of it that goes to pay, the rest to posts, as 80% or 0.8"
    )
    cost_growth: Change = Field(
        default=0.0,
        ge=-0.2,
        le=0.5,
        description="Yearly growth of employers' costs in real terms that fees do not cover, as 2% or 0.02",
    )
    wages_elsewhere_growth: Change = Field(
        default=0.0,
        ge=-0.2,
        le=0.5,
        description="Yearly growth of pay elsewhere in real terms that pay here lacks, as 2% or 0.02",
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Pay relative to elsewhere, and posts that fees pay for."""
        profile, years = self.profile(context.months), years_since(self, context.months)
        pay = np.log1p(self.pass_through * self.change * profile) - years * np.log1p(self.wages_elsewhere_growth)
        posts = np.log1p((1.0 - self.pass_through) * self.change * profile) - years * np.log1p(self.cost_growth)
        return (*paid(context, pay, self.scope), Scaled("posts", posts[None, :], self.scope))

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """Higher pay, and employers' other costs; the pay of more posts is that of staff in post."""
        rise = self.pass_through * self.change * self.profile(context.months)
        costs = np.expm1(years_since(self, context.months) * np.log1p(self.cost_growth))
        return (
            *super().spending(context),
            OfWages("pay out of fees", rise, self.scope),
            OfWages("other costs of employers", costs, self.scope),
        )


__all__ = ["FeeUplift"]
