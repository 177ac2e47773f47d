"""Rural and deprived places: off unless asked for, then monotone, and England as it was."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from mhwfmodel import catalogue
from mhwfmodel.inputs import build
from mhwfmodel.inputs.covariates import (
    ELASTICITIES,
    fill_covariates,
    fill_estimates,
    fill_table,
    spread_vacancies,
)
from mhwfmodel.inputs.draws import ParameterDraws, override
from mhwfmodel.scenario import Scenario

RURAL, DEPRIVED = ELASTICITIES
SEEDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
DRAWS = 5


def drawn(**values):
    """Draws in which elasticities have a value, or a range of low and high."""
    set_to = {
        name: override(name, sum(value) / 2, *value) if isinstance(value, tuple) else override(name, value, None, None)
        for name, value in values.items()
    }
    return ParameterDraws(3, np.arange(DRAWS, dtype=np.uint32), set_to)


def vacancies(random, columns=4):
    return random.gamma(2.0, 30.0, (DRAWS, len(catalogue.icbs()), columns))


def made(**assumptions):
    return build(Scenario(name="covariates", draws=4, months=2, assumptions=assumptions))


def test_off_gives_back_the_very_table():
    table = vacancies(np.random.default_rng(0))
    assert spread_vacancies(drawn(), table) is table
    assert spread_vacancies(drawn(**dict.fromkeys(ELASTICITIES, 0.0)), table) is table


def test_off_gives_the_same_inputs_to_the_bit():
    base, zero = made(), made(**dict.fromkeys(ELASTICITIES, 0.0))
    for name in ("filled", "vacancies", "duration", "turnover"):
        assert np.array_equal(getattr(base, name), getattr(zero, name))


@settings(max_examples=20)
@given(SEEDS, st.floats(-1, 1), st.floats(-0.5, 0.5))
def test_places_stand_to_each_other_as_the_elasticities_say_and_england_stays(random, rural, deprived):
    table = vacancies(random)
    found = spread_vacancies(drawn(**{RURAL: rural, DEPRIVED: deprived}), table)
    np.testing.assert_allclose(found.sum(axis=1), table.sum(axis=1), rtol=1e-12)
    of_icb = fill_covariates() @ [rural, deprived]
    change = np.log(found / table)
    assert np.abs(change - change[:, :1] - (of_icb - of_icb[0])[:, None]).max() < 1e-9


@pytest.mark.parametrize("name", ELASTICITIES)
def test_the_more_of_it_the_longer_vacancies_last_and_the_other_way_round(name):
    base, more = made(), made(**{name: 0.4})
    order = np.argsort(fill_covariates()[:, ELASTICITIES.index(name)])
    column = base.column == 0
    ratio = (more.duration / base.duration)[:, column][0][order]
    assert (np.diff(ratio) >= -1e-12).all()
    assert ratio[0] < 1 < ratio[-1]
    less = made(**{name: -0.4})
    assert (np.diff((less.duration / base.duration)[:, column][0][order]) <= 1e-12).all()


def test_england_keeps_its_vacancies_and_its_mean_time_to_fill():
    base, more = made(), made(**{RURAL: 0.5, DEPRIVED: 0.3})
    np.testing.assert_array_equal(more.filled, base.filled)
    np.testing.assert_array_equal(more.turnover, base.turnover)
    assert (np.abs(more.vacancies.sum(axis=1) - base.vacancies.sum(axis=1)) <= 1).all()
    leavers = base.staff * base.turnover
    kept = leavers > 0
    for item in (base, more):
        assert np.isfinite(item.duration[kept]).all()
    mean = [(item.duration[kept] * leavers[kept]).sum() / leavers[kept].sum() for item in (base, more)]
    assert mean[1] == pytest.approx(mean[0], rel=1e-12)


def test_a_range_is_drawn_and_a_draw_is_the_same_in_any_company():
    wide = {RURAL: (-0.5, 0.5)}
    table = vacancies(np.random.default_rng(1))
    found = spread_vacancies(drawn(**wide), table)
    assert len(np.unique((found / table)[:, 0, 0])) == DRAWS
    few = ParameterDraws(3, np.array([1, 3], dtype=np.uint32), drawn(**wide).overrides)
    assert np.array_equal(spread_vacancies(few, table[[1, 3]]), found[[1, 3]])


def test_both_are_off_and_assumed_with_a_range():
    for name in ELASTICITIES:
        parameter = catalogue.parameter(name)
        assert (parameter.central, parameter.distribution, parameter.status) == (0.0, "off", "assumed")
        assert parameter.low < 0 < parameter.high


def test_the_estimates_are_those_of_a_regression():
    rates = {row.icb_code: row for row in catalogue.icb_rates()}
    listed = [rates[place.code] for place in catalogue.icbs()]
    outcome = np.log([12 * row.vacancy_rate / (1 - row.vacancy_rate) / row.turnover_rate for row in listed])
    fitted = sm.OLS(outcome, sm.add_constant(fill_covariates())).fit(cov_type="HC3", use_t=True)
    limits = fitted.conf_int(0.05)
    for at, item in enumerate(fill_estimates(), start=1):
        assert item.value == pytest.approx(fitted.params[at], rel=1e-9)
        assert item.error == pytest.approx(fitted.bse[at], rel=1e-9)
        assert (item.low, item.high) == pytest.approx(tuple(limits[at]), rel=1e-6)
        assert item.icbs == 42
    headings, rows = fill_table()
    assert [len(row) for row in rows] == [len(headings)] * 2
