"""Levers on courses: places, completion and where they lead, against closed forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel import catalogue, units
from mhwfmodel.errors import ScenarioError
from mhwfmodel.inputs import build
from mhwfmodel.levers import Scope
from mhwfmodel.levers.effects import Completion, Destination, Places
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate import blocks
from mhwfmodel.simulate.lever_checks import check_levers
from mhwfmodel.simulate.measures import rota
from mhwfmodel.simulate.tracks import completing, routes_in
from mhwfmodel.supply.training import completing as students_completing
from mhwfmodel.supply.training import entrants

ICBS, MONTHS, DRAWS = ("E54000044", "E54000011"), 7, 40
ROWS = slice(0, DRAWS)


@pytest.fixture(scope="module")
def ready(doing, model):
    def go(*effects: object, central: bool = False, **changes: object):
        levers = (doing(*effects),) if effects else ()
        return model(central=central, levers=levers, **({"months": MONTHS, "draws": DRAWS, "icbs": ICBS} | changes))

    return go


def started(made, months: int = MONTHS) -> dict[str, np.ndarray]:
    """Staff who have started each course by the end, dims (draw, place) side by side over kinds of cells."""
    rows = slice(0, made.inputs.parameters.draws.size)
    if not made.stochastic:
        made = replace(made, rest=replace(made.rest, stock=made.rest.stock.astype(float)))
    given = rota(made)
    block, _ = blocks.first(made, given, rows)
    for month in range(months):
        block, _ = blocks.following(made, given, block, month)
    found: dict[str, list[np.ndarray]] = {}
    for start, people in zip(made.rest.starts, block.started, strict=True):
        found.setdefault(made.workforce.tracks[start.track - 1].code, []).append(np.asarray(people))
    return {code: np.concatenate(parts, axis=1) for code, parts in found.items()}


def path(*values: float) -> np.ndarray:
    return np.array([*values, *[values[-1]] * (MONTHS - len(values))])


def test_expected_starters_of_staff_are_places_times_the_factor(ready) -> None:
    """Places of the apprenticeship are few: there is always somebody to take them."""
    factor = path(1.0, 1.0, 2.0, 0.0, 0.5)
    plain = started(ready(central=True))
    acted = started(ready(Places("social_work_apprenticeship", factor, Scope()), central=True))
    usual, found = (item["social_work_apprenticeship"] for item in (plain, acted))
    np.testing.assert_allclose(found, usual * factor.sum() / MONTHS, rtol=1e-12)
    for code in plain:
        if code != "social_work_apprenticeship":
            np.testing.assert_allclose(acted[code], plain[code], rtol=1e-3, err_msg=code)


def test_whole_starters_keep_their_running_sum(ready) -> None:
    """In every cell and draw those who started are the places so far, rounded down or up."""
    factor = path(1.0, 3.0, 3.0, 0.0)
    made = ready(Places("social_work_apprenticeship", factor, Scope()))
    found = started(made)["social_work_apprenticeship"]
    starts = [s for s in made.rest.starts if made.workforce.tracks[s.track - 1].code == "social_work_apprenticeship"]
    owed = np.concatenate([start.people.sum(axis=2) for start in starts], axis=1) * factor.sum()
    assert (np.abs(found - owed) < 1.0).all()
    assert abs(found.sum() - owed.sum()) < 4.0 * np.sqrt(((owed % 1.0) * (1.0 - owed % 1.0)).sum())
    assert (found > owed).any()
    assert (found < owed).any()


def test_places_of_staff_reach_the_cells_of_their_scope_alone(ready) -> None:
    scope = Scope(icbs=("E54000044",), sectors=("nhs",))
    made, plain = (ready(*given) for given in ([Places("amhp_part_time", path(5.0), scope)], []))
    more, usual = started(made)["amhp_part_time"], started(plain)["amhp_part_time"]
    starts = [start for start in made.rest.starts if made.workforce.tracks[start.track - 1].code == "amhp_part_time"]
    cells = np.concatenate([start.cells for start in starts])
    here = (made.inputs.cells.icb[cells] == made.inputs.cells.icb_codes.index("E54000044")) & made.nhs[cells]
    assert here.any()
    assert more[:, here].sum() > 2 * usual[:, here].sum()
    there = made.inputs.cells.icb[cells] != made.inputs.cells.icb_codes.index("E54000044")
    assert abs(more[:, there].sum() - usual[:, there].sum()) < 0.05 * usual[:, there].sum() + 5


def taught(made, month: int):
    block, _ = blocks.first(made, rota(made), ROWS)
    at = {item.code: number for number, item in enumerate(block.school.training.pipelines)}
    return block.school.training, at, units.month_index(made.inputs.months[month])


def test_places_of_one_icb_leave_the_students_of_the_others_to_a_person(ready) -> None:
    given, at, september = taught(ready(), 5)
    degree, local = at["social_work_degree"], np.ones((len(ICBS), len(at)))
    local[0, degree] = 1.4
    usual, found = entrants(given, september), entrants(given, september, given.places, local)
    np.testing.assert_array_equal(found[:, 1], usual[:, 1])
    np.testing.assert_array_equal(np.delete(found, degree, axis=2), np.delete(usual, degree, axis=2))
    wanted = (np.minimum(given.places * 1.4, given.applicants) * given.share[given.kept[0]])[:, degree]
    assert (np.abs(found[:, 0, degree] - wanted) < 1.0).all()
    np.testing.assert_array_equal(entrants(given, september, given.places, np.ones_like(local)), usual)


def test_places_never_take_more_students_than_apply(ready) -> None:
    made = ready(Places("social_work_degree", path(1.0, 50.0), Scope(icbs=("E54000011",))))
    given, at, september = taught(made, 5)
    local = np.ones((len(ICBS), len(at)))
    local[:, at["social_work_degree"]] = 50.0
    found = entrants(given, september, given.places, local)[:, :, at["social_work_degree"]]
    wanted = given.applicants[:, [at["social_work_degree"]]] * given.share[given.kept]
    assert (np.abs(found - wanted) < 1.0).all()


def test_places_in_all_england_keep_its_total_to_within_one(ready) -> None:
    given, at, september = taught(ready(icbs=tuple(place.code for place in catalogue.icbs()), draws=3), 5)
    degree = at["social_work_degree"]
    found = entrants(given, september, given.places * 1.2)[:, :, degree].sum(axis=1)
    assert (np.abs(found - np.minimum(given.places * 1.2, given.applicants)[:, degree]) < 1.0).all()


def test_completion_of_staff_scales_the_hazard_of_giving_up_and_the_share_that_passes(ready) -> None:
    made = ready(Completion("nurse_apprenticeship", path(1.0, 3.0), path(1.0, 0.5, 100.0)))
    codes = [track.code for track in made.workforce.tracks]
    number = codes.index("nurse_apprenticeship") + 1
    usual, given = (
        made.tracks,
        [completing(made.tracks, made.workforce.tracks, made.levers, m, ROWS) for m in (0, 1, 2)],
    )
    np.testing.assert_array_equal(given[0], (usual.give_up, usual.passes))
    np.testing.assert_allclose(given[1][0][:, number], 3.0 * usual.give_up[:, number], rtol=1e-14)
    np.testing.assert_allclose(given[1][1][:, number], 0.5 * usual.passes[:, number], rtol=1e-14)
    np.testing.assert_array_equal(given[2][1][:, number], 1.0)
    others = np.arange(usual.passes.shape[1]) != number
    np.testing.assert_array_equal(given[1][0][:, others], usual.give_up[:, others])


@pytest.mark.parametrize(("drop_out", "passes"), [(2.0, 1.0), (1.0, 0.6), (0.0, 1.2)])
def test_completion_of_students_follows_a_cohort_by_hand(ready, drop_out: float, passes: float) -> None:
    """Of those in a month of study d' = 1 − (1 − d)^f give up; after the last s'·min(r·g, 1) of the others qualify."""
    given, at, _ = taught(ready(), 0)
    degree = at["peer_mentor_training"]
    factor = np.ones((2, len(at)))
    factor[:, degree] = drop_out, passes
    made = students_completing(given, *factor)
    group = np.flatnonzero(given.graph.node_cell == degree)
    kinds = [edge.kind for edge in given.graph.edges]
    usual, found = (item.chance[:, :, given.graph.node_group[group]] for item in (given, made))
    d, last = usual[kinds.index("drop_out")], usual[kinds.index("qualify")] > 0
    np.testing.assert_allclose(found[kinds.index("drop_out")], 1.0 - (1.0 - d) ** drop_out, rtol=1e-12, atol=1e-15)
    ends = usual[kinds.index("qualify")] + usual[kinds.index("fail")]
    rate = np.divide(usual[kinds.index("qualify")], ends, out=np.zeros_like(ends), where=ends > 0)
    wanted = (1.0 - d) ** drop_out * np.minimum(rate * passes, 1.0)
    np.testing.assert_allclose(found[kinds.index("qualify")][last], wanted[last], rtol=1e-12)
    total = found.sum(axis=0)
    np.testing.assert_allclose(total[last], 1.0, rtol=1e-12)
    other = np.flatnonzero(given.graph.node_cell == at["social_work_degree"])
    np.testing.assert_array_equal(*(item.chance[:, :, given.graph.node_group[other]] for item in (given, made)))
    assert students_completing(given, *np.ones((2, len(at)))).chance.tolist() == given.chance.tolist()


def ways(made, month: int = 0) -> np.ndarray:
    """Shares of the routes in a month."""
    return routes_in(made.routes, made.led, made.levers, month).share


def test_a_destination_at_full_share_leaves_nobody_behind(ready) -> None:
    made = ready(Destination("pwp_training", "nhs", 1.0, path(1.0)))
    after, before = ways(made), made.routes.share
    here = made.led.pipeline == "pwp_training"
    assert here.any()
    np.testing.assert_array_equal(after[:, here], 1.0)
    np.testing.assert_array_equal(after[:, ~here], before[:, ~here])


def test_those_who_stay_divide_the_rest_with_the_other_ways(ready) -> None:
    keep = ready(Destination("pwp_training", "own", 0.9, path(1.0)))
    after = ways(keep)
    here = keep.led.pipeline == "pwp_training"
    np.testing.assert_allclose(after[:, here], 0.1, rtol=1e-12)
    # An apprentice's own sector is a way like the others, because the role is another one.
    made = ready(Destination("nurse_apprenticeship", "own", 0.25, path(0.0, 0.4, 1.0)))
    usual, own = made.routes.share, (made.led.pipeline == "nurse_apprenticeship") & (made.led.sector == "own")
    others = (made.led.pipeline == "nurse_apprenticeship") & (made.led.sector != "own")
    course = made.routes.course
    old = np.stack([usual[:, own & (course == number)].sum(axis=1) for number in range(course.max() + 1)], axis=1)
    for month, weight in ((0, 0.0), (1, 0.4), (2, 1.0)):
        found = ways(made, month)
        np.testing.assert_allclose(found[:, own], (1 - weight) * usual[:, own] + weight * 0.25, rtol=1e-12)
        scale = (1 - weight) + weight * 0.75 / (1.0 - old[:, course[others]])
        np.testing.assert_allclose(found[:, others], usual[:, others] * scale, rtol=1e-12)
        assert (found >= 0).all()
    assert routes_in(made.routes, made.led, made.levers, 0) is made.routes


def test_the_last_word_on_a_destination_counts(ready) -> None:
    first = Destination("pwp_training", "nhs", 0.0, path(1.0))
    last = Destination("pwp_training", "nhs", 0.7, path(1.0))
    found = ways(ready(first, last))
    made = ready(last)
    np.testing.assert_allclose(found, ways(made), rtol=1e-12)


@pytest.mark.parametrize(
    ("effect", "place", "words"),
    [
        (Destination("pwp_training", "private", 0.5, path(1.0)), ".sector", "name one of nhs, own"),
        (Destination("assessed_year", "nhs", 0.5, path(1.0)), ".pipeline", "nobody goes to another post"),
        (Destination("pwp", "nhs", 0.5, path(1.0)), ".pipeline", "'pwp' is no course"),
        (Completion("amhp", path(1.0), path(0.5)), ".pipeline", "'amhp' is no course"),
        (Places("amhp_part_time", path(2.0), Scope(sectors=("private",))), ".scope", "may start amhp_part_time"),
        (Places("social_work_degree", path(2.0), Scope(icbs=("E54000008",))), ".scope", "does not have"),
        (Places("social", path(2.0), Scope()), ".pipeline", "'social' is no course"),
    ],
)  # fmt: skip
def test_levers_on_courses_that_cannot_act_are_refused(doing, effect, place: str, words: str) -> None:
    central = build(Scenario(name="x", months=MONTHS, icbs=ICBS), central=True)
    with pytest.raises(ScenarioError) as caught:
        check_levers((doing(effect),), central)
    assert caught.value.faults[0].where == f"levers[0]{place}"
    assert words in str(caught.value)
