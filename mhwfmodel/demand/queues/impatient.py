"""People who give up: Erlang A (M/M/c+M), and fixed patience (M/M/c+D)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.erlang import erlang_b
from mhwfmodel.demand.queues._given import above_zero, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["FixedPatience", "ImpatientLine", "chances", "erlang_a", "fixed_patience"]

_NEGLIGIBLE = 2.0**-60
"""A chance that is left out, as a share of the greatest: below what a double can add."""

_FIRST_LENGTH = 256
"""Places in the line that are looked at first; twice as many as long as the last still counts."""


@dataclass(frozen=True, slots=True, eq=False)
class ImpatientLine:
    """M/M/c+M in its steady state; all of one shape.

    Args:
        p_wait: Chance of having to wait.
        p_abandon: Chance of giving up.
        p_abandon_given_wait: Chance of giving up, of those who wait.
        mean_wait: Mean wait of all [time].
        mean_wait_served: Mean wait of those who are served [time].
        mean_wait_abandoned: Mean wait of those who give up [time]; NaN where nobody does.
        mean_queue: Mean number who wait [people].
        utilisation: Share of time in which a server is busy.
        mean_number: Mean number present [people].
    """

    p_wait: Array
    p_abandon: Array
    p_abandon_given_wait: Array
    mean_wait: Array
    mean_wait_served: Array
    mean_wait_abandoned: Array
    mean_queue: Array
    utilisation: Array
    mean_number: Array


def erlang_a(
    servers: ArrayLike, arrival_rate: ArrayLike, service_rate: ArrayLike, patience_rate: ArrayLike
) -> ImpatientLine:
    """M/M/c+M: each who waits gives up after an exponential time. It has a steady state at any load.

    Args:
        servers: Servers c, whole numbers from 1; the four broadcast.
        arrival_rate: λ [people/time], above 0.
        service_rate: μ of one server [people/time], above 0.
        patience_rate: θ = 1 ÷ mean patience [1/time], above 0.

    Returns:
        The line. With one more server and c μ = x θ, λ = y θ: A = Σ y^j ÷ ((x + 1) … (x + j)) from j = 0, and
        the chance to wait is A B ÷ (1 + (A − 1) B), B of Erlang B.

    Raises:
        MhwfError: A number outside its range.

    Source: Palm 1957; Garnett, Mandelbaum and Reiman 2002, appendix A; Mandelbaum and Zeltyn 2007.
    """
    c, rate, speed, theta = np.broadcast_arrays(
        whole(servers, "servers", 1).astype(np.float64),
        above_zero(arrival_rate, "arrival rate"),
        above_zero(service_rate, "service rate"),
        above_zero(patience_rate, "patience rate"),
    )
    waits, gives_up = chances(
        np.asarray(c * speed / theta), np.asarray(rate / theta), np.asarray(erlang_b(c, rate / speed))
    )
    given_wait = np.divide(gives_up, waits, out=np.zeros(c.shape), where=waits > 0.0)
    wait = gives_up / theta
    queue = rate * wait
    served_wait = np.array(
        [
            _served_wait(*at)
            for at in zip(*(a.ravel().tolist() for a in (c, rate, speed, theta, waits, gives_up)), strict=True)
        ]
    ).reshape(c.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        abandoned = np.where(gives_up > 0.0, (wait - (1.0 - gives_up) * served_wait) / gives_up, np.nan)
    busy = rate * (1.0 - gives_up) / speed
    return ImpatientLine(
        p_wait=waits, p_abandon=gives_up, p_abandon_given_wait=given_wait, mean_wait=wait,
        mean_wait_served=served_wait, mean_wait_abandoned=abandoned, mean_queue=queue, utilisation=busy / c,
        mean_number=busy + queue,
    )  # fmt: skip


def chances(x: Array, y: Array, blocked: Array) -> tuple[Array, Array]:
    """Chances to wait, and to give up, of M/M/c+M.

    Args:
        x: c μ ÷ θ.
        y: λ ÷ θ.
        blocked: Erlang B; dims of all three the same.

    Returns:
        The two chances.
    """
    inverse = _inverse_of_a(x, y)
    waits = blocked / (inverse + (1.0 - inverse) * blocked)
    return waits, waits * (1.0 - x / y * (1.0 - inverse))


def _inverse_of_a(x: Array, y: Array) -> Array:
    """1 ÷ A of `erlang_a`, 0 where A is beyond the largest double.

    A = x e^y y^(−x) γ(x, y), the incomplete gamma function, where y is not far below x; its series elsewhere.
    """
    from scipy.special import gammainc

    near = y > np.maximum(x / 2.0, x - 24.0 * np.sqrt(x))
    a, b = np.where(near, x, 1.0), np.where(near, y, 1.0)
    log = (b - a) - a * np.log1p((b - a) / a) + np.log(a) + _beyond_powers(a) + np.log(gammainc(a, b))
    total = np.ones(x.shape)
    left = np.flatnonzero(~near)
    term, j = np.ones(left.size), 0
    while left.size:
        j += 1
        term = term * y.flat[left] / (x.flat[left] + j)
        total.flat[left] += term
        more = term > _NEGLIGIBLE * total.flat[left]
        left, term = left[more], term[more]
    return np.asarray(np.where(near, np.exp(-log), 1.0 / total))


def _beyond_powers(x: Array) -> Array:
    """Ln Γ(x) − x ln x + x: by Stirling's series where x is large and the difference would lose its digits."""
    from scipy.special import gammaln

    large = x > 2.0**7
    u = np.where(large, x, 1.0)
    series = 0.5 * np.log(2.0 * np.pi / u) + 1.0 / (12.0 * u) - 1.0 / (360.0 * u**3) + 1.0 / (1260.0 * u**5)
    return np.asarray(np.where(large, series, gammaln(x) - x * np.log(x) + x))


def _served_wait(c: float, rate: float, speed: float, theta: float, waits: float, gives_up: float) -> float:
    """Mean wait of the served: who finds j waiting passes j + 1 places, each at rate c μ + i θ."""
    length = _FIRST_LENGTH
    while True:
        place = np.arange(1, length + 1)
        down = c * speed + place * theta
        log = np.concatenate([[0.0], np.cumsum(np.log(rate) - np.log(down))])[:-1]
        weight = np.exp(log - log.max())
        if weight[-1] <= _NEGLIGIBLE * weight.max():
            break
        length *= 2
    rest = waits * weight / weight.sum()
    served = c * speed / down
    return float(np.sum(rest * served * np.cumsum(1.0 / down))) / (1.0 - gives_up)


@dataclass(frozen=True, slots=True, eq=False)
class FixedPatience:
    """M/M/c+D in its steady state.

    Args:
        p_wait: Chance of having to wait.
        p_abandon: Chance of giving up.
        mean_wait: Mean wait of all [time].
        mean_wait_served: Mean wait of those who are served [time].
        utilisation: Share of time in which a server is busy.
    """

    p_wait: Array
    p_abandon: Array
    mean_wait: Array
    mean_wait_served: Array
    utilisation: Array


def fixed_patience(
    servers: ArrayLike, arrival_rate: ArrayLike, service_rate: ArrayLike, patience: ArrayLike
) -> FixedPatience:
    """M/M/c+D: everybody gives up after the same wait τ.

    The wait that an infinitely patient person would have has density λ p exp(−(c μ − λ) x) up to τ and falls as
    exp(−c μ x) beyond, p the chance of c − 1 present.

    Args:
        servers: Servers c, whole numbers from 1; the four broadcast.
        arrival_rate: λ [people/time], above 0.
        service_rate: μ of one server [people/time], above 0.
        patience: τ [time], above 0.

    Returns:
        The line.

    Raises:
        MhwfError: A number outside its range.

    Source: Baccelli and Hébuterne 1981; Gnedenko and Kovalenko.
    """
    c, rate, speed, tau = np.broadcast_arrays(
        whole(servers, "servers", 1).astype(np.float64),
        above_zero(arrival_rate, "arrival rate"),
        above_zero(service_rate, "service rate"),
        above_zero(patience, "patience"),
    )
    # Erlang B of one server fewer: p as a share of the chance that fewer than c are present.
    last = erlang_b(c - 1, rate / speed)
    slope = (c * speed - rate) * tau
    small = np.abs(slope) < 1.0
    bent = np.where(small, 1.0, slope)
    whole_area = np.where(small, _series(slope, 1), -np.expm1(-bent) / bent)
    moment = np.where(small, _series(slope, 2), (-np.expm1(-bent) - bent * np.exp(-bent)) / bent**2)
    # All as shares of the chance that fewer than c are present.
    within = rate * last * tau * whole_area
    beyond = rate * last * np.exp(-slope) / (c * speed)
    total = 1.0 + within + beyond
    gives_up = beyond / total
    served = rate * last * tau**2 * moment / total
    return FixedPatience(
        p_wait=(within + beyond) / total,
        p_abandon=gives_up,
        mean_wait=served + tau * gives_up,
        mean_wait_served=served / (1.0 - gives_up),
        utilisation=rate * (1.0 - gives_up) / (c * speed),
    )


def _series(slope: Array, power: int) -> Array:
    """∫ u^(power − 1) exp(−slope u) du from 0 to 1, by its series, for a slope near 0."""
    total, term, j = np.zeros(slope.shape), np.ones(slope.shape), 0
    while np.any(np.abs(term) > _NEGLIGIBLE):
        total = total + term / (j + power)
        j += 1
        term = np.where(np.abs(slope) < 1.0, -term * slope / j, 0.0)
    return np.asarray(total)
