"""Fits that the baseline rests on: proportional fitting to margins, and rates of which only a floor is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["CensoredFit", "cut", "fit_floors", "proportional_fit", "systematic_round"]

_TOLERANCE = 1e-12
_MOST_ROUNDS = 1000
_WIDE = 6.0
_POINTS = 1201


def proportional_fit(
    start: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale a table until its rows and its columns have the sums that are asked for (Deming and Stephan 1940).

    Args:
        start: Table with the associations to keep, dims (draw, row, column); not negative.
        rows: Row sums, dims (draw, row).
        columns: Column sums, dims (draw, column).

    Returns:
        Dims (draw, row, column).

    Raises:
        DataError: Sums that are negative, that do not agree, or that this table cannot have.
    """
    if (rows < 0).any() or (columns < 0).any():
        message = "a margin is negative: the parts that were set apart are larger than the whole"
        raise DataError(message)
    if not np.allclose(rows.sum(axis=1), columns.sum(axis=1), rtol=1e-9):
        message = "row sums and column sums do not add to the same total"
        raise DataError(message)
    table = start.copy()
    for _ in range(_MOST_ROUNDS):
        sums = table.sum(axis=2)
        table *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, :, None]
        sums = table.sum(axis=1)
        table *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)[:, None, :]
        if (np.abs(table.sum(axis=2) - rows) <= _TOLERANCE * np.maximum(rows, 1.0)).all():
            return table
    message = "no table with these zeros has the row and column sums asked for"
    raise DataError(message)


def systematic_round(values: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round a row of numbers to whole ones without bias and without losing the total.

    One uniform a row shifts the running sum before it is cut: every entry is rounded up or down, its expectation is the
    number itself, and every stretch of entries keeps its sum to within one.

    Args:
        values: Not negative, dims (row, entry).
        uniform: One uniform in [0, 1) a row, dims (row).

    Returns:
        Dims (row, entry).
    """
    running = np.cumsum(values, axis=1)
    whole = np.rint(running[:, -1])
    near = np.abs(running[:, -1] - whole) < 1e-6
    running[:, -1] = np.where(near, whole, running[:, -1])
    return np.diff(cut(np.minimum(running, running[:, -1:]), uniform[:, None]), axis=1, prepend=0)


def cut(running: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """`floor(running + uniform)` for uniforms in [0, 1), also where that sum would be rounded up to a whole number.

    A whole number is left as it is whatever the uniform, and a larger number is never cut lower.
    """
    below = np.floor(running)
    return np.asarray(below + (running - below + uniform >= 1.0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class CensoredFit:
    """Log rates of places, some of which are only known to exceed a floor.

    Args:
        log_rate: Expected logarithm of each rate, dims (place).
        spread: How well each place's own deviation is known, standard deviation of the log rate, dims (place).
        shared: How well the level that all places share is known, standard deviation of its logarithm; 0 where a
            published mean holds it.
        floors: Place to the published floor.
    """

    log_rate: NDArray[np.float64]
    spread: NDArray[np.float64]
    shared: float
    floors: dict[int, float]

    def misfits(self) -> dict[int, float]:
        """By how much the fitted rate of each place stays below its published floor; 0 when it does not."""
        return {place: max(0.0, floor - float(np.exp(self.log_rate[place]))) for place, floor in self.floors.items()}


@dataclass(frozen=True, slots=True)
class _Floors:
    """Places with a floor: a log rate `prior + own deviation`, of which a measurement came out above `limits`."""

    places: NDArray[np.int64]
    limits: NDArray[np.float64]
    prior_spread: float
    tolerance: float

    @property
    def both(self) -> float:
        """Spread of a measured log rate around its prior mean."""
        return float(np.hypot(self.prior_spread, self.tolerance))

    def moments(self, prior: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of the deviations, given prior means, dims (place with a floor).

        A normal deviation, seen only through a normal measurement that exceeded a limit, is an extended skew normal
        (Azzalini 1985), whose moments are known.
        """
        from scipy.special import log_ndtr

        z = (prior[self.places] - self.limits) / self.both
        ratio = np.exp(-0.5 * z**2 - 0.5 * np.log(2.0 * np.pi) - log_ndtr(z))
        pull = self.prior_spread**2 / self.both
        return pull * ratio, np.sqrt(self.prior_spread**2 - pull**2 * ratio * (ratio + z))


def fit_floors(
    pattern: NDArray[np.float64],
    prior_spread: float,
    floors: dict[int, float],
    tolerance: float,
    *,
    level: Callable[[NDArray[np.float64]], float] | None = None,
    level_prior: tuple[float, float] = (0.0, 0.0),
    others_above: tuple[float, int] | None = None,
) -> CensoredFit:
    """Fit log rates to a pattern from other data, with floors as censored observations.

    A place strays from the pattern by a normal deviation; a published "more than f" says that a measurement of the
    rate, which errs by `tolerance`, came out above f. Nothing is clamped, so a floor that the pattern speaks against
    is met in part and its misfit is told.

    Args:
        pattern: Log rates of the pattern, dims (place).
        prior_spread: Standard deviation of the deviations from it.
        floors: Place to the rate it was published to exceed.
        tolerance: Standard deviation of a measured log rate.
        level: Shift of all log rates that gives them their published mean; the fit holds it exactly.
        level_prior: Mean and standard deviation of the shift, where no mean is published.
        others_above: A rate and how many of the places without a floor were published to exceed it, unnamed. It
            bears on the shift, not on any one place.

    Returns:
        The expected log rates and how well they are known.
    """
    places = np.array(sorted(floors), dtype=np.int64)
    known = _Floors(places, np.log([floors[int(place)] for place in places]), prior_spread, tolerance)
    if level is None:
        shift, shared = _shift_posterior(pattern, known, level_prior, others_above)
    else:
        shift, shared = _held_shift(pattern, known, level), 0.0
    log_rate = pattern + shift
    mean, own = known.moments(log_rate)
    spread = np.full(pattern.size, prior_spread)
    log_rate[places] += mean
    spread[places] = own
    return CensoredFit(log_rate, spread, shared, dict(floors))


def _held_shift(pattern: NDArray[np.float64], known: _Floors, level: Callable[[NDArray[np.float64]], float]) -> float:
    """The shift at which the expected log rates have their published mean.

    Raises:
        DataError: It was not found.
    """
    shift = level(pattern)
    for _ in range(_MOST_ROUNDS):
        log_rate = pattern + shift
        log_rate[known.places] += known.moments(log_rate)[0]
        step = level(log_rate)
        shift += step
        if abs(step) < _TOLERANCE:
            return shift
    message = "the fit of rates with published floors did not end: no level has the published mean"
    raise DataError(message)


def _shift_posterior(
    pattern: NDArray[np.float64],
    known: _Floors,
    prior: tuple[float, float],
    others_above: tuple[float, int] | None,
) -> tuple[float, float]:
    """Mean and standard deviation of the shift, given how many places exceed a rate and which are named."""
    from scipy.special import log_ndtr, ndtr

    mean, spread = prior
    if spread == 0.0:
        return mean, 0.0
    shifts = mean + spread * np.linspace(-_WIDE, _WIDE, _POINTS)
    moved = pattern[:, None] + shifts
    plausible = -0.5 * ((shifts - mean) / spread) ** 2
    plausible += log_ndtr((moved[known.places] - known.limits[:, None]) / known.both).sum(axis=0)
    if others_above is not None:
        floor, count = others_above
        unnamed = np.setdiff1d(np.arange(pattern.size), known.places)
        plausible += np.log(_chance_of_count(ndtr((moved[unnamed] - np.log(floor)) / known.both), count))
    weight = np.exp(plausible - plausible.max())
    weight /= weight.sum()
    centre = float(weight @ shifts)
    return centre, float(np.sqrt(weight @ (shifts - centre) ** 2))


def _chance_of_count(chance: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Chance that exactly `count` of independent events happen (Poisson binomial), dims (case).

    Args:
        chance: Chance of each event, dims (event, case).
        count: How many happen.
    """
    distribution = np.zeros((count + 2, chance.shape[1]))
    distribution[0] = 1.0
    for p in chance:
        distribution[1:] = distribution[1:] * (1.0 - p) + distribution[:-1] * p
        distribution[0] *= 1.0 - p
        distribution[-1] = 0.0
    return np.asarray(np.maximum(distribution[count], np.finfo(np.float64).tiny), dtype=np.float64)
