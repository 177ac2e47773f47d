"""Waiting lines in closed form: Erlang B, Erlang C, and the chance of a long wait in M/M/c.

Arrivals are Poisson, service times exponential, the queue first come first served, and nobody gives up. A *load* is
arrivals × mean service time [Erlang], the mean number of busy servers when nobody ever waits. A *delay* is counted in
mean service times, so that no unit of time enters.

Source: Gross and Harris, Fundamentals of Queueing Theory, chapter 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["erlang_b", "erlang_c", "least_servers", "wait_exceeds"]


def erlang_b(servers: ArrayLike, load: ArrayLike) -> NDArray[np.float64]:
    """Chance that all servers are busy where nobody waits, M/M/c/c.

    The recursion B(0) = 1, B(c) = a B(c−1) / (c + a B(c−1)) adds positive numbers alone, so it neither overflows nor
    cancels, whatever the load.

    Args:
        servers: Servers c, whole numbers from 0; dims as `load`, or such as broadcast with it.
        load: Load a [Erlang], 0 or more.

    Returns:
        Probability, dims of both broadcast.

    Raises:
        MhwfError: Servers that are no whole number of 0 or more, or a load below 0 or not finite.
    """
    servers, load = _whole(servers), _at_least_zero(load, "load [Erlang]")
    number, offered = np.broadcast_arrays(servers, load)
    blocked = np.ones(number.shape)
    found = np.ones(number.shape)
    for c in range(1, int(number.max(initial=0)) + 1):
        blocked = offered * blocked / (c + offered * blocked)
        found = np.where(number == c, blocked, found)
    return found


def erlang_c(servers: ArrayLike, load: ArrayLike) -> NDArray[np.float64]:
    """Chance of having to wait at all, M/M/c: `c B / (c − a (1 − B))` with B of Erlang B.

    Args:
        servers: Servers c, whole numbers from 0; dims as `load`, or such as broadcast with it.
        load: Load a [Erlang], 0 or more.

    Returns:
        Probability, dims of both broadcast; 1 where the load is as large as the servers or larger, since the queue
        then has no end.

    Raises:
        MhwfError: As `erlang_b`.
    """
    blocked = erlang_b(servers, load)
    number, offered = np.asarray(servers, dtype=np.float64), np.asarray(load, dtype=np.float64)
    spare = np.maximum(number - offered, 0.0)
    steady = spare > 0.0
    below = np.where(steady, spare + offered * blocked, 1.0)
    return np.asarray(np.where(steady, number * blocked / below, 1.0), dtype=np.float64)


def wait_exceeds(servers: ArrayLike, load: ArrayLike, delay: ArrayLike) -> NDArray[np.float64]:
    """Chance that a wait exceeds a delay, M/M/c: `C(c, a) exp(−(c − a) t)`.

    Args:
        servers: Servers c, whole numbers from 0.
        load: Load a [Erlang], 0 or more.
        delay: Delay t [mean service times], 0 or more.

    Returns:
        Probability, dims of all three broadcast; 1 where the queue has no end.

    Raises:
        MhwfError: As `erlang_b`, or a delay below 0 or not finite.
    """
    waits = erlang_c(servers, load)
    spare = np.maximum(np.asarray(servers, dtype=np.float64) - np.asarray(load, dtype=np.float64), 0.0)
    return np.asarray(waits * np.exp(-spare * _at_least_zero(delay, "delay [mean service times]")), dtype=np.float64)


def least_servers(load: ArrayLike, delay: ArrayLike, late: ArrayLike, floor: ArrayLike = 0) -> NDArray[np.int64]:
    """Fewest servers with which no more than a given share of arrivals waits longer than a delay.

    More servers make a long wait rarer, so the first number that is enough is the least.

    Args:
        load: Load a [Erlang], 0 or more.
        delay: Delay t [mean service times], 0 or more.
        late: Share of arrivals that may wait longer than the delay, above 0 and below 1.
        floor: Servers that are there whatever the load, whole numbers from 0.

    Returns:
        The least c of `floor` or more with `wait_exceeds(c, load, delay) <= late`, dims of all four broadcast. It is
        above the load, and 0 only where load and floor both are.

    Raises:
        MhwfError: As `wait_exceeds`, or a share that is not above 0 and below 1.
    """
    allowed = np.asarray(late, dtype=np.float64)
    if not np.all((allowed > 0.0) & (allowed < 1.0)):
        raise MhwfError("the share of late arrivals has to be above 0 and below 1")
    offered, after, allowed, least = np.broadcast_arrays(
        _at_least_zero(load, "load [Erlang]"), _at_least_zero(delay, "delay [mean service times]"), allowed,
        _whole(floor),
    )  # fmt: skip
    shape = offered.shape
    offered, after, allowed, least = offered.ravel(), after.ravel(), allowed.ravel(), least.ravel()
    found = np.zeros(offered.size, dtype=np.int64)
    left = np.flatnonzero((offered > 0.0) | (least > 0))
    blocked = np.ones(offered.size)
    c = 0
    while left.size:
        c += 1
        load_left = offered[left]
        carried = load_left * blocked[left]
        blocked[left] = now = carried / (c + carried)
        spare = np.maximum(c - load_left, 0.0)
        below = np.where(spare > 0.0, spare + load_left * now, 1.0)
        exceeds = c * now / below * np.exp(-spare * after[left])
        enough = (c >= least[left]) & (spare > 0.0) & (exceeds <= allowed[left])
        found[left[enough]] = c
        left = left[~enough]
    return found.reshape(shape)


def _whole(servers: ArrayLike) -> NDArray[np.int64]:
    number = np.asarray(servers)
    if not np.all(np.isfinite(number) & (number >= 0) & (number == np.floor(number))):
        raise MhwfError("servers have to be whole numbers of 0 or more")
    return number.astype(np.int64)


def _at_least_zero(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(array) & (array >= 0.0)):
        message = f"{name} has to be finite and 0 or more"
        raise MhwfError(message)
    return array
