"""Funding shock of voluntary organisations: income is lost, and posts follow after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import units
from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Scaled
from mhwfmodel.levers.parts import in_scope, later

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]


class VoluntaryFundingShock(LeverBase):
    """Voluntary organisations lose income: their posts go with a lag, and come back only as far as the plan says.

    Posts that go empty first and then as people leave; for organisations that close and release staff, add
    `employer_closure`.
    """

    owner: ClassVar[str] = "funders, commissioners and government"
    payer: ClassVar[str] = "nobody: funding that is lost"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = (
        "charities' losses in a crisis are reported; what they cost in posts is the plan's assumption"
    )
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "establishment down"

    kind: Literal["voluntary_funding_shock"] = "voluntary_funding_shock"
    posts_lost: Change = Field(ge=0, lt=1, description="Share of voluntary organisations' posts lost, as 10% or 0.1")
    lag_months: int = Field(default=0, ge=0, le=120, description="From the loss of income to that of posts [months]")
    until_recovery_months: int | None = Field(
        default=None, ge=1, le=600, description="From the loss of posts to the first that come back; never [months]"
    )
    recovery_months: int = Field(default=1, ge=1, le=600, description="How long it takes them to come back [months]")
    recovery_share: Change = Field(
        default=0.0, ge=0, le=1, description="Share of the posts lost that comes back, as 60% or 0.6"
    )

    @model_validator(mode="before")
    @classmethod
    def _voluntary(cls, data: Any) -> Any:
        return in_scope(data, "sectors", ("voluntary",))

    @model_validator(mode="after")
    def _recovers(self) -> VoluntaryFundingShock:
        if self.recovery_share and self.until_recovery_months is None:
            message = "say with until_recovery_months when posts start to come back"
            raise ValueError(message)
        return self

    def lost(self, months: tuple[str, ...]) -> Path:
        """Share of posts that is gone, dims (month)."""
        gone = later(self.profile(months), self.lag_months)
        if self.until_recovery_months is None:
            return self.posts_lost * gone
        index = np.array([units.month_index(month) for month in months])
        first = units.month_index(self.start) + self.lag_months + self.until_recovery_months
        back = np.clip((index - first + 1) / self.recovery_months, 0.0, 1.0) * self.recovery_share
        return np.asarray(self.posts_lost * gone * (1.0 - back))

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts scaled."""
        return (Scaled("posts", np.log1p(-self.lost(context.months))[None, :], self.scope),)


__all__ = ["VoluntaryFundingShock"]
