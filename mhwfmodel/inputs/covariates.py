"""Rural and deprived places: whether vacancies take longer to fill there, off unless a scenario says so.

With a factor on the time to fill, the vacancies that a cell has at rest are scaled alike (they are leavers times the
time to fill), so that a run still starts at rest. Every column of the baseline (sector, role and strand) keeps its
vacancies over England: places only share them differently, and its mean time to fill is the same.

The baseline's vacancies by ICB follow councils' rates, which hold already what rurality and deprivation do to all adult
social care. `fill_estimates` says what that is; the parameters add what mental health may have beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["FillEstimate", "fill_covariates", "fill_estimates", "fill_table", "spread_vacancies"]

ELASTICITIES = ("rurality_fill_elasticity", "deprivation_fill_elasticity")
_COVERAGE = 0.95


@dataclass(frozen=True, slots=True)
class FillEstimate:
    """An elasticity of the time to fill, as councils' rates rolled up to ICBs have it.

    Args:
        name: Parameter that it is an estimate of.
        value: Estimate.
        error: Standard error, robust to unequal variances (HC3).
        low: Low end of the interval of 95 %.
        high: High end.
        icbs: How many ICBs it rests on.
    """

    name: str
    value: float
    error: float
    low: float
    high: float
    icbs: int


def fill_covariates() -> Table:
    """Share of people in rural areas and logarithm of the deprivation score, dims (icb, covariate)."""
    known = {row.code: (row.rural, np.log(row.deprivation_score)) for row in catalogue.icb_covariates()}
    return np.array([known[place.code] for place in catalogue.icbs()])


def spread_vacancies(parameters: ParameterDraws, vacancies: Table) -> Table:
    """Vacancies as they are where filling takes longer in rural or deprived places.

    Args:
        parameters: The uncertain inputs.
        vacancies: Vacant posts, dims (draw, icb, column) [posts].

    Returns:
        The same dims; what was given, to the bit, where both elasticities are 0, and the same sum over ICBs anyhow.
    """
    elasticities = [parameters.value(name) for name in ELASTICITIES]
    if not any(elasticity.any() for elasticity in elasticities):
        return vacancies
    # Term by term, so that a draw has the same bits in any company.
    terms = [np.outer(elasticity, of) for elasticity, of in zip(elasticities, fill_covariates().T, strict=True)]
    longer = np.exp(terms[0] + terms[1])[:, :, None]
    spread = vacancies * longer
    total = spread.sum(axis=1, keepdims=True)
    share = np.divide(spread, total, out=np.zeros_like(spread), where=total > 0)
    return np.asarray(share * vacancies.sum(axis=1, keepdims=True), dtype=np.float64)


def fill_estimates() -> tuple[FillEstimate, ...]:
    """Regress the logarithm of the time to fill on rurality and deprivation, over the ICBs.

    The time to fill is vacancies over leavers, of councils' rates rolled up to ICBs (`icb_rates.csv`): vacancies of
    2024/25 and turnover of 2022/23, so that what changed between the two is noise.
    """
    from scipy import stats

    rates = {row.icb_code: row for row in catalogue.icb_rates()}
    of_icb = [rates[place.code] for place in catalogue.icbs()]
    vacancy, turnover = (np.array([getattr(row, f"{name}_rate") for row in of_icb]) for name in ("vacancy", "turnover"))
    leavers = units.turnover_to_probability(turnover)
    duration = units.vacancy_duration(units.vacancies_from_rate(np.ones_like(vacancy), vacancy), leavers)
    value, error = _regressed(np.log(duration), fill_covariates())
    free = len(of_icb) - value.size - 1
    half = float(stats.t.ppf((1 + _COVERAGE) / 2, free)) * error
    rows = zip(ELASTICITIES, value.tolist(), error.tolist(), half.tolist(), strict=True)
    return tuple(FillEstimate(name, at, off, at - side, at + side, len(of_icb)) for name, at, off, side in rows)


def _regressed(outcome: Table, given: Table) -> tuple[Table, Table]:
    """Slopes and robust standard errors of least squares with a constant, dims (covariate)."""
    x = np.column_stack([np.ones(len(given)), given])
    inverse = np.linalg.inv(x.T @ x)
    value = inverse @ (x.T @ outcome)
    reach = np.einsum("ij,jk,ik->i", x, inverse, x)
    pull = x * ((outcome - x @ value) / (1.0 - reach))[:, None]
    error = np.sqrt(np.diag(inverse @ (pull.T @ pull) @ inverse))
    return value[1:], error[1:]


def fill_table() -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the estimates beside what the catalogue assumes."""
    headings = ["parameter", "estimate", "standard error", "interval of 95 %", "ICBs", "assumed"]
    rows = [
        [
            f"`{item.name}`",
            f"{item.value:+.2f}",
            f"{item.error:.2f}",
            f"{item.low:+.2f} to {item.high:+.2f}",
            str(item.icbs),
            f"{catalogue.parameter(item.name).central:g}",
        ]
        for item in fill_estimates()
    ]
    return headings, rows
