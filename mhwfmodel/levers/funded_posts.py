"""Funded posts: an establishment grows or is cut."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect
from mhwfmodel.levers.parts import more_posts, one_size


class FundedPosts(LeverBase):
    """More or fewer funded posts.

    Posts that are cut empty first and are then closed as people leave: nobody is made redundant, and a post that is no
    longer funded is no vacancy.
    """

    owner: ClassVar[str] = "commissioners and employers"
    payer: ClassVar[str] = "commissioners"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "a decision, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "establishment, in its own direction"

    kind: Literal["funded_posts"] = "funded_posts"
    posts: float | None = Field(
        default=None,
        ge=-1e6,
        le=1e6,
        allow_inf_nan=False,
        description="Posts added over the whole scope; negative for a cut [posts]",
    )
    change: Change | None = Field(
        default=None, gt=-1, le=10, description="Relative change of posts in the scope, as -10% or -0.1"
    )

    @model_validator(mode="after")
    def _one_of(self) -> FundedPosts:
        one_size(self.posts, self.change)
        return self

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts added, or posts scaled."""
        return (more_posts(self, self.posts, self.change, context),)


__all__ = ["FundedPosts"]
