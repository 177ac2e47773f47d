"""Tracks: what a member of staff may be on beside their post, month by month.

A course that a member of staff takes in post and an approval that lasts five years are both *tracks*: conveyors beside
the states of experience and age. Being on one changes nothing about leaving, ageing or experience, so a cell's totals
do not depend on who is on which track; losing an approval keeps the person in post.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.supply.states import (
    AGEING,
    AGES,
    BANDS,
    CONVEYOR,
    NEXT,
    NOWHERE,
    PROGRESS,
    STATE_AGE,
    STATE_BAND,
    STATE_TENURE,
    STATES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Layout", "Track", "layout"]

_STATE_BITS = 9


@dataclass(frozen=True, slots=True)
class Track:
    """A course or an approval.

    Args:
        code: Name, such as `amhp_full_time` or `practising`.
        number: Line in the counter of random numbers, 1 to 255; each track has its own for ever.
        months: How long it lasts: at most 42 for a course that newcomers may take, 56 from one year of experience on,
            85 from three, so that its nodes fit the counter.
        start: States in which it may be started; of the first year only the first month.
        after: Track that who completes goes on to, or empty: they are staff as before.
        other: Track that who takes the switch goes on with, a month further, or empty: they give it up.
        leaves: Whether who completes leaves the cell, to be placed elsewhere.
    """

    code: str
    number: int
    months: int
    start: tuple[int, ...]
    after: str = ""
    other: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The nodes of one kind of cell, each array with dims (node); targets are numbers of nodes, or `NOWHERE`.

    Args:
        tracks: The tracks that its staff may be on.
        track: Number of the node's track in `tracks`, or `NOWHERE`: in no track.
        month: Month on the track, 0 the first.
        state: State of experience and age.
        last: Whether it is the track's last month.
        stays: Where who takes no edge is a month later.
        progress: Where who passes into the next band of experience is.
        ageing: Where who passes into the next age band is.
        switch: Where who gives the track up, or goes on with its other one, is.
        line: Number of the track in the counter of random numbers, 0 for none.
        number: What stands in the place of the state there.
    """

    tracks: tuple[Track, ...]
    track: NDArray[np.int64]
    month: NDArray[np.int64]
    state: NDArray[np.int64]
    last: NDArray[np.bool_]
    stays: NDArray[np.int64]
    progress: NDArray[np.int64]
    ageing: NDArray[np.int64]
    switch: NDArray[np.int64]
    line: NDArray[np.int64]
    number: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.state.size)


def layout(tracks: tuple[Track, ...] = ()) -> Layout:
    """The nodes of a cell: its states, then every state on every track.

    Raises:
        DataError: Tracks that do not fit; all faults at once.
    """
    faults = list(_faults(tracks))
    if faults:
        raise DataError(faults)
    keys = [(NOWHERE, 0, state) for state in range(STATES)]
    for number, track in enumerate(tracks):
        keys += [(number, month, state) for month, states in enumerate(_reached(track)) for state in states]
    at = {key: position for position, key in enumerate(keys)}
    names = {track.code: number for number, track in enumerate(tracks)}
    rows = [_node(key, tracks, names, at) for key in keys]
    of_track, month, state = np.array(keys, dtype=np.int64).T.copy()
    last, *targets = (np.array(column) for column in zip(*rows, strict=True))
    return Layout(tracks, of_track, month, state, last, *targets)


def _reached(track: Track) -> Iterator[list[int]]:
    """States in which somebody may be on a track, month by month."""
    states = set(track.start)
    for _ in range(track.months):
        yield sorted(states)
        states = {int(target[state]) for state in states for target in (NEXT, PROGRESS, AGEING)} - {NOWHERE}


def _node(
    key: tuple[int, int, int],
    tracks: tuple[Track, ...],
    names: dict[str, int],
    at: dict[tuple[int, int, int], int],
) -> tuple[bool, int, int, int, int, int, int]:
    """Whether it is the last month, four targets, and the two numbers for the counter."""
    number, month, state = key
    ahead = switched = (NOWHERE, 0)
    last = False
    if number != NOWHERE:
        track = tracks[number]
        last = month == track.months - 1
        ahead = (names[track.after] if track.after else NOWHERE, 0) if last else (number, month + 1)
        switched = (names[track.other], month + 1) if track.other and not last else switched

    def node(line: tuple[int, int], to: int) -> int:
        return NOWHERE if to == NOWHERE else at[(*line, to)]

    nodes = (
        node(ahead, int(NEXT[state])),
        node(ahead, int(PROGRESS[state])),
        node(ahead, int(AGEING[state])),
        NOWHERE if number == NOWHERE else node(switched, int(NEXT[state])),
    )
    if number == NOWHERE:
        return (False, *nodes, 0, state)
    first = _first_band(track)
    slot = (int(STATE_BAND[state]) - first) * len(AGES) + int(STATE_AGE[state])
    return (last, *nodes, track.number, month * _slots(track) + slot)


def _first_band(track: Track) -> int:
    return int(STATE_BAND[list(track.start)].min())


def _slots(track: Track) -> int:
    """Bands of experience and age in which somebody may be on a track."""
    return (len(BANDS) - _first_band(track)) * len(AGES)


def _faults(tracks: tuple[Track, ...]) -> Iterator[Fault]:
    names = {track.code: track for track in tracks}
    if len(names) < len(tracks):
        yield Fault("tracks", "one is given twice", "give each track of a cell its own name")
    for track in tracks:
        where = f"track {track.code}"
        if not track.start:
            yield Fault(where, "nobody may start it", "name bands of experience")
            continue
        tenure = STATE_TENURE[list(track.start)]
        if ((tenure > 0) & (tenure < CONVEYOR)).any():
            yield Fault(where, "would be started in the middle of the first year", "start it in its first month")
        if not 1 <= track.months * _slots(track) <= 1 << _STATE_BITS:
            most = (1 << _STATE_BITS) // _slots(track)
            yield Fault(where, f"{track.months} months do not fit the counter", f"give 1 to {most} months")
            continue
        for to, month in ((track.after, 0), (track.other, 1)):
            if to and to not in names:
                yield Fault(where, f"goes on to '{to}', which the cell does not have", "add that track")
            elif to and not _open_to(track, names[to], month):
                yield Fault(where, f"goes on to '{to}', which not everybody on it may enter", "open it to them")


def _open_to(track: Track, to: Track, month: int) -> bool:
    """Whether everybody who may change from one track to another finds their state there."""
    theirs = list(_reached(to))
    mine = list(_reached(track))
    if month == 0:
        at_end = {int(target[state]) for state in mine[-1] for target in (NEXT, PROGRESS, AGEING)} - {NOWHERE}
        return at_end <= set(theirs[0])
    return len(theirs) == len(mine) and all(set(a) <= set(b) for a, b in zip(mine, theirs, strict=True))
