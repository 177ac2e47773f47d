"""What the scenario files say of themselves, held to the run: who gains what whom lose, and what ends when it ends."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import ClassVar, Literal, get_args

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.levers import LeverBase, Scope
from mhwfmodel.levers.effects import Effect, Source, SourceScaled
from mhwfmodel.scenario import Scenario
from mhwfmodel.scenario.schema import Assumption

ROOT = Path(__file__).resolve().parents[2]
HERE = "E54000044"
PRACTITIONER = "psychological_wellbeing_practitioner"


class Nobody(LeverBase):
    """Nobody comes from outside the model."""

    owner: ClassVar[str] = "the test"
    payer: ClassVar[str] = "nobody"
    level: ClassVar[str] = "national"
    evidence: ClassVar[str] = "none"
    grade: ClassVar[str] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "starters down"

    kind: Literal["nobody"] = "nobody"

    def effects(self, context) -> tuple[Effect, ...]:
        factor = (1.0 - self.profile(context.months))[None, :]
        return tuple(SourceScaled(source, factor, self.scope) for source in get_args(Source))


@cache
def shipped(name: str) -> Scenario:
    return mh.load_scenario(ROOT / "scenarios" / f"{name}.yaml")


@cache
def expected(scenario: Scenario) -> mh.Result:
    return mh.run(scenario, evaluator="deterministic", threads=1)


def on(name: str, months: int, *more: LeverBase, **changes: object) -> mh.Result:
    """Expected values of a scenario that ships, on one board."""
    scenario = shipped(name)
    return expected(
        scenario.model_copy(update={"icbs": (HERE,), "months": months, "levers": (*scenario.levers, *more)} | changes)
    )


def test_time_that_is_protected_is_so_much_less_capacity_and_nobody_less():
    plan, base = on("protected_learning", 14), on("baseline", 14)
    here = {"sector": ["private", "voluntary"]}
    before, after = (dict(month=slice(*span)) for span in ((None, "2025-03"), ("2025-04", None)))
    hours = plan.england["hours"].sel(here).sum("role") / base.england["hours"].sel(here).sum("role")
    np.testing.assert_array_equal(hours.sel(before), 1)
    np.testing.assert_allclose(hours.sel(after), 0.95, rtol=1e-6)
    assert plan.england["filled"].identical(base.england["filled"])
    rest = [name for name in plan.england["sector"].values if name not in here["sector"]]
    assert plan.england["hours"].sel(sector=rest).identical(base.england["hours"].sel(sector=rest))


def test_trainees_who_all_leave_for_the_nhs_leave_no_qualified_practitioner_behind():
    """With nobody else to come, the voluntary organisations' practitioners run out, and the NHS has those they lost."""
    scope = Scope(sectors=("voluntary",), roles=(PRACTITIONER,))
    alone = {"assumptions": {"recruits_from_inside_share": Assumption(central=0, low=0, high=0)}}
    nobody = Nobody(start="2025-04", scope=scope)
    leak, kept = (
        on(name, 360, nobody, **alone, pathway=None) for name in ("pwp_leak", "baseline")
    )  # fmt: skip
    stock = leak.england["filled"].sel(sector="voluntary", role=PRACTITIONER).isel(draw=0)
    assert float(stock[0]) > 10
    assert float(stock[-1]) < 0.01 * float(stock[0])
    gained, lost = (
        (leak.england[name] - kept.england[name]).sel(sector=sector, role=PRACTITIONER).isel(draw=0).sum()
        for name, sector in (("moved_in", "nhs"), ("moved_out", "voluntary"))
    )
    assert float(lost) > 0
    np.testing.assert_allclose(gained, lost, rtol=1e-4)


def test_what_the_nhs_gains_by_moves_somebody_loses():
    """All moves of England sum to zero, and nobody is made: staff rise by those who start less those who go."""
    plan, base = on("nhs_pull", 48), on("baseline", 48)
    for run in (plan, base):
        moved = run.england[["moved_in", "moved_out"]].sum(["sector", "role"]).isel(draw=0)
        np.testing.assert_allclose(moved["moved_in"], moved["moved_out"], rtol=1e-5)
    after = dict(month=slice("2025-04", "2028-03"))
    turnover = [run.draws_by("leavers").sel(after).sum() for run in (plan, base)]
    assert turnover[0] > turnover[1]
    out = [run.draws_by("moved_out").sel(after).sum() for run in (plan, base)]
    into = [run.draws_by("moved_in", population="nhs").sel(after).sum() for run in (plan, base)]
    assert out[0] > out[1]
    assert into[0] > into[1]


def test_without_anybody_from_outside_the_nhs_grows_only_by_those_whom_others_lose():
    nobody = Nobody(start="2025-04", scope=Scope(sectors=tuple(sector.code for sector in mh.catalogue.sectors())))
    runs = [on(name, 36, nobody) for name in ("nhs_pull", "baseline")]
    staff = [run.england["filled"].sum(["sector", "role"]).isel(draw=0) for run in runs]
    left = [
        (run.england["leavers"] - run.england["starters"]).sum(["sector", "role"]).isel(draw=0).cumsum("month")
        for run in runs
    ]
    since = dict(month=slice("2025-04", None))
    for people, gone in zip(staff, left, strict=True):
        change = people.sel(month="2025-03") - people.sel(since)
        np.testing.assert_allclose(change, gone.sel(since) - gone.sel(month="2025-03"), rtol=1e-4, atol=1.0)
    nhs = [run.england["filled"].sel(sector="nhs").sum("role").isel(draw=0, month=-1) for run in runs]
    assert nhs[0] > nhs[1]


@pytest.mark.parametrize("number", range(6))
def test_the_phases_of_a_pandemic_act_in_their_months_alone(number: int):
    lever = shipped("covid_phases").levers[number]
    months = shipped("covid_phases").month_labels
    profile = lever.profile(months)
    inside = [lever.start <= month < (lever.end or "2028-04") for month in months]
    if lever.end is not None:
        np.testing.assert_array_equal(profile > 0, inside)


def test_people_who_come_are_as_many_as_ever_once_the_phases_have_ended():
    plan, base = on("covid_phases", 60), on("community_pathway", 60)
    came = [run.draws_by("arrived") for run in (plan, base)]
    ratio = came[0] / came[1]
    np.testing.assert_array_equal(ratio.sel(month=slice("2024-04", "2025-03")), 1)
    np.testing.assert_array_equal(ratio.sel(month=slice("2028-04", None)), 1)
    # Walk-ins and others come as ever, so the sum moves by less than the phases say.
    for first, last, change in (
        ("2025-04", "2026-03", 0.25),
        ("2026-04", "2027-03", 0.24),
        ("2027-04", "2028-03", 0.14),
    ):
        year = ratio.sel(month=slice(first, last))
        assert ((year > 1 + 0.8 * change) & (year < 1 + change)).all()
    # Posts come back when their cut ends, and leaving with them; the people take longer.
    posts = [run.draws_by("establishment").sel(month=slice("2028-04", None)) for run in (plan, base)]
    np.testing.assert_allclose(posts[0], posts[1], rtol=1e-6)
