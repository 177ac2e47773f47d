"""Relations that hold whatever the numbers: those of the checks M01 to M24 that concern a run, and where each is tested.

| check | what | where |
|---|---|---|
| M01 conservation | staff, students, pools, moves | `test_conservation.py`, `test_market_run.py`, `test_courses_run.py`; the month's equations alone in `supply/test_step.py` and `supply/test_moves.py`, cohorts in `supply/test_training.py` |
| M02 monotone turnover | more leaving, never more people | here (expected, no market); draw by draw in `supply/test_step.py` |
| M03 a role in two halves | additive counts | `supply/test_laws.py` (a role of a run cannot be split without a new catalogue: its shares are drawn) |
| M04 permute and subset | order of ICBs; an ICB alone | `test_reproducible.py`; a lever elsewhere in `levers/test_identity.py`; cells and draws in `supply/test_step.py`, `supply/test_moves.py` |
| M05 degenerate randomness | certain chances; mean of draws | `test_rest.py` (mean of draws); certain chances in `supply/test_step.py`, `supply/test_moves.py` |
| M06 step halving, restart | half steps; 12 + 12 = 24 months | here (months of a longer run: `test_reproducible.py`); `supply/test_delays.py`, `supply/test_step.py` |
| M07 linearity and scale | expected stocks | here (posts and people offered add); `supply/test_step.py`, spread in `supply/test_laws.py` |
| M08 Little's law | vacancies at rest = starters × time | here, in a run; `supply/test_step.py`. Queues themselves are of the service simulation, which is not part of this graph |
| M09 capacity and time units | more servers, units, rota | `demand/test_erlang.py`, `demand/test_amhp_need.py`; rota cycles belong to the service simulation |
| M10 aggregate and reconcile | ICBs add up to England | here; equal rates in `supply/test_step.py`; a forecast is not reconciled here: one run gives all levels |
| M11 same seed, same bytes | threads, blocks, processes | `test_reproducible.py` |
| M12 a draw is the same among more | 11 of 30 draws | `test_reproducible.py`; `supply/test_step.py`, `supply/test_training.py` |
| M13 no change is no difference | zero levers | `levers/test_identity.py`; comparisons in `results/test_compare.py` |
| M14 write and read | files | `results/test_files.py`, `report/test_workbook.py` |
| M15 reneging | | does not apply: nobody waits in a queue |
| M16 a branch of chance 0 | | here (a course without places, a programme of nobody); `supply/test_step.py` |
| M17 constant rota | | does not apply: no shifts are simulated; the AMHP need has windows, `demand/test_amhp_need.py` |
| M18 delays and half hazards | | `supply/test_training.py`, `supply/test_tenure.py`, `supply/test_tracks.py` |
| M19 order of exits | | `supply/test_laws.py`, `supply/test_moves.py` |
| M20 partial pooling | | does not apply: rates of ICBs are fitted to published floors, `inputs/test_fitting.py`, and none is pooled |
| M21 forecast equivariance | | of the forecast of national series, not of a run: `forecast/test_models.py` has its laws |
| M22 linear programmes | | does not apply: nothing is optimised yet |
| M23 sensitivity | a dead input gives nothing | here; one at a time in `test_capacity.py` |
| M24 suppressed cells | | does not apply to a run: user data are not read yet |
"""  # noqa: E501

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.levers import FundedPosts, Recruitment, Retention, Scope

ICBS = ("E54000034", "E54000044")
GIVEN = {"icbs": ICBS, "months": 12, "evaluator": "deterministic"}


def same(one, two, groups=None) -> bool:
    return all(one.groups[name].identical(two.groups[name]) for name in groups or one.groups)


@pytest.mark.parametrize("change", [0.2, 1.0])
def test_m02_more_leaving_never_leaves_more_people(small, change: float) -> None:
    apart = GIVEN | {"assumptions": {"modelled_share_of_sector": 0, "newly_qualified_share": 0, "pwp_to_nhs_share": 0}}
    plain = small(**apart)
    more = small(**apart, levers=(Retention(start="2024-04", leaving_change=change),))
    difference = (more.detail["filled"] - plain.detail["filled"]).sel(stat="mean").astype(np.float64)
    assert float(difference.max()) < 1e-3
    assert float(difference.isel(month=-1).min()) < -1


def test_m04_the_order_in_which_icbs_are_named_changes_nothing(small) -> None:
    three = ("E54000011", *ICBS)
    assert same(small(icbs=three, months=4), small(icbs=(three[2], three[0], three[1]), months=4))


def test_m07_posts_that_are_added_twice_are_twice_the_posts(small) -> None:
    scope = Scope(icbs=ICBS[:1])
    lever = FundedPosts(start="2024-05", posts=100, scope=scope)
    double = FundedPosts(start="2024-05", posts=200, scope=scope)
    one, two = small(**GIVEN, levers=(lever, lever)), small(**GIVEN, levers=(double,))
    for name in ("establishment", "filled", "vacancies", "leavers"):
        np.testing.assert_allclose(one.england[name].values, two.england[name].values, rtol=1e-6)


def test_m08_vacancies_at_rest_are_hires_times_the_time_that_a_post_stands_empty(small, model) -> None:
    """Little's law: vacancies are those filled from outside the model in a month times the months they take."""
    ready = model(central=True, icbs=ICBS, months=1, baseline="rates_held")
    hired, waiting = ready.hired, np.maximum(ready.inputs.vacancies, 0.0)
    there = hired > 0
    np.testing.assert_allclose((hired * ready.duration)[there], waiting[there], rtol=1e-6)
    assert there.sum() > 50


def test_m10_parts_add_up_to_the_whole_in_every_draw(small) -> None:
    run = small(icbs=ICBS, months=6, draws=12)
    for name in ("filled", "establishment", "vacancies", "leavers", "starters", "aged_55_plus", "retirements"):
        whole = run.england[name].sum(["sector", "role"])
        assert np.array_equal(whole.values, run.draws[name].sum(["icb", "population"]).values), name
    for name in ("hours", "effective_fte", "filled_fte"):
        parts, whole = run.draws[name].sum(["icb", "population"]), run.england[name].sum(["sector", "role"])
        np.testing.assert_allclose(parts, whole, rtol=1e-5, err_msg=name)
    council, icb = run.groups["amhp_council"], run.groups["amhp"]
    mean = {"stat": "mean"}
    for name in ("amhp_need_fte", "amhp_fte", "amhp_gap_fte"):
        together = council[name].sel(mean).sum("council").isel(month=-1)
        np.testing.assert_allclose(together, icb[name].sum("icb").mean("draw").isel(month=-1), rtol=1e-4, err_msg=name)


def test_m16_a_programme_of_nobody_is_no_programme_wherever_it_stands(small) -> None:
    nobody = Recruitment(start="2024-05", places_per_month=0, recruit_source="abroad")
    some = Recruitment(start="2024-05", places_per_month=9, recruit_source="returners")
    given = {"icbs": ICBS, "months": 5, "draws": 6}
    assert same(small(**given, levers=(nobody, some)), small(**given, levers=(some,)))


def test_m23_an_input_that_nothing_reads_moves_nothing(small) -> None:
    """How many staff of a closing employer look for a post matters only where employers close."""
    given = {"icbs": ICBS, "months": 5, "draws": 6}
    one, two = (small(**given, assumptions={"closure_looking_share": share}) for share in (0.1, 0.9))
    assert same(one, two, [name for name in one.groups if name != "parameters"])
