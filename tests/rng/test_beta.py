"""Shares with a beta distribution: read from a table as scipy gives them, with the mean kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from mhwfmodel.rng import _beta
from mhwfmodel.rng.beta import LEAST, hazard_table, hazards

SCORES = np.linspace(-5.999, 5.999, 2401)
PARAMETERS = st.floats(np.log(LEAST), np.log(1e7)).map(np.exp)


def read(a: float, b: float, uniform: np.ndarray) -> np.ndarray:
    """Hazards of one distribution at some uniforms."""
    table = hazard_table(np.array([[a]]), np.array([[b]]))
    return hazards(np.broadcast_to(table, (uniform.size, *table.shape[1:])).copy(), uniform[:, None])[:, 0]


def exact(a: float, b: float, uniform: np.ndarray) -> np.ndarray:
    """The same by scipy, each half from its own end."""
    low = -np.log1p(-special.betaincinv(a, b, np.minimum(uniform, 0.5)))
    high = -np.log(special.betaincinv(b, a, np.minimum(1.0 - uniform, 0.5)))
    return np.where(uniform < 0.5, low, high)


def error(a: float, b: float) -> float:
    uniform = special.ndtr(SCORES)
    return float(np.abs(read(a, b, uniform) / exact(a, b, uniform) - 1.0).max())


def test_the_normal_score_is_the_normal_quantile() -> None:
    uniform = np.concatenate([np.arange(1, 1000) / 1000, 0.5 ** np.arange(1, 53), 1.0 - 0.5 ** np.arange(2, 54)])
    found = np.array([_beta.normal_score(u) for u in uniform])
    wanted = np.where(uniform < 0.5, special.ndtri(uniform + 2.0**-54), -special.ndtri(1.0 - uniform))
    np.testing.assert_allclose(found, wanted, rtol=2e-15, atol=5e-16)
    assert _beta.normal_score(0.0) == pytest.approx(special.ndtri(2.0**-54), rel=1e-15)


@pytest.mark.parametrize(
    ("usual", "correlation", "most"),
    [(0.02, 1e-7, 1e-10), (0.02, 1e-3, 1e-8), (0.02, 0.01, 1e-6), (0.02, 0.03, 2e-5), (0.01, 0.03, 8e-5),
     (0.3, 0.1, 1e-6), (0.3, 0.5, 8e-5), (0.9, 0.1, 1e-6)],
)  # fmt: skip
def test_hazards_are_those_of_scipy(usual: float, correlation: float, most: float) -> None:
    """Relative error over all uniforms from 1e-9 to 1 − 1e-9; the smaller a parameter, the larger it is."""
    tight = 1.0 / correlation - 1.0
    assert error(usual * tight, (1.0 - usual) * tight) < most


@given(PARAMETERS, PARAMETERS)
def test_no_table_is_further_off_than_a_thousandth(a: float, b: float) -> None:
    assert error(a, b) < 1e-3


@given(PARAMETERS, PARAMETERS)
def test_a_higher_uniform_never_has_a_lower_hazard(a: float, b: float) -> None:
    uniform = special.ndtr(np.linspace(-8.2, 8.2, 2001))
    uniform[0] = 0.0
    assert (np.diff(read(a, b, uniform)) >= 0.0).all()


@given(PARAMETERS, PARAMETERS)
def test_the_mean_share_is_that_of_the_distribution(a: float, b: float) -> None:
    """Integral over the scores by the trapezium rule, of the table's shares and of scipy's."""
    weight = np.exp(-0.5 * SCORES**2)
    uniform = special.ndtr(SCORES)
    made, wanted = (-np.expm1(-found) @ weight for found in (read(a, b, uniform), exact(a, b, uniform)))
    assert made == pytest.approx(wanted, rel=1e-4)
    assert wanted / weight.sum() == pytest.approx(a / (a + b), rel=1e-5)


def test_a_table_does_not_hang_on_those_beside_it() -> None:
    a, b = np.array([[0.7, 30.0, 500.0]]), np.array([[30.0, 900.0, 20_000.0]])
    whole = hazard_table(a, b)
    assert np.array_equal(whole[:, 1:], hazard_table(a[:, 1:].copy(), b[:, 1:].copy()))
    assert np.array_equal(whole[0], hazard_table(a[0], b[0]))
