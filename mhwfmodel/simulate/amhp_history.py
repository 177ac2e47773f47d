"""The number of Approved Mental Health Professionals (AMHPs) from 2018 on, run with what was known then.

The model's own graph and its own month (`supply.workforce_graph`, `supply.step`), with the approval of five years and
the AMHP courses beside the post. England is one cell, the councils' adult social workers, whose posts are held.
Everybody stands in one state of experience and age, because nothing published by then tells leaving or age of AMHPs
apart. Every input is a parameter whose figures are of 2018 or before; a later one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, rng, units
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs import ParameterDraws
from mhwfmodel.inputs.fitting import cut
from mhwfmodel.simulate.tracks import NOT_PRACTISING, PRACTISING, approval_months, approval_tracks
from mhwfmodel.supply import Expected, MonthInputs, Offers, Places, Routes, Sampled, Track, step, workforce_graph
from mhwfmodel.supply.states import SOURCES, STATES
from mhwfmodel.supply.workforce import EDGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Figure, Parameter
    from mhwfmodel.supply import Chooser, Workforce

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["INPUTS", "OPENING", "READ", "SNAPSHOT", "History", "amhp_history", "known_in", "too_late"]

OPENING = "2018-09"
"""Month at whose end the run starts: that of the published number of 2018, as of the later ones (`SNAPSHOT`)."""

SNAPSHOT = "-09"
"""Month of a figure whose period is only a year: councils count their social workers in September (BSWN04).

A like month also keeps the completions of courses, which come twice a year, out of a comparison."""

_STAFF, _VACANT, _PERIOD = "BSWN03", "BSWV03", "A049"
READ = (_STAFF, _VACANT, _PERIOD)
"""Figures that are read as they are: council social workers, their vacancy rate, how long an approval lasts."""

INPUTS = (
    "amhp_history_approved",
    "amhp_history_practising_share",
    "amhp_history_trained",
    "amhp_history_leaving",
    "amhp_history_stays",
    "amhp_history_stops_practising",
    "amhp_history_reapproved",
    "amhp_history_full_time_share",
    "amhp_history_full_time_months",
    "amhp_history_part_time_months",
)
"""Uncertain inputs of the run, all of them."""

_FULL_TIME, _PART_TIME = "amhp_full_time", "amhp_part_time"
_MONTHS = {_FULL_TIME: "amhp_history_full_time_months", _PART_TIME: "amhp_history_part_time_months"}
_STATE = STATES - 1
_YEARS = re.compile(r"((?:19|20)\d\d)(?:/(\d\d)\b)?")


@dataclass(frozen=True, slots=True)
class History:
    """A run from 2018 on.

    Args:
        months: Labels `YYYY-MM`, the first that of the opening.
        approved: People approved at the end of each month, dims (draw, month).
        practising: Those of them who practise, dims (draw, month).
        staff: People in post, dims (draw, month).
    """

    months: tuple[str, ...]
    approved: Table
    practising: Table
    staff: Table

    def at(self, label: str) -> Table:
        """Draws of the number approved at the end of a month, dims (draw)."""
        return np.asarray(self.approved[:, self.months.index(label)])


def known_in(figure: Figure, by: int) -> int:
    """Year in which a figure was known: of its document, or of its period where that is told by a document after `by`.

    A number of a year may be known from a later page only; then it counts as known in that year. 0: no year is told.
    """
    document, period = _last_year(figure.date), _last_year(figure.period)
    return document if 0 < document <= by or not period else period


def _last_year(text: str) -> int:
    """The last calendar year that a text names, a financial year counted to its end; 0 where it names none."""
    return max((int(first) + (1 if second else 0) for first, second in _YEARS.findall(text)), default=0)


def too_late(inputs: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Figures behind the inputs, and those read as they are, that were not known when the run starts, in order."""
    last = _last_year(OPENING)
    used = dict.fromkeys([*READ, *(name for item in inputs.values() for name in item.source)])
    return tuple(name for name in used if not 0 < known_in(catalogue.figure(name), last) <= last)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What the run is given, drawn.

    Args:
        parameters: The draws.
        workforce: The graph: one cell.
        leave: Chance of leaving the post in a month, dims (draw).
        stays: Share of them who are AMHPs elsewhere, dims (draw).
        change: Chance of changing between practising and not in a month by track, dims (draw, track).
        passes: Share approved again by track, dims (draw, track).
        starters: Expected starters of an intake by track, dims (draw, track).
        people: Expected people by node at the opening, dims (draw, node).
        posts: Funded posts.
    """

    parameters: ParameterDraws
    workforce: Workforce
    leave: Table
    stays: Table
    change: Table
    passes: Table
    starters: Table
    people: Table
    posts: int

    @property
    def approved(self) -> NDArray[np.bool_]:
        """Which nodes hold people who are approved, dims (node)."""
        return np.isin(
            self.workforce.node_track, [_number(self.workforce, code) for code in (PRACTISING, NOT_PRACTISING)]
        )


def amhp_history(
    draws: int,
    until: str,
    *,
    seed: int = 0,
    expected: bool = False,
    overrides: Mapping[str, Parameter] | None = None,
) -> History:
    """Run England's AMHPs from 2018 on, with what was known by the end of that year.

    Args:
        draws: How many.
        until: Last month `YYYY-MM`.
        seed: Key of the random numbers.
        expected: Expected values of central inputs in every draw, instead of whole people and drawn inputs.
        overrides: Parameters that stand in for those of the catalogue, by name; their figures are checked too.

    Raises:
        DataError: An input rests on a figure that was not known then, or the run would end before it starts.
    """
    given = ParameterDraws(seed, np.arange(draws, dtype=np.uint32), overrides or {}, central=expected)
    _require(given, until)
    made = _prepared(given)
    chooser: Chooser = Expected() if expected else Sampled(seed, given.draws)
    count = units.month_index(until) - units.month_index(OPENING)
    months = (OPENING, *units.month_range(units.add_months(OPENING, 1), count))
    stock: Counts = made.people if expected else _whole(made)
    rows = [_told(made, stock)]
    for number, label in enumerate(months[1:]):
        before = _start(made, stock, number, label, whole=not expected)
        after = step(made.workforce.graph, before, _month(made, label), chooser)
        rows.append(_told(made, after.stock))
        stock = after.stock
    approved, practising, staff = (np.stack(part, axis=1) for part in zip(*rows, strict=True))
    return History(months, approved, practising, staff)


def _require(given: ParameterDraws, until: str) -> None:
    faults = []
    for name in too_late({name: given.parameter(name) for name in INPUTS}):
        problem = "was not known in the year in which the run starts"
        faults.append(Fault(f"figure {name}", problem, "a run from then may not use it; name an earlier one"))
    if units.month_index(until) <= units.month_index(OPENING):
        faults.append(Fault(f"until {until}", f"is not after {OPENING}", "give a later month"))
    if faults:
        raise DataError(faults)


def _read(name: str) -> float:
    """Number of a figure that has one."""
    number = catalogue.figure(name).number
    if number is None:
        raise DataError(f"figure {name} has no number; it is needed to run from {OPENING}")
    return number


def _tracks(given: ParameterDraws) -> tuple[Track, ...]:
    """The AMHP courses and the approval, all of them for people in the one state."""
    courses = (
        Track(code, catalogue.pipeline(code).id, int(given.parameter(name).central), (_STATE,), after=PRACTISING)
        for code, name in _MONTHS.items()
    )
    return (*courses, *(replace(track, start=(_STATE,)) for track in approval_tracks()))


def _number(workforce: Workforce, code: str) -> int:
    """Number of a track in the workforce."""
    return [track.code for track in workforce.tracks].index(code) + 1


def _prepared(given: ParameterDraws) -> _Prepared:
    entry = np.zeros((len(SOURCES), STATES))
    entry[:, _STATE] = 1.0
    workforce = workforce_graph(np.zeros(1, dtype=np.uint32), entry, [_tracks(given)])
    size = (given.draws.size, len(workforce.tracks) + 1)
    change, passes, starters = np.zeros(size), np.ones(size), np.zeros(size)
    leave = units.turnover_to_probability(given.value("amhp_history_leaving"))
    stays = given.value("amhp_history_stays")
    kept = 1.0 - leave * (1.0 - stays)
    practise = given.value("amhp_history_practising_share")
    stops = units.rate_to_hazard(given.value("amhp_history_stops_practising"))
    full_time = given.value("amhp_history_full_time_share")
    for code, hazard in ((PRACTISING, stops), (NOT_PRACTISING, stops * practise / (1.0 - practise))):
        number = _number(workforce, code)
        change[:, number] = units.hazard_to_probability(hazard)
        passes[:, number] = given.value("amhp_history_reapproved")
    for code, share in ((_FULL_TIME, full_time), (_PART_TIME, 1.0 - full_time)):
        number, pipeline = _number(workforce, code), catalogue.pipeline(code)
        finish = kept ** workforce.tracks[number - 1].months
        trained = given.value("amhp_history_trained") * share
        # Published are those trained, so as many more start as leave their post on the way.
        starters[:, number] = trained / finish / len(pipeline.intake_months)
    staff = _read(_STAFF)
    posts = round(staff + units.vacancies_from_rate(staff, _read(_VACANT) / 100))
    made = _Prepared(given, workforce, leave, stays, change, passes, starters, np.zeros((size[0], 0)), posts)
    return replace(made, people=_opening(made, practise, kept))


def _opening(made: _Prepared, practise: Table, kept: Table) -> Table:
    """Expected people by node at the opening: courses as full as they would be, approvals fewer on later months."""
    workforce, given = made.workforce, made.parameters
    people = np.zeros((given.draws.size, workforce.graph.node_id.size))
    approved = given.value("amhp_history_approved")
    still = kept[:, None] ** np.arange(approval_months())
    by_month = still / still.sum(axis=1, keepdims=True)
    for code, share in ((PRACTISING, practise), (NOT_PRACTISING, 1.0 - practise)):
        nodes = np.flatnonzero(workforce.node_track == _number(workforce, code))
        people[:, nodes] = by_month[:, workforce.node_month[nodes]] * (approved * share)[:, None]
    for code in _MONTHS:
        number = _number(workforce, code)
        nodes = np.flatnonzero(workforce.node_track == number)
        ago = workforce.node_month[nodes]
        # Who is in month k when the run's first month begins started k months before it.
        begun = [units.add_months(OPENING, 1 - int(months)) for months in ago]
        present = np.array([_calendar(label) in catalogue.pipeline(code).intake_months for label in begun]) & (ago > 0)
        people[:, nodes] = made.starters[:, [number]] * kept[:, None] ** ago * present
    plain = workforce.first[0] + _STATE
    people[:, plain] = _read(_STAFF) - people.sum(axis=1)
    return people


def _calendar(label: str) -> int:
    return units.parse_month(label)[1]


def _whole(made: _Prepared) -> NDArray[np.int64]:
    """Whole people by node, each node's expectation as given: the running sum is cut at one uniform a draw."""
    given = made.parameters
    uniform = rng.uniform(given.seed, given.draws, made.workforce.graph.cell_id, rng.Purpose.ROUND_STOCK)
    running = np.cumsum(made.people, axis=1)
    running[:, -1] = np.round(running[:, -1])
    return np.diff(cut(np.minimum(running, running[:, -1:]), uniform), axis=1, prepend=0)


def _start(made: _Prepared, stock: Counts, number: int, label: str, *, whole: bool) -> Counts:
    """Put those who start a course this month on it; whole ones keep their running sum."""
    workforce = made.workforce
    found = stock.copy()
    for code in _MONTHS:
        intakes = catalogue.pipeline(code).intake_months
        if _calendar(label) not in intakes:
            continue
        track = _number(workforce, code)
        earlier = sum(_calendar(units.add_months(label, -back)) in intakes for back in range(1, number + 1))
        people = _whole_starters(made, track, earlier) if whole else made.starters[:, track]
        plain = workforce.first[0] + _STATE
        on_track = np.flatnonzero((workforce.node_track == track) & (workforce.node_month == 0))[0]
        moved = np.minimum(people, found[:, plain])
        found[:, plain] = found[:, plain] - moved
        found[:, on_track] = found[:, on_track] + moved
    return found


def _whole_starters(made: _Prepared, track: int, earlier: int) -> Table:
    """Whole starters of the intake that `earlier` ones came before, dims (draw)."""
    given, line = made.parameters, made.workforce.tracks[track - 1].number
    ids = made.workforce.graph.cell_id
    uniform = rng.uniform(given.seed, given.draws, ids, rng.Purpose.START, decision=line)[:, 0]
    one = made.starters[:, track]
    return np.floor(one * (earlier + 1) + uniform) - np.floor(one * earlier + uniform)


def _month(made: _Prepared, label: str) -> MonthInputs:
    """A month's chances: posts are held, and vacancies are filled as fast as leaving at the opening empties them."""
    draws = made.leave.size
    gone = made.leave * (1.0 - made.stays) * _read(_STAFF)
    vacant = np.full_like(gone, made.posts - _read(_STAFF))
    fill = units.fill_probability(units.vacancy_duration(vacant, gone))
    source = np.zeros((len(SOURCES), draws, 1))
    source[SOURCES.index("outside")] = 1.0
    one, cells = np.zeros(1, dtype=np.int64), np.ones((draws, 1))
    places = Places.of(one, one, one)
    return MonthInputs(
        month=units.month_index(label),
        probability=_chances(made),
        posts=np.full((draws, 1), made.posts),
        fill=fill[:, None],
        source_share=source,
        offers=Offers(places, np.ones((draws, 1, 1)), np.ones(draws), cells),
        routes=Routes.none(1, draws),
    )


def _chances(made: _Prepared) -> Table:
    """Joint chance of each kind of edge, dims (kind, draw, group).

    Leaving comes first; what a track adds is decided among those who stay.
    """
    workforce = made.workforce
    track, last = workforce.group_track, workforce.group_last
    out = np.zeros((len(EDGES), made.leave.size, track.size))
    out[EDGES.index("move")] = (made.leave * made.stays)[:, None]
    out[EDGES.index("exit")] = (made.leave * (1.0 - made.stays))[:, None]
    ends = np.where(last, 1.0 - made.passes[:, track], made.change[:, track])
    out[EDGES.index("switch")] = (1.0 - made.leave)[:, None] * ends
    return out


def _told(made: _Prepared, stock: Counts) -> tuple[Table, Table, Table]:
    """People approved, those of them who practise, and all in post, dims (draw) each."""
    practising = made.workforce.node_track == _number(made.workforce, PRACTISING)
    parts = (stock[:, made.approved], stock[:, practising], stock)
    approved, active, staff = (np.asarray(part.sum(axis=1), dtype=np.float64) for part in parts)
    return approved, active, staff
