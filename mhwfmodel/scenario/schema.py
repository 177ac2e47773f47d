"""What a scenario says: the frozen, checked specification of one run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, Strict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from mhwfmodel.catalogue import icbs, parameters, resolve_icbs
from mhwfmodel.errors import DataError
from mhwfmodel.levers import AnyLever
from mhwfmodel.scenario.assumptions import number
from mhwfmodel.scenario.checks import problems
from mhwfmodel.scenario.coupling import Coupled
from mhwfmodel.scenario.outputs import Outputs
from mhwfmodel.scenario.pathways import PathwayUse
from mhwfmodel.units import add_months, month_range
from mhwfmodel.yamls.text import bad_characters, slug

__all__ = ["Assumption", "Scenario"]

_SETTINGS = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Assumption(BaseModel):
    """Values that replace an uncertain input of the catalogue.

    In a file a bare number is enough: the input is then that number in every draw. `low` or `high` that is not
    written is the catalogue's.
    """

    model_config = _SETTINGS

    central: Annotated[float, Field(title="Central", description="The most likely value, in the assumption's unit")]
    low: Annotated[float, Field(title="Low", description="The least value that is still credible")]
    high: Annotated[float, Field(title="High", description="The greatest value that is still credible")]


class Scenario(BaseModel):
    """One run, fully said: what is simulated, on which assumptions, and what a plan changes.

    Two scenarios are equal when they say the same; `notes` (how the file was read) do not count.

    Raises:
        pydantic.ValidationError: Fields that do not fit, when it is made in Python; `load_scenario` raises
            `ScenarioError` instead, with the line of the file.
    """

    model_config = _SETTINGS

    name: Annotated[
        str,
        Field(min_length=1, max_length=120, title="Name",
              description="What the run is called in every output. 1 to 120 characters, on one line."),
    ]  # fmt: skip
    description: Annotated[
        str, Field(max_length=4000, title="Description", description="What it is about, for the reader of the report.")
    ] = ""
    baseline: Annotated[
        Literal["expected", "rates_held"],
        Field(
            title="Baseline", description="`expected`: the known trends go on. `rates_held`: every rate stays as it is."
        ),
    ] = "expected"
    start: Annotated[
        str,
        Field(pattern=r"^\d{4}-\d{2}$", title="First month", json_schema_extra={"unit": "month"},
              description="First month that is simulated. Only 2024-04: the opening stock is that of 31 March 2024."),
    ] = "2024-04"  # fmt: skip
    months: Annotated[
        int,
        Field(ge=1, le=600, title="Length", description="How many months are simulated.",
              json_schema_extra={"unit": "months"}),
    ] = 120  # fmt: skip
    draws: Annotated[
        int,
        Field(ge=1, le=100_000, title="Draws", json_schema_extra={"unit": "draws"},
              description="How many possible futures are drawn. 100 for a look, 1,000 for a report."),
    ] = 100  # fmt: skip
    seed: Annotated[
        int,
        Field(
            ge=0, le=2**63 - 1, title="Seed", description="The same seed gives the same numbers again, to the last bit."
        ),
    ] = 20240401
    icbs: Annotated[
        Literal["all"] | Annotated[tuple[str, ...], Strict(False)],
        Field(title="Integrated Care Boards",
              description="`all`, or a list of whole boards: ONS codes, ODS codes or names, all of one year."),
    ] = "all"  # fmt: skip
    moves: Annotated[
        Literal["england", "within_icb"],
        Field(title="Moves", description="`england`: staff move between boards, the nearer the likelier. "
              "`within_icb`: only inside their own board."),
    ] = "england"  # fmt: skip
    starting_ages: Annotated[
        Literal["stationary", "observed"],
        Field(title="Starting ages", description="`stationary`: ages that hold themselves at the baseline's rates. "
              "`observed`: the published share aged 55 and over; what then drifts is what ageing does."),
    ] = "stationary"  # fmt: skip
    assumptions: Annotated[
        dict[str, Assumption],
        Field(title="Assumptions",
              description="Uncertain inputs that are replaced: the name, then a number or central, low and high."),
    ] = {}  # fmt: skip
    levers: Annotated[
        tuple[AnyLever, ...],
        Field(strict=False, title="Levers", description="What the plan changes, one entry a lever."),
    ] = ()

    pathway: Annotated[
        PathwayUse | None,
        Field(title="Pathway", description="The pathway of people whom the staff serve: its name (`cmhf`), its file, "
              "or a block of fields; see Pathway below. None when left out."),
    ] = None  # fmt: skip
    coupling: Annotated[
        Coupled | None,
        Field(title="Coupling", description="Whether what people wait and ask for acts on staff: `true`, or a block of "
              "fields; see Coupling below. Not when left out."),
    ] = None  # fmt: skip
    outputs: Annotated[
        Outputs, Field(title="Outputs", description="What the run keeps, and at what detail; see Outputs below.")
    ] = Outputs()

    _notes: tuple[str, ...] = PrivateAttr(default=())
    _places: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @field_validator("name", "description", mode="before")
    @classmethod
    def _trim(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return _clean(value, lines=False)

    @field_validator("description")
    @classmethod
    def _printable(cls, value: str) -> str:
        return _clean(value, lines=True)

    @field_validator("icbs", mode="before")
    @classmethod
    def _trim_icbs(cls, value: object) -> object:
        if isinstance(value, (list, tuple)):
            return tuple(item.strip() if isinstance(item, str) else item for item in value)
        return value

    @field_validator("icbs")
    @classmethod
    def _codes(cls, value: Literal["all"] | tuple[str, ...]) -> Literal["all"] | tuple[str, ...]:
        return value if value == "all" else _as_codes(value)

    @field_validator("pathway", mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value

    @field_validator("coupling", mode="before")
    @classmethod
    def _switched(cls, value: object) -> object:
        return ({} if value else None) if isinstance(value, bool) else value

    @field_validator("assumptions", mode="before")
    @classmethod
    def _complete(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {name: _whole_assumption(str(name), entry) for name, entry in value.items()}

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        found = problems(self.resolved())
        if found:
            text = "\n".join(str(problem) for problem in found)
            raise PydanticCustomError("scenario", "{text}", {"text": text})
        return self

    def resolved(self) -> dict[str, Any]:
        """Everything the run rests on as plain data: written as YAML and loaded again it is this scenario."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the file was read: percentages, names of ICBs, parents, warnings. One sentence each."""
        return self._notes

    def noted(self, notes: tuple[str, ...], places: Mapping[str, str] | None = None) -> Scenario:
        """The same scenario with other notes, and where its fields are written when that is said."""
        copy = self.model_copy()
        copy._notes = notes
        if places is not None:
            copy._places = places
        return copy

    def place_of(self, field: str) -> str:
        """Where a field is written, as `plan.yaml:8:5 levers[0].posts`; the field alone where that is not known.

        Args:
            field: The field, as `levers[0].posts`. Of one that is not written, it is the place of the block it is of.
        """
        block = field
        while block and block not in self._places:
            block = re.sub(r"(\.|^)[^.\[]*$|\[\d+\]$", "", block)
        return self._places.get(block, field)

    @property
    def slug(self) -> str:
        """The name made safe for files and folders."""
        return slug(self.name)

    @property
    def icb_codes(self) -> tuple[str, ...]:
        """ONS codes (April 2023) of the ICBs that are simulated, in catalogue order."""
        return tuple(icb.code for icb in icbs()) if self.icbs == "all" else self.icbs

    @property
    def month_labels(self) -> tuple[str, ...]:
        """The months that are simulated, `YYYY-MM`."""
        return month_range(self.start, self.months)

    @property
    def opening_month(self) -> str:
        """The month whose end is the opening stock, `YYYY-MM`."""
        return add_months(self.start, -1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(json.dumps(self.resolved(), sort_keys=True))


def _clean(value: str, *, lines: bool) -> str:
    bad = bad_characters(value, lines=lines)
    if bad:
        raise PydanticCustomError("characters", "{bad}", {"bad": bad})
    return value


def _as_codes(texts: tuple[str, ...]) -> tuple[str, ...]:
    """ONS codes of April 2023; the list as it is when it cannot be read, for `problems` to tell."""
    try:
        return resolve_icbs(texts).codes
    except DataError:
        return texts


def _whole_assumption(name: str, entry: object) -> object:
    """The three values, percentages read as numbers; what cannot be read is left for the schema to refuse."""
    known = next((row for row in parameters() if row.name == name), None)
    if known is None:
        return entry
    if not isinstance(entry, Mapping):
        value = number(entry, known)
        return entry if value is None else {"central": value, "low": value, "high": value}
    read = {key: number(value, known) for key, value in entry.items()}
    return {"low": known.low, "high": known.high} | {
        key: entry[key] if value is None else value for key, value in read.items()
    }
