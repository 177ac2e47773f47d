"""The states of a member of staff: experience in the sector by age.

The first year of experience is a conveyor of twelve monthly tenures, then come three bands; each stands beside each age
band. Whoever takes no edge is a month further on in the conveyor, or where they were in a band.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.catalogue.states import AGE_BANDS, EXPERIENCE_BANDS, RECRUIT_SOURCES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "AGEING",
    "AGES",
    "BANDS",
    "CONVEYOR",
    "GROUPS",
    "NEXT",
    "NOWHERE",
    "PROGRESS",
    "SOURCES",
    "STATES",
    "STATE_AGE",
    "STATE_BAND",
    "STATE_GROUP",
    "STATE_TENURE",
    "TENURES",
    "progress_hazards",
    "state_of",
]

BANDS = EXPERIENCE_BANDS
AGES = AGE_BANDS
SOURCES = RECRUIT_SOURCES
_YEARS = ((0, 1), (1, 3), (3, 10), (10, None))
CONVEYOR = 12
TENURES = CONVEYOR + len(BANDS) - 1
STATES = TENURES * len(AGES)
GROUPS = len(BANDS) * len(AGES)
NOWHERE = -1
_OLDEST = len(AGES) - 1

STATE_TENURE = np.tile(np.arange(TENURES), len(AGES))
STATE_AGE = np.repeat(np.arange(len(AGES)), TENURES)
STATE_BAND = np.maximum(STATE_TENURE - CONVEYOR + 1, 0)
STATE_GROUP = STATE_AGE * len(BANDS) + STATE_BAND


def state_of(age: int, tenure: int) -> int:
    """Number of the state of an age band and a tenure (a month of the first year, or a band after it)."""
    return age * TENURES + tenure


def _targets() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    ahead = np.minimum(STATE_TENURE + 1, TENURES - 1)
    in_conveyor = STATE_TENURE < CONVEYOR
    tenure = np.where(in_conveyor, ahead, STATE_TENURE)
    last = STATE_TENURE == TENURES - 1
    stays = STATE_AGE * TENURES + tenure
    progress = np.where(in_conveyor | last, NOWHERE, STATE_AGE * TENURES + ahead)
    ageing = np.where(STATE_AGE == _OLDEST, NOWHERE, stays + TENURES)
    return stays, progress, ageing


NEXT, PROGRESS, AGEING = _targets()
"""Where who stays, who passes into the next band of experience and who into the next age band is a month later."""


def progress_hazards() -> NDArray[np.float64]:
    """Hazard of passing into the next band [1/month], dims (band): the band's width is its mean duration.

    The first year has none, because its conveyor passes people on after twelve months; the last band has none.
    """
    hazards = np.zeros(len(BANDS))
    for band, (low, high) in enumerate(_YEARS):
        if band > 0 and high is not None:
            hazards[band] = -np.log1p(-1.0 / (12.0 * (high - low)))
    return hazards
