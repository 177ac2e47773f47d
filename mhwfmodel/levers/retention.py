"""Retention: fewer (or more) people leave."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Experience, Scaled


class Retention(LeverBase):
    """A change of the hazard of leaving, over all experience bands or some."""

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "the size is the plan's assumption; contrasts between groups are observational"
    grade: ClassVar[Grade] = "observational"
    source: ClassVar[tuple[str, ...]] = ("ESF05", "ESF06", "ESF16", "ESF17")
    moves: ClassVar[str] = "leavers, in its own direction"
    own_size: ClassVar[tuple[str, ...]] = ("leaving_change",)

    kind: Literal["retention"] = "retention"
    leaving_change: Change = Field(
        gt=-1, le=10, description="Relative change of the monthly hazard of leaving, as -10% or -0.1"
    )
    experience: tuple[Experience, ...] = Field(
        default=(), description="Experience bands it reaches: under_1, 1_to_3, 3_to_10, 10_plus; all when left out"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving scaled."""
        factor = np.log1p(self.leaving_change * self.profile(context.months))
        return (Scaled("leaving", factor[None, :], self.scope, self.experience),)


__all__ = ["Retention"]
