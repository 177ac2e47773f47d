"""Memory and disk are told before a run, and a run that does not fit is refused before it starts."""

from __future__ import annotations

import errno
import json
import math
import re
import subprocess
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

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
    with pytest.raises(ScenarioError) as caught:
        told(draws=100, memory=0.1)
    found = re.fullmatch(
        r"memory: the run needs ([\d.]+) GB, and 0\.1 GB is allowed; allow \1 GB \(`--memory \1`\)", str(caught.value)
    )
    assert found is not None, caught.value
    assert told(draws=100, memory=float(found[1])).memory <= float(found[1]) * 10**9
    with pytest.raises(ScenarioError, match=r"--memory [\d.]+`\), or run with fewer threads \(2 now\) or ICBs"):
        told(draws=100, memory=float(found[1]) - 0.02)


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


def test_a_folder_that_cannot_be_written_to_is_told_even_where_it_is_not_needed(monkeypatch, tmp_path) -> None:
    def refuse(**options: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(layout.tempfile, "TemporaryFile", refuse)
    assert told(draws=50).disk == 0
    with pytest.raises(ScenarioError, match=r"^spill: .* cannot be written to: Read-only file system; name a folder"):
        told(draws=50, spill=tmp_path)


def test_a_result_beside_its_own_draws_takes_twice_the_room(monkeypatch, tmp_path) -> None:
    """What lies in the temporary file of the same disk is written a second time."""
    inside, aside = told(draws=50), told(draws=1000, spill=tmp_path)
    assert (inside.draws_in_file, aside.draws_in_file) == (False, True)
    assert inside.room_at(tmp_path / "not" / "there") == inside.result
    assert aside.room_at(tmp_path / "not" / "there") == 2 * aside.result
    if Path("/proc").is_dir():
        assert aside.room_at(Path("/proc")) == aside.result


def test_sizes_are_told_as_a_person_reads_them() -> None:
    assert "result under 1 MB before it is compressed" in str(replace(told(draws=50), result=400_000))
    assert "result 3 MB before" in str(replace(told(draws=50), result=3_000_000))


def test_what_is_told_of_a_run_is_asked_for_as_the_run_is() -> None:
    assert told(draws=50, seed=7, engine="reference") == told(draws=50)
    with pytest.raises(ScenarioError, match=r"engine: 'fast' is not known; use compiled or reference\nseed: -1 is"):
        told(seed=-1, engine="fast")


@pytest.mark.parametrize("memory", [0, -1, True, False, "2", math.inf, math.nan, 1e300])
def test_memory_is_a_number_of_gigabytes(memory: object) -> None:
    with pytest.raises(ScenarioError, match=r"memory: .* is not allowed; give gigabytes, .* up to 1000000"):
        mh.run(ENGLAND, memory=memory)


CODE = """
import json, sys
import mhwfmodel as mh
result = mh.run(mh.Scenario(name="x", months=2, draws=int(sys.argv[1])), threads=1)
print(json.dumps([result.manifest["expected_footprint"]["memory_mb"], result.manifest["peak_memory_mb"]]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("draws", [50])
def test_what_is_told_is_what_a_run_takes(draws: int) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, str(draws)], check=True, capture_output=True, text=True)
    expected, found = json.loads(done.stdout.splitlines()[-1])
    if found is None:
        pytest.skip("the system does not tell what a process takes")
    assert found == pytest.approx(expected, rel=0.25)


PEAK = "from mhwfmodel.simulate.manifest import _peak_memory; print(_peak_memory())"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells a child what its parent held")
def test_what_the_process_before_held_is_not_what_a_run_took() -> None:
    held = bytearray(600_000_000)
    held[::4096] = b"1" * len(held[::4096])
    done = subprocess.run([sys.executable, "-c", PEAK], check=True, capture_output=True, text=True)
    assert 5 < float(done.stdout) < 500
