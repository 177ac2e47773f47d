"""What a run keeps, as a planner writes it, and what is said of mistakes."""

from __future__ import annotations

import json

import pytest

from mhwfmodel.catalogue.variables import detailed, variables
from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import Outputs, Scenario, check_text


def test_left_out_it_keeps_everything() -> None:
    outputs = check_text("name: x").outputs
    assert outputs == Outputs()
    assert outputs.detail_names == detailed()
    assert outputs.draw_names == tuple(item.name for item in variables())
    assert (outputs.flows, outputs.training) == (True, True)


def test_what_is_written_is_what_is_kept() -> None:
    text = "name: x\noutputs:\n  detail: none\n  every_draw: [turnover_rate]\n  flows: false\n  training: false"
    outputs = check_text(text).outputs
    assert outputs.detail_names == ()
    assert outputs.draw_names == ("filled", "leavers", "turnover_rate")
    assert (outputs.flows, outputs.training) == (False, False)
    assert Scenario.model_validate_json(json.dumps(check_text(text).resolved())).outputs == outputs


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("detail: [fild]", "scenario:2:20 outputs.detail[0]: 'fild' is not a measure; did you mean 'filled'"),
        ("detail: some", "outputs.detail: 'some' is neither all, none nor a list; write all or none, or a list"),
        ("every_draw: none", "outputs.every_draw: 'none' is neither all nor a list; write all, or a list"),
        ("detail: [filled, filled]", "outputs.detail[1]: 'filled' is named twice; keep one of them"),
        ("detail: [amhp_fte]", "'amhp_fte' is not kept by ICB, sector and role; name it in every_draw"),
        ("detail: [5]", "outputs.detail[0]: '5' is not a measure; `mhwfmodel show measures` lists them (those of"),
        ("every_draw: [true]", "every_draw[0]: 'true' is not a measure; `mhwfmodel show measures` lists them"),
        ("detail: [[filled]]", "outputs.detail[0]: a list is not a measure; `mhwfmodel show measures`"),
        ("detail: [all]", "outputs.detail[0]: 'all' is not a measure; write 'detail: all', without brackets"),
        ("detail: [none]", "write 'detail: none', without brackets"),
        ("every_draw: [all, filled]", "write 'every_draw: all', without brackets"),
        ("every_draw: [fild]", "did you mean 'filled'? `mhwfmodel show measures` lists them"),
        ("every_draw: [xyzzy]", " more); `mhwfmodel show measures` lists them"),
        ("detail: []", "outputs.detail: the list is empty; write 'detail: none', or name at least one"),
        ("every_draw: []", "outputs.every_draw: the list is empty; write 'every_draw: all'"),
        ("flows: yes", "outputs.flows: 'yes' is neither true nor false; write true or false"),
        ("detail: 3", "outputs.detail: '3' is neither all, none nor a list"),
        ("detail:", "outputs.detail: nothing is written here"),
        ("details: all", "'details' is not a field here; did you mean 'detail'"),
    ],
)
def test_mistakes_are_told_with_their_line(line: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        check_text(f"name: x\noutputs: {{{line}}}" if not line.endswith(":") else f"name: x\noutputs:\n  {line}")
    lines = [str(fault) for fault in caught.value.faults]
    assert len(lines) == 1, lines
    assert told in lines[0]
