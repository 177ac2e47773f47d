"""Turnover and vacancies by cell: published levels, the councils' pattern, and how roles and sectors differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue import icb_rates, relative_rates
from mhwfmodel.errors import DataError, Fault, InconsistentEvidence
from mhwfmodel.inputs.cells import columns, nhs_columns
from mhwfmodel.inputs.draws import HALF_WIDTH
from mhwfmodel.inputs.fitting import CensoredFit, fit_floors
from mhwfmodel.inputs.stock import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Parameter
    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["CellRates", "Fits", "cell_rates"]

VACANCY_FLOORS = ("F005", "F006", "F007", "F008")
SPECIALIST_TURNOVER_FLOORS = ("F010", "F011", "F012", "F013", "F014")
_SHARED = 0
"""Sub-number, beside the ids of ICBs, of what all ICBs share."""

_BLOCK = 100
"""Sub-numbers of an ICB lie this far apart: its id for its deviation, then its measurement, then if it exceeds."""

ICBS_ABOVE_FLOOR = 8
"""Eight ICBs were published to exceed the floor of specialist turnover, as the note of F010 says; five are named."""


@dataclass(frozen=True, slots=True)
class Fits:
    """What the censored fits gave, for the report and the docs."""

    vacancy: CensoredFit
    specialist_turnover: CensoredFit


@dataclass(frozen=True, slots=True)
class CellRates:
    """Rates by cell.

    Args:
        turnover: Leavers a year per person in post, dims (draw, ICB, column) [1/year].
        vacancies: Vacant posts, dims (draw, ICB, column) [posts].
        fits: The fits behind them.
    """

    turnover: Table
    vacancies: Table
    fits: Fits


def cell_rates(parameters: ParameterDraws, filled: Table) -> CellRates:
    """Turnover rates and vacancies of every cell.

    Args:
        parameters: The uncertain inputs.
        filled: Filled posts, dims (draw, ICB, column).

    Returns:
        Social care: staff-weighted turnover is the published level and the mean vacancy rate over ICBs is too, in every
        draw. NHS: its own published rates, alike in all ICBs.
    """
    fits = _fits(parameters)
    special = np.array([column.strand == "specialist" for column in columns()])
    nhs = np.array([position in nhs_columns() for position in range(len(columns()))])
    general = ~special & ~nhs
    turnover = np.zeros_like(filled)
    vacancies = np.zeros_like(filled)

    icb_turnover = _icb_turnover(parameters, filled[:, :, ~nhs].sum(axis=2))
    turnover[:, :, special] = _drawn(parameters, "specialist_turnover_spread", fits.specialist_turnover)[:, :, None]
    leavers = icb_turnover * filled[:, :, ~nhs].sum(axis=2) - (turnover * filled)[:, :, special].sum(axis=2)
    _check_left(leavers, "leavers", "specialist_turnover_level", "turnover_level")
    turnover[:, :, general] = _in_ratio(leavers, filled[:, :, general], _ratios("turnover")[general])

    icb_vacancy = _icb_vacancy(parameters, fits.vacancy)
    vacancies[:, :, special] = _specialist_vacancies(parameters, filled[:, :, special], icb_vacancy)
    vacant = icb_vacancy / (1.0 - icb_vacancy) * filled[:, :, ~nhs].sum(axis=2) - vacancies.sum(axis=2)
    _check_left(vacant, "vacancies", "specialist_vacancies", "vacancy_level")
    per_head = _in_ratio(vacant, filled[:, :, general], _ratios("vacancy")[general])
    vacancies[:, :, general] = per_head * filled[:, :, general]

    for position, posts in nhs_columns().items():
        turnover[:, :, position] = parameters.value(posts.turnover)[:, None]
        rate = parameters.value(posts.vacancy)
        vacancies[:, :, position] = filled[:, :, position] * (rate / (1.0 - rate))[:, None]
    return CellRates(turnover, vacancies, fits)


def _check_left(left: Table, what: str, specialist: str, level: str) -> None:
    if (left < 0).any():
        problem = f"in some ICB specialist posts alone have more {what} than all posts together"
        raise DataError(Fault("assumptions", problem, f"lower {specialist} or raise {level}"))


def _in_ratio(total: Table, filled: Table, ratio: Table) -> Table:
    """Rates per head that stand in `ratio` to each other and give each ICB its total, dims (draw, ICB, column)."""
    scale = total / (filled * ratio).sum(axis=2)
    return np.asarray(ratio * scale[:, :, None], dtype=np.float64)


def _ratios(measure: str) -> Table:
    """Published ratio of each column's role and sector to all social care, dims (column); 1 without one."""
    found = {(row.kind, row.code): row.ratio for row in relative_rates() if row.measure == measure}
    return np.array([found.get(("role", c.role), 1.0) * found.get(("sector", c.sector), 1.0) for c in columns()])


def _pattern(measure: str) -> Table:
    """Log of the councils' rates rolled up to ICBs over their mean, dims (ICB)."""
    rates = {row.icb_code: row.vacancy_rate if measure == "vacancy" else row.turnover_rate for row in icb_rates()}
    values = np.array([rates[place.code] for place in catalogue.icbs()])
    return np.asarray(np.log(values / values.mean()), dtype=np.float64)


def _floors(figures: tuple[str, ...]) -> dict[int, float]:
    """Position of an ICB to the rate that a figure says it exceeds."""
    at = {place.code: position for position, place in enumerate(catalogue.icbs())}
    return {at[catalogue.figure(name).icb_code]: number(name) / 100.0 for name in figures}


def _fits(parameters: ParameterDraws) -> Fits:
    """The censored fits, which rest on central values alone."""
    vacancy, turnover, tolerance = (
        parameters.parameter(name).central
        for name in ("icb_vacancy_spread", "specialist_turnover_spread", "floor_tolerance")
    )
    level = parameters.parameter("vacancy_level").central
    prior = parameters.parameter("specialist_turnover_level")
    return Fits(_vacancy_fit(level, vacancy, tolerance), _specialist_turnover_fit(prior, turnover, tolerance))


@cache
def _vacancy_fit(mean: float, spread: float, tolerance: float) -> CensoredFit:
    return fit_floors(
        _pattern("vacancy"),
        spread,
        _floors(VACANCY_FLOORS),
        tolerance,
        level=lambda log_rate: float(np.log(mean / np.exp(log_rate).mean())),
    )


@cache
def _specialist_turnover_fit(prior: Parameter, spread: float, tolerance: float) -> CensoredFit:
    floor, unnamed = number(SPECIALIST_TURNOVER_FLOORS[0]) / 100.0, ICBS_ABOVE_FLOOR - len(SPECIALIST_TURNOVER_FLOORS)
    try:
        return fit_floors(
            _pattern("turnover"),
            spread,
            _floors(SPECIALIST_TURNOVER_FLOORS),
            tolerance,
            level_prior=(float(np.log(prior.central)), float(np.log(prior.high / prior.low)) / (2.0 * HALF_WIDTH)),
            others_above=(floor, unnamed),
        )
    except InconsistentEvidence as error:
        usual = catalogue.parameter("specialist_turnover_level").central
        problem = f"{prior.central:g} contradicts that {ICBS_ABOVE_FLOOR} ICBs exceed {floor:.0%} ({error})"
        remedy = f"give a value or range nearer to {usual:g}, or a wider specialist_turnover_spread"
        raise InconsistentEvidence(Fault("assumptions.specialist_turnover_level", problem, remedy)) from None


def _drawn(parameters: ParameterDraws, name: str, fit: CensoredFit) -> Table:
    """Draws of the fitted rates, dims (draw, ICB); the expected log rates in a central run."""
    if parameters.central:
        return np.tile(np.exp(fit.log_rate), (parameters.draws.size, 1))
    deviation, measurement, exceeds = (
        parameters.uniform(name, [_BLOCK * block + place.id for place in catalogue.icbs()]) for block in (0, 1, 2)
    )
    shift = parameters.uniform(name, [_SHARED])[:, 0]
    drawn = fit.draw(shift=shift, exceeds=exceeds, measurement=measurement, deviation=deviation)
    return np.asarray(np.exp(drawn), dtype=np.float64)


def _icb_vacancy(parameters: ParameterDraws, fit: CensoredFit) -> Table:
    """Vacancy rates whose mean over ICBs is the level, dims (draw, ICB)."""
    rates = _drawn(parameters, "icb_vacancy_spread", fit)
    scaled = np.asarray(rates * (parameters.value("vacancy_level") / rates.mean(axis=1))[:, None], dtype=np.float64)
    if (scaled >= 1).any():
        problem = f"a mean vacancy rate of {parameters.value('vacancy_level').max():.3g} leaves some ICB no filled post"
        raise DataError(Fault("assumptions.vacancy_level", problem, "lower it, or lower icb_vacancy_spread"))
    return scaled


def _icb_turnover(parameters: ParameterDraws, staff: Table) -> Table:
    """Turnover rates whose staff-weighted mean is the level, dims (draw, ICB)."""
    deviation = parameters.normal("icb_turnover_spread", [place.id for place in catalogue.icbs()])
    rates = np.exp(_pattern("turnover") + parameters.parameter("icb_turnover_spread").central * deviation)
    mean = (rates * staff).sum(axis=1) / staff.sum(axis=1)
    return np.asarray(rates * (parameters.value("turnover_level") / mean)[:, None], dtype=np.float64)


def _specialist_vacancies(parameters: ParameterDraws, filled: Table, icb_vacancy: Table) -> Table:
    """The published specialist vacancies, spread by staff and the ICB's vacancy rate."""
    weight = np.ascontiguousarray(filled * icb_vacancy[:, :, None])  # a draw's sum has the same order in any company
    scale = parameters.value("specialist_vacancies") / weight.reshape(len(weight), -1).sum(axis=1)
    return np.asarray(weight * scale[:, None, None], dtype=np.float64)
