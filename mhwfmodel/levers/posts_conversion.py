"""Conversion of posts: a part of some posts become posts of another role, so that the skill mix changes."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect, PostsConverted
from mhwfmodel.levers.parts import Role


class PostsConversion(LeverBase):
    """Posts of the roles in the scope that become posts of another role with the same employers: as many go as come."""

    owner: ClassVar[str] = "employers and commissioners"
    payer: ClassVar[str] = "nobody: posts stay as many"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "a decision, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "establishment of the role up, and of the others down by as much"

    kind: Literal["posts_conversion"] = "posts_conversion"
    share: Change = Field(ge=0, le=1, description="Share of the posts in the scope that is converted, as 10% or 0.1")
    to_role: Role = Field(description="Role that they become (mhwfmodel show roles)")

    @model_validator(mode="after")
    def _from_some(self) -> PostsConversion:
        if not set(self.scope.roles) - {self.to_role}:
            message = "say in 'roles' of its scope which posts are converted"
            raise ValueError(message)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts converted."""
        return (PostsConverted(self.share * self.profile(context.months), self.to_role, self.scope),)


__all__ = ["PostsConversion"]
