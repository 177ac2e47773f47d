"""A lever of magnitude zero is the identity, bit for bit; one that acts moves what it says, and only where it says."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from mhwfmodel.inputs import build
from mhwfmodel.levers import FundedPosts, Lever, LeverBase, Pay, Recruitment, Retention, Scope, TrainingInflow
from mhwfmodel.scenario import Scenario

START = "2024-05"
PRIVATE = Scope(sectors=("private",))
NOTHING = [
    FundedPosts(start=START, posts=0),
    FundedPosts(start=START, change=0, ramp_months=5),
    Recruitment(start=START, time_to_fill_change=0),
    Recruitment(start=START, places_per_month=0, recruit_source="abroad"),
    Retention(start=START, leaving_change=0, experience=("under_1",)),
    Pay(start=START, change=0, scope=PRIVATE),
    TrainingInflow(start=START, people_per_year=0, completion_months=(5, 9)),
]
MUCH = [
    FundedPosts(start=START, posts=300, scope=Scope(icbs=("E54000044",))),
    FundedPosts(start=START, change=-0.2, scope=Scope(icbs=("E54000044",))),
    Recruitment(start=START, time_to_fill_change=-0.5, places_per_month=20, scope=Scope(icbs=("E54000044",))),
    Retention(start=START, leaving_change=-0.4, scope=Scope(icbs=("E54000044",))),
    Pay(start=START, change=0.2, scope=Scope(icbs=("E54000044",))),
    TrainingInflow(start=START, people_per_year=400, completion_months=(5, 9), scope=Scope(icbs=("E54000044",))),
]
MOVES = {
    FundedPosts: ("establishment", 1, lambda size: FundedPosts(start=START, change=size)),
    Recruitment: ("starters", -1, lambda size: Recruitment(start=START, time_to_fill_change=size)),
    Retention: ("leavers", 1, lambda size: Retention(start=START, leaving_change=size)),
    Pay: ("leavers", -1, lambda size: Pay(start=START, change=size)),
    TrainingInflow: ("starters", 1, lambda size: TrainingInflow(start=START, people_per_year=1000 * size)),
}


def kinds() -> tuple[type[LeverBase], ...]:
    return get_args(get_args(Lever)[0])


def same(one, two) -> bool:
    return all(one.groups[name].identical(two.groups[name]) for name in one.groups) and set(one.groups) == set(
        two.groups
    )


@pytest.mark.parametrize("lever", NOTHING, ids=lambda lever: lever.kind)
def test_zero_changes_no_bit(forecast, lever: LeverBase) -> None:
    assert same(forecast(), forecast(lever))


def test_all_zero_levers_together_change_no_bit_in_either_evaluator(forecast, expect) -> None:
    assert same(forecast(), forecast(*NOTHING))
    assert same(expect(), expect(*NOTHING))


def test_the_comparison_above_can_fail(forecast) -> None:
    assert not same(forecast(), forecast(Retention(start="2025-05", leaving_change=-0.01)))


def test_inputs_do_not_depend_on_levers() -> None:
    plain = Scenario(name="x", months=2, draws=2, icbs=("E54000044",))
    acted = plain.model_copy(update={"levers": tuple(MUCH)})
    one, two = build(plain), build(acted)
    for name in ("filled", "vacancies", "turnover", "duration"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_every_kind_of_lever_is_tested_here() -> None:
    assert set(kinds()) == set(MOVES) == {type(lever) for lever in NOTHING} == {type(lever) for lever in MUCH}


@pytest.mark.parametrize(
    ("kind", "size"),
    [(kind, size) for kind in MOVES for size in (0.1, -0.1) if (kind, size) != (TrainingInflow, -0.1)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_lever_moves_what_it_says_in_its_direction(expect, forecast, kind: type[LeverBase], size: float) -> None:
    measure, sign, make = MOVES[kind]
    assert kind.moves.startswith(measure)
    for run in (expect, forecast):
        change = run(make(size)).draws_by(measure) - run().draws_by(measure)
        if measure == "establishment":
            last = change.isel(month=-1)
            assert (np.sign(last) == np.sign(sign * size)).all()
            continue
        year = change.sel(month=slice(START, None)).sum("month").mean("draw")
        assert np.sign(float(year)) == np.sign(sign * size)


def test_better_retention_never_lowers_the_headcount_expected_of_any_cell(expect) -> None:
    plain, kept = expect(), expect(MOVES[Retention][2](-0.1))
    change = (kept.detail["filled"] - plain.detail["filled"]).sel(stat="mean")
    assert float(change.min()) >= -1e-3
    assert float(change.isel(month=-1).max()) > 1


def test_more_of_a_lever_moves_more(expect) -> None:
    for measure, _, make in MOVES.values():
        little, much = (
            abs(float((expect(make(size)).draws_by(measure) - expect().draws_by(measure)).sum()))
            for size in (0.05, 0.1)
        )
        assert much > 1.5 * little


def test_a_programme_of_places_brings_starters(expect) -> None:
    lever = Recruitment(start=START, places_per_month=5, scope=Scope(icbs=("E54000044",)))
    change = expect(lever).draws_by("starters", "icb") - expect().draws_by("starters", "icb")
    assert float(change.sel(icb="E54000044", month=START).sum()) > 0


@pytest.mark.parametrize("lever", MUCH, ids=lambda lever: lever.kind)
def test_a_lever_on_one_icb_leaves_every_number_of_the_others(forecast, here, there, lever: LeverBase) -> None:
    plain, acted = forecast(), forecast(lever)
    for group in ("draws", "detail", "icb_sector", "icb_role"):
        assert plain.groups[group].sel(icb=[there]).identical(acted.groups[group].sel(icb=[there])), group
        assert not plain.groups[group].sel(icb=[here]).identical(acted.groups[group].sel(icb=[here])), group


def test_a_lever_on_a_sector_leaves_the_others(forecast) -> None:
    plain, acted = forecast(), forecast(Pay(start=START, change=0.2, scope=PRIVATE))
    for sector in ("local_authority", "voluntary", "nhs", "not_stated", "direct_payment"):
        assert plain.england.sel(sector=sector).identical(acted.england.sel(sector=sector)), sector
    assert not plain.england.sel(sector="private").identical(acted.england.sel(sector="private"))


def test_a_lever_on_a_role_leaves_the_others(forecast) -> None:
    lever = Retention(start=START, leaving_change=-0.4, scope=Scope(roles=("registered_nurse",)))
    plain, acted = forecast(), forecast(lever)
    others = [role for role in plain.england["role"].values if role != "registered_nurse"]
    assert plain.england.sel(role=others).identical(acted.england.sel(role=others))
    assert not plain.england.identical(acted.england)


def test_a_lever_on_a_strand_leaves_the_other(forecast) -> None:
    special, general = (
        forecast(Retention(start=START, leaving_change=-0.4, scope=Scope(strand=strand)))
        for strand in ("specialist", "general")
    )
    plain = forecast()
    for measure in ("filled", "leavers", "starters"):
        part, whole = f"specialist_{measure}", measure
        assert plain.draws[part].identical(general.draws[part])
        assert not plain.draws[part].identical(special.draws[part])
        np.testing.assert_array_equal(
            (plain.draws[whole] - plain.draws[part]).values, (special.draws[whole] - special.draws[part]).values
        )
