"""Cohorts of students month by month: what a month is given, what it gives, where those who qualify look for work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng
from mhwfmodel.catalogue.training import REST
from mhwfmodel.supply.evaluate import step
from mhwfmodel.supply.reference import MonthInputs, Step
from mhwfmodel.supply.training import EDGES, Training, entrants, quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Destination, Pipeline
    from mhwfmodel.supply.choosing import Chooser
    from mhwfmodel.supply.training import Draws

    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = [
    "TrainingMonth",
    "choose_sectors",
    "destination_shares",
    "looking_chances",
    "resting_cohorts",
    "take_up",
    "training_month",
    "training_results",
]

_SMALL = 1e-3
_ROOM = 2**30
"""Places are no posts that chance fills: there is room for all who start, whom the cap on places let in."""


def training_month(given: Training, month: int, starting: Counts) -> MonthInputs:
    """What `step` needs to move the students by a month.

    Args:
        given: The training of a run.
        month: Months since year 0.
        starting: Students who start, dims (draw, icb, pipeline).
    """
    people = starting.reshape(-1, given.graph.cell_id.size)
    return MonthInputs(
        month=month,
        probability=given.chance,
        posts=np.full_like(people, _ROOM),
        fill=np.zeros(people.shape),
        source_share=np.ones((1, *people.shape)),
        candidates=((0, people),),
    )


@dataclass(frozen=True, slots=True)
class TrainingMonth:
    """What a month of training gave, each with dims (draw, icb, pipeline).

    `enrolled = enrolled before + started − dropped_out − failed − qualified`, in whole people and exactly.

    Args:
        enrolled: Students at the end of the month, breaks included.
        started: Students who started.
        dropped_out: Students who gave up, from their studies or from a break.
        failed: Students who finished and did not pass.
        qualified: Students who qualified.
    """

    enrolled: Counts
    started: Counts
    dropped_out: Counts
    failed: Counts
    qualified: Counts


def training_results(given: Training, moved: Step) -> TrainingMonth:
    """Name the flows of a month by what they mean.

    Args:
        given: The training of a run.
        moved: What `step` gave.
    """
    flows = {kind: people.reshape(given.shape) for kind, people in zip(EDGES, moved.flows, strict=True)}
    return TrainingMonth(
        enrolled=moved.filled.reshape(given.shape),
        started=moved.starters[0].reshape(given.shape),
        dropped_out=flows["drop_out"],
        failed=flows["fail"],
        qualified=flows["qualify"],
    )


def resting_cohorts(given: Training, month: int, chooser: Chooser) -> Counts:
    """Students at the end of a month when intakes have been what they are for ever.

    The cohorts are walked in from empty, month by month, with the random numbers of those past months: what is there is
    a draw from the law of the cohorts, and nothing that happens later changes it. The walk begins before the oldest
    cohort started and, where students break off, when fewer than one break in a thousand would still last.

    Args:
        given: The training of a run.
        month: Months since year 0.
        chooser: `Expected` or `Sampled`, as in the run.

    Returns:
        Dims (draw, node).
    """
    back = max(pipeline.months + _longest_break(pipeline) for pipeline in given.pipelines)
    stock = _nobody(given, (given.places.shape[0], given.graph.node_id.size))
    for past in range(month - back, month + 1):
        stock = step(given.graph, stock, training_month(given, past, entrants(given, past)), chooser, own=True).stock
    return stock


def _nobody(given: Training, size: tuple[int, ...]) -> Counts:
    return np.zeros(size) if given.uniform is None else np.zeros(size, dtype=np.int64)


def _longest_break(pipeline: Pipeline) -> int:
    if pipeline.break_months <= 1:
        return pipeline.break_months
    return int(np.ceil(np.log(_SMALL) / np.log1p(-1.0 / pipeline.break_months)))


def destination_shares(
    given: Sequence[Destination], pipeline: str, sectors: Sequence[str], value: Draws, draws: int
) -> NDArray[np.float64]:
    """Share of those who take up the role that goes to each sector, dims (draw, sector); the rest leaves the model.

    Args:
        given: Destinations of any pipelines.
        pipeline: Code of the pipeline.
        sectors: Codes of the sectors, or `own`, in the order of the result.
        value: Gives the draws of an uncertain input by name.
        draws: How many draws.
    """
    rows = {row.sector: row.share for row in given if row.pipeline == pipeline}
    known = {sector: quantity(value, share, draws) for sector, share in rows.items() if share != REST}
    rest = 1.0 - sum(known.values(), start=np.zeros(draws))
    nothing = np.zeros(draws)
    return np.stack(
        [np.maximum(rest, 0.0) if rows.get(sector) == REST else known.get(sector, nothing) for sector in sectors],
        axis=1,
    )


def take_up(
    given: Training,
    qualified: Counts,
    destinations: Sequence[Destination],
    sectors: Sequence[str],
    value: Draws,
    chooser: Chooser,
    *,
    month: int,
) -> Counts:
    """Where those who qualified look for work: the pools from which vacancies take the newly qualified.

    Args:
        given: The training of a run.
        qualified: Students who qualified, dims (draw, icb, pipeline).
        destinations: Where those who complete each pipeline go.
        sectors: Codes of the sectors of the result; all others are outside it.
        value: Gives the draws of an uncertain input by name.
        chooser: `Expected` or `Sampled`, as in the run.
        month: Months since year 0.

    Returns:
        Dims (draw, icb, pipeline, sector); who does not take up the role or goes outside is not in it.
    """
    return choose_sectors(given, qualified, looking_chances(given, destinations, sectors, value), chooser, month=month)


def looking_chances(
    given: Training, destinations: Sequence[Destination], sectors: Sequence[str], value: Draws
) -> NDArray[np.float64]:
    """Chance to look for work in a sector of those who look in none before it, dims (sector, draw, pipeline).

    Args:
        given: The training of a run.
        destinations: Where those who complete each pipeline go.
        sectors: Codes of the sectors; all others are outside the model.
        value: Gives the draws of an uncertain input by name.
    """
    draws = given.shape[0]
    takes = np.stack([quantity(value, row.take_up, draws) for row in given.pipelines], axis=1)
    shares = [destination_shares(destinations, row.code, sectors, value, draws) for row in given.pipelines]
    share = np.stack(shares, axis=1) * takes[:, :, None]
    left = np.ones(takes.shape)
    found = []
    for sector in range(len(sectors)):
        chance = np.divide(share[:, :, sector], left, out=np.zeros_like(left), where=left > 0.0)
        found.append(np.minimum(chance, 1.0))
        left = left - share[:, :, sector]
    return np.stack(found)


def choose_sectors(
    given: Training, qualified: Counts, chances: NDArray[np.float64], chooser: Chooser, *, month: int
) -> Counts:
    """Where those who qualified look for work, by their chances; see `take_up`.

    Args:
        given: The training of a run.
        qualified: Students who qualified, dims (draw, icb, pipeline).
        chances: What `looking_chances` gives.
        chooser: `Expected` or `Sampled`, as in the run.
        month: Months since year 0.

    Returns:
        Dims (draw, icb, pipeline, sector).
    """
    draws, icbs, places = given.shape
    column = np.tile(np.arange(places), icbs)
    rest: Counts = qualified.reshape(draws, -1)
    pools = _nobody(given, (*given.shape, len(chances)))
    for sector, chance in enumerate(chances):
        people = chooser.split(
            rng.Purpose.ENTER, given.graph.cell_id, rest, chance, column, month=month, decision=sector
        )
        pools[..., sector] = people.reshape(given.shape)
        rest = rest - people
    return pools
