"""Hazards that give a cell its published turnover at rest, and the mix of experience it then has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import rng, units
from mhwfmodel.errors import DataError, InvariantError
from mhwfmodel.supply.experience import BANDS, CONVEYOR, SOURCES, STATES, Doors, progress_hazards

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Calibration", "calibrate", "competing"]

_TOLERANCE = 1e-13
_MOST_ROUNDS = 200
_STILL = 1e-9
_MOST_LEAVING = 0.5
_SLOPES = (0.3, 3.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A cell at rest.

    Args:
        hazard: Hazard of leaving the employer by band, dims (draw, cell, band) [1/month].
        mix: Share of the cell's staff in each state at rest, dims (draw, cell, state).
        leaving: Leavers of the employer a month per person in post, dims (draw, cell).
        leaving_cell: The part of them that leaves the cell and must be replaced from outside it.
    """

    hazard: NDArray[np.float64]
    mix: NDArray[np.float64]
    leaving: NDArray[np.float64]
    leaving_cell: NDArray[np.float64]


def competing(
    leaving: NDArray[np.float64], progress: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Joint monthly probabilities of leaving and of passing into the next band.

    Args:
        leaving: Hazard of leaving, dims (…, band) [1/month].
        progress: Hazard of passing on, dims (band) [1/month].

    Returns:
        Two arrays with the dims of `leaving`.
    """
    total = leaving + progress
    gone = rng.one_minus_exp(total)
    share = np.divide(leaving, total, out=np.zeros_like(total), where=total > 0)
    leave = share * gone
    return leave, gone - leave


def calibrate(
    turnover: NDArray[np.float64],
    relative: NDArray[np.float64],
    inside_cell: NDArray[np.float64],
    source_share: NDArray[np.float64],
    doors: Doors,
) -> Calibration:
    """Find the hazards by band whose stationary mix has the turnover that is asked for, by the secant rule.

    A cell that has it moves no more, so that its bits do not depend on the cells and draws beside it.

    Args:
        turnover: Leavers a year per person in post, dims (draw, cell) [1/year].
        relative: Leaving by band relative to all staff, dims (draw, band).
        inside_cell: Share of leavers who go to another employer of the same cell, dims (draw).
        source_share: Share of each source in recruits from outside the cell, dims (source, draw, cell).
        doors: Experience that joiners bring.

    Raises:
        DataError: A turnover rate that no constant stock with a lasting mix can have: too high, or nobody leaves.
        InvariantError: The search did not end.
    """
    target = units.turnover_to_probability(turnover)
    _require_rest(turnover, target, relative, inside_cell)
    entry = _entry(source_share, doors)
    kept = (1.0 - inside_cell)[:, None, None]
    scale = units.probability_to_hazard(target)
    slope = np.ones_like(target)
    last_move = last_miss = np.zeros_like(target)
    for _ in range(_MOST_ROUNDS):
        hazard = scale[:, :, None] * relative[:, None, :]
        mix, leaving = _at_rest(hazard, kept, entry)
        done = np.abs(leaving - target) <= _TOLERANCE * target
        if done.all():
            return Calibration(hazard, mix, leaving, leaving * kept[:, :, 0])
        miss = np.log(np.divide(leaving, target, out=np.ones_like(target), where=target > 0))
        slope = np.where(np.abs(last_move) > _STILL, (miss - last_miss) / np.where(last_move == 0, 1, last_move), slope)
        slope = np.clip(slope, *_SLOPES)
        last_miss, last_move = miss, -miss / slope
        scale = np.where(done, scale, scale * np.exp(last_move))
    message = "hazards that give the turnover asked for were not found"
    raise InvariantError(message)


def _require_rest(
    turnover: NDArray[np.float64],
    target: NDArray[np.float64],
    relative: NDArray[np.float64],
    inside_cell: NDArray[np.float64],
) -> None:
    """Refuse what has no mix at rest, all faults at once: where nobody leaves, the most experienced pile up."""
    faults = []
    if (target >= _MOST_LEAVING).any():
        faults.append(f"a turnover rate of {turnover.max():g} a year leaves no constant stock; give less than 6 a year")
    if (target <= 0.0).any():
        faults.append(f"a turnover rate of {turnover.min():g} a year has no mix at rest; give more than 0 a year")
    if not (relative > 0.0).all():
        faults.append(f"relative leaving of {relative.min():g} has no mix at rest; give every band more than 0")
    if not ((inside_cell >= 0.0) & (inside_cell < 1.0)).all():
        worst = inside_cell[np.argmax(np.abs(inside_cell - 0.5))]
        faults.append(f"a share of {worst:g} of leavers who stay in their cell is not allowed; give 0 to below 1")
    if faults:
        raise DataError(faults)


def _entry(source_share: NDArray[np.float64], doors: Doors) -> NDArray[np.float64]:
    """Share of recruits from outside the cell that enters each state, dims (draw, cell, state)."""
    _, draws, cells = source_share.shape
    entry = np.zeros((draws, cells, STATES))
    for source, shares in doors.shares().items():
        for state, share in shares.items():
            entry[:, :, state] += source_share[SOURCES.index(source)] * share
    return entry


def _at_rest(
    hazard: NDArray[np.float64], kept: NDArray[np.float64], entry: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The stationary mix when one recruit a month enters, and the leavers a month per person in post."""
    leave, progress = competing(hazard, progress_hazards())
    out = leave * kept
    stock = np.empty_like(entry)
    stock[:, :, 0] = entry[:, :, 0]
    for month in range(1, CONVEYOR):
        stock[:, :, month] = stock[:, :, month - 1] * (1.0 - out[:, :, 0]) + entry[:, :, month]
    arriving = stock[:, :, CONVEYOR - 1] * (1.0 - out[:, :, 0])
    for band in range(1, len(BANDS)):
        state = CONVEYOR + band - 1
        stock[:, :, state] = (arriving + entry[:, :, state]) / (out[:, :, band] + progress[:, :, band])
        arriving = stock[:, :, state] * progress[:, :, band]
    total = stock.sum(axis=2)
    gone = stock[:, :, :CONVEYOR].sum(axis=2) * leave[:, :, 0]
    for band in range(1, len(BANDS)):
        gone = gone + stock[:, :, CONVEYOR + band - 1] * leave[:, :, band]
    return stock / total[:, :, None], gone / total
