"""`mhwfmodel show amhp-need`: by board, council by council, for people and for programs."""

from __future__ import annotations

import json
import re

import pytest


def test_boards_are_shown_with_england_beside_what_services_say(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli("show", "amhp-need")
    assert (said.exit_code, said.stderr) == (0, "")
    words = " ".join(said.stdout.split())
    assert "42 ICBs, each the sum over its councils" in words
    assert "imply 2,000 to 2,133 (A013, A019)" in words
    assert re.search(r"England: 2,\d{3} FTE council by council, 1,\d{3} with one service an ICB", words)
    assert max(map(len, said.stdout.splitlines())) <= 80


@pytest.mark.parametrize("columns", [80, 120])
def test_the_councils_of_one_board_are_shown_by_any_of_its_names(cli, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    by_name, by_code = (cli("show", "amhp-need", name) for name in ("NHS Frimley ICB", "QNQ"))
    assert by_name.exit_code == 0
    assert by_name.stdout == by_code.stdout
    assert "E54000034" in by_name.stderr
    assert max(map(len, by_name.stdout.splitlines())) <= columns
    words = " ".join(by_name.stdout.split())
    assert "5 councils." in words
    assert "Frimley: 37.0 FTE council by council, 20.1 FTE with one service." in words
    assert ("people" in by_name.stdout.splitlines()[0]) == (columns == 120)
    slough = next(line for line in by_name.stdout.splitlines() if line.startswith("Slough"))
    assert slough.split()[-7:] == ["2/2/1", "10.1", "100%", "8–10", "8–14", "8–12", "4"]


def test_json_gives_every_field_of_councils_and_they_sum_to_the_board(cli):
    councils = json.loads(cli("show", "amhp-need", "NHS Frimley ICB", "--json").stdout)
    boards = {item["code"]: item for item in json.loads(cli("show", "amhp-need", "--json").stdout)}
    assert len(councils) == 5
    assert len(boards) == 42
    assert all(councils[0].keys() == item.keys() for item in (*councils, *boards.values()))
    total = sum(item["fte"] * item["share_here"] for item in councils)
    assert total == pytest.approx(boards["E54000034"]["fte"])
    assert councils[0]["on_duty"] == {"day": 2.0, "evening": 2.0, "night": 1.0}
    assert councils[0]["fte_by_assessments"][0] <= councils[0]["fte"] <= councils[0]["fte_by_assessments"][1]


def test_a_board_of_2026_shows_the_councils_of_all_that_it_touches(cli):
    said = cli("show", "amhp-need", "E54000065", "--json")
    assert said.exit_code == 0, said.stderr
    assert len(json.loads(said.stdout)) > 3


def test_find_keeps_places_by_name(cli):
    found = json.loads(cli("show", "amhp-need", "--json", "--find", "north london").stdout)
    assert {item["name"] for item in found} == {"North West London", "North Central London", "North East London"}
    nothing = cli("show", "amhp-need", "NHS Frimley ICB", "--find", "xyzzy")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "nothing among 5 places" in nothing.stderr


def test_an_unknown_board_is_met_with_the_nearest(cli):
    said = cli("show", "amhp-need", "Frimly")
    assert said.exit_code == 1
    assert "did you mean E54000034 NHS Frimley ICB?" in said.stderr


def test_a_board_goes_with_this_topic_alone_and_conflicts_do_not(cli):
    said = cli("show", "roles", "NHS Frimley ICB")
    assert said.exit_code == 2
    assert "an Integrated Care Board goes with amhp-need" in said.stderr
    said = cli("show", "amhp-need", "--conflicts")
    assert said.exit_code == 2
    assert "--conflicts goes with figures" in said.stderr
