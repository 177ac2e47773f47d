"""Habits of the house that can be counted."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
# Written in halves, so that this file does not accuse itself.
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
REGISTRIES = re.compile(
    r"\b(?:pypi\.o" + r"rg|pythonhosted\.o" + r"rg|anaconda\.o" + r"rg|npmjs\.(?:o" + r"rg|com)|crates\.i" + r"o"
    r"|rubygems\.o" + r"rg|conda\.i" + r"o|index-u" + r"rl)\b"
)
PRIVATE_PATHS = re.compile(r"(?<![\w.:/~-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Use" + r"rs|op" + r"t|tm" + r"p)/\w")
HEAVY = ("altair", "jinja2", "numba", "pandas", "scipy", "statsmodels", "xarray", "xlsxwriter")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of each function, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if ast.get_docstring(node, clean=False) is not None:
                first = node.body[0]
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield f"{path.name}:{node.lineno} {node.name}", lines


def texts(files: list[Path]) -> Iterator[tuple[Path, int, str]]:
    """Each line of each file that is text."""
    for path in files:
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(content.splitlines(), start=1):
            yield path, number, line


def found(files: list[Path], root: Path, pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path, number, line in texts(files)
        if pattern.search(line)
    ]


def test_every_module_says_what_it_is(modules):
    assert [path for path in modules if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None] == []


def test_no_module_is_two_ideas_long(modules):
    lengths = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_two_ideas_long(modules):
    long = [f"{name}: {lines} lines" for path in modules for name, lines in functions(path) if lines > LONGEST_FUNCTION]
    assert not long, "\n".join(long)


def test_the_length_of_a_function_leaves_its_docstring_out(tmp_path):
    path = tmp_path / "sample.py"
    path.write_text('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n', encoding="utf-8")
    assert list(functions(path)) == [("sample.py:1 f", 2)]


def test_nothing_is_left_for_later(files, root):
    hits = found(files, root, UNFINISHED)
    assert not hits, "\n".join(hits)


def test_no_package_registry_is_named(files, root):
    hits = found(files, root, REGISTRIES)
    assert not hits, "\n".join(hits)


def test_no_path_of_one_machine_is_named(files, root):
    hits = found(files, root, PRIVATE_PATHS)
    assert not hits, "\n".join(hits)


def test_the_patterns_see_what_they_look_for(tmp_path):
    bad = tmp_path / "bad.md"
    bad.write_text(
        "TO" + "DO\nhttps://pypi.o" + "rg/simple\nsee /ro" + "ot/x and https://a.uk/home/page\n", encoding="utf-8"
    )
    hits = [len(found([bad], tmp_path, pattern)) for pattern in (UNFINISHED, REGISTRIES, PRIVATE_PATHS)]
    assert hits == [1, 1, 1]
    bad.write_text("https://a.uk/ho" + "me/page ../ho" + "me/x", encoding="utf-8")
    assert found([bad], tmp_path, PRIVATE_PATHS) == []


def test_the_layers_hold(root):
    pytest.importorskip("importlinter", reason="import-linter is one of the developer's tools (pip install '.[dev]')")
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["mhwfmodel", "mhwfmodel.cli"])
def test_an_import_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
