"""Policy on assessments under the Mental Health Act: the work of each, and how many there are."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level
from mhwfmodel.levers.effects import AmhpWork, Effect, PathwayScaled
from mhwfmodel.levers.on_pathway import Part, PathwayLever, Stages

__all__ = ["PolicyMinutes"]


class PolicyMinutes(PathwayLever):
    """New duties that make each assessment under the Mental Health Act longer, or bring more of them.

    It acts on the need for AMHPs, and on the pathway too where the run has one: the two never disagree.
    """

    names: ClassVar[dict[str, Part]] = {"stages": "stage", "requests": "entry"}
    owner: ClassVar[str] = "Department of Health and Social Care, by law and code of practice"
    payer: ClassVar[str] = "councils, through AMHP services"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "none on the hours that new duties take: the size is the plan's assumption"
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "amhp_need_fte, in its own direction"

    kind: Literal["policy_minutes"] = "policy_minutes"
    work_change: Change = Field(
        default=0.0,
        gt=-1,
        le=10,
        description="Relative change of the hours that an assessment takes, as 100% for double",
    )
    assessments_change: Change = Field(
        default=0.0, ge=-1, le=10, description="Relative change of the number of assessments that are asked for"
    )
    stages: Stages = Field(
        default=("mha_assessment", "mha_arrangements"),
        min_length=1,
        description="Stages that are the work of an assessment, by their names in the pathway file",
    )
    requests: Stages = Field(
        default=("mha_assessment",), min_length=1, description="Stages to which requests come from outside"
    )

    @model_validator(mode="after")
    def _says_something(self) -> PolicyMinutes:
        if not {"work_change", "assessments_change"} & self.model_fields_set:
            message = "give work_change, assessments_change or both"
            raise ValueError(message)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Work and requests scaled, of the need for AMHPs and of the pathway."""
        work, more = (1.0 + size * self.profile(context.months) for size in (self.work_change, self.assessments_change))
        where = self.scope.icbs
        return (
            AmhpWork(work, more, where),
            PathwayScaled("work", self.stages, work[None, :], where),
            PathwayScaled("arrivals", self.requests, more[None, :], where),
        )
