"""What the staff of a run do not allow is told at the line of the file, before anything runs."""

from __future__ import annotations

import pytest

from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import Scenario, check_text
from mhwfmodel.simulate.lever_checks import check_plan

PLAN = """\
name: A plan
icbs: [QJ2]
months: 12
levers:
  - {kind: funded_posts, start: 2024-06, posts: -1000000}
  - {kind: trauma_informed, start: 2024-06, trained: 100%, training_hours: 150}
  - kind: test_sites
    sites: [QJ2]
    lever: {kind: funded_posts, start: 2024-06, posts: -900000}
  - {kind: retention, start: 2024-06, leaving_change: -10%}
"""


def test_all_faults_come_at_once_each_at_its_line() -> None:
    with pytest.raises(ScenarioError) as caught:
        check_plan(check_text(PLAN, "plan.yaml"))
    posts, hours, tested = caught.value.faults
    assert posts.where == "plan.yaml:5:49 levers[0].posts"
    assert "takes 1,000,000 posts away" in posts.problem
    assert hours.where == "plan.yaml:6:76 levers[1].training_hours"
    assert "'150' takes staff's time" in hours.problem
    assert tested.where == "plan.yaml:9:56 levers[2].lever.posts"


def test_a_plan_made_in_python_is_told_by_its_fields() -> None:
    cut = {"kind": "funded_posts", "start": "2024-06", "posts": -1e6}
    with pytest.raises(ScenarioError) as caught:
        check_plan(Scenario(name="x", icbs=("QJ2",), months=12, levers=(cut,)))
    assert [fault.where for fault in caught.value.faults] == ["levers[0].posts"]


def test_what_fits_passes() -> None:
    check_plan(Scenario(name="x"))
    lines = PLAN.splitlines()
    check_plan(check_text("\n".join([*lines[:4], lines[-1]])))
