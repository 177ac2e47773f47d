"""What levers on the pathway share: they name its parts, and act on whole boards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator

from mhwfmodel.levers.base import LeverBase, Scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mhwfmodel.levers.base import Context

    Path = NDArray[np.float64]

__all__ = ["OfClass", "Part", "PathwayLever", "Pools", "Stages", "row"]

Part = Literal["stage", "entry", "pool", "caseload", "class", "way"]
"""What a name of a pathway file may stand for.

`entry` is a stage to which people come from outside, `caseload` a pool with so many places for each FTE, `way` where a
way on from the lever's `stage` leads to.
"""


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    for at, name in enumerate(names):
        if name in names[:at]:
            message = f"'{name}' is written twice, at [{names.index(name)}] and [{at}]; keep one of them"
            raise ValueError(message)
    return names


Stages = Annotated[tuple[str, ...], AfterValidator(_once)]
"""Stages of a pathway, by their names in its file."""

Pools = Annotated[tuple[str, ...], AfterValidator(_once)]
"""Pools of a pathway, by their names in its file."""

OfClass = Annotated[str, Field(min_length=1)]
"""A class of people, by its name in the pathway file."""


class PathwayLever(LeverBase):
    """A lever on the pathway.

    Attributes:
        names: Fields that hold names of the pathway file, and what they are names of.
    """

    names: ClassVar[Mapping[str, Part]]

    @field_validator("scope")
    @classmethod
    def _whole_boards(cls, scope: Scope) -> Scope:
        if scope.sectors or scope.roles or scope.strand != "overall":
            message = "a lever on the pathway acts on whole boards; keep 'icbs', and take the rest out of the scope"
            raise ValueError(message)
        return scope

    def acting(self, context: Context) -> Path:
        """How much of it acts, 0 to 1, dims (1, month)."""
        return row(self.profile(context.months))


def row(path: Path) -> Path:
    """A path over months as one that is the same in every draw, dims (1, month)."""
    return path[None, :]
