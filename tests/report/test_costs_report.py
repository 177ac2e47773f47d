"""What the page and the workbook tell of costs."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mhwfmodel.catalogue import sectors
from mhwfmodel.plan.costs import ALL, SOCIAL_CARE_EMPLOYERS, costs_of, summary
from mhwfmodel.report import write_workbook
from mhwfmodel.report.costs import cost_section
from mhwfmodel.report.outlook import outlook
from mhwfmodel.report.page import render
from mhwfmodel.results import Result

NAMES = [item.name for item in sectors()]
LEVERS: list[dict[str, Any]] = [
    {"kind": "retention", "name": "Keep", "start": "2024-04", "leaving_change": -0.1, "cost_per_year": 2_500_000.0},
    {"kind": "funded_posts", "name": "Grow", "start": "2024-04", "change": 0.02},
    {"kind": "pay", "name": "Hold", "start": "2024-04", "change": 0.0},
    {"kind": "agency_cover", "name": "Cover", "start": "2024-04", "cover": 0.3},
    {
        "kind": "funding_stream",
        "name": "Stream",
        "start": "2024-04",
        "pounds_per_year": 1_000_000.0,
        "cost_of_post": 50_000.0,
        "to_voluntary": 1.0,
    },
]


@pytest.fixture(scope="module")
def planned(run: Callable[..., Result]) -> Result:
    """Two ICBs with three levers, one of which costs something beside staff."""
    return run(draws=4, months=13, icbs=["QNQ", "QJ2"], levers=LEVERS)


@pytest.fixture(scope="module")
def section(planned: Result) -> dict[str, Any]:
    return cost_section(outlook(planned))


@pytest.fixture(scope="module")
def book(planned: Result, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path: Path = tmp_path_factory.mktemp("book") / "summary.xlsx"
    write_workbook(planned, path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def rows(book: openpyxl.Workbook, name: str) -> list[dict[str, Any]]:
    listed = list(book[name].iter_rows(values_only=True))
    return [dict(zip(listed[0], row, strict=True)) for row in listed[1:]]


def test_the_page_tells_millions_by_payer_and_part(planned, section) -> None:
    table = summary(planned).set_index(["part", "payer"])
    assert [row.title for row in section["rows"]] == NAMES
    council = section["rows"][0].cells
    staff = table.loc[("staff", NAMES[0])]
    assert float(council[0].mean) == pytest.approx(staff["mean"] / 1e6, rel=0.006)
    low, high = (float(part) for part in council[0].interval.split(" to "))
    assert (low, high) == pytest.approx((staff["low"] / 1e6, staff["high"] / 1e6), rel=0.006)
    assert float(council[1].mean) == pytest.approx(table.loc[("agency", NAMES[0]), "mean"] / 1e6, rel=0.006)
    together = section["together"][0]
    whole = float(table.loc[(ALL, SOCIAL_CARE_EMPLOYERS), "mean"])
    assert float(together.cells[-1].mean.replace(",", "")) == pytest.approx(whole / 1e6, rel=0.006)


def test_levers_are_told_with_who_pays_and_who_decides_or_that_no_cost_is_stated(section) -> None:
    keep, given = section["levers"]
    assert given.words[:2] == (f"money for posts, in place of: {NAMES[2]}", "the body that gives the money")
    assert given.cells[0].mean == "1"
    assert [head for head in section["heads"] if "stream" in head] == ["Paid by funding streams"]
    assert (keep.title, keep.words) == ("Keep", ("retention", "employers", "employers (place)"))
    assert [cell.mean for cell in keep.cells] == ["2.5", "2.7"]  # 13 months, the last worth 1/1.035
    assert section["silent"] == ["Grow", "Hold"]
    cover, stream = section["counted"]
    assert cover == "Cover: what it costs is counted as agency cover, under employers"
    assert stream.startswith("Stream: what the staff in its posts cost is counted as staff, under their employers")


def test_the_page_holds_the_section_and_a_way_to_it(planned) -> None:
    page = render(planned)
    levers = page[page.index("What this scenario changes") : page.index("Cost of all levers")]
    assert levers.count("not given") == 2, "Grow and Hold; of the others the cost is told, or where it is counted"
    assert page.count('<section id="costs">') == page.count('href="#costs"') == 1
    text = re.sub(r"<[^>]+>", " ", page[page.index('<section id="costs">') :])
    for told in (
        "£ million a year",
        "No cost beside staff is stated for: Grow; Hold",
        "3.5% a year to year 30, then 3.0%",
    ):
        assert told in text


def test_a_run_without_levers_has_no_table_of_them(few_html) -> None:
    section = few_html[few_html.index('<section id="costs">') :].split("</section>")[0]
    assert "Local authority" in section
    assert "Who decides" not in section
    assert "No cost beside staff" not in section


def test_the_workbook_adds_up_and_never_adds_the_nhs_to_social_care(planned, book) -> None:
    found = {(row["Part code"], row["Payer"]): row for row in rows(book, "Costs")}
    yearly = next(name for name in found["staff", NAMES[0]] if name.startswith("A year on average, mean"))
    told = summary(planned).set_index(["part", "payer"])["mean"]
    assert (ALL, ALL) not in found
    assert {key: row[yearly] for key, row in found.items()} == pytest.approx(told.drop((ALL, ALL)).to_dict())
    by_role = rows(book, "Costs by role")
    staff = next(name for name in by_role[0] if name.startswith("Staff in post, mean"))
    assert sum(row[staff] for row in by_role) == pytest.approx(costs_of(planned).a_year("staff").mean())
    keep, given = rows(book, "Costs of levers")
    assert given["Spent on"] == f"money for posts, in place of: {NAMES[2]}"
    assert (given["Lever"], given[yearly]) == ("Stream", pytest.approx(1_000_000))
    assert (keep["Lever"], keep["Who pays"], keep["Who decides"]) == ("Keep", "employers", "employers")
    assert keep[yearly] == pytest.approx(2_500_000)


def test_costs_that_cannot_be_told_say_why(planned) -> None:
    less = {name: planned.groups[name].drop_vars("agency_fte") for name in ("england", "draws")}
    bare = replace(planned, groups={**planned.groups, **less})
    told = cost_section(outlook(bare))
    assert told["rows"] == []
    assert re.match(r"Costs are not told: .*agency_fte", told["sentence"])
