"""Employer closure: employers close, their staff are released and their posts are lost."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase
from mhwfmodel.levers.effects import Closed, Effect, Scaled


class EmployerClosure(LeverBase):
    """Employers that close, such as charities whose funding ends.

    Staff of an employer that closes look for a post with the other employers of their role, the nearer the likelier;
    whom no vacancy takes leaves the sector. Posts are lost with the employer unless others take the work over.
    """

    owner: ClassVar[str] = "commissioners and employers"
    payer: ClassVar[str] = "funders, through posts that end"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = (
        "none on how many close: the size is the plan's assumption; where staff go is the model's market"
    )
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "leavers up and establishment down"

    kind: Literal["employer_closure"] = "employer_closure"
    closing: Change = Field(
        ge=0,
        le=1,
        description="Share of the staff in the scope whose employer closes, as 10% or 0.1; spread over the ramp",
    )
    posts_lost: Change = Field(
        default=1.0, ge=0, le=1, description="Share of their posts that no other employer takes over, as 100% or 1"
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Staff released as employers close, and posts lost with them."""
        closed = self.closing * self.profile(context.months)
        before = np.concatenate([[0.0], closed[:-1]])
        left = 1.0 - before
        chance = np.divide(np.maximum(closed - before, 0.0), left, out=np.zeros_like(closed), where=left > 0)
        with np.errstate(divide="ignore"):
            posts = np.log1p(-closed * self.posts_lost)
        return (Closed(np.minimum(chance, 1.0), self.scope), Scaled("posts", posts[None, :], self.scope))


__all__ = ["EmployerClosure"]
