"""What levers do to a pathway: each factor moves what it says and by as much, in the screen and in the simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from mhwfmodel.catalogue import icb
from mhwfmodel.levers.effects import PathwayAdded, PathwayRoutes, PathwayScaled
from mhwfmodel.pathway import read_pathway
from mhwfmodel.pathway.calendar import calendar
from mhwfmodel.results import CellLabels, Result
from mhwfmodel.scenario import PathwayUse, Scenario
from mhwfmodel.simulate.pathway_checks import pathway_faults
from mhwfmodel.simulate.pathway_effects import NO_EFFECTS
from mhwfmodel.simulate.pathway_figures import Figures
from mhwfmodel.simulate.pathway_plan import PathwayPlan, pathway_plan, with_levers
from mhwfmodel.simulate.pathway_screen import advance, board, opened

ICBS = ("E54000011", "E54000044")
MONTHS, DRAWS = 6, 3
TEXT = """
pathway: little
people: 100000
exits: [done, elsewhere]
classes: {high: {priority: 1}, low: {priority: 2}}
pools:
  office: {hours_per_week: 300, rota: [{from: "09:00", to: "17:00"}], at_shift_end: hand_over, staff: {skill: triage}}
  places: {fte: 20, slots_per_fte: 10, staff: {skill: advice}}
  beds: {count: 40}
arrivals:
  letters: {stage: first, per_year: 3000, classes: {high: 0.3, low: 0.7}}
  calls: {stage: second, per_year: 400, class: low}
stages:
  first:
    needs: {office: 1}
    service: {gamma: {mean: 1 hours, cv: 0.5}}
    modes: {here: {share: 0.6}, far: {share: 0.4, time: 0.8, excluded: {low: 0.25}}}
    excluded: elsewhere
    routes: {second: 0.3, stay: 0.1, done: 0.6}
  second: {needs: {places: 1}, service: {exponential: 20 days}, contact: true, routes: {first: 0.1, done: 0.9}}
  stay: {needs: {beds: 1}, service: {exponential: 10 days}, routes: {done: 1}}
re_referral: {after: done, chance: 0.1, delay: {exponential: 60 days}, stage: first}
"""


@dataclass(frozen=True)
class Lever:
    """Effects as they are given."""

    given: tuple[Any, ...]
    kind: str = "given"

    def effects(self, context: object) -> tuple[Any, ...]:
        return self.given


def path(value: float, *, draws: int = 1) -> np.ndarray:
    return np.full((draws, MONTHS), value)


@pytest.fixture(scope="module")
def use(tmp_path_factory: pytest.TempPathFactory) -> PathwayUse:
    file = tmp_path_factory.mktemp("pathway") / "little.yaml"
    file.write_text(TEXT, "utf-8")
    return PathwayUse.read(file)


@pytest.fixture(scope="module")
def plan(use: PathwayUse) -> PathwayPlan:
    """Two boards, staffed as the file states."""
    scenario = Scenario(name="boards", months=MONTHS, icbs=ICBS, pathway=use)
    zero = np.zeros(2, np.int64)
    cells = CellLabels(np.arange(2), zero, zero, ICBS)
    made = pathway_plan(scenario, DRAWS, np.stack([np.arange(2), zero, zero], axis=1), cells)
    assert made is not None
    return made


@pytest.fixture(scope="module")
def go(plan: PathwayPlan) -> Callable[..., tuple[Figures, ...]]:
    """All months of a board under some effects."""

    def made(*effects: Any, icb: int = 0) -> tuple[Figures, ...]:
        given = with_levers(plan, (Lever(effects),), None)  # type: ignore[arg-type]
        ready, ratio = board(given, icb), np.ones((DRAWS, len(plan.skills.names)))
        state, found = opened(ready, ratio), []
        for month in range(MONTHS):
            state, figures = advance(ready, state, ratio, month)
            found.append(figures)
        return tuple(found)

    return made


@pytest.fixture(scope="module")
def base(go) -> tuple[Figures, ...]:
    return go()


def of_stage(found: tuple[Figures, ...], name: str, stage: int) -> np.ndarray:
    """Dims (month, draw, class)."""
    return np.stack([each.stage[name][:, 0, 0, stage] for each in found])


def same(one: tuple[Figures, ...], two: tuple[Figures, ...]) -> bool:
    pairs = ((a.stage[name], b.stage[name]) for a, b in zip(one, two, strict=True) for name in a.stage)
    return all(np.array_equal(a, b) for a, b in pairs)


def test_factors_of_one_change_no_bit(go, base, plan: PathwayPlan) -> None:
    effects = (
        PathwayScaled("arrivals", (), path(1.0)), PathwayScaled("work", (), path(1.0, draws=DRAWS)),
        PathwayScaled("servers", (), path(1.0)), PathwayRoutes("first", "second", path(1.0)),
        PathwayAdded(("first",), path(0.0)),
    )  # fmt: skip
    assert same(go(*effects), base)
    assert with_levers(plan, (), None).effects.arrivals((), (), ICBS[0], slice(0, 1), slice(0, 1)) is None  # type: ignore[arg-type]
    assert plan.effects is NO_EFFECTS


def test_arrivals_of_one_class_at_one_stage(go, base) -> None:
    found = go(PathwayScaled("arrivals", ("first",), path(1.5), only_class="high"))
    for a, b in zip(found, base, strict=True):
        assert a.arrived[..., 0] == pytest.approx(1.5 * b.arrived[..., 0], rel=1e-12)
        assert (a.arrived[..., 1] == b.arrived[..., 1]).all()


def test_people_who_are_added_are_as_many_over_all_boards(go, base) -> None:
    added = PathwayAdded(("first",), path(30.0), only_class="low")
    more = 0.0
    for board_of in range(len(ICBS)):
        found, usual = go(added, icb=board_of), go(icb=board_of)
        more = more + np.stack([(a.arrived - b.arrived)[:, 0, 0] for a, b in zip(found, usual, strict=True)])
    assert more[..., 1] == pytest.approx(30.0)
    assert more[..., 0] == pytest.approx(0.0, abs=1e-9)


def test_people_are_added_before_arrivals_are_scaled(go, base) -> None:
    one, two = PathwayAdded((), path(30.0)), PathwayScaled("arrivals", (), path(2.0))
    found = go(one, two)
    assert same(found, go(two, one))
    alone = go(one)
    for a, b in zip(found, alone, strict=True):
        assert a.arrived == pytest.approx(2.0 * b.arrived, rel=1e-9)


def test_work_takes_longer(go, base) -> None:
    """Where nobody waits, servers are busy for as much longer as the work takes, once all have come with it."""
    found = go(PathwayScaled("work", ("first",), path(1.5)))
    busy = [np.stack([each.pool["busy"][:, 0, 0, 0] for each in some]) for some in (found, base)]
    assert busy[0][1:] / busy[1][1:] == pytest.approx(1.5, rel=0.01)
    for name in ("joined", "seen"):
        # Longer work lets a few go on a little later than they did.
        assert of_stage(found, name, 2) == pytest.approx(of_stage(base, name, 2), rel=0.02)


def test_servers_are_more_and_staff_are_not(go, base) -> None:
    found = go(PathwayScaled("servers", ("beds",), path(1.25)))
    for a, b in zip(found, base, strict=True):
        assert a.pool["on_duty"][..., 2] == pytest.approx(1.25 * b.pool["on_duty"][..., 2])
        assert (a.pool["given"] == b.pool["given"]).all()
        assert (a.pool["on_duty"][..., :2] == b.pool["on_duty"][..., :2]).all()


@pytest.mark.parametrize(("factor", "chance"), [(2.0, 0.2), (0.5, 0.05), (0.0, 0.0)])
def test_a_way_is_taken_more_often_and_the_others_share_the_rest(go, factor: float, chance: float) -> None:
    """With work of an hour nearly all who join the first stage in a month go on in it."""
    found = go(PathwayRoutes("first", "stay", path(factor)))
    joined, stays = of_stage(found, "joined", 0)[1:].sum(axis=-1), of_stage(found, "joined", 2)[1:].sum(axis=-1)
    assert stays == pytest.approx(chance * joined, rel=0.02, abs=1e-9)
    days = np.diff(calendar("2024-04", MONTHS).edge)[1:, None]
    calls = 400.0 * days / 365.25 * icb(ICBS[0]).population / 1e5
    second = of_stage(found, "joined", 1)[1:].sum(axis=-1) - calls
    assert second == pytest.approx(0.3 * (1.0 - chance) / (1.0 - 0.1) * joined, rel=0.03)


def test_effects_act_in_their_boards_and_draws_alone(go, base) -> None:
    elsewhere = PathwayScaled("work", (), path(2.0), icbs=(ICBS[1],))
    assert same(go(elsewhere), base)
    factor = path(1.0, draws=DRAWS)
    factor[1] = 1.5
    found, usual = (of_stage(some, "joined", 0) for some in (go(PathwayScaled("arrivals", (), factor)), base))
    assert (found[:, [0, 2]] == usual[:, [0, 2]]).all()
    assert (found[:, 1] > usual[:, 1]).all()


def test_factors_multiply_in_any_order(go) -> None:
    effects = [PathwayScaled("servers", ("beds",), path(0.5)), PathwayScaled("servers", (), path(4.0))]
    found = go(*effects)
    assert same(found, go(*effects[::-1]))
    beds, others = (
        PathwayScaled("servers", ("beds",), path(2.0)),
        PathwayScaled("servers", ("office", "places"), path(4.0)),
    )
    assert same(found, go(beds, others))


def faults(*effects: Any, without: bool = False) -> str:
    pathway = None if without else read_pathway(TEXT)
    return "\n".join(map(str, pathway_faults((Lever(effects),), None, pathway, ICBS)))  # type: ignore[arg-type]


def test_all_wrong_names_are_told_at_once() -> None:
    told = faults(
        PathwayScaled("work", ("frist",), path(1.0)),
        PathwayScaled("servers", ("bed",), path(1.0)),
        PathwayScaled("arrivals", ("stay",), path(1.0), only_class="hihg"),
        PathwayRoutes("first", "sceond", path(1.0)),
        PathwayRoutes("stay", "done", path(1.0)),
        PathwayAdded(("first",), path(1.0), icbs=("E54000008",)),
    )
    for words in (
        "levers[0]: 'frist' is no stage of the pathway 'little'", "did you mean 'first'?", "did you mean 'beds'?",
        "nobody comes from outside to 'stay'", "did you mean 'high'?", "did you mean 'second'?",
        "'done' is the only way on from 'stay'", "boards that do not run the pathway",
    ):  # fmt: skip
        assert words in told, words
    assert len(told.splitlines()) == 7


def test_a_lever_on_people_needs_a_pathway() -> None:
    effect = PathwayScaled("work", (), path(1.0))
    assert "add 'pathway: cmhf'" in faults(effect, without=True)
    assert faults(effect, without=False) == ""
    assert faults(without=True) == ""


def test_those_who_come_at_given_times_are_not_multiplied() -> None:
    text = TEXT.replace(
        "calls: {stage: second, per_year: 400, class: low}", "calls: {stage: second, times: [1, 2, 3], class: low}"
    )
    found = pathway_faults((Lever((PathwayScaled("arrivals", (), path(2.0)),)),), None, read_pathway(text), ICBS)  # type: ignore[arg-type]
    assert "those of 'calls' come at given times" in str(found[0])


LEVERS: tuple[dict[str, Any], ...] = (
    {"kind": "crisis_service", "start": "2024-04", "pools": ["beds"], "change": 0.5},
    {"kind": "acuity", "start": "2024-04", "stages": ["stay"], "change": 0.4},
)


@pytest.fixture(scope="module")
def run(small: Callable[..., Result], use: PathwayUse) -> Callable[..., Result]:
    def made(engine: str = "compiled", levers: tuple[dict[str, Any], ...] = (), **changes: Any) -> Result:
        given = use.model_copy(update={"engine": engine})
        settings = {"months": 3, "draws": 2, "moves": "within_icb", "icbs": (ICBS[1],), "pathway": given}
        return small(**(settings | {"levers": levers} | changes))

    return made


def test_both_kinds_of_engine_feel_them(run) -> None:
    for engine in ("analytic", "compiled"):
        plain, changed = run(engine), run(engine, LEVERS)
        duty = [float(each.table("on_duty").query("pool == 'beds'")["mean"].iloc[-1]) for each in (plain, changed)]
        assert duty[1] == pytest.approx(1.5 * duty[0], rel=1e-4)
        by_stage = [each.table("in_work", by="stage").query("stage == 'stay'") for each in (plain, changed)]
        busy = [float(table["mean"].iloc[-1]) for table in by_stage]
        assert busy[1] > busy[0]
        assert (plain.draws_by("filled").values == changed.draws_by("filled").values).all()


def test_levers_of_no_size_change_no_bit_of_a_run(run) -> None:
    nothing = tuple(lever | {"change": 0.0} for lever in LEVERS)
    for engine in ("analytic", "compiled"):
        plain, changed = run(engine), run(engine, nothing)
        for name, data in plain.pathway_draws.data_vars.items():
            np.testing.assert_array_equal(data.values, changed.pathway_draws[name].values, err_msg=str(name))
