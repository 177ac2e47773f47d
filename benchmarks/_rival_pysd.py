"""`bands` in expected values as a Vensim model that PySD runs; see `_rivals`.

Arguments: file of the workload, groups, repeats. Prints seconds of each repeat and the people at the end.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

BANDS, ROLES, GROUPS, MONTHS = 6, 12, 2016, 120
NOT_INSTALLED = 3


def model_text(groups: int) -> str:
    """The equations, a stock for each band with the groups as a subscript."""
    lines = ["{UTF-8}", f"group: (G1-G{groups}) ~~|"]
    for band in range(1, BANDS + 1):
        risen = f" + rises{band - 1}[group]" if band > 1 else ""
        lines += [f"{name}{band}[group] = 0 ~~|" for name in ("opening", "leaving", "coming")]
        lines += [
            f"rising{band} = 0 ~~|",
            f"leaves{band}[group] = people{band}[group] * leaving{band}[group] ~~|",
            f"rises{band}[group] = (people{band}[group] - leaves{band}[group]) * rising{band} ~~|",
            f"people{band}[group] = INTEG(coming{band}[group] - leaves{band}[group] - rises{band}[group]{risen},"
            f" opening{band}[group]) ~~|",
        ]
    lines.append("total = " + " + ".join(f"SUM(people{band}[group!])" for band in range(1, BANDS + 1)) + " ~~|")
    lines += ["INITIAL TIME = 0 ~~|", f"FINAL TIME = {MONTHS} ~~|", "TIME STEP = 1 ~~|", "SAVEPER = 1 ~~|"]
    return "\n".join(lines)


def main() -> int:
    """Run it."""
    try:
        import pysd
        import xarray as xr
    except ImportError:
        return NOT_INSTALLED
    groups, repeats = int(sys.argv[2]), int(sys.argv[3])
    cells = GROUPS * BANDS
    numbers = np.fromfile(sys.argv[1])
    opening, coming = (
        part.reshape(BANDS, GROUPS)[:, :groups] for part in (numbers[:cells], numbers[cells : 2 * cells])
    )
    leaving = numbers[2 * cells :][: ROLES * BANDS].reshape(ROLES, BANDS)[np.arange(groups) % ROLES].T
    rising = numbers[2 * cells + ROLES * BANDS :][:BANDS]
    names = {"group": [f"G{number}" for number in range(1, groups + 1)]}
    given: dict[str, object] = {f"rising{band + 1}": float(rising[band]) for band in range(BANDS)}
    for name, values in (("opening", opening), ("leaving", leaving), ("coming", coming)):
        given |= {f"{name}{band + 1}": xr.DataArray(values[band].copy(), names, ["group"]) for band in range(BANDS)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bands.mdl")
        path.write_text(model_text(groups), encoding="utf-8")
        model = pysd.read_vensim(str(path))
        model.set_components(given)
        seconds = []
        for _ in range(repeats + 1):
            start = time.perf_counter()
            result = model.run(return_columns=["total"])
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds[1:], "people": float(result["total"].iloc[-1])}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
