"""Crisis services: more or fewer places, or staff on duty, of pools of the pathway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level
from mhwfmodel.levers.effects import Effect, PathwayScaled
from mhwfmodel.levers.on_pathway import Part, PathwayLever, Pools

__all__ = ["CrisisService"]

_OPENING = ("opening", "opening_hours", "hours", "rota")


class CrisisService(PathwayLever):
    """Crisis houses, cafés, helplines or teams with more or fewer places or staff on duty.

    It changes what a pool has on duty, and not the people who work there: fund their posts too. Other opening hours are
    another pathway: change `rota` of the pool in a pathway file of your own.
    """

    names: ClassVar[dict[str, Part]] = {"pools": "pool"}
    owner: ClassVar[str] = "Integrated Care Boards"
    payer: ClassVar[str] = "Integrated Care Boards and councils"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "a decision, not an effect: what it does to waits is the pathway's arithmetic"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "on_duty, in its own direction"

    kind: Literal["crisis_service"] = "crisis_service"
    pools: Pools = Field(min_length=1, description="Pools that change, by their names in the pathway file")
    change: Change = Field(ge=-1, le=10, description="Relative change of places or staff on duty, as 50% or 0.5")

    @model_validator(mode="before")
    @classmethod
    def _no_opening(cls, data: Any) -> Any:
        found = [name for name in _OPENING if isinstance(data, Mapping) and name in data]
        if found:
            message = (
                f"'{found[0]}' cannot be changed by a lever; change the rota of the pool in a pathway file of your "
                "own, and name that file under 'pathway'"
            )
            raise ValueError(message)
        return data

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Servers scaled."""
        factor = 1.0 + self.change * self.acting(context)
        return (PathwayScaled("servers", self.pools, factor, self.scope.icbs),)
