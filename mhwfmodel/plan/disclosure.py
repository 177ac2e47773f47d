"""Small numbers kept back, so that nobody can be found in a table, and others, so that these cannot be worked out.

A table has places and groups, and two totals that are known: all groups of each place, and all places together. A
number nearer to 0 than the smallest that is shown is hidden, 0 itself is not; so are others until no hidden number
follows from those shown and the totals. What is shown is rounded, to no less than the smallest number shown: a hidden
number then does not follow from those of other months or measures either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import DataError, Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["STANDARD", "Disclosure", "hidden", "protect"]

_LITTLE = 1e-9


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may be shown.

    Args:
        smallest: Smallest number above 0 that is shown.
        nearest: Numbers are rounded to a multiple of it; not below `smallest`.

    Raises:
        DataError: Numbers that are not above 0, or rounding that is finer than the smallest number.
    """

    smallest: float = 5.0
    nearest: float = 5.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.nearest) and 0 < self.smallest <= self.nearest):
            problem = f"smallest {self.smallest:g} and nearest {self.nearest:g} are not allowed"
            remedy = "give smallest above 0 and nearest no less: finer rounding lets hidden numbers be worked out"
            raise DataError(Fault("disclosure", problem, remedy))


STANDARD = Disclosure()
"""Numbers under 5 are kept back, and others rounded to the nearest 5."""


def protect(stats: Table, rule: Disclosure) -> tuple[Table, Mask]:
    """Round a table and keep back what must not be shown.

    Args:
        stats: Statistics of every number, the mean first, dims (stat, place, group, month); the last place is all
            others together.
        rule: What may be shown.

    Returns:
        The same, not a number where it is kept back, and what is shown, dims (place, group, month).
    """
    mean = stats[0]
    shown = np.stack([~hidden(mean[..., month], rule) for month in range(mean.shape[-1])], axis=-1)
    rounded = np.round(stats / rule.nearest) * rule.nearest + 0.0  # no minus before a 0
    return np.where(shown, rounded, np.nan), shown


def hidden(mean: Table, rule: Disclosure) -> Mask:
    """Which numbers of one month are kept back.

    Args:
        mean: Dims (place, group); the last place is all others together.
        rule: What may be shown.

    Returns:
        Dims (place, group).
    """
    mean = np.abs(mean)
    kept = np.asarray((mean > 0) & (mean < rule.smallest), dtype=np.bool_)
    while True:
        exposed = _exposed(kept)
        more = False
        for place, group in np.argwhere(exposed):
            more |= _hide_beside(kept, mean, place, group)
        if not more:
            return kept


def _exposed(kept: Mask) -> Mask:
    """Hidden numbers that follow from those shown: those that no other table with the same totals would change."""
    places, groups = kept.shape
    at = np.argwhere(kept)
    found = np.zeros_like(kept)
    if not len(at):
        return found
    sums = np.zeros((places + groups, len(at)))
    column = np.arange(len(at))
    sums[at[:, 0], column] = 1.0
    sums[places + at[:, 1], column] = np.where(at[:, 0] == places - 1, -1.0, 1.0)
    _, size, ways = np.linalg.svd(sums, full_matrices=True)
    free = ways[int((size > _LITTLE).sum()) :]
    found[at[:, 0], at[:, 1]] = (np.abs(free) < _LITTLE).all(axis=0)
    return found


def _hide_beside(kept: Mask, mean: Table, place: int, group: int) -> bool:
    """Hide the smallest number shown in the place of an exposed one, or of its group; whether there was one."""
    alone = kept[place].sum() < 2
    lines = [
        (np.full(kept.shape[1], place), np.arange(kept.shape[1])),
        (np.arange(len(kept)), np.full(len(kept), group)),
    ]
    for line in lines if alone else lines[::-1]:
        open_ = ~kept[line] & (mean[line] > 0)
        if open_.any():
            chosen = np.where(open_, mean[line], np.inf).argmin()
            kept[line[0][chosen], line[1][chosen]] = True
            return True
    return False
