"""Training places: more or fewer people start a course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import catalogue, units
from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Places
from mhwfmodel.levers.parts import Course, in_sectors_of_course
from mhwfmodel.levers.refusal import misfit
from mhwfmodel.levers.spending import Fixed, Spending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]


class TrainingPlaces(LeverBase):
    """More or fewer places on one course: a degree, an apprenticeship, the AMHP or the pre-AMHP course.

    Who starts is limited by those who may and want to; who qualifies looks for a post when the course ends. Places that
    are added are taken relative to the catalogue's central number.
    """

    owner: ClassVar[str] = "universities and the bodies that fund training; councils for AMHP courses"
    payer: ClassVar[str] = "bodies that fund training, and employers who release staff"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "a decision, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "amhp_trainees for an AMHP course, starters_newly_qualified for others, in its own direction"

    kind: Literal["training_places"] = "training_places"
    pipeline: Course = Field(description="Code of the course (mhwfmodel show pipelines)")
    change: Change | None = Field(default=None, ge=-1, le=10, description="Relative change of places, as 20% or 0.2")
    added: float | None = Field(
        default=None,
        ge=-1e6,
        le=1e6,
        allow_inf_nan=False,
        description="Places added in all England, negative for fewer [places/year]",
    )
    cost_per_place: float = Field(
        default=0.0, ge=0, le=1e12, allow_inf_nan=False, description="Cost of one place [GBP per person]"
    )

    @model_validator(mode="before")
    @classmethod
    def _whose(cls, data: Any) -> Any:
        return in_sectors_of_course(data)

    @model_validator(mode="after")
    def _one_of(self) -> TrainingPlaces:
        if (self.change is None) == (self.added is None):
            message = "give either change (a share of the places) or added (places a year), not both and not neither"
            raise ValueError(message)
        if self._change() < -1:
            text = (
                f"'{self.added:,g}' takes more places away than '{self.pipeline}' has, about {self._now():,.0f} a year"
            )
            raise misfit("added", text, f"take away fewer: write {-self._now():.0f} or more")
        return self

    def _now(self) -> float:
        """Places a year in England as the catalogue has them, at the centre."""
        places = catalogue.pipeline(self.pipeline).places
        return catalogue.parameter(places).central if isinstance(places, str) else places

    def _change(self) -> float:
        return self.change if self.added is None and self.change is not None else (self.added or 0.0) / self._now()

    def _more(self, context: Context) -> Path:
        return np.asarray(self._change() * self.profile(context.months))

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Places scaled."""
        return (Places(self.pipeline, 1.0 + self._more(context), self.scope),)

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """The places, spread over the year, at the central number: England's by the share of adults."""
        here = set(self.scope.icbs or context.icbs)
        adults = {place.code: float(place.adults) for place in catalogue.icbs()}
        share = sum(adults[code] for code in here) / sum(adults.values())
        monthly = share * self._now() / units.MONTHS_PER_YEAR * self.cost_per_place
        return (*super().spending(context), Fixed("training places", monthly * self._more(context)))


__all__ = ["TrainingPlaces"]
