"""Two caps on one caseload at one time are refused: neither would hold."""

from __future__ import annotations

import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import Scenario, check_text

HEAD = "name: A plan\nicbs: [QJ2, QJK]\nmonths: 36\npathway: cmhf\nlevers:\n"
FIRST = "{kind: caseload_cap, start: 2024-06, pools: [coordinators], from_cap: 25, to_cap: 20%s}"
SECOND = "{kind: caseload_cap, start: 2025-06, pools: [coordinators], from_cap: 25, to_cap: 15%s}"


def plan(first: str, second: str) -> Scenario:
    return check_text(f"{HEAD}  - {first}\n  - {second}\n")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRST % "", SECOND % ""),
        (FIRST % ", end: 2025-07", SECOND % ""),
        (FIRST % ", scope: {icbs: [QJ2]}", SECOND % ""),
        (f"{{kind: test_sites, sites: [QJ2], lever: {FIRST % ''}}}", SECOND % ", scope: {icbs: [QJ2]}"),
    ],
)
def test_a_second_cap_while_another_holds_is_refused(first, second):
    with pytest.raises(ScenarioError) as caught:
        plan(first, second)
    (fault,) = caught.value.faults
    assert fault.where.startswith("scenario:7:")
    assert fault.where.endswith("levers[1].pools")
    assert "sets the cap of coordinators to 15 from 2025-06, while levers[0]" in fault.problem
    assert "to 20 from 2024-06" in fault.problem


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRST % ", end: 2025-06", SECOND % ""),
        (FIRST % ", scope: {icbs: [QJ2]}", SECOND % ", scope: {icbs: [QJK]}"),
        (f"{{kind: test_sites, sites: [QJ2], lever: {FIRST % ''}}}", SECOND % ", scope: {icbs: [QJK]}"),
    ],
)
def test_caps_that_do_not_meet_are_let_be(first, second):
    assert len(plan(first, second).levers) == 2
