"""Parts of a pathway in a run: staff to servers, waits taken together, measures over stages and classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from mhwfmodel import catalogue
from mhwfmodel.catalogue.pathway_measures import pathway_measures
from mhwfmodel.pathway import read_pathway
from mhwfmodel.results import CellLabels
from mhwfmodel.results.pathway import PathwayKeeper, PathwayLabels
from mhwfmodel.results.reduce import measured
from mhwfmodel.simulate.pathway_figures import Figures, added, measures, months_of, over_icbs, stacked
from mhwfmodel.simulate.pathway_gamma import gamma_waits
from mhwfmodel.simulate.pathway_staff import AMHP, month_hours, ratios, skills_of
from mhwfmodel.simulate.pathway_waits import Waits, distributions, together
from mhwfmodel.supply.capacity import WEEKS_PER_YEAR

TEXT = """
pathway: small
people: 1000000
exits: [done]
classes: {high: {priority: 1}, low: {priority: 2}}
pools:
  office:
    hours_per_week: 100
    rota: [{days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}]
    staff: {skill: triage}
  night:
    count: 4
    rota: [{from: "20:00", to: "08:00", count: 4}, {from: "08:00", to: "20:00", count: 2}]
    staff: {skill: triage}
  slots: {fte: 10, slots_per_fte: 20, staff: {skill: care_coordination}}
  amhps: {count: 2, staff: {skill: amhp}}
  doctors: {count: 3}
arrivals:
  referrals: {stage: first, per_year: 1000, classes: {high: 0.3, low: 0.7}}
stages:
  first:
    needs: {office: 1}
    service: {exponential: 1 hours}
    contact: true
    patience: {exponential: 90 days}
    routes: {done: 1}
"""
LABELS = CellLabels(np.array([0, 1]), np.array([5, 0]), np.array([2, 0]), ("E54000011", "E54000044"))
PLACES = np.array([[0, 5, 2], [0, 0, 0], [1, 5, 2]])


@pytest.fixture(scope="module")
def pathway():
    return read_pathway(TEXT)


def staff(hours: float, fte: float, rota: float) -> np.ndarray:
    """Measures of one draw and three places, each with the same staff."""
    found = np.zeros((1, 3, len(measured())))
    for name, value in (("hours", hours), ("effective_fte", fte), ("amhp_fte", rota)):
        found[:, :, measured().index(name)] = value
    return found


def share_of(skill: str, sector: str, role: str) -> float:
    return next(row.share for row in catalogue.staffing() if (row.skill, row.sector, row.role) == (skill, sector, role))


def test_hours_of_a_skill_are_its_shares_of_the_hours_of_each_cell(pathway) -> None:
    skills = skills_of(pathway, PLACES, LABELS, ("E54000044",))
    assert skills.names == ("triage", "care_coordination", AMHP)
    found = skills.given(staff(1000.0, 8.0, 2.0), np.array([125.0]))
    nurses = share_of("triage", "nhs", "registered_nurse")
    assert found.shape == (1, 1, 3, 2)
    assert found[0, 0, 0].tolist() == pytest.approx([1000.0 * nurses, 8.0 * nurses])
    assert found[0, 0, 2].tolist() == pytest.approx([250.0, 2.0])


def test_the_other_board_has_its_own_cells_added_up(pathway) -> None:
    skills = skills_of(pathway, PLACES, LABELS, LABELS.icb_codes)
    found = skills.given(staff(1000.0, 8.0, 2.0), np.array([125.0]))
    expected = share_of("triage", "nhs", "registered_nurse") + share_of("triage", "local_authority", "social_worker")
    assert found[0, :, 0, 0].tolist() == pytest.approx(
        [1000.0 * expected, 1000.0 * share_of("triage", "nhs", "registered_nurse")]
    )
    assert found[0, 0, 2].tolist() == pytest.approx([500.0, 4.0])


def test_a_month_of_a_pool_is_its_open_hours(pathway) -> None:
    weeks = WEEKS_PER_YEAR / 12
    assert month_hours(pathway.pools["office"]) == pytest.approx(weeks)
    assert month_hours(pathway.pools["night"]) == pytest.approx(weeks * 7 * 12 * (1.0 + 0.5))
    assert month_hours(pathway.pools["amhps"]) == pytest.approx(weeks * 168)
    assert month_hours(pathway.pools["slots"]) == 0.0


def test_a_ratio_is_hours_given_over_hours_stated(pathway) -> None:
    skills = skills_of(pathway, PLACES, LABELS, ("E54000044",))
    weeks = WEEKS_PER_YEAR / 12
    given = np.array([[[[500.0, 4.0], [1200.0, 8.0], [730.5, 5.0]]]])
    found = ratios(skills, pathway, given, np.array([2.0]))
    stated = 100 * weeks + 4 * weeks * 126
    assert found[0, 0, 0] == pytest.approx(500.0 / (2 * stated))
    assert found[0, 0, 1] == pytest.approx(8.0 / (2 * 10))
    assert found[0, 0, 2] == pytest.approx(730.5 / (2 * 2 * weeks * 168))


def test_a_skill_that_nobody_has_gives_nothing(pathway) -> None:
    skills = skills_of(pathway, PLACES, LABELS, ("E54000044",))
    assert ratios(skills, pathway, np.zeros((1, 1, 3, 2)), np.ones(1))[0, 0, 0] == 0.0


@pytest.mark.parametrize("form", [0.05, 0.4, 1.0, 7.0])
@pytest.mark.parametrize("mean", [0.5, 30.0, 900.0])
def test_points_of_a_wait_are_those_of_a_gamma_distribution(form: float, mean: float) -> None:
    number = np.array([50.0])
    found = gamma_waits(number, number * mean, number * mean**2 * (1 + 1 / form))
    law = stats.gamma(form, scale=mean / form)
    assert found.within[0] / 50 == pytest.approx(law.cdf(28.0), abs=4e-3)
    assert found.beyond[0] / 50 == pytest.approx(law.sf(548.0), abs=4e-3)
    assert found.median[0] == pytest.approx(law.ppf(0.5), rel=0.01, abs=1e-3 * mean)
    assert found.p90[0] == pytest.approx(law.ppf(0.9), rel=0.01, abs=1e-3 * mean)


def test_nobody_waits() -> None:
    found = gamma_waits(np.array([0.0, 3.0]), np.zeros(2), np.zeros(2))
    assert np.isnan(found.median[0])
    assert found.median[1] == 0.0
    assert found.within.tolist() == [0.0, 3.0]


def known(sample: np.ndarray) -> list[float]:
    """What is known of a part's waits."""
    within, beyond = (sample <= 28.0).sum(), (sample > 548.0).sum()
    return [sample.size, sample.sum(), within, beyond, np.median(sample), np.quantile(sample, 0.9)]


def test_waits_of_several_groups_together() -> None:
    luck = np.random.default_rng(7)
    parts = [
        luck.exponential(60.0, 40_000), luck.exponential(400.0, 10_000), luck.lognormal(4.0, 1.0, 20_000),
        np.where(luck.random(16_000) < 0.6, 0.0, luck.exponential(20.0, 16_000)),
    ]  # fmt: skip
    waits = Waits(*np.array([known(part) for part in parts]).T)
    median, p90 = together(distributions(waits).sum(axis=0)[None], waits.number.sum()[None])
    everybody = np.concatenate(parts)
    assert median[0] == pytest.approx(np.median(everybody), rel=0.02)
    assert p90[0] == pytest.approx(np.quantile(everybody, 0.9), rel=0.04)


def test_a_group_alone_keeps_its_own_points() -> None:
    waits = Waits(*np.array([known(np.random.default_rng(3).exponential(45.0, 30_000))]).T)
    median, p90 = together(distributions(waits), waits.number)
    assert median[0] == pytest.approx(waits.median[0], rel=2e-3)
    assert p90[0] == pytest.approx(waits.p90[0], rel=2e-3)


def test_nobody_waits_at_most_any_time_where_nobody_waits() -> None:
    waits = gamma_waits(np.array([0.0, 3.0]), np.array([0.0, 90.0]), np.array([0.0, 5000.0]))
    grid = distributions(waits)
    assert not grid[0].any()
    assert grid[1, -1] == pytest.approx(3.0)
    assert (np.diff(grid[1]) >= 0.0).all()


def side_by_side(values: np.ndarray) -> np.ndarray:
    """The same numbers, the draws of each group side by side in memory."""
    return np.moveaxis(np.moveaxis(values, 0, -1).copy(), -1, 0)


def of_waits(waits: Waits) -> Waits:
    return Waits(**{name: side_by_side(values) for name, values in waits.each().items()})


def test_where_draws_lie_in_memory_changes_no_number() -> None:
    one = figures(5, 1)
    laid = Figures(
        {name: side_by_side(values) for name, values in one.stage.items()}, of_waits(one.stage_waits),
        side_by_side(one.arrived), side_by_side(one.left), of_waits(one.waits),
        {name: side_by_side(values) for name, values in one.pool.items()}, distributions(of_waits(one.waits)),
    )  # fmt: skip
    usual, found = (measures(each, INSIDE, DAYS, pooled=False) for each in (one, laid))
    for name, told in usual.items():
        assert np.array_equal(told.values, found[name].values, equal_nan=True), name


def figures(draws: int, icbs: int, seed: int = 1) -> Figures:
    """Some figures of two months, three stages and two classes."""
    luck = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return luck.integers(1, 40, (draws, icbs, 2, *shape)).astype(np.float64)

    def waits(*shape: int) -> Waits:
        number = some(*shape)
        return gamma_waits(number, number * some(*shape), number * 2000.0)

    return Figures.of(
        stage={name: some(3, 2) for name in ("waiting", "in_work", "joined", "seen", "gave_up", "turned_away")},
        stage_waits=waits(3, 2), arrived=some(2), left=some(1, 2), waits=waits(2, 2, 2),
        pool={name: some(2) for name in ("busy", "on_duty", "given", "stated")},
    )  # fmt: skip


INSIDE = np.array([True, True, False])
DAYS = np.array([30.0, 31.0])


def test_all_stages_are_those_on_the_pathway_and_all_classes_are_added() -> None:
    one = figures(3, 2)
    told = measures(one, INSIDE, DAYS, pooled=False)
    waiting = told["waiting"].values
    assert waiting.shape == (3, 2, 2, 4, 3)
    assert np.array_equal(waiting[..., 1:, 0], one.stage["waiting"].sum(axis=-1))
    assert np.array_equal(waiting[..., 0, 1:], one.stage["waiting"][..., :2, :].sum(axis=-2))
    assert np.array_equal(told["joined"].values[..., 0, 0], one.stage["joined"].sum(axis=(-1, -2)))
    assert set(told) == {item.name for item in pathway_measures()}


def test_rates_of_all_are_ratios_of_sums() -> None:
    one = figures(3, 2)
    told = measures(over_icbs(one), INSIDE, DAYS, pooled=True)
    waits = one.waits
    assert told["wait_mean"].values[:, 0, ..., 0] == pytest.approx(
        waits.days.sum(axis=(1, -1)) / waits.number.sum(axis=(1, -1))
    )
    assert told["utilisation"].values[:, 0] == pytest.approx(one.pool["busy"].sum(1) / one.pool["on_duty"].sum(1))
    parts = measures(one, INSIDE, DAYS, pooled=False)["wait_median"].values[..., 0]
    whole = told["wait_median"].values[:, 0, ..., 0]
    assert (whole >= parts.min(axis=1) - 1e-9).all()
    assert (whole <= parts.max(axis=1) + 1e-9).all()


def test_figures_are_cut_and_joined_again() -> None:
    one, two = figures(2, 2, seed=1), figures(1, 2, seed=2)
    whole = stacked([one, two])
    assert np.array_equal(whole.stage["seen"][2:], two.stage["seen"])
    assert np.array_equal(months_of(whole, slice(1, 2)).waits.days[:, :, 0], whole.waits.days[:, :, 1])
    total = added(added(None, one), one)
    assert np.array_equal(total.left, 2 * one.left)
    assert np.array_equal(one.left, figures(2, 2, seed=1).left)


def test_a_mean_of_a_rate_is_that_of_its_parts_over_all_draws() -> None:
    labels = PathwayLabels(("E54000011",), {"a": "A"}, {"all_people": "All"}, {"p": "P"}, ("done",), ("2024-04",))
    keeper = PathwayKeeper(labels, 2, None)
    values = np.array([0.5, 1.0]).reshape(2, 1, 1, 1)
    above, below = (np.array(pair).reshape(2, 1, 1, 1) for pair in ([5.0, 1.0], [10.0, 1.0]))
    keeper.keep({"utilisation": (values, above, below)}, slice(1, 2), slice(0, 1))
    kept = keeper.summaries["utilisation"]
    assert kept[0, 1, 0, 0] == pytest.approx(6.0 / 11.0)
    assert kept[3, 1, 0, 0] == pytest.approx(0.75)
    assert np.isnan(kept[:, 0]).all()


def test_the_page_on_variables_tells_every_measure(root: Path) -> None:
    page = (root / "docs" / "reference" / "variables.md").read_text("utf-8")
    for item in pathway_measures():
        assert f"| `{item.name}` | {item.units} | {', '.join(item.dims)} | {'yes' if item.drawn else 'no'} |" in page
        assert item.definition in page
