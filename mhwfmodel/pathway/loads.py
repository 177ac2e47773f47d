"""How much work a pathway's pools have: what they would have to do if everybody were seen, beside what they can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.pathway.rows import law_means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network

__all__ = ["Loads", "loads", "visits"]


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """Mean figures over the months of a network, for somebody who never gives up.

    Args:
        joining: People who come to each stage [people/day], dims (stage, class).
        work: Servers of each pool that their work would keep busy, dims (pool).
        on_duty: Servers on duty, mean over all hours, dims (pool).
        finite: Whether everybody who may wait for the pool gives up in time or finds no room, so that the queue stays
            finite whatever the load; dims (pool), bool.
    """

    joining: NDArray[np.float64]
    work: NDArray[np.float64]
    on_duty: NDArray[np.float64]
    finite: NDArray[np.bool_]

    @property
    def load(self) -> NDArray[np.float64]:
        """Work ÷ servers on duty, dims (pool): from 1 on there is no steady state. NaN without either."""
        return np.divide(self.work, self.on_duty, out=np.full_like(self.work, np.nan), where=self.on_duty > 0)


def loads(network: Network) -> Loads:
    """Mean work and servers by pool, by the traffic equations λ = a + λ P of each class.

    Nobody gives up and nobody is turned away in them: they say what the work would be if everybody were seen. Arrivals
    and servers are means over the months of the network; people present at its start are left out.

    Args:
        network: A pathway of which every stage leads out.
    """
    joining = visits(network)
    mean = law_means(network.laws)[network.stages.service]
    pools = len(network.pools.names)
    work, finite = np.zeros(pools), np.ones(pools, dtype=np.bool_)
    busy = (joining * mean).sum(axis=1)
    for stage in range(len(busy)):
        bounded = network.stages.room[stage] >= 0 or bool(
            (network.stages.patience[stage][joining[stage] > 0] > 0).all()
        )
        for need in range(int(network.stages.need_start[stage]), int(network.stages.need_start[stage + 1])):
            pool = int(network.stages.need_pool[need])
            work[pool] += busy[stage] * network.stages.need_count[need]
            finite[pool] &= bounded
    return Loads(joining, work, _on_duty(network), finite)


def visits(network: Network) -> NDArray[np.float64]:
    """People who come to each stage [people/day], mean over the months, dims (stage, class)."""
    stages, classes = len(network.stages.names), len(network.classes)
    coming = np.zeros((stages, classes))
    for stream, stage in enumerate(network.arrivals.stage):
        shares = np.diff(network.arrivals.class_upto[stream], prepend=0.0)
        coming[stage] += _rate(network, stream) * shares
    chance = np.diff(network.stages.route_upto, axis=2, prepend=0.0)
    found = np.zeros_like(coming)
    for of_class in range(classes):
        onward = np.zeros((stages, stages))
        for route in range(chance.shape[2]):
            to = network.stages.route_to[:, of_class, route]
            inside = np.flatnonzero(to >= 0)
            np.add.at(onward, (inside, to[inside]), chance[inside, of_class, route])
        found[:, of_class] = np.linalg.solve(np.eye(stages) - onward.T, coming[:, of_class])
    return np.maximum(found, 0.0)


def _rate(network: Network, stream: int) -> float:
    arrivals = network.arrivals
    given = int(arrivals.given_start[stream + 1] - arrivals.given_start[stream])
    piece = slice(int(arrivals.start[stream]), int(arrivals.start[stream + 1]))
    return (given + _area(arrivals.time[piece], arrivals.rate[piece], network.end)) / network.end


def _on_duty(network: Network) -> NDArray[np.float64]:
    pools = network.pools
    pieces = [slice(int(first), int(last)) for first, last in zip(pools.start[:-1], pools.start[1:], strict=True)]
    return np.asarray([_area(pools.time[at], pools.on_duty[at], network.end) / network.end for at in pieces])


def _area(time: NDArray[np.float64], value: NDArray[np.float64] | NDArray[np.int64], end: float) -> float:
    return float(np.diff(time, append=end) @ value) if len(time) else 0.0
