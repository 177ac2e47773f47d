"""What is kept of a pathway in a run: mean and quantiles of every measure, and every draw of those over all stages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.pathway_measures import ALL, CONTACTS, DEFINITIONS, PathwayMeasure, pathway_measures
from mhwfmodel.results.drawn import Drawn
from mhwfmodel.results.summaries import STATS, pieces, summarise_in_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.results.scratch import Scratch

    Table = NDArray[np.float64]
    Values = NDArray[np.float32]

__all__ = ["DRAWS", "SUMMARY", "PathwayKeeper", "PathwayLabels", "pathway_datasets"]

SUMMARY, DRAWS = "pathway", "pathway_draws"
"""Groups of a result."""

_NUMBER = np.dtype(np.float32).itemsize


@dataclass(frozen=True, slots=True)
class PathwayLabels:
    """What the dims of a pathway's results stand for.

    Args:
        icbs: ONS codes of the boards.
        stages: Stage to its name for people.
        classes: Class to its name for people.
        pools: Pool to its name for people.
        exits: Ways out.
        months: Labels.
    """

    icbs: tuple[str, ...]
    stages: Mapping[str, str]
    classes: Mapping[str, str]
    pools: Mapping[str, str]
    exits: tuple[str, ...]
    months: tuple[str, ...]

    def words(self, dim: str) -> tuple[str, ...]:
        """Labels along a dim, the sum over it first where there is one."""
        words: dict[str, Sequence[str]] = {
            "icb": (ALL, *self.icbs),
            "stage": (ALL, *self.stages),
            "of_class": (ALL, *self.classes),
            "pool": tuple(self.pools),
            "exit": (ALL, *self.exits),
            "definition": DEFINITIONS,
            "contact": CONTACTS,
        }
        return tuple(words[dim])

    def sizes(self, dims: Sequence[str]) -> tuple[int, ...]:
        """How many labels there are along some dims."""
        return tuple(len(self.words(dim)) for dim in dims)

    def bytes_of(self, draws: int) -> tuple[int, int]:
        """Bytes that means and quantiles take, and that every draw takes."""
        months, listed = len(self.months), pathway_measures()
        summaries = sum(math.prod(self.sizes(item.dims)) for item in listed)
        drawn = sum(math.prod(self.sizes(item.drawn_dims)) for item in listed if item.drawn)
        return _NUMBER * len(STATS) * months * summaries, _NUMBER * draws * months * drawn


class PathwayKeeper:
    """Takes in boards and months as they come, all draws of each at once.

    Args:
        labels: What is kept.
        draws: How many draws.
        scratch: File that takes every draw; kept in memory when None.
    """

    def __init__(self, labels: PathwayLabels, draws: int, scratch: Scratch | None) -> None:
        self.labels, self.draws = labels, draws
        months = len(labels.months)
        self.summaries: dict[str, Values] = {}
        self.drawn: dict[str, Drawn] = {}
        for item in pathway_measures():
            shape = labels.sizes(item.dims)
            self.summaries[item.name] = np.full((len(STATS), *shape, months), np.nan, dtype=np.float32)
            if item.drawn:
                shape = labels.sizes(item.drawn_dims)
                places = np.indices(shape).reshape(len(shape), -1).T
                self.drawn[item.name] = Drawn((draws, *shape, months), places, scratch)

    def keep(self, given: Mapping[str, tuple[Table, Table | None, Table | None]], icbs: slice, months: slice) -> None:
        """Keep mean and quantiles of measures; quickest where the draws of a group lie side by side.

        Args:
            given: Measure to its values and, of a ratio, what stands above and below the line: its mean is the ratio of
                their sums over draws. Dims (draw, icb, month, …).
            icbs: Which labels of `icb`.
            months: Which months.
        """
        rows = np.concatenate([_rows(values) for values, _, _ in given.values()])
        stats = np.empty((len(STATS), len(rows)))
        for piece in pieces(0, len(rows), self.draws):
            stats[:, piece] = summarise_in_place(rows[piece])
        end = 0
        for name, (values, above, below) in given.items():
            shape = values.shape[1:]
            begin, end = end, end + math.prod(shape)
            told = stats[:, begin:end]
            if above is not None and below is not None:
                told[0] = _ratio(_rows(above).sum(axis=1), _rows(below).sum(axis=1))
            self.summaries[name][:, icbs, ..., months] = np.moveaxis(told.reshape(len(STATS), *shape), 2, -1)

    def begin(self, month: int, months: int) -> None:
        """Make room for every draw of a block of months."""
        for drawn in self.drawn.values():
            drawn.begin(month, months)

    def keep_draws(self, item: PathwayMeasure, month: int, values: Values) -> None:
        """Keep every draw of some months.

        Args:
            item: The measure.
            month: The first of the months, for which `begin` has made room.
            values: All boards, their sum first, over all stages and classes; dims (draw, icb, month, …).
        """
        ordered = np.moveaxis(values, 2, -1)
        self.drawn[item.name].put(0, month, ordered.reshape(len(values), -1, ordered.shape[-1]))


def _rows(values: Table) -> Table:
    """The draws of each group, dims (group, draw)."""
    return values.reshape(len(values), -1).T


def _ratio(above: Table, below: Table) -> Table:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0.0)


def pathway_datasets(keeper: PathwayKeeper) -> dict[str, xr.Dataset]:
    """Labelled datasets: means and quantiles, dims (stat, …, month), and every draw, dims (draw, …, month)."""
    import xarray as xr

    labels, kept = keeper.labels, {}
    data = {
        item.name: xr.Variable(("stat", *item.dims, "month"), keeper.summaries[item.name], item.attrs)
        for item in pathway_measures()
    }
    lead: dict[str, object] = {"stat": list(STATS), "month": list(labels.months)}
    kept[SUMMARY] = xr.Dataset(data, lead | _coordinates(labels, ("icb", "stage", "of_class", "exit", "pool", *_WAITS)))
    data = {
        item.name: xr.Variable(("draw", *item.drawn_dims, "month"), _array(keeper.drawn[item.name]), item.attrs)
        for item in pathway_measures()
        if item.drawn
    }
    lead = {"draw": list(range(keeper.draws)), "month": list(labels.months)}
    kept[DRAWS] = xr.Dataset(data, lead | _coordinates(labels, ("icb", "exit", "pool", *_WAITS)))
    return kept


_WAITS = ("definition", "contact")


def _array(drawn: Drawn) -> object:
    if drawn.inside is not None:
        return drawn.inside
    from mhwfmodel.results.lazy import lazy

    return lazy(drawn)


def _coordinates(labels: PathwayLabels, dims: Sequence[str]) -> dict[str, object]:
    names = {place.code: place.short_name for place in catalogue.icbs()} | {ALL: "All ICBs of the pathway"}
    titles: dict[str, Mapping[str, str]] = {
        "icb": names,
        "stage": {ALL: "All stages"} | dict(labels.stages),
        "of_class": {ALL: "All classes"} | dict(labels.classes),
        "pool": labels.pools,
    }
    told = {
        "icb": "ICB of April 2023, ONS code; all: their sum",
        "stage": "Stage; all: their sum",
        "of_class": "Class of people; all: their sum",
        "pool": "Pool of staff or places",
        "exit": "Way out; all: their sum",
    }
    found: dict[str, object] = {}
    for dim in dims:
        words = labels.words(dim)
        found[dim] = (dim, list(words), {"long_name": told[dim]} if dim in told else {})
        if dim in titles:
            found[f"{dim}_name"] = (dim, [titles[dim][word] for word in words])
    return found
