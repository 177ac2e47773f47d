"""A part of an effect: what a lever does where only some of it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mhwfmodel.levers.effects import (
    AgencyCover,
    AmhpWork,
    CandidatesOffered,
    Closed,
    Completion,
    Destination,
    Effect,
    PathwayAdded,
    PathwayRoutes,
    PathwayScaled,
    Places,
    PostsAdded,
    PostsConverted,
    Scaled,
    SourceScaled,
    TimeTaken,
    Trained,
)
from mhwfmodel.levers.spending import Fixed, Granted, OfWages, PerUnit, Spending

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["spending_times", "times"]

_Fields = Mapping[type, tuple[str, ...]]

_AMOUNTS: _Fields = {
    PostsAdded: ("posts",),
    CandidatesOffered: ("people",),
    PathwayAdded: ("people",),
    Fixed: ("pounds",),
    Granted: ("pounds",),
}
_SHARES: _Fields = {
    AgencyCover: ("share",),
    Closed: ("chance",),
    Destination: ("weight",),
    PostsConverted: ("share",),
    Scaled: ("log_factor",),
    TimeTaken: ("hours",),
    Trained: ("rate",),
    OfWages: ("share",),
    PerUnit: ("pounds",),
}
_FACTORS: _Fields = {
    AmhpWork: ("factor", "assessments"),
    Completion: ("drop_out", "passes"),
    PathwayRoutes: ("factor",),
    PathwayScaled: ("factor",),
    Places: ("factor",),
    SourceScaled: ("factor",),
}


def times(effect: Effect, part: NDArray[np.float64], amount: float = 1.0) -> Effect:
    """An effect of which only a part arrives.

    Numbers, shares and hours are multiplied by the part. Factors are taken to its power, as their logarithms are what
    adds up: no part is no effect, all of it is the effect, and two halves together are the whole. What is stopped
    altogether is stopped wherever something of it arrives.

    Args:
        effect: The effect in full.
        part: How much of it arrives, 0 to 1, dims (month).
        amount: Further factor on numbers of posts and people.
    """
    return replace(effect, **_changed(effect, part, amount))


def spending_times(spending: Spending, part: NDArray[np.float64], amount: float = 1.0) -> Spending:
    """What a lever costs where only a part of it arrives.

    Args:
        spending: In full.
        part: How much of it arrives, 0 to 1, dims (month).
        amount: Further factor on amounts that are fixed.
    """
    return replace(spending, **_changed(spending, part, amount))


def _changed(given: object, part: NDArray[np.float64], amount: float) -> dict[str, Any]:
    kind = type(given)
    found = {name: getattr(given, name) * part * amount for name in _AMOUNTS.get(kind, ())}
    found |= {name: getattr(given, name) * part for name in _SHARES.get(kind, ())}
    found |= {name: getattr(given, name) ** part for name in _FACTORS.get(kind, ())}
    if isinstance(given, AgencyCover) and given.most is not None:
        found["most"] = given.most * amount
    return found
