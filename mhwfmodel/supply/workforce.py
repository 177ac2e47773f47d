"""The graph of the whole workforce: staff who differ by experience, age and what they are on beside their post."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.supply.graph import OUT, Edges, Graph, Landing
from mhwfmodel.supply.states import NEXT, NOWHERE, SOURCES, STATE_GROUP, STATES
from mhwfmodel.supply.tracks import Layout, Track, layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["EDGES", "Workforce", "workforce_graph"]

EDGES = ("move", "between", "boundary", "exit", "retire", "progress", "age", "switch", "qualify", "close")
"""Kinds of edges: to another employer of the cell, to another modelled cell, to an employer of the sector that is not
modelled, out of the sector, into retirement, into the next band of experience or age, off a track or onto another, and
from a course that is completed into the post that it leads to, and from an employer that closes."""


@dataclass(frozen=True, slots=True)
class Workforce:
    """The graph and what its nodes and groups of probabilities stand for.

    Args:
        graph: Stocks and flows.
        tracks: All tracks, in the order in which nodes and groups number them from 1; 0 is none.
        node_state: State of experience and age, dims (node).
        node_track: Track, 0 for none, dims (node).
        node_month: Month on the track, dims (node).
        group_cell: Cell of each group, dims (group).
        group_state: Band of age and experience, as `STATE_GROUP`, dims (group).
        group_track: Track, dims (group).
        group_last: Whether it is the track's last month, dims (group).
        first: First node of each cell: its plain states come first, in order, dims (cell).
        groups: Cell, state, track and last of each group side by side, made here for the kernels, dims (group, 4).
    """

    graph: Graph
    tracks: tuple[Track, ...]
    node_state: NDArray[np.int64]
    node_track: NDArray[np.int64]
    node_month: NDArray[np.int64]
    group_cell: NDArray[np.int64]
    group_state: NDArray[np.int64]
    group_track: NDArray[np.int64]
    group_last: NDArray[np.bool_]
    first: NDArray[np.int64]
    groups: NDArray[np.int32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = (self.group_cell, self.group_state, self.group_track, self.group_last)
        object.__setattr__(self, "groups", np.stack(columns, axis=1).astype(np.int32))


def workforce_graph(
    cell_id: NDArray[np.uint32],
    entry: NDArray[np.float64],
    tracks: Sequence[tuple[Track, ...]] | None = None,
) -> Workforce:
    """Build the graph.

    Args:
        cell_id: Stable id of each cell, its lowest nine bits free for the state, dims (cell).
        entry: Share of each source's recruits that enters each state, dims (source, state); rows sum to 1.
        tracks: The tracks of each cell's staff; none when left out.

    Raises:
        DataError: Tracks that do not fit.
    """
    chosen = tracks if tracks is not None else [()] * cell_id.size
    layouts = {given: layout(given) for given in dict.fromkeys(chosen)}
    known = {track.code: track for given in layouts for track in given}
    codes = tuple(known)
    sizes = np.array([len(layouts[given]) for given in chosen], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    column = _Columns([layouts[given] for given in chosen], first, codes)
    group_cell, group_state, group_track, group_last, node_group = _groups(column)
    stays = column.target("stays")
    graph = Graph(
        cell_id=cell_id,
        node_id=column.ids(cell_id),
        node_cell=column.cell,
        node_group=node_group,
        advance=stays,
        edges=_edges(column, stays),
        sources=SOURCES,
        doors=tuple(
            tuple((first + state, float(shares[state])) for state in np.flatnonzero(shares)) for shares in entry
        ),
        line=column.all("line"),
        landing=_landing(column, stays),
    )
    return Workforce(
        graph=graph,
        tracks=tuple(known.values()),
        node_state=column.state,
        node_track=column.track,
        node_month=column.month,
        group_cell=group_cell,
        group_state=group_state,
        group_track=group_track,
        group_last=group_last,
        first=first,
    )


class _Columns:
    """What the layouts of all cells say of their nodes, one after the other."""

    def __init__(self, layouts: list[Layout], first: NDArray[np.int64], codes: tuple[str, ...]) -> None:
        self.layouts, self.first, self.codes = layouts, first, codes
        self.cell = np.repeat(np.arange(len(layouts)), [len(item) for item in layouts])
        self.state = self.all("state")
        self.month = self.all("month")
        self.last = self.all("last").astype(np.bool_)
        self.track = np.concatenate([self._track(item) for item in layouts]) if layouts else self.month

    def all(self, name: str) -> NDArray[np.int64]:
        """An array of the layouts over all nodes."""
        parts = [getattr(item, name) for item in self.layouts]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _track(self, item: Layout) -> NDArray[np.int64]:
        numbers = np.array([0, *(self.codes.index(track.code) + 1 for track in item.tracks)])
        return np.asarray(numbers[item.track + 1], dtype=np.int64)

    def target(self, name: str) -> NDArray[np.int64]:
        """Targets as numbers of the graph's nodes."""
        target = self.all(name)
        return np.where(target == NOWHERE, OUT, target + self.first[self.cell])

    def ids(self, cell_id: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Stable ids of the nodes."""
        return cell_id[self.cell] + self.all("number").astype(np.uint32)


def _edges(column: _Columns, stays: NDArray[np.int64]) -> tuple[Edges, ...]:
    """All kinds of edges, in the order of `EDGES`."""
    out = np.full(stays.size, OUT)
    return (
        Edges("move", stays, leaver=True, starter="other_employers"),
        Edges("between", stays, leaver=True, seeks=True),
        Edges("boundary", out, leaver=True),
        Edges("exit", out, leaver=True),
        Edges("retire", out, leaver=True),
        Edges("progress", column.target("progress"), leaver=False),
        Edges("age", column.target("ageing"), leaver=False),
        Edges("switch", column.target("switch"), leaver=False),
        Edges("qualify", stays, leaver=True, seeks=True, routed=True),
        Edges("close", out, leaver=True, seeks=True, released=True),
    )


def _groups(
    column: _Columns,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Distinct columns of probabilities by cell, state, track and whether in the last month; the one of each node."""
    (cell, track, last, state), index = _distinct(
        column.cell, column.track, column.last.astype(np.int64), STATE_GROUP[column.state]
    )
    return cell, state, track, last.astype(np.bool_), index


def _distinct(*columns: NDArray[np.int64]) -> tuple[tuple[NDArray[np.int64], ...], NDArray[np.int64]]:
    """Distinct rows of some columns of small whole numbers, in order, and which of them each row is."""
    sizes = tuple(int(values.max(initial=0)) + 1 for values in columns)
    key, index = np.unique(np.ravel_multi_index(columns, sizes), return_inverse=True)
    return tuple(np.ascontiguousarray(part) for part in np.unravel_index(key, sizes)), index.reshape(-1)


def _landing(column: _Columns, stays: NDArray[np.int64]) -> Landing:
    """Who moves keeps experience and age, and an approval where the other cell has it; never a course."""
    kept = {0} | {
        column.codes.index(track.code) + 1
        for item in column.layouts
        for track in item.tracks
        if track.after == track.code
    }
    there = np.flatnonzero(np.isin(column.track, sorted(kept)))
    (track, _, state), own_there = _distinct(column.track[there], column.month[there], column.state[there])
    own = np.full(column.cell.size, OUT)
    own[there] = own_there
    node = np.full((len(column.layouts), track.size), OUT)
    node[column.cell[there], own_there] = there
    at_plain = np.full(STATES, OUT)
    at_plain[state[track == 0]] = np.flatnonzero(track == 0)
    code = np.where(own[stays] == OUT, at_plain[NEXT[column.state]], own[stays])
    return Landing(code, at_plain[state], node)
