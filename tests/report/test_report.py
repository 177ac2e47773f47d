from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from dataclasses import replace

import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.report import write_report
from mhwfmodel.report.board import board, shown
from mhwfmodel.report.hexmap import hexmaps
from mhwfmodel.report.levers import costs, lever_lines
from mhwfmodel.report.outlook import outlook
from mhwfmodel.report.page import render
from mhwfmodel.report.places import hexagons, my_icb
from mhwfmodel.report.story import sentences
from mhwfmodel.report.wording import people, per_cent

HOSTILE = (
    "<script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} ${7*7} </script><!-- ]]>",
    "Plan \u2028 ‘É’ & Co",
)


def data_of(read) -> dict:
    return json.loads(next(text for attrs, text in read.scripts if attrs.get("id") == "report-data"))


def test_the_page_is_well_formed(england_html, page):
    read = page(england_html)
    assert england_html.startswith("<!DOCTYPE html>")
    assert read.faults == []
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for attrs in read.named("a") if attrs["href"].startswith("#")} <= set(ids)


def test_nothing_is_asked_of_the_network(england_html, page):
    read = page(england_html)
    assert [tag for tag, _ in read.elements if tag in {"link", "img", "iframe", "object", "embed", "base"}] == []
    assert [attrs for _, attrs in read.elements if "src" in attrs or "srcset" in attrs] == []
    assert all(attrs["href"].startswith(("#", "https://", "http://")) for attrs in read.named("a"))
    style = "".join(read.texts["style"])
    assert "@import" not in style
    assert "url(" not in style
    policy = next(a["content"] for a in read.named("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "http" not in policy


def test_only_the_packages_own_scripts_may_run(england_html, page):
    read = page(england_html)
    run = [text for attrs, text in read.scripts if attrs.get("type") != "application/json"]
    policy = next(a["content"] for a in read.named("meta") if a.get("http-equiv") == "Content-Security-Policy")
    hashes = re.findall(r"'sha256-([^']+)'", policy)
    assert hashes == [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run]
    assert len(run) == 2
    assert sum("vega-lite" in text.lower() for text in run) == 1
    assert [attrs for _, attrs in read.elements if any(name.startswith("on") for name in attrs)] == []
    assert len(england_html) < 4_000_000


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markup(few, few_html, named, page, name):
    plain, read = page(few_html), page(render(named(few, name)))
    assert read.faults == []
    assert [tag for tag, _ in read.elements] == [tag for tag, _ in plain.elements]
    assert "".join(read.texts["h1"]) == name
    assert "".join(read.texts["title"]).startswith(name)


def test_the_page_for_readers_without_sight(england_html, page):
    read = page(england_html)
    assert read.named("html")[0]["lang"] == "en-GB"
    assert all(attrs.get("aria-label") for attrs in read.named("div") if attrs.get("role") == "img")
    assert all(attrs.get("scope") for attrs in read.named("th"))
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_words_agree_with_the_table(england):
    told = " ".join(sentences(outlook(england)))
    last = england.months[-1]

    def row(measure: str, month: str = last):
        return england.table(measure, months=[month]).iloc[0]

    filled, vacancies, rate = row("filled"), row("vacancies"), row("vacancy_rate")
    assert "had 621,500 filled posts" in told
    assert f"about {people(row('filled_fte', '2024-03')['mean'])} full-time equivalents" in told
    assert f"the forecast is about {people(filled['mean'])}" in told
    assert f"(nine futures in ten: {people(filled['q05'])} to {people(filled['q95'])})" in told
    assert f"about {people(vacancies['mean'])}, or {per_cent(rate['mean'])}" in told
    assert f"to about {people(row('specialist_filled')['mean'])}" in told
    top = england.table("vacancy_rate", by=["icb"], months=[last]).nlargest(3, "mean")
    for _, place in top.iterrows():
        interval = f"{per_cent(place['q05'])} to {per_cent(place['q95'])}"
        assert f"{place['icb_name']} ({per_cent(place['mean'])}, {interval})" in told
    assert "so this is no ranking" in told
    assert 3 <= len(sentences(outlook(england))) <= 6


def test_no_unrounded_number_of_people_is_told(england):
    for number in re.findall(r"\d{1,3}(?:,\d{3})+", " ".join(sentences(outlook(england)))):
        digits = number.replace(",", "").rstrip("0")
        assert len(digits) <= 3 or number == "621,500"


def test_the_board_agrees_with_the_table(england, england_html):
    view = outlook(england)
    lines = {line.title: line for line in board(view)[0].lines}
    for number, point in enumerate(view.points[1:], start=1):
        row = england.table("vacancies", months=[point.month]).iloc[0]
        assert shown(lines["Vacancies"])[number] == (
            people(row["mean"]),
            f"{people(row['q05'])} to {people(row['q95'])}",
        )
        assert people(row["mean"]) in england_html
    assert shown(lines["Filled posts"])[0] == ("621,500", "published")
    assert [block.title for block in board(view)][-1].startswith("NHS")


def test_the_map_has_every_board_once(england, england_html, page):
    rows = hexagons(outlook(england))
    for month in {row["month"] for row in rows}:
        places = [row for row in rows if row["month"] == month]
        assert len({row["code"] for row in places}) == len({(row["x"], row["y"]) for row in places}) == 42
    stats = england.table("vacancy_rate", by=["icb"], months=["2024-03"]).set_index("icb")["mean"]
    first = [row for row in rows if row["month"] == "March 2024"]
    assert all(abs(row["rate"] - stats[row["code"]]) < 1e-4 for row in first)
    charts = data_of(page(england_html))["charts"]
    assert {"map-0", "map-1"} <= set(charts)
    assert all(name in {row["label"] for row in rows} for name in ("NENC", "COR", "KM"))


def test_my_icb_agrees_with_the_table(england):
    data = my_icb(outlook(england))
    assert {code for code in data["places"] if code.startswith("E54")} == {place.code for place in catalogue.icbs()}
    year = data["months"].index("2027-03")
    table = england.table("filled", by=["icb"], months=["2027-03"]).set_index("icb")
    for place in catalogue.icbs():
        found = data["places"][place.code]["values"]
        assert found["filled"][year][0] == pytest.approx(table.loc[place.code, "mean"], abs=0.01)
        assert found["filled_per_adults"][year][0] == pytest.approx(
            table.loc[place.code, "mean"] / place.adults * 100_000, abs=0.01
        )
    regions = england.table("vacancy_rate", by=["region"], months=["2027-03"]).set_index("region")["mean"]
    for region in catalogue.regions():
        assert data["places"][region.name]["values"]["vacancy_rate"][year][0] == pytest.approx(
            regions[region.name], abs=1e-6
        )


@pytest.mark.parametrize("which", ["few", "one"])
def test_a_small_run_has_a_report(which, request, page):
    result = request.getfixturevalue(which)
    read = page(render(result))
    assert read.faults == []
    data = data_of(read)
    assert len([code for code in data["places"]["places"] if code.startswith("E54")]) == result.draws.sizes["icb"]
    text = " ".join(part for parts in read.texts.values() for part in parts)
    assert "too few to rank" in text
    assert "nan" not in re.findall(r"[a-z]+", "".join(read.texts["td"]).lower())


def test_one_draw_tells_no_interval(one, page):
    read = page(render(one))
    assert "No intervals" in "".join(read.texts["h3"])
    assert not any(" to " in text and "%" in text for text in read.texts.get("span", ()))


def test_what_the_figures_are_comes_from_the_evaluator(one, page):
    chance = render(one)
    assert "one possible future: no range can be told" in chance
    assert "xpected values" not in chance
    assert "--evaluator" not in chance
    expected = render(replace(one, manifest={**one.manifest, "evaluator": "deterministic"}))
    assert "expected values, at the central value of every assumption" in expected
    assert "one possible future" not in expected
    (line,) = [text for text in page(expected).texts["code"] if text.startswith("mhwfmodel run")]
    assert "--evaluator deterministic" in line


def test_icbs_that_were_not_run_are_drawn_grey(few, few_html, page):
    maps = hexmaps(hexagons(outlook(few)))
    for item in maps:
        missing, hexagon, _ = item["spec"]["layer"]
        assert missing["transform"] == [{"filter": "!(datum.rate !== null)"}]
        assert missing["encoding"]["color"] == {"value": "#e3e6e8"}
        assert hexagon["encoding"]["color"]["legend"]["format"] == ".1%"
        assert "not in this run are grey" in item["description"]
    assert "Grey hexagons are not in this run" in few_html


def test_columns_that_say_the_same_are_left_out(few, one, england):
    def beside(result):
        return {
            place["name"]: place["beside"] for place in my_icb(outlook(result))["places"].values() if "beside" in place
        }

    assert list(beside(one).values()) == [["icb"]]
    assert set(map(tuple, beside(england).values())) == {("icb", "region", "all")}
    assert {tuple(columns) for columns in beside(few).values()} == {("icb", "all"), ("icb", "region", "all")}


def test_the_page_says_what_now_is(few, few_html):
    assert "“Now” is the month" not in few_html
    later = replace(few, manifest={**few.manifest, "created": "2024-08-09T00:00:00+00:00"})
    assert "“Now” is the month before the run was made (2024-08-09" in render(later)


def test_regions_that_the_run_has_in_part_say_so(few):
    names = {place["name"] for place in my_icb(outlook(few))["places"].values()}
    assert any(re.search(r"\(\d of \d ICBs\)", name) for name in names)


def test_a_plan_tells_its_levers(run):
    html = render(run("retention_plan", draws=2, months=14, icbs=["QJ2"]))
    assert "Support in the first three years" in html
    assert "leaving change −15.0%" in html
    assert "from April 2025, in full after 12 months" in html


LEVER = {"kind": "retention", "start": "2025-04", "leaving_change": -0.1, "experience": [], "scope": {}}


def test_a_lever_without_bands_reaches_every_experience():
    (line,) = lever_lines([LEVER])
    assert line.sets == "leaving change −10.0%; any experience"
    assert line.reach == "all social care employers"
    assert line.cost == ""
    (line,) = lever_lines([{**LEVER, "scope": {"sectors": ["local_authority"], "roles": ["social_worker"]}}])
    assert "all social care employers" not in line.reach


def test_costs_are_told_and_summed():
    levers = [{**LEVER, "cost_per_year": 1_000_000.0}, {**LEVER, "cost_per_year": 250_000.0}, LEVER]
    assert costs([LEVER]) == ""
    assert costs(levers).startswith("£1,250,000 a year")
    assert "1 without a cost" in costs(levers)
    assert [line.cost[:10] for line in lever_lines(levers)] == ["£1,000,000", "£250,000 a", ""]


def test_costs_and_assumptions_are_under_what_the_scenario_changes(few):
    scenario = {**few.manifest["scenario"], "baseline": "rates_held", "levers": [{**LEVER, "cost_per_year": 5e5}]}
    evidence = {**few.manifest["evidence"]}
    evidence["parameters"] = [
        row | {"central": 0.25, "low": 0.25, "high": 0.25, "set_by_scenario": True}
        if row["name"] == "voluntary_share"
        else row
        for row in evidence["parameters"]
    ]
    html = render(replace(few, manifest={**few.manifest, "scenario": scenario, "evidence": evidence}))
    assert "What this scenario changes" in html
    assert "<strong>Baseline</strong>: rates_held" in html
    given = catalogue.parameter("voluntary_share")
    assert f"{given.title}: 0.25 [share]; the catalogue has 0.22 (0.15 to 0.3) [share]; {given.status}" in html
    assert html.count("£500,000 a year") == 2


def test_rates_held_does_not_speak_of_trends(few, few_html):
    scenario = {**few.manifest["scenario"], "baseline": "rates_held"}
    held = replace(few, manifest={**few.manifest, "scenario": scenario})
    assert "today’s trends" in few_html
    assert "today’s trends" not in render(held)


def test_the_same_run_gives_the_same_page(few, few_html):
    assert render(few) == few_html


def test_writing(few, few_html, tmp_path):
    write_report(few, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == few_html
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be written"):
        write_report(few, tmp_path / "file" / "report.html")
