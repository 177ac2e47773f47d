"""What one of each thing costs in every draw: an employee, an agency worker, a starter, an AMHP trainee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.simulate.tracks import quantity, towards_approval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Array = NDArray[np.float64]

__all__ = ["UnitCosts", "unit_costs_of"]


@dataclass(frozen=True, slots=True, eq=False)
class UnitCosts:
    """Unit costs by draw, prices of 2024/25 before growth.

    Args:
        staff: Pay with on-costs, dims (draw, sector, role) [GBP per FTE and month].
        agency: The same for agency staff, dims (draw, sector, role) [GBP per FTE and month].
        starter: What a starter costs beyond pay, dims (draw, sector, role) [GBP per person].
        trainee: What an AMHP trainee of England costs beyond pay, spread over the posts that AMHPs hold, dims
            (draw, sector, role) [GBP per trainee and month].
        fte: Full-time equivalents a head, dims (draw, role).
        growth: Factor on all of them but `fte`, dims (draw, month).
    """

    staff: Array
    agency: Array
    starter: Array
    trainee: Array
    fte: Array
    growth: Array


def unit_costs_of(parameters: ParameterDraws, months: int, real_growth: float | None = None) -> UnitCosts:
    """Work out unit costs.

    Args:
        parameters: The uncertain inputs of a run.
        months: How many months are simulated.
        real_growth: Growth a year in real terms, in place of the assumption `unit_cost_growth` [1/year].
    """
    named = catalogue.unit_costs()
    roles, sectors = catalogue.roles(), catalogue.sectors()

    def value(kind: str, code: str) -> Array:
        return parameters.value(named[kind, code].parameter)

    pay = np.stack([value("pay", role.code) for role in roles], axis=1)
    on_costs = np.stack([value("on_costs", sector.code) for sector in sectors], axis=1)
    staff = pay[:, None, :] * (1.0 + on_costs[:, :, None]) / units.MONTHS_PER_YEAR
    starter = np.stack([value("replacement", role.hours_group) for role in roles], axis=1)
    fte = np.stack([parameters.value(role.participation) for role in roles], axis=1)
    growth = parameters.value("unit_cost_growth") if real_growth is None else np.full(len(pay), real_growth)
    return UnitCosts(
        staff=staff,
        agency=staff * (1.0 + parameters.value("agency_premium"))[:, None, None],
        starter=np.repeat(starter[:, None, :], len(sectors), axis=1),
        trainee=_trainee(parameters, staff * fte[:, None, :]),
        fte=fte,
        growth=(1.0 + growth)[:, None] ** (np.arange(months) / units.MONTHS_PER_YEAR),
    )


def _trainee(parameters: ParameterDraws, person: Array) -> Array:
    """What an AMHP trainee costs beyond pay, see `UnitCosts`.

    Of those on a course at a time each course has a part as large as its places times its length. The time that a
    course releases is paid a second time as far as it is covered; the fee is paid once a course, and spread over it.

    Args:
        parameters: The uncertain inputs.
        person: Cost of a person in post, dims (draw, sector, role) [GBP/month].
    """
    courses = [item for item in catalogue.pipelines() if towards_approval(item)]
    places = np.stack([quantity(parameters, item.places) for item in courses], axis=1)
    present = places * np.array([item.months for item in courses])
    total = present.sum(axis=1)
    released = np.stack([quantity(parameters, item.released) for item in courses], axis=1)
    away = (present * released).sum(axis=1) / total
    ends_in_approval = np.array([item.gives == "amhp" for item in courses])
    fee = parameters.value("amhp_course_fee") * (places * ends_in_approval).sum(axis=1) / total
    each = (away * parameters.value("backfill_share"))[:, None, None] * person + fee[:, None, None]
    return np.asarray(each * _amhp_shares(), dtype=np.float64)


def _amhp_shares() -> Array:
    """Share of England's AMHPs in the posts of each sector and role, dims (sector, role)."""
    sectors: Mapping[str, int] = {item.code: at for at, item in enumerate(catalogue.sectors())}
    roles: Mapping[str, int] = {item.code: at for at, item in enumerate(catalogue.roles())}
    share = np.zeros((len(sectors), len(roles)))
    for item in catalogue.amhp_posts():
        share[sectors[item.sector], roles[item.role]] += item.share
    return share
