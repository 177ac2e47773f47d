"""A scenario from what was named: a scenario file, or the manifest of an earlier run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mhwfmodel.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from mhwfmodel.scenario import Scenario

__all__ = ["Read", "read_scenario"]


@dataclass(frozen=True, slots=True)
class Read:
    """A scenario, and how an earlier run worked out its months when a manifest says so.

    Args:
        scenario: What is run.
        evaluator: `stochastic` or `deterministic`; None for a scenario file, which does not say.
    """

    scenario: Scenario
    evaluator: Literal["stochastic", "deterministic"] | None = None


def read_scenario(file: Path, overrides: Mapping[str, object]) -> Read:
    """Read a scenario file, or the scenario, seed and draws that a manifest holds.

    Args:
        file: What was named.
        overrides: Values laid over it.

    Raises:
        ScenarioError: Everything that is wrong with it.
    """
    from mhwfmodel.scenario import check_text, load_scenario

    if file.suffix.lower() != ".json" or not file.is_file():
        return Read(load_scenario(file, overrides))
    manifest = _manifest(file)
    scenario = dict(manifest["scenario"])
    evaluator: Literal["stochastic", "deterministic"] = "stochastic"
    if manifest.get("evaluator") == "deterministic":
        evaluator = "deterministic"
    else:
        scenario |= {key: manifest[key] for key in ("seed", "draws") if key in manifest}
    read = check_text(json.dumps(scenario, ensure_ascii=False), str(file), overrides)
    told = f"{file} is the manifest of an earlier run: its scenario, seed and draws are used"
    return Read(read.noted((told, *read.notes)), evaluator)


def _manifest(file: Path) -> dict[str, Any]:
    remedy = "name a scenario file (.yaml), or the manifest.json of an earlier run"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ScenarioError(Fault(str(file), "is not JSON that can be read", remedy)) from None
    is_ours = isinstance(found, dict) and found.get("program") == "mhwfmodel"
    if not is_ours or not isinstance(found.get("scenario"), dict):
        raise ScenarioError(Fault(str(file), "is neither a scenario file nor a manifest of a run", remedy))
    return dict(found)
