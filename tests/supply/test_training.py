"""Students in training: known answers, laws of whole people, conservation, breaks, entrants, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.states import cell_id
from mhwfmodel.errors import DataError
from mhwfmodel.supply import Expected, Sampled, step
from mhwfmodel.supply.cohorts import (
    destination_shares,
    resting_cohorts,
    take_up,
    training_month,
    training_results,
)
from mhwfmodel.supply.training import (
    EDGES,
    entrants,
    pipeline_quantities,
    training,
    training_cell_id,
    training_graph,
)

SEED = 20240401
START = units.month_index("2024-04")
ADULTS = {1: 100_000.0, 2: 250_000.0, 3: 650_000.0}
DEGREE = catalogue.pipeline("social_work_degree")


def course(**change):
    """A course for students in which nobody gives up, breaks off or fails, unless `change` says so."""
    plain = {
        "id": 1, "code": "course", "months": 12, "intake_months": (9,), "last_intake": "", "places": 120.0,
        "applicants": 2.0, "drop_out": 0.0, "pass_rate": 1.0, "take_up": 1.0, "break_chance": 0.0, "break_months": 0,
        "return_share": 0.0,
    }  # fmt: skip
    return replace(DEGREE, **(plain | change))


def prepare(*courses, draws=1, whole=False, icbs=(1,), value=None, first=0):
    numbers = np.arange(first, first + draws, dtype=np.uint32)
    made = training(courses, ADULTS, icbs, value or {}.__getitem__, numbers, SEED if whole else None)
    return made, Sampled(SEED, numbers) if whole else Expected()


def study(made, chooser, months, starting, stock=None, first=START):
    """Move students by some months; `starting` is a function of the month's number or people by month."""
    size = (made.shape[0], made.graph.node_id.size)
    stock = np.zeros(size, dtype=np.int64 if made.uniform else float) if stock is None else stock
    found = []
    for month in range(first, first + months):
        people = starting(month) if callable(starting) else starting[month - first]
        people = np.broadcast_to(np.asarray(people, dtype=stock.dtype), made.shape)
        moved = step(made.graph, stock, training_month(made, month, people), chooser)
        stock = moved.stock
        found.append(training_results(made, moved))
    columns = {name: np.stack([getattr(one, name) for one in found]) for name in found[0].__dataclass_fields__}
    return SimpleNamespace(**columns), stock


@pytest.mark.parametrize("name", ["nursing_3yr_september_intake", "apprentice_18m_monthly_intake"])
def test_cohorts_are_the_published_ones(cases, name):
    case = cases("pipelines")[name]
    months = len(case["expected"]["month"])
    starting = np.zeros(months)
    for month, people in case["inputs"]["intakes"]:
        starting[month] = people
    made, chooser = prepare(course(months=case["inputs"]["course_months"], drop_out=case["inputs"]["monthly_dropout"]))
    found, _ = study(made, chooser, months, starting)
    for ours, theirs in (("qualified", "graduates"), ("enrolled", "enrolled_after_step"), ("dropped_out", "dropouts")):
        np.testing.assert_allclose(getattr(found, ours).ravel(), case["expected"][theirs], rtol=1e-10, atol=1e-9)
    share = (1 - case["inputs"]["monthly_dropout"]) ** case["inputs"]["course_months"]
    assert share == pytest.approx(case["expected"]["completion_rate"], rel=1e-10)


def test_a_fixed_delay_is_no_geometric_one(cases, markov):
    case = cases("pipelines")["geometric_vs_fixed_same_mean"]
    expected, cohort = case["expected"], case["inputs"]["cohort"]
    made, chooser = prepare(course(months=case["inputs"]["mean_months"]))
    found, _ = study(made, chooser, 13, [cohort] + [0] * 12)
    for month, people in expected["fixed_delay_graduates_by_month"].items():
        assert found.qualified[int(month)].item() == people
    chance = expected["third_order_stage_prob"]
    third = np.diag(np.full(3, 1 - chance)) + np.diag(np.full(2, chance), 1)
    first = 1 / case["inputs"]["mean_months"]
    for shape, name in (([[1 - first]], "first_order_cumulative_by_month"), (third, "third_order_cumulative_by_month")):
        opening = np.zeros((1, len(shape)))
        opening[0, 0] = cohort
        left = cohort - markov(shape).path(opening, 36, Expected()).sum(axis=2)[:, 0]
        for month, people in expected[name].items():
            assert left[int(month)] == pytest.approx(people, rel=1e-10)


def test_graduates_of_a_cohort_are_binomial():
    people, months, chance, draws = 12, 18, 0.03, 20_000
    made, chooser = prepare(course(months=months, drop_out=chance), draws=draws, whole=True)
    found, _ = study(made, chooser, months + 1, [people] + [0] * months)
    graduates = found.qualified[months].ravel()
    assert found.qualified[:months].sum() == 0
    law = stats.binom(people, (1 - chance) ** months)
    seen = np.bincount(graduates, minlength=people + 1)
    expected = draws * law.pmf(np.arange(people + 1))
    common = expected >= 5
    seen, expected = (np.append(x[common], x[~common].sum()) for x in (seen, expected))
    assert stats.chisquare(seen, expected).pvalue > 0.001
    error = np.sqrt(law.var() / draws)
    assert abs(graduates.mean() - law.mean()) <= 4 * error
    low, high = stats.chi2.ppf([0.0005, 0.9995], draws - 1) / (draws - 1)
    assert low <= graduates.var(ddof=1) / law.var() <= high


def test_who_fails_leaves_and_who_passes_qualifies():
    made, chooser = prepare(course(months=4, drop_out=0.1, pass_rate=0.8))
    found, stock = study(made, chooser, 5, [100, 0, 0, 0, 0])
    assert found.qualified[4].item() == pytest.approx(100 * 0.9**4 * 0.8, rel=1e-12)
    assert found.failed[4].item() == pytest.approx(100 * 0.9**4 * 0.2, rel=1e-12)
    assert stock.sum() == pytest.approx(0.0, abs=1e-9)


def test_a_drop_out_split_over_two_half_steps_is_the_drop_out():
    # (1 − p) = (1 − p1)(1 − p2), M18: the same cohort in months of p, and in twice as many of p1 and p2 by turns.
    p1, p2, months = 0.013, 0.021, 6
    whole, chooser = prepare(course(months=months, drop_out=1 - (1 - p1) * (1 - p2)))
    halves, _ = prepare(course(months=2 * months))
    chance = halves.chance.copy()
    chance[EDGES.index("drop_out"), 0] = np.tile([p1, p2], months)
    chance[EDGES.index("qualify"), 0, -1] = 1 - p2
    halves = replace(halves, chance=chance)
    one, _ = study(whole, chooser, months + 1, [100] + [0] * months)
    two, _ = study(halves, chooser, 2 * months + 1, [100] + [0] * 2 * months)
    np.testing.assert_allclose(two.qualified[::2], one.qualified, rtol=1e-12)
    np.testing.assert_allclose(two.enrolled[::2], one.enrolled, rtol=1e-12, atol=1e-12)
    pairs = two.dropped_out[1:].reshape(months, 2, -1).sum(axis=1)
    np.testing.assert_allclose(pairs.ravel(), one.dropped_out[1:].ravel(), rtol=1e-12)


@pytest.mark.parametrize("months", [1, 2, 7, 36, 72])
def test_a_fixed_delay_is_as_many_months_in_a_row_and_nobody_is_early(months):
    made, chooser = prepare(course(months=months), draws=3, whole=True)
    found, stock = study(made, chooser, months + 1, [50] + [0] * months)
    assert (found.qualified[:months] == 0).all()
    assert (found.qualified[months] == 50).all()
    assert (found.enrolled[:months] == 50).all()
    assert not stock.any()


def test_who_returns_from_a_break_goes_on_where_they_left():
    # In each month of study s go on and b break off, of whom a share returns to the same month: in the end the month
    # is done by a = s + b·ρ·a, a = s / (1 − b·ρ).
    d, b, share, months = 0.02, 0.05, 0.6, 9
    given_up = course(months=months, drop_out=d, break_chance=b, break_months=4, return_share=share, pass_rate=0.9)
    made, chooser = prepare(given_up)
    found, stock = study(made, chooser, 500, [1000] + [0] * 499)
    done = (1 - d - b) / (1 - b * share)
    assert found.qualified.sum() == pytest.approx(1000 * done**months * 0.9, rel=1e-9)
    assert stock.sum() == pytest.approx(0.0, abs=1e-9)
    # A month of study is entered 1 / (1 − b·ρ) times, and each break lasts four months on average.
    entered = sum(1000 * done**month for month in range(months)) / (1 - b * share)
    assert found.enrolled.sum() == pytest.approx(entered * (1 + 4 * b), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    months=st.integers(1, 30),
    drop=st.floats(0.0, 0.5),
    breaks=st.floats(0.0, 0.5),
    mean=st.integers(1, 6),
    back=st.floats(0.0, 1.0),
    passes=st.floats(0.0, 1.0),
    seed=st.integers(0, 2**31),
)
def test_whole_people_are_conserved_in_every_month_and_draw(months, drop, breaks, mean, back, passes, seed):
    one = course(
        months=months, drop_out=drop, pass_rate=passes, break_chance=breaks, break_months=mean, return_share=back
    )
    other = course(id=2, code="other", months=3, drop_out=drop, intake_months=(1, 9))
    numbers = np.arange(4, dtype=np.uint32)
    made = training((one, other), ADULTS, (2, 1), {}.__getitem__, numbers, seed)
    found, stock = study(made, Sampled(seed, numbers), 40, lambda month: entrants(made, month))
    assert (stock >= 0).all()
    before = np.concatenate([np.zeros_like(found.enrolled[:1]), found.enrolled[:-1]])
    out = found.dropped_out + found.failed + found.qualified
    np.testing.assert_array_equal(found.enrolled, before + found.started - out)
    np.testing.assert_array_equal(found.started.sum(axis=0), out.sum(axis=0) + found.enrolled[-1])
    assert found.started[:, :, :, 0].sum() > 0


@settings(max_examples=30, deadline=None)
@given(places=st.floats(0.0, 5000.0), ratio=st.floats(0.0, 3.0), icb=st.integers(1, 3))
def test_england_keeps_its_places_and_an_icb_its_share_of_them(places, ratio, icb):
    made, _ = prepare(course(places=places, applicants=ratio), draws=5, whole=True, icbs=(1, 2, 3))
    people = entrants(made, units.month_index("2024-09"))
    wanted = min(places, places * ratio)
    total = people.sum(axis=(1, 2))
    assert ((total == np.floor(wanted)) | (total == np.ceil(wanted)) | (np.abs(total - wanted) < 1e-6)).all()
    assert (np.abs(people[:, :, 0] - wanted * made.share[None, :]) < 1 + 1e-9).all()
    alone, _ = prepare(course(places=places, applicants=ratio), draws=5, whole=True, icbs=(icb,))
    np.testing.assert_array_equal(entrants(alone, units.month_index("2024-09"))[:, 0], people[:, icb - 1])
    turned, _ = prepare(course(places=places, applicants=ratio), draws=5, whole=True, icbs=(3, 1, 2))
    np.testing.assert_array_equal(entrants(turned, units.month_index("2024-09")), people[:, [2, 0, 1]])


def test_places_are_rounded_without_bias():
    made, _ = prepare(course(places=7.3, intake_months=(9,)), draws=20_000, whole=True, icbs=(1, 2, 3))
    people = entrants(made, units.month_index("2024-09"))[:, :, 0]
    share = 7.3 * made.share
    error = np.sqrt((share - np.floor(share)) * (1 - share + np.floor(share)) / 20_000)
    assert (np.abs(people.mean(axis=0) - share) <= 4 * error).all()


def test_people_start_in_the_months_of_intake_until_the_last_one():
    made, _ = prepare(
        course(places=120.0, intake_months=(1, 9)), course(id=2, code="b", places=30.0, last_intake="2024-09")
    )
    starts = np.array([entrants(made, month)[0, 0] / made.share[0] for month in range(START, START + 24)])
    months = [(START + place) % 12 + 1 for place in range(24)]
    np.testing.assert_allclose(starts[:, 0], [60.0 if month in (1, 9) else 0.0 for month in months])
    np.testing.assert_allclose(starts[:, 1], [30.0 if place == 5 else 0.0 for place in range(24)])


def test_applicants_cap_the_places_that_a_plan_adds():
    made, _ = prepare(course(places=100.0, applicants=1.2))
    month = units.month_index("2024-09")
    for places, expected in ((50.0, 50.0), (100.0, 100.0), (120.0, 120.0), (500.0, 120.0)):
        assert entrants(made, month, np.array([[places]]))[0, 0, 0] / made.share[0] == pytest.approx(expected)


def test_an_icb_has_the_same_students_alone_as_in_england():
    rows = [course(months=8, drop_out=0.05, break_chance=0.02, break_months=3, return_share=0.5, intake_months=(3, 5))]
    more = [*rows, course(id=9, code="more", drop_out=0.1, intake_months=(4,))]
    england, chooser = prepare(*more, draws=6, whole=True, icbs=(1, 2, 3))
    alone, _ = prepare(*rows, draws=6, whole=True, icbs=(2,))
    every, _ = study(england, chooser, 24, lambda month: entrants(england, month))
    one, _ = study(alone, chooser, 24, lambda month: entrants(alone, month))
    assert one.qualified.sum() > 0
    for name in ("enrolled", "started", "dropped_out", "failed", "qualified"):
        np.testing.assert_array_equal(getattr(one, name)[..., 0, 0], getattr(every, name)[..., 1, 0])


def test_the_first_draws_of_many_are_the_draws_of_few():
    def run(draws):
        made, chooser = prepare(course(months=6, drop_out=0.1), draws=draws, whole=True)
        return study(made, chooser, 12, lambda month: entrants(made, month))[0].dropped_out

    np.testing.assert_array_equal(run(12)[:, :5], run(5))


def test_no_student_shares_a_random_number_with_staff_or_with_another():
    icbs = [icb.id for icb in catalogue.icbs()]
    students = [item for item in catalogue.pipelines() if item.kind == "student"]
    graph = training_graph(students, icbs)
    assert np.unique(graph.node_id).size == graph.node_id.size
    staff = {
        cell_id(icb, sector.id, role.id, strand)
        for icb in icbs
        for sector in catalogue.sectors()
        for role in catalogue.roles()
        for strand in (0, 1)
    }
    assert not staff & set(graph.cell_id.tolist())
    assert not staff & {training_cell_id(0, item.id) for item in students}
    # The nine lowest bits are the state's: no node reaches into another cell's numbers.
    np.testing.assert_array_equal(graph.node_id >> 9 << 9, graph.cell_id[graph.node_cell])
    assert (graph.cell_id & 511 == 0).all()


def drawn(name):
    return np.full(1, catalogue.parameter(name).central)


def test_the_pipelines_of_the_catalogue_rest_and_give_what_they_should():
    icbs = {icb.id: float(icb.adults) for icb in catalogue.icbs()}
    made = training(catalogue.pipelines(), icbs, list(icbs), drawn, np.zeros(1, dtype=np.uint32), None)
    month = units.month_index("2024-03")
    stock = resting_cohorts(made, month, Expected())
    found, after = study(made, Expected(), 12, lambda now: entrants(made, now), stock, month + 1)
    np.testing.assert_allclose(after, resting_cohorts(made, month + 12, Expected()), rtol=2e-3, atol=1e-9)
    enrolled = found.enrolled[-1].sum(axis=(0, 1))
    qualified = dict(zip([item.code for item in made.pipelines], found.qualified.sum(axis=(0, 1, 2)), strict=True))
    assert qualified["think_ahead"] == pytest.approx(160 * 0.92, rel=1e-9)
    assert qualified["clinical_psychology_doctorate"] == pytest.approx(1000 * 0.95, rel=1e-9)
    drop, brk, back = 0.004, 0.003, 0.7
    done = (1 - drop - brk) / (1 - brk * back)
    assert qualified["social_work_degree"] == pytest.approx(5000 * done**36 * 0.95, rel=1e-4)
    assert (enrolled > 0).all()


def test_cohorts_at_rest_without_breaks_are_exact():
    d = 0.03
    made, chooser = prepare(course(months=30, drop_out=d, intake_months=(1, 9), places=240.0))
    month = units.month_index("2024-03")
    stock = resting_cohorts(made, month, chooser)[0]
    # At the end of March two months have gone since January, six since September, and so on, twelve months apart.
    expected = np.zeros(30)
    for age in (2, 6, 14, 18, 26):
        expected[age] = 120 * made.share[0] * (1 - d) ** age
    np.testing.assert_allclose(stock, expected, rtol=1e-12, atol=1e-12)


def test_whole_cohorts_at_rest_have_the_mean_of_the_expected_ones():
    one = course(
        months=6, places=40.0, drop_out=0.05, intake_months=(1, 6, 9), break_chance=0.05, break_months=2,
        return_share=0.5,
    )  # fmt: skip
    month = units.month_index("2024-03")
    expected, chooser = prepare(one, icbs=(1, 2, 3))
    wanted = resting_cohorts(expected, month, chooser)[0]
    whole, sampler = prepare(one, icbs=(1, 2, 3), draws=4000, whole=True)
    stock = resting_cohorts(whole, month, sampler)
    assert np.issubdtype(stock.dtype, np.integer)
    error = np.sqrt(np.maximum(wanted, 1e-4) / 4000)
    assert (np.abs(stock.mean(axis=0) - wanted) <= 5 * error).all()
    np.testing.assert_array_equal(resting_cohorts(whole, month, sampler), stock)


def test_those_who_qualify_go_where_the_destinations_say_and_no_further():
    rows = [
        catalogue.Destination("course", "nhs", "half", "assumed", (), ""),
        catalogue.Destination("course", "voluntary", 0.2, "assumed", (), ""),
        catalogue.Destination("course", "outside", "rest", "assumed", (), ""),
        catalogue.Destination("other", "nhs", 1.0, "assumed", (), ""),
    ]
    sectors = ("local_authority", "nhs", "voluntary")
    value = {"half": np.array([0.5, 0.4]), "takes": np.array([1.0, 0.5])}.__getitem__
    shares = destination_shares(rows, "course", (*sectors, "outside"), value, 2)
    np.testing.assert_allclose(shares, [[0.0, 0.5, 0.2, 0.3], [0.0, 0.4, 0.2, 0.4]])
    courses = (course(take_up="takes"), course(id=2, code="other"))
    made, chooser = prepare(*courses, draws=2, value=value)
    qualified = np.array([[[100.0, 10.0]], [[100.0, 10.0]]])
    pools = take_up(made, qualified, rows, sectors, value, chooser, month=START)
    np.testing.assert_allclose(pools[:, 0, 0], [[0.0, 50.0, 20.0], [0.0, 20.0, 10.0]])
    np.testing.assert_allclose(pools[:, 0, 1], [[0.0, 10.0, 0.0]] * 2)


@given(people=st.integers(0, 5000), first=st.floats(0.0, 1.0), takes=st.floats(0.0, 1.0))
@settings(max_examples=30, deadline=None)
def test_pools_never_hold_more_whole_people_than_qualified(people, first, takes):
    rows = [
        catalogue.Destination("course", "nhs", first, "assumed", (), ""),
        catalogue.Destination("course", "voluntary", "rest", "assumed", (), ""),
    ]
    made, chooser = prepare(course(take_up=takes), draws=3, whole=True)
    qualified = np.full((3, 1, 1), people)
    pools = take_up(made, qualified, rows, ("nhs", "voluntary"), {}.__getitem__, chooser, month=START)
    assert (pools >= 0).all()
    assert (pools.sum(axis=3) <= qualified).all()
    if takes == 1.0:
        np.testing.assert_array_equal(pools.sum(axis=3), qualified)


@pytest.mark.parametrize("bad", [-0.01, float("nan"), float("inf"), 1.01])
@pytest.mark.parametrize("column", ["drop_out", "pass_rate", "break_chance", "return_share", "take_up"])
def test_a_draw_that_is_no_chance_is_refused(column, bad):
    with pytest.raises(
        DataError, match=rf"pipeline course {column}: .* below 0, too high or not finite; give 0 to 1: x"
    ):
        prepare(course(**{column: "x"}), value={"x": np.array([bad])}.__getitem__)


def test_all_draws_that_cannot_be_are_told_at_once():
    bad = {"x": np.array([-1.0]), "y": np.array([2.0])}.__getitem__
    with pytest.raises(DataError) as refused:
        prepare(course(places="x", drop_out="y"), course(id=2, code="other", applicants="x"), value=bad)
    told = {str(fault).split(":")[0] for fault in refused.value.faults}
    assert told == {"pipeline course places", "pipeline course drop_out", "pipeline other applicants"}
    both = course(drop_out=0.6, break_chance=0.6, break_months=3)
    with pytest.raises(DataError, match="pipeline course: drop_out and break_chance are more than 1 together"):
        prepare(both)


def test_quantities_of_staff_are_checked_as_well():
    found = pipeline_quantities(catalogue.pipelines(), drawn, 1)
    at = [item.code for item in catalogue.pipelines()].index("amhp_full_time")
    assert found["released"][0, at] == 1.0
    assert found["places"].shape == (1, len(catalogue.pipelines()))
    with pytest.raises(DataError, match=r"pipeline amhp_part_time released: 1\.5 is below 0, too high or not finite"):
        pipeline_quantities([catalogue.pipeline("amhp_part_time")], lambda _: np.array([1.5]), 1)


def test_staff_are_no_students():
    with pytest.raises(DataError, match="assessed_year is no pipeline of students; leave out pipelines of staff"):
        training_graph([catalogue.pipeline("assessed_year")], [1])
    with pytest.raises(DataError, match="nothing is no pipeline of students"):
        training_graph([], [1])
