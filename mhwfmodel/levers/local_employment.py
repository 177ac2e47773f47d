"""Local employment: where more people have work, fewer look for it."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, SourceScaled


class LocalEmployment(LeverBase):
    """A change of the local employment rate, which is nobody's to decide.

    How recruits from other work or none follow it is the uncertain input `local_employment_elasticity`, which is 0
    until a scenario sets it under `assumptions`.
    """

    owner: ClassVar[str] = "nobody: the economy"
    payer: ClassVar[str] = "nobody"
    level: ClassVar[Level] = "regional"
    evidence: ClassVar[str] = "none with a size: no effect until a scenario sets local_employment_elasticity"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "starters_outside, by the elasticity that the scenario sets"

    kind: Literal["local_employment"] = "local_employment"
    points: float = Field(ge=-30, le=30, description="Change of the employment rate [percentage points]")

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """The source of recruits from outside scaled."""
        elasticity = context.parameter("local_employment_elasticity")
        factor = np.exp(elasticity[:, None] * (self.points * self.profile(context.months)))
        return (SourceScaled("outside", factor, self.scope),)


__all__ = ["LocalEmployment"]
