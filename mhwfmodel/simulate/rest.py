"""A workforce at rest: calibrated hazards, the people who are there, and courses that take as many as they bring."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.inputs.draws import ParameterDraws
from mhwfmodel.inputs.labour import Labour
from mhwfmodel.simulate.starting import CourseStart, Going, Standing, course_starts, going_of, observed_ages, wanted_of
from mhwfmodel.supply.calibrate import Leaving, require_rest
from mhwfmodel.supply.courses import whole
from mhwfmodel.supply.resting import TOLERANCE, Asked, Found, cell_chances, settle
from mhwfmodel.supply.states import STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.simulate.frame import Frame
    from mhwfmodel.simulate.starting import Wanted
    from mhwfmodel.simulate.tracks import TrackChances
    from mhwfmodel.supply import Routes
    from mhwfmodel.supply.resting import People

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int32]

__all__ = ["AtRest", "at_rest", "leaving_of", "part_of"]

_PASSES = {"whole people": 3, "expected values": 10}
"""Where people are whole, three passes leave hazards off by less than a thousandth: a leaver of a cell in 8 years."""

_EXACT = {"whole people": 1e-5, "expected values": TOLERANCE}
_ROUGH = {"whole people": 1e-2, "expected values": 1e-6}
"""How nearly rest is found in the last pass, and before it."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """What a run keeps of its workforce at rest, each array with the draw first.

    Args:
        stock: People by node, whole in a stochastic run, dims (draw, node).
        scale: Hazard of leaving where it is that of all staff, dims (draw, cell) [1/month].
        modelled: Share of those who leave without retiring who go to a modelled employer, dims (draw, cell).
        weight: Attraction of each cell, dims (draw, cell).
        offered: What is on offer to each cell's staff, dims (draw, cell).
        from_courses: People a month who come from courses, dims (draw, cell).
        to_courses: People a month who leave for what a course led to, dims (draw, cell).
        route_share: `Routes.share`, dims (draw, route).
        starts: Courses that start.
    """

    stock: Counts
    scale: Table
    modelled: Table
    weight: Table
    offered: Table
    from_courses: Table
    to_courses: Table
    route_share: Table
    starts: tuple[CourseStart, ...]

    @staticmethod
    def empty(inputs: Inputs, frame: Frame, routes: Routes, *, stochastic: bool) -> AtRest:
        """Room for all draws."""
        draws, nodes = len(inputs.staff), frame.workforce.graph.node_id.size
        by_cell = ("scale", "modelled", "weight", "offered", "from_courses", "to_courses")
        return AtRest(
            stock=np.zeros((draws, nodes), dtype=np.int32) if stochastic else np.zeros((draws, nodes)),
            route_share=np.empty_like(routes.share),
            starts=course_starts(frame.kinds, draws),
            **{name: np.empty_like(inputs.staff) for name in by_cell},
        )


def leaving_of(inputs: Inputs) -> Leaving:
    """How leaving differs between people; where turnover is low, fewer retire in proportion."""
    labour = inputs.labour
    retiring = np.minimum(inputs.turnover / labour.retire_from[:, None], 1.0)
    return Leaving(labour.by_band, labour.by_age, labour.retire, retiring, labour.ageing)


def at_rest(
    inputs: Inputs, ages: str, frame: Frame, chances: TrackChances, routes: Routes, *, stochastic: bool, threads: int
) -> AtRest:
    """Solve for rest, draw by draw.

    Args:
        inputs: The drawn inputs.
        ages: `stationary`, or `observed`: the published share aged 55 and over.
        frame: What all draws share.
        chances: What happens on tracks.
        routes: Where courses lead to.
        stochastic: Whole people, or expected values.
        threads: Threads to use; the result does not depend on it.

    Raises:
        DataError: Rates that no lasting workforce has.
    """
    labour, leaving = inputs.labour, leaving_of(inputs)
    require_rest(inputs.turnover, leaving, labour.moving)
    wanted, stops = wanted_of(inputs, frame.kinds), rng.one_minus_exp(chances.give_up)
    search = _Search(inputs, ages, frame, leaving, chances, stops, routes, wanted, stochastic)
    found = AtRest.empty(inputs, frame, routes, stochastic=stochastic)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(lambda draw: search.solve(draw, found), range(len(inputs.staff))))
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    """What the search for rest is given, for all draws."""

    inputs: Inputs
    ages: str
    frame: Frame
    leaving: Leaving
    chances: TrackChances
    stops: Table
    routes: Routes
    wanted: tuple[Wanted, ...]
    stochastic: bool

    def solve(self, draw: int, rest: AtRest) -> None:
        """Find a draw at rest and fill it in.

        Courses move people between cells, and who is on them depends on the mix: solved in turn, until both agree.
        """
        inputs, kind = self.inputs, "whole people" if self.stochastic else "expected values"
        asked, people = self._asked(draw), self.leaving.people(draw)
        market = self.frame.market.seen(inputs.labour.near[draw], inputs.labour.same_sector[draw])
        found = Found.nothing(asked)
        for turn in range(_PASSES[kind], 0, -1):
            settle(asked, people, market, found, (_EXACT if turn == 1 else _ROUGH)[kind])
            mix = observed_ages(inputs, draw, found.mix) if turn == 1 and self.ages == "observed" else found.mix
            staff = self._staff(draw, people, found, mix, every=turn == 1)
            going = self._going(draw, staff)
            asked = asked._replace(extra=going.extra, quitting=going.quitting)
        rest.scale[draw], rest.modelled[draw] = found.scale, found.modelled
        rest.weight[draw], rest.offered[draw] = found.weight, found.total
        rest.from_courses[draw] = going.extra.sum(axis=0) + going.quitting
        rest.to_courses[draw], rest.route_share[draw] = going.quitting, going.share
        self._fill(draw, staff, rest)

    def _asked(self, draw: int) -> Asked:
        """What is asked for when nobody comes from courses."""
        inputs, entry = self.inputs, self.frame.entry
        staff, turnover, retiring = (
            np.ascontiguousarray(table[draw]) for table in (inputs.staff, inputs.turnover, self.leaving.retiring)
        )
        arriving, nobody = np.zeros((2, STATES, staff.size))
        for source, state in zip(*np.nonzero(entry), strict=True):
            arriving[state] += entry[source, state] * inputs.source_share[source, draw]
        target, moving = units.turnover_to_probability(turnover), float(inputs.labour.moving[draw])
        return Asked(staff, target, moving, retiring, arriving, nobody, np.zeros(staff.size))

    def _staff(self, draw: int, people: People, found: Found, mix: Table, *, every: bool) -> list[Standing]:
        """The staff of every kind of cell, or only of those whose courses lead to other cells."""
        here, retiring = self.inputs.staff[draw] * mix, self.leaving.retiring[draw]
        back = np.minimum(found.modelled, 1.0) * found.within
        staff = []
        for kind, wanted in zip(self.frame.kinds, self.wanted, strict=True):
            if not (every or kind.leading):
                continue
            cells = kind.cells
            chance = cell_chances(people, retiring[cells], found.scale[cells])
            mine = np.ascontiguousarray(here[:, cells])
            staff.append(Standing(kind, draw, wanted, mine, chance, back[cells], self.stops, self.chances.passes))
        return staff

    def _going(self, draw: int, staff: list[Standing]) -> Going:
        completing = np.zeros((STATES, self.routes.start.size - 1))
        for some in staff:
            for course, people in some.completing():
                first = some.kind.nodes(np.array([course.nodes.start]))[:, 0]
                completing[:, self.routes.of_nodes(self.frame.workforce.graph.node_cell)[first]] = people
        leavers = self.inputs.staff[draw] * self.inputs.turnover[draw] / units.MONTHS_PER_YEAR
        share, moving = self.routes.share[draw], float(self.inputs.labour.moving[draw])
        return going_of(self.routes, share, completing, leavers, moving)

    def _fill(self, draw: int, staff: list[Standing], rest: AtRest) -> None:
        """People by node, and the starters of courses."""
        inputs, parameters = self.inputs, self.inputs.parameters
        ids, one = inputs.cells.id, parameters.draws[draw : draw + 1]
        uniform = rng.uniform(parameters.seed, one, ids, rng.Purpose.ROUND_STOCK)[0]
        starts = iter(rest.starts)
        for some in staff:
            kind = some.kind
            people, starters = some.nodes()
            for start in starters:
                next(starts).people[draw] = start.T
            if self.stochastic:
                whole(people, inputs.filled[draw, kind.cells], uniform[kind.cells], kind.first, rest.stock[draw])
            else:
                rest.stock[draw, kind.nodes(np.arange(kind.state.size))] = people.T


def part_of(inputs: Inputs, rows: slice) -> Inputs:
    """The inputs of some draws."""
    given, labour = inputs.parameters, inputs.labour
    some = {
        item.name: getattr(labour, item.name) if item.name == "entry_ages" else getattr(labour, item.name)[rows]
        for item in fields(Labour)
    }
    by_draw = ("filled", "vacancies", "turnover", "duration", "staff", "column_staff", "participation")
    return replace(
        inputs,
        parameters=ParameterDraws(given.seed, given.draws[rows], given.overrides, given.central),
        labour=Labour(**some),
        source_share=inputs.source_share[:, rows],
        **{name: getattr(inputs, name)[rows] for name in by_draw},
    )
