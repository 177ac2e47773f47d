"""`mhwfmodel explain`: what each lever has to do with a plan."""

from __future__ import annotations

import csv

import openpyxl
import pytest

TWO = """\
name: Two levers
extends: plan.yaml
months: 13
draws: 3
add_levers:
  - {kind: pay, name: Pay supplement, start: 2024-05, change: 5%}
"""


@pytest.fixture(scope="module")
def folder(scenarios):
    (scenarios / "two.yaml").write_text(TWO, encoding="utf-8")
    return scenarios


@pytest.fixture(scope="module")
def explained(cli, folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("explained") / "two"
    words = ("--measure", "filled", "--measure", "leavers", "--icb", "QNQ", "--out", out)
    return out, cli("explain", folder / "two.yaml", *words)


def block(text, heading):
    """The table under a heading: label to its first number."""
    lines = text.splitlines()
    rows = lines[lines.index(heading) + 1 :]
    rows = rows[: rows.index("")]
    return {row[:30].strip(): row[30:].split()[0] for row in rows if row[:30].strip()}


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def test_the_number_of_runs_is_told_before(explained):
    said = explained[1].stderr
    assert explained[1].exit_code == 0, said
    assert "2 levers; 4 runs of 3 draws each" in " ".join(said.split("\n")[0:2])


def test_shares_stand_beside_what_each_does_alone(explained):
    said = explained[1].stdout
    assert "Two levers beside Two levers without its levers" in said
    told = block(said, "Filled posts")
    assert {"Stay longer", "Pay supplement", "alone", "interaction", "difference"} < set(told)
    together = number(told["Stay longer"]) + number(told["Pay supplement"])
    assert together == pytest.approx(number(told["difference"]), abs=2)
    assert number(block(said, "Leavers")["difference"]) < 0
    assert block(said, "Filled posts, Frimley") == told, "the run is this ICB alone"
    assert "(Shapley)" in said


def test_the_files(explained):
    out, said = explained
    assert sorted(path.name for path in out.iterdir()) == ["explain.csv", "explain.xlsx"]
    assert f"Written: {out / 'explain.xlsx'}" in said.stdout
    with (out / "explain.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    whole = [row for row in rows if (row["measure"], row["icb"], row["month"]) == ("leavers", "all", "2025-03")]
    assert [row["part"] for row in whole] == ["Stay longer", "Pay supplement", "interaction", "difference"]
    for reading in ("share_mean", "alone_mean"):
        *parts, difference = [float(row[reading] or 0) for row in whole]
        assert sum(parts) == pytest.approx(difference, rel=1e-9)
    book = openpyxl.load_workbook(out / "explain.xlsx")
    assert book.sheetnames == ["Cover", "Contents", "Contributions", "Contributions by ICB", "Parts"]
    parts = list(book["Parts"].iter_rows(values_only=True))
    assert [row[0] for row in parts[1:]] == ["Stay longer", "Pay supplement"]
    assert all(all(row[5:9]) for row in parts[1:]), "owner, level, payer and grade"


def test_a_base_and_a_group(cli, folder):
    said = cli("explain", folder / "two.yaml", folder / "plan.yaml", "--measure", "filled", "--draws", 2)
    assert said.exit_code == 1
    assert "months: Small plan has 14, Two levers has 13" in said.stderr
    both = "--group", "Both=Stay longer,pay", "--measure", "vacancy_rate", "--evaluator", "deterministic"
    said = cli("explain", folder / "two.yaml", *both)
    assert said.exit_code == 0, said.stderr
    assert "2 runs of 3 draws" in said.stderr
    assert set(block(said.stdout, "Vacancy rate")) >= {"Both", "difference"}
    assert "One draw: no range is told." in said.stdout


def test_faults_are_told_before_anything_runs(cli, folder, monkeypatch):
    monkeypatch.setattr("mhwfmodel.plan.explaining.run", lambda *_, **__: pytest.fail("it ran"))
    two = folder / "two.yaml"
    for words, told in (
        (("--measure", "fill"), "'fill' is not a measure of a result; did you mean 'filled'?"),
        (("--icb", "QJ2"), "--icb: Derby and Derbyshire is not in the run; name an ICB of the scenario"),
        (("--group", "A=nobody"), "group 'A': 'nobody' is neither name nor kind of a lever that differs"),
        (("--measure", "wait_median"), "wait_median: Two levers has no pathway; write 'pathway: cmhf' in both"),
    ):
        said = cli("explain", two, *words)
        assert said.exit_code == 1
        assert told in said.stderr
    assert "has no levers" in cli("explain", folder / "small.yaml").stderr
    said = cli("explain", two, "--group", "A")
    assert said.exit_code == 2
    assert "'A' is not a group" in said.stderr


def test_quiet_prints_nothing(cli, folder, tmp_path):
    words = ("--measure", "filled", "--evaluator", "deterministic", "--quiet", "--out", tmp_path / "quiet")
    assert cli("explain", folder / "plan.yaml", *words).output == ""
    assert (tmp_path / "quiet" / "explain.csv").is_file()


def test_what_is_kept_for_all_icbs_together_is_explained_without_them(cli, folder, tmp_path):
    words = ("--measure", "starters_abroad", "--evaluator", "deterministic", "--out", tmp_path / "abroad")
    said = cli("explain", folder / "plan.yaml", *words)
    assert said.exit_code == 0, said.stderr
    assert "starters_abroad: kept for all ICBs together only" in said.stderr
    with (tmp_path / "abroad" / "explain.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["icb"] for row in csv.DictReader(file)} == {"all"}
