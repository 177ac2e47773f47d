"""What turns staff into hours, as drawn."""

from __future__ import annotations

from dataclasses import fields, replace
from importlib.resources import files

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS, SPECIALIST
from mhwfmodel.errors import DataError
from mhwfmodel.inputs import ParameterDraws, england_cells
from mhwfmodel.inputs.capacity import CAPACITY_PARAMETERS, CapacityInputs, capacity_inputs
from mhwfmodel.inputs.draws import override

NUMBERS = np.arange(40, dtype=np.uint32)
GROUPS = catalogue.HOURS_GROUPS


def draws(*, central: bool = False, count: int = 40, **changed: float) -> ParameterDraws:
    overrides = {name: override(name, value, None, None) for name, value in changed.items()}
    return ParameterDraws(20240401, NUMBERS[: 1 if central else count], overrides, central)


@pytest.fixture(scope="module")
def drawn_capacity() -> CapacityInputs:
    return capacity_inputs(draws())


def test_central_values_are_those_of_the_catalogue():
    made = capacity_inputs(draws(central=True))
    value = {p.name: p.central for p in catalogue.parameters()}
    for at, group in enumerate(GROUPS):
        assert made.weekly[0, at] == value["weekly_hours"]
        assert made.leave_days[0, at] == value[f"leave_days_{group}"]
        assert made.sickness_days[0, at] == value[f"sickness_days_{group}"]
        assert made.training_days[0, at] == value[f"training_days_{group}"]
        assert made.supervision[0, at] == value[f"supervision_hours_{group}"]
        assert made.travel[0, at] == value[f"travel_share_{group}"]
        assert made.protected[0, at] == value["protected_time_share"] == 0
    bands = dict(zip(EXPERIENCE_BANDS, made.productivity[0], strict=True))
    assert bands.pop("3_to_10") == 1.0
    assert bands == {band: value[f"productivity_{band}"] for band in bands}
    assert made.refresher[0] * 12 == catalogue.figure("A050").number


def test_sickness_of_professionals_is_what_three_figures_give():
    parameter = catalogue.parameter("sickness_days_professional")
    published = [catalogue.figure(name).number for name in parameter.source]
    assert parameter.source == ("B901", "B902", "BOT08")
    assert parameter.central == pytest.approx(np.mean(published))
    assert (parameter.low, parameter.high) == (min(published), max(published))


def test_newcomers_do_less_in_every_draw(drawn_capacity):
    productivity = drawn_capacity.productivity
    assert (productivity[:, 0] < productivity[:, 1]).all()
    assert (productivity[:, 1] <= productivity[:, 2]).all()
    assert (productivity[:, 2] == 1).all()


def test_one_assumption_makes_headcount_alone_count():
    assert (capacity_inputs(draws(productivity_headcount_only=1.0)).productivity == 1).all()
    halfway = capacity_inputs(draws(productivity_headcount_only=0.5)).productivity
    np.testing.assert_allclose(1 - halfway, (1 - capacity_inputs(draws()).productivity) / 2, rtol=1e-12, atol=1e-15)


def test_the_share_for_mental_health_is_all_in_specialist_and_nhs_posts_and_none_where_nobody_is_seen(drawn_capacity):
    cells = england_cells()
    delivers = np.array([role.delivers for role in catalogue.roles()])
    nhs = np.array([sector.population == "nhs" for sector in catalogue.sectors()])[cells.sector]
    wholly = (cells.strand == SPECIALIST) | nhs
    working = delivers[cells.role]
    share = drawn_capacity.mental_health_share
    assert (share[:, ~working] == 0).all()
    assert (share[:, working & wholly] == 1).all()
    general = share[:, working & ~wholly]
    assert (general == general[:, :1]).all()
    np.testing.assert_array_equal(general[:, 0], draws().value("mental_health_share"))
    assert {role.code for role, gives in zip(catalogue.roles(), delivers, strict=True) if not gives} == {
        "registered_manager",
        "other",
    }


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_the_ends_of_the_share(value):
    share = capacity_inputs(draws(mental_health_share=value)).mental_health_share
    assert set(np.unique(share)) == {0.0, 1.0}


def test_groups_follow_the_role_of_the_cell(drawn_capacity):
    cells = england_cells()
    wanted = [catalogue.roles()[role].hours_group for role in cells.role]
    assert [GROUPS[at] for at in drawn_capacity.group] == wanted


def test_draws_stay_inside_their_ranges_and_differ(drawn_capacity):
    for name in CAPACITY_PARAMETERS:
        item = catalogue.parameter(name)
        values = draws().value(name)
        assert (values >= item.low).all(), name
        assert (values <= item.high).all(), name
        assert (np.unique(values).size > 1) == (item.distribution != "fixed"), name


def test_the_first_draws_are_those_of_a_shorter_run(drawn_capacity):
    fewer = capacity_inputs(draws(count=7))
    for field in fields(CapacityInputs):
        whole, part = getattr(drawn_capacity, field.name), getattr(fewer, field.name)
        assert np.array_equal(part, whole if field.name == "group" else whole[:7]), field.name


def test_an_assumption_leaves_what_others_drew(drawn_capacity):
    other = capacity_inputs(draws(leave_days_care=33.0))
    assert (other.leave_days[:, GROUPS.index("care")] == 33.0).all()
    for field in fields(CapacityInputs):
        if field.name != "leave_days":
            assert np.array_equal(getattr(other, field.name), getattr(drawn_capacity, field.name)), field.name


def test_keeping_some_cells_keeps_theirs(drawn_capacity):
    kept = england_cells().among(("E54000044",))
    part = drawn_capacity.keep(kept)
    assert np.array_equal(part.group, drawn_capacity.group[kept])
    assert np.array_equal(part.mental_health_share, drawn_capacity.mental_health_share[:, kept])
    assert part.productivity is drawn_capacity.productivity


def test_what_makes_no_sense_is_refused_all_at_once():
    with pytest.raises(DataError) as caught:
        capacity_inputs(
            draws(mental_health_share=1.2, leave_days_care=-3.0, protected_time_share=-0.1, weekly_hours=40.0)
        )
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 3
    for text in (
        "assumptions.mental_health_share: 1.2 is no share; give 0 to 1",
        "assumptions.leave_days_care: -3 is no days/year; give 0 or more",
        "assumptions.protected_time_share: -0.1 is no share; give 0 to 1",
    ):
        assert text in told


def test_a_range_that_leaves_what_makes_sense_is_refused():
    wide = replace(catalogue.parameter("mental_health_share"), low=-0.5)
    with pytest.raises(DataError, match=r"mental_health_share: -0\.5"):
        capacity_inputs(ParameterDraws(1, NUMBERS, {"mental_health_share": wide}))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("participation_advocate,yes,care,", "participation_advocate,perhaps,care,", "'perhaps' is not allowed"),
        ("participation_advocate,yes,care,", "participation_advocate,yes,caring,", "did you mean 'care'"),
        ("participation_advocate,yes,care,", "participation_advocate,yes,,", "hours_group: the cell is empty"),
    ],
)
def test_a_role_without_sound_hours_is_refused(tmp_path, old, new, said):
    text = (files("mhwfmodel.catalogue") / "data" / "roles.csv").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "roles.csv").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        catalogue.check_tables(tmp_path)
    assert any(str(fault).startswith("roles.csv:12") and said in str(fault) for fault in caught.value.faults)
