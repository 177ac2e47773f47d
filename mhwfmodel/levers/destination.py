"""Destination: where those who complete a course of staff work afterwards."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from mhwfmodel import catalogue
from mhwfmodel.errors import suggest
from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Destination, Effect
from mhwfmodel.levers.parts import StaffCourse


class CourseDestination(LeverBase):
    """Where those who complete a course of staff go, such as trainees of voluntary organisations who join the NHS.

    It reaches everybody on the course in England: a scope does not narrow it.
    """

    owner: ClassVar[str] = "employers and the bodies that fund training"
    payer: ClassVar[str] = "employers who lose those whom they trained"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = (
        "voluntary employers say that trainees leave for the NHS when they qualify; no share is known"
    )
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ("C036",)
    moves: ClassVar[str] = "filled, of the sector that more go to, up"

    kind: Literal["destination"] = "destination"
    pipeline: StaffCourse = Field(description="Code of the course of staff (mhwfmodel show pipelines)")
    to: str = Field(description="Sector that they go to: a code, own for where they are, outside for elsewhere")
    share: Change = Field(ge=0, le=1, description="Share of those who complete that goes there, as 100% or 1")
    reach: Change = Field(
        default=1.0, ge=0, le=1, description="How far that holds; at 0 all go where they did, as 100% or 1"
    )

    @field_validator("to")
    @classmethod
    def _known(cls, value: str) -> str:
        allowed = ["own", "outside", *(sector.code for sector in catalogue.sectors())]
        if value not in allowed:
            message = f"'{value}' is no destination; {suggest(value, allowed)}"
            raise ValueError(message)
        return value

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Where the course leads."""
        return (Destination(self.pipeline, self.to, self.share, self.reach * self.profile(context.months)),)


__all__ = ["CourseDestination"]
