"""Frozen posts: posts that fall empty are kept empty, and are no advertised vacancies."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Effect
from mhwfmodel.levers.parts import scaled


class FrozenPosts(LeverBase):
    """A vacancy freeze: a share of posts is not filled again.

    Vacant posts are frozen first, then posts that people leave. A frozen post is no vacancy: it leaves the
    establishment, and comes back when the freeze ends.
    """

    owner: ClassVar[str] = "councils and other employers"
    payer: ClassVar[str] = "nobody: pay that is saved"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = "a decision, not an effect: no evidence is needed"
    grade: ClassVar[Grade] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "establishment down"

    kind: Literal["frozen_posts"] = "frozen_posts"
    frozen: Change = Field(ge=0, lt=1, description="Share of the posts in the scope that is frozen, as 5% or 0.05")

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Posts scaled."""
        return (scaled(self, "posts", -self.frozen, context),)


__all__ = ["FrozenPosts"]
