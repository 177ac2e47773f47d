"""England's hours and what they hang on."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.inputs import ParameterDraws, england_cells
from mhwfmodel.inputs.capacity import CAPACITY_PARAMETERS, capacity_inputs
from mhwfmodel.inputs.draws import override
from mhwfmodel.simulate import capacity_tables
from mhwfmodel.simulate.capacity import bands_of, capacity, england_hours, net_by_cell, refresher_fte, swings

MIX = np.array([0.2, 0.25, 0.35, 0.2])


def central(**changed: float) -> ParameterDraws:
    overrides = {name: override(name, value, None, None) for name, value in changed.items()}
    return ParameterDraws(0, np.zeros(1, dtype=np.uint32), overrides, central=True)


@pytest.fixture(scope="module")
def people() -> np.ndarray:
    """A hundred people in each cell, mixed as a sector with some turnover is."""
    return np.broadcast_to(100 * MIX, (1, len(england_cells()), MIX.size)).copy()


@pytest.fixture(scope="module")
def found(people):
    return {swing.name: swing for swing in swings(people, central())}


def test_net_hours_of_both_groups_in_closed_form():
    inputs = capacity_inputs(central())
    net = net_by_cell(inputs)[0]
    value = {p.name: p.central for p in catalogue.parameters()}
    for at, group in enumerate(catalogue.HOURS_GROUPS):
        days = sum(value[f"{name}_days_{group}"] for name in ("leave", "sickness", "training"))
        year = value["weekly_hours"] * (1461 / 28 - days / 5) - 12 * value[f"supervision_hours_{group}"]
        wanted = year / 12 * (1 - value[f"travel_share_{group}"])
        assert net[inputs.group == at] == pytest.approx(wanted, rel=1e-12)


def test_a_professional_year_before_travel_agrees_with_the_year_of_an_amhp():
    """Two rooms of the catalogue give the same thing: what a full-time professional has after leave and sickness."""
    net = net_by_cell(capacity_inputs(central(travel_share_professional=0.0)))[0]
    other = catalogue.parameter("amhp_hours_before_refresher")
    assert other.low < 12 * net[capacity_inputs(central()).group == 0][0] < other.high


def test_amhp_time_and_the_refresher_come_off_the_post(people):
    inputs = capacity_inputs(central())
    fte, nobody = people, np.zeros(people.shape[:2])
    whole = capacity(inputs, fte, nobody, nobody, nobody)
    rota = capacity(inputs, fte, nobody, nobody + 25.0, nobody)
    np.testing.assert_allclose(rota.hours, 0.75 * whole.hours, rtol=1e-12)
    approved = capacity(inputs, fte, nobody, nobody, nobody + 100.0)
    share = refresher_fte(inputs)
    assert share[0, 0] == pytest.approx(18 / (37 * 1461 / 28), rel=1e-12)
    np.testing.assert_allclose(approved.hours, (1 - share) * whole.hours, rtol=1e-12)
    both = capacity(inputs, fte, nobody, nobody + 25.0, nobody + 100.0)
    np.testing.assert_allclose(both.hours, (0.75 - 0.75 * share) * whole.hours, rtol=1e-12)


def test_the_refresher_takes_no_more_than_is_left(people):
    inputs = capacity_inputs(central())
    nobody = np.zeros(people.shape[:2])
    for released, rota in ((0.0, 100.0), (40.0, 60.0), (0.05, 99.9)):
        made = capacity(inputs, people, nobody + released, nobody + rota, nobody + 110.0)
        np.testing.assert_allclose(made.hours, 0.0, atol=1e-9)
    with pytest.raises(DataError, match="are released or on AMHP work"):
        capacity(inputs, people, nobody + 1.0, nobody + 100.0, nobody)


def test_roles_that_see_nobody_leave_england_as_it_is(people):
    roles = [role.code for role in catalogue.roles()]
    silent = np.isin(england_cells().role, [roles.index("registered_manager"), roles.index("other")])
    more = people.copy()
    more[:, silent] *= 7
    assert england_hours(central(), more) == england_hours(central(), people)


def test_experience_lost_at_constant_headcount_shows_unless_heads_alone_count(people):
    younger = people[:, :, [1, 0, 3, 2]] + 0.0
    younger[:, :, 0], younger[:, :, 2] = people[:, :, 2], people[:, :, 0]
    younger[:, :, 1], younger[:, :, 3] = people[:, :, 1], people[:, :, 3]
    assert england_hours(central(), younger)[0] < england_hours(central(), people)[0]
    alike = central(productivity_headcount_only=1.0)
    assert england_hours(alike, younger)[0] == pytest.approx(england_hours(alike, people)[0], rel=1e-12)


def test_protected_time_costs_what_it_protects(people):
    plain, protected = england_hours(central(), people)[0], england_hours(central(protected_time_share=0.08), people)[0]
    assert protected == pytest.approx(0.92 * plain, rel=1e-12)


def test_each_input_moves_the_hours_the_way_it_should(found):
    down = ("leave", "sickness", "training", "supervision", "travel", "protected")
    for name, swing in found.items():
        if name.startswith(down):
            assert swing.hours_high < swing.hours_low, name
        else:
            assert swing.hours_high > swing.hours_low, name
        assert min(swing.hours_low, swing.hours_high) <= swing.hours <= max(swing.hours_low, swing.hours_high), name


def test_every_capacity_input_is_there_the_widest_first(people, found):
    listed = swings(people, central())
    widths = [swing.width for swing in listed]
    assert widths == sorted(widths, reverse=True)
    assert widths == [abs(swing.hours_high - swing.hours_low) / swing.hours for swing in listed]
    participation = {role.participation for role in catalogue.roles() if role.delivers}
    assert set(found) == {*CAPACITY_PARAMETERS, *participation}


def test_the_share_for_mental_health_moves_the_hours_in_a_straight_line(people, found):
    swing = found["mental_health_share"]
    none, all_of_it = (england_hours(central(mental_health_share=at), people)[0] for at in (0.0, 1.0))
    for at, hours in ((swing.low, swing.hours_low), (swing.high, swing.hours_high), (0.25, swing.hours)):
        assert hours == pytest.approx(none + at * (all_of_it - none), rel=1e-12)


def test_people_are_added_up_by_cell_and_band():
    stock = np.arange(1.0, 15.0).reshape(2, 7)
    made = bands_of(stock, np.array([0, 0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 3, 2, 2, 0]), 3)
    wanted = [[[3, 3, 0, 4], [7, 0, 11, 0], [0, 0, 0, 0]], [[17, 10, 0, 11], [14, 0, 25, 0], [0, 0, 0, 0]]]
    np.testing.assert_array_equal(made, wanted)
    assert made.sum() == stock.sum()


@pytest.fixture(scope="module")
def opening() -> np.ndarray:
    return capacity_tables.opening_people()


def test_the_opening_people_are_the_baselines(opening):
    assert opening.shape == (1, len(england_cells()), MIX.size)
    social_care = np.array([sector.population != "nhs" for sector in catalogue.sectors()])[england_cells().sector]
    assert opening[:, social_care].sum() == pytest.approx(catalogue.figure("F001").number, rel=1e-9)
    assert (opening >= 0).all()


def test_the_share_of_general_employers_is_what_the_level_hangs_on(opening):
    first, second, *_ = swings(opening, central())
    assert first.name == "mental_health_share"
    assert first.width > 10 * second.width


def test_the_tables_say_what_the_functions_give(opening):
    headings, rows = capacity_tables.capacity_sensitivity()
    assert [row[0].strip("`") for row in rows] == [swing.name for swing in swings(opening, central())]
    assert all(len(row) == len(headings) for row in rows)
    inputs = capacity_inputs(central())
    for at, row in enumerate(capacity_tables.capacity_hours()[1]):
        assert float(row[1]) == pytest.approx(net_by_cell(inputs)[0][inputs.group == at][0], abs=0.05)
    assert {row[0].strip("`") for row in capacity_tables.capacity_assumptions()[1]} == {
        *CAPACITY_PARAMETERS,
        "amhp_refresher_hours",
    }
    assert {row[0] for row in capacity_tables.capacity_roles()[1]} == {role.name for role in catalogue.roles()}
