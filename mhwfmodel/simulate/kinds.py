"""Cells with the same tracks: their nodes stand in the same order, and so do their courses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.simulate.tracks import NOT_PRACTISING, PRACTISING
from mhwfmodel.supply.courses import Way
from mhwfmodel.supply.states import AGEING, NEXT, PROGRESS, STATE_GROUP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply import Workforce
    from mhwfmodel.supply.tracks import Track

    Numbers = NDArray[np.int64]

__all__ = ["Course", "Kind", "kinds_of"]


@dataclass(frozen=True, slots=True)
class Course:
    """A track of the cells of one kind.

    Args:
        track: What it is.
        number: Its number in the workforce.
        nodes: Where its nodes are among those of a cell.
        way: How people go along it.
        states: States in which it may be started, in order; its first nodes are theirs.
        intakes: Calendar months in which it starts.
        there: Which of its nodes hold a cohort before the run's first month.
        later: The same of the course that those go on to who complete it, or nobody.
        onward: Place of that course among the kind's, −1 for none.
    """

    track: Track
    number: int
    nodes: slice
    way: Way
    states: Numbers
    intakes: tuple[int, ...]
    there: NDArray[np.bool_]
    later: NDArray[np.bool_]
    onward: int


@dataclass(frozen=True, slots=True)
class Kind:
    """Cells with the same tracks.

    Args:
        cells: The cells.
        first: First node of each, dims (cell).
        state: State of each of a cell's nodes, dims (node); the plain states come first.
        courses: Its courses.
        approvals: Practising and not, or nothing.
    """

    cells: Numbers
    first: Numbers
    state: Numbers
    courses: tuple[Course, ...]
    approvals: tuple[Course, ...]

    @property
    def leading(self) -> tuple[int, ...]:
        """Places of the courses that lead to another cell."""
        return tuple(at for at, course in enumerate(self.courses) if course.track.leaves)

    def nodes(self, of_cell: Numbers) -> Numbers:
        """Some of a cell's nodes as numbers of the graph's, dims (cell, node)."""
        return np.asarray(self.first[:, None] + of_cell, dtype=np.int64)


def kinds_of(workforce: Workforce, first_month: str) -> tuple[Kind, ...]:
    """Gather the cells by which tracks they have.

    Args:
        workforce: Stocks and flows.
        first_month: First month of the run, `YYYY-MM`.
    """
    ends = np.append(workforce.first[1:], workforce.graph.node_id.size)
    found: dict[bytes, list[int]] = {}
    for cell, (first, end) in enumerate(zip(workforce.first.tolist(), ends.tolist(), strict=True)):
        found.setdefault(workforce.node_track[first:end].tobytes(), []).append(cell)
    return tuple(_kind(workforce, np.array(cells), ends, first_month) for cells in found.values())


def _kind(workforce: Workforce, cells: Numbers, ends: Numbers, first_month: str) -> Kind:
    part = slice(workforce.first[cells[0]], ends[cells[0]])
    track, month, state = (
        values[part] for values in (workforce.node_track, workforce.node_month, workforce.node_state)
    )
    numbers = [int(number) for number in dict.fromkeys(track.tolist()) if number > 0]
    names = [workforce.tracks[number - 1].code for number in numbers]
    made = []
    for number, code in zip(numbers, names, strict=True):
        given = workforce.tracks[number - 1]
        nodes = np.flatnonzero(track == number)
        intakes = () if code in (PRACTISING, NOT_PRACTISING) else catalogue.pipeline(code).intake_months
        begins = first_month, intakes
        after = given.after if intakes and given.after != PRACTISING else ""
        onward = names.index(after) if after else -1
        next_month = month[track == numbers[onward]] if after else month[:0]
        made.append(
            Course(
                track=given,
                number=number,
                nodes=slice(int(nodes[0]), int(nodes[-1]) + 1),
                way=_way(month[nodes], state[nodes]),
                states=np.array(sorted(given.start), dtype=np.int64),
                intakes=intakes,
                there=_present(*begins, month[nodes]),
                later=_present(*begins, next_month, given.months),
                onward=onward,
            )
        )
    courses = tuple(course for course in made if course.intakes)
    return Kind(cells, workforce.first[cells], state, courses, tuple(course for course in made if not course.intakes))


def _way(month: Numbers, state: Numbers) -> Way:
    """Where people on a track go, as places among its nodes, the number of nodes standing for nowhere."""
    at = {key: place for place, key in enumerate(zip(month.tolist(), state.tolist(), strict=True))}
    keys = list(at)

    def ahead(target: Numbers) -> Numbers:
        return np.array([at.get((on + 1, int(target[now])), len(at)) for on, now in keys], dtype=np.int64)

    last = np.flatnonzero(month == month.max())
    return Way(STATE_GROUP[state], ahead(NEXT), ahead(PROGRESS), ahead(AGEING), last, NEXT[state[last]])


def _present(first_month: str, intakes: tuple[int, ...], month: Numbers, months_before: int = 0) -> NDArray[np.bool_]:
    """Which months of a course have a cohort before the run's first month.

    Courses start when a month begins: who is in month k before the first month (0 the first) started k months before
    it, and nobody is in month 0. Who comes from a course of so many `months_before` comes when a month ends.
    """
    first = units.month_index(first_month) % units.MONTHS_PER_YEAR + 1
    started = (first - 1 - month - months_before) % units.MONTHS_PER_YEAR + 1
    return np.isin(started, intakes) & ((month > 0) | (months_before > 0))
