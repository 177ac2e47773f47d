"""Tables of groups: mean and quantiles over draws, what must not be shown kept back, and files of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError, Fault, suggest
from mhwfmodel.plan.disclosure import Disclosure, protect
from mhwfmodel.results.files import replace_all
from mhwfmodel.results.summaries import STATS, summarise
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["ALL", "Asked", "Counted", "told", "write_strata"]

ALL = "all"
"""Label of all groups together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told.

    Args:
        place: All ICBs of the run together, or each of them.
        every: Month by month, or years of the run: flows over 12 months, stocks at their end.
        months: Labels to keep; all when None.
        disclosure: What may be shown; everything when None.
    """

    place: Literal["all", "icb"]
    every: Literal["month", "year"]
    months: Sequence[str] | None
    disclosure: Disclosure | None

    def __post_init__(self) -> None:
        for name, value, allowed in (("place", self.place, ("all", "icb")), ("every", self.every, ("month", "year"))):
            if value not in allowed:
                raise DataError(Fault(name, f"'{value}' is not allowed", suggest(str(value), allowed)))


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What was counted.

    Args:
        icbs: ONS codes.
        groups: Names of the groups.
        labels: Labels of the months.
        opening: How many of them come before the run: the opening month, which has no flows, or none.
        stocks: Measures that are stocks; the others are flows.
        totals: The run's own totals of each measure, dims (draw, icb, month).
        parts: For each ICB in turn the groups of each measure, dims (draw, group, month).
    """

    icbs: tuple[str, ...]
    groups: tuple[str, ...]
    labels: tuple[str, ...]
    opening: int
    stocks: frozenset[str]
    totals: Mapping[str, Table]
    parts: Iterator[Mapping[str, Table]]


def told(counted: Counted, asked: Asked) -> pd.DataFrame:
    """One row a place, measure, group and month with mean and quantiles, and whether it is shown.

    What is kept back is decided on all months and places, so that it is the same whatever is asked for.

    Raises:
        DataError: A month that there is not.
    """
    import pandas as pd

    stats = _stats(counted, asked)
    tables = [_table(counted, asked, measure, values) for measure, values in stats.items()]
    told_of = pd.concat(tables, ignore_index=True)
    if asked.months is None:
        return told_of
    known = told_of["month"].unique()
    unknown = [month for month in asked.months if month not in known]
    if unknown:
        problem = f"{', '.join(unknown)} is not among the months"
        raise DataError(Fault("months", problem, suggest(unknown[0], known)))
    return told_of[told_of["month"].isin(asked.months)].reset_index(drop=True)


def write_strata(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table of groups to a file: `.csv`, or `.xlsx` for Excel.

    Raises:
        DataError: Another kind of file, or one that cannot be written.
    """
    place = Path(path)
    writers = {
        ".csv": lambda beside: table.to_csv(beside, index=False, lineterminator="\n"),
        ".xlsx": lambda beside: table.to_excel(beside, index=False, engine="xlsxwriter", sheet_name="groups"),
    }
    if place.suffix not in writers:
        raise DataError(Fault(str(place), f"'{place.suffix}' is no kind of table", "end the name in .csv or .xlsx"))
    replace_all(place.parent, {place.name: writers[place.suffix]})


def _stats(counted: Counted, asked: Asked) -> dict[str, Table]:
    """Mean and quantiles of each measure, dims (stat, icb and all of them, group and all of them, time)."""
    stats: dict[str, list[Table]] = {measure: [] for measure in counted.totals}
    every: dict[str, Table] = {}
    for at, parts in enumerate(counted.parts):
        for measure, groups in parts.items():
            whole = counted.totals[measure][:, at, None, :]
            both = np.concatenate([groups, whole], axis=1)[..., 0 if measure in counted.stocks else counted.opening :]
            if asked.every == "year":
                both = _by_year(both, counted.opening if measure in counted.stocks else None)
            stats[measure].append(_summary(both))
            every[measure] = every[measure] + both if measure in every else both
    return {measure: np.stack([*listed, _summary(every[measure])], axis=1) for measure, listed in stats.items()}


def _summary(values: Table) -> Table:
    return summarise(values.reshape(len(values), -1)).reshape(len(STATS), *values.shape[1:])


def _by_year(values: Table, opening: int | None) -> Table:
    """Stocks at the ends of years, when there are so many months before the first, or else flows of years."""
    if opening is not None:
        return values[..., opening + MONTHS_PER_YEAR - 1 :: MONTHS_PER_YEAR]
    years = values.shape[-1] // MONTHS_PER_YEAR
    whole = values[..., : years * MONTHS_PER_YEAR]
    return np.asarray(whole.reshape(*whole.shape[:-1], years, MONTHS_PER_YEAR).sum(axis=-1))


def _table(counted: Counted, asked: Asked, measure: str, stats: Table) -> pd.DataFrame:
    """The rows of one measure."""
    import pandas as pd

    labels = counted.labels[0 if measure in counted.stocks else counted.opening :]
    if asked.every == "year":
        labels = counted.labels[counted.opening + MONTHS_PER_YEAR - 1 :: MONTHS_PER_YEAR]
    shown = np.ones(stats.shape[1:], dtype=np.bool_)
    if asked.disclosure is not None:
        stats = stats.copy()
        stats[:, :, :-1], shown[:, :-1] = protect(stats[:, :, :-1], asked.disclosure)
    rows = slice(-1, None) if asked.place == "all" else slice(0, -1)
    codes = [ALL] if asked.place == "all" else list(counted.icbs)
    index = pd.MultiIndex.from_product([codes, [*counted.groups, ALL], labels], names=["icb", "group", "month"])
    table = pd.DataFrame(stats[:, rows].reshape(len(STATS), -1).T, index=index, columns=list(STATS))
    table["shown"] = shown[rows].ravel()
    table = table.reset_index()
    table.insert(0, "measure", measure)
    if asked.place == "all":
        return table.drop(columns="icb")
    names = {place.code: place.short_name for place in catalogue.icbs()}
    table.insert(2, "icb_name", [names[code] for code in table["icb"]])
    return table
