"""What an engine gives: figures of each replication by month, and, when asked for, every event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["COMPLETED", "FIRST", "SECOND", "SO_FAR", "WAIT_EDGE", "Happening", "Log", "Outcome", "WaitTotals"]

COMPLETED, SO_FAR = 0, 1
"""Definitions of a wait: of those who were seen in the month; of those who still wait at its end."""

FIRST, SECOND = 0, 1
"""Contacts that a wait since the start of the episode is counted to."""

_BINS_A_DOUBLING = 16
_SHORTEST, _LONGEST = -14, 13
"""Exponents of 2 of the first edge above 0 and of the last."""

_STEPS = np.arange(_BINS_A_DOUBLING * (_LONGEST - _SHORTEST) + 1)
WAIT_EDGE: NDArray[np.float64] = np.concatenate([[0.0], 2.0 ** (_SHORTEST + _STEPS / _BINS_A_DOUBLING)])
"""Edges of the bins in which waits are counted [days]: 0, then 5.3 seconds to 22 years, each 4.4 % above the last.

Bin k holds waits from edge k to below edge k + 1; the last bin holds all from the last edge on.
"""


class Happening(IntEnum):
    """Kinds of events in a log."""

    ARRIVED = 0
    """From outside; `to` is the stream."""
    JOINED = 1
    """Came to a stage."""
    STARTED = 2
    """Work with the person started, or started again after an interruption."""
    ENDED = 3
    """The work of the stage is done."""
    GAVE_UP = 4
    """Had waited as long as they would."""
    TURNED_AWAY = 5
    """Found no room."""
    INTERRUPTED = 6
    """By somebody more urgent, or by the end of a shift; waits again."""
    LEFT = 7
    """Left the pathway; `to` is the exit."""
    SHIFT = 8
    """A boundary of a pool: `person` is −1, `stage` the pool, `to` the number on duty from now on, `of_class` −1."""


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Every event of one replication, in the order in which it happened; all dims (event).

    Args:
        time: [days], float64.
        kind: `Happening`, uint8.
        person: Serial number of the person in the replication: those present at time 0 first, then in the order of
            arrival; int64.
        stage: int32.
        of_class: int32.
        to: Stream, exit or number on duty, otherwise −1; int64.
    """

    time: NDArray[np.float64]
    kind: NDArray[np.uint8]
    person: NDArray[np.int64]
    stage: NDArray[np.int32]
    of_class: NDArray[np.int32]
    to: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class WaitTotals:
    """Waits of one kind, counted.

    Args:
        number: Waits, int64.
        days: Their sum [person-days], float64.
        within: Of them at most 28 days, int64.
        beyond: Of them more than 548 days (18 months), int64.
        median: [days]; NaN where nobody waited; float64.
        p90: 90th percentile [days], float64.
    """

    number: NDArray[np.int64]
    days: NDArray[np.float64]
    within: NDArray[np.int64]
    beyond: NDArray[np.int64]
    median: NDArray[np.float64]
    p90: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Figures of some replications of a network.

    Month m holds what happens from its first instant to before the next month's; stocks are those at its end.

    Args:
        replications: Their numbers, dims (replication), int64.
        arrived: People from outside, dims (replication, month, stream, class), int64.
        left: People who left, dims (replication, month, exit, class), int64.
        joined: People who came to a stage, dims (replication, month, stage, class), int64; so the next six.
        started: First starts and starts after an interruption.
        ended: Work done.
        gave_up: Gave up waiting.
        turned_away: Found no room.
        interrupted: Interrupted.
        waiting: Who wait at the end of the month.
        in_work: Whom a server is with at the end of the month, or who are in a stage without needs.
        opening_waiting: Who wait at time 0, before anything happens, dims (replication, stage, class), int64.
        opening_in_work: As `in_work`, at time 0.
        waiting_days: Area under the number who wait [person-days], dims (replication, month, stage, class), float64.
        work_days: Area under the number in work [person-days], the same dims.
        busy: Servers' time with people, overtime included [server-days], dims (replication, month, pool), float64.
        overtime: Of it in overtime [server-days].
        on_duty: Servers' time on duty [server-days], dims (month, pool), float64.
        stage_waits: Completed waits in the queue of a stage of those who started for the first time in this stay,
            dims (replication, month, stage, class).
        waits: Waits since the start of the episode, dims (replication, definition, contact, month, class): definition
            `COMPLETED` or `SO_FAR`, contact `FIRST` or `SECOND`.
        waited: Time in queues of all who left one or wait at the end [person-days], dims (replication, stage, class),
            float64: summed person by person, beside the area `waiting_days`.
        worked: Time in work, summed so, dims (replication, stage, class), float64.
        idle: Pairs of month's ends and stages where somebody waited who could have started, dims (replication), int64.
        events: Arrivals, starts, ends and givings-up, dims (replication), int64.
        most_present: Most people present at once, dims (replication), int64.
    """

    replications: NDArray[np.int64]
    arrived: NDArray[np.int64]
    left: NDArray[np.int64]
    joined: NDArray[np.int64]
    started: NDArray[np.int64]
    ended: NDArray[np.int64]
    gave_up: NDArray[np.int64]
    turned_away: NDArray[np.int64]
    interrupted: NDArray[np.int64]
    waiting: NDArray[np.int64]
    in_work: NDArray[np.int64]
    opening_waiting: NDArray[np.int64]
    opening_in_work: NDArray[np.int64]
    waiting_days: NDArray[np.float64]
    work_days: NDArray[np.float64]
    busy: NDArray[np.float64]
    overtime: NDArray[np.float64]
    on_duty: NDArray[np.float64]
    stage_waits: WaitTotals
    waits: WaitTotals
    waited: NDArray[np.float64]
    worked: NDArray[np.float64]
    idle: NDArray[np.int64]
    events: NDArray[np.int64]
    most_present: NDArray[np.int64]
