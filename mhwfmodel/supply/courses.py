"""Cohorts on a track in one draw: who is still on it month by month, and where everybody stands when a run starts.

Arrays have the node or the state first and the cells side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel.supply.states import STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = ["Way", "follow", "place", "whole"]


class Way(NamedTuple):
    """How people go along a track, as places among its nodes; the number of nodes stands for nowhere.

    Args:
        group: Band of age and experience, dims (node).
        ahead: Node a month later, dims (node).
        passing: The same of those who pass on in experience, dims (node).
        older: The same of those who pass into the next age band, dims (node).
        last: The nodes of the last month, dims (last).
        done: State in which those are who complete it from there, dims (last).
    """

    group: Numbers
    ahead: Numbers
    passing: Numbers
    older: Numbers
    last: Numbers
    done: Numbers


def follow(way: Way, begin: Table, chance: Table, back: Table, stops: float, passes: float) -> tuple[Table, Table]:
    """Who of a cohort is on a track at the start of each of its months, and who completes it.

    Args:
        way: The track.
        begin: Who starts, dims (first node, cell): the first nodes are those of the first month.
        chance: `resting.cell_chances`.
        back: Share of leavers who start again in the same cell and stay on the track, dims (cell).
        stops: Chance of giving the track up, among those who take no other edge.
        passes: Share of those who are at its end that completes it.

    Returns:
        Dims (node, cell), and by state dims (state, cell).
    """
    from mhwfmodel.supply import _courses

    path = np.zeros((way.group.size + 1, begin.shape[1]))
    path[: len(begin)] = begin
    done = np.zeros((STATES, begin.shape[1]))
    _courses.follow(way, chance, back, stops, passes, path, done)
    return path[:-1], done


def place(state: Numbers, here: Table, on_track: Table, most: float) -> None:
    """Take those on tracks off the plain states; where there would be too many, put fewer on the tracks.

    Args:
        state: State of each node, the plain ones first, dims (node).
        here: All people, dims (state, cell).
        on_track: People on tracks, dims (node, cell); left with all people by node.
        most: Largest share of a state's people who may be on tracks.
    """
    from mhwfmodel.supply import _courses

    _courses.place(state, here, on_track, most, np.empty(here.shape), np.empty(here.shape))


def whole(people: Table, filled: Table, uniform: Table, first: Numbers, stock: NDArray[np.int32]) -> None:
    """Whole people by node: a cell's whole number is kept, and each node's expectation is its share of it.

    Args:
        people: Expected people, dims (node, cell).
        filled: Whole people, dims (cell).
        uniform: One uniform a cell, dims (cell).
        first: First node of each cell, dims (cell).
        stock: What is filled in where there is nobody yet, dims (node of the graph).
    """
    from mhwfmodel.supply import _courses

    _courses.whole(people, filled, uniform, first, stock, np.zeros((4, filled.size)))
