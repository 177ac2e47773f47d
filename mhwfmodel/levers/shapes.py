"""How something that befalls a service comes and goes over time.

A step and a ramp are what `start`, `ramp_months` and `end` of every lever say. Beside these there is a shock that fades
(`decay`) and one that comes and goes (`pulse`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from mhwfmodel import units
from mhwfmodel.levers.on_pathway import PathwayLever
from mhwfmodel.levers.refusal import misfit

__all__ = ["Decay", "Pulse", "Shape", "ShapedLever", "decay", "pulse"]

_SETTINGS = ConfigDict(extra="forbid", frozen=True)
_HALF = 0.5
_Path = NDArray[np.float64]


def decay(since: _Path, half_life: float) -> _Path:
    """All of it at first, half after each half-life.

    Args:
        since: Months since the first, dims (month); before it there is nothing.
        half_life: Half-life [months].
    """
    return np.where(since >= 0, _HALF ** (np.maximum(since, 0.0) / half_life), 0.0)


def pulse(since: _Path, rise: int, hold: int, fall: int) -> _Path:
    """Up evenly, all of it for a while, and down evenly to nothing.

    Args:
        since: Months since the first, dims (month); before it there is nothing.
        rise: Months until it is there in full, the last of them with all of it [months].
        hold: Further months with all of it [months].
        fall: Months until nothing is left, the last of them with nothing [months].
    """
    up = np.clip((since + 1) / max(rise, 1), 0.0, 1.0)
    past = since + 1 - rise - hold
    down = np.clip(1.0 - past / max(fall, 1), 0.0, 1.0)
    return np.where(since < 0, 0.0, np.minimum(up, down))


class Decay(BaseModel):
    """All at once in the first month, and half of it left after each half-life."""

    model_config = _SETTINGS

    kind: Literal["decay"] = "decay"
    half_life_months: float = Field(gt=0, le=600, description="Until half is left [months]")

    def at(self, since: _Path) -> _Path:
        """How much acts so many months after the first, dims (month)."""
        return decay(since, self.half_life_months)

    def total(self) -> float:
        """Sum over all months [months]."""
        return float(1.0 / -np.expm1(np.log(_HALF) / self.half_life_months))


class Pulse(BaseModel):
    """Up evenly, in full for a while, and down evenly to nothing."""

    model_config = _SETTINGS

    kind: Literal["pulse"] = "pulse"
    rise_months: int = Field(default=1, ge=1, le=600, description="Until it acts in full [months]")
    hold_months: int = Field(default=0, ge=0, le=600, description="Further months in full [months]")
    fall_months: int = Field(default=1, ge=1, le=600, description="Until nothing is left [months]")

    def at(self, since: _Path) -> _Path:
        """How much acts so many months after the first, dims (month)."""
        return pulse(since, self.rise_months, self.hold_months, self.fall_months)

    def total(self) -> float:
        """Sum over all months [months]."""
        length = self.rise_months + self.hold_months + self.fall_months
        return float(self.at(np.arange(length, dtype=np.float64)).sum())


Shape = Annotated[Decay | Pulse, Field(discriminator="kind")]


class ShapedLever(PathwayLever):
    """A lever on the pathway that may come and go in a shape."""

    shape: Shape | None = Field(
        default=None, description="How it comes and goes: decay or pulse; a step or a ramp when left out"
    )

    @model_validator(mode="after")
    def _one_shape(self) -> ShapedLever:
        if self.shape is not None and self.ramp_months:
            text = f"ramp_months {self.ramp_months} and shape are written together"
            raise misfit("ramp_months", text, "keep one of them: a pulse has its own rise")
        return self

    def weights(self, months: Sequence[str]) -> _Path:
        """How much of it acts in each month, 0 to 1, dims (month)."""
        acting = self.profile(months)
        if self.shape is None:
            return acting
        first = units.month_index(self.start)
        since = np.array([units.month_index(month) - first for month in months], dtype=np.float64)
        return acting * self.shape.at(since)

    def all_weights(self) -> float:
        """Sum of the weights over all months in which it acts, those after the run among them; infinite without end."""
        if self.end is not None:
            length = units.month_index(self.end) - units.month_index(self.start)
            return float(self.weights(units.month_range(self.start, length)).sum())
        return np.inf if self.shape is None else self.shape.total()
