"""A run made in parts of its draws has in each draw, to the bit, what it has when it is made as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from mhwfmodel.inputs import build
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.frame import frame_of
from mhwfmodel.simulate.model import prepare

DRAWS = 7
PARTS = (range(1), range(1, 2), range(2, 5), range(5, DRAWS))
THREE = ("E54000011", "E54000034", "E54000044")
LEVERS = (
    {"kind": "recruitment", "start": "2024-06", "places_per_month": 5},
    {"kind": "pay", "start": "2024-06", "change": 0.05},
)


def arrays(value: object, name: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Every array in a dataclass, by the way to it."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, (tuple, list)):
        for number, item in enumerate(value):
            yield from arrays(item, f"{name}.{number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from arrays(item, f"{name}.{key}")
    elif is_dataclass(value):
        for item in fields(value):
            yield from arrays(getattr(value, item.name), f"{name}.{item.name}")


def joined(parts: list[np.ndarray], whole: np.ndarray) -> np.ndarray:
    """The parts put together along the first dimension in which they differ from the whole; as they are without one."""
    axis = next((at for at, size in enumerate(whole.shape) if size != parts[0].shape[at]), None)
    return parts[0] if axis is None else np.concatenate(parts, axis=axis)


@pytest.mark.parametrize("stochastic", [True, False])
@pytest.mark.parametrize("moves", ["england", "within_icb"])
def test_rows_of_parts_are_the_rows_of_the_whole(moves: str, stochastic: bool) -> None:
    given = {"months": 3, "draws": DRAWS, "icbs": THREE, "moves": moves, "levers": LEVERS}
    scenario = Scenario.model_validate({"name": "parts"} | given)
    inputs = build(scenario)
    whole = dict(arrays(inputs)) | dict(arrays(prepare(inputs, scenario, stochastic=stochastic), "model"))
    frame = frame_of(scenario)
    parts = []
    for draws in PARTS:
        some = build(scenario, draws=draws)
        model = prepare(some, scenario, stochastic=stochastic, frame=frame)
        assert model.workforce is frame.workforce, "one graph serves all parts"
        parts.append(dict(arrays(some)) | dict(arrays(model, "model")))
    by_draw = 0
    for name, values in whole.items():
        found = joined([part[name] for part in parts], values)
        np.testing.assert_array_equal(found, values, err_msg=name)
        by_draw += values.shape != parts[0][name].shape
    assert by_draw > 80
    assert len({part["model.rest.stock"].shape[1] for part in parts}) == 1


def test_a_draw_of_whole_people_is_that_of_expected_values_rounded() -> None:
    """Rest is found less exactly where people are whole, and by less than anybody could see."""
    scenario = Scenario(name="both", months=3, draws=3, icbs=THREE)
    inputs, frame = build(scenario), frame_of(scenario)
    whole, expected = (prepare(inputs, scenario, stochastic=kind, frame=frame) for kind in (True, False))
    for name in ("scale", "modelled", "weight", "offered"):
        np.testing.assert_allclose(getattr(whole.rest, name), getattr(expected.rest, name), rtol=1e-3)
    first = frame.workforce.first
    np.testing.assert_array_equal(np.add.reduceat(whole.rest.stock, first, axis=1), inputs.filled)
    share = inputs.filled / np.where(inputs.staff > 0, inputs.staff, 1.0)
    mean = expected.rest.stock * share[:, frame.workforce.graph.node_cell]
    assert np.abs(whole.rest.stock - mean).max() < 1.0 + 1e-3 * mean.max()
