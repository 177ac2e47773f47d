"""The wheel holds everything that the package needs when the checkout is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel that is built now, without a network."""
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling (pip install '.[test]')")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def package_files(root: Path) -> set[str]:
    found = (path for path in (root / "mhwfmodel").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_package(root, wheel):
    assert package_files(root) - wheel == set()


def test_the_wheel_holds_facts_templates_and_the_type_marker(wheel):
    assert "mhwfmodel/py.typed" in wheel
    assert "mhwfmodel/catalogue/data/figures.csv" in wheel
    assert any(name.startswith("mhwfmodel/report/") and name.endswith((".j2", ".html")) for name in wheel)


def test_the_wheel_holds_the_package_and_its_papers_and_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"mhwfmodel"}
    assert any(name.endswith("/LICENSE") for name in wheel)


def test_the_package_comes_from_where_it_was_installed():
    code = "import mhwfmodel, sys; print(mhwfmodel.__file__)"
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-P", "-c", code], env=clean, check=True, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_file()
