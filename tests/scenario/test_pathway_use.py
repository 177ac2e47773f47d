"""The pathway of a scenario: its name, its file, its place in a manifest, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import PathwayUse, Scenario, check_text, load_scenario

TEXT = """
pathway: mine
exits: [done]
pools:
  nurses: {count: 2}
arrivals:
  referrals: {stage: triage, per_week: 20}
stages:
  triage: {needs: {nurses: 1}, service: {exponential: 2 hours}, contact: true, routes: {done: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "bad.yaml").write_text(TEXT.replace("done: 1", "done: 0.5"), "utf-8")
    return tmp_path


def write(folder: Path, text: str, name: str = "plan.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def faults(path: Path, overrides: dict[str, object] | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        load_scenario(path, overrides)
    return [str(fault) for fault in raised.value.faults]


def test_no_pathway_unless_it_is_asked_for() -> None:
    assert Scenario(name="plain").pathway is None
    assert "pathway" not in Scenario(name="plain").resolved()


def test_a_name_alone_is_a_pathway_that_ships(folder: Path) -> None:
    use = load_scenario(write(folder, "name: A\npathway: cmhf\n")).pathway
    assert use == PathwayUse()
    assert use.pathway().pathway == "cmhf"


def test_a_file_is_read_beside_the_scenario_and_kept_in_it(folder: Path) -> None:
    path = write(folder, "name: A\npathway: {file: mine.yaml, engine: compiled, draws: 3}\n")
    scenario = load_scenario(path)
    assert scenario.pathway is not None
    assert scenario.pathway.pathway().pathway == "mine"
    resolved = scenario.resolved()["pathway"]
    assert (resolved["file"], resolved["text"]) == ("mine.yaml", TEXT)
    (folder / "mine.yaml").unlink()
    assert check_text(json.dumps(scenario.resolved()), "manifest.json") == scenario


def test_a_parents_pathway_is_found_beside_the_parent(folder: Path) -> None:
    (folder / "base").mkdir()
    (folder / "base" / "theirs.yaml").write_text(TEXT.replace("pathway: mine", "pathway: theirs"), "utf-8")
    write(folder / "base", "name: P\npathway: theirs.yaml\n", "parent.yaml")
    path = write(folder, "name: C\nextends: base/parent.yaml\npathway: {engine: simpy}\n")
    use = load_scenario(path).pathway
    assert use is not None
    assert (use.engine, use.pathway().pathway) == ("simpy", "cmhf")
    path = write(folder, "name: C\nextends: base/parent.yaml\n")
    assert load_scenario(path).pathway.pathway().pathway == "theirs"


def test_overrides_reach_into_a_bare_name(folder: Path) -> None:
    path = write(folder, "name: A\npathway: cmhf\n")
    assert load_scenario(path, {"pathway.draws": "7"}).pathway.draws == 7
    own = load_scenario(path, {"pathway": str(folder / "mine.yaml")}).pathway
    assert (own.file, own.pathway().pathway) == ("mine.yaml", "mine")


def test_faults_of_the_pathway_file_have_its_lines(folder: Path) -> None:
    told = faults(write(folder, "name: A\npathway: bad.yaml\nmonts: 3\n"))
    assert any("bad.yaml:9:" in text and "sum to 0.5" in text for text in told)
    assert any("monts" in text and "did you mean 'months'" in text for text in told)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("cmhg", "did you mean 'cmhf'?"),
        ("../mine.yaml", "leads out of this file's folder"),
        ("/etc/passwd", "is not a name relative to this file"),
        ("mine.txt", "does not end in .yaml"),
        ("{file: cmhf, engine: quick}", "is not allowed here"),
        ("{file: cmhf, draws: 0}", "is out of range"),
        ("{file: cmhf, icbs: []}", "the list of ICBs is empty"),
        ("{file: cmhf, icbs: [QQQ]}", "QQQ"),
        ("{fil: cmhf}", "did you mean 'file'?"),
    ],
)
def test_what_is_refused(folder: Path, written: str, expected: str) -> None:
    told = faults(write(folder, f"name: A\npathway: {written}\n"))
    assert any(expected in text and "plan.yaml:2:" in text for text in told), told


def test_boards_of_the_pathway_are_boards_of_the_run(folder: Path) -> None:
    told = faults(write(folder, "name: A\nicbs: [QJ2]\npathway: {icbs: [QJ2, QJK]}\n"))
    assert any("E54000037 is not among the boards of the run" in text for text in told)


def test_boards_are_in_the_order_of_the_run() -> None:
    scenario = Scenario(name="A", pathway={"icbs": ("QJK", "QJ2")})
    assert scenario.pathway.icb_codes(scenario.icb_codes) == tuple(
        code for code in scenario.icb_codes if code in {"E54000037", "E54000058"}
    )


def test_in_python_a_file_is_read_by_name(folder: Path) -> None:
    use = PathwayUse.read(folder / "mine.yaml", engine="simpy")
    assert Scenario(name="A", pathway=use).pathway.engine == "simpy"
    with pytest.raises(ValidationError, match="is no pathway that ships"):
        Scenario(name="A", pathway="mine.yaml")
    with pytest.raises(ValidationError, match="cannot be used"):
        Scenario(name="A", pathway={"file": "x.yaml", "text": "pathway: x\n"})
