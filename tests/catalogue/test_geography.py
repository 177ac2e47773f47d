"""Places: codes, people, shares."""

from __future__ import annotations

import pytest

from mhwfmodel import catalogue

ENGLAND_MID_2023 = 57_690_323


def test_there_are_42_boards_with_stable_ids_in_order_of_code():
    boards = catalogue.icbs()
    assert [item.id for item in boards] == list(range(1, 43))
    assert [item.code for item in boards] == sorted(item.code for item in boards)
    assert (boards[0].code, boards[-1].code) == ("E54000008", "E54000064")


@pytest.mark.parametrize("field", ["code", "ods", "name", "short_name", "abbreviation", "code_2022"])
def test_codes_and_names_are_unique(field):
    assert len({getattr(item, field) for item in catalogue.icbs()}) == 42


def test_people_add_up_to_england():
    assert sum(item.population for item in catalogue.icbs()) == ENGLAND_MID_2023
    for item in catalogue.icbs():
        assert item.children + item.working_age + item.older == item.population
        assert item.working_age + item.older == item.adults


def test_boards_with_split_districts_are_estimates():
    status = {item.code: item.status for item in catalogue.icbs()}
    assert status["E54000034"] == "derived"
    assert status["E54000008"] == "observed"
    assert {item.status for item in catalogue.icbs() if item.apportioned_share > 0} == {"derived"}


def test_only_surrey_and_sussex_changed_their_code_in_2023():
    changed = {item.short_name: (item.code_2022, item.code) for item in catalogue.icbs() if item.code_2022 != item.code}
    assert changed == {"Surrey Heartlands": ("E54000052", "E54000063"), "Sussex": ("E54000053", "E54000064")}


def test_seven_regions_hold_every_board_once():
    regions = catalogue.regions()
    assert len(regions) == 7
    listed = [code for region in regions for code in region.icbs]
    assert sorted(listed) == [item.code for item in catalogue.icbs()]


def test_hexagons_do_not_lie_on_each_other():
    assert len({(item.hex_row, item.hex_col) for item in catalogue.icbs()}) == 42


def test_36_boards_of_2026_hold_the_same_people():
    boards = catalogue.icbs_2026()
    assert len(boards) == 36
    assert sum(item.population for item in boards) == ENGLAND_MID_2023
    assert sum(item.adults for item in boards) == sum(item.adults for item in catalogue.icbs())


def test_shares_of_2026_add_up_for_each_board_of_2023():
    shares = catalogue.merge_shares()
    assert list(shares) == [item.code for item in catalogue.icbs()]
    assert all(sum(found.values()) == 1.0 for found in shares.values())
    assert {code for found in shares.values() for code in found} == {item.code for item in catalogue.icbs_2026()}


def test_split_boards_and_the_enlarged_one():
    shares = catalogue.merge_shares()
    assert {code for code, found in shares.items() if len(found) > 1} == {"E54000023", "E54000025", "E54000034"}
    assert shares["E54000034"] == pytest.approx(
        {"E54000067": 0.2280, "E54000069": 0.2008, "E54000070": 0.5712}, abs=5e-5
    )
    assert shares["E54000042"] == {"E54000067": 1.0}


def test_153_councils_with_shares_both_ways():
    councils = catalogue.councils()
    assert len(councils) == 153
    sums = dict.fromkeys((item.code for item in catalogue.icbs()), 0.0)
    for council in councils:
        assert sum(part.share_of_council for part in council.parts) == pytest.approx(1, abs=5e-6)
        assert council.icb_code == max(council.parts, key=lambda part: part.share_of_council).icb_code
        for part in council.parts:
            assert part.share_of_council == pytest.approx(part.population / council.population, abs=1e-6)
            sums[part.icb_code] += part.share_of_icb
    assert list(sums.values()) == pytest.approx([1.0] * 42, abs=5e-6)


def test_covariates_stand_for_each_board():
    found = catalogue.icb_covariates()
    assert [item.code for item in found] == [item.code for item in catalogue.icbs()]
    assert sorted(item.deprivation_rank for item in found) == list(range(1, 43))


def test_rates_of_councils_by_board_equal_their_figures():
    rates = catalogue.icb_rates()
    assert [rate.icb_code for rate in rates] == [item.code for item in catalogue.icbs()]
    for rate in rates:
        vacancy, turnover = catalogue.figure(rate.vacancy_figure), catalogue.figure(rate.turnover_figure)
        assert (vacancy.icb_code, turnover.icb_code) == (rate.icb_code, rate.icb_code)
        assert rate.vacancy_rate == pytest.approx(vacancy.number / 100)
        assert rate.turnover_rate == pytest.approx(turnover.number / 100)
    lincolnshire = next(rate for rate in rates if rate.icb_code == "E54000013")
    assert (lincolnshire.vacancy_rate, lincolnshire.turnover_rate) == pytest.approx((0.059, 0.4))
