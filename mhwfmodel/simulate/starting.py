"""The people who are there when a run starts, by state and track, and the courses that start month by month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS
from mhwfmodel.simulate.tracks import NOT_PRACTISING, PRACTISING, offers_course, quantity, towards_approval
from mhwfmodel.supply import Routes
from mhwfmodel.supply.resting import cell_chances, cohort_path
from mhwfmodel.supply.states import NEXT, STATE_AGE, STATE_BAND, STATE_GROUP, STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.simulate.tracks import TrackChances
    from mhwfmodel.supply import Workforce
    from mhwfmodel.supply.calibrate import Calibration, Leaving

    Table = NDArray[np.float64]

__all__ = ["CourseStart", "Opening", "observed_ages", "opening"]

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


@dataclass(frozen=True, slots=True)
class Opening:
    """How a run starts.

    Args:
        stock: Expected people by node at the end of the month before the first, dims (draw, node).
        starts: Courses that start.
        routes: Where courses lead to, no more of them to a cell than it can take in at rest.
        courses: People a month who come to a cell and state from a course, less those who leave it for what a course
            led to, at rest, dims (draw, cell, state).
        quitting: The latter alone, dims (draw, cell).
    """

    stock: Table
    starts: tuple[CourseStart, ...]
    routes: Routes
    courses: Table
    quitting: Table


@dataclass(frozen=True, slots=True)
class _Kind:
    """Cells with the same tracks: their nodes stand in the same order in each."""

    cells: NDArray[np.int64]
    nodes: NDArray[np.int64]
    track: NDArray[np.int64]
    month: NDArray[np.int64]
    state: NDArray[np.int64]

    def of(self, track: int) -> NDArray[np.int64]:
        """Places of a track's nodes among a cell's nodes."""
        return np.flatnonzero(self.track == track)


def opening(
    inputs: Inputs, leaving: Leaving, rest: Calibration, workforce: Workforce, chances: TrackChances, routes: Routes
) -> Opening:
    """Put people on the nodes: the resting mix, then courses and approvals; every array has the draws of `inputs`."""
    by_state = inputs.staff[:, :, None] * rest.mix
    stock = np.zeros((len(by_state), workforce.graph.node_id.size))
    plain = workforce.first[:, None] + np.arange(STATES)
    stock[:, plain.ravel()] = by_state.reshape(len(by_state), -1)
    completing = np.zeros((len(stock), routes.start.size - 1, STATES))
    starts = []
    approved = _approved(inputs, by_state)
    for kind in _kinds(workforce):
        part = replace(leaving, retiring=leaving.retiring[:, kind.cells])
        chance = cell_chances(part, rest.scale[:, kind.cells])
        back = np.minimum(rest.modelled, 1.0)[:, kind.cells] * rest.within[:, kind.cells]
        here = by_state[:, kind.cells]
        on_track = np.zeros((len(stock), *kind.nodes.shape))
        for number in sorted(set(kind.track.tolist()) - {0}):
            if workforce.tracks[number - 1].code in (PRACTISING, NOT_PRACTISING):
                continue
            start = _course(inputs, workforce, kind, number, here)
            starts.append(start)
            path = _path(start, workforce, chance, back, chances)
            _fill(on_track, kind, number, path, _present(inputs, kind.month[kind.of(number)], start.months))
            _go_on(on_track, inputs, workforce, kind, start, path, chance, back, chances)
            if chances.leads[number]:
                course = routes.of_nodes(workforce.graph.node_cell)[kind.nodes[:, kind.of(number)[0]]]
                completing[:, course] = _completing(start, path, chance, chances)
        _approve(on_track, inputs, workforce, kind, chance, back, approved[:, kind.cells])
        _balance(stock, on_track, kind, here)
    return Opening(stock, tuple(starts), *_routed(inputs, routes, completing))


def _kinds(workforce: Workforce) -> list[_Kind]:
    """Cells that have tracks, gathered by which tracks they have."""
    ends = np.append(workforce.first[1:], workforce.graph.node_id.size)
    found: dict[bytes, list[int]] = {}
    for cell in np.flatnonzero(ends - workforce.first > STATES):
        part = slice(workforce.first[cell], ends[cell])
        found.setdefault(workforce.node_track[part].tobytes(), []).append(int(cell))
    kinds = []
    for cells in found.values():
        part = slice(workforce.first[cells[0]], ends[cells[0]])
        nodes = workforce.first[cells][:, None] + np.arange(part.stop - part.start)
        kinds.append(
            _Kind(
                np.array(cells),
                nodes,
                workforce.node_track[part],
                workforce.node_month[part],
                workforce.node_state[part],
            )
        )
    return kinds


def _course(inputs: Inputs, workforce: Workforce, kind: _Kind, number: int, here: Table) -> CourseStart:
    """Who starts a course in the cells of a kind: places by staff, never more than the staff who may start."""
    track = workforce.tracks[number - 1]
    states = np.array(sorted(track.start))
    nodes = kind.of(number)
    first = nodes[kind.month[nodes] == 0]
    pipeline = catalogue.pipeline(track.code)
    may = here[:, :, states]
    total = may.sum(axis=2)
    places = quantity(inputs.parameters, pipeline.places)[:, None] * _share_of(inputs, track.code)[:, kind.cells]
    people = np.minimum(places / len(pipeline.intake_months), _MOST_ON_TRACKS * total)
    weight = np.divide(may, total[:, :, None], out=np.zeros_like(may), where=total[:, :, None] > 0)
    return CourseStart(
        cells=kind.cells,
        track=number,
        months=pipeline.intake_months,
        last_intake=pipeline.last_intake,
        plain=kind.nodes[:, states],
        on_track=kind.nodes[:, first[np.argsort(kind.state[first])]],
        people=people[:, :, None] * weight,
    )


def _path(start: CourseStart, workforce: Workforce, chance: Table, back: Table, chances: TrackChances) -> Table:
    """A cohort of a course from its start on, dims (draw, place, month, state)."""
    track = workforce.tracks[start.track - 1]
    begin = np.zeros((*start.people.shape[:2], STATES))
    begin[:, :, sorted(track.start)] = start.people
    stops = -np.expm1(-chances.give_up[:, start.track])
    return cohort_path(begin, chance, back, stops, track.months)


def _present(
    inputs: Inputs, month: NDArray[np.int64], intakes: tuple[int, ...], months_before: int = 0
) -> NDArray[np.bool_]:
    """Which months of a course have a cohort before the run's first month.

    Courses start when a month begins: who is in month k before the first month (0 the first) started k months before
    it, and nobody is in month 0. Who comes from a course of so many `months_before` comes when a month ends.
    """
    first = int(inputs.months[0][5:])
    started = (first - 1 - month - months_before) % units.MONTHS_PER_YEAR + 1
    return np.isin(started, intakes) & ((month > 0) | (months_before > 0))


def _fill(on_track: Table, kind: _Kind, number: int, path: Table, present: NDArray[np.bool_]) -> None:
    nodes = kind.of(number)
    on_track[:, :, nodes] += path[:, :, kind.month[nodes], kind.state[nodes]] * present


def _go_on(
    on_track: Table,
    inputs: Inputs,
    workforce: Workforce,
    kind: _Kind,
    start: CourseStart,
    path: Table,
    chance: Table,
    back: Table,
    chances: TrackChances,
) -> None:
    """Put those on the next course who came to it from this one."""
    codes = [track.code for track in workforce.tracks]
    track = workforce.tracks[start.track - 1]
    if track.after in ("", PRACTISING):
        return
    number = codes.index(track.after) + 1
    begin = _passing(start, path, chance, chances)
    stops = -np.expm1(-chances.give_up[:, number])
    later = cohort_path(begin, chance, back, stops, workforce.tracks[number - 1].months)
    present = _present(inputs, kind.month[kind.of(number)], start.months, track.months)
    _fill(on_track, kind, number, later, present)


def _passing(start: CourseStart, path: Table, chance: Table, chances: TrackChances) -> Table:
    """Who of a cohort completes its course, by the state they are then in, dims (draw, place, state)."""
    done = np.zeros((*path.shape[:2], STATES))
    rest = 1.0 - chance.sum(axis=3)
    passes = np.exp(-chances.give_up[:, start.track]) * chances.passes[:, start.track]
    people = path[:, :, -1] * rest[:, :, STATE_GROUP] * passes[:, None, None]
    _add(done, NEXT, people, axis=2)
    return done


def _completing(start: CourseStart, path: Table, chance: Table, chances: TrackChances) -> Table:
    """Who completes a course that leads elsewhere, a month on average, by the state they are then in."""
    return _passing(start, path, chance, chances) * (len(start.months) / units.MONTHS_PER_YEAR)


def _approve(
    on_track: Table, inputs: Inputs, workforce: Workforce, kind: _Kind, chance: Table, back: Table, people: Table
) -> None:
    """Put those who are approved on the months of their approval: fewer on later ones, as people leave."""
    numbers = {workforce.tracks[n - 1].code: n for n in set(kind.track.tolist()) - {0}}
    if PRACTISING not in numbers:
        return
    months = workforce.tracks[numbers[PRACTISING] - 1].months
    path = cohort_path(people, chance, back, np.zeros(len(people)), months).sum(axis=3)
    total = path.sum(axis=2, keepdims=True)
    by_month = np.divide(path, total, out=np.zeros_like(path), where=total > 0)
    share = inputs.parameters.value("amhp_practising_share")
    for code, part in ((PRACTISING, share), (NOT_PRACTISING, 1.0 - share)):
        nodes = kind.of(numbers[code])
        on_track[:, :, nodes] += (
            by_month[:, :, kind.month[nodes]] * people[:, :, kind.state[nodes]] * part[:, None, None]
        )


def _balance(stock: Table, on_track: Table, kind: _Kind, here: Table) -> None:
    """Take those on tracks off the plain states; where there would be too many, put fewer on the tracks."""
    busy = np.zeros_like(here)
    _add(busy, kind.state, on_track, axis=2)
    most = here * _MOST_ON_TRACKS
    kept = np.where(busy > most, np.divide(most, busy, out=np.ones_like(most), where=busy > 0), 1.0)
    placed = on_track * kept[:, :, kind.state]
    placed[:, :, :STATES] = here - busy * kept
    stock[:, kind.nodes.ravel()] = placed.reshape(len(stock), -1)


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


def _approved(inputs: Inputs, by_state: Table) -> Table:
    """Approved AMHPs by cell and state, dims (draw, cell, state).

    England's number is shared over the posts that AMHPs hold, in each of them by staff; then by age as published,
    among those with three years of experience or more.
    """
    people = _of_column(inputs) * _holders()[inputs.column] * inputs.parameters.value("amhp_approved")[:, None]
    old = inputs.parameters.value("share_55_plus_amhp")[:, None]
    found = np.zeros_like(by_state)
    experienced = STATE_BAND >= _APPROVED_FROM
    for states, part in ((experienced & (STATE_AGE == _OLDEST), old), (experienced & (STATE_AGE < _OLDEST), 1.0 - old)):
        there = by_state * states
        total = there.sum(axis=2, keepdims=True)
        found += np.divide(there, total, out=np.zeros_like(there), where=total > 0) * (people * part)[:, :, None]
    return found


def observed_ages(inputs: Inputs, mix: Table) -> Table:
    """The resting mix with the published share aged 55 and over in every cell, dims (draw, cell, state)."""
    regulated = np.array([role.regulated for role in catalogue.roles()])[inputs.cells.role]
    of_all, of_regulated = (inputs.parameters.value(name) for name in ("share_55_plus", "share_55_plus_regulated"))
    wanted = np.where(regulated, of_regulated[:, None], of_all[:, None])
    old = STATE_AGE == _OLDEST
    now = mix[:, :, old].sum(axis=2)
    factor = np.where(old, (wanted / now)[:, :, None], ((1.0 - wanted) / (1.0 - now))[:, :, None])
    return np.asarray(mix * factor, dtype=np.float64)


def _routed(inputs: Inputs, routes: Routes, completing: Table) -> tuple[Routes, Table, Table]:
    """Routes that move no more people than cells lose and replace anyhow, and who comes and goes by them at rest.

    Those who complete a course that leads to a cell without enough posts that fall vacant stay in their own post.
    """
    left, course = routes.left, routes.course
    inside = routes.to >= 0
    leavers = inputs.staff * inputs.turnover / units.MONTHS_PER_YEAR
    wish = completing.sum(axis=2)[:, course] * routes.share
    going = np.zeros_like(leavers)
    _add(going, left, wish)
    share = routes.share * _within(_MOST_TO_COURSES * leavers, going)[:, left]
    wish = completing.sum(axis=2)[:, course] * share
    coming = np.zeros_like(leavers)
    _add(coming, routes.to[inside], wish[:, inside])
    room = _MOST_FROM_COURSES * (leavers - inputs.labour.moving[:, None] * (leavers - going))
    share = share * np.where(inside, _within(room, coming)[:, routes.to], 1.0)
    people = completing[:, course] * share[:, :, None]
    courses, quitting = np.zeros((*leavers.shape, STATES)), np.zeros_like(leavers)
    _add(quitting, left, people.sum(axis=2))
    _add(courses, left, -people)
    _add(courses, routes.to[inside], people[:, inside])
    return replace(routes, share=np.ascontiguousarray(share)), courses, quitting


def _add(total: Table, place: NDArray[np.int64], values: Table, axis: int = 1) -> None:
    """Add values to a total: those of each entry along an axis at the entry's place, dims (entry)."""
    index: Any = (*[slice(None)] * axis, place)
    np.add.at(total, index, values)


def _within(most: Table, wanted: Table) -> Table:
    """Factor, 1 at most, that keeps what is wanted within a bound."""
    return np.minimum(np.divide(most, wanted, out=np.ones_like(most), where=wanted > 0), 1.0)
