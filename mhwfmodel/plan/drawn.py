"""What a run was given, made again from its manifest: the scenario and the uncertain inputs as drawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs.draws import ParameterDraws, override
from mhwfmodel.levers.own import LEVERS, kind_of
from mhwfmodel.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers import LeverBase
    from mhwfmodel.results import Result

    OwnLevers = Sequence[type[LeverBase]]


__all__ = ["Given", "PlanContext", "given_to", "scenario_of"]


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What a lever may ask of a run that is over.

    Args:
        months: The months simulated.
        icbs: ONS codes of the ICBs simulated.
        parameters: The uncertain inputs.
    """

    months: tuple[str, ...]
    icbs: tuple[str, ...]
    parameters: ParameterDraws

    def parameter(self, name: str) -> NDArray[np.float64]:
        """The draws of an uncertain input, dims (draw)."""
        return self.parameters.value(name)


@dataclass(frozen=True, slots=True)
class Given:
    """What a run was given.

    Args:
        levers: Its levers with their places in the scenario, from 0.
        unknown: Names of levers of the user's own whose classes are not at hand.
        parameters: The uncertain inputs, those among them that the run did not ask for too. A draw has the values that
            it had in the run: each input has random numbers of its own.
        context: What a lever may ask.
    """

    levers: tuple[tuple[int, LeverBase], ...]
    unknown: tuple[str, ...]
    parameters: ParameterDraws
    context: PlanContext


def scenario_of(result: Result, own: OwnLevers = ()) -> tuple[Scenario, tuple[int, ...]]:
    """The scenario of a run, and the places of the levers that it lacks: the user's own whose classes are not at hand.

    Its name and its description, which decide nothing, are not carried over.

    Args:
        result: The run.
        own: Classes of the user's own levers in it.

    Raises:
        DataError: A scenario that this version cannot read.
    """
    data: dict[str, Any] = {**result.manifest["scenario"], "name": "run", "description": ""}
    marks, known = result.manifest.get("levers", ()), {kind_of(kind) for kind in own}
    strange = tuple(at for at, mark in enumerate(marks) if mark.get("own") and mark["kind"] not in known)
    data["levers"] = [lever for at, lever in enumerate(data.get("levers", ())) if at not in strange]
    try:
        return Scenario.model_validate_json(json.dumps(data), context={LEVERS: tuple(own)}), strange
    except ValidationError as error:
        problem = f"the scenario in the manifest of {result.name} cannot be read: {error.errors()[0]['msg']}"
        raise DataError(Fault("manifest", problem, "give the classes of your own levers, or run it again")) from None


def given_to(result: Result, own: OwnLevers = ()) -> Given:
    """What a run was given.

    Args:
        result: The run.
        own: Classes of the user's own levers in it.

    Raises:
        DataError: A scenario that this version cannot read, perhaps because of a lever whose class is not at hand.
    """
    scenario, strange = scenario_of(result, own)
    marks = result.manifest.get("levers", ())
    kept = [at for at in range(len(result.manifest["scenario"].get("levers", ()))) if at not in strange]
    assumed = {name: override(name, item.central, item.low, item.high) for name, item in scenario.assumptions.items()}
    draws = np.arange(int(result.manifest["draws"]), dtype=np.uint32)
    central = result.manifest["evaluator"] == "deterministic"
    parameters = ParameterDraws(scenario.seed, draws, assumed, central)
    icbs = tuple(str(code) for code in result.draws["icb"].values)
    names = tuple(str(marks[at]["name"] or marks[at]["kind"]) for at in strange)
    levers = tuple(zip(kept, scenario.levers, strict=True))
    return Given(levers, names, parameters, PlanContext(result.months[1:], icbs, parameters))
