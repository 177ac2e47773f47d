"""Part 7 of the benchmark of supply: how long the first result takes, with and without compiled code on disk."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks._measure import Row, Run, make_row, missing_row, run_child

__all__ = ["first"]

_COLD, _WARM = (f"first result, {state}" for state in ("no compiled code", "compiled code on disk"))
_SCENARIO = str(Path(__file__).parent.parent / "scenarios" / "baseline.yaml")


def first(*, quick: bool) -> list[Row]:
    """Run the command of the README with an empty and with a filled folder of compiled code.

    Args:
        quick: One ICB, few draws and one year in place of the scenario as it is, and with compiled code alone.
    """
    from mhwfmodel.catalogue import icbs
    from mhwfmodel.rng.keeping import PLACE

    name = "mhwfmodel run"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mhwfmodel", "run", _SCENARIO, "--out", str(Path(folder, "out"))]
        if quick:
            # The benchmark of England, which goes before, has left the code on disk.
            code = next(iter(icbs())).code
            run = run_child([*command, "--set", f"icbs=[{code}]", "--set", "months=12", "--draws", "10"])
            why = "not run: to compile everything takes most of a minute"
            return [missing_row("supply", name, _COLD, why, unit="runs/s"), _row(name, _WARM, run)]
        place = Path(folder, "code")
        place.mkdir()
        return [_row(name, state, run_child(command, {PLACE: str(place)})) for state in (_COLD, _WARM)]


def _row(name: str, state: str, run: Run) -> Row:
    return make_row("supply", name, state, [run], work=1.0, unit="runs/s")
