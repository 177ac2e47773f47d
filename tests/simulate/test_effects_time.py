"""Levers on the time of staff, against closed forms: hours, agency staff, training that goes with those who leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.errors import ScenarioError
from mhwfmodel.inputs import build
from mhwfmodel.levers import Scope
from mhwfmodel.levers.effects import AgencyCover, Scaled, TimeTaken, Trained
from mhwfmodel.results.reduce import measured
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate import blocks
from mhwfmodel.simulate.capacity import at_work_by_group
from mhwfmodel.simulate.lever_checks import check_levers
from mhwfmodel.simulate.measures import monthly, rota
from mhwfmodel.simulate.months import funded_posts
from mhwfmodel.simulate.staff_time import learnt

ICB, MONTHS = "E54000044", 5
PRIVATE = Scope(sectors=("private",))
ROWS = slice(0, 3)
NONE, ALL = np.zeros(1), np.ones(1)


@pytest.fixture(scope="module")
def go(doing, model):
    """The measures of the last month by cell, and the run."""

    def run(*effects: object, months: int = MONTHS, held: bool = False):
        plan = {"months": months, "draws": 3, "icbs": (ICB,)} | ({"baseline": "rates_held"} if held else {})
        ready = model(levers=(doing(*effects),) if effects else (), **plan)
        given = rota(ready)
        given = replace(given, layout=given.layout._replace(place=np.arange(ready.cells)), places=ready.cells)
        block, _ = blocks.first(ready, given, ROWS)
        for month in range(months):
            block, gave = blocks.following(ready, given, block, month)
        return {name: gave.measures[:, :, at] for at, name in enumerate(measured())}, ready, block

    return run


@pytest.fixture(scope="module")
def plain(go):
    return go()[0]


def private(ready) -> np.ndarray:
    from mhwfmodel import catalogue

    return ready.inputs.cells.sector == [sector.code for sector in catalogue.sectors()].index("private")


def test_protected_time_takes_exactly_its_share_of_the_hours(go, plain) -> None:
    found, ready, _ = go(Scaled("hours", np.full((1, MONTHS), np.log1p(-0.15)), PRIVATE))
    for name in ("hours", "effective_fte"):
        wanted = plain[name] * np.where(private(ready), 0.85, 1.0)
        np.testing.assert_allclose(found[name], wanted, rtol=1e-14)
    np.testing.assert_array_equal(found["filled_fte"], plain["filled_fte"])


@pytest.mark.parametrize("hours", [8.0, -8.0])
def test_hours_taken_come_off_the_hours_at_work_before_they_are_scaled(go, plain, hours: float) -> None:
    taken = TimeTaken(np.full((1, MONTHS), hours), PRIVATE)
    found, ready, _ = go(taken, taken, Scaled("hours", np.full((1, MONTHS), np.log(0.9)), Scope(icbs=(ICB,))))
    at_work = at_work_by_group(ready.inputs.capacity)[:, ready.inputs.capacity.group]
    nhs = ready.nhs
    factor = np.where(private(ready), (at_work - 2 * hours) / at_work, 1.0) * np.where(nhs, 1.0, 0.9)
    np.testing.assert_allclose(found["hours"], plain["hours"] * factor, rtol=1e-13)
    np.testing.assert_allclose(found["effective_fte"], plain["effective_fte"] * factor, rtol=1e-13)


def test_agency_staff_work_in_vacant_posts_and_are_nobodys_headcount(go, plain) -> None:
    half = AgencyCover(np.full(MONTHS, 0.5), 0.8 * ALL, PRIVATE)
    fifth = AgencyCover(np.full(MONTHS, 0.2), np.array([0.5, 0.4, 0.3]), PRIVATE)
    found, ready, _ = go(half, fifth)
    cover = np.where(private(ready), 1.0 - 0.5 * 0.8, 0.0)
    agency = plain["vacancies"] * ready.inputs.participation * cover
    np.testing.assert_allclose(found["agency_fte"], agency, rtol=1e-13)
    worth = (0.5 * 0.8 + 0.2 * np.array([0.5, 0.4, 0.3])) / 0.7
    effective = agency * worth[:, None] * ready.inputs.capacity.mental_health_share
    np.testing.assert_allclose(found["effective_fte"], plain["effective_fte"] + effective, rtol=1e-13)
    net = rota(ready).drawn.net[:, ready.inputs.capacity.group]
    np.testing.assert_allclose(found["hours"], plain["hours"] + effective * net, rtol=1e-13)
    for name in ("filled", "filled_fte", "vacancies", "starters", "establishment"):
        np.testing.assert_array_equal(found[name], plain[name])


def test_agency_staff_never_cover_more_than_the_most(go, plain) -> None:
    found, ready, _ = go(AgencyCover(np.full(MONTHS, 0.9), ALL, PRIVATE, most=7.0))
    posts = found["agency_fte"] / ready.inputs.participation
    np.testing.assert_allclose(posts.sum(axis=1), 7.0, rtol=1e-12)
    some, _, _ = go(AgencyCover(np.full(MONTHS, 0.9), ALL, PRIVATE, most=1e6))
    np.testing.assert_allclose(
        some["agency_fte"], 0.9 * plain["vacancies"] * ready.inputs.participation * private(ready)
    )


def test_expected_values_have_agencies_and_training_too(doing) -> None:
    effects = (AgencyCover(np.full(MONTHS, 0.5), ALL, PRIVATE), Trained(np.full(MONTHS, 0.1), 7.0, NONE, NONE, PRIVATE))
    scenario = Scenario(name="expected", months=MONTHS, icbs=(ICB,), levers=(doing(*effects),))
    england = mh.run(scenario, evaluator="deterministic", threads=1).groups["england"]
    last = england.isel(month=-1, draw=0).sel(sector="private").sum("role")
    assert float(last["trained"]) > 0.2 * float(last["filled"])
    assert float(last["agency_fte"]) > 0.0
    assert float(england.isel(month=0)["trained"].sum()) == float(england.isel(month=0)["agency_fte"].sum()) == 0.0


def test_who_has_been_trained_settles_at_the_closed_form(go) -> None:
    """With a share h of a cell's people new each month, coverage settles at r / (1 − (1 − r)(1 − h))."""
    rate = 0.12
    _, ready, block = go(Trained(np.full(1, rate), 0.0, NONE, NONE, PRIVATE), months=1)
    after = made(ready)
    filled, came = after.filled[0], after.starters[-1][0]
    trained = block.trained * 0.0
    path = []
    for _ in range(400):
        learning = learnt(ready, 0, ROWS, trained, after)
        assert (learning.trained <= 1.0).all()
        trained = learning.trained
        path.append(trained[0, 0])
    some = (filled > 0) & private(ready)
    turnover = came[some] / filled[some]
    settled = rate / (1.0 - (1.0 - rate) * (1.0 - turnover))
    np.testing.assert_allclose(path[-1][some], settled, rtol=1e-12)
    for month in (1, 5, 40):
        so_far = settled * (1.0 - ((1.0 - rate) * (1.0 - turnover)) ** month)
        np.testing.assert_allclose(path[month - 1][some], so_far, rtol=1e-12)
    np.testing.assert_array_equal(path[-1][~private(ready)], 0.0)


def made(ready):
    """A month in which a tenth of every cell's people are new, and as many again moved inside it."""
    from mhwfmodel.supply import Step

    graph = ready.workforce.graph
    filled = ready.inputs.filled.astype(np.float64)
    new, none = 0.1 * filled, np.zeros_like(filled)
    flows = tuple(new if edge.starter else none for edge in graph.edges)
    starters = (new, *(none for _ in graph.sources[2:]), new)
    return Step(ready.rest.stock, filled, flows, starters, none)


def test_in_a_run_those_trained_are_who_stayed_and_a_share_of_the_others(go, months, doing, model) -> None:
    rate = np.array([0.0, 0.3, 0.1, 0.1, 0.0])
    found, ready, block = go(Trained(rate, 0.0, NONE, NONE, PRIVATE))
    share = np.zeros((3, ready.cells))
    for month in months(
        model(levers=(doing(Trained(rate, 0.0, NONE, NONE, PRIVATE)),), months=MONTHS, draws=3, icbs=(ICB,))
    ):
        filled = month.after.filled.astype(float)
        edges = ready.workforce.graph.edges
        inside = sum(people for edge, people in zip(edges, month.after.flows, strict=True) if edge.starter)
        left = sum(p for e, p in zip(edges, month.after.flows, strict=True) if e.leaver) - inside
        before = filled - sum(month.after.starters) + inside + left
        stayed = np.divide(share * (before - left), filled, out=np.zeros_like(filled), where=filled > 0)
        share = np.where(private(ready), stayed + rate[month.number] * (1.0 - stayed), 0.0)
    np.testing.assert_allclose(block.trained[0], share, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["trained"], share * found["filled"], rtol=1e-12, atol=1e-12)


def test_training_takes_its_hours_in_its_month_and_pays_back_later(go, plain) -> None:
    rate = np.zeros(MONTHS)
    rate[MONTHS - 1] = 0.5
    costs, ready, _ = go(Trained(rate, 14.0, NONE, 0.1 * ALL, PRIVATE))
    at_work = at_work_by_group(ready.inputs.capacity)[:, ready.inputs.capacity.group]
    factor = np.where(private(ready), 1.0 - 0.5 * 14.0 / ready.inputs.participation / at_work, 1.0)
    np.testing.assert_allclose(costs["hours"], plain["hours"] * factor, rtol=1e-12)
    rate = np.roll(rate, -1)
    pays, _, block = go(Trained(rate, 14.0, NONE, 0.1 * ALL, PRIVATE))
    np.testing.assert_array_equal(pays["filled"], plain["filled"])
    # What counts in the last month is who was trained at the end of the month before.
    factor = np.where(private(ready) & (plain["filled"] > 0), np.exp(0.1 * 0.5), 1.0)
    np.testing.assert_allclose(pays["hours"], plain["hours"] * factor, rtol=1e-12)
    assert (block.trained[0] <= 0.5).all()


def test_trained_staff_leave_less_from_the_next_month_on(go) -> None:
    rate, three = np.zeros(MONTHS), ALL * -1.0
    rate[0] = 1.0
    less, ready, _ = go(Trained(rate, 0.0, three, NONE, PRIVATE))
    plain, _, _ = go(Trained(rate, 0.0, NONE, NONE, PRIVATE))
    where = private(ready)
    ratio = less["leavers"][:, where].sum() / plain["leavers"][:, where].sum()
    # Nearly all staff were trained three months ago: what is left of them leaves at e⁻¹ of the rate.
    assert 0.35 < ratio < 0.65


def test_more_hours_than_there_are_are_refused_all_at_once(doing) -> None:
    central = build(Scenario(name="x", months=3, icbs=(ICB,)), central=True)
    levers = (
        doing(TimeTaken(np.full((1, 3), 80.0), PRIVATE)),
        doing(TimeTaken(np.full((1, 3), 80.0), PRIVATE)),
        doing(TimeTaken(np.full((1, 3), 60.0), Scope(sectors=("voluntary",)))),
        doing(Trained(np.full(3, 1.0), 200.0, NONE, NONE, Scope(sectors=("voluntary",)))),
    )
    with pytest.raises(ScenarioError) as caught:
        check_levers(levers, central)
    assert [fault.where for fault in caught.value.faults] == ["levers[1]", "levers[3]"]
    assert "160.0 hours a month of the" in str(caught.value)
    check_levers(levers[:1], central)


def test_posts_are_not_touched_by_time(go) -> None:
    _, ready, _ = go(TimeTaken(np.full((1, MONTHS), 5.0), PRIVATE))
    _, plain, _ = go()
    np.testing.assert_array_equal(funded_posts(ready, 3, ROWS), funded_posts(plain, 3, ROWS))


def test_measures_of_a_month_take_what_they_are_given(go) -> None:
    """The kernel reads one row for all draws and a row for each alike."""
    _, ready, block = go()
    given = rota(ready)
    usual = given.of(ROWS, 0)
    size = usual.share.shape
    wide = usual._replace(**{name: np.zeros(size) for name in ("cover", "worth", "trained")})
    from mhwfmodel.supply import MonthInputs

    after = made(ready)
    inputs = MonthInputs(0, np.zeros((0, 0, 0)), ready.posts, np.zeros(size), np.zeros((1, *size)))
    after = replace(after, stock=block.stock)
    np.testing.assert_array_equal(monthly(given, after, inputs, usual), monthly(given, after, inputs, wide))
