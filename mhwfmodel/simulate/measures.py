"""What is measured of each month: posts and people, what they can do, and the AMHPs among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS, SPECIALIST
from mhwfmodel.results import CellLabels, places_of
from mhwfmodel.simulate.amhp_levels import NeedPath, need_path
from mhwfmodel.simulate.capacity import net_by_group, refresher_by_group
from mhwfmodel.simulate.effects import in_draws
from mhwfmodel.simulate.tracks import NOT_PRACTISING, PRACTISING, towards_approval
from mhwfmodel.supply.states import STATE_AGE, STATE_BAND

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from mhwfmodel.simulate.model import Model
    from mhwfmodel.supply import MonthInputs, Step

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["Drawn", "Rota", "monthly", "opening_measures", "rota"]

_OLDEST = len(AGE_BANDS) - 1


class Layout(NamedTuple):
    """Where the people of each cell stand among the nodes, and what counts as what.

    Args:
        first: First node of each cell, that of its first state on no track, dims (cell).
        run: First run of each cell: nodes of one track that stand together, dims (cell + 1).
        begin: First node of each run, dims (run).
        end: Node after its last, dims (run).
        track: Number of its track, dims (run).
        order: In which order the states of its nodes stand, dims (run).
        counted: 1 where the people of a node of a run count to a band of experience, or to the oldest age after the
            bands, dims (order, which, node of the run).
        place: Place that each cell is counted to, dims (cell).
        special: Whether its posts are specialist ones, dims (cell).
        group: Position in `HOURS_GROUPS` of its role, dims (cell).
        leaver: Which kinds of edges leave an employer, dims (kind).
        retire: The kind that retires.
        practising: Number of the track of practising AMHPs, 0 where the run has none.
        not_practising: The same of approved AMHPs who do not practise.
        courses: Numbers of the tracks that lead to approval, dims (course).
    """

    first: NDArray[np.int64]
    run: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    track: NDArray[np.int64]
    order: NDArray[np.int64]
    counted: NDArray[np.int32]
    place: NDArray[np.int64]
    special: NDArray[np.bool_]
    group: NDArray[np.int64]
    leaver: NDArray[np.bool_]
    retire: int
    practising: int
    not_practising: int
    courses: NDArray[np.int64]


class Drawn(NamedTuple):
    """What turns people into time, by draw.

    Args:
        participation: FTE per person in post, dims (draw, cell).
        productivity: Work in an hour relative to 3 to 10 years of experience, dims (draw, band).
        share: Share of the work that is for people with mental health needs, dims (draw, cell).
        net: Hours that a full-time post has for people, dims (draw, hours group) [hours per FTE and month].
        refresher: FTE that the refresher of one approved AMHP takes, dims (draw, hours group).
        released: Share of time that each track takes, dims (draw, track).
        full_time: Share of practising AMHPs who do nothing else, dims (draw).
        part: FTE that the others give to the rota, dims (draw) [FTE per person].
        need: Need for AMHPs, all of an ICB's at its first cell, dims (draw, cell) [FTE].
        cover: Share of vacant posts that agency staff cover, dims (draw or 1, cell).
        worth: Effective staff that a full-time post of agency staff counts as, dims as `cover`.
        trained: Share of staff whom training has reached, dims (draw or 1, cell).
    """

    participation: Table
    productivity: Table
    share: Table
    net: Table
    refresher: Table
    released: Table
    full_time: Table
    part: Table
    need: Table
    cover: Table
    worth: Table
    trained: Table

    def of(self, rows: slice) -> Drawn:
        """The same for some draws."""
        return Drawn(*(in_draws(values, rows) for values in self))


class Happened(NamedTuple):
    """What the kernel reads of a month, see `supply.Step`; all of one type.

    Dims (draw, cell), of flows (kind, draw, cell) and of starters (source, draw, cell).
    """

    filled: Counts
    posts: Counts
    flows: Counts
    starters: Counts
    unplaced: Counts
    came: Counts
    went: Counts


@dataclass(frozen=True, slots=True)
class Rota:
    """What the measures of a run's months need beside the months.

    Args:
        layout: Where people are counted.
        drawn: What turns them into time.
        need: Need for AMHPs month by month.
        first: First cell of each ICB, dims (icb).
        places: How many places the cells are counted to.
    """

    layout: Layout
    drawn: Drawn
    need: NeedPath
    first: NDArray[np.int64]
    places: int

    def of(self, rows: slice, month: int) -> Drawn:
        """What turns the people of some draws into time in a month, before levers change the time of staff."""
        usual, need = self.drawn.of(rows), self.need.at(month, rows)
        return usual if need is None else usual._replace(need=_at(need, self.first, usual.need.shape[1]))


def rota(model: Model) -> Rota:
    """What the measures of a run need.

    Raises:
        DataError: Deductions that leave no hours.
    """
    inputs, parameters, cells = model.inputs, model.inputs.parameters, model.inputs.cells
    need = need_path(model.levers, parameters, cells.icb_codes, len(inputs.months))
    first = np.array([int(np.flatnonzero(cells.icb == icb)[0]) for icb in range(len(cells.icb_codes))])
    nothing = np.zeros((1, model.cells))
    drawn = Drawn(
        participation=inputs.participation,
        productivity=inputs.capacity.productivity,
        share=inputs.capacity.mental_health_share,
        net=net_by_group(inputs.capacity),
        refresher=refresher_by_group(inputs.capacity),
        released=model.tracks.released,
        full_time=parameters.value("amhp_full_time_share"),
        part=parameters.value("amhp_rota_share"),
        need=_at(need.opening, first, model.cells),
        cover=nothing,
        worth=nothing,
        trained=nothing,
    )
    places, place = places_of(CellLabels(cells.icb, cells.sector, cells.role, cells.icb_codes))
    contiguous = Drawn(*(np.ascontiguousarray(values) for values in drawn))
    return Rota(_layout(model, place), contiguous, need, first, len(places))


def _at(values: Table, cell: NDArray[np.int64], cells: int) -> Table:
    """Values of ICBs at one cell each, 0 at the others, dims (draw, cell)."""
    found = np.zeros((len(values), cells))
    found[:, cell] = values
    return found


def _layout(model: Model, place: NDArray[np.int64]) -> Layout:
    workforce, cells = model.workforce, model.inputs.cells
    numbers = {track.code: number for number, track in enumerate(workforce.tracks, start=1)}
    courses = [numbers[item.code] for item in catalogue.pipelines() if item.code in numbers and towards_approval(item)]
    cell, track = workforce.graph.node_cell, workforce.node_track
    begin = np.flatnonzero((np.diff(cell, prepend=-1) != 0) | (np.diff(track, prepend=-1) != 0))
    end = np.append(begin[1:], cell.size)
    on_track = track[begin] > 0
    begin, end = begin[on_track], end[on_track]
    states = [tuple(workforce.node_state[a:b].tolist()) for a, b in zip(begin, end, strict=True)]
    orders = {found: number for number, found in enumerate(dict.fromkeys(states))}
    order = np.array([orders[found] for found in states], dtype=np.int64)
    edges = workforce.graph.edges
    return Layout(
        first=workforce.first,
        run=np.searchsorted(cell[begin], np.arange(len(cells) + 1)),
        begin=begin,
        end=end,
        track=track[begin],
        order=order,
        counted=_counted(orders),
        place=place,
        special=cells.strand == SPECIALIST,
        group=model.inputs.capacity.group,
        leaver=np.array([edge.leaver for edge in edges]),
        retire=[edge.kind for edge in edges].index("retire"),
        practising=numbers.get(PRACTISING, 0),
        not_practising=numbers.get(NOT_PRACTISING, 0),
        courses=np.array(courses, dtype=np.int64),
    )


def _counted(orders: Collection[tuple[int, ...]]) -> NDArray[np.int32]:
    """As what the people of each node of some orders of states count, dims (order, which, node)."""
    found = np.zeros((len(orders), len(EXPERIENCE_BANDS) + 1, max(map(len, orders), default=0)), dtype=np.int32)
    for number, states in enumerate(orders):
        nodes = np.arange(len(states))
        found[number, STATE_BAND[list(states)], nodes] = 1
        found[number, -1, nodes] = STATE_AGE[list(states)] == _OLDEST
    return found


def monthly(given: Rota, after: Step, inputs: MonthInputs, drawn: Drawn) -> Table:
    """Measures of one month of some draws, dims (draw, place, variable), variables in the order of `MEASURED`.

    Args:
        given: What the measures of the run need.
        after: What the month gave.
        inputs: What it was given.
        drawn: What turns the people of these draws into time in this month.
    """
    nobody = np.zeros_like(after.filled)
    came, went = (nobody if people is None else people for people in (after.came, after.went))
    flows: Any = np.asarray(after.flows)
    starters: Any = np.asarray(after.starters)
    happened = Happened(after.filled, inputs.posts, flows, starters, after.unplaced, came, went)
    return _measured(given, after.stock, happened, drawn)


def opening_measures(model: Model, given: Rota, rows: slice) -> Table:
    """The opening stock of some draws, with flows that are not numbers, dims as those of `monthly`."""
    from mhwfmodel.simulate import _measures

    filled = model.inputs.filled[rows]
    none = np.zeros_like(filled)
    edges, sources = len(model.workforce.graph.edges), len(model.workforce.graph.sources)
    flows, starters = np.zeros((edges, *none.shape)), np.zeros((sources, *none.shape))
    happened = Happened(filled, model.posts[rows], flows, starters, none, none, none)
    found = _measured(given, model.rest.stock[rows], happened, given.drawn.of(rows))
    found[:, :, _measures.OF_FLOWS] = np.nan
    return found


def _measured(given: Rota, stock: Counts, happened: Happened, drawn: Drawn) -> Table:
    from mhwfmodel.simulate import _measures

    kind: Any = np.int64 if np.issubdtype(happened.filled.dtype, np.integer) else np.float64
    plain = Happened(*(np.ascontiguousarray(values, dtype=kind) for values in happened))
    out = np.empty((len(stock), given.places, len(_measures.MEASURED)))
    contiguous = Drawn(*(np.ascontiguousarray(values) for values in drawn))
    _measures.measure(np.ascontiguousarray(stock), plain, given.layout, contiguous, out)
    return out
