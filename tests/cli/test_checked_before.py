"""What a command would refuse, or do for nothing, is told before anything runs."""

from __future__ import annotations

import pytest

STAFF = """\
name: Too much
icbs: [QJ2]
months: 12
draws: 2
levers:
  - {kind: funded_posts, start: 2024-06, posts: -1000000}
"""
COUPLED = "name: Coupled\nicbs: [QJ2]\nmonths: 12\ndraws: 4\npathway: {file: cmhf, draws: 2}\ncoupling: true\n"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (STAFF, ":6:49 levers[0].posts", "takes 1,000,000 posts away"),
        (
            "name: Contradicts\nicbs: [QJ2]\nmonths: 12\nassumptions:\n  vacancy_level: 0.9\n",
            ":5:18 assumptions.vacancy_level",
            "lower it",
        ),
        (COUPLED, ":5:30 pathway.draws", "only 2 of 4 draws run the pathway, and a coupled run needs all"),
    ],
)
def test_check_tells_what_a_run_would_refuse(cli, tmp_path, text, place, told):
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    said = cli("check", file)
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"{file}{place}: " in said.stderr
    assert told in said.stderr


def test_a_file_that_is_no_scenario_is_one_line(cli, tmp_path):
    file = tmp_path / "README.md"
    file.write_text("# Read me\n\n`code` here\nand: there\n", encoding="utf-8")
    said = cli("check", file)
    assert said.exit_code == 1
    assert len(said.stderr.splitlines()) == 1
    assert f"{file}: this is no scenario file" in said.stderr


def test_quiet_without_a_folder_is_a_usage_error(cli, scenarios, monkeypatch):
    # The importer first: else it would keep the stand-in for good.
    for run in ("mhwfmodel.plan.explaining.run", "mhwfmodel.simulate.run"):
        monkeypatch.setattr(run, lambda *_, **__: pytest.fail("it ran"))
    for words in (("compare", scenarios / "small.yaml", scenarios / "plan.yaml"), ("explain", scenarios / "plan.yaml")):
        said = cli(*words, "--quiet")
        assert said.exit_code == 2
        assert "--out" in said.stderr


def test_all_that_explain_cannot_show_is_told_at_once_and_nothing_is_announced(cli, scenarios, monkeypatch):
    monkeypatch.setattr("mhwfmodel.plan.explaining.run", lambda *_, **__: pytest.fail("it ran"))
    wrong = ("--icb", "QJ2", "--group", "A=nobody", "--measure", "arrived", "--measure", "starters_abroad")
    said = cli("explain", scenarios / "plan.yaml", *wrong)
    assert said.exit_code == 1
    starts = {line.split(":")[0] for line in said.stderr.splitlines()}
    assert starts == {"--icb", "group 'A'", "arrived", "starters_abroad"}
