"""Prevention: fewer people come later."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel import units
from mhwfmodel.levers.base import Change, Context, Grade, Level
from mhwfmodel.levers.effects import Effect, PathwayScaled
from mhwfmodel.levers.on_pathway import OfClass, Part, PathwayLever, Stages, row

__all__ = ["Prevention"]


class Prevention(PathwayLever):
    """Work today that means fewer people come later; no effect unless the plan states one."""

    names: ClassVar[dict[str, Part]] = {"stages": "entry", "of_class": "class"}
    own_size: ClassVar[tuple[str, ...]] = ("change",)
    owner: ClassVar[str] = "councils (public health) and Integrated Care Boards"
    payer: ClassVar[str] = "councils and Integrated Care Boards"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "none that gives a size: no effect unless the plan states one"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "arrived, in its own direction, after the lag"

    kind: Literal["prevention"] = "prevention"
    stages: Stages = Field(
        min_length=1, description="Stages to which fewer people come from outside, by their names in the pathway file"
    )
    of_class: OfClass | None = Field(default=None, description="The class of people; all classes when left out")
    change: Change = Field(default=0.0, ge=-1, le=10, description="Relative change of those who come, as -5% or -0.05")
    lag_months: int = Field(
        ge=0, le=600, description="Months from the work to its effect; the ramp and the end are put off too [months]"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Arrivals scaled, after the lag."""
        earlier = [units.add_months(month, -self.lag_months) for month in context.months]
        factor = 1.0 + self.change * row(self.profile(earlier))
        return (PathwayScaled("arrivals", self.stages, factor, self.scope.icbs, self.of_class or ""),)
