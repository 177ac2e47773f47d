"""What each month's equations are given: the first step of a month, before anybody leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.catalogue.states import RECRUIT_SOURCES, SPECIALIST
from mhwfmodel.inputs.fitting import cut
from mhwfmodel.simulate.model import sum_by
from mhwfmodel.simulate.shocks import factor as shocked
from mhwfmodel.supply import MonthInputs, Offers
from mhwfmodel.supply.market import offered as offered_to
from mhwfmodel.supply.states import BANDS, progress_hazards
from mhwfmodel.supply.workforce import EDGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.simulate.model import Model
    from mhwfmodel.simulate.starting import CourseStart
    from mhwfmodel.supply import Pool

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["month_inputs", "start_courses"]

_ABROAD = RECRUIT_SOURCES.index("abroad")
_OUTSIDE = RECRUIT_SOURCES.index("outside")


def month_inputs(model: Model, month: int, rows: slice, vacant: Counts, pool: Pool) -> MonthInputs:
    """Probabilities, posts and chances of one month for some draws.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        vacant: Vacancies at the end of the month before, dims (draw, cell).
        pool: Newly qualified people who look for work.
    """
    offers = market(model, month, rows, vacant)
    return MonthInputs(
        month=units.month_index(model.inputs.months[month]),
        probability=probabilities(model, month, rows, offers),
        posts=funded_posts(model, month, rows),
        fill=fill_chances(model, month, rows),
        source_share=source_shares(model, month, rows),
        candidates=tuple(
            (offer.source, offered(model, number, month, rows)) for number, offer in enumerate(model.levers.offers)
        ),
        offers=offers,
        routes=model.routes.some(rows),
        pools=(pool,),
    )


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


def probabilities(model: Model, month: int, rows: slice, offers: Offers) -> Table:
    """Joint chance of each kind of edge, dims (kind, draw, group), kinds in the order of `supply.EDGES`.

    What is on offer elsewhere counts beside what one's own employer offers: where pay rises everywhere alike, nobody is
    drawn away by it.
    """
    from mhwfmodel.supply import _chances

    inputs, rest, workforce = model.inputs, model.rest, model.workforce
    total, own = offered_to(offers)
    within = np.divide(own, total, out=np.zeros_like(total), where=total > 0)
    at_rest = rest.offered[rows]
    own_pay = np.exp(model.levers.log_factor("attraction", month, rows, model.cells))
    more = np.divide(total / own_pay, at_rest, out=np.ones_like(total), where=at_rest > 0)
    pull = more ** inputs.labour.offer_elasticity[rows, None]
    trend = inputs.drivers.leaving[rows, month][:, None] * ~model.nhs
    factor = np.exp(model.levers.log_leaving(month, rows, model.cells) + trend[:, :, None])
    if model.stochastic:
        factor = (
            factor * shocked(model.shocks, inputs.parameters, units.month_index(inputs.months[month]), rows)[:, :, None]
        )
    # All kinds of a group lie side by side, because a node reads them together.
    out = np.empty((len(total), workforce.group_cell.size, len(EDGES)))
    _chances.fill_chances(
        rest.scale[rows], factor, model.leaving.relative[rows], model.leaving.retire[rows],
        model.leaving.retiring[rows],
        progress_hazards(),
        model.leaving.ageing[rows], rest.modelled[rows], model.boundary[rows], pull, within, model.tracks.give_up[rows],
        model.tracks.passes[rows], model.levers.closing(month, model.cells),
        model.inputs.labour.looking[rows], workforce.group_cell, workforce.group_state, workforce.group_track,
        workforce.group_last, model.tracks.leads, model.tracks.renews, len(BANDS), out,
    )  # fmt: skip
    return out.transpose(2, 0, 1)


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
    """Chance that a vacancy is filled from outside the model in the month, dims (draw, cell).

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
    """Share of each source in recruits from outside the model, dims (source, draw, cell).

    The trend is one of people; hires follow leaving, so the share moves by the one over the other. Fewer recruits from
    abroad leave their vacancies to people from outside the sector, and more take them from there, never more than there
    are: how fast vacancies fill is told by the trends of turnover and vacancies, which the fall is already part of.
    """
    shares = model.inputs.source_share[:, rows]
    drivers = model.inputs.drivers
    if not model.held:
        shares = shares.copy()
        trend = drivers.abroad[rows, month] - drivers.leaving[rows, month]
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


def start_courses(
    model: Model, month: int, rows: slice, stock: Counts, started: tuple[Counts, ...]
) -> tuple[Counts, tuple[Counts, ...]]:
    """Put those who start a course this month on it; nobody changes post by that.

    Places are filled as far as there are staff to take them. Whole starters of a course are a running sum of the
    expected ones, rounded with one uniform a cell and course; a place that nobody could take is offered again.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        stock: People at the end of the month before, dims (draw, node).
        started: Who has started each course since the run began, dims (draw, place) each.

    Returns:
        The stock and who has started, after the month's intakes.
    """
    label = model.inputs.months[month]
    calendar = int(label[5:])
    found: NDArray[Any] = np.array(stock)
    so_far = list(started)
    for number, start in enumerate(model.rest.starts):
        if calendar in start.months and (model.held or not start.last_intake or label <= start.last_intake):
            there = found[:, start.plain]
            if model.stochastic:
                moved = _whole_starters(model, start, month, rows, there, so_far[number])
            else:
                moved = np.minimum(start.people[rows], there)
            found[:, start.plain] -= moved
            found[:, start.on_track] += moved
            so_far[number] = so_far[number] + moved.sum(axis=2)
    return found, tuple(so_far)


def _whole_starters(
    model: Model, start: CourseStart, month: int, rows: slice, there: NDArray[Any], started: Counts
) -> NDArray[Any]:
    """Whole starters of an intake by state, dims (draw, place, state of the start), in proportion to who is there."""
    parameters, months = model.inputs.parameters, model.inputs.months
    ids = model.inputs.cells.id[start.cells]
    line = model.workforce.tracks[start.track - 1].number
    draws, purpose = parameters.draws[rows], rng.Purpose.START
    intakes = sum(1 for label in months[: month + 1] if int(label[5:]) in start.months)
    uniform = rng.uniform(parameters.seed, draws, ids, purpose, decision=line)
    owed = np.floor(start.people[rows].sum(axis=2) * intakes + uniform) - started
    running = np.cumsum(there, axis=2, dtype=np.float64)
    able = running[:, :, -1]
    number = np.clip(owed, 0.0, able)
    spread = rng.uniform(parameters.seed, draws, ids, purpose, time=units.month_index(months[month]), decision=line)
    ratio = np.divide(number, able, out=np.zeros_like(able), where=able > 0)
    scaled = np.minimum(running * ratio[:, :, None], number[:, :, None])
    scaled[:, :, -1] = number
    return np.diff(cut(scaled, spread[:, :, None]), axis=2, prepend=0).astype(there.dtype)
