"""Warm starts: numbers as asked for, ages and what is left by their laws, keys, order, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from networks import NEVER, _LawTable, exponential, fixed, gamma, lognormal, network, weibull
from scipy import stats

from mhwfmodel.demand import samplers, warm
from mhwfmodel.demand.simpy_engine import simulate
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway import flatten, read_pathway

NETWORK = network(
    stages={
        "triage": {"needs": {"nurses": 1}, "service": gamma(2.0, 1.0), "patience": [weibull(30.0, 2.0), NEVER]},
        "core": {"needs": {"slots": 1}, "service": lognormal(4.0, 1.0), "contact": True},
        "stay": {"service": fixed(10.0)},
    },
    pools={"nurses": 3, "slots": 50},
    classes=("high", "low"),
    days=[30.0, 30.0],
)
SIZE = (3, 2)
ROWS = exponential(20.0), gamma(3.0, 4.0), fixed(8.0)


def laws(*rows):
    made = _LawTable()
    for row in rows:
        made.row(row)
    return made.laws()


def grid(*values, dtype=np.float64):
    return np.array(values, dtype=dtype).reshape(SIZE)


START = warm.Start(
    waiting=grid(4.25, 6.0, 0.5, 0.0, 0.0, 0.0),
    in_work=grid(3.0, 0.0, 20.3, 19.0, 7.0, 2.5),
    laws=laws(*ROWS),
    age=grid(0, 1, 2, -1, -1, -1, dtype=np.int32),
    growth=np.full(SIZE, np.nan),
    before=grid(-1, -1, 2, 1, -1, -1, dtype=np.int32),
    contacts=grid(0, 0, 1, 2, 0, 0, dtype=np.int32),
)
COLUMNS = ("stage", "of_class", "age", "waited", "left", "patience", "contacts")


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True) for name in COLUMNS)


def numbers(present, working):
    chosen = np.isfinite(present.left) == working
    found = np.zeros(SIZE)
    np.add.at(found, (present.stage[chosen], present.of_class[chosen]), 1)
    return found


def test_numbers_are_whole_and_on_average_what_was_asked_for():
    made = warm.present(NETWORK, START, seed=1, replications=range(400))
    for expected, working in ((START.waiting, False), (START.in_work, True)):
        found = np.array([numbers(present, working) for present in made])
        assert np.all((found == np.floor(expected)) | (found == np.ceil(expected)))
        part = expected % 1.0
        error = np.sqrt(part * (1.0 - part) / len(made))
        assert np.all(np.abs(found.mean(axis=0) - expected) <= 4.0 * error)


def test_the_first_picture_of_a_run_is_what_was_asked_for():
    made = warm.present(NETWORK, START, seed=1, replications=[3, 4])
    outcome = simulate(NETWORK, seed=1, replications=[3, 4], present=made)
    for at, present in enumerate(made):
        assert np.array_equal(outcome.opening_waiting[at], numbers(present, False))
        assert np.array_equal(outcome.opening_in_work[at], numbers(present, True))
        assert (
            outcome.left[at].sum() + outcome.waiting[at, -1].sum() + outcome.in_work[at, -1].sum() == present.stage.size
        )


def test_people_are_in_the_order_in_which_they_joined():
    (present,) = warm.present(NETWORK, START, seed=1, replications=[0])
    assert np.all(np.diff(present.waited) <= 0.0)
    assert np.all(present.age >= present.waited)
    assert present.stage.dtype == present.of_class.dtype == present.contacts.dtype == np.int32


def test_a_replication_is_the_same_by_itself_and_among_others():
    among = warm.present(NETWORK, START, seed=1, replications=[5, 0, 2])
    assert same(among[0], warm.present(NETWORK, START, seed=1, replications=[5])[0])
    assert same(among[2], warm.present(NETWORK, START, seed=1, replications=range(3))[2])
    assert not same(among[0], among[1])
    assert not same(among[0], warm.present(NETWORK, START, seed=2, replications=[5])[0])
    assert not same(among[0], warm.present(replace(NETWORK, place=1), START, seed=1, replications=[5])[0])


def test_more_people_at_one_stage_change_nobody_elsewhere_and_nobody_who_was_there():
    more = replace(START, in_work=START.in_work + grid(0, 0, 5, 0, 0, 0))
    few, many = (warm.present(NETWORK, start, seed=1, replications=[0])[0] for start in (START, more))
    people = [
        {tuple(float(getattr(present, name)[n]) for name in COLUMNS[:4]) for n in range(present.stage.size)}
        for present in (few, many)
    ]
    assert people[0] < people[1]
    assert len(people[1]) == len(people[0]) + 5
    assert {(stage, of_class) for stage, of_class, *_ in people[1] - people[0]} == {(1.0, 0.0)}


def test_parts_of_one_stage_have_their_own_luck():
    parts = replace(NETWORK, stages=replace(NETWORK.stages, number=np.array([7, 7, 7], dtype=np.uint8)))
    start = replace(START, waiting=np.full(SIZE, 5.0), in_work=np.zeros(SIZE), age=np.zeros(SIZE, dtype=np.int32))
    (present,) = warm.present(parts, start, seed=1, replications=[0])
    assert np.unique(present.waited).size == present.stage.size == 30


def test_contacts_and_the_time_before_joining():
    (present,) = warm.present(NETWORK, START, seed=1, replications=[0])
    at_core, working = present.stage == 1, np.isfinite(present.left)
    expected = np.where(at_core, np.where(present.of_class == 0, 1, 2) + working, 0)
    assert np.array_equal(present.contacts, expected)
    before = present.age - present.waited
    assert np.all(before[~at_core] == 0.0)
    np.testing.assert_allclose(before[at_core & (present.of_class == 0)], 8.0, atol=1e-9)
    assert np.unique(before[at_core & (present.of_class == 1)]).size == 19


MANY = replace(START, waiting=grid(2000, 2000, 0, 0, 0, 0), in_work=grid(0, 0, 2000, 0, 2000, 0))


def test_ages_patience_and_what_is_left_follow_their_laws():
    (present,) = warm.present(NETWORK, MANY, seed=1, replications=[0])
    high, low = ((present.stage == 0) & (present.of_class == k) for k in range(2))
    assert stats.kstest(present.waited[high], stats.expon(scale=20.0).cdf).pvalue > 1e-3
    assert stats.kstest(present.waited[low], stats.gamma(3.0, scale=4.0).cdf).pvalue > 1e-3
    assert np.all(np.isinf(present.patience[low]))
    beyond = samplers.survival(laws(weibull(30.0, 2.0)), 0, present.waited[high] + present.patience[high])
    given = beyond / samplers.survival(laws(weibull(30.0, 2.0)), 0, present.waited[high])
    assert stats.kstest(given, "uniform").pvalue > 1e-3
    core, stay = present.stage == 1, present.stage == 2
    whole = stats.lognorm(1.0, scale=np.exp(5.0)).cdf
    assert stats.kstest(present.left[core] + present.waited[core], whole).pvalue > 1e-3
    assert stats.kstest(present.left[core] / (present.left[core] + present.waited[core]), "uniform").pvalue > 1e-3
    np.testing.assert_allclose(present.left[stay] + present.waited[stay], 10.0)
    assert np.all(np.isnan(present.patience[core | stay]))
    assert np.all(np.isnan(present.left[high | low]))


U = (np.arange(2000) + 0.5) / 2000
V = np.random.default_rng(1).permutation(U)


@pytest.mark.parametrize("growth", [-0.02, 0.0, 0.01, 0.3])
@pytest.mark.parametrize("row", range(3))
def test_ages_of_a_list_that_grows_have_the_density_of_the_tail_times_the_growth(row, growth):
    found = warm.ages(laws(*ROWS), row, growth, U, V)
    far = samplers.quantile(laws(*ROWS), row, 1.0 - 1e-13)
    t = (np.arange(400_000) + 0.5) / 400_000 * far * (1.0 if growth >= 0.0 else 3.0)
    density = samplers.survival(laws(*ROWS), row, t) * np.exp(-growth * t)
    for point in np.quantile(found, [0.1, 0.4, 0.7, 0.95]):
        assert (found <= point).mean() == pytest.approx(density[t <= point].sum() / density.sum(), abs=0.02)


def test_ages_are_ages_where_no_growth_is_given():
    assert np.array_equal(warm.ages(laws(*ROWS), 1, np.nan, U, V), samplers.quantile(laws(*ROWS), 1, U))


def test_ages_of_gamma_with_shape_1_are_those_of_the_exponential():
    made = laws(exponential(20.0), gamma(1.0, 20.0))
    closed, table = (warm.ages(made, row, 0.02, U, V) for row in range(2))
    np.testing.assert_allclose(table, closed, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("row", [exponential(20.0), gamma(3.0, 40.0), lognormal(3.0, 2.0)])
def test_a_list_that_shrinks_faster_than_its_waits_end_is_refused(row):
    with pytest.raises(MhwfError, match=r"joinings shrink by 0\.06 a day"):
        warm.ages(laws(row), 0, -0.06, U, V)


def test_all_that_is_wrong_with_a_start_is_told_at_once():
    bad = replace(START, waiting=grid(-1.0, 6, 1, 1, 0, 0), in_work=grid(np.nan, 0, 0, 0, 0, 0))
    with pytest.raises(MhwfError) as told:
        warm.present(NETWORK, bad, seed=1, replications=[0])
    assert [fault.where for fault in told.value.faults] == [
        "start of stage triage, class high",
        "start of stage triage, class high",
        "start of stage core, class low",
    ]
    assert "-1.0 people waiting" in str(told.value)
    assert "nan people in work" in str(told.value)
    assert "how long is not said" in str(told.value)
    endless = replace(START, laws=laws(NEVER), age=np.zeros(SIZE, dtype=np.int32))
    with pytest.raises(MhwfError, match="how long is not said"):
        warm.present(NETWORK, endless, seed=1, replications=[0])
    with pytest.raises(MhwfError, match=r"start\.waiting: dims \(2,\), and not \(stage, class\) = \(3, 2\)"):
        warm.present(NETWORK, replace(START, waiting=np.zeros(2)), seed=1, replications=[0])


def test_nobody_is_nobody():
    empty = replace(START, waiting=np.zeros(SIZE), in_work=np.zeros(SIZE))
    (present,) = warm.present(NETWORK, empty, seed=1, replications=[0])
    assert present.stage.size == 0


PATHWAY = """
pathway: sample
classes: {high: {priority: 1}, low: {priority: 2}}
pools:
  nurses: {count: 4}
arrivals:
  referrals: {stage: triage, classes: {high: 0.3, low: 0.7}, per_day: 2}
stages:
  triage:
    needs: {nurses: 1}
    service: {exponential: 1 days}
    contact: true
    modes:
      in_person: {share: 0.25, time: 3.0}
      digital: {share: 0.75}
    routes: {core: 1.0}
  core:
    service: {exponential: 60 days}
    routes: {discharged: 1.0}
exits: [discharged]
present:
  triage:
    waiting: {high: 4, low: 40}
    age: {by_class: {high: {fixed: 3 days}, low: {exponential: 30 days}}}
    in_work: {low: 2}
    contacts: 1
  core: {in_work: {high: 10}, before: {fixed: 9 days}}
"""


def test_a_pathway_says_who_is_present():
    pathway = read_pathway(PATHWAY, "sample.yaml")
    made = flatten(pathway)
    start = warm.written(pathway, made, scale=2.0)
    assert made.stages.names[:3] == ("triage/in_person", "triage/digital", "core")
    assert start.waiting[:3].tolist() == [[2.0, 20.0], [6.0, 60.0], [0.0, 0.0]]
    assert start.in_work[:3].tolist() == [[0.0, 2.0], [0.0, 2.0], [20.0, 0.0]]
    (present,) = warm.present(made, start, seed=1, replications=[0])
    waits = np.isnan(present.left)
    assert present.stage.size == 112
    assert np.all(present.waited[waits & (present.of_class == 0)] == 3.0)
    assert np.unique(present.waited[waits & (present.of_class == 1)]).size == 80
    np.testing.assert_allclose(present.age - present.waited, np.where(present.stage == 2, 9.0, 0.0), atol=1e-9)
    assert set(present.contacts[waits]) == {1}
    assert set(present.contacts[~waits & (present.stage < 2)]) == {2}
