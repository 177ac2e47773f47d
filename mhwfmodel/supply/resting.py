"""Who is on each track when as many have started every month for ever, and who completes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng
from mhwfmodel.supply.states import AGEING, AGES, BANDS, GROUPS, NEXT, PROGRESS, STATE_GROUP, STATES, progress_hazards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.calibrate import Leaving

    Table = NDArray[np.float64]

__all__ = ["cell_chances", "cohort_path"]


def cell_chances(leaving: Leaving, scale: Table) -> Table:
    """Monthly chances of staff at rest: leaving (retirement apart), retiring, passing on in experience and in age.

    Args:
        leaving: How leaving differs between people.
        scale: Hazard of leaving of each cell, dims (draw, cell) [1/month]; `leaving` is of the same cells.

    Returns:
        Dims (draw, cell, group, 4).
    """
    shape = (*scale.shape, len(AGES), len(BANDS))
    hazards = np.empty((*shape, 4))
    hazards[..., 0] = scale[:, :, None, None] * leaving.relative.reshape(-1, 1, len(AGES), len(BANDS))
    hazards[..., 1] = (leaving.retiring[:, :, None] * leaving.retire[:, None, :])[..., None]
    hazards[..., 2] = progress_hazards()
    hazards[..., 3] = leaving.ageing[:, None, :, None]
    total = hazards.sum(axis=-1, keepdims=True)
    share = np.divide(rng.one_minus_exp(total), total, out=np.zeros_like(total), where=total > 0)
    return np.ascontiguousarray((hazards * share).reshape(*scale.shape, GROUPS, 4))


def cohort_path(start: Table, chance: Table, back: Table, give_up: Table, months: int) -> Table:
    """Who of a cohort is on a track at the start of each of its months.

    Args:
        start: Who starts, by state, dims (draw, cell, state).
        chance: `cell_chances`.
        back: Share of leavers who start again in the same cell and stay on the track, dims (draw, cell).
        give_up: Chance of giving the track up, among those who take no other edge, dims (draw).
        months: Length of the track.

    Returns:
        Dims (draw, cell, month, state).
    """
    from mhwfmodel.supply import _cohorts

    path = np.zeros((*start.shape[:2], months, STATES))
    _cohorts.follow(start, chance, back, give_up, NEXT, PROGRESS, AGEING, STATE_GROUP, path)
    return path
