"""A pathway as plain arrays says what the file says: rates, servers, distributions, ways on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.errors import MhwfError, PathwayError
from mhwfmodel.pathway import flatten, load_pathway, open_hours, parent
from mhwfmodel.pathway.calendar import calendar
from mhwfmodel.pathway.duty import duty_pieces, whole
from mhwfmodel.pathway.network import Law, Network, Preemption, ShiftEnd
from mhwfmodel.pathway.parts import DAYS, Pool, Stream, Window
from mhwfmodel.pathway.rates import rate_pieces
from mhwfmodel.pathway.rows import LawRows, law_means
from mhwfmodel.pathway.times import OneTime


def area(time: np.ndarray, value: np.ndarray, edge: np.ndarray) -> np.ndarray:
    """Integral of a step function over each stretch between edges, by brute force."""
    until = np.append(time[1:], edge[-1])
    shared = np.minimum(until, edge[1:, None]) - np.maximum(time, edge[:-1, None])
    return np.maximum(shared, 0.0) @ value


def ways(network: Network, stage: str, of_class: int = 0) -> dict[str, float]:
    """Ways on from a stage by the name of where they lead."""
    at = network.stages.names.index(stage)
    found: dict[str, float] = {}
    shares = np.diff(network.stages.route_upto[at, of_class], prepend=0.0)
    for share, to in zip(shares, network.stages.route_to[at, of_class], strict=True):
        name = network.stages.names[to] if to >= 0 else network.exits[-1 - to]
        found[name] = found.get(name, 0.0) + float(share)
    return {name: share for name, share in found.items() if share > 0}


FACTORS = st.floats(0.0, 5.0)


@given(
    st.floats(0.01, 100.0),
    st.dictionaries(st.sampled_from(["2025-10", "2026-04", "2026-06", "2027-01", "2031-01"]), FACTORS, max_size=3),
    st.lists(FACTORS, min_size=12, max_size=12) | st.just([]),
    st.dictionaries(st.sampled_from(DAYS), FACTORS, max_size=4),
    st.lists(FACTORS, min_size=24, max_size=24) | st.just([]),
)
def test_expected_arrivals_of_a_month_are_the_sum_of_the_factors(
    rate: float, by_month: dict[str, float], season: list[float], week: dict[str, float], day: list[float]
) -> None:
    stream = Stream(
        stage="x", per_week=rate, by_month=by_month, season=tuple(season), week=week, day=tuple(day)
    )  # fmt: skip
    days = calendar("2026-04", 14)
    time, pieces = rate_pieces(stream, days, 3.0)
    assert time[0] == 0
    assert (np.diff(time) > 0).all()
    assert (pieces[1:] != pieces[:-1]).all()
    found = area(time, pieces, days.edge.astype(float))
    hours = sum(day) if day else 24.0
    for at, label in enumerate(days.labels):
        level = [value for first, value in sorted(by_month.items()) if first <= label]
        factor = (level[-1] if level else 1.0) * (season[int(label[5:]) - 1] if season else 1.0)
        named = [DAYS[weekday] for weekday in days.weekday[days.edge[at] : days.edge[at + 1]]]
        expected = 3.0 * rate / 7 * factor * sum(week.get(name, 1.0) for name in named) * hours / 24
        assert found[at] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("field", "per_day"), [("per_day", 7.0), ("per_week", 1.0), ("per_month", 7 / 30.4375), ("per_year", 7 / 365.25)]
)
def test_rates_in_other_units(field: str, per_day: float) -> None:
    _, rate = rate_pieces(Stream(stage="x", **{field: 7.0}), calendar("2026-04", 1))
    assert rate.tolist() == [pytest.approx(per_day, rel=1e-12)]


def test_the_calendar_is_the_real_one() -> None:
    days = calendar("2027-12", 4)
    assert days.labels == ("2027-12", "2028-01", "2028-02", "2028-03")
    assert np.diff(days.edge).tolist() == [31, 31, 29, 31]
    assert days.weekday[:5].tolist() == [2, 3, 4, 5, 6]
    assert days.of_year.tolist() == [11, 0, 1, 2]


@given(st.lists(st.floats(0.0, 50.0), min_size=1, max_size=60))
def test_whole_numbers_keep_the_sum_and_stay_beside_what_was_asked_for(numbers: list[float]) -> None:
    made = whole(numbers)
    assert (made >= 0).all()
    assert np.abs(np.cumsum(made) - np.cumsum(numbers)).max() < 1 + 1e-6
    steady = whole([numbers[0]] * 40)
    assert set(steady.tolist()) <= {math.floor(numbers[0] + 1e-9), math.ceil(numbers[0])}


WINDOWS = st.builds(
    lambda days, begins, ends, count: Window(days=tuple(days), begins=begins, ends=ends, count=count),
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True),
    st.sampled_from(["00:00", "07:30", "18:00", "22:15", "24:00"]),
    st.sampled_from(["00:00", "07:30", "02:00", "16:00", "24:00"]),
    st.integers(0, 6).map(float),
)


@given(st.lists(WINDOWS, min_size=1, max_size=3), st.sampled_from(["finish", "overtime"]))
def test_time_on_duty_is_that_of_the_windows(windows: list[Window], ends: str) -> None:
    pool = Pool(rota=tuple(windows), at_shift_end=ends)
    days = calendar("2026-04", 2)
    time, number = duty_pieces(pool, days, [pool.number] * 2)
    assert time[0] == 0
    assert (np.diff(time) > 0).all()
    assert (number >= 0).all()
    minutes = np.zeros(int(days.edge[-1]) * 1440)
    for window in windows:
        for day in range(-1, int(days.edge[-1])):
            if DAYS[(days.weekday[0] + day) % 7] in window.days:
                first = day * 1440 + round(window.start_hour * 60)
                last = first + round(window.length * 60)
                minutes[max(first, 0) : max(last, 0)] += window.count
    found = number[np.searchsorted(time * 1440, np.arange(len(minutes)) + 0.5, side="right") - 1]
    assert (found == minutes).all()


def test_a_shift_ends_for_everybody_where_crews_are_replaced() -> None:
    shifts = tuple(Window(begins=first, ends=last) for first, last in (("08:00", "16:00"), ("16:00", "00:00")))
    days = calendar("2026-04", 1)
    for ends, boundaries in (("overtime", [0.0, 1 / 3, 2 / 3, 1.0]), ("finish", [0.0, 1 / 3, 1.0, 4 / 3])):
        time, number = duty_pieces(Pool(count=2, rota=shifts, at_shift_end=ends), days, [2])
        assert time[:4].tolist() == pytest.approx(boundaries)
        assert number[:4].tolist() == ([0, 2, 2, 0] if ends == "overtime" else [0, 2, 0, 2])


def test_fractions_are_carried_by_opening_day_and_month() -> None:
    days = calendar("2026-04", 3)
    rota = (Window(days=("mon", "tue", "wed", "thu", "fri"), begins="09:00", ends="17:00"),)
    hours = Pool(hours_per_week=130, rota=rota)
    assert hours.hours_open == 40
    _, number = duty_pieces(hours, days, [3.25] * 3)
    assert [int(n) for n in number if n][:8] == [3, 3, 3, 4, 3, 3, 3, 4]
    _, daily = duty_pieces(Pool(count=0.5), days, [0.5] * 3)
    assert daily[:6].tolist() == [0, 1, 0, 1, 0, 1]
    time, slots = duty_pieces(Pool(fte=1.37, slots_per_fte=15), days, [20.55] * 3)
    assert (time.tolist(), slots.tolist()) == ([0.0, 30.0, 61.0], [20, 21, 20])


def test_numbers_on_duty_must_be_one_a_month_and_not_negative() -> None:
    days = calendar("2026-04", 3)
    for bad in ([1.0, 2.0], [1.0, -1.0, 1.0], [1.0, np.nan, 1.0]):
        with pytest.raises(MhwfError, match="3 finite numbers, one a month"):
            duty_pieces(Pool(count=1), days, bad)


def test_hours_of_duty_of_one_server() -> None:
    evening = Window(days=("sat", "sun"), begins="14:00", ends="02:00", count=2)
    week = Window(days=("mon", "tue", "wed", "thu", "fri"), begins="18:00", ends="02:00", count=4)
    pool = Pool(rota=(evening, week))
    weekends, weekdays = 8, 22  # April 2026
    assert open_hours(pool, "2026-04", 1).tolist() == [weekends * 12 * 0.5 + weekdays * 8]
    assert open_hours(Pool(count=1), "2026-04", 2).tolist() == [720.0, 744.0]


TIMES = st.one_of(
    st.floats(0.001, 1000).map(lambda mean: ({"exponential": mean}, mean, 1.0)),
    st.tuples(st.floats(0.001, 1000), st.floats(0.05, 3)).map(lambda p: ({"gamma": {"mean": p[0], "cv": p[1]}}, *p)),
    st.tuples(st.floats(0.001, 1000), st.floats(0.05, 3)).map(
        lambda p: ({"lognormal": {"mean": p[0], "cv": p[1]}}, *p)
    ),
    st.tuples(st.floats(0.001, 1000), st.integers(1, 30)).map(
        lambda p: ({"erlang": {"mean": p[0], "k": p[1]}}, p[0], p[1] ** -0.5)
    ),
    st.tuples(st.floats(0.001, 1000), st.floats(0.3, 8)).map(
        lambda p: (
            {"weibull": {"mean": p[0], "shape": p[1]}},
            p[0],
            math.sqrt(math.gamma(1 + 2 / p[1]) / math.gamma(1 + 1 / p[1]) ** 2 - 1),
        )
    ),
    st.floats(0, 1000).map(lambda value: ({"fixed": value}, value, 0.0)),
)


@given(TIMES, st.floats(0.1, 10.0))
def test_distributions_have_the_mean_and_the_spread_that_are_written(
    case: tuple[dict[str, Any], float, float], factor: float
) -> None:
    from scipy import stats

    written, mean, cv = case
    rows = LawRows()
    row = rows.add(OneTime.model_validate(written), factor)
    laws = rows.laws()
    a, b = float(laws.a[row]), float(laws.b[row])
    assert law_means(laws)[row] == pytest.approx(mean * factor, rel=1e-9)
    known = {
        Law.EXPONENTIAL: lambda: stats.expon(scale=a),
        Law.GAMMA: lambda: stats.gamma(b, scale=a),
        Law.LOGNORMAL: lambda: stats.lognorm(b, scale=math.exp(a)),
        Law.WEIBULL: lambda: stats.weibull_min(b, scale=a),
    }
    if Law(int(laws.kind[row])) in known:
        law = known[Law(int(laws.kind[row]))]()
        assert law.mean() == pytest.approx(mean * factor, rel=1e-6)
        assert law.std() / law.mean() == pytest.approx(cv, rel=1e-5)


def test_empirical_values_are_sorted_merged_and_weighted() -> None:
    rows = LawRows()
    written = {"empirical": {"values": (5.0, 1.0, 5.0, 2.0), "weights": (1.0, 2.0, 1.0, 0.0)}}
    row = rows.add(OneTime.model_validate(written), 2.0)
    assert rows.add(None) == 0
    assert rows.add(OneTime.model_validate(written), 2.0) == row
    laws = rows.laws()
    assert laws.start.tolist() == [0, 0, 2]
    assert (laws.value.tolist(), laws.upto.tolist()) == ([2.0, 10.0], [0.5, 1.0])
    assert law_means(laws)[row] == 6.0
    assert math.isinf(law_means(laws)[0])


def test_a_plain_pathway(small: Any) -> None:
    network = flatten(
        small(
            classes={"high": {"priority": 1, "severity": 2}, "low": {"priority": 3}},
            pools={"nurses": {"preemption": "resume", "at_shift_end": "hand_over"}},
            arrivals={"referrals": {"classes": {"high": 0.25, "low": 0.75}, "number": 9}},
            stages={
                "triage": {
                    "number": 7, "priority": 2, "patience": {"fixed": 3}, "room": 4, "when_full": "displace",
                    "statutory": True, "contact": True,
                }
            },
        ),
        place=5,
    )  # fmt: skip
    stages = network.stages
    assert (network.place, network.classes, network.exits) == (
        5,
        ("high", "low"),
        ("discharged", "gave_up", "turned_away"),
    )
    assert (stages.names, stages.number.tolist(), stages.rank.tolist()) == (("triage",), [7], [[2001, 2003]])
    assert (stages.room.tolist(), stages.displaces.tolist(), stages.statutory.tolist()) == ([4], [True], [True])
    assert (stages.impatient_to.tolist(), stages.full_to.tolist()) == ([[-2, -2]], [-3])
    assert network.laws.a[stages.service[0]].tolist() == [2.0, 1.0]
    assert network.pools.preemption.tolist() == [Preemption.RESUME]
    assert network.pools.at_shift_end.tolist() == [ShiftEnd.HAND_OVER]
    assert (network.pools.time.tolist(), network.pools.on_duty.tolist()) == ([0.0], [3])
    assert network.arrivals.number.tolist() == [9]
    assert network.arrivals.class_upto.tolist() == [[0.25, 1.0]]
    assert network.end == 365.0
    for name in ("need_pool", "need_count", "service", "patience", "route_to", "rank"):
        assert getattr(stages, name).dtype == np.int32, name


def test_modes_split_the_ways_into_a_stage_and_the_excluded_go_elsewhere(small: Any) -> None:
    modes = {"here": {"share": 0.6}, "digital": {"share": 0.4, "time": 0.5, "excluded": {"people": 0.25}}}
    network = flatten(
        small(
            exits=["discharged", "not_reached"],
            stages={
                "triage": {"routes": {"talk": 0.5, "discharged": 0.5}},
                "talk": {"needs": {"nurses": 1}, "service": {"fixed": 2}, "modes": modes, "excluded": "not_reached",
                         "routes": {"talk": 0.2, "discharged": 0.8}},
            },
        )
    )  # fmt: skip
    assert network.stages.names == ("triage", "talk/here", "talk/digital")
    assert network.stages.number.tolist() == [1, 2, 2]
    assert ways(network, "triage") == pytest.approx(
        {"talk/here": 0.3, "talk/digital": 0.15, "not_reached": 0.05, "discharged": 0.5}
    )
    assert ways(network, "talk/here")["talk/digital"] == pytest.approx(0.2 * 0.3)
    assert network.laws.a[network.stages.service[:, 0]].tolist() == [1.0, 2.0, 1.0]


def test_arrivals_at_a_stage_with_parts_come_in_at_a_stage_of_no_time(small: Any) -> None:
    modes = {"here": {"share": 0.5}, "digital": {"share": 0.5}}
    network = flatten(small(stages={"triage": {"modes": modes, "patience": {"fixed": 1}, "gives_up": "triage"}}))
    assert network.stages.names == ("triage/here", "triage/digital", "triage/entry")
    entry = network.stages.names.index("triage/entry")
    assert network.arrivals.stage.tolist() == [entry]
    assert network.stages.impatient_to.tolist()[:2] == [[entry], [entry]]
    assert ways(network, "triage/entry") == {"triage/here": 0.5, "triage/digital": 0.5}
    assert network.laws.kind[network.stages.service[entry, 0]] == Law.FIXED
    assert network.laws.a[network.stages.service[entry, 0]] == 0.0
    assert [parent(name) for name in network.stages.names] == ["triage", "triage", ""]


def test_teams_are_pools_of_their_own_and_people_stay_with_theirs(small: Any) -> None:
    network = flatten(
        small(
            pools={"nurses": {"count": 7, "teams": 3}, "doctors": {"count": 2}},
            stages={
                "triage": {
                    "needs": {"nurses": 1, "doctors": 1},
                    "routes": {"talk": 0.5, "rest": 0.5, "discharged": None},
                },
                "talk": {"needs": {"nurses": 2}, "service": {"fixed": 1}, "routes": {"discharged": 1}},
                "rest": {"service": {"fixed": 1}, "routes": {"talk": 1}},
            },
        )
    )
    assert network.pools.names == ("nurses#1", "nurses#2", "nurses#3", "doctors")
    assert network.pools.on_duty.tolist() == [2, 2, 3, 2]
    assert ways(network, "triage#2") == pytest.approx({"talk#2": 0.5, "rest": 0.5})
    assert ways(network, "rest") == pytest.approx({f"talk#{team}": 1 / 3 for team in (1, 2, 3)})
    second = network.stages.names.index("triage#2")
    needs = slice(network.stages.need_start[second], network.stages.need_start[second + 1])
    assert network.stages.need_pool[needs].tolist() == [1, 3]


def test_people_come_back_through_a_stage_outside(small: Any) -> None:
    network = flatten(
        small(
            stages={"triage": {"patience": {"fixed": 9}, "gives_up": "discharged"}},
            re_referral={"after": "discharged", "chance": 0.2, "delay": {"exponential": 200}, "stage": "triage"},
        )
    )
    assert network.stages.names == ("triage", "re_referral", "discharged/back")
    assert network.stages.outside.tolist() == [False, True, False]
    assert network.stages.number.tolist() == [1, 255, 255]
    expected = {"re_referral": 0.2, "discharged": 0.8}
    assert ways(network, "triage") == pytest.approx(expected)
    assert ways(network, "discharged/back") == pytest.approx(expected)
    assert network.stages.impatient_to.tolist()[0] == [2]
    assert ways(network, "re_referral") == {"triage": 1.0}


def test_given_times_count_from_the_files_first_month(small: Any) -> None:
    pathway = small(arrivals={"referrals": {"per_day": None, "times": [3.5, "12 hours"]}}, warm_up="1 month")
    network = flatten(pathway)
    assert network.end == 31 + 365
    assert network.arrivals.given_time.tolist() == [31.5, 34.5]
    assert network.arrivals.start.tolist() == [0, 0]
    assert flatten(pathway, start="2026-04", months=1).arrivals.given_time.tolist() == [0.5, 3.5]


def test_scale_and_staff_from_elsewhere(small: Any) -> None:
    rota = [{"from": "08:00", "to": "16:00", "count": 4}, {"from": "16:00", "to": "00:00", "count": 2}]
    pathway = small(pools={"nurses": {"count": None, "rota": rota}, "beds": {"count": 10}}, months=2)
    network = flatten(pathway, scale=2.0, on_duty={"nurses": [2.0, 8.0]})
    assert network.arrivals.rate.tolist() == [4.0]
    nurses = network.pools.on_duty[: network.pools.start[1]]
    assert nurses[:4].tolist() == [0, 2, 1, 0]
    assert set(nurses[-3:].tolist()) <= {0, 4, 8}
    assert network.pools.on_duty[network.pools.start[1] :].tolist() == [20]
    with pytest.raises(PathwayError, match="'nurse' is not a pool; did you mean 'nurses'"):
        flatten(pathway, on_duty={"nurse": 2.0})


@pytest.mark.parametrize("name", ["cmhf", "crisis_cafe", "community_team", "mental_health_act"])
def test_every_pathway_that_ships_is_sound(name: str, root: Any) -> None:
    pathway = load_pathway(name if name == "cmhf" else root / f"examples/pathways/{name}.yaml")
    network = flatten(pathway)
    stages = network.stages
    assert (stages.route_upto[:, :, -1] == 1.0).all()
    assert (np.diff(stages.route_upto, axis=2) >= 0).all()
    assert stages.route_to.max() < len(stages.names)
    assert -1 - stages.route_to.min() < len(network.exits)
    assert stages.number.min() >= 1
    for pool in range(len(network.pools.names)):
        time = network.pools.time[network.pools.start[pool] : network.pools.start[pool + 1]]
        assert time[0] == 0
        assert (np.diff(time) > 0).all()
        assert time[-1] < network.end
