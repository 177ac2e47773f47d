"""Small scenarios, and the command line as a function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mhwfmodel.cli.app import app

SMALL = """\
name: Small place
baseline: rates_held
months: 14
draws: 6
icbs: [NHS Frimley ICB]
"""
PLAN = """\
name: Small plan
extends: small.yaml
levers:
  - kind: retention
    name: Stay longer
    start: 2024-06
    leaving_change: -30%
    cost_per_year: 250000
"""
CALL = Callable[..., Any]


def call(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="session")
def cli() -> CALL:
    """The command line; gives exit_code, stdout and stderr."""
    return call


@pytest.fixture(scope="session")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two small scenarios."""
    folder = tmp_path_factory.mktemp("scenarios")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def base(scenarios: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The folder of one whole run of the small scenario, and what the command said."""
    folder = tmp_path_factory.mktemp("out") / "base"
    return folder, call("run", scenarios / "small.yaml", "--out", folder)


@pytest.fixture
def instant(base: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs give the result of the small scenario at once; what is tested is what comes after."""
    from mhwfmodel.results import load_result

    ready = load_result(base[0])
    monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: ready)
