"""Distributions of durations for use from Python: quantiles, moments, tails, and what is met half-way.

All read rows of `pathway.network.Laws`. The engines use the compiled scalar forms in `_samplers`; `quantile` gives the
same values to the bit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import _sampled
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway.network import Law

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from mhwfmodel.pathway.network import Laws

__all__ = ["biased", "mean", "quantile", "remaining", "residual", "second_moment", "survival"]


def quantile(laws: Laws, row: ArrayLike, u: ArrayLike) -> NDArray[np.float64]:
    """Durations by inversion of the distribution function; more of `u` is never less, but for rounding.

    The lognormal law reads `u` as the middle of its step of 2**-53, so that 0 has a quantile above 0 too.

    Args:
        laws: Distributions.
        row: Row of each duration.
        u: Uniforms in [0, 1), dims broadcast with `row`.

    Returns:
        Durations [days], dims of both broadcast; infinite where the law is `NEVER`.

    Raises:
        MhwfError: A uniform outside [0, 1).
    """
    rows, (uniform,) = _broadcast(row, u)
    _check(uniform)
    out = np.empty(rows.size)
    _sampled.fill_quantiles(*_arrays(laws), rows.reshape(-1), uniform.reshape(-1), out)
    return out.reshape(rows.shape)


def survival(laws: Laws, row: ArrayLike, t: ArrayLike) -> NDArray[np.float64]:
    """Chance that a duration is longer than `t` [days], dims of `row` and `t` broadcast."""
    rows, (time,) = _broadcast(row, t)
    out = np.empty(rows.size)
    _sampled.fill_survivals(*_arrays(laws), rows.reshape(-1), time.reshape(-1), out)
    return out.reshape(rows.shape)


def remaining(laws: Laws, row: ArrayLike, gone: ArrayLike, u: ArrayLike) -> NDArray[np.float64]:
    """What remains of durations that are longer than `gone`: the quantile of the conditional law, less `gone`.

    Args:
        laws: Distributions.
        row: Row of each duration.
        gone: What has passed [days], 0 or more.
        u: Uniforms in [0, 1).

    Returns:
        Durations [days], dims of all broadcast; 0 where no duration is as long as that.

    Raises:
        MhwfError: A uniform outside [0, 1).
    """
    rows, (passed, uniform) = _broadcast(row, gone, u)
    _check(uniform)
    out = np.empty(rows.size)
    _sampled.fill_remaining(*_arrays(laws), rows.reshape(-1), passed.reshape(-1), uniform.reshape(-1), out)
    return out.reshape(rows.shape)


def biased(laws: Laws, row: ArrayLike, u: ArrayLike) -> NDArray[np.float64]:
    """Whole lengths of durations that are met at a moment by chance: density t f(t) / mean.

    Closed forms: gamma with shape + 1; lognormal with mean of the logarithm + its variance; of Weibull,
    (t/scale)^shape is gamma with shape 1 + 1/shape; empirical with weights times values.

    Args:
        laws: Distributions.
        row: Row of each duration.
        u: Uniforms in [0, 1), dims broadcast with `row`.

    Returns:
        Durations [days], dims of both broadcast.

    Raises:
        MhwfError: A uniform outside [0, 1).
    """
    rows, (uniform,) = _broadcast(row, u)
    _check(uniform)
    out = np.empty(rows.size)
    kind, a, b, start, value, upto = _arrays(laws)
    sums = _biased_sums(start, value, upto)
    _sampled.fill_biased(kind, a, b, start, value, sums, rows.reshape(-1), uniform.reshape(-1), out)
    return out.reshape(rows.shape)


def residual(laws: Laws, row: ArrayLike, u: ArrayLike, v: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What has passed and what is left of durations met at a moment by chance.

    Each has the density (1 − F(t)) / mean: of a length drawn by `biased`, the moment is anywhere in it.

    Args:
        laws: Distributions.
        row: Row of each duration.
        u: Uniforms in [0, 1), for the whole length.
        v: Uniforms in [0, 1), for the moment.

    Returns:
        What has passed and what is left [days], dims of all broadcast.

    Raises:
        MhwfError: A uniform outside [0, 1).
    """
    whole = biased(laws, row, u)
    moment = np.asarray(v, dtype=np.float64)
    _check(moment)
    endless = np.isinf(whole)
    finite = np.where(endless, 0.0, whole)
    return np.where(endless, np.inf, finite * moment), np.where(endless, np.inf, finite * (1.0 - moment))


def mean(laws: Laws) -> NDArray[np.float64]:
    """Mean of each row [days], dims (row); infinite where the law is `NEVER`."""
    return np.array([_moment(laws, row, 1) for row in range(laws.kind.size)], dtype=np.float64)


def second_moment(laws: Laws) -> NDArray[np.float64]:
    """Mean of the square of each row [days²], dims (row); infinite where the law is `NEVER`."""
    return np.array([_moment(laws, row, 2) for row in range(laws.kind.size)], dtype=np.float64)


def _moment(laws: Laws, row: int, power: int) -> float:
    law, a, b = Law(int(laws.kind[row])), float(laws.a[row]), float(laws.b[row])
    if law == Law.EMPIRICAL:
        held = slice(int(laws.start[row]), int(laws.start[row + 1]))
        return float(np.diff(laws.upto[held], prepend=0.0) @ laws.value[held] ** power)
    closed = {
        Law.NEVER: lambda: math.inf,
        Law.EXPONENTIAL: lambda: power * a**power,
        Law.GAMMA: lambda: a**power * b * (b + 1.0) ** (power - 1),
        Law.LOGNORMAL: lambda: math.exp(power * a + 0.5 * (power * b) ** 2),
        Law.WEIBULL: lambda: a**power * math.gamma(1.0 + power / b),
        Law.FIXED: lambda: a**power,
    }
    return closed[law]()


def _arrays(
    laws: Laws,
) -> tuple[
    NDArray[np.int8],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.float64],
]:
    return laws.kind, laws.a, laws.b, laws.start, laws.value, laws.upto


def _biased_sums(
    start: NDArray[np.int64], value: NDArray[np.float64], upto: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Running sums of weight times value of each empirical row, the last of each row 1."""
    sums = upto.copy()
    for row in np.flatnonzero(np.diff(start)):
        held = slice(start[row], start[row + 1])
        running = np.cumsum(np.diff(upto[held], prepend=0.0) * value[held])
        if running[-1] > 0.0:
            sums[held] = running / running[-1]
    return sums


def _broadcast(row: ArrayLike, *others: ArrayLike) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    rows, *values = np.broadcast_arrays(np.asarray(row, dtype=np.int64), *(np.asarray(x, np.float64) for x in others))
    return rows.astype(np.int64, order="C"), [x.astype(np.float64, order="C") for x in values]


def _check(u: NDArray[np.float64]) -> None:
    if not np.all((u >= 0.0) & (u < 1.0)):
        raise MhwfError("a uniform has to be at least 0 and below 1")
