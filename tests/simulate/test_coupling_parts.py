"""Parts of a coupled run by hand: workload, what cells feel, the factor on admissions, and the bound of the loop."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mhwfmodel import units
from mhwfmodel.scenario.coupling import Coupled
from mhwfmodel.simulate.coupling import Coupling, Ties
from mhwfmodel.simulate.coupling_bound import Bound, loop_bound, told
from mhwfmodel.simulate.coupling_load import Load
from mhwfmodel.supply.burnout import monthly_bound

WAY = ("act", "ward")
TIES = Ties(
    icb=np.array([0, 0, 1]),
    share=np.array([[0.5, 0.25], [0.0, 1.0], [0.0, 0.0]]),
    weight=np.array([[1.0, 0.0], [0.0, 0.75], [0.0, 0.25], [0.0, 0.0]]),
    leaving=np.array([0.5, 0.0]),
    admission=np.array([0.0, 2.0]),
    clearance=np.array([2.0, 4.0]),
    way=WAY,
    every=1,
)
PLAN: Any = SimpleNamespace(
    skills=SimpleNamespace(names=("one", "two")), labels=SimpleNamespace(icbs=("a", "b"), months=("2024-04",))
)


def load(arriving: float = 10.0, waiting: float = 8.0, delay: float = 6.0) -> Load:
    """Two draws, two boards, four pools that are alike; the last has nobody on duty."""
    whole, pools = np.ones((2, 2)), np.ones((2, 2, 4))
    duty = 20.0 * pools
    duty[..., 3] = 0.0
    return Load(arriving * pools, waiting * pools, duty, delay * whole, 3.0 * whole)


def test_workload_is_what_comes_and_what_waits_over_what_there_is() -> None:
    found = TIES.workload(load())
    assert found[0] == pytest.approx((10.0 + 8.0 / 2.0) / 20.0)
    assert found[1] == pytest.approx((10.0 + 8.0 / 4.0) / 20.0)


def test_pools_of_a_skill_count_by_their_hours() -> None:
    given = load(waiting=0.0)
    given.arriving[..., 2] = 30.0
    assert TIES.workload(given)[..., 1] == pytest.approx(0.75 * 0.5 + 0.25 * 1.5)


def test_where_nobody_is_on_duty_workload_is_not_known() -> None:
    given = load()
    given.on_duty[:, 0, 0] = 0.0
    found = TIES.workload(given)
    assert np.isnan(found[:, 0, 0]).all()
    assert np.isfinite(found[:, 0, 1]).all()
    assert np.isfinite(found[:, 1]).all()


def test_cells_feel_their_share_of_each_skill() -> None:
    coupling = Coupling(TIES, PLAN, load())
    assert coupling.felt(range(2)) is not None
    assert coupling.felt(range(2)) == pytest.approx(0.0)
    assert coupling.felt(range(1, 2)) is None
    doubled = load(arriving=20.0, waiting=16.0)
    doubled.arriving[..., 0], doubled.waiting[..., 0] = 10.0, 8.0
    coupling.take(doubled)
    found = coupling.felt(range(2))
    # The first cell gives a quarter of its hours to the skill whose work doubled, the second all, the third none.
    assert found is not None
    assert found[0] == pytest.approx(0.5 * np.log([1.25, 2.0, 1.0]))
    assert found[1] == pytest.approx(0.0)


def test_admissions_follow_the_wait() -> None:
    coupling = Coupling(TIES, PLAN, load())
    coupling.take(load(delay=9.0))
    found = coupling.ways()[WAY]
    assert found[0] == pytest.approx(1.0)
    assert found[1] == pytest.approx(1.5**2)
    coupling.take(load(delay=3.0))
    every = coupling.all_ways()[WAY]
    assert every[1] == pytest.approx(np.broadcast_to([1.0, 1.5**2], (2, 2)))


def test_without_an_elasticity_no_way_is_changed() -> None:
    coupling = Coupling(replace(TIES, admission=np.zeros(2)), PLAN, load())
    coupling.take(load(delay=9.0))
    assert coupling.ways() == {}
    assert Coupling(replace(TIES, way=None), PLAN, load()).ways() == {}


def test_looks_that_are_months_apart_take_the_mean() -> None:
    coupling = Coupling(replace(TIES, every=2), PLAN, load(waiting=0.0))
    coupling.take(load(arriving=20.0, waiting=0.0))
    assert coupling.felt(range(1)) == pytest.approx(0.0)
    coupling.take(load(arriving=40.0, waiting=0.0))
    assert coupling.felt(range(1)) == pytest.approx(0.5 * np.log([[1.0 + 0.75 * 2.0, 3.0, 1.0]]))


def test_a_skill_that_nobody_asks_for_acts_on_nobody() -> None:
    nothing = load(arriving=0.0, waiting=0.0)
    coupling = Coupling(TIES, PLAN, nothing)
    coupling.take(load())
    assert coupling.felt(range(1)) == pytest.approx(0.0)


def inputs(turnover: float, duration: float) -> Any:
    shape = (1, 3)
    return SimpleNamespace(
        staff=np.full(shape, 100.0), turnover=np.full(shape, turnover), duration=np.full(shape, duration)
    )


def test_the_bound_is_that_of_one_cell() -> None:
    found = loop_bound(PLAN, TIES, inputs(0.24, 4.0))
    hazard, fill = units.probability_to_hazard(0.02), units.fill_probability(4.0)
    assert found is not None
    assert found.bound == pytest.approx(float(monthly_bound(hazard, fill)))
    assert found.bound > 1.0


def test_the_bound_is_that_of_the_skill_that_runs_away_first() -> None:
    given = inputs(0.24, 4.0)
    given.turnover[0, 1] = 0.6
    found = loop_bound(PLAN, TIES, given)
    assert found is not None
    assert found.skill == "two"
    given.turnover[:] = 0.0
    assert loop_bound(PLAN, TIES, given) is None


@pytest.mark.parametrize(("drawn", "told_of"), [((0.5, 1.0), ""), ((0.5, 9.0), "50%"), ((8.0, 9.0), "100%")])
def test_a_gain_beyond_the_bound_is_warned_of(drawn: tuple[float, float], told_of: str) -> None:
    values: Any = SimpleNamespace(value=lambda name: np.array(drawn))
    warning = told(Coupled(), Bound("therapy", 0.03, 0.15, 7.0), values)["warning"]
    assert warning.startswith(f"In {told_of} of the draws") if told_of else warning == ""
