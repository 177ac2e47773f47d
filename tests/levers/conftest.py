"""Runs of two ICBs with and without levers, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

import mhwfmodel as mh
from mhwfmodel.levers import LeverBase
from mhwfmodel.results import Result
from mhwfmodel.scenario import Scenario

HERE, THERE = "E54000044", "E54000034"
APART = {"assumptions": {"modelled_share_of_sector": 0, "newly_qualified_share": 0, "pwp_to_nhs_share": 0}}
"""Employers that share nobody: who leaves one leaves the model, and none waits for the same students."""


@cache
def ran(scenario: Scenario, evaluator: str) -> Result:
    return mh.run(scenario, evaluator=evaluator, threads=1)


@pytest.fixture(scope="session")
def here() -> str:
    return HERE


@pytest.fixture(scope="session")
def there() -> str:
    return THERE


@pytest.fixture(scope="session")
def apart() -> dict[str, object]:
    return dict(APART)


@pytest.fixture(scope="session")
def forecast() -> Callable[..., Result]:
    """Run levers on two ICBs; equal runs are made once."""

    def go(*levers: LeverBase, evaluator: str = "stochastic", **changes: object) -> Result:
        given = {"name": "levers", "months": 14, "draws": 6, "icbs": (HERE, THERE), "levers": levers} | changes
        return ran(Scenario(**given), evaluator)

    return go


@pytest.fixture(scope="session")
def expect(forecast: Callable[..., Result]) -> Callable[..., Result]:
    """The same, in expected values."""

    def go(*levers: LeverBase, **changes: object) -> Result:
        return forecast(*levers, evaluator="deterministic", **changes)

    return go
