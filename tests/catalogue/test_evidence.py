"""Published figures: each with source and status, disagreement shown, nothing quoted."""

from __future__ import annotations

import csv

import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError


def test_every_number_has_a_source_and_a_status():
    assert catalogue.check_tables() > 1000
    for figure in catalogue.figures():
        assert figure.publisher, figure.id
        assert figure.title, figure.id
        assert figure.date, figure.id
        assert figure.unit, figure.id
        assert figure.status in {"observed", "derived", "imputed", "assumed"}, figure.id


def test_every_assumption_has_a_range_an_owner_and_a_review_date():
    for parameter in catalogue.parameters():
        assert parameter.low <= parameter.central <= parameter.high, parameter.name
        assert parameter.source or parameter.status == "assumed", parameter.name
        if parameter.status == "assumed":
            assert parameter.low < parameter.high, parameter.name
            assert parameter.owner, parameter.name
            assert parameter.review, parameter.name


def test_key_figures_are_what_was_published():
    assert catalogue.figure("F001").number == 621_500
    assert catalogue.figure("F001").scope == "overall"
    assert catalogue.figure("F022").scope == "specialist"
    assert catalogue.figure("F004").number == 8.5
    assert catalogue.figure("F003").status == "observed"
    assert catalogue.figure("G01V").status == "derived"
    assert catalogue.figure("C040").status == "assumed"


def test_inequalities_keep_their_side():
    floors = [figure for figure in catalogue.figures() if figure.bound == ">"]
    assert {figure.id for figure in floors} == {
        *("F005", "F006", "F007", "F008", "F010", "F011", "F012", "F013", "F014"),
        "D107",
    }
    assert all(figure.low == figure.number and figure.high is None for figure in floors)


def test_named_places_of_inequalities_have_codes():
    short = {item.code: item.short_name for item in catalogue.icbs()}
    above_12 = [short[catalogue.figure(name).icb_code] for name in ("F005", "F006", "F007", "F008")]
    assert above_12 == ["Frimley", "Nottingham and Nottinghamshire", "Somerset", "South West London"]
    assert short[catalogue.figure("F012").icb_code] == "Buckinghamshire, Oxfordshire and Berkshire West"
    assert all(figure.icb_code for figure in catalogue.figures() if figure.geography.endswith("ICB"))


def test_an_unknown_figure_is_refused_with_a_suggestion():
    with pytest.raises(DataError, match="did you mean 'F001'"):
        catalogue.figure("F0001")


def test_sources_count_their_figures():
    sources = catalogue.sources()
    assert sum(source.figures for source in sources) == len(catalogue.figures())
    assert all(source.publisher and source.title and source.date for source in sources)
    assert any(source.licence.startswith("Open Government Licence") for source in sources)


def test_disagreements_name_known_figures():
    conflicts = {item.id: item for item in catalogue.conflicts()}
    assert set(conflicts["vacancies"].figures) == {"F001", "F002", "F004"}
    assert [catalogue.figure(name).number for name in conflicts["amhp_2019"].figures] == [3730, 3850, 3800]
    for item in conflicts.values():
        assert all(catalogue.figure(name) for name in item.figures)
        assert item.explanation != item.used


def test_the_arithmetic_that_disagreements_tell():
    number = {figure.id: figure.number for figure in catalogue.figures()}
    assert number["F001"] * 0.085 / 0.915 == pytest.approx(57_700, abs=50)
    assert number["F002"] / (number["F001"] + number["F002"]) == pytest.approx(0.021, abs=5e-4)
    assert number["BMH01"] - number["BMH02"] - number["BMH03"] - number["BMH04"] == 4500
    assert number["BMH01"] - sum(number[f"BMH0{n}"] for n in range(5, 9)) == 2500
    assert number["F018"] / 100 * number["BMH02"] > 2 * number["BSWN06"]
    assert 57_690_323 / 1e5 * number["A046"] * number["A048"] / 100 > 2 * number["D106"]


def test_series_keep_one_basis_between_breaks():
    turnover = catalogue.series("asc_turnover")
    by_basis = {}
    for point in turnover:
        by_basis.setdefault(point.basis, []).append((point.year, point.value))
    assert by_basis["2019 report"] == [(2012, 23.1), (2018, 32.2)]
    assert by_basis["2023 report"] == [(2021, 28.9), (2022, 28.3)]
    assert by_basis["2024 report without personal assistants"] == [(2022, 29.1), (2023, 24.8)]
    assert by_basis["with personal assistants"] == [(2023, 24.2), (2024, 23.1)]
    assert 21.7 not in [point.value for point in turnover]
    assert 21.7 in [point.value for point in catalogue.series("asc_turnover", all_points=True)]
    with pytest.raises(DataError, match="did you mean"):
        catalogue.series("asc_turnovr")


def test_series_values_are_those_of_their_figures():
    for name in catalogue.series_names():
        for point in catalogue.series(name, all_points=True):
            assert point.value == catalogue.figure(point.figure_id).number


@pytest.mark.parametrize(
    ("name", "teller", "status"),
    [
        ("BTR01R", "BTR03", "derived"),
        ("BTR03F", "BTR01", "observed"),
        ("BTR05R", "BTR06", "observed"),
        ("BTR06R", "BTR08", "observed"),
        ("F022B", "F024", "derived"),
    ],
)
def test_a_value_told_beside_another_figure_stands_in_that_figures_document(name, teller, status, shared):
    told, beside = catalogue.figure(name), catalogue.figure(teller)
    assert (told.publisher, told.title, told.date, told.url) == (
        *(beside.publisher, beside.title, beside.date),
        beside.url,
    )
    assert told.status == status
    with (shared / "data" / "workforce" / "figures.csv").open(encoding="utf-8", newline="") as handle:
        quotes = {row["id"]: row["quote_or_table"] for row in csv.DictReader(handle)}
    assert (f"{told.value}%" in quotes[teller]) == (status == "observed")


def test_a_value_without_a_document_says_so():
    for name in ("BVR05R", "BVR06R"):
        figure = catalogue.figure(name)
        assert (figure.status, figure.date, figure.url) == ("derived", "n.d.", "")
        assert "not at hand" in figure.title
    number = {name: catalogue.figure(name).number for name in ("F022", "F022B", "F024")}
    assert number["F022B"] == number["F022"] - number["F024"]


def test_quotes_are_not_carried_over(shared):
    with (shared / "data" / "workforce" / "figures.csv").open(encoding="utf-8", newline="") as handle:
        quotes = {row["id"]: row["quote_or_table"] for row in csv.DictReader(handle)}
    carried = {figure.id: figure for figure in catalogue.figures()}
    assert set(quotes) <= set(carried)
    for name, quote in quotes.items():
        if len(quote) > 30:
            figure = carried[name]
            assert quote not in " | ".join([figure.note, figure.title, figure.quantity, figure.period]), name


def test_social_care_and_nhs_share_no_sector():
    populations = {sector.code: sector.population for sector in catalogue.sectors()}
    assert populations["nhs"] == "nhs"
    assert list(populations.values()).count("nhs") == 1
    assert all(role.regulated for role in catalogue.roles() if role.amhp_eligible)
