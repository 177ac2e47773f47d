"""A panel of employers, as a survey would see it, made by the model's own supply equations.

Every employer is a cell of its own: its staff leave, age and gain experience as those of a run do, in whole people, and
its vacancies fill as those of a run do. Pay enters as in the lever for it: leaving takes `pay_separation_elasticity`,
the intensity of hiring what is left of `pay_supply_elasticity`. Employers differ in what no survey sees, which changes
leaving alone and may go with pay. Their pay and posts change from year to year; of posts that are lost a share goes
with those in them, as with an employer that closes, and the others close as people leave, as when funding is cut.

Nothing here knows of the regressions that the panel is made for (`panel_estimates`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, rng, units
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs import ParameterDraws, build
from mhwfmodel.inputs.stock import number
from mhwfmodel.scenario import Scenario
from mhwfmodel.scenario.assumptions import assumption_problems
from mhwfmodel.simulate.shocks import Shocks, factor
from mhwfmodel.supply import Compiled, MonthInputs, Offers, Places, Routes, step, workforce_graph
from mhwfmodel.supply.calibrate import Calibration, Leaving, calibrate
from mhwfmodel.supply.courses import whole
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.hazards import Hazards
from mhwfmodel.supply.states import BANDS, progress_hazards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.supply import Workforce

    Table = NDArray[np.float64]
    Counts = NDArray[np.int64]

__all__ = ["READ", "Panel", "employer_panel"]

_TURNOVER, _VACANCY = "BTR03", "BVR04"
READ = (_TURNOVER, _VACANCY)
"""Figures that are read as they are: turnover and vacancy rate of all adult social care in 2018/19."""

_SECTOR, _ROLE, _SIZE = "private", "support_worker", "staff_per_private_employer"
_ALIKE = "panel_conditions_pay_correlation"
_SETTLING = 2
_STATE_BITS = 9


@dataclass(frozen=True, slots=True)
class Panel:
    """What is seen of the employers.

    Args:
        log_pay: Logarithm of pay over what the average employer pays in the year, dims (employer, year).
        staff: People in post at the end of each year, the first that of the year before, dims (employer, year + 1).
        leavers: People who left in each year, dims (employer, year).
        hires: People who started, likewise.
    """

    log_pay: Table
    staff: Counts
    leavers: Counts
    hires: Counts


@dataclass(frozen=True, slots=True)
class _Given:
    """What happens to employers from outside, by year, those of settling included.

    Args:
        hidden: Logarithm of the factor on leaving that no survey sees, dims (employer).
        log_pay: As in `Panel`.
        log_posts: Change of the logarithm of funded posts in the year, dims (employer, year).
        month: Month of the year in which posts change, from 0, dims (employer, year).
    """

    hidden: Table
    log_pay: Table
    log_posts: Table
    month: Counts


@dataclass(frozen=True, slots=True)
class _World:
    """What does not change from month to month.

    Args:
        inputs: The model's inputs at their central values.
        workforce: The graph, one cell an employer.
        hazards: Hazards of a month in which pay is the average and nothing is shared.
        shocks: What staff of one employer share.
        offers: Nothing on offer: who leaves an employer leaves the panel, and who comes is new to it.
        source_share: Share of each source of recruits, dims (source, draw, cell).
    """

    inputs: Inputs
    workforce: Workforce
    hazards: Hazards
    shocks: Shocks
    offers: Offers
    source_share: Table


def employer_panel(
    employers: int, years: int, *, seed: int = 0, assumptions: Mapping[str, float] | None = None
) -> Panel:
    """Simulate a panel.

    Args:
        employers: How many.
        years: Years that are seen; two go before, in which employers settle.
        seed: Key of the random numbers.
        assumptions: Parameters that are set to another value than the catalogue's, by name.

    Raises:
        DataError: Fewer than two employers or years, more employer-years than have a number of their own, or an
            assumption that is no parameter or has a value that it cannot have.
    """
    every, set_to = years + _SETTLING, dict(assumptions or {})
    _check(employers, years, set_to)
    place = catalogue.icbs()[0].code
    scenario = Scenario(name="employer panel", icbs=(place,), seed=seed, draws=1, assumptions=set_to)
    inputs = build(scenario, central=True)
    given = _from_outside(replace(inputs.parameters, central=False), employers, every)
    world, rest = _world(inputs, given)
    stock = _opening(world, rest)
    return _seen(world, given, stock)


def _check(employers: int, years: int, assumptions: Mapping[str, float]) -> None:
    most = int(np.iinfo(np.uint16).max)
    faults = [Fault("employer panel", str(problem)) for problem in assumption_problems({"assumptions": assumptions})]
    if employers < 2 or years < 2 or employers * (years + _SETTLING) > most:
        problem = f"{employers} employers over {years} years are not allowed"
        remedy = f"give two or more of each, and with {_SETTLING} years more not over {most:,} employer-years"
        faults.append(Fault("employer panel", problem, remedy))
    if assumptions.get(_ALIKE, 0.0) > 1:
        faults.append(Fault("employer panel", f"{_ALIKE} is a correlation", "give 0 to 1"))
    if faults:
        raise DataError(faults)


def _from_outside(drawn: ParameterDraws, employers: int, years: int) -> _Given:
    def normal(name: str, by_year: int = 1) -> Table:
        return drawn.normal(name, range(employers * by_year)).reshape(employers, by_year)

    spread, steps, unlike, posts = (
        drawn.parameter(f"panel_{name}").central
        for name in ("pay_spread", "pay_steps", "conditions_spread", "posts_steps")
    )
    alike = drawn.parameter(_ALIKE).central
    conditions = normal("panel_conditions_spread")
    first = spread * (alike * conditions + np.sqrt(1 - alike**2) * normal("panel_pay_spread"))
    log_pay = first + np.cumsum(steps * normal("panel_pay_steps", years), axis=1)
    when = drawn.uniform("panel_cut_released", range(employers * years)).reshape(employers, years)
    return _Given(
        hidden=unlike * conditions[:, 0] - unlike**2 / 2,
        log_pay=log_pay - log_pay.mean(axis=0),
        log_posts=posts * normal("panel_posts_steps", years),
        month=np.floor(when * units.MONTHS_PER_YEAR).astype(np.int64),
    )


def _world(inputs: Inputs, given: _Given) -> tuple[_World, Calibration]:
    """The graph and the hazards of employers whose average has the published turnover at rest, and that rest."""
    market, cells, employers = inputs.labour, inputs.cells, given.hidden.size
    sectors, roles = ([item.code for item in table()] for table in (catalogue.sectors, catalogue.roles))
    same_kind = (cells.sector == sectors.index(_SECTOR)) & (cells.role == roles.index(_ROLE))
    shares = inputs.source_share[:, 0, int(np.flatnonzero(same_kind)[0])]
    entry = entry_states(inputs.joiner_mix, market.entry_ages)
    nobody, one, alone = np.zeros(1), np.ones(1), np.ones((1, 1))
    leaving = Leaving(market.by_band, market.by_age, market.retire, alone, market.ageing)
    turnover = alone * number(_TURNOVER) / 100
    rest = calibrate(
        alone, turnover, leaving, nobody, (shares @ entry)[None, None, :], _apart(1), np.ones((1, 1, 1)), one
    )
    ids = np.arange(1, employers + 1, dtype=np.uint32) << np.uint32(_STATE_BITS)
    workforce = workforce_graph(ids, entry)
    none, same = np.zeros((1, employers)), np.ones((1, employers))
    hazards = Hazards(
        scale=same * rest.scale[0, 0] * np.exp(given.hidden), shared=same, by_band=np.ones((1, len(BANDS), employers)),
        relative=leaving.relative, retire=leaving.retire, retiring=same, progress=progress_hazards(),
        ageing=leaving.ageing, modelled=none, boundary=none, pull=same, within=same, stops=0 * alone, passes=alone,
        closing=none[0], looking=nobody, leads=nobody > 0, renews=nobody > 0, group=workforce.groups,
    )  # fmt: skip
    usual = same * units.turnover_to_probability(turnover)
    shocks = Shocks.of(np.arange(employers), ids, usual, same * market.shock_correlation[0])
    offers = Offers(_apart(employers), np.ones((1, 1, 1)), one, none)
    return _World(inputs, workforce, hazards, shocks, offers, shares[:, None, None] * same), rest


def _apart(cells: int) -> Places:
    """Cells of one place and role."""
    nowhere = np.zeros(cells, dtype=np.int64)
    return Places.of(nowhere, nowhere, nowhere)


def _opening(world: _World, rest: Calibration) -> Counts:
    """Employers of the average size, each with the mix at rest, in whole people, dims (draw, node)."""
    parameters, graph = world.inputs.parameters, world.workforce.graph
    cells = graph.cell_id.size
    staff = np.full(cells, np.rint(parameters.value(_SIZE)[0]))
    uniform = rng.uniform(parameters.seed, parameters.draws, graph.cell_id, rng.Purpose.ROUND_STOCK)[0]
    stock = np.zeros(graph.node_id.size, dtype=np.int32)
    whole(np.outer(rest.mix[0, 0], staff), staff, uniform, world.workforce.first, stock)
    return stock[None, :].astype(np.int64)


def _seen(world: _World, given: _Given, stock: Counts) -> Panel:
    """Run month by month and count year by year."""
    cells, years = given.log_pay.shape
    parameters = world.inputs.parameters
    released = parameters.value("panel_cut_released")[0]
    staff = [_by_employer(world, stock)]
    posts = np.rint(staff[0] / (1 - number(_VACANCY) / 100))
    leavers, hires = np.zeros((2, cells, years), dtype=np.int64)
    chooser = Compiled(parameters.seed, parameters.draws)
    for year in range(years):
        for month in range(units.MONTHS_PER_YEAR):
            before, change = posts, np.where(given.month[:, year] == month, given.log_posts[:, year], 0.0)
            posts = np.rint(before * np.exp(change))
            closing = released * np.maximum(1 - posts / np.maximum(before, 1), 0.0)
            inputs = _month(world, given.log_pay[:, year], year * units.MONTHS_PER_YEAR + month, posts, closing)
            done = step(world.workforce.graph, stock, inputs, chooser)
            stock = done.stock.astype(np.int64)
            for edge, people in zip(world.workforce.graph.edges, done.flows, strict=True):
                leavers[:, year] += people[0] * edge.leaver
            hires[:, year] += np.sum(done.starters, axis=0)[0]
        staff.append(_by_employer(world, stock))
    seen = slice(_SETTLING, None)
    return Panel(given.log_pay[:, seen], np.stack(staff, axis=1)[:, seen], leavers[:, seen], hires[:, seen])


def _by_employer(world: _World, stock: Counts) -> Counts:
    graph = world.workforce.graph
    return np.bincount(graph.node_cell, stock[0], graph.cell_id.size).astype(np.int64)


def _month(world: _World, log_pay: Table, month: int, posts: Table, closing: Table) -> MonthInputs:
    """What a month is given: leaving and hiring as pay changes them, and shocks that staff of an employer share."""
    parameters = world.inputs.parameters
    separation, supply = (parameters.value(f"pay_{name}_elasticity")[0] for name in ("separation", "supply"))
    at = units.month_index(world.inputs.months[0]) + month
    shared = factor(world.shocks, parameters, at, slice(None)) * np.exp(separation * log_pay)
    vacancy, turnover = (number(name) / 100 for name in (_VACANCY, _TURNOVER))
    leavers = float(units.turnover_to_probability(turnover))
    duration = units.vacancy_duration(units.vacancies_from_rate(1.0, vacancy), leavers)
    intensity = np.log1p(1 / duration) * np.exp(max(supply + separation, 0.0) * log_pay)
    return MonthInputs(
        month=at,
        probability=world.hazards._replace(shared=shared, closing=closing),
        posts=posts[None, :].astype(np.int64),
        fill=-np.expm1(-intensity)[None, :],
        source_share=world.source_share,
        offers=world.offers,
        routes=Routes.none(posts.size, 1),
    )
