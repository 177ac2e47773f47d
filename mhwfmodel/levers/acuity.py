"""Acuity: people need more (or less) work each."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level
from mhwfmodel.levers.effects import Effect, PathwayScaled
from mhwfmodel.levers.on_pathway import Part, Stages, row
from mhwfmodel.levers.shapes import ShapedLever

__all__ = ["Acuity"]


class Acuity(ShapedLever):
    """People who are more (or less) ill than before: work with each takes longer, at the same number of referrals.

    At a stage of appointments the hours for one person change; at a stage with a caseload the time that somebody stays
    on it.
    """

    names: ClassVar[dict[str, Part]] = {"stages": "stage"}
    owner: ClassVar[str] = "nobody: it befalls services"
    payer: ClassVar[str] = "commissioners, through the hours that it takes"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "none on its size: services say that needs grew, the change is the plan's assumption"
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "waiting, in its own direction"

    kind: Literal["acuity"] = "acuity"
    stages: Stages = Field(min_length=1, description="Stages whose work changes, by their names in the pathway file")
    change: Change = Field(gt=-1, le=10, description="Relative change of the time that work with one takes, as 15%")

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Work scaled."""
        factor = 1.0 + self.change * row(self.weights(context.months))
        return (PathwayScaled("work", self.stages, factor, self.scope.icbs),)
