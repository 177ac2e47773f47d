"""The assumptions that would change the answer: which drawn inputs move together with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.report.changes import SET_BY_SCENARIO, overrides
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.story import outlook_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ENOUGH_DRAWS", "Assumption", "Ranking", "rank_correlation", "ranking"]

ENOUGH_DRAWS = 50
"""Fewer draws rank nothing: chance alone gives correlations of 0.3."""

OUTCOMES = ("filled", "vacancies")
_ONCE_IN = 0.05
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Assumption:
    """One uncertain input and how far the answer follows it.

    Args:
        title: Name for people.
        name: Word used in scenario files.
        unit: Unit of its values.
        central: Value thought most likely.
        low: Lowest value thought possible.
        high: Highest.
        status: What it rests on.
        note: Why this value and range.
        changed: The scenario sets it.
        published: What the catalogue has in its place; empty where nothing was changed.
        weights: Absolute rank correlation with each outcome over draws; empty where the input was not drawn.
    """

    title: str
    name: str
    unit: str
    central: float
    low: float
    high: float
    status: str
    note: str
    changed: bool
    weights: tuple[float, ...]
    published: str = ""

    @property
    def strongest(self) -> float:
        """The larger of its correlations; 0 where it was not drawn."""
        return max(self.weights, default=0.0)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Uncertain inputs, those that move the answer most first.

    Args:
        rows: The inputs.
        month: The month of the outcomes.
        chance: Correlation that chance alone brings to any of the inputs one time in twenty; not a number where
            nothing was ranked.
        drivers: The trends are among the inputs.
        draws: Number of draws.
    """

    rows: tuple[Assumption, ...]
    month: str
    chance: float
    draws: int
    drivers: bool

    @property
    def leading(self) -> tuple[Assumption, ...]:
        """Inputs that stand out from chance, and some more so that there is something to see."""
        above = sum(row.strongest > self.chance for row in self.rows)
        return self.rows[: max(above, _SHOWN)]

    @property
    def others(self) -> tuple[Assumption, ...]:
        """The rest."""
        return self.rows[len(self.leading) :]

    @property
    def ranked(self) -> bool:
        """Whether there were enough draws, and the run kept what it drew."""
        return math.isfinite(self.chance)


def ranking(view: Outlook) -> Ranking:
    """Rank the uncertain inputs of a run by what they share with filled posts and vacancies."""
    draws = int(view.result.draws.sizes["draw"])
    month = outlook_month(view)
    kept = view.result.groups.get("parameters")
    enough = draws >= ENOUGH_DRAWS and kept is not None
    outcomes = [view.result.draws_by(name).sel(month=month).values for name in OUTCOMES] if enough else []
    weights: dict[str, tuple[float, ...]] = {}
    extra: list[Assumption] = []
    if kept is not None:
        known = {item.name for item in catalogue.parameters()}
        # What is worked out beside a run moves nothing of it: to rank it would only add chance.
        beside = {item.name for item in catalogue.parameters() if item.read_by != "run"}
        for name, values in kept.data_vars.items():
            if name in beside:
                continue
            weights[str(name)] = tuple(abs(rank_correlation(values.values, outcome)) for outcome in outcomes)
            if str(name) not in known:
                title = str(values.attrs.get("long_name", name))
                numbers = np.asarray(values.values, dtype=np.float64)
                extra.append(_driver(str(name), title, str(values.attrs.get("units", "")), numbers, weights[str(name)]))
    rows = [*_catalogue_rows(view.result.manifest, weights), *extra]
    rows.sort(key=lambda row: (-row.strongest, not row.weights))
    chance = _chance(draws, len(weights) * len(OUTCOMES)) if enough and weights else math.nan
    return Ranking(tuple(rows), month, chance, draws, bool(extra))


def _chance(draws: int, compared: int) -> float:
    """The absolute correlation that chance alone brings to one of several comparisons one time in twenty."""
    return NormalDist().inv_cdf(1.0 - _ONCE_IN / (2.0 * compared)) / math.sqrt(draws - 1)


def _catalogue_rows(manifest: Mapping[str, Any], weights: Mapping[str, tuple[float, ...]]) -> list[Assumption]:
    used = {row["name"]: row for row in manifest.get("evidence", {}).get("parameters", ())}
    replaced = {item.name: item.published for item in overrides(manifest)}
    made = []
    for item in catalogue.parameters():
        row = used.get(item.name, {})
        made.append(
            Assumption(
                title=item.title,
                name=item.name,
                unit=item.unit,
                central=float(row.get("central", item.central)),
                low=float(row.get("low", item.low)),
                high=float(row.get("high", item.high)),
                status=SET_BY_SCENARIO if item.name in replaced else item.status,
                note=f"About the catalogue’s value: {item.note}" if item.name in replaced else item.note,
                changed=item.name in replaced,
                weights=weights.get(item.name, ()),
                published=replaced.get(item.name, ""),
            )
        )
    return made


def _driver(name: str, title: str, unit: str, values: NDArray[np.float64], weights: tuple[float, ...]) -> Assumption:
    low, high = (float(value) for value in np.quantile(values, [0.05, 0.95]))
    note = "Drawn from its forecast; the range is nine draws in ten"
    return Assumption(title, name, unit, float(values.mean()), low, high, "derived", note, False, weights)


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Spearman's rank correlation, ties sharing their rank; 0 where one of the two never changes."""
    from scipy.stats import rankdata

    first, second = (np.asarray(rankdata(values), dtype=np.float64) for values in (one, other))
    first, second = first - first.mean(), second - second.mean()
    size = math.sqrt(float(first @ first) * float(second @ second))
    return float(first @ second) / size if size > 0 else 0.0
