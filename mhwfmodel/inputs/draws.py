"""Draws of the uncertain inputs, each by inversion of a uniform of its own: no draw depends on another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, rng
from mhwfmodel.catalogue.uncertain import HELD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Parameter

__all__ = ["HALF_WIDTH", "ParameterDraws", "dirichlet", "inverse"]

_SUB_BITS = 16
_SMALLEST = 2.0**-54
HALF_WIDTH = 1.6448536269514722  # ln(high/low) of a lognormal spans 5 % to 95 %: twice the 95 % point of the normal


@dataclass(frozen=True, slots=True)
class ParameterDraws:
    """The uncertain inputs of a run.

    Args:
        seed: Key of the random numbers.
        draws: Draw numbers, dims (draw).
        overrides: Parameters that the scenario sets, by name.
        central: Give the central value in every draw, as the deterministic evaluator asks.
    """

    seed: int
    draws: NDArray[np.uint32]
    overrides: Mapping[str, Parameter]
    central: bool = False

    def parameter(self, name: str) -> Parameter:
        """The parameter as the scenario has it.

        Raises:
            DataError: No parameter has this name.
        """
        return self.overrides.get(name) or catalogue.parameter(name)

    def value(self, name: str) -> NDArray[np.float64]:
        """Draws of one input, dims (draw), in the parameter's unit."""
        parameter = self.parameter(name)
        if self.central or parameter.distribution in HELD:
            return np.full(self.draws.size, parameter.central)
        return inverse(parameter, self.uniform(name)[:, 0])

    def uniform(self, name: str, subs: Sequence[int] = (0,)) -> NDArray[np.float64]:
        """The parameter's own uniforms, one a sub-number such as an ICB's id, dims (draw, sub); never exactly 0."""
        number = catalogue.parameter(name).id
        entities = (np.uint32(number) << np.uint32(_SUB_BITS)) + np.asarray(subs, dtype=np.uint32)
        return np.maximum(rng.uniform(self.seed, self.draws, entities, rng.Purpose.PARAMETER), _SMALLEST)

    def normal(self, name: str, subs: Sequence[int]) -> NDArray[np.float64]:
        """Standard normal numbers of a parameter, dims (draw, sub); 0 in a central run."""
        from scipy.special import ndtri

        if self.central:
            return np.zeros((self.draws.size, len(subs)))
        return np.asarray(ndtri(self.uniform(name, subs)), dtype=np.float64)

    def dirichlet(self, name: str, shares: NDArray[np.float64], subs: Sequence[int]) -> NDArray[np.float64]:
        """Shares around `shares` as tight as the parameter's central value says, dims (draw, share)."""
        if self.central or shares.size == 1:
            return np.tile(shares, (self.draws.size, 1))
        return dirichlet(shares * self.parameter(name).central, self.uniform(name, subs))


def override(name: str, central: float, low: float | None, high: float | None) -> Parameter:
    """A catalogue parameter with the value, or value and range, that a scenario gives it."""
    given = catalogue.parameter(name)
    if low is None or high is None:
        return replace(given, central=central, low=central, high=central, distribution="fixed")
    drawn = "triangular" if given.distribution == "off" and low < high else given.distribution
    return replace(given, central=central, low=low, high=high, distribution=drawn)


def inverse(parameter: Parameter, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of a parameter's distribution at `uniform`, same dims; monotone.

    A triangular distribution has its mode at `central`; a lognormal has its median there and 90 % between low and high.
    """
    from scipy.special import ndtri

    low, mode, high = parameter.low, parameter.central, parameter.high
    if parameter.distribution == "lognormal":
        spread = np.log(high / low) / (2.0 * HALF_WIDTH)
        return np.asarray(mode * np.exp(spread * ndtri(uniform)), dtype=np.float64)
    width = high - low
    if width == 0.0:
        return np.full_like(uniform, mode)
    rising = low + np.sqrt(uniform * width * (mode - low))
    falling = high - np.sqrt((1.0 - uniform) * width * (high - mode))
    return np.where(uniform * width < mode - low, rising, falling)


def dirichlet(alpha: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dirichlet shares by inversion: a gamma quantile each, then divided by their sum.

    Args:
        alpha: Concentrations, dims (share).
        uniform: Uniforms in (0, 1), dims (draw, share).

    Returns:
        Dims (draw, share); each row sums to 1.
    """
    from scipy.special import gammaincinv

    weights = np.asarray(gammaincinv(alpha[None, :], uniform), dtype=np.float64)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)
