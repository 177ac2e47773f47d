"""One set of drawn inputs for England, and the central one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mhwfmodel.inputs import Inputs, ParameterDraws, build, columns
from mhwfmodel.inputs.rates import CellRates, cell_rates
from mhwfmodel.inputs.stock import filled_posts
from mhwfmodel.scenario import Scenario

DRAWS = 25


@pytest.fixture(scope="session")
def parameters() -> ParameterDraws:
    return ParameterDraws(20240401, np.arange(DRAWS, dtype=np.uint32), {})


@pytest.fixture(scope="session")
def central_parameters() -> ParameterDraws:
    return ParameterDraws(20240401, np.arange(1, dtype=np.uint32), {}, central=True)


@pytest.fixture(scope="session")
def filled(parameters: ParameterDraws) -> np.ndarray:
    """Filled posts before they are rounded, dims (draw, ICB, column)."""
    return filled_posts(parameters)


@pytest.fixture(scope="session")
def rates(parameters: ParameterDraws, filled: np.ndarray) -> CellRates:
    return cell_rates(parameters, filled)


@pytest.fixture(scope="session")
def drawn() -> Inputs:
    """England in whole posts."""
    return build(Scenario(name="drawn", months=12, draws=DRAWS))


@pytest.fixture(scope="session")
def central() -> Inputs:
    return build(Scenario(name="central", months=12, draws=DRAWS), central=True)


@pytest.fixture(scope="session")
def where() -> Callable[..., np.ndarray]:
    """Which columns have the sector, role or strand that is given."""

    def find(**wanted: str) -> np.ndarray:
        return np.array([all(getattr(c, key) == value for key, value in wanted.items()) for c in columns()])

    return find
