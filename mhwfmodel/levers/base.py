"""What every lever shares: when it acts, where it acts, and what it may change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Protocol

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mhwfmodel import catalogue, units
from mhwfmodel.errors import MhwfError, suggest
from mhwfmodel.levers.effects import Effect
from mhwfmodel.levers.refusal import misfit
from mhwfmodel.levers.spending import Fixed, Spending
from mhwfmodel.yamls.problem import as_written

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Boards", "Change", "Context", "Grade", "Level", "LeverBase", "Month", "Scope"]

Level = Literal["national", "regional", "place"]
Grade = Literal["causal", "observational", "assumed", "decision", "none"]
Strand = Literal["overall", "general", "specialist"]
_PERCENT = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*%\s*")


def _shown(value: object) -> str:
    """What was written, in quotes; lists and blocks by their kind alone."""
    return as_written(value) if isinstance(value, (list, tuple, dict)) else f"'{as_written(value)}'"


def _percent(value: object) -> object:
    if isinstance(value, str):
        match = _PERCENT.fullmatch(value)
        if match is None:
            message = f"'{value}' is not a number; write a share such as -0.1 or a percentage such as -10%"
            raise ValueError(message)
        return float(match[1]) / 100.0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        message = f"{_shown(value)} is not a number; write a share such as -0.1 or a percentage such as -10%"
        raise ValueError(message)
    return value


def _month(value: object) -> str:
    if not isinstance(value, str):
        message = f"{_shown(value)} is not a month; write it as 2024-04"
        raise ValueError(message)
    try:
        units.parse_month(value)
    except MhwfError as error:
        raise ValueError(str(error)) from None
    return value


def _known(allowed: Sequence[str], what: str, values: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [value for value in values if value not in allowed]
    if unknown:
        message = "; ".join(f"'{value}' is not a {what}; {suggest(value, allowed)}" for value in unknown)
        raise ValueError(message)
    if len(set(values)) < len(values):
        twice = next(value for at, value in enumerate(values) if value in values[:at])
        message = f"the {what} '{twice}' is named twice; take one of them out"
        raise ValueError(message)
    return values


def _sectors(values: tuple[str, ...]) -> tuple[str, ...]:
    return _known([sector.code for sector in catalogue.sectors()], "sector", values)


def _roles(values: tuple[str, ...]) -> tuple[str, ...]:
    return _known([role.code for role in catalogue.roles()], "role", values)


def _icbs(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        return values
    try:
        resolution = catalogue.resolve_icbs(values)
    except MhwfError as error:
        raise ValueError(
            "; ".join(fault.problem + (f"; {fault.remedy}" if fault.remedy else "") for fault in error.faults)
        ) from None
    partial = [code for code, share in resolution.shares.items() if share < 1.0]
    if partial:
        message = f"only a part of {', '.join(partial)} is meant; name whole ICBs of April 2023"
        raise ValueError(message)
    return resolution.codes


Change = Annotated[float, BeforeValidator(_percent), Field(allow_inf_nan=False)]
Month = Annotated[str, BeforeValidator(_month)]
Boards = Annotated[tuple[str, ...], AfterValidator(_icbs)]


class Scope(BaseModel):
    """Where a lever acts. What is left out is not limited."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    icbs: Boards = Field(
        default=(), description="ICBs by ONS code, ODS code or name; all ICBs of the run when left out"
    )
    sectors: Annotated[tuple[str, ...], AfterValidator(_sectors)] = Field(
        default=(),
        description="Employing sectors (mhwfmodel show sectors); all of social care when left out, never the NHS",
    )
    roles: Annotated[tuple[str, ...], AfterValidator(_roles)] = Field(
        default=(), description="Roles (mhwfmodel show roles); all when left out"
    )
    strand: Strand = Field(default="overall", description="overall, or only general or only specialist posts")


class Context(Protocol):
    """What a lever may ask of the run."""

    @property
    def months(self) -> tuple[str, ...]:
        """The months simulated."""

    @property
    def icbs(self) -> tuple[str, ...]:
        """ONS codes of the ICBs simulated."""

    def parameter(self, name: str) -> NDArray[np.float64]:
        """The draws of an uncertain input, dims (draw)."""


class LeverBase(BaseModel):
    """A lever: frozen, checked, and the identity when its magnitude is zero.

    `owner`, `payer`, `level`, `evidence`, `grade`, `source` and `moves` belong to the kind of lever; the rest is the
    plan's.

    Attributes:
        owner: Who has to decide.
        payer: Who pays.
        level: Where that is decided: `national`, `regional` or `place`.
        evidence: What is known of its effect, in a sentence.
        grade: How: `causal`, `observational`, `assumed`, `decision` (a decision, not an effect) or `none` (no evidence:
            no effect unless the plan says one).
        source: Figures of the catalogue behind it.
        moves: Which measure it moves, and which way.
        own_size: Fields with which a plan may state the size of an effect that has no evidence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: ClassVar[str]
    payer: ClassVar[str]
    level: ClassVar[Level]
    evidence: ClassVar[str]
    grade: ClassVar[Grade]
    source: ClassVar[tuple[str, ...]]
    moves: ClassVar[str]
    own_size: ClassVar[tuple[str, ...]] = ()

    name: str | None = Field(default=None, max_length=120, description="What the plan calls this lever")
    start: Month = Field(description="First month in which it acts, as 2025-04")
    end: Month | None = Field(default=None, description="First month in which it acts no more; never when left out")
    ramp_months: int = Field(default=0, ge=0, le=600, description="Months until it acts in full [months]")
    scope: Scope = Field(default=Scope(), description="Where it acts; everywhere when left out")
    cost_per_year: float | None = Field(
        default=None,
        ge=0,
        le=1e12,
        allow_inf_nan=False,
        description="Cost in full effect, prices of 2024/25 [GBP/year]",
    )

    @model_validator(mode="after")
    def _ends_after_start(self) -> LeverBase:
        if self.end is not None and units.month_index(self.end) <= units.month_index(self.start):
            raise misfit("end", f"end {self.end} is not after start {self.start}", "write a later month")
        return self

    @property
    def graded(self) -> Grade:
        """Its grade; `assumed` where the plan states the size of an effect that has no evidence."""
        stated = any(getattr(self, field) for field in self.own_size)
        return "assumed" if stated else self.grade

    def profile(self, months: Sequence[str]) -> NDArray[np.float64]:
        """How much of the lever acts in each month, 0 to 1, dims (month).

        A ramp of r months gives 1/r in the first month and 1 from the r-th on.
        """
        index = np.array([units.month_index(month) for month in months])
        since = index - units.month_index(self.start) + 1
        acting = np.clip(since / max(self.ramp_months, 1), 0.0, 1.0)
        if self.end is not None:
            acting[index >= units.month_index(self.end)] = 0.0
        return acting

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """The typed effects on the inputs.

        Raises:
            NotImplementedError: A kind of lever that does not say what it does.
        """
        raise NotImplementedError

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """What it costs beside the pay of staff in post; what the plan states, unless a kind of lever knows more."""
        if self.cost_per_year is None:
            return ()
        monthly = self.cost_per_year / units.MONTHS_PER_YEAR
        return (Fixed("lever", monthly * self.profile(context.months)),)
