"""Traces without chance, event for event, by both engines: cases of ciw and simmer whose rules are ours.

All cases of the pack can be told in our rules; clinic slots are windows too short for a second person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from known_answers import cases
from networks import NEVER, fixed, network

from mhwfmodel.demand import engine, simpy_engine
from mhwfmodel.demand.outcome import Happening, Log
from mhwfmodel.pathway.network import Preemption, ShiftEnd

TRACES = {one.id: one.values[0] for one in cases("deterministic_traces")}
END = 1000.0

pytestmark = pytest.mark.skipif(not TRACES, reason="the pack of cases is not there")


@pytest.fixture(params=[engine, simpy_engine], ids=["compiled", "simpy"])
def traced(request: pytest.FixtureRequest) -> Callable[..., Log]:
    """Runs a network without chance by one of the engines."""
    module: ModuleType = request.param
    return lambda made: module.trace(made, seed=1, replication=0)


def shop(
    people: Sequence[tuple[float, float, float]], *, end: float = END, ranks: Sequence[int] = (), **more: Any
) -> Any:
    """One stage: each person's arrival, service and patience are told; each is a class of their own."""
    ranks = ranks or [0] * len(people)
    pool = {key: more.pop(key) for key in ("count", "shifts", "preemption", "at_shift_end") if key in more}
    order = sorted(range(len(people)), key=lambda who: people[who][0])
    return network(
        classes=[f"person_{who}" for who in range(len(people))],
        stages={
            "shop": {
                "needs": {"servers": 1},
                "service": [fixed(service) for _, service, _ in people],
                "patience": [fixed(patience) if np.isfinite(patience) else NEVER for _, _, patience in people],
                "rank": list(ranks),
                **more,
            }
        },
        pools={"servers": pool or {"count": 1}},
        arrivals={"people": {"stage": "shop", "times": [people[who][0] for who in order], "of_class": order}},
        days=[end],
    )


def times(log: Log, kind: Happening) -> dict[int, list[float]]:
    """Instants of one kind of event by class, which is the person here."""
    found: dict[int, list[float]] = {}
    rows = log.kind == kind
    for who, time in zip(log.of_class[rows].tolist(), log.time[rows].tolist(), strict=True):
        found.setdefault(who, []).append(time)
    return found


def near(found: Any, expected: Any) -> bool:
    return bool(np.allclose(found, expected, rtol=0.0, atol=1e-9))


FOREVER = float("inf")


@pytest.mark.parametrize("name", ["renege_basic", "simultaneous_reneging"])
def test_giving_up(name: str, traced: Callable[..., Log]) -> None:
    given, expected = TRACES[name]["inputs"], TRACES[name]["expected"]
    patience = (
        given["patience"] if isinstance(given["patience"], list) else [given["patience"]] * len(given["arrivals"])
    )
    people = [(float(a), given["service"], float(p)) for a, p in zip(given["arrivals"], patience, strict=True)]
    log = traced(shop(people, end=given.get("run_until", END)))
    starts, ends, left = (times(log, kind) for kind in (Happening.STARTED, Happening.ENDED, Happening.GAVE_UP))
    served = [(given["arrivals"][who], starts[who][0], ends[who][0]) for who in sorted(ends)]
    assert near(served, [(row["arrive"], row["start"], row["end"]) for row in expected["service"]])
    reneged = [(given["arrivals"][who], left[who][0]) for who in sorted(left)]
    assert near(reneged, [(row["arrive"], row["leave"]) for row in expected["reneged"]])


def test_work_goes_on_after_a_break(traced: Callable[..., Log]) -> None:
    case = TRACES["shift_preempt_resume"]
    people = [(float(case["inputs"]["arrivals"][0]), float(case["inputs"]["service_draws"][0]), FOREVER)]
    log = traced(shop(people, shifts=case["inputs"]["servers_schedule"], at_shift_end=ShiftEnd.HAND_OVER))
    row = case["expected"]["service"][0]
    assert near(times(log, Happening.STARTED)[0][-1], row["final_start"])
    assert near(times(log, Happening.ENDED)[0], [row["end"]])


def test_a_crew_that_is_replaced_works_on(traced: Callable[..., Log]) -> None:
    case = TRACES["overtime"]
    given, expected = case["inputs"], case["expected"]
    people = [(float(a), float(s), FOREVER) for a, s in zip(given["arrivals"], given["service"], strict=True)]
    made = shop(people, shifts=given["servers_schedule"], at_shift_end=ShiftEnd.OVERTIME)
    log = traced(made)
    edge = np.array([float(since) for since, _ in given["servers_schedule"]])
    starts, ends = times(log, Happening.STARTED), times(log, Happening.ENDED)
    # The last server of the pack's list is on the last shift, which has no end: its overtime is not counted there.
    overtime = []
    for who in sorted(ends):
        later = edge[edge > starts[who][0]]
        overtime.append(max(ends[who][0] - later[0], 0.0) if later.size else 0.0)
    assert near(sorted(overtime)[-len(expected["overtime_by_server"]) :], sorted(expected["overtime_by_server"]))
    outcome = engine.simulate(made, seed=1, replications=[0])
    assert near(outcome.overtime.sum() / len(expected["overtime_by_server"]), expected["mean_overtime"])


def test_clinic_slots(traced: Callable[..., Log]) -> None:
    given = TRACES["clinic_slots"]["inputs"]
    shifts: list[tuple[float, int]] = [(0.0, 0)]
    for since, count in given["slots"]:
        shifts += [(float(since), count), (float(since) + 1e-6, 0)]
    people = [(arrival, given["service"], FOREVER) for arrival in given["arrivals"]]
    log = traced(shop(people, shifts=shifts, at_shift_end=ShiftEnd.FINISH))
    starts = times(log, Happening.STARTED)
    assert near([starts[who][0] for who in range(len(people))], TRACES["clinic_slots"]["expected"]["service_start"])


def test_the_urgent_go_first_and_interrupt_nobody(traced: Callable[..., Log]) -> None:
    given, expected = TRACES["priority_non_preemptive"]["inputs"], TRACES["priority_non_preemptive"]["expected"]
    low, high = given["low"], given["high"]
    people = [(float(a), float(low["service"]), FOREVER) for a in low["arrivals"]]
    people += [(float(a), float(high["service"]), FOREVER) for a in high["arrivals"]]
    many = len(low["arrivals"])
    log = traced(shop(people, count=given["servers"], ranks=[1] * many + [0] * len(high["arrivals"])))
    for kind, told in ((Happening.STARTED, expected["start"]), (Happening.ENDED, expected["end"])):
        found = times(log, kind)
        assert near([found[who][0] for who in range(many)], told["low"])
        assert near([found[who][0] for who in range(many, len(people))], told["high"])


def test_the_urgent_interrupt_around_a_short_break(traced: Callable[..., Log]) -> None:
    given = TRACES["zero_server_gap_short"]["inputs"]
    people = [(float(a), given["low"]["service"], FOREVER) for a in given["low"]["arrivals"]]
    people += [(float(a), given["high"]["service"], FOREVER) for a in given["high"]["arrivals"]]
    many = len(given["low"]["arrivals"])
    log = traced(
        shop(
            people,
            ranks=[1] * many + [0] * (len(people) - many),
            shifts=given["servers_schedule"],
            preemption=Preemption.RESUME,
            at_shift_end=ShiftEnd.HAND_OVER,
        )
    )
    found = []
    since: dict[int, float] = {}
    for kind, who, time in zip(log.kind.tolist(), log.of_class.tolist(), log.time.tolist(), strict=True):
        if kind == Happening.STARTED:
            since[who] = time
        elif kind in {Happening.ENDED, Happening.INTERRUPTED}:
            found.append(
                ("low" if who < many else "high", people[who][0], since[who], time, kind == Happening.INTERRUPTED)
            )
    expected = TRACES["zero_server_gap_short"]["expected"]["segments"]
    assert [row[0] for row in found] == [row[0] for row in expected]
    assert near([row[1:4] for row in found], [row[1:4] for row in expected])
    assert [row[4] for row in found] == [len(row) == 5 for row in expected]


def test_whoever_finds_three_goes(traced: Callable[..., Log]) -> None:
    given, expected = TRACES["balk_when_3_present"]["inputs"], TRACES["balk_when_3_present"]["expected"]
    arrivals = np.arange(given["arrivals_every"], given["run_until"], given["arrivals_every"], dtype=float)
    people = [(float(a), float(given["service"]), FOREVER) for a in arrivals]
    log = traced(shop(people, end=float(given["run_until"]), room=2, count=given["servers"]))
    gone = times(log, Happening.TURNED_AWAY)
    assert near([people[who][0] for who in sorted(gone)], expected["balked_at"])
    starts, ends = times(log, Happening.STARTED), times(log, Happening.ENDED)
    served = [(people[who][0], starts[who][0], ends[who][0]) for who in sorted(ends)]
    assert near(served, [(row["arrive"], row["start"], row["end"]) for row in expected["service"]])


def test_work_begins_again_where_fewer_are_on_duty(traced: Callable[..., Log]) -> None:
    case = TRACES["simmer_capacity_down_preempt_restart"]
    given, expected = case["inputs"], case["expected"]
    people = [(float(a), float(given["service"]), FOREVER) for a in given["arrivals"]]
    log = traced(shop(people, shifts=given["servers_schedule"], at_shift_end=ShiftEnd.START_AGAIN))
    ends, starts = times(log, Happening.ENDED), times(log, Happening.STARTED)
    assert near([ends[who][0] for who in range(len(people))], expected["end"])
    stops = times(log, Happening.INTERRUPTED)
    active = [
        sum(b - a for a, b in zip(starts[who], sorted(stops.get(who, []) + ends[who]), strict=True))
        for who in range(len(people))
    ]
    assert near(active, expected["activity_time"])


def test_whoever_is_next_is_urgent(traced: Callable[..., Log]) -> None:
    given = TRACES["simmer_priority_next"]["inputs"]
    people = [
        (float(a), float(given["service"]), FOREVER) for a in [*given["low"]["arrivals"], *given["high"]["arrivals"]]
    ]
    log = traced(shop(people, ranks=[1, 1, 0]))
    assert near(times(log, Happening.ENDED)[2], [TRACES["simmer_priority_next"]["expected"]["high_end"]])


def test_the_least_urgent_make_room(traced: Callable[..., Log]) -> None:
    case = TRACES["simmer_finite_queue_reject_low"]
    given, expected = case["inputs"], case["expected"]["end"]
    people = [
        (float(a), float(given["service"]), FOREVER) for a in [*given["low"]["arrivals"], *given["high"]["arrivals"]]
    ]
    log = traced(shop(people, ranks=[1, 1, 0, 0], room=given["queue_places"], displaces=True))
    ends = times(log, Happening.ENDED)
    assert near([ends[0][0], ends[2][0], ends[3][0]], [expected["low1"], expected["high1"], expected["high2"]])
    assert times(log, Happening.TURNED_AWAY) == {1: [expected["low2_rejected_at"]]}


def test_who_ends_makes_way_for_who_comes_at_the_same_instant(traced: Callable[..., Log]) -> None:
    case = TRACES["simmer_release_before_seize_same_instant"]
    given, expected = case["inputs"], case["expected"]
    people = [(float(a), float(given["service"]), FOREVER) for a in given["arrivals"]]
    log = traced(shop(people, room=given["queue_places"], count=given["servers"]))
    assert len(times(log, Happening.TURNED_AWAY)) == expected["lost"]
    assert len(times(log, Happening.ENDED)) == expected["served"]
