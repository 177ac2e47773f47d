"""What was written is read back as it was, opens with plain xarray, and nothing half-written stays."""

from __future__ import annotations

import gc
import json
import shutil
import weakref
from collections import namedtuple
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

import mhwfmodel as mh
from mhwfmodel.errors import CapacityError, DataError
from mhwfmodel.results import MANIFEST, RESULT, load_result, replace_all, variables
from mhwfmodel.results.groups import group_dims
from mhwfmodel.results.store import BESIDE_VALUES


@pytest.fixture(scope="module")
def folder(base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("saved") / "a" / "b"
    base.save(made)
    return made


def faults(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        load_result(folder)
    return [str(fault) for fault in caught.value.faults]


def test_what_is_written_and_read_is_held_by_nobody_else(folder: Path, tmp_path: Path) -> None:
    gc.disable()
    try:
        read = mh.load_result(folder)
        values = read.draws.variables["filled"].values
        while isinstance(values.base, np.ndarray):
            values = values.base
        held = weakref.ref(values)
        read.save(tmp_path / "again")
        del values, read
        assert held() is None, "a run that nobody uses would stay in memory until the collector comes by"
    finally:
        gc.enable()


def test_a_result_is_read_back_as_it_was_written(base, folder: Path) -> None:
    read = mh.load_result(folder)
    assert set(read.groups) == set(base.groups)
    for name, dataset in base.groups.items():
        xr.testing.assert_identical(read.groups[name], dataset)
    assert read.manifest == json.loads(json.dumps(base.manifest))
    assert (read.name, read.months) == (base.name, base.months)
    one, two = (run.table("vacancy_rate", ["icb", "role"]) for run in (base, read))
    assert one.equals(two)


def test_what_is_read_and_saved_again_is_the_same(folder: Path, tmp_path: Path) -> None:
    read = load_result(folder)
    read.save(tmp_path)
    assert (tmp_path / MANIFEST).read_bytes() == (folder / MANIFEST).read_bytes()
    for name, dataset in load_result(tmp_path).groups.items():
        assert dataset.identical(read.groups[name])


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("part", range(1, 12))
def test_a_damaged_file_is_refused_or_read_as_far_as_it_is_sound(
    base, folder: Path, tmp_path: Path, part: int, lazy: bool
) -> None:
    bad = shutil.copytree(folder, tmp_path / "bad")
    raw = bytearray((bad / RESULT).read_bytes())
    begin = len(raw) * part // 12
    raw[begin : begin + 200] = np.random.default_rng(part).bytes(200)
    (bad / RESULT).write_bytes(raw)
    refused = None
    try:
        told = load_result(bad, lazy=lazy).table("filled", ["icb"])
    except DataError as error:
        refused = error
    if refused is None:
        assert told.equals(base.table("filled", ["icb"]))
    else:
        assert {fault.remedy for fault in refused.faults} == {"run the scenario again"}


@pytest.mark.parametrize("group", list(group_dims()))
def test_plain_xarray_opens_every_group(folder: Path, base, group: str) -> None:
    with xr.open_dataset(folder / RESULT, group=group, engine="h5netcdf") as data:
        assert set(data.sizes) == set(group_dims()[group])
        assert data["icb_name" if "icb" in data.dims else "role_name"].notnull().all()
        for name, variable in data.data_vars.items():
            assert variable.attrs["units"], name
            assert variable.attrs["long_name"], name
            assert variable.attrs["kind"] in {"stock", "flow", "rate"}, name
            first = str(name).partition("_")[0]
            assert variable.attrs["scope"] == (first if first in {"specialist", "amhp"} else "overall")
            assert variable.dtype == np.float32
        assert [str(month) for month in data["month"].values[:2]] == ["2024-03", "2024-04"]


def test_the_drawn_inputs_are_kept_with_their_units(folder: Path) -> None:
    with xr.open_dataset(folder / RESULT, group="parameters", engine="h5netcdf") as data:
        assert data.sizes == {"draw": 8}
        for variable in data.data_vars.values():
            assert variable.attrs["units"]
            assert variable.attrs["long_name"]


def test_the_file_says_what_it_is(folder: Path, base) -> None:
    with xr.open_datatree(folder / RESULT, engine="h5netcdf") as tree:
        assert tree.attrs["title"] == base.name
        assert tree.attrs["source"].startswith("mhwfmodel ")


def test_variables_of_the_table_are_all_kept_somewhere(base) -> None:
    kept = {str(name) for group in group_dims() for name in base.groups[group].data_vars}
    assert kept == {item.name for item in variables()}


def test_a_missing_folder_or_file_is_told(folder: Path, tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == [
        f"{tmp_path / 'nowhere'}: no result.nc and no manifest.json here; "
        "give the folder that `mhwfmodel run --out` wrote"
    ]
    shutil.copy(folder / RESULT, tmp_path)
    assert "no manifest.json here" in faults(tmp_path)[0]
    assert "no result.nc and no manifest.json here" in faults(folder / RESULT)[0]


@pytest.mark.parametrize("content", [b"", b"not a netCDF file", b"\x89HDF\r\n\x1a\n" + b"\0" * 80])
def test_a_broken_result_is_told(folder: Path, tmp_path: Path, content: bytes) -> None:
    shutil.copy(folder / MANIFEST, tmp_path)
    (tmp_path / RESULT).write_bytes(content)
    assert "cannot be read" in faults(tmp_path)[0]


def test_a_result_that_was_cut_off_is_told(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / MANIFEST, tmp_path)
    whole = (folder / RESULT).read_bytes()
    (tmp_path / RESULT).write_bytes(whole[: len(whole) // 2])
    assert "run the scenario again" in faults(tmp_path)[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "cannot be read"),
        ("\ufeff\x00", "cannot be read"),
        ("[1, 2]", "manifest.json says nothing of version, created, scenario, seed, draws, evaluator"),
        ("{}", "manifest.json says nothing of version"),
        (
            '{"version": 1, "created": 1, "scenario": [], "seed": 1, "draws": 1, "evaluator": "x"}',
            "manifest.json does not name the scenario",
        ),
    ],
)
def test_a_broken_manifest_is_told(folder: Path, tmp_path: Path, text: str, told: str) -> None:
    shutil.copy(folder / RESULT, tmp_path)
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    assert told in faults(tmp_path)[0]


def test_another_netcdf_file_is_told_with_all_that_it_lacks(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / MANIFEST, tmp_path)
    tree = xr.DataTree.from_dict({"/draws": xr.Dataset({"happiness": ("draw", [1.0, 2.0])})})
    tree.to_netcdf(tmp_path / RESULT, engine="h5netcdf")
    told = faults(tmp_path)
    assert any("/draws of result.nc is laid out by draw, not draw, icb, population, month" in line for line in told)
    assert any("result.nc has no group /england" in line for line in told)
    assert any("holds happiness, which this version does not know" in line for line in told)


def test_saving_replaces_what_was_there(base, plan, tmp_path: Path) -> None:
    base.save(tmp_path)
    plan.save(tmp_path)
    assert load_result(tmp_path).name == plan.name
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, RESULT]


def test_a_folder_that_is_a_file_is_told(base, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be written"):
        base.save(tmp_path / "file")


def test_a_disk_that_may_be_too_small_is_told_before_anything_is_written(base, tmp_path: Path, monkeypatch) -> None:
    """HDF5 brings the process down where the disk becomes full."""
    Disk = namedtuple("Disk", "total used free")
    values = sum(dataset.nbytes for dataset in base.groups.values())
    monkeypatch.setattr("xarray.DataTree.to_netcdf", lambda *_, **__: pytest.fail("it was written"))
    for free in (1_500_000, values):
        monkeypatch.setattr(shutil, "disk_usage", lambda place, free=free: Disk(10**9, 0, free))
        with pytest.raises(CapacityError) as caught:
            base.save(tmp_path / "a" / "b")
        assert str(caught.value).startswith(f"{tmp_path / 'a' / 'b'}: needs up to ")
        assert str(caught.value).endswith(f"has {free // 10**6} MB left; make room or name another disk")
        assert list(tmp_path.iterdir()) == []


def test_a_file_takes_no_more_than_is_asked_for_before(folder: Path, base) -> None:
    values = sum(dataset.nbytes for dataset in base.groups.values())
    assert (folder / RESULT).stat().st_size < values + BESIDE_VALUES


@pytest.mark.parametrize(("number", "remedy"), [(28, "make room or name another disk"), (13, "that you may write to")])
def test_the_remedy_is_that_of_the_fault(tmp_path: Path, number: int, remedy: str) -> None:
    def full(path: Path) -> None:
        raise OSError(number, "told by the system")

    with pytest.raises(DataError, match=f"cannot be written: told by the system; .*{remedy}"):
        replace_all(tmp_path / "new", {"one.txt": full})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "raised"), [(OSError(28, "No space left on device"), DataError), (ValueError, ValueError)]
)
def test_nothing_half_written_stays_when_a_writer_fails(tmp_path: Path, error, raised: type[Exception]) -> None:
    (tmp_path / "one.txt").write_text("before", encoding="utf-8")

    def good(path: Path) -> None:
        path.write_text("after", encoding="utf-8")

    def bad(path: Path) -> None:
        path.write_text("ha", encoding="utf-8")
        raise error

    with pytest.raises(raised):
        replace_all(tmp_path, {"one.txt": good, "two.txt": bad})
    assert [path.name for path in tmp_path.iterdir()] == ["one.txt"]
    assert (tmp_path / "one.txt").read_text(encoding="utf-8") == "before"
    replace_all(tmp_path, {"one.txt": good, "two.txt": good})
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "one.txt": "after",
        "two.txt": "after",
    }


def test_values_that_cannot_be_read_when_they_are_asked_for_are_a_fault_of_the_file(
    folder: Path, tmp_path: Path
) -> None:
    bad = shutil.copytree(folder, tmp_path / "bad") / RESULT
    read = load_result(bad.parent, lazy=True)
    with h5py.File(bad, "r") as file:
        stored = file["draws/filled"]
        begin, size = stored.id.get_chunk_info(0).byte_offset, stored.id.get_chunk_info(0).size
    raw = bytearray(bad.read_bytes())
    raw[begin : begin + size] = bytes(size)
    bad.write_bytes(raw)
    with pytest.raises(DataError) as caught:
        read.draws["filled"].values.sum()
    (fault,) = caught.value.faults
    assert (fault.where, fault.remedy) == (str(bad), "run the scenario again")
