"""The carried-over tables can be made again, byte for byte."""

from __future__ import annotations

import importlib.util

import pytest


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("build_catalogue", root / "tools" / "build_catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rerunning_gives_the_committed_tables(tool, root, shared, tmp_path):
    assert tool.main(["--source", str(shared / "data"), "--target", str(tmp_path)]) == 0
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(tool.tables(shared / "data"))
    for name in made:
        committed = root / "mhwfmodel" / "catalogue" / "data" / name
        assert (tmp_path / name).read_bytes() == committed.read_bytes(), f"{name}: run python tools/build_catalogue.py"


def test_a_missing_source_is_said(tool, tmp_path, capsys):
    assert tool.main(["--source", str(tmp_path / "nowhere")]) == 2
    assert "no such folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8.5", ("8.5", "", "", "")),
        ("-11000", ("-11000", "", "", "")),
        (">12", ("12", ">", "12", "")),
        ("<3", ("3", "<", "", "3")),
        ("52000+", ("52000", ">", "52000", "")),
        ("8-12", ("10", "range", "8", "12")),
        ("7.4-8.2", ("7.8", "range", "7.4", "8.2")),
        ("-1 to -1.5", ("-1.25", "range", "-1.5", "-1")),
        ("21 vs 9", ("21", "", "", "")),
        ("not significant", ("", "", "", "")),
        ("medium", ("", "", "", "")),
    ],
)
def test_published_values_are_read(tool, text, expected):
    assert tool.value_of(text) == expected


def test_parts_add_up(tool):
    assert tool.parts(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(tool.parts(781_027, [436_601, 153_476, 174_284])) == 781_027
