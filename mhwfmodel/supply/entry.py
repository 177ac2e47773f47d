"""The states that recruits enter, by where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault
from mhwfmodel.supply.states import AGES, BANDS, CONVEYOR, SOURCES, STATES, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["entry_states", "too_many_recruits"]

_HALF_YEAR = CONVEYOR // 2
_JOINERS = "other_employers"
_RETURNERS = "returners"


def entry_states(joiner_mix: Sequence[float], ages: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each source's recruits that enters each state.

    Joiners from other employers bring their experience, those with under a year of it from the middle of the conveyor
    on; returners enter the band 1 to 3 years, everybody else at the conveyor's start.

    Args:
        joiner_mix: Experience of joiners from other employers, dims (band); sums to 1.
        ages: Ages of the recruits of each source, dims (source, age); rows sum to 1.

    Returns:
        Dims (source, state); rows sum to 1.
    """
    tenure = {source: {0: 1.0} for source in SOURCES}
    tenure[_RETURNERS] = {CONVEYOR: 1.0}
    places = [_HALF_YEAR, *(CONVEYOR + band for band in range(len(BANDS) - 1))]
    tenure[_JOINERS] = dict(zip(places, joiner_mix, strict=True))
    shares = np.zeros((len(SOURCES), STATES))
    for source, name in enumerate(SOURCES):
        for age in range(len(AGES)):
            for month, share in tenure[name].items():
                shares[source, state_of(age, month)] += share * ages[source, age]
    return shares


def too_many_recruits(most: int) -> Fault:
    """What is told where a plan brings more recruits of a source into a cell in a month than the counter has room for.

    Args:
        most: How many it has room for.
    """
    problem = f"in one month more than {most} recruits of one source would enter one ICB, sector and role"
    return Fault("levers", problem, "add fewer posts or people, or add them over more months (ramp_months)")
