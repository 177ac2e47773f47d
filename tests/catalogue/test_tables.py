"""Broken tables are refused, with every fault and its place."""

from __future__ import annotations

import csv
import shutil
from importlib.resources import as_file, files

import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError

HEADER = (files("mhwfmodel.catalogue") / "data" / "roles.csv").read_bytes().splitlines(keepends=True)[0]


@pytest.fixture
def folder(tmp_path):
    with as_file(files("mhwfmodel.catalogue") / "data") as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def change(folder, name, line, column, value):
    """Put one value into one cell; the tables hold no line breaks inside cells."""
    with (folder / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    rows[line - 1][rows[0].index(column)] = value
    with (folder / name).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def faults(folder):
    with pytest.raises(DataError) as caught:
        catalogue.check_tables(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_sound_copy_passes(folder):
    assert catalogue.check_tables(folder) == catalogue.check_tables()


def test_a_folder_without_tables_is_the_package(tmp_path):
    assert catalogue.check_tables(tmp_path) == catalogue.check_tables()


def test_a_missing_folder_is_said(tmp_path):
    assert faults(tmp_path / "nowhere")[0].endswith("no such folder")


@pytest.mark.parametrize(
    ("name", "line", "column", "value", "said"),
    [
        ("figures.csv", 66, "status", "guessed", "figures.csv:66 status: 'guessed' is not allowed"),
        ("figures.csv", 66, "status", "", "figures.csv:66 status: the cell is empty"),
        ("figures.csv", 66, "publisher", "", "figures.csv:66 publisher: the cell is empty"),
        ("figures.csv", 66, "title", " ", "figures.csv:66 title: the cell is empty"),
        ("figures.csv", 66, "number", "621,500", "figures.csv:66 number: '621,500' is not a number"),
        ("figures.csv", 66, "number", "nan", "'nan' is not a number"),
        ("figures.csv", 66, "number", "1e99", "is not between"),
        ("figures.csv", 66, "bound", ">", "'>' does not fit the limits"),
        ("figures.csv", 67, "id", "F001", "id F001 is there twice"),
        ("icbs.csv", 3, "id", "1", "id 1 is there twice"),
        ("icbs.csv", 3, "id", "256", "256 is not between 1 and 255"),
        ("icbs.csv", 3, "id", "0", "0 is not between 1 and 255"),
        ("icbs.csv", 3, "id", "2.0", "'2.0' is not a whole number"),
        ("icbs.csv", 3, "adults", "1", "the age bands do not add up"),
        ("icbs.csv", 3, "source", "", "the population has no source"),
        ("icbs.csv", 3, "source", "ons_mid2032", "did you mean 'ons_mid2023'"),
        ("icb_merge_2026.csv", 2, "share", "0.9", "the shares of E54000008 add up to 0.900000"),
        ("icb_merge_2026.csv", 2, "code_2026", "E54000099", "'E54000099' is not allowed"),
        ("councils.csv", 2, "share_of_council", "0.5", "the shares of E06000001 add up to 0.500000"),
        ("councils.csv", 2, "share_of_icb", "0.5", "the shares of E54000050 add up to 1.4"),
        ("councils.csv", 2, "best_fit", "no", "E06000001 has 0 best fits"),
        ("roles.csv", 2, "id", "300", "300 is not between 1 and 255"),
        ("roles.csv", 2, "regulated", "no", "social_worker may be approved as AMHP but is not regulated"),
        ("roles.csv", 2, "regulated", "ja", "'ja' is not allowed"),
        ("sectors.csv", 2, "source", "", "local_authority is observed and names no figure"),
        ("sectors.csv", 2, "population", "both", "'both' is not allowed"),
        ("parameters.csv", 2, "central", "0.9", "0.9 is not between low"),
        ("parameters.csv", 2, "owner", "", "has no owner"),
        ("parameters.csv", 2, "review", "soon", "'soon' is not a month"),
        ("parameters.csv", 2, "source", "F999", "'F999' is no figure"),
        ("conflicts.csv", 2, "figures", "F001", "a disagreement needs two figures"),
        ("conflicts.csv", 2, "figures", "F001 F999", "'F999' is no figure"),
        ("series.csv", 2, "value", "1", "is not what BMH01 says"),
        ("series.csv", 2, "figure_id", "F005", "a point needs one figure with a plain number"),
        ("icb_rates.csv", 2, "vacancy_pct_2024_25", "6.8", "is not what the figure G02V says"),
        ("icb_rates.csv", 2, "icb_code", "E54000010", "no row for E54000008"),
        ("icb_covariates.csv", 2, "white", "0.5", "the ethnic shares add up to"),
    ],
)
def test_a_bad_cell_is_named(folder, name, line, column, value, said):
    change(folder, name, line, column, value)
    assert any(said in fault for fault in faults(folder))


def test_a_number_without_a_source_is_refused(folder):
    change(folder, "parameters.csv", 2, "status", "derived")
    change(folder, "parameters.csv", 2, "source", "")
    assert any("is derived and names no figure" in fault for fault in faults(folder))


def test_an_assumption_without_a_range_is_refused(folder):
    for column in ("low", "high"):
        change(folder, "parameters.csv", 2, column, "0.22")
    change(folder, "parameters.csv", 2, "central", "0.22")
    assert any("has no range" in fault for fault in faults(folder))


def test_all_faults_come_at_once_and_each_once(folder):
    change(folder, "figures.csv", 5, "unit", "")
    change(folder, "figures.csv", 9, "status", "sure")
    change(folder, "roles.csv", 2, "id", "0")
    said = faults(folder)
    assert len(said) == len(set(said)) == 3
    assert [fault.split(" ")[0] for fault in said] == ["figures.csv:5", "figures.csv:9", "roles.csv:2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column id"),
        (b"id,code\n1,x\n", "no column name"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'id,code,name\n1,"x\n', "not a table of comma-separated values"),
        (HEADER + b"1,x\n", f"2 cells under {HEADER.count(b',') + 1} column names"),
    ],
)
def test_a_broken_file_is_named(folder, content, said):
    (folder / "roles.csv").write_bytes(content)
    assert any(fault.startswith("roles.csv") and said in fault for fault in faults(folder))


def test_a_spreadsheets_byte_order_mark_and_line_ends_are_read(folder):
    text = (folder / "roles.csv").read_text(encoding="utf-8")
    (folder / "roles.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert catalogue.check_tables(folder)


def test_tables_for_people_hold_text_alone():
    for name in ("geography", "sectors", "roles", "sources", "figures", "parameters"):
        header, rows = catalogue.table(name)
        assert rows
        assert all(len(row) == len(header) for row in rows)
        assert all(isinstance(cell, str) for row in rows for cell in row)
    assert len(catalogue.table("geography")[1]) == 42
    with pytest.raises(DataError, match="did you mean 'figures'"):
        catalogue.table("figure")


def test_the_table_of_disagreements_explains_each_set_once():
    header, rows = catalogue.conflict_table()
    explained = [row for row in rows if row[header.index("explanation")]]
    assert len(explained) == len(catalogue.conflicts())
    assert len(rows) == sum(len(item.figures) for item in catalogue.conflicts())


@pytest.mark.parametrize(
    ("look_up", "word", "meant"),
    [
        (catalogue.sector, "voluntry", "voluntary"),
        (catalogue.role, "social_workers", "social_worker"),
        (catalogue.parameter, "voluntary_shares", "voluntary_share"),
        (catalogue.icb, "E5400003", "E54000034"),
    ],
)
def test_one_item_by_its_word(look_up, word, meant):
    assert meant in {getattr(look_up(meant), name, None) for name in ("code", "name")}
    with pytest.raises(DataError, match="did you mean"):
        look_up(word)


def test_more_cell_faults_of_figures(folder):
    change(folder, "figures.csv", 66, "number", "")
    change(folder, "figures.csv", 66, "bound", ">")
    change(folder, "figures.csv", 70, "low", "99")
    said = faults(folder)
    assert any("figures.csv:66 bound: '>' without a number" in fault for fault in said)
    assert any("figures.csv:70 bound: 12 lies outside its own limits" in fault for fault in said)
