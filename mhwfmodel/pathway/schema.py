"""What a pathway file says: the frozen, checked description of a service and of those who come to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Discriminator, Field, PrivateAttr, Tag, WithJsonSchema

from mhwfmodel.pathway.parts import Factor, OfPeople, Pool, Share, Stream
from mhwfmodel.pathway.spans import Month, Name, Text, Title
from mhwfmodel.pathway.times import SETTINGS, Times
from mhwfmodel.units import month_range
from mhwfmodel.yamls.explain import refuse

__all__ = [
    "DEFAULT_EXITS",
    "MOST_STAGES",
    "Admission",
    "ByClassRoutes",
    "Here",
    "Mode",
    "Pathway",
    "ReReferral",
    "Stage",
]

MOST_STAGES = 254
"""Stages of a file: they have 8 bits in the counter of random numbers, and the last number is taken by re-referral."""

DEFAULT_EXITS = ("gave_up", "turned_away", "excluded")
"""Exits that need not be listed."""

_MONTHS_OF_YEAR = 12


class Mode(BaseModel):
    """A way in which a contact takes place."""

    model_config = SETTINGS

    share: Annotated[Share, Field(description="Share of people; the shares of a stage's modes sum to 1")]
    time: Annotated[float, Field(gt=0, le=1000, description="Factor on how long the work takes")] = 1.0
    excluded: Annotated[
        dict[Name, Share], Field(description="Chance, by class, that somebody for whom it is meant cannot use it")
    ] = {}


class ByClassRoutes(BaseModel):
    """Ways on for each class."""

    model_config = SETTINGS

    by_class: Annotated[dict[Name, dict[Name, Share]], Field(description="Ways on for each class")]


def _kind_of_routes(value: object) -> str:
    is_by_class = isinstance(value, ByClassRoutes) or (isinstance(value, Mapping) and "by_class" in value)
    return "=by_class" if is_by_class else "=shares"


Routes = Annotated[
    Annotated[dict[Name, Share], Tag("=shares")] | Annotated[ByClassRoutes, Tag("=by_class")],
    Discriminator(_kind_of_routes),
]


class Stage(BaseModel):
    """What is done with people, one stage after another: they wait, somebody works with them, they go on."""

    model_config = SETTINGS

    title: Annotated[Title, Field(description="What it is called in tables; the name when left out")] = ""
    number: Annotated[
        int | None, Field(ge=1, le=MOST_STAGES, description="Stable number for random values; all stages or none")
    ] = None
    needs: Annotated[
        dict[Name, Annotated[int, Field(ge=1, le=1000)]],
        Field(description="Servers of each pool that the work takes at once; nobody waits here when left out"),
    ] = {}  # fmt: skip
    service: Annotated[Times, Field(description="How long the work takes, or the stay: a distribution")]
    patience: Annotated[
        Times | None, Field(description="How long people wait before they give up; for ever when left out")
    ] = None
    gives_up: Annotated[Name, Field(description="Stage or exit to which those go who give up")] = "gave_up"
    statutory: Annotated[
        bool, Field(description="While somebody waits here, nobody later in order starts on the same pools")
    ] = False
    priority: Annotated[
        int, Field(ge=0, le=1000, description="Urgency before that of the class; a lower number goes first")
    ] = 0
    room: Annotated[
        int | None, Field(ge=0, le=10**9, description="Most people who may wait; no limit when left out")
    ] = None
    when_full: Annotated[
        Literal["turn_away", "displace"],
        Field(description="Who goes when there is no room: the one who comes, or the last in order"),
    ] = "turn_away"
    full: Annotated[Name, Field(description="Stage or exit to which those go who find no room")] = "turned_away"
    contact: Annotated[bool, Field(description="The start of the work counts as a contact")] = False
    outside: Annotated[
        bool, Field(description="People here are not on the pathway; those who come back begin a new episode")
    ] = False
    routes: Annotated[Routes, Field(description="Chance of each stage or exit that follows; they sum to 1")]
    modes: Annotated[dict[Name, Mode], Field(description="Ways in which the contact takes place")] = {}
    excluded: Annotated[
        Name, Field(description="Stage or exit to which those go who cannot use the mode that is meant for them")
    ] = "excluded"

    def routes_of(self, name: str) -> Mapping[str, float]:
        """Ways on of a class: destination to chance."""
        return self.routes.by_class.get(name, {}) if isinstance(self.routes, ByClassRoutes) else self.routes


def _listed(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


class ReReferral(BaseModel):
    """Some of those who leave come back after a while."""

    model_config = SETTINGS

    after: Annotated[
        tuple[Name, ...],
        BeforeValidator(_listed),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
        Field(min_length=1, description="The exit, or a list of exits, after which they come back"),
    ]
    chance: Annotated[Share, Field(description="Chance of coming back")]
    delay: Annotated[Times, Field(description="Time until they come back")]
    stage: Annotated[Name, Field(description="Stage to which they come back")]


class Admission(BaseModel):
    """A way on that is taken more, or less, often the longer people wait for what is done before it.

    How much is the assumption `admission_delay_elasticity` of a coupled run; it is 0 unless a scenario says otherwise.
    """

    model_config = SETTINGS

    wait_at: Annotated[Name, Field(description="Stage at which they wait")]
    stage: Annotated[Name, Field(description="Stage that the way leads on from")]
    to: Annotated[Name, Field(description="Stage or exit that it leads to")]


class Here(BaseModel):
    """People who are at a stage when the run begins."""

    model_config = SETTINGS

    waiting: Annotated[dict[Name, Factor], Field(description="Number who wait, by class")] = {}
    in_work: Annotated[
        dict[Name, Factor], Field(description="Number with whom somebody works, or who stay, by class")
    ] = {}
    age: Annotated[Times | None, Field(description="How long those who wait have waited at this stage")] = None
    before: Annotated[
        Times | None,
        Field(description="Time between the beginning of their episode and joining the stage; none when left out"),
    ] = None
    contacts: Annotated[
        int, Field(ge=0, le=1000, description="Contacts so far in their episode; the one now in work is not counted")
    ] = 0


def _months(value: object) -> object:
    """Whole months of `24 months` or `2 years`; a bare number is months."""
    if not isinstance(value, str):
        return value
    parts = value.split()
    if len(parts) != 2 or not parts[0].isdecimal() or parts[1].removesuffix("s") not in {"month", "year"}:
        raise refuse("is not a number of whole months", "write 24 months or 2 years")
    return int(parts[0]) * (_MONTHS_OF_YEAR if parts[1].startswith("year") else 1)


class Pathway(BaseModel):
    """A service as stages, pools of servers, and people who come.

    Two pathways are equal when they say the same; `notes` do not count.

    Raises:
        pydantic.ValidationError: Fields that do not fit, when it is made in Python; `load_pathway` and `read_pathway`
            raise `PathwayError` instead, with the line of the file.
    """

    model_config = SETTINGS

    pathway: Annotated[Name, Field(description="Name of the pathway, for files")]
    title: Annotated[Title, Field(description="What it is called in every output")] = ""
    description: Annotated[Text, Field(description="What it is about, and where its numbers come from")] = ""
    people: Annotated[
        float | None, Field(gt=0, le=1e10, description="For how many inhabitants its numbers are written")
    ] = None
    start: Annotated[Month, Field(description="First month")] = "2026-04"
    months: Annotated[int, Field(ge=1, le=1200, description="How many months are simulated")] = 12
    replications: Annotated[int, Field(ge=1, le=100_000, description="How often chance is tried")] = 20
    seed: Annotated[int, Field(ge=0, le=2**63 - 1, description="The same seed gives the same numbers again")] = 1
    warm_up: Annotated[
        int,
        BeforeValidator(_months),
        WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+ (month|year)s?$"}]}),
        Field(ge=0, le=1200, description="Months that are run before the first and thrown away: `24 months`"),
    ] = 0
    classes: Annotated[dict[Name, OfPeople], Field(min_length=1, max_length=100, description="Classes of people")] = {
        "people": OfPeople()
    }
    exits: Annotated[tuple[Name, ...], Field(description="Ways out: every word in a route that is no stage")] = ()
    pools: Annotated[dict[Name, Pool], Field(description="Pools of servers")] = {}
    arrivals: Annotated[dict[Name, Stream], Field(description="Streams of people who come from outside")]
    stages: Annotated[dict[Name, Stage], Field(min_length=1, description="Stages")]
    re_referral: Annotated[ReReferral | None, Field(description="Some of those who leave come back")] = None
    admission: Annotated[
        Admission | None, Field(description="A way on whose chance may depend on how long people wait before it")
    ] = None
    present: Annotated[dict[Name, Here], Field(description="People who are there when the run begins")] = {}

    begin: Annotated[
        Literal["empty", "balance"],
        Field(
            description="`empty`: nobody is there but those under `present`. `balance`: as many as there are in the"
            " long run, with the first month's arrivals and staff"
        ),
    ] = "empty"

    _notes: tuple[str, ...] = PrivateAttr(default=())

    @property
    def notes(self) -> tuple[str, ...]:
        """What the file says and is worth a second look, one sentence each, with its line."""
        return self._notes

    def noted(self, notes: tuple[str, ...]) -> Pathway:
        """The same pathway with other notes."""
        copy = self.model_copy()
        copy._notes = notes
        return copy

    def resolved(self) -> dict[str, Any]:
        """All that it says as plain data: written as YAML and read again it is this pathway."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True, by_alias=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pathway) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(json.dumps(self.resolved(), sort_keys=True))

    @property
    def month_labels(self) -> tuple[str, ...]:
        """The months that are simulated, `YYYY-MM`, without the warm-up."""
        return month_range(self.start, self.months)

    @property
    def all_exits(self) -> tuple[str, ...]:
        """Ways out: those of the file, then the default ones that something leads to."""
        used = dict.fromkeys(self.exits)
        for stage in self.stages.values():
            named = [stage.gives_up if stage.patience else "", stage.full if stage.room is not None else ""]
            named.append(stage.excluded if any(mode.excluded for mode in stage.modes.values()) else "")
            used.update(dict.fromkeys(name for name in named if name in DEFAULT_EXITS and name not in self.stages))
        return tuple(used)
