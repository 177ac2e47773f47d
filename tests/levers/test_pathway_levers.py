"""Levers on the pathway: at zero nothing changes, in force they move what they say, and only where they act."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import mhwfmodel as mh
from mhwfmodel import units
from mhwfmodel.catalogue import parameter
from mhwfmodel.errors import ScenarioError
from mhwfmodel.levers import (
    Acuity,
    CaseloadCap,
    CrisisService,
    DemandShock,
    DigitalShift,
    LeverBase,
    PolicyMinutes,
    Prevention,
    RepeatContact,
    Scope,
    TestSites,
    kinds,
)
from mhwfmodel.levers.demand_shock import Phase
from mhwfmodel.levers.effects import AmhpWork, PathwayAdded, PathwayRoutes, PathwayScaled
from mhwfmodel.levers.on_pathway import PathwayLever
from mhwfmodel.levers.shapes import Decay, Pulse, decay, pulse
from mhwfmodel.results import Result
from mhwfmodel.scenario import PathwayUse, Scenario, check_text
from mhwfmodel.scenario.sentences import lever_sentence

START = "2024-06"
HERE, THERE = "E54000044", "E54000034"
MONTHS_RUN = 7
MONTHS = units.month_range("2024-04", 10)
EXCLUDED = {"routine_offline": 0.5}

Make = Callable[[float], LeverBase]
MAKE: dict[type[LeverBase], Make] = {
    DemandShock: lambda size, **more: DemandShock(start=START, stages=("triage",), change=size, **more),
    Acuity: lambda size, **more: Acuity(start=START, stages=("assessment", "core"), change=size, **more),
    DigitalShift: lambda size, **more: DigitalShift(
        start=START,
        stages=("assessment",),
        to_digital=size,
        offline_option=False,
        excluded=EXCLUDED,
        entry=("triage",),
        **more,
    ),
    CrisisService: lambda size, **more: CrisisService(start=START, pools=("crisis_places",), change=size, **more),
    CaseloadCap: lambda size, **more: CaseloadCap(
        start=START, pools=("coordinators",), from_cap=25, to_cap=25 * (1 + size), **more
    ),
    Prevention: lambda size, **more: Prevention(start=START, stages=("triage",), change=size, lag_months=2, **more),
    RepeatContact: lambda size, **more: RepeatContact(
        start=START, stage="helpline", to="emergency", change=size, **more
    ),
    PolicyMinutes: lambda size, **more: PolicyMinutes(start=START, work_change=size, assessments_change=size, **more),
}
MOVES = {
    DemandShock: ("arrived", 1),
    Acuity: ("waiting", 1),
    DigitalShift: ("arrived", -1),
    CrisisService: ("on_duty", 1),
    CaseloadCap: ("on_duty", 1),
    Prevention: ("arrived", 1),
    RepeatContact: ("left", 1),
    PolicyMinutes: ("amhp_need_fte", 1),
}


def by_kind(kind: type[LeverBase]) -> str:
    return str(kind.model_fields["kind"].default)


@cache
def ran(scenario: Scenario) -> Result:
    return mh.run(scenario, threads=1)


def go(*levers: LeverBase, **changes: object) -> Result:
    given = {"name": "pathway", "months": MONTHS_RUN, "draws": 2, "icbs": (HERE, THERE), "moves": "within_icb"}
    return ran(Scenario(**given | {"pathway": {"file": "cmhf"}, "levers": levers} | changes))


def same(one: Result, two: Result) -> bool:
    return set(one.groups) == set(two.groups) and all(
        one.groups[name].identical(two.groups[name]) for name in one.groups
    )


class Run:
    """What a lever may ask of a run, at central values."""

    months = MONTHS
    icbs = (HERE, THERE)

    @staticmethod
    def parameter(name: str) -> np.ndarray:
        return np.array([parameter(name).central])


def test_every_lever_on_the_pathway_is_tested_here() -> None:
    assert {kind for kind in kinds() if issubclass(kind, PathwayLever)} == set(MAKE) == set(MOVES)


@pytest.mark.parametrize("kind", MAKE, ids=by_kind)
def test_at_zero_every_factor_is_one(kind: type[LeverBase]) -> None:
    lever = MAKE[kind](0.0)
    for effect in lever.effects(Run()):
        factors = [effect.factor, effect.assessments] if isinstance(effect, AmhpWork) else [effect.factor]
        assert all((factor == 1.0).all() for factor in factors)


def test_levers_of_no_size_change_no_bit_of_a_run() -> None:
    nobody = DemandShock(start=START, stages=("triage",), people=0, end="2024-08")
    assert same(go(), go(*(make(0.0) for make in MAKE.values()), nobody))


@pytest.mark.parametrize(
    ("kind", "size"),
    [(kind, 0.3) for kind in MAKE] + [(Acuity, -0.3), (DemandShock, -0.3)],
    ids=lambda value: by_kind(value) if isinstance(value, type) else str(value),
)
def test_a_lever_moves_what_it_says_in_its_direction(kind: type[LeverBase], size: float) -> None:
    measure, sign = MOVES[kind]
    assert measure in kind.moves
    change = go(MAKE[kind](size)).draws_by(measure) - go().draws_by(measure)
    others = [dim for dim in change.dims if dim not in ("draw", "month")]
    assert (np.sign(change.sum([*others, "month"])) == np.sign(sign * size)).all()
    assert not change.sel(month=slice(None, "2024-05")).any()


def test_levers_on_one_board_leave_every_number_of_the_other() -> None:
    for kind, make in MAKE.items():
        assert {effect.icbs for effect in make(0.3, scope=Scope(icbs=(HERE,))).effects(Run())} == {(HERE,)}, kind
    plain, acted = go(), go(*(make(0.3, scope=Scope(icbs=(HERE,))) for make in MAKE.values()))
    for group in ("pathway", "pathway_draws", "draws", "amhp"):
        one, two = plain.groups[group], acted.groups[group]
        assert one.sel(icb=[THERE]).identical(two.sel(icb=[THERE])), group
        assert group == "draws" or not one.sel(icb=[HERE]).identical(two.sel(icb=[HERE])), group


@pytest.mark.parametrize("kind", MAKE, ids=by_kind)
def test_a_file_says_the_same_as_python(kind: type[LeverBase]) -> None:
    lever = MAKE[kind](0.3)
    scenario = Scenario(name="x", pathway={"file": "cmhf"}, levers=(lever,))
    assert check_text(json.dumps(scenario.resolved())) == scenario
    assert Scenario.model_validate(scenario.resolved()).levers == (lever,)


def test_levers_on_the_pathway_multiply_in_either_order() -> None:
    one, two = MAKE[DemandShock](0.3), MAKE[Prevention](-0.2)
    assert same(go(one, two), go(two, one))
    arrived = go(one, two).draws_by("arrived").sel(month="2024-09") - go().draws_by("arrived").sel(month="2024-09")
    alone = go(one).draws_by("arrived").sel(month="2024-09") - go().draws_by("arrived").sel(month="2024-09")
    np.testing.assert_allclose(arrived, alone * (1.3 * 0.8 - 1) / 0.3, rtol=1e-5)


# Shapes


@given(st.floats(0.5, 60), st.integers(0, 40))
def test_a_decay_halves_and_sums_to_its_closed_form(half_life: float, first: int) -> None:
    since = np.arange(-first, 4000, dtype=float)
    weights = decay(since, half_life)
    assert not weights[:first].any()
    assert weights[first] == 1.0
    seen = weights[first:][weights[first:] > 1e-200]
    np.testing.assert_allclose(seen[1:] / seen[:-1], 0.5 ** (1 / half_life), rtol=1e-9)
    assert weights.sum() == pytest.approx(Decay(half_life_months=half_life).total(), rel=1e-9)


@given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_a_pulse_rises_holds_and_falls(rise: int, hold: int, fall: int) -> None:
    since = np.arange(-2, rise + hold + fall + 2, dtype=float)
    weights = pulse(since, rise, hold, fall)
    assert not weights[:2].any()
    assert not weights[-3:].any()
    assert (weights == 1).sum() == hold + 1
    assert weights.sum() == pytest.approx((rise + 1) / 2 + hold + (fall - 1) / 2)
    assert Pulse(rise_months=rise, hold_months=hold, fall_months=fall).total() == pytest.approx(weights.sum())


def test_a_pulse_month_by_month() -> None:
    assert pulse(np.arange(-1.0, 7), 2, 1, 4).tolist() == [0, 0.5, 1, 1, 0.75, 0.5, 0.25, 0]


SHAPES = {
    "decay": {"shape": Decay(half_life_months=6)},
    "decay, cut": {"shape": Decay(half_life_months=6), "end": "2025-06"},
    "pulse": {"shape": Pulse(rise_months=3, hold_months=2, fall_months=6)},
    "step": {"end": "2025-06"},
    "ramp": {"end": "2025-06", "ramp_months": 7},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("take_up", [0.4, None])
def test_people_of_a_whole_shock_are_people_times_take_up(shape: str, take_up: float | None) -> None:
    lever = DemandShock(start=START, stages=("triage",), people=500_000, take_up=take_up, **SHAPES[shape])

    class Long(Run):
        months = units.month_range("2024-04", 600)

    (added,) = lever.effects(Long())
    assert isinstance(added, PathwayAdded)
    share = parameter("shock_take_up").central if take_up is None else take_up
    assert added.people.sum() == pytest.approx(500_000 * share, rel=1e-12)
    assert (added.people >= 0).all()


def test_people_added_are_people_who_arrive() -> None:
    lever = DemandShock(
        start=START, stages=("triage",), people=900, take_up=1, end="2024-09", scope=Scope(icbs=(HERE,))
    )
    more = go(lever).draws_by("arrived") - go().draws_by("arrived")
    np.testing.assert_allclose(more.values, np.tile([0, 0, 300, 300, 300, 0, 0], (2, 1)), atol=0.02)


def test_phases_begin_and_end_in_their_months() -> None:
    phases = (Phase(start="2024-06", end="2024-08", change=0.25), Phase(start="2024-09", end="2024-10", change=-0.5))
    (scaled,) = DemandShock(start=START, stages=("triage",), phases=phases).effects(Run())
    assert scaled.factor.tolist() == [[1, 1, 1.25, 1.25, 1, 0.5, 1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "exactly one of"),
        ({"change": 0.1, "people": 3, "end": "2025-01"}, "exactly one of"),
        ({"people": 3}, "needs an end"),
        ({"change": 0.1, "take_up": 0.5}, "take_up goes with people"),
        ({"change": 0.1, "shape": {"kind": "decay", "half_life_months": 3}, "ramp_months": 2}, "keep one of them"),
        ({"phases": [{"start": "2024-05", "end": "2024-09", "change": 0.1}]}, "the first from start on"),
        ({"phases": [{"start": "2024-08", "end": "2024-08", "change": 0.1}]}, "is not after start"),
        ({"phases": [{"start": "2024-08", "end": "2024-09", "change": 0.1}], "end": "2025-01"}, "take out"),
        ({"change": 0.1, "scope": {"sectors": ["private"]}}, "whole boards"),
    ],
)
def test_a_shock_that_makes_no_sense_is_refused(fields: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        DemandShock.model_validate({"start": START, "stages": ("triage",), **fields})


# What each of them is


def test_more_acute_people_take_more_hours_at_the_same_referrals() -> None:
    plain, acted = go(), go(Acuity(start=START, stages=("helpline",), change=0.2))
    assert plain.draws["filled"].identical(acted.draws["filled"])
    np.testing.assert_array_equal(plain.draws_by("arrived"), acted.draws_by("arrived"))
    busy = [
        run.groups["pathway"]["utilisation"].sel(stat="mean", pool="call_handlers", icb=HERE) for run in (plain, acted)
    ]
    later = slice("2024-07", None)
    assert (busy[1] > busy[0]).sel(month=later).all()
    np.testing.assert_allclose((busy[1] / busy[0]).sel(month=later), 1.2, rtol=0.05)


def test_excluded_people_stay_away_and_an_offline_way_brings_them_back() -> None:
    shift = MAKE[DigitalShift](0.6)
    (kept,) = shift.kept_away(Run())
    assert kept.of_class == "routine_offline"
    np.testing.assert_allclose(kept.share[0], 0.5 * 0.6 * np.array([0, 0, *([1] * 8)]))
    plain, acted = (run.groups["pathway"]["arrived"].sel(stat="mean", icb="all") for run in (go(), go(shift)))
    away = (plain - acted).sel(month="2024-09")
    triage = go(DemandShock(start=START, stages=("triage",), of_class="routine_offline", change=-1))
    would_come = (plain - triage.groups["pathway"]["arrived"].sel(stat="mean", icb="all")).sel(month="2024-09")
    np.testing.assert_allclose(away, 0.3 * would_come, rtol=1e-4)
    assert away.drop_sel(of_class=["routine_offline", "all"]).values.tolist() == [0, 0, 0]
    offline = shift.model_copy(update={"offline_option": True})
    assert offline.kept_away(Run()) == ()
    np.testing.assert_array_equal(go(offline).draws_by("arrived"), go().draws_by("arrived"))


def test_the_time_of_digital_contacts_is_never_one_number() -> None:
    time = parameter("digital_contact_time")
    assert time.distribution != "fixed"
    assert time.low < time.central < 1 < time.high
    assert "minutes" not in DigitalShift.model_fields
    (work, _) = MAKE[DigitalShift](0.5).effects(Run())
    assert work.factor[0, -1] == pytest.approx(1 + 0.5 * (time.central - 1))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"to_digital": 0.7, "to_hybrid": 0.4}, "more than all contacts"),
        ({"to_digital": 0.7, "offline_option": False}, "who is excluded"),
        ({"to_digital": 0.7, "excluded": {"routine": 1.2}}, "is not a share"),
    ],
)
def test_a_shift_that_makes_no_sense_is_refused(fields: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        DigitalShift(start=START, stages=("assessment",), **fields)


def test_a_cap_and_a_change_of_places_are_the_ratio_of_places() -> None:
    for lever, pool, ratio in (
        (CaseloadCap(start=START, pools=("coordinators",), from_cap=25, to_cap=20), "coordinators", 0.8),
        (CrisisService(start=START, pools=("crisis_places",), change=0.5), "crisis_places", 1.5),
        (CrisisService(start=START, pools=("crisis_places",), change=-1), "crisis_places", 0.0),
    ):
        duty = [run.draws_by("on_duty").sel(pool=pool, month=slice(START, None)) for run in (go(), go(lever))]
        np.testing.assert_allclose(duty[1], ratio * duty[0], rtol=1e-5)


def test_opening_hours_are_those_of_the_pathway_file() -> None:
    with pytest.raises(ValidationError, match="change the rota of the pool in a pathway file"):
        CrisisService.model_validate({"start": START, "pools": ("cafe_hosts",), "change": 0, "opening_hours": 8})


def test_prevention_has_no_effect_before_its_lag_and_none_by_default() -> None:
    lever = Prevention(start=START, stages=("triage",), change=-0.2, lag_months=3, ramp_months=2, end="2024-09")
    (scaled,) = lever.effects(Run())
    np.testing.assert_allclose(scaled.factor, [[1, 1, 1, 1, 1, 0.9, 0.8, 0.8, 1, 1]], rtol=1e-15)
    before = slice(None, "2024-08")
    assert go().groups["pathway"].sel(month=before).identical(go(lever).groups["pathway"].sel(month=before))
    silent = Prevention(start=START, stages=("triage",), lag_months=3)
    assert (silent.grade, silent.graded, lever.graded) == ("none", "none", "assumed")
    assert same(go(), go(silent))


LOOP = """
pathway: loop
people: 1000000
months: 12
begin: balance
exits: [done]
arrivals: {calls: {stage: contact, per_day: 100}}
stages:
  contact: {service: {fixed: 1 hour}, routes: {later: 0.5, done: 0.5}}
  later: {service: {fixed: 1 day}, routes: {contact: 1}}
"""


def test_fewer_repeat_contacts_leave_the_closed_form(tmp_path) -> None:
    """With a chance p of coming again there are 1 / (1 - p) contacts for each person who comes."""
    file = tmp_path / "loop.yaml"
    file.write_text(LOOP, encoding="utf-8")
    lever = RepeatContact(start=START, stage="contact", to="later", change=-0.4)
    plain, acted = (go(*levers, pathway=PathwayUse.read(file), icbs=(HERE,)) for levers in ((), (lever,)))
    last = {"stat": "mean", "icb": HERE, "of_class": "all", "month": "2024-10"}
    joined = [run.groups["pathway"]["joined"].sel(stage="contact", **last) for run in (plain, acted)]
    arrived = float(plain.groups["pathway"]["arrived"].sel(**last))
    np.testing.assert_allclose([float(value) / arrived for value in joined], [1 / 0.5, 1 / (1 - 0.3)], rtol=1e-3)
    (ways,) = lever.effects(Run())
    assert isinstance(ways, PathwayRoutes)
    assert (ways.stage, ways.to) == ("contact", "later")


def test_policy_on_assessments_reaches_the_need_and_the_pathway_alike() -> None:
    need, work, requests = PolicyMinutes(start=START, work_change=1, assessments_change=0.5).effects(Run())
    assert isinstance(need, AmhpWork)
    assert isinstance(work, PathwayScaled)
    np.testing.assert_array_equal(need.factor, work.factor[0])
    np.testing.assert_array_equal(need.assessments, requests.factor[0])
    assert (need.factor[2:] == 2).all()
    busy = [run.groups["pathway"]["utilisation"].sel(stat="mean", pool="amhps", icb="all", month="2024-09")
            for run in (go(), go(PolicyMinutes(start=START, work_change=0.3)))]  # fmt: skip
    assert float(busy[1]) > float(busy[0])


def test_policy_on_assessments_needs_no_pathway() -> None:
    plain, acted = (go(*levers, pathway=None) for levers in ((), (PolicyMinutes(start=START, work_change=1),)))
    ratio = (acted.draws_by("amhp_need_fte") / plain.draws_by("amhp_need_fte")).sel(month=slice(START, None))
    assert (ratio > 1.2).all()
    assert (ratio <= 2).all()
    assert plain.draws["filled"].identical(acted.draws["filled"])


SENTENCES = (
    (
        DemandShock(start=START, stages=("triage", "helpline"), change=0.2, ramp_months=6),
        "demand_shock: stages triage and helpline, change +20 % from 2024-06 (in full from 2024-11), "
        "all ICBs of the run",
    ),
    (
        DemandShock(name="Wave", start=START, stages=("triage",), people=5e5, shape=Decay(half_life_months=6)),
        "demand_shock ('Wave'): shape decay (half life months 6), stages triage, people 500,000 from 2024-06, "
        "all ICBs of the run",
    ),
    (
        DemandShock(start=START, stages=("triage",), phases=(Phase(start=START, end="2024-08", change=-0.1),)),
        "demand_shock: stages triage, phases start 2024-06, end 2024-08, change -10 % from 2024-06, "
        "all ICBs of the run",
    ),
    (
        DigitalShift(
            start=START, stages=("assessment",), to_digital=0.5, excluded=EXCLUDED, scope=Scope(icbs=(THERE,))
        ),
        "digital_shift: stages assessment, to digital 50 %, excluded routine offline 50 % from 2024-06, Frimley",
    ),
    (
        TestSites(lever=MAKE[Acuity](0.1), sites=(THERE,), scale_from="2024-09", scale_months=3, fidelity=0.6),
        "test_sites: acuity: stages assessment and core, change +10 % from 2024-06, Frimley; "
        "elsewhere 60 % of that from 2024-09 (in full from 2024-11)",
    ),
)


@pytest.mark.parametrize(("lever", "told"), SENTENCES, ids=lambda value: getattr(value, "kind", ""))
def test_a_lever_in_a_sentence(lever: LeverBase, told: str) -> None:
    assert lever_sentence(lever) == told


# What a file may not say

PLAN = """name: x
pathway: cmhf
levers:
  - {kind: demand_shock, start: 2025-04, stages: [triag, advice], of_class: routin, change: 10%}
  - {kind: digital_shift, start: 2025-04, stages: [assessment], to_digital: 1, excluded: {routin: 1}, entry: [core]}
  - {kind: crisis_service, start: 2025-04, pools: [crisis_place], change: 10%}
  - {kind: caseload_cap, start: 2025-04, pools: [coordinators, assessors], from_cap: 20, to_cap: 15}
  - {kind: repeat_contact, start: 2025-04, stage: helpline, to: core}
  - {kind: demand_shock, start: 2025-04, stages: [triage], people: 9, shape: {kind: dcay, half_life_months: 3}}
  - {kind: acuity, start: 2025-04, stages: triage, change: -10}
  - kind: test_sites
    sites: [QJ2]
    lever: {kind: prevention, start: 2025-04, stages: [triaje], lag_months: 3}
"""
TOLD = (
    "4:51 levers[0].stages[0]: 'triag' is not a stage to which people come from outside in the pathway 'cmhf'; did you",
    "4:58 levers[0].stages[1]: 'advice' is not a stage to which people come",
    "4:77 levers[0].of_class: 'routin' is not a class of people in the pathway 'cmhf'; did you mean 'routine'",
    "5:91 levers[1].excluded.routin: 'routin' is not a class",
    "5:111 levers[1].entry[0]: 'core' is not a stage to which people come",
    "6:52 levers[2].pools[0]: 'crisis_place' is not a pool in the pathway 'cmhf'; did you mean 'crisis_places'",
    "7:64 levers[3].pools[1]: 'assessors' is not a pool with a caseload",
    "7:86 levers[3].from_cap: '20' is not the cap of these pools in the pathway file (25); write 25",
    "8:65 levers[4].to: 'core' is not where a way on leads to",
    "9:85 levers[5].shape.kind: 'dcay' is not a shape; did you mean 'decay'",
    "10:44 levers[6].stages: 'triage' is not a list; write it as a list: [triage]",
    "10:60 levers[6].change: '-10' is read as a share",
    "13:56 levers[7].lever.stages[0]: 'triaje' is not a stage to which",
)


def test_every_fault_is_told_at_its_line() -> None:
    with pytest.raises(ScenarioError) as caught:
        check_text(PLAN, "plan.yaml")
    told = [str(fault).removeprefix("plan.yaml:") for fault in caught.value.faults]
    assert len(told) == len(TOLD), "\n".join(told)
    for line, start in zip(told, TOLD, strict=True):
        assert line.startswith(start), line


ODD = st.sampled_from(
    [None, True, 3, -1, 0.5, "10%", "triage", [], ["triage"], ["triage", "triage"], [3], [{}], {}, {"kind": "decay"},
     {"kind": ["decay"]}, {"routine": 0.4}, {"routine": "x"}, "2025-04", "2025-13", [{"start": "2025-04"}],
     {"icbs": ["QJ2"]}, {"icbs": 4}, {"sectors": ["private"]}, ["QJ2"], {"kind": "pay", "start": "2025-04"},
     {"kind": []}, {"kind": "test_sites"}, "",
     {"kind": "acuity", "start": "2025-04", "stages": ["core"], "change": 0.1}]
)  # fmt: skip


@given(st.data(), st.sampled_from([*MAKE, TestSites]), st.booleans())
def test_any_fields_are_a_lever_or_told(data: st.DataObject, kind: type[LeverBase], with_pathway: bool) -> None:
    fields = {name: data.draw(ODD) for name in kind.model_fields if name != "kind" and data.draw(st.booleans())}
    lever = {"kind": by_kind(kind), "start": "2025-04", **fields}
    text = json.dumps({"name": "x", "levers": [lever]} | ({"pathway": "cmhf"} if with_pathway else {}))
    told = []
    try:
        check_text(text)
    except ScenarioError as error:
        told = [fault.where for fault in error.faults]
    assert all(where.startswith("scenario:1:") for where in told), told


def test_a_lever_on_the_pathway_without_one_is_told() -> None:
    text = "name: x\nlevers:\n  - {kind: acuity, start: 2025-04, stages: [core], change: 10%}\n"
    with pytest.raises(ScenarioError, match=r"scenario:3:5 levers\[0\]: 'acuity' acts on the pathway .*pathway: cmhf"):
        check_text(text)
    with pytest.raises(ValidationError, match="acts on the pathway of people"):
        Scenario(name="x", levers=(Acuity(start="2025-04", stages=("core",), change=0.1),))


def test_a_promise_of_saved_time_that_is_one_number_is_questioned() -> None:
    shift = "levers:\n  - {kind: digital_shift, start: 2025-04, stages: [assessment], to_digital: 40%}\n"
    for time, asked in (("0.7", 1), ("{central: 0.7, low: 0.6, high: 1}", 0)):
        notes = check_text(f"name: x\npathway: cmhf\nassumptions: {{digital_contact_time: {time}}}\n{shift}").notes
        assert sum("no figure says how long a contact online takes" in note for note in notes) == asked


def test_names_left_out_are_checked_too(tmp_path) -> None:
    file = tmp_path / "loop.yaml"
    file.write_text(LOOP, encoding="utf-8")
    with pytest.raises(ValidationError, match="'mha_assessment' is not a stage in the pathway 'loop'"):
        Scenario(name="x", pathway=PathwayUse.read(file), levers=(PolicyMinutes(start=START, work_change=1),))
