"""What a pathway file says of its classes, pools and arrivals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mhwfmodel.pathway.spans import HOURS, Clock, Month, Name, Span, Title
from mhwfmodel.pathway.times import SETTINGS
from mhwfmodel.yamls.explain import refuse

__all__ = ["DAYS", "Factor", "OfPeople", "Pool", "Share", "Staff", "Stream", "Window"]

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week, as they are written."""

_MONTHS = 12
_BY_NAME = ConfigDict(**SETTINGS, populate_by_name=True)

Share = Annotated[float, Field(ge=0, le=1)]
"""A chance."""

Factor = Annotated[float, Field(ge=0, le=1e6)]
"""A number, 0 or more."""


class OfPeople(BaseModel):
    """A class of people: how urgent they are, and how much longer work with them takes."""

    model_config = SETTINGS

    priority: Annotated[int, Field(ge=1, le=999, description="Urgency; 1 goes first")] = 1
    severity: Annotated[float, Field(gt=0, le=1000, description="Factor on how long all work with them takes")] = 1.0
    title: Annotated[Title, Field(description="What they are called in tables; the name when left out")] = ""


class Window(BaseModel):
    """Hours in which a pool is on duty; a window that ends at or before it begins crosses midnight."""

    model_config = _BY_NAME

    days: Annotated[
        tuple[Day, ...],
        Field(min_length=1, description="Days of the week on which it begins; every day when left out"),
    ] = DAYS  # fmt: skip
    begins: Annotated[Clock, Field(alias="from", description="Time of day at which it begins, `18:00`")]
    ends: Annotated[
        Clock, Field(alias="to", description="Time of day at which it ends; the same as `from` means 24 hours")
    ]
    count: Annotated[
        Factor | None,
        Field(description="Servers on duty in it, while the pool has its own number; the pool's number when left out"),
    ] = None

    @property
    def start_hour(self) -> float:
        """When it begins [hours after midnight]."""
        return _hours(self.begins)

    @property
    def length(self) -> float:
        """How long it is open [hours], above 0 and at most 24."""
        gap = _hours(self.ends) - self.start_hour
        return gap if gap > 0 else gap + HOURS

    @model_validator(mode="after")
    def _each_day_once(self) -> Window:
        if len(set(self.days)) < len(self.days):
            raise refuse("a day is named twice in one window", "name each day once", alone=True)
        return self


def _hours(clock: str) -> float:
    hour, minute = clock.split(":")
    return int(hour) + int(minute) / 60.0


class Staff(BaseModel):
    """Which people of the workforce a run of a scenario puts into the pool."""

    model_config = SETTINGS

    skill: Annotated[str, Field(min_length=1, max_length=60, description="Name of the skill")]


class Pool(BaseModel):
    """Servers: staff, slots of a caseload, or places; say their number in exactly one of three ways."""

    model_config = SETTINGS

    title: Annotated[Title, Field(description="What it is called in tables; the name when left out")] = ""
    count: Annotated[
        Factor | None, Field(description="Servers on duty while the pool is open; need not be a whole number")
    ] = None
    fte: Annotated[Factor | None, Field(description="Full-time equivalents, with `slots_per_fte`")] = None
    slots_per_fte: Annotated[Factor | None, Field(description="People on the caseload of one full-time equivalent")] = (
        None
    )
    hours_per_week: Annotated[
        Factor | None, Field(description="Hours of appointments a week; on duty are these ÷ the hours open in a week")
    ] = None
    by_month: Annotated[
        dict[Month, Factor],
        Field(description="The number from a month on, in place of `count`, `fte` or `hours_per_week`"),
    ] = {}  # fmt: skip
    rota: Annotated[
        tuple[Window, ...], Field(description="Hours of duty; nobody is there outside them. Always open when left out")
    ] = ()
    at_shift_end: Annotated[
        Literal["finish", "overtime", "hand_over", "start_again"],
        Field(description="What happens to work in hand when the number on duty falls"),
    ] = "finish"
    preemption: Annotated[
        Literal["none", "resume", "start_again"],
        Field(description="What a more urgent person does to a less urgent one whom a server is with"),
    ] = "none"
    teams: Annotated[
        int, Field(ge=1, le=100, description="Separate teams that share the number; people go to one by chance")
    ] = 1
    staff: Annotated[Staff | None, Field(description="How a run of a scenario fills it from the workforce")] = None

    @property
    def kind(self) -> Literal["count", "slots", "hours"]:
        """How its number is said."""
        return "slots" if self.fte is not None else "hours" if self.hours_per_week is not None else "count"

    @property
    def number(self) -> float:
        """The number as it is written: servers, full-time equivalents, or hours a week."""
        written = {"slots": self.fte, "hours": self.hours_per_week, "count": self.count}[self.kind]
        windows = [window.count for window in self.rota if window.count is not None]
        return written if written is not None else max(windows, default=0.0)

    @property
    def hours_open(self) -> float:
        """Hours of a week that its windows add up to; all of them without a rota."""
        return sum(window.length * len(window.days) for window in self.rota) if self.rota else len(DAYS) * HOURS

    @model_validator(mode="after")
    def _one_number(self) -> Pool:
        given = [name for name in ("count", "fte", "hours_per_week") if getattr(self, name) is not None]
        how = "write one of 'count: 3', 'fte: 12' with 'slots_per_fte: 15', or 'hours_per_week: 120'"
        if len(given) > 1:
            raise refuse(f"{' and '.join(given)} are written together", how, alone=True)
        by_window = bool(self.rota) and all(window.count is not None for window in self.rota)
        if not given and not by_window:
            raise refuse("this pool has no number", how, alone=True)
        if (self.fte is None) != (self.slots_per_fte is None):
            raise refuse("fte and slots_per_fte go together", how, alone=True)
        if self.kind != "count" and any(window.count is not None for window in self.rota):
            told = "a window has a count, which only goes with a pool that has one"
            raise refuse(told, "take it out, or give the pool a count", alone=True)
        if self.by_month and not given:
            raise refuse("by_month needs the number that it replaces", how, alone=True)
        return self


class Stream(BaseModel):
    """People who come from outside: at a rate, or at given times."""

    model_config = _BY_NAME

    number: Annotated[
        int | None, Field(ge=1, le=255, description="Stable number for random values; all streams or none")
    ] = None
    stage: Annotated[Name, Field(description="Where they arrive")]
    classes: Annotated[dict[Name, Share], Field(description="Shares of the classes; they sum to 1")] = {}
    of_class: Annotated[Name | None, Field(alias="class", description="The class of all of them")] = None
    per_day: Annotated[Factor | None, Field(description="People a day")] = None
    per_week: Annotated[Factor | None, Field(description="People a week")] = None
    per_month: Annotated[Factor | None, Field(description="People a month of 30.4375 days")] = None
    per_year: Annotated[Factor | None, Field(description="People a year of 365.25 days")] = None
    by_month: Annotated[dict[Month, Factor], Field(description="Factor from a month on; 1 before the first")] = {}
    season: Annotated[
        tuple[Factor, ...], Field(description="12 factors, January first; they are not scaled to a mean of 1")
    ] = ()
    week: Annotated[dict[Day, Factor], Field(description="Factors of days of the week; 1 for those not named")] = {}
    day: Annotated[tuple[Factor, ...], Field(description="24 factors, one for each hour of the day from midnight")] = ()
    times: Annotated[
        tuple[Span, ...], Field(max_length=100_000, description="Times of arrival since the start, in place of a rate")
    ] = ()

    @model_validator(mode="after")
    def _fits(self) -> Stream:
        given = [name for name in ("per_day", "per_week", "per_month", "per_year") if getattr(self, name) is not None]
        if self.times:
            given.append("times")
        if len(given) != 1:
            told = f"{' and '.join(given)} are written together" if given else "it is not said how many come"
            raise refuse(told, "write one of per_day, per_week, per_month, per_year or times", alone=True)
        if self.classes and self.of_class is not None:
            raise refuse("class and classes are written together", "keep one of them", alone=True)
        for name, length in (("season", _MONTHS), ("day", HOURS)):
            if len(getattr(self, name)) not in {0, length}:
                told = f"{name} has {len(getattr(self, name))} factors, not {length}"
                raise refuse(told, f"write {length}, or leave the field out", alone=True)
        if self.times and (self.by_month or self.season or self.week or self.day):
            raise refuse("factors go with a rate, not with times", "take the factors out", alone=True)
        return self
