"""Figures that break a law are refused, and the message says where."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from networks import exponential, network

from mhwfmodel.demand import checks, simpy_engine
from mhwfmodel.demand.outcome import Outcome
from mhwfmodel.errors import InvariantError
from mhwfmodel.pathway.network import Network


@cache
def sound() -> tuple[Network, Outcome]:
    made = network(
        stages={
            "triage": {"needs": {"nurses": 1}, "service": exponential(0.2), "routes": {"care": 0.5, "gone": 0.5}},
            "care": {"needs": {"nurses": 2}, "service": exponential(0.3), "patience": exponential(2.0)},
        },
        pools={"nurses": 4},
        arrivals={"referrals": {"stage": "triage", "rate": 6.0, "shares": [1, 2]}},
        classes=("high", "low"),
        days=[10.0, 10.0],
    )
    return made, simpy_engine.simulate(made, seed=1, replications=[2, 7])


def with_one_more(name: str, at: tuple[int, ...], by: Any = 1) -> Outcome:
    _, outcome = sound()
    values = getattr(outcome, name).copy()
    values[at] += by
    return replace(outcome, **{name: values})


def test_sound_figures_pass() -> None:
    checks.require_laws(*sound())


@pytest.mark.parametrize(
    "name", ["joined", "interrupted", "started", "gave_up", "turned_away", "ended", "waiting", "in_work"]
)
def test_one_person_too_many_is_found_and_placed(name: str) -> None:
    with pytest.raises(InvariantError) as caught:
        checks.require_laws(sound()[0], with_one_more(name, (1, 1, 0, 1)))
    assert any(
        fault.where == "replication 7, month 1, stage triage, class low" and "against" in fault.problem
        for fault in caught.value.faults
    )


@pytest.mark.parametrize("name", ["arrived", "left"])
def test_somebody_lost_on_the_way_is_found(name: str) -> None:
    with pytest.raises(InvariantError) as caught:
        checks.require_laws(sound()[0], with_one_more(name, (0, 1, 0, 0)))
    assert {fault.where for fault in caught.value.faults} == {"replication 2, month 1, class high"}


@pytest.mark.parametrize("name", ["opening_waiting", "opening_in_work"])
def test_somebody_too_many_at_the_start_is_found(name: str) -> None:
    with pytest.raises(InvariantError, match="replication 2, month 0, class high"):
        checks.require_laws(sound()[0], with_one_more(name, (0, 1, 0)))


@pytest.mark.parametrize("name", ["waiting_days", "work_days"])
def test_an_area_that_is_not_the_time_of_people_breaks_littles_law(name: str) -> None:
    with pytest.raises(InvariantError, match="Little's law") as caught:
        checks.require_laws(sound()[0], with_one_more(name, (1, 0, 1, 0), 1e-6))
    assert "replication 7, stage care, class high" in str(caught.value)


def test_both_figures_are_told() -> None:
    made, outcome = sound()
    with pytest.raises(InvariantError) as caught:
        checks.require_laws(made, with_one_more("waited", (0, 0, 0), 1.0))
    told = str(caught.value)
    assert repr(float(outcome.waiting_days[0, :, 0, 0].sum())) in told
    assert repr(float(outcome.waited[0, 0, 0]) + 1.0) in told


def test_servers_time_is_work_times_servers_needed() -> None:
    with pytest.raises(InvariantError, match="replication 2, month 1, pool nurses"):
        checks.require_laws(sound()[0], with_one_more("busy", (0, 1, 0), 1e-6))


def test_somebody_who_could_have_started_is_told() -> None:
    with pytest.raises(InvariantError, match=r"replication 7: .*could have started, against none: 1 against 0"):
        checks.require_laws(sound()[0], with_one_more("idle", (1,)))


def test_the_last_digits_are_forgiven_and_no_number_is_not() -> None:
    made, _ = sound()
    checks.require_laws(made, with_one_more("waiting_days", (1, 0, 1, 0), 1e-11))
    with pytest.raises(InvariantError):
        checks.require_laws(made, with_one_more("waiting_days", (1, 0, 1, 0), np.nan))


def test_of_many_faults_some_are_told() -> None:
    made, outcome = sound()
    with pytest.raises(InvariantError) as caught:
        checks.require_laws(made, replace(outcome, joined=outcome.joined + 1))
    assert 1 < len(caught.value.faults) < outcome.joined.size
