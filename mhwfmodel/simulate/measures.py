"""What is measured of each month, by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS, SPECIALIST
from mhwfmodel.simulate.amhp_need import amhp_need
from mhwfmodel.simulate.capacity import capacity
from mhwfmodel.simulate.tracks import NOT_PRACTISING, PRACTISING, towards_approval
from mhwfmodel.supply.states import SOURCES, STATE_AGE, STATE_BAND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.simulate.model import Model
    from mhwfmodel.supply import MonthInputs, Step

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["Rota", "monthly", "opening_measures", "rota"]

_OLDEST = len(AGE_BANDS) - 1


@dataclass(frozen=True, slots=True)
class Rota:
    """What turns approved AMHPs into time on the rota.

    Args:
        practising: Number of the track of practising AMHPs.
        not_practising: Number of the track of approved AMHPs who do not practise.
        courses: Numbers of the tracks that lead to approval.
        full_time: Share of practising AMHPs who do nothing else, dims (draw).
        part: FTE that the others give to the rota, dims (draw) [FTE per person].
        need: Need for AMHPs, all of an ICB's at its first cell, dims (draw, cell) [FTE].
        by_council: Need by council, dims (draw, council) [FTE].
    """

    practising: int
    not_practising: int
    courses: tuple[int, ...]
    full_time: Table
    part: Table
    need: Table
    by_council: Table


def rota(model: Model) -> Rota:
    """The AMHP inputs of a run; the tracks are 0 where no cell of the run has them."""
    numbers = {track.code: number for number, track in enumerate(model.workforce.tracks, start=1)}
    parameters, cells = model.inputs.parameters, model.inputs.cells
    found = amhp_need(parameters)
    at = {code: position for position, code in enumerate(found.icb_codes)}
    need = np.zeros((parameters.draws.size, model.cells))
    for icb, code in enumerate(cells.icb_codes):
        need[:, int(np.flatnonzero(cells.icb == icb)[0])] = found.by_icb[:, at[code]]
    courses = tuple(
        numbers[item.code] for item in catalogue.pipelines() if item.code in numbers and towards_approval(item)
    )
    return Rota(
        practising=numbers.get(PRACTISING, 0),
        not_practising=numbers.get(NOT_PRACTISING, 0),
        courses=courses,
        full_time=parameters.value("amhp_full_time_share"),
        part=parameters.value("amhp_rota_share"),
        need=need,
        by_council=found.by_council,
    )


def monthly(model: Model, given: Rota, after: Step, inputs: MonthInputs, rows: slice) -> dict[str, Counts]:
    """Cell values of one month, dims (draw, cell)."""
    edges = model.workforce.graph.edges
    flow = {edge.kind: people for edge, people in zip(edges, after.flows, strict=True)}
    leavers = np.add.reduce([flow[edge.kind] for edge in edges if edge.leaver])
    starters = np.add.reduce(list(after.starters))
    measures = _posts(model, np.asarray(after.filled, dtype=np.float64), inputs.posts, leavers, starters)
    measures |= {f"starters_{name}": people for name, people in zip(SOURCES, after.starters, strict=True)}
    measures |= {
        "unplaced": after.unplaced,
        "retirements": flow["retire"],
        "moved_in": _arrived(after, flow["between"].shape),
        "moved_out": _left(after, flow["between"].shape),
    }
    return measures | _people(model, given, after.stock, rows)


def opening_measures(model: Model, given: Rota, rows: slice) -> dict[str, Counts]:
    """The opening stock of some draws, with flows that are not numbers."""
    filled = np.asarray(model.inputs.filled[rows], dtype=np.float64)
    none = np.full_like(filled, np.nan)
    flows = [*(f"starters_{source}" for source in SOURCES), "unplaced", "retirements", "moved_in", "moved_out"]
    measures = _posts(model, filled, model.posts[rows], none, none) | dict.fromkeys(flows, none)
    return measures | _people(model, given, model.rest.stock[rows], rows)


def _arrived(after: Step, shape: tuple[int, ...]) -> Counts:
    """Who came to each cell from another one, dims (draw, cell)."""
    found = np.zeros(shape)
    if after.moves is not None:
        away = after.moves.left != after.moves.entered
        np.add.at(found, (after.moves.draw[away], after.moves.entered[away]), after.moves.people[away])
    return found


def _left(after: Step, shape: tuple[int, ...]) -> Counts:
    """Who went from each cell to another one, dims (draw, cell)."""
    found = np.zeros(shape)
    if after.moves is not None:
        away = after.moves.left != after.moves.entered
        np.add.at(found, (after.moves.draw[away], after.moves.left[away]), after.moves.people[away])
    return found


def _posts(model: Model, filled: Table, posts: Counts, leavers: Counts, starters: Counts) -> dict[str, Counts]:
    special = (model.inputs.cells.strand == SPECIALIST).astype(np.float64)
    overall: dict[str, Counts] = {
        "filled": filled,
        "establishment": posts,
        "vacancies": np.maximum(posts - filled, 0.0),
        "leavers": leavers,
        "starters": starters,
    }
    return overall | {f"specialist_{name}": values * special for name, values in overall.items()}


def _people(model: Model, given: Rota, stock: Counts, rows: slice) -> dict[str, Counts]:
    """Who the staff are, the time they have for people, and the AMHPs among them."""
    from mhwfmodel.simulate import _tally

    workforce, cells, draws = model.workforce, model.cells, len(stock)
    bands = np.zeros((draws, cells, len(EXPERIENCE_BANDS)))
    aged = np.zeros((draws, cells))
    counts = np.zeros((len(workforce.tracks) + 1, draws, cells))
    _tally.tally(
        stock, workforce.graph.node_cell, STATE_BAND[workforce.node_state],
        STATE_AGE[workforce.node_state] == _OLDEST, workforce.node_track, model.tracks.released[rows], bands, aged,
        counts,
    )  # fmt: skip
    fte_each = model.inputs.participation[rows]
    practising = counts[given.practising] if given.practising else np.zeros((draws, cells))
    approved = practising + (counts[given.not_practising] if given.not_practising else 0.0)
    full = given.full_time[rows, None]
    on_rota = practising * (full * fte_each + (1.0 - full) * given.part[rows, None])
    fte = bands * fte_each[:, :, None]
    released = counts[0] * fte_each
    on_rota = np.minimum(on_rota, np.maximum(fte.sum(axis=2) - released, 0.0))
    made = capacity(model.inputs.capacity.of(rows), fte, released, on_rota, approved)
    return {
        "filled_fte": fte.sum(axis=2),
        "under_1_year": bands[:, :, 0],
        "aged_55_plus": aged,
        "effective_fte": made.effective_fte,
        "hours": made.hours,
        "amhp_approved": approved,
        "amhp_practising": practising,
        "amhp_trainees": np.add.reduce([counts[number] for number in given.courses] or [np.zeros((draws, cells))]),
        "amhp_fte": on_rota,
        "amhp_need_fte": given.need[rows],
        "amhp_gap_fte": given.need[rows] - on_rota,
    }
