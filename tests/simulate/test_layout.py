"""Memory and disk are told before a run, and a run that does not fit is refused before it starts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import namedtuple

import pytest

import mhwfmodel as mh
from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import Outputs, Scenario
from mhwfmodel.simulate import layout

ENGLAND = Scenario(name="England")
PLENTY = 10**12


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 64 GB free and a large disk."""
    Disk = namedtuple("Disk", "total used free")
    monkeypatch.setattr(layout, "_free_memory", lambda: 64 * 10**9)
    monkeypatch.setattr(layout.shutil, "disk_usage", lambda place: Disk(PLENTY, 0, PLENTY))


def told(**options: object) -> mh.Footprint:
    return mh.footprint(ENGLAND, threads=2, **options)


def test_memory_does_not_grow_with_draws_once_they_go_to_a_file() -> None:
    small, large = told(draws=1000), told(draws=10_000)
    assert large.memory <= large.allowed == 2 * 10**9
    assert large.memory < 1.1 * small.memory
    assert large.disk > 5 * small.disk > 0
    assert large.values_in_file
    assert large.draws_in_file


def test_a_small_run_stays_in_memory() -> None:
    found = told(draws=50)
    assert (found.disk, found.inside, found.values_in_file, found.draws_in_file) == (0, 2, False, False)
    assert "temporary file" not in str(found)


def test_more_memory_is_used_where_it_is_allowed() -> None:
    found = told(draws=1000, memory=20)
    assert found.disk == 0
    assert 2 * 10**9 < found.memory < 20 * 10**9


def test_what_is_not_kept_takes_no_room() -> None:
    outputs = Outputs(detail="none", every_draw=("vacancies",))
    little = mh.footprint(ENGLAND.model_copy(update={"outputs": outputs}), draws=1000, threads=2)
    assert little.result < 0.15 * told(draws=1000).result
    assert little.disk < 0.3 * told(draws=1000).disk


def test_expected_values_are_one_draw() -> None:
    assert told(draws=1000, evaluator="deterministic").draws == 1


def test_too_little_memory_is_refused_with_what_to_change() -> None:
    with pytest.raises(ScenarioError, match=r"memory: the run needs about .*, and 100 MB is allowed; allow more"):
        told(draws=100, memory=0.1)


def test_more_than_the_machine_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_free_memory", lambda: 3 * 10**9)
    assert told(draws=1000).allowed == 1_500_000_000
    with pytest.raises(ScenarioError, match=r"3\.0 GB is free on this machine; allow less"):
        told(draws=1000, memory=20)


def test_a_disk_or_folder_that_will_not_do_is_told_before_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    with pytest.raises(ScenarioError, match=r"spill: .*nowhere is not a folder"):
        mh.run(ENGLAND, spill=tmp_path / "nowhere")
    Disk = namedtuple("Disk", "total used free")
    monkeypatch.setattr(layout.shutil, "disk_usage", lambda place: Disk(10**9, 0, 10**9))
    with pytest.raises(ScenarioError, match=r"has 1\.0 GB left; ask for fewer draws \(10000 now\), keep less"):
        told(draws=10_000)


@pytest.mark.parametrize("memory", [0, -1, True, "2"])
def test_memory_is_a_number_above_nothing(memory: object) -> None:
    with pytest.raises(ScenarioError, match=r"memory: .* is not allowed; give gigabytes"):
        mh.run(ENGLAND, memory=memory)


CODE = """
import json, resource, sys
import mhwfmodel as mh
result = mh.run(mh.Scenario(name="x", months=2, draws=int(sys.argv[1])), threads=1)
print(json.dumps([result.manifest["expected_footprint"]["memory_mb"],
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("draws", [50])
def test_what_is_told_is_what_a_run_takes(draws: int) -> None:
    pytest.importorskip("resource", reason="the system does not tell what a process takes")
    done = subprocess.run([sys.executable, "-c", CODE, str(draws)], check=True, capture_output=True, text=True)
    expected, found = json.loads(done.stdout.splitlines()[-1])
    assert found == pytest.approx(expected, rel=0.25)
