"""Funding stream: money for some years, by sector, that pays for posts until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import catalogue, units
from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, PostsAdded
from mhwfmodel.levers.parts import cost_of_post, in_scope
from mhwfmodel.levers.spending import Fixed, Granted, Spending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]

_SECTORS = {
    "to_local_authority": "local_authority",
    "to_nhs": "nhs",
    "to_private": "private",
    "to_voluntary": "voluntary",
}


class FundingStream(LeverBase):
    """Money a year, split over sectors by a rule, that funds whole posts.

    Money arrives in the months of the calendar that are named and pays for posts until the next arrival. When the
    stream ends its posts end with it, which leaves a cliff. Posts never cost more than the money; what pays for no
    whole post, or goes to no sector, is told as unspent. Who gives the money pays all of it, for vacant posts too.
    """

    owner: ClassVar[str] = "the body that gives the money, and commissioners"
    payer: ClassVar[str] = "the body that gives the money"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "a decision, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "establishment up, and down when it ends"

    kind: Literal["funding_stream"] = "funding_stream"
    pounds_per_year: float = Field(
        ge=0, le=1e12, allow_inf_nan=False, description="Money in full effect, prices of 2024/25 [GBP/year]"
    )
    cost_of_post: float | None = Field(
        default=None,
        gt=0,
        le=1e12,
        allow_inf_nan=False,
        description="What a post costs, with everything; the catalogue's where the scope names one role [GBP/year]",
    )
    to_local_authority: Change = Field(default=0.0, ge=0, le=1, description="Share for councils, as 30% or 0.3")
    to_nhs: Change = Field(default=0.0, ge=0, le=1, description="Share for the NHS, as 30% or 0.3")
    to_private: Change = Field(default=0.0, ge=0, le=1, description="Share for private employers, as 30% or 0.3")
    to_voluntary: Change = Field(default=0.0, ge=0, le=1, description="Share for voluntary employers, as 30% or 0.3")
    arrival_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        default=(), description="Months of the year in which money arrives, 1 to 12; any month when left out"
    )

    @model_validator(mode="before")
    @classmethod
    def _sectors(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return in_scope(data, "sectors", [code for key, code in _SECTORS.items() if data.get(key)])

    @model_validator(mode="after")
    def _shares(self) -> FundingStream:
        total = sum(getattr(self, key) for key in _SECTORS)
        if not 0 < total <= 1 + np.finfo(np.float64).eps:
            message = (
                f"the shares of {', '.join(_SECTORS)} add up to {total:.0%}; make them more than 0 and at most 100%"
            )
            raise ValueError(message)
        if self.cost_of_post is None and len(self.scope.roles) != 1:
            message = "say with cost_of_post what a post costs, or name one role in its scope"
            raise ValueError(message)
        return self

    def _each(self, sector: str) -> float:
        return self.cost_of_post or cost_of_post(self.scope.roles, sector) or np.inf

    def posts(self, months: tuple[str, ...]) -> dict[str, Path]:
        """Whole posts by sector that the money pays for, each dims (month) [posts]."""
        money = self._money(months)
        return {
            code: np.floor(getattr(self, key) * money / self._each(code))
            for key, code in _SECTORS.items()
            if getattr(self, key)
        }

    def _money(self, months: tuple[str, ...]) -> Path:
        """Money a year that posts can be paid from, dims (month): what the last arrival brought, until the end."""
        profile = self.profile(months)
        if not self.arrival_months:
            return self.pounds_per_year * profile
        held, at_hand = np.zeros(len(months)), 0.0
        for month, label in enumerate(months):
            if units.parse_month(label)[1] in self.arrival_months:
                at_hand = profile[month]
            held[month] = at_hand if profile[month] > 0 else 0.0
        return self.pounds_per_year * held

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts added by sector."""
        by_sector = self.posts(context.months)
        return tuple(
            PostsAdded(posts, self.scope.model_copy(update={"sectors": (code,)})) for code, posts in by_sector.items()
        )

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """What its posts are given, who are paid by their employers, and what is left of the money."""
        funded = {code: posts * self._each(code) for code, posts in self.posts(context.months).items()}
        names = {sector.code: sector.name for sector in catalogue.sectors()}
        left = np.asarray(self.pounds_per_year * self.profile(context.months) - sum(funded.values()))
        given = (
            Granted(f"money for posts, in place of: {names[code]}", pounds / units.MONTHS_PER_YEAR, code)
            for code, pounds in funded.items()
        )
        return (
            *super().spending(context), Fixed("unspent money of the stream", left / units.MONTHS_PER_YEAR), *given,
        )  # fmt: skip


__all__ = ["FundingStream"]
