"""One version and one date, wherever they are written."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from ruamel.yaml import YAML


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def citation(root: Path) -> dict[str, object]:
    return YAML(typ="safe").load((root / "CITATION.cff").read_text(encoding="utf-8"))


def releases(root: Path) -> list[tuple[str, str]]:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)


def test_the_citation_names_the_version(project, citation):
    assert citation["version"] == project["version"]


def test_the_changelog_opens_with_the_version(root, project, citation):
    newest = releases(root)[0]
    assert newest == (project["version"], citation["date-released"])


def test_the_changelog_keeps_a_place_for_what_comes(root):
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.index("## [Unreleased]") < text.index(f"## [{releases(root)[0][0]}]")


def test_the_installed_package_is_that_version(project):
    try:
        installed = version("mhwfmodel")
    except PackageNotFoundError:
        pytest.skip("the package is on the path but not installed")
    assert installed == project["version"]


def test_the_licence_is_the_same_everywhere(root, project, citation):
    assert project["license"] == citation["license"] == "MIT"
    assert (root / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
