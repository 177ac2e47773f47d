"""The analytic pathway moved on to its balance, and how it bears what changes suddenly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel.demand import analytic
from mhwfmodel.demand.settling import settled
from mhwfmodel.demand.steady import stationary
from mhwfmodel.demand.warm import present
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway import flatten, load_pathway

RATIO = np.array([0.8, 0.9, 1.0, 1.1, 1.3])
"""Staff over what the file states, dims (draw)."""


@pytest.fixture(scope="module")
def year() -> tuple[analytic.Plan, analytic.State]:
    """The pathway that ships over a year, and its balance with the file's own staff."""
    network = flatten(load_pathway("cmhf"), scale=0.03, months=12)
    whole = replace(network, month_edge=network.month_edge[[0, -1]])
    (here,) = present(whole, stationary(whole, longest=700.0), seed=1, replications=[0])
    made = analytic.plan([network])
    return made, analytic.begin(made, np.zeros(RATIO.size, dtype=np.int64), present=[here])


def repeated(made: analytic.Plan, state: analytic.State, servers: np.ndarray, years: int) -> analytic.State:
    for month in range(12 * years):
        state, _ = analytic.step(made, state, month % 12, servers=servers)
    return state


def since_referral(state: analytic.State, made: analytic.Plan, servers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those who still wait for a contact, and how long they have on average, dims (unit, contact)."""
    _, found = analytic.step(made, state, 0, servers=servers)
    number, days = (getattr(found.waits, name)[:, 1].sum(axis=-1) for name in ("number", "days"))
    return number, days / number


def test_settled_is_nearer_to_the_balance_than_six_years_are(year: tuple[analytic.Plan, analytic.State]) -> None:
    made, start = year
    servers = made.servers[0, 0] * RATIO[:, None]
    balance, plain = repeated(made, start, servers, 20), repeated(made, start, servers, 6)
    found = settled(made, start, servers)

    def away(state: analytic.State) -> np.ndarray:
        waiting, there = (each.members[:, 0].sum(axis=1) for each in (state, balance))
        return np.abs(waiting / there - 1.0)

    assert away(found).max() < 0.02
    assert away(found).max() < away(plain).max()
    number, mean = since_referral(found, made, servers)
    expected, expected_mean = since_referral(balance, made, servers)
    assert number == pytest.approx(expected, rel=0.02)
    assert mean == pytest.approx(expected_mean, rel=0.1)


def test_a_draw_settles_by_itself(year: tuple[analytic.Plan, analytic.State]) -> None:
    made, start = year
    servers = made.servers[0, 0] * RATIO[:, None]
    every = settled(made, start, servers)
    alone = settled(made, analytic.State(start.place[3:4], start.members[3:4], start.pools[3:4]), servers[3:4])
    assert np.array_equal(every.members[3], alone.members[0])
    assert np.array_equal(every.pools[3], alone.pools[0])


def test_a_year_has_twelve_months(year: tuple[analytic.Plan, analytic.State]) -> None:
    made, start = year
    short = analytic.plan([replace(made.networks[0], month_edge=made.networks[0].month_edge[:7])])
    with pytest.raises(MhwfError, match="6 months"):
        settled(short, start, made.servers[0, 0])


@pytest.mark.parametrize("what", ["servers", "arrivals", "work"])
def test_nobody_is_made_by_a_sudden_change(year: tuple[analytic.Plan, analytic.State], what: str) -> None:
    """Those who wait since their referral are some of those who are there, however the months differ."""
    made, state = year
    for month in range(18):
        factor = 4.0 if month % 3 == 0 else 0.25
        given = {"servers": made.servers[0, 0] * (factor if what == "servers" else RATIO[:, None])}
        given |= {} if what == "servers" else {what: np.full(RATIO.size, factor)}
        state, found = analytic.step(made, state, month % 12, **given)
        there = (found.waiting + found.in_work).sum(axis=(1, 2))
        assert np.all(found.waits.number[:, 1].sum(axis=-1) <= 1.02 * there[:, None] + 1.0)
        assert state.members.min() > -20.0
    assert np.all(found.waits.days >= 0.0)
    assert float((found.waits.days.sum(axis=(1, 3)) / found.waits.number.sum(axis=(1, 3))).max()) < 4000.0
