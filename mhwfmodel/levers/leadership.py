"""Leadership: networks and posts that lead the profession, such as principal social workers."""

from __future__ import annotations

from typing import ClassVar, Literal

from mhwfmodel.levers.base import Level
from mhwfmodel.levers.parts import NoEvidence


class Leadership(NoEvidence):
    """Professional leadership, as of principal social workers and their network. No effect unless stated."""

    owner: ClassVar[str] = "councils and the Chief Social Worker"
    payer: ClassVar[str] = "councils"
    level: ClassVar[Level] = "regional"
    moves: ClassVar[str] = "leavers, by the effect that the plan states"

    kind: Literal["leadership"] = "leadership"


__all__ = ["Leadership"]
