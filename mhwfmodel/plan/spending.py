"""What the levers of a run cost beside staff: an amount, a share of wages, or so much for each unit of a measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.catalogue.variables import variable
from mhwfmodel.levers.spending import Fixed, Granted, OfWages, PerUnit
from mhwfmodel.levers.test_sites import TestSites
from mhwfmodel.plan.cells import month_blocks, people, scope_weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers import LeverBase
    from mhwfmodel.levers.spending import Spending
    from mhwfmodel.plan.drawn import Given
    from mhwfmodel.plan.unit_costs import UnitCosts
    from mhwfmodel.results import Result

    Array = NDArray[np.float64]

__all__ = ["LeverCost", "lever_costs", "payer_of"]


@dataclass(frozen=True, slots=True, eq=False)
class LeverCost:
    """What a lever spends on one thing.

    Args:
        number: Its place among the levers of the scenario, from 0.
        name: What the plan calls the lever, or its kind.
        kind: Its kind.
        what: What it is spent on.
        payer: Who pays.
        owner: Who has to decide.
        level: Where that is decided.
        pounds: Each month, dims (draw, month) [GBP/month].
        sector: Of money that is given to employers for staff whom they pay, their sector; empty for what is spent.
    """

    number: int
    name: str
    kind: str
    what: str
    payer: str
    owner: str
    level: str
    pounds: Array
    sector: str = ""


def lever_costs(result: Result, given: Given, unit: UnitCosts) -> tuple[LeverCost, ...]:
    """What each lever costs, one entry for each thing it is spent on; nothing for levers that say nothing of costs.

    Raises:
        DataError: The run did not keep a measure that a lever is paid by.
    """
    found: dict[tuple[int, str, str], LeverCost] = {}
    for number, lever in given.levers:
        for item in lever.spending(given.context):
            sector, pounds = item.sector if isinstance(item, Granted) else "", _pounds(result, item, unit)
            key = number, item.what, sector
            if key in found:
                # A lever that is tested in sites pays for the same thing there and elsewhere.
                pounds = found[key].pounds + pounds
            found[key] = LeverCost(
                number=number,
                name=lever.name or _kind(lever),
                kind=_kind(lever),
                what=item.what,
                payer=payer_of(lever),
                owner=lever.owner,
                level=lever.level,
                pounds=pounds,
                sector=sector,
            )
    return tuple(found.values())


def payer_of(lever: LeverBase) -> str:
    """Who pays for a lever; of one that tests another in sites, who pays for that one."""
    return lever.lever.payer if isinstance(lever, TestSites) else lever.payer


def _kind(lever: LeverBase) -> str:
    return str(getattr(lever, "kind", type(lever).__name__)).replace("_", " ")


def _pounds(result: Result, item: Spending, unit: UnitCosts) -> Array:
    """Pounds each month, dims (draw, month)."""
    if isinstance(item, Fixed | Granted):
        return np.array(np.broadcast_to(np.atleast_2d(item.pounds), unit.growth.shape))
    if isinstance(item, PerUnit):
        return _summed(result, item, np.ones_like(unit.staff), unit) * np.atleast_2d(item.pounds)
    heads = variable(item.measure).units != "FTE"
    each = unit.staff * unit.fte[:, None, :] if heads else unit.staff
    wages = _summed(result, item, each, unit)
    return wages * unit.growth * np.atleast_2d(item.share)


def _summed(result: Result, item: OfWages | PerUnit, each: Array, unit: UnitCosts) -> Array:
    """A measure in a scope, each of it weighted, dims (draw, month).

    Args:
        result: The run.
        item: What is paid for.
        each: Weight of one, dims (draw, sector, role).
        unit: Unit costs of the run.
    """
    found = np.empty_like(unit.growth)
    for block in month_blocks(result):
        reached = people(result, item.measure, block) * scope_weight(result, item.measure, item.scope, block)
        found[:, block.start - 1 : block.stop - 1] = np.einsum("dsrm,dsr->dm", reached, each)
    return found
