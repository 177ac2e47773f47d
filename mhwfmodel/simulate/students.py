"""Students, and the pool of the newly qualified from which vacancies may draw: no more than qualify."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue.states import RECRUIT_SOURCES
from mhwfmodel.levers.effects import Completion, Places
from mhwfmodel.supply import Expected, Pool, step
from mhwfmodel.supply.cohorts import (
    choose_sectors,
    looking_chances,
    resting_cohorts,
    take_up,
    training_month,
    training_results,
)
from mhwfmodel.supply.sums import add_to, sum_to
from mhwfmodel.supply.training import Training, completing, entrants, training, training_cell_id

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.catalogue import Pipeline
    from mhwfmodel.inputs import Inputs
    from mhwfmodel.simulate.effects import Compiled
    from mhwfmodel.supply import Chooser
    from mhwfmodel.supply.cohorts import TrainingMonth

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

_MOST_HIRED = 0.8
"""At rest some of those who qualify find no post, so that a month with many vacancies finds somebody."""

_POOLS = 128
"""Pools stand above the pipelines in the counter of random numbers."""

__all__ = [
    "NEWLY_QUALIFIED",
    "Graduates",
    "School",
    "Students",
    "graduates",
    "next_month",
    "open_shares",
    "pool_of",
    "school",
    "without",
]

NEWLY_QUALIFIED = RECRUIT_SOURCES.index("newly_qualified")
_OUTSIDE = RECRUIT_SOURCES.index("outside")


@dataclass(frozen=True, slots=True)
class Graduates:
    """Who comes into the pools of the newly qualified when courses have been what they are for ever.

    Args:
        of_cell: Pool that each cell draws on, −1 for none, dims (cell).
        icb: ICB of each pool, dims (pool).
        role: Role of each pool, dims (pool).
        id: Stable id of each pool, dims (pool).
        year: People who come into each pool in the twelve months of a year from the run's first on, dims (draw, month,
            pool).
    """

    of_cell: NDArray[np.int64]
    icb: NDArray[np.int64]
    role: NDArray[np.int64]
    id: NDArray[np.uint32]
    year: Table


@dataclass(frozen=True, slots=True)
class School:
    """The students of some draws: all that does not change.

    Args:
        training: Their courses.
        inputs: The inputs of the same draws.
        graduates: The pools that they qualify into.
        looking: Chance to look for work in each sector, as `cohorts.looking_chances` gives it.
        pool_of_course: Pool that those come into who qualify from a course, dims (icb and pipeline).
        levers: What levers change of their courses.
    """

    training: Training
    inputs: Inputs
    graduates: Graduates
    looking: Table
    pool_of_course: NDArray[np.int64]
    levers: Compiled


@dataclass(frozen=True, slots=True)
class Students:
    """Where students and the newly qualified are at the end of a month.

    Args:
        stock: Students by node of the training graph, dims (draw, node).
        pool: Newly qualified people who look for work, dims (draw, pool).
        recent: Who came into the pools in each of the last twelve months, dims (month, draw, pool).
    """

    stock: Counts
    pool: Counts
    recent: Counts


def graduates(inputs: Inputs) -> Graduates:
    """The pools of a run: one for each ICB and role that students qualify for."""
    cells = inputs.cells
    roles = {role.code: number for number, role in enumerate(catalogue.roles())}
    taught = sorted({roles[item.to_role] for item in catalogue.pipelines() if item.kind == "student"})
    keys = [(icb, role) for icb in range(len(cells.icb_codes)) for role in taught]
    number = {key: at for at, key in enumerate(keys)}
    of_cell = np.array([number.get(key, -1) for key in zip(cells.icb.tolist(), cells.role.tolist(), strict=True)])
    icb, role = np.array(keys, dtype=np.int64).T
    ids = _icb_ids(inputs)
    entities = [training_cell_id(ids[i], _POOLS + catalogue.roles()[r].id) for i, r in keys]
    adults = {place.id: float(place.adults) for place in catalogue.icbs()}
    share = np.array([adults[number] for number in ids]) / sum(adults.values())
    year = _year(inputs, [roles[code] for code in _taught_roles()], role) * share[icb]
    return Graduates(of_cell, icb, role, np.array(entities, dtype=np.uint32), year)


def open_shares(inputs: Inputs, pools: Graduates) -> Table:
    """Shares of the sources of recruits when no more newly qualified are hired than qualify, dims (source, draw, cell).

    Where too few qualify at rest, people from outside the sector take the rest of their share.
    """
    leavers = inputs.staff * inputs.turnover / units.MONTHS_PER_YEAR * (1.0 - inputs.labour.moving[:, None])
    wanted = by_pool(pools, leavers * inputs.source_share[NEWLY_QUALIFIED])
    there = _MOST_HIRED * pools.year.mean(axis=1)
    reach = np.minimum(np.divide(there, wanted, out=np.ones_like(there), where=wanted > 0), 1.0)
    shares = inputs.source_share.copy()
    missing = shares[NEWLY_QUALIFIED] * np.where(pools.of_cell >= 0, 1.0 - reach[:, pools.of_cell], 0.0)
    shares[NEWLY_QUALIFIED] -= missing
    shares[_OUTSIDE] += missing
    return shares


def by_pool(pools: Graduates, people: Table) -> Table:
    """Sum over the cells of each pool, dims (draw, pool)."""
    found = np.zeros((len(people), pools.id.size))
    add_to(found, people, pools.of_cell)
    return found


def school(
    inputs: Inputs,
    pools: Graduates,
    hired: Table,
    levers: Compiled,
    *,
    held: bool,
    stochastic: bool,
    chooser: Chooser,
) -> tuple[School, Students]:
    """Put students on their courses, and as many newly qualified people into the pools as a year's round needs.

    Args:
        inputs: The inputs of some draws.
        pools: The pools, for the same draws.
        hired: Recruits a month at rest from outside the model, dims (draw, cell).
        levers: The levers, as arrays.
        held: Whether intakes go on as they are for ever.
        stochastic: Whole people, or expected values.
        chooser: How people are split.
    """
    taught = _training(inputs, held=held, stochastic=stochastic)
    sectors = [sector.code for sector in catalogue.sectors()]
    looking = looking_chances(taught, catalogue.destinations(), sectors, inputs.parameters.value)
    made = School(taught, inputs, pools, looking, _pool_of_course(taught, pools), levers)
    wanted = by_pool(pools, hired * inputs.source_share[NEWLY_QUALIFIED])
    stock = resting_cohorts(made.training, units.month_index(inputs.months[0]) - 1, chooser)
    return made, _opening(stock, np.moveaxis(pools.year, 1, 0), wanted, stochastic=stochastic)


def _pool_of_course(given: Training, pools: Graduates) -> NDArray[np.int64]:
    """Pool that those come into who qualify from each course, dims (icb and pipeline)."""
    roles = {role.code: number for number, role in enumerate(catalogue.roles())}
    number = {key: at for at, key in enumerate(zip(pools.icb.tolist(), pools.role.tolist(), strict=True))}
    return np.array([number[icb, roles[item.to_role]] for icb in range(given.shape[1]) for item in given.pipelines])


def _training(inputs: Inputs, *, held: bool, stochastic: bool) -> Training:
    parameters = inputs.parameters
    adults = {place.id: place.adults for place in catalogue.icbs()}
    seed = parameters.seed if stochastic else None
    return training(_pipelines(held=held), adults, _icb_ids(inputs), parameters.value, parameters.draws, seed)


def _pipelines(*, held: bool) -> tuple[Pipeline, ...]:
    """The catalogue's pipelines, with intakes that never end where rates are held."""
    return tuple(replace(item, last_intake="") if held else item for item in catalogue.pipelines())


def _icb_ids(inputs: Inputs) -> list[int]:
    by_code = {place.code: place.id for place in catalogue.icbs()}
    return [by_code[code] for code in inputs.cells.icb_codes]


def _opening(stock: Counts, year: Table, leaving: Table, *, stochastic: bool) -> Students:
    """A pool that a year of steady hiring never empties, and never more than have qualified in a year."""
    balance = np.cumsum(year - leaving, axis=0)
    pool = np.minimum(np.maximum(-balance.min(axis=0), 0.0) + leaving, year.sum(axis=0))
    if not stochastic:
        return Students(stock, pool, year)
    return Students(stock, np.ceil(pool).astype(np.int64), np.ceil(year).astype(np.int64))


def _taught_roles() -> list[str]:
    """Role that each pipeline of students leads to."""
    return [item.to_role for item in catalogue.pipelines() if item.kind == "student"]


def _year(inputs: Inputs, taught: list[int], role: NDArray[np.int64]) -> Table:
    """Expected newly qualified of roles in all England in each month of a year at rest, dims (draw, month, role).

    In expectation every ICB has its share of England's places and so of all that becomes of them.

    Args:
        inputs: The inputs of some draws.
        taught: Role that each pipeline of students leads to.
        role: The roles that are asked for.
    """
    parameters = inputs.parameters
    given = training(_pipelines(held=True), {0: 1.0}, [0], parameters.value, parameters.draws, None)
    sectors = [sector.code for sector in catalogue.sectors()]
    before = units.month_index(inputs.months[0]) - 1
    stock = resting_cohorts(given, before, Expected())
    months = []
    for month in range(before + 1, before + 1 + units.MONTHS_PER_YEAR):
        moved = step(given.graph, stock, training_month(given, month, entrants(given, month)), Expected())
        stock = moved.stock
        qualified = training_results(given, moved).qualified
        looking = take_up(
            given, qualified, catalogue.destinations(), sectors, parameters.value, Expected(), month=month
        )
        months.append(looking.sum(axis=(1, 3)))
    by_role = np.zeros((len(stock), units.MONTHS_PER_YEAR, len(catalogue.roles())))
    for pipeline, number in enumerate(taught):
        by_role[:, :, number] += np.stack(months, axis=1)[:, :, pipeline]
    return np.asarray(by_role[:, :, role], dtype=np.float64)


def _into_pools(made: School, qualified: Counts, chooser: Chooser, month: int) -> Counts:
    """Newly qualified people who look for work in the model, dims (draw, pool)."""
    looking = choose_sectors(made.training, qualified, made.looking, chooser, month=month).sum(axis=3)
    return sum_to(looking.reshape(len(looking), -1), made.pool_of_course, made.graduates.id.size)


def _starting(made: School, month: int, index: int) -> Counts:
    """Students who start in a month, with what levers make of places."""
    given, codes = made.training, made.inputs.cells.icb_codes
    column = {item.code: at for at, item in enumerate(given.pipelines)}
    effects = [effect for effect, _ in made.levers.of(Places) if effect.pipeline in column]
    if not effects:
        return entrants(given, index)
    everywhere, local = np.ones(len(column)), np.ones((len(codes), len(column)))
    for effect in effects:
        at, factor, icbs = column[effect.pipeline], float(effect.factor[month]), effect.scope.icbs
        if icbs:
            local[[code in icbs for code in codes], at] *= factor
        else:
            everywhere[at] *= factor
    return entrants(given, index, given.places * everywhere, local)


def _completing(made: School, month: int) -> Training:
    """The courses, with what levers make of how many complete them."""
    given = made.training
    effects = [effect for effect, _ in made.levers.of(Completion)]
    factors = np.ones((2, len(given.pipelines)))
    for at, item in enumerate(given.pipelines):
        for effect in effects:
            if effect.pipeline == item.code:
                factors[:, at] *= effect.drop_out[month], effect.passes[month]
    return given if (factors == 1.0).all() else completing(given, *factors)


def next_month(made: School, now: Students, month: int, chooser: Chooser) -> tuple[Students, TrainingMonth]:
    """Move students by a month: who qualify come into the pools, who have looked for a year find other work."""
    index = units.month_index(made.inputs.months[month])
    starting, taught = _starting(made, month, index), _completing(made, month)
    moved = step(made.training.graph, now.stock, training_month(taught, index, starting), chooser)
    results = training_results(made.training, moved)
    fresh = _into_pools(made, results.qualified, chooser, index)
    recent = np.concatenate([now.recent[1:], fresh[None]])
    pool = np.minimum(now.pool + fresh, recent.sum(axis=0))
    return Students(moved.stock, pool, recent), results


def pool_of(made: School, now: Students) -> Pool:
    """The pool as a source of recruits."""
    return Pool(NEWLY_QUALIFIED, made.graduates.of_cell, now.pool, made.graduates.id)


def without(now: Students, drawn: Counts) -> Students:
    """The same students after vacancies have drawn on the pools."""
    return replace(now, pool=now.pool - drawn)
