"""What the same method would have said a year before: each late year forecast from the years before it alone."""

from __future__ import annotations

from dataclasses import dataclass

from mhwfmodel.forecast.predict import forecast_series
from mhwfmodel.forecast.splice import Spliced

__all__ = ["BacktestRow", "backtest"]

_FEWEST = 5


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """One late year: what was forecast from the years before, what came, and the last value known then.

    Args:
        year: Year forecast.
        model: Model chosen from the years before.
        median: The forecast, in published units.
        q05: Its 5th percentile.
        q95: Its 95th percentile.
        came: The value that came.
        naive: The last value known then, which is the forecast of someone who does not model.
    """

    year: int
    model: str
    median: float
    q05: float
    q95: float
    came: float
    naive: float

    @property
    def covered(self) -> bool:
        """Whether the value that came lies within 5–95 %."""
        return self.q05 <= self.came <= self.q95


def backtest(series: Spliced) -> tuple[BacktestRow, ...]:
    """Forecast every year that five usable years precede.

    Splicing is not repeated at each origin: the earlier values are on the basis known today, so only the model is
    tested.

    Args:
        series: Six usable years or more, else nothing is returned.

    Raises:
        DataError: A fit on the earlier years fails.
    """
    rows = []
    years = series.years
    for position in range(_FEWEST + len(series.breaks), len(years)):
        known, year = series.until(years[position - 1]), years[position]
        forecast = forecast_series(known, year - known.years[-1])
        row = forecast.summary()[-1]
        came, naive = series.value(year), series.value(known.years[-1])
        rows.append(BacktestRow(year, forecast.model, row.median, row.q05, row.q95, came, naive))
    return tuple(rows)
