"""Digital shift: contacts move online, which may save time and keeps some people away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from mhwfmodel.levers.base import Change, Context, Grade, Level
from mhwfmodel.levers.effects import Effect, PathwayScaled
from mhwfmodel.levers.on_pathway import Part, PathwayLever, Stages
from mhwfmodel.levers.refusal import misfit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DigitalShift", "KeptAway"]


@dataclass(frozen=True, slots=True)
class KeptAway:
    """People who cannot use what is offered and do not come: unmet need that no list shows.

    Args:
        of_class: Their class.
        stages: Stages to which they would have come.
        share: Share of those who would have come, dims (1, month).
        icbs: ONS codes; all when empty.
    """

    of_class: str
    stages: tuple[str, ...]
    share: NDArray[np.float64]
    icbs: tuple[str, ...]


class DigitalShift(PathwayLever):
    """Contacts that were in person take place online, wholly (`to_digital`) or in part (`to_hybrid`).

    The rest stays in person, so that the shares of the ways of contact sum to 1. How long a contact online takes,
    beside one in person, is an assumption with a range (`digital_contact_time`, `hybrid_contact_time`) and never one
    number. Where the pathway file has ways of contact already, count only what moves beyond them.

    People who cannot use it come anyhow where an offline way is kept. Where it is not they do not come, and no list
    shows them: their number by class is `arrived` of a run without the lever less that of a run with it, and their
    share is `kept_away`. A contact that is only partly online excludes nobody.
    """

    names: ClassVar[dict[str, Part]] = {"stages": "stage", "entry": "entry", "excluded": "class"}
    owner: ClassVar[str] = "providers"
    payer: ClassVar[str] = "providers; those who are excluded, by going without"
    level: ClassVar[Level] = "place"
    evidence: ClassVar[str] = (
        "no figure: the time saved is assumed, with a range that reaches beyond none, as such claims tend to be"
        " optimistic; who is excluded is the plan's assumption"
    )
    grade: ClassVar[Grade] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "arrived, fewer where people are excluded; waiting, fewer where contacts take less time"

    kind: Literal["digital_shift"] = "digital_shift"
    stages: Stages = Field(min_length=1, description="Stages whose contacts move, by their names in the pathway file")
    to_digital: Change = Field(
        ge=0, le=1, description="Share of contacts that move from in person to wholly online, as 40%"
    )
    to_hybrid: Change = Field(default=0.0, ge=0, le=1, description="Share that moves to partly online")
    excluded: dict[str, Change] = Field(
        default={},
        description="Share of each class of people who cannot use a contact online, such as routine_offline: 50%",
    )
    entry: Stages = Field(default=(), description="Stages to which these people would have come from outside")
    offline_option: bool = Field(
        default=True, description="Whether people who cannot use it are still seen in person: true or false"
    )

    @model_validator(mode="after")
    def _fits(self) -> DigitalShift:
        if self.to_digital + self.to_hybrid > 1:
            text = f"to_digital {self.to_digital:.4g} and to_hybrid {self.to_hybrid:.4g} are more than all contacts"
            raise misfit("to_hybrid", text, f"write a share from 0 to {max(1 - self.to_digital, 0):.4g}")
        for name, share in self.excluded.items():
            if not 0 <= share <= 1:
                raise misfit(
                    f"excluded.{name}", f"'{share:g}' is not a share", "write a number from 0 to 1, or 0% to 100%"
                )
        if not self.offline_option and not (self.excluded and self.entry):
            text = "'offline_option: false' keeps people away, and it is not said who is excluded, or where they come"
            raise misfit("offline_option", text, "write 'excluded', by class, and 'entry'")
        return self

    def kept_away(self, context: Context) -> tuple[KeptAway, ...]:
        """Who does not come, by class; nobody where an offline way is kept."""
        if self.offline_option:
            return ()
        offered = self.to_digital * self.acting(context)
        return tuple(
            KeptAway(name, self.entry, share * offered, self.scope.icbs) for name, share in self.excluded.items()
        )

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Work scaled, and arrivals of those who are kept away."""
        digital, hybrid = (context.parameter(name) for name in ("digital_contact_time", "hybrid_contact_time"))
        saved = self.to_digital * (digital - 1.0) + self.to_hybrid * (hybrid - 1.0)
        work = PathwayScaled("work", self.stages, 1.0 + saved[:, None] * self.acting(context), self.scope.icbs)
        away = (
            PathwayScaled("arrivals", kept.stages, 1.0 - kept.share, kept.icbs, kept.of_class)
            for kept in self.kept_away(context)
        )
        return (work, *away)
