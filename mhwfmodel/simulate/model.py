"""A run made ready: the graph, the calibrated hazards and the people who are there when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, rng
from mhwfmodel.catalogue.states import SPECIALIST
from mhwfmodel.inputs.fitting import cut
from mhwfmodel.simulate.effects import Compiled, compile_levers
from mhwfmodel.supply import Doors, Graph, calibrate, experience_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.levers import LeverBase

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["Model", "prepare"]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that the months of a run need.

    Args:
        inputs: The drawn inputs.
        graph: Stocks and flows.
        hazard: Hazard of leaving the employer by experience band, dims (draw, cell, band) [1/month].
        levers: The levers, as arrays.
        stock: People at the end of the month before the first, dims (draw, node).
        posts: Funded posts then, dims (draw, cell).
        duration: Time until a vacancy is filled from outside the cell, dims (draw, cell) [months].
        boundary: Share of those who leave the cell who stay in the sector, dims (draw).
        nhs: Which cells are in the NHS population, dims (cell).
        general_share: Share of each general cell in the general posts of its ICB and sector, dims (draw, cell).
        icb_sector: Number of each cell's ICB and sector, dims (cell).
        posts_reused: Share of the posts that specialists lose which the general posts there gain, dims (draw).
        post_uniform: Uniform that rounds a change of posts to whole ones, dims (draw, cell).
        offer_uniforms: The same for people offered by programmes, one array an offer. It is the source's and not the
            offer's, so that another programme before it in the scenario changes nothing.
        stochastic: Whole people, or expected values.
    """

    inputs: Inputs
    graph: Graph
    hazard: Table
    levers: Compiled
    stock: Counts
    posts: Table
    duration: Table
    boundary: Table
    nhs: NDArray[np.bool_]
    general_share: Table
    icb_sector: NDArray[np.int64]
    posts_reused: Table
    post_uniform: Table
    offer_uniforms: tuple[Table, ...]
    stochastic: bool

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.inputs.cells)


def prepare(inputs: Inputs, levers: Sequence[LeverBase], *, stochastic: bool) -> Model:
    """Make a run ready.

    Args:
        inputs: The drawn inputs.
        levers: The scenario's levers.
        stochastic: Whole people, or expected values.

    Raises:
        ScenarioError: A lever that reaches nobody.
        DataError: Rates that no constant workforce can have.
    """
    parameters, cells = inputs.parameters, inputs.cells
    doors = Doors(*inputs.joiner_mix)
    calibration = calibrate(inputs.turnover, inputs.relative_leaving, inputs.inside_cell, inputs.source_share, doors)
    expected = inputs.filled[:, :, None] * calibration.mix
    stock = _whole_states(inputs, expected) if stochastic else expected.reshape(len(expected), -1)
    sectors = catalogue.sectors()
    icb_sector = cells.icb * len(sectors) + cells.sector
    posts = inputs.filled + inputs.vacancies
    stays = parameters.value("recruits_from_inside_share")
    compiled = compile_levers(levers, inputs)
    return Model(
        inputs=inputs,
        graph=experience_graph(cells.id, doors),
        hazard=calibration.hazard,
        levers=compiled,
        stock=stock,
        posts=posts,
        duration=inputs.duration / (1.0 - inputs.inside_cell)[:, None],
        boundary=(stays - inputs.inside_cell) / (1.0 - inputs.inside_cell),
        nhs=np.array([sector.population == "nhs" for sector in sectors])[cells.sector],
        general_share=_general_share(posts * (cells.strand != SPECIALIST), icb_sector),
        icb_sector=icb_sector,
        posts_reused=parameters.value("specialist_posts_reused"),
        post_uniform=rng.uniform(parameters.seed, parameters.draws, cells.id, rng.Purpose.ROUND_POSTS),
        offer_uniforms=tuple(
            rng.uniform(parameters.seed, parameters.draws, cells.id, rng.Purpose.ROUND_PLACES, decision=offer.source)
            for offer in compiled.offers
        ),
        stochastic=stochastic,
    )


def sum_by(values: Table, number: NDArray[np.int64]) -> Table:
    """Sum of the cells that share a number, told at each of them, dims (draw, cell)."""
    order = np.argsort(number, kind="stable")
    _, starts, back = np.unique(number[order], return_index=True, return_inverse=True)
    sums = np.add.reduceat(values[:, order], starts, axis=1)
    result = np.empty_like(values)
    result[:, order] = sums[:, back]
    return result


def _general_share(general: Table, icb_sector: NDArray[np.int64]) -> Table:
    total = sum_by(general, icb_sector)
    return np.divide(general, total, out=np.zeros_like(general), where=total > 0)


def _whole_states(inputs: Inputs, expected: Table) -> NDArray[np.int64]:
    """Whole people by state: the cell's whole number is kept, and each state's expectation is its share of it."""
    parameters = inputs.parameters
    uniform = rng.uniform(parameters.seed, parameters.draws, inputs.cells.id, rng.Purpose.ROUND_STOCK)
    running = np.cumsum(expected, axis=2)
    running[:, :, -1] = inputs.filled
    running = np.minimum(running, running[:, :, -1:])
    return np.diff(cut(running, uniform[:, :, None]), axis=2, prepend=0).reshape(len(expected), -1)
