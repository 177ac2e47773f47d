"""Small numbers that are kept back cannot be worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mhwfmodel.errors import DataError
from mhwfmodel.plan.disclosure import STANDARD, Disclosure, hidden, protect

SEEDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def table(random, places, groups, most=60.0, full=0.85):
    """Means by place and group, the last place all others together; some are 0, and many small."""
    parts = random.uniform(0.1, most, (places, groups)) * (random.random((places, groups)) < full)
    return np.vstack([parts, parts.sum(axis=0)])


def reach(mean, kept, step):
    """Least and most that each hidden number can be, given totals of places and what is shown to within half a step."""
    places, groups = mean.shape
    equal, known = [], []
    for place in range(places):
        row = np.zeros_like(mean)
        row[place] = 1.0
        equal.append(row.ravel())
        known.append(mean[place].sum())
    for group in range(groups):
        row = np.zeros_like(mean)
        row[:-1, group], row[-1, group] = 1.0, -1.0
        equal.append(row.ravel())
        known.append(0.0)
    told = np.round(mean / step) * step if step else mean
    bounds = [
        (0.0, None) if no else (max(value - step / 2, 0.0), value + step / 2)
        for no, value in zip(kept.ravel(), told.ravel(), strict=True)
    ]
    found = []
    for at in np.flatnonzero(kept):
        aim = np.zeros(mean.size)
        aim[at] = 1.0
        ends = [linprog(sign * aim, A_eq=np.array(equal), b_eq=np.array(known), bounds=bounds) for sign in (1.0, -1.0)]
        assert all(end.status in (0, 3) for end in ends)
        least, most = (
            sign * end.fun if end.status == 0 else sign * -np.inf for sign, end in zip((1, -1), ends, strict=True)
        )
        found.append((least, most))
    return found


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 4), st.integers(2, 5))
def test_no_hidden_number_follows_from_totals_even_if_the_others_were_exact(random, places, groups):
    mean = table(random, places, groups)
    kept = hidden(mean, STANDARD)
    assert kept[(mean > 0) & (mean < STANDARD.smallest)].all()
    assert not kept[mean == 0].any()
    for place in range(len(mean)):
        if kept[place].any() and (mean[place] > 0).sum() > 1:
            assert kept[place].sum() >= 2
    for (least, most), true in zip(reach(mean, kept, 0.0), mean[kept], strict=True):
        alone = [row for row in mean if (row > 0).sum() == 1]
        assert most - least > 1e-6 * true or alone


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.integers(1, 3), st.integers(3, 5))
def test_with_rounding_a_hidden_number_could_be_anything_that_is_kept_back(random, places, groups):
    mean = table(random, places, groups, full=1.0)
    kept = hidden(mean, STANDARD)
    for least, most in reach(mean, kept, STANDARD.nearest):
        assert most - least >= STANDARD.smallest


def test_one_small_number_takes_the_next_smallest_with_it():
    mean = np.array([[3.0, 40.0, 20.0]])
    assert hidden(np.vstack([mean, mean]), STANDARD).tolist() == [[True, False, True]] * 2


def test_a_number_hidden_in_one_place_is_hidden_in_another_as_long_as_all_places_are_told():
    mean = np.array([[3.0, 30.0, 20.0], [50.0, 40.0, 60.0], [90.0, 80.0, 70.0]])
    kept = hidden(np.vstack([mean, mean.sum(axis=0)]), STANDARD)
    assert kept[0].tolist() == [True, False, True]
    assert (kept[:, 0].sum(), kept[:, 2].sum()) == (2, 2)
    assert not kept[:, 1].any()
    assert not kept[-1].any()


def test_nothing_is_hidden_where_nothing_is_small():
    stats = np.full((6, 3, 2, 4), 12.0)
    told, shown = protect(stats, STANDARD)
    assert shown.all()
    assert (told == 10.0).all()


def test_all_statistics_of_a_hidden_number_are_kept_back_and_those_of_others_rounded():
    place = np.array([2.0, 4.0, 17.0, 33.0])
    stats = (np.arange(1.0, 7.0)[:, None, None] * place)[..., None] * np.ones((6, 2, 4, 1))
    told, shown = protect(stats, STANDARD)
    assert np.isnan(told[:, ~shown]).all()
    assert shown[0, :, 0].tolist() == [False, False, True, True]
    assert set(np.unique(told[:, shown] % 5)) == {0.0}
    assert (np.abs(told - stats)[:, shown] <= 2.5).all()


def test_minus_and_plus_are_small_alike_and_no_zero_has_a_sign():
    stats = np.array([[[-3.0, -2.0, 0.0, 12.0], [-3.0, -2.0, 0.0, 12.0]]])[..., None]
    told, shown = protect(stats, STANDARD)
    assert shown[0, :, 0].tolist() == [False, False, True, True]
    assert not np.signbit(told[0, 0, 2, 0])


@pytest.mark.parametrize(("smallest", "nearest"), [(5, 1), (0, 5), (-1, 5), (5, np.inf), (5, np.nan)])
def test_a_rule_that_would_hide_nothing_is_refused(smallest, nearest):
    with pytest.raises(DataError, match="finer rounding"):
        Disclosure(smallest, nearest)


def test_another_rule_is_obeyed():
    mean = np.array([[8.0, 9.0, 40.0]] * 2)
    assert not hidden(mean, STANDARD).any()
    assert hidden(mean, Disclosure(10, 10)).tolist() == [[True, True, False]] * 2
