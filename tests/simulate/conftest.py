"""A run of England, one with every rate held, and the months of a run one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from pydantic import Field

import mhwfmodel as mh
from mhwfmodel.inputs import build
from mhwfmodel.levers import Effect, LeverBase
from mhwfmodel.results import Result
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate import blocks, layout
from mhwfmodel.simulate.layout import Footprint
from mhwfmodel.simulate.measures import rota
from mhwfmodel.simulate.model import Model, prepare
from mhwfmodel.simulate.students import Students
from mhwfmodel.supply import MonthInputs, Step
from mhwfmodel.supply.cohorts import TrainingMonth

DRAWS = 10
MONTHS = 14
ICBS = ("E54000011", "E54000044")


@dataclass(frozen=True)
class Month:
    """One month as it was stepped: staff, and students with the newly qualified."""

    number: int
    before: np.ndarray
    given: MonthInputs
    after: Step
    students_before: Students
    students: Students
    taught: TrainingMonth


class Doing(LeverBase):
    """A lever that does what it is given."""

    owner: ClassVar[str] = "a test"
    payer: ClassVar[str] = "nobody"
    level: ClassVar[Literal["place"]] = "place"
    evidence: ClassVar[str] = "none"
    grade: ClassVar[Literal["decision"]] = "decision"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "what its effects say"

    kind: Literal["doing"] = "doing"
    given: tuple[Any, ...] = Field(exclude=True)

    def effects(self, context: object) -> tuple[Effect, ...]:
        return self.given


@pytest.fixture(scope="session")
def doing() -> Callable[..., Doing]:
    """A lever of some effects."""
    return lambda *effects: Doing(start="2024-04", given=effects)


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
        options = {key: changes.pop(key) for key in ("threads", "evaluator", "engine", "progress") if key in changes}
        given = {"name": "small", "months": 4, "draws": 30, "icbs": ICBS} | changes
        return mh.run(Scenario(**given), **({"threads": 1} | options))

    return go


@pytest.fixture(scope="session")
def laid_out() -> Callable[..., AbstractContextManager[None]]:
    """Lay the runs inside a `with` out as asked, and not as they would be for the memory there is."""

    @contextmanager
    def inside(**asked: Any) -> Iterator[None]:
        def planned(*arguments: Any) -> Footprint:
            plan = layout.planned(*arguments)
            chunk = asked.get("chunk", plan.chunk)
            return replace(plan, **({"inside": -(-plan.draws // chunk)} | asked))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("mhwfmodel.simulate.runner.planned", planned)
            yield

    return inside


@pytest.fixture
def leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Names of what runs leave in the folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: [path.name for path in tmp_path.iterdir()]


@pytest.fixture(scope="session")
def months() -> Callable[..., Iterator[Month]]:
    """Step a model month by month, as a run does, and keep what each step was given and gave."""

    def go(model: Model, *, expected: bool = False) -> Iterator[Month]:
        if expected:
            rest = replace(model.rest, stock=model.rest.stock.astype(np.float64))
            model = replace(model, stochastic=False, rest=rest)
        given = rota(model)
        block, _ = blocks.first(model, given, slice(0, model.inputs.parameters.draws.size))
        for number in range(len(model.inputs.months)):
            seen: list[Any] = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(blocks, "step", watched(blocks.step, seen))
                patch.setattr(blocks, "start_courses", unowned(blocks.start_courses))
                patch.setattr(blocks, "next_month", watched(blocks.next_month, seen))
                block, _ = blocks.following(model, given, block, number)
            ((_, students_before, *_), (students, taught)), ((_, before, month, _), after) = seen
            yield Month(number, before, month, after, students_before, students, taught)

    return go


def unowned(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which leaves the stock that it is given as it is."""

    def call(*args: Any, **options: Any) -> Any:
        return function(*args, **{name: False if name == "own" else value for name, value in options.items()})

    return call


def watched(function: Callable[..., Any], seen: list[Any]) -> Callable[..., Any]:
    """The same function, whose calls are kept."""

    def call(*args: Any, **options: Any) -> Any:
        result = unowned(function)(*args, **options)
        seen.append((args, result))
        return result

    return call


@pytest.fixture(scope="session")
def model() -> Callable[..., Model]:
    """A run made ready."""

    def go(*, central: bool = False, **changes: object) -> Model:
        scenario = Scenario(**({"name": "steps"} | changes))
        return prepare(build(scenario, central=central), scenario, stochastic=not central, threads=2)

    return go
