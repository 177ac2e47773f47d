"""From staff to hours for people: what is left of a post's hours, and how much is done in an hour.

Plain arrays throughout. A full-time equivalent (FTE) is a post's contracted hours, whoever holds it; an *effective* FTE
is the work of an FTE with 3 to 10 years of experience that is all for people with mental health needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.catalogue.states import EXPERIENCE_BANDS
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = [
    "DAYS_PER_WEEK",
    "REFERENCE_BAND",
    "WEEKS_PER_YEAR",
    "Capacity",
    "contracted_hours",
    "hours",
    "hours_at_work",
    "net_hours",
]

WEEKS_PER_YEAR = 365.25 / 7
DAYS_PER_WEEK = 5
"""Working days of a full-time week: a day of leave is a fifth of the week's hours."""

REFERENCE_BAND = EXPERIENCE_BANDS.index("3_to_10")
"""The band of experience whose productivity is 1."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Capacity:
    """What staff can do in a month.

    Args:
        hours: Hours for people with mental health needs, each as an experienced member of staff would use it,
            dims (draw, cell) [hours per month].
        effective_fte: The same in posts: `hours` over the net hours of an experienced FTE, dims (draw, cell) [FTE].
    """

    hours: Table
    effective_fte: Table


def contracted_hours(weekly: Table) -> Table:
    """Hours a month that a full-time post is paid for, same dims [hours per FTE and month].

    Args:
        weekly: Contracted hours of a full-time week [hours/week].
    """
    return weekly * WEEKS_PER_YEAR / MONTHS_PER_YEAR


def hours_at_work(
    weekly: Table, leave_days: Table, sickness_days: Table, training_days: Table, supervision: Table
) -> Table:
    """Hours a month that a full-time post is at work, before travel and protected time; arguments as in `net_hours`.

    Returns:
        Hours, below 0 where deductions are more than a post has [hours per FTE and month].
    """
    away = (leave_days + sickness_days + training_days) * weekly / (DAYS_PER_WEEK * MONTHS_PER_YEAR)
    return np.asarray(contracted_hours(weekly) - away - supervision, dtype=np.float64)


def net_hours(
    weekly: Table,
    leave_days: Table,
    sickness_days: Table,
    training_days: Table,
    supervision: Table,
    travel: Table,
    protected: Table,
) -> Table:
    """Hours a month that a full-time post has for people.

    The year's days off come first, then supervision, then the shares of what is left that go into travel and into
    time protected for learning. All arguments broadcast against each other.

    Args:
        weekly: Contracted hours of a full-time week, bank holidays and leave included [hours/week].
        leave_days: Annual leave and bank holidays [days/year].
        sickness_days: Days lost to sickness [days/year].
        training_days: Days of training [days/year].
        supervision: Supervision received [hours/month].
        travel: Share of the hours at work spent between people, 0 to 1.
        protected: Share of the hours at work protected for learning, 0 to 1.

    Returns:
        Hours, with the dims that the arguments broadcast to [hours per FTE and month].

    Raises:
        DataError: Values below 0, shares above 1, numbers that are not finite, or no hours left at work.
    """
    days = {"leave_days": leave_days, "sickness_days": sickness_days, "training_days": training_days}
    shares = {"travel": travel, "protected": protected}
    faults = [
        *_outside({"weekly": weekly, **days, "supervision": supervision}, np.inf),
        *_outside(shares, 1.0),
    ]
    if faults:
        raise DataError(faults)
    at_work = hours_at_work(weekly, leave_days, sickness_days, training_days, supervision)
    if (at_work < 0.0).any():
        problem = (
            f"leave, sickness, training and supervision take {-at_work.min():.1f} hours a month more than a post has"
        )
        raise DataError(Fault("capacity", problem, "lower them, or raise weekly_hours"))
    return np.asarray(at_work * (1.0 - travel) * (1.0 - protected), dtype=np.float64)


def hours(
    fte_by_band: Table,
    productivity: Table,
    released_fte: Table,
    amhp_fte: Table,
    mental_health_share: Table,
    net: Table,
) -> Capacity:
    """Hours for people with mental health needs.

    Time that trainees are released and time that Approved Mental Health Professionals (AMHPs) give to the rota or to
    their refresher comes off the cell's posts, at the cell's mean productivity.

    Args:
        fte_by_band: Staff in post by experience, dims (draw, cell, band) [FTE].
        productivity: Work in an hour relative to 3 to 10 years of experience, dims (draw, band).
        released_fte: Time of staff in post that is released for training, dims (draw, cell) [FTE].
        amhp_fte: Time of staff in post that goes into AMHP work, dims (draw, cell) [FTE].
        mental_health_share: Share of the work that is for people with mental health needs, dims (draw, cell), 0 to 1;
            0 in roles that give no hours to people.
        net: Hours of a full-time post, dims (draw, cell) [hours per FTE and month].

    Raises:
        DataError: Dims that do not fit, values that are not finite or below 0, shares above 1, more time released than
            there is.
    """
    by_cell = {"released_fte": released_fte, "amhp_fte": amhp_fte, "net": net}
    share = {"mental_health_share": mental_health_share}
    faults = list(_shape_faults(fte_by_band, productivity, {**by_cell, **share}))
    if not faults:
        faults = [
            *_outside({"fte_by_band": fte_by_band, "productivity": productivity, **by_cell}, np.inf),
            *_outside(share, 1.0),
        ]
    if faults:
        raise DataError(faults)
    total = fte_by_band.sum(axis=2)
    away = released_fte + amhp_fte
    _require_time(total, away)
    kept = np.divide(np.maximum(total - away, 0.0), total, out=np.zeros_like(total), where=total > 0.0)
    worked = np.einsum("dcb,db->dc", fte_by_band, productivity)
    effective = worked * kept * mental_health_share
    return Capacity(hours=effective * net, effective_fte=effective)


def _require_time(total: Table, away: Table) -> None:
    """Refuse more time given away than there is."""
    over = away > total + _ROUNDING * (1.0 + total)
    if over.any():
        draw, cell = (int(at[0]) for at in np.nonzero(over))
        problem = (
            f"{away[draw, cell]:g} FTE are released or on AMHP work and only {total[draw, cell]:g} FTE are in post "
            f"({int(over.sum())} such cells and draws)"
        )
        raise DataError(Fault(f"capacity draw {draw} cell {cell}", problem, "count the time of staff in post alone"))


def _shape_faults(fte_by_band: Table, productivity: Table, by_cell: Mapping[str, Table]) -> Iterator[Fault]:
    bands = len(EXPERIENCE_BANDS)
    if fte_by_band.ndim != 3 or fte_by_band.shape[2] != bands:
        yield Fault("capacity fte_by_band", f"dims {fte_by_band.shape} are not (draw, cell, band) with {bands} bands")
        return
    draws, cells, _ = fte_by_band.shape
    wanted = {"productivity": (draws, bands), **dict.fromkeys(by_cell, (draws, cells))}
    for name, values in {"productivity": productivity, **by_cell}.items():
        if values.shape != wanted[name]:
            yield Fault(f"capacity {name}", f"dims {values.shape} where {wanted[name]} are needed")


def _outside(values: Mapping[str, Table], most: float) -> Iterator[Fault]:
    """Faults of arrays with values that are not finite, below 0 or above `most`."""
    allowed = "give 0 or more" if most == np.inf else f"give 0 to {most:g}"
    for name, given in values.items():
        array = np.asarray(given)
        bad = array[~(np.isfinite(array) & (array >= 0.0) & (array <= most))]
        if bad.size:
            yield Fault(f"capacity {name}", f"{bad.flat[0]:g} is no such value ({bad.size} in all)", allowed)
