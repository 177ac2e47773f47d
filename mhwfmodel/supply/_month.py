# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: everybody leaves, seeks and lands, draw by draw."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng._kernels import uniform_pairs
from mhwfmodel.rng.compiling import borrowing, compiled
from mhwfmodel.supply._leave import leave, room_of
from mhwfmodel.supply._market import choose, land, let_in, people_of

TOO_MANY = -1


@compiled
def seek(seed, draw, time, purpose, plan, market, row, seeking, posts, stock, present, flows, arrived, came, went):
    """Let those who seek another cell choose one, and the vacancies take them in; returns rows of moves."""
    people = seeking[:, 2].sum()
    node, kind = np.empty(people, np.int32), np.empty(people, np.int32)
    who, word = np.empty(people, np.uint32), np.empty(people, np.uint32)
    u, rank = np.empty(people), np.empty(people)
    wish, taken_in = np.empty(people, np.int32), np.empty(people, np.bool_)
    people_of(seeking, plan.node, purpose, node, kind, who, word)
    uniform_pairs(seed, draw, time, who, word, u, rank)
    choose(plan, market, row, node, kind, u, wish)
    let_in(wish, rank, posts - present, taken_in)
    moves = np.empty((people, 3), np.int32)
    moved = land(plan, row, node, kind, wish, taken_in, stock, present, flows, arrived, came, went, moves)
    return moves[:moved]


@borrowing
def _most(seeking):
    """The most people of one node who seek."""
    most = 0
    for entry in range(seeking.shape[0]):
        most = max(most, seeking[entry, 2])
    return most


@borrowing
def _copy(rows, number, into, begin):
    for at in range(number):
        for column in range(rows.shape[1]):
            into[begin + at, column] = rows[at, column]


@compiled
def _keep(moves, kept, number):
    """Put more rows of moves behind those there are; returns where they are kept."""
    if number + moves.shape[0] > kept.shape[0]:
        more = np.empty((2 * (number + moves.shape[0]), 3), np.int32)
        _copy(kept, number, more, np.int64(0))
        kept = more
    _copy(moves, moves.shape[0], kept, number)
    return kept


@compiled
def leave_and_land(
    seed, draws, time, leaving, seeking, most, plan, rates, p, groups, market, posts, stock, present, flows, arrived,
    came, went,
):  # fmt: skip
    """Let everybody leave, seek another cell and land, draw by draw; the arrays after `posts` are changed in place.

    Args, beside the counter: purposes of `leaving` and `seeking`; the `most` people of a node who may seek; the number
    of `groups` of chances; `posts`, dims (draw, cell); `stock`, dims (draw, node); `present`, `arrived`, `came` and
    `went`, dims (draw, cell); `flows`, dims (kind, draw, cell).

    Returns:
        Rows (draw, left, entered) of who moved, and their number, `TOO_MANY` when more than `most` seek.
    """
    nodes, kinds = stock.shape[1], plan.seeks.sum()
    room = room_of(nodes, plan.seeks.size, rates.relative.shape[1], present.shape[1])
    notes, reach = np.empty((nodes * kinds, 3), np.int32), np.empty(groups)
    kept, number = np.empty((0, 3), np.int32), np.int64(0)
    taken = np.empty((present.shape[1], plan.seeks.size), np.int32)
    for row in range(draws.size):
        taken[:] = 0
        found = leave(
            (seed, draws[row], time, leaving), plan, row, rates, p, stock[row], present[row], taken, notes, reach, room,
        )  # fmt: skip
        if found > 0:
            if _most(notes[:found]) > most:
                return kept, TOO_MANY
            moves = seek(
                seed, draws[row], time, seeking, plan, market, row, notes[:found], posts[row], stock[row], present[row],
                taken, arrived[row], came[row], went[row],
            )  # fmt: skip
            kept = _keep(moves, kept, number)
            number += moves.shape[0]
        for way in range(taken.shape[1]):
            for cell in range(taken.shape[0]):
                flows[way, row, cell] = taken[cell, way]
    return kept, number
