"""Sums by group, and over twelve months, against sums made by hand."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from mhwfmodel.results.reduce import Group, Reducer, measured

PLACES, DRAWS, MONTHS = 12, 5, 30
ALL = ("filled", "hours", "leavers", "turnover_rate", "vacancy_rate")
FEW = ("vacancies",)


def groups() -> list[Group]:
    """The places themselves, pairs of them in another order, and all together."""
    place = np.arange(PLACES)
    return [
        Group.of("each", place[:, None], ALL, every_draw=False),
        Group.of("pairs", (place % (PLACES // 2))[:, None], (*ALL, "specialist_turnover_rate"), every_draw=True),
        Group.of("whole", np.zeros((PLACES, 1), dtype=np.int64), FEW, every_draw=True),
    ]


@pytest.fixture(scope="module")
def measures() -> np.ndarray:
    """Whole people, dims (month, draw, place, variable); the opening month has no flows."""
    made = np.random.default_rng(5).integers(0, 900, (MONTHS, DRAWS, PLACES, len(measured()))).astype(np.float64)
    made[0, :, :, [measured().index(name) for name in ("leavers", "specialist_leavers")]] = np.nan
    return made


def summed(values: np.ndarray, group: Group) -> np.ndarray:
    """Sum over the places of each group, dims (group, draw), of values with dims (draw, place)."""
    return np.stack([values[:, group.index == at].sum(axis=1) for at in range(len(group.labels))])


def by_hand(measures: np.ndarray, group: Group, column: str, month: int) -> np.ndarray:
    at = {name: measures[:, :, :, number] for number, name in enumerate(measured())}
    if column in at:
        return summed(at[column][month], group)
    leavers, filled = ("specialist_leavers", "specialist_filled") if "specialist" in column else ("leavers", "filled")
    if month < 12:
        return np.full((len(group.labels), DRAWS), np.nan)
    if column.endswith("flows"):
        return 12 * summed(at[leavers][month - 11 : month + 1].sum(axis=0), group)
    return summed(at[filled][month - 12 : month].sum(axis=0), group)


def test_every_column_is_the_sum_by_hand(measures: np.ndarray) -> None:
    made = Reducer.of(groups(), PLACES)
    year = made.year(DRAWS)
    for month in range(MONTHS):
        found = made.reduce(measures[month], year)
        for group in made.groups:
            values = found[group.name]
            assert values.shape == (len(group.columns), len(group.labels), DRAWS)
            assert (values.dtype, values.flags.c_contiguous) == (np.float32, True)
            for column, part in zip(group.columns, values, strict=True):
                np.testing.assert_array_equal(part, by_hand(measures, group, column, month), f"{column} {month}")


def test_a_draw_has_the_same_bits_alone_and_after_it_was_put_aside(measures: np.ndarray) -> None:
    shares = np.nan_to_num(measures) / 7.0
    made = Reducer.of(groups(), PLACES)
    whole, alone = made.year(DRAWS), made.year(1)
    for month in range(MONTHS):
        every, one = made.reduce(shares[month], whole), made.reduce(shares[month, 2:3].copy(), alone)
        alone = pickle.loads(pickle.dumps(alone))
        for name, values in every.items():
            np.testing.assert_array_equal(values[:, :, 2:3], one[name])


def test_sums_over_a_year_do_not_drift_where_people_are_no_whole_numbers() -> None:
    """A place that many left and where then nobody is has sums of exactly nothing a year and a turn later."""
    names = measured()
    made = Reducer.of([Group.of("each", np.zeros((1, 1), dtype=np.int64), ("turnover_rate",), every_draw=True)], 1)
    year = made.year(1)
    values = np.zeros((60, 1, 1, len(names)))
    for name in ("filled", "leavers"):
        values[:20, 0, 0, names.index(name)] = np.random.default_rng(1).random(20) * 10.0 ** np.arange(-10, 10)
    last = [made.reduce(month, year) for month in values][-1]["each"]
    assert (last == 0.0).all()


def test_without_turnover_nothing_is_remembered(measures: np.ndarray) -> None:
    made = Reducer.of([Group.of("whole", np.zeros((PLACES, 1), dtype=np.int64), FEW, every_draw=True)], PLACES)
    year = made.year(DRAWS)
    assert year.ring.size == 0
    np.testing.assert_array_equal(
        made.reduce(measures[3], year)["whole"][0, 0], measures[3][:, :, measured().index("vacancies")].sum(axis=1)
    )
