"""What levers have to do with a difference, in real small runs."""

from __future__ import annotations

import gc
import weakref
from functools import partial

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.errors import AlignmentError, DataError, ScenarioError
from mhwfmodel.levers import FundedPosts, Pay, Retention
from mhwfmodel.plan import runs_needed
from mhwfmodel.plan.parts import parts_of
from mhwfmodel.plan.shapley import split
from mhwfmodel.scenario import Scenario

ICBS = ("E54000034", "E54000011")
STAY = Retention(name="Stay", start="2024-05", leaving_change=-0.2)
PAY = Pay(start="2024-06", change=0.1)
IDLE = Retention(name="Idle", start="2024-05", leaving_change=0.0)
MEASURES = ("filled", "leavers", "vacancy_rate", "amhp_gap_fte")


def scenario(*levers, name="Plan", **changes):
    return Scenario(**({"name": name, "months": 8, "draws": 4, "icbs": ICBS, "levers": levers} | changes))


@pytest.fixture(scope="module")
def plan():
    return scenario(STAY, PAY, IDLE)


@pytest.fixture(scope="module")
def explained(plan):
    return mh.explain(plan, measures=MEASURES, by="icb", threads=1)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("by", [(), "icb"])
def test_shares_add_up_to_the_last_bit_and_so_does_what_each_does_alone_with_the_interaction(explained, measure, by):
    found = explained.of(measure, by)
    known = ~np.isnan(found.difference)
    assert known.any()
    assert (found.share.sum("part", skipna=False) == found.difference).where(known, other=True).all()
    together = found.alone.sum("part", skipna=False) + found.interaction
    np.testing.assert_allclose(together, found.difference, rtol=1e-12, atol=1e-12)


def test_the_difference_is_that_of_two_runs(explained, plan):
    both = mh.compare(mh.run(scenario(), threads=1), mh.run(plan, threads=1))
    for measure in ("filled", "leavers"):
        for by in ((), "icb"):
            np.testing.assert_array_equal(explained.of(measure, by).difference, both.draws_by(measure, by))
    assert explained.runs == 8
    assert explained.method == "shapley"


def test_what_a_lever_does_alone_is_that_of_a_run_with_it_alone(explained):
    both = mh.compare(mh.run(scenario(), threads=1), mh.run(scenario(STAY), threads=1))
    np.testing.assert_array_equal(explained.of("filled").alone.sel(part="Stay"), both.draws_by("filled"))


def test_shares_of_three_are_what_each_adds_over_all_orders(explained):
    values = {
        subset: mh.run(scenario(*levers), threads=1).draws_by("filled").values.astype(float)
        for subset, levers in {"": (), "s": (STAY,), "p": (PAY,), "sp": (STAY, PAY)}.items()
    }
    found = explained.of("filled").share
    stay = (values["s"] - values[""] + values["sp"] - values["p"]) / 2
    np.testing.assert_array_equal(found.sel(part="Stay"), stay)
    np.testing.assert_array_equal(found.sel(part="pay"), values["sp"] - values[""] - stay)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_lever_of_magnitude_zero_has_exactly_nothing(explained, measure):
    found = explained.of(measure, "icb")
    for values in (found.share.sel(part="Idle"), found.alone.sel(part="Idle")):
        assert (values.fillna(0.0) == 0.0).all()


def test_two_equal_levers_have_equal_shares_and_their_subsets_are_run_once():
    twice = scenario(STAY, STAY)
    assert runs_needed(twice) == 3
    found = mh.explain(twice, measures="filled", threads=1)
    assert found.runs == 3
    one, two = found.of("filled").share
    np.testing.assert_array_equal(one, two)
    assert (one != 0).any()
    assert list(found.of("filled").share["part"].values) == ["Stay (1)", "Stay (2)"]


def test_names_and_costs_do_not_make_another_run():
    assert runs_needed(scenario(STAY, STAY.model_copy(update={"name": "Other", "cost_per_year": 5.0}))) == 3


def test_levers_of_a_group_are_one_part(plan):
    assert runs_needed(plan, groups={"People": ["Stay", "pay"]}) == 4
    found = mh.explain(scenario(STAY, PAY), measures="filled", groups={"People": ["Stay", "pay"]}, threads=1)
    assert [part.label for part in found.parts] == ["People"]
    share = found.of("filled").share
    np.testing.assert_array_equal(share.sel(part="People"), found.of("filled").difference)
    np.testing.assert_array_equal(found.of("filled").interaction, np.zeros_like(found.of("filled").difference))


def test_beyond_six_parts_each_is_told_what_it_adds_to_those_before_it(monkeypatch, explained):
    assert runs_needed(scenario(*(Retention(start="2024-05", leaving_change=0.01 * size) for size in range(7)))) == 14
    monkeypatch.setattr("mhwfmodel.plan.explaining.split", partial(split, most=1))
    found = mh.explain(scenario(STAY, PAY), measures="filled", threads=1)
    assert (found.method, found.runs) == ("ordered", 4)
    one, two = found.of("filled").share
    np.testing.assert_array_equal(one, explained.of("filled").alone.sel(part="Stay"))
    assert (one + two == found.of("filled").difference).all()


def test_a_base_with_levers_of_its_own():
    more = PAY.model_copy(update={"change": 0.2})
    base, plan = scenario(PAY, STAY, name="Base"), scenario(more, STAY, IDLE)
    found = parts_of(plan, base, None)
    assert [part.label for part in found.parts] == ["pay", "Idle"], "what both have is no part; a change of one is one"
    assert [found.scenario(subset).levers for subset in range(4)] == [
        (PAY, STAY),
        (more, STAY),
        (STAY, IDLE, PAY),
        (more, STAY, IDLE),
    ]
    gone = parts_of(scenario(STAY), scenario(STAY, PAY, name="Base"), None)
    assert [part.label for part in gone.parts] == ["without pay"]
    assert gone.scenario(0).levers == (STAY, PAY)
    assert gone.scenario(1).levers == (STAY,)


def test_whatever_else_differs_is_one_part_with_a_name():
    held = scenario(name="Held", baseline="rates_held")
    found = mh.explain(scenario(STAY), held, measures="filled", threads=1)
    assert [part.label for part in found.parts] == ["other differences", "Stay"]
    expected = mh.compare(mh.run(held, threads=1), mh.run(scenario(), threads=1))
    alone = found.of("filled").alone.sel(part="other differences")
    np.testing.assert_array_equal(alone, expected.draws_by("filled"))


def test_tables(explained):
    table = explained.table("filled")
    assert list(table["part"]) == ["Stay", "pay", "Idle", "difference"]
    assert set(table["month"]) == {"2024-11"}
    assert table["mean"][:3].sum() == pytest.approx(table["mean"][3], rel=1e-12)
    alone = explained.table("leavers", months=["2024-08", "2024-11"], mean_over=3, reading="alone")
    assert list(alone["part"][:5]) == ["Stay", "pay", "Idle", "interaction", "difference"]
    assert alone["mean"][:4].sum() == pytest.approx(alone["mean"][4], rel=1e-9)
    drawn = explained.of("leavers").difference.sel(month=["2024-09", "2024-10", "2024-11"]).mean("month")
    assert alone["q95"].iloc[-1] == pytest.approx(float(drawn.quantile(0.95)))
    by_icb = explained.table("vacancy_rate", "icb")
    assert list(by_icb.columns[:4]) == ["icb", "icb_name", "month", "part"]
    assert len(by_icb) == 8


def test_measures_of_a_pathway():
    use = {"file": "cmhf", "icbs": ICBS[:1]}
    plan = scenario(STAY, months=3, draws=2, pathway=use)
    found = mh.explain(plan, measures=["waiting", "wait_median"], by="icb", threads=1)
    assert found.of("wait_median").difference.dims == ("draw", "definition", "contact", "month")
    assert found.of("waiting", "icb").share.dims == ("part", "draw", "icb", "month")
    table = found.table("wait_median")
    assert list(table.columns[:4]) == ["definition", "contact", "month", "part"]
    with pytest.raises(DataError, match="waiting: Held has no pathway; write 'pathway: cmhf' in both"):
        mh.explain(plan, scenario(name="Held", months=3, draws=2), measures="waiting")


def test_expected_values_are_one_quick_draw():
    found = mh.explain(scenario(STAY), measures="filled", evaluator="deterministic", threads=1)
    assert found.of("filled").base.sizes["draw"] == 1
    assert (found.of("filled").share.sum("part") == found.of("filled").difference).all()


def test_fewer_draws_are_the_first_of_the_same(explained):
    few = mh.explain(scenario(STAY), measures="filled", draws=2, threads=1)
    np.testing.assert_array_equal(few.of("filled").share[0], explained.of("filled").alone.sel(part="Stay")[:2])


def test_one_run_is_in_memory_at_a_time_and_progress_never_runs_back(monkeypatch):
    seen, alive, reports = [], [], []
    real = mh.run

    def watched(*args, **options):
        gc.collect()
        alive.append(sum(item() is not None for item in seen))
        result = real(*args, **options)
        assert set(result.groups) <= {"draws", "england", "parameters", "amhp", "amhp_council"}
        assert set(result.draws.data_vars) == {"filled"}
        seen.append(weakref.ref(result.draws))
        return result

    monkeypatch.setattr("mhwfmodel.plan.explaining.run", watched)
    plan = scenario(STAY, PAY, draws=1)
    mh.explain(plan, measures="filled", threads=1, progress=lambda *told: reports.append(told))
    assert alive == [0] * 4
    done = [at for _, at, _ in reports]
    assert done == sorted(done)
    assert reports[0] == ("combinations", 0, 400)
    assert reports[-1] == ("combinations", 400, 400)


def test_what_cannot_be_explained_is_refused_before_anything_is_run(plan, monkeypatch):
    monkeypatch.setattr("mhwfmodel.plan.explaining.run", lambda *_, **__: pytest.fail("it ran"))
    with pytest.raises(ScenarioError, match="Plan: has no levers: there is nothing to explain"):
        mh.explain(scenario())
    with pytest.raises(ScenarioError, match="Plan: has the same levers as Base"):
        mh.explain(plan, scenario(STAY, PAY, IDLE, name="Base"))
    with pytest.raises(AlignmentError) as caught:
        mh.explain(plan, scenario(name="Base", months=5, icbs=ICBS[:1]))
    assert [fault.where for fault in caught.value.faults] == ["months", "icbs"]
    with pytest.raises(DataError) as wrong:
        mh.explain(plan, measures=["fill", "waiting", "starters_abroad"], by="icb")
    assert [str(fault)[:24] for fault in wrong.value.faults] == [
        "'fill' is not a measure ",
        "waiting: Plan has no pat",
        "starters_abroad: is kept",
    ]
    with pytest.raises(ScenarioError) as groups:
        mh.explain(plan, groups={"A": ["Stay", "Say"], "B": ["retention"]})
    told = [str(fault) for fault in groups.value.faults]
    assert told[0].startswith("group 'A': 'Say' is neither name nor kind of a lever that differs; did you mean 'Stay'")
    assert told[1] == "Stay: is in the groups A and B; name it in one of them"


def test_what_was_not_asked_for_is_not_told(explained):
    for told, ask in {
        "'starters' was not explained": lambda: explained.table("starters"),
        "not explained by region; it was by nothing; icb": lambda: explained.table("filled", "region"),
        "2034-03 is not among the months": lambda: explained.table("filled", months="2034-03"),
        "'part' is not a reading": lambda: explained.draws_by("filled", reading="part"),
        "mean_over is 0": lambda: explained.table("filled", mean_over=0),
    }.items():
        with pytest.raises(DataError, match=told):
            ask()


def test_posts_and_pay_meet_where_new_posts_wait_to_be_filled():
    """More posts alone are mostly vacancies; better pay fills them, so together they do more than each alone."""
    posts = FundedPosts(name="Posts", start="2024-04", change=0.2)
    found = mh.explain(scenario(posts, PAY, draws=1), measures="filled", evaluator="deterministic", threads=1)
    assert float(found.of("filled").interaction[0, -1]) > 0
