"""Targets, numbers of the pathway and staffing: sound tables are read, broken ones are refused with their row."""

from __future__ import annotations

import csv
import shutil
from importlib.resources import as_file, files

import pytest

from mhwfmodel import catalogue
from mhwfmodel.demand.targets import _MEASURES
from mhwfmodel.errors import DataError


@pytest.fixture
def folder(tmp_path):
    with as_file(files("mhwfmodel.catalogue") / "data") as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def change(folder, name, key, column, value):
    """Put one value into the row whose first cell or second is `key`."""
    with (folder / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    line = next(at for at, row in enumerate(rows) if key in row[:2])
    rows[line][rows[0].index(column)] = value
    with (folder / name).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
    return line + 1


def test_the_targets_that_the_design_names_are_there():
    values = {item.figures[0]: item.value for item in catalogue.targets() if item.value is not None}
    assert {figure: values[figure] for figure in ("D149", "D144", "D145", "D146", "D148", "D140")} == {
        "D149": 1_200_000,
        "D144": 120,
        "D145": 727,
        "D146": 19_000,
        "D148": 0.72,
        "D140": 600_000,
    }
    assert [values[figure] for figure in ("D106", "D133", "A046", "A048", "D177")] == [
        52_458,
        32_827,
        268,
        0.71,
        200_000,
    ]
    assert [values[figure] for figure in ("D171", "D172", "D173")] == [0.103, 0.393, 0.673]


def test_every_target_tells_its_definition_scope_date_weight_and_an_output_that_answers_to_it():
    assert {item.measure for item in catalogue.targets()} == set(_MEASURES)
    for item in catalogue.targets():
        assert all((item.definition, item.scope, item.period, item.weight_note)), item.id
        assert 0 <= item.weight <= 1, item.id
        assert all(catalogue.figure(name) for name in item.figures), item.id


def test_a_figure_of_other_people_is_a_ceiling_and_the_list_of_adults_a_range():
    waiting, adults = catalogue.target("waiting"), catalogue.target("waiting_adults")
    assert (waiting.sense, waiting.weight) == ("at_most", 0)
    assert adults.value is None
    assert adults.low < 190_000 < adults.high < waiting.value


@pytest.mark.parametrize(
    ("name", "found", "misfit"),
    [
        ("median_wait", 120, 0.0),
        ("median_wait", 90, -0.25),
        ("median_wait", 150, 0.25),
        ("waiting", 200_000, 0.0),
        ("waiting", 1_800_000, 0.5),
        ("waiting_adults", 130_000, 0.0),
        ("waiting_adults", 65_000, -0.5),
        ("waiting_adults", 900_000, 0.5),
    ],
)
def test_a_misfit_is_relative_and_none_inside_a_range_or_below_a_ceiling(name, found, misfit):
    assert catalogue.target(name).misfit(found) == pytest.approx(misfit)


def test_unknown_names_are_met_with_the_nearest():
    with pytest.raises(DataError, match="did you mean 'median_wait'"):
        catalogue.target("median_waits")
    with pytest.raises(DataError, match="did you mean 'core_stay'"):
        catalogue.pathway_number("core_stays")
    assert catalogue.pathway_number("core_stay").unit == "months"


def test_numbers_of_the_pathway_share_no_id_or_name_with_other_inputs():
    others = catalogue.parameters()
    own = catalogue.pathway_numbers()
    assert not {item.id for item in others} & {item.id for item in own}
    assert not {item.name for item in others} & {item.name for item in own}
    assert all(item.owner and item.review for item in own)


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "said"),
    [
        ("targets.csv", "median_wait", "value", "121", "121 is not what D144 says, 120"),
        ("targets.csv", "beyond_four_weeks", "value", "72", "72 is not what D148 says, 0.72"),
        ("targets.csv", "median_wait", "value", "", "median_wait has no single number"),
        ("targets.csv", "median_wait", "low", "100", "median_wait has no single number"),
        ("targets.csv", "median_wait", "figures", "", "median_wait names no figure"),
        ("targets.csv", "median_wait", "figures", "D999", "'D999' is no figure"),
        ("targets.csv", "median_wait", "sense", "nearly", "'nearly' is not allowed"),
        ("targets.csv", "median_wait", "weight", "2", "2 is not between 0 and 1"),
        ("targets.csv", "median_wait", "definition", "", "the cell is empty"),
        ("targets.csv", "waiting_adults", "low", "700000", "is not a low and a higher end alone"),
        ("targets.csv", "waiting_adults", "value", "200000", "is not a low and a higher end alone"),
        ("targets.csv", "seen", "id", "calls", "id calls is there twice"),
        ("pathway_parameters.csv", "core_stay", "central", "60", "60 is not between low 6 and high 24"),
        ("pathway_parameters.csv", "core_stay", "owner", "", "the assumption core_stay has no owner"),
        ("pathway_parameters.csv", "core_stay", "review", "", "the assumption core_stay has no review"),
        ("pathway_parameters.csv", "helpline_calls", "source", "", "helpline_calls is derived and names no figure"),
        ("pathway_parameters.csv", "core_stay", "source", "D999", "'D999' is no figure"),
        ("pathway_parameters.csv", "core_stay", "id", "1", "id 1 is there twice"),
        ("pathway_parameters.csv", "core_stay", "name", "voluntary_share", "name voluntary_share is there twice"),
        (
            "pathway_parameters.csv",
            "core_stay",
            "at",
            "stages.advice.service.exponential",
            "key stages.advice.service.exponential is there twice",
        ),
        ("staffing.csv", "triage", "share", "0.9", "0.9 is not between low"),
        ("staffing.csv", "triage", "role", "wizard", "'wizard' is not allowed"),
    ],
)
def test_a_bad_cell_is_named(folder, table, key, column, value, said):
    line = change(folder, table, key, column, value)
    with pytest.raises(DataError) as caught:
        catalogue.check_tables(folder)
    told = [str(fault) for fault in caught.value.faults if said in str(fault)]
    assert len(told) == 1, caught.value
    assert "twice" in said or told[0].startswith(f"{table}:{line} ")
