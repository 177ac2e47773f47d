"""A network laid out in the records that the compiled engine works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.demand import _world
from mhwfmodel.demand.outcome import WAIT_EDGE
from mhwfmodel.pathway.network import Preemption, ShiftEnd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network, Present

__all__ = ["Layout", "block", "lay_out", "opening"]

_LINE = 64
"""Bytes that two processors do not write at once without waiting for each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The parts of a replication that depend on the network alone; by name in `_world.TABLES` and `_world.ARRAYS`.

    Args:
        shared: What no replication changes.
        own: Records as every replication finds them; each works on copies.
    """

    shared: Mapping[str, NDArray[Any]]
    own: Mapping[str, NDArray[np.void]]


def lay_out(network: Network) -> Layout:
    """Lay out a network.

    Args:
        network: Pathway of one place.

    Returns:
        Its records.
    """
    stages, arrivals, pools, monthly = network.stages, network.arrivals, network.pools, network.monthly
    queues, queue_of = _queues(network)
    users = [np.flatnonzero([p in needed for needed in _needed(network)]) for p in range(len(pools.names))]
    near, rows = _neighbours(network)
    tables = {
        "needs": _rows(_world.NEED, count=stages.need_count, pool=stages.need_pool),
        "near": _rows(_world.NUMBER, is_=near),
        "users": _rows(_world.NUMBER, is_=_joined(users)),
        "month_edges": _rows(_world.EDGE, is_=network.month_edge),
        "wait_edges": _rows(_world.EDGE, is_=WAIT_EDGE),
        "boundaries": _rows(_world.BOUNDARY, time=pools.time, on_duty=pools.on_duty),
        "given": _rows(_world.GIVEN, time=arrivals.given_time, of_class=arrivals.given_class),
    }
    sources = {name: getattr(network.laws, name) for name in ("kind", "a", "b", "start", "value", "upto")} | {
        "stream_time": arrivals.time,
        "rate": arrivals.rate,
        "route_to": stages.route_to,
        "class_upto": arrivals.class_upto if monthly is None else monthly.class_upto,
        "route_upto": stages.route_upto if monthly is None else monthly.route_upto,
        "longer": np.ones(len(stages.names)) if monthly is None else monthly.work,
    }
    arrays = {name: np.array(sources[name], dtype, order="C") for name, dtype in _world.ARRAYS.items()}
    own = {
        "stages": _stages(network, rows),
        "queues": queues,
        "cells": _cells(network, queue_of),
        "pools": _pools(network, users),
        "streams": _streams(network),
    }
    return Layout({**tables, **arrays}, own)


def block(sizes: Mapping[str, int], copied: Mapping[str, NDArray[np.void]]) -> dict[str, NDArray[np.void]]:
    """Tables of one replication, side by side in one piece of memory that no other replication's tables touch.

    Args:
        sizes: Rows of tables that begin as zeros, by name in `_world.TABLES`, or `world`; dims are (row).
        copied: Tables that begin as copies of these.

    Returns:
        All of them.
    """
    dtypes = {**_world.TABLES, "world": _world.WORLD}
    shapes = {name: (dtypes[name], size) for name, size in sizes.items()}
    shapes |= {name: (records.dtype, records.size) for name, records in copied.items()}
    bytes_of = {name: -(-dtype.itemsize * size // _LINE) * _LINE for name, (dtype, size) in shapes.items()}
    memory = np.zeros(sum(bytes_of.values()) + 2 * _LINE, np.uint8)
    at = -memory.ctypes.data % _LINE
    tables = {}
    for name, (dtype, size) in shapes.items():
        tables[name] = memory[at : at + dtype.itemsize * size].view(dtype)
        at += bytes_of[name]
    for name, records in copied.items():
        tables[name][...] = records
    return tables


def opening(present: Present | None) -> NDArray[np.void]:
    """Those who are present at time 0, as the engine reads them."""
    if present is None:
        return np.zeros(0, _world.PRESENT)
    return _rows(_world.PRESENT, **{name: getattr(present, name) for name in _world.PRESENT.names or ()})


def _rows(dtype: np.dtype[np.void], **fields: NDArray[Any]) -> NDArray[np.void]:
    """Records with some fields filled, the others 0."""
    records = np.zeros(next(iter(fields.values())).shape, dtype)
    for name, values in fields.items():
        records[name] = values
    return records


def _joined(lists: list[NDArray[np.int64]]) -> NDArray[np.int32]:
    return np.concatenate([*lists, np.zeros(0, np.int64)]).astype(np.int32)


def _ends(lists: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Where each list begins in all of them joined, and the end of the last."""
    return np.concatenate([[0], np.cumsum([part.size for part in lists], dtype=np.int64)])


def _needed(network: Network) -> list[set[int]]:
    """The pools that each stage needs."""
    start = network.stages.need_start
    return [set(network.stages.need_pool[start[s] : start[s + 1]].tolist()) for s in range(len(network.stages.names))]


def _queues(network: Network) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    """A queue for each stage and rank, and the queue of each stage and class."""
    ranks = [np.unique(row) for row in network.stages.rank]
    queues = np.zeros(sum(levels.size for levels in ranks), _world.QUEUE)
    queues["rank"] = _joined([levels.astype(np.int64) for levels in ranks])
    queues["stage"] = np.repeat(np.arange(len(ranks)), [levels.size for levels in ranks])
    for field in ("head", "tail", "first_in", "last_in"):
        queues[field] = -1
    first = _ends([levels.astype(np.int64) for levels in ranks])
    queue_of = [first[s] + np.searchsorted(ranks[s], network.stages.rank[s]) for s in range(len(ranks))]
    return queues, np.array(queue_of, np.int32)


def _neighbours(network: Network) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """For each stage those that share a pool with it: all others if it is statutory, then the statutory others.

    Returns:
        All lists joined, and where they begin.
    """
    needed, statutory = _needed(network), network.stages.statutory
    shares = np.array([[bool(one & other) for other in needed] for one in needed], dtype=np.bool_)
    np.fill_diagonal(shares, val=False)
    lists = [np.flatnonzero(row) for row in shares & statutory[:, None]]
    lists += [np.flatnonzero(row) for row in shares & statutory[None, :]]
    return _joined(lists), _ends(lists)


def _stages(network: Network, rows: NDArray[np.int64]) -> NDArray[np.void]:
    stages = network.stages
    size = len(stages.names)
    records = np.zeros(size, _world.STAGE)
    for field in ("room", "number", "full_to", "statutory", "contact", "outside", "displaces"):
        records[field] = getattr(stages, field)
    levels = np.concatenate([[0], np.cumsum([np.unique(row).size for row in stages.rank])])
    records["first_queue"], records["end_queue"] = levels[:-1], levels[1:]
    records["first_need"], records["end_need"] = stages.need_start[:-1], stages.need_start[1:]
    records["first_near"], records["end_near"] = rows[:size], rows[1 : size + 1]
    records["first_rival"], records["end_rival"] = rows[size:-1], rows[size + 1 :]
    pools = network.pools
    stops = (pools.preemption != Preemption.NONE) | (pools.at_shift_end >= ShiftEnd.HAND_OVER)
    records["tracked"] = [any(stops[pool] for pool in needed) for needed in _needed(network)]
    return records


def _cells(network: Network, queue_of: NDArray[np.int32]) -> NDArray[np.void]:
    stages = network.stages
    records = np.zeros(queue_of.shape, _world.CELL)
    records["queue"] = queue_of
    records["stage"] = np.arange(len(stages.names))[:, None]
    for field in ("service", "patience", "impatient_to"):
        records[field] = getattr(stages, field)
    chances = np.diff(stages.route_upto, axis=2, prepend=0.0) > 0.0
    only = np.take_along_axis(stages.route_to, chances.argmax(axis=2)[..., None], axis=2)[..., 0]
    records["only_to"] = np.where(chances.sum(axis=2) == 1, only, _world.MANY_ROUTES)
    return records.reshape(-1)


def _pools(network: Network, users: list[NDArray[np.int64]]) -> NDArray[np.void]:
    pools = network.pools
    records = np.zeros(len(pools.names), _world.POOL)
    records["preemption"], records["at_shift_end"] = pools.preemption, pools.at_shift_end
    records["boundary"], records["end_boundary"] = pools.start[:-1], pools.start[1:]
    ends = _ends(users)
    records["first_user"], records["end_user"] = ends[:-1], ends[1:]
    return records


def _streams(network: Network) -> NDArray[np.void]:
    arrivals = network.arrivals
    records = np.zeros(len(arrivals.names), _world.STREAM)
    records["number"], records["stage"] = arrivals.number, arrivals.stage
    records["first"], records["last"], records["segment"] = arrivals.start[:-1], arrivals.start[1:], arrivals.start[:-1]
    records["given"], records["end_given"] = arrivals.given_start[:-1], arrivals.given_start[1:]
    chances = np.diff(arrivals.class_upto, axis=1, prepend=0.0) > 0.0
    records["only_class"] = np.where(chances.sum(axis=1) == 1, chances.argmax(axis=1), -1)
    return records
