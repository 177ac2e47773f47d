"""Completion of training: how many give a course up and how many pass, as when it moves online."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Completion, Effect, Places
from mhwfmodel.levers.parts import Course, in_sectors_of_course

_CHANGES = ("places_change", "drop_out_change", "pass_change")


class TrainingCompletion(LeverBase):
    """How a course is delivered, and what that changes: places, who gives up, who passes. Each is said by the plan.

    Completion is that of the course in all England; the scope narrows places alone.
    """

    owner: ClassVar[str] = "universities and training providers"
    payer: ClassVar[str] = "bodies that fund training"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "none with a size: peer training that moved online reached more; the sizes are the plan's"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "starters_newly_qualified, by the changes that the plan states"
    own_size: ClassVar[tuple[str, ...]] = _CHANGES

    kind: Literal["training_completion"] = "training_completion"
    pipeline: Course = Field(description="Code of the course (mhwfmodel show pipelines)")
    delivery: Literal["as_now", "in_person", "online", "mixed"] = Field(
        default="as_now", description="How it is delivered; told, and no effect: as_now, in_person, online or mixed"
    )
    places_change: Change = Field(default=0.0, ge=-1, le=10, description="Relative change of places, as 20% or 0.2")
    drop_out_change: Change = Field(
        default=0.0, ge=-1, le=10, description="Relative change of how many give it up, as -20% or -0.2"
    )
    pass_change: Change = Field(
        default=0.0, ge=-1, le=10, description="Relative change of the share that passes, as 5% or 0.05"
    )

    @model_validator(mode="before")
    @classmethod
    def _whose(cls, data: Any) -> Any:
        return in_sectors_of_course(data)

    @model_validator(mode="after")
    def _says_something(self) -> TrainingCompletion:
        if not {*_CHANGES} & self.model_fields_set:
            message = f"give {', '.join(_CHANGES[:-1])} or {_CHANGES[-1]}"
            raise ValueError(message)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Places, giving up and passing."""
        profile = self.profile(context.months)
        places, drop_out, passes = (np.asarray(1.0 + getattr(self, name) * profile) for name in _CHANGES)
        return (Places(self.pipeline, places, self.scope), Completion(self.pipeline, drop_out, passes))


__all__ = ["TrainingCompletion"]
