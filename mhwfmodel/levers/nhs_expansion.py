"""NHS expansion: the NHS funds more posts and may pay above others, which draws staff from councils and charities."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect
from mhwfmodel.levers.parts import in_scope, more_posts, one_size
from mhwfmodel.levers.pay import paid
from mhwfmodel.levers.spending import OfWages, Spending


class NhsExpansion(LeverBase):
    """More posts in NHS community mental health, perhaps with pay above what others offer.

    Vacant posts draw staff from other employers through the market of the model: what the NHS gains, social care may
    lose.
    """

    owner: ClassVar[str] = "NHS England and Integrated Care Boards"
    payer: ClassVar[str] = "the NHS"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = (
        "posts are a decision; how they draw staff is the model's market; pay acts as in the lever pay, and once"
    )
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ("E101", "E103")
    moves: ClassVar[str] = "leavers of social care, in its own direction"

    kind: Literal["nhs_expansion"] = "nhs_expansion"
    posts: float | None = Field(
        default=None, ge=-1e6, le=1e6, allow_inf_nan=False, description="NHS posts added over the whole scope [posts]"
    )
    change: Change | None = Field(default=None, gt=-1, le=10, description="Relative change of NHS posts, as 10% or 0.1")
    pay_above: Change = Field(
        default=0.0, gt=-0.5, le=1, description="Pay offered above what it is now, in real terms, as 5% or 0.05"
    )

    @model_validator(mode="before")
    @classmethod
    def _in_the_nhs(cls, data: Any) -> Any:
        return in_scope(data, "sectors", ("nhs",))

    @model_validator(mode="after")
    def _one_of(self) -> NhsExpansion:
        one_size(self.posts, self.change)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts of the NHS, and pay."""
        profile = self.profile(context.months)
        return (
            more_posts(self, self.posts, self.change, context),
            *paid(context, np.log1p(self.pay_above * profile), self.scope),
        )

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """Higher pay; the pay of more posts is that of staff in post."""
        rise = self.pay_above * self.profile(context.months)
        return (*super().spending(context), OfWages("pay above others", rise, self.scope))


__all__ = ["NhsExpansion"]
