"""Guaranteed hours: staff without guaranteed hours are offered them."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Scaled
from mhwfmodel.levers.parts import log_contrast


class GuaranteedHours(LeverBase):
    """Guaranteed hours for staff on zero-hours contracts.

    Staff on such contracts leave more often. Which part of that contrast a guarantee would take away is uncertain, and
    none is possible (`association_causal_share`).
    """

    owner: ClassVar[str] = "employers and commissioners"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "a contrast between groups of staff, all adult social care; not an effect that was tried"
    grade: ClassVar[Grade] = "observational"
    source: ClassVar[tuple[str, ...]] = ("B905", "B906", "ESF07", "ESF16", "ESF17", "F025")
    moves: ClassVar[str] = "leavers down"

    kind: Literal["guaranteed_hours"] = "guaranteed_hours"
    offered: Change = Field(
        ge=0, le=1, description="Share of staff on zero-hours contracts who get guaranteed hours, as 50% or 0.5"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving scaled."""
        share = context.parameter("zero_hours_share")
        moved = share[:, None] * (self.offered * self.profile(context.months))
        return (Scaled("leaving", log_contrast(context, "zero_hours_leaving_ratio", share, moved), self.scope),)


__all__ = ["GuaranteedHours"]
