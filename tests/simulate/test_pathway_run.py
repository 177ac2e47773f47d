"""A run with a pathway: the staff of the run see people, draw by draw, and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.catalogue import icb, parameter
from mhwfmodel.catalogue.pathway_measures import pathway_measures
from mhwfmodel.demand import analytic
from mhwfmodel.errors import AlignmentError, DataError
from mhwfmodel.pathway import flatten, read_pathway
from mhwfmodel.results import CellLabels, Result
from mhwfmodel.scenario import PathwayUse, Scenario
from mhwfmodel.simulate.pathway_plan import pathway_plan
from mhwfmodel.simulate.pathway_screen import Board, advance, board, opened

MONTHS = 4
TEXT = """
pathway: small
people: 1000000
exits: [done, elsewhere]
classes: {high: {title: High, priority: 1}, low: {title: Low, priority: 2}}
pools:
  office:
    title: Office
    hours_per_week: 200
    rota: [{days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}]
    at_shift_end: hand_over
    staff: {skill: triage}
  slots: {title: Caseload, fte: 30, slots_per_fte: 10, staff: {skill: advice}}
  amhps: {title: AMHPs, count: 2, staff: {skill: amhp}}
  doctors: {title: Doctors, count: 1}
arrivals:
  referrals: {stage: first, per_year: 8000, classes: {high: 0.3, low: 0.7}}
stages:
  first:
    title: First contact
    needs: {office: 1}
    service: {gamma: {mean: 1.2 hours, cv: 0.5}}
    patience: {exponential: 200 days}
    gives_up: elsewhere
    contact: true
    modes: {here: {share: 0.7}, far: {share: 0.3, time: 0.8}}
    routes: {work: 0.3, act: 0.02, done: 0.68}
  work:
    title: Work
    needs: {slots: 1}
    service: {exponential: 40 days}
    patience: {exponential: 1 years}
    contact: true
    routes: {done: 1}
  act:
    title: Assessment
    needs: {amhps: 1, doctors: 1}
    service: {fixed: 3 hours}
    statutory: true
    routes: {stay: 1}
  stay: {title: Stay, service: {exponential: 20 days}, outside: true, routes: {done: 1}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pathway") / "small.yaml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture(scope="module")
def run(small: Callable[..., Result], file: Path) -> Callable[..., Result]:
    """Two boards whose staff stay in them, a few months."""

    def made(engine: str, *, use: dict[str, object] | None = None, **changes: object) -> Result:
        pathway = PathwayUse.read(file, engine=engine, **(use or {}))
        return small(**({"months": MONTHS, "draws": 4, "moves": "within_icb", "pathway": pathway} | changes))

    return made


@pytest.fixture(scope="module")
def expected(run: Callable[..., Result]) -> Result:
    return run("analytic")


@pytest.fixture(scope="module")
def events(run: Callable[..., Result]) -> Result:
    return run("compiled")


def same(one: Result, two: Result, **labels: object) -> None:
    """The pathways of two runs are the same to the last bit, or so is a part of the first that `labels` name."""
    for name in ("pathway", "pathway_draws"):
        part = {key: value for key, value in labels.items() if key in one.groups[name].dims}
        chosen = one.groups[name].sel(part)
        for item in chosen.data_vars:
            np.testing.assert_array_equal(chosen[item].values, two.groups[name].sel(part)[item].values, err_msg=item)


def draws_of(result: Result, draws: int) -> dict[str, np.ndarray]:
    return {str(name): data.values[:draws] for name, data in result.pathway_draws.data_vars.items()}


def test_every_measure_is_kept_with_its_unit(expected: Result, events: Result) -> None:
    for result in (expected, events):
        assert set(result.pathway.data_vars) == {item.name for item in pathway_measures()}
        for item in pathway_measures():
            data = result.pathway[item.name]
            assert data.dims == ("stat", *item.dims, "month")
            assert {"units", "long_name", "kind", "comment"} <= set(data.attrs)
        assert result.pathway["month"].values.tolist() == list(result.months[1:])


def test_threads_and_layout_change_no_bit(run, expected: Result, events: Result, laid_out) -> None:
    with laid_out(chunk=2, inside=1, draws_in_file=True, values_in_file=True, months_at_once=3):
        same(expected, run("analytic", threads=2))
        same(events, run("compiled", threads=2))


def test_the_first_draws_of_many_are_those_of_few(run, expected: Result, events: Result) -> None:
    for engine, whole in (("analytic", expected), ("compiled", events)):
        few = draws_of(run(engine, draws=2), 2)
        for name, values in draws_of(whole, 2).items():
            np.testing.assert_array_equal(values, few[name], err_msg=name)


def test_a_pathway_in_the_first_draws_alone(run, events: Result) -> None:
    few = run("compiled", use={"draws": 2, "icbs": ("E54000044",)})
    assert few.pathway_draws.sizes["draw"] == 2
    assert few.draws.sizes["draw"] == 4
    for name, data in few.pathway_draws.data_vars.items():
        np.testing.assert_array_equal(
            data.sel(icb="E54000044").values, events.pathway_draws[name].sel(icb="E54000044").values[:2], err_msg=name
        )


def test_a_board_alone_is_the_board_in_company(run, expected: Result, events: Result) -> None:
    for engine, whole in (("analytic", expected), ("compiled", events)):
        alone = run(engine, icbs=("E54000044",))
        same(whole, alone, icb="E54000044")


def test_nobody_is_lost(events: Result) -> None:
    """Over all stages: who waits and is in work at the end is who was there before, came, and has not left."""
    data = events.pathway.sel(stat="mean")
    inside = data["waiting"].sel(stage=["first", "work", "act", "stay"]) + data["in_work"].sel(
        stage=["first", "work", "act", "stay"]
    )
    here = inside.sum("stage").sel(of_class="all").transpose("icb", "month").values
    came = data["arrived"].sel(of_class="all").transpose("icb", "month").values
    left = data["left"].sel(of_class="all", exit="all").transpose("icb", "month").values
    np.testing.assert_allclose(np.diff(here, axis=1), (came - left)[:, 1:], atol=2e-3)


def test_sums_are_sums(expected: Result, events: Result) -> None:
    for result in (expected, events):
        draws = result.pathway_draws
        for name in ("waiting", "in_work", "arrived", "wait_number"):
            boards = draws[name].sel(icb=["E54000011", "E54000044"]).sum("icb")
            np.testing.assert_allclose(boards.values, draws[name].sel(icb="all").values, rtol=1e-5)
        data = result.pathway.sel(stat="mean")
        classes = data["waiting"].sel(of_class=["high", "low"]).sum("of_class")
        np.testing.assert_allclose(classes.values, data["waiting"].sel(of_class="all").values, rtol=1e-4, atol=1e-4)


def test_the_screen_is_near_the_simulation(expected: Result, events: Result) -> None:
    """Not a measure of its error, which the documentation has: the two are of one world."""
    for name in ("arrived", "in_work"):
        one, two = (float(result.table(name)["mean"].mean()) for result in (expected, events))
        assert one == pytest.approx(two, rel=0.15), name


def test_staff_are_those_of_the_run(expected: Result) -> None:
    """What the pool of AMHPs has on duty is what the run's AMHPs give."""
    fte = expected.draws_by("amhp_fte", "icb").sel(icb="E54000044").values[:, 1:]
    year = expected.groups["parameters"]["amhp_hours_before_refresher"].values
    refresher = parameter("amhp_refresher_hours").central
    ratio = expected.draws_by("staff_ratio", "icb").sel(icb="E54000044", pool="amhps").values
    stated = 2 * icb("E54000044").population / 1e6 * 365.25 * 24
    np.testing.assert_allclose(ratio, fte * (year - refresher)[:, None] / stated, rtol=1e-4)
    assert (expected.table("staff_ratio").query("pool == 'doctors'")["mean"] == 1.0).all()


def test_a_result_is_read_as_it_was_written(events: Result, tmp_path: Path) -> None:
    events.save(tmp_path)
    again = mh.load_result(tmp_path)
    assert again.pathway.identical(events.pathway)
    assert again.manifest["pathway"]["engine"] == "compiled"


def test_tables(expected: Result) -> None:
    table = expected.table("waiting", by=["icb", "stage"], months="2024-06")
    assert list(table.columns[:5]) == ["icb", "icb_name", "stage", "stage_name", "month"]
    assert set(table["stage"]) == {"first", "work", "act", "stay"}
    waits = expected.waits(by="icb", months=["2024-05"])
    assert len(waits) == 2 * 2 * 2
    assert set(waits["definition"]) == {"completed_wait", "waiting_so_far"}
    assert expected.draws_by("wait_mean", "icb").dims == ("draw", "icb", "definition", "contact", "month")


@pytest.mark.parametrize(
    ("measure", "by", "expected_words"),
    [
        ("waiting", "sector", "is not told by sector"),
        ("wait_mean", "stage", "is not told by stage"),
        ("waitng", (), "is not a measure"),
    ],
)
def test_what_a_table_refuses(expected: Result, measure: str, by: str, expected_words: str) -> None:
    with pytest.raises(DataError, match=expected_words):
        expected.table(measure, by=by)


def test_draws_by_stage_are_not_kept(expected: Result) -> None:
    with pytest.raises(DataError, match="every draw of 'seen' is not kept"):
        expected.draws_by("seen")
    with pytest.raises(DataError, match="is not kept draw by draw by stage"):
        expected.draws_by("waiting", "stage")


def test_a_run_without_a_pathway_says_so(small) -> None:
    plain = small(months=1, draws=1)
    assert not plain.has_pathway
    with pytest.raises(DataError, match="write 'pathway: cmhf' in the scenario"):
        plain.waits()
    with pytest.raises(DataError, match="write 'pathway: cmhf' in the scenario"):
        _ = plain.pathway


def test_more_staff_never_lengthen_a_list() -> None:
    """One board with less and with more of the staff that its file states, month after month."""
    network = flatten(read_pathway(TEXT), start="2024-04", months=MONTHS)
    made, ratio = analytic.plan([network]), np.array([0.7, 0.85, 1.0, 1.3, 2.0])
    state = analytic.begin(made, np.zeros(ratio.size, dtype=np.int64))
    for month in range(MONTHS):
        state, found = analytic.step(made, state, month, servers=ratio[:, None] * made.servers[0, month])
        assert (np.diff(found.waiting.sum(axis=(1, 2))) <= 1e-6).all()
        assert (np.diff(found.waits.days[:, 1].sum(axis=(1, 2))) <= 1e-6).all()


def test_runs_are_compared_draw_by_draw(run, expected: Result, events: Result) -> None:
    plan = run("analytic", levers=[{"kind": "retention", "start": "2024-04", "leaving_change": -0.3}])
    comparison = mh.compare(expected, plan)
    table = comparison.table("wait_mean", by="icb")
    assert {"definition", "contact", "icb", "mean", "q05", "q95"} <= set(table.columns)
    difference = comparison.draws_by("waiting")
    assert (difference.values != 0).any()
    np.testing.assert_allclose(
        difference.values, plan.draws_by("waiting").values - expected.draws_by("waiting").values, rtol=1e-5, atol=1e-4
    )
    first = plan.draws_by("arrived").isel(month=0).values
    np.testing.assert_array_equal(first, expected.draws_by("arrived").isel(month=0).values)
    with pytest.raises(AlignmentError, match="the engine"):
        mh.compare(expected, events)


@pytest.fixture(scope="module")
def board_of(file: Path) -> Callable[[], tuple[Board, np.ndarray]]:
    """One board, and three draws with less, as many and more of the staff that the file states."""

    def made() -> tuple[Board, np.ndarray]:
        use = PathwayUse.read(file)
        scenario = Scenario(name="board", months=36, icbs=("E54000044",), pathway=use)
        cells = CellLabels(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64), ("E54000044",))
        plan = pathway_plan(scenario, 3, np.zeros((1, 3), dtype=np.int64), cells)
        assert plan is not None
        return board(plan, 0), np.repeat([[0.85], [1.0], [1.2]], len(plan.skills.names), axis=1)

    return made


def test_nothing_drifts_because_a_run_begins(board_of) -> None:
    """With the opening month's staff held, lists of the third year are those of the first."""
    made, ratio = board_of()
    state, found = opened(made, ratio), []
    for month in range(36):
        state, figures = advance(made, state, ratio, month)
        found.append((figures.stage["waiting"] + figures.stage["in_work"]).sum(axis=(-1, -2))[:, 0, 0])
    first, last = np.mean(found[:12], axis=0), np.mean(found[-12:], axis=0)
    assert last == pytest.approx(first, rel=0.02)


def test_less_staff_have_longer_lists_from_the_first_day(board_of) -> None:
    made, ratio = board_of()
    _, figures = advance(made, opened(made, ratio), ratio, 0)
    lists = figures.stage["waiting"].sum(axis=(-1, -2))[:, 0, 0]
    assert lists[0] > lists[1] > lists[2]


def test_servers_on_duty_are_ratio_times_what_the_file_states(board_of) -> None:
    made, ratio = board_of()
    _, figures = advance(made, opened(made, ratio), ratio, 0)
    given, stated, on_duty = (figures.pool[name][:, 0, 0] for name in ("given", "stated", "on_duty"))
    assert given[:, :3] / stated[:, :3] == pytest.approx(ratio)
    assert (given[:, 3] == stated[:, 3]).all()
    assert on_duty == pytest.approx(given, rel=1e-9)
