"""The coupled run: whether what people wait and ask for acts on the staff of the months after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path

__all__ = ["Coupled", "coupling_problems", "fewer_draws", "idle_gains"]

_DRAWS = 100
"""Draws of a scenario that does not say how many."""
_GAINS = ("workload_elasticity", "admission_delay_elasticity", "backlog_clearance_months")


class Coupled(BaseModel):
    """Workforce and pathway go through the months together. How much they act on each other is among the assumptions.

    They are `workload_elasticity`, `admission_delay_elasticity` and `backlog_clearance_months`. The catalogue has the
    first two at 0: nothing acts on anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    every_months: Annotated[
        int,
        Field(ge=1, le=12, title="Every", json_schema_extra={"unit": "months"},
              description="After how many months staff feel anew what the pathway asked of them."),
    ] = 1  # fmt: skip


def coupling_problems(data: Mapping[str, object]) -> Iterator[Problem]:
    """A coupled run without anything to couple."""
    given = data.get("coupling")
    if (given is True or isinstance(given, Mapping)) and not data.get("pathway"):
        text = "couples the workforce to a pathway, and this scenario has none"
        yield Problem(("coupling",), text, "add 'pathway: cmhf'", alone=True)


def fewer_draws(data: Mapping[str, object]) -> Iterator[Problem]:
    """A coupled run whose pathway is worked out in some of its draws only."""
    use, draws = data.get("pathway"), data.get("draws", _DRAWS)
    some = use.get("draws") if isinstance(use, Mapping) else None
    if data.get("coupling") and isinstance(some, int) and isinstance(draws, int) and some < draws:
        text = f"only {some} of {draws} draws run the pathway, and a coupled run needs all"
        yield Problem(("pathway", "draws"), text, "leave 'draws' under 'pathway' out", alone=True)


def idle_gains(data: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """Assumptions that a coupled run alone reads, in a run that is not coupled."""
    assumed = data.get("assumptions")
    if not isinstance(assumed, Mapping) or data.get("coupling"):
        return
    for name in _GAINS:
        if name in assumed:
            yield ("assumptions", name), "nothing reads it in a run that is not coupled; add 'coupling: true'"
