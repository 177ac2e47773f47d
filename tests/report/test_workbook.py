from __future__ import annotations

import re
import warnings
import zipfile

import openpyxl
import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.report import write_workbook

TABLES = {"England by sector": "sector", "England by role": "role", "ICB by year": "icb", "Region by year": "region"}


@pytest.fixture(scope="module")
def path(england, tmp_path_factory):
    made = tmp_path_factory.mktemp("book") / "summary.xlsx"
    write_workbook(england, made)
    return made


@pytest.fixture(scope="module")
def book(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def rows(book, name) -> list[dict[str, object]]:
    listed = list(book[name].iter_rows(values_only=True))
    return [dict(zip(listed[0], row, strict=True)) for row in listed[1:]]


def test_a_disk_that_becomes_full_is_told(england, tmp_path, monkeypatch):
    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.Workbook._store_workbook", full)
    with pytest.raises(DataError, match="No space left on device; make room or name another disk"):
        write_workbook(england, tmp_path / "summary.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_cover_contents_notes_come_first(book):
    assert book.sheetnames[:4] == ["Cover", "Contents", "Notes", "Board page"]
    listed = [cell.value for cell in book["Contents"]["A"][1:]]
    assert listed == book.sheetnames[2:]
    links = [cell.hyperlink.location for cell in book["Contents"]["A"][1:]]
    assert links == [f"'{name}'!A1" for name in listed]
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert all(sheet.sheet_state == "visible" for sheet in book)


def test_every_sheet_is_one_table_with_one_header_row(book):
    for sheet in book.worksheets[1:]:
        headers = [cell.value for cell in sheet[1]]
        assert all(isinstance(header, str) and header for header in headers), sheet.title
        assert len(set(headers)) == len(headers), sheet.title
        assert sheet.freeze_panes is not None
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions, sheet.title
        assert table.autoFilter is not None
        assert not sheet.merged_cells.ranges


def test_no_cell_is_a_formula_or_an_error(book):
    for sheet in book:
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert kinds <= {"s", "n"}, sheet.title


def test_names_stand_beside_codes_and_units_in_headers(book):
    header = [cell.value for cell in book["ICB by year"][1]]
    assert header[:3] == ["ICB code (ONS, April 2023)", "ICB", "Month"]
    assert "Vacancy rate, mean [% of funded posts]" in header
    names = {place.code: place.short_name for place in catalogue.icbs()}
    found = rows(book, "ICB by year")
    assert {(row["ICB code (ONS, April 2023)"], row["ICB"]) for row in found} == set(names.items())
    formats = {
        cell.number_format
        for at, title in enumerate(header, start=1)
        if "Vacancy rate, mean" in title
        for cell in book["ICB by year"][openpyxl.utils.get_column_letter(at)][1:]
    }
    assert formats == {"0.0%"}


@pytest.mark.parametrize(("sheet", "by"), TABLES.items())
def test_sheets_agree_with_the_table(book, england, sheet, by):
    expected = england.table("filled", by=[by], months=["2029-03"]).set_index(by)["mean"]
    found = {
        next(iter(row.values())): row["Filled posts, mean [people]"]
        for row in rows(book, sheet)
        if row["Month"] == "2029-03" and row["Filled posts, mean [people]"]
    }
    assert {code: pytest.approx(value) for code, value in expected.items() if value > 0} == found


@pytest.mark.parametrize(
    "sheet",
    ["ICB by sector", "ICB by role", "ICB by year", "Region by year", "England by role", "ICBs of 2026 by year"],
)
def test_sheets_add_up_to_the_population(book, sheet):
    total = sum(row["Filled posts, mean [people]"] or 0 for row in rows(book, sheet) if row["Month"] == "2024-03")
    assert total == pytest.approx(621_500, rel=1e-6)


def test_the_nhs_is_apart(book, england):
    found = rows(book, "NHS apart")
    mean = next(row["mean"] for row in found if row["Variable"] == "filled" and row["Month"] == "2024-03")
    expected = england.table("filled", population="nhs", months=["2024-03"])["mean"].iloc[0]
    assert mean == pytest.approx(expected)
    assert "nhs" not in {row["Sector code"] for row in rows(book, "England by sector")}


def test_months_and_statistics(book, england):
    monthly = rows(book, "Monthly England")
    assert [row["Month"] for row in monthly] == list(england.months)
    assert monthly[0]["Leavers, mean [people a month]"] is None
    filled = [row for row in rows(book, "England by year") if row["Variable"] == "filled"]
    assert [row["Month"] for row in filled] == list(england.months[::12])
    expected = england.table("filled", months=["2027-03"]).iloc[0]
    row = next(row for row in filled if row["Month"] == "2027-03")
    for stat, header in (("mean", "mean"), ("q05", "5 %"), ("q50", "median"), ("q95", "95 %")):
        assert row[header] == pytest.approx(expected[stat])


def test_evidence(book):
    assert {row["Input"] for row in rows(book, "Assumptions")} >= {item.name for item in catalogue.parameters()}
    figures = rows(book, "Figures used")
    assert {row["Figure"] for row in figures} == {item.id for item in catalogue.figures()}
    assert all(row["Publisher"] and row["Status"] for row in figures)
    assert next(row for row in figures if row["Figure"] == "F003")["Used by"]
    assert len(rows(book, "Conflicting evidence")) == len(catalogue.conflicts())
    assert len(rows(book, "Sources")) == len(catalogue.sources())


def test_a_chart_that_excel_draws_itself(path):
    with zipfile.ZipFile(path) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 4
        assert "'England by year'!$E$2:$E$7" in parts.read("xl/charts/chart1.xml").decode()


def test_the_same_run_gives_the_same_bytes(few, tmp_path):
    for name in ("one.xlsx", "other.xlsx"):
        write_workbook(few, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "https://example.org", "+44", "<b>&", "-2+3|cmd"])
def test_a_name_stays_text(few, named, tmp_path, name):
    write_workbook(named(few, name), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Cover"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert len(cells) == 3
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_one_draw_has_a_workbook(one, tmp_path):
    write_workbook(one, tmp_path / "book.xlsx")
    made = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert len(rows(made, "ICB rates")) == 1


@pytest.fixture(scope="module")
def small(few, tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "book.xlsx"
    write_workbook(few, path)
    return openpyxl.load_workbook(path)


def test_a_run_of_some_icbs_never_says_england(small):
    assert not any("England" in name for name in small.sheetnames)
    assert {"ICBs of this run by year", "Monthly, ICBs of this run"} <= set(small.sheetnames)
    assert all(len(name) <= 31 for name in small.sheetnames)
    held = {row["Sheet"]: row["What it holds"] for row in rows(small, "Contents")}
    for name in ("ICBs of this run by year", "NHS apart", "Monthly, ICBs of this run", "Recruits by source"):
        assert held[name].startswith("All ICBs of this run (3 of 42: ")
    assert all(re.search(r"\(\d+ of \d+ ICBs\)$", row["Region"]) for row in rows(small, "Region by year"))
    assert any("3 of 42" in str(row["Meaning"]) for row in rows(small, "Notes"))


def test_published_numbers_are_numbers(book):
    amhp = rows(book, "AMHPs published")
    assert {(row["Series"], row["Year"], row["Value [unit in its column]"]) for row in amhp} >= {
        ("Approved", 2019, 3730),
        ("Approved", 2019, 3850),
        ("Vacancy rate of AMHP services", 2023, 11.2),
    }
    floors = rows(book, "Published inequalities")
    assert floors
    for row in floors:
        assert row["Sign"] == "more than"
        assert 0 < row["Published [share]"] < 1
        assert 0 < row["Fitted [share]"] < 1


def test_an_input_that_the_scenario_sets_stands_beside_the_catalogues(run, tmp_path):
    write_workbook(run(draws=2, months=2, icbs=["QJ2"], assumptions={"voluntary_share": 0.25}), tmp_path / "book.xlsx")
    made = openpyxl.load_workbook(tmp_path / "book.xlsx")
    row = next(row for row in rows(made, "Assumptions") if row["Input"] == "voluntary_share")
    given = catalogue.parameter("voluntary_share")
    assert (row["Status"], row["Owner"], row["Figures"] or "") == ("set by the scenario", "the scenario", "")
    assert row["Replaced: the catalogue’s central value [unit in its column]"] == given.central
    assert row["Replaced: the catalogue’s status"] == given.status
    cover = {label.value: text.value for label, text in made["Cover"].iter_rows(min_row=3, max_col=2)}
    assert "the catalogue has 0.22" in cover["Assumption voluntary_share"]
    assert "What this scenario changes" in cover
