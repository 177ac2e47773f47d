"""How many full-time equivalents of Approved Mental Health Professionals (AMHPs) a 24-hour service needs.

The year is cut into windows (day, evening, night). In each window the service is an M/M/c waiting line: assessments
come at random, each takes an AMHP for some hours from triage to report, and enough are on duty that few assessments
start later than a target. Hours on duty, times what a shift adds, over the hours that a full-time AMHP gives in a
year, are the need. Everything here is plain arrays; where they come from is `mhwfmodel.simulate.amhp_need`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.erlang import least_servers
from mhwfmodel.errors import DataError, Fault, MhwfError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LARGEST_LOAD",
    "PER_PEOPLE",
    "Duty",
    "ServiceTerms",
    "Windows",
    "duty_need",
    "fte_needed",
    "load_of",
    "on_duty",
]

PER_PEOPLE = 100_000
"""People that the published rate of assessments is counted by."""

LARGEST_LOAD = 1000.0
"""AMHPs busy at once in one service past which an input must be wrong; the search would also take long."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The parts of a year that a service is staffed for, each dims (window).

    Args:
        codes: A word each.
        hours: C_k [hours/year].
        share: Share of the assessments that come in the window; they add up to 1.
        shift_hours: L_k, length of a shift [hours].
        floor: Fewest AMHPs on duty.
        weight: w_k, the part of an hour on duty that counts as an hour of work: 1 at work, less on standby at home.

    Raises:
        MhwfError: Lengths that differ, or a value that no window can have.
    """

    codes: tuple[str, ...]
    hours: NDArray[np.float64]
    share: NDArray[np.float64]
    shift_hours: NDArray[np.float64]
    floor: NDArray[np.int64]
    weight: NDArray[np.float64]

    def __post_init__(self) -> None:
        parts = (self.hours, self.share, self.shift_hours, self.floor, self.weight)
        if any(part.shape != (len(self.codes),) for part in parts):
            raise MhwfError("windows need one value each of hours, share, shift_hours, floor and weight")
        sound = (
            np.all((self.hours > 0) & (self.shift_hours > 0) & (self.floor >= 0))
            and np.all((self.share >= 0) & (self.weight >= 0) & (self.weight <= 1))
            and np.isclose(self.share.sum(), 1.0, rtol=0.0, atol=1e-5)
        )
        if not sound:
            raise MhwfError("windows need hours and shifts above 0, weights from 0 to 1, and shares that add up to 1")


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """What an assessment takes and what a service promises, each dims (draw).

    Args:
        hours_each: h, AMHP hours an assessment: triage, travel, bed search and report included [hours].
        target_hours: T, delay until the assessment starts that few exceed [hours].
        late_share: Share ε of assessments that may start later than that.
        handover_hours: Hours that each shift adds for handing over.
        off_rota_hours: Hours a year of one service that no rota shows.
        net_hours: H_net, hours that a full-time AMHP gives to the rota [hours/year].

    Raises:
        MhwfError: A value that no service can have.
    """

    hours_each: NDArray[np.float64]
    target_hours: NDArray[np.float64]
    late_share: NDArray[np.float64]
    handover_hours: NDArray[np.float64]
    off_rota_hours: NDArray[np.float64]
    net_hours: NDArray[np.float64]

    def __post_init__(self) -> None:
        for value in (self.hours_each, self.net_hours):
            if not np.all(np.isfinite(value) & (value > 0.0)):
                raise MhwfError("hours an assessment and net hours have to be finite and above 0")
        for value in (self.target_hours, self.handover_hours, self.off_rota_hours):
            if not np.all(np.isfinite(value) & (value >= 0.0)):
                raise MhwfError("target, handover and hours off the rota have to be finite and 0 or more")


@dataclass(frozen=True, slots=True)
class Duty:
    """What services need.

    Args:
        on_duty: AMHPs on duty, dims (draw, service, window).
        fte: Full-time equivalents, dims (draw, service) [FTE].
    """

    on_duty: NDArray[np.int64]
    fte: NDArray[np.float64]


def load_of(assessments: NDArray[np.float64], windows: Windows, hours_each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Load a_k = λ_k h: AMHPs who would be busy in each window if nobody ever waited.

    Args:
        assessments: Assessments a year, dims (draw, service) [1/year].
        windows: Windows of the year.
        hours_each: h, dims (draw) [hours].

    Returns:
        Dims (draw, service, window) [Erlang].
    """
    an_hour = assessments[:, :, None] * (windows.share / windows.hours)
    return np.asarray(an_hour * hours_each[:, None, None], dtype=np.float64)


def on_duty(assessments: NDArray[np.float64], windows: Windows, terms: ServiceTerms) -> NDArray[np.int64]:
    """m_k, the least c of the floor or more with ErlangC(c, a_k) · exp(−(c − a_k) T / h) ≤ ε.

    Args:
        assessments: Assessments a year, dims (draw, service) [1/year].
        windows: Windows of the year.
        terms: What an assessment takes and what the service promises.

    Returns:
        AMHPs on duty, dims (draw, service, window).

    Raises:
        DataError: A service with more work at once than any has.
    """
    load = load_of(assessments, windows, terms.hours_each)
    if load.size and load.max() > LARGEST_LOAD:
        problem = f"{load.max():,.0f} AMHPs would be at work at once in one service"
        raise DataError(Fault("AMHP need", problem, "look at assessments per 100,000 and at hours an assessment"))
    delay = (terms.target_hours / terms.hours_each)[:, None, None]
    return least_servers(load, delay, terms.late_share[:, None, None], windows.floor)


def fte_needed(staff: NDArray[np.int64], windows: Windows, terms: ServiceTerms) -> NDArray[np.float64]:
    """FTE = [Σ_k C_k m_k w_k (1 + handover / L_k) + hours off the rota] / H_net.

    Args:
        staff: m_k, AMHPs on duty, dims (draw, service, window).
        windows: Windows of the year.
        terms: Handover, hours off the rota and net hours.

    Returns:
        Dims (draw, service) [FTE].
    """
    paid = windows.hours * windows.weight * (1.0 + terms.handover_hours[:, None, None] / windows.shift_hours)
    hours = (staff * paid).sum(axis=2) + terms.off_rota_hours[:, None]
    return np.asarray(hours / terms.net_hours[:, None], dtype=np.float64)


def duty_need(assessments: NDArray[np.float64], windows: Windows, terms: ServiceTerms) -> Duty:
    """Who has to be on duty and how many full-time equivalents that takes.

    Args:
        assessments: Assessments a year, dims (draw, service) [1/year].
        windows: Windows of the year.
        terms: What an assessment takes and what the service promises.

    Raises:
        DataError: A service with more work at once than any has.
    """
    staff = on_duty(assessments, windows, terms)
    return Duty(staff, fte_needed(staff, windows, terms))
