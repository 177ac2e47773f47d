"""The courses and approvals of a run: the catalogue's pipelines for staff, on the cells whose staff may take them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS, STRANDS
from mhwfmodel.catalogue.training import OUTSIDE, OWN
from mhwfmodel.levers.effects import Completion, Destination
from mhwfmodel.supply.cohorts import destination_shares
from mhwfmodel.supply.graph import OUT
from mhwfmodel.supply.market import Routes
from mhwfmodel.supply.states import CONVEYOR, state_of
from mhwfmodel.supply.sums import sum_to
from mhwfmodel.supply.tracks import Track
from mhwfmodel.supply.training import quantity as drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Pipeline, Quantity
    from mhwfmodel.inputs import Cells
    from mhwfmodel.inputs.draws import ParameterDraws
    from mhwfmodel.simulate.effects import Compiled
    from mhwfmodel.supply import Workforce

    Table = NDArray[np.float64]

__all__ = [
    "NOT_PRACTISING",
    "PRACTISING",
    "Led",
    "TrackChances",
    "approval_tracks",
    "cell_tracks",
    "completing",
    "leads_elsewhere",
    "of_pipeline",
    "offers_course",
    "quantity",
    "routes",
    "routes_in",
    "towards_approval",
    "track_chances",
]

PRACTISING, NOT_PRACTISING = "practising", "not_practising"
_APPROVAL_LINES = {PRACTISING: 64, NOT_PRACTISING: 65}
_APPROVED_FROM = EXPERIENCE_BANDS.index("3_to_10")


@dataclass(frozen=True, slots=True)
class TrackChances:
    """What happens to those on a track, beside what happens to all staff; column 0 is for no track.

    Args:
        give_up: Hazard of giving the track up, or of going on with its other one, dims (draw, track) [1/month].
        passes: Share of those who complete that passes, or is approved again, dims (draw, track).
        leads: Whether the track leads to a post in another cell, dims (track).
        renews: Whether it is an approval, which is given again at its end, dims (track).
        released: Share of working time that somebody on the track is away from the post, dims (draw, track).
    """

    give_up: Table
    passes: Table
    leads: NDArray[np.bool_]
    renews: NDArray[np.bool_]
    released: Table


def approval_months() -> int:
    """Months that an approval lasts (A049)."""
    years = catalogue.figure("A049").number
    return int(units.MONTHS_PER_YEAR * (years or 0.0))


def approval_tracks() -> tuple[Track, ...]:
    """The five years of an approval, practising and not; approved again, they start anew."""
    start = tuple(
        state_of(age, CONVEYOR + band - 1)
        for age in range(len(AGE_BANDS))
        for band in range(_APPROVED_FROM, len(EXPERIENCE_BANDS))
    )
    months = approval_months()
    pair = ((PRACTISING, NOT_PRACTISING), (NOT_PRACTISING, PRACTISING))
    return tuple(Track(code, _APPROVAL_LINES[code], months, start, after=code, other=other) for code, other in pair)


def cell_tracks(cells: Cells) -> list[tuple[Track, ...]]:
    """The tracks of each cell's staff, in the order of the cells."""
    sectors, roles = catalogue.sectors(), catalogue.roles()
    approved = {(row.sector, row.role, row.strand) for row in catalogue.amhp_posts() if row.share > 0}
    known: dict[tuple[str, str, str], tuple[Track, ...]] = {}
    found = []
    for sector, role, strand in zip(cells.sector, cells.role, cells.strand, strict=True):
        key = (sectors[sector].code, roles[role].code, STRANDS[strand])
        if key not in known:
            known[key] = _tracks_of(key, key in approved)
        found.append(known[key])
    return found


def offers_course(pipeline: Pipeline, key: tuple[str, str, str], *, approved: bool) -> bool:
    """Whether staff of a sector, role and strand may take a pipeline's course."""
    sector, role, strand = key
    open_to_them = role in pipeline.from_roles and sector in pipeline.sectors and strand in pipeline.strands
    return pipeline.kind == "staff" and open_to_them and (approved or not towards_approval(pipeline))


def towards_approval(pipeline: Pipeline) -> bool:
    """Whether a pipeline gives an approval, or leads to one that does."""
    return pipeline.gives == "amhp" or any(catalogue.pipeline(code).gives == "amhp" for code in pipeline.leads_to)


def _tracks_of(key: tuple[str, str, str], approved: bool) -> tuple[Track, ...]:
    courses = [item for item in catalogue.pipelines() if offers_course(item, key, approved=approved)]
    names = {item.code for item in courses}
    tracks = [_course(item, key, names) for item in courses]
    return (*tracks, *(approval_tracks() if approved else ()))


def _course(pipeline: Pipeline, key: tuple[str, str, str], there: set[str]) -> Track:
    bands = [EXPERIENCE_BANDS.index(word) for word in pipeline.experience]
    start = tuple(
        state_of(age, CONVEYOR + band - 1 if band else 0) for age in range(len(AGE_BANDS)) for band in sorted(bands)
    )
    following = [code for code in pipeline.leads_to if code in there]
    after = PRACTISING if pipeline.gives == "amhp" else (following[-1] if following else "")
    return Track(
        pipeline.code, pipeline.id, pipeline.months, start, after=after, leaves=leads_elsewhere(pipeline, key[1])
    )


def leads_elsewhere(pipeline: Pipeline, role: str) -> bool:
    """Whether who completes goes on to a post in another cell: another role, or another sector."""
    if pipeline.kind != "staff" or pipeline.gives != "role":
        return False
    to_other_role = bool(pipeline.to_role) and pipeline.to_role != role
    return to_other_role or any(item.sector != OWN for item in of_pipeline(pipeline.code))


def of_pipeline(code: str) -> list[catalogue.Destination]:
    """Where those go who complete a pipeline."""
    return [item for item in catalogue.destinations() if item.pipeline == code]


def quantity(parameters: ParameterDraws, given: Quantity) -> Table:
    """Draws of a quantity of a pipeline: a parameter's, or a number's."""
    return drawn(parameters.value, given, parameters.draws.size)


def track_chances(parameters: ParameterDraws, workforce: Workforce) -> TrackChances:
    """Draw what happens on every track of a run."""
    size = (parameters.draws.size, len(workforce.tracks) + 1)
    give_up, passes, released = np.zeros(size), np.ones(size), np.zeros(size)
    for number, track in enumerate(workforce.tracks, start=1):
        if track.code in _APPROVAL_LINES:
            give_up[:, number], passes[:, number] = _approval(parameters, track.code)
            continue
        pipeline = catalogue.pipeline(track.code)
        drop_out = np.minimum(quantity(parameters, pipeline.drop_out), 1.0 - 2.0**-53)
        give_up[:, number] = -np.log1p(-drop_out)
        passes[:, number] = quantity(parameters, pipeline.pass_rate) * quantity(parameters, pipeline.take_up)
        released[:, number] = quantity(parameters, pipeline.released)
    leads = np.array([False, *(track.leaves for track in workforce.tracks)])
    renews = np.array([False, *(track.after == track.code for track in workforce.tracks)])
    return TrackChances(give_up, passes, leads, renews, released)


def _approval(parameters: ParameterDraws, code: str) -> tuple[Table, Table]:
    """Hazard of changing between practising and not [1/month], and the share approved again."""
    if code == PRACTISING:
        return units.rate_to_hazard(parameters.value("amhp_stops_practising")), parameters.value("amhp_reapproved")
    resumes = units.rate_to_hazard(parameters.value("amhp_resumes_practising"))
    return resumes, parameters.value("amhp_not_practising_reapproved")


def completing(
    chances: TrackChances, tracks: Sequence[Track], levers: Compiled, month: int, rows: slice
) -> tuple[Table, Table]:
    """`give_up` and `passes` of some draws as levers change them in a month, dims (draw, track) each.

    Args:
        chances: What happens on tracks.
        tracks: The tracks of the run, numbered from 1.
        levers: The levers, as arrays.
        month: Number of the month, 0 the first.
        rows: Which draws.
    """
    give_up, passes = chances.give_up[rows], chances.passes[rows]
    for effect, _ in levers.of(Completion):
        here = np.array([False, *(track.code == effect.pipeline for track in tracks)])
        give_up = np.where(here, give_up * effect.drop_out[month], give_up)
        passes = np.where(here, np.minimum(passes * effect.passes[month], 1.0), passes)
    return give_up, passes


@dataclass(frozen=True, slots=True)
class Led:
    """What the routes of `routes` are.

    Args:
        pipeline: Code of the course of each, dims (route).
        sector: Sector that each leads to: a code, `own`, or `outside`, dims (route).
    """

    pipeline: NDArray[np.str_]
    sector: NDArray[np.str_]


def routes(
    parameters: ParameterDraws, cells: Cells, tracks: Sequence[tuple[Track, ...]], workforce: Workforce
) -> tuple[Routes, Led]:
    """Where those who complete a course go: to the cell of the new role in the same ICB, by sector."""
    keys = zip(*(part.tolist() for part in (cells.icb, cells.sector, cells.role, cells.strand)), strict=True)
    at = {key: cell for cell, key in enumerate(keys)}
    numbers = {track.code: number for number, track in enumerate(workforce.tracks, start=1)}
    course = np.zeros((len(tracks), len(numbers) + 1), dtype=np.int64)
    # Course 0 leads nowhere: it is that of nodes on no course.
    start, left, to, shares, led = [0, 0], [0], [], [], []
    for cell, track in ((cell, track) for cell, given in enumerate(tracks) for track in given if track.leaves):
        course[cell, numbers[track.code]] = len(left)
        left.append(cell)
        for target, sector, share in _ways(parameters, cells, at, cell, catalogue.pipeline(track.code)):
            to.append(target)
            shares.append(share)
            led.append((track.code, sector))
        start.append(len(to))
    share = np.stack(shares, axis=1) if shares else np.zeros((parameters.draws.size, 0))
    first, entered, of_cell = (np.array(part, dtype=np.int64) for part in (start, to, left))
    of_node = course[workforce.graph.node_cell, workforce.node_track]
    made = Routes(first, entered, np.ascontiguousarray(share), of_cell, of_node)
    return made, Led(*(np.array([names[side] for names in led], dtype=np.str_) for side in (0, 1)))


def _ways(
    parameters: ParameterDraws, cells: Cells, at: dict[tuple[int, int, int, int], int], cell: int, pipeline: Pipeline
) -> Iterator[tuple[int, str, Table]]:
    """Cells that a course of a cell leads to, or out, by which sector, and the share of those who complete it."""
    sectors = [sector.code for sector in catalogue.sectors()]
    roles = [role.code for role in catalogue.roles()]
    role = roles.index(pipeline.to_role) if pipeline.to_role else int(cells.role[cell])
    for sector, share in _shares(parameters, pipeline).items():
        target: int | None = OUT
        if sector != OUTSIDE:
            place = int(cells.sector[cell]) if sector == OWN else sectors.index(sector)
            target = _cell_of(at, int(cells.icb[cell]), place, role, int(cells.strand[cell]))
        if target is not None and target != cell:
            yield target, sector, share


def routes_in(given: Routes, led: Led, levers: Compiled, month: int) -> Routes:
    """Where courses lead in a month, with what levers say of it, one after the other.

    Args:
        given: The routes of some draws.
        led: What they are.
        levers: The levers, as arrays.
        month: Number of the month, 0 the first.
    """
    share = given.share
    for effect, _ in levers.of(Destination):
        weight = float(effect.weight[month])
        if weight > 0.0:
            share = (1.0 - weight) * share + weight * _led_to(given, share, led, effect)
    return given if share is given.share else replace(given, share=np.ascontiguousarray(share))


def _led_to(given: Routes, share: Table, led: Led, effect: Destination) -> Table:
    """Shares of routes with a given share of those who complete a course on one way, dims (draw, route).

    The other ways, staying among them, divide the rest as they did.
    """
    here = led.pipeline == effect.pipeline
    chosen = here & (led.sector == effect.sector)
    course, size = given.course, given.start.size - 1

    def by_course(routes: NDArray[np.bool_]) -> Table:
        return np.take(sum_to(np.where(routes, share, 0.0), course, size), course, axis=1)

    # Who stays in their own post has no route: all that the routes leave.
    stays = np.take(np.bincount(course, chosen, size) == 0.0, course) & (effect.sector == OWN)
    others = np.where(stays, by_course(here), 1.0 - by_course(chosen))
    left = np.divide(1.0 - effect.share, others, out=np.zeros_like(others), where=others > 0.0)
    return np.where(chosen, effect.share, np.where(here, share * left, share))


def _cell_of(at: dict[tuple[int, int, int, int], int], icb: int, sector: int, role: int, strand: int) -> int | None:
    """A cell of an ICB, sector and role, of the same strand or else the other; None where the ICB has none."""
    for choice in (strand, *(other for other in range(len(STRANDS)) if other != strand)):
        if (icb, sector, role, choice) in at:
            return at[icb, sector, role, choice]
    return None


def _shares(parameters: ParameterDraws, pipeline: Pipeline) -> dict[str, Table]:
    """Share of those who complete a course that goes to each sector, their own, or out, dims (draw) each."""
    names = [item.sector for item in of_pipeline(pipeline.code)]
    given = catalogue.destinations()
    shares = destination_shares(given, pipeline.code, names, parameters.value, parameters.draws.size)
    return {name: shares[:, at] for at, name in enumerate(names)}
