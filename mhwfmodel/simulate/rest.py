"""A workforce at rest: calibrated hazards, the people who are there, and courses that take as many as they bring."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng
from mhwfmodel.inputs.draws import ParameterDraws
from mhwfmodel.inputs.fitting import cut
from mhwfmodel.inputs.labour import Labour
from mhwfmodel.simulate.starting import CourseStart, observed_ages, opening
from mhwfmodel.simulate.tracks import TrackChances
from mhwfmodel.supply import Places, Routes
from mhwfmodel.supply.calibrate import TOLERANCE, Calibration, Leaving, calibrate
from mhwfmodel.supply.entry import entry_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.supply import Workforce

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int32]

__all__ = ["AtRest", "at_rest", "leaving_of", "part_of"]

_PASSES = {"whole people": 2, "expected values": 10}
"""Whole people are far coarser than what two passes leave: at most a ten-thousandth of a cell."""

_EXACT = {"whole people": 1e-9, "expected values": TOLERANCE}
_ROUGH = 1e-6

_DRAWS_AT_ONCE = 20


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


def leaving_of(inputs: Inputs) -> Leaving:
    """How leaving differs between people; where turnover is low, fewer retire in proportion."""
    labour = inputs.labour
    retiring = np.minimum(inputs.turnover / labour.retire_from[:, None], 1.0)
    return Leaving(labour.by_band, labour.by_age, labour.retire, retiring, labour.ageing)


def at_rest(
    inputs: Inputs,
    ages: str,
    workforce: Workforce,
    places: Places,
    chances: TrackChances,
    routes: Routes,
    *,
    stochastic: bool,
    threads: int,
) -> AtRest:
    """Solve for rest, some draws at a time; the result does not depend on how many.

    Args:
        inputs: The drawn inputs.
        ages: `stationary`, or `observed`: the published share aged 55 and over.
        workforce: Stocks and flows.
        places: Where cells lie.
        chances: What happens on tracks.
        routes: Where courses lead to.
        stochastic: Whole people, or expected values.
        threads: Threads to use.
    """
    draws = inputs.parameters.draws.size
    parts = []
    for begin in range(0, draws, _DRAWS_AT_ONCE):
        rows = slice(begin, min(begin + _DRAWS_AT_ONCE, draws))
        some = part_of(inputs, rows)
        track = TrackChances(
            chances.give_up[rows], chances.passes[rows], chances.leads, chances.renews, chances.released[rows]
        )
        ways = routes.some(rows)
        parts.append(_solve(some, ages, workforce, places, track, ways, stochastic=stochastic, threads=threads))
    return _joined(parts)


def _solve(
    inputs: Inputs,
    ages: str,
    workforce: Workforce,
    places: Places,
    chances: TrackChances,
    routes: Routes,
    *,
    stochastic: bool,
    threads: int,
) -> AtRest:
    """Courses move people between cells, and who is on them depends on the mix: solved in turn, until both agree."""
    labour = inputs.labour
    leaving = leaving_of(inputs)
    entry = np.einsum("sdc,se->dce", inputs.source_share, entry_states(inputs.joiner_mix, labour.entry_ages))
    courses: tuple[Table, Table] | None = None
    before: Calibration | None = None
    people = "whole people" if stochastic else "expected values"
    for turn in range(_PASSES[people], 0, -1):
        rest = calibrate(
            inputs.staff, inputs.turnover, leaving, labour.moving, entry, places, labour.near, labour.same_sector,
            courses=courses, near_to=before, tolerance=_EXACT[people] if turn == 1 else _ROUGH, threads=threads,
        )  # fmt: skip
        found = opening(inputs, leaving, rest, workforce, chances, routes)
        courses, before = (found.courses, found.quitting), rest
    if ages == "observed":
        found = opening(inputs, leaving, replace(rest, mix=observed_ages(inputs, rest.mix)), workforce, chances, routes)
    return AtRest(
        stock=whole_nodes(inputs, workforce, found.stock) if stochastic else found.stock,
        scale=rest.scale,
        modelled=rest.modelled,
        weight=rest.weight,
        offered=rest.total,
        from_courses=found.courses.sum(axis=2) + found.quitting,
        to_courses=found.quitting,
        route_share=found.routes.share,
        starts=found.starts,
    )


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


def _joined(parts: Sequence[AtRest]) -> AtRest:
    """All draws in their order."""
    whole = {
        item.name: np.concatenate([getattr(part, item.name) for part in parts])
        for item in fields(AtRest)
        if item.name != "starts"
    }
    starts = tuple(
        replace(same[0], people=np.concatenate([one.people for one in same]))
        for same in zip(*(part.starts for part in parts), strict=True)
    )
    return AtRest(starts=starts, **whole)


def whole_nodes(inputs: Inputs, workforce: Workforce, share: Table) -> NDArray[np.int32]:
    """Whole people by node: a cell's whole number is kept, and each node's expectation is its share of it."""
    parameters = inputs.parameters
    uniform = rng.uniform(parameters.seed, parameters.draws, inputs.cells.id, rng.Purpose.ROUND_STOCK)
    result = np.empty(share.shape, dtype=np.int32)
    sizes = np.append(workforce.first[1:], share.shape[1]) - workforce.first
    for size in np.unique(sizes):
        cells = np.flatnonzero(sizes == size)
        nodes = workforce.first[cells][:, None] + np.arange(size)
        running = np.cumsum(share[:, nodes], axis=2)
        last = running[:, :, -1:]
        filled = inputs.filled[:, cells, None]
        running = np.divide(running, last, out=np.zeros_like(running), where=last > 0) * filled
        running[:, :, -1:] = filled
        running = np.minimum(running, filled)
        result[:, nodes] = np.diff(cut(running, uniform[:, cells, None]), axis=2, prepend=0)
    return result
