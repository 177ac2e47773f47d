"""From staff to hours: closed forms, laws, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.catalogue.states import EXPERIENCE_BANDS
from mhwfmodel.errors import DataError
from mhwfmodel.supply.capacity import REFERENCE_BAND, contracted_hours, hours, net_hours

BANDS = len(EXPERIENCE_BANDS)
DEDUCTIONS = {
    "leave_days": (0.0, 40.0),
    "sickness_days": (0.0, 15.0),
    "training_days": (0.0, 10.0),
    "supervision": (0.0, 5.0),
    "travel": (0.0, 0.4),
    "protected": (0.0, 0.4),
}
NOTHING_OFF = dict.fromkeys(DEDUCTIONS, 0.0)

weeks = st.floats(20.0, 45.0)
ranges = st.fixed_dictionaries({name: st.floats(*ends) for name, ends in DEDUCTIONS.items()})


def net(weekly: float, **given_deductions: float) -> float:
    taken = {**NOTHING_OFF, **given_deductions}
    return float(net_hours(np.array([weekly]), **{name: np.array([value]) for name, value in taken.items()})[0])


def one(bands, productivity=(1.0,) * BANDS, *, released=0.0, amhp=0.0, share=1.0, net_month=100.0):
    """Hours and effective FTE of one cell and draw."""
    made = hours(
        np.array([[bands]], dtype=float),
        np.array([productivity], dtype=float),
        np.array([[released]]),
        np.array([[amhp]]),
        np.array([[share]]),
        np.array([[net_month]]),
    )
    assert made.hours.shape == made.effective_fte.shape == (1, 1)
    return float(made.hours[0, 0]), float(made.effective_fte[0, 0])


def test_a_full_time_month_in_closed_form():
    assert contracted_hours(np.array([37.0]))[0] == pytest.approx(37 * 1461 / 28 / 12, rel=1e-14)
    assert net(37.0) == pytest.approx(37 * 1461 / 28 / 12, rel=1e-14)
    year = 37 * 1461 / 28 - (35 + 10.5 + 5) * 7.4 - 12 * 2
    found = net(37.0, leave_days=35, sickness_days=10.5, training_days=5, supervision=2, travel=0.1, protected=0.04)
    assert found == pytest.approx(year * 0.9 * 0.96 / 12, rel=1e-14)


def test_a_year_away_leaves_nothing_and_no_more():
    assert net(35.0, leave_days=1461 / 28 * 5) == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(DataError, match="more than a post has; lower them"):
        net(35.0, leave_days=261)


@given(weekly=weeks, taken=ranges, name=st.sampled_from(sorted(DEDUCTIONS)), more=st.floats(0.01, 0.3))
def test_hours_fall_with_each_deduction(weekly, taken, name, more):
    assert net(weekly, **{**taken, name: taken[name] + more}) < net(weekly, **taken)


@given(weekly=weeks, taken=ranges, x=st.floats(0.0, 1.0))
def test_protecting_a_share_of_time_costs_that_share_of_capacity(weekly, taken, x):
    """Case W10: protected time up by x per cent of the hours at work, capacity down by x per cent."""
    taken["protected"] = 0.0
    assert net(weekly, **{**taken, "protected": x}) == pytest.approx((1 - x) * net(weekly, **taken), rel=1e-12)


@given(weekly=weeks, taken=ranges, factor=st.floats(0.5, 1.0))
def test_hours_scale_with_the_week_where_supervision_does(weekly, taken, factor):
    scaled = net(weekly * factor, **{**taken, "supervision": taken["supervision"] * factor})
    assert scaled == pytest.approx(factor * net(weekly, **taken), rel=1e-12)


@pytest.mark.parametrize("new", [0.0, 0.4, 0.75, 1.0])
@pytest.mark.parametrize("leaving", [0.05, 0.1, 0.15, 0.3])
def test_more_turnover_at_constant_headcount_lowers_capacity(new, leaving):
    """The two tenures of case V9: who leaves each year is the share that is new, when the stock is held at 750."""
    stock = 750.0
    old = stock * (1 - leaving)
    newcomers = old * leaving / (1 - leaving)
    assert newcomers + old == pytest.approx(stock)
    productivity = (new, 1.0, 1.0, 1.0)
    _, effective = one((newcomers, 0.0, old, 0.0), productivity)
    assert effective == pytest.approx(stock * (1 - leaving * (1 - new)), rel=1e-12)
    _, calmer = one((stock * leaving / 2, 0.0, stock * (1 - leaving / 2), 0.0), productivity)
    assert (calmer > effective) == (new < 1)


def test_the_burst_of_hires_of_case_v9_adds_heads_at_once_and_work_later():
    new_share, later = 0.25, 0.10
    stock, experienced, heads, work = 75.0, 675.0, [], []
    for hires in (100, 200, 100, 100, 100):
        experienced = (experienced + stock) * (1 - later)
        stock = hires * (1 - new_share)
        heads.append(one((stock, 0, experienced, 0))[1])
        work.append(one((stock, 0, experienced, 0), (0.6, 0.9, 1, 1))[1])
    assert heads == pytest.approx([750, 825, 817.5, 810.75, 804.675], rel=1e-12)
    assert work[1] / work[0] < heads[1] / heads[0]
    assert work == pytest.approx([h - 0.4 * n for h, n in zip(heads, (75, 150, 75, 75, 75), strict=True)], rel=1e-12)


@given(
    bands=st.tuples(*[st.floats(0.0, 1e4)] * BANDS),
    share=st.floats(0.0, 1.0),
    net_month=st.floats(0.0, 200.0),
    off=st.floats(0.0, 1.0),
)
def test_alike_bands_count_heads_alone(bands, share, net_month, off):
    total = sum(bands)
    found, effective = one(bands, share=share, net_month=net_month, released=total * off / 2, amhp=total * off / 2)
    assert effective == pytest.approx(total * (1 - off) * share, rel=1e-9, abs=1e-9)
    assert found == pytest.approx(effective * net_month, rel=1e-12, abs=1e-12)


@given(
    bands=st.tuples(*[st.floats(0.0, 1e4)] * BANDS),
    productivity=st.tuples(*[st.floats(0.0, 1.5)] * BANDS),
    share=st.floats(0.0, 1.0),
)
def test_the_share_for_mental_health_runs_from_nothing_to_all(bands, productivity, share):
    whole = one(bands, productivity)[0]
    assert one(bands, productivity, share=0.0) == (0.0, 0.0)
    assert whole == pytest.approx(100 * float(np.dot(bands, productivity)), rel=1e-12, abs=1e-9)
    assert one(bands, productivity, share=share)[0] == pytest.approx(share * whole, rel=1e-12, abs=1e-9)


def test_an_experienced_full_time_equivalent_is_the_unit():
    bands = np.zeros(BANDS)
    bands[REFERENCE_BAND] = 1.0
    assert one(bands, (0.7, 0.9, 1.0, 1.1), net_month=118.5) == (118.5, 1.0)
    assert EXPERIENCE_BANDS[REFERENCE_BAND] == "3_to_10"


def test_released_time_and_the_rota_come_off_the_post_alike():
    mix, productivity = (10.0, 20.0, 50.0, 20.0), (0.75, 0.93, 1.0, 1.0)
    whole = one(mix, productivity)[0]
    assert one(mix, productivity, released=25.0)[0] == pytest.approx(0.75 * whole)
    assert one(mix, productivity, amhp=25.0)[0] == pytest.approx(0.75 * whole)
    assert one(mix, productivity, released=15.0, amhp=10.0)[0] == pytest.approx(0.75 * whole)
    assert one(mix, productivity, released=60.0, amhp=40.0)[0] == 0.0


def test_losing_experience_at_constant_headcount_shows():
    productivity = (0.75, 0.93, 1.0, 1.0)
    before, after = one((10, 20, 50, 20), productivity)[1], one((30, 20, 40, 10), productivity)[1]
    assert before - after == pytest.approx(20 * 0.25)


def test_an_empty_cell_gives_nothing_and_spoils_nothing():
    assert one((0, 0, 0, 0)) == (0.0, 0.0)


def test_cells_and_draws_do_not_mix():
    rng = np.random.default_rng(1)
    fte = rng.uniform(0, 9, (3, 5, BANDS))
    productivity = rng.uniform(0.5, 1, (3, BANDS))
    released, amhp = rng.uniform(0, 0.2, (2, 3, 5)) * fte.sum(axis=2)
    share, month = rng.uniform(0, 1, (3, 5)), rng.uniform(90, 140, (3, 5))
    made = hours(fte, productivity, released, amhp, share, month)
    for draw in range(3):
        for cell in range(5):
            at = draw, cell
            alone = one(
                fte[at], productivity[draw], released=released[at], amhp=amhp[at], share=share[at], net_month=month[at]
            )
            assert (made.hours[at], made.effective_fte[at]) == pytest.approx(alone, rel=1e-12)
    halves = hours(
        np.repeat(fte / 2, 2, axis=1),
        productivity,
        *(np.repeat(t, 2, axis=1) for t in (released / 2, amhp / 2, share, month)),
    )
    np.testing.assert_allclose(halves.hours.reshape(3, 5, 2).sum(axis=2), made.hours, rtol=1e-12)


def sound() -> dict[str, np.ndarray]:
    return {
        "fte_by_band": np.ones((2, 3, BANDS)),
        "productivity": np.ones((2, BANDS)),
        "released_fte": np.zeros((2, 3)),
        "amhp_fte": np.zeros((2, 3)),
        "mental_health_share": np.ones((2, 3)),
        "net": np.full((2, 3), 100.0),
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("fte_by_band", -1.0, "capacity fte_by_band: -1 is no such value"),
        ("productivity", np.nan, "capacity productivity: nan is no such value"),
        ("released_fte", -0.1, "capacity released_fte: -0.1"),
        ("amhp_fte", np.inf, "capacity amhp_fte: inf"),
        ("mental_health_share", 1.01, "capacity mental_health_share: 1.01 is no such value (1 in all); give 0 to 1"),
        ("net", -5.0, "capacity net: -5 is no such value (1 in all); give 0 or more"),
        (
            "released_fte",
            4.1,
            "4.1 FTE are released or on AMHP work and only 4 FTE are in post (1 such cells and draws)",
        ),
    ],
)
def test_bad_values_are_refused(name, value, said):
    given_arrays = sound()
    given_arrays[name].flat[1] = value
    with pytest.raises(DataError) as caught:
        hours(**given_arrays)
    assert said in str(caught.value)


def test_all_faults_come_at_once():
    given_arrays = sound()
    given_arrays["net"][0, 0] = np.nan
    given_arrays["productivity"][1, 2] = -1.0
    with pytest.raises(DataError) as caught:
        hours(**given_arrays)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("fte_by_band", (2, 3)),
        ("fte_by_band", (2, 3, 3)),
        ("productivity", (1, BANDS)),
        ("net", (2, 1)),
        ("amhp_fte", (3, 2)),
    ],
)
def test_dims_that_do_not_fit_are_refused(name, shape):
    with pytest.raises(DataError, match=f"capacity {name}: dims"):
        hours(**{**sound(), name: np.ones(shape)})


@pytest.mark.parametrize(
    ("name", "value"),
    [("leave_days", -1.0), ("supervision", np.nan), ("travel", 1.1), ("protected", -0.1), ("training_days", np.inf)],
)
def test_bad_deductions_are_refused(name, value):
    with pytest.raises(DataError, match=f"capacity {name}"):
        net(37.0, **{name: value})
