"""Test sites: the lever in the sites alone, then a part of it elsewhere; and what a part of an effect is."""

from __future__ import annotations

import json
from functools import cache
from typing import get_args

import numpy as np
import pytest
from pydantic import ValidationError

import mhwfmodel as mh
from mhwfmodel import catalogue, units
from mhwfmodel.levers import DemandShock, FundedPosts, LeverBase, Retention, Scope, TestSites
from mhwfmodel.levers import effects as made
from mhwfmodel.levers.scaling import spending_times, times
from mhwfmodel.levers.spending import Fixed, OfWages, PerUnit
from mhwfmodel.results import Result
from mhwfmodel.scenario import Scenario, check_text

START, LATER = "2024-06", "2024-10"
HERE, THERE = "E54000044", "E54000034"
SCOPE = Scope()
PATH = np.array([0.2, 0.4, 0.8])
ROW = PATH[None, :]
ONE = np.array([0.5])

EFFECTS = (
    made.PostsAdded(10 * PATH, SCOPE),
    made.PostsConverted(PATH, "peer_worker", SCOPE),
    made.Scaled("leaving", ROW, SCOPE),
    made.SourceScaled("abroad", ROW, SCOPE),
    made.CandidatesOffered(10 * PATH, "outside", SCOPE),
    made.Closed(PATH, SCOPE),
    made.TimeTaken(10 * ROW, SCOPE),
    made.AgencyCover(PATH, ONE, SCOPE, most=20.0),
    made.Places("amhp_full_time", PATH, SCOPE),
    made.Completion("amhp_full_time", PATH, PATH),
    made.Destination("pwp_training", "nhs", 0.5, PATH),
    made.Trained(PATH, 8.0, ONE, ONE, SCOPE),
    made.AmhpWork(PATH, 2 * PATH),
    made.PathwayAdded(("triage",), 10 * ROW),
    made.PathwayScaled("work", ("triage",), ROW),
    made.PathwayRoutes("triage", "assessment", ROW),
)
NAMES = {
    "posts", "share", "log_factor", "factor", "people", "chance", "hours", "drop_out", "passes", "weight", "rate",
    "assessments",
}  # fmt: skip
FACTORS = ("factor", "assessments", "drop_out", "passes")
AMOUNTS = ("posts", "people")


def sizes(effect: object) -> dict[str, np.ndarray]:
    """The fields of an effect that a part of it changes."""
    fixed = {"Destination": {"share"}, "Trained": {"hours"}}.get(type(effect).__name__, set())
    return {name: np.asarray(getattr(effect, name)) for name in NAMES - fixed if hasattr(effect, name)}


def test_every_effect_is_here() -> None:
    assert {type(effect) for effect in EFFECTS} == set(get_args(made.Effect))


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_no_part_is_no_effect_all_of_it_is_the_effect_and_two_halves_are_the_whole(effect: made.Effect) -> None:
    assert sizes(effect)
    none, half, whole = (sizes(times(effect, np.full(3, part))) for part in (0.0, 0.5, 1.0))
    for name, size in sizes(effect).items():
        factor = name in FACTORS
        assert (none[name] == (1.0 if factor else 0.0)).all(), name
        np.testing.assert_array_equal(whole[name], size)
        np.testing.assert_allclose(half[name] ** 2 if factor else 2 * half[name], size, rtol=1e-14)
        assert half[name].shape == size.shape


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_numbers_of_posts_and_people_alone_grow_with_the_amount(effect: made.Effect) -> None:
    plain, more = (sizes(times(effect, np.ones(3), amount)) for amount in (1.0, 3.0))
    for name, size in plain.items():
        np.testing.assert_allclose(more[name], size * (3.0 if name in AMOUNTS else 1.0))
    if isinstance(effect, made.AgencyCover):
        assert times(effect, np.ones(3), 3.0).most == 60.0


def test_a_stop_stays_a_stop_wherever_something_of_it_arrives() -> None:
    stopped = made.SourceScaled("abroad", np.zeros((1, 3)), SCOPE)
    assert times(stopped, np.array([0.0, 0.5, 1.0])).factor.tolist() == [[1, 0, 0]]


def test_what_a_part_costs() -> None:
    half = np.full(3, 0.5)
    assert spending_times(Fixed("x", PATH), half, 2.0).pounds.tolist() == PATH.tolist()
    assert spending_times(OfWages("x", PATH, SCOPE), half, 2.0).share.tolist() == (PATH / 2).tolist()
    assert spending_times(PerUnit("x", "filled", PATH, SCOPE), half, 2.0).pounds.tolist() == (PATH / 2).tolist()


@cache
def ran(scenario: Scenario) -> Result:
    return mh.run(scenario, threads=1)


def go(*levers: LeverBase, **changes: object) -> Result:
    given = {"name": "sites", "months": 12, "draws": 3, "icbs": (HERE, THERE), "moves": "within_icb"}
    return ran(Scenario(**given | {"levers": levers} | changes))


def same(one: Result, two: Result) -> bool:
    return set(one.groups) == set(two.groups) and all(
        one.groups[name].identical(two.groups[name]) for name in one.groups
    )


def kept(**more: object) -> Retention:
    return Retention(start=START, leaving_change=-0.4, **more)


def test_a_test_alone_is_the_lever_in_the_sites() -> None:
    test = TestSites(lever=kept(), sites=(HERE,))
    assert same(go(test), go(kept(scope=Scope(icbs=(HERE,)))))
    assert same(go(TestSites(lever=kept(), sites=(HERE,), scale_from=LATER, fidelity=0)), go(test))
    assert not same(go(test), go())


def test_nothing_tested_and_scaled_out_is_nothing() -> None:
    nothing = Retention(start=START, leaving_change=0)
    assert same(go(TestSites(lever=nothing, sites=(HERE,), scale_from=LATER, fidelity=1)), go())


def test_all_of_it_everywhere_at_once_is_the_lever_itself() -> None:
    assert same(go(TestSites(lever=kept(), sites=(HERE,), scale_from=START, fidelity=1)), go(kept()))


def test_the_others_follow_when_they_are_told_and_with_what_is_left() -> None:
    alone, half, full = (
        go(TestSites(lever=kept(), sites=(HERE,), scale_from=LATER, fidelity=part)) for part in (0.0, 0.5, 1.0)
    )
    for run in (half, full):
        assert run.draws.sel(icb=HERE).identical(alone.draws.sel(icb=HERE))
        before = slice(None, "2024-09")
        assert run.draws.sel(icb=THERE, month=before).identical(go().draws.sel(icb=THERE, month=before))
    left = [float(run.draws["leavers"].sel(icb=THERE, month=slice(LATER, None)).sum()) for run in (alone, half, full)]
    assert left[0] > left[1] > left[2]


class Run:
    """What a lever may ask of a run of three boards."""

    months = units.month_range("2024-04", 12)
    icbs = (HERE, THERE, "E54000058")

    @staticmethod
    def parameter(name: str) -> np.ndarray:
        return np.array([catalogue.parameter(name).central])


def test_numbers_elsewhere_are_as_many_for_each_adult() -> None:
    lever = FundedPosts(start=START, posts=60, cost_per_year=120_000)
    test = TestSites(lever=lever, sites=(HERE,), scale_from=LATER, scale_months=2, fidelity=0.5)
    adults = {place.code: place.adults for place in catalogue.icbs()}
    others = (THERE, "E54000058")
    ratio = sum(adults[code] for code in others) / adults[HERE]
    sites, elsewhere = test.effects(Run())
    assert sites.posts.tolist() == [0, 0, *([60] * 10)]
    assert (sites.scope.icbs, elsewhere.scope.icbs) == ((HERE,), others)
    np.testing.assert_allclose(elsewhere.posts, 60 * ratio * 0.5 * np.array([0, 0, 0, 0, 0, 0, 0.5, 1, 1, 1, 1, 1]))
    first, second = test.spending(Run())
    np.testing.assert_allclose(first.pounds[2:], 10_000)
    np.testing.assert_allclose(second.pounds[7:], 10_000 * ratio * 0.5)


def test_a_plan_for_some_boards_goes_no_further_than_they() -> None:
    lever = kept(scope=Scope(icbs=(HERE, THERE), sectors=("private",)))
    _, elsewhere = TestSites(lever=lever, sites=(HERE,), scale_from=LATER, fidelity=1).effects(Run())
    assert elsewhere.scope == Scope(icbs=(THERE,), sectors=("private",))


def test_a_lever_that_ends_ends_everywhere() -> None:
    lever = kept(end="2024-12")
    _, elsewhere = TestSites(lever=lever, sites=(HERE,), scale_from=LATER, fidelity=1).effects(Run())
    assert (elsewhere.log_factor[0] != 0).tolist() == [False] * 6 + [True, True] + [False] * 4


def test_levers_on_the_pathway_are_tested_too() -> None:
    shock = DemandShock(start=START, stages=("triage",), change=0.5)
    test = TestSites(lever=shock, sites=(HERE,), scale_from="2024-08", fidelity=0.5)
    small = {"pathway": {"file": "cmhf"}, "months": 6, "draws": 2}
    ratio = []
    for icb in (HERE, THERE):
        plain, acted = (run.draws_by("arrived", "icb").sel(icb=icb) for run in (go(**small), go(test, **small)))
        more = go(shock, **small).draws_by("arrived", "icb").sel(icb=icb) - plain
        ratio.append(((acted - plain) / more.where(more > 0)).values[0])
    np.testing.assert_allclose(ratio[0][2:], 1, rtol=1e-4)
    np.testing.assert_allclose(ratio[1][4:], (1.5**0.5 - 1) / 0.5, rtol=1e-4)
    assert (ratio[1][2:4] == 0).all()


SITES = """name: x
months: 24
icbs: [QJ2, QNQ]
levers:
  - kind: test_sites
    name: Support first
    sites: [QJ2]
    scale_from: 2025-04
    scale_months: 3
    fidelity: 60%
    lever: {kind: retention, start: 2024-06, leaving_change: -15%, experience: [under_1]}
"""


def test_a_file_says_the_same_as_python() -> None:
    (lever,) = check_text(SITES).levers
    inner = Retention(start="2024-06", leaving_change=-0.15, experience=("under_1",))
    same_test = TestSites(
        name="Support first", lever=inner, sites=("QJ2",), scale_from="2025-04", scale_months=3, fidelity=0.6
    )
    assert lever == same_test
    assert (lever.start, lever.sites) == ("2024-06", ("E54000058",))
    scenario = check_text(SITES)
    assert Scenario.model_validate(scenario.resolved()) == scenario
    assert lever.graded == "assumed"
    assert TestSites(lever=inner, sites=("QJ2",)).graded == inner.graded


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("fidelity: 60%", "fidelity: 160%"), r"10:15 levers\[0\].fidelity: .* is out of range"),
        (("    scale_from: 2025-04\n", ""), "fidelity goes with scale_from"),
        (("scale_from: 2025-04", "scale_from: 2024-05"), r"before the test starts \(2024-06\)"),
        (("sites: [QJ2]", "sites: [QJ3]"), r"7:13 levers\[0\].sites\[0\]: 'QJ3' is no Integrated Care Board"),
        (("sites: [QJ2]", "sites: [QUA]"), r"7:12 levers\[0\].sites: .*none of its ICBs is among those of the run"),
        (("sites: [QJ2]", "sites: []"), r"7:12 levers\[0\].sites: the list is empty"),
        (("name: Support first", "start: 2024-07"), "start is that of the lever"),
        (("name: Support first", "scope: {icbs: [QJ2]}"), "name the boards of the test in 'sites'"),
        (("name: Support first", "cost_per_year: 3"), "the cost is that of the lever"),
        (("kind: retention", "kind: retain"), r"11:19 levers\[0\].lever.kind: 'retain' is not a kind of lever"),
        (("kind: retention", "kind: test_sites"), "cannot test another test"),
        (("{kind: retention, ", "{"), r"levers\[0\].lever: this lever has no kind"),
        (("leaving_change: -15%", "leaving_change: -15"), r"levers\[0\].lever.leaving_change: .*did you mean -15%"),
        (("2024-06", "2030-06"), r"levers\[0\].lever.start: '2030-06' is after the run ends"),
        (
            ("kind: retention, start: 2024-06, leaving_change: -15%, experience: [under_1]",
             "kind: destination, start: 2024-06, pipeline: pwp_training, to: nhs, share: 1"),
            "acts in all England and cannot be tested in sites",
        ),
        (("experience: [under_1]", "scope: {icbs: [QNQ]}"), "E54000058 is a site, and not in the scope of the lever"),
    ],
)  # fmt: skip
def test_a_test_that_makes_no_sense_is_told_at_its_line(change: tuple[str, str], told: str) -> None:
    assert change[0] in SITES
    with pytest.raises(mh.MhwfError, match=told):
        check_text(SITES.replace(*change))


def test_a_test_that_goes_no_further_meets_no_lever_elsewhere() -> None:
    here, there = ({"kind": "retention", "start": "2024-06", "leaving_change": -0.1} for _ in range(2))
    test = {"kind": "test_sites", "sites": [HERE], "lever": here}
    for scope, met in ((THERE, False), (HERE, True)):
        levers = [test, there | {"scope": {"icbs": [scope]}}]
        notes = check_text(json.dumps({"name": "x", "levers": levers})).notes
        assert any("they multiply" in note for note in notes) is met


def test_the_same_in_python_is_refused() -> None:
    with pytest.raises(ValidationError, match="Input tag 'test_sites' found"):
        TestSites(lever=TestSites(lever=kept(), sites=(HERE,)), sites=(HERE,))


def test_the_manifest_tells_what_is_tested() -> None:
    (told,) = go(TestSites(lever=kept(), sites=(HERE,))).manifest["levers"]
    assert told["tests"]["kind"] == "retention"
    assert told["tests"]["evidence"] == Retention.evidence
