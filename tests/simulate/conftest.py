"""A run of England, one with every rate held, and the months of a run one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.inputs import Inputs, build
from mhwfmodel.results import Result
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.model import Model, prepare
from mhwfmodel.simulate.months import month_inputs
from mhwfmodel.supply import Expected, MonthInputs, Sampled, Step, step

DRAWS = 10
MONTHS = 14
ICBS = ("E54000011", "E54000044")


@dataclass(frozen=True)
class Month:
    """One month as it was stepped."""

    number: int
    before: np.ndarray
    given: MonthInputs
    after: Step


@pytest.fixture(scope="session")
def icbs() -> tuple[str, ...]:
    return ICBS


@pytest.fixture(scope="session")
def england() -> Result:
    """England as expected, 10 draws and 14 months."""
    return mh.run(Scenario(name="England", months=MONTHS, draws=DRAWS), threads=2)


@pytest.fixture(scope="session")
def held() -> Result:
    """England with every rate held."""
    return mh.run(Scenario(name="Held", baseline="rates_held", months=MONTHS, draws=DRAWS), threads=2)


@pytest.fixture(scope="session")
def small() -> Callable[..., Result]:
    """Two ICBs for a few months, in more draws than one block holds."""

    def go(**changes: object) -> Result:
        options = {key: changes.pop(key) for key in ("threads", "evaluator") if key in changes}
        given = {"name": "small", "months": 4, "draws": 30, "icbs": ICBS} | changes
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("mhwfmodel.simulate.runner.build", built)
            return mh.run(Scenario(**given), **({"threads": 1} | options))

    return go


@cache
def built(scenario: Scenario, *, central: bool) -> Inputs:
    """The inputs of a scenario, which do not depend on how it is run."""
    return build(scenario, central=central)


@pytest.fixture(scope="session")
def months() -> Callable[..., Iterator[Month]]:
    """Step a model month by month."""

    def go(model: Model, *, expected: bool = False) -> Iterator[Month]:
        draws = model.inputs.parameters.draws
        chooser = Expected() if expected else Sampled(model.inputs.parameters.seed, draws)
        rows, given = slice(0, draws.size), None
        stock = model.stock.astype(np.float64) if expected else model.stock
        for number in range(len(model.inputs.months)):
            given = month_inputs(model, number, rows, given)
            after = step(model.graph, stock, given, chooser)
            yield Month(number, stock, given, after)
            stock = after.stock

    return go


@pytest.fixture(scope="session")
def model() -> Callable[..., Model]:
    """A run made ready."""

    def go(*, central: bool = False, levers: tuple = (), **changes: object) -> Model:
        inputs: Inputs = build(Scenario(**({"name": "steps"} | changes)), central=central)
        return prepare(inputs, levers, stochastic=not central)

    return go
