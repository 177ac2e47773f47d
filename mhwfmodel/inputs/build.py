"""From a scenario to the numbers that a run needs, each drawn from its own uncertain input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, rng, units
from mhwfmodel.catalogue.states import RECRUIT_SOURCES
from mhwfmodel.inputs.capacity import CapacityInputs, capacity_inputs
from mhwfmodel.inputs.cells import Cells, columns, england_cells
from mhwfmodel.inputs.check import JOINER_BANDS, check_assumptions, joiner_rest
from mhwfmodel.inputs.covariates import spread_vacancies
from mhwfmodel.inputs.draws import ParameterDraws, override
from mhwfmodel.inputs.drivers import Drivers, expected, held
from mhwfmodel.inputs.fitting import systematic_round
from mhwfmodel.inputs.labour import Labour, labour
from mhwfmodel.inputs.rates import Fits, cell_rates
from mhwfmodel.inputs.stock import filled_posts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.scenario import Scenario

    Table = NDArray[np.float64]

__all__ = ["Inputs", "build"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a run is given, as arrays over draws and cells.

    Args:
        cells: The cells of the scenario's ICBs.
        months: Labels of the months simulated.
        filled: Filled posts at the end of the month before the first, dims (draw, cell) [posts]; whole numbers
            in a stochastic run.
        vacancies: Vacant posts then, dims (draw, cell) [posts].
        turnover: Leavers a year per person in post, dims (draw, cell) [1/year].
        duration: Vacancies over leavers a month, all moves counted, dims (draw, cell) [months]; infinite where nobody
            leaves and so nobody is hired.
        labour: Ages, retirement, distances, and what people prefer.
        staff: Expected filled posts then, dims (draw, cell) [posts]: `filled` before it is rounded.
        column: Sector, role and strand of each cell, as its place among `catalogue.post_columns()`, dims (cell).
        column_staff: Expected filled posts in all of England by sector, role and strand, dims (draw, column) [posts].
        source_share: Share of each source in recruits from outside the model, dims (source, draw, cell).
        joiner_mix: Experience of joiners from other employers, four shares.
        participation: FTE per head, dims (draw, cell).
        capacity: What turns staff into hours.
        drivers: Paths of the baseline's trends.
        parameters: The uncertain inputs, as drawn.
        fits: The censored fits behind the rates.
    """

    cells: Cells
    months: tuple[str, ...]
    filled: Table
    vacancies: Table
    turnover: Table
    duration: Table
    labour: Labour
    staff: Table
    column: NDArray[np.int64]
    column_staff: Table
    source_share: Table
    joiner_mix: tuple[float, float, float, float]
    participation: Table
    capacity: CapacityInputs
    drivers: Drivers
    parameters: ParameterDraws
    fits: Fits


def build(scenario: Scenario, *, central: bool = False, draws: range | None = None) -> Inputs:
    """Draw the inputs of a scenario.

    Args:
        scenario: What to run.
        central: Central values instead of draws, and expected values instead of whole posts: one draw.
        draws: Which of the scenario's draws; all of them when left out. A draw has the same inputs in any company.

    Raises:
        DataError: Assumptions that contradict each other in some draw of the scenario, all of them at once.
    """
    every = range(1 if central else scenario.draws)
    overrides = {
        name: override(name, given.central, given.low, given.high) for name, given in scenario.assumptions.items()
    }
    whole = ParameterDraws(scenario.seed, np.array(every, dtype=np.uint32), overrides, central)
    check_assumptions(whole)
    chosen = every if central or draws is None else draws
    parameters = replace(whole, draws=np.array(chosen, dtype=np.uint32))
    england = england_cells()
    filled = filled_posts(parameters)
    rates = cell_rates(parameters, filled)
    size = parameters.draws.size
    shape = (size, len(england))
    vacancies = spread_vacancies(parameters, rates.vacancies)
    staff, flat_vacancies = filled.reshape(shape), vacancies.reshape(shape)
    turnover = rates.turnover.reshape(shape)
    leavers = staff * turnover / units.MONTHS_PER_YEAR
    nobody = np.full_like(leavers, np.inf)
    duration = np.divide(flat_vacancies, leavers, out=nobody, where=leavers > 0)
    flat_filled = staff
    if not central:
        flat_filled = _whole(parameters, staff, rng.Purpose.ROUND_STOCK)
        flat_vacancies = _whole(parameters, flat_vacancies, rng.Purpose.ROUND_POSTS)
    codes = catalogue_codes(scenario)
    kept = england.among(codes)
    cells = england.keep(kept)
    months = units.month_range(scenario.start, scenario.months)
    moving = expected(parameters, months) if scenario.baseline == "expected" else held(size, len(months))
    return Inputs(
        cells=cells,
        months=months,
        filled=flat_filled[:, kept],
        vacancies=flat_vacancies[:, kept],
        turnover=turnover[:, kept],
        duration=duration[:, kept],
        labour=labour(parameters, cells.icb_codes, scenario.moves),
        staff=staff[:, kept],
        column=np.tile(np.arange(len(columns())), len(catalogue.icbs()))[kept],
        column_staff=filled.sum(axis=1),
        source_share=_source_share(parameters)[:, :, kept],
        joiner_mix=_joiner_mix(parameters),
        participation=_participation(parameters)[:, kept],
        capacity=capacity_inputs(parameters).keep(kept),
        drivers=moving,
        parameters=parameters,
        fits=rates.fits,
    )


def catalogue_codes(scenario: Scenario) -> tuple[str, ...]:
    """ONS codes of the ICBs that a scenario runs."""
    return tuple(place.code for place in catalogue.icbs()) if scenario.icbs == "all" else scenario.icbs


def _whole(parameters: ParameterDraws, values: Table, purpose: rng.Purpose) -> Table:
    """Whole posts: each population rounded by itself, so that 621,500 stay 621,500 in every draw."""
    sectors = catalogue.sectors()
    nhs = np.array([sectors[at].population == "nhs" for at in england_cells().sector])
    result = np.empty_like(values)
    for number, part in enumerate((~nhs, nhs)):
        entity = np.array([number], dtype=np.uint32)
        uniform = rng.uniform(parameters.seed, parameters.draws, entity, purpose)[:, 0]
        result[:, part] = systematic_round(values[:, part], uniform)
    return result


def _by_column(values: list[Table]) -> Table:
    """Repeat what each column has over all ICBs, dims (draw, cell)."""
    return np.tile(np.stack(values, axis=1), (1, len(catalogue.icbs())))


def _participation(parameters: ParameterDraws) -> Table:
    by_role = {role.code: parameters.value(role.participation) for role in catalogue.roles()}
    return _by_column([by_role[column.role] for column in columns()])


def _joiner_mix(parameters: ParameterDraws) -> tuple[float, float, float, float]:
    first, second, third = (parameters.parameter(band).central for band in JOINER_BANDS)
    return (first, second, third, joiner_rest(parameters))


def _source_share(parameters: ParameterDraws) -> Table:
    """Share of each source in recruits from outside the model, dims (source, draw, cell).

    In a draw whose named shares exceed 1 nobody comes from outside, and the others are scaled to 1.
    """
    inside = parameters.value("recruits_from_inside_share")
    elsewhere = inside * (1.0 - parameters.value("modelled_share_of_sector"))
    abroad = parameters.value("recruits_from_abroad_share")
    newly_qualified = parameters.value("newly_qualified_share")
    taught = {item.to_role for item in catalogue.pipelines() if item.kind == "student"}
    zero = np.zeros_like(inside)
    roles = {role.code: role for role in catalogue.roles()}
    open_sectors = {sector.code for sector in catalogue.sectors() if sector.recruits_abroad}
    table: dict[str, list[Table]] = {source: [] for source in RECRUIT_SOURCES}
    for column in columns():
        role = roles[column.role]
        from_abroad = role.recruits_abroad and column.sector in open_sectors
        shares = {
            "other_employers": elsewhere,
            "newly_qualified": newly_qualified if role.code in taught and not from_abroad else zero,
            "abroad": abroad if from_abroad else zero,
            "returners": parameters.value("returner_share"),
        }
        named = inside + sum(shares[source] for source in ("newly_qualified", "abroad", "returners"))
        shares["outside"] = np.maximum(1.0 - named, 0.0)
        total = sum(shares.values())
        for source in RECRUIT_SOURCES:
            table[source].append(shares[source] / total)
    return np.stack([_by_column(table[source]) for source in RECRUIT_SOURCES])
