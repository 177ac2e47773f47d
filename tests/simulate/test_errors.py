"""What does not fit is refused before anything runs, all of it at once; what ran can be run again."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files

import pytest

import mhwfmodel as mh
from mhwfmodel import catalogue
from mhwfmodel.errors import MhwfError, ScenarioError
from mhwfmodel.scenario import Scenario

SCENARIO = Scenario(name="x", months=2, draws=2, icbs=("E54000011",))


def refused(**options: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        mh.run(SCENARIO, **options)
    return [str(fault) for fault in caught.value.faults]


def test_all_overrides_that_do_not_fit_are_told_at_once() -> None:
    told = refused(draws=0, threads=0, seed=-1, evaluator="x")
    assert told == [
        "evaluator: 'x' is not known; use stochastic or deterministic",
        "threads: 0 is not allowed; give a whole number from 1 to 1024",
        "draws: 0 is not allowed; give a whole number from 1 to 100000",
        "seed: -1 is not allowed; give a whole number from 0 to 9223372036854775807",
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"draws": 2.5},
        {"draws": True},
        {"draws": "5"},
        {"draws": 100_001},
        {"seed": 1.0},
        {"seed": 2**63},
        {"threads": 1025},
    ],
)
def test_numbers_of_the_wrong_kind_or_size_are_refused(options: dict[str, object]) -> None:
    (name,) = options
    (told,) = refused(**options)
    assert told.startswith(f"{name}: {options[name]!r} is not allowed; give a whole number from")


@pytest.mark.parametrize("function", [mh.run, mh.footprint])
def test_a_file_is_no_scenario(function) -> None:
    with pytest.raises(ScenarioError, match=r"'base.yaml' is not a Scenario; give a Scenario: mh\.load_scenario"):
        function("base.yaml")


def test_a_folder_for_code_that_cannot_be_used_is_told_before_anything_else(monkeypatch) -> None:
    """In the threads that import what is compiled, the first to ask would leave the others with half a module."""

    def refuse() -> None:
        message = "no folder"
        raise MhwfError(message)

    monkeypatch.setattr("mhwfmodel.simulate.runner.kept", refuse)
    with pytest.raises(MhwfError, match="no folder"):
        mh.run(SCENARIO, progress=lambda *_: pytest.fail("it had begun"))
    with pytest.raises(MhwfError, match="no folder"):
        mh.footprint(SCENARIO)


@pytest.mark.parametrize(
    ("evaluator", "engine", "told"),
    [
        ("stochastic", "compiled", "compiled"),
        ("stochastic", "reference", "reference"),
        ("deterministic", "compiled", None),
    ],
)
def test_the_manifest_holds_the_engine(evaluator: str, engine: str, told: str | None) -> None:
    manifest = mh.run(SCENARIO, evaluator=evaluator, engine=engine, threads=1).manifest
    assert (manifest["evaluator"], manifest["engine"]) == (evaluator, told)


def test_the_manifest_says_what_the_run_rests_on(england) -> None:
    manifest = england.manifest
    json.dumps(manifest)
    again = Scenario.model_validate(manifest["scenario"])
    assert again.resolved() == manifest["scenario"]
    assert len(manifest["geography"]["icbs"]) == 42
    assert {row["name"] for row in manifest["evidence"]["parameters"]} == {p.name for p in catalogue.parameters()}
    for row in manifest["evidence"]["parameters"]:
        assert row["status"] in {"observed", "derived", "imputed", "assumed"}
        assert row["source"] or row["status"] == "assumed"
        assert not row["set_by_scenario"]
    floors = manifest["evidence"]["floors"]
    assert {row["source"] for row in floors} == {f"F{n:03d}" for n in (5, 6, 7, 8, 10, 11, 12, 13, 14)}
    assert all(row["fitted"] + row["misfit"] >= row["floor"] - 1e-3 for row in floors)


def test_the_manifest_holds_the_hash_of_every_table_of_facts(england) -> None:
    for table in (files("mhwfmodel.catalogue") / "data").iterdir():
        if table.name.endswith(".csv"):
            digest = hashlib.sha256(table.read_bytes()).hexdigest()
            assert england.manifest["hashes"][f"catalogue/{table.name}"] == digest


def test_an_assumption_is_told_as_set_by_the_scenario() -> None:
    scenario = SCENARIO.model_validate(SCENARIO.resolved() | {"assumptions": {"voluntary_share": 0.3}})
    rows = mh.run(scenario, threads=1).manifest["evidence"]["parameters"]
    assert [row["name"] for row in rows if row["set_by_scenario"]] == ["voluntary_share"]
