"""What the labour market is made of: ages, retirement, distances and what people prefer, each from its own input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["Labour", "MoveScope", "labour"]

MoveScope = Literal["england", "within_icb"]
_MIDDLE_BAND = 1


@dataclass(frozen=True, slots=True)
class Labour:
    """The labour market of a run.

    Args:
        by_band: Leaving by experience relative to all staff, dims (draw, band).
        by_age: Leaving by age relative to all staff, retirement apart, dims (draw, age).
        retire: Hazard of retiring, dims (draw, age) [1/month].
        retire_from: Turnover below which fewer retire in proportion, dims (draw) [1/year].
        ageing: Hazard of passing into the next age band, dims (draw, age) [1/month].
        entry_ages: Ages of recruits by source, dims (source, age).
        near: What is left of an offer over the distance between two ICBs, dims (draw, icb, icb).
        same_sector: Factor on offers of one's own sector, dims (draw).
        offer_elasticity: How leaving for another employer rises with what is on offer, dims (draw).
        inside: Share of recruits who come from inside the sector, dims (draw).
        moving: Share of leavers who move to an employer that is modelled, dims (draw).
        looking: Share of the staff of an employer that closes who look for another post in the sector, dims (draw).
        shock_correlation: How alike in a month are the fates of two staff of one employer, dims (draw).
    """

    by_band: Table
    by_age: Table
    retire: Table
    retire_from: Table
    ageing: Table
    entry_ages: Table
    near: Table
    same_sector: Table
    offer_elasticity: Table
    inside: Table
    moving: Table
    looking: Table
    shock_correlation: Table


def labour(parameters: ParameterDraws, icb_codes: tuple[str, ...], moves: MoveScope) -> Labour:
    """Draw the labour market.

    Args:
        parameters: The uncertain inputs.
        icb_codes: ONS codes of the ICBs of the run.
        moves: Whether people move between ICBs.
    """
    zero = np.zeros(parameters.draws.size)
    retire = units.rate_to_hazard(parameters.value("retirement_rate"))
    young = units.rate_to_hazard(1.0 / parameters.value("years_under_35"))
    middle = units.rate_to_hazard(np.full_like(zero, 1.0 / _years(AGE_BANDS[_MIDDLE_BAND])))
    inside = parameters.value("recruits_from_inside_share")
    return Labour(
        by_band=np.stack([parameters.value(f"leaving_{band}") for band in EXPERIENCE_BANDS], axis=1),
        by_age=np.stack([parameters.value(f"leaving_{band}") for band in AGE_BANDS], axis=1),
        retire=np.stack([zero, zero, retire], axis=1),
        retire_from=parameters.value("retirement_needs_turnover"),
        ageing=np.stack([young, middle, zero], axis=1),
        entry_ages=np.array([row.shares for row in catalogue.entry_ages()]),
        near=_nearness(parameters.value("distance_decay"), icb_codes, moves),
        same_sector=np.exp(parameters.value("same_sector_preference")),
        offer_elasticity=parameters.value("offer_elasticity"),
        inside=inside,
        moving=inside * parameters.value("modelled_share_of_sector"),
        looking=parameters.value("closure_looking_share"),
        shock_correlation=parameters.value("employer_shock_correlation"),
    )


def _years(band: str) -> int:
    """Width of an age band that is named by its first and its last year of age."""
    first, last = band.split("_to_")
    return int(last) - int(first) + 1


def _nearness(decay: Table, icb_codes: tuple[str, ...], moves: MoveScope) -> Table:
    """`exp(−γ d)` between the ICBs of a run, dims (draw, icb, icb); only the diagonal where nobody moves."""
    at = {place.code: position for position, place in enumerate(catalogue.icbs())}
    rows = [at[code] for code in icb_codes]
    if moves == "within_icb":
        return np.tile(np.eye(len(rows)), (decay.size, 1, 1))
    distance = catalogue.distances()[np.ix_(rows, rows)]
    return np.asarray(np.exp(-decay[:, None, None] * distance), dtype=np.float64)
