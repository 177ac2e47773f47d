"""Supervision: staff get more of it, and have fewer hours for people."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Context, Level
from mhwfmodel.levers.effects import Effect, TimeTaken
from mhwfmodel.levers.parts import NoEvidence


class Supervision(NoEvidence):
    """More supervision. It takes hours; it brings fewer leavers only where the plan states so."""

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "place"
    moves: ClassVar[str] = "hours, against its own direction"

    kind: Literal["supervision"] = "supervision"
    hours: float = Field(
        ge=-40, le=40, description="Supervision of a full-time post beside what there is [hours/month]"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Hours taken, and leaving by what the plan states."""
        taken = (self.hours * self.profile(context.months))[None, :]
        return (*super().effects(context), TimeTaken(taken, self.scope))


__all__ = ["Supervision"]
