"""What the tests of the house share: the files of the checkout."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# The benchmarks are not installed. They come last on the path, so that the package under test stays the installed one.
sys.path.append(str(Path(__file__).resolve().parents[2]))

MADE = {"site", "out", "build", "dist", "htmlcov", "__pycache__", "node_modules"}
FENCE = re.compile(r"^[ ]*```(\w*)[^\n]*\n(.*?)^[ ]*```[ ]*$", re.MULTILINE | re.DOTALL)


def kept(path: Path, root: Path) -> bool:
    """Whether a file belongs to the project, and was not made by a tool."""
    folders = path.relative_to(root).parts[:-1]
    return not any(
        name in MADE or name.endswith(".egg-info") or (name.startswith(".") and name != ".ci") for name in folders
    )


@pytest.fixture(scope="session")
def files(root: Path) -> list[Path]:
    """Every file of the project."""
    return sorted(path for path in root.rglob("*") if path.is_file() and kept(path, root))


@pytest.fixture(scope="session")
def modules(root: Path, files: list[Path]) -> list[Path]:
    """The Python files that users and engineers read: the package, the benchmarks and the site's hooks."""
    folders = (root / "mhwfmodel", root / "benchmarks", root / "docs")
    return [path for path in files if path.suffix == ".py" and any(path.is_relative_to(f) for f in folders)]


@pytest.fixture(scope="session")
def blocks() -> Callable[[Path, str], list[str]]:
    """The fenced blocks of one language in a page."""

    def find(page: Path, language: str) -> list[str]:
        return [body for name, body in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]

    return find
