"""A run made ready: the graph, the calibrated hazards and the people who are there when it starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.catalogue.states import SPECIALIST
from mhwfmodel.simulate.effects import Compiled, compile_levers
from mhwfmodel.simulate.frame import Frame, frame_of
from mhwfmodel.simulate.rest import AtRest, at_rest, leaving_of
from mhwfmodel.simulate.shocks import Shocks, shocks
from mhwfmodel.simulate.students import Graduates, graduates, open_shares
from mhwfmodel.simulate.tracks import Led, TrackChances, routes, track_chances
from mhwfmodel.supply import Places, Routes, Workforce
from mhwfmodel.supply.calibrate import Leaving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.inputs.labour import Labour
    from mhwfmodel.scenario import Scenario

    Table = NDArray[np.float64]

__all__ = ["Model", "prepare", "sum_by"]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the months of a run need.

    Args:
        inputs: The drawn inputs.
        workforce: Stocks and flows, and what its nodes stand for.
        leaving: How leaving differs between people.
        rest: The workforce at rest, and the people at the end of the month before the first.
        boundary: Share of those who leave without retiring who go to an employer of the sector that is not modelled,
            dims (draw, cell).
        tracks: What happens on courses and approvals.
        routes: Where courses lead to.
        led: What those routes are.
        places: Where cells lie.
        shocks: What staff of one employer share.
        graduates: The pools of the newly qualified.
        hired: Recruits a month at rest from outside the model, dims (draw, cell).
        levers: The levers, as arrays.
        posts: Funded posts at the end of the month before the first, dims (draw, cell).
        vacant: Expected vacancies then, dims (draw, cell).
        duration: Time until a vacancy is filled from outside the model, dims (draw, cell) [months].
        nhs: Which cells are in the NHS population, dims (cell).
        general_share: Share of each general cell in the general posts of its ICB and sector, dims (draw, cell).
        icb_sector: Number of each cell's ICB and sector, dims (cell).
        posts_reused: Share of the posts that specialists lose which the general posts there gain, dims (draw).
        post_uniform: Uniform that rounds a change of posts to whole ones, dims (draw, cell).
        offer_uniforms: The same for people offered by programmes, one array an offer. It is the source's and not the
            offer's, so that another programme before it in the scenario changes nothing.
        held: Whether rates, and with them the intakes of courses, are held.
        stochastic: Whole people, or expected values.
    """

    inputs: Inputs
    workforce: Workforce
    leaving: Leaving
    rest: AtRest
    boundary: Table
    tracks: TrackChances
    routes: Routes
    led: Led
    places: Places
    shocks: Shocks
    graduates: Graduates
    hired: Table
    levers: Compiled
    posts: Table
    vacant: Table
    duration: Table
    nhs: NDArray[np.bool_]
    general_share: Table
    icb_sector: NDArray[np.int64]
    posts_reused: Table
    post_uniform: Table
    offer_uniforms: tuple[Table, ...]
    held: bool
    stochastic: bool

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.inputs.cells)


def prepare(
    inputs: Inputs, scenario: Scenario, *, stochastic: bool, threads: int = 1, frame: Frame | None = None
) -> Model:
    """Make a run, or some of its draws, ready; a draw is the same in any company.

    Args:
        inputs: The drawn inputs.
        scenario: What is run: its levers, and how it starts.
        stochastic: Whole people, or expected values.
        threads: Threads to use; the result is the same with any.
        frame: What all draws share, for one who makes several parts of a run ready; made here when left out.

    Raises:
        ScenarioError: A lever that reaches nobody.
        DataError: Rates that no constant workforce can have.
    """
    frame = frame or frame_of(scenario)
    parameters, cells, labour = inputs.parameters, inputs.cells, inputs.labour
    pools = graduates(inputs)
    inputs = replace(inputs, source_share=open_shares(inputs, pools))
    workforce = frame.workforce
    chances = track_chances(parameters, workforce)
    ways, led = routes(parameters, cells, frame.tracks, workforce)
    compiled = compile_levers(scenario.levers, inputs)
    rest = at_rest(inputs, scenario.starting_ages, frame, chances, ways, stochastic=stochastic, threads=threads)
    leavers = inputs.staff * inputs.turnover / units.MONTHS_PER_YEAR
    hired = leavers - labour.moving[:, None] * (leavers - rest.to_courses) - rest.from_courses
    vacant = np.where(leavers > 0, inputs.duration, 0.0) * leavers
    posts = inputs.filled + inputs.vacancies
    return Model(
        inputs=inputs,
        workforce=workforce,
        leaving=leaving_of(inputs),
        rest=rest,
        boundary=_boundary(labour, rest),
        tracks=chances,
        routes=replace(ways, share=rest.route_share),
        led=led,
        places=frame.places,
        shocks=shocks(inputs),
        graduates=pools,
        hired=np.maximum(hired, 0.0),
        levers=compiled,
        posts=posts,
        vacant=vacant,
        duration=np.divide(vacant, hired, out=np.full_like(leavers, np.inf), where=hired > 0),
        nhs=frame.nhs,
        general_share=_general_share(posts * (cells.strand != SPECIALIST), frame.icb_sector),
        icb_sector=frame.icb_sector,
        posts_reused=parameters.value("specialist_posts_reused"),
        post_uniform=rng.uniform(parameters.seed, parameters.draws, cells.id, rng.Purpose.ROUND_POSTS),
        offer_uniforms=tuple(
            rng.uniform(parameters.seed, parameters.draws, cells.id, rng.Purpose.ROUND_PLACES, decision=offer.source)
            for offer in compiled.offers
        ),
        held=scenario.baseline == "rates_held",
        stochastic=stochastic,
    )


def _boundary(labour: Labour, rest: AtRest) -> Table:
    """Share of leavers, retiring apart, who go to an employer of the sector that is not modelled, dims (draw, cell)."""
    moving, inside = labour.moving[:, None], labour.inside[:, None]
    beside = rest.modelled * (inside - moving) / np.where(moving > 0, moving, 1.0)
    return np.where(moving > 0, np.minimum(beside, 1.0 - rest.modelled), inside)


def sum_by(values: Table, number: NDArray[np.int64]) -> Table:
    """Sum of the cells that share a number, told at each of them, dims (draw, cell)."""
    order = np.argsort(number, kind="stable")
    _, starts, back = np.unique(number[order], return_index=True, return_inverse=True)
    sums = np.add.reduceat(values[:, order], starts, axis=1)
    result = np.empty_like(values)
    result[:, order] = sums[:, back]
    return result


def _general_share(general: Table, icb_sector: NDArray[np.int64]) -> Table:
    total = sum_by(general, icb_sector)
    return np.divide(general, total, out=np.zeros_like(general), where=total > 0)
