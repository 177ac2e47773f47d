"""What is kept of a run: mean and quantiles of every month, and every draw where that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.results.drawn import Drawn
from mhwfmodel.results.summaries import STATS, pieces, summarise_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.results.reduce import Group, Reducer
    from mhwfmodel.results.scratch import Scratch

    Values = NDArray[np.float32]
    Rows = Callable[[str, slice], Values]
    Apply = Callable[[Callable[[tuple[str, str, slice]], None], Sequence[tuple[str, str, slice]]], Iterable[None]]

__all__ = ["Keeper"]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Takes in the months of a run as they come.

    Args:
        groups: Group name to the group.
        summaries: Group and variable to mean and quantiles, dims (stat, … places …, month).
        drawn: Group and variable to every draw, dims (draw, … places …, month).
        draws: Number of draws.
    """

    groups: dict[str, Group]
    summaries: dict[tuple[str, str], Values]
    drawn: dict[tuple[str, str], Drawn]
    draws: int

    @staticmethod
    def of(
        made: Reducer, sizes: dict[str, tuple[int, ...]], draws: int, months: int, scratch: Scratch | None
    ) -> Keeper:
        """Make room for a run.

        Args:
            made: The groupings.
            sizes: Group name to how many places there are along each of its dims.
            draws: Number of draws.
            months: Number of labels, that of the opening month included.
            scratch: File that takes every draw; kept in memory when None.
        """
        summaries, drawn = {}, {}
        for group in made.groups:
            for name in group.variables:
                if group.every_draw:
                    shape = (draws, *sizes[group.name], months)
                    drawn[group.name, name] = Drawn(shape, group.labels, scratch)
                else:
                    shape = (len(STATS), *sizes[group.name], months)
                    summaries[group.name, name] = np.full(shape, np.nan, dtype=np.float32)
        return Keeper({group.name: group for group in made.groups}, summaries, drawn, draws)

    def begin(self, month: int, months: int) -> None:
        """Make room for a block of months.

        Args:
            month: Label of the first.
            months: How many.
        """
        for drawn in self.drawn.values():
            drawn.begin(month, months)

    def keep_draws(self, begin: int, month: int, given: Sequence[dict[str, Values]]) -> None:
        """Keep every draw of some months of some draws.

        Args:
            begin: The first of the draws.
            month: Label of the first of the months.
            given: What `Reducer.reduce` gave, month by month.
        """
        for (at, name), drawn in self.drawn.items():
            group = self.groups[at]
            values = np.stack([_of(group, name, part[at]) for part in given])
            drawn.put(begin, month, values.transpose(2, 1, 0))

    def array(self, group: str, name: str) -> Any:
        """What was kept of a variable, as xarray takes it."""
        if (group, name) in self.summaries:
            return self.summaries[group, name]
        drawn = self.drawn[group, name]
        if drawn.inside is not None:
            return drawn.inside
        from mhwfmodel.results.lazy import lazy

        return lazy(drawn)

    def keep_month(self, month: int, rows: Rows, apply: Apply) -> None:
        """Keep mean and quantiles of a month over all draws.

        The mean of a rate is the ratio of its parts summed over draws: what is expected above the line over what is
        expected below it. The mean of the draws' ratios would drift in small cells where nothing does.

        Args:
            month: Its label.
            rows: Gives rows of a group over all draws, dims (row, draw): its columns one after the other.
            apply: Like `map`, perhaps in threads.
        """

        def keep(job: tuple[str, str, slice]) -> None:
            at, name, piece = job
            group = self.groups[at]
            parts = [rows(at, _shifted(group, part, piece)) for part in group.parts.get(name, (name,))]
            stats = summarise_rows(parts[0] if len(parts) == 1 else _ratio(*parts))
            if len(parts) > 1:
                above, below = (part.astype(np.float64).sum(axis=1) for part in parts)
                stats[0] = _ratio(above, below)
            self.summaries[at, name][(slice(None), *group.labels[piece].T, month)] = stats

        jobs = [
            (at, name, piece)
            for at, name in self.summaries
            for piece in pieces(0, len(self.groups[at].labels), self.draws)
        ]
        for _ in apply(keep, jobs):
            pass


def _of(group: Group, name: str, values: Values) -> Values:
    """A variable of a group, dims (place, draw)."""
    if name in group.parts:
        above, below = (values[group.columns.index(part)] for part in group.parts[name])
        return np.asarray(_ratio(above, below), dtype=np.float32)
    return np.asarray(values[group.columns.index(name)], dtype=np.float32)


def _shifted(group: Group, column: str, piece: slice) -> slice:
    """Rows of some places of a column."""
    begin = group.columns.index(column) * len(group.labels)
    return slice(begin + piece.start, begin + piece.stop)


def _ratio(above: NDArray[Any], below: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return result
