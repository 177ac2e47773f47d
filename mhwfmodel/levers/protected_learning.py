"""Protected learning: contracts set time aside for learning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel import catalogue
from mhwfmodel.levers.base import Change, Context, Level
from mhwfmodel.levers.effects import Completion, Effect
from mhwfmodel.levers.parts import NoEvidence, StaffCourse, scaled


class ProtectedLearning(NoEvidence):
    """Time protected for learning: x % of it is x % fewer hours for people, exactly.

    What learning brings in return, fewer who leave or more who complete a course, has no evidence with a size: none
    unless the plan states it.
    """

    owner: ClassVar[str] = "commissioners, in contracts, and employers"
    payer: ClassVar[str] = "commissioners"
    level: ClassVar[Level] = "place"
    moves: ClassVar[str] = "hours down, by the share protected"
    own_size: ClassVar[tuple[str, ...]] = ("leaving_change", "drop_out_change", "pass_change")

    kind: Literal["protected_learning"] = "protected_learning"
    protected: Change = Field(ge=0, lt=1, description="Share of the hours for people that is protected, as 5% or 0.05")
    drop_out_change: Change = Field(
        default=0.0, ge=-1, le=10, description="The plan's own relative change of how many give a course up, as -20%"
    )
    pass_change: Change = Field(
        default=0.0, ge=-1, le=10, description="The plan's own relative change of the share that passes, as 5%"
    )
    pipelines: tuple[StaffCourse, ...] = Field(
        default=(), description="Courses of staff that those two are said of; all when left out"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Hours scaled; leaving and completion by what the plan states."""
        return (*super().effects(context), scaled(self, "hours", -self.protected, context), *self._completion(context))

    def _completion(self, context: Context) -> Iterator[Effect]:
        if not self.drop_out_change and not self.pass_change:
            return
        profile = self.profile(context.months)
        drop_out, passes = (1.0 + change * profile for change in (self.drop_out_change, self.pass_change))
        for code in self.pipelines or tuple(item.code for item in catalogue.pipelines() if item.kind == "staff"):
            yield Completion(code, np.asarray(drop_out), np.asarray(passes))


__all__ = ["ProtectedLearning"]
