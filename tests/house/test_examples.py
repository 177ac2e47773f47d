"""What the pages show runs as it stands, with fewer draws."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

DRAWS = re.compile(r"\bdraws=\d+")
PAGES = ["README.md", "docs/tutorial/from-python.md"]


@pytest.fixture
def planner(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a planner's own, with the scenarios that ship."""
    shutil.copytree(root / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs(root, planner, blocks, page, capsys):
    code = "\n".join(blocks(root / page, "python"))
    quick, replaced = DRAWS.subn("draws=2", code)
    assert replaced > 0
    exec(compile(quick, page, "exec"), {"__name__": "example"})
    assert list(planner.glob("out/*/result.nc"))
    capsys.readouterr()


def test_the_readme_script_is_ten_lines(root, blocks):
    (code,) = blocks(root / "README.md", "python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 10


def test_the_scenario_of_the_guide_is_in_order(root, planner, blocks):
    import mhwfmodel as mh

    (text,) = blocks(root / "docs/guides/write-a-scenario.md", "yaml")
    path = planner / "scenarios" / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = mh.load_scenario(path)
    assert scenario.name in text
    assert len(scenario.levers) == 1


EXAMPLES = [
    "amhps_and_moves.py",
    "explain_a_plan.py",
    "one_icb.py",
    "own_lever.py",
    "staff_by_group.py",
    "waits_of_one_icb.py",
    "what_would_it_take.py",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_run(root, planner, example, capsys):
    code = (root / "examples" / example).read_text(encoding="utf-8")
    quick, replaced = re.subn(r'("draws": )\d+', r"\g<1>2", code)
    assert replaced > 0
    exec(compile(quick, example, "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.strip()


def test_every_example_is_run(root):
    assert sorted(path.name for path in (root / "examples").glob("*.py")) == EXAMPLES


def test_the_projection_of_the_kernel_page_runs_and_both_ways_agree(root, blocks, capsys):
    (code,) = blocks(root / "docs/background/kernel.md", "python")
    made = {}
    exec(compile(code, "kernel.md", "exec"), made)
    assert capsys.readouterr().out.startswith("(24, 200, 2)\n")
    error = made["people"].std(axis=1) / 200**0.5
    assert (abs(made["people"].mean(axis=1) - made["mean"][:, 0]) <= 4.5 * error).all()
