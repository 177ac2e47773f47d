"""The coupling of a scenario: how it is written, how it comes back, and what is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import Scenario, check_text

BASE = "name: plan\npathway: cmhf\n"


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        check_text(text)
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("", None),
        ("coupling: false", None),
        ("coupling: true", 1),
        ("coupling: {}", 1),
        ("coupling: {every_months: 2}", 2),
    ],
)
def test_how_it_is_written(text: str, every: int | None) -> None:
    found = check_text(BASE + text).coupling
    assert (None if found is None else found.every_months) == every


def test_it_comes_back_from_a_manifest() -> None:
    scenario = Scenario(name="plan", pathway="cmhf", coupling=True)
    again = Scenario.model_validate(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario
    assert "coupling" not in Scenario(name="plan", pathway="cmhf").resolved()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("coupling: {every_months: 0}", "every_months"),
        ("coupling: {every_months: 13}", "every_months"),
        ("coupling: {every_month: 2}", "every_months"),
        ("coupling: monthly", "coupling"),
    ],
)
def test_what_is_refused(text: str, words: str) -> None:
    found = faults(BASE + text)
    assert len(found) == 1
    assert found[0].startswith("scenario:3")
    assert words in found[0]


def test_a_coupled_run_needs_a_pathway() -> None:
    assert "add 'pathway: cmhf'" in faults("name: plan\ncoupling: true\n")[0]
    assert check_text("name: plan\ncoupling: false\n").coupling is None
    with pytest.raises(ValidationError, match="add 'pathway: cmhf'"):
        Scenario(name="plan", coupling=True)


def test_gains_are_assumptions() -> None:
    text = BASE + "coupling: true\nassumptions:\n  workload_elasticity: {central: 0.3, low: 0, high: 0.8}\n"
    assert check_text(text).assumptions["workload_elasticity"].high == 0.8


def test_an_elasticity_that_nothing_reads_is_questioned() -> None:
    assumed = "assumptions: {workload_elasticity: 0.4}"
    alone = check_text(f"name: x\npathway: cmhf\n{assumed}")
    assert any("add 'coupling: true'" in note for note in alone.notes)
    coupled = check_text(f"name: x\npathway: cmhf\ncoupling: true\n{assumed}")
    assert not any("add 'coupling: true'" in note for note in coupled.notes)


def test_a_coupled_run_needs_the_pathway_in_every_draw() -> None:
    some = "name: x\npathway: {file: cmhf, draws: %d}\ncoupling: %s\ndraws: 4\n"
    (told,) = faults(some % (2, "true"))
    assert told.startswith("scenario:2:")
    assert "pathway.draws: only 2 of 4 draws run the pathway" in told
    for fine in ((4, "true"), (2, "false")):
        check_text(some % fine)


@pytest.mark.parametrize(("written", "noted"), [("30", True), ("{central: 30, high: 40}", True), ("0.9", False)])
def test_an_elasticity_beyond_its_range_is_noted_with_the_range(written: str, noted: bool) -> None:
    notes = check_text(f"{BASE}coupling: true\nassumptions: {{workload_elasticity: {written}}}\n").notes
    told = "30 is beyond the catalogue's range of workload_elasticity, 0 to 1"
    assert any(told in note for note in notes) == noted
