"""The lever that the guide shows works as the guide says."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import mhwfmodel as mh
from mhwfmodel.scenario import Scenario

FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def guide(root: Path) -> SimpleNamespace:
    """What the guide's first block defines, and its script."""
    lever, script = FENCE.findall((root / "docs/guides/add-a-lever.md").read_text(encoding="utf-8"))
    made: dict[str, object] = {"__name__": "example"}
    exec(compile(lever, "add-a-lever.md", "exec", dont_inherit=True), made)
    return SimpleNamespace(Mentoring=made["Mentoring"], script=script, names=made)


def small(*levers: object) -> Scenario:
    return Scenario(name="Mentors", months=14, draws=2, icbs=("E54000044",), levers=levers)


def test_without_a_size_it_does_nothing_and_with_one_fewer_leave_in_their_first_year(guide) -> None:
    plain = mh.run(small(), threads=1)
    nothing = mh.run(small(guide.Mentoring(start="2024-05", reach=0.8)), threads=1)
    some = mh.run(small(guide.Mentoring(start="2024-05", reach=0.8, leaving_change=-0.2)), threads=1)
    assert plain.draws.identical(nothing.draws)
    assert float(some.draws_by("leavers").sum()) < float(plain.draws_by("leavers").sum())


def test_its_script_makes_a_plan_of_it(guide) -> None:
    """All but the run of England."""
    script = guide.script.replace("result = mh.run(plan)\n", "")
    assert script != guide.script
    exec(compile(script, "add-a-lever.md", "exec", dont_inherit=True), guide.names)
    (lever,) = guide.names["plan"].levers
    assert (lever.graded, lever.grade) == ("assumed", "none")


def test_its_kind_can_be_named_in_a_file(guide, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("name: Mentors\nlevers:\n  - {kind: mentoring, start: 2025-04, reach: 50%}\n", encoding="utf-8")
    (lever,) = mh.load_scenario(file, levers=(guide.Mentoring,)).levers
    assert lever == guide.Mentoring(start="2025-04", reach=0.5)
