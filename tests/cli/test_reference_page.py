"""The page about the command line is true."""

from __future__ import annotations

import re

import pytest
import typer.main

from mhwfmodel.cli import guard
from mhwfmodel.cli.app import app
from mhwfmodel.cli.showing import Topic


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")


def test_every_command_has_its_help_under_its_heading(page):
    commands = list(typer.main.get_command(app).commands)
    assert re.findall(r"^## (\w+)\n\n<!-- help: ?(.*) -->$|^## (mhwfmodel)", page, re.MULTILINE)
    helped = re.findall(r"^<!-- help: (\w+) -->$", page, re.MULTILINE)
    assert helped == commands
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE)[: len(commands) + 1] == ["mhwfmodel", *commands]


def test_every_topic_is_told(page):
    table = page[page.index("| topic |") : page.index("When `--find`")]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    told = [word for row in rows for word in re.findall(r"`([\w-]+)`", row)]
    assert told == list(Topic)


def test_every_exit_status_is_told(page):
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert told == {0, guard.UNUSABLE, 2, guard.FAULT, guard.INTERRUPTED, guard.BROKEN_PIPE}
    assert f"`{guard.DEBUG}`" in page


def test_its_examples_are_fine(page, cli, root, monkeypatch, base):
    import shlex

    from mhwfmodel.results import load_result

    ready = load_result(base[0])
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: ready)
    monkeypatch.chdir(root)
    blocks = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    lines = [line.split(" > ")[0] for block in blocks for line in block.splitlines()]
    assert lines
    for line in lines:
        words = shlex.split(line)[1:]
        extra = ["--out", str(base[0].parent / "examples"), "--no-report"] if words[0] == "run" else []
        said = cli(*words, *extra)
        assert said.exit_code == 0, (line, said.stderr)
