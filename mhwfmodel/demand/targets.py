"""What the shipped pathway gives beside the published figures that it is held against, and the misfit.

No joint fit is claimed: `catalogue.targets` says how each figure is defined, whom it speaks of and how much it weighs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.demand.outcome import COMPLETED, SECOND, SO_FAR
from mhwfmodel.pathway.expand import parent
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Target
    from mhwfmodel.demand.outcome import Outcome
    from mhwfmodel.pathway.network import Network

__all__ = ["TargetRow", "targets_table"]

_TIERS = ("advice", "core", "intensive", "therapy")
_SUPPORTED = ("supported_housing", "step_down_housing")
_COHORT_MONTHS = 30
"""Months after which the cohort of figures D171 to D173 was asked."""

_PER = 100_000.0


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target and what the pathway gives.

    Args:
        target: The published figure.
        found: What the pathway gives for England, in the target's unit: the mean over replications.
        error: Standard error of that mean; NaN from one replication.
        misfit: Relative to the target; 0 inside a range and below a ceiling.
    """

    target: Target
    found: float
    error: float
    misfit: float


def targets_table(
    runs: Sequence[tuple[Network, Outcome]], people: float, *, months: slice = slice(None)
) -> tuple[TargetRow, ...]:
    """Hold runs of the pathway `cmhf` against the targets.

    Args:
        runs: Places, each with its figures, all with the same replications and months. One place may stand for England.
        people: Inhabitants of all these places together; counts are scaled to the people of England.
        months: Whole years of months to look at; what is there at the start is read at the end of the month before.

    Returns:
        One row for each target, in the order of the catalogue. The median and the 90th percentile are means of those of
        classes, months, replications and places, each weighed by how many wait.
    """
    seen = _Seen(runs, months, england_people() / people)
    rows = []
    for target in catalogue.targets():
        values = _MEASURES[target.measure](seen)
        found = float(values.mean())
        error = float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else float("nan")
        rows.append(TargetRow(target, found, error, target.misfit(found)))
    return tuple(rows)


def england_people() -> float:
    """Inhabitants of England: the sum of the boards."""
    return float(sum(item.population for item in catalogue.icbs()))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Figures of all runs by replication, for England."""

    runs: Sequence[tuple[Network, Outcome]]
    months: slice
    scale: float

    @property
    def years(self) -> float:
        first = self.runs[0][1].on_duty
        return len(range(*self.months.indices(len(first)))) / MONTHS_PER_YEAR

    def total(self, name: str, *stages: str) -> NDArray[np.float64]:
        """Sum over months and classes of stages of the file."""
        return self.scale * sum(
            (
                getattr(outcome, name)[:, self.months][:, :, _of(network, stages)].sum(axis=(1, 2, 3))
                for network, outcome in self.runs
            ),
            start=np.zeros(1),
        )

    def at_end(self, name: str, *stages: str) -> NDArray[np.float64]:
        """Mean over months of a stock at stages of the file."""
        return self.total(name, *stages) / (self.years * MONTHS_PER_YEAR)

    def at_start(self, *stages: str) -> NDArray[np.float64]:
        """People in work at stages of the file when the months begin."""
        first = self.months.indices(len(self.runs[0][1].on_duty))[0]
        return self.scale * sum(
            (
                (outcome.in_work[:, first - 1] if first else outcome.opening_in_work)[:, _of(network, stages)].sum(
                    axis=(1, 2)
                )
                for network, outcome in self.runs
            ),
            start=np.zeros(1),
        )

    def came(self, stream: str) -> NDArray[np.float64]:
        """Arrivals of a stream."""
        return self.scale * sum(
            (
                outcome.arrived[:, self.months, network.arrivals.names.index(stream)].sum(axis=(1, 2))
                for network, outcome in self.runs
            ),
            start=np.zeros(1),
        )

    def waits(self, name: str, definition: int) -> NDArray[np.float64]:
        """Sum over months and classes of a figure of waits to the second contact."""
        return self.scale * sum(
            (
                getattr(outcome.waits, name)[:, definition, SECOND, self.months].sum(axis=(1, 2))
                for _, outcome in self.runs
            ),
            start=np.zeros(1),
        )

    def quantile(self, name: str) -> NDArray[np.float64]:
        """Mean of a quantile of the time waited so far, weighed by how many wait."""
        above, below = np.zeros(1), np.zeros(1)
        for _, outcome in self.runs:
            number = outcome.waits.number[:, SO_FAR, SECOND, self.months]
            value = np.where(number > 0, getattr(outcome.waits, name)[:, SO_FAR, SECOND, self.months], 0.0)
            above, below = above + (number * value).sum(axis=(1, 2)), below + number.sum(axis=(1, 2))
        return above / below

    def moved_on(self, *stages: str) -> NDArray[np.float64]:
        """Share who would have moved on after the cohort's months, at the rate at which people do."""
        rate = self.total("ended", *stages) / self.total("work_days", *stages)
        days = self.runs[0][0].end / len(self.runs[0][1].on_duty) * _COHORT_MONTHS
        return 1.0 - np.exp(-rate * days)


def _of(network: Network, stages: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([parent(name) in stages for name in network.stages.names])


def _mean_waiting(name: str) -> Callable[[_Seen], NDArray[np.float64]]:
    return lambda seen: seen.waits(name, SO_FAR) / (seen.years * MONTHS_PER_YEAR)


def _yearly(name: str, *stages: str) -> Callable[[_Seen], NDArray[np.float64]]:
    return lambda seen: seen.total(name, *stages) / seen.years


def _measures() -> Iterator[tuple[str, Callable[[_Seen], NDArray[np.float64]]]]:
    yield "waiting_second", _mean_waiting("number")
    yield "median_second", lambda seen: seen.quantile("median")
    yield "p90_second", lambda seen: seen.quantile("p90")
    yield "beyond_second", _mean_waiting("beyond")
    yield "late_second", lambda seen: 1.0 - seen.waits("within", COMPLETED) / seen.waits("number", COMPLETED)
    yield "seen", lambda seen: seen.at_start(*_TIERS) + seen.waits("number", COMPLETED) / seen.years
    yield "detentions", _yearly("joined", "hospital")
    yield "section_136", _yearly("joined", "place_of_safety")
    yield "assessments", lambda seen: _yearly("started", "mha_assessment")(seen) / england_people() * _PER
    yield "detained_share", lambda seen: seen.total("joined", "hospital") / seen.total("ended", "mha_arrangements")
    yield "calls", lambda seen: seen.came("calls") / (seen.years * MONTHS_PER_YEAR)
    yield "moved_residential", lambda seen: seen.moved_on("residential")
    yield "moved_supported", lambda seen: seen.moved_on(*_SUPPORTED)
    yield "moved_outreach", lambda seen: seen.moved_on("outreach")
    yield "accommodated", lambda seen: seen.at_end("in_work", "residential", "outreach", *_SUPPORTED)
    yield "delayed_days", _yearly("waiting_days", "step_down_housing")


_MEASURES: Mapping[str, Callable[[_Seen], NDArray[np.float64]]] = dict(_measures())
