"""Pay: fewer people leave and more apply, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np
from pydantic import Field

from mhwfmodel.levers.base import Change, Context, Grade, Level, LeverBase, Scope
from mhwfmodel.levers.effects import Effect, Scaled, Source, SourceScaled
from mhwfmodel.levers.spending import OfWages, Spending

if TYPE_CHECKING:
    from numpy.typing import NDArray


def paid(context: Context, log_pay: NDArray[np.float64], scope: Scope) -> tuple[Scaled, Scaled]:
    """What pay does, whichever lever changes it: leaving and attraction scaled, by draw.

    Args:
        context: The run.
        log_pay: Logarithm of pay relative to what it was, dims (month).
        scope: Where.
    """
    leaving = context.parameter("pay_separation_elasticity")[:, None]
    hiring = np.maximum(context.parameter("pay_supply_elasticity")[:, None] + leaving, 0.0)
    return (
        Scaled("leaving", leaving * log_pay[None, :], scope),
        Scaled("attraction", hiring * log_pay[None, :], scope),
    )


class Pay(LeverBase):
    """A change of pay relative to what other employers pay.

    Pay enters once. Separations take their own elasticity: +10 % pay goes with 3 percentage points fewer separations
    on about 30 %, which is a factor of 0.9. Hiring takes what is left of the supply elasticity (the stock at rest is
    hiring over separations), so that the two together are never more than the published supply response.
    """

    owner: ClassVar[str] = "councils, through fees, and employers"
    payer: ClassVar[str] = "councils and the NHS, through fees and budgets"
    level: ClassVar[Level] = "national"
    evidence: ClassVar[str] = (
        "panel studies with fixed effects, direct care in all adult social care, not mental health"
    )
    grade: ClassVar[Grade] = "causal"
    source: ClassVar[tuple[str, ...]] = ("E101", "E102", "E103", "E104", "E105")
    moves: ClassVar[str] = "leavers, against its own direction"

    kind: Literal["pay"] = "pay"
    change: Change = Field(gt=-0.5, le=1, description="Relative change of pay in real terms, as 5% or 0.05")
    zero_sum: bool = Field(
        default=False,
        description="Whether those who come because of it all come from other employers, so that others lose them",
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving and attraction scaled, by draw."""
        log_pay = np.log1p(self.change * self.profile(context.months))
        leaving, attraction = paid(context, log_pay, self.scope)
        if not self.zero_sum:
            return (leaving, attraction)
        as_before = np.exp(-attraction.log_factor)
        return (leaving, attraction, *(SourceScaled(source, as_before, self.scope) for source in get_args(Source)))

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """The rise, on the pay of all whom it reaches."""
        rise = self.change * self.profile(context.months)
        return (*super().spending(context), OfWages("pay", rise, self.scope))


__all__ = ["Pay", "paid"]
