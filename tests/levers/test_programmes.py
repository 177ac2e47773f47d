"""Programmes offer people: each starts or is told as unplaced, in the months that the plan says."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from mhwfmodel.levers import Recruitment, Scope, TrainingInflow

# Support workers of private employers: the market brings no newly qualified people there, so all are the programme's.
CELL = {"sector": "private", "role": "support_worker"}
SCOPE = Scope(sectors=("private",), roles=("support_worker",))


def offered(result) -> np.ndarray:
    """Newly qualified starters and people whom no vacancy took, dims (draw, month)."""
    england = result.england
    unplaced = england["unplaced"].sum(["sector", "role"])
    return (england["starters_newly_qualified"].sel(CELL) + unplaced).values[:, 1:]


def test_the_market_brings_nobody_newly_qualified_there(forecast) -> None:
    assert (offered(forecast()) == 0).all()


def test_people_arrive_in_september(expect) -> None:
    people = offered(expect(TrainingInflow(start="2024-04", people_per_year=90, scope=SCOPE)))
    months = [int(month[-2:]) for month in expect().months[1:]]
    np.testing.assert_allclose(people[0], [90.0 if month == 9 else 0.0 for month in months], rtol=1e-6)


def test_several_completion_months_share_the_year_equally(expect) -> None:
    lever = TrainingInflow(start="2024-04", people_per_year=90, completion_months=(1, 9, 9), scope=SCOPE)
    people = offered(expect(lever))[0]
    months = [int(month[-2:]) for month in expect().months[1:]]
    np.testing.assert_allclose(people, [45.0 if month in (1, 9) else 0.0 for month in months], rtol=1e-6)


@pytest.mark.parametrize("places", [12.0, 2.3, 5000.0])
def test_starters_and_unplaced_add_up_to_the_people_offered(expect, forecast, places: float) -> None:
    lever = Recruitment(start="2024-06", places_per_month=places, recruit_source="newly_qualified", scope=SCOPE)
    until = places * np.clip(np.arange(1, 15) - 2, 0, None)
    np.testing.assert_allclose(np.cumsum(offered(expect(lever))[0]), until, rtol=1e-5)
    whole = offered(forecast(lever))
    assert (whole == np.round(whole)).all()
    # Two cells, each of which keeps its running sum to within one person.
    assert (np.abs(np.cumsum(whole, axis=1) - until) < 2).all()


def test_more_people_than_vacancies_are_told_as_unplaced(forecast, expect) -> None:
    lever = Recruitment(start="2024-06", places_per_month=50_000, recruit_source="newly_qualified", scope=SCOPE)
    for run in (forecast(lever), expect(lever)):
        england = run.england.sel(month="2024-06")
        assert (england["unplaced"].sel(CELL) > 0).all()
        np.testing.assert_allclose(england["vacancies"].sel(CELL), 0, atol=1e-3)
        assert (england["filled"] <= england["establishment"] + 1e-2).sel(CELL).all()


def test_without_a_programme_nobody_is_unplaced(forecast) -> None:
    assert float(forecast().england["unplaced"].sum()) == 0


def test_two_programmes_add_up(expect) -> None:
    one, two = (
        Recruitment(start="2024-06", places_per_month=n, recruit_source="newly_qualified", scope=SCOPE) for n in (3, 4)
    )
    np.testing.assert_allclose(offered(expect(one, two)), offered(expect(one)) + offered(expect(two)), rtol=1e-5)


def test_a_programme_changes_nothing_before_it_starts_wherever_it_is_written(forecast) -> None:
    first = Recruitment(start="2024-04", places_per_month=30, recruit_source="abroad")
    later = Recruitment(start="2024-08", places_per_month=20, recruit_source="returners")
    until = {"month": slice(None, "2024-07")}
    alone = forecast(first).draws.sel(until)
    for both in (forecast(first, later), forecast(later, first)):
        assert both.draws.sel(until).identical(alone)
        assert not both.draws.identical(forecast(first).draws)


def test_a_recruitment_lever_must_say_something() -> None:
    with pytest.raises(ValidationError, match="time_to_fill_change, places_per_month or both"):
        Recruitment(start="2024-06")
