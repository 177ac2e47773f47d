"""What each month's equations are given: the first step of a month, before anybody leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.catalogue.states import RECRUIT_SOURCES, SPECIALIST
from mhwfmodel.levers.effects import Places, SourceScaled
from mhwfmodel.simulate.effects import in_month
from mhwfmodel.simulate.hazards import hazards, market
from mhwfmodel.simulate.tracks import routes_in
from mhwfmodel.supply import MonthInputs
from mhwfmodel.supply.sums import sum_to

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
_MONTH = 5


def month_inputs(
    model: Model, month: int, rows: slice, vacant: Counts, pool: Pool, felt: Table | None = None
) -> MonthInputs:
    """Probabilities, posts and chances of one month for some draws.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        vacant: Vacancies at the end of the month before, dims (draw, cell).
        pool: Newly qualified people who look for work.
        felt: Logarithm of what else multiplies leaving this month, dims (draw, cell); nothing when left out.
    """
    offers = market(model, month, rows, vacant)
    shares, kept = sources(model, month, rows)
    return MonthInputs(
        month=units.month_index(model.inputs.months[month]),
        probability=hazards(model, month, rows, offers, felt),
        posts=funded_posts(model, month, rows),
        fill=fill_chances(model, month, rows, kept),
        source_share=shares,
        candidates=tuple(
            (offer.source, offered(model, number, month, rows)) for number, offer in enumerate(model.levers.offers)
        ),
        offers=offers,
        routes=routes_in(model.routes.some(rows), model.led, model.levers, month),
        pools=(pool,),
    )


def funded_posts(model: Model, month: int, rows: slice) -> Counts:
    """Funded posts, dims (draw, cell): trends, then posts added, then posts scaled, then posts converted.

    In whole posts only the change since the start is rounded, each cell by its own uniform, so that a lever elsewhere
    changes nothing here.
    """
    base, drivers = model.posts[rows], model.inputs.drivers
    special = model.inputs.cells.strand == SPECIALIST
    target = base * _outside_nhs(model, drivers.posts[rows, month])
    kept = base[:, special] * np.exp(drivers.specialist_posts[rows, month])[:, None]
    freed = (target[:, special] - kept) * model.posts_reused[rows, None]
    target[:, special] = kept
    if freed.any():
        place = model.icb_sector
        by_place = sum_to(freed, place[special], int(place.max()) + 1)
        target += model.general_share[rows] * np.take(by_place, place, axis=1)
    for posts, share in model.levers.added:
        target = target + posts[month] * share[rows]
    target = target * np.exp(model.levers.log_factor("posts", month, rows, model.cells))
    target = model.levers.convert(target, month)
    if not model.stochastic:
        return np.asarray(np.maximum(target, 0.0), dtype=np.float64)
    whole = np.floor(target - base + model.post_uniform[rows]) + base
    return np.asarray(np.maximum(whole, 0.0), dtype=np.int64)


def _outside_nhs(model: Model, trend: Table) -> Table:
    """Factor of a trend that the NHS has no part in, dims (draw, cell), from its logarithm, dims (draw)."""
    return np.where(model.nhs, 1.0, np.exp(trend)[:, None])


def fill_chances(model: Model, month: int, rows: slice, kept: Table | None = None) -> Table:
    """Chance that a vacancy is filled from outside the model in the month, dims (draw, cell).

    At rest `q = L/(V + L) = 1/(1 + τ)`, which is `1 − exp(−α)` with α = ln(1 + 1/τ). Time to fill scales τ, attraction
    scales α, and so does what is left of the sources of recruits.

    Args:
        model: The run.
        month: Number of the month, 0 the first.
        rows: Which draws.
        kept: What is left of the sources together, dims (draw, cell); all when left out, see `sources`.
    """
    longer = np.exp(model.levers.log_factor("time_to_fill", month, rows, model.cells))
    trend = _outside_nhs(model, model.inputs.drivers.time_to_fill[rows, month])
    duration = model.duration[rows] * trend * longer
    attraction = np.exp(model.levers.log_factor("attraction", month, rows, model.cells))
    attraction = attraction if kept is None else attraction * kept
    fill = units.fill_probability(duration)
    changed = attraction != 1.0
    if not changed.any():
        return fill
    intensity = np.log1p(np.divide(1.0, duration, out=np.full_like(duration, np.inf), where=duration > 0))
    some = np.broadcast_to(attraction > 0.0, intensity.shape)
    scaled = np.multiply(intensity, attraction, out=np.zeros_like(intensity), where=some)
    return np.where(changed, -np.expm1(-scaled), fill)


def sources(model: Model, month: int, rows: slice) -> tuple[Table, Table | None]:
    """Share of each source in recruits, dims (source, draw, cell), and what is left of all together, dims (draw, cell).

    A source of share s whose intensity is multiplied by f has the weight s·f. The weights add up to what is left, by
    which the intensity of filling is multiplied, and are the new shares; None is left as it was without such levers.
    """
    shares = source_shares(model, month, rows)
    effects = model.levers.of(SourceScaled)
    if not effects:
        return shares, None
    factor = np.ones(shares.shape)
    for effect, reached in effects:
        path = in_month(effect.factor, month, rows)[:, None]
        factor[RECRUIT_SOURCES.index(effect.source)] *= np.where(reached, path, 1.0)
    weight, changed = shares * factor, (factor != 1.0).any(axis=0)
    kept = np.where(changed, weight.sum(axis=0), 1.0)
    new = np.divide(weight, kept, out=shares.copy(), where=changed & (kept > 0.0))
    return new, kept


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
    model: Model, month: int, rows: slice, stock: Counts, started: tuple[Counts, ...], *, own: bool = False
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
        own: Whether the stock may be changed in place, because nobody else reads it.

    Returns:
        The stock after the month's intakes, the one given where there are none, and who has started.
    """
    label = model.inputs.months[month]
    open_now = [
        number
        for number, start in enumerate(model.rest.starts)
        if int(label[_MONTH:]) in start.months and (model.held or not start.last_intake or label <= start.last_intake)
    ]
    if not open_now:
        return stock, started
    found: NDArray[Any] = stock if own else np.array(stock)
    so_far = list(started)
    for number in open_now:
        start = model.rest.starts[number]
        taken: NDArray[Any] = np.array(so_far[number])
        intakes = _intakes(model, start, month)
        if model.stochastic:
            _start_whole(model, start, month, rows, found, taken, intakes.sum(axis=0))
        else:
            moved = np.minimum(start.people[rows] * intakes[-1, :, None], found[:, start.plain])
            found[:, start.plain] -= moved
            found[:, start.on_track] += moved
            taken += moved.sum(axis=2)
        so_far[number] = taken
    return found, tuple(so_far)


def _intakes(model: Model, start: CourseStart, month: int) -> Table:
    """Intakes of a course in each month until now, dims (month, place): 1 each, times what levers make of its places.

    A month without an intake has 0; without levers one column stands for all places.
    """
    held = np.array([int(label[_MONTH:]) in start.months for label in model.inputs.months[: month + 1]], dtype=float)
    intakes, code = held[:, None], model.workforce.tracks[start.track - 1].code
    for effect, reached in model.levers.of(Places):
        if effect.pipeline == code:
            intakes = intakes * np.where(reached[start.cells], effect.factor[: month + 1, None], 1.0)
    return intakes


def _start_whole(
    model: Model,
    start: CourseStart,
    month: int,
    rows: slice,
    stock: NDArray[Any],
    started: NDArray[Any],
    intakes: Table,
) -> None:
    """Whole starters of an intake, of so many until now: change `stock` and who has `started` in place."""
    from mhwfmodel.simulate import _courses

    parameters = model.inputs.parameters
    ids = model.inputs.cells.id[start.cells]
    line = model.workforce.tracks[start.track - 1].number
    draws, purpose, now = parameters.draws[rows], rng.Purpose.START, units.month_index(model.inputs.months[month])
    uniform = rng.uniform(parameters.seed, draws, ids, purpose, decision=line)
    owed = np.floor(start.people[rows].sum(axis=2) * intakes + uniform) - started
    spread = rng.uniform(parameters.seed, draws, ids, purpose, time=now, decision=line)
    _courses.start(stock, start.plain, start.on_track, owed, spread, started)
