"""The compiled engine by itself: small cases by hand, the same bits whatever the threads and the room, memory."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from networks import exponential, fixed, lognormal, network, present

from mhwfmodel.demand import _world, engine
from mhwfmodel.demand.layout import lay_out
from mhwfmodel.demand.outcome import Happening, WaitTotals
from mhwfmodel.demand.waits import bin_of, collect
from mhwfmodel.errors import CapacityError, InvariantError
from mhwfmodel.pathway.network import Preemption, ShiftEnd


def busy_clinic(rate=6.0, days=(30.0, 30.0, 31.0)):
    """Two stages that share nurses, impatience, interruptions and a shift every day."""
    shifts = [(day + hour, number) for day in range(91) for hour, number in ((0.0, 3), (0.5, 1))]
    return network(
        stages={
            "triage": {
                "needs": {"nurses": 1},
                "service": exponential(0.2),
                "patience": [exponential(2.0), exponential(5.0)],
                "routes": {"care": 0.7, "gone": 0.3},
                "contact": True,
            },
            "care": {
                "needs": {"nurses": 1},
                "service": lognormal(-1.5, 0.8),
                "patience": exponential(4.0),
                "room": 3,
                "displaces": True,
                "contact": True,
            },
        },
        pools={"nurses": {"shifts": shifts, "preemption": Preemption.RESUME, "at_shift_end": ShiftEnd.HAND_OVER}},
        arrivals={"referrals": {"stage": "triage", "rate": rate, "shares": [0.3, 0.7]}},
        classes=("urgent", "routine"),
        days=days,
    )


def arrays(outcome):
    """Every array of an outcome by name."""
    for field in fields(outcome):
        value = getattr(outcome, field.name)
        if isinstance(value, WaitTotals):
            yield from ((f"{field.name}.{part.name}", getattr(value, part.name)) for part in fields(value))
        else:
            yield field.name, value


def assert_same(one, other, part=slice(None)):
    """The same bits; of the second the given replications."""
    for (name, left), (_, right) in zip(arrays(one), arrays(other), strict=True):
        np.testing.assert_array_equal(left, right if name == "on_duty" else right[part], err_msg=name)


def instants(log, kind):
    return log.time[log.kind == kind].tolist()


def test_people_who_wait_longer_than_they_will_give_up():
    clinic = network(
        stages={"s": {"needs": {"p": 1}, "service": fixed(11.0), "patience": fixed(3.0)}},
        pools={"p": 1},
        arrivals={"given": {"stage": "s", "times": [7.0, 14.0, 21.0, 28.0]}},
        days=[32.5],
    )
    log = engine.trace(clinic, seed=1, replication=0)
    assert instants(log, Happening.STARTED) == [7.0, 21.0]
    assert instants(log, Happening.ENDED) == [18.0, 32.0]
    assert instants(log, Happening.GAVE_UP) == [17.0, 31.0]
    outcome = engine.simulate(clinic, seed=1, replications=[0])
    assert outcome.events.tolist() == [4 + 2 + 2 + 2]
    assert outcome.waited.tolist() == [[[6.0]]]
    assert outcome.worked.tolist() == [[[22.0]]]
    assert outcome.busy.tolist() == [[[22.0]]]
    assert outcome.on_duty.tolist() == [[32.5]]
    assert outcome.stage_waits.number.tolist() == [[[[2]]]]
    assert outcome.stage_waits.days.tolist() == [[[[0.0]]]]
    assert outcome.most_present.tolist() == [2]


def shift_case(rule, shifts, times, service, days):
    clinic = network(
        stages={"s": {"needs": {"p": 1}, "service": fixed(service)}},
        pools={"p": {"shifts": shifts, "at_shift_end": rule}},
        arrivals={"given": {"stage": "s", "times": times}},
        days=[days],
    )
    return clinic, engine.trace(clinic, seed=1, replication=0)


def test_work_that_is_handed_over_goes_on_where_it_was():
    _, log = shift_case(ShiftEnd.HAND_OVER, [(0.0, 1), (5.0, 0), (9.0, 1)], [1.0], 10.0, 40.0)
    assert instants(log, Happening.STARTED) == [1.0, 9.0]
    assert instants(log, Happening.INTERRUPTED) == [5.0]
    assert instants(log, Happening.ENDED) == [15.0]


def test_work_that_starts_again_takes_as_long_as_it_would_have():
    _, log = shift_case(ShiftEnd.START_AGAIN, [(0.0, 1), (1.0, 3), (2.0, 1)], [0.0, 0.0, 0.0], 2.0, 40.0)
    assert instants(log, Happening.ENDED) == [2.0, 3.0, 5.0]


def test_overtime_is_done_beside_those_on_duty():
    clinic, log = shift_case(ShiftEnd.OVERTIME, [(0.0, 1), (7.0, 1), (11.0, 1)], [1.0, 8.0], 8.0, 40.0)
    assert instants(log, Happening.STARTED) == [1.0, 8.0]
    outcome = engine.simulate(clinic, seed=1, replications=[0])
    assert outcome.busy.tolist() == [[[16.0]]]
    assert outcome.overtime.tolist() == [[[2.0 + 5.0]]]


def test_a_shift_that_ends_with_work_in_hand_lets_it_finish():
    _, log = shift_case(ShiftEnd.FINISH, [(0.0, 2), (1.0, 1)], [0.0, 0.0, 0.5], 3.0, 40.0)
    assert instants(log, Happening.STARTED) == [0.0, 0.0, 3.0]


def test_the_last_in_order_finds_no_room():
    clinic = network(
        stages={"s": {"needs": {"p": 1}, "service": fixed(10.0), "room": 2, "displaces": True}},
        pools={"p": 1},
        arrivals={"given": {"stage": "s", "times": [0.0, 0.0, 2.0, 3.0], "of_class": [1, 1, 0, 0]}},
        classes=("high", "low"),
        days=[40.0],
    )
    log = engine.trace(clinic, seed=1, replication=0)
    assert instants(log, Happening.TURNED_AWAY) == [3.0]
    assert log.person[log.kind == Happening.TURNED_AWAY].tolist() == [1]
    assert instants(log, Happening.ENDED) == [10.0, 20.0, 30.0]


def test_statutory_work_holds_what_it_needs():
    """An assessment needs two doctors; whoever came before it starts, and nobody who came after it does."""
    clinic = network(
        stages={
            "clinic": {"needs": {"doctors": 1}, "service": fixed(2.0), "rank": 1},
            "assessment": {"needs": {"doctors": 2}, "service": fixed(1.0), "rank": 0, "statutory": True},
        },
        pools={"doctors": 2},
        arrivals={
            "patients": {"stage": "clinic", "times": [0.0, 0.5, 1.0]},
            "urgent": {"stage": "assessment", "times": [0.75]},
        },
        days=[40.0],
    )
    log = engine.trace(clinic, seed=1, replication=0)
    starts = log.kind == Happening.STARTED
    assert log.time[starts].tolist() == [0.0, 0.5, 2.5, 3.5]
    assert log.stage[starts].tolist() == [0, 0, 1, 0]


def test_figures_do_not_depend_on_threads():
    clinic = busy_clinic()
    outcomes = [engine.simulate(clinic, seed=4, replications=range(6), threads=n) for n in (1, 2, 3)]
    assert outcomes[0].interrupted.sum() > 100
    assert outcomes[0].turned_away.sum() > 10
    assert outcomes[0].idle.sum() == 0
    for other in outcomes[1:]:
        assert_same(outcomes[0], other)


def test_the_first_replications_of_many_are_those_of_a_few():
    clinic = busy_clinic()
    few = engine.simulate(clinic, seed=4, replications=range(4))
    many = engine.simulate(clinic, seed=4, replications=range(10))
    assert_same(few, many, slice(4))
    assert not np.array_equal(many.joined[0], many.joined[1])
    backwards = engine.simulate(clinic, seed=4, replications=[3, 2, 1, 0])
    assert_same(backwards, few, slice(None, None, -1))


def test_places_side_by_side_are_places_one_by_one():
    places = [busy_clinic(rate) for rate in (2.0, 6.0)]
    together = engine.simulate_many(places, seed=3, replications=[0, 5], threads=2)
    for place, outcome in zip(places, together, strict=True):
        assert_same(outcome, engine.simulate(place, seed=3, replications=[0, 5], threads=1))


def test_too_little_room_at_first_changes_nothing(monkeypatch):
    clinic = busy_clinic()
    plenty, every = engine.simulate(clinic, seed=4, replications=[1]), engine.trace(clinic, seed=4, replication=1)
    assert every.time.size > 1000
    monkeypatch.setattr(engine, "_SLOTS", 2)
    monkeypatch.setattr(engine, "_ROWS", 2)
    assert_same(engine.simulate(clinic, seed=4, replications=[1]), plenty)
    again = engine.trace(clinic, seed=4, replication=1)
    for field in fields(again):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(every, field.name))


def test_memory_goes_by_people_present_and_not_by_people_seen():
    clinic = busy_clinic(rate=200.0, days=(60.0,) * 6)
    plan = engine._Plan(clinic, lay_out(clinic), engine._results(clinic, 1))
    done = engine._run(plan, 0, 1, 0, None, rows=0)
    seen, most = int(done.world["serial"][0]), int(done.world["most"][0])
    assert seen > 50 * most
    assert int(done.world["used"][0]) == most
    assert done.tables["people"].size < 4 * max(most, engine._SLOTS)
    assert _world.PERSON.itemsize + _world.EVENT.itemsize <= 160


def test_people_who_are_present_are_counted_from_their_day_on():
    clinic = network(
        stages={"s": {"needs": {"p": 1}, "service": fixed(4.0), "contact": True}},
        pools={"p": 1},
        days=[3.0, 4.0],
    )
    here = present(
        clinic,
        [
            {"stage": "s", "age": 30.0, "waited": 10.0, "left": 2.0, "contacts": 1},
            {"stage": "s", "age": 40.0, "waited": 20.0},
            {"stage": "s", "age": 9.0, "waited": 9.0, "patience": 1.0},
        ],
    )
    log = engine.trace(clinic, seed=1, replication=0, present=here)
    assert log.kind.tolist() == [
        Happening.GAVE_UP,
        Happening.LEFT,
        Happening.ENDED,
        Happening.LEFT,
        Happening.STARTED,
        Happening.ENDED,
        Happening.LEFT,
    ]
    assert log.time.tolist() == [1.0, 1.0, 2.0, 2.0, 2.0, 6.0, 6.0]
    outcome = engine.simulate(clinic, seed=1, replications=[0], present=[here])
    assert outcome.opening_waiting.tolist() == [[[2]]]
    assert outcome.opening_in_work.tolist() == [[[1]]]
    assert outcome.stage_waits.days[0, 0, 0, 0] == 22.0
    assert outcome.waits.days[0, :, :, 0, 0].tolist() == [[42.0, 0.0], [0.0, 43.0]]
    assert outcome.in_work[0, :, 0, 0].tolist() == [1, 0]


def test_waits_are_counted_in_the_bins_that_numpy_finds():
    """Waits over all bins, on their edges and just beside them, by the engine and by plain numpy."""
    from mhwfmodel.demand.outcome import WAIT_EDGE

    rng = np.random.default_rng(1)
    waits = np.concatenate(
        [WAIT_EDGE, np.nextafter(WAIT_EDGE[1:], 0.0), np.nextafter(WAIT_EDGE, 9e9), rng.uniform(0.0, 900.0, 500)]
    )
    stages = {"s": {"needs": {"p": 1}, "service": fixed(1.0)}}
    clinic = network(stages=stages, pools={"p": waits.size}, days=[1.0])
    for some in (waits, waits[bin_of(waits) == 40], waits[-1:]):
        here = present(clinic, [{"stage": "s", "waited": wait} for wait in some])
        found = engine.simulate(clinic, seed=1, replications=[0], present=[here]).stage_waits
        wanted = collect((1, 1, 1, 1), np.zeros(some.size, np.int64), some)
        for field in fields(WaitTotals):
            np.testing.assert_allclose(
                getattr(found, field.name),
                getattr(wanted, field.name),
                rtol=1e-12 if field.name == "days" else 0.0,
                err_msg=field.name,
            )


def test_somebody_who_goes_round_without_end_is_told():
    clinic = network(
        stages={
            "a": {"service": fixed(0.0), "routes": {"b": 1.0}},
            "b": {"service": fixed(0.0), "routes": {"a": 1.0}},
        },
        arrivals={"given": {"stage": "a", "times": [1.0]}},
        days=[2.0],
    )
    with pytest.raises(InvariantError, match=r"a, b: in replication 7 somebody came to more than 65535 stages"):
        engine.simulate(clinic, seed=1, replications=[7])


def test_more_people_than_can_be_counted_are_refused(monkeypatch):
    monkeypatch.setattr(engine, "_SLOTS", 2)
    monkeypatch.setattr(engine, "_MOST_SLOTS", 8)
    with pytest.raises(CapacityError, match="more than 8 people are present at once in replication 0"):
        engine.simulate(busy_clinic(rate=50.0), seed=1, replications=[0])
