"""What a lever may do to the inputs, as typed effects.

Combining, in this order: posts are added before they are scaled; scalings of one thing multiply (their logarithms
add); people offered by programmes add up; closures are independent of each other. Nothing is rounded until all effects
are combined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers.base import Scope

__all__ = ["CandidatesOffered", "Closed", "Effect", "Experience", "PostsAdded", "Scaled", "Source"]

Experience = Literal["under_1", "1_to_3", "3_to_10", "10_plus"]
Source = Literal["newly_qualified", "abroad", "returners", "outside"]


@dataclass(frozen=True, slots=True)
class PostsAdded:
    """Funded posts added (or taken away) over a scope, spread in proportion to funded posts at the start.

    Args:
        posts: Posts each month over the whole scope, dims (month) [posts].
        scope: Where.
    """

    posts: NDArray[np.float64]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Scaled:
    """Something multiplied.

    Args:
        what: `posts`, `leaving` (the hazard of leaving), `attraction` (the intensity with which vacancies are filled)
            or `time_to_fill` (vacancy duration).
        log_factor: Logarithm of the factor, dims (draw, month) or (1, month); 0 is the identity.
        scope: Where.
        experience: Experience bands that leaving is scaled in; all when empty.
    """

    what: Literal["posts", "leaving", "attraction", "time_to_fill"]
    log_factor: NDArray[np.float64]
    scope: Scope
    experience: tuple[Experience, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidatesOffered:
    """People whom a programme offers to employers; a vacancy takes them or nobody does.

    Args:
        people: People each month over the whole scope, dims (month) [people].
        source: Which source of recruits they count as.
        scope: Where.
    """

    people: NDArray[np.float64]
    source: Source
    scope: Scope


@dataclass(frozen=True, slots=True)
class Closed:
    """Employers that close and release their staff.

    Args:
        chance: Share of the staff in the scope whose employer closes in the month, dims (month).
        scope: Where.
    """

    chance: NDArray[np.float64]
    scope: Scope


Effect = PostsAdded | Scaled | CandidatesOffered | Closed
