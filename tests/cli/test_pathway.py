"""`mhwfmodel pathway`: show, check, run and schema, as a planner meets them."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mhwfmodel.cli.pathway_run import LEAST, MOST, until_precise
from mhwfmodel.pathway import read_pathway

DESK = """\
pathway: desk
title: A desk
months: 2
replications: 3
seed: 7
classes: {high: {priority: 1}, low: {priority: 2}}
exits: [done, left]
pools:
  clerks: {count: 1, rota: [{from: "09:00", to: "17:00"}], at_shift_end: overtime}
arrivals:
  come: {stage: desk, per_day: 6, classes: {high: 0.5, low: 0.5}}
stages:
  desk:
    needs: {clerks: 1}
    service: {exponential: 1 hour}
    patience: {exponential: 1 day}
    gives_up: left
    contact: true
    routes: {more: 0.3, done: 0.7}
    modes: {here: {share: 0.5}, online: {share: 0.5, time: 0.5}}
  more: {service: {fixed: 3 days}, routes: {done: 1}}
"""
FILES = {"pathway.xlsx", "stages.csv", "waits.csv", "pools.csv", "flows.csv", "pathway.svg", "manifest.json"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pathways") / "desk.yaml"
    file.write_text(DESK, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def ran(cli: Any, desk: Path) -> tuple[Path, Any]:
    folder = desk.parent / "out"
    return folder, cli("pathway", "run", desk, "--out", folder, "--engine", "simpy", "--log")


def test_show_tells_stages_pools_loads_and_notes(cli: Any, desk: Path) -> None:
    said = cli("pathway", "show", desk)
    assert said.exit_code == 0, said.stderr
    told = " ".join(said.stdout.split())
    assert "A desk 2 stages, 1 pool, 2 classes; 2026-04 to 2026-05, 3 replications" in told
    assert "desk clerks 1 h 24 h" in told
    assert "done 70\u00a0%, more 30\u00a0%" in said.stdout
    assert "done 70 %, more 30 %, gives up: left" in told
    assert "clerks 1 56 0.333 0.188 56 %" in told


def test_show_draws_a_picture_where_it_is_asked_to(cli: Any, desk: Path, tmp_path: Path) -> None:
    said = cli("pathway", "show", desk, "--picture", tmp_path / "new" / "desk.svg")
    assert said.exit_code == 0, said.stderr
    assert "Drawn to" in said.stdout
    assert ET.parse(tmp_path / "new" / "desk.svg").getroot().tag.endswith("svg")
    blocked = cli("pathway", "show", desk, "--picture", desk / "x.svg")
    assert blocked.exit_code == 1
    assert "is a file, not a folder" in blocked.stderr


def test_show_takes_a_shipped_name_and_values_laid_over(cli: Any) -> None:
    said = cli("pathway", "show", "cmhf", "--set", "months=3")
    assert said.exit_code == 0, said.stderr
    assert "2024-04 to 2024-06" in said.stdout


@pytest.mark.parametrize("words", [("show", "--help"), ("show", "cmhf"), ("check", "cmhf"), ("schema",)])
def test_nothing_is_compiled_where_nothing_is_run(words: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom mhwfmodel.cli.app import app\n"
        f"app(['pathway', *{words!r}], standalone_mode=False)\n"
        "print([name for name in ('numba', 'pandas', 'scipy', 'simpy') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, encoding="utf-8")
    assert done.stderr.strip() == "[]"


def test_check_tells_all_faults_and_that_others_are_fine(cli: Any, desk: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(DESK.replace("done: 0.7", "done: 0.6").replace("clerks: 1}\n", "clerk: 1}\n"), encoding="utf-8")
    said = cli("pathway", "check", bad, desk)
    assert said.exit_code == 1
    assert f"{desk}: fine" in said.stdout
    assert f"{bad}:14:13 stages.desk.needs.clerk: 'clerk' is not a pool; did you mean 'clerks'?" in said.stderr
    assert "sum to 0.9, not to 1: 0.1 are missing" in said.stderr
    assert "Traceback" not in said.stderr
    assert cli("pathway", "check", "--quiet", desk).output == ""


def test_every_pathway_that_ships_is_fine(cli: Any, root: Path) -> None:
    files = sorted((root / "examples/pathways").glob("*.yaml"))
    said = cli("pathway", "check", "cmhf", *files)
    assert said.exit_code == 0, said.stderr
    assert said.stdout.count(": fine\n") == 1 + len(files) >= 4


def test_a_run_shows_a_short_table_and_writes_its_files(ran: tuple[Path, Any]) -> None:
    folder, said = ran
    assert said.exit_code == 0, said.stderr
    assert {path.name for path in folder.iterdir()} == FILES | {"events.parquet"}
    assert "A desk: 2 stages" in said.stderr
    assert "Means over 3 replications" in said.stdout
    assert "90th percentile" in said.stdout


def test_tables_hang_together(ran: tuple[Path, Any]) -> None:
    folder, _ = ran
    stages, flows, pools = (pd.read_csv(folder / f"{name}.csv") for name in ("stages", "flows", "pools"))
    assert list(stages["month"].unique()) == ["2026-04", "2026-05", "all"]
    assert list(stages["stage"].unique()) == ["desk", "more"]
    desk = stages[stages["stage"] == "desk"].set_index(["month", "class"])
    for flow in ("joined", "started", "ended", "gave_up"):
        for month in ("2026-04", "2026-05", "all"):
            parts = desk.loc[(month, "high"), flow] + desk.loc[(month, "low"), flow]
            assert desk.loc[(month, "all"), flow] == pytest.approx(parts)
        assert desk.loc[("2026-04", "all"), flow] + desk.loc[("2026-05", "all"), flow] == pytest.approx(
            desk.loc[("all", "all"), flow]
        )
    came = flows[(flows["flow"] == "arrived") & (flows["month"] == "all") & (flows["class"] == "all")]
    assert came["people"].item() == pytest.approx(desk.loc[("all", "all"), "joined"])
    assert came["people"].item() == pytest.approx(6 * 61, rel=0.2)
    assert (pools["utilisation"].between(0.3, 1.0)).all()
    assert pools["on_duty_on_average"].to_numpy() == pytest.approx(1 / 3)
    assert (stages["wait_mean_low"].dropna() <= stages["wait_mean"][stages["wait_mean_low"].notna()]).all()


def test_the_workbook_holds_the_same_numbers(ran: tuple[Path, Any]) -> None:
    folder, _ = ran
    book = pd.read_excel(folder / "pathway.xlsx", sheet_name="Run", engine="openpyxl")
    stages = pd.read_csv(folder / "stages.csv")
    whole = stages[stages["month"] == "all"].reset_index(drop=True)
    assert book["Joined [people]"].tolist() == pytest.approx(whole["joined"].tolist())
    with pd.ExcelFile(folder / "pathway.xlsx", engine="openpyxl") as file:
        cover = pd.read_excel(file, sheet_name="Cover", header=None, engine="openpyxl").set_index(0)[1]
        assert cover["Replications"] == "3"
        assert "lies between 'low' and 'high'" in cover["Intervals"]
        assert list(file.sheet_names)[2:] == ["Run", "Stages", "Classes", "Waits", "Pools", "Flows"]


def test_the_manifest_runs_again_and_the_log_gives_the_same_figures(
    ran: tuple[Path, Any], cli: Any, tmp_path: Path
) -> None:
    from mhwfmodel.demand.eventlog import outcomes

    folder, _ = ran
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert read_pathway(json.dumps(told["pathway"])) == read_pathway(DESK)
    assert (told["seed"], told["replications"], told["engine"]) == (7, 3, "simpy")
    again = cli("pathway", "run", folder / "manifest.json", "--out", tmp_path, "--engine", "simpy")
    assert again.exit_code == 0, again.stderr
    assert (tmp_path / "stages.csv").read_bytes() == (folder / "stages.csv").read_bytes()
    replayed = outcomes(folder / "events.parquet")[0]
    flows = pd.read_csv(folder / "flows.csv")
    came = flows[(flows["flow"] == "arrived") & (flows["month"] == "all") & (flows["class"] == "all")]
    assert replayed.arrived.sum() / 3 == pytest.approx(came["people"].item())


def test_both_engines_write_the_same_tables(ran: tuple[Path, Any], cli: Any, desk: Path, tmp_path: Path) -> None:
    said = cli("pathway", "run", desk, "--out", tmp_path, "--quiet")
    assert (said.exit_code, said.output) == (0, "")
    for name in ("stages", "pools", "flows", "waits"):
        one, two = (pd.read_csv(folder / f"{name}.csv") for folder in (ran[0], tmp_path))
        pd.testing.assert_frame_equal(one, two, rtol=1e-9)


def test_a_run_takes_replications_and_seed_in_place_of_the_files(cli: Any, desk: Path, tmp_path: Path) -> None:
    words = ("pathway", "run", desk, "--out", tmp_path, "--engine", "simpy", "--replications", 2, "--seed", 8)
    assert cli(*words).exit_code == 0
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (told["seed"], told["replications"], told["pathway"]["seed"]) == (8, 2, 8)


def test_what_was_asked_wrongly_is_told(cli: Any, desk: Path, tmp_path: Path) -> None:
    for words, said in (
        (("--precision", "5"), "is not a share above 0 and below 1"),
        (("--engine", "fast"), "use one of compiled, simpy"),
        (("--of", "desk"), "it goes with --precision"),
        (("--precision", "0.5", "--of", "dsk"), "'dsk' is not a stage; did you mean 'desk'?"),
        (("--replications", "0"), "--set replications=0: '0' is out of range"),
        (("--set", "months"), "is not KEY=VALUE"),
    ):
        told = cli("pathway", "run", desk, "--out", tmp_path / "o", *words)
        assert told.exit_code in (1, 2), words
        assert said in " ".join(told.stderr.split()), (words, told.stderr)
    assert not (tmp_path / "o").exists()
    for text, said in (("{", "is not JSON that can be read"), ("{}", "is neither a pathway file nor a manifest")):
        (tmp_path / "other.json").write_text(text, encoding="utf-8")
        told = cli("pathway", "check", tmp_path / "other.json")
        assert told.exit_code == 1
        assert said in told.stderr
    manifest = {"program": "mhwfmodel", "pathway": {"pathway": "x"}, "replications": "many"}
    for number, said in (("many", "replications: is not a whole number; name"), (None, "replications: is not")):
        (tmp_path / "other.json").write_text(json.dumps(manifest | {"replications": number}), encoding="utf-8")
        told = cli("pathway", "check", tmp_path / "other.json")
        assert told.exit_code == 1
        assert said in told.stderr
        assert "--set" not in told.stderr
    gone = cli("pathway", "run", "nowhere.yaml")
    assert gone.exit_code == 1
    assert "there is no such file" in gone.stderr


def test_a_run_that_starts_in_balance_or_with_people_present(cli: Any, desk: Path, tmp_path: Path) -> None:
    for name, more in (
        ("balance", "begin: balance\n"),
        (
            "present",
            "present: {desk: {waiting: {high: 5, low: 5}, age: {fixed: 2 hours}}, more: {in_work: {low: 9}}}\n",
        ),
    ):
        file = tmp_path / f"{name}.yaml"
        file.write_text(DESK + more, encoding="utf-8")
        said = cli("pathway", "run", file, "--out", tmp_path / name, "--engine", "simpy", "--replications", 2)
        assert said.exit_code == 0, said.stderr


def test_a_warm_up_is_run_and_thrown_away(cli: Any, desk: Path, tmp_path: Path) -> None:
    said = cli("pathway", "run", desk, "--out", tmp_path, "--engine", "simpy", "--set", "warm_up=1 month", "-q")
    assert said.exit_code == 0, said.stderr
    stages = pd.read_csv(tmp_path / "stages.csv")
    assert list(stages["month"].unique()) == ["2026-04", "2026-05", "all"]
    more = stages[(stages["stage"] == "more") & (stages["class"] == "all")].set_index("month")
    assert more.loc["2026-04", "ended"] > 0.75 * more.loc["2026-04", "joined"]


def test_precision_is_reached_by_more_replications(cli: Any, desk: Path, tmp_path: Path) -> None:
    words = ("pathway", "run", desk, "--out", tmp_path, "--engine", "simpy", "--set", "months=1")
    said = cli(*words, "--precision", "0.06", "--of", "desk")
    assert said.exit_code == 0, said.stderr
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert told["precision"] == {"asked": 0.06, "reached": told["precision"]["reached"], "of": "desk"}
    assert told["precision"]["reached"] <= 0.06
    assert told["replications"] >= LEAST
    assert "The mean wait at desk is known to" in " ".join(said.stdout.split())


def test_the_rule_of_precision_stops_at_its_ends() -> None:
    """Replications are numbers here: what is tested is how many the rule asks for."""
    import numpy as np

    from mhwfmodel.demand.outcome import Outcome, WaitTotals

    asked: list[range] = []

    def outcome(numbers: range) -> Outcome:
        asked.append(numbers)
        cells = np.asarray(numbers, dtype=np.float64)
        waits = WaitTotals(*([cells] * 6))
        names = Outcome.__dataclass_fields__
        return Outcome(**{name: waits if name in ("stage_waits", "waits") else cells for name in names})

    def wild(made: Outcome) -> Any:
        return np.where(made.replications % 2 == 0, 1.0, 1e-9)

    made = until_precise(outcome, wild, 0.001, lambda done, total: None)
    assert len(made.replications) == MOST
    assert made.replications.tolist() == list(range(MOST))
    asked.clear()
    calm = until_precise(outcome, lambda made: np.ones(len(made.replications)), 0.01, lambda done, total: None)
    assert (len(calm.replications), asked) == (LEAST, [range(LEAST)])
    spread = until_precise(outcome, wild, 0.2, lambda done, total: None)
    assert 95 <= len(spread.replications) <= 105


def test_schema_goes_to_the_screen_or_a_file(cli: Any, tmp_path: Path) -> None:
    from mhwfmodel.pathway.jsonschema import json_schema

    assert json.loads(cli("pathway", "schema").stdout) == json_schema()
    assert cli("pathway", "schema", "--out", tmp_path / "s.json").exit_code == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == json_schema()


def test_a_log_that_cannot_be_written_is_told_before_anything_runs(cli, desk, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = cli("pathway", "run", desk, "--out", tmp_path / "out", "--log")
    assert said.exit_code == 1
    assert "pip install 'mhwfmodel[log]'" in said.stderr
    assert "Running" not in said.stderr
    assert not (tmp_path / "out").exists()
