"""What each part of a plan has to do with what it changes, as labelled arrays and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mhwfmodel.errors import DataError, suggest
from mhwfmodel.plan.parts import Part
from mhwfmodel.plan.shapley import Method
from mhwfmodel.results.tables import frame, names, summary

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["DIFFERENCE", "INTERACTION", "Explanation", "Reading", "Shares"]

Reading = Literal["share", "alone"]

DIFFERENCE, INTERACTION = "difference", "interaction"
"""Labels of what all parts change together, and of that less what each changes alone."""

_NAMED = ("icb", "region", "icb_2026", "sector", "role")


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """One measure, draw by draw.

    Args:
        base: Without any part, dims (draw, …, month).
        plan: With all parts, dims (draw, …, month).
        share: Share of each part in the difference, dims (part, draw, …, month); they add up to it exactly.
        alone: What each part changes alone, dims (part, draw, …, month).
    """

    base: xr.DataArray
    plan: xr.DataArray
    share: xr.DataArray
    alone: xr.DataArray

    @property
    def difference(self) -> xr.DataArray:
        """The plan less the base, dims (draw, …, month)."""
        return self.plan - self.base

    @property
    def interaction(self) -> xr.DataArray:
        """The difference less what the parts change alone, dims (draw, …, month): 0 where they do not meet."""
        return self.difference - self.alone.sum("part", skipna=False)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What each part of a plan has to do with what the plan changes.

    Args:
        name: Name of the plan.
        base: Name of what it is compared with.
        parts: Its levers or groups of them, and what else differs.
        method: `shapley`: a part's share is what it adds on average over all orders. `ordered`: what it adds to those
            before it; of more than six parts.
        runs: How many runs were made.
        population: `social_care` or `nhs`.
        shares: Measure and grouping to its arrays.
    """

    name: str
    base: str
    parts: tuple[Part, ...]
    method: Method
    runs: int
    population: str
    shares: Mapping[tuple[str, tuple[str, ...]], Shares]

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures that are explained."""
        return tuple(dict.fromkeys(measure for measure, _ in self.shares))

    def of(self, measure: str, by: str | Iterable[str] = ()) -> Shares:
        """The arrays of a measure.

        Raises:
            DataError: A measure or grouping that was not asked for.
        """
        key = (measure, names(by))
        if key not in self.shares:
            if measure not in self.measures:
                message = f"'{measure}' was not explained; {suggest(measure, self.measures)}"
                raise DataError(message)
            kept = "; ".join(" and ".join(known) or "nothing" for name, known in self.shares if name == measure)
            message = f"'{measure}' was not explained by {' and '.join(key[1]) or 'nothing'}; it was by {kept}"
            raise DataError(message)
        return self.shares[key]

    def draws_by(self, measure: str, by: str | Iterable[str] = (), *, reading: Reading = "share") -> xr.DataArray:
        """Every draw of each part, and behind them of the difference, dims (part, draw, …, month).

        Args:
            measure: One of those explained.
            by: A grouping that was asked for.
            reading: `share`: shares, which add up to the difference. `alone`: what each part changes alone, which add
                up to it with the interaction.

        Raises:
            DataError: What was not asked for.
        """
        import xarray as xr

        found = self.of(measure, by)
        if reading not in ("share", "alone"):
            message = f"'{reading}' is not a reading; {suggest(reading, ('share', 'alone'))}"
            raise DataError(message)
        parts = (
            [found.share] if reading == "share" else [found.alone, found.interaction.expand_dims(part=[INTERACTION])]
        )
        return xr.concat([*parts, found.difference.expand_dims(part=[DIFFERENCE])], dim="part", coords="minimal")

    def table(
        self,
        measure: str,
        by: str | Iterable[str] = (),
        *,
        months: str | Iterable[str] | None = None,
        mean_over: int = 1,
        reading: Reading = "share",
    ) -> pd.DataFrame:
        """Mean and quantiles of each part as a tidy table, in the measure's unit.

        Args:
            measure: One of those explained.
            by: A grouping that was asked for.
            months: Labels; the last month when left out.
            mean_over: Mean of so many months up to the one named: 12 for a flow, of which single months jump.
            reading: See `draws_by`.

        Returns:
            One row a place, month and part, the last of them the difference. The means add up; quantiles do not.

        Raises:
            DataError: What was not asked for, or months that the runs do not have.
        """
        drawn = over(self.draws_by(measure, by, reading=reading), mean_over)
        known = [str(month) for month in drawn["month"].values]
        wanted = known[-1:] if months is None else list(names(months))
        if unknown := [month for month in wanted if month not in known]:
            message = f"{', '.join(unknown)} is not among the months of the runs, {known[0]} to {known[-1]}"
            raise DataError(message)
        stats = summary(drawn.sel(month=wanted).transpose("draw", ..., "month", "part"))
        made = frame(stats)
        gone = [f"{dim}_name" for dim in map(str, stats.dims) if dim not in _NAMED]
        return made.drop(columns=gone, errors="ignore").dropna(how="all", subset=["mean"]).reset_index(drop=True)


def over(drawn: xr.DataArray, months: int) -> xr.DataArray:
    """The mean of so many months up to each; of fewer at the start, where a flow has no opening month.

    Raises:
        DataError: Not a number of months.
    """
    if months < 1:
        message = f"mean_over is {months}; give a whole number of months, 1 or more"
        raise DataError(message)
    return drawn if months == 1 else drawn.rolling(month=months, min_periods=1).mean()
