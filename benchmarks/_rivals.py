"""Part 3 of the benchmark of supply: PySD and BPTK-Py on the nearest of `bands` that they can express.

That is expected values of one draw: neither moves whole people or several draws at once. They run in an interpreter of
their own, this one unless the environment variable `MHWFMODEL_BENCH_PYTHON` names another where they are installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks._bands import BANDS, GROUPS, MONTHS, Bands, through
from benchmarks._measure import BenchmarkError, Row, missing_row, timed_row

__all__ = ["INTERPRETER", "rivals"]

INTERPRETER = "MHWFMODEL_BENCH_PYTHON"
NOT_INSTALLED = 3
"""Exit status of a rival's program where it is not installed."""

_FOLDER = Path(__file__).parent
_UNIT = "cell-months/s"
_WORKLOAD = "expected values"
_RIVALS = {"PySD": ("_rival_pysd.py", "pysd"), "BPTK-Py (Rust)": ("_rival_bptk.py", "bptk-py")}


def rivals(*, quick: bool) -> list[Row]:
    """Run each rival, or say that it is not installed.

    Args:
        quick: Few groups and one repeat.
    """
    bands = Bands.make()
    groups, repeats = (24, 1) if quick else (GROUPS // 12, 3)
    with tempfile.TemporaryDirectory() as folder:
        workload = Path(folder, "bands.bin")
        workload.write_bytes(bands.packed())
        return [_row(bands, name, workload, groups, repeats) for name in _RIVALS]


def _row(bands: Bands, name: str, workload: Path, groups: int, repeats: int) -> Row:
    script, package = _RIVALS[name]
    python = os.environ.get(INTERPRETER) or sys.executable
    command = [python, str(_FOLDER / script), str(workload), str(groups), str(repeats)]
    # They leave logs where they run.
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=workload.parent)
    if done.returncode == NOT_INSTALLED:
        why = f"not installed: pip install {package}, or name an interpreter that has it in {INTERPRETER}"
        return missing_row("supply", name, _WORKLOAD, why, unit=_UNIT)
    if done.returncode != 0:
        message = f"exit status {done.returncode} from {' '.join(command)}\n{done.stderr[-2000:]}"
        raise BenchmarkError(message)
    told = json.loads(done.stdout.splitlines()[-1])
    expected = float(through(bands, np.ones(1), groups)[-1].sum())
    return timed_row(
        "supply",
        name,
        _WORKLOAD,
        told["seconds"],
        work=float(groups * BANDS * MONTHS),
        unit=_UNIT,
        note=f"{groups} groups of {GROUPS}; differs from numpy by {abs(told['people'] / expected - 1.0):.0e}",
    )
