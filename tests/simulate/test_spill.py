"""What goes to a file comes back as it was, and nothing of it stays behind."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mhwfmodel.errors import CapacityError
from mhwfmodel.results.scratch import Scratch, sweep
from mhwfmodel.simulate import ensemble
from mhwfmodel.simulate.spill import Spill, arrays_of

EVERYTHING = {"chunk": 7, "inside": 1, "values_in_file": True, "draws_in_file": True, "months_at_once": 2}


@pytest.fixture
def spill(tmp_path: Path) -> Spill:
    return Spill(Scratch(tmp_path))


def sparse(size: int, every: int) -> np.ndarray:
    values = np.zeros(size, dtype=np.int32)
    values[::every] = np.arange(1, len(values[::every]) + 1)
    return values


@pytest.mark.parametrize(
    "array",
    [
        sparse(2**20, 11),
        sparse(2**20 + 7, 2).astype(np.int64),
        sparse(10, 3),
        np.zeros(2**20, dtype=np.float32),
        np.full((300, 1000), np.nan),
        np.zeros((0, 5)),
        np.arange(12.0).reshape(3, 4).T,
        np.arange(40).reshape(5, 8)[:, ::2],
        np.arange(2**21, dtype=np.uint8) % 2 == 0,
    ],
    ids=["sparse", "half", "small", "nothing", "nan", "empty", "turned", "strided", "bytes"],
)
def test_an_array_comes_back_to_the_bit_and_may_be_changed(spill: Spill, array: np.ndarray) -> None:
    spill.put("a", {"it": array, "beside": (1, "x")}, {})
    found = spill.get("a", {})
    assert found["beside"] == (1, "x")
    np.testing.assert_array_equal(found["it"], array)
    assert found["it"].dtype == array.dtype
    assert found["it"].flags.writeable
    assert found["it"].flags.aligned


def test_what_is_mostly_nothing_takes_little_room(spill: Spill) -> None:
    spill.put("a", sparse(2**20, 100), {})
    assert spill.scratch.size < 2**20 * 4 / 20


def test_what_is_named_is_not_written_and_is_the_same_object_again(spill: Spill) -> None:
    shared, own = np.arange(2.0**16), np.arange(3)
    spill.put("a", [shared, own], {"shared": shared})
    assert spill.scratch.size < shared.nbytes
    one, two = spill.get("a", {"shared": shared})
    assert one is shared
    np.testing.assert_array_equal(two, own)


def test_an_object_that_grows_moves_and_the_others_stay(spill: Spill) -> None:
    for size in (10, 1000, 5, 100_000):
        spill.put("a", np.arange(size), {})
        spill.put("b", np.arange(7), {})
        np.testing.assert_array_equal(spill.get("a", {}), np.arange(size))
        np.testing.assert_array_equal(spill.get("b", {}), np.arange(7))


def test_all_arrays_of_an_object_are_found_in_order() -> None:
    one, two = np.zeros(3), np.ones(2)
    assert [array is known for array, known in zip(arrays_of({"x": [one, (two, "y")]}), (one, two), strict=True)] == [
        True,
        True,
    ]


def test_a_scratch_goes_when_it_is_closed_and_when_nobody_holds_it(tmp_path: Path) -> None:
    one, two = Scratch(tmp_path), Scratch(tmp_path)
    assert all(path.name.startswith("mhwfmodel-run-") for path in tmp_path.iterdir())
    one.close()
    one.close()
    assert list(tmp_path.iterdir()) == [two.folder]
    del two
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def left_by(number: int, place: Path) -> Path:
    folder = place / f"mhwfmodel-run-{number}-abc"
    folder.mkdir()
    (folder / "values").write_bytes(b"x")
    return folder


@pytest.mark.skipif(os.name == "nt", reason="nothing is swept there")
def test_what_a_process_left_that_is_gone_is_swept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone, here = left_by(ended.pid, tmp_path), left_by(os.getpid(), tmp_path)
    others = [tmp_path / name for name in ("mhwfmodel-run-x-y", "mhwfmodel-run-", "other")]
    for other in others:
        other.mkdir()
    (tmp_path / f"mhwfmodel-run-{ended.pid}-link").symlink_to(here, target_is_directory=True)
    elsewhere = left_by(ended.pid, others[2])
    sweep(tmp_path)
    assert not gone.exists()
    assert here.exists()
    assert elsewhere.exists()
    assert all(other.exists() for other in others)
    assert (here / "values").exists()


@pytest.mark.skipif(os.name == "nt", reason="nothing is swept there")
def test_a_file_that_somebody_holds_is_not_swept(tmp_path: Path) -> None:
    """The process may be one of another machine, whose numbers say nothing here."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    scratch = Scratch(tmp_path)
    seems_gone = scratch.folder.rename(tmp_path / f"mhwfmodel-run-{ended.pid}-far")
    sweep(tmp_path)
    assert (seems_gone / "values").exists()
    scratch.close()
    sweep(tmp_path)
    assert not seems_gone.exists()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(CapacityError, match=r"^spill: .*nowhere cannot be written to.*; name a folder that you may"):
        Scratch(tmp_path / "nowhere")


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Scratch(tmp_path)

    def write(view: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(scratch, "_file", SimpleNamespace(seek=lambda at: None, write=write))
    with pytest.raises(CapacityError, match="the disk is full; make room there, name another folder"):
        scratch.write(0, [np.arange(3)])


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()], ids=["fault", "Ctrl-C"])
def test_a_run_that_fails_in_a_month_leaves_nothing(
    small, laid_out, leftovers, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """The fault comes from a thread, while others still work."""
    plain = ensemble.following

    def following(model, given, block, month, feedback=None):
        if month == 2 and block.school.inputs.parameters.draws[0] == 14:
            assert leftovers() != []
            raise error
        return plain(model, given, block, month, feedback)

    monkeypatch.setattr(ensemble, "following", following)
    with laid_out(**EVERYTHING), pytest.raises(type(error)):
        small(threads=2)
    assert leftovers() == []


def test_a_run_that_is_stopped_from_outside_leaves_nothing(small, laid_out, leftovers) -> None:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == "months":
            raise KeyboardInterrupt

    with laid_out(**EVERYTHING), pytest.raises(KeyboardInterrupt):
        small(threads=2, progress=progress)
    assert leftovers() == []
