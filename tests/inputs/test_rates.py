"""Turnover and vacancies hold their published levels in every draw, and differ as published."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.inputs import ParameterDraws, columns
from mhwfmodel.inputs.rates import ICBS_ABOVE_FLOOR, SPECIALIST_TURNOVER_FLOORS, VACANCY_FLOORS, cell_rates
from mhwfmodel.inputs.stock import filled_posts

LEVEL_TURNOVER = 0.226
LEVEL_VACANCY = 0.085


def levels(rates, filled, social_care) -> tuple[np.ndarray, np.ndarray]:
    """Staff-weighted turnover, and mean vacancy rate over ICBs, dims (draw)."""
    staff, vacant = filled[:, :, social_care], rates.vacancies[:, :, social_care]
    turnover = (rates.turnover[:, :, social_care] * staff).sum(axis=(1, 2)) / staff.sum(axis=(1, 2))
    by_icb = vacant.sum(axis=2) / (vacant.sum(axis=2) + staff.sum(axis=2))
    return turnover, by_icb.mean(axis=1)


def test_central_levels_are_the_published_ones(central_parameters, where) -> None:
    filled = filled_posts(central_parameters)
    turnover, vacancy = levels(cell_rates(central_parameters, filled), filled, ~where(sector="nhs"))
    assert turnover == pytest.approx([LEVEL_TURNOVER], rel=1e-12)
    assert vacancy == pytest.approx([LEVEL_VACANCY], rel=1e-12)


def test_every_draw_has_the_levels_that_were_drawn(parameters, rates, filled, where) -> None:
    turnover, vacancy = levels(rates, filled, ~where(sector="nhs"))
    np.testing.assert_allclose(turnover, parameters.value("turnover_level"), rtol=1e-11)
    np.testing.assert_allclose(vacancy, parameters.value("vacancy_level"), rtol=1e-11)


def test_specialist_vacancies_sum_to_what_was_drawn(parameters, rates, where) -> None:
    total = rates.vacancies[:, :, where(strand="specialist")].sum(axis=(1, 2))
    np.testing.assert_allclose(total, parameters.value("specialist_vacancies"), rtol=1e-12)


def test_the_nhs_has_its_own_rates_alike_everywhere(parameters, rates, filled, where) -> None:
    for role, name, leaving in (
        ("social_worker", "nhs_social_worker_vacancy", "nhs_turnover_level"),
        ("registered_nurse", "nhs_nurse_vacancy", "nhs_turnover_level"),
        (
            "psychological_wellbeing_practitioner",
            "nhs_wellbeing_practitioner_vacancy",
            "nhs_wellbeing_practitioner_turnover",
        ),
    ):
        at = where(sector="nhs", role=role)
        assert np.array_equal(rates.turnover[:, :, at][:, :, 0], np.tile(parameters.value(leaving)[:, None], 42))
        vacant = rates.vacancies[:, :, at][:, :, 0]
        rate = vacant / (vacant + filled[:, :, at][:, :, 0])
        np.testing.assert_allclose(rate, np.tile(parameters.value(name)[:, None], 42), rtol=1e-12)


def scale(measure: str, percent: float) -> float:
    """A published rate as the model's scale has it: vacant posts per filled post for vacancies."""
    return percent / (100 - percent) if measure == "vacancy" else percent


def ratio(measure: str, sector: str, role: str) -> float:
    """Product of the published ratios of a role and a sector to all adult social care."""
    found = {
        (row.kind, row.code): scale(measure, catalogue.figure(row.figure).number)
        / scale(measure, catalogue.figure(row.base_figure).number)
        for row in catalogue.relative_rates()
        if row.measure == measure
    }
    return found.get(("role", role), 1.0) * found.get(("sector", sector), 1.0)


def test_roles_and_sectors_stand_to_each_other_as_published_inside_every_icb(rates, filled) -> None:
    general = [at for at, c in enumerate(columns()) if c.strand == "general" and c.sector != "nhs"]
    with np.errstate(invalid="raise"):
        per_head = rates.vacancies / filled
    for measure, values in (("turnover", rates.turnover), ("vacancy", per_head)):
        wanted = np.array([ratio(measure, columns()[at].sector, columns()[at].role) for at in general])
        scaled = values[:, :, general] / wanted
        np.testing.assert_allclose(scaled, np.broadcast_to(scaled[:, :, :1], scaled.shape), rtol=1e-9)


def test_a_care_worker_leaves_more_often_than_a_social_worker(rates, where) -> None:
    care = rates.turnover[:, :, where(sector="private", role="support_worker", strand="general")]
    social = rates.turnover[:, :, where(sector="private", role="social_worker", strand="general")]
    assert (care > social).all()
    assert (rates.turnover > 0).all()
    assert (rates.vacancies >= 0).all()


def test_floors_are_met_or_their_misfit_is_told(central_parameters, where) -> None:
    filled = filled_posts(central_parameters)
    rates = cell_rates(central_parameters, filled)
    at = {place.code: position for position, place in enumerate(catalogue.icbs())}
    social_care = ~where(sector="nhs")
    vacant = rates.vacancies[0][:, social_care].sum(axis=1)
    rate = vacant / (vacant + filled[0][:, social_care].sum(axis=1))
    for name in VACANCY_FLOORS:
        place = at[catalogue.figure(name).icb_code]
        assert rate[place] + rates.fits.vacancy.misfits()[place] >= 0.12 - 1e-9
    special = rates.turnover[0][:, where(strand="specialist")]
    for name in SPECIALIST_TURNOVER_FLOORS:
        place = at[catalogue.figure(name).icb_code]
        assert (special[place] + rates.fits.specialist_turnover.misfits()[place] >= 0.40 - 1e-9).all()
    assert np.median(special) < 0.40


@functools.cache
def many_draws() -> np.ndarray:
    """Specialist turnover of many draws, dims (draw, ICB)."""
    parameters = ParameterDraws(20240401, np.arange(1000, dtype=np.uint32), {})
    special = next(at for at, column in enumerate(columns()) if column.strand == "specialist")
    return cell_rates(parameters, filled_posts(parameters)).turnover[:, :, special]


def test_about_as_many_icbs_exceed_the_floor_of_specialist_turnover_as_published(rates) -> None:
    """Measured rates do so exactly; rates themselves are near, as they may lie on the other side of the floor."""
    fit = rates.fits.specialist_turnover
    assert fit.expected_above(0.40) == pytest.approx(ICBS_ABOVE_FLOOR, abs=0.5)
    drawn = many_draws()
    above = (drawn > 0.40).sum(axis=1)
    assert above.mean() == pytest.approx(fit.expected_above(0.40), abs=4 * above.std() / np.sqrt(above.size))
    assert np.quantile(above, 0.05) >= 5
    assert np.quantile(above, 0.95) <= 11


def test_places_with_a_floor_are_known_better_than_the_others(rates) -> None:
    drawn = many_draws()
    spread = np.log(drawn).std(axis=0)
    named = np.array(sorted(rates.fits.specialist_turnover.floors))
    assert spread[named].max() < np.delete(spread, named).min()


def test_drawn_rates_scatter_around_the_expected_ones(rates) -> None:
    drawn = many_draws()
    error = np.log(drawn).std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(np.log(drawn).mean(axis=0) - rates.fits.specialist_turnover.log_rate) < 5 * error).all()


@pytest.mark.parametrize("numbers", [[0], [7], [24], [3, 4, 11]])
def test_a_draw_is_the_same_alone_as_in_company(parameters, filled, rates, numbers: list[int]) -> None:
    some = replace(parameters, draws=parameters.draws[numbers])
    assert (filled_posts(some) == filled[numbers]).all()
    alone = cell_rates(some, filled_posts(some))
    assert (alone.turnover == rates.turnover[numbers]).all()
    assert (alone.vacancies == rates.vacancies[numbers]).all()


def test_the_pattern_of_the_councils_decides_who_has_more(central_parameters, where) -> None:
    """Without a floor, ICBs are ordered as the roll-up of their councils orders them."""
    filled = filled_posts(central_parameters)
    rates = cell_rates(central_parameters, filled)
    social_care = ~where(sector="nhs")
    staff = filled[0][:, social_care]
    turnover = (rates.turnover[0][:, social_care] * staff).sum(axis=1) / staff.sum(axis=1)
    published = {row.icb_code: row.turnover_rate for row in catalogue.icb_rates()}
    pattern = np.array([published[place.code] for place in catalogue.icbs()])
    np.testing.assert_allclose(turnover / turnover[0], pattern / pattern[0], rtol=1e-9)
