"""Draws by inversion have the laws that they are named after, and rise with their uniform."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.inputs.draws import ParameterDraws, dirichlet, inverse, override

GRID = np.concatenate([[2.0**-54, 1e-12], np.linspace(1e-6, 1 - 1e-6, 401), [1 - 2.0**-53]])
DISTRIBUTED = {"fixed", "off", "triangular", "lognormal"}


def triangle(low: float, mode: float, high: float):
    return replace(catalogue.parameter("turnover_level"), low=low, central=mode, high=high, distribution="triangular")


def lognormal(low: float, median: float, high: float):
    return replace(catalogue.parameter("turnover_level"), low=low, central=median, high=high, distribution="lognormal")


def test_every_distribution_of_the_table_is_one_that_can_be_drawn() -> None:
    assert {parameter.distribution for parameter in catalogue.parameters()} <= DISTRIBUTED


@given(st.floats(-5, 5), st.floats(0.01, 5), st.floats(0, 1))
def test_triangular_inversion_is_the_law(low: float, width: float, share: float) -> None:
    mode = low + share * width
    high = max(low + width, mode)
    law = stats.triang(min((mode - low) / (high - low), 1.0), loc=low, scale=high - low)
    values = inverse(triangle(low, mode, high), GRID)
    np.testing.assert_allclose(values, law.ppf(GRID), rtol=1e-9, atol=1e-7)
    assert (np.diff(values) >= -1e-15).all()
    assert (values >= low - 1e-12).all()
    assert (values <= high + 1e-12).all()


@given(st.floats(0.01, 10), st.floats(1.01, 5))
def test_lognormal_has_its_median_at_central_and_its_span_over_ninety_per_cent(median: float, factor: float) -> None:
    parameter = lognormal(median / factor, median, median * factor)
    law = stats.lognorm(np.log(factor) / stats.norm.ppf(0.95), scale=median)
    values = inverse(parameter, GRID)
    np.testing.assert_allclose(values, law.ppf(GRID), rtol=1e-9)
    assert (np.diff(values) > 0).all()
    ends = inverse(parameter, np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(ends, [median / factor, median, median * factor], rtol=1e-12)


def test_a_range_without_width_gives_its_one_value() -> None:
    assert (inverse(triangle(0.2, 0.2, 0.2), GRID) == 0.2).all()


def test_dirichlet_is_made_of_gamma_quantiles_and_sums_to_one() -> None:
    alpha = np.array([0.4, 2.0, 30.0])
    uniform = np.random.default_rng(1).uniform(1e-9, 1, (400, 3))
    shares = dirichlet(alpha, uniform)
    gammas = stats.gamma(alpha).ppf(uniform)
    np.testing.assert_allclose(shares, gammas / gammas.sum(axis=1, keepdims=True), rtol=1e-8)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-14)


def test_dirichlet_margins_are_beta() -> None:
    alpha = np.array([3.0, 5.0, 12.0])
    shares = dirichlet(alpha, np.random.default_rng(2).uniform(1e-9, 1, (4000, 3)))
    for share, own in zip(shares.T, alpha, strict=True):
        assert stats.kstest(share, stats.beta(own, alpha.sum() - own).cdf).pvalue > 1e-4


@given(st.integers(0, 2), st.floats(0.05, 0.9), st.floats(0.01, 0.09))
def test_a_share_rises_with_its_own_uniform(at: int, start: float, more: float) -> None:
    uniform = np.full((2, 3), 0.5)
    uniform[:, at] = start, start + more
    shares = dirichlet(np.array([2.0, 3.0, 4.0]), uniform)
    assert shares[1, at] > shares[0, at]
    assert (np.delete(shares[1], at) < np.delete(shares[0], at)).all()


def test_the_catalogue_is_drawn_within_its_ranges_and_centred_in_a_central_run(parameters, central_parameters) -> None:
    for parameter in catalogue.parameters():
        values = parameters.value(parameter.name)
        assert central_parameters.value(parameter.name).tolist() == [parameter.central]
        if parameter.distribution in ("fixed", "off"):
            assert (values == parameter.central).all()
        else:
            assert np.unique(values).size == values.size, parameter.name
        if parameter.distribution == "triangular":
            assert (values >= parameter.low).all()
            assert (values <= parameter.high).all()


def test_no_two_inputs_share_their_random_numbers(parameters) -> None:
    seen = np.stack([parameters.uniform(item.name)[:, 0] for item in catalogue.parameters()])
    assert np.unique(seen).size == seen.size


def test_draws_of_a_longer_run_begin_with_those_of_a_shorter_one(parameters) -> None:
    longer = replace(parameters, draws=np.arange(60, dtype=np.uint32))
    for name in ("voluntary_share", "specialist_turnover_level"):
        assert np.array_equal(longer.value(name)[: parameters.draws.size], parameters.value(name))
    subs = [3, 9, 11]
    shares = np.array([0.2, 0.3, 0.5])
    short, long = (p.dirichlet("icb_share_concentration", shares, subs) for p in (parameters, longer))
    assert np.array_equal(long[: short.shape[0]], short)


def test_an_override_with_a_range_is_drawn_and_one_without_is_fixed() -> None:
    draws = np.arange(50, dtype=np.uint32)
    ranged = ParameterDraws(1, draws, {"voluntary_share": override("voluntary_share", 0.5, 0.4, 0.6)})
    values = ranged.value("voluntary_share")
    assert 0.4 <= values.min() < 0.5 < values.max() <= 0.6
    fixed = ParameterDraws(1, draws, {"voluntary_share": override("voluntary_share", 0.5, None, None)})
    assert (fixed.value("voluntary_share") == 0.5).all()
    assert np.array_equal(ranged.value("turnover_level"), fixed.value("turnover_level"))


def test_an_unknown_input_is_refused(parameters) -> None:
    with pytest.raises(DataError, match="did you mean 'voluntary_share'"):
        parameters.value("voluntary_shar")


def test_an_input_that_is_off_is_drawn_where_a_scenario_gives_it_a_range() -> None:
    name = "workload_elasticity"
    draws = np.arange(50, dtype=np.uint32)
    usual = ParameterDraws(1, draws, {})
    assert (usual.value(name) == 0).all()
    one = ParameterDraws(1, draws, {name: override(name, 0.4, None, None)})
    assert (one.value(name) == 0.4).all()
    ranged = ParameterDraws(1, draws, {name: override(name, 0.4, 0.2, 0.6)})
    assert np.ptp(ranged.value(name)) > 0.1
    assert ((ranged.value(name) > 0.2) & (ranged.value(name) < 0.6)).all()
    assert (ParameterDraws(1, draws, ranged.overrides, central=True).value(name) == 0.4).all()
