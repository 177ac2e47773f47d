"""Figures computed from logs alone, against sums by hand."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from networks import fixed, network, present

from mhwfmodel.demand import replay, simpy_engine, waits
from mhwfmodel.demand.outcome import COMPLETED, FIRST, SECOND, SO_FAR, WAIT_EDGE, Happening, Log, Outcome
from mhwfmodel.pathway.network import Network, Preemption, Present, ShiftEnd


def replayed(made: Network, who: Present | None = None) -> tuple[Log, Outcome]:
    log = simpy_engine.trace(made, seed=1, replication=4, present=who)
    return log, replay.outcome(made, {4: log}, None if who is None else [who])


def clinic(**more: Any) -> Network:
    """One server, work of 4 days, three who come; months of 5 days."""
    stage = {"needs": {"p": 1}, "service": fixed(4.0), "contact": True, **more.pop("stage", {})}
    return network(
        stages={"a": stage, **more.pop("stages", {})},
        pools={"p": {"count": 1, **more.pop("pool", {})}},
        arrivals={"s": {"stage": "a", "times": [0.0, 1.0, 2.0]}},
        days=[5.0, 5.0],
        **more,
    )


def test_flows_and_stocks_by_month() -> None:
    _, found = replayed(clinic())
    assert found.replications.tolist() == [4]
    by_month = {name: getattr(found, name)[0, :, 0, 0].tolist() for name in ("arrived", "left", "joined", "started")}
    assert by_month == {"arrived": [3, 0], "left": [1, 1], "joined": [3, 0], "started": [2, 1]}
    assert found.ended[0, :, 0, 0].tolist() == [1, 1]
    assert found.waiting[0, :, 0, 0].tolist() == [1, 0]
    assert found.in_work[0, :, 0, 0].tolist() == [1, 1]
    assert found.events.tolist() == [3 + 3 + 2]
    assert found.most_present.tolist() == [3]
    assert found.idle.tolist() == [0]


def test_areas_and_servers_time_by_month() -> None:
    _, found = replayed(clinic())
    assert found.waiting_days[0, :, 0, 0].tolist() == [3.0 + 3.0, 3.0]
    assert found.work_days[0, :, 0, 0].tolist() == [5.0, 5.0]
    assert found.busy[0, :, 0].tolist() == [5.0, 5.0]
    assert found.overtime[0, :, 0].tolist() == [0.0, 0.0]
    assert found.on_duty[:, 0].tolist() == [5.0, 5.0]
    assert found.waited[0, 0, 0] == 9.0
    assert found.worked[0, 0, 0] == 10.0


def test_waits_completed_and_so_far() -> None:
    _, found = replayed(clinic())
    at_stage = found.stage_waits
    assert at_stage.number[0, :, 0, 0].tolist() == [2, 1]
    assert at_stage.days[0, :, 0, 0].tolist() == [0.0 + 3.0, 6.0]
    assert found.waits.number[0, COMPLETED, FIRST, :, 0].tolist() == [2, 1]
    assert found.waits.days[0, SO_FAR, FIRST, :, 0].tolist() == [3.0, 0.0]
    assert found.waits.number[0, SO_FAR, SECOND, :, 0].tolist() == [2, 1]
    assert found.waits.days[0, SO_FAR, SECOND, :, 0].tolist() == [4.0 + 3.0, 8.0]
    assert found.waits.number[0, COMPLETED, SECOND].sum() == 0
    assert np.isnan(found.waits.median[0, COMPLETED, SECOND]).all()


def test_overtime_and_a_second_start_that_is_no_second_contact() -> None:
    shifts = {"count": None, "shifts": [(0.0, 1), (1.0, 1), (6.0, 0)], "at_shift_end": ShiftEnd.OVERTIME}
    _, late = replayed(clinic(pool=shifts))
    assert late.overtime[0, :, 0].tolist() == [3.0, 3.0]
    assert late.busy[0, :, 0].tolist() == [1.0 + 3.0 + 4.0, 4.0]
    assert late.on_duty[:, 0].tolist() == [5.0, 1.0]

    stopped = {"count": None, "shifts": [(0.0, 1), (1.5, 0), (2.0, 1)], "at_shift_end": ShiftEnd.HAND_OVER}
    _, again = replayed(clinic(pool=stopped))
    assert again.interrupted[0, :, 0, 0].tolist() == [1, 0]
    assert again.started[0].sum() == 4
    assert again.stage_waits.number[0].sum() == 3
    assert again.waits.number[0, COMPLETED, FIRST].sum() == 3


def test_those_present_at_the_start_bring_their_waits_and_their_contacts() -> None:
    made = clinic()
    who = present(
        made,
        [
            {"stage": "a", "left": 1.0, "age": 9.0, "contacts": 1},
            {"stage": "a", "waited": 2.0, "age": 30.0},
            {"stage": "a", "waited": 1.0, "age": 600.0, "contacts": 1},
        ],
    )
    _, found = replayed(made, who)
    assert found.opening_waiting[0].tolist() == [[2]]
    assert found.opening_in_work[0].tolist() == [[1]]
    assert found.joined[0].sum() == 3
    assert found.stage_waits.days[0, 0, 0, 0] == 1.0 + 2.0
    assert found.waits.days[0, COMPLETED, FIRST, 0, 0] == 31.0
    assert found.waits.days[0, COMPLETED, SECOND, :, 0].tolist() == [0.0, 605.0]
    assert found.waits.beyond[0, COMPLETED, SECOND].sum() == 1
    assert found.waits.within[0, COMPLETED, FIRST].sum() == found.waits.number[0, COMPLETED, FIRST].sum() - 1
    assert found.waiting_days[0].sum() == pytest.approx(found.waited[0].sum())


def test_coming_out_of_an_outside_stage_begins_an_episode() -> None:
    made = network(
        stages={
            "a": {"service": 1.0, "contact": True, "routes": {"away": 1.0}},
            "away": {"service": 3.0, "outside": True, "routes": {"b": 1.0}},
            "b": {"needs": {"p": 1}, "service": 0.5, "contact": True},
        },
        pools={"p": {"shifts": [(0.0, 0), (6.0, 1)]}},
        arrivals={"s": {"stage": "a", "times": [0.5]}},
        days=[2.0, 3.0, 5.0],
    )
    _, found = replayed(made)
    assert found.waits.number[0, SO_FAR, SECOND, :, 0].tolist() == [0, 1, 0]
    assert found.waits.days[0, SO_FAR, FIRST, :, 0].tolist() == [0.0, 0.5, 0.0]
    assert found.waits.days[0, COMPLETED, FIRST, :, 0].tolist() == [0.0, 0.0, 1.5]
    assert found.waits.number[0, COMPLETED].sum() == 2


def test_somebody_who_waits_though_they_could_start_is_seen() -> None:
    made = clinic()
    log, _ = replayed(made)
    last_start = int(np.flatnonzero(log.kind == Happening.STARTED)[-1])
    cut = Log(**{part.name: getattr(log, part.name)[:last_start] for part in fields(Log)})
    assert replay.outcome(made, {0: cut}).idle.tolist() == [1]


def test_somebody_who_could_interrupt_is_seen_as_idle_too() -> None:
    pools = {"p": {"count": 1, "preemption": Preemption.RESUME}}
    made = network(
        stages={"low": {"needs": {"p": 1}, "rank": 5}, "high": {"needs": {"p": 1}, "rank": 1, "service": 2.0}},
        pools=pools,
        arrivals={"low": {"stage": "low", "times": [0.0]}, "high": {"stage": "high", "times": [0.5]}},
        days=[0.75],
    )
    log, whole = replayed(made)
    assert whole.idle.tolist() == [0]
    cut = Log(**{part.name: getattr(log, part.name)[:5] for part in fields(Log)})
    assert [Happening(kind).name for kind in cut.kind] == ["ARRIVED", "JOINED", "STARTED", "ARRIVED", "JOINED"]
    assert replay.outcome(made, {0: cut}).idle.tolist() == [1]
    free = replace(made, pools=replace(made.pools, preemption=np.zeros(1, dtype=np.int8)))
    assert replay.outcome(free, {0: cut}).idle.tolist() == [0]


def test_replications_stand_side_by_side_and_none_at_all_has_no_figures() -> None:
    made = clinic()
    log, one = replayed(made)
    both = replay.outcome(made, {1: log, 2: log})
    assert both.replications.tolist() == [1, 2]
    np.testing.assert_array_equal(both.waits.days[1], one.waits.days[0])
    np.testing.assert_array_equal(both.on_duty, one.on_duty)


def test_bins_hold_waits_from_their_edge_to_below_the_next() -> None:
    bins = waits.bin_of(np.array([0.0, WAIT_EDGE[1], np.nextafter(WAIT_EDGE[1], 0), WAIT_EDGE[-1], 1e9]))
    assert bins.tolist() == [0, 1, 0, waits.BINS - 1, waits.BINS - 1]


def test_quantiles_of_binned_waits_are_near_those_of_the_waits() -> None:
    wait = np.random.default_rng(1).gamma(2.0, 40.0, size=(3, 5000))
    group = np.repeat([0, 1, 2], 5000)
    found = waits.collect((4,), group, wait.ravel())
    assert found.number.tolist() == [5000, 5000, 5000, 0]
    np.testing.assert_allclose(found.days[:3], wait.sum(axis=1))
    np.testing.assert_array_equal(found.within[:3], (wait <= 28.0).sum(axis=1))
    np.testing.assert_array_equal(found.beyond[:3], (wait > 548.0).sum(axis=1))
    np.testing.assert_allclose(found.median[:3], np.median(wait, axis=1), rtol=0.01)
    np.testing.assert_allclose(found.p90[:3], np.quantile(wait, 0.9, axis=1), rtol=0.01)
    assert np.isnan([found.median[3], found.p90[3]]).all()


def test_a_single_wait_is_found_in_its_bin_and_the_last_bin_has_no_width() -> None:
    found = waits.collect((2,), np.array([0, 1]), np.array([100.0, 1e6]))
    low = WAIT_EDGE[waits.bin_of(np.array([100.0]))[0]]
    assert low <= found.median[0] <= low * 1.05
    assert found.median[1] == found.p90[1] == WAIT_EDGE[-1]


@pytest.mark.parametrize("days", [28.0, 548.0])
def test_edges_of_four_weeks_and_of_18_months(days: float) -> None:
    found = waits.collect((1,), np.zeros(2, dtype=np.int64), np.array([days, np.nextafter(days, 1e3)]))
    assert found.within.tolist() == [1 if days < 100 else 0]
    assert found.beyond.tolist() == [0 if days < 100 else 1]
