"""The need for AMHPs month by month where levers change the work: worked out at levels of it, and between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.levers.effects import AmhpWork
from mhwfmodel.simulate.amhp_need import amhp_need, council_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import ParameterDraws
    from mhwfmodel.simulate.effects import Compiled

    Table = NDArray[np.float64]

_MOST_KNOTS = 13

__all__ = ["CouncilNeed", "NeedPath", "need_path"]


@dataclass(frozen=True, slots=True)
class CouncilNeed:
    """Need for AMHPs by council and month.

    Args:
        levels: Need at each level of work, dims (draw, council, level) [FTE].
        weight: How much each level counts in each month, the opening month first, dims (month or 1, council, level);
            one month stands for all.
    """

    levels: Table
    weight: Table

    def at(self, month: int) -> Table:
        """Need in a month, 0 the opening one, dims (draw, council) [FTE]."""
        if len(self.weight) == 1:
            return self.levels[:, :, 0]
        return np.asarray((self.levels * self.weight[month]).sum(axis=2))

    @property
    def changes(self) -> bool:
        """Whether the need differs from month to month."""
        return len(self.weight) > 1

    @staticmethod
    def joined(parts: Sequence[CouncilNeed]) -> CouncilNeed:
        """The need in the draws of all parts of a run."""
        return CouncilNeed(np.concatenate([part.levels for part in parts]), parts[0].weight)


@dataclass(frozen=True, slots=True)
class NeedPath:
    """Need for AMHPs month by month.

    Args:
        council: By council.
        levels: Need of each ICB of the run at each level of work, dims (draw, icb, level) [FTE].
        weight: How much each level counts in each month, dims (month or 0, icb, level); none where nothing changes.
    """

    council: CouncilNeed
    levels: Table
    weight: Table

    @property
    def opening(self) -> Table:
        """Need before the first month, dims (draw, icb) [FTE]."""
        return self.levels[:, :, 0]

    def at(self, month: int, rows: slice) -> Table | None:
        """Need in a month of some draws, dims (draw, icb) [FTE]; None where it is that of the opening month."""
        if not len(self.weight):
            return None
        return np.asarray((self.levels[rows] * self.weight[month]).sum(axis=2))


def need_path(levers: Compiled, parameters: ParameterDraws, icb_codes: Sequence[str], months: int) -> NeedPath:
    """Work the need out at the level without levers and at those that levers lead to.

    Where these are many, it is worked out at some of them, all that a board comes to at the most or the least among
    them, and is linear in between: who has to be on duty goes in whole people, yet over many services in small steps.

    Args:
        levers: The levers, as arrays.
        parameters: Draws of the uncertain inputs.
        icb_codes: ONS codes of the run's ICBs.
        months: How many months are simulated.

    Raises:
        DataError: An input that no service can have.
    """
    paths = np.ones((2, months, len(icb_codes)))
    for effect, _ in levers.of(AmhpWork):
        here = np.array([not effect.icbs or code in effect.icbs for code in icb_codes])
        paths *= np.where(here, np.stack([effect.factor, effect.assessments])[:, :, None], 1.0)
    knots = [_knots(path) for path in paths]
    hours, cases = (_between(path, at) for path, at in zip(paths, knots, strict=True))
    weight = (hours[..., :, None] * cases[..., None, :]).reshape(months, len(icb_codes), -1)
    levels = [(float(work), float(number)) for work in knots[0] for number in knots[1]]
    # The level without levers comes first, the others as far as anybody comes near them.
    first = levels.index((1.0, 1.0))
    used = [first, *(at for at in range(len(levels)) if at != first and weight[:, :, at].any())]
    found = [amhp_need(parameters, work=levels[at][0], more=levels[at][1]) for at in used]
    column = [found[0].icb_codes.index(code) for code in icb_codes]
    by_icb = np.stack([need.by_icb[:, column] for need in found], axis=2)
    by_council = np.stack([need.by_council for need in found], axis=2)
    if len(used) == 1:
        return NeedPath(CouncilNeed(by_council, np.ones((1, 1, 1))), by_icb, weight[:0])
    weight = weight[:, :, used]
    return NeedPath(CouncilNeed(by_council, _of_councils(weight, icb_codes)), by_icb, weight)


def _knots(path: Table) -> Table:
    """Factors at which the need is worked out, in order: those of a path, dims (month, icb), and 1, or some of them."""
    every = np.unique([1.0, *path.ravel()])
    if every.size <= _MOST_KNOTS:
        return every
    spread = every[np.linspace(0, every.size - 1, _MOST_KNOTS).round().astype(np.int64)]
    return np.unique([1.0, *path.min(axis=0), *path.max(axis=0), *spread])


def _between(path: Table, knots: Table) -> Table:
    """How much each of some values in order counts for those of a path, dims (…, knot): the two beside it, linearly."""
    return np.stack([np.interp(path, knots, only) for only in np.eye(knots.size)], axis=-1)


def _of_councils(weight: Table, icb_codes: Sequence[str]) -> Table:
    """How much each level counts for each council, dims (1 + month, council, level), by its people in the run's ICBs.

    Args:
        weight: The same for each ICB, dims (month, icb, level).
        icb_codes: ONS codes of the run's ICBs.
    """
    share = council_shares(icb_codes)
    inside = share.sum(axis=1, keepdims=True)
    share = np.divide(share, inside, out=np.zeros_like(share), where=inside > 0.0)
    found = np.einsum("ci,mil->mcl", share, weight)
    found[:, inside[:, 0] == 0.0, 0] = 1.0
    usual = np.zeros_like(found[:1])
    usual[:, :, 0] = 1.0
    return np.concatenate([usual, found])
