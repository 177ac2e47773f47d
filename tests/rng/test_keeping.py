"""Compiled code on disk: never old, never another's, never half of it, wherever it may be written."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mhwfmodel.errors import MhwfError
from mhwfmodel.rng import compiling, keeping

CALLER = """
import numpy as np
from mhwfmodel.rng.compiling import compiled
from mhwfmodel.other import grown
@compiled
def total(values):
    together = 0.0
    for value in values:
        together += grown(value)
    return together
"""
CALLEE = """
from mhwfmodel.rng.compiling import compiled
@compiled
def grown(value):
    return value * {factor}
"""
CALL = """
import numpy as np
from mhwfmodel.rng.compiling import heard
with heard(lambda: print("compiling")):
    from mhwfmodel.caller import total
    for kind in {kinds!r}:
        print(total(np.ones(3, dtype=kind)))
"""
ONE = CALL.format(kinds=["f8"])


def python(code, **environment):
    changed = {name: str(value) for name, value in environment.items()}
    kept = {name: value for name, value in os.environ.items() if name != keeping.PLACE}
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "error", "-c", code],
        env=kept | changed,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process):
    told, faults = process.communicate(timeout=300)
    assert process.returncode == 0, faults
    assert faults == ""
    return told.splitlines()


def codes(place):
    return sorted(place.glob(f"*/*{keeping.SUFFIX}"))


@pytest.fixture
def copy(root, tmp_path):
    """A package of two kernels, one of which calls the other from another file."""
    package = tmp_path / "copy" / "mhwfmodel"
    shutil.copytree(root / "mhwfmodel" / "rng", package / "rng", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "mhwfmodel" / "errors.py", package)
    (package / "__init__.py").touch()
    (package / "caller.py").write_text(CALLER, encoding="utf-8")
    (package / "other.py").write_text(CALLEE.format(factor=2.0), encoding="utf-8")
    return package


def test_two_processes_that_start_at_once_are_right_and_a_third_finds_everything(copy, tmp_path):
    place = {"MHWFMODEL_CACHE_DIR": tmp_path / "place", "PYTHONPATH": copy.parent}
    kinds = ["f8", "f4", "i8", "i4"]
    both = [python(CALL.format(kinds=order), **place) for order in (kinds, kinds[::-1])]
    assert [said(process) for process in both] == [["compiling", *["6.0"] * 4]] * 2
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "place").rglob("*") if path.is_file()}
    assert sorted(files) == codes(tmp_path / "place"), "nothing half-written"
    assert len(files) == 8
    assert said(python(CALL.format(kinds=kinds), **place)) == ["6.0"] * 4
    assert {path: path.stat().st_mtime_ns for path in codes(tmp_path / "place")} == files


def test_files_that_are_cut_short_or_of_another_are_compiled_again(copy, tmp_path):
    place = {"MHWFMODEL_CACHE_DIR": tmp_path / "place", "PYTHONPATH": copy.parent}
    both = CALL.format(kinds=["f8", "i8"])
    assert said(python(both, **place)) == ["compiling", "6.0", "6.0"]
    files = codes(tmp_path / "place")
    for at, path in enumerate(files):
        data = path.read_bytes()
        path.write_bytes((data[:-1], data[: len(data) // 2], b"", files[at - 1].read_bytes())[at])
    assert said(python(both, **place)) == ["compiling", "6.0", "6.0"]
    assert said(python(both, **place)) == ["6.0", "6.0"]
    assert codes(tmp_path / "place") == files


def test_a_change_of_what_a_kernel_calls_in_another_file_is_seen(copy, tmp_path):
    place = {"MHWFMODEL_CACHE_DIR": tmp_path / "place", "PYTHONPATH": copy.parent}
    assert said(python(ONE, **place)) == ["compiling", "6.0"]
    (copy / "other.py").write_text(CALLEE.format(factor=5.0), encoding="utf-8")
    assert said(python(ONE, **place)) == ["compiling", "15.0"]
    (copy / "other.py").write_text(CALLEE.format(factor=2.0), encoding="utf-8")
    shutil.move(copy.parent, tmp_path / "elsewhere")
    elsewhere = place | {"PYTHONPATH": tmp_path / "elsewhere"}
    assert said(python(ONE, **elsewhere)) == ["6.0"], "the same sources are found again, wherever they are"
    assert len({path.parent for path in codes(tmp_path / "place")}) == 2


def test_a_change_of_a_named_tuple_that_a_kernel_is_given_is_seen(copy, tmp_path):
    kernel = "from mhwfmodel.rng.compiling import compiled\n@compiled\ndef above(all):\n    return all[0][0].above\n"
    (copy / "caller.py").write_text(kernel, encoding="utf-8")
    pair = "from typing import NamedTuple\nclass Pair(NamedTuple):\n    {}: float\n    {}: float\n"
    call = """
from mhwfmodel.caller import above
from mhwfmodel.pair import Pair
print(above(((Pair(1.0, 2.0), 3), 4)), above.stats.cache_hits.total())
"""
    place = {"MHWFMODEL_CACHE_DIR": tmp_path / "place", "PYTHONPATH": copy.parent}
    (copy / "pair.py").write_text(pair.format("above", "below"), encoding="utf-8")
    assert said(python(call, **place)) == ["1.0 0"]
    (copy / "pair.py").write_text(pair.format("below", "above"), encoding="utf-8")
    assert said(python(call, **place)) == ["2.0 0"]
    assert said(python(call, **place)) == ["2.0 1"]
    assert len({path.parent for path in codes(tmp_path / "place")}) == 1, "no kernel is in the file that changed"


def test_sources_that_change_while_a_process_runs_leave_nothing_behind(copy, tmp_path):
    late = f"""
import time
from pathlib import Path
from mhwfmodel.rng.keeping import kept
kept()
Path({str(copy / "other.py")!r}).write_text({CALLEE.format(factor=5.0)!r})
{ONE}
"""
    place = {"MHWFMODEL_CACHE_DIR": tmp_path / "place", "PYTHONPATH": copy.parent}
    assert said(python(late, **place)) == ["compiling", "15.0"]
    assert codes(tmp_path / "place") == []


def test_without_a_home_code_is_kept_among_temporary_files_of_this_user_alone(copy, tmp_path):
    nowhere = {name: os.devnull + "/x" for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    given = {**nowhere, "TMPDIR": tmp_path, "PYTHONPATH": copy.parent}
    assert said(python(ONE, **given)) == ["compiling", "6.0"]
    assert said(python(ONE, **given)) == ["6.0"]
    (own,) = tmp_path.glob("mhwfmodel-*")
    assert own.stat().st_mode & 0o077 == 0
    assert codes(own)
    assert [path for path in copy.rglob("*") if path.suffix in (".nbi", ".nbc", keeping.SUFFIX)] == []
    own.chmod(0o777)
    assert said(python(ONE, **given)) == ["compiling", "6.0"], "others could have put code there"


def test_the_users_cache_folder_comes_before_temporary_files(monkeypatch, tmp_path):
    monkeypatch.delenv(keeping.PLACE, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    places = list(keeping._places())
    assert places[0] == tmp_path / "cache" / "mhwfmodel"
    assert places[1].parent == tmp_path
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert next(keeping._places()) == tmp_path / "home" / ".cache" / "mhwfmodel"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert next(keeping._places()) == tmp_path / "home" / "Library" / "Caches" / "mhwfmodel"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert next(keeping._places()) == tmp_path / "local" / "mhwfmodel" / "Cache"


def test_a_folder_of_temporary_files_that_is_a_link_is_not_trusted(monkeypatch, tmp_path):
    monkeypatch.delenv(keeping.PLACE, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "real").mkdir()
    (tmp_path / f"mhwfmodel-{os.getuid()}").symlink_to(tmp_path / "real")
    assert [place for place in keeping._places() if place.parent == tmp_path] == []


def test_a_folder_that_is_named_and_cannot_be_used_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv(keeping.PLACE, str(tmp_path / "file"))
    keeping.kept.cache_clear()
    try:
        with pytest.raises(
            MhwfError, match=r"MHWFMODEL_CACHE_DIR: compiled code cannot be written to .*file; name a f"
        ):
            keeping.kept()
    finally:
        keeping.kept.cache_clear()


def test_a_folder_that_somebody_filled_may_be_read_only(monkeypatch, tmp_path):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "utime", refused)
    folder = tmp_path / "name"
    assert not keeping._usable(tmp_path, folder)
    (folder / f"kernel{keeping.SUFFIX}").touch()
    assert keeping._usable(tmp_path, folder)


def test_a_disk_that_is_full_costs_nothing_but_time(monkeypatch, tmp_path):
    def full(self, data):
        raise OSError(28, "No space left on device")

    file = tmp_path / "kernel"
    keeping.write(file, b"key", b"first")
    monkeypatch.setattr(Path, "write_bytes", full)
    keeping.write(file, b"key", b"second")
    assert keeping.read(file, b"key") == b"first"
    assert list(tmp_path.iterdir()) == [file]


def test_what_was_written_is_read_under_its_key_alone(tmp_path):
    file = tmp_path / "folder" / "kernel"
    assert keeping.read(file, b"key") is None
    keeping.write(file, b"key", b"code")
    assert keeping.read(file, b"key") == b"code"
    assert keeping.read(file, b"another") is None


def test_old_folders_go_but_for_the_newest_and_those_in_use(tmp_path):
    def folder(number, hours):
        path = tmp_path / f"{number:020x}"
        path.mkdir()
        (path / f"kernel{keeping.SUFFIX}").touch()
        os.utime(path, (time.time() - hours * 3600,) * 2)
        return path

    current = folder(0, 0)
    recent = [folder(1 + at, 0.2) for at in range(5)]
    old = [folder(20 + at, 5 + at) for at in range(3)]
    other = tmp_path / "somebody else's"
    other.mkdir()
    keeping.tidy(tmp_path, current)
    assert set(tmp_path.iterdir()) == {current, *recent, other}
    assert not any(path.exists() for path in old)
    old = [folder(20 + at, 5 + at) for at in range(3)]
    for path in recent:
        shutil.rmtree(path)
    keeping.tidy(tmp_path, current)
    assert set(tmp_path.iterdir()) == {current, *old, other}


def imports(path):
    """Names of the package's modules that a module imports, and whether it imports numba."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{item.name}" for item in node.names)}
        elif isinstance(node, ast.Import):
            names |= {item.name for item in node.names}
    return names


PACKAGE = Path(keeping.__file__).resolve().parent.parent
"""The package that is tested: it may be installed apart from the checkout."""


def test_every_module_that_compiles_is_among_the_sources():
    sources = {source.path for source in keeping.kernel_sources()}
    assert len(sources) > 5
    for path in PACKAGE.rglob("*.py"):
        numba = {name for name in imports(path) if name.split(".")[0] == "numba"}
        decorator = r"^\s*@(?:compiled|inlined|elementwise|njit|jit|vectorize)\b"
        decorated = re.search(decorator, path.read_text(encoding="utf-8"), re.MULTILINE)
        assert path.resolve() in sources or not (numba or decorated), path


CONSTANTS = {"mhwfmodel.catalogue.states", "mhwfmodel.errors", "mhwfmodel.supply.states"}
"""Their constants are written in them, and not read from a table, of which the sources say nothing."""


def test_the_sources_are_kernels_and_the_constants_that_they_read():
    """What another module holds is frozen in compiled code: its text must be part of the folder's name."""
    sources = {source.path: source.text for source in keeping.kernel_sources()}
    own = {Path(keeping.__file__), Path(compiling.__file__)}
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in sources}
    kernels = {path for path, text in sources.items() if path not in own and keeping._MARK.search(text)}
    for path in sources.keys() - own:
        heads = {
            node.module
            for node in ast.parse(sources[path]).body
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "mhwfmodel"
        }
        assert heads <= names, f"{path} imports from {heads - names}; import from the module itself"
    constants = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in sources.keys() - kernels - own
    }
    assert constants == CONSTANTS, "see that its constants are written in it, and name it here"


def test_functions_of_other_packages_are_not_kept():
    @compiling.compiled
    def doubled(x):
        return 2 * x

    assert doubled(2) == 4
    assert doubled.stats.cache_path is None


def test_other_users_of_numba_keep_their_own_cache(tmp_path):
    import numba

    from mhwfmodel.rng import _fills

    assert Path(_fills.fill_uniforms.stats.cache_path) == keeping.kept().folder
    assert str(keeping.kept().folder) not in str(numba.config.CACHE_DIR)
    code = "import numba\nfrom mhwfmodel.rng import _kernels\nfrom theirs import f\nprint(f.stats.cache_path)"
    (tmp_path / "theirs.py").write_text("from numba import njit\n@njit(cache=True)\ndef f():\n    return 1\n")
    assert said(python(code, PYTHONPATH=tmp_path))[-1].startswith(str(tmp_path))
