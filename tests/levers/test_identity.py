"""A lever of magnitude zero is the identity, bit for bit; one that acts moves what it says, and only where it says."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from mhwfmodel.inputs import build
from mhwfmodel.levers import (
    EmployerClosure,
    FundedPosts,
    Lever,
    LeverBase,
    Pay,
    Recruitment,
    Retention,
    Scope,
    TrainingInflow,
)
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
    EmployerClosure(start=START, closing=0, scope=PRIVATE),
]
MUCH = [
    FundedPosts(start=START, posts=300, scope=Scope(icbs=("E54000044",))),
    FundedPosts(start=START, change=-0.2, scope=Scope(icbs=("E54000044",))),
    Recruitment(start=START, time_to_fill_change=-0.5, places_per_month=20, scope=Scope(icbs=("E54000044",))),
    Retention(start=START, leaving_change=-0.4, scope=Scope(icbs=("E54000044",))),
    Pay(start=START, change=0.2, scope=Scope(icbs=("E54000044",))),
    TrainingInflow(start=START, people_per_year=400, completion_months=(5, 9), scope=Scope(icbs=("E54000044",))),
    EmployerClosure(start=START, closing=0.2, scope=Scope(icbs=("E54000044",), sectors=("voluntary",))),
]
MOVES = {
    FundedPosts: ("establishment", 1, lambda size: FundedPosts(start=START, change=size)),
    Recruitment: ("starters", -1, lambda size: Recruitment(start=START, time_to_fill_change=size)),
    Retention: ("leavers", 1, lambda size: Retention(start=START, leaving_change=size)),
    Pay: ("leavers", -1, lambda size: Pay(start=START, change=size)),
    TrainingInflow: ("starters", 1, lambda size: TrainingInflow(start=START, people_per_year=1000 * size)),
    EmployerClosure: ("leavers", 1, lambda size: EmployerClosure(start=START, closing=size)),
}
ONE_WAY = (TrainingInflow, EmployerClosure)


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
    [(kind, size) for kind in MOVES for size in (0.1, -0.1) if size > 0 or kind not in ONE_WAY],
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


def test_better_retention_never_lowers_the_headcount_expected_of_any_cell(expect, apart) -> None:
    """Where employers share nobody; in one market a cell may lose what its neighbours keep (see the next test)."""
    plain, kept = expect(**apart), expect(MOVES[Retention][2](-0.1), **apart)
    change = (kept.detail["filled"] - plain.detail["filled"]).sel(stat="mean")
    assert float(change.min()) >= -1e-3
    assert float(change.isel(month=-1).max()) > 1


def test_in_one_market_better_retention_raises_every_role_of_social_care_together(expect) -> None:
    plain, kept = expect(), expect(MOVES[Retention][2](-0.1))
    change = (kept.england["filled"] - plain.england["filled"]).isel(draw=0, month=-1)
    assert float(change.drop_sel(sector="nhs").sum("sector").min()) >= -1e-3
    assert float(change.sum()) > 1


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
    """With `moves: within_icb`; otherwise staff go where the lever makes posts."""
    plain, acted = (forecast(*levers, moves="within_icb") for levers in ((), (lever,)))
    for group in ("draws", "detail", "icb_sector", "icb_role", "amhp", "training"):
        assert plain.groups[group].sel(icb=[there]).identical(acted.groups[group].sel(icb=[there])), group
        changed = not plain.groups[group].sel(icb=[here]).identical(acted.groups[group].sel(icb=[here]))
        assert changed or group in ("amhp", "training"), group


def test_with_moves_between_icbs_a_lever_reaches_the_others_too(forecast, there) -> None:
    plain, acted = forecast(), forecast(MUCH[0])
    assert not plain.draws["filled"].sel(icb=there).identical(acted.draws["filled"].sel(icb=there))
    for name in ("parameters",):
        assert plain.groups[name].identical(acted.groups[name])


def test_a_lever_on_a_sector_leaves_the_others_when_they_share_nobody(forecast, apart) -> None:
    plain, acted = forecast(**apart), forecast(Pay(start=START, change=0.2, scope=PRIVATE), **apart)
    for sector in ("local_authority", "voluntary", "nhs", "not_stated", "direct_payment"):
        assert plain.england.sel(sector=sector).identical(acted.england.sel(sector=sector)), sector
    assert not plain.england.sel(sector="private").identical(acted.england.sel(sector="private"))


def test_a_lever_on_a_role_leaves_the_others(forecast) -> None:
    """The market is one of roles: nurses who stay are no concern of support workers."""
    lever = Retention(start=START, leaving_change=-0.4, scope=Scope(roles=("registered_nurse",)))
    plain, acted = forecast(), forecast(lever)
    others = [role for role in plain.england["role"].values if role != "registered_nurse"]
    assert plain.england.sel(role=others).identical(acted.england.sel(role=others))
    assert not plain.england.identical(acted.england)


def test_a_lever_on_a_strand_leaves_the_other_when_they_share_nobody(forecast, apart) -> None:
    special, general = (
        forecast(Retention(start=START, leaving_change=-0.4, scope=Scope(strand=strand)), **apart)
        for strand in ("specialist", "general")
    )
    plain = forecast(**apart)
    for measure in ("filled", "leavers", "starters"):
        part, whole = f"specialist_{measure}", measure
        assert plain.draws[part].identical(general.draws[part])
        assert not plain.draws[part].identical(special.draws[part])
        np.testing.assert_array_equal(
            (plain.draws[whole] - plain.draws[part]).values, (special.draws[whole] - special.draws[part]).values
        )
