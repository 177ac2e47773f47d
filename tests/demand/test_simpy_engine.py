"""The rules of the engines, one by one, in small networks whose events are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from networks import empirical, exponential, fixed, network, present

from mhwfmodel.demand import simpy_engine
from mhwfmodel.demand.outcome import Happening, Log
from mhwfmodel.demand.simpy_engine import Model
from mhwfmodel.demand.simpy_parts import Alarm, Kind, Person
from mhwfmodel.pathway.network import Network, Preemption, Present, ShiftEnd


def events(log: Log, *kinds: Happening) -> list[tuple[float, str, int]]:
    """Time, kind and person of the events of some kinds, or of all but arrivals, joinings and leavings."""
    wanted = kinds or tuple(set(Happening) - {Happening.ARRIVED, Happening.JOINED, Happening.LEFT})
    rows = zip(log.time.tolist(), log.kind.tolist(), log.person.tolist(), strict=True)
    return [(time, Happening(kind).name.lower(), person) for time, kind, person in rows if kind in wanted]


def run(made: Network, who: Present | None = None, **kinds: Any) -> Log:
    return simpy_engine.trace(made, seed=1, replication=0, present=who, **kinds)


def queue(times: list[float], classes: list[int] | None = None, **more: Any) -> Network:
    """One stage `a` with work of 2 days and one server, unless said otherwise; class 0 before class 1."""
    stage = {"needs": {"p": 1}, "service": fixed(2.0), **more.pop("stage", {})}
    pools = {"p": {"count": 1, **more.pop("pool", {})}}
    stream = {"stage": "a", "times": times, "of_class": classes or [0] * len(times)}
    return network(
        stages={"a": stage, **more.pop("stages", {})},
        pools=pools,
        arrivals={"s": stream},
        classes=("high", "low"),
        **more,
    )


def test_people_are_served_one_after_the_other_the_urgent_first() -> None:
    log = run(queue([0.0, 0.5, 1.0], [1, 1, 0]))
    assert events(log) == [
        (0.0, "started", 0),
        (2.0, "ended", 0),
        (2.0, "started", 2),
        (4.0, "ended", 2),
        (4.0, "started", 1),
        (6.0, "ended", 1),
    ]
    assert {int(kind): list(log.kind).count(kind) for kind in (0, 1, 7)} == {0: 3, 1: 3, 7: 3}


def test_an_arrival_is_logged_with_its_stream_and_a_leaving_with_its_exit_and_stage() -> None:
    made = network(
        stages={"a": {"service": 1.0, "routes": {"b": 1.0}}, "b": {"service": 1.0, "routes": {"well": 1.0}}},
        arrivals={"none": {"stage": "b", "times": []}, "some": {"stage": "a", "times": [0.25]}},
        exits=("gone", "well"),
    )
    log = run(made)
    rows = list(zip(log.time, log.kind, log.stage, log.to, strict=True))
    assert rows == [
        (0.25, Happening.ARRIVED, 0, 1),
        (0.25, Happening.JOINED, 0, -1),
        (0.25, Happening.STARTED, 0, -1),
        (1.25, Happening.ENDED, 0, -1),
        (1.25, Happening.JOINED, 1, -1),
        (1.25, Happening.STARTED, 1, -1),
        (2.25, Happening.ENDED, 1, -1),
        (2.25, Happening.LEFT, 1, 1),
    ]


def test_events_of_one_instant_go_by_kind_and_then_by_number() -> None:
    made = queue(
        [0.0, 1.0, 2.0],
        stage={"patience": fixed(1.0)},
        pool={"count": None, "shifts": [(0.0, 1), (2.0, 0)]},
    )
    assert events(run(made), *Happening) == [
        (0.0, "arrived", 0),
        (0.0, "joined", 0),
        (0.0, "started", 0),
        (1.0, "arrived", 1),
        (1.0, "joined", 1),
        (2.0, "ended", 0),
        (2.0, "left", 0),
        (2.0, "started", 1),
        (2.0, "shift", -1),
        (2.0, "arrived", 2),
        (2.0, "joined", 2),
        (3.0, "gave_up", 2),
        (3.0, "left", 2),
        (4.0, "ended", 1),
        (4.0, "left", 1),
    ]


def test_nothing_happens_at_the_end_or_later() -> None:
    assert events(run(queue([0.0, 2.0], days=[1.0, 1.0])), *Happening) == [
        (0.0, "arrived", 0),
        (0.0, "joined", 0),
        (0.0, "started", 0),
    ]


def test_an_alarm_is_at_its_very_instant() -> None:
    instants = np.random.default_rng(0).uniform(0.0, 1e4, 500)
    env, heard = simpy_engine.simpy.Environment(), []
    for number, instant in enumerate(instants.tolist()):
        Alarm(env, instant, Kind.ARRIVAL, number).callbacks.append(lambda _: heard.append(env.now))

    def later() -> Any:
        for instant in np.sort(instants).tolist():
            yield Alarm(env, instant + 0.1, Kind.BOUNDARY, 0)
            heard.append(env.now)

    env.process(later())
    env.run()
    assert sorted(heard) == sorted([*instants.tolist(), *(instants + 0.1).tolist()])


@pytest.mark.parametrize(("preemption", "ends"), [(Preemption.RESUME, 4.0), (Preemption.START_AGAIN, 4.5)])
def test_a_more_urgent_person_interrupts(preemption: Preemption, ends: float) -> None:
    log = run(queue([0.0, 0.5], [1, 0], pool={"preemption": preemption}))
    assert events(log) == [
        (0.0, "started", 0),
        (0.5, "interrupted", 0),
        (0.5, "started", 1),
        (2.5, "ended", 1),
        (2.5, "started", 0),
        (ends, "ended", 0),
    ]


def test_nobody_is_interrupted_by_somebody_as_urgent_and_of_several_the_last_start_is() -> None:
    made = queue([0.0, 0.25, 0.5, 0.75], [1, 1, 1, 0], pool={"count": 2, "preemption": Preemption.RESUME})
    assert events(run(made))[:4] == [
        (0.0, "started", 0),
        (0.25, "started", 1),
        (0.75, "interrupted", 1),
        (0.75, "started", 3),
    ]


def test_nobody_is_interrupted_where_more_are_busy_than_on_duty() -> None:
    made = queue([0.0, 1.0], [1, 0], pool={"count": None, "shifts": [(0.0, 1), (0.5, 0), (3.0, 1)], "preemption": 1})
    assert events(run(made)) == [
        (0.0, "started", 0),
        (0.5, "shift", -1),
        (2.0, "ended", 0),
        (3.0, "shift", -1),
        (3.0, "started", 1),
        (5.0, "ended", 1),
    ]


INTERRUPTED = (0.5, "interrupted", 0)
SHIFTS = {
    ShiftEnd.FINISH: [(2.0, "ended", 0), (2.0, "started", 1), (4.0, "ended", 1)],
    ShiftEnd.OVERTIME: [(1.0, "started", 1), (2.0, "ended", 0), (3.0, "ended", 1)],
    ShiftEnd.HAND_OVER: [INTERRUPTED, (1.0, "started", 0), (2.5, "ended", 0), (2.5, "started", 1), (4.5, "ended", 1)],
    ShiftEnd.START_AGAIN: [INTERRUPTED, (1.0, "started", 0), (3.0, "ended", 0), (3.0, "started", 1), (5.0, "ended", 1)],
}


@pytest.mark.parametrize("at_end", ShiftEnd)
def test_work_in_hand_when_a_shift_ends(at_end: ShiftEnd) -> None:
    pool = {"count": None, "shifts": [(0.0, 1), (0.5, 0), (1.0, 1)], "at_shift_end": at_end}
    found = events(run(queue([0.0, 0.25], pool=pool)), Happening.STARTED, Happening.ENDED, Happening.INTERRUPTED)
    assert found == [(0.0, "started", 0), *SHIFTS[at_end]]


def test_patience_runs_only_while_somebody_waits() -> None:
    made = queue(
        [0.0],
        stage={"patience": fixed(1.0)},
        pool={"count": None, "shifts": [(0.0, 0), (0.75, 1), (1.5, 0)], "at_shift_end": ShiftEnd.HAND_OVER},
    )
    assert events(run(made)) == [
        (0.75, "shift", -1),
        (0.75, "started", 0),
        (1.5, "shift", -1),
        (1.5, "interrupted", 0),
        (1.75, "gave_up", 0),
    ]


@pytest.mark.parametrize(("displaces", "gone"), [(False, 2), (True, 1)])
def test_a_full_room_turns_away_who_comes_or_displaces_the_last(displaces: bool, gone: int) -> None:
    stage = {"room": 1, "displaces": displaces, "full_to": "b"}
    log = run(queue([0.0, 0.5, 1.0], [1, 1, 0], stage=stage, stages={"b": {"service": fixed(0.5)}}))
    assert events(log, Happening.TURNED_AWAY) == [(1.0, "turned_away", gone)]
    assert (1.5, "ended", gone) in events(log)


def test_who_finds_no_room_and_leaves_holds_no_pool_any_more() -> None:
    made = network(
        stages={
            "first": {"needs": {"p": 1}, "service": 1.0, "routes": {"urgent": 1.0}},
            "urgent": {"needs": {"p": 1, "q": 1}, "statutory": True, "room": 0, "rank": 0},
            "late": {"needs": {"p": 1}, "service": 1.0, "rank": 5},
        },
        pools={"p": 1, "q": 0},
        arrivals={"a": {"stage": "first", "times": [0.0]}, "b": {"stage": "late", "times": [0.5]}},
    )
    assert events(run(made))[1:4] == [(1.0, "ended", 0), (1.0, "turned_away", 0), (1.0, "started", 1)]


def test_a_statutory_stage_holds_its_pools_until_all_that_it_needs_are_free() -> None:
    def made(*, statutory: bool) -> Network:
        return network(
            stages={
                "assessment": {"needs": {"doctors": 2, "amhps": 1}, "service": 1.0, "statutory": statutory, "rank": 0},
                "clinic": {"needs": {"doctors": 1}, "service": 2.0, "rank": 1},
            },
            pools={"doctors": 2, "amhps": 1},
            arrivals={
                "clinic": {"stage": "clinic", "times": [0.0, 1.0, 1.5]},
                "assessment": {"stage": "assessment", "times": [1.25]},
            },
        )

    assert (2.0, "started", 3) in events(run(made(statutory=False)))
    held = events(run(made(statutory=True)))
    assert (3.0, "started", 2) in held
    assert (4.0, "started", 3) in held


def test_a_stage_without_needs_starts_everybody_at_once() -> None:
    made = network(stages={"a": {"service": 1.0}}, arrivals={"s": {"stage": "a", "times": [0.0, 0.0, 0.5]}})
    assert events(run(made), Happening.STARTED) == [(0.0, "started", 0), (0.0, "started", 1), (0.5, "started", 2)]


def test_people_present_at_the_start_are_there_without_being_logged() -> None:
    made = queue([0.0], days=[10.0], stage={"patience": fixed(5.0)})
    who = present(made, [{"stage": "a", "left": 1.5}, {"stage": "a", "patience": 1.0}, {"stage": "a"}])
    assert events(run(made, who), *Happening) == [
        (0.0, "arrived", 3),
        (0.0, "joined", 3),
        (1.0, "gave_up", 1),
        (1.0, "left", 1),
        (1.5, "ended", 0),
        (1.5, "left", 0),
        (1.5, "started", 2),
        (3.5, "ended", 2),
        (3.5, "left", 2),
        (3.5, "started", 3),
        (5.5, "ended", 3),
        (5.5, "left", 3),
    ]


def test_work_of_those_present_starts_again_with_what_was_left() -> None:
    made = queue([0.5], [0], pool={"preemption": Preemption.START_AGAIN})
    who = present(made, [{"stage": "a", "of_class": 1, "left": 1.5}])
    assert events(run(made, who)) == [
        (0.5, "interrupted", 0),
        (0.5, "started", 1),
        (2.5, "ended", 1),
        (2.5, "started", 0),
        (4.0, "ended", 0),
    ]


def test_blocks_of_rate_zero_have_no_arrivals_and_a_change_of_staffing_leaves_luck_alone() -> None:
    def made(servers: int) -> Network:
        return network(
            stages={"a": {"needs": {"p": 1}, "service": exponential(1.0), "patience": exponential(1.0)}},
            pools={"p": servers},
            arrivals={"s": {"stage": "a", "rate": [(0.0, 5.0), (10.0, 0.0), (20.0, 5.0)]}},
        )

    few, many = run(made(1)), run(made(9))
    arrivals = events(few, Happening.ARRIVED)
    assert arrivals == events(many, Happening.ARRIVED)
    assert len(arrivals) > 50
    assert not [time for time, _, _ in arrivals if 10.0 <= time < 20.0]
    works = []
    for log in (few, many):
        started = {person: time for time, _, person in events(log, Happening.STARTED)}
        works.append({person: time - started[person] for time, _, person in events(log, Happening.ENDED)})
    both = works[0].keys() & works[1].keys()
    assert len(both) > 10
    np.testing.assert_allclose([works[0][person] for person in both], [works[1][person] for person in both])


def test_shares_of_classes_and_routes_are_followed() -> None:
    made = network(
        stages={"a": {"service": empirical([0.5, 1.0]), "routes": [{"gone": 1, "b": 3}, {"gone": 1.0}]}, "b": {}},
        arrivals={"s": {"stage": "a", "rate": 100.0, "shares": [1, 1]}},
        classes=("one", "two"),
    )
    log = run(made)
    arrived = log.of_class[log.kind == Happening.ARRIVED]
    assert arrived.mean() == pytest.approx(0.5, abs=0.04)
    on = np.isin(log.person, log.person[(log.kind == Happening.JOINED) & (log.stage == 1)])
    ended = (log.kind == Happening.ENDED) & (log.stage == 0)
    assert on[ended & (log.of_class == 0)].mean() == pytest.approx(0.75, abs=0.05)
    assert not on[log.of_class == 1].any()


def test_a_model_can_be_extended() -> None:
    heard: list[str] = []

    class Hurried(Model):
        """Work takes half as long while somebody waits."""

        def work(self, person: Person) -> float:
            days = super().work(person)
            return days / 2 if self.stages[person.stage].queue else days

        def happened(self, kind: Happening, person: Person, to: int = -1) -> None:
            super().happened(kind, person, to)
            heard.append(kind.name)

    log = run(queue([0.0, 0.0, 0.0]), model=Hurried)
    assert events(log, Happening.ENDED) == [(2.0, "ended", 0), (3.0, "ended", 1), (5.0, "ended", 2)]
    assert len(heard) == log.time.size


def test_a_journey_can_wait_for_something_else() -> None:
    class WithMondays(Model):
        """Whoever arrives comes on the next whole day."""

        def journey(self, person: Person, to: int) -> Any:
            yield self.env.timeout(-self.env.now % 1.0)
            yield from super().journey(person, to)

    log = run(queue([0.25, 1.5]), model=WithMondays)
    assert events(log, Happening.JOINED) == [(1.0, "joined", 0), (2.0, "joined", 1)]


def test_figures_are_those_of_all_replications() -> None:
    made = network(
        stages={"a": {"needs": {"p": 1}, "service": exponential(0.3)}},
        pools={"p": 2},
        arrivals={"s": {"stage": "a", "rate": 5.0}},
    )
    found = simpy_engine.simulate(made, seed=1, replications=[3, 5])
    assert found.replications.tolist() == [3, 5]
    alone = simpy_engine.simulate(made, seed=1, replications=[5])
    np.testing.assert_array_equal(found.waiting_days[1:], alone.waiting_days)
    assert found.arrived[0].sum() != found.arrived[1].sum()
