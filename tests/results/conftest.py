"""A small run of England and one of a plan beside it."""

from __future__ import annotations

import pytest

import mhwfmodel as mh
from mhwfmodel.levers import Retention
from mhwfmodel.results import Result
from mhwfmodel.scenario import Scenario

MONTHS, DRAWS = 26, 8
ICBS = ("E54000011", "E54000044", "E54000034")


@pytest.fixture(scope="session")
def england() -> Result:
    return mh.run(Scenario(name="England", months=MONTHS, draws=DRAWS), threads=1)


@pytest.fixture(scope="session")
def base() -> Result:
    """Three ICBs."""
    return mh.run(Scenario(name="Base", months=14, draws=DRAWS, icbs=ICBS), threads=1)


@pytest.fixture(scope="session")
def plan() -> Result:
    """The same three with fewer people leaving."""
    lever = Retention(start="2024-06", leaving_change=-0.2)
    return mh.run(Scenario(name="Plan", months=14, draws=DRAWS, icbs=ICBS, levers=(lever,)), threads=1)
