"""M/M/c, Erlang B and C, and what it gains to pool teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.erlang import erlang_b, erlang_c
from mhwfmodel.demand.queues._given import above_zero, at_least_zero, chance, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["DelayLine", "Pooling", "mmc", "overflow_chance", "pooling"]


@dataclass(frozen=True, slots=True, eq=False)
class DelayLine:
    """M/M/c in its steady state; all of one shape. Where the load is not below the servers, waits are infinite.

    Args:
        servers: Servers.
        load: Arrival rate ÷ service rate [Erlang].
        utilisation: Share of time in which a server is busy, at most 1.
        blocked: Chance that all servers would be busy if nobody could wait: Erlang B.
        p_wait: Chance of having to wait: Erlang C.
        mean_wait: Mean wait, of those too who do not wait [time].
        var_wait: Variance of the wait [time²].
        mean_queue: Mean number who wait [people].
        mean_time: Mean wait and service [time].
        mean_number: Mean number present [people].
        spare_rate: Service rate of all servers, less the arrival rate [1/time], 0 where there is none to spare.
    """

    servers: Array
    load: Array
    utilisation: Array
    blocked: Array
    p_wait: Array
    mean_wait: Array
    var_wait: Array
    mean_queue: Array
    mean_time: Array
    mean_number: Array
    spare_rate: Array

    def exceeds(self, delay: ArrayLike) -> Array:
        """Chance that a wait exceeds a delay [time]: `p_wait exp(−spare_rate t)`."""
        return np.asarray(self.p_wait * np.exp(-self.spare_rate * at_least_zero(delay, "delay")))

    def quantile(self, share: ArrayLike) -> Array:
        """The wait that a share of arrivals does not exceed [time]; 0 where as many do not wait at all.

        Raises:
            MhwfError: A share that is not 0 or more and below 1.
        """
        beyond = 1.0 - chance(share, "share")
        with np.errstate(divide="ignore", invalid="ignore"):
            waits = np.log(self.p_wait / beyond) / self.spare_rate
        return np.where(self.p_wait <= beyond, 0.0, waits)


def mmc(servers: ArrayLike, arrival_rate: ArrayLike, service_rate: ArrayLike) -> DelayLine:
    """M/M/c: Poisson arrivals, exponential service, first come first served, nobody gives up.

    Args:
        servers: Servers c, whole numbers from 1; the three broadcast.
        arrival_rate: λ [people/time], 0 or more.
        service_rate: μ of one server [people/time], above 0.

    Returns:
        The line, in the unit of time of the rates.

    Raises:
        MhwfError: A number outside its range.

    Source: Gross and Harris, Fundamentals of Queueing Theory, chapter 2.
    """
    c, rate, speed = np.broadcast_arrays(
        whole(servers, "servers", 1).astype(np.float64),
        at_least_zero(arrival_rate, "arrival rate"),
        above_zero(service_rate, "service rate"),
    )
    load = rate / speed
    waits = erlang_c(c, load)
    spare = np.maximum(c * speed - rate, 0.0)
    with np.errstate(divide="ignore"):
        given_wait = 1.0 / spare
    mean = np.where(waits > 0.0, waits * given_wait, 0.0)
    variance = np.where(np.isinf(given_wait), np.inf, waits * (2.0 - waits) * given_wait * given_wait)
    queue = np.where(rate > 0.0, rate * mean, 0.0)
    return DelayLine(
        servers=c, load=load, utilisation=np.minimum(load / c, 1.0), blocked=erlang_b(c, load), p_wait=waits,
        mean_wait=mean, var_wait=variance, mean_queue=queue, mean_time=mean + 1.0 / speed, mean_number=queue + load,
        spare_rate=spare,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Pooling:
    """What pooling gains.

    Args:
        separate: Mean wait in one of the teams by itself [time].
        pooled: Mean wait where all are one team [time].
        ratio: The first ÷ the second.
    """

    separate: Array
    pooled: Array
    ratio: Array


def pooling(teams: ArrayLike, servers: ArrayLike, arrival_rate: ArrayLike, service_rate: ArrayLike) -> Pooling:
    """Equal teams by themselves, and as one.

    Args:
        teams: Teams, whole numbers from 1; the four broadcast.
        servers: Servers of one team, whole numbers from 1.
        arrival_rate: λ of one team [people/time].
        service_rate: μ of one server [people/time].

    Returns:
        Mean waits; the ratio is NaN where both are infinite or nobody comes.

    Raises:
        MhwfError: A number outside its range.
    """
    number = whole(teams, "teams", 1)
    rate = at_least_zero(arrival_rate, "arrival rate")
    alone = mmc(servers, rate, service_rate).mean_wait
    together = mmc(number * whole(servers, "servers", 1), number * rate, service_rate).mean_wait
    with np.errstate(invalid="ignore", divide="ignore"):
        return Pooling(alone, together, np.asarray(alone / together))


def overflow_chance(own: int, shared: int, load: float, other: int, other_load: float) -> float:
    """Chance that somebody finds no bed where two wards have beds of their own and some that they share.

    Occupancies are those of wards without end (M/G/∞: independent Poisson counts, whatever the distribution of the
    stay); a ward's own beds are full and so are the shared ones, which hold what both wards have too much.

    Args:
        own: Beds of the ward's own.
        shared: Beds that both use.
        load: Mean number present in the ward [people].
        other: Own beds of the other ward.
        other_load: Mean number present in the other ward [people].

    Returns:
        Probability. It is not conditioned on nobody beyond the beds being there.

    Raises:
        MhwfError: A number outside its range.

    Source: Monks et al. 2016, BMC Health Services Research 16:530, supplement.
    """
    from scipy.stats import poisson

    for name, beds in (("own", own), ("shared", shared), ("other", other)):
        whole(beds, name)
    first = poisson(float(at_least_zero(load, "load")))
    second = poisson(float(at_least_zero(other_load, "other load")))
    short = np.arange(shared)
    taken = float(np.sum(first.pmf(own + short) * second.sf(other + shared - short - 1)))
    return taken + float(first.sf(own + shared - 1))
