"""The regressions of the published panels of employers, run on a simulated one.

With y the leavers (or hires) of a year over the mean staff of the year, in points:

- pay: y on the logarithm of pay, with effects of years; with effects of employers ("within") and without ("naive");
- growth: y on expansion max(g, 0) and contraction max(−g, 0), g the growth of staff over the mean staff, with effects
  of employers and years.

As hires less leavers are growth, the effect of a point on hires and that on leavers differ by a point: the published
pairs do so too, to within a few hundredths. They are associations, of which the model has to show sign and order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.simulate.employer_panel import Panel, employer_panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

__all__ = ["EMPLOYERS", "YEARS", "Estimate", "estimates", "panel_estimates", "panel_table", "panel_variants", "within"]

EMPLOYERS = 4000
YEARS = 4
"""As many years as the study of pay saw, 2016 to 2019."""

_RAISE = 0.1
_PUBLISHED = {
    "pay, within": ("E101", "10 % more pay, leavers, within employers"),
    "pay, naive": ("E102", "10 % more pay, leavers, employers as they are"),
    "contraction, leavers": ("E106", "1 point of contraction, leavers"),
    "expansion, leavers": ("E107", "1 point of expansion, leavers"),
    "expansion, hires": ("E108", "1 point of expansion, hires"),
    "contraction, hires": ("E109", "1 point of contraction, hires"),
}
_VARIANTS: tuple[tuple[str, str], ...] = (
    ("panel_conditions_pay_correlation", "low"),
    ("panel_conditions_pay_correlation", "high"),
    ("panel_cut_released", "low"),
    ("panel_cut_released", "high"),
    ("panel_posts_steps", "low"),
    ("panel_posts_steps", "high"),
    ("employer_shock_correlation", "low"),
    ("employer_shock_correlation", "high"),
    ("pay_separation_elasticity", "high"),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One effect as estimated from the simulated panel, beside the published one.

    Args:
        name: Which, such as `pay, within`.
        title: The same for people.
        value: Estimate [percentage points].
        error: Its standard error, employers as clusters [percentage points].
        published: The published estimate, the middle where a range is published [percentage points].
        low: Lowest published value.
        high: Highest published value.
        figure: Id of the published figure.
    """

    name: str
    title: str
    value: float
    error: float
    published: float
    low: float
    high: float
    figure: str


def panel_estimates(
    employers: int = EMPLOYERS, years: int = YEARS, *, seed: int = 0, assumptions: Mapping[str, float] | None = None
) -> tuple[Estimate, ...]:
    """Simulate a panel and estimate the published effects from it.

    Args:
        employers: How many.
        years: Years that are seen.
        seed: Key of the random numbers.
        assumptions: Parameters that are set to another value than the catalogue's, by name.

    Raises:
        DataError: Fewer than two employers or years, or too many; an assumption that is no parameter or has a value
            that it cannot have.
    """
    return estimates(employer_panel(employers, years, seed=seed, assumptions=assumptions))


def estimates(panel: Panel) -> tuple[Estimate, ...]:
    """Estimate the published effects from a panel, without employers that have no staff at the end of some year."""
    kept = (panel.staff > 0).all(axis=1)
    staff = panel.staff[kept]
    mean = (staff[:, 1:] + staff[:, :-1]) / 2
    leavers, hires = (100 * flow[kept] / mean for flow in (panel.leavers, panel.hires))
    growth = 100 * np.diff(staff, axis=1) / mean
    pay = panel.log_pay[kept, :, None]
    both = np.stack([np.maximum(-growth, 0.0), np.maximum(growth, 0.0)], axis=2)
    raised = float(np.log1p(_RAISE))
    found = {
        "pay, within": [part * raised for part in within(leavers, pay)],
        "pay, naive": [part * raised for part in within(leavers, pay, employers=False)],
    }
    for outcome, flow in (("leavers", leavers), ("hires", hires)):
        value, error = within(flow, both)
        found |= {
            f"{side}, {outcome}": [value[[at]], error[[at]]] for at, side in enumerate(("contraction", "expansion"))
        }
    return tuple(_beside(name, *(float(part[0]) for part in found[name])) for name in _PUBLISHED)


def within(outcome: Table, given: Table, *, employers: bool = True) -> tuple[Table, Table]:
    """Least squares with effects of years and, unless told otherwise, of employers.

    Args:
        outcome: Dims (employer, year).
        given: What explains it, dims (employer, year, variable).
        employers: Whether every employer has an effect of its own.

    Returns:
        Coefficients and their standard errors, dims (variable) each; employers are the clusters of the errors.
    """
    y, x = (_centred(values, employers=employers) for values in (outcome[:, :, None], given))
    inverse = np.linalg.inv(np.einsum("iyk,iyl->kl", x, x))
    value = inverse @ np.einsum("iyk,iyl->k", x, y)
    score = np.einsum("iyk,iy->ik", x, y[:, :, 0] - x @ value)
    clusters = len(score)
    spread = inverse @ (score.T @ score) @ inverse * clusters / (clusters - 1)
    return value, np.sqrt(np.diag(spread))


def _centred(values: Table, *, employers: bool) -> Table:
    """Values less what their year and, if asked, their employer has on average, dims (employer, year, variable)."""
    centred = values - values.mean(axis=0)
    return np.asarray(centred - centred.mean(axis=1, keepdims=True) if employers else centred, dtype=np.float64)


def _beside(name: str, value: float, error: float) -> Estimate:
    figure_id, title = _PUBLISHED[name]
    figure = catalogue.figure(figure_id)
    published = float(figure.number or 0.0)
    low, high = (published if end is None else end for end in (figure.low, figure.high))
    return Estimate(name, title, value, error, published, low, high, figure_id)


def panel_table() -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the estimates beside the published ones, in percentage points."""
    headings = ["effect of", "simulated", "standard error", "published", "figure"]
    rows = []
    for item in panel_estimates():
        published = f"{item.low:+g} to {item.high:+g}" if item.low != item.high else f"{item.published:+g}"
        rows.append([item.title, f"{item.value:+.2f}", f"{item.error:.2f}", published, item.figure])
    return headings, rows


def panel_variants() -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the estimates with one assumption at an end of its range, in percentage points."""
    headings = ["assumption", *_PUBLISHED]
    rows = [["as assumed", *_values(panel_estimates())]]
    for name, end in _VARIANTS:
        value = float(getattr(catalogue.parameter(name), end))
        rows.append([f"`{name}` {value:g}", *_values(panel_estimates(assumptions={name: value}))])
    return headings, rows


def _values(found: Sequence[Estimate]) -> list[str]:
    return [f"{item.value:+.2f}" for item in found]
