"""Levers on the work of assessments: the load doubles, full-time equivalents follow the waiting line."""

from __future__ import annotations

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel import catalogue
from mhwfmodel.demand.amhp_need import load_of
from mhwfmodel.errors import ScenarioError
from mhwfmodel.inputs import build
from mhwfmodel.levers.effects import AmhpWork
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.amhp_levels import need_path
from mhwfmodel.simulate.amhp_need import amhp_need, terms_of, windows_of
from mhwfmodel.simulate.effects import compile_levers
from mhwfmodel.simulate.lever_checks import check_levers

ICBS, MONTHS = ("E54000044", "E54000011"), 6
ROWS = slice(0, 5)
RAMP = 1.0 + np.array([0.0, 0.0, 0.25, 0.5, 1.0, 1.0])
ONE = np.ones(MONTHS)


@pytest.fixture(scope="module")
def needed(doing):
    """Need by board and month, dims (draw, icb, month), and the parameters."""

    def go(*effects: object, icbs: tuple[str, ...] = ICBS, months: int = MONTHS):
        scenario = Scenario(
            name="AMHPs", months=months, draws=5, icbs=icbs, levers=(doing(*effects),) if effects else ()
        )
        inputs = build(scenario)
        path = need_path(compile_levers(scenario.levers, inputs), inputs.parameters, inputs.cells.icb_codes, months)
        each = [path.at(month, ROWS) for month in range(months)]
        by_icb = np.stack([path.opening if found is None else found for found in each], axis=2)
        return by_icb, path, inputs

    return go


def test_without_levers_the_need_is_the_usual_one_and_no_month_costs_anything(needed) -> None:
    found, path, inputs = needed()
    usual = amhp_need(inputs.parameters)
    column = [usual.icb_codes.index(code) for code in inputs.cells.icb_codes]
    np.testing.assert_array_equal(found, np.repeat(usual.by_icb[:, column, None], MONTHS, axis=2))
    assert path.at(3, ROWS) is None
    np.testing.assert_array_equal(path.council.at(3), usual.by_council)


def test_twice_the_work_is_twice_the_load_and_the_waiting_lines_need(needed) -> None:
    found, path, inputs = needed(AmhpWork(RAMP, ONE))
    double = amhp_need(inputs.parameters, work=2.0)
    usual = amhp_need(inputs.parameters)
    terms, windows = terms_of(inputs.parameters), windows_of(catalogue.amhp_windows(""))
    cases = usual.assessments
    np.testing.assert_allclose(
        load_of(cases, windows, 2.0 * terms.hours_each), 2.0 * load_of(cases, windows, terms.hours_each), rtol=1e-14
    )
    column = [usual.icb_codes.index(code) for code in inputs.cells.icb_codes]
    np.testing.assert_allclose(found[:, :, -1], double.by_icb[:, column], rtol=1e-14)
    np.testing.assert_array_equal(found[:, :, 0], usual.by_icb[:, column])
    half = amhp_need(inputs.parameters, work=1.5).by_icb[:, column]
    np.testing.assert_allclose(found[:, :, 3], half, rtol=1e-14)
    # Larger services pool: more work needs less than in proportion more staff, and yet more.
    assert (found[:, :, -1] < 2.0 * found[:, :, 0]).all()
    assert (found[:, :, -1] > 1.2 * found[:, :, 0]).all()
    np.testing.assert_allclose(path.council.at(MONTHS).sum(), _of_run(path, double, inputs), rtol=1e-9)


def _of_run(path, need, inputs) -> float:
    """Need of all councils: those with nobody in the run's boards keep theirs."""
    from mhwfmodel.simulate.amhp_need import council_shares

    inside = council_shares(inputs.cells.icb_codes).sum(axis=1) > 0
    usual = path.council.at(0)
    return float(np.where(inside, need.by_council, usual).sum())


def test_between_levels_the_need_is_close_to_what_it_is(needed) -> None:
    """Work that grows month by month in all of England: worked out at every third month or so."""
    england, months = tuple(place.code for place in catalogue.icbs()), 40
    factor = np.linspace(1.0, 2.0, months)
    found, path, inputs = needed(AmhpWork(factor, np.ones(months)), icbs=england, months=months)
    assert path.levels.shape[2] == 13
    exact = np.stack([amhp_need(inputs.parameters, work=each).england for each in factor], axis=1)
    np.testing.assert_allclose(found.sum(axis=1), exact, rtol=0.01)
    np.testing.assert_allclose(found[:, :, -1].sum(axis=1), exact[:, -1], rtol=1e-12)


def test_work_and_assessments_act_together_and_where_they_are_meant(needed) -> None:
    found, path, inputs = needed(
        AmhpWork(RAMP, ONE, (ICBS[0],)), AmhpWork(ONE, 1.5 * ONE), AmhpWork(1.2 * ONE, ONE, (ICBS[0],))
    )
    codes = inputs.cells.icb_codes
    here, there = codes.index(ICBS[0]), codes.index(ICBS[1])
    at = {code: number for number, code in enumerate(amhp_need(inputs.parameters).icb_codes)}
    both = amhp_need(inputs.parameters, work=2.4, more=1.5)
    more = amhp_need(inputs.parameters, more=1.5)
    np.testing.assert_allclose(found[:, here, -1], both.by_icb[:, at[ICBS[0]]], rtol=1e-12)
    for month in range(MONTHS):
        np.testing.assert_allclose(found[:, there, month], more.by_icb[:, at[ICBS[1]]], rtol=1e-12)
    assert path.levels.shape[2] < 20


def test_boards_and_councils_need_the_same_in_every_month(doing) -> None:
    lever = doing(AmhpWork(RAMP, ONE, (ICBS[0],)))
    scenario = Scenario(name="AMHPs", months=MONTHS, draws=4, icbs=ICBS, levers=(lever,))
    result = mh.run(scenario, threads=1)
    councils = result.groups["amhp_council"].sel(stat="mean").sum("council")
    boards = result.groups["amhp"].mean("draw").sum("icb")
    for name in ("amhp_need_fte", "amhp_gap_fte"):
        np.testing.assert_allclose(councils[name].values, boards[name].values, rtol=1e-4)
    plain = mh.run(scenario.model_copy(update={"levers": ()}), threads=1)
    gap = (result.groups["amhp"] - plain.groups["amhp"]).isel(month=-1)
    np.testing.assert_allclose(gap["amhp_gap_fte"], gap["amhp_need_fte"], atol=1e-4)
    assert float(gap["amhp_need_fte"].sel(icb=ICBS[0]).min()) > 0
    np.testing.assert_array_equal(gap["amhp_need_fte"].sel(icb=ICBS[1]), 0.0)


def test_boards_outside_the_run_are_refused(doing) -> None:
    central = build(Scenario(name="x", months=MONTHS, icbs=ICBS), central=True)
    with pytest.raises(ScenarioError, match=r"levers\[0\].scope: this doing lever acts in ICBs that the run does not"):
        check_levers((doing(AmhpWork(RAMP, ONE, ("E54000008",))),), central)
