"""The need for AMHPs: the design's own check, the formula by hand, and how it must move."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.demand import Duty, ServiceTerms, Windows, duty_need, fte_needed, load_of, on_duty
from mhwfmodel.errors import DataError, MhwfError

WINDOWS = Windows(
    codes=("day", "evening", "night"),
    hours=np.full(3, 8 * 365.25),
    share=np.array([0.60, 0.25, 0.15]),
    shift_hours=np.full(3, 10.0),
    floor=np.ones(3, dtype=np.int64),
    weight=np.ones(3),
)


def terms(**changes: float) -> ServiceTerms:
    values = {
        "hours_each": 6.0,
        "target_hours": 4.0,
        "late_share": 0.10,
        "handover_hours": 0.5,
        "off_rota_hours": 0.0,
        "net_hours": 1525.0,
    }
    return ServiceTerms(**{name: np.array([value]) for name, value in (values | changes).items()})


def need(assessments: float, windows: Windows = WINDOWS, **changes: float) -> Duty:
    return duty_need(np.array([[assessments]]), windows, terms(**changes))


@pytest.mark.parametrize(("services", "staff", "fte"), [(148, [3, 2, 2], 2084), (42, [7, 4, 3], 1183)])
def test_the_check_of_the_design_comes_out_exactly(services: int, staff: list[int], fte: int) -> None:
    each = need(268 / 100_000 * 57.69e6 / services)
    assert each.on_duty[0, 0].tolist() == staff
    assert round(services * float(each.fte[0, 0])) == fte


def test_the_formula_by_hand() -> None:
    assessments, hours = 1000.0, 8 * 365.25
    total = 0.0
    for share in WINDOWS.share:
        load = assessments * share / hours * 6.0
        c = ceil(load + 1e-12)
        while True:
            blocked = 1.0
            for k in range(1, c + 1):
                blocked = load * blocked / (k + load * blocked)
            waits = c * blocked / (c - load * (1 - blocked))
            if waits * exp(-(c - load) * 4.0 / 6.0) <= 0.10:
                break
            c += 1
        total += hours * c * (1 + 0.5 / 10)
    assert need(assessments, off_rota_hours=77.0).fte[0, 0] == pytest.approx((total + 77.0) / 1525.0, rel=1e-12)


def test_load_is_work_by_hours() -> None:
    load = load_of(np.array([[8766.0]]), WINDOWS, np.array([6.0]))
    assert load[0, 0] == pytest.approx(3 * 6.0 * WINDOWS.share, rel=1e-12)
    assert (load[0, 0] * WINDOWS.hours).sum() == pytest.approx(8766.0 * 6.0, rel=1e-12)


@given(
    assessments=st.floats(1.0, 30_000.0),
    more=st.floats(1.0, 2.0),
    hours=st.floats(2.0, 12.0),
    target=st.floats(0.5, 12.0),
    late=st.floats(0.02, 0.4),
)
def test_the_need_moves_one_way_with_each_input(
    assessments: float, more: float, hours: float, target: float, late: float
) -> None:
    given_ = {"hours_each": hours, "target_hours": target, "late_share": late}
    base = need(assessments, **given_).fte
    assert need(assessments * more, **given_).fte >= base
    assert need(assessments, **(given_ | {"hours_each": hours * more})).fte >= base
    assert need(assessments, **(given_ | {"target_hours": target * more})).fte <= base
    assert need(assessments, **(given_ | {"late_share": late * more})).fte <= base
    for name, way in (("handover_hours", 1), ("off_rota_hours", 1), ("net_hours", -1)):
        raised = {name: float(getattr(terms(), name)[0]) * more + 1.0}
        assert way * (need(assessments, **given_, **raised).fte - base) > 0


@given(assessments=st.floats(1.0, 20_000.0), services=st.integers(2, 30))
def test_pooling_services_alike_never_raises_the_need(assessments: float, services: int) -> None:
    assert need(services * assessments).fte <= services * need(assessments).fte + 1e-9


@given(assessments=st.floats(1.0, 30_000.0))
def test_staff_cover_at_least_the_work_and_never_fall_below_the_floor(assessments: float) -> None:
    duty = need(assessments)
    assert (duty.on_duty >= 1).all()
    assert (duty.on_duty * WINDOWS.hours).sum() > assessments * 6.0


def test_a_service_that_nobody_calls_is_staffed_to_its_floor() -> None:
    windows = replace(WINDOWS, floor=np.array([2, 1, 1]))
    assert need(0.0, windows).on_duty[0, 0].tolist() == [2, 1, 1]
    assert need(0.0, windows).fte[0, 0] == pytest.approx(4 * 2922 * 1.05 / 1525, rel=1e-12)


def test_standby_counts_by_its_weight_and_changes_nobody_on_duty() -> None:
    standby = replace(WINDOWS, weight=np.array([1.0, 1.0, 0.5]))
    full, half = need(1000.0), need(1000.0, standby)
    assert (full.on_duty == half.on_duty).all()
    saved = full.on_duty[0, 0, 2] * 2922 * 1.05 * 0.5 / 1525
    assert full.fte[0, 0] - half.fte[0, 0] == pytest.approx(saved, rel=1e-12)


def test_a_window_cut_in_two_alike_needs_the_same() -> None:
    cut = Windows(
        codes=("day", "evening", "early", "late"),
        hours=WINDOWS.hours[[0, 1, 2, 2]] * [1, 1, 0.5, 0.5],
        share=WINDOWS.share[[0, 1, 2, 2]] * [1, 1, 0.5, 0.5],
        shift_hours=np.full(4, 10.0),
        floor=np.ones(4, dtype=np.int64),
        weight=np.ones(4),
    )
    assert need(3000.0, cut).fte == pytest.approx(need(3000.0).fte, rel=1e-12)


def test_draws_and_services_are_worked_out_one_by_one() -> None:
    assessments = np.array([[500.0, 4000.0], [800.0, 100.0]])
    both = replace(terms(), hours_each=np.array([6.0, 9.0]), target_hours=np.array([4.0, 2.0]))
    both = ServiceTerms(*(np.broadcast_to(getattr(both, n), 2) for n in ServiceTerms.__dataclass_fields__))
    duty = duty_need(assessments, WINDOWS, both)
    for draw, (hours, target) in enumerate([(6.0, 4.0), (9.0, 2.0)]):
        for service in range(2):
            alone = need(assessments[draw, service], hours_each=hours, target_hours=target)
            assert (duty.on_duty[draw, service] == alone.on_duty[0, 0]).all()
            assert duty.fte[draw, service] == alone.fte[0, 0]
    assert (on_duty(assessments, WINDOWS, both) == duty.on_duty).all()
    assert (fte_needed(duty.on_duty, WINDOWS, both) == duty.fte).all()


def test_a_load_that_no_service_has_is_refused_before_the_search() -> None:
    with pytest.raises(DataError, match="AMHPs would be at work at once"):
        need(1e9)


@pytest.mark.parametrize(
    "change",
    [
        {"hours": np.zeros(3)},
        {"share": np.array([0.6, 0.25, 0.2])},
        {"share": np.array([1.2, -0.1, -0.1])},
        {"shift_hours": np.array([10.0, 0.0, 10.0])},
        {"floor": np.array([1, 1, -1])},
        {"weight": np.array([1.0, 1.0, 1.5])},
        {"weight": np.ones(2)},
    ],
)
def test_windows_that_no_year_has_are_refused(change: dict[str, np.ndarray]) -> None:
    with pytest.raises(MhwfError, match="windows need"):
        replace(WINDOWS, **change)


@pytest.mark.parametrize("change", [{"hours_each": 0.0}, {"net_hours": -1.0}, {"net_hours": np.nan}])
def test_hours_of_nothing_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(MhwfError, match="above 0"):
        terms(**change)


@pytest.mark.parametrize("name", ["target_hours", "handover_hours", "off_rota_hours"])
def test_hours_below_none_are_refused(name: str) -> None:
    with pytest.raises(MhwfError, match="0 or more"):
        terms(**{name: -0.1})
