"""Trauma-informed practice: training that reaches some each quarter, and goes with those who leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]

_MONTHS_OF_A_QUARTER = 3


class TraumaInformed(LeverBase):
    """Training in trauma-informed practice. Coverage settles where those trained replace those who leave.

    It takes time. What it does to leaving, or to the hours that are for people, has no evidence with a size: none
    unless the plan states it, of a service in which all are trained.
    """

    owner: ClassVar[str] = "employers and commissioners"
    payer: ClassVar[str] = "employers"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "none with a size: no effect on leaving or hours unless the plan states one"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "hours, down by the time that training takes"
    own_size: ClassVar[tuple[str, ...]] = ("leaving_change", "hours_change")

    kind: Literal["trauma_informed"] = "trauma_informed"
    trained: Change = Field(
        ge=0, le=1, description="Share of the untrained staff who are trained in a quarter, as 10% or 0.1"
    )
    training_hours: float = Field(
        default=0.0, ge=0, le=150, description="Time that the training of one takes [hours per person]"
    )
    leaving_change: Change = Field(
        default=0.0, gt=-1, le=10, description="The plan's own change of leaving where all are trained, as -5% or -0.05"
    )
    hours_change: Change = Field(
        default=0.0, gt=-1, le=10, description="The plan's own change of hours for people where all are trained, as 2%"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Some trained each month."""
        in_a_month = 1.0 - (1.0 - self.trained) ** (1.0 / _MONTHS_OF_A_QUARTER)
        leaving, hours = (np.log1p(np.array([change])) for change in (self.leaving_change, self.hours_change))
        rate = in_a_month * self.profile(context.months)
        return (Trained(rate, self.training_hours, leaving, hours, self.scope),)


__all__ = ["TraumaInformed"]
