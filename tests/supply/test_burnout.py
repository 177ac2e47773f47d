"""The burn-out loop: its resting point, when it is stable, and the same equation from a graph of one cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhwfmodel.errors import DataError
from mhwfmodel.supply import Expected, MonthInputs, step, workforce_graph
from mhwfmodel.supply.burnout import (
    equilibrium,
    growth_rate,
    leaving,
    monthly_bound,
    monthly_factor,
    stability_bound,
)
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.hazards import Hazards
from mhwfmodel.supply.states import AGES, BANDS, CONVEYOR, GROUPS, SOURCES, state_of

BASE, DEMAND, RECRUITS = 0.2, 1000.0, 200.0
RATES = st.floats(0.005, 0.5)
STAFF = st.floats(50.0, 5000.0)


def follow(staff, gain, *, base=BASE, recruits=RECRUITS, posts=0.0, fill_rate=0.0, time=50.0, steps=20_000):
    """Staff after some time, by the midpoint rule."""

    def change(staff):
        return recruits + fill_rate * (posts - staff) - base * staff * (DEMAND / staff) ** gain

    length = time / steps
    for _ in range(steps):
        staff += length * change(staff + length / 2 * change(staff))
        if staff < 50.0:
            return 0.0
    return staff


@pytest.mark.parametrize(("gain", "published"), [(0.0, -0.2), (0.5, -0.1), (1.0, 0.0), (1.5, 0.1)])
def test_a_gap_grows_at_the_known_rate(gain, published):
    assert growth_rate(leaving(BASE, DEMAND, 1000.0, gain), gain) == pytest.approx(published, abs=1e-12)


@pytest.mark.parametrize("gain", [-1.0, 0.0, 0.5, 0.9, 1.5, 3.0])
def test_the_known_resting_point(gain):
    assert equilibrium(RECRUITS, BASE, DEMAND, gain) == pytest.approx(1000.0, abs=1e-6)


def test_without_the_loop_staff_rest_at_recruits_over_the_hazard():
    assert equilibrium(50.0, 0.02, 7.0, 0.0) == pytest.approx(2500.0, rel=1e-12)


@given(STAFF, RATES, STAFF, st.one_of(st.floats(-1.0, 0.9), st.floats(1.1, 3.0)))
def test_at_the_resting_point_leavers_are_the_recruits_and_the_rate_is_the_slope(recruits, base, demand, gain):
    staff = equilibrium(recruits, base, demand, gain)

    def change(people):
        return recruits - people * leaving(base, demand, people, gain)

    assert change(staff) == pytest.approx(0.0, abs=1e-9 * recruits)
    rate = growth_rate(leaving(base, demand, staff, gain), gain)
    slope = (change(staff * (1 + 1e-5)) - change(staff * (1 - 1e-5))) / (2e-5 * staff)
    assert slope == pytest.approx(rate, rel=1e-5, abs=1e-9)


@given(STAFF, RATES, st.floats(0.0, 3.0), st.floats(0.0, 0.5))
def test_with_vacancies_that_fill_the_rate_is_the_slope_and_the_bound_is_where_it_is_0(staff, base, gain, fill_rate):
    hazard = float(leaving(base, DEMAND, staff, gain))
    posts = staff + staff * hazard / fill_rate if fill_rate > 1e-3 else staff

    def change(people):
        return fill_rate * (posts - people) - people * leaving(base, DEMAND, people, gain)

    slope = (change(staff * (1 + 1e-5)) - change(staff * (1 - 1e-5))) / (2e-5 * staff)
    assert growth_rate(hazard, gain, fill_rate) == pytest.approx(slope, rel=1e-4, abs=1e-7 * (1 + hazard))
    bound = stability_bound(hazard, fill_rate)
    assert growth_rate(hazard, bound, fill_rate) == pytest.approx(0.0, abs=1e-12 * (1 + hazard))
    assert growth_rate(hazard, bound * 1.01, fill_rate) > 0 > growth_rate(hazard, bound * 0.99, fill_rate)


def test_an_unstable_staff_of_one_too_few_runs_down_and_of_one_too_many_grows():
    assert follow(999.0, 1.5, time=90.0) == 0.0
    assert follow(1001.0, 1.5, time=50.0) > 1100.0
    assert follow(1000.0, 1.5) == pytest.approx(1000.0, abs=1e-9)


def test_a_stable_staff_comes_back():
    assert follow(800.0, 0.5, time=200.0) == pytest.approx(1000.0, abs=1e-4)
    assert follow(1200.0, 0.5, time=200.0) == pytest.approx(1000.0, abs=1e-4)


@pytest.mark.parametrize(("share_of_bound", "comes_back"), [(0.95, True), (1.05, False)])
def test_vacancies_that_fill_hold_a_loop_that_fixed_recruits_would_not(share_of_bound, comes_back):
    fill_rate = 0.1
    bound = float(stability_bound(BASE, fill_rate))
    assert bound == pytest.approx(1.5)
    gain, posts = share_of_bound * bound, DEMAND * (1 + BASE / fill_rate)
    end = follow(980.0, gain, recruits=0.0, posts=posts, fill_rate=fill_rate, time=300.0)
    assert (abs(end - 1000.0) < 10.0) is comes_back
    assert comes_back or end < 900.0


@given(RATES, st.floats(0.0, 3.0), st.floats(0.0, 0.9))
def test_in_months_the_factor_is_the_slope_and_the_bound_is_where_it_is_1(base, gain, fill):
    def after(staff):
        stay = staff * np.exp(-leaving(base, DEMAND, staff, gain))
        return stay + fill * (3.0 * DEMAND - stay)

    slope = (after(DEMAND * (1 + 1e-6)) - after(DEMAND * (1 - 1e-6))) / (2e-6 * DEMAND)
    assert monthly_factor(base, gain, fill) == pytest.approx(slope, rel=1e-6, abs=1e-8)
    bound = monthly_bound(base, fill)
    assert monthly_factor(base, bound, fill) == pytest.approx(1.0, rel=1e-12)
    assert bound >= stability_bound(base, fill / (1.0 - fill)) * (1 - 1e-12)


def test_short_months_are_no_months():
    assert monthly_bound(1e-6, 2e-6) == pytest.approx(float(stability_bound(1e-6, 2e-6)), rel=1e-5)
    assert monthly_bound(0.1, 1.0) == np.inf


def test_arrays_are_taken_place_by_place():
    hazards = np.array([[0.1, 0.2], [0.4, 0.05]])
    np.testing.assert_allclose(stability_bound(hazards, np.array([0.1, 0.2])), [[2.0, 2.0], [1.25, 5.0]])


def test_numbers_out_of_range_are_told_all_at_once():
    with pytest.raises(DataError) as told:
        equilibrium(-1.0, 0.0, np.array([5.0, np.nan]), 0.5)
    assert [fault.where.split(", ")[1] for fault in told.value.faults] == ["recruits", "base", "demand"]
    with pytest.raises(DataError, match="gain of 1"):
        equilibrium(1.0, 0.1, 5.0, np.array([0.5, 1.0]))
    with pytest.raises(DataError, match="give 0 to 1"):
        monthly_factor(0.1, 0.5, 1.2)
    with pytest.raises(DataError, match="more than 0"):
        stability_bound(0.0, 0.1)


def one_cell(entry):
    """A workforce of one cell where all staff leave the sector alike, and do nothing else; hazards times a factor."""
    workforce = workforce_graph(np.array([512], dtype=np.uint32), entry)
    alike, none = np.ones((1, 1)), np.zeros((1, 1))

    def hazards(factor):
        return Hazards(
            scale=alike * BASE / 12, shared=alike * factor, by_band=np.ones((1, len(BANDS), 1)),
            relative=np.ones((1, GROUPS)), retire=np.zeros((1, len(AGES))), retiring=none,
            progress=np.zeros(len(BANDS)), ageing=np.zeros((1, len(AGES))), modelled=none, boundary=none,
            pull=alike, within=alike, stops=none, passes=alike, closing=np.zeros(1), looking=np.zeros(1),
            leads=np.zeros(1, dtype=bool), renews=np.zeros(1, dtype=bool), group=workforce.groups,
        )  # fmt: skip

    return workforce, hazards


@settings(max_examples=5, deadline=None)
@given(st.floats(0.0, 2.5), st.floats(0.6, 1.4), st.sampled_from([0.0, 0.15]))
def test_a_cell_whose_leaving_is_multiplied_month_by_month_follows_the_equation(gain, start, fill):
    workforce, hazards = one_cell(entry_states((0.1, 0.2, 0.3, 0.4), np.full((len(SOURCES), len(AGES)), 1 / len(AGES))))
    graph, posts = workforce.graph, 1.3 * DEMAND
    recruits = 0.0 if fill else RECRUITS / 12
    stock = np.zeros((1, graph.node_id.size))
    stock[0, [state_of(0, 3), state_of(1, CONVEYOR), state_of(2, CONVEYOR + 2)]] = start * DEMAND / 3
    inflow = np.zeros_like(stock)
    inflow[0, :2] = recruits / 2
    staff = start * DEMAND
    shares = np.full((len(SOURCES), 1, 1), 1 / len(SOURCES))
    for month in range(36):
        factor = (DEMAND / stock.sum()) ** gain
        inputs = MonthInputs(
            month, hazards(factor), np.full((1, 1), posts), np.full((1, 1), fill), shares, inflow=inflow
        )
        stock = step(graph, stock, inputs, Expected()).stock
        stay = staff * np.exp(-float(leaving(BASE / 12, DEMAND, staff, gain)))
        staff = stay + fill * max(posts - stay, 0.0) + recruits
        assert stock.sum() == pytest.approx(staff, rel=1e-9)
