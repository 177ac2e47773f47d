"""A pathway from what was named: a pathway file, the name of a shipped one, or the manifest of an earlier run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mhwfmodel.errors import Fault, PathwayError

if TYPE_CHECKING:
    from mhwfmodel.pathway import Pathway

__all__ = ["read"]


def read(file: Path, overrides: Mapping[str, object]) -> Pathway:
    """Read a pathway, or that of an earlier run with its seed and as many replications as were run.

    Args:
        file: What was named.
        overrides: Values laid over it.

    Raises:
        PathwayError: Everything that is wrong with it.
    """
    from mhwfmodel.pathway import load_pathway, read_pathway

    if file.suffix.lower() != ".json" or not file.is_file():
        return load_pathway(file, overrides)
    remedy = "name a pathway file (.yaml), or the manifest.json of an earlier run of one"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise PathwayError(Fault(str(file), "is not JSON that can be read", remedy)) from None
    is_ours = isinstance(found, dict) and found.get("program") == "mhwfmodel"
    if not is_ours or not isinstance(found.get("pathway"), dict) or "scenario" in found:
        raise PathwayError(Fault(str(file), "is neither a pathway file nor a manifest of a run of one", remedy))
    told = ({"replications": found["replications"]} if "replications" in found else {}) | dict(overrides)
    if isinstance(found.get("replications", 1), bool) or not isinstance(found.get("replications", 1), int):
        raise PathwayError(Fault(f"{file} replications", "is not a whole number", remedy))
    return read_pathway(json.dumps(found["pathway"], ensure_ascii=False), str(file), told)
