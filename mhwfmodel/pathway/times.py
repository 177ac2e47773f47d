"""How long something takes: one distribution, or one for each class."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mhwfmodel.pathway.spans import Name, Span, SpanAboveZero
from mhwfmodel.yamls.explain import refuse

__all__ = ["SETTINGS", "Empirical", "Erlang", "MeanCv", "OneTime", "Times", "Weibull"]

SETTINGS = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
_MOST_VALUES = 10_000
_LEAST_CV = 0.001
_MOST_WEIGHT = 1e9


class MeanCv(BaseModel):
    """A mean and how much single times differ from it."""

    model_config = SETTINGS

    mean: Annotated[SpanAboveZero, Field(description="Mean")]
    cv: Annotated[float, Field(ge=_LEAST_CV, le=20, description="Standard deviation ÷ mean; for none write `fixed`")]


class Erlang(BaseModel):
    """So many exponential steps, one after another."""

    model_config = SETTINGS

    mean: Annotated[SpanAboveZero, Field(description="Mean of the whole")]
    k: Annotated[int, Field(ge=1, le=1000, description="Steps")]


class Weibull(BaseModel):
    """The chance of ending changes as time goes on: it grows where the shape is above 1, and falls below 1."""

    model_config = SETTINGS

    mean: Annotated[SpanAboveZero, Field(description="Mean")]
    shape: Annotated[float, Field(ge=0.1, le=100, description="Shape")]


class Empirical(BaseModel):
    """One of given values."""

    model_config = SETTINGS

    values: Annotated[tuple[Span, ...], Field(min_length=1, max_length=_MOST_VALUES, description="The values")]
    weights: Annotated[
        tuple[Annotated[float, Field(ge=0, le=_MOST_WEIGHT)], ...] | None,
        Field(description="How often each occurs, in any unit; all alike when left out"),
    ] = None

    @model_validator(mode="after")
    def _alike(self) -> Empirical:
        if self.weights is not None and (len(self.weights) != len(self.values) or sum(self.weights) <= 0):
            text = f"{len(self.values)} values have {len(self.weights)} weights, whose sum is {sum(self.weights):g}"
            raise refuse(text, "write one weight for each value, one of them above 0", alone=True)
        return self


class OneTime(BaseModel):
    """A distribution of a length of time; exactly one of the fields is written."""

    model_config = SETTINGS

    exponential: Annotated[SpanAboveZero | None, Field(description="Mean of an exponential time")] = None
    gamma: Annotated[MeanCv | None, Field(description="Gamma: `{mean: 3 weeks, cv: 0.5}`")] = None
    lognormal: Annotated[MeanCv | None, Field(description="Lognormal: `{mean: 3 weeks, cv: 1.5}`")] = None
    erlang: Annotated[Erlang | None, Field(description="Erlang: `{mean: 1 hour, k: 3}`")] = None
    weibull: Annotated[Weibull | None, Field(description="Weibull: `{mean: 2 years, shape: 0.8}`")] = None
    fixed: Annotated[Span | None, Field(description="Always the same")] = None
    empirical: Annotated[
        Empirical | None, Field(description="Given values: `{values: [1, 2, 5], weights: [3, 2, 1]}`, in days")
    ] = None

    @model_validator(mode="after")
    def _one(self) -> OneTime:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            told = f"{' and '.join(given)} are written together" if given else "no distribution is written"
            raise refuse(told, f"write one of {', '.join(type(self).model_fields)}", alone=True)
        return self


class Times(OneTime):
    """A distribution for everybody, or one for each class."""

    by_class: Annotated[
        dict[Name, OneTime] | None, Field(description="One for each class: `{high: {fixed: 1 hour}, …}`")
    ] = None

    def of(self, name: str) -> OneTime | None:
        """The distribution of a class; None when classes differ and this one is not named."""
        return self if self.by_class is None else self.by_class.get(name)
