"""What several kinds of levers share: names of courses and roles, scopes that a kind fixes, contrasts, no evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import AfterValidator, Field

from mhwfmodel import catalogue, units
from mhwfmodel.errors import suggest
from mhwfmodel.levers.base import Change, Context, Grade, LeverBase, Scope
from mhwfmodel.levers.effects import Effect, PostsAdded, Scaled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers.effects import Experience

    Path = NDArray[np.float64]

__all__ = [
    "Course",
    "NoEvidence",
    "Role",
    "StaffCourse",
    "cost_of_post",
    "in_scope",
    "later",
    "log_contrast",
    "more_posts",
    "near_courses",
    "one_size",
    "scaled",
    "years_since",
]


def _one_of(value: str, allowed: Sequence[str], what: str) -> str:
    if value not in allowed:
        message = f"'{value}' is not a {what}; {suggest(value, allowed)}"
        raise ValueError(message)
    return value


def near_courses(value: str, allowed: Sequence[str]) -> str:
    """Which course was probably meant: those that have all words of what was written, as `amhp`, or the nearest."""
    words = set(value.lower().replace("-", "_").replace(" ", "_").split("_")) - {""}
    found = [code for code in allowed if words and words <= set(code.split("_"))]
    return f"use one of {', '.join(found)}" if len(found) > 1 else suggest(value, found or allowed)


def _one_course(value: str, allowed: Sequence[str], what: str) -> str:
    if value not in allowed:
        message = f"'{value}' is not a {what}; {near_courses(value, allowed)} (mhwfmodel show pipelines)"
        raise ValueError(message)
    return value


def _course(value: str) -> str:
    return _one_course(value, [item.code for item in catalogue.pipelines()], "course")


def _staff_course(value: str) -> str:
    return _one_course(value, [item.code for item in catalogue.pipelines() if item.kind == "staff"], "course of staff")


def _role(value: str) -> str:
    return _one_of(value, [item.code for item in catalogue.roles()], "role")


Course = Annotated[str, AfterValidator(_course)]
StaffCourse = Annotated[str, AfterValidator(_staff_course)]
Role = Annotated[str, AfterValidator(_role)]


def one_size(posts: float | None, change: float | None) -> None:
    """See to it that posts are said in exactly one of two ways.

    Raises:
        ValueError: Both, or neither.
    """
    if (posts is None) == (change is None):
        message = "give either posts (a number of posts) or change (a share), not both and not neither"
        raise ValueError(message)


def more_posts(lever: LeverBase, posts: float | None, change: float | None, context: Context) -> PostsAdded | Scaled:
    """Posts that a lever adds [posts], or multiplies by 1 + change, as far as it acts in a month."""
    if posts is None:
        return scaled(lever, "posts", change or 0.0, context)
    return PostsAdded(posts * lever.profile(context.months), lever.scope)


def scaled(
    lever: LeverBase,
    what: Any,
    change: float,
    context: Context,
    experience: tuple[Experience, ...] = (),
) -> Scaled:
    """Something that a lever multiplies by 1 + change, as far as the lever acts in a month.

    Args:
        lever: Says when, and where.
        what: What is multiplied, as in `Scaled`.
        change: Relative change in full effect, above -1.
        context: The run.
        experience: Bands of experience that leaving is scaled in; all when empty.
    """
    return Scaled(what, np.log1p(change * lever.profile(context.months))[None, :], lever.scope, experience)


def log_contrast(context: Context, ratio: str, before: Path, moved: Path) -> Path:
    """Logarithm of the factor on leaving where staff pass from a group that leaves more often to one that does not.

    An observed contrast between two groups is no proof that passing from one to the other brings it: the uncertain
    input `association_causal_share` says which part does, and none is among its values.

    Args:
        context: The run.
        ratio: Name of the uncertain input: leaving in the one group over leaving in the other.
        before: Share of staff in the group that leaves more often, to start with, dims (draw) or (1).
        moved: Share of staff who pass to the other, dims (draw, month) or (1, month).

    Returns:
        Dims (draw, month); 0 where nobody passes.
    """
    excess = context.parameter(ratio) - 1.0
    share = context.parameter("association_causal_share") * excess / (1.0 + before * excess)
    return np.asarray(np.log1p(-share[:, None] * moved), dtype=np.float64)


def later(people: Path, months: int) -> Path:
    """What comes so many months later, within the same months, dims (month)."""
    kept = max(len(people) - months, 0)
    return np.concatenate([np.zeros(len(people) - kept), people[:kept]])


def cost_of_post(roles: Sequence[str], sector: str) -> float | None:
    """What a post costs a year at the centre of the catalogue's ranges, prices of 2024/25 [GBP/year].

    Args:
        roles: Roles of the post; the cost is known of one.
        sector: Sector of its employer.
    """
    if len(roles) != 1:
        return None
    costs = catalogue.unit_costs()
    pay, on_costs = (costs[key].parameter for key in (("pay", roles[0]), ("on_costs", sector)))
    part_time = catalogue.parameter(catalogue.role(roles[0]).participation).central
    return catalogue.parameter(pay).central * part_time * (1.0 + catalogue.parameter(on_costs).central)


def years_since(lever: LeverBase, months: Sequence[str]) -> Path:
    """Years since a lever began, the month included: 1/12 in its first; 0 before and from its end on, dims (month)."""
    index = np.array([units.month_index(month) for month in months])
    since = np.maximum(index - units.month_index(lever.start) + 1, 0) / units.MONTHS_PER_YEAR
    if lever.end is not None:
        since[index >= units.month_index(lever.end)] = 0.0
    return np.asarray(since, dtype=np.float64)


def in_scope(data: object, key: str, values: Sequence[str]) -> object:
    """What is written for a lever, with the sectors or roles that its kind acts in put into its scope.

    Args:
        data: Fields as they are given.
        key: `sectors` or `roles`.
        values: Codes.

    Raises:
        ValueError: The scope names others.
    """
    if not isinstance(data, Mapping):
        return data
    given = data.get("scope")
    scope = given.model_dump() if isinstance(given, Scope) else {} if given is None else given
    if not isinstance(scope, Mapping):
        return data
    named = scope.get(key) or ()
    if named and not set(map(str, named)) <= set(values):
        message = f"this lever acts in {', '.join(values)} alone: leave '{key}' out of its scope, or name those"
        raise ValueError(message)
    return {**data, "scope": {**scope, key: tuple(named) or tuple(values)}}


def in_sectors_of_course(data: object) -> object:
    """What is written for a lever on a course, with the sectors of those who take it, the NHS too, in its scope."""
    code = data.get("pipeline") if isinstance(data, Mapping) else None
    found = next((item.sectors for item in catalogue.pipelines() if item.code == code), ())
    return in_scope(data, "sectors", found) if found else data


class NoEvidence(LeverBase):
    """A lever whose effect on leaving nobody has measured: none, unless the plan states one."""

    evidence: ClassVar[str] = "none with a size: no effect on leaving unless the plan states one"
    grade: ClassVar[Grade] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    own_size: ClassVar[tuple[str, ...]] = ("leaving_change",)

    leaving_change: Change = Field(
        default=0.0,
        gt=-1,
        le=10,
        description="The plan's own relative change of the hazard of leaving, as -5% or -0.05; no evidence, so none",
    )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Leaving scaled by what the plan states."""
        return tuple(self._leaving(context))

    def _leaving(self, context: Context) -> Iterator[Effect]:
        yield scaled(self, "leaving", self.leaving_change, context)
