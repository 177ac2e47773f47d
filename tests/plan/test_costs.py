"""What a run costs: by hand, part by part, and draw by draw beside another run."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel import catalogue
from mhwfmodel.catalogue.unit_costs import read_unit_costs
from mhwfmodel.errors import DataError
from mhwfmodel.levers import Context, LeverBase, Scope
from mhwfmodel.levers.effects import Effect, Scaled
from mhwfmodel.levers.spending import OfWages, PerUnit, Spending
from mhwfmodel.plan.costs import ALL, COUNTED, GRANTS, LEVERS, PARTS, SOCIAL_CARE_EMPLOYERS, by_payer, costs_of, summary
from mhwfmodel.plan.drawn import given_to
from mhwfmodel.plan.spending import lever_costs
from mhwfmodel.plan.worth import QUADRANTS, cost_effectiveness, net_present_value, weighed
from mhwfmodel.results import Result
from mhwfmodel.scenario import Scenario

ICBS = ("E54000011", "E54000044")
MONTHS, DRAWS = 14, 6
SECTORS = [item.code for item in catalogue.sectors()]
ROLES = [item.code for item in catalogue.roles()]

KEEP = {"kind": "retention", "name": "Keep", "start": "2024-06", "leaving_change": -0.2, "cost_per_year": 120_000.0}
PAY = {"kind": "pay", "start": "2024-06", "change": 0.05, "scope": {"sectors": ["private"]}}
AGENCY = {"kind": "agency_cover", "start": "2024-04", "cover": 0.5, "scope": {"sectors": ["local_authority"]}}
ZERO = ({**KEEP, "leaving_change": 0.0, "cost_per_year": 0.0}, {**PAY, "change": 0.0})


class Coaching(LeverBase):
    """So much for each starter: a lever of the user's own."""

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "a foundation"
    level: ClassVar[Literal["place"]] = "place"
    evidence: ClassVar[str] = "none"
    grade: ClassVar[Literal["none"]] = "none"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "nothing"

    kind: Literal["coaching"] = "coaching"
    pounds: float = 0.0

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Nothing."""
        return (Scaled("leaving", np.zeros((1, len(context.months))), self.scope),)

    def spending(self, context: Context) -> tuple[Spending, ...]:
        """So much a starter."""
        return (PerUnit("coaching", "starters", self.pounds * self.profile(context.months), self.scope),)


@pytest.fixture(scope="module")
def go() -> Callable[..., Result]:
    """Run two ICBs for some months."""

    def run(*levers: Any, **changes: Any) -> Result:
        options = {key: changes.pop(key) for key in ("evaluator",) if key in changes}
        given = {"name": "costs", "months": MONTHS, "draws": DRAWS, "icbs": ICBS, "levers": levers} | changes
        return mh.run(Scenario.model_validate(given), threads=1, **options)

    return run


@pytest.fixture(scope="module")
def base(go) -> Result:
    return go()


@pytest.fixture(scope="module")
def plan(go) -> Result:
    return go(KEEP, PAY, AGENCY)


def kept(result: Result, measure: str) -> np.ndarray:
    """Draws of the months simulated, dims (draw, sector, role, month)."""
    data = result.england[measure].transpose("draw", "sector", "role", "month").values[..., 1:]
    return np.nan_to_num(data.astype(np.float64))


def test_unit_costs_are_drawn_as_the_run_drew_them(base) -> None:
    parameters = given_to(base).parameters
    drawn = base.groups["parameters"]
    for name in ("pay_social_worker", "on_costs_nhs", "agency_premium", "replacement_cost_care"):
        assert np.ptp(drawn[name].values) > 0
        assert parameters.value(name).tolist() == drawn[name].values.tolist()


def test_staff_cost_their_pay_and_on_costs(base) -> None:
    drawn = base.groups["parameters"]
    fte = float(base.england["filled_fte"].sel(draw=3, sector="private", role="support_worker", month="2024-09"))
    pay, on_costs = (float(drawn[name][3]) for name in ("pay_support_worker", "on_costs_independent"))
    found = costs_of(base).draws("staff", ("sector", "role"))
    told = found.sel(draw=3, sector="private", role="support_worker", month="2024-09")
    assert float(told) == pytest.approx(fte * pay * (1 + on_costs) / 12, rel=1e-12)


def test_agency_staff_cost_what_employees_do_and_a_premium(base, plan) -> None:
    assert not costs_of(base).draws("agency").any()
    costs, drawn = costs_of(plan), plan.groups["parameters"]
    fte = plan.england["agency_fte"].sel(draw=2, sector="local_authority", role="social_worker", month="2025-01")
    assert float(fte) > 0
    each = float(drawn["pay_social_worker"][2]) * (1 + float(drawn["on_costs_council"][2])) / 12
    told = costs.draws("agency", ("sector", "role")).sel(draw=2, month="2025-01")
    assert float(told.sel(sector="local_authority", role="social_worker")) == pytest.approx(
        float(fte) * each * (1 + float(drawn["agency_premium"][2])), rel=1e-6
    )
    assert not told.sel(sector="voluntary").any()


def test_a_starter_costs_by_the_group_of_the_role(base) -> None:
    drawn, starters = base.groups["parameters"], kept(base, "starters")
    care = np.array([item.hours_group == "care" for item in catalogue.roles()])
    by_role = starters.sum(axis=1)
    hand = by_role[:, care].sum(axis=1) * drawn["replacement_cost_care"].values[:, None]
    hand += by_role[:, ~care].sum(axis=1) * drawn["replacement_cost_professional"].values[:, None]
    assert costs_of(base).draws("replacement").values == pytest.approx(hand, rel=1e-12)


def test_amhp_courses_cost_fees_and_time_that_others_cover(go) -> None:
    run = go(evaluator="deterministic", months=3)
    value = {item.name: item.central for item in catalogue.parameters()}
    full, part, before = (value[f"{name}_places"] for name in ("amhp_full_time", "amhp_part_time", "pre_amhp"))
    present = full * 6 + part * 18 + before * 3
    away = full * 6 + part * 18 * value["amhp_part_time_released_share"] + before * 3 * value["course_released_share"]
    fee = value["amhp_course_fee"] * (full + part) / present
    person = sum(
        item.share
        * value[f"pay_{item.role}"]
        * (1 + value["on_costs_council" if item.sector == "local_authority" else "on_costs_nhs"])
        * value[catalogue.role(item.role).participation]
        / 12
        for item in catalogue.amhp_posts()
    )
    trainees = float(run.draws_by("amhp_trainees")[0, 2])
    assert trainees > 0
    told = float(costs_of(run).draws("training")[0, 1])
    assert told == pytest.approx(trainees * (away / present * value["backfill_share"] * person + fee), rel=1e-6)


def test_parts_and_payers_add_up(plan) -> None:
    costs = costs_of(plan)
    for part in COUNTED:
        whole = costs.draws(part)
        assert costs.draws(part, ("sector", "role")).sum(("sector", "role")).values == pytest.approx(whole.values)
        assert costs.draws(part, ("role",)).sum("role").values == pytest.approx(whole.values)
        assert costs.a_year(part) == pytest.approx(whole.values.mean(axis=1) * 12)
    parts = sum(costs.draws(part).values for part in PARTS)
    assert costs.draws().values == pytest.approx(parts)
    table = summary(costs)
    means = table.set_index(["part", "payer"])["mean"]
    names = [item.name for item in catalogue.sectors()]
    social_care = [item.name for item in catalogue.sectors() if item.population == "social_care"]
    for part in (*COUNTED, ALL):
        told = means[part]
        assert told[SOCIAL_CARE_EMPLOYERS] == pytest.approx(sum(told.get(name, 0.0) for name in social_care))
    levers = means[LEVERS].drop(ALL)
    assert means[LEVERS, ALL] == pytest.approx(levers.sum())
    assert means[ALL, ALL] == pytest.approx(sum(means[ALL][name] for name in names) + levers.sum())
    assert means[ALL, ALL] == pytest.approx(float(costs.draws().mean()) * 12)
    assert (table["low"] <= table["mean"]).all()
    assert (table["mean"] <= table["high"]).all()


def test_a_stated_cost_is_paid_while_the_lever_acts_whatever_the_draw(plan) -> None:
    stated = next(item for item in costs_of(plan).levers if item.name == "Keep")
    assert stated.payer == "employers"
    assert stated.pounds.tolist() == [[0.0, 0.0] + [10_000.0] * (MONTHS - 2)] * DRAWS


def test_a_lever_that_is_tested_in_sites_is_paid_by_who_pays_for_it(go) -> None:
    (site, *_) = ICBS
    costs = costs_of(go({"kind": "test_sites", "sites": [site], "lever": KEEP}))
    assert [(item.kind, item.payer) for item in costs.levers] == [("test sites", "employers")]
    assert set(summary(costs).query("part == 'levers'")["payer"]) == {"employers", ALL}


def test_what_a_tested_lever_costs_in_the_sites_and_elsewhere_is_one_amount(go) -> None:
    def more(site: str) -> float:
        """What is spent elsewhere, as a multiple of what is spent in the site."""
        lever = {"kind": "test_sites", "lever": KEEP, "sites": [site]}
        (alone,) = costs_of(go(lever)).levers
        (both,) = costs_of(go(lever | {"scale_from": KEEP["start"], "fidelity": 1.0})).levers
        return both.pounds.sum() / alone.pounds.sum() - 1.0

    here, there = (more(site) for site in ICBS)
    assert here * there == pytest.approx(1.0), "as much for each adult, whichever of the two boards is the site"


def test_a_funding_stream_is_paid_by_who_gives_it_and_nothing_is_counted_twice(go) -> None:
    stream = {
        "kind": "funding_stream", "start": "2024-06", "end": "2025-02", "pounds_per_year": 1e6, "cost_of_post": 45e3,
        "to_voluntary": 0.5, "to_nhs": 0.5,
    }  # fmt: skip
    tested = {"kind": "test_sites", "lever": stream, "sites": [ICBS[0]], "scale_from": "2024-09", "fidelity": 0.5}
    names = {item.code: item.name for item in catalogue.sectors()}
    nhs, funder = names["nhs"], mh.levers.FundingStream.payer
    for lever in (stream, tested):
        made = costs_of(go(lever))
        paid, bare = by_payer(made), by_payer(replace(made, grants=()))
        assert paid[ALL, ALL].tolist() == bare[ALL, ALL].tolist(), "who pays does not change what is spent"
        given = {payer: pounds for (part, payer), pounds in paid.items() if part == GRANTS}
        assert set(given) == {nhs, names["voluntary"], SOCIAL_CARE_EMPLOYERS, funder}
        assert (given[nhs] < 0).all()
        assert given[nhs] + given[SOCIAL_CARE_EMPLOYERS] + given[funder] == pytest.approx(0.0, abs=1e-3)
        for payer in (nhs, SOCIAL_CARE_EMPLOYERS, funder):
            assert paid[ALL, payer] == pytest.approx(bare[ALL, payer] + given[payer])
        assert not any(part == GRANTS for part, _ in bare)
    in_force = 8
    assert by_payer(costs_of(go(stream)))[ALL, funder] == pytest.approx(1e6 * in_force / MONTHS), "all of the money"


def test_a_rise_of_pay_costs_its_share_of_the_wages_that_it_reaches(plan) -> None:
    costs = costs_of(plan)
    rise = next(item for item in costs.levers if item.kind == "pay")
    private = costs.draws("staff", ("sector",)).sel(sector="private").values
    assert rise.pounds[:, :2].tolist() == [[0.0, 0.0]] * DRAWS
    assert rise.pounds[:, 2:] == pytest.approx(0.05 * private[:, 2:], rel=1e-6)


def test_levers_at_zero_cost_nothing_to_the_last_bit(go, base) -> None:
    zero, held = costs_of(go(*ZERO)), costs_of(base)
    assert not zero.draws(LEVERS).any()
    assert zero.draws().values.tolist() == held.draws().values.tolist()


def wages(result: Result, scope: Scope, measure: str = "filled") -> np.ndarray:
    """A tenth of the wages of a scope, dims (draw, month)."""
    costs = costs_of(result)
    share = np.full(MONTHS, 0.1)

    class Tenth(Coaching):
        def spending(self, context: Context) -> tuple[Spending, ...]:
            return (OfWages("wages", share, scope, measure),)

    given = given_to(result)
    given = type(given)(((0, Tenth(start="2024-04")),), (), given.parameters, given.context)
    return lever_costs(result, given, costs.unit)[0].pounds


def test_scopes_take_wages_apart_and_leave_none_over(base) -> None:
    everywhere = wages(base, Scope())
    staff = costs_of(base).draws("staff", ("sector",))
    social_care = [item.code for item in catalogue.sectors() if item.population == "social_care"]
    assert everywhere == pytest.approx(0.1 * staff.sel(sector=social_care).sum("sector").values, rel=1e-6)
    by_icb = [wages(base, Scope(icbs=(code,))) for code in ICBS]
    assert by_icb[0].mean() > 0
    assert sum(by_icb) == pytest.approx(everywhere, rel=1e-9)
    by_strand = [wages(base, Scope(strand=strand)) for strand in ("general", "specialist")]
    assert 0 < by_strand[1].mean() < by_strand[0].mean()
    assert sum(by_strand) == pytest.approx(everywhere, rel=1e-9)
    assert wages(base, Scope(sectors=("nhs",))).mean() == pytest.approx(0.1 * float(staff.sel(sector="nhs").mean()))


def test_wages_of_vacant_posts_are_those_of_so_many_staff(base) -> None:
    scope = Scope(sectors=("voluntary",), roles=("advocate",))
    filled, vacant = wages(base, scope), wages(base, scope, "vacancies")
    at = {"sector": "voluntary", "role": "advocate"}
    posts = base.england["vacancies"].sel(at).values[:, 1:] / base.england["filled"].sel(at).values[:, 1:]
    assert vacant == pytest.approx(filled * posts, rel=1e-6)


def test_wages_of_agency_staff_are_theirs_without_the_premium(plan) -> None:
    told = wages(plan, Scope(sectors=("local_authority",)), "agency_fte")
    premium = plan.groups["parameters"]["agency_premium"].values[:, None]
    assert told.mean() > 0
    assert told == pytest.approx(0.1 * costs_of(plan).draws("agency").values / (1 + premium), rel=1e-9)


def test_the_part_in_an_icb_is_told_without_detail_too(go, base) -> None:
    bare = go(outputs={"detail": "none"})
    for code in ICBS:
        scope = Scope(icbs=(code,))
        assert wages(bare, scope).sum() == pytest.approx(wages(base, scope).sum(), rel=0.03)


def test_a_lever_of_ones_own_is_paid_by_the_unit_once_its_class_is_at_hand(go, base) -> None:
    run = go(Coaching(start="2024-05", pounds=100.0, scope=Scope(sectors=("voluntary",))))
    known = costs_of(run, own=(Coaching,))
    starters = kept(run, "starters")[:, SECTORS.index("voluntary")].sum(axis=1)
    starters[:, 0] = 0.0
    assert [(item.kind, item.payer) for item in known.levers] == [("coaching", "a foundation")]
    assert known.draws(LEVERS).values == pytest.approx(100 * starters, rel=1e-12)
    silent = costs_of(run)
    assert (silent.levers, silent.unknown) == ((), ("coaching",))
    pair = mh.compare(base, run)
    with pytest.raises(DataError, match="what coaching costs is not known"):
        cost_effectiveness(pair, "filled")
    told = net_present_value(pair, "filled", 1.0, own=(Coaching,))
    assert told.cost.mean == pytest.approx(known.present_value(LEVERS).mean())


def test_unit_costs_grow_in_real_terms_when_asked_to(go, base) -> None:
    still, grown = costs_of(base).draws("staff").values, costs_of(base, real_growth=0.02).draws("staff").values
    assert grown == pytest.approx(still * 1.02 ** (np.arange(MONTHS) / 12), rel=1e-12)
    assumed = go(assumptions={"unit_cost_growth": 0.02})
    assert costs_of(assumed).draws("staff").values.tolist() == grown.tolist()


def test_what_the_run_did_not_keep_is_told_with_the_line_to_change(go) -> None:
    run = go(months=1, draws=1, outputs={"every_draw": ["filled_fte"]})
    with pytest.raises(DataError, match=r"agency_fte, starters, amhp_trainees.*every_draw"):
        costs_of(run)


def test_no_such_part_or_grouping(base) -> None:
    costs = costs_of(base)
    with pytest.raises(DataError, match=r"'staf' is no part of costs.*staff"):
        costs.draws("staf")
    with pytest.raises(DataError, match="not told by icb; group by sector and role"):
        costs.draws("staff", ("icb",))
    with pytest.raises(DataError, match="'all' are not told by sector; group by nothing"):
        costs.draws(ALL, ("sector",))


def test_a_ratio_is_the_mean_cost_over_the_mean_gain_of_paired_draws(base, plan) -> None:
    pair = mh.compare(base, plan)
    told = cost_effectiveness(pair, "leavers", fewer_is_better=True)
    gained = -pair.draws_by("leavers").values[:, 1:].astype(np.float64).sum(axis=1)
    cost = costs_of(plan).present_value() - costs_of(base).present_value()
    assert told.unit == "people"
    assert told.outcome.mean == pytest.approx(gained.mean())
    assert told.cost.mean == pytest.approx(cost.mean())
    assert told.ratio.mean == pytest.approx(cost.mean() / gained.mean())
    assert (told.ratio.low, told.ratio.high) == pytest.approx(((cost / gained).min(), (cost / gained).max()))
    # Pairing: what both runs share cancels, so the difference is surer than either cost.
    assert cost.std() < 0.5 * costs_of(base).present_value().std()


def test_outcomes_add_up_by_their_kind_and_place(base, plan) -> None:
    pair = mh.compare(base, plan)
    filled = pair.draws_by("filled", ("sector",)).sel(sector="private").values[:, 1:].sum(axis=1) / 12
    told = cost_effectiveness(pair, "filled", at={"sector": "private"})
    assert (told.unit, told.outcome.mean) == ("people × years", pytest.approx(filled.mean()))
    rate = cost_effectiveness(pair, "vacancy_rate", fewer_is_better=True).outcome.mean
    assert rate == pytest.approx(-float(pair.draws_by("vacancy_rate")[:, 1:].mean()))
    turnover = cost_effectiveness(pair, "turnover_rate", fewer_is_better=True).outcome.mean
    assert turnover == pytest.approx(-float(pair.draws_by("turnover_rate").mean(skipna=True)))
    late = cost_effectiveness(pair, "hours", discount_outcome=True, version="2026_lower")
    hours = pair.draws_by("hours").values[:, 1:].astype(np.float64)
    hours[:, 12:] /= 1.03
    assert late.outcome.mean == pytest.approx(hours.sum(axis=1).mean())
    with pytest.raises(DataError, match="it has no sector privat"):
        cost_effectiveness(pair, "filled", at={"sector": "privat"})


def test_a_plan_that_changes_nothing_has_no_cost_per_outcome(go, base) -> None:
    told = cost_effectiveness(mh.compare(base, go(*ZERO)), "filled")
    assert (told.cost.mean, told.outcome.mean) == (0.0, 0.0)
    assert np.isnan([told.ratio.mean, told.ratio.low, told.ratio.high]).all()
    assert told.quadrants["no difference"] == 1.0
    assert told.verdict.startswith("no difference")


COST = np.array([4.0, 6.0, 2.0, -1.0])


@pytest.mark.parametrize(
    ("gained", "shares", "ratio", "verdict"),
    [
        ([2.0, 3.0, 2.0, 1.0], (0.75, 0.25, 0, 0, 0), (1.375, -1.0, 2.0), "costs more and gains"),
        ([2.0, 3.0, -1.0, 1.0], (0.5, 0.25, 0, 0.25, 0), (2.2, -1.0, np.inf), "costs more and gains; the sign"),
        ([2.0, 3.0, 2.0, -1.0], (0.75, 0, 0.25, 0, 0), (11 / 6, -np.inf, 2.0), "costs more and gains; the sign"),
        ([-2.0, -3.0, -2.0, -1.0], (0, 0, 0.25, 0.75, 0), (np.nan,) * 3, "dominated: costs more and loses"),
        ([2.0, 3.0, 0.0, 1.0], (0.5, 0.25, 0, 0, 0.25), (11 / 6, -1.0, np.inf), "costs more and gains; the sign"),
    ],
)
def test_draws_without_a_gain_have_no_price(gained, shares, ratio, verdict) -> None:
    told = weighed("filled", "people", COST, np.array(gained))
    assert tuple(told.quadrants.values()) == pytest.approx(shares)
    assert tuple(told.quadrants) == QUADRANTS
    assert (told.ratio.mean, told.ratio.low, told.ratio.high) == pytest.approx(ratio, nan_ok=True)
    assert told.verdict.startswith(verdict)


def test_plans_that_save_are_dominant_or_a_trade(base) -> None:
    assert weighed("filled", "people", -COST - 9, COST + 9).verdict == "dominant: costs no more and gains"
    assert weighed("filled", "people", -COST - 9, -COST - 9).verdict == "saves and loses"


def test_a_net_present_value_by_hand(base, plan) -> None:
    pair = mh.compare(base, plan)
    told = net_present_value(pair, "leavers", 5_000.0, fewer_is_better=True, part=LEVERS)
    avoided = -pair.draws_by("leavers").values[:, 1:].astype(np.float64)
    benefit = 5_000 * (avoided[:, :12].sum(axis=1) + avoided[:, 12:].sum(axis=1) / 1.035)
    cost = costs_of(plan).present_value(LEVERS)
    assert told.benefit.mean == pytest.approx(benefit.mean())
    assert told.cost.mean == pytest.approx(cost.mean())
    assert told.net.mean == pytest.approx((benefit - cost).mean())
    assert told.positive == pytest.approx((benefit > cost).mean())
    with pytest.raises(DataError, match="is a rate and does not add up"):
        net_present_value(pair, "vacancy_rate", 1.0)
    with pytest.raises(DataError, match="give pounds"):
        net_present_value(pair, "filled", np.nan)


@pytest.mark.parametrize(
    ("at", "cell", "problem"),
    [
        (2, "pay_nobody", "'pay_nobody' is no parameter"),
        (1, "social_workers", "'social_workers' is not allowed"),
    ],
)
def test_a_table_of_unit_costs_that_cannot_hold_is_refused(root, tmp_path: Path, at, cell, problem) -> None:
    name = "unit_costs.csv"
    text = (root / "mhwfmodel" / "catalogue" / "data" / name).read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    rows[1][at] = cell
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    with pytest.raises(DataError, match=problem):
        read_unit_costs(tmp_path)


def test_a_role_without_pay_is_told(root, tmp_path: Path) -> None:
    name = "unit_costs.csv"
    lines = (root / "mhwfmodel" / "catalogue" / "data" / name).read_text(encoding="utf-8").splitlines()
    (tmp_path / name).write_text("\n".join(lines[:1] + lines[2:]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="social_worker has no pay; add a row pay,social_worker"):
        read_unit_costs(tmp_path)
