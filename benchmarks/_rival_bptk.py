"""`bands` in expected values in BPTK-Py's own language, run by its Rust engine; see `_rivals`.

Arguments: file of the workload, groups, repeats. Prints seconds of each repeat and the people at the end.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

BANDS, ROLES, GROUPS, MONTHS = 6, 12, 2016, 120
NOT_INSTALLED = 3


def main() -> int:
    """Build it, a stock and three flows for each group and band, and run it."""
    try:
        from BPTK_Py import Model, bptk
    except ImportError:
        return NOT_INSTALLED
    groups, repeats = int(sys.argv[2]), int(sys.argv[3])
    cells = GROUPS * BANDS
    numbers = np.fromfile(sys.argv[1])
    opening, coming = (part.reshape(BANDS, GROUPS) for part in (numbers[:cells], numbers[cells : 2 * cells]))
    leaving = numbers[2 * cells :][: ROLES * BANDS].reshape(ROLES, BANDS)
    rising = numbers[2 * cells + ROLES * BANDS :][:BANDS]
    model = Model(starttime=0.0, stoptime=float(MONTHS), dt=1.0, name="bands")
    stocks = []
    for group in range(groups):
        risen = None
        for band in range(BANDS):
            here = f"{group}_{band}"
            people, comes = model.stock(f"people{here}"), model.constant(f"comes{here}")
            leaves, rises = model.flow(f"leaves{here}"), model.flow(f"rises{here}")
            people.initial_value = float(opening[band, group])
            comes.equation = float(coming[band, group])
            leaves.equation = people * float(leaving[group % ROLES, band])
            rises.equation = (people - leaves) * float(rising[band])
            people.equation = comes - leaves - rises if risen is None else comes - leaves - rises + risen
            risen = rises
            stocks.append(people.name)
    toolkit = bptk()
    toolkit.register_model(model)
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        result = toolkit.run_scenarios(
            scenario_managers=["smBands"], scenarios=["base"], equations=stocks, return_format="df", backend="rust"
        )
        seconds.append(time.perf_counter() - start)
        toolkit.reset_scenario_cache(scenario_manager="smBands", scenario="base")
    print(json.dumps({"seconds": seconds[1:], "people": float(result.iloc[-1].sum())}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
