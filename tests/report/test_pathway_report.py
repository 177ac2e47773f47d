"""What the report, the workbooks and the screen say of a pathway."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import mhwfmodel as mh
from mhwfmodel.catalogue import icb
from mhwfmodel.cli.waits import told_beside, told_waits
from mhwfmodel.report import write_comparison, write_workbook
from mhwfmodel.report.outlook import outlook
from mhwfmodel.report.page import render
from mhwfmodel.report.pathway import days, pathway, pathway_months
from mhwfmodel.report.wording import people, per_cent
from mhwfmodel.results import Result

FEW = {"icbs": ["E54000011", "E54000044"], "months": 24, "draws": 4}
SHEETS = ("Waits by year", "Waits by ICB", "Pathway by stage", "Pathway by ICB", "Pathway staff by ICB")


@pytest.fixture(scope="module")
def waiting(run: Callable[..., Result]) -> Result:
    """Two boards with the pathway that ships, as expected numbers."""
    return run("community_pathway", **FEW)


@pytest.fixture(scope="module")
def told(waiting: Result) -> dict[str, object]:
    return pathway(outlook(waiting))


@pytest.fixture(scope="module")
def text(waiting: Result) -> str:
    return render(waiting)


def test_the_section_is_sound(text: str, page) -> None:
    read = page(text)
    assert read.faults == []
    assert any(attrs.get("id") == "pathway" for attrs in read.named("section"))
    assert "Waits by ICB are assumed" in text
    assert text.count('id="chart-pathway-') == 4


def test_the_first_sentence_agrees_with_the_table(waiting: Result, told) -> None:
    first = told["sentences"][0]
    table = waiting.table("waiting", months=["2024-04", "2026-03"])
    assert f"about {people(table['mean'][0])} people wait" in first
    assert f"about {people(table['mean'][1])} wait" in first


def test_months_are_those_of_the_pathway(waiting: Result) -> None:
    months = pathway_months(outlook(waiting))
    assert months[0] == "2024-04"
    assert months[-1] == "2026-03"


def test_every_board_stage_and_pool_has_a_row(waiting: Result, told) -> None:
    assert [row.code for row in told["icbs"]] == sorted(FEW["icbs"], key=short_name)
    assert len(told["stages"]) == waiting.pathway.sizes["stage"] - 1
    assert len(told["pools"]) == waiting.pathway.sizes["pool"]
    assert len(told["waits"]) == 2 * 2 * 3


def short_name(code: str) -> str:
    return icb(code).short_name


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01, "under 1 hour"), (0.5, "12 hours"), (3.4, "3 days"), (120.2, "120 days"), (float("nan"), "–")],
)
def test_a_wait_in_words(value: float, text: str) -> None:
    assert days(value) == text


def test_a_run_without_a_pathway_has_no_section(run: Callable[..., Result]) -> None:
    plain = run(**(FEW | {"months": 2, "draws": 1}))
    text = render(plain)
    assert pathway(outlook(plain)) == {}
    assert 'id="pathway"' not in text
    assert "This run has no pathway" in text
    assert told_waits(plain) == ""


def test_the_workbook_has_the_waits(waiting: Result, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    write_workbook(waiting, path)
    book = openpyxl.load_workbook(path, read_only=True)
    assert [name for name in book.sheetnames if name in SHEETS] == list(SHEETS)
    header, *rows = book["Pathway by ICB"].iter_rows(values_only=True)
    kept = [dict(zip(header, row, strict=True)) for row in rows]
    table = waiting.table("waiting", by="icb", months="2025-03").set_index("icb")["mean"]
    for row in kept:
        if row["Month"] == "2025-03":
            expected = table[row["ICB code (ONS, April 2023)"]]
            assert row["People waiting, mean [people]"] == pytest.approx(expected, rel=1e-6)


def test_what_a_plan_changes_is_told(waiting: Result, run: Callable[..., Result], tmp_path: Path) -> None:
    plan = run("retention_plan", **FEW, pathway="cmhf")
    both = mh.compare(waiting, plan)
    screen = "\n".join(told_beside([both]))
    assert "People who wait" in screen
    assert "difference" in screen
    shares = screen.splitlines()[screen.splitlines().index("Seen within four weeks") + 1 :]
    assert shares[0].split()[-1] == shares_of(waiting)[-1], "levels as in the report"
    assert shares[2].split()[-1] == "pts", "a difference of shares is in percentage points"
    assert "percentage points (pts)" in " ".join(screen.split())
    path = tmp_path / "comparison.xlsx"
    write_comparison([both], path)
    header, *rows = openpyxl.load_workbook(path, read_only=True)["Waits difference"].iter_rows(values_only=True)
    assert {row[header.index("Definition")] for row in rows} == {"completed_wait", "waiting_so_far"}
    changed = [row[header.index("Wait (mean), difference, mean [days]")] for row in rows]
    assert any(value != 0 for value in changed)
    months, title = header.index("Month"), "Waited at most four weeks"
    (share,) = (at for at, name in enumerate(header) if name.startswith(f"{title}, base, mean"))
    kept = [row for row in rows if row[months - 1] == "first" and row[header.index("Definition")] == "completed_wait"]
    expected = waiting.table("wait_within_4_weeks").set_index(["definition", "contact", "month"])["mean"]
    assert {row[months]: row[share] for row in kept if row[1] == "all"} == {
        row[months]: pytest.approx(expected["completed_wait", "first", row[months]], rel=1e-6)
        for row in kept
        if row[1] == "all"
    }


def shares_of(result: Result) -> list[str]:
    """The share seen within four weeks in each month, all draws together, as the report writes it."""
    table = result.table("wait_within_4_weeks")
    seen = table[(table["definition"] == "completed_wait") & (table["contact"] == "first")]
    return [per_cent(value) for value in seen["mean"]]


def test_shares_are_those_of_all_draws_together_everywhere(waiting: Result, told, tmp_path: Path) -> None:
    shares = shares_of(waiting)
    (line,) = (line for line in told_waits(waiting).splitlines() if line.startswith("Seen within four weeks"))
    assert line.split()[-1] == shares[-1]
    (row,) = (row for row in told["waits"] if (row.code, row.name[-10:]) == ("first completed_wait", "four weeks"))
    assert row.cells[-1][0] == shares[-1]
    write_workbook(waiting, tmp_path / "summary.xlsx")
    book = openpyxl.load_workbook(tmp_path / "summary.xlsx", read_only=True)
    header, *rows = book["Waits by year"].iter_rows(values_only=True)
    (place,) = (at for at, name in enumerate(header) if name.startswith("Waited at most four weeks, mean"))
    kept = [row for row in rows if {"completed_wait", "first"} <= set(row)]
    assert per_cent(kept[-1][place]) == shares[-1]
    alone = waiting.draws_by("wait_within_4_weeks").sel(definition="completed_wait", contact="first").mean("draw")
    assert [per_cent(float(value)) for value in alone] != shares, "the mean of each draw's share is another"


def test_the_screen_has_the_waits(waiting: Result) -> None:
    screen = told_waits(waiting)
    assert "People waiting" in screen
    assert "do not quote the level" in screen.replace("\n", " ")
