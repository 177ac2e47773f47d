"""The people who are there when a run starts, by state and track, and the courses that start month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS
from mhwfmodel.simulate.tracks import offers_course, quantity, towards_approval
from mhwfmodel.supply.courses import follow, place
from mhwfmodel.supply.states import STATE_AGE, STATE_BAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.simulate.kinds import Course, Kind
    from mhwfmodel.supply import Routes

    Table = NDArray[np.float64]

__all__ = [
    "CourseStart",
    "Going",
    "Standing",
    "Wanted",
    "course_starts",
    "going_of",
    "observed_ages",
    "wanted_of",
]

_MOST_ON_TRACKS = 0.95
_MOST_FROM_COURSES = 0.4
_MOST_TO_COURSES = 0.4
_OLDEST = len(AGE_BANDS) - 1
_APPROVED_FROM = EXPERIENCE_BANDS.index("3_to_10")


@dataclass(frozen=True, slots=True)
class CourseStart:
    """Starts of one course in the cells of one kind.

    Args:
        cells: The cells, dims (place).
        track: Number of the track in the workforce.
        months: Calendar months of the intake.
        last_intake: Month `YYYY-MM` of the last intake, or empty.
        plain: Nodes that starters come from, dims (place, state of the start).
        on_track: Nodes that they go to, dims (place, state of the start).
        people: Expected starters of an intake by state, dims (draw, place, state of the start).
    """

    cells: NDArray[np.int64]
    track: int
    months: tuple[int, ...]
    last_intake: str
    plain: NDArray[np.int64]
    on_track: NDArray[np.int64]
    people: Table


def course_starts(kinds: tuple[Kind, ...], draws: int) -> tuple[CourseStart, ...]:
    """The starts of all courses of some draws, kind by kind, whose people are still to be told."""
    return tuple(
        CourseStart(
            cells=kind.cells,
            track=course.number,
            months=course.intakes,
            last_intake=catalogue.pipeline(course.track.code).last_intake,
            plain=kind.nodes(course.states),
            on_track=kind.nodes(course.nodes.start + np.arange(course.states.size)),
            people=np.empty((draws, kind.cells.size, course.states.size)),
        )
        for kind in kinds
        for course in kind.courses
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a kind's courses and approvals before the mix of its staff is, each with the draw first.

    Args:
        places: Places of an intake of each course, dims (draw, cell) each.
        approved: Approved AMHPs, dims (draw, cell); nothing without approvals.
        older: Share of them who are 55 and over, dims (draw).
        practising: Share of them who practise, dims (draw).
    """

    places: tuple[Table, ...]
    approved: Table
    older: Table
    practising: Table


def wanted_of(inputs: Inputs, kinds: tuple[Kind, ...]) -> tuple[Wanted, ...]:
    """What each kind's courses and approvals ask for."""
    value = inputs.parameters.value
    of_column = _of_column(inputs)
    approved = of_column * _holders()[inputs.column] * value("amhp_approved")[:, None]
    older, practising = value("share_55_plus_amhp"), value("amhp_practising_share")
    share = {code: _share_of(inputs, code) for code in {c.track.code for kind in kinds for c in kind.courses}}

    def places(kind: Kind, course: Course) -> Table:
        a_year = quantity(inputs.parameters, catalogue.pipeline(course.track.code).places)
        return np.asarray(a_year[:, None] / len(course.intakes) * share[course.track.code][:, kind.cells])

    return tuple(
        Wanted(
            tuple(places(kind, course) for course in kind.courses),
            approved[:, kind.cells] if kind.approvals else approved[:, :0],
            older,
            practising,
        )
        for kind in kinds
    )


class _Along(NamedTuple):
    """A course of a kind in one draw: who starts, who is there, who completes it, by node or state and cell."""

    course: Course
    start: Table
    path: Table
    done: Table


@dataclass(frozen=True, slots=True)
class Standing:
    """The staff of a kind in one draw, before they are put on courses.

    Args:
        kind: The cells.
        draw: Which draw.
        wanted: What courses and approvals ask for.
        here: All people, dims (state, cell).
        chance: `resting.cell_chances`.
        back: Share of leavers who start again in the same cell, dims (cell).
        stops: Chance a month of giving each track up, dims (draw, track).
        passes: Share of those who complete each that passes, dims (draw, track).
    """

    kind: Kind
    draw: int
    wanted: Wanted
    here: Table
    chance: Table
    back: Table
    stops: Table
    passes: Table

    def along(self, at: int) -> _Along:
        """Follow who starts a course: places by staff, never more than the staff who may start."""
        course = self.kind.courses[at]
        may = self.here[course.states]
        total = may.sum(axis=0)
        people = np.minimum(self.wanted.places[at][self.draw], _MOST_ON_TRACKS * total)
        start = may * np.divide(people, total, out=np.zeros_like(total), where=total > 0)
        return self._follow(course, start)

    def _follow(self, course: Course, start: Table) -> _Along:
        stops, passes = (float(chance[self.draw, course.number]) for chance in (self.stops, self.passes))
        return _Along(course, start, *follow(course.way, start, self.chance, self.back, stops, passes))

    def completing(self) -> Iterator[tuple[Course, Table]]:
        """Who completes each course that leads elsewhere, a month on average, dims (state, cell)."""
        for at in self.kind.leading:
            found = self.along(at)
            yield found.course, found.done * (len(found.course.intakes) / units.MONTHS_PER_YEAR)

    def nodes(self) -> tuple[Table, list[Table]]:
        """People by node, dims (node, cell), and the starters of each course, dims (state of the start, cell)."""
        on_track = np.zeros((self.kind.state.size, self.kind.cells.size))
        starters = []
        for at in range(len(self.kind.courses)):
            found = self.along(at)
            starters.append(found.start)
            on_track[found.course.nodes] += found.path * found.course.there[:, None]
            if found.course.onward >= 0:
                onward = self.kind.courses[found.course.onward]
                later = self._follow(onward, found.done[onward.states])
                on_track[onward.nodes] += later.path * found.course.later[:, None]
        if self.kind.approvals:
            self._approve(on_track)
        place(self.kind.state, self.here, on_track, _MOST_ON_TRACKS)
        return on_track, starters

    def _approve(self, on_track: Table) -> None:
        """Put those who are approved on the months of their approval: fewer on later ones, as people leave."""
        practising, not_practising = self.kind.approvals
        states = practising.states
        people = self._approved()[states]
        path, _ = follow(practising.way, people, self.chance, self.back, 0.0, 0.0)
        by_month = path.reshape(practising.track.months, states.size, -1).sum(axis=1)
        total = by_month.sum(axis=0)
        by_month *= np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        each = (by_month[:, None] * people).reshape(path.shape)
        share = self.wanted.practising[self.draw]
        on_track[practising.nodes] += each * share
        on_track[not_practising.nodes] += each * (1.0 - share)

    def _approved(self) -> Table:
        """Approved AMHPs, dims (state, cell): by age as published, among those with three years of experience."""
        found = np.zeros_like(self.here)
        older, people = self.wanted.older[self.draw], self.wanted.approved[self.draw]
        experienced = STATE_BAND >= _APPROVED_FROM
        for states, part in ((STATE_AGE == _OLDEST, older), (STATE_AGE < _OLDEST, 1.0 - older)):
            chosen = np.flatnonzero(experienced & states)
            there = self.here[chosen]
            total = there.sum(axis=0)
            found[chosen] = there * (people * part * np.divide(1.0, total, out=np.zeros_like(total), where=total > 0))
        return found


def _share_of(inputs: Inputs, code: str) -> Table:
    """Share of England's places on a course that each cell has, dims (draw, cell).

    Places go by the staff who may take them; those of courses towards approval first by who holds approvals now.
    """
    pipeline = catalogue.pipeline(code)
    holds = _holders()
    keys = [(column.sector, column.role, column.strand) for column in catalogue.post_columns()]
    takes = np.array([offers_course(pipeline, key, approved=held > 0) for key, held in zip(keys, holds, strict=True)])
    if towards_approval(pipeline):
        wanted = (holds * takes) / max(float((holds * takes).sum()), np.finfo(float).tiny)
        return np.asarray(_of_column(inputs) * wanted[inputs.column], dtype=np.float64)
    total = (inputs.column_staff * takes).sum(axis=1, keepdims=True)
    staff = inputs.staff * takes[inputs.column]
    return np.asarray(np.divide(staff, total, out=np.zeros_like(staff), where=total > 0), dtype=np.float64)


def _holders() -> Table:
    """Share of England's approved AMHPs in posts of each sector, role and strand, dims (column)."""
    held = {(row.sector, row.role, row.strand): row.share for row in catalogue.amhp_posts()}
    return np.array([held.get((item.sector, item.role, item.strand), 0.0) for item in catalogue.post_columns()])


def _of_column(inputs: Inputs) -> Table:
    """Share of each cell in England's staff of its sector, role and strand, dims (draw, cell)."""
    total = inputs.column_staff[:, inputs.column]
    share = np.divide(inputs.staff, total, out=np.zeros_like(inputs.staff), where=total > 0)
    return np.asarray(share, dtype=np.float64)


def observed_ages(inputs: Inputs, draw: int, mix: Table) -> Table:
    """The resting mix of a draw with the published share aged 55 and over in every cell, dims (state, cell)."""
    regulated = np.array([role.regulated for role in catalogue.roles()])[inputs.cells.role]
    of_all, of_regulated = (
        inputs.parameters.value(name)[draw] for name in ("share_55_plus", "share_55_plus_regulated")
    )
    wanted = np.where(regulated, of_regulated, of_all)
    old = STATE_AGE == _OLDEST
    now = mix[old].sum(axis=0)
    return np.asarray(mix * np.where(old[:, None], wanted / now, (1.0 - wanted) / (1.0 - now)), dtype=np.float64)


class Going(NamedTuple):
    """Who comes and goes by courses at rest, in one draw.

    Args:
        share: `Routes.share`, no more of them than a cell can take in or give away, dims (route).
        extra: People a month who come to a cell and state, less those who leave it for what a course led to, dims
            (state, cell).
        quitting: The latter alone, dims (cell).
    """

    share: Table
    extra: Table
    quitting: Table


def going_of(routes: Routes, share: Table, completing: Table, leavers: Table, moving: float) -> Going:
    """Routes that move no more people than cells lose and replace anyhow.

    Those who complete a course that leads to a cell without enough posts that fall vacant stay in their own post.

    Args:
        routes: Where courses lead to.
        share: Share of those who complete that would take each route, dims (route).
        completing: Who completes each course a month, dims (state, course).
        leavers: Leavers a month, dims (cell).
        moving: Share of them who move to a modelled employer.
    """
    left, inside, cells = routes.left, routes.to >= 0, leavers.size
    to = routes.to[inside]
    done = completing.sum(axis=0)[routes.course]
    going = _sums(left, done * share, cells)
    share = share * _within(_MOST_TO_COURSES * leavers, going)[left]
    coming = _sums(to, (done * share)[inside], cells)
    room = _MOST_FROM_COURSES * (leavers - moving * (leavers - going))
    share = share * np.where(inside, _within(room, coming)[routes.to], 1.0)
    states = np.flatnonzero(completing.any(axis=1))
    people = completing[states][:, routes.course] * share
    extra = np.zeros((len(completing), cells))
    extra[states] = _by_cell(people[:, inside], to, cells) - _by_cell(people, left, cells)
    return Going(share, extra, _sums(left, people.sum(axis=0), cells))


def _by_cell(people: Table, cell: NDArray[np.int64], cells: int) -> Table:
    """Sum of what each route moves by the cell that it touches, dims (state, cell)."""
    place = np.arange(len(people))[:, None] * cells + cell
    return _sums(place.ravel(), people.ravel(), len(people) * cells).reshape(len(people), cells)


def _sums(place: NDArray[np.int64], values: Table, size: int) -> Table:
    return np.asarray(np.bincount(place, values, size), dtype=np.float64)


def _within(most: Table, wanted: Table) -> Table:
    """Factor, 1 at most, that keeps what is wanted within a bound."""
    return np.minimum(np.divide(most, wanted, out=np.ones_like(most), where=wanted > 0), 1.0)
