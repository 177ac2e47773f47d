"""A coupled run: at gain 0 it is the uncoupled one, bit for bit; above 0 the pathway acts on the months after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.results import Result
from mhwfmodel.scenario import PathwayUse

MONTHS, ICB = 5, "E54000044"
TEXT = """
pathway: little
people: 1000000
exits: [done, at_home]
classes: {high: {priority: 1}, low: {priority: 2}}
pools:
  office:
    {hours_per_week: 339, rota: [{from: "09:00", to: "17:00"}], at_shift_end: hand_over, staff: {skill: assessment}}
  places: {fte: 183, slots_per_fte: 25, staff: {skill: care_coordination}}
  amhps: {count: 1.1, staff: {skill: amhp}}
arrivals:
  letters: {stage: first, per_year: 6000, classes: {high: 0.3, low: 0.7}}
  requests: {stage: act, per_year: 2000, class: high}
stages:
  first: {needs: {office: 1}, service: {gamma: {mean: 3 hours, cv: 0.5}}, contact: true, routes: {work: 0.6, done: 0.4}}
  work:
    {needs: {places: 1}, service: {exponential: 16 months}, patience: {exponential: 1 years}, gives_up: done,
     contact: true, routes: {done: 1}}
  act:
    {needs: {amhps: 1}, service: {gamma: {mean: 4 hours, cv: 0.5}}, statutory: true,
     routes: {ward: 0.4, at_home: 0.6}}
  ward: {service: {exponential: 20 days}, outside: true, routes: {done: 1}}
admission: {wait_at: act, stage: act, to: ward}
"""
BOTH = {"workload_elasticity": 0.8, "admission_delay_elasticity": 0.5}
SURGE = {"kind": "acuity", "start": "2024-05", "stages": ["work"], "change": 2.0}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pathway") / "little.yaml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def run(small: Callable[..., Result], file: Path) -> Callable[..., Result]:
    """One board for a few months, coupled unless it is said otherwise."""

    def made(engine: str = "analytic", *, use: Mapping[str, Any] | None = None, **changes: Any) -> Result:
        pathway = PathwayUse.read(file, engine=engine, **(use or {}))
        settings = {"months": MONTHS, "draws": 4, "icbs": (ICB,), "pathway": pathway, "coupling": True}
        return small(**(settings | changes))

    return made


@pytest.fixture(scope="module")
def apart(run) -> Result:
    return run(coupling=None)


@pytest.fixture(scope="module")
def idle(run) -> Result:
    """Coupled, and nothing acts on anything."""
    return run()


@pytest.fixture(scope="module")
def felt(run) -> Result:
    return run(assumptions=BOTH)


def same(one: Result, two: Result, months: int | None = None) -> None:
    """Two results are the same to the last bit, or so are their first months."""
    for group in one.groups:
        for name, data in one.groups[group].data_vars.items():
            values = [each.groups[group][name] for each in (one, two)]
            if months is not None and "month" in data.dims:
                extra = 0 if data.sizes["month"] == MONTHS else 1
                values = [each.isel(month=slice(months + extra)) for each in values]
            elif months is not None:
                continue
            np.testing.assert_array_equal(*(each.values for each in values), err_msg=f"{group} {name}")


def differ(one: Result, two: Result, measure: str) -> bool:
    return bool((one.draws_by(measure).values != two.draws_by(measure).values).any())


def test_at_gain_zero_it_is_the_uncoupled_run(apart: Result, idle: Result) -> None:
    assert "coupling" in idle.groups
    assert "coupling" not in apart.groups
    same(apart, idle)


def test_at_gain_zero_the_simulation_is_the_uncoupled_one(run) -> None:
    use, few = {"months": 3, "draws": 2}, "compiled"
    same(run(few, coupling=None, **use), run(few, **use))


def test_expected_values_are_coupled_too(run) -> None:
    same(run(coupling=None, evaluator="deterministic"), run(evaluator="deterministic"))
    one, two = run(evaluator="deterministic"), run(evaluator="deterministic", assumptions=BOTH, levers=[SURGE])
    assert float(two.draws_by("leavers").values[..., -1].sum()) > float(one.draws_by("leavers").values[..., -1].sum())


def test_threads_and_layout_change_no_bit(run, felt: Result, laid_out) -> None:
    with laid_out(chunk=2, inside=1, draws_in_file=True, values_in_file=True, months_at_once=3):
        same(felt, run(assumptions=BOTH, threads=2))


def test_the_first_draws_of_many_are_those_of_few(run, felt: Result) -> None:
    few = run(assumptions=BOTH, draws=2)
    for measure in ("filled", "waiting"):
        np.testing.assert_array_equal(felt.draws_by(measure).values[:2], few.draws_by(measure).values)


def test_the_first_month_feels_nothing(apart: Result, felt: Result) -> None:
    same(apart, felt, months=1)
    assert differ(apart, felt, "leavers")
    assert differ(apart, felt, "in_work")


def test_a_plan_begins_as_its_baseline(run, felt: Result) -> None:
    """What is usual does not hang on the plan: until its month, and in staff until the month after, all is the same."""
    plan = run(assumptions=BOTH, levers=[SURGE])
    same(felt, plan, months=1)
    for name in ("filled", "leavers"):
        values = [each.draws_by(name).values for each in (felt, plan)]
        np.testing.assert_array_equal(values[0][..., :3], values[1][..., :3], err_msg=name)
        assert (values[0][..., 3:] != values[1][..., 3:]).any(), name


def test_more_work_drives_people_away(run, idle: Result) -> None:
    """Without the gain a surge changes no member of staff; with it more leave than without the surge."""
    surge = run(levers=[SURGE])
    for name in ("filled", "leavers"):
        np.testing.assert_array_equal(surge.draws_by(name).values, idle.draws_by(name).values)
    gain = {"workload_elasticity": 1.0}
    calm, driven = run(assumptions=gain), run(assumptions=gain, levers=[SURGE])
    gone = [each.draws_by("leavers").values[..., 3:].sum() for each in (calm, driven)]
    assert gone[1] > gone[0]
    ratio = driven.groups["coupling"]["workload_ratio"].sel(stat="mean", icb=ICB)
    assert (ratio.sel(skill="care_coordination").values[1:] > 1.5).all()


def test_a_longer_wait_for_an_amhp_acts_on_admissions_alone(run) -> None:
    """Assessments that take longer are waited for longer, and the share who are admitted rises with the wait before."""
    slow = [{"kind": "acuity", "start": "2024-04", "stages": ["act"], "change": 0.1}]
    with_wait = {"admission_delay_elasticity": 0.3}
    plain, acting = (run(evaluator="deterministic", levers=slow, assumptions=given) for given in ({}, with_wait))
    np.testing.assert_array_equal(plain.draws_by("filled").values, acting.draws_by("filled").values)
    delay = acting.groups["coupling"]["delay_ratio"].sel(stat="mean", icb=ICB).values
    assert (delay > 1.1).all()
    before, after = (
        each.table("joined", by="stage").query("stage == 'ward'")["mean"].values for each in (plain, acting)
    )
    assert after[0] == before[0]
    assert after[1:] / before[1:] == pytest.approx(delay[:-1] ** 0.3, rel=1e-5)


def test_people_are_conserved_on_both_sides(run) -> None:
    """Staff: who are there are who were, with starters and without leavers. People: with arrivals, less who left."""
    result = run(assumptions=BOTH, levers=[SURGE])
    filled, starters, leavers = (result.draws_by(name, "icb").values for name in ("filled", "starters", "leavers"))
    np.testing.assert_array_equal(np.diff(filled, axis=-1), (starters - leavers)[..., 1:])
    data = result.pathway.sel(stat="mean", icb="all").sel(of_class="all")
    stages = ["first", "work", "act", "ward"]
    here = (data["waiting"] + data["in_work"]).sel(stage=stages).sum("stage").values
    moved = data["arrived"].values - data["left"].sel(exit="all").values
    np.testing.assert_allclose(np.diff(here), moved[1:], atol=0.05)


def test_a_look_every_two_months_is_felt_two_months_later(run, apart: Result, felt: Result) -> None:
    seldom = run(assumptions=BOTH, coupling={"every_months": 2})
    same(apart, seldom, months=2)
    assert differ(apart, seldom, "leavers")
    assert differ(felt, seldom, "leavers")


def test_boards_without_the_pathway_feel_nothing(run, icbs) -> None:
    """Where nobody moves between boards, one that does not run the pathway is the same in any run."""
    there = {"icbs": icbs, "moves": "within_icb", "use": {"icbs": (ICB,)}, "draws": 2}
    one, two = run(coupling=None, **there), run(assumptions=BOTH, **there)
    other = next(code for code in icbs if code != ICB)
    leavers = [each.draws_by("leavers", "icb") for each in (one, two)]
    np.testing.assert_array_equal(*(each.sel(icb=other).values for each in leavers))
    assert (leavers[0].sel(icb=ICB).values != leavers[1].sel(icb=ICB).values).any()


def test_the_screen_is_told_beside_the_simulation(run, felt: Result) -> None:
    """The staff are those of the run that the screen was coupled with; its figures and their error are kept."""
    result = run("compiled", assumptions=BOTH)
    np.testing.assert_array_equal(result.draws_by("filled").values, felt.draws_by("filled").values)
    screen, simulated = result.groups["screen"], result.pathway.sel(stat="mean")
    for name in ("waiting", "in_work", "stage_wait_mean", "utilisation"):
        np.testing.assert_array_equal(screen[name].values, felt.pathway[name].sel(stat="mean").values)
        error = screen[name].values - simulated[name].values
        np.testing.assert_allclose(screen[f"{name}_error"].values, error, rtol=1e-5, atol=1e-5)
    everybody = screen["in_work"].sel(icb="all", stage="all", of_class="all").values
    error = screen["in_work_error"].sel(icb="all", stage="all", of_class="all").values
    assert (abs(error) < 0.1 * everybody).all()


def test_every_draw_has_to_run_the_pathway(run) -> None:
    with pytest.raises(ScenarioError, match="a coupled run needs all"):
        run(use={"draws": 2})


def test_the_manifest_says_how_it_was_coupled(idle: Result, felt: Result, apart: Result) -> None:
    assert "coupling" not in apart.manifest
    told = felt.manifest["coupling"]
    assert told["every_months"] == 1
    assert told["assumptions"]["workload_elasticity"]["most"] == 0.8
    assert told["bound"]["elasticity"] > 1.0
    assert told["warning"] == ""
    assert idle.manifest["scenario"]["coupling"] == {"every_months": 1}
