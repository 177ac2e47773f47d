"""Attraction: more people want the work, as after a campaign or a better standing of social care."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect
from mhwfmodel.levers.parts import scaled


class Attraction(LeverBase):
    """Campaigns and standing: how strongly vacancies draw people. No effect unless the plan states one."""

    owner: ClassVar[str] = "national bodies and employers"
    payer: ClassVar[str] = "national bodies"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "none with a size: campaigns were not compared with their absence"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "starters, by the effect that the plan states"
    own_size: ClassVar[tuple[str, ...]] = ("attraction_change",)

    kind: Literal["attraction"] = "attraction"
    attraction_change: Change = Field(
        default=0.0,
        gt=-1,
        le=10,
        description="The plan's own relative change of how strongly vacancies draw people, as 5% or 0.05",
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Attraction scaled by what the plan states."""
        return (scaled(self, "attraction", self.attraction_change, context),)


__all__ = ["Attraction"]
