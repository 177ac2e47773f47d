"""Boards by code and name: read in any common spelling, never guessed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel import catalogue
from mhwfmodel.catalogue import resolve_icbs
from mhwfmodel.errors import DataError

BOARDS = catalogue.icbs()


def faults(*texts):
    with pytest.raises(DataError) as caught:
        resolve_icbs(texts)
    return caught.value.faults


@st.composite
def spelled(draw):
    """A board and one of the ways in which people write its name."""
    board = draw(st.sampled_from(BOARDS))
    name = board.short_name
    if draw(st.booleans()):
        name = name.replace(" and ", " & ")
    if draw(st.booleans()):
        name = name.replace(",", "")
    name = draw(st.sampled_from(["", "NHS ", "nhs "])) + name
    name += draw(st.sampled_from(["", " ICB", " Integrated Care Board", " integrated care board", " (ICB)"]))
    name = draw(st.sampled_from([str, str.upper, str.lower, str.title]))(name)
    return board, name.replace(" ", draw(st.sampled_from([" ", "  ", "\u00a0", " \t"]))) + draw(
        st.sampled_from(["", " "])
    )


@given(spelled())
def test_every_spelling_of_a_name_means_the_board(case):
    board, text = case
    found = resolve_icbs([text])
    assert (found.codes, found.vintage, dict(found.shares)) == ((board.code,), "2023", {board.code: 1.0})
    assert board.code in found.echoes[0]


@given(st.lists(st.sampled_from(BOARDS), min_size=1, unique=True), st.randoms(use_true_random=False))
def test_any_mix_of_codes_and_names_comes_in_catalogue_order(boards, chance):
    texts = [
        chance.choice([board.code, board.code.lower(), board.ods, board.short_name, board.name]) for board in boards
    ]
    found = resolve_icbs(texts)
    assert found.codes == tuple(sorted(board.code for board in boards))
    assert len(found.echoes) == len(texts)
    assert set(found.shares.values()) == {1.0}


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(DataError):
        assert resolve_icbs([text]).codes
        return
    (fault,) = faults(text)
    assert fault.where == "icbs[0]"
    assert str(fault).isprintable()


def test_echo_says_what_was_written_and_what_it_means():
    assert resolve_icbs(["Frimley"]).echoes == ("'Frimley' -> E54000034 NHS Frimley ICB",)


def test_codes_of_2022_are_read():
    found = resolve_icbs(["E54000052", "Sussex", "E54000034"])
    assert found.vintage == "2022"
    assert found.codes == ("E54000034", "E54000063", "E54000064")
    assert found.echoes[0].endswith("of 2022, E54000063 since April 2023")


def test_boards_of_2026_give_shares_of_boards_of_2023():
    found = resolve_icbs(["NHS Essex ICB"])
    assert found.vintage == "2026"
    assert found.shares == pytest.approx({"E54000023": 0.346078, "E54000025": 0.213377, "E54000026": 1.0}, abs=1e-6)
    assert "34.6% of E54000023" in found.echoes[0]
    assert "all of E54000026" in found.echoes[0]


def test_parts_of_one_board_add_up_over_boards_of_2026():
    assert resolve_icbs(["E54000065", "E54000066"]).shares["E54000025"] == 1.0
    every = resolve_icbs([item.code for item in catalogue.icbs_2026()])
    assert every.codes == tuple(item.code for item in BOARDS)
    assert set(every.shares.values()) == {1.0}


def test_a_name_of_both_years_takes_the_year_of_its_list():
    alone = resolve_icbs(["Hampshire and Isle of Wight"])
    assert (alone.vintage, alone.codes) == ("2023", ("E54000042",))
    beside = resolve_icbs(["Hampshire and Isle of Wight", "Thames Valley"])
    assert beside.vintage == "2026"
    assert beside.shares["E54000034"] == pytest.approx(0.2280 + 0.5712, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Nottingham", ["Nottingham and Nottinghamshire"]),
        ("Suffolk", ["Suffolk and North East Essex", "Norfolk and Suffolk"]),
        ("Buckinghamshire", ["Buckinghamshire, Oxfordshire and Berkshire West"]),
        ("Surrey", ["Surrey Heartlands", "Surrey and Sussex"]),
        ("BOB", ["Buckinghamshire, Oxfordshire and Berkshire West"]),
        ("Wokingham", ["Buckinghamshire, Oxfordshire and Berkshire West"]),
        ("South West", ["Devon", "Cornwall and the Isles of Scilly", "South West London"]),
    ],
)
def test_a_partial_name_is_never_guessed(text, candidates):
    (fault,) = faults(text)
    assert fault.where == "icbs[0]"
    assert "is not the name of one board" in fault.problem
    for name in candidates:
        assert name in fault.remedy


def test_a_slip_gets_a_suggestion():
    assert "did you mean E54000034 NHS Frimley ICB?" in str(faults("Frimly")[0])


def test_codes_before_2022_are_explained():
    assert "write E54000055" in str(faults("E54000017")[0])


def test_the_same_board_twice_is_refused_at_the_second_place():
    (fault,) = faults("Frimley", "Devon", "QNQ")
    assert fault.where == "icbs[2]"
    assert "icbs[0]" in fault.problem


@pytest.mark.parametrize(
    "texts",
    [
        ("E54000052", "E54000063"),
        ("E54000052", "E54000064"),
        ("E54000065", "E54000024"),
        ("E54000070", "Frimley", "Devon"),
        ("E54000052", "E54000069"),
    ],
)
def test_years_do_not_mix(texts):
    found = faults(*texts)
    assert "boards of different years" in found[0].problem
    assert "checked 2022, 2023 and 2026" in found[0].problem


def test_an_old_and_a_new_code_of_one_board_are_the_same_board_twice():
    found = faults("E54000052", "E54000063")
    assert any("as 'E54000052' at icbs[0] does" in fault.problem for fault in found)


def test_all_faults_come_at_once():
    found = faults("Suffolk", "Devon", "E54000099", "devon", "", "Frimley\u200b", "x" * 500, "all")
    assert [fault.where for fault in found] == [f"icbs[{n}]" for n in (0, 2, 4, 5, 6, 7, 3)]


@pytest.mark.parametrize("texts", [[], "Frimley", [3], [None]])
def test_what_is_no_list_of_text_is_refused(texts):
    with pytest.raises(DataError, match=r"^icbs"):
        resolve_icbs(texts)
