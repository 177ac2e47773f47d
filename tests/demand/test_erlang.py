"""Erlang B and C beside textbook values, beside their defining sums, and in the limits."""

from __future__ import annotations

import json
from math import exp, factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.demand import erlang_b, erlang_c, least_servers, wait_exceeds
from mhwfmodel.errors import MhwfError

LOADS = st.floats(0.001, 60.0)
DELAYS = st.floats(0.0, 5.0)
SHARES = st.floats(0.001, 0.9)


def cases(shared: Path, name: str) -> list[dict[str, dict[str, float]]]:
    file = shared / "validation" / "queueing" / f"{name}.json"
    found: list[dict[str, dict[str, float]]] = json.loads(file.read_text(encoding="utf-8"))["cases"]
    return found


def test_every_textbook_case_of_a_line_without_end(shared: Path) -> None:
    compared = 0
    for case in cases(shared, "mmc"):
        rate, expected = case["inputs"]["service_rate"], case["expected"]
        servers, load = int(case["inputs"]["servers"]), case["inputs"]["arrival_rate"] / rate
        waits = float(erlang_c(servers, load))
        wait = waits / (servers - load) / rate
        told = {
            "utilisation": load / servers,
            "erlang_b": float(erlang_b(servers, load)),
            "p_wait": waits,
            "p_wait_gt_1": float(wait_exceeds(servers, load, rate)),
            "mean_wait_queue": wait,
            "mean_number_queue": wait * load * rate,
            "mean_time_system": wait + 1 / rate,
            "mean_number_system": wait * load * rate + load,
        }
        for name in told.keys() & expected.keys():
            assert told[name] == pytest.approx(expected[name], rel=1e-9, abs=1e-12), (case["id"], name)
            compared += 1
        if expected.get("p95_wait", 0.0) > 0:
            assert wait_exceeds(servers, load, expected["p95_wait"] * rate) == pytest.approx(0.05, rel=1e-9)
    assert compared > 100


def test_every_textbook_case_of_pooled_teams(shared: Path) -> None:
    for case in cases(shared, "pooling"):
        given_, expected = case["inputs"], case["expected"]
        teams, servers, load = given_["teams"], int(given_["servers_per_team"]), given_["arrival_rate_per_team"]
        apart = erlang_c(servers, load) / (servers - load)
        pooled = erlang_c(int(teams * servers), teams * load) / (teams * (servers - load))
        assert apart == pytest.approx(expected["mean_wait_separate"], rel=1e-9), case["id"]
        assert pooled == pytest.approx(expected["mean_wait_pooled"], rel=1e-9), case["id"]


@pytest.mark.parametrize("servers", [0, 1, 2, 5, 11])
@pytest.mark.parametrize("load", [0.0, 0.2, 1.0, 4.7, 30.0])
def test_erlang_b_is_the_ratio_of_its_sum(servers: int, load: float) -> None:
    terms = [load**k / factorial(k) for k in range(servers + 1)]
    assert erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)


def test_one_server_waits_as_often_as_it_is_busy_and_two_have_their_formula() -> None:
    load = np.linspace(0.01, 0.99, 30)
    assert erlang_c(1, load) == pytest.approx(load, rel=1e-12)
    assert erlang_c(2, 2 * load) == pytest.approx(2 * load**2 / (1 + load), rel=1e-12)


def test_a_load_that_servers_cannot_carry_waits_without_end() -> None:
    assert erlang_c([1, 3, 3, 0], [1.0, 3.0, 7.0, 0.0]).tolist() == [1.0] * 4
    assert wait_exceeds(3, 3.5, 100.0) == 1.0


def test_large_loads_neither_overflow_nor_lose_their_digits() -> None:
    # Rising factorials of Erlang's sum pass the largest double at about 170 servers.
    assert 0 < erlang_b(2000, 1900.0) < erlang_c(2000, 1900.0) < 1
    assert erlang_c(10_000, 9_000.0) < 1e-20


def test_arrays_are_worked_out_as_their_elements_are() -> None:
    servers, load = np.arange(1, 7)[:, None], np.array([0.0, 0.3, 2.5, 5.9])
    together = wait_exceeds(servers, load, 0.7)
    assert together.shape == (6, 4)
    for row, c in enumerate(servers[:, 0]):
        for column, a in enumerate(load):
            assert together[row, column] == wait_exceeds(int(c), float(a), 0.7)


@given(load=LOADS, delay=DELAYS, late=SHARES, floor=st.integers(0, 4))
def test_the_fewest_servers_are_enough_and_one_fewer_is_not(load: float, delay: float, late: float, floor: int) -> None:
    c = int(least_servers(load, delay, late, floor))
    assert c >= floor
    assert c > load
    assert wait_exceeds(c, load, delay) <= late * (1 + 1e-12)
    if c > max(floor, 1):
        assert wait_exceeds(c - 1, load, delay) > late * (1 - 1e-12)


@given(load=LOADS, delay=DELAYS, late=SHARES, more=st.floats(1.0, 3.0))
def test_more_load_a_shorter_delay_or_fewer_late_never_need_fewer(
    load: float, delay: float, late: float, more: float
) -> None:
    base = least_servers(load, delay, late)
    assert least_servers(load * more, delay, late) >= base
    assert least_servers(load, delay / more, late) >= base
    assert least_servers(load, delay, late / more) >= base


@given(load=LOADS, delay=DELAYS, late=SHARES, teams=st.integers(2, 6), floor=st.integers(0, 3))
def test_equal_teams_pooled_never_need_more(load: float, delay: float, late: float, teams: int, floor: int) -> None:
    assert least_servers(teams * load, delay, late, floor) <= teams * least_servers(load, delay, late, floor)


def test_nobody_is_needed_where_nobody_comes_and_the_floor_stands() -> None:
    assert least_servers([0.0, 0.0, 0.4], 1.0, 0.1, [0, 2, 5]).tolist() == [0, 2, 5]
    assert least_servers(np.zeros((0, 3)), 1.0, 0.1).shape == (0, 3)


def test_the_case_of_a_delay_of_none_is_the_chance_to_wait() -> None:
    for load in (0.5, 3.0, 20.0):
        c = int(least_servers(load, 0.0, 0.2))
        assert erlang_c(c, load) <= 0.2 < erlang_c(c - 1, load)
    assert wait_exceeds(2, 1.0, 3.0) == pytest.approx(float(erlang_c(2, 1.0)) * exp(-3.0), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: erlang_b(1.5, 1.0), "whole numbers"),
        (lambda: erlang_b(-1, 1.0), "whole numbers"),
        (lambda: erlang_c(2, -0.1), r"load \[Erlang\]"),
        (lambda: erlang_c(2, np.nan), r"load \[Erlang\]"),
        (lambda: wait_exceeds(2, 1.0, -1.0), "delay"),
        (lambda: least_servers(np.inf, 1.0, 0.1), "load"),
        (lambda: least_servers(1.0, 1.0, 0.0), "share of late arrivals"),
        (lambda: least_servers(1.0, 1.0, 1.0), "share of late arrivals"),
        (lambda: least_servers(1.0, 1.0, 0.1, 0.5), "whole numbers"),
    ],
)
def test_what_no_line_can_have_is_refused(call, said) -> None:
    with pytest.raises(MhwfError, match=said):
        call()
