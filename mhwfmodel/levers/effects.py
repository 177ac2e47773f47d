"""What a lever may do to a run, as typed effects.

One rule combines them, whatever the order of the levers:

1. Posts: the baseline's trend, then posts added, then posts scaled, then posts converted to another role.
2. Everything that is scaled multiplies (logarithms add), each effect once: leaving, attraction, time to fill, hours,
   the intensity of a source of recruits, places on courses, people who come to a pathway, the time that work takes,
   servers, ways on. Pay has one effect on leaving and one on hiring, which together are its elasticity of supply:
   nothing else speaks for it.
3. Hours taken off a post add up, before hours are scaled. People whom programmes offer add up, and so do people who
   come to a pathway beside those who come anyhow; arrivals are scaled after that.
4. Closures are independent of each other; so are covers by agencies of what is still vacant, up to all of it.
5. Where a course leads is said by levers one after the other, in the order of the scenario: the only place where order
   counts.

Nothing is rounded until all effects are combined. Every array with the dim (draw) may have one draw instead, which then
stands for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers.base import Scope

    Path = NDArray[np.float64]

__all__ = [
    "AgencyCover",
    "AmhpWork",
    "CandidatesOffered",
    "Closed",
    "Completion",
    "Destination",
    "Effect",
    "Experience",
    "PathwayAdded",
    "PathwayRoutes",
    "PathwayScaled",
    "Places",
    "PostsAdded",
    "PostsConverted",
    "Scaled",
    "Source",
    "SourceScaled",
    "TimeTaken",
    "Trained",
]

Experience = Literal["under_1", "1_to_3", "3_to_10", "10_plus"]
Source = Literal["newly_qualified", "abroad", "returners", "outside"]


@dataclass(frozen=True, slots=True)
class PostsAdded:
    """Funded posts added (or taken away) over a scope, spread in proportion to funded posts at the start.

    Args:
        posts: Posts each month over the whole scope, dims (month) [posts].
        scope: Where.
    """

    posts: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class PostsConverted:
    """Posts of a scope that become posts of another role with the same employers: as many go as come.

    Args:
        share: Share of the posts of the scope that are converted by each month, dims (month), 0 to 1.
        to_role: Role that they are converted to, in the same ICB and sector; of the same strand, or else of the other.
        scope: Where; posts of the role itself stay what they are.
    """

    share: Path
    to_role: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Scaled:
    """Something multiplied.

    Args:
        what: `posts`, `leaving` (the hazard of leaving), `attraction` (the intensity with which vacancies are filled),
            `time_to_fill` (vacancy duration) or `hours` (the hours that staff have for people).
        log_factor: Logarithm of the factor, dims (draw, month) or (1, month); 0 is the identity.
        scope: Where.
        experience: Experience bands that leaving is scaled in; all when empty.
    """

    what: Literal["posts", "leaving", "attraction", "time_to_fill", "hours"]
    log_factor: Path
    scope: Scope
    experience: tuple[Experience, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceScaled:
    """The intensity of one source of recruits multiplied; the others keep theirs, so that fewer vacancies fill.

    Args:
        source: Which source.
        factor: The factor, 0 or more, dims (draw, month) or (1, month); 1 is the identity.
        scope: Where.
    """

    source: Source
    factor: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class CandidatesOffered:
    """People whom a programme offers to employers; a vacancy takes them or nobody does.

    Args:
        people: People each month over the whole scope, dims (month) [people].
        source: Which source of recruits they count as.
        scope: Where.
    """

    people: Path
    source: Source
    scope: Scope


@dataclass(frozen=True, slots=True)
class Closed:
    """Employers that close and release their staff.

    Args:
        chance: Share of the staff in the scope whose employer closes in the month, dims (month).
        scope: Where.
    """

    chance: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """Time at work that is not for people: supervision, learning; less sickness gives time back.

    Args:
        hours: Hours of a full-time post a month, below 0 where time is given back, dims (draw, month) or (1, month)
            [hours per FTE and month]. They come off the hours at work, before travel and protected time.
        scope: Where.
    """

    hours: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class AgencyCover:
    """Vacant posts that agency staff cover: they work, and are nobody's headcount.

    Args:
        share: Share of the vacant posts of the scope that is covered, dims (month), 0 to 1.
        productivity: Work in an hour relative to staff with 3 to 10 years of experience, dims (draw) or (1).
        scope: Where.
        most: Most posts that are covered over the whole scope; no limit when None [posts].
    """

    share: Path
    productivity: Path
    scope: Scope
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Places on a course multiplied: who starts it.

    Args:
        pipeline: Code of the course (`mhwfmodel show pipelines`).
        factor: The factor, 0 or more, dims (month); 1 is the identity.
        scope: Where: ICBs of students and staff; sectors and roles of staff.
    """

    pipeline: str
    factor: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class Completion:
    """How many complete a course, in all England.

    Args:
        pipeline: Code of the course.
        drop_out: Factor on the hazard of giving it up, 0 or more, dims (month); 1 is the identity.
        passes: Factor on the share of those who finish that passes, dims (month); the share is never more than 1.
    """

    pipeline: str
    drop_out: Path
    passes: Path


@dataclass(frozen=True, slots=True)
class Destination:
    """Which sector those who complete a course of staff go to.

    Args:
        pipeline: Code of the course.
        sector: Sector that more (or fewer) of them go to: a code, `own` for where they are.
        share: Share of those who complete that goes there, 0 to 1; the other ways share the rest as they did.
        weight: How far this holds, dims (month), 0 (not at all) to 1 (in full).
    """

    pipeline: str
    sector: str
    share: float
    weight: Path


@dataclass(frozen=True, slots=True)
class Trained:
    """Training that reaches some of the untrained each month, and goes with those who leave.

    Args:
        rate: Share of the untrained staff of the scope who are trained in the month, dims (month), 0 to 1.
        hours: Hours that the training of one takes, in the month of it [hours per person].
        log_leaving: Logarithm of the factor on leaving where all are trained, dims (draw) or (1); 0 is no effect.
        log_hours: Logarithm of the factor on hours for people where all are trained, dims (draw) or (1).
        scope: Where.
    """

    rate: Path
    hours: float
    log_leaving: Path
    log_hours: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class AmhpWork:
    """Work of an assessment under the Mental Health Act multiplied, in the need for AMHPs.

    The pathway has it too, where a lever says so with `PathwayScaled`.

    Args:
        factor: Factor on the hours that an assessment takes, dims (month); 1 is the identity.
        assessments: Factor on how many there are, dims (month).
        icbs: ONS codes; all when empty.
    """

    factor: Path
    assessments: Path
    icbs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathwayAdded:
    """People who come to a pathway from outside, beside those who come anyhow.

    Args:
        names: Stages that they come to, by their names in the pathway file; all when empty.
        people: People each month over all boards, stages and classes that are meant, spread in proportion to those who
            come without levers; dims (draw, month) or (1, month) [people/month].
        icbs: ONS codes; all when empty.
        only_class: The class of people who come; all when empty.
    """

    names: tuple[str, ...]
    people: Path
    icbs: tuple[str, ...] = ()
    only_class: str = ""


@dataclass(frozen=True, slots=True)
class PathwayScaled:
    """Something of a pathway multiplied, by month.

    Args:
        what: `arrivals` (people from outside who come to a stage), `work` (the time that work at a stage takes) or
            `servers` (of a pool on duty: staff, places of a caseload, beds).
        names: Stages, or pools for `servers`, by their names in the pathway file; all when empty.
        factor: The factor, 0 or more, dims (draw, month) or (1, month); 1 is the identity.
        icbs: ONS codes; all when empty.
        only_class: The class of people that `arrivals` are scaled of; all when empty.
    """

    what: Literal["arrivals", "work", "servers"]
    names: tuple[str, ...]
    factor: Path
    icbs: tuple[str, ...] = ()
    only_class: str = ""


@dataclass(frozen=True, slots=True)
class PathwayRoutes:
    """A way on from a stage multiplied; the other ways of the stage share what it leaves or takes, as they did.

    Args:
        stage: Stage, by its name in the pathway file.
        to: Stage or exit that the way leads to.
        factor: Factor on its chance, 0 or more, dims (draw, month) or (1, month); 1 is the identity. A chance is never
            more than 1.
        icbs: ONS codes; all when empty.
    """

    stage: str
    to: str
    factor: Path
    icbs: tuple[str, ...] = ()


Effect = (
    PostsAdded
    | PostsConverted
    | Scaled
    | SourceScaled
    | CandidatesOffered
    | Closed
    | TimeTaken
    | AgencyCover
    | Places
    | Completion
    | Destination
    | Trained
    | AmhpWork
    | PathwayAdded
    | PathwayScaled
    | PathwayRoutes
)
