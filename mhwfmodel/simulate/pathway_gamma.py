"""Waits of which two moments are known, as gamma distributions: shares and quantiles, for many groups at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand.waits import BEYOND, MEDIAN, P90, WITHIN
from mhwfmodel.simulate.pathway_waits import Waits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["gamma_waits"]

_NODES = 8
_SHAPE = (-8, 10)
_WAIT = (-16, 8)


@cache
def _tables() -> tuple[Table, Table]:
    """Share of waits up to a wait over the mean, dims (shape, wait), and quantiles over the mean, dims (2, shape)."""
    from scipy.special import gammainc, gammaincinv

    shape, wait = (np.exp2(np.arange(low * _NODES, high * _NODES + 1) / _NODES) for low, high in (_SHAPE, _WAIT))
    share = gammainc(shape[:, None], shape[:, None] * wait)
    inverse = np.stack([gammaincinv(shape, part) / shape for part in (MEDIAN, P90)])
    return np.ascontiguousarray(share), np.ascontiguousarray(inverse)


def gamma_waits(number: Table, days: Table, squares: Table) -> Waits:
    """Waits with the points of gamma distributions.

    Args:
        number: Waits, any dims.
        days: Their sum [person-days], the same dims.
        squares: Sum of their squares [person-days²].
    """
    from mhwfmodel.simulate import _pathway_gamma

    share, inverse = _tables()
    given = [np.ascontiguousarray(values, dtype=np.float64).reshape(-1) for values in (number, days, squares)]
    out = np.empty((4, number.size))
    grid = np.array([_SHAPE[0], _WAIT[0], _NODES], dtype=np.float64)
    _pathway_gamma.points(*given, WITHIN, BEYOND, grid, share, inverse, out)
    within, beyond, median, p90 = out.reshape(4, *number.shape)
    return Waits(np.asarray(number), np.asarray(days), within, beyond, median, p90)
