"""New roles: posts of a role that is new to employers, such as peer workers, with training and entry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from mhwfmodel import units
from mhwfmodel.levers.base import Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import CandidatesOffered, Effect, PostsAdded
from mhwfmodel.levers.parts import Role, in_scope, later
from mhwfmodel.levers.spending import Fixed, Spending

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]


class NewRoles(LeverBase):
    """Posts of one role, such as peer workers or link workers, and people trained for them.

    Who is trained comes from outside the sector, and takes a vacant post of the role or none. To make such posts out of
    those that are there, use `posts_conversion`.
    """

    owner: ClassVar[str] = "commissioners and employers"
    payer: ClassVar[str] = "commissioners"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = "a decision, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ("Z05",)
    moves: ClassVar[str] = "establishment up"

    kind: Literal["new_roles"] = "new_roles"
    role: Role = Field(description="The role, such as peer_worker or link_worker (mhwfmodel show roles)")
    posts: float = Field(ge=0, le=1e6, allow_inf_nan=False, description="Posts added over the whole scope [posts]")
    trained_per_year: float = Field(
        default=0.0, ge=0, le=1e6, allow_inf_nan=False, description="People who start training for them [people/year]"
    )
    training_months: int = Field(default=0, ge=0, le=72, description="How long their training takes [months]")
    cost_per_trainee: float = Field(
        default=0.0, ge=0, le=1e12, allow_inf_nan=False, description="Cost of the training of one [GBP per person]"
    )

    @model_validator(mode="before")
    @classmethod
    def _one_role(cls, data: Any) -> Any:
        role = data.get("role") if isinstance(data, dict) else None
        return in_scope(data, "roles", (role,)) if isinstance(role, str) else data

    def _trainees(self, context: Context) -> Path:
        return np.asarray(self.trained_per_year / units.MONTHS_PER_YEAR * self.profile(context.months))

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts added, and people who have been trained."""
        arrive = later(self._trainees(context), self.training_months)
        return (
            PostsAdded(self.posts * self.profile(context.months), self.scope),
            CandidatesOffered(arrive, "newly_qualified", self.scope),
        )

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """The training."""
        return (*super().spending(context), Fixed("training", self.cost_per_trainee * self._trainees(context)))


__all__ = ["NewRoles"]
