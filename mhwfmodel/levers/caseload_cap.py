"""Caseload caps: so many people for one worker, and no more."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Context, Grade, Level
from mhwfmodel.levers.effects import Effect, PathwayScaled
from mhwfmodel.levers.on_pathway import Part, PathwayLever, Pools

__all__ = ["CaseloadCap"]


class CaseloadCap(PathwayLever):
    """Another cap on the caseload of a full-time worker: fewer places with the same staff, or more.

    What a smaller caseload does to how long people stay or to who leaves is not known and not in it. Two
    of them may not hold on one pool at one time in one board.
    """

    names: ClassVar[dict[str, Part]] = {"pools": "caseload"}
    owner: ClassVar[str] = "employers and commissioners"
    payer: ClassVar[str] = "those who wait, or commissioners who fund more staff"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "arithmetic on places; no evidence on outcomes, and no effect on them"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "on_duty, in its own direction; waiting, against it"

    kind: Literal["caseload_cap"] = "caseload_cap"
    pools: Pools = Field(min_length=1, description="Pools with a caseload, by their names in the pathway file")
    from_cap: float = Field(
        gt=0, le=1000, description="The cap as the pathway file has it, its `slots_per_fte` [people/FTE]"
    )
    to_cap: float = Field(gt=0, le=1000, description="The cap that is set [people/FTE]")

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Places scaled."""
        factor = 1.0 + (self.to_cap / self.from_cap - 1.0) * self.acting(context)
        return (PathwayScaled("servers", self.pools, factor, self.scope.icbs),)
