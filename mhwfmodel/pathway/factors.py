"""What is multiplied in a pathway month by month: who comes, how long work takes, which way people go on.

`docs/background/pathway-rules.md` says what the engines make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault, MhwfError
from mhwfmodel.pathway.network import Monthly
from mhwfmodel.pathway.ways import rerouted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Arrivals, Network
    from mhwfmodel.pathway.ways import Way

    Array = NDArray[np.float64]

__all__ = ["Factors", "factored", "route_chances"]


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Factors by month, 0 or more; 1 is the identity, and so is what is left out.

    Args:
        arrivals: On who come to a stage from outside, dims (stage, class, month); stages are those of the network.
        work: On the time that work takes which starts in the month, dims (stage, month).
        ways: Ways on.
        routes: On the chance of each of them, dims (way, month).
    """

    arrivals: Array | None = None
    work: Array | None = None
    ways: tuple[Way, ...] = ()
    routes: Array | None = None


def factored(network: Network, factors: Factors) -> Network:
    """A network with factors, for both engines.

    Args:
        network: Pathway of one place, without factors.
        factors: The factors.

    Returns:
        The network; the same one where all factors are 1.

    Raises:
        MhwfError: Factors of other dims, below 0 or not finite; a network that has factors already; a stream that
            comes at given times with a factor other than 1.
    """
    arrivals, work, routes = _checked(network, factors)
    if all(np.all(each == 1.0) for each in (arrivals, work, routes)):
        return network
    streams, class_upto = _more(network, arrivals)
    chances = np.diff(network.stages.route_upto, axis=2, prepend=0.0)
    route_upto = np.repeat(network.stages.route_upto[None], work.shape[1], axis=0)
    for s, k, new in route_chances(chances, factors.ways, list(routes)):
        change = np.any(new != chances[s, k], axis=1)
        route_upto[change, s, k] = _upto(new[change])
    monthly = Monthly(np.ascontiguousarray(work.T), class_upto, route_upto)
    return replace(network, arrivals=streams, monthly=monthly)


def route_chances(chances: Array, ways: tuple[Way, ...], factors: list[Array]) -> Iterator[tuple[int, int, Array]]:
    """Chances of routes that ways change.

    Args:
        chances: Of the routes, dims (stage, class, route).
        ways: Ways on.
        factors: On each of them, dims (when).

    Returns:
        Of each stage and class that a way leads on from: its numbers, and its chances, dims (when, route).
    """
    for s in sorted({int(stage) for each in ways for stage in each.stages}):
        here = [(each, int(at), n) for n, each in enumerate(ways) for at in np.flatnonzero(each.stages == s)]
        for k in range(chances.shape[1]):
            some = [(each.share[at, k], factors[n]) for each, at, n in here if each.share[at, k].any()]
            if some:
                yield s, k, rerouted(chances[s, k], [share for share, _ in some], [factor for _, factor in some])


def _checked(network: Network, factors: Factors) -> tuple[Array, Array, Array]:
    """Arrays of all factors, ones where none are given."""
    months, stages = network.month_edge.size - 1, len(network.stages.names)
    dims = {
        "arrivals": (stages, len(network.classes), months),
        "work": (stages, months),
        "routes": (len(factors.ways), months),
    }
    faults, found = [], []
    for name, shape in dims.items():
        given = getattr(factors, name)
        values = np.ones(shape) if given is None else np.asarray(given, dtype=np.float64)
        if values.shape != shape:
            faults.append(Fault(name, f"has dims {values.shape}, not {shape}"))
        elif not np.all(np.isfinite(values) & (values >= 0.0)):
            faults.append(Fault(name, "have to be finite and 0 or more"))
        found.append(values)
    if network.monthly is not None:
        faults.append(Fault("network", "has factors already", "multiply them, and give them once"))
    if faults:
        raise MhwfError(*faults)
    return found[0], found[1], found[2]


def _more(network: Network, factor: Array) -> tuple[Arrivals, Array]:
    """Streams with their rates multiplied, and running sums of their classes by month, dims (month, stream, class)."""
    streams = network.arrivals
    upto = np.repeat(streams.class_upto[None], factor.shape[2], axis=0)
    times, rates = [], []
    for r, stage in enumerate(streams.stage):
        share = np.diff(streams.class_upto[r], prepend=0.0)
        of_class = factor[stage]
        some = of_class[share > 0.0]
        alike = np.all(some == some[0], axis=0)
        mean = np.where(alike, some[0], share @ of_class)
        change = ~alike & (mean > 0.0)
        upto[change, r] = _upto((share[:, None] * of_class).T[change])
        part = slice(streams.start[r], streams.start[r + 1])
        if part.start == part.stop and np.any(mean != 1.0):
            raise MhwfError(
                Fault(streams.names[r], "comes at given times, which no factor changes", "give the stream a rate")
            )
        time, rate = _scaled(streams.time[part], streams.rate[part], network.month_edge, mean)
        times.append(time)
        rates.append(rate)
    start = np.concatenate([[0], np.cumsum([time.size for time in times])]).astype(np.int64)
    time, rate = (np.concatenate([*parts, np.zeros(0)]) for parts in (times, rates))
    return replace(streams, start=start, time=time, rate=rate), upto


def _scaled(time: Array, rate: Array, edge: Array, factor: Array) -> tuple[Array, Array]:
    """A step function times another by month; it has a step more only where the factor changes."""
    if time.size == 0 or np.all(factor == 1.0):
        return time, rate
    steps = edge[1:-1][np.diff(factor) != 0.0]
    at = np.union1d(time, steps)
    before = np.searchsorted(time, at, side="right") - 1
    month = np.minimum(np.searchsorted(edge, at, side="right") - 1, factor.size - 1)
    return at, rate[before] * factor[month]


def _upto(chances: Array) -> Array:
    """Running sums of rows, exactly 1 from the last one with a chance on."""
    upto = np.cumsum(chances, axis=1)
    upto /= upto[:, -1:]
    last = chances.shape[1] - 1 - np.argmax(chances[:, ::-1] > 0.0, axis=1)
    return np.asarray(np.where(np.arange(chances.shape[1]) >= last[:, None], 1.0, upto))
