"""Students in training: a graph of cohorts that grow a month older each month, beside the graph of staff.

A cell is one ICB and one pipeline of students, a node one month of study. Somebody who breaks off waits in a node of
their own for the month of study they left, because a single node for all breaks would forget it. One `step` moves
this graph as it moves the graph of staff; those who qualify are the newly qualified whom vacancies may take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.catalogue.states import cell_id
from mhwfmodel.catalogue.training import LONGEST_COURSE
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.supply.graph import OUT, Edges, Graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Pipeline, Quantity

    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = [
    "EDGES",
    "TRAINING_SECTOR",
    "Draws",
    "Training",
    "completing",
    "entrants",
    "pipeline_quantities",
    "quantity",
    "training",
    "training_cell_id",
    "training_graph",
]

Draws = Callable[[str], "NDArray[np.float64]"]
"""Gives the draws of an uncertain input by name, dims (draw)."""

TRAINING_SECTOR = 31
"""Sector in the counter of random numbers; no employer may have it."""

EDGES = ("drop_out", "break", "return", "fail", "qualify")
_YEAR = 12
_ROUNDING = 1e-12
_CHANCES = ("drop_out", "break_chance", "pass_rate", "return_share", "take_up", "released")
_NUMBERS = ("places", "applicants")


def training_cell_id(icb: int, pipeline: int) -> int:
    """The number of a pipeline in an ICB in the counter of random numbers; no cell of staff has it.

    Args:
        icb: Catalogue id of the ICB, 1 to 255; 0 for all England.
        pipeline: Catalogue id of the pipeline.
    """
    return cell_id(icb, TRAINING_SECTOR, pipeline, 0)


def quantity(value: Draws, given: Quantity, draws: int) -> NDArray[np.float64]:
    """Draws of what a table gives as a number or as the name of an uncertain input, dims (draw).

    Args:
        value: Gives the draws of an uncertain input by name.
        given: A number or a name.
        draws: How many draws.
    """
    return value(given) if isinstance(given, str) else np.full(draws, float(given))


@dataclass(frozen=True, slots=True)
class _States:
    """States of each pipeline one after the other: its months of study, then the breaks from each of them.

    Args:
        pipeline: Position of the pipeline, dims (state).
        month: Month of study, 0 the first, dims (state).
        on_break: Whether it is the break from that month, dims (state).
        last: Whether it is the last month of study, dims (state).
        first: Where each pipeline's states begin, dims (pipeline).
    """

    pipeline: NDArray[np.int64]
    month: NDArray[np.int64]
    on_break: NDArray[np.bool_]
    last: NDArray[np.bool_]
    first: NDArray[np.int64]


def _states(pipelines: Sequence[Pipeline]) -> _States:
    rows = [
        (place, month, on_break, month == given.months - 1 and not on_break)
        for place, given in enumerate(pipelines)
        for on_break in ((False, True) if given.break_months else (False,))
        for month in range(given.months)
    ]
    place, month, on_break, last = (np.array(column) for column in zip(*rows, strict=True))
    return _States(place, month, on_break, last, np.searchsorted(place, np.arange(len(pipelines))))


def training_graph(pipelines: Sequence[Pipeline], icb_ids: Sequence[int]) -> Graph:
    """The graph of all students.

    Args:
        pipelines: Pipelines of students.
        icb_ids: Catalogue ids of the ICBs.

    Raises:
        DataError: A pipeline of staff, or none at all.

    Returns:
        Cells in the order ICB, pipeline; nodes in the order cell, months of study, breaks; groups are shared by all
        ICBs. Entrants come through the source `intake` into the first month of study.
    """
    wrong = [given.code for given in pipelines if given.kind != "student"]
    if wrong or not pipelines:
        problem = f"{', '.join(wrong) or 'nothing'} is no pipeline of students"
        raise DataError(Fault("training graph", problem, "leave out pipelines of staff: their trainees hold posts"))
    states = _states(pipelines)
    size, places = states.pipeline.size, len(pipelines)
    icb = np.repeat(np.arange(len(icb_ids)), size)
    within = np.tile(np.arange(size), len(icb_ids))
    node = np.arange(icb.size)
    cells = np.array([training_cell_id(i, given.id) for i in icb_ids for given in pipelines], dtype=np.uint32)
    of_cell = icb * places + states.pipeline[within]
    state = states.month + np.where(states.on_break, LONGEST_COURSE, 0)
    on_break, last = states.on_break[within], states.last[within]
    months = np.array([given.months for given in pipelines])[states.pipeline[within]]
    breaks = np.array([given.break_months > 0 for given in pipelines])[states.pipeline[within]]
    nowhere = np.full(node.size, OUT)
    ends = {
        "drop_out": nowhere,
        "break": np.where(breaks & ~on_break, node + months, OUT),
        "return": np.where(on_break, node - months, OUT),
        "fail": nowhere,
        "qualify": nowhere,
    }
    doors = (np.arange(len(icb_ids)) * size)[:, None] + states.first[None, :]
    return Graph(
        cell_id=cells,
        node_id=cells[of_cell] + state[within].astype(np.uint32),
        node_cell=of_cell,
        node_group=within,
        advance=np.where(on_break | last, node, node + 1),
        edges=tuple(Edges(kind, ends[kind], leaver=False) for kind in EDGES),
        sources=("intake",),
        doors=(((doors.ravel(), 1.0),),),
    )


def pipeline_quantities(pipelines: Sequence[Pipeline], value: Draws, draws: int) -> dict[str, NDArray[np.float64]]:
    """Draws of every quantity of any pipelines by its column, dims (draw, pipeline) each.

    Args:
        pipelines: Pipelines of students, of staff or of both.
        value: Gives the draws of an uncertain input by name.
        draws: How many draws.

    Raises:
        DataError: Every value that is no chance or no number of people.
    """
    found = {
        name: np.stack([quantity(value, getattr(given, name), draws) for given in pipelines], axis=1)
        for name in (*_CHANCES, *_NUMBERS)
    }
    faults = []
    for name, values in found.items():
        high = 1.0 if name in _CHANCES else np.inf
        for place, given in enumerate(pipelines):
            wrong = ~(np.isfinite(values[:, place]) & (values[:, place] >= 0.0) & (values[:, place] <= high))
            if wrong.any():
                allowed = "0 to 1" if name in _CHANCES else "0 or more"
                problem = f"{values[wrong, place][0]:g} is below 0, too high or not finite"
                faults.append(
                    Fault(f"pipeline {given.code} {name}", problem, f"give {allowed}: {getattr(given, name)}")
                )
    if faults:
        raise DataError(faults)
    return found


def _chances(pipelines: Sequence[Pipeline], values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Joint chance of each kind of edge in a month, dims (kind, draw, group).

    Of those in a month of study d drop out, b break off and s = 1 − d − b go on; after the last month s·r qualify and
    s·(1 − r) fail. A break of mean length B ends in a month with chance 1/B: in a return with chance ρ/B.
    """
    states = _states(pipelines)
    gives_up, breaks, passes, returns = (values[name][:, states.pipeline] for name in _CHANCES[:4])
    goes_on = 1.0 - gives_up - breaks
    if (goes_on < -_ROUNDING).any():
        code = pipelines[states.pipeline[np.argwhere(goes_on < -_ROUNDING)[0, 1]]].code
        raise DataError(Fault(f"pipeline {code}", "drop_out and break_chance are more than 1 together", "lower one"))
    mean = np.array([max(given.break_months, 1) for given in pipelines])[states.pipeline]
    study, last = ~states.on_break, states.last
    goes_on = np.maximum(goes_on, 0.0)
    failing = goes_on * (1.0 - passes)
    return np.stack(
        [
            np.where(study, gives_up, (1.0 - returns) / mean),
            breaks * study,
            returns / mean * states.on_break,
            failing * last,
            (goes_on - failing) * last,
        ]
    )


def completing(given: Training, drop_out: NDArray[np.float64], passes: NDArray[np.float64]) -> Training:
    """The same courses with other chances to complete them.

    Args:
        given: The training of a run.
        drop_out: Factor on the hazard of giving up in a month of study, dims (pipeline); 1 is the identity.
        passes: Factor on the share of those who finish that passes, dims (pipeline); the share is never more than 1.
    """
    states = _states(given.pipelines)
    gives_up, breaks, back, failing, passing = given.chance
    study, hazards, more = ~states.on_break, drop_out[states.pipeline], passes[states.pipeline]
    other = np.minimum(-np.expm1(np.log1p(-np.where(study, gives_up, 0.0)) * hazards), 1.0 - breaks)
    gives_up = np.where(study & (hazards != 1.0), other, gives_up)
    # Of those at the end, who neither pass nor fail has given up or broken off.
    done = failing + passing
    share = np.minimum(np.divide(passing, done, out=np.zeros_like(done), where=done > 0.0) * more, 1.0)
    finish = np.where(states.last, np.maximum(1.0 - gives_up - breaks, 0.0), 0.0)
    changed = (hazards != 1.0) | (more != 1.0)
    passing = np.where(changed, finish * share, passing)
    failing = np.where(changed, finish * (1.0 - share), failing)
    return replace(given, chance=np.stack([gives_up, breaks, back, failing, passing]))


@dataclass(frozen=True, slots=True)
class Training:
    """All that does not change while students are trained.

    Args:
        graph: Cohorts as stocks and flows.
        pipelines: The pipelines of students, dims (pipeline).
        chance: Joint chance of each kind of edge, dims (kind, draw, group).
        places: Places a year in England [people/year], dims (draw, pipeline).
        applicants: Applicants a year in England [people/year], dims (draw, pipeline).
        share: Share of England's places that each of all its ICBs has, in the order of their ids, dims (England's ICB).
        kept: Which of them the run has, in the order of the graph's ICBs, dims (icb).
        uniform: Gives the uniforms that round a month's places to whole people, dims (draw, pipeline); none in a run
            of expected values.
    """

    graph: Graph
    pipelines: tuple[Pipeline, ...]
    chance: NDArray[np.float64]
    places: NDArray[np.float64]
    applicants: NDArray[np.float64]
    share: NDArray[np.float64]
    kept: NDArray[np.int64]
    uniform: Callable[[int], NDArray[np.float64]] | None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Draws, ICBs and pipelines."""
        return self.places.shape[0], self.kept.size, len(self.pipelines)


def training(
    pipelines: Sequence[Pipeline],
    adults: Mapping[int, float],
    icb_ids: Sequence[int],
    value: Draws,
    draws: NDArray[np.uint32],
    seed: int | None,
) -> Training:
    """What is needed to train the students of some ICBs.

    Args:
        pipelines: Any pipelines; those of staff are left out.
        adults: Adult population of every ICB of England by its catalogue id [people].
        icb_ids: Catalogue ids of the ICBs of the run.
        value: Gives the draws of an uncertain input by name, dims (draw).
        draws: Draw numbers, dims (draw).
        seed: Key of the random numbers; none for expected values.

    Raises:
        DataError: Chances that no chances can be, or no pipeline of students.
    """
    students = tuple(given for given in pipelines if given.kind == "student")
    graph = training_graph(students, icb_ids)
    ids = sorted(adults)
    people = np.array([adults[icb] for icb in ids], dtype=np.float64)
    values = pipeline_quantities(students, value, draws.size)
    entities = np.array([training_cell_id(0, given.id) for given in students], dtype=np.uint32)
    return Training(
        graph=graph,
        pipelines=students,
        chance=_chances(students, values),
        places=values["places"],
        applicants=values["places"] * values["applicants"],
        share=people / people.sum(),
        kept=np.array([ids.index(icb) for icb in icb_ids]),
        uniform=None if seed is None else partial(_rounding, seed, draws, entities),
    )


def _rounding(seed: int, draws: NDArray[np.uint32], entities: NDArray[np.uint32], month: int) -> NDArray[np.float64]:
    """Uniforms that round a month's places to whole people, dims (draw, pipeline)."""
    return rng.uniform(seed, draws, entities, rng.Purpose.ROUND_PLACES, time=month)


def entrants(
    given: Training,
    month: int,
    places: NDArray[np.float64] | None = None,
    local: NDArray[np.float64] | None = None,
) -> Counts:
    """Students who start in a month: the places or the applicants, whichever are fewer, spread over ICBs by adults.

    In whole people each ICB has its share rounded up or down and England keeps its total to within one: the running sum
    over ICBs is cut where one uniform a pipeline and month says. Where the places of an ICB alone are changed, the cut
    below it stays and that above it moves, so that no other ICB has other students.

    Args:
        given: The training of a run.
        month: Months since year 0.
        places: Places a year in England when a plan changes them [people/year], dims (draw, pipeline).
        local: Factor on the places of single ICBs, dims (icb, pipeline); 1 everywhere when left out.

    Returns:
        Dims (draw, icb, pipeline); whole numbers unless the run is of expected values.
    """
    offered = given.places if places is None else places
    intakes = np.array([_intake(pipeline, month) for pipeline in given.pipelines])
    total = (np.minimum(offered, given.applicants) * intakes)[:, None, :]
    changed: Any = None
    if local is not None:
        alone = np.minimum(offered[:, None, :] * local, given.applicants[:, None, :]) * intakes
        changed = alone * given.share[given.kept, None], local != 1.0
    if given.uniform is None:
        people = total * given.share[given.kept, None]
        return np.asarray(people if changed is None else np.where(changed[1], changed[0], people), dtype=np.float64)
    # Cut from the England total, so that a run of one ICB has the students that the ICB has in a run of England.
    edge = np.concatenate([[0.0], np.minimum(np.cumsum(given.share), 1.0)])
    edge[-1] = 1.0
    low, high = (total * edge[given.kept + side][None, :, None] for side in (0, 1))
    if changed is not None:
        high = np.where(changed[1], low + changed[0], high)
    uniform = given.uniform(month)[:, None, :]
    return _cut(high, uniform) - _cut(low, uniform)


def _cut(running: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole people of a running sum."""
    below = np.floor(running)
    return np.asarray(below + (running - below + uniform >= 1.0), dtype=np.int64)


def _intake(pipeline: Pipeline, month: int) -> float:
    """Share of a year's places that is filled in a month."""
    closed = pipeline.last_intake and month > units.month_index(pipeline.last_intake)
    if closed or month % _YEAR + 1 not in pipeline.intake_months:
        return 0.0
    return 1.0 / len(pipeline.intake_months)
