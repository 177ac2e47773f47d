"""Fits that the baseline rests on: proportional fitting to margins, and rates of which only a floor is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError, InconsistentEvidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["CensoredFit", "cut", "fit_floors", "proportional_fit", "systematic_round"]

_TOLERANCE = 1e-12
_LEAST_CHANCE = 1e-12
_MOST_ROUNDS = 1000
_WIDE = 6.0
_POINTS = 1201
_STEPS = 100


def proportional_fit(
    start: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale a table until its rows and its columns have the sums that are asked for (Deming and Stephan 1940).

    Each draw is left alone once its sums hold, so that it does not depend on how long the others take.

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
    left = np.arange(len(table))
    for _ in range(_MOST_ROUNDS):
        part, wanted, across = table[left], rows[left], columns[left]
        sums = part.sum(axis=2)
        part *= np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)[:, :, None]
        sums = part.sum(axis=1)
        part *= np.divide(across, sums, out=np.zeros_like(sums), where=sums > 0)[:, None, :]
        table[left] = part
        done = (np.abs(part.sum(axis=2) - wanted) <= _TOLERANCE * np.maximum(wanted, 1.0)).all(axis=1)
        left = left[~done]
        if not left.size:
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
class _Story:
    """How published floors came about, in standard units: a measured log rate came out above a limit or not above.

    A place strays from the pattern by a normal deviation, and is measured with a normal error; the standard unit of a
    measurement is the spread of both together.

    Args:
        pattern: Log rates of the pattern, dims (place).
        limits: Logarithm of the floor that bears on a place, minus infinity where none does, dims (place).
        unnamed: Places of which it is only known how many exceed their limit.
        count: How many.
        deviation: Standard deviation of the deviations from the pattern.
        error: Standard deviation of a measured log rate.
    """

    pattern: NDArray[np.float64]
    limits: NDArray[np.float64]
    unnamed: NDArray[np.int64]
    count: int
    deviation: float
    error: float

    @property
    def both(self) -> float:
        """Spread of a measured log rate around the shifted pattern."""
        return float(np.hypot(self.deviation, self.error))

    @property
    def pull(self) -> float:
        """Expected deviation behind a measurement of one standard unit."""
        return self.deviation**2 / self.both

    @property
    def rest(self) -> float:
        """Standard deviation of a deviation whose measurement is known."""
        return self.deviation * self.error / self.both

    def gaps(self, shift: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far the limits lie above the shifted pattern, in standard units, dims (case, place)."""
        return np.asarray((self.limits - (self.pattern + shift[:, None])) / self.both, dtype=np.float64)

    def plausible(self, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log chance of what was published, dims (case)."""
        from scipy.special import log_ndtr

        named = np.delete(gaps, self.unnamed, axis=1)
        return np.asarray(log_ndtr(-named).sum(axis=1) + self.hazards(gaps)[0], dtype=np.float64)

    def hazards(self, gaps: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Chances of the unnamed, one after the other (Poisson binomial, in logarithms).

        Returns:
            Log chance that exactly `count` of them exceed, dims (case); and the chance that one exceeds, given how
            many are to come from it on, dims (unnamed place, case, how many are to come).
        """
        from scipy.special import log_ndtr

        gaps = gaps[:, self.unnamed]
        exceeds, does_not = log_ndtr(-gaps), log_ndtr(gaps)
        to_come = np.full((len(gaps), self.count + 2), -np.inf)  # the first is "minus one", which cannot be
        to_come[:, 1] = 0.0
        hazards = np.empty((self.unnamed.size, len(gaps), self.count + 1))
        for at in reversed(range(self.unnamed.size)):
            this = exceeds[:, at, None] + to_come[:, :-1]
            either = np.logaddexp(this, does_not[:, at, None] + to_come[:, 1:])
            never = np.full_like(this, -np.inf)
            hazards[at] = np.exp(np.subtract(this, either, out=never, where=np.isfinite(either)))
            to_come[:, 1:] = either
        return to_come[:, -1], hazards

    def chance_above(self, gaps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance of each place to have been measured above its limit, given what was published, dims (case, place)."""
        chance = np.ones_like(gaps)
        to_come = np.zeros((len(gaps), self.count + 1))
        to_come[:, -1] = 1.0
        for place, hazard in zip(self.unnamed, self.hazards(gaps)[1], strict=True):
            exceeds = to_come * hazard
            chance[:, place] = exceeds.sum(axis=1)
            to_come -= exceeds
            to_come[:, :-1] += exceeds[:, 1:]
        return chance

    def expected(self, shift: NDArray[np.float64]) -> NDArray[np.float64]:
        """Expected log rates given the shift and what was published, dims (case, place).

        A normal deviation, seen only through a normal measurement that exceeded a limit, is an extended skew normal
        (Azzalini 1985), whose mean is known.
        """
        gaps = self.gaps(shift)
        mean, unnamed = _mean_above(gaps), self.unnamed
        chance = self.chance_above(gaps)[:, unnamed]
        mean[:, unnamed] = chance * mean[:, unnamed] - (1.0 - chance) * _mean_above(-gaps[:, unnamed])
        return np.asarray(self.pattern + shift[:, None] + self.pull * mean, dtype=np.float64)

    def above(self, gaps: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Draw which places were measured above their limit: all named ones and `count` others, dims (case, place)."""
        above = np.ones(gaps.shape, dtype=np.bool_)
        cases, to_come = np.arange(len(gaps)), np.full(len(gaps), self.count)
        for place, hazard in zip(self.unnamed, self.hazards(gaps)[1], strict=True):
            above[:, place] = uniform[:, place] < hazard[cases, to_come]
            to_come -= above[:, place]
        return above


def _mean_above(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of a standard normal number that exceeds a gap (inverse Mills ratio), same dims."""
    from scipy.special import log_ndtr

    return np.asarray(np.exp(-0.5 * gaps**2 - 0.5 * np.log(2.0 * np.pi) - log_ndtr(-gaps)), dtype=np.float64)


def _truncated(
    gaps: NDArray[np.float64], above: NDArray[np.bool_], uniform: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Standard normal numbers above or not above a gap, by inversion in logarithms; rising in `uniform`, same dims."""
    from scipy.special import log_ndtr, ndtri_exp

    side = np.where(above, 1.0, -1.0)
    beyond = np.where(above, np.log1p(-uniform), np.log(uniform))
    return np.asarray(-side * ndtri_exp(beyond + log_ndtr(-side * gaps)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class CensoredFit:
    """Log rates of places, some of which are only known to exceed a floor.

    Args:
        log_rate: Expected logarithm of each rate, dims (place).
        floors: Place to the published floor.
        story: What the rates are conditioned on.
        shifts: Shifts of all log rates that are looked at; one where a published mean holds it, dims (shift).
        weights: How plausible each shift is, dims (shift); they sum to 1.
    """

    log_rate: NDArray[np.float64]
    floors: dict[int, float]
    story: _Story
    shifts: NDArray[np.float64]
    weights: NDArray[np.float64]

    def misfits(self) -> dict[int, float]:
        """By how much the fitted rate of each place stays below its published floor; 0 when it does not."""
        return {place: max(0.0, floor - float(np.exp(self.log_rate[place]))) for place, floor in self.floors.items()}

    def draw(
        self,
        *,
        shift: NDArray[np.float64],
        exceeds: NDArray[np.float64],
        measurement: NDArray[np.float64],
        deviation: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Draws from the posterior, each from uniforms in (0, 1) of its own.

        Args:
            shift: Uniforms of the shift that all places share, dims (draw).
            exceeds: Uniforms of which unnamed places exceed their floor, dims (draw, place).
            measurement: Uniforms of the measured log rates, dims (draw, place).
            deviation: Uniforms of the deviations behind them, dims (draw, place).

        Returns:
            Log rates, dims (draw, place); as long as the same places exceed their floor, they rise with `shift`,
            `measurement` and `deviation`.
        """
        from scipy.special import ndtri

        story, moved = self.story, self._shift_at(shift)
        gaps = story.gaps(moved)
        measured = _truncated(gaps, story.above(gaps, exceeds), measurement)
        own = story.pull * measured + story.rest * ndtri(deviation)
        return np.asarray(story.pattern + moved[:, None] + own, dtype=np.float64)

    def expected_above(self, floor: float) -> float:
        """How many places have a rate above `floor` in expectation: the rate itself, not its measurement."""
        from scipy.special import ndtr

        story, even = self.story, (np.arange(_STEPS) + 0.5) / _STEPS
        shift = self._shift_at(even)
        gaps = story.gaps(shift)
        chance = story.chance_above(gaps)
        total = 0.0
        for place, needed in enumerate((np.log(floor) - story.pattern)[:, None] - shift):
            for above, weight in ((True, chance[:, place]), (False, 1.0 - chance[:, place])):
                if weight.any():
                    measured = _truncated(gaps[:, place, None], np.array(above), even)
                    over = ndtr((story.pull * measured - needed[:, None]) / story.rest).mean(axis=1)
                    total += float((weight * over).mean())
        return total

    def _shift_at(self, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shifts by inversion of their distribution, same dims; half of a weight lies below its point."""
        return np.asarray(np.interp(uniform, np.cumsum(self.weights) - 0.5 * self.weights, self.shifts))


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
        others_above: A rate, and how many of the places without a floor were published to exceed it, unnamed; all
            others of them did not.

    Returns:
        The expected log rates, and what draws of them need.

    Raises:
        InconsistentEvidence: So many unnamed places above that rate are as good as impossible.
        DataError: No shift gives the published mean.
    """
    limits = np.full(pattern.size, -np.inf)
    limits[list(floors)] = np.log(list(floors.values()))
    unnamed, count = np.zeros(0, dtype=np.int64), 0
    if others_above is not None:
        floor, count = others_above
        unnamed = np.flatnonzero(np.isneginf(limits))
        limits[unnamed] = np.log(floor)
    story = _Story(pattern, limits, unnamed, count, prior_spread, tolerance)
    units = np.linspace(-_WIDE, _WIDE, _POINTS) if level is None and level_prior[1] > 0 else np.zeros(1)
    shifts = level_prior[0] + level_prior[1] * units if level is None else _held_shift(story, level)
    weights = _weights(story, shifts, units)
    log_rate = (weights[:, None] * story.expected(shifts)).sum(axis=0)
    return CensoredFit(log_rate, dict(floors), story, shifts, weights)


def _held_shift(story: _Story, level: Callable[[NDArray[np.float64]], float]) -> NDArray[np.float64]:
    """The one shift at which the expected log rates have their published mean, dims (1).

    Raises:
        DataError: It was not found.
    """
    shift = np.array([level(story.pattern)])
    for _ in range(_MOST_ROUNDS):
        step = level(story.expected(shift)[0])
        shift += step
        if abs(step) < _TOLERANCE:
            return shift
    message = "the fit of rates with published floors did not end: no level has the published mean"
    raise DataError(message)


def _weights(story: _Story, shifts: NDArray[np.float64], units: NDArray[np.float64]) -> NDArray[np.float64]:
    """How plausible each shift is after what was published, dims (shift); they sum to 1.

    Args:
        story: What was published.
        shifts: Shifts, dims (shift).
        units: The same, in standard deviations from their prior mean.

    Raises:
        InconsistentEvidence: Under every shift the published count is as good as impossible.
    """
    gaps = story.gaps(shifts)
    if story.hazards(gaps)[0].max() < np.log(_LEAST_CHANCE):
        message = f"that {story.count} of {story.unnamed.size} unnamed places exceed a rate is all but impossible"
        raise InconsistentEvidence(message)
    plausible = story.plausible(gaps) - 0.5 * units**2
    weights = np.exp(plausible - plausible.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)
