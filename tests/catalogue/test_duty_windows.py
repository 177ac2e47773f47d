"""The windows of AMHP services: a sound table is read, a broken one is refused with its row."""

from __future__ import annotations

import csv
import shutil
from importlib.resources import as_file, files

import pytest

from mhwfmodel import catalogue
from mhwfmodel.catalogue.duty_windows import HOURS_PER_YEAR
from mhwfmodel.errors import DataError

NAME = "amhp_windows.csv"


@pytest.fixture
def folder(tmp_path):
    with as_file(files("mhwfmodel.catalogue") / "data") as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def change(folder, line, column, value):
    with (folder / NAME).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    rows[line - 1][rows[0].index(column)] = value
    with (folder / NAME).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def test_every_pattern_covers_the_year_and_all_of_the_work():
    patterns = catalogue.amhp_windows_by_pattern()
    assert next(iter(patterns)) == "three_windows"
    assert catalogue.amhp_windows() == patterns["three_windows"]
    for windows in patterns.values():
        assert sum(item.hours for item in windows) == pytest.approx(HOURS_PER_YEAR, abs=0.01)
        assert sum(item.share for item in windows) == pytest.approx(1, abs=1e-9)


def test_the_first_pattern_is_that_of_the_check():
    told = [
        (item.code, item.hours, item.share, item.shift_hours, item.floor, item.weight)
        for item in catalogue.amhp_windows()
    ]
    assert told == [
        ("day", 2922, 0.60, 10, 1, 1),
        ("evening", 2922, 0.25, 10, 1, 1),
        ("night", 2922, 0.15, 10, 1, 1),
    ]


def test_an_unknown_pattern_is_met_with_the_nearest():
    with pytest.raises(DataError, match="did you mean 'night_standby'"):
        catalogue.amhp_windows("nights_standby")


@pytest.mark.parametrize(
    ("line", "column", "value", "said"),
    [
        (2, "share", "0.5", "the shares of three_windows add up to 0.900000, not to 1"),
        (2, "share", "1.5", "amhp_windows.csv:2 share: 1.5 is not between 0 and 1"),
        (2, "share", "most", "amhp_windows.csv:2 share: 'most' is not a number"),
        (3, "hours_a_day", "7", "the windows of three_windows cover 8,400.75 hours a year, not 8,766"),
        (3, "days_a_year", "0", "amhp_windows.csv:3 days_a_year: 0 leaves the window without hours"),
        (3, "shift_hours", "0", "amhp_windows.csv:3 shift_hours: 0 leaves the window without hours"),
        (4, "floor", "0", "amhp_windows.csv:4 floor: 0 is not between 1 and 99"),
        (4, "floor", "1.5", "amhp_windows.csv:4 floor: '1.5' is not a whole number"),
        (4, "weight", "2", "amhp_windows.csv:4 weight: 2 is not between 0 and 1"),
        (4, "code", "day", "window three_windows day is there twice"),
        (4, "code", "", "amhp_windows.csv:4 code: the cell is empty"),
        (4, "status", "observed", "night is observed and names no figure"),
        (4, "source", "A999", "'A999' is no figure"),
    ],
)
def test_a_bad_cell_is_named(folder, line, column, value, said):
    change(folder, line, column, value)
    with pytest.raises(DataError) as caught:
        catalogue.check_tables(folder)
    assert any(said in str(fault) for fault in caught.value.faults), caught.value


def test_a_table_without_rows_is_refused(folder):
    header = (folder / NAME).read_text(encoding="utf-8").splitlines()[0]
    (folder / NAME).write_text(header + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="no pattern of windows is there"):
        catalogue.check_tables(folder)
