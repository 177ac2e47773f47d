"""`mhwfmodel show`: tables that fit, and JSON that programs read."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from mhwfmodel import catalogue
from mhwfmodel.cli.showing import Topic
from mhwfmodel.levers import Lever
from mhwfmodel.results import variables

COUNTS = {
    "geography": len(catalogue.icbs()),
    "sectors": len(catalogue.sectors()),
    "roles": len(catalogue.roles()),
    "sources": len(catalogue.sources()),
    "figures": len(catalogue.figures()),
    "parameters": len(catalogue.parameters()),
    "pipelines": len(catalogue.pipelines()),
    "levers": len(get_args(get_args(Lever)[0])),
    "measures": len(variables()),
    "amhp-need": len(catalogue.icbs()),
}
THINGS = {"amhp-need": "ICBs, each the sum over its councils"}


def test_every_topic_is_tested():
    assert set(COUNTS) == set(Topic)


@pytest.mark.parametrize("topic", COUNTS)
@pytest.mark.parametrize("columns", [80, 120])
def test_a_table_fits_the_terminal(cli, monkeypatch, topic, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    said = cli("show", topic)
    assert (said.exit_code, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert any(set(line) == {"─", " "} for line in lines[:4])
    assert f"{COUNTS[topic]} {THINGS.get(topic, topic)}." in said.stdout


@pytest.mark.parametrize("topic", COUNTS)
def test_json_is_a_list_of_objects_with_every_field(cli, topic):
    said = cli("show", topic, "--json")
    records = json.loads(said.stdout)
    assert len(records) == COUNTS[topic]
    assert all(isinstance(record, dict) for record in records)
    assert len({tuple(record) for record in records}) == 1


def test_numbers_and_truths_are_such_in_json(cli):
    figure = {record["id"]: record for record in json.loads(cli("show", "figures", "--json").stdout)}["F001"]
    assert figure["number"] == 621500
    assert figure["url"].startswith("https://")
    places = json.loads(cli("show", "geography", "--json").stdout)
    assert isinstance(places[0]["population"], int)
    assert all(sum(place["codes_2026"].values()) == pytest.approx(1) for place in places)
    assert {record["amhp_eligible"] for record in json.loads(cli("show", "roles", "--json").stdout)} == {True, False}


def test_find_keeps_what_holds_all_words_whatever_their_case(cli):
    found = json.loads(cli("show", "figures", "--json", "--find", "AMHP england 2019").stdout)
    assert found
    assert len(found) < COUNTS["figures"]
    for record in found:
        text = json.dumps(record).casefold()
        assert all(word in text for word in ("amhp", "england", "2019"))


def test_few_records_are_told_in_full(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli("show", "figures", "--find", "F001 621500")
    assert "https://" in said.stdout
    assert "period     end FY2023/24" in said.stdout
    assert max(len(line) for line in said.stdout.splitlines() if "http" not in line) <= 80
    lever = cli("show", "levers", "--find", "retention experience").stdout
    assert "kind      retention" in lever
    assert "leaving_change      Relative change" in lever
    assert "(needed)" in lever


def test_nothing_found_is_said_and_is_an_empty_list(cli):
    said = cli("show", "figures", "--find", "xyzzy")
    assert (said.exit_code, said.stdout) == (0, "")
    assert "nothing among" in said.stderr
    assert json.loads(cli("show", "figures", "--find", "xyzzy", "--json").stdout) == []
    assert "nothing among" in cli("show", "figures", "--conflicts", "--find", "xyzzy").stderr


def test_disagreements_are_told_with_their_explanation_and_all_their_figures(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli("show", "figures", "--conflicts")
    assert said.exit_code == 0
    assert max(len(line) for line in said.stdout.splitlines() if "http" not in line) <= 80
    words = " ".join(said.stdout.split())
    for conflict in catalogue.conflicts():
        assert conflict.title in words
        assert " ".join(conflict.explanation.split()) in words
        assert all(f" {name} " in words for name in conflict.figures)
    records = json.loads(cli("show", "figures", "--conflicts", "--json").stdout)
    assert [tuple(figure["id"] for figure in record["figures"]) for record in records] == [
        conflict.figures for conflict in catalogue.conflicts()
    ]


def test_conflicts_are_those_of_figures(cli):
    said = cli("show", "roles", "--conflicts")
    assert said.exit_code == 2
    assert "mhwfmodel show figures --conflicts" in said.stderr


def test_an_unknown_topic_is_met_with_the_nearest(cli):
    said = cli("show", "figure")
    assert said.exit_code == 2
    assert "did you mean 'figures'?" in said.stderr


def test_a_pipeline_is_told_with_where_its_people_go(cli):
    (record,) = json.loads(cli("show", "pipelines", "--find", "pwp_training wellbeing trainee year", "--json").stdout)
    assert record["places_central"] == catalogue.parameter("pwp_trainee_places").central
    assert record["destinations"] == {"nhs": "pwp_to_nhs_share", "own": "rest"}
    assert record["intake_months"] == list(catalogue.pipeline("pwp_training").intake_months)
    said = cli("show", "pipelines", "--find", "amhp course").stdout
    assert "98.5" not in said
    assert "AMHP course, full time" in said
