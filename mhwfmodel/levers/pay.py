"""Pay: fewer people leave and more apply, each once."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Level, LeverBase
from mhwfmodel.levers.effects import Effect, Scaled


class Pay(LeverBase):
    """A change of pay relative to what other employers pay.

    Pay enters once. Separations take their own elasticity: +10 % pay goes with 3 percentage points fewer separations
    on about 30 %, which is a factor of 0.9. Hiring takes what is left of the supply elasticity (the stock at rest is
    hiring over separations), so that the two together are never more than the published supply response.
    """

    owner: ClassVar[str] = "councils, through fees, and employers"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = (
        "panel studies with fixed effects, direct care in all adult social care, not mental health"
    )
    source: ClassVar[tuple[str, ...]] = ("E101", "E102", "E103", "E104", "E105")
    moves: ClassVar[str] = "leavers, against its own direction"

    kind: Literal["pay"] = "pay"
    change: Change = Field(gt=-0.5, le=1, description="Relative change of pay in real terms, as 5% or 0.05")

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving and attraction scaled, by draw."""
        log_pay = np.log1p(self.change * self.profile(context.months))[None, :]
        leaving = context.parameter("pay_separation_elasticity")[:, None]
        supply = context.parameter("pay_supply_elasticity")[:, None]
        hiring = np.maximum(supply + leaving, 0.0)
        return (
            Scaled("leaving", leaving * log_pay, self.scope),
            Scaled("attraction", hiring * log_pay, self.scope),
        )


__all__ = ["Pay"]
