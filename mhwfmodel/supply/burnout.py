"""The burn-out loop: fewer staff, more work for each, more leaving.

Staff S meet a demand D, and leave at the rate `t0·(D/S)^b`. With R recruits a month `S' = R − t0·S·(D/S)^b`, whose
resting point is `S* = (R/(t0·D^b))^(1/(1−b))`. A gap x to it moves as `x' = −t0·(1−b)·(D/S*)^b·x`: it closes for
`b < 1`, and for more it grows, so that a staff of one too few runs down. Where posts P are funded and their vacancies
fill at the rate μ, `S' = μ·(P − S) − t0·S·(D/S)^b`, and a gap closes for `b < 1 + μ·(S/D)^b/t0`: a vacancy more is
also a recruit more. Rates are per month here as elsewhere, but any unit of time will do.

The model moves in months: leaving is `1 − exp(−h)` with `h = t0·(D/S)^b` of the month before, and of the vacancies
counted after it the share q fills. `monthly_factor` and `monthly_bound` are the same law for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Number = float | Table

__all__ = ["equilibrium", "growth_rate", "leaving", "monthly_bound", "monthly_factor", "stability_bound"]


def leaving(base: Number, demand: Number, staff: Number, gain: Number) -> Table:
    """Hazard of leaving under work, `base · (demand/staff)^gain` [1/month].

    Args:
        base: Hazard where demand and staff are equal, 0 or more [1/month].
        demand: Work that there is, above 0, in what one member of staff does.
        staff: Those who do it, above 0 [people].
        gain: How leaving rises with work for each member of staff: the exponent b, an elasticity.

    Raises:
        DataError: A number out of its range; all faults at once.
    """
    _require(base=base)
    _require(0.0, demand=demand, staff=staff)
    return np.asarray(base * np.power(np.divide(demand, staff), gain), dtype=np.float64)


def equilibrium(recruits: Number, base: Number, demand: Number, gain: Number) -> Table:
    """Staff at rest when recruitment is fixed, `S* = (R/(t0·D^b))^(1/(1−b))` [people].

    Args:
        recruits: Recruits, above 0 [people a month].
        base: Hazard of leaving where demand and staff are equal, above 0 [1/month].
        demand: As in `leaving`.
        gain: As in `leaving`; not 1, where either every staff is at rest or none is.

    Raises:
        DataError: A number out of its range, a gain of 1 included; all faults at once.
    """
    _require(0.0, recruits=recruits, base=base, demand=demand)
    if (np.asarray(gain) == 1.0).any():
        problem = "a gain of 1 has no one resting point: leavers are then as many whatever the staff"
        raise DataError(Fault("burn-out loop", problem, "give a gain below or above 1"))
    # As a factor on demand, so that a high power of a large demand does not overflow.
    at_par = np.divide(recruits, np.multiply(base, demand))
    return np.asarray(demand * np.power(at_par, 1.0 / np.subtract(1.0, gain)), dtype=np.float64)


def growth_rate(hazard: Number, gain: Number, fill_rate: Number = 0.0) -> Table:
    """Rate at which a gap to the resting point grows, below 0 where it closes: `−μ − (1 − b)·h` [1/month].

    Args:
        hazard: Leaving at the resting point, `leaving(…)` there, 0 or more [1/month].
        gain: As in `leaving`.
        fill_rate: Rate μ at which vacancies fill, 0 where recruitment is fixed [1/month].

    Raises:
        DataError: A number out of its range; all faults at once.
    """
    _require(hazard=hazard, fill_rate=fill_rate)
    return np.asarray(-np.asarray(fill_rate) - np.subtract(1.0, gain) * hazard, dtype=np.float64)


def stability_bound(hazard: Number, fill_rate: Number = 0.0) -> Table:
    """The gain below which the loop is stable, `1 + μ/h` with `h = t0·(D/S)^b` at the resting point.

    Args:
        hazard: Leaving at the resting point, above 0 [1/month]. At the baseline, where workload is 1, it is `t0`.
        fill_rate: Rate at which vacancies fill, 0 where recruitment is fixed [1/month].

    Raises:
        DataError: A number out of its range; all faults at once.
    """
    _require(fill_rate=fill_rate)
    _require(0.0, hazard=hazard)
    return np.asarray(1.0 + np.divide(fill_rate, hazard), dtype=np.float64)


def monthly_factor(hazard: Number, gain: Number, fill: Number = 0.0) -> Table:
    """What is left of a gap to the resting point after a month, above 1 where it grows: `(1 − q)·exp(−h)·(1 + b·h)`.

    Args:
        hazard: Leaving at the resting point, 0 or more [1/month].
        gain: As in `leaving`.
        fill: Chance that a vacancy fills in a month, 0 where recruitment is fixed.

    Raises:
        DataError: A number out of its range; all faults at once.
    """
    _require(hazard=hazard, fill=fill)
    kept = np.subtract(1.0, fill) * np.exp(np.negative(hazard))
    return np.asarray(kept * (1.0 + np.multiply(gain, hazard)), dtype=np.float64)


def monthly_bound(hazard: Number, fill: Number = 0.0) -> Table:
    """The gain below which the loop is stable when it moves in months: `(exp(h)/(1 − q) − 1)/h`.

    It is never below `stability_bound` at `μ = q/(1 − q)`, and comes to it where hazard and fill are small.

    Args:
        hazard: Leaving at the resting point, above 0 [1/month].
        fill: Chance that a vacancy fills in a month, 0 where recruitment is fixed; at 1 every gain is stable.

    Raises:
        DataError: A number out of its range; all faults at once.
    """
    _require(fill=fill)
    _require(0.0, hazard=hazard)
    with np.errstate(divide="ignore"):
        grown = np.exp(hazard) / np.subtract(1.0, fill)
    return np.asarray((grown - 1.0) / hazard, dtype=np.float64)


def _require(above: float | None = None, **given: Number) -> None:
    """Refuse numbers below 0, those at `above` or below it too, a chance over 1, and what is not finite."""
    faults = list(_faults(above, given))
    if faults:
        raise DataError(faults)


def _faults(above: float | None, given: dict[str, Number]) -> Iterator[Fault]:
    for name, value in given.items():
        array = np.asarray(value, dtype=np.float64)
        good = np.isfinite(array) & (array >= 0.0 if above is None else array > above)
        if name == "fill":
            good &= array <= 1.0
        if not good.all():
            allowed = "0 to 1" if name == "fill" else "0 or more" if above is None else "more than 0"
            yield Fault(f"burn-out loop, {name}", f"{array[~good].flat[0]:g} is not allowed", f"give {allowed}")
