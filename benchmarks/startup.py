"""How long a planner waits before anything happens: cold imports and `mhwfmodel --help`.

Each repeat is a fresh interpreter on a warm disk, and its time is that of the whole process. The yardstick is
`import xarray, pandas`, which a script that reads a result needs anyway.
"""

from __future__ import annotations

import sys

from benchmarks._measure import Row, alternate, make_row, with_ratios

__all__ = ["measure"]

YARDSTICK = "import xarray, pandas"
_HELP = "import sys; sys.argv = ['mhwfmodel', '--help']; from mhwfmodel.cli import main; main()"
_CODE = {
    "import mhwfmodel": "import mhwfmodel",
    YARDSTICK: YARDSTICK,
    "mhwfmodel --help": _HELP,
    "import numpy": "import numpy",
    "python alone": "pass",
}


def measure(*, quick: bool, full: bool) -> list[Row]:
    """Time each start.

    Args:
        quick: Three repeats in place of eleven.
        full: Makes no difference here.

    Returns:
        One row a start, with its time as a multiple of `import xarray, pandas`.
    """
    commands = {engine: [sys.executable, "-c", code] for engine, code in _CODE.items()}
    runs = alternate(commands, repeats=3 if quick else 11)
    rows = [
        make_row("startup", engine, "cold start", taken, work=1.0, unit="starts/s") for engine, taken in runs.items()
    ]
    return with_ratios(rows, YARDSTICK)
