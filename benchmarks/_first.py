"""Part 7 of the benchmark of supply: how long the first result takes, with and without compiled code on disk."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks._measure import Row, make_row, run_child

__all__ = ["first"]

_SCENARIO = str(Path(__file__).parent.parent / "scenarios" / "baseline.yaml")


def first(*, quick: bool) -> list[Row]:
    """Run the command of the README with an empty and with a filled folder of compiled code.

    Args:
        quick: One ICB, few draws and one year in place of the scenario as it is.
    """
    from mhwfmodel.catalogue import icbs
    from mhwfmodel.rng.keeping import PLACE

    code = next(iter(icbs())).code
    less = ["--set", f"icbs=[{code}]", "--set", "months=12", "--draws", "10"] if quick else []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "code")
        place.mkdir()
        for state in ("no compiled code", "compiled code on disk"):
            out = str(Path(folder, state))
            command = [sys.executable, "-m", "mhwfmodel", "run", _SCENARIO, "--out", out, *less]
            run = run_child(command, {PLACE: str(place)})
            rows.append(make_row("supply", "mhwfmodel run", f"first result, {state}", [run], work=1.0, unit="runs/s"))
    return rows
