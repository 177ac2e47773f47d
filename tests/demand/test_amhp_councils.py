"""The need council by council: people, units of service, the way to the boards, and what moves it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.inputs import ParameterDraws
from mhwfmodel.simulate.amhp_need import AmhpNeed, amhp_need, council_parts
from mhwfmodel.simulate.amhp_sensitivity import INPUTS, central_parameters, need_variants
from mhwfmodel.simulate.amhp_tables import (
    amhp_need_answers,
    amhp_need_check,
    amhp_need_councils,
    amhp_need_evidence,
    amhp_need_icbs,
    amhp_need_inputs,
    amhp_need_pairs,
    amhp_need_windows,
    amhp_services,
    council_records,
    icb_records,
)


@pytest.fixture(scope="module")
def central() -> AmhpNeed:
    return amhp_need(central_parameters())


def changed(**values: float) -> ParameterDraws:
    return central_parameters({name: replace(catalogue.parameter(name), central=v) for name, v in values.items()})


def draws(number: int) -> ParameterDraws:
    return ParameterDraws(seed=7, draws=np.arange(number, dtype=np.uint32), overrides={})


def test_councils_have_the_people_of_the_boards_and_no_others(central: AmhpNeed) -> None:
    boards = np.array([item.population for item in catalogue.icbs()])
    assert central.icb_people == pytest.approx(boards, rel=1e-12)
    assert central.people.sum() == pytest.approx(boards.sum(), rel=1e-12)
    assert len(central.council_codes) == len(central.people) == 153
    census = np.array([item.population for item in catalogue.councils()])
    assert (np.abs(central.people / census - 1) < 0.1).all()


def test_need_and_work_of_councils_add_up_to_boards(central: AmhpNeed) -> None:
    assert central.by_council.shape == (1, 153)
    assert central.by_icb.shape == (1, 42)
    assert central.on_duty.shape == (1, 153, 3)
    for council, icb in (
        (central.by_council, central.by_icb),
        (central.assessments, central.icb_assessments),
        (central.on_duty, central.icb_on_duty),
    ):
        assert council.sum() == pytest.approx(icb.sum(), rel=1e-12)
    assert central.assessments.sum() == pytest.approx(268 / 100_000 * central.people.sum(), rel=1e-12)


def test_a_split_council_gives_each_board_its_share(central: AmhpNeed) -> None:
    wanted = np.zeros(42)
    for at, council in enumerate(catalogue.councils()):
        for part in council.parts:
            wanted[central.icb_codes.index(part.icb_code)] += central.by_council[0, at] * part.share_of_council
    # The lookup's shares are of 2021, the people of mid-2023.
    assert central.by_icb[0] == pytest.approx(wanted, rel=5e-3)


def test_each_council_has_whole_people_on_duty_and_more_people_never_fewer(central: AmhpNeed) -> None:
    assert (central.on_duty == np.round(central.on_duty)).all()
    order = np.argsort(central.people)
    assert (np.diff(central.by_council[0, order]) >= 0).all()
    assert (central.on_duty >= 1).all()


def test_a_service_for_each_board_needs_less_in_all_and_hands_its_need_to_its_councils(central: AmhpNeed) -> None:
    pooled = amhp_need(central_parameters(), services="icb")
    assert (pooled.icb_on_duty == np.round(pooled.icb_on_duty)).all()
    assert pooled.england < 0.7 * central.england
    assert pooled.by_council.sum() == pytest.approx(pooled.by_icb.sum(), rel=1e-12)
    parts = council_parts()
    for at, code in enumerate(pooled.icb_codes):
        inside = [c for c in range(153) if set(parts.icb[parts.council == c]) == {at}]
        a_head = pooled.by_council[0, inside] / pooled.people[inside]
        assert a_head == pytest.approx(np.full(len(inside), pooled.by_icb[0, at] / pooled.icb_people[at])), code


def test_councils_that_share_a_service_have_its_need_and_no_other_is_moved(central: AmhpNeed) -> None:
    shared = [at for at, item in enumerate(catalogue.councils()) if item.name in ("Bracknell Forest", "Slough")]
    hub = amhp_need(central_parameters(), services={central.council_codes[at]: "Hub" for at in shared})
    others = [at for at in range(153) if at not in shared]
    assert (hub.by_council[:, others] == central.by_council[:, others]).all()
    assert hub.by_council[:, shared].sum() < central.by_council[:, shared].sum()
    assert hub.on_duty[0, shared].sum(axis=0) == pytest.approx(np.round(hub.on_duty[0, shared].sum(axis=0)))
    alone = amhp_need(central_parameters(), services={central.council_codes[shared[0]]: central.council_codes[0]})
    assert (alone.by_council == central.by_council).all(), "a hub of one, even with another council's code as its name"


def test_unknown_units_of_service_are_refused() -> None:
    with pytest.raises(DataError, match="did you mean 'council'"):
        amhp_need(central_parameters(), services="councils")
    with pytest.raises(DataError, match="'E06000099' is no council"):
        amhp_need(central_parameters(), services={"E06000099": "Hub"})
    with pytest.raises(DataError, match="did you mean 'three_windows'"):
        amhp_need(central_parameters(), pattern="three_window")


def test_draws_come_one_by_one_and_differ() -> None:
    few, many = amhp_need(draws(5)), amhp_need(draws(9))
    assert (many.by_council[:5] == few.by_council).all()
    assert (many.by_icb[:5] == few.by_icb).all()
    assert len(set(many.england)) == 9
    assert ((many.england > 1000) & (many.england < 4000)).all()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amhp_hours_per_assessment": 0.0}, "assumptions.amhp_hours_per_assessment: 0 is not possible"),
        ({"amhp_late_share": 1.0}, "assumptions.amhp_late_share"),
        ({"amhp_handover_hours": -1.0}, "assumptions.amhp_handover_hours: -1 is not possible; give 0 or more"),
        ({"amhp_hours_before_refresher": 10.0}, "leaves nothing of amhp_hours_before_refresher"),
    ],
)
def test_inputs_that_no_service_can_have_are_named(values: dict[str, float], said: str) -> None:
    with pytest.raises(DataError, match=said):
        amhp_need(changed(**values))


def test_all_such_inputs_are_told_at_once() -> None:
    with pytest.raises(DataError) as caught:
        amhp_need(changed(amhp_target_delay_hours=-1.0, amhp_late_share=0.0, amhp_assessments_per_100k=-5.0))
    assert len(caught.value.faults) == 3


def test_every_input_moves_the_need_and_the_way_that_it_should() -> None:
    variants = need_variants()
    england = {(item.input, item.setting): float(item.need.england[0]) for item in variants}
    first = float(variants[0].need.england[0])
    falls = {"amhp_target_delay_hours", "amhp_late_share", "amhp_hours_before_refresher"}
    for name in INPUTS:
        parameter = catalogue.parameter(name)
        low, high = (england[name, f"{end:g}"] for end in (parameter.low, parameter.high))
        assert (high < low) if name in falls else (low < high), name
        assert min(low, high) <= first <= max(low, high), name
    assert set(INPUTS) == {item.name for item in catalogue.parameters() if item.name in INPUTS}
    patterns = {setting for name, setting in england if name == "windows"}
    assert patterns == set(list(catalogue.amhp_windows_by_pattern())[1:])
    assert england["pooling", "icb"] < first


def test_the_tables_of_the_page_say_what_was_worked_out(central: AmhpNeed) -> None:
    check = dict((row[0], row[1:]) for row in amhp_need_check()[1])
    assert check["148 services of one size"] == ("3, 2, 2", "2,084")
    assert check["42 services of one size"] == ("7, 4, 3", "1,183")
    assert check["the 153 councils as they are"][1] == f"{float(central.england[0]):,.0f}"
    assert amhp_services() == 148
    assert amhp_need_answers()[1][-1][-2:] == ("2,000", "2,133")
    assert len(amhp_need_inputs()[1]) == len(INPUTS)
    assert len(amhp_need_windows()[1]) == len(catalogue.amhp_windows_by_pattern())
    assert len({row[2] for row in amhp_need_pairs()[1]}) == 1
    for headings, rows in (amhp_need_councils(), amhp_need_icbs(), amhp_need_check(), amhp_need_pairs()):
        assert {len(row) for row in rows} == {len(headings)}


def test_figures_that_disagree_on_the_rate_are_beside_the_need() -> None:
    rows = amhp_need_evidence()[1]
    assert [row[1] for row in rows] == [
        "268",
        f"{176 / 177_489 * 1e5:,.0f}",
        f"{52_458 / 0.71 / 57_690_323 * 1e5:,.0f}",
    ]
    assert rows[0][-1] == amhp_need_check()[1][2][-1]
    assert [row[-1] for row in rows] == ["2,157", "1,420", "1,575"]


def test_records_hold_the_need_between_its_ends(central: AmhpNeed) -> None:
    variants = need_variants()
    councils, boards = council_records(variants), icb_records(variants)
    assert [item.code for item in councils] == list(central.council_codes)
    assert [item.code for item in boards] == list(central.icb_codes)
    for item in (*councils, *boards):
        for low, high in (item.fte_by_assessments, item.fte_by_hours, item.fte_by_windows):
            assert low <= item.fte <= high
        assert item.share_here == 1
    here = council_records(variants, ("E54000034",))
    assert {item.name for item in here} == {
        "Bracknell Forest", "Slough", "Windsor and Maidenhead", "Hampshire", "Surrey",
    }  # fmt: skip
    told = sum(item.fte * item.share_here for item in here)
    frimley = next(item for item in boards if item.code == "E54000034")
    assert told == pytest.approx(frimley.fte, rel=1e-12)


def test_a_council_with_twice_the_rate_needs_as_one_with_twice_the_people(central: AmhpNeed) -> None:
    double = amhp_need(changed(amhp_assessments_per_100k=2 * 268.0))
    for at, people in enumerate(central.people):
        near = int(np.argmin(np.abs(central.people - 2 * people)))
        if central.people[near] >= 2 * people:
            assert double.by_council[0, at] <= central.by_council[0, near]
        else:
            assert double.by_council[0, at] >= central.by_council[0, near]
