from __future__ import annotations

import numpy as np
import openpyxl
import pytest

import mhwfmodel as mh
from mhwfmodel.report import comparison_rows, write_comparison
from mhwfmodel.report.changes import differences
from mhwfmodel.report.measures import drawn


@pytest.fixture(scope="module")
def both(run):
    small = {"draws": 6, "months": 36, "icbs": ["QJ2", "QNQ"]}
    return mh.compare(run(**small), run("retention_plan", **small))


def test_rows_are_paired(both):
    found = {(row.name, row.population, row.month): row for row in comparison_rows(both)}
    row = found["filled", "social_care", "2027-03"]
    assert row.difference.mean == pytest.approx(row.other.mean - row.base.mean, abs=0.5)
    paired = both.table("filled").set_index("month").loc["2027-03"]
    assert row.difference.q05 == pytest.approx(paired["q05"])
    assert row.difference.mean > 0
    assert found["leavers_a_month", "social_care", "2027-03"].difference.mean < 0
    assert found["filled", "social_care", "2024-03"].difference.mean == 0
    assert ("turnover_rate", "social_care", "2024-03") not in found


def test_a_plan_for_social_care_reaches_the_nhs_through_the_labour_market_alone(both):
    nhs = [row for row in comparison_rows(both) if row.population == "nhs"]
    assert all(row.difference.mean == 0 for row in nhs if row.name == "establishment")
    assert all(row.difference.mean == 0 for row in nhs if row.month <= "2025-03"), "the plan starts in April 2025"
    (filled,) = [row for row in nhs if (row.name, row.month) == ("filled", "2027-03")]
    assert filled.difference.q05 < filled.difference.q95, "some draws differ"
    assert abs(filled.difference.mean) < 0.05 * filled.base.mean


def test_amhps_are_compared(both):
    found = {(row.name, row.month): row for row in comparison_rows(both) if row.population == "amhp"}
    row = found["amhp_gap_fte", "2027-03"]
    paired = both.table("amhp_gap_fte").set_index("month").loc["2027-03"]
    assert (row.difference.mean, row.difference.q95) == pytest.approx((paired["mean"], paired["q95"]))
    assert found["amhp_need_fte", "2027-03"].difference.mean == 0, "no lever changes the need"
    assert row.difference.mean == pytest.approx(-found["amhp_fte", "2027-03"].difference.mean, abs=1e-3)


def test_a_difference_of_shares_is_that_of_the_two_shares(both):
    change = drawn(both, "aged_55_share").sel(month="2027-03").values
    one, two = (
        (run.draws_by("aged_55_plus") / run.draws_by("filled")).sel(month="2027-03").values
        for run in (both.base, both.other)
    )
    assert change == pytest.approx(two - one, abs=1e-7)
    assert abs(change).max() < 0.05


def test_months_may_be_chosen(both):
    assert {row.month for row in comparison_rows(both, ["2026-03"])} == {"2026-03"}


def test_the_workbook(both, tmp_path):
    write_comparison([both], tmp_path / "comparison.xlsx")
    book = openpyxl.load_workbook(tmp_path / "comparison.xlsx")
    cover = {label.value: text.value for label, text in book["Cover"].iter_rows(min_row=3, max_col=2)}
    assert "has the lever Support in the first three years (retention)" in cover["Retention plan"]
    assert cover["Area"].startswith("All ICBs of this run (2 of 42: ")
    assert cover["Made"][:10] == both.other.manifest["created"][:10]
    assert book.sheetnames[:3] == ["Cover", "Contents", "Side by side"]
    listed = list(book["Side by side"].iter_rows(values_only=True))
    rows = [dict(zip(listed[0], row, strict=True)) for row in listed[1:]]
    assert {row["Plan"] for row in rows} == {"Retention plan"}
    row = next(row for row in rows if row["Measure"] == "Filled posts" and row["Month"] == "2027-03")
    assert row["Difference, mean"] == pytest.approx(row["Plan, mean"] - row["Base, mean"], abs=0.5)
    amhp = list(book["AMHP difference by ICB"].iter_rows(values_only=True))
    at = amhp[0].index("Gap: needed less on the rota, difference, mean [FTE]")
    expected = both.table("amhp_gap_fte", by="icb").set_index(["icb", "month"])["mean"]
    assert {(row[1], row[3]): pytest.approx(row[at], abs=1e-4) for row in amhp[1:]} == {
        key: value for key, value in expected.items() if key[1] in {row[3] for row in amhp[1:]}
    }
    levers = list(book["Levers"].iter_rows(values_only=True))
    assert [row[1] for row in levers[1:]] == ["Support in the first three years", "Pay supplement"]
    assert all(row[-1] for row in levers[1:])
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions


def test_the_workbook_tells_what_a_plan_costs_and_who_pays(both, tmp_path):
    from mhwfmodel.plan.costs import ALL, by_payer, costs_of

    write_comparison([both], tmp_path / "comparison.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "comparison.xlsx")["Costs"].iter_rows(min_row=2, values_only=True)
    told = {(part, payer): cells for _, part, _, payer, *cells in rows}
    base, plan = (by_payer(costs_of(run)) for run in (both.base, both.other))
    assert len(told) == len(base.keys() | plan.keys())
    everything = told[ALL, "All payers"]
    change = plan[ALL, ALL] - base[ALL, ALL]
    assert (everything[0], everything[3]) == pytest.approx((base[ALL, ALL].mean(), plan[ALL, ALL].mean()))
    assert everything[6:] == pytest.approx([change.mean(), *np.quantile(change, [0.05, 0.95])])
    levers = [cells for (part, payer), cells in told.items() if part == "levers" and payer != "All payers"]
    assert levers, "the lever has a cost"
    assert all(cells[0] == 0.0 < cells[3] == cells[6] for cells in levers), "nobody pays for it in the base"


def test_many_plans_have_fewer_months(run, tmp_path):
    small = {"draws": 2, "months": 26, "icbs": ["QJ2"]}
    base, plan = run(**small), run("retention_plan", **small)
    write_comparison([mh.compare(base, plan)] * 6, tmp_path / "comparison.xlsx")
    book = openpyxl.load_workbook(tmp_path / "comparison.xlsx", read_only=True)
    for name in ("Side by side", "Difference by employing sector"):
        head, *rows = book[name].iter_rows(values_only=True)
        months = {row[head.index("Month")] for row in rows}
        assert months == {"2024-03", "2025-03", "2026-05"}, "the start, a year on, and the end of so short a run"


@pytest.mark.parametrize("name", ["leavers_a_month", "hires_needed", "vacancy_rate", "aged_55_share"])
def test_differences_of_rows_are_those_of_the_pair(both, name):
    expected = drawn(both, name).mean("draw")
    told = {row.month: row for row in comparison_rows(both) if (row.name, row.population) == (name, "social_care")}
    assert told
    for month, row in told.items():
        assert row.difference.mean == pytest.approx(float(expected.sel(month=month)), rel=1e-5, abs=1e-6)


def test_runs_without_levers(run, tmp_path):
    small = {"draws": 2, "months": 3, "icbs": ["QJ2"]}
    base = run(**small)
    write_comparison([mh.compare(base, base)], tmp_path / "comparison.xlsx")
    book = openpyxl.load_workbook(tmp_path / "comparison.xlsx")
    assert book["Levers"].max_row == 1


def test_differences_of_two_runs(both):
    base = both.base.manifest
    assert differences(base, base) == ()
    held = {**base, "scenario": {**base["scenario"], "baseline": "rates_held"}}
    assert differences(base, held) == ("baseline rates_held, where the base has expected",)
    listed = [
        row | ({"set_by_scenario": True} if row["name"] == "voluntary_share" else {})
        for row in base["evidence"]["parameters"]
    ]
    other = {**base, "evidence": {**base["evidence"], "parameters": listed}}
    assert differences(base, {**base, "scenario": {**base["scenario"], "coupling": {"every_months": 3}}}) == (
        "coupling (every months 3), where the base has no coupling",
    )
    (told,) = differences(base, other)
    assert told == "assumption voluntary_share: 0.22 (0.15 to 0.3) [share], where the base has the catalogue’s value"


def test_nothing_to_compare(tmp_path):
    with pytest.raises(ValueError, match="at least one"):
        write_comparison([], tmp_path / "comparison.xlsx")


@pytest.fixture(scope="module")
def served(run):
    small = {"draws": 3, "months": 12, "icbs": ["QJ2", "QNQ"], "pathway": {"file": "cmhf", "icbs": ["QJ2"]}}
    return mh.compare(
        run(**small), run("retention_plan", **small, **{f"levers[{at}].start": "2024-05" for at in (0, 1)})
    )


def test_moves_and_the_pathway_stand_side_by_side(served, tmp_path):
    write_comparison([served], tmp_path / "comparison.xlsx")
    book = openpyxl.load_workbook(tmp_path / "comparison.xlsx")
    tables = {}
    for name in ("Moves between sectors", "Moves between ICBs", "Pathway by stage", "Pathway by ICB"):
        head, *rows = book[name].iter_rows(values_only=True)
        tables[name] = [dict(zip(head, row, strict=True)) for row in rows]
    title = "12 months to March 2025"
    flows = [result.flows["moves_icb"].sum().item() for result in (served.base, served.other)]
    for run, total in zip(("base", "plan"), flows, strict=True):
        found = sum(row[f"{title}, {run} [people]"] for row in tables["Moves between ICBs"])
        assert found == pytest.approx(total, rel=1e-5)
    assert sum(row["Difference [people]"] for row in tables["Moves between sectors"]) < 0, "fewer leave, so fewer move"
    (row,) = tables["Pathway by ICB"]
    waiting = next(key for key in row if "waiting" in key.lower() and key.endswith("difference, mean [people]"))
    expected = served.draws_by("waiting", "icb").sel(month="2025-03").mean("draw").item()
    assert row[waiting] == pytest.approx(expected, abs=1e-4)
    stages = {row["Stage code"] for row in tables["Pathway by stage"]}
    assert stages == set(served.base.pathway["stage"].values) - {"all"}
    assert book["Pathway staff by ICB"].max_row > 1
