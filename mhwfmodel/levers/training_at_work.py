"""Training at work: staff who had no training get some."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Scaled, TimeTaken
from mhwfmodel.levers.parts import log_contrast


class TrainingAtWork(LeverBase):
    """Training for staff who had none.

    Staff without training leave more often. Which part of that contrast training would take away is uncertain, and none
    is possible (`association_causal_share`). It is taken of staff as if all had been without, the smaller figure.
    """

    owner: ClassVar[str] = "employers and the bodies that fund training"
    payer: ClassVar[str] = "employers and the bodies that fund training"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = (
        "a contrast between groups of care workers, all adult social care; not an effect that was tried"
    )
    grade: ClassVar[Grade] = "observational"
    source: ClassVar[tuple[str, ...]] = ("ESF10", "ESF11", "ESF16", "ESF17", "ESF20", "ESF21")
    moves: ClassVar[str] = "leavers down"

    kind: Literal["training_at_work"] = "training_at_work"
    reached: Change = Field(
        ge=0, le=1, description="Share of all staff who had no training and get some, as 20% or 0.2"
    )
    hours: float = Field(
        default=0.0, ge=0, le=40, description="Time that training takes of the full-time post of each [hours/month]"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving scaled, and hours taken."""
        reached = (self.reached * self.profile(context.months))[None, :]
        leaving = log_contrast(context, "untrained_leaving_ratio", np.ones(1), reached)
        return (Scaled("leaving", leaving, self.scope), TimeTaken(self.hours * reached, self.scope))


__all__ = ["TrainingAtWork"]
