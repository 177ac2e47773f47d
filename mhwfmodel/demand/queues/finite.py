"""Lines with an end: M/M/c/K, and a finite caseload that comes back, M/M/c//N."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.queues._chain import steady
from mhwfmodel.demand.queues._given import above_zero, at_least_zero, whole
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FiniteCaseload", "FiniteLine", "finite_source", "mmck"]


@dataclass(frozen=True, slots=True, eq=False)
class FiniteLine:
    """M/M/c/K in its steady state.

    Args:
        p_block: Chance of finding no room.
        p_empty: Chance that nobody is present.
        mean_number: Mean number present [people].
        mean_queue: Mean number who wait [people].
        throughput: People served [people/time].
        mean_wait: Mean wait of those let in [time].
        mean_time: Their mean wait and service [time].
        utilisation: Share of time in which a server is busy.
        p_wait: Chance to wait of those let in.
        chances: Chance of each number present, dims (K + 1).
    """

    p_block: float
    p_empty: float
    mean_number: float
    mean_queue: float
    throughput: float
    mean_wait: float
    mean_time: float
    utilisation: float
    p_wait: float
    chances: NDArray[np.float64]


def mmck(servers: int, room: int, arrival_rate: float, service_rate: float) -> FiniteLine:
    """M/M/c/K: who finds K present goes away. K = c is Erlang B, for any distribution of service.

    Args:
        servers: Servers c, from 1.
        room: Most present K, those in service included, at least c.
        arrival_rate: λ [people/time], 0 or more.
        service_rate: μ of one server [people/time], above 0.

    Returns:
        The line. Where nobody comes, waits are those of somebody who came all the same.

    Raises:
        MhwfError: A number outside its range.

    Source: Gross and Harris, chapter 2: product form of a birth-death chain.
    """
    c, k = int(whole(servers, "servers", 1)), int(whole(room, "room", 1))
    if k < c:
        raise MhwfError(Fault("room", f"holds {k}, fewer than the {c} servers", "count those in service too"))
    rate, speed = float(at_least_zero(arrival_rate, "arrival rate")), float(above_zero(service_rate, "service rate"))
    number = np.arange(k + 1)
    at = steady(np.full(k, rate), speed * np.minimum(number[1:], c))
    present, queue = float(at @ number), float(at @ np.maximum(number - c, 0))
    let_in = 1.0 - float(at[k])
    served = rate * let_in
    wait = float(at[c:k] @ (number[c:k] - c + 1)) / (c * speed) / let_in if k > c else 0.0
    return FiniteLine(
        p_block=float(at[k]), p_empty=float(at[0]), mean_number=present, mean_queue=queue, throughput=served,
        mean_wait=wait, mean_time=wait + 1.0 / speed, utilisation=served / (c * speed),
        p_wait=float(at[c:k].sum()) / let_in, chances=at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FiniteCaseload:
    """M/M/c//N in its steady state.

    Args:
        mean_number: Mean number in service or waiting [people].
        mean_queue: Mean number who wait [people].
        throughput: People served [people/time].
        mean_wait: Mean wait [time].
        utilisation: Share of time in which a server is busy.
        p_wait: Chance that somebody who comes has to wait.
    """

    mean_number: float
    mean_queue: float
    throughput: float
    mean_wait: float
    utilisation: float
    p_wait: float


def finite_source(servers: int, people: int, rate: float, service_rate: float) -> FiniteCaseload:
    """M/M/c//N: each of N people who is at home comes (back) after an exponential time.

    Args:
        servers: Servers c, from 1.
        people: People N, from 1.
        rate: Rate at which one person at home comes [1/time], above 0.
        service_rate: μ of one server [people/time], above 0.

    Returns:
        The caseload's figures; somebody who comes sees the state of the others (N − 1).

    Raises:
        MhwfError: A number outside its range.

    Source: Gross and Harris, chapter 2, finite source queues (machine repair).
    """
    c, n = int(whole(servers, "servers", 1)), int(whole(people, "people", 1))
    each, speed = float(above_zero(rate, "rate")), float(above_zero(service_rate, "service rate"))
    number = np.arange(n + 1)
    at = steady(np.asarray(each * (n - number[:-1])), np.asarray(speed * np.minimum(number[1:], c)))
    queue = float(at @ np.maximum(number - c, 0))
    flow = each * (n - number)
    coming = float(at @ flow)
    return FiniteCaseload(
        mean_number=float(at @ number),
        mean_queue=queue,
        throughput=coming,
        mean_wait=queue / coming,
        utilisation=coming / (c * speed),
        p_wait=float(at[c:] @ flow[c:]) / coming if c <= n else 0.0,
    )
