"""What a scenario assumes enters the baseline; what no workforce can be is refused, all of it at once."""

from __future__ import annotations

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.errors import DataError
from mhwfmodel.inputs import build
from mhwfmodel.inputs.build import _source_share
from mhwfmodel.inputs.check import check_assumptions
from mhwfmodel.inputs.draws import ParameterDraws, override
from mhwfmodel.scenario import Scenario

ONE_ICB = ("E54000044",)


def scenario(**assumptions: object) -> Scenario:
    return Scenario(name="x", months=2, draws=3, icbs=ONE_ICB, assumptions=assumptions)


def refused(**assumptions: object) -> list[str]:
    with pytest.raises(DataError) as caught:
        build(scenario(**assumptions))
    return [str(fault) for fault in caught.value.faults]


def test_an_assumption_changes_what_it_names_and_nothing_that_was_drawn_for_others(where) -> None:
    plain, other = build(scenario()), build(scenario(voluntary_share=0.5))
    for name in ("turnover_level", "vacancy_level", "participation_advocate"):
        assert np.array_equal(plain.parameters.value(name), other.parameters.value(name))
    voluntary = where(sector="voluntary")
    assert (other.filled[:, voluntary].sum(axis=1) > 1.5 * plain.filled[:, voluntary].sum(axis=1)).all()


def test_a_level_that_is_assumed_is_the_level_of_the_run() -> None:
    built = build(Scenario(name="x", months=1, assumptions={"turnover_level": 0.30}), central=True)
    social_care = np.array([c != 5 for c in built.cells.sector])
    leavers = (built.filled * built.turnover)[0, social_care].sum()
    assert leavers / built.filled[0, social_care].sum() == pytest.approx(0.30, rel=1e-12)


def test_all_contradictions_are_told_at_once_by_name() -> None:
    told = refused(
        joiner_under_1=0.9,
        joiner_1_to_3=0.9,
        recruits_from_abroad_share=0.9,
        newly_qualified_share=0.9,
        vacancy_level=0.0,
        floor_tolerance=0.0,
        nhs_nurse_vacancy=1.0,
        participation_advocate=0.0,
    )
    assert len(told) == 7
    text = "\n".join(told)
    for name in (
        "joiner_under_1",
        "recruits_from_abroad_share",
        "newly_qualified_share",
        "assumptions.vacancy_level",
        "assumptions.floor_tolerance",
        "assumptions.nhs_nurse_vacancy",
        "assumptions.participation_advocate",
    ):
        assert name in text


@pytest.mark.parametrize(
    ("assumptions", "named"),
    [
        ({"voluntary_share": 0.0}, "'voluntary' would have more specialist posts than posts"),
        ({"voluntary_share": 1.0}, "'private' would have more specialist posts than posts"),
        ({"specialist_vacancies": 100_000}, "specialist_vacancies"),
        ({"specialist_turnover_level": 4.0}, "specialist_turnover_level"),
        ({"specialist_turnover_level": {"central": 0.2, "low": 0, "high": 0.4}}, "specialist_turnover_level"),
        ({"vacancy_level": 0.9}, "assumptions.vacancy_level"),
        ({"posts_growth": -1.0}, "assumptions.posts_growth"),
        ({"leaving_10_plus": 0.0}, "assumptions.leaving_10_plus"),
        ({"nhs_turnover_level": 0.0}, "assumptions.nhs_turnover_level"),
        (
            {
                "recruits_from_inside_share": 1.0,
                "modelled_share_of_sector": 1.0,
                "returner_share": 0.0,
                "newly_qualified_share": 0.0,
                "recruits_from_abroad_share": 0.0,
            },
            "modelled_share_of_sector",
        ),
    ],
)
def test_what_no_workforce_can_be_is_refused_by_name(assumptions: dict[str, object], named: str) -> None:
    told = refused(**assumptions)
    assert len(told) == 1
    assert named in told[0]


@pytest.mark.parametrize(
    "assumptions",
    [
        {
            "specialist_local_authority_share": 1.0,
            "nhs_social_workers_fte": 0.0,
            "specialist_vacancies": 0.0,
            "recruits_from_inside_share": 0.0,
            "joiner_under_1": 0.5,
            "joiner_1_to_3": 0.3,
            "joiner_3_to_10": 0.2,
        },
        {"voluntary_share": 0.0, "specialist_voluntary_share": 0.0, "icb_share_concentration": 1e9},
    ],
)
@pytest.mark.parametrize("evaluator", ["deterministic", "stochastic"])
def test_cells_without_staff_stay_empty_and_spoil_nothing(assumptions: dict[str, float], evaluator: str) -> None:
    result = mh.run(scenario(**assumptions), evaluator=evaluator, threads=1)
    filled = result.draws_by("filled").values
    assert np.isfinite(filled).all()
    assert (filled > 0).all()
    cells = result.england["filled"]
    there = cells.isel(month=0).notnull()
    assert cells.where(there, 0.0).notnull().all()


def test_the_catalogue_itself_contradicts_nothing() -> None:
    check_assumptions(ParameterDraws(1, np.arange(200, dtype=np.uint32), {}))


def test_an_override_of_an_unknown_input_is_refused() -> None:
    with pytest.raises(DataError, match="did you mean"):
        override("turnover_levl", 0.2, None, None)


def test_the_assumptions_that_ship_hold_in_the_most_draws_that_a_run_may_have():
    """Shares of recruits are drawn one by one: where they exceed 1 in a draw they are scaled, and the run goes on."""
    parameters = ParameterDraws(20240401, np.arange(100_000, dtype=np.uint32), {})
    check_assumptions(parameters)
    names = ("recruits_from_inside_share", "returner_share", "recruits_from_abroad_share")
    over = np.flatnonzero(sum(parameters.value(name) for name in names) > 1.0)
    assert 0 < over.size < 1000
    shares = _source_share(ParameterDraws(20240401, over[:5].astype(np.uint32), {}))
    assert shares.sum(axis=0) == pytest.approx(1.0, rel=1e-12)
    assert shares.min() >= 0.0
