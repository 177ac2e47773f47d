"""A simulated panel of employers, regressed as in the papers, shows the published signs and their order."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.simulate.employer_panel import READ, employer_panel
from mhwfmodel.simulate.panel_estimates import panel_estimates, panel_table, panel_variants, within

EMPLOYERS = 4000
CHANCE = 3.0


def by_name(found):
    return {item.name: item for item in found}


@pytest.fixture(scope="module", params=[0, 1, 2])
def found(request):
    return by_name(panel_estimates(EMPLOYERS, seed=request.param))


def test_every_published_sign_is_found_beyond_chance(found):
    assert len(found) == 6
    for item in found.values():
        assert np.sign(item.value) == np.sign(item.published), item
        assert abs(item.value) > CHANCE * item.error, item


def test_pay_keeps_more_staff_than_it_seems_to_when_employers_are_not_told_apart(found):
    full, naive = found["pay, within"], found["pay, naive"]
    assert full.value + CHANCE * naive.error < naive.value < 0
    assert abs(full.value - full.published) < CHANCE * full.error + 0.3


def test_growing_is_more_of_hiring_and_shrinking_more_of_leaving(found):
    size = {name: abs(item.value) for name, item in found.items()}
    assert size["expansion, hires"] > size["contraction, leavers"] > size["contraction, hires"] > 0
    assert size["contraction, hires"] > size["expansion, leavers"] > 0
    order = sorted(size, key=size.__getitem__)
    published = sorted(size, key=lambda name: abs(found[name].published))
    assert order[2:] == published[2:]


def test_hires_less_leavers_are_growth(found):
    for side, growth in (("expansion", 1.0), ("contraction", -1.0)):
        assert found[f"{side}, hires"].value - found[f"{side}, leavers"].value == pytest.approx(growth, abs=1e-9)


def test_published_numbers_are_those_of_the_catalogue(found):
    for item in found.values():
        figure = catalogue.figure(item.figure)
        assert item.published == figure.number
        assert item.low <= item.published <= item.high
    assert (found["pay, naive"].low, found["pay, naive"].high) == (-1.5, -1.0)
    assert all(catalogue.figure(name).number for name in READ)


def test_staff_are_counted():
    panel = employer_panel(200, 3, seed=5)
    np.testing.assert_array_equal(np.diff(panel.staff, axis=1), panel.hires - panel.leavers)
    assert panel.log_pay.shape == panel.leavers.shape == panel.hires.shape == (200, 3)
    np.testing.assert_allclose(panel.log_pay.mean(axis=0), 0.0, atol=1e-12)


def test_the_same_seed_gives_the_same_panel_and_another_one_another():
    first, again, other = (employer_panel(50, 2, seed=seed) for seed in (7, 7, 8))
    for name in ("log_pay", "staff", "leavers", "hires"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
        assert not np.array_equal(getattr(first, name), getattr(other, name))


def test_without_what_no_survey_sees_the_naive_estimate_is_not_nearer_to_0():
    free = by_name(panel_estimates(EMPLOYERS, assumptions={"panel_conditions_pay_correlation": 0.0}))
    assert free["pay, naive"].value < free["pay, within"].value + CHANCE * free["pay, within"].error


def test_where_pay_has_no_effect_none_is_found():
    none = {"pay_separation_elasticity": 0.0, "pay_supply_elasticity": 0.0, "panel_conditions_pay_correlation": 0.0}
    for item in panel_estimates(EMPLOYERS, assumptions=none)[:2]:
        assert abs(item.value) < CHANCE * item.error


def test_posts_that_go_with_those_in_them_are_leavers_and_no_fewer_hires():
    kept, gone = (by_name(panel_estimates(1500, assumptions={"panel_cut_released": share})) for share in (0.0, 1.0))
    assert gone["contraction, leavers"].value > kept["contraction, leavers"].value + 0.2
    assert gone["contraction, hires"].value > kept["contraction, hires"].value + 0.2


@pytest.mark.parametrize("employers", [True, False])
def test_estimates_and_errors_are_those_of_a_regression_with_dummies(employers):
    random = np.random.default_rng(3)
    units, years = 40, 5
    x = random.normal(size=(units, years, 2)) + random.normal(size=(units, 1, 1))
    y = (
        x @ [0.7, -0.2]
        + random.normal(size=(units, 1))
        + random.normal(size=(1, years))
        + random.normal(size=(units, years))
    )
    value, error = within(y, x, employers=employers)
    unit, year = np.repeat(np.arange(units), years), np.tile(np.arange(years), units)
    dummies = [np.eye(years)[year], *([np.eye(units)[unit][:, 1:]] if employers else [])]
    design = np.column_stack([x.reshape(-1, 2), *dummies])
    fitted = sm.OLS(y.ravel(), design).fit(cov_type="cluster", cov_kwds={"groups": unit, "use_correction": False})
    np.testing.assert_allclose(value, fitted.params[:2], rtol=1e-10)
    np.testing.assert_allclose(error, fitted.bse[:2] * np.sqrt(units / (units - 1)), rtol=1e-8)


def test_the_tables_of_the_page_have_a_row_an_effect_and_a_row_an_assumption(monkeypatch):
    monkeypatch.setattr(panel_estimates, "__defaults__", (60, 4))
    headings, rows = panel_table()
    assert [row[-1] for row in rows] == ["E101", "E102", "E106", "E107", "E108", "E109"]
    assert rows[1][3] == "-1.5 to -1"
    names, variants = panel_variants()
    assert len({row[0] for row in variants}) == len(variants)
    assert {len(row) for row in rows} == {len(headings)}
    assert {len(row) for row in variants} == {len(names)} == {1 + len(rows)}


def test_what_no_panel_can_have_is_told():
    with pytest.raises(DataError, match="two or more of each"):
        employer_panel(1, 3)
    with pytest.raises(DataError, match="two or more of each"):
        employer_panel(60_000, 3)
    with pytest.raises(DataError, match="panel_cut_relased") as told:
        employer_panel(1, 2, assumptions={"panel_cut_relased": 0.5, "panel_cut_released": 1.5})
    assert len(told.value.faults) == 3
