"""Shocks that staff of one employer share: a good month or a bad one for all of them.

With n employers of one size in an ICB and sector, the share of staff who leave in a month has a beta distribution
around the usual chance p with the intra-class correlation ρ/n; who leaves given the share is binomial, so the number
is beta-binomial: the fewer and the larger the employers, the wider. The mean stays p.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, rng, units
from mhwfmodel.catalogue.states import cell_id
from mhwfmodel.rng import beta
from mhwfmodel.supply.sums import add_to

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["Shocks", "factor", "shocks"]

_LARGEST = 1.0 - 2.0**-53
_MOST_ALIKE = 0.999


@dataclass(frozen=True, slots=True)
class Shocks:
    """What staff of the employers of an ICB and sector share.

    Args:
        group: ICB and sector of each cell, dims (cell).
        id: Stable id of each ICB and sector, dims (group).
        usual: Usual chance to leave in a month, dims (draw, group).
        correlation: Intra-class correlation of leaving, dims (draw, group); 0 for no shocks.
        table: Logarithm of the month's hazard over the usual one, as `rng.beta` holds it, dims (draw, group, node, 3);
            0 where there are no shocks.
        rough: Groups whose distribution is too lopsided for a table, dims (draw, group).
    """

    group: NDArray[np.int64]
    id: NDArray[np.uint32]
    usual: Table
    correlation: Table
    table: Table
    rough: NDArray[np.bool_]

    @staticmethod
    def of(group: NDArray[np.int64], ids: NDArray[np.uint32], usual: Table, correlation: Table) -> Shocks:
        """Make the tables; arguments as those of the class."""
        some = (correlation > 0.0) & (usual > 0.0)
        a, b = _beta(np.where(some, usual, 0.5), np.where(some, correlation, 0.5))
        rough = some & (np.minimum(a, b) < beta.LEAST)
        smooth = some & ~rough
        made = beta.hazard_table(a[smooth], b[smooth])
        made[..., 0] -= np.log(-np.log1p(-usual[smooth]))[:, None]
        table = np.zeros((*usual.shape, *made.shape[1:]))
        table[smooth] = made
        return Shocks(group, ids, usual, correlation, table, rough)


def _beta(usual: Table, correlation: Table) -> tuple[Table, Table]:
    """Parameters of the beta distribution with a mean and an intra-class correlation."""
    tight = 1.0 / correlation - 1.0
    return usual * tight, (1.0 - usual) * tight


def shocks(inputs: Inputs) -> Shocks:
    """The shocks of a run: the correlation of an employer's staff over how many employers there are."""
    cells, parameters = inputs.cells, inputs.parameters
    keys, group = np.unique(np.stack([cells.icb, cells.sector], axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    by_code = {place.code: place.id for place in catalogue.icbs()}
    sectors = catalogue.sectors()
    ids = [cell_id(by_code[cells.icb_codes[icb]], sectors[sector].id, 0, 0) for icb, sector in keys]
    staff, leavers = (_sums(values, group, len(keys)) for values in (inputs.staff, inputs.staff * inputs.turnover))
    usual = np.divide(leavers, staff, out=np.zeros_like(staff), where=staff > 0) / units.MONTHS_PER_YEAR
    size = np.stack([parameters.value(sectors[sector].employer_size) for _, sector in keys], axis=1)
    employers = np.maximum(staff / size, 1.0)
    correlation = np.minimum(inputs.labour.shock_correlation[:, None] / employers, _MOST_ALIKE)
    return Shocks.of(group, np.array(ids, dtype=np.uint32), usual, correlation)


def _sums(values: Table, group: NDArray[np.int64], size: int) -> Table:
    found = np.zeros((len(values), size))
    add_to(found, values, group)
    return found


def factor(given: Shocks, parameters: ParameterDraws, month: int, rows: slice) -> Table:
    """Factor on the hazards of leaving in a month, dims (draw, cell); the same for all roles of an ICB and sector.

    Args:
        given: The shocks of a run.
        parameters: Seed and draws.
        month: Months since year 0.
        rows: Which draws.

    Returns:
        What turns the usual hazard into that of the share that was drawn; 1 where nothing is shared.
    """
    if not given.correlation[rows].any():
        return np.ones((1, given.group.size))
    uniform = rng.uniform(parameters.seed, parameters.draws[rows], given.id, rng.Purpose.SHOCK, time=month)
    found = beta.hazards(given.table[rows], uniform)
    rough = given.rough[rows]
    if rough.any():
        found[rough] = _exact(given.usual[rows][rough], given.correlation[rows][rough], uniform[rough])
    return np.take(found, given.group, axis=1)


def _exact(usual: Table, correlation: Table, uniform: Table) -> Table:
    """The same without a table, dims (group)."""
    from scipy.special import betaincinv

    share = np.minimum(betaincinv(*_beta(usual, correlation), uniform), _LARGEST)
    return np.asarray(np.log1p(-share) / np.log1p(-usual), dtype=np.float64)
