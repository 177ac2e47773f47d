"""The run of AMHPs from 2018: what it may know, what it must keep, and how it is scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue import Parameter
from mhwfmodel.errors import DataError
from mhwfmodel.simulate.amhp_history import INPUTS, OPENING, READ, History, amhp_history, known_in, too_late
from mhwfmodel.simulate.amhp_history_scores import (
    FIRST,
    RESTATED,
    history_inputs,
    history_points,
    history_scores,
    published,
    random_walk,
    scored,
)

DRAWS = 200
LAST = "2025-03"


def fixed(**values: float) -> dict[str, Parameter]:
    """Inputs that are certain."""
    names = {f"amhp_history_{name}": value for name, value in values.items()}
    return {
        name: replace(catalogue.parameter(name), central=value, low=value, high=value, distribution="fixed")
        for name, value in names.items()
    }


@pytest.fixture(scope="module")
def history() -> History:
    return amhp_history(DRAWS, LAST)


def test_nothing_is_used_that_was_not_known_in_2018() -> None:
    used = {name: catalogue.parameter(name) for name in INPUTS}
    assert too_late(used) == ()
    figures = {name for item in used.values() for name in item.source} | set(READ)
    for name in figures:
        figure = catalogue.figure(name)
        assert 0 < known_in(figure, 2018) <= 2018, name
        assert not any(f"20{year}" in figure.period for year in range(19, 27)), name
    told_later = {name for name in figures if catalogue.figure(name).date > "2019"}
    assert told_later == {"A001", "A002"}, "numbers of 2018 whose own document the catalogue does not hold"
    assert all(item.source for item in used.values())


@pytest.mark.parametrize("figure", ["A004", "A009", "BSWT03", "A053", "A036"])
def test_a_later_figure_is_refused(figure: str) -> None:
    given = catalogue.parameter("amhp_history_leaving")
    changed = {given.name: replace(given, source=(*given.source, figure))}
    assert too_late(changed) == (figure,)
    with pytest.raises(DataError, match=figure):
        amhp_history(1, LAST, overrides=changed)


@pytest.mark.parametrize(
    ("figure", "year"),
    [("A001", 2018), ("A060", 2012), ("BIN01", 2018), ("A049", 2008), ("A009", 2025), ("BIN02", 2019)],
)
def test_when_a_figure_was_known(figure: str, year: int) -> None:
    assert known_in(catalogue.figure(figure), 2018) == year


def test_a_run_must_end_after_it_starts() -> None:
    with pytest.raises(DataError, match="later month"):
        amhp_history(1, OPENING)


def test_it_opens_with_what_was_published(history: History) -> None:
    assert history.months[0] == OPENING
    assert len(history.months) == units.month_index(LAST) - units.month_index(OPENING) + 1
    opening = history.approved[:, 0]
    assert 3790 < opening.min() < 3830
    assert 3970 < opening.max() < 4010
    assert opening.mean() == pytest.approx(3900, abs=10)
    assert (history.practising[:, 0] / opening).mean() == pytest.approx(0.87, abs=0.01)


def test_people_are_whole_and_posts_are_held(history: History) -> None:
    for part in (history.approved, history.practising, history.staff):
        assert (part == np.round(part)).all()
    assert (history.practising <= history.approved).all()
    assert history.staff.mean() == pytest.approx(16100, rel=0.005)
    assert history.staff.max() <= 16100 / (1 - 0.11) + 1


def test_draws_keep_their_place_and_the_seed_is_the_run() -> None:
    few, more = amhp_history(3, "2019-06"), amhp_history(5, "2019-06")
    np.testing.assert_array_equal(few.approved, more.approved[:3])
    assert (amhp_history(3, "2019-06", seed=1).approved != few.approved).any()


def test_whole_people_are_on_average_what_is_expected() -> None:
    given = fixed(approved=3900, practising_share=0.87, trained=312, leaving=0.135, stays=0.4, stops_practising=0.04)
    given |= fixed(reapproved=0.9, full_time_share=0.5)
    drawn = amhp_history(DRAWS, "2021-09", overrides=given).approved
    expected = amhp_history(1, "2021-09", expected=True).approved[0]
    error = drawn.std(axis=0) / np.sqrt(DRAWS)
    assert (np.abs(drawn.mean(axis=0) - expected) < 4 * error + 1).all()


def test_with_nobody_trained_or_lapsing_those_who_leave_are_all_that_goes() -> None:
    given = fixed(trained=0, reapproved=1)
    found = amhp_history(1, LAST, expected=True, overrides=given).approved[0]
    months = np.arange(found.size)
    gone = 0.135 / 12 * (1 - 0.4)
    np.testing.assert_allclose(found, 3900 * (1 - gone) ** months, rtol=1e-9)


def test_with_nobody_leaving_approvals_lapse_after_exactly_five_years() -> None:
    given = fixed(trained=0, reapproved=0, leaving=1e-12)
    found = amhp_history(1, LAST, expected=True, overrides=given).approved[0]
    months = np.minimum(np.arange(found.size), 60)
    np.testing.assert_allclose(found, 3900 * (1 - months / 60), atol=1e-3)


def test_as_many_are_trained_in_a_year_as_the_input_says() -> None:
    given = fixed(trained=312, reapproved=1, leaving=1e-12)
    found = amhp_history(1, LAST, expected=True, overrides=given).approved[0]
    np.testing.assert_allclose(np.diff(found[::12]), 312, atol=1e-3)


@pytest.mark.parametrize(("name", "better"), [("trained", 1), ("leaving", -1), ("stays", 1), ("reapproved", 1)])
def test_each_input_moves_the_number_the_way_it_should(name: str, better: int) -> None:
    item = catalogue.parameter(f"amhp_history_{name}")
    ends = [
        amhp_history(1, LAST, expected=True, overrides=fixed(**{name: end})).at(LAST)[0]
        for end in (item.low, item.high)
    ]
    assert (ends[1] - ends[0]) * better > 50


def test_who_practises_moves_nothing_that_is_scored(history: History) -> None:
    given = fixed(practising_share=0.84, stops_practising=0.08)
    central, changed = (amhp_history(1, LAST, expected=True, overrides=items) for items in ({}, given))
    np.testing.assert_allclose(changed.approved, central.approved, rtol=1e-9)
    assert (changed.practising < central.practising).all()


def test_the_length_of_courses_hardly_matters() -> None:
    ends = [
        amhp_history(1, "2024-09", expected=True, overrides=fixed(full_time_months=a, part_time_months=b)).at(
            "2024-09"
        )[0]
        for a, b in ((5, 12), (6, 18), (9, 24))
    ]
    assert max(ends) - min(ends) < 100


def test_the_points_are_those_published() -> None:
    first, again = published(FIRST), published(RESTATED)
    assert [point.value for point in first] == [3730, 3900, 3800, 3800, 3800, 3800]
    assert [point.month for point in first] == ["2019-10", "2020-09", "2022-09", "2023-09", "2024-04", "2025-03"]
    assert [point.value for point in again] == [3850, *(point.value for point in first[1:])]
    assert [point.month for point in again] == [point.month for point in first]


def test_the_random_walk_is_the_panel_of_two_counts() -> None:
    walk = random_walk(10_001, "2020-03")
    assert np.median(walk) == pytest.approx(3900)
    # Eighteen months ahead, as long as the panel: one standard deviation is its one step, 2,174 to 2,120.
    assert np.quantile(walk, 0.8413447) == pytest.approx(3900 * 2174 / 2120, rel=1e-4)


def test_scores_stand_beside_the_last_value(history: History) -> None:
    for vintage in (FIRST, RESTATED):
        rows = scored(history, vintage)
        assert len(rows) == 6
        for row in rows:
            assert row.last == abs(3900 - row.point.value)
            assert row.model.crps > 0
            assert list(row.model.widths) == sorted(row.model.widths)
        widths = [row.model.widths[0] for row in rows]
        assert widths[0] < widths[-1]


def test_the_plain_forecast_is_not_beaten_as_the_page_says(history: History) -> None:
    for vintage in (FIRST, RESTATED):
        rows = scored(history, vintage)
        run, walk, last = (
            np.mean([part(row) for row in rows])
            for part in (lambda row: row.model.crps, lambda row: row.walk.crps, lambda row: row.last)
        )
        assert walk < run < last + 10
    lost = np.median(history.at("2018-09")) - np.median(history.at("2024-09"))
    assert 30 < lost / 6 < 55
    assert history.approved.shape == (DRAWS, len(history.months))


def test_tables_tell_all_of_it() -> None:
    headings, rows = history_points(20)
    assert all(len(row) == len(headings) for row in rows)
    assert [row[1] for row in rows if "restated" in row[1]] == ["A004, restated"]
    headings, rows = history_scores(20)
    assert all(len(row) == len(headings) for row in rows)
    assert len(rows) == 6
    headings, rows = history_inputs()
    assert all(len(row) == len(headings) for row in rows)
    assert len(rows) == len(INPUTS) + len(READ)
