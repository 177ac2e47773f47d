"""What each month's equations are given: the first step of a month, before anybody leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import units
from mhwfmodel.catalogue.states import RECRUIT_SOURCES, SPECIALIST
from mhwfmodel.simulate.model import sum_by
from mhwfmodel.supply import MonthInputs
from mhwfmodel.supply.calibrate import competing
from mhwfmodel.supply.experience import progress_hazards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.simulate.model import Model

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["month_inputs"]

_ABROAD = RECRUIT_SOURCES.index("abroad")
_OUTSIDE = RECRUIT_SOURCES.index("outside")


def month_inputs(model: Model, month: int, rows: slice, before: MonthInputs | None) -> MonthInputs:
    """Probabilities, posts and chances of one month for some draws.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        before: Inputs of the month before; what has not changed is taken from it.
    """
    same = before is not None and _unchanged(model, month)
    return MonthInputs(
        month=units.month_index(model.inputs.months[month]),
        probability=before.probability if same and before else probabilities(model, month, rows),
        posts=funded_posts(model, month, rows),
        fill=before.fill if same and before else fill_chances(model, month, rows),
        source_share=before.source_share if same and before else source_shares(model, month, rows),
        candidates=tuple(
            (offer.source, offered(model, number, month, rows)) for number, offer in enumerate(model.levers.offers)
        ),
    )


def _unchanged(model: Model, month: int) -> bool:
    drivers = model.inputs.drivers
    paths = (drivers.leaving, drivers.time_to_fill, drivers.abroad)
    return model.levers.constant(month) and all(np.array_equal(path[:, month], path[:, month - 1]) for path in paths)


def probabilities(model: Model, month: int, rows: slice) -> Table:
    """Joint chance of each kind of edge (move, boundary, exit, progress), dims (kind, draw, cell × band)."""
    inputs = model.inputs
    trend = inputs.drivers.leaving[rows, month][:, None] * ~model.nhs
    log = model.levers.log_leaving(month, rows, model.cells) + trend[:, :, None]
    leave, progress = competing(model.hazard[rows] * np.exp(log), progress_hazards())
    inside = inputs.inside_cell[rows][:, None, None]
    boundary = model.boundary[rows][:, None, None]
    gone = leave * (1.0 - inside)
    kinds = (leave * inside, gone * boundary, gone * (1.0 - boundary), progress)
    return np.stack([kind.reshape(kind.shape[0], -1) for kind in kinds])


def funded_posts(model: Model, month: int, rows: slice) -> Counts:
    """Funded posts, dims (draw, cell): trends, then posts added, then posts scaled.

    In whole posts only the change since the start is rounded, each cell by its own uniform, so that a lever elsewhere
    changes nothing here.
    """
    base, drivers = model.posts[rows], model.inputs.drivers
    special = model.inputs.cells.strand == SPECIALIST
    all_posts = base * np.exp(drivers.posts[rows, month][:, None] * ~model.nhs)
    kept = base * np.exp(drivers.specialist_posts[rows, month])[:, None]
    target = np.where(special, kept, all_posts)
    freed = np.where(special, all_posts - kept, 0.0) * model.posts_reused[rows, None]
    if freed.any():
        target = target + model.general_share[rows] * sum_by(freed, model.icb_sector)
    for posts, share in model.levers.added:
        target = target + posts[month] * share[rows]
    target = target * np.exp(model.levers.log_factor("posts", month, rows, model.cells))
    if not model.stochastic:
        return np.asarray(np.maximum(target, 0.0), dtype=np.float64)
    whole = np.floor(target - base + model.post_uniform[rows]) + base
    return np.asarray(np.maximum(whole, 0.0), dtype=np.int64)


def fill_chances(model: Model, month: int, rows: slice) -> Table:
    """Chance that a vacancy is filled from outside the cell in the month, dims (draw, cell).

    At rest `q = L/(V + L) = 1/(1 + τ)`, which is `1 − exp(−α)` with α = ln(1 + 1/τ). Time to fill scales τ, attraction
    scales α.
    """
    trend = model.inputs.drivers.time_to_fill[rows, month][:, None] * ~model.nhs
    longer = np.exp(model.levers.log_factor("time_to_fill", month, rows, model.cells) + trend)
    duration = model.duration[rows] * longer
    attraction = np.exp(model.levers.log_factor("attraction", month, rows, model.cells))
    fill = units.fill_probability(duration)
    changed = attraction != 1.0
    if not changed.any():
        return fill
    intensity = np.log1p(np.divide(1.0, duration, out=np.full_like(duration, np.inf), where=duration > 0))
    return np.where(changed, -np.expm1(-intensity * attraction), fill)


def source_shares(model: Model, month: int, rows: slice) -> Table:
    """Share of each source in recruits from outside the cell, dims (source, draw, cell).

    The trend is one of people; hires follow leaving, so the share moves by the one over the other. Fewer recruits from
    abroad leave their vacancies to people from outside the sector, and more take them from there, never more than there
    are: how fast vacancies fill is told by the trends of turnover and vacancies, which the fall is already part of.
    """
    shares = model.inputs.source_share[:, rows]
    drivers = model.inputs.drivers
    if not drivers.abroad[rows, month].any():
        return shares
    trend = drivers.abroad[rows, month] - drivers.leaving[rows, month]
    shares = shares.copy()
    both = shares[_ABROAD] + shares[_OUTSIDE]
    shares[_ABROAD] = np.minimum(shares[_ABROAD] * np.exp(trend)[:, None], both)
    shares[_OUTSIDE] = both - shares[_ABROAD]
    return shares


def offered(model: Model, number: int, month: int, rows: slice) -> Counts:
    """People whom programmes of one source offer in the month, dims (draw, cell); whole ones keep their running sum."""
    offer = model.levers.offers[number]
    if not model.stochastic:
        return offer.total(slice(month, month + 1), rows)
    until = offer.total(slice(month + 1), rows)
    earlier = offer.total(slice(month), rows)
    uniform = model.offer_uniforms[number][rows]
    return np.asarray(np.floor(until + uniform) - np.floor(earlier + uniform), dtype=np.int64)
