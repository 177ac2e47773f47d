"""Need, funded demand and supply: three series that add up the same whatever they are told by."""

from __future__ import annotations

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.errors import DataError
from mhwfmodel.levers import Acuity, CaseloadCap, DemandShock, FundedPosts, RepeatContact, Scope
from mhwfmodel.plan.need import need
from mhwfmodel.scenario import Scenario

HERE, THERE = "E54000044", "E54000034"
START = "2024-05"


def run(**changes):
    given = {"name": "need", "months": 3, "draws": 3, "icbs": (HERE, THERE), "pathway": "cmhf"} | changes
    return mh.run(Scenario(**given), threads=1)


@pytest.fixture(scope="module")
def plain():
    return run()


def test_series_are_the_same_however_they_are_told(plain):
    found = need(plain)
    whole = found.table(()).set_index("month")
    for by in ("icb", "skill", ("icb", "skill"), ("sector", "role"), ("icb", "role")):
        parts = found.table(by).groupby("month").sum(numeric_only=True)
        np.testing.assert_allclose(parts, whole[list(parts)], rtol=1e-9, atol=1e-6, err_msg=str(by))
    stages = found.table(("stage", "skill")).groupby("month").sum(numeric_only=True)
    np.testing.assert_allclose(stages["required_hours"], whole["required_hours"], rtol=1e-12)


def test_gap_is_what_is_required_less_what_is_supplied(plain):
    told = need(plain).table(("icb", "skill"))
    np.testing.assert_allclose(told["gap_fte"], told["required_fte"] - told["supplied_fte"], atol=1e-9)
    np.testing.assert_allclose(told["unfunded_fte"], told["required_fte"] - told["funded_fte"], atol=1e-9)
    np.testing.assert_allclose(told["short_fte"], np.maximum(told["gap_fte"], 0), atol=1e-9)
    whole = need(plain).table(())
    assert (whole["short_fte"] > whole["gap_fte"]).all(), "a surplus of one skill hides no gap of another"


def test_supply_is_that_of_the_staff_who_staff_the_pathway(plain):
    """Nurses of the NHS give the shares of the staffing table and keep the rest of their hours."""
    told = need(plain).table(("sector", "role"), months="2024-06")
    nurses = told[(told["sector"] == "nhs") & (told["role"] == "registered_nurse")]
    hours = plain.detail["hours"].sel(stat="mean", sector="nhs", role="registered_nurse", month="2024-06").sum("icb")
    share = sum(
        row.share for row in mh.catalogue.staffing() if (row.sector, row.role) == ("nhs", "registered_nurse")
    )  # fmt: skip
    np.testing.assert_allclose(nurses["supplied_hours"], float(hours) * share, rtol=1e-5)


def test_need_follows_the_population_and_not_the_staff(plain):
    told = need(plain).table("icb", months="2024-06").set_index("icb")["required_hours"]
    people = {place.code: place.population for place in mh.catalogue.icbs()}
    assert told[HERE] / told[THERE] == pytest.approx(people[HERE] / people[THERE], rel=0.05)


def test_more_posts_are_funded_before_they_are_filled(plain):
    lever = FundedPosts(start=START, change=0.2, scope=Scope(sectors=("nhs",)))
    more, usual = (need(result).table(()).set_index("month") for result in (run(levers=(lever,)), plain))
    change = (more - usual).loc[START]
    assert change["required_hours"] == 0
    assert change["funded_hours"] > change["supplied_hours"] >= 0
    assert change["unfunded_fte"] < 0


def test_faults_are_told_together(plain):
    found = need(plain)
    with pytest.raises(DataError, match="stage and role") as error:
        found.table(("stage", "role"), months="2031-01")
    assert len(error.value.faults) == 2
    with pytest.raises(DataError, match="not told by council"):
        found.table("council")


def test_a_run_without_a_pathway_or_its_hours_says_what_to_write():
    with pytest.raises(DataError, match="pathway: cmhf"):
        need(run(pathway=None))
    with pytest.raises(DataError, match=r"outputs\.detail"):
        need(run(outputs={"detail": ["filled"]}))


def changed(*levers):
    """What levers make of the required hours, over those of the same run without them, by stage."""
    found = [
        need(run(icbs=(HERE,), draws=1, levers=given)).table("stage", months="2024-06").set_index("stage")
        for given in ((), levers)
    ]
    return (found[1]["required_hours"] / found[0]["required_hours"]).dropna()


def test_levers_on_demand_change_what_is_required_and_nothing_else_does():
    more = changed(DemandShock(start=START, stages=("triage",), change=0.2))
    # Four in ten at triage come back, or come from the helpline and the café.
    assert 1 < more["core"] < more["triage"] < 1.2
    assert more["mha_arrangements"] < more["core"]
    worse = changed(Acuity(start=START, stages=("core",), change=0.5))
    assert worse["core"] == pytest.approx(1.5)
    np.testing.assert_allclose(worse.drop("core"), 1, rtol=1e-12)


def test_a_way_that_fewer_go_asks_for_less_where_it_leads():
    fewer = changed(RepeatContact(start=START, stage="helpline", to="crisis_team", change=-0.5))
    assert fewer["crisis_team"] < 0.95
    assert fewer["helpline"] == pytest.approx(1)


def test_a_smaller_caseload_asks_for_more_staff_at_the_same_load():
    fewer = changed(CaseloadCap(start=START, pools=("coordinators",), from_cap=25, to_cap=20))
    assert fewer["core"] == pytest.approx(1.25)
    np.testing.assert_allclose(fewer.drop("core"), 1, rtol=1e-12)
