"""The scenario files that ship: each is read, and moves the output that it is about in the direction it says."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import mhwfmodel as mh

ROOT = Path(__file__).resolve().parents[2]
SITES = ("E54000058", "E54000062", "E54000040")
OTHERS = ("E54000044", "E54000034")
MONTHS = 48


def declared() -> list[dict[str, str]]:
    with (ROOT / "docs" / "_data" / "scenarios.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def expected(name: str, icbs: tuple[str, ...], *, bare: bool = False) -> mh.Result:
    """Expected values of a scenario on a few boards, perhaps without its levers."""
    scenario = mh.load_scenario(ROOT / "scenarios" / f"{name}.yaml")
    few = scenario.model_copy(update={"icbs": icbs, "months": MONTHS} | ({"levers": ()} if bare else {}))
    return mh.run(few, evaluator="deterministic", threads=1)


@pytest.mark.parametrize("row", declared(), ids=lambda row: row["scenario"])
def test_a_scenario_moves_what_it_is_about_in_its_direction(row: dict[str, str]) -> None:
    icbs = (SITES[0],) if row["scenario"] == "test_sites" else (OTHERS[0],)
    itself = row["base"] == row["scenario"]
    both = [expected(row["scenario"], icbs), expected(row["base"], icbs, bare=itself)]
    chosen = {"population": row["population"]} if row["population"] else {}
    other, base = (run.draws_by(row["measure"], **chosen).sel(month=slice(row["from"], row["to"])) for run in both)
    change = float((other - base).sum())
    assert np.sign(change) == {"up": 1, "down": -1}[row["direction"]], change
    assert abs(change) > 1e-6 * abs(float(base.sum()))


def test_every_scenario_that_ships_says_what_it_moves() -> None:
    shipped = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}
    assert shipped == {row["scenario"] for row in declared()} | {row["base"] for row in declared()}


def test_scenarios_without_their_levers_are_their_base() -> None:
    for row in declared():
        scenario, base = (mh.load_scenario(ROOT / "scenarios" / f"{row[key]}.yaml") for key in ("scenario", "base"))
        if scenario == base:
            continue
        bare = scenario.model_copy(update={"levers": (), "name": base.name, "description": base.description})
        given, wanted = bare.resolved(), base.resolved()
        differing = {key for key in given | wanted if given.get(key) != wanted.get(key)}
        assert differing <= {"coupling", "assumptions", "starting_ages"}, row["scenario"]
