"""What the report and the workbook say of AMHPs, moves, ages, hours and training."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from mhwfmodel import catalogue
from mhwfmodel.report import write_workbook
from mhwfmodel.report.amhp import amhp, amhp_months, council_icbs, needed
from mhwfmodel.report.charts import fan, fan_rows
from mhwfmodel.report.levers import lever_lines
from mhwfmodel.report.measures import told
from mhwfmodel.report.moves import exchanges, moves, year_sums, years
from mhwfmodel.report.outlook import outlook
from mhwfmodel.report.page import render
from mhwfmodel.report.wording import people

FEW = ["ICB code (ONS, April 2023)", "Month"]


@pytest.fixture(scope="module")
def view(england):
    return outlook(england)


@pytest.fixture(scope="module")
def book(england, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "summary.xlsx"
    write_workbook(england, path)
    return openpyxl.load_workbook(path, read_only=True)


def rows(book, name) -> list[dict[str, object]]:
    listed = list(book[name].iter_rows(values_only=True))
    return [dict(zip(listed[0], row, strict=True)) for row in listed[1:]]


def without_amhps(result):
    return replace(result, groups={**result.groups, "amhp": result.amhp * 0.0})


def test_the_headline_of_amhps_agrees_with_the_table(england, view):
    first, last = amhp_months(view)
    assert last == "2029-03"
    text = needed(view)
    gap = england.table("amhp_gap_fte", months=[first, last]).set_index("month")
    for month in (first, last):
        row = gap.loc[month]
        assert f"a gap of about {people(row['mean'])} FTE (nine futures in ten: {people(row['q05'])} to" in text
    for name in ("amhp_fte", "amhp_need_fte"):
        assert people(england.table(name, months=[first])["mean"].iloc[0]) in text


def test_more_amhps_than_needed_are_no_gap(england):
    plenty = england.amhp.assign(amhp_gap_fte=england.amhp["amhp_gap_fte"] - 1000.0)
    text = needed(outlook(replace(england, groups={**england.groups, "amhp": plenty})))
    assert "FTE more than needed" in text
    assert "a gap of about" not in text


def test_icbs_and_councils_of_the_page_agree_with_the_result(england, view):
    found = amhp(view)
    first = amhp_months(view)[0]
    assert len(found["icbs"]) == 42
    gap = england.table("amhp_gap_fte", by="icb", months=[first]).set_index("icb")
    assert {row.code: row.cells[4] for row in found["icbs"]} == {
        code: people(value) for code, value in gap["mean"].items()
    }
    data = england.groups["amhp_council"]["amhp_need_fte"].sel(stat="mean", month=first)
    councils = {row.code: row for row in found["councils"]}
    assert len(councils) == len(catalogue.councils())
    assert all(councils[str(code)].cells[1] == people(float(data.sel(council=code))) for code in data["council"].values)
    assert float(data.sum()) == pytest.approx(
        float(told(england, "amhp_need_fte").sel(stat="mean", month=first)), rel=1e-4
    )


def test_councils_can_be_picked_by_their_icb(england_html, few, few_html, page):
    every = [attrs["data-icbs"].split() for attrs in page(england_html).named("tr") if "data-icbs" in attrs]
    assert len(every) == len(catalogue.councils())
    assert {code for codes in every for code in codes} == {place.code for place in catalogue.icbs()}
    inside = council_icbs(outlook(few))
    picked = [attrs["data-icbs"].split() for attrs in page(few_html).named("tr") if "data-icbs" in attrs]
    assert sorted(map(tuple, picked)) == sorted(inside.values())
    assert {code for codes in picked for code in codes} == set(outlook(few).codes)
    assert "only the part in this run" in few_html


def test_the_page_says_what_the_gap_rests_on(england_html):
    for text in (
        "not separately identified",
        "The need for AMHPs (docs/background/amhp-need.md)",
        "same number of assessments",
    ):
        assert text in england_html
    assert "not simulated in this version" not in england_html
    assert "this version does not forecast" not in england_html


def test_a_fan_may_go_below_zero(england):
    stats = told(england, "amhp_gap_fte") - 1000.0
    made = fan("amhp_gap_fte", fan_rows(stats, "count"), "England")
    scale = made["spec"]["layer"][0]["encoding"]["y"]["scale"]
    assert "domainMin" not in scale
    assert scale["zero"] is True


def test_a_run_without_amhps_says_so(few, page, tmp_path):
    read = page(render(without_amhps(few)))
    assert read.faults == []
    assert "Nobody in this run is approved." in read.texts["p"]
    write_workbook(without_amhps(few), tmp_path / "book.xlsx")
    assert not any(name.startswith("AMHP by") for name in openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames)


def test_a_year_is_the_sum_of_its_months(england, view):
    flow = england.flows["moves_sector"]
    sums = year_sums(view, flow)
    assert list(sums) == ["2025-03", "2026-03", "2027-03", "2028-03", "2029-03"]
    np.testing.assert_allclose(sums["2026-03"], flow.isel(month=slice(12, 24)).sum("month"), rtol=1e-5)
    assert sum(found.sum() for found in sums.values()) == pytest.approx(float(flow.sum()), rel=1e-5)


def test_a_short_run_tells_all_its_months(few):
    view = outlook(few)
    assert years(view).title("2024-09") == "6 months to September 2024"
    sums = year_sums(view, few.flows["moves_icb"])
    np.testing.assert_allclose(sums["2024-09"], few.flows["moves_icb"].sum("month"), rtol=1e-5)


def test_moves_of_the_page_agree_with_the_result(england, view):
    found = moves(view)
    matrix = england.flows["moves_sector"].isel(month=slice(48, 60)).sum("month")
    assert found["when"] == "12 months to March 2029"
    assert found["total"] == people(float(matrix.sum()))
    assert found["crossing"] == people(float(matrix.sum() - np.trace(matrix)))
    names = {item.code: item.name for item in catalogue.sectors()}
    cells = {(row[0], to): cell for row in found["rows"] for to, cell in zip(found["sectors"], row[1], strict=True)}
    assert cells[names["private"], names["nhs"]] == people(float(matrix.sel(from_sector="private", to_sector="nhs")))


def test_the_largest_exchanges_come_first(england, view):
    listed = exchanges(view, "2029-03")
    both = [item.there + item.back for item in listed]
    assert both == sorted(both, reverse=True)
    matrix = england.flows["moves_icb"].isel(month=slice(48, 60)).sum("month").values
    away = matrix - np.diag(np.diag(matrix))
    assert sum(both) == pytest.approx(float(away.sum()), rel=1e-5)
    assert both[0] == pytest.approx((away + away.T).max(), rel=1e-5)
    places = moves(view)["places"]
    assert sum(place.came for place in places) == pytest.approx(sum(place.went for place in places), rel=1e-5)
    names = {place.name for place in places}
    assert all(set(name for name, _ in place.most) <= names - {place.name} for place in places)


def test_without_moves_between_icbs_none_is_told(run, page):
    result = run(draws=2, months=14, icbs=["QNQ", "QU9"], moves="within_icb")
    read = page(render(result))
    assert read.faults == []
    assert "Between Integrated Care Boards" not in read.texts["h3"]
    assert any("move inside their own ICB only" in text for text in read.texts["p"])
    assert moves(outlook(result))["places"] == []


def test_students_of_the_page_agree_with_the_result(england, view):
    found = moves(view)["training"]
    qualified = england.groups["training"]["qualified"].sum("icb")
    at = found["spans"].index("12 months to March 2029")
    for row, code in zip(found["rows"], qualified["pipeline"].values, strict=True):
        assert row[0] == catalogue.pipeline(str(code)).name
        assert row[2][2 * at + 1] == people(float(qualified.sel(pipeline=code).isel(month=slice(48, 60)).sum()))


def test_the_page_says_which_ages_a_run_starts_from(few, few_html):
    assert "Ages start in a mix that holds itself" in few_html
    scenario = {**few.manifest["scenario"], "starting_ages": "observed"}
    assert "Ages start from the published share" in render(
        replace(few, manifest={**few.manifest, "scenario": scenario})
    )


def test_every_uncertain_input_is_on_the_page(england_html, page):
    told_of = {text.strip() for text in page(england_html).texts["th"]}
    assert {item.title for item in catalogue.parameters()} <= told_of


def test_amhps_by_icb_and_year_read_back(book, england):
    expected = england.table("amhp_gap_fte", by="icb").set_index(["icb", "month"])
    found = rows(book, "AMHP by ICB")
    assert len(found) == 42 * 6
    for row in found:
        told_of = expected.loc[tuple(row[key] for key in FEW)]
        for stat, header in (("mean", "mean"), ("q05", "5 %"), ("q95", "95 %")):
            assert row[f"Gap: needed less on the rota, {header} [FTE]"] == pytest.approx(told_of[stat], abs=1e-4)
    approved = england.table("amhp_approved").set_index("month")["mean"]
    by_year = {row["Month"]: row["mean"] for row in rows(book, "AMHP by year") if row["Variable"] == "amhp_approved"}
    assert by_year == {month: pytest.approx(approved[month]) for month in england.months[::12]}


def test_amhps_by_council_read_back(book, england):
    data = england.groups["amhp_council"]
    found = rows(book, "AMHP by council")
    assert len(found) == data.sizes["council"] * 6
    names = {item.code: item.name for item in catalogue.councils()}
    for row in found[::29]:
        place = {"council": row["Council code (ONS, April 2023)"], "month": row["Month"], "stat": "q05"}
        assert row["On the rota, 5 % [FTE]"] == pytest.approx(float(data["amhp_fte"].sel(place)), abs=1e-5)
        assert row["Council"] == names[place["council"]]
    total = sum(row["On the rota, mean [FTE]"] for row in found if row["Month"] == "2029-03")
    assert total == pytest.approx(england.table("amhp_fte", months=["2029-03"])["mean"].iloc[0], rel=1e-5)


@pytest.mark.parametrize(("dim", "sheet"), [("sector", "Moves between sectors"), ("icb", "Moves between ICBs")])
def test_moves_read_back(book, england, dim, sheet):
    flow = england.flows[f"moves_{dim}"]
    expected = flow.isel(month=slice(12, 24)).sum("month")
    found = rows(book, sheet)
    header = "12 months to March 2026, mean [people]"
    assert sum(row[header] for row in found) == pytest.approx(float(expected.sum()), rel=1e-5)
    origin, destination = (key for key in found[0] if re.search("code", key))
    for row in found[:: max(1, len(found) // 40)]:
        pair = {f"from_{dim}": row[origin], f"to_{dim}": row[destination]}
        assert row[header] == pytest.approx(float(expected.sel(pair)), rel=1e-5, abs=1e-4)


def test_training_reads_back(book, england):
    data = england.groups["training"]
    found = rows(book, "Training")
    assert len(found) == data.sizes["icb"] * data.sizes["pipeline"] * 5
    qualified = data["qualified"].isel(month=slice(12, 24)).sum("month")
    for row in found[::97]:
        if row["12 months to"] != "2026-03":
            continue
        place = {"icb": row["ICB code (ONS, April 2023)"], "pipeline": row["Course code"]}
        assert row["Students who qualified, mean [people in 12 months]"] == pytest.approx(
            float(qualified.sel(place)), abs=1e-4
        )
        held = float(data["enrolled"].sel(place).sel(month="2026-03"))
        assert row["Students on the course at their end, mean [people]"] == pytest.approx(held, abs=1e-4)


def test_units_stand_in_headings(book):
    for name in ("AMHP by ICB", "AMHP by council", "Moves between sectors", "Moves between ICBs", "Training"):
        (header,) = book[name].iter_rows(max_row=1, values_only=True)
        assert all(re.search(r" \[[^]]+\]$", title) for title in header if "mean" in title or "%" in title)
        assert any("mean" in title for title in header)


def test_only_changes_carry_a_sign():
    lever = {"kind": "employer_closure", "start": "2025-04", "closing": 0.1, "posts_lost": 1.0, "scope": {}}
    (line,) = lever_lines([lever])
    assert line.sets == "closing 10.0%; posts lost 100.0%"
    (line,) = lever_lines([{"kind": "pay", "start": "2025-04", "change": 0.05, "scope": {}}])
    assert line.sets == "change +5.0%"
