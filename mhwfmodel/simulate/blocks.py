"""Some draws of a run, moved a month at a time: what they carry from one month to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel.simulate.collect import flows_of, training_of
from mhwfmodel.simulate.measures import monthly, opening_measures
from mhwfmodel.simulate.months import month_inputs, start_courses
from mhwfmodel.simulate.rest import part_of
from mhwfmodel.simulate.staff_time import felt_training, learnt, nobody_trained, time_of_staff
from mhwfmodel.simulate.students import next_month, pool_of, school, without
from mhwfmodel.supply import Compiled, Expected, Sampled, step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.simulate.measures import Rota
    from mhwfmodel.simulate.model import Model
    from mhwfmodel.simulate.students import School, Students
    from mhwfmodel.supply import Chooser

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.int32]

__all__ = ["Block", "Engine", "Month", "first", "following"]

Engine = Literal["compiled", "reference"]
_ENGINES = {"compiled": Compiled, "reference": Sampled}


@dataclass(frozen=True, slots=True)
class Block:
    """Where some draws are at the end of a month.

    Args:
        rows: Which draws.
        chooser: How people are split.
        stock: People by node, dims (draw, node).
        vacant: Vacancies, dims (draw, cell).
        started: Staff who have started each course since the run began, dims (draw, place) each.
        school: Their students' courses.
        students: Students and the newly qualified.
        trained: Share of the staff whom each training of levers has reached, dims (training, draw, cell).
    """

    rows: slice
    chooser: Chooser
    stock: Counts
    vacant: Counts
    started: tuple[Counts, ...]
    school: School
    students: Students
    trained: Table


@dataclass(frozen=True, slots=True)
class Month:
    """What a month of a block gave.

    Args:
        measures: What was measured of each place, dims (draw, place, variable).
        flows: Moves from sector to sector and from ICB to ICB, summed over draws.
        training: Students, summed over draws, dims (measure, icb, pipeline).
    """

    measures: Table
    flows: tuple[Table, Table]
    training: Table


def first(model: Model, given: Rota, rows: slice, engine: Engine = "compiled") -> tuple[Block, Table]:
    """A block before its first month, and the measures of its opening stock.

    Args:
        model: The run.
        given: What turns approved AMHPs into time on the rota.
        rows: Which draws.
        engine: Who moves whole people: the compiled kernel, or the reference that it agrees with to the bit.
    """
    parameters = model.inputs.parameters
    whole = _ENGINES[engine](parameters.seed, parameters.draws[rows])
    chooser: Chooser = whole if model.stochastic else Expected()
    made, students = school(
        part_of(model.inputs, rows), replace(model.graduates, year=model.graduates.year[rows]), model.hired[rows],
        model.levers, held=model.held, stochastic=model.stochastic, chooser=chooser,
    )  # fmt: skip
    vacant = np.maximum(model.posts[rows] - model.inputs.filled[rows], 0)
    nobody = tuple(np.zeros(start.people[rows].shape[:2]) for start in model.rest.starts)
    stock: Counts = model.rest.stock[rows].copy()
    block = Block(rows, chooser, stock, vacant, nobody, made, students, nobody_trained(model, rows))
    return block, opening_measures(model, given, rows)


def following(
    model: Model, given: Rota, block: Block, month: int, feedback: Table | None = None
) -> tuple[Block, Month]:
    """Move a block by a month.

    Students come first, so that who qualifies may be hired in the same month; then courses of staff start; then
    everybody leaves, moves and is recruited (`supply.step`). The block given is used up: its stock is changed in place.

    Args:
        model: The run.
        given: What turns staff into time.
        block: Where its draws are.
        month: Number of the month, 0 the first.
        feedback: Logarithm of the factor by which work has changed leaving, dims (draw, cell); nothing when left out.
    """
    students, taught = next_month(block.school, block.students, month, block.chooser)
    pool, felt = pool_of(block.school, students), felt_training(model, block.rows, block.trained)
    inputs = month_inputs(model, month, block.rows, block.vacant, pool, _both(felt, feedback))
    before, started = start_courses(model, month, block.rows, block.stock, block.started, own=True)
    after = step(model.workforce.graph, before, inputs, block.chooser, own=True)
    learning = learnt(model, month, block.rows, block.trained, after)
    moved = replace(
        block,
        stock=after.stock,
        started=started,
        vacant=np.maximum(inputs.posts - after.filled, 0),
        students=without(students, after.drawn[0]),
        trained=learning.trained,
    )
    drawn = time_of_staff(model, given.of(block.rows, month), month, block.rows, learning, moved.vacant)
    return moved, Month(monthly(given, after, inputs, drawn), flows_of(model, after), training_of(taught))


def _both(one: Table | None, other: Table | None) -> Table | None:
    """Sum of what there is."""
    return other if one is None else one if other is None else one + other
