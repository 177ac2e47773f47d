"""Repeat contact: fewer (or more) people go on from one stage to another."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level
from mhwfmodel.levers.effects import Effect, PathwayRoutes
from mhwfmodel.levers.on_pathway import Part, PathwayLever

__all__ = ["RepeatContact"]


class RepeatContact(PathwayLever):
    """Another chance of going on from a stage to another, such as from the helpline to an emergency department.

    The other ways on share what it leaves. Coming back after discharge is no such way: it is `re_referral` of the
    pathway file.
    """

    names: ClassVar[dict[str, Part]] = {"stage": "stage", "to": "way"}
    own_size: ClassVar[tuple[str, ...]] = ("change",)
    owner: ClassVar[str] = "Integrated Care Boards with police, ambulance services and emergency departments"
    payer: ClassVar[str] = "Integrated Care Boards"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "none that gives a size: no effect unless the plan states one"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "joined (left, of an exit), where the way leads, in its own direction"

    kind: Literal["repeat_contact"] = "repeat_contact"
    stage: str = Field(min_length=1, description="Stage that people go on from, by its name in the pathway file")
    to: str = Field(min_length=1, description="Stage or exit that they go on to")
    change: Change = Field(
        default=0.0, ge=-1, le=10, description="Relative change of the chance of going there, as -30% or -0.3"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """A way on scaled."""
        factor = 1.0 + self.change * self.acting(context)
        return (PathwayRoutes(self.stage, self.to, factor, self.scope.icbs),)
