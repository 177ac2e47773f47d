"""With every rate held the workforce stays where it starts: exactly in expectation, within chance in whole people."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.inputs import build
from mhwfmodel.scenario import Scenario
from mhwfmodel.units import MONTHS_PER_YEAR


def leavers_of(ready, month):
    edges = ready.workforce.graph.edges
    return sum(people for edge, people in zip(edges, month.after.flows, strict=True) if edge.leaver)


def test_stock_vacancies_and_turnover_stay_in_every_cell_for_sixty_months(model, months) -> None:
    ready = model(central=True, baseline="rates_held", months=60)
    filled, vacancies = ready.inputs.filled, ready.inputs.vacancies
    leavers = filled * ready.inputs.turnover / MONTHS_PER_YEAR
    count = 0
    for month in months(ready, expected=True):
        gone = leavers_of(ready, month)
        np.testing.assert_allclose(month.after.filled, filled, rtol=1e-7)
        np.testing.assert_allclose(month.given.posts - month.after.filled, vacancies, rtol=1e-7, atol=1e-6)
        np.testing.assert_allclose(gone, leavers, rtol=5e-7)
        count += 1
    assert count == 60
    assert filled.shape[1] > 1000


def test_whole_people_stay_in_expectation(model, months, icbs) -> None:
    ready = model(baseline="rates_held", months=18, draws=300, icbs=icbs[1:])
    draws = 300
    gone = 0
    for month in months(ready):
        last = month
        gone = gone + leavers_of(ready, month)
    drift = last.after.filled - ready.inputs.filled
    error = drift.std(axis=0, ddof=1) / np.sqrt(draws)
    moved = error > 0
    assert moved.mean() > 0.9
    assert np.abs(drift.mean(axis=0)[moved] / error[moved]).max() < 4.5
    assert (drift.mean(axis=0)[~moved] == 0).all()
    total = drift.sum(axis=1)
    small = total.std(ddof=1) / np.sqrt(draws)
    assert abs(total.mean()) < 4 * small
    assert small < 0.001 * ready.inputs.filled.sum(axis=1).mean()
    vacancies = last.given.posts - last.after.filled
    assert (vacancies >= 0).all()
    surplus = (vacancies - ready.inputs.vacancies).sum(axis=1)
    np.testing.assert_array_equal(surplus, -total)
    expected = (ready.inputs.filled * ready.inputs.turnover).sum(axis=1) * 18 / MONTHS_PER_YEAR
    miss = gone.sum(axis=1) - expected
    assert abs(miss.mean()) < 4 * miss.std(ddof=1) / np.sqrt(draws)
    assert miss.std(ddof=1) / np.sqrt(draws) < 0.005 * expected.mean()


def test_each_draw_of_whole_people_has_its_expected_value(model, months, icbs) -> None:
    """Trends and levers of a draw, stepped in whole people and in expected values from the same start."""
    ready = model(months=12, draws=200, icbs=icbs[1:])
    *_, whole = months(ready)
    *_, mean = months(ready, expected=True)
    sectors = ready.inputs.cells.sector
    for sector in np.unique(sectors):
        miss = (whole.after.filled - mean.after.filled)[:, sectors == sector].sum(axis=1)
        error = miss.std(ddof=1) / np.sqrt(miss.size)
        assert abs(miss.mean()) < 4 * error
        assert error < 0.01 * mean.after.filled[:, sectors == sector].sum(axis=1).mean()


def test_the_deterministic_run_lies_inside_the_draws(small) -> None:
    drawn, expected = small(draws=60, months=12), small(evaluator="deterministic", months=12)
    assert expected.draws.sizes["draw"] == 1
    for measure in ("filled", "establishment", "leavers"):
        values = drawn.draws_by(measure).isel(month=-1).values
        centre = expected.draws_by(measure).isel(month=-1).item()
        assert values.min() < centre < values.max()


@pytest.mark.parametrize("moves", ["within_icb", "england"])
def test_a_result_with_rates_held_shows_every_cell_at_rest(small, moves: str) -> None:
    """Stock, vacancies and turnover over three years; the last is that of the inputs, within what a result keeps."""
    icbs = ("E54000011", "E54000034", "E54000044")
    held = small(icbs=icbs, months=36, evaluator="deterministic", baseline="rates_held", moves=moves)
    detail = held.detail.sel(stat="mean").astype(np.float64)
    for name in ("filled", "vacancies", "establishment"):
        start = detail[name].isel(month=0)
        cells = start > 0
        off = np.abs(detail[name] / start - 1).where(cells)
        assert float(off.max()) < 1e-6, name
        assert int(cells.sum()) > 60
    leavers = detail["leavers"].isel(month=slice(1, None))
    rate = 12 * leavers / detail["filled"].isel(month=0)
    assert float(np.abs(rate / rate.isel(month=0) - 1).max()) < 1e-6
    found = build(Scenario.model_validate(held.manifest["scenario"]), central=True)
    wanted = found.filled * found.turnover / MONTHS_PER_YEAR
    assert float(leavers.isel(month=-1).sum()) == pytest.approx(wanted.sum(), rel=1e-6)


@pytest.fixture(scope="module")
def ages(small):
    """Three years with rates held from a stationary mix of ages, and from the published ones."""
    given = {"months": 60, "evaluator": "deterministic", "baseline": "rates_held"}
    return small(**given), small(**given, starting_ages="observed")


def share_of_old(result, roles: list[str]) -> np.ndarray:
    data = result.england.sel(role=roles).astype(np.float64).sum(["sector", "role"]).isel(draw=0)
    return (data["aged_55_plus"] / data["filled"]).values


@pytest.mark.parametrize(("regulated", "name"), [(True, "share_55_plus_regulated"), (False, "share_55_plus")])
def test_observed_ages_start_at_the_published_share_and_drift_to_the_stationary_one(ages, regulated, name) -> None:
    stationary, observed = ages
    roles = [role.code for role in catalogue.roles() if role.regulated is regulated]
    rest, drift = share_of_old(stationary, roles), share_of_old(observed, roles)
    assert drift[0] == pytest.approx(catalogue.parameter(name).central, rel=1e-6)
    np.testing.assert_allclose(rest, rest[0], rtol=1e-5)
    away = np.abs(drift - rest[0])
    assert away[0] > 0.005
    assert (np.diff(away) < 0).all()


def test_the_drift_is_that_of_retirement(ages) -> None:
    """Where more are old than at rest, more retire than grow old: both numbers come down together, or both go up."""
    stationary, observed = ages
    rest, now = (run.england.isel(draw=0).astype(np.float64).sum("sector") for run in ages)
    old = (now["aged_55_plus"] - rest["aged_55_plus"]).isel(month=0)
    extra = (now["retirements"] - rest["retirements"]).isel(month=1)
    large = np.abs(old) > 1
    assert int(large.sum()) > 3
    assert (np.sign(old) == np.sign(extra)).where(large, True).all()
    later = (now["retirements"] - rest["retirements"]).isel(month=-1)
    assert (np.abs(later) < np.abs(extra)).where(large, True).all()
    assert stationary.months == observed.months
