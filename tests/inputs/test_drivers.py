"""The trends of the expected baseline, and their absence when rates are held."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from mhwfmodel.inputs import drivers
from mhwfmodel.units import month_range

MONTHS = month_range("2024-04", 36)


@pytest.fixture(scope="module")
def expected(parameters):
    return drivers.expected(parameters, MONTHS)


def test_rates_held_moves_nothing() -> None:
    held = drivers.held(4, 36)
    for field in fields(held):
        assert getattr(held, field.name).shape == (4, 36)
        assert not getattr(held, field.name).any()


def test_known_trends_move_everything_and_differ_by_draw(expected) -> None:
    for field in fields(expected):
        path = getattr(expected, field.name)
        assert np.isfinite(path).all()
        assert path[:, -1].std() > 0, field.name


def test_specialist_posts_go_on_falling_ever_more_slowly(central_parameters) -> None:
    path = drivers.expected(central_parameters, month_range("2024-04", 120)).specialist_posts[0]
    yearly = np.diff(np.concatenate([[0.0], path[11::12]]))
    assert (yearly < 0).all()
    assert (np.diff(yearly) > 0).all()
    damping = central_parameters.value("specialist_trend_damping")[0]
    first = central_parameters.value("specialist_posts_trend")[0]
    np.testing.assert_allclose(yearly[1:] / yearly[:-1], damping, rtol=1e-9)
    assert yearly[0] == pytest.approx(first, rel=1e-9) or yearly[0] == pytest.approx(first * damping, rel=1e-9)


def test_posts_grow_by_the_rate_that_was_drawn(parameters, expected) -> None:
    np.testing.assert_allclose(np.expm1(expected.posts[:, 11]), parameters.value("posts_growth"), rtol=1e-9)


def test_a_shorter_run_sees_the_beginning_of_a_longer_one(parameters, expected) -> None:
    short = drivers.expected(parameters, MONTHS[:7])
    for field in fields(expected):
        assert np.array_equal(getattr(short, field.name), getattr(expected, field.name)[:, :7]), field.name


def test_fewer_draws_are_the_first_ones(parameters, expected) -> None:
    fewer = drivers.expected(replace(parameters, draws=np.arange(5, dtype=np.uint32)), MONTHS)
    for field in fields(expected):
        assert np.array_equal(getattr(fewer, field.name), getattr(expected, field.name)[:5]), field.name


def test_a_central_run_follows_the_median(parameters, central_parameters) -> None:
    many = replace(parameters, draws=np.arange(400, dtype=np.uint32))
    middle = drivers.expected(central_parameters, MONTHS).leaving[0, -1]
    drawn = drivers.expected(many, MONTHS).leaving[:, -1]
    below = (drawn < middle).mean()
    assert abs(below - 0.5) < 4.5 * 0.5 / np.sqrt(400)
