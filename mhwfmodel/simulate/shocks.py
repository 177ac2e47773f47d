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
    """

    group: NDArray[np.int64]
    id: NDArray[np.uint32]
    usual: Table
    correlation: Table


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
    return Shocks(group, np.array(ids, dtype=np.uint32), usual, correlation)


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
    from scipy.special import betaincinv

    usual, correlation = given.usual[rows], given.correlation[rows]
    some = (correlation > 0.0) & (usual > 0.0)
    if not some.any():
        return np.ones((1, given.group.size))
    uniform = rng.uniform(parameters.seed, parameters.draws[rows], given.id, rng.Purpose.SHOCK, time=month)
    tight = 1.0 / np.where(some, correlation, 0.5) - 1.0
    middle = np.where(some, usual, 0.5)
    share = np.minimum(betaincinv(middle * tight, (1.0 - middle) * tight, uniform), _LARGEST)
    changed = np.where(some, np.log1p(-share) / np.log1p(-middle), 1.0)
    return np.asarray(changed[:, given.group], dtype=np.float64)
