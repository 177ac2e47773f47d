"""With every rate held the workforce stays where it starts: exactly in expectation, within chance in whole people."""

from __future__ import annotations

import numpy as np

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
        np.testing.assert_allclose(month.after.filled, filled, rtol=1e-9)
        np.testing.assert_allclose(month.given.posts - month.after.filled, vacancies, rtol=1e-8)
        np.testing.assert_allclose(gone, leavers, rtol=1e-8)
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
