"""Shocks that staff of one employer share: leavers are beta-binomial, and their mean stays."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mhwfmodel import rng
from mhwfmodel.inputs import ParameterDraws
from mhwfmodel.simulate.shocks import Shocks, factor

DRAWS = 40_000


def shares(p: float, correlation: float, draws: int = DRAWS, month: int = 5) -> np.ndarray:
    """Share of staff who leave in a month, drawn, dims (draw)."""
    size = (draws, 1)
    given = Shocks.of(np.zeros(1, np.int64), np.array([77], np.uint32), np.full(size, p), np.full(size, correlation))
    parameters = ParameterDraws(3, np.arange(draws, dtype=np.uint32), {})
    changed = factor(given, parameters, month, slice(0, draws))
    return -np.expm1(changed[:, 0] * np.log1p(-p))


def leavers(people: int, p: float, correlation: float) -> np.ndarray:
    chance = shares(p, correlation)[:, None]
    draws = np.arange(len(chance), dtype=np.uint32)
    number = np.full(chance.shape, people, dtype=np.int64)
    return rng.binomial(9, draws, np.array([5], np.uint32), rng.Purpose.LEAVE, number, chance, time=5, decision=0)[:, 0]


@pytest.mark.parametrize(("people", "p", "correlation"), [(500, 0.226, 0.01), (40, 0.02, 0.05), (2000, 0.03, 0.001)])
def test_leavers_have_the_mean_of_the_binomial_and_the_variance_of_the_beta_binomial(people, p, correlation) -> None:
    found = leavers(people, p, correlation).astype(np.float64)
    variance = people * p * (1 - p) * (1 + (people - 1) * correlation)
    assert abs(found.mean() - people * p) < 4 * np.sqrt(variance / DRAWS)
    deviation = (found - found.mean()) ** 2
    assert abs(found.var(ddof=1) - variance) < 4 * deviation.std() / np.sqrt(DRAWS)


def test_the_published_number() -> None:
    """V12: 500 people at 22.6 % with a correlation of 0.01 have the variance 523.897, six times the binomial one."""
    found = leavers(500, 0.226, 0.01)
    assert stats.betabinom(500, 0.226 * 99, 0.774 * 99).var() == pytest.approx(523.897, abs=5e-4)
    assert found.var(ddof=1) == pytest.approx(523.897, rel=4 * np.sqrt(2.2 / DRAWS))
    assert (
        stats.ks_2samp(found, stats.betabinom.rvs(500, 0.226 * 99, 0.774 * 99, size=DRAWS, random_state=1)).pvalue
        > 1e-3
    )


def test_the_share_has_the_beta_distribution() -> None:
    p, correlation = 0.03, 0.02
    beta = stats.beta(p * (1 / correlation - 1), (1 - p) * (1 / correlation - 1))
    assert stats.kstest(shares(p, correlation), beta.cdf).pvalue > 1e-3


@pytest.mark.parametrize(("p", "correlation"), [(0.1, 0.0), (0.0, 0.1)])
def test_nothing_shared_changes_nothing(p: float, correlation: float) -> None:
    assert (
        shares(p, correlation, draws=10) == 0 if p == 0 else shares(p, correlation, draws=10) == -np.expm1(np.log1p(-p))
    ).all()


def test_a_month_has_its_own_shock_and_a_draw_keeps_it_among_more() -> None:
    assert not np.array_equal(shares(0.1, 0.1, 50), shares(0.1, 0.1, 50, month=6))
    assert np.array_equal(shares(0.1, 0.1, 50), shares(0.1, 0.1, 200)[:50])


def residual(model, months, correlation: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Leavers of the councils of an ICB in a month, the expected ones, and the variance in closed form, by draw."""
    ready = model(
        draws=600, months=1, icbs=("E54000044",), baseline="rates_held",
        assumptions={"employer_shock_correlation": correlation},
    )  # fmt: skip
    (month,) = months(ready)
    edges = ready.workforce.graph.edges
    gone = sum(people for edge, people in zip(edges, month.after.flows, strict=True) if edge.leaver)
    councils = ready.inputs.cells.sector == 0
    people = ready.inputs.filled[:, councils].sum(axis=1)
    expected = (ready.inputs.staff * ready.inputs.turnover)[:, councils].sum(axis=1) / 12
    p = expected / people
    group = ready.shocks.group[np.flatnonzero(councils)[0]]
    spread = people * p * (1 - p) * (1 + (people - 1) * ready.shocks.correlation[:, group])
    return gone[:, councils].sum(axis=1), expected, spread


def test_leavers_of_a_run_vary_as_the_closed_form_says_and_keep_their_mean(model, months) -> None:
    """Hazards differ between people of a sector, which narrows the spread a little."""
    ratio = {}
    for correlation in (0.0, 0.03):
        gone, expected, spread = residual(model, months, correlation)
        score = (gone - expected) / np.sqrt(spread)
        assert abs(score.mean()) < 4 / np.sqrt(score.size)
        ratio[correlation] = score.var(ddof=1)
        assert score.var(ddof=1) == pytest.approx(1.0, abs=0.25)
        wide = spread.mean() / expected.mean()
        assert wide > 1.5 if correlation else wide < 1
