"""A pathway as plain arrays: what both engines and the analytic pathway read.

A `Network` is one place (an ICB, or a service by itself) over a stretch of months. Stages are numbered 0 … S − 1,
classes 0 … C − 1, pools 0 … P − 1, streams of arrivals 0 … R − 1, exits 0 … X − 1. A **destination** is the number of a
stage, or −1 − x for exit x. Time is in days from the first instant of the first month.

`docs/background/pathway.md` says what an engine does with each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Arrivals", "Law", "Laws", "Monthly", "Network", "Pools", "Preemption", "Present", "ShiftEnd", "Stages"]


class Law(IntEnum):
    """Distributions of a duration, and what their parameters a and b are."""

    NEVER = 0
    """Infinite: somebody who never gives up."""
    EXPONENTIAL = 1
    """a: mean [days]."""
    GAMMA = 2
    """a: scale [days]; b: shape."""
    LOGNORMAL = 3
    """a: mean of the logarithm; b: standard deviation of the logarithm."""
    WEIBULL = 4
    """a: scale [days]; b: shape."""
    FIXED = 5
    """a: the duration [days]."""
    EMPIRICAL = 6
    """Values with weights: the slice `value[start[row]:start[row + 1]]`, running sums of the weights in `upto`."""


class Preemption(IntEnum):
    """What a more urgent person does to a less urgent one whom a pool's server is with."""

    NONE = 0
    RESUME = 1
    """Interrupts; the other goes on later where they were."""
    START_AGAIN = 2
    """Interrupts; the other starts the same work again from the beginning."""


class ShiftEnd(IntEnum):
    """What happens to work in hand when the number on duty changes."""

    FINISH = 0
    """Heads are counted: those too many finish their person; nobody starts until fewer are busy than are on duty."""
    OVERTIME = 1
    """The crew is replaced at every boundary: all who are busy finish in overtime, and a full crew starts."""
    HAND_OVER = 2
    """Those too many stop at once; their people wait again, at their old place, and go on where they were."""
    START_AGAIN = 3
    """As `HAND_OVER`, but the work starts again from the beginning."""


@dataclass(frozen=True, slots=True, eq=False)
class Laws:
    """Distributions, one a row.

    Args:
        kind: `Law`, dims (row), int8.
        a: Dims (row), float64.
        b: Dims (row), float64.
        start: Where a row's values are, dims (row + 1), int64.
        value: Values of all empirical rows [days], ascending in each row, float64.
        upto: Running sums of their weights, the last of each row 1, float64.
    """

    kind: NDArray[np.int8]
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    start: NDArray[np.int64]
    value: NDArray[np.float64]
    upto: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """What people do one after another.

    Args:
        names: Dims (stage).
        number: Stable numbers in the counter of random numbers, 1 to 255, dims (stage), uint8.
        rank: Urgency; a lower rank goes first, also against other stages of the same pool; dims (stage, class), int32.
        statutory: While somebody waits here who cannot start, no stage that comes after them in order starts anybody
            on a pool that is needed here; dims (stage), bool.
        contact: The start of the work is a contact, dims (stage), bool.
        outside: People are not on the pathway here; leaving begins a new episode; dims (stage), bool.
        need_start: Where a stage's needs are, dims (stage + 1), int64. No needs: everybody starts at once.
        need_pool: Pool of each need, int32. A stage names a pool once.
        need_count: Servers of it, at least 1, int32.
        service: Row of `laws`, dims (stage, class), int32; never `NEVER`.
        patience: Row of `laws`, dims (stage, class), int32.
        impatient_to: Destination of those who give up, dims (stage, class), int32.
        room: Most who may wait; −1: no limit; dims (stage), int64.
        displaces: When more wait than there is room, the last in order goes, not the one who came; dims (stage), bool.
        full_to: Destination of those who find no room, dims (stage), int32.
        route_upto: Running sums of the chances of the routes, the last 1; dims (stage, class, route), float64.
        route_to: Destinations, dims (stage, class, route), int32.
    """

    names: tuple[str, ...]
    number: NDArray[np.uint8]
    rank: NDArray[np.int32]
    statutory: NDArray[np.bool_]
    contact: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    need_start: NDArray[np.int64]
    need_pool: NDArray[np.int32]
    need_count: NDArray[np.int32]
    service: NDArray[np.int32]
    patience: NDArray[np.int32]
    impatient_to: NDArray[np.int32]
    room: NDArray[np.int64]
    displaces: NDArray[np.bool_]
    full_to: NDArray[np.int32]
    route_upto: NDArray[np.float64]
    route_to: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """Servers: staff, slots of a caseload, places.

    Args:
        names: Dims (pool).
        preemption: `Preemption`, dims (pool), int8. A stage that needs a pool which preempts needs one server of it
            and nothing else.
        at_shift_end: `ShiftEnd`, dims (pool), int8.
        start: Where a pool's boundaries are, dims (pool + 1), int64.
        time: Boundaries [days], ascending in each pool, the first 0, float64. A boundary counts even where the number
            stays the same.
        on_duty: Servers from each boundary on, int64.
    """

    names: tuple[str, ...]
    preemption: NDArray[np.int8]
    at_shift_end: NDArray[np.int8]
    start: NDArray[np.int64]
    time: NDArray[np.float64]
    on_duty: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Streams of people who come from outside.

    Args:
        names: Dims (stream).
        number: Stable numbers in the counter of random numbers, 1 to 255, dims (stream), uint8.
        stage: Where they arrive, dims (stream), int32.
        class_upto: Running sums of the shares of the classes, the last 1; dims (stream, class), float64.
        start: Where a stream's boundaries are, dims (stream + 1), int64; empty for given times.
        time: Boundaries [days], ascending in each stream, the first 0, float64.
        rate: Rate from each boundary on [people/day], float64.
        given_start: Where a stream's given times are, dims (stream + 1), int64; empty for a rate.
        given_time: Given times [days], in order, float64.
        given_class: Class of each, or −1: drawn by the shares; int32.
    """

    names: tuple[str, ...]
    number: NDArray[np.uint8]
    stage: NDArray[np.int32]
    class_upto: NDArray[np.float64]
    start: NDArray[np.int64]
    time: NDArray[np.float64]
    rate: NDArray[np.float64]
    given_start: NDArray[np.int64]
    given_time: NDArray[np.float64]
    given_class: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Monthly:
    """What factors make of a network month by month; of its rates they have made their own already.

    Args:
        work: Factor on the time that work takes which starts in the month, dims (month, stage).
        class_upto: As `Arrivals.class_upto`, dims (month, stream, class).
        route_upto: As `Stages.route_upto`, dims (month, stage, class, route).
    """

    work: NDArray[np.float64]
    class_upto: NDArray[np.float64]
    route_upto: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A pathway of one place.

    Args:
        place: Stable number of the place in the counter of random numbers, 0 to 255 (an ICB's id; 0 by itself).
        classes: Names of the classes of people.
        exits: Names of the ways out.
        stages: Stages.
        pools: Pools.
        arrivals: Streams of arrivals.
        laws: Distributions.
        month_edge: First instants of the months, and the end [days]; dims (month + 1), float64, the first 0.
        monthly: What factors make of it; None without factors. Given by `pathway.factors`.
    """

    place: int
    classes: tuple[str, ...]
    exits: tuple[str, ...]
    stages: Stages
    pools: Pools
    arrivals: Arrivals
    laws: Laws
    month_edge: NDArray[np.float64]
    monthly: Monthly | None = None

    @property
    def end(self) -> float:
        """The last instant [days]; nothing that would happen then or later happens."""
        return float(self.month_edge[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """People who are on the pathway at time 0, in the order in which they joined.

    Args:
        stage: Dims (person), int32.
        of_class: Dims (person), int32.
        age: Time since the episode began [days], dims (person), float64.
        waited: Time since joining the stage, of which they waited all so far [days]; dims (person), float64.
        left: What is left of the work [days], for those whom a server is with; NaN for those who wait, and for those
            who may start at once; dims (person), float64.
        patience: For those who wait, how much longer they will [days], inf where they never give up; NaN: as long as
            somebody would who joined now; dims (person), float64.
        contacts: Contacts so far in the episode, dims (person), int32.
    """

    stage: NDArray[np.int32]
    of_class: NDArray[np.int32]
    age: NDArray[np.float64]
    waited: NDArray[np.float64]
    left: NDArray[np.float64]
    patience: NDArray[np.float64]
    contacts: NDArray[np.int32]
