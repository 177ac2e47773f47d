"""What moves staff in a month: what is on offer elsewhere, and the hazards of every edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.simulate.shocks import factor as shocked
from mhwfmodel.simulate.tracks import completing
from mhwfmodel.supply import Offers
from mhwfmodel.supply.hazards import Hazards
from mhwfmodel.supply.market import offered as offered_to
from mhwfmodel.supply.states import BANDS, progress_hazards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.simulate.model import Model

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["hazards", "market"]


def market(model: Model, month: int, rows: slice, vacant: Counts) -> Offers:
    """What is on offer in each cell: its attraction at rest, as vacancies, pay and the time to fill have changed it.

    Vacancies count as more or fewer than the trends alone would give: the trends of leaving already hold what the
    market as a whole does to it.
    """
    drivers, labour = model.inputs.drivers, model.inputs.labour
    trend = (drivers.time_to_fill + drivers.leaving + drivers.posts)[rows, month][:, None] * ~model.nhs
    usual = model.vacant[rows] * np.exp(trend)
    more = np.divide(vacant, usual, out=np.zeros_like(usual), where=usual > 0)
    levers = model.levers
    pull = levers.log_factor("attraction", month, rows, model.cells)
    pull = pull - levers.log_factor("time_to_fill", month, rows, model.cells)
    weight = model.rest.weight[rows] * more * np.exp(pull)
    return Offers(model.places, labour.near[rows], labour.same_sector[rows], np.ascontiguousarray(weight))


def hazards(model: Model, month: int, rows: slice, offers: Offers, felt: Table | None = None) -> Hazards:
    """What decides the chances of a month's edges.

    What is on offer elsewhere counts beside what one's own employer offers: where pay rises everywhere alike, nobody is
    drawn away by it.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        offers: What is on offer.
        felt: Logarithm of what else multiplies leaving this month, dims (draw, cell); nothing when left out.
    """
    inputs, rest, workforce, levers = model.inputs, model.rest, model.workforce, model.levers
    total, own = offered_to(offers)
    within = np.divide(own, total, out=np.zeros_like(total), where=total > 0)
    own_pay = levers.log_factor("attraction", month, rows, model.cells)
    there = total / np.exp(own_pay) if own_pay.any() else total
    more = np.divide(there, rest.offered[rows], out=np.ones_like(total), where=rest.offered[rows] > 0)
    shared = np.where(model.nhs, 1.0, np.exp(inputs.drivers.leaving[rows, month])[:, None])
    if model.stochastic:
        shared = shared * shocked(model.shocks, inputs.parameters, units.month_index(inputs.months[month]), rows)
    give_up, passes = completing(model.tracks, workforce.tracks, levers, month, rows)
    leaving = levers.log_leaving(month, rows, model.cells)
    by_band = np.exp(leaving if felt is None else leaving + felt[:, :, None]).transpose(0, 2, 1)
    return Hazards(
        scale=rest.scale[rows],
        shared=shared,
        by_band=np.ascontiguousarray(np.broadcast_to(by_band, (len(by_band), len(BANDS), model.cells))),
        relative=model.leaving.relative[rows],
        retire=model.leaving.retire[rows],
        retiring=model.leaving.retiring[rows],
        progress=progress_hazards(),
        ageing=model.leaving.ageing[rows],
        modelled=rest.modelled[rows],
        boundary=model.boundary[rows],
        pull=more ** inputs.labour.offer_elasticity[rows, None],
        within=within,
        stops=rng.one_minus_exp(give_up),
        passes=passes,
        closing=levers.closing(month, model.cells),
        looking=inputs.labour.looking[rows],
        leads=model.tracks.leads,
        renews=model.tracks.renews,
        group=workforce.groups,
    )
