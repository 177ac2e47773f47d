"""Levers combine by a stated rule; pay enters once; a scope without staff is refused by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel import catalogue, units
from mhwfmodel.errors import ScenarioError
from mhwfmodel.inputs import ParameterDraws, build
from mhwfmodel.levers import FundedPosts, Pay, Recruitment, Retention, Scope
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.lever_checks import check_levers

START = "2024-05"
DRAWS = ParameterDraws(5, np.arange(40, dtype=np.uint32), {})
CENTRAL = ParameterDraws(5, np.arange(1, dtype=np.uint32), {}, central=True)


@dataclass(frozen=True)
class Given:
    """What a lever may ask of a run."""

    parameters: ParameterDraws
    months: tuple[str, ...] = units.month_range("2024-04", 6)

    def parameter(self, name: str) -> np.ndarray:
        return self.parameters.value(name)


def close(one, two) -> None:
    for name in ("filled", "leavers", "starters", "vacancies"):
        np.testing.assert_allclose(one.england[name].values, two.england[name].values, rtol=2e-6, atol=1e-4)


def test_two_retention_levers_multiply(expect) -> None:
    both = expect(Retention(start=START, leaving_change=-0.1), Retention(start=START, leaving_change=-0.2))
    close(both, expect(Retention(start=START, leaving_change=0.9 * 0.8 - 1)))


def test_the_order_of_levers_does_not_matter(expect) -> None:
    one, two = Retention(start=START, leaving_change=-0.1), Pay(start=START, change=0.05)
    close(expect(one, two), expect(two, one))


def test_times_to_fill_multiply(expect) -> None:
    both = expect(*(Recruitment(start=START, time_to_fill_change=change) for change in (-0.2, -0.5)))
    close(both, expect(Recruitment(start=START, time_to_fill_change=0.8 * 0.5 - 1)))


def test_bands_that_one_lever_reaches_are_scaled_and_the_others_not(expect) -> None:
    new = Retention(start=START, leaving_change=-0.3, experience=("under_1", "1_to_3"))
    old = Retention(start=START, leaving_change=-0.3, experience=("3_to_10", "10_plus"))
    close(expect(new, old), expect(Retention(start=START, leaving_change=-0.3)))


def test_ten_per_cent_more_pay_is_three_points_on_thirty() -> None:
    """Vadean and Saloniki (2023): +10 % wage, 3 percentage points fewer separations at about 30 % a year."""
    leaving, _ = Pay(start="2024-04", change=0.1).effects(Given(CENTRAL))
    assert leaving.what == "leaving"
    factor = float(np.exp(leaving.log_factor[0, 0]))
    assert 100 * 0.30 * (factor - 1) == pytest.approx(catalogue.figure("E101").number, abs=0.05)


def test_ten_per_cent_more_pay_is_three_points_in_a_run(expect, apart) -> None:
    held = {"baseline": "rates_held", "assumptions": {**apart["assumptions"], "turnover_level": 0.30}}
    plain, paid = expect(**held), expect(Pay(start=START, change=0.1), **held)
    staff = plain.draws_by("filled").sel(month="2024-04").item()
    rate, paid_rate = (1200 * run.draws_by("leavers").sel(month=START).item() / staff for run in (plain, paid))
    assert rate == pytest.approx(30, abs=5)
    assert (paid_rate - rate) / rate * 30 == pytest.approx(-3, abs=0.1)


@given(st.floats(-0.4, 0.9))
def test_pay_never_does_more_than_the_supply_elasticity(change: float) -> None:
    leaving, hiring = Pay(start="2024-04", change=change).effects(Given(DRAWS))
    assert (leaving.what, hiring.what) == ("leaving", "attraction")
    whole = hiring.log_factor - leaving.log_factor
    limit = DRAWS.value("pay_supply_elasticity")[:, None] * np.log1p(change)
    np.testing.assert_allclose(whole, np.broadcast_to(limit, whole.shape), rtol=1e-9, atol=1e-12)
    assert (np.sign(change) * hiring.log_factor >= 0).all()
    assert (np.sign(change) * leaving.log_factor <= 0).all()


def test_the_workforce_grows_by_less_than_the_supply_elasticity(expect) -> None:
    held = {"baseline": "rates_held", "months": 48}
    plain, paid = expect(**held), expect(Pay(start=START, change=0.1), **held)
    grown = np.log(paid.draws_by("filled") / plain.draws_by("filled")).isel(month=-1).item() / np.log(1.1)
    assert 0 < grown < catalogue.parameter("pay_supply_elasticity").central


def test_scopes_without_staff_are_refused_by_name_all_at_once(forecast, here) -> None:
    levers = (
        Retention(start=START, leaving_change=-0.1, scope=Scope(sectors=("nhs",), roles=("advocate",))),
        Retention(start=START, leaving_change=-0.1),
        Recruitment(start=START, places_per_month=3, scope=Scope(icbs=("E54000008",))),
        Pay(start=START, change=0.1, scope=Scope(sectors=("direct_payment",), strand="specialist")),
    )
    with pytest.raises(ScenarioError) as caught:
        forecast(*levers)
    told = [str(fault) for fault in caught.value.faults]
    assert [line.split(":")[0] for line in told] == ["levers[0].scope", "levers[2].scope", "levers[3].scope"]
    for line, kind in zip(told, ("retention", "recruitment", "pay"), strict=True):
        assert f"this {kind} lever holds no staff" in line


def test_a_lever_that_never_met_a_scenario_is_refused_too(forecast) -> None:
    """A user's own lever comes past the scenario's checks; the run still says that it reaches nobody."""
    nobody = Retention(start=START, leaving_change=-0.1, scope=Scope(sectors=("nhs",), roles=("advocate",)))
    with pytest.raises(ScenarioError, match=r"levers\[0\].scope: the scope of this retention lever holds no staff"):
        check_levers((nobody,), build(Scenario(name="x", months=3, icbs=("E54000008",)), central=True))


def test_a_cut_beyond_all_posts_is_refused(forecast) -> None:
    with pytest.raises(ScenarioError, match="takes 1,000,000 posts away where about"):
        forecast(FundedPosts(start=START, posts=-1_000_000, scope=Scope(sectors=("voluntary",))))


def test_a_lever_without_sectors_reaches_social_care_and_never_the_nhs(expect, apart) -> None:
    plain, acted = expect(**apart), expect(Retention(start=START, leaving_change=-0.5), **apart)
    # Nurse apprentices of social care go on to the NHS; nothing else reaches it here.
    for sector, moved in (("private", True), ("nhs", False)):
        one, two = (
            run.england["leavers"].sel(sector=sector).drop_sel(role="registered_nurse") for run in (plain, acted)
        )
        assert one.identical(two) is not moved
