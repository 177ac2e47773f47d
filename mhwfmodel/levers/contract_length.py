"""Contract length: how long commissioners contract services for, and with what notice."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from mhwfmodel.levers.base import Level
from mhwfmodel.levers.parts import NoEvidence


class ContractLength(NoEvidence):
    """Longer contracts and notice for services. No effect unless the plan states one."""

    owner: ClassVar[str] = "commissioners"
    payer: ClassVar[str] = "nobody: commissioners give up the freedom to end a contract"
    level: ClassVar[Level] = "place"
    moves: ClassVar[str] = "leavers, by the effect that the plan states"

    kind: Literal["contract_length"] = "contract_length"
    contract_years: float | None = Field(
        default=None, gt=0, le=30, description="Length of contracts that the plan means; told, and no effect [years]"
    )
    notice_months: float | None = Field(
        default=None, ge=0, le=60, description="Notice that the plan means; told, and no effect [months]"
    )


__all__ = ["ContractLength"]
