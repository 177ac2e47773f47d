"""Service or arrivals of any distribution: M/G/1, priorities, M/D/c, GI/M/1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, pi
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.erlang import erlang_c
from mhwfmodel.demand.queues._given import above_zero, at_least_zero, whole
from mhwfmodel.errors import Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "GeneralLine", "Moments", "Priorities", "RegularLine", "erlang_gaps", "fixed_gaps", "gim1", "mdc", "mg1",
    "priority_mg1", "priority_mmc",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moments:
    """The first three moments of a service time.

    Args:
        mean: E[S] [time].
        second: E[S²] [time²].
        third: E[S³] [time³].
    """

    mean: float
    second: float
    third: float

    @classmethod
    def exponential(cls, mean: float) -> Moments:
        """Of an exponential distribution."""
        return cls.gamma(mean, 1.0)

    @classmethod
    def fixed(cls, mean: float) -> Moments:
        """Of a service that always takes as long."""
        return cls.gamma(mean, 0.0)

    @classmethod
    def gamma(cls, mean: float, cv: float) -> Moments:
        """Of a gamma distribution with that mean and coefficient of variation."""
        above_zero(mean, "mean"), at_least_zero(cv, "cv")
        square = cv * cv
        return cls(mean, mean**2 * (1 + square), mean**3 * (1 + square) * (1 + 2 * square))

    @classmethod
    def lognormal(cls, mean: float, cv: float) -> Moments:
        """Of a lognormal distribution with that mean and coefficient of variation (of the time, not of its log)."""
        above_zero(mean, "mean"), at_least_zero(cv, "cv")
        grown = 1 + cv * cv
        return cls(mean, mean**2 * grown, mean**3 * grown**3)

    @classmethod
    def uniform(cls, low: float, high: float) -> Moments:
        """Of a uniform distribution."""
        at_least_zero(low, "low"), above_zero(high - low, "high − low")
        first, second, third = ((high**k - low**k) / (k * (high - low)) for k in (2, 3, 4))
        return cls(first, second, third)

    @classmethod
    def mixture(cls, shares: Sequence[float], parts: Sequence[Moments]) -> Moments:
        """Of a mixture, such as a hyperexponential distribution; shares sum to 1."""
        if len(shares) != len(parts) or min(shares) < 0 or not np.isclose(sum(shares), 1.0):
            raise MhwfError(Fault("shares", "have to be one a part, 0 or more, and to sum to 1"))
        first, second, third = (
            sum(share * moment for share, moment in zip(shares, column, strict=True))
            for column in zip(*((part.mean, part.second, part.third) for part in parts), strict=True)
        )
        return cls(first, second, third)


@dataclass(frozen=True, slots=True)
class GeneralLine:
    """M/G/1 in its steady state; infinite where the load is not below 1.

    Args:
        utilisation: Load, at most 1.
        mean_wait: Mean wait [time].
        var_wait: Variance of the wait [time²].
        mean_queue: Mean number who wait [people].
        mean_time: Mean wait and service [time].
        p_wait: Chance of having to wait.
        mean_wait_given_wait: Mean wait of those who wait [time].
        mean_busy: Mean length of a time without a pause [time].
        var_busy: Its variance [time²].
    """

    utilisation: float
    mean_wait: float
    var_wait: float
    mean_queue: float
    mean_time: float
    p_wait: float
    mean_wait_given_wait: float
    mean_busy: float
    var_busy: float


def mg1(arrival_rate: float, service: Moments) -> GeneralLine:
    """M/G/1, first come first served.

    Args:
        arrival_rate: λ [people/time], above 0.
        service: Moments of the service time.

    Returns:
        The line.

    Raises:
        MhwfError: A rate that is not above 0.

    Source: Pollaczek 1930, Khinchine 1932; second moment by Takács's recursion; Gross and Harris, chapter 5.
    """
    rate = float(above_zero(arrival_rate, "arrival rate"))
    load = rate * service.mean
    spare = 1.0 - load
    if spare <= 0.0:
        return GeneralLine(1.0, inf, inf, inf, inf, 1.0, inf, inf, inf)
    wait = rate * service.second / (2.0 * spare)
    return GeneralLine(
        utilisation=load, mean_wait=wait, var_wait=wait * wait + rate * service.third / (3.0 * spare),
        mean_queue=rate * wait, mean_time=wait + service.mean, p_wait=load, mean_wait_given_wait=wait / load,
        mean_busy=service.mean / spare, var_busy=service.second / spare**3 - (service.mean / spare) ** 2,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Priorities:
    """A line with priorities, class by class from the most urgent; infinite from the class that has no steady state.

    Args:
        p_wait: Chance of having to wait at all.
        mean_wait: Mean wait, interruptions included [time], dims (class).
        mean_time: Mean wait and service [time], dims (class).
        mean_wait_all: Mean over all arrivals [time].
        growth: Rate at which the line of a class without a steady state grows, 0 elsewhere [people/time], dims (class).
    """

    p_wait: float
    mean_wait: NDArray[np.float64]
    mean_time: NDArray[np.float64]
    mean_wait_all: float
    growth: NDArray[np.float64]


def priority_mmc(servers: int, arrival_rates: Sequence[float], service_rate: float) -> Priorities:
    """M/M/c with non-preemptive priorities and one service rate: (C ÷ c μ) ÷ ((1 − σ_(k−1)) (1 − σ_k)).

    Where all servers are busy for good (the load is not below the servers), C is 1 for the classes that have a steady
    state all the same.

    Args:
        servers: Servers c, from 1.
        arrival_rates: λ_k [people/time], the most urgent class first.
        service_rate: μ of one server [people/time], above 0.

    Returns:
        Figures by class; the growth is that of a class whose more urgent ones are served first.

    Raises:
        MhwfError: A number outside its range.

    Source: Cobham 1954; Kella and Yechiali 1985.
    """
    c, speed = int(whole(servers, "servers", 1)), float(above_zero(service_rate, "service rate"))
    rates = at_least_zero(arrival_rates, "arrival rates")
    waits = float(erlang_c(c, rates.sum() / speed))
    wait = _by_class(waits / (c * speed), rates / (c * speed))
    return _priorities(waits, wait, wait + 1.0 / speed, rates, np.full(rates.shape, 1.0 / (c * speed)))


def priority_mg1(arrival_rates: Sequence[float], services: Sequence[Moments], *, preemptive: bool) -> Priorities:
    """M/G/1 with priorities.

    Args:
        arrival_rates: λ_k [people/time], the most urgent class first.
        services: Moments of each class's service.
        preemptive: A more urgent arrival interrupts, and the work is resumed later; otherwise it waits for the end.

    Returns:
        Figures by class.

    Raises:
        MhwfError: A rate below 0, or not one service a rate.

    Source: Cobham 1954 (non-preemptive); Miller 1960 (preemptive-resume).
    """
    rates = at_least_zero(arrival_rates, "arrival rates")
    if rates.shape != (len(services),):
        raise MhwfError(Fault("services", f"has {len(services)} classes, the rates {rates.size}"))
    mean = np.array([service.mean for service in services])
    rest = rates * np.array([service.second for service in services]) / 2.0
    load = rates * mean
    if not preemptive:
        wait = _by_class(_rest_in_service(rest, load), load)
        return _priorities(min(float(load.sum()), 1.0), wait, wait + mean, rates, mean)
    above = np.cumsum(load) - load
    with np.errstate(divide="ignore"):
        longer = np.where(above < 1.0, mean / np.maximum(1.0 - above, 0.0), inf)
    time = _by_class(np.cumsum(rest), load) + longer
    return _priorities(min(float(load.sum()), 1.0), time - mean, time, rates, mean)


def _rest_in_service(rest: NDArray[np.float64], load: NDArray[np.float64]) -> float:
    """Mean rest of the service under way: only as much of a class is in service as there is time for."""
    before = np.cumsum(load) - load
    part = np.clip((1.0 - before) / np.where(load > 0.0, load, 1.0), 0.0, 1.0)
    return float(rest @ part)


def _by_class(rest: float | NDArray[np.float64], load: NDArray[np.float64]) -> NDArray[np.float64]:
    """`rest ÷ ((1 − σ_(k−1)) (1 − σ_k))`, infinite where a class has no steady state."""
    upto = np.cumsum(load)
    spare = (1.0 - upto) * (1.0 - (upto - load))
    return np.where(upto < 1.0, rest / np.where(upto < 1.0, spare, 1.0), inf)


def _priorities(
    waits: float,
    wait: NDArray[np.float64],
    time: NDArray[np.float64],
    rates: NDArray[np.float64],
    work: NDArray[np.float64],
) -> Priorities:
    load = rates * work
    left = np.maximum(1.0 - (np.cumsum(load) - load), 0.0)
    growth = np.maximum(rates - left / work, 0.0)
    come = rates > 0.0
    every = float(rates[come] @ wait[come] / rates.sum()) if come.any() else 0.0
    return Priorities(waits, wait, time, every, growth)


@dataclass(frozen=True, slots=True)
class RegularLine:
    """M/D/c or GI/M/1 in its steady state.

    Args:
        p_wait: Chance that an arrival has to wait.
        mean_wait: Mean wait [time].
    """

    p_wait: float
    mean_wait: float


def mdc(servers: int, arrival_rate: float, service: float) -> RegularLine:
    """M/D/c: every service takes as long.

    With the c − 1 roots z inside the unit circle of z^c = exp(a (z − 1)), a = λ D, the chance not to wait is
    (c − a) ÷ Π (1 − z) and the mean wait is [Σ 1 ÷ (1 − z) + (a² − c (c − 1)) ÷ 2 (c − a)] ÷ λ.

    Args:
        servers: Servers c, from 1.
        arrival_rate: λ [people/time], above 0.
        service: D [time], above 0.

    Returns:
        The line; infinite waits where the load is not below the servers.

    Raises:
        MhwfError: A number outside its range.

    Source: Crommelin 1932; Tijms, A First Course in Stochastic Models, section 9.6.
    """
    c, rate = int(whole(servers, "servers", 1)), float(above_zero(arrival_rate, "arrival rate"))
    load = rate * float(above_zero(service, "service"))
    if load >= c:
        return RegularLine(1.0, inf)
    turn = np.exp(2j * pi * np.arange(1, c) / c)
    roots = _inner_roots(turn, load / c)
    queue = float(np.sum(1.0 / (1.0 - roots)).real) + (load**2 - c * (c - 1)) / (2.0 * (c - load))
    return RegularLine(1.0 - (c - load) / float(np.prod(1.0 - roots).real), queue / rate)


def _inner_roots(turn: NDArray[np.complex128], load: float) -> NDArray[np.complex128]:
    """Roots of z = turn exp(load (z − 1)) inside the unit circle, by Newton from a few plain steps."""
    z = np.zeros_like(turn)
    for _ in range(16):
        z = turn * np.exp(load * (z - 1.0))
    while z.size:
        ahead = turn * np.exp(load * (z - 1.0))
        step = (z - ahead) / (1.0 - load * ahead)
        z = z - step
        if np.max(np.abs(step)) < 2.0**-46:
            break
    return z


def erlang_gaps(mean: float, shape: int) -> Callable[[float], float]:
    """Laplace transform of Erlang gaps between arrivals (shape 1: exponential)."""
    k = int(whole(shape, "shape", 1))
    gap = float(above_zero(mean, "mean"))
    return lambda s: (1.0 + s * gap / k) ** -k


def fixed_gaps(mean: float) -> Callable[[float], float]:
    """Laplace transform of gaps that are all as long: booked arrivals."""
    gap = float(above_zero(mean, "mean"))
    return lambda s: exp(-s * gap)


def gim1(gaps: Callable[[float], float], mean_gap: float, service_rate: float) -> RegularLine:
    """GI/M/1: gaps between arrivals of any distribution, exponential service.

    The chance to wait is the root below 1 of σ = φ(μ (1 − σ)), φ the Laplace transform of the gaps, and the mean wait
    σ ÷ (μ (1 − σ)).

    Args:
        gaps: Laplace transform φ of the gaps, such as `erlang_gaps` gives.
        mean_gap: Their mean [time], above 0.
        service_rate: μ [people/time], above 0.

    Returns:
        The line; an infinite wait where the load is not below 1.

    Raises:
        MhwfError: A number outside its range.

    Source: Gross and Harris, chapter 5.
    """
    from scipy.optimize import brentq

    speed, gap = float(above_zero(service_rate, "service rate")), float(above_zero(mean_gap, "mean gap"))
    if speed * gap <= 1.0:
        return RegularLine(1.0, inf)
    # With 1 − σ = d: the other root is d = 0, and φ is convex, so that the sign changes once above it.
    spare = 1.0 - 1.0 / (speed * gap)
    low = spare * 2.0**-30
    gone = brentq(lambda d: gaps(speed * d) - (1.0 - d), low, 1.0, xtol=2.0**-52 * spare, rtol=2.0**-50)
    return RegularLine(1.0 - gone, (1.0 - gone) / (speed * gone))
