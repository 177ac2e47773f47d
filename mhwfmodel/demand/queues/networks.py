"""Open networks of lines: Jackson's product form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.queues._given import above_zero, at_least_zero, whole
from mhwfmodel.demand.queues.delay import mmc
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["JacksonNetwork", "jackson", "traffic"]


def traffic(external: ArrayLike, routing: ArrayLike) -> Array:
    """Arrival rates with those who come back: λ = γ + λ P.

    Args:
        external: γ from outside [people/time], dims (node).
        routing: P, chance to go from one to another, dims (node, node); what is short of 1 leaves.

    Returns:
        λ [people/time], dims (node).

    Raises:
        MhwfError: Chances that are no chances, or nodes that nobody can leave.
    """
    rate, chance = at_least_zero(external, "external rates"), at_least_zero(routing, "routing")
    if chance.shape != (rate.size, rate.size) or np.any(chance.sum(axis=1) > 1.0 + 2.0**-40):
        raise MhwfError(Fault("routing", "has to be a square of chances whose rows sum to 1 at most"))
    if np.max(np.abs(np.linalg.eigvals(chance)), initial=0.0) >= 1.0 - 2.0**-40:
        raise MhwfError(Fault("routing", "has nodes that nobody can leave"))
    return np.asarray(np.linalg.solve(np.eye(rate.size) - chance.T, rate))


@dataclass(frozen=True, slots=True, eq=False)
class JacksonNetwork:
    """A network in its steady state, node by node; infinite where a node has none.

    Args:
        arrival_rate: With those who come back [people/time], dims (node).
        visits: Mean visits of one person, dims (node).
        utilisation: Dims (node).
        p_wait: Dims (node).
        mean_wait: Of one visit [time], dims (node).
        mean_number: Present [people], dims (node).
        mean_in_network: Present in all [people].
        mean_total: Mean time from coming to leaving [time].
        p_empty: Chance that nobody is in the network.
    """

    arrival_rate: Array
    visits: Array
    utilisation: Array
    p_wait: Array
    mean_wait: Array
    mean_number: Array
    mean_in_network: float
    mean_total: float
    p_empty: float


def jackson(external: ArrayLike, routing: ArrayLike, servers: ArrayLike, service_rates: ArrayLike) -> JacksonNetwork:
    """An open network of M/M/c nodes: each is as if it stood alone with its arrival rate.

    Args:
        external: γ from outside [people/time], dims (node).
        routing: Chances to go on, dims (node, node).
        servers: Dims (node), whole numbers from 1.
        service_rates: μ of one server [people/time], dims (node).

    Returns:
        The network.

    Raises:
        MhwfError: As `traffic`, or a number outside its range, or nobody who comes.

    Source: Jackson 1957; Gross and Harris, chapter 4.
    """
    rate = traffic(external, routing)
    coming = float(above_zero(np.sum(np.asarray(external)), "external rates in all"))
    c, speed = whole(servers, "servers", 1), above_zero(service_rates, "service rates")
    node = mmc(c, rate, speed)
    present = float(node.mean_number.sum())
    empty = float(np.prod([_empty(a, int(k), w) for a, k, w in zip(node.load, c, node.p_wait, strict=True)]))
    return JacksonNetwork(
        rate, rate / coming, node.utilisation, node.p_wait, node.mean_wait, node.mean_number, present,
        present / coming, empty,
    )  # fmt: skip


def _empty(load: float, servers: int, waits: float) -> float:
    """Chance that nobody is at an M/M/c: that of c present, C (1 − a ÷ c), times c! ÷ a^c, step by step.

    Where the chance to wait is below the smallest double, the number present is Poisson to the last digit.
    """
    if load >= servers:
        return 0.0
    if waits <= np.finfo(np.float64).tiny:
        return float(np.exp(-load))
    chance = waits * (1.0 - load / servers)
    for k in range(servers, 0, -1):
        chance *= k / load
    return float(chance)
