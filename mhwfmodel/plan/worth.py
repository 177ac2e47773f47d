"""What a plan buys for its money: cost per outcome, and costs against benefits, both draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import units
from mhwfmodel.catalogue import GREEN_BOOK
from mhwfmodel.catalogue.pathway_measures import pathway_measure
from mhwfmodel.catalogue.variables import variable
from mhwfmodel.errors import DataError
from mhwfmodel.plan.costs import ALL, LEVERS, costs_of
from mhwfmodel.plan.discount import UNDISCOUNTED, month_factors
from mhwfmodel.results.pathway_tables import is_of_pathway
from mhwfmodel.results.summaries import STATS, summarise

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.plan.drawn import OwnLevers
    from mhwfmodel.results import Comparison

    Array = NDArray[np.float64]

__all__ = [
    "QUADRANTS",
    "CostEffectiveness",
    "Interval",
    "NetPresentValue",
    "cost_effectiveness",
    "net_present_value",
    "weighed",
]

QUADRANTS = ("dearer and better", "cheaper and better", "cheaper and worse", "dearer and worse", "no difference")
"""Where a draw may lie: costs and outcome beside the run that is compared with; the last where either is the same."""

_LOW, _HIGH = 0.05, 0.95
_KEPT_APART = ("definition", "contact", "pool")


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean over draws and the interval that holds nine draws in ten."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CostEffectiveness:
    """What an outcome costs.

    Args:
        measure: What is bought.
        unit: Unit of the outcome.
        cost: Costs of the plan above those of the other run, at what they are worth at its start [GBP].
        outcome: What is gained, in `unit`.
        ratio: Pounds for one of it: the mean cost over the mean gain, and nine draws in ten. A draw without a gain is
            infinitely dear where it costs more, and infinitely cheap where it costs less. No numbers where nothing is
            gained on average: nothing is bought then.
        quadrants: Share of draws in each of `QUADRANTS`.
        verdict: What that comes to, in words.
    """

    measure: str
    unit: str
    cost: Interval
    outcome: Interval
    ratio: Interval
    quadrants: Mapping[str, float]
    verdict: str


@dataclass(frozen=True, slots=True)
class NetPresentValue:
    """Benefits less costs of a plan, at what they are worth at its start.

    Args:
        cost: Of the plan above the other run [GBP].
        benefit: Outcomes gained, at the value that was given [GBP].
        net: Benefit less cost [GBP].
        positive: Share of draws in which the benefit is the larger.
        version: Of the discount rates.
    """

    cost: Interval
    benefit: Interval
    net: Interval
    positive: float
    version: str


def cost_effectiveness(
    comparison: Comparison,
    measure: str,
    *,
    at: Mapping[str, str] | None = None,
    population: str = "social_care",
    fewer_is_better: bool = False,
    part: str = ALL,
    version: str = GREEN_BOOK,
    discount_outcome: bool = False,
    own: OwnLevers = (),
) -> CostEffectiveness:
    """What a plan costs for each outcome, beside the run that it is compared with.

    A flow is added up over the run; a stock counts a year of each (person-years); a rate or a wait is its mean over the
    months.

    Args:
        comparison: The two runs: `compare(base, plan)`.
        measure: The outcome, a measure whose draws both runs kept.
        at: One label for each dim to look at: `{"sector": "voluntary"}`, or of a wait `{"definition": "completed_wait",
            "contact": "second"}`.
        population: `social_care` or `nhs`.
        fewer_is_better: Whether a fall is the gain, as with leavers and waits.
        part: Which costs count: a part of `plan.costs.PARTS`, or `all`.
        version: Of the discount rates, or `none`.
        discount_outcome: Whether later outcomes count less too, at the same rates.
        own: Classes of the user's own levers in the runs.

    Raises:
        DataError: A measure, label or part that there is not.
    """
    drawn = _difference(comparison, measure, at or {}, population)
    gained, unit = _gained(measure, drawn, version if discount_outcome else UNDISCOUNTED)
    gained = -gained if fewer_is_better else gained
    cost = _cost(comparison, drawn, part, version, own)
    return weighed(measure, unit, cost, gained)


def net_present_value(
    comparison: Comparison,
    measure: str,
    value: float,
    *,
    at: Mapping[str, str] | None = None,
    population: str = "social_care",
    fewer_is_better: bool = False,
    part: str = ALL,
    version: str = GREEN_BOOK,
    own: OwnLevers = (),
) -> NetPresentValue:
    """Benefits less costs of a plan, both discounted, beside the run that it is compared with.

    Args:
        comparison: The two runs: `compare(base, plan)`.
        measure: The outcome: a flow or a stock.
        value: What one of it is worth: of a flow each, of a stock a year of each [GBP].
        at: As in `cost_effectiveness`.
        population: As there.
        fewer_is_better: As there.
        part: As there.
        version: As there.
        own: As there.

    Raises:
        DataError: A measure, label or part that there is not, or a rate or wait, which does not add up to a benefit.
    """
    if _kind(measure) == "rate":
        message = f"'{measure}' is a rate and does not add up over months; value a flow or a stock"
        raise DataError(message)
    if not np.isfinite(value):
        message = f"the value of one '{measure}' is {value}; give pounds"
        raise DataError(message)
    drawn = _difference(comparison, measure, at or {}, population)
    gained, _ = _gained(measure, drawn, version)
    benefit = gained * (-value if fewer_is_better else value)
    cost = _cost(comparison, drawn, part, version, own)
    net = benefit - cost
    return NetPresentValue(_interval(cost), _interval(benefit), _interval(net), float((net > 0).mean()), version)


def _difference(comparison: Comparison, measure: str, at: Mapping[str, str], population: str) -> xr.DataArray:
    """Plan less base in every draw, dims (draw, month), without the opening month."""
    by = [name for name in at if name not in _KEPT_APART]
    drawn = comparison.draws_by(measure, by, population=population)
    unknown = [f"{name} {label}" for name, label in at.items() if label not in _labels(drawn, name)]
    left = [str(dim) for dim in drawn.dims if dim not in ("draw", "month", *at)]
    if unknown or left:
        faults = [f"it has no {' and no '.join(unknown)}"] if unknown else []
        faults += [f"say which {name}: {', '.join(_labels(drawn, name))}" for name in left]
        message = f"'{measure}': {'; '.join(faults)}"
        raise DataError(message)
    picked = drawn.sel(dict(at), drop=True) if at else drawn
    months = [str(label) for label in picked["month"].values if str(label) in comparison.base.months[1:]]
    return picked.sel(month=months).transpose("draw", "month")


def _labels(drawn: xr.DataArray, name: str) -> list[str]:
    return [str(label) for label in drawn[name].values] if name in drawn.dims else []


def _kind(measure: str) -> str:
    return pathway_measure(measure).kind if is_of_pathway(measure) else variable(measure).kind


def _gained(measure: str, drawn: xr.DataArray, version: str) -> tuple[Array, str]:
    """The outcome of every draw over the run, dims (draw), and its unit."""
    values = np.asarray(drawn.values, dtype=np.float64)
    unit = pathway_measure(measure).units if is_of_pathway(measure) else variable(measure).units
    kind, factors = _kind(measure), month_factors(values.shape[1], version)
    if kind == "rate":
        known = np.isfinite(values)
        weight = factors * known
        total = weight.sum(axis=1)
        mean = np.divide(
            (np.where(known, values, 0.0) * weight).sum(axis=1), total, out=np.zeros_like(total), where=total > 0
        )
        return mean, unit
    total = np.nan_to_num(values, nan=0.0) @ factors
    if kind == "stock":
        return total / units.MONTHS_PER_YEAR, f"{unit} × years"
    return total, unit.removesuffix(" per month")


def _cost(comparison: Comparison, drawn: xr.DataArray, part: str, version: str, own: OwnLevers) -> Array:
    """Costs of the plan less those of the base in the draws of the outcome, dims (draw) [GBP]."""
    kept = np.isin(comparison.base.draws["draw"].values, drawn["draw"].values)
    made = [costs_of(run, own=own) for run in (comparison.other, comparison.base)]
    unknown = [name for costs in made for name in costs.unknown]
    if unknown and part in (ALL, LEVERS):
        message = f"what {', '.join(unknown)} costs is not known: give the classes of your own levers as `own`"
        raise DataError(message)
    plan, base = (costs.present_value(part, version) for costs in made)
    return np.asarray((plan - base)[kept], dtype=np.float64)


def weighed(measure: str, unit: str, cost: Array, gained: Array) -> CostEffectiveness:
    """What an outcome costs, from the difference that a plan makes in every draw.

    Args:
        measure: What is bought.
        unit: Unit of the outcome.
        cost: Dims (draw) [GBP].
        gained: Dims (draw), in `unit`.
    """
    shares = _quadrants(cost, gained)
    mean_cost, mean_gained = float(cost.mean()), float(gained.mean())
    ratio = Interval(np.nan, np.nan, np.nan)
    if mean_gained > 0.0:
        each = np.where(cost > 0, np.inf, -np.inf)
        np.divide(cost, gained, out=each, where=gained > 0)
        low, high = np.quantile(each, _LOW, method="lower"), np.quantile(each, _HIGH, method="higher")
        ratio = Interval(mean_cost / mean_gained, float(low), float(high))
    verdict = _verdict(mean_cost, mean_gained, float((gained * np.sign(mean_gained) <= 0).mean()))
    return CostEffectiveness(measure, unit, _interval(cost), _interval(gained), ratio, shares, verdict)


def _quadrants(cost: Array, gained: Array) -> dict[str, float]:
    places = (
        (cost > 0) & (gained > 0),
        (cost < 0) & (gained > 0),
        (cost < 0) & (gained < 0),
        (cost > 0) & (gained < 0),
        (cost == 0) | (gained == 0),
    )
    return {name: float(place.mean()) for name, place in zip(QUADRANTS, places, strict=True)}


def _verdict(cost: float, gained: float, against: float) -> str:
    """What the means come to, and whether the draws agree.

    Args:
        cost: Mean.
        gained: Mean.
        against: Share of draws in which the outcome does not go the way of its mean.
    """
    if gained == 0.0:
        return "no difference in the outcome: no cost per outcome can be told"
    if cost > 0:
        told = "costs more and gains" if gained > 0 else "dominated: costs more and loses"
    else:
        told = "dominant: costs no more and gains" if gained > 0 else "saves and loses"
    if against > 1.0 - _HIGH:
        told += f"; the sign of the outcome is uncertain ({against:.0%} of draws go the other way or nowhere)"
    return told


def _interval(values: Array) -> Interval:
    stats = dict(zip(STATS, summarise(values[:, None])[:, 0].tolist(), strict=True))
    return Interval(stats["mean"], stats["q05"], stats["q95"])
